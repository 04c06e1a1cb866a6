// SPDX-License-Identifier: GPL-3.0-or-later
//! The way from SQLite to a disk: a VFS that stands before the system's own and is the default of the process.
//!
//! A file on a mounted disk is opened by the system's VFS as ever, behind one of ours that asks the disk first and
//! tells it afterwards; locks and shared memory are the system's, so that connections meet as they do in earnest.
//! Every other file is the system's alone. This is the one place that talks C; what a disk does is not known here.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Once};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};

use crate::disk::Mounted;
use crate::fault::{Operation, Reading};

/// The system's VFS; set before ours can be called.
static SYSTEM: AtomicPtr<sqlite3_vfs> = AtomicPtr::new(ptr::null_mut());

/// A file as SQLite allocates it; the system's own file lies behind it, in the same allocation.
#[repr(C)]
struct OnDisk {
    /// SQLite's part; it comes first.
    file: sqlite3_file,
    /// From a box; null when nothing is open.
    handle: *mut Handle,
}

/// Bytes from the beginning of a file of ours to that of the system: so many that it is aligned for anything.
const SYSTEM_AT: usize = 16;
const _: () = assert!(size_of::<OnDisk>() <= SYSTEM_AT);

struct Handle {
    disk: Arc<Mounted>,
    file: u64,
    /// The system's VFS syncs the folder with the first sync of a journal or write-ahead file that it may have made.
    folder_due: bool,
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    // Without xFetch: nothing is read past the disk by mapped memory.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Puts our VFS before the system's, once in a process.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default VFS lives as long as the process; the copy is leaked, so ours does too.
        unsafe {
            let system = ffi::sqlite3_vfs_find(ptr::null());
            assert!(!system.is_null(), "SQLite has a VFS for this system");
            SYSTEM.store(system, Ordering::SeqCst);
            let ours = Box::leak(Box::new(sqlite3_vfs {
                szOsFile: (*system).szOsFile + SYSTEM_AT as c_int,
                pNext: ptr::null_mut(),
                zName: c"torn-disk".as_ptr(),
                xOpen: Some(open),
                xDelete: Some(delete),
                xAccess: Some(access),
                ..*system
            }));
            assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK);
        }
    });
}

fn system() -> *mut sqlite3_vfs {
    SYSTEM.load(Ordering::SeqCst)
}

/// Calls a method that every VFS and file of SQLite's own has.
macro_rules! call {
    ($method:expr, $($argument:expr),*) => {
        match $method {
            Some(method) => method($($argument),*),
            None => return ffi::SQLITE_INTERNAL,
        }
    };
}

/// Leaves with this code, if there is one.
macro_rules! refuse {
    ($code:expr) => {
        if let Some(code) = $code {
            return code;
        }
    };
}

/// The disk and the name of a path, if a disk holds it.
///
/// # Safety
/// `name` is null or a string that ends with a zero.
unsafe fn held(name: *const c_char) -> Option<(Arc<Mounted>, String)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: as the caller promises.
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes();
    Mounted::holding(Path::new(OsStr::from_bytes(bytes)))
}

/// What we know of an open file, the system's file, and its methods.
///
/// # Safety
/// `file` was opened by [`open`] on a disk and is not closed.
unsafe fn opened<'a>(
    file: *mut sqlite3_file,
) -> (&'a mut Handle, *mut sqlite3_file, &'a sqlite3_io_methods) {
    // SAFETY: then it is an `OnDisk` with its handle and the system's open file behind it; SQLite uses a file from
    // one thread at a time.
    unsafe {
        let handle = &mut *(*file.cast::<OnDisk>()).handle;
        let system = behind(file);
        (handle, system, &*(*system).pMethods)
    }
}

