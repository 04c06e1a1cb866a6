// SPDX-License-Identifier: GPL-3.0-or-later
//! The checksums by which the log knows its own damage: a chain through all events, and a sum for every other row.
//!
//! They tell what a card or a cable did to the bytes; they are no seal, since whoever may write the file can write
//! them, too.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use sha2::{Digest, Sha256};

use super::Entry;

/// Bytes of a chain's value: enough that no damage meets the right one by chance.
const CHAIN_BYTES: usize = 16;

/// Bytes of a row's sum.
const SUM_BYTES: usize = 8;

/// What all events up to one come down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chain([u8; CHAIN_BYTES]);

impl Chain {
    /// What stands for an event that was found damaged when the chain was begun: it never fits.
    pub(super) const NONE: Self = Self([0; CHAIN_BYTES]);

    /// What stands before the first event of the log that was made under `uuid`.
    pub(super) fn before_the_first(uuid: &str) -> Self {
        Self(cut(Sha256::digest(uuid).into()))
    }

    /// What the events come down to with `entry` after them.
    pub(super) fn with(self, entry: &Entry) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(entry.seq.get().to_be_bytes());
        hash.update(entry.at_ms.to_be_bytes());
        hash.update(length(entry.kind.as_bytes()));
        hash.update(&entry.kind);
        hash.update(&entry.data);
        Self(cut(hash.finalize().into()))
    }
}

impl FromSql for Chain {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        whole(value).map(Self)
    }
}

impl ToSql for Chain {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
    }
}

/// What the columns of a row come down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum([u8; SUM_BYTES]);

impl Sum {
    /// The sum of these columns; one without a value is `None`.
    pub(super) fn of<'a>(columns: impl IntoIterator<Item = Option<&'a [u8]>>) -> Self {
        let mut hash = Sha256::new();
        for column in columns {
            hash.update([u8::from(column.is_some())]);
            if let Some(bytes) = column {
                hash.update(length(bytes));
                hash.update(bytes);
            }
        }
        Self(cut(hash.finalize().into()))
    }
}

impl FromSql for Sum {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        whole(value).map(Self)
    }
}

impl ToSql for Sum {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
    }
}

fn length(bytes: &[u8]) -> [u8; 8] {
    (bytes.len() as u64).to_be_bytes()
}

fn cut<const N: usize>(hash: [u8; 32]) -> [u8; N] {
    std::array::from_fn(|at| hash[at])
}

fn whole<const N: usize>(value: ValueRef<'_>) -> FromSqlResult<[u8; N]> {
    let bytes = value.as_blob()?;
    bytes.try_into().map_err(|_| FromSqlError::InvalidBlobSize {
        expected_size: N,
        blob_size: bytes.len(),
    })
}
