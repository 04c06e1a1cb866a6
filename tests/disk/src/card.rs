// SPDX-License-Identifier: GPL-3.0-or-later
//! A card as it could lie in the reader after a power cut.
//!
//! What was synced is there. Of what was written to a file since its last sync any part may be there and any part
//! not, in whatever order, torn at the sectors; so may changes of its size. Of what happened to a name since the
//! folder was last synced some first part is there, for each name another. A write is never there in part where the
//! fate says that all of it was lost or kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::chance::Chance;
use crate::record::{Record, Step};

/// The files in a folder, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// All of it is lost.
    Lost,
    /// All of it is there, as after a kill.
    Kept,
    /// Each piece of it is there, or lost, or torn at sectors of so many bytes.
    Torn {
        /// The sector.
        sector: u64,
        /// Whether what lies beside a torn write in the same sector is left alone.
        powersafe: bool,
    },
}

/// What was done to a file and is not durable.
#[derive(Debug, Clone)]
enum Pending {
    Write { offset: u64, bytes: Arc<[u8]> },
    Truncate { size: u64 },
}

#[derive(Debug, Clone, Default)]
struct Content {
    durable: Vec<u8>,
    pending: Vec<Pending>,
}

/// A card during a run, step by step.
#[derive(Debug, Clone, Default)]
pub struct Card {
    content: BTreeMap<u64, Content>,
    /// The names that are durable.
    names: BTreeMap<String, u64>,
    /// What the names stand for now, since the folder was last synced; `None`: taken out.
    renamed: BTreeMap<String, Vec<Option<u64>>>,
    marks: Vec<u64>,
}

impl Card {
    /// The card as it was before the record began.
    #[must_use]
    pub fn before(record: &Record) -> Self {
        let mut card = Self::default();
        for (name, (file, bytes)) in &record.before {
            card.names.insert(name.clone(), *file);
            card.content.entry(*file).or_default().durable = bytes.clone();
        }
        card
    }

    /// The notes that were made so far.
    #[must_use]
    pub fn marks(&self) -> &[u64] {
        &self.marks
    }

    /// Goes on by one step.
    pub fn follow(&mut self, step: &Step) {
        match step {
            Step::Create { name, file } => {
                self.renamed
                    .entry(name.clone())
                    .or_default()
                    .push(Some(*file));
            }
            Step::Delete { name } => self.renamed.entry(name.clone()).or_default().push(None),
            Step::Write {
                file,
                offset,
                bytes,
            } => self.pend(
                *file,
                Pending::Write {
                    offset: *offset,
                    bytes: Arc::clone(bytes),
                },
            ),
            Step::Truncate { file, size } => self.pend(*file, Pending::Truncate { size: *size }),
            Step::Sync { file } => {
                let content = self.content.entry(*file).or_default();
                for one in std::mem::take(&mut content.pending) {
                    one.apply(&mut content.durable);
                }
            }
            Step::SyncFolder => {
                for (name, stands_for) in std::mem::take(&mut self.renamed) {
                    point(&mut self.names, name, stands_for.last().copied());
                }
            }
            Step::Mark(note) => self.marks.push(*note),
        }
    }

    fn pend(&mut self, file: u64, pending: Pending) {
        self.content.entry(file).or_default().pending.push(pending);
    }

    /// The files after a power cut at this moment.
    #[must_use]
    pub fn cut(&self, fate: Fate, chance: &mut Chance) -> Files {
        let mut names = self.names.clone();
        for (name, stands_for) in &self.renamed {
            let kept = match fate {
                Fate::Lost => 0,
                Fate::Kept => stands_for.len(),
                Fate::Torn { .. } => {
                    usize::try_from(chance.below(stands_for.len() as u64 + 1)).unwrap_or(0)
                }
            };
            point(&mut names, name.clone(), stands_for[..kept].last().copied());
        }
        let none = Content::default();
        let content = |file: u64| self.content.get(&file).unwrap_or(&none);
        names
            .into_iter()
            .map(|(name, file)| (name, content(file).cut(fate, chance)))
            .collect()
    }
}

fn point(names: &mut BTreeMap<String, u64>, name: String, stands_for: Option<Option<u64>>) {
    match stands_for {
        Some(Some(file)) => {
            names.insert(name, file);
        }
        Some(None) => {
            names.remove(&name);
        }
        None => {}
    }
}

impl Content {
    fn cut(&self, fate: Fate, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for one in &self.pending {
            match fate {
                Fate::Lost => {}
                Fate::Kept => one.apply(&mut bytes),
                Fate::Torn { sector, powersafe } => match chance.below(4) {
                    0 => {}
                    1 => one.tear(&mut bytes, sector, powersafe, chance),
                    _ => one.apply(&mut bytes),
                },
            }
        }
        bytes
    }
}

impl Pending {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => lay(file, place(*offset), bytes),
            Self::Truncate { size } => file.resize(place(*size), 0),
        }
    }

    /// Of a write, each sector is there, or as it was, or holds anything.
    fn tear(&self, file: &mut Vec<u8>, sector: u64, powersafe: bool, chance: &mut Chance) {
        let Self::Write { offset, bytes } = self else {
            return self.apply(file);
        };
        let end = offset + bytes.len() as u64;
        let mut from = *offset;
        while from < end {
            let begins = from - from % sector;
            let to = (begins + sector).min(end);
            match chance.below(8) {
                0..3 => {}
                3 => {
                    // What was written before in this sector is in danger only where the card does not save it.
                    let (from, to) = match powersafe {
                        true => (from, to),
                        false => (begins, (begins + sector).min(end.max(file.len() as u64))),
                    };
                    let any: Vec<u8> = (from..to).map(|_| chance.any().to_le_bytes()[0]).collect();
                    lay(file, place(from), &any);
                }
                _ => lay(
                    file,
                    place(from),
                    &bytes[place(from - offset)..place(to - offset)],
                ),
            }
            from = to;
        }
    }
}

/// Writes `bytes` at `offset`; what was never written before it is zero.
fn lay(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(bytes);
}

/// A place in a file that fits into memory.
fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