/// # Safety
/// `file` was allocated with the size that our VFS asks for.
unsafe fn behind(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: then the system's file lies in the same allocation.
    unsafe { file.byte_add(SYSTEM_AT) }
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    mut flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls with a name or null, and room for a file of the size that our VFS asks for.
    unsafe {
        let Some((disk, short)) = held(name) else {
            return call!((*system()).xOpen, system(), name, file, flags, flags_out);
        };
        (*file).pMethods = ptr::null();
        refuse!(disk.ask(Operation::Open));
        if flags & ffi::SQLITE_OPEN_READWRITE != 0 && disk.opens_read_only() {
            flags &= !(ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE);
            flags |= ffi::SQLITE_OPEN_READONLY;
        }
        let behind = behind(file);
        let code = call!((*system()).xOpen, system(), name, behind, flags, flags_out);
        if code != ffi::SQLITE_OK {
            return code;
        }
        let journal =
            ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL;
        let handle = Handle {
            file: disk.opened(&short),
            disk,
            folder_due: flags & ffi::SQLITE_OPEN_CREATE != 0 && flags & journal != 0,
        };
        (*file.cast::<OnDisk>()).handle = Box::into_raw(Box::new(handle));
        (*file).pMethods = &METHODS;
        code
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, folder: c_int) -> c_int {
    // SAFETY: SQLite calls with a name.
    unsafe {
        let disk = held(name);
        if let Some((disk, _)) = &disk {
            refuse!(disk.ask(Operation::Delete));
        }
        let code = call!((*system()).xDelete, system(), name, folder);
        if let Some((disk, short)) = disk
            && code == ffi::SQLITE_OK
        {
            disk.deleted(&short, folder & 1 != 0);
        }
        code
    }
}

unsafe extern "C" fn access(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    found: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls with a name and a place for what is found.
    unsafe {
        if let Some((disk, _)) = held(name) {
            refuse!(disk.ask(Operation::Access));
        }
        call!((*system()).xAccess, system(), name, flags, found)
    }
}

// SAFETY of all that follow: SQLite calls them with a file that `open` gave these methods, and not after `close`;
// a buffer is as long as is said.

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        let code = call!(methods.xClose, behind);
        drop(Box::from_raw(ptr::from_mut(handle)));
        (*file).pMethods = ptr::null();
        code
    }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    into: *mut c_void,
    bytes: c_int,
    offset: i64,
) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        let reading = handle.disk.read();
        if let Reading::Refused(code) = reading {
            return code;
        }
        let code = call!(methods.xRead, behind, into, bytes, offset);
        if reading == Reading::Short {
            // SQLite wants what was not read to be zero.
            let half = usize::try_from(bytes / 2).unwrap_or(0);
            into.byte_add(half)
                .cast::<u8>()
                .write_bytes(0, usize::try_from(bytes).unwrap_or(0) - half);
            return ffi::SQLITE_IOERR_SHORT_READ;
        }
        code
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    bytes: c_int,
    offset: i64,
) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        let (Ok(length), Ok(at)) = (usize::try_from(bytes), u64::try_from(offset)) else {
            return ffi::SQLITE_IOERR_WRITE;
        };
        let writing = handle.disk.write(handle.file, at, length);
        let taken = std::slice::from_raw_parts(from.cast::<u8>(), writing.bytes);
        if !taken.is_empty() {
            // No longer than `bytes`, which is one.
            let length = c_int::try_from(taken.len()).unwrap_or(bytes);
            let code = call!(methods.xWrite, behind, from, length, offset);
            if code != ffi::SQLITE_OK {
                return code;
            }
            handle.disk.wrote(handle.file, at, taken);
        }
        writing.refused.unwrap_or(ffi::SQLITE_OK)
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        refuse!(handle.disk.ask(Operation::Truncate));
        let code = call!(methods.xTruncate, behind, size);
        if code == ffi::SQLITE_OK {
            let size = u64::try_from(size).unwrap_or(0);
            handle.disk.truncated(handle.file, size);
        }
        code
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        refuse!(handle.disk.ask(Operation::Sync));
        let code = call!(methods.xSync, behind, flags);
        if code == ffi::SQLITE_OK {
            handle.disk.synced(handle.file, handle.folder_due);
            handle.folder_due = false;
        }
        code
    }
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut i64) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        refuse!(handle.disk.ask(Operation::Size));
        call!(methods.xFileSize, behind, size)
    }
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        refuse!(handle.disk.ask(Operation::Lock));
        call!(methods.xLock, behind, level)
    }
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe {
        let (_, behind, methods) = opened(file);
        call!(methods.xUnlock, behind, level)
    }
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, held: *mut c_int) -> c_int {
    unsafe {
        let (_, behind, methods) = opened(file);
        call!(methods.xCheckReservedLock, behind, held)
    }
}

unsafe extern "C" fn file_control(
    file: *mut sqlite3_file,
    what: c_int,
    argument: *mut c_void,
) -> c_int {
    unsafe {
        let (_, behind, methods) = opened(file);
        call!(methods.xFileControl, behind, what, argument)
    }
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let (handle, _, _) = opened(file);
        c_int::try_from(handle.disk.surface.sector).unwrap_or(4096)
    }
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        let system = call!(methods.xDeviceCharacteristics, behind);
        if handle.disk.surface.powersafe {
            system | ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
        } else {
            system & !ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
        }
    }
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    into: *mut *mut c_void,
) -> c_int {
    unsafe {
        let (handle, behind, methods) = opened(file);
        refuse!(handle.disk.ask(Operation::Map));
        call!(methods.xShmMap, behind, region, size, extend, into)
    }
}

unsafe extern "C" fn shm_lock(
    file: *mut sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    unsafe {
        let (_, behind, methods) = opened(file);
        call!(methods.xShmLock, behind, first, count, flags)
    }
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    unsafe {
        let (_, behind, methods) = opened(file);
        if let Some(barrier) = methods.xShmBarrier {
            barrier(behind);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    unsafe {
        let (_, behind, methods) = opened(file);
        call!(methods.xShmUnmap, behind, delete)
    }
}
