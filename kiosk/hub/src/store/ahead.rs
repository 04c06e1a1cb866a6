// SPDX-License-Identifier: GPL-3.0-or-later
//! The write-ahead file beside the log, looked through before SQLite does: a damaged one is told from one that was
//! cut short.
//!
//! SQLite takes the first frame that does not fit for the end of the file: right after a power cut, and wrong when a
//! bit has rotted, since what was acknowledged behind it would be gone without a word. Every commit is synced before the
//! next one begins, so frames of a later commit behind one that does not fit were not cut off: they were damaged.
//! In the last commit the two can't be told apart. The format: SQLite, "WAL-mode File Format", sections 2 to 4.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::StoreError;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The first word of the file; its last bit says that the checksums are of big-endian words.
const MAGIC: u32 = 0x377f_0682;

/// Of the 64 bits by which frames are told from those of an earlier use of the file, so many may have rotted.
const SALT_BITS_MAX: u32 = 2;

/// The write-ahead file of the log at `path`.
pub(super) fn file_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push("-wal");
    name.into()
}

/// Looks through the write-ahead file of the log at `path`, if there is one.
///
/// # Errors
/// [`StoreError::DamagedFile`], when what was acknowledged would be lost; [`StoreError::Ahead`], when it can't be read.
pub(super) fn check(path: &Path) -> Result<(), StoreError> {
    let file = file_of(path);
    let failed = |source| StoreError::Ahead {
        path: file.clone(),
        source,
    };
    let opened = match File::open(&file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    match damage(BufReader::with_capacity(64 * 1024, opened)).map_err(failed)? {
        None => Ok(()),
        Some(what) => Err(StoreError::DamagedFile {
            what: format!("{}: {what}", file.display()),
        }),
    }
}

/// What is wrong with a write-ahead file; nothing, where it is whole or only cut short.
fn damage(mut from: impl Read) -> io::Result<Option<String>> {
    let mut header = [0; HEADER_BYTES];
    if !filled(&mut from, &mut header)? || header == [0; HEADER_BYTES] {
        return Ok(None);
    }
    let Some(mut running) = Running::after(&header) else {
        return Ok(Some("its header does not fit".to_owned()));
    };
    let mut frame = vec![0; FRAME_HEADER_BYTES + running.page_bytes];
    let mut behind = Behind::default();
    let mut wrong = None;
    let mut place = 0_u64;
    while filled(&mut from, &mut frame)? {
        place += 1;
        if wrong.is_none() && running.pass(&frame) {
            behind.pass(&frame);
            continue;
        }
        let wrong = *wrong.get_or_insert(place);
        if running.is_ours(&frame) && behind.later(&frame) {
            return Ok(Some(format!(
                "its frame {wrong} does not fit, and more was written after it"
            )));
        }
    }
    Ok(None)
}

/// Whether there was enough to fill `into`.
fn filled(from: &mut impl Read, into: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(into) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// The checksum that goes on from frame to frame.
struct Running {
    big_endian: bool,
    page_bytes: usize,
    salts: [u8; 8],
    sums: (u32, u32),
}

impl Running {
    /// As it stands after the file's header, if that is whole.
    fn after(header: &[u8; HEADER_BYTES]) -> Option<Self> {
        let magic = word(header, 0);
        let page_bytes = word(header, 8);
        let known = (512..=65536).contains(&page_bytes) && page_bytes.is_power_of_two();
        if magic & !1 != MAGIC || !known {
            return None;
        }
        let mut running = Self {
            big_endian: magic & 1 == 1,
            page_bytes: usize::try_from(page_bytes).ok()?,
            salts: header[16..24].try_into().ok()?,
            sums: (0, 0),
        };
        running.add(&header[..24]);
        (running.sums == (word(header, 24), word(header, 28))).then_some(running)
    }

    fn add(&mut self, bytes: &[u8]) {
        for pair in bytes.chunks_exact(8) {
            let [first, second] = [0, 4].map(|at| match self.big_endian {
                true => word(pair, at),
                false => word(pair, at).swap_bytes(),
            });
            self.sums.0 = self.sums.0.wrapping_add(first).wrapping_add(self.sums.1);
            self.sums.1 = self.sums.1.wrapping_add(second).wrapping_add(self.sums.0);
        }
    }

    /// Goes over a frame; `false` when it does not fit.
    fn pass(&mut self, frame: &[u8]) -> bool {
        self.add(&frame[..8]);
        self.add(&frame[FRAME_HEADER_BYTES..]);
        frame[8..16] == self.salts && self.sums == (word(frame, 16), word(frame, 20))
    }

    /// Whether the frame was written since the file was last begun anew, though a bit of that may have rotted.
    fn is_ours(&self, frame: &[u8]) -> bool {
        let other = frame[8..16].iter().zip(self.salts);
        let bits: u32 = other.map(|(found, ours)| (found ^ ours).count_ones()).sum();
        bits <= SALT_BITS_MAX
    }
}

/// What was seen since the last commit that fits.
#[derive(Default)]
struct Behind {
    /// The pages that were written since.
    pages: HashSet<u32>,
    /// The last frame of the commit that was seen, once the frames no longer fit: its page's number, and the page.
    committed: Option<(u32, Vec<u8>)>,
}

impl Behind {
    /// Goes over a frame that fits.
    fn pass(&mut self, frame: &[u8]) {
        if commits(frame) {
            self.pages.clear();
        } else {
            self.pages.insert(word(frame, 0));
        }
    }

    /// Goes over a frame from the first that does not fit on; `true` when it is of a later commit than that one:
    /// there was one in between, or it has a page that was written already, which a commit does once. To fill up a
    /// sector a commit may repeat its last frame.
    fn later(&mut self, frame: &[u8]) -> bool {
        let (number, page) = (word(frame, 0), &frame[FRAME_HEADER_BYTES..]);
        let repeats = |(committed, last): &(u32, Vec<u8>)| *committed == number && last == page;
        match &self.committed {
            Some(committed) => !commits(frame) || !repeats(committed),
            None => {
                if commits(frame) {
                    self.committed = Some((number, page.to_vec()));
                }
                !self.pages.insert(number)
            }
        }
    }
}

/// Whether the frame is the last of a commit: it has the number of pages that the log then has.
fn commits(frame: &[u8]) -> bool {
    word(frame, 4) != 0
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    u32::from_be_bytes(four.unwrap_or_default())
}
