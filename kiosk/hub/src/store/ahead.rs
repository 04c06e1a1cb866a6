// SPDX-License-Identifier: GPL-3.0-or-later
//! The write-ahead file beside the log, looked through before SQLite does: a damaged one is told from one that was
//! cut short.
//!
//! SQLite takes the first frame that does not fit for the end of the file: right after a power cut, and wrong when a
//! bit has rotted, since what was acknowledged behind it would be gone without a word. Every commit is synced before the
//! next one begins, so a frame that was written after a commit vouches for all of it: what does not fit there is damaged.
//! In the last commit the two can't be told apart. The format: SQLite, "WAL-mode File Format", sections 2 to 4.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::StoreError;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The first word of the file; its last bit says that the checksums are of big-endian words.
const MAGIC: u32 = 0x377f_0682;

/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

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
    let damaged = |what: String| StoreError::DamagedFile {
        what: format!("{}: {what}", file.display()),
    };
    let opened = match File::open(&file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    let length = opened.metadata().map_err(failed)?.len();
    if length > HEADER_BYTES as u64 && std::fs::metadata(path).map_or(0, |log| log.len()) == 0 {
        // SQLite would throw it away: it is written only after the log itself has its first page.
        return Err(damaged(
            "the log that it is ahead of is empty or not there".to_owned(),
        ));
    }
    match damage(BufReader::with_capacity(64 * 1024, opened)).map_err(failed)? {
        None => Ok(()),
        Some(what) => Err(damaged(what)),
    }
}

/// What is wrong with a write-ahead file; nothing, where it is whole or only cut short.
fn damage(mut from: impl Read) -> io::Result<Option<String>> {
    let mut header = [0; HEADER_BYTES];
    if !filled(&mut from, &mut header)? {
        return Ok(None);
    }
    if header == [0; HEADER_BYTES] {
        // The header is synced before the first frame: before that there are only zeros behind it.
        let mut behind = Vec::new();
        from.read_to_end(&mut behind)?;
        let lost = behind.iter().any(|byte| *byte != 0);
        return Ok(lost.then(|| "its header is gone, and there are frames behind it".to_owned()));
    }
    // It lies in one sector and is synced before any frame.
    let Some(sums) = Sums::after(&header) else {
        return Ok(Some("its header does not fit".to_owned()));
    };
    let mut frames = Frames {
        salts: &header[16..24],
        sums,
        wrong: None,
        committed: false,
    };
    let mut frame = vec![0; FRAME_HEADER_BYTES + page_bytes(&header)];
    let mut at = HEADER_BYTES;
    while filled(&mut from, &mut frame)? {
        if frames.pass(at, &mut frame) {
            let wrong = frames.wrong.unwrap_or(at);
            return Ok(Some(format!(
                "what begins at its byte {wrong} does not fit, and more was committed after it"
            )));
        }
        at += frame.len();
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

fn page_bytes(header: &[u8]) -> usize {
    usize::try_from(word(header, 8)).unwrap_or_default()
}

/// The checksum that goes on from frame to frame.
#[derive(Clone, Copy)]
struct Sums {
    big_endian: bool,
    /// As the frame before tells it.
    told: (u32, u32),
    /// As it is by what the frame before holds: one of the two is right if a bit of that frame rotted.
    found: (u32, u32),
}

impl Sums {
    /// As it stands after the file's header, if that is whole.
    fn after(header: &[u8; HEADER_BYTES]) -> Option<Self> {
        let (magic, page) = (word(header, 0), word(header, 8));
        let known = (512..=65536).contains(&page) && page.is_power_of_two();
        if magic & !1 != MAGIC || !known {
            return None;
        }
        let big_endian = magic & 1 == 1;
        let told = (word(header, 24), word(header, 28));
        let found = add(big_endian, (0, 0), &header[..24]);
        (told == found).then_some(Self {
            big_endian,
            told,
            found,
        })
    }

    /// What the frame comes down to after `sums`; its salts and its own checksum don't count.
    fn over(&self, sums: (u32, u32), frame: &[u8]) -> (u32, u32) {
        let sums = add(self.big_endian, sums, &frame[..8]);
        add(self.big_endian, sums, &frame[FRAME_HEADER_BYTES..])
    }

    /// Whether the frame was written after the one before it.
    fn lead_to(&self, frame: &[u8]) -> bool {
        let told = (word(frame, 16), word(frame, 20));
        self.over(self.told, frame) == told || self.over(self.found, frame) == told
    }

    fn pass(&mut self, frame: &[u8]) {
        self.found = self.over(self.told, frame);
        self.told = (word(frame, 16), word(frame, 20));
    }
}

fn add(big_endian: bool, sums: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let word = |four: &[u8]| match big_endian {
        true => word(four, 0),
        false => word(four, 0).swap_bytes(),
    };
    bytes.chunks_exact(8).fold(sums, |(first, second), pair| {
        let first = first.wrapping_add(word(&pair[..4])).wrapping_add(second);
        let second = second.wrapping_add(word(&pair[4..])).wrapping_add(first);
        (first, second)
    })
}

/// The frames of the file, one after another.
struct Frames<'a> {
    /// What all frames have that were written since the file was last begun anew.
    salts: &'a [u8],
    sums: Sums,
    /// Where the first frame lies that does not fit.
    wrong: Option<usize>,
    /// Whether the frame before ends a commit, and that is sure.
    committed: bool,
}

impl Frames<'_> {
    /// Goes over the frame that lies at byte `at`; `true` when it was written after a commit that does not fit, or
    /// that has something before it that does not. The checksum goes on from the frame before, so no frame that
    /// only lies there from earlier, of a commit that was given up or of one that was cut off, is taken for one.
    fn pass(&mut self, at: usize, frame: &mut [u8]) -> bool {
        let ours = frame[8..16] == *self.salts;
        let follows = self.sums.lead_to(frame);
        let fits =
            ours && self.sums.over(self.sums.told, frame) == (word(frame, 16), word(frame, 20));
        if self.wrong.is_some() && self.committed && ours && follows {
            return true;
        }
        let first_wrong = self.wrong.is_none() && !fits;
        if first_wrong {
            self.wrong = Some(at);
        }
        if self.wrong.is_some() {
            // Where a sector ends between the two, the mark may be from earlier though the salts are not.
            let one_sector = at % SECTOR_BYTES != SECTOR_BYTES - 8;
            self.committed = commits(frame) && (follows || (ours && one_sector))
                || first_wrong && ours && self.commits_but_for_a_bit(frame);
        }
        self.sums.pass(frame);
        false
    }

    /// Whether it ends a commit, and fits but for one bit that rotted.
    fn commits_but_for_a_bit(&self, frame: &mut [u8]) -> bool {
        let told = (word(frame, 16), word(frame, 20));
        // Without a mark it is the mark that rotted, or it ends none.
        let bits = match commits(frame) {
            true => 0..frame.len() * 8,
            false => 4 * 8..8 * 8,
        };
        for bit in bits {
            if (8..FRAME_HEADER_BYTES).contains(&(bit / 8)) {
                continue;
            }
            frame[bit / 8] ^= 1 << (bit % 8);
            let whole = commits(frame) && self.sums.over(self.sums.told, frame) == told;
            frame[bit / 8] ^= 1 << (bit % 8);
            if whole {
                return true;
            }
        }
        false
    }
}

/// Whether the frame is marked as the last of a commit: by the number of pages that the log then has.
fn commits(frame: &[u8]) -> bool {
    word(frame, 4) != 0
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    u32::from_be_bytes(four.unwrap_or_default())
}
