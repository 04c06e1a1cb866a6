// SPDX-License-Identifier: GPL-3.0-or-later
//! Connections that only read, also where nothing may be written, not even beside the log.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::ahead;

/// How long a statement waits for whoever else has the file open.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// How a log is opened only to be read.
pub(super) const READ_ONLY: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Opens the log at `path` for reading. If need be it is taken as a file that nobody changes, without what stands in
/// a write-ahead file.
pub(super) fn untouched(path: &Path) -> rusqlite::Result<Connection> {
    match probed(path, READ_ONLY) {
        Err(error) if wants_to_write(&error) => {
            let ahead = ahead::file_of(path);
            if std::fs::metadata(&ahead).is_ok_and(|file| file.len() > 0) {
                tracing::warn!(
                    "{} can't be used here, so what was written last is missing; copy both files to where this user may write",
                    ahead.display()
                );
            }
            let flags = READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            probed(Path::new(&immutable(path)), flags)
        }
        other => other,
    }
}

/// Opens what `path` names and reads a little: only then does SQLite look for what is beside it.
fn probed(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(db)
}

/// Whether it failed for want of a place to write to: a log has files beside it while it is read, too.
fn wants_to_write(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed
        )
    )
}

/// The URI by which SQLite neither locks the file nor looks for others beside it.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // A string takes everything.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?immutable=1"
}
