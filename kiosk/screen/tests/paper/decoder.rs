// SPDX-License-Identifier: GPL-3.0-or-later
//! Reads a print job back: what a printer would burn, and where it would cut.
//!
//! It knows only the commands that a ticket may use; any other byte fails the test.

/// What a job puts on the paper.
#[derive(Debug, Default)]
pub(crate) struct Paper {
    /// Rows of dots, true is black.
    pub(crate) rows: Vec<Vec<bool>>,
    /// Rows of each raster command.
    pub(crate) bands: Vec<usize>,
    /// Lines fed after the last row.
    pub(crate) lines_fed: usize,
    /// Cuts, each with how many rows were above it.
    pub(crate) cuts: Vec<usize>,
}

impl Paper {
    /// Width in dots; 0 for no rows.
    pub(crate) fn dots(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }
}

/// What `job` prints.
pub(crate) fn decode(job: &[u8]) -> Paper {
    let mut paper = Paper::default();
    let mut rest = job;
    assert_eq!(&rest[..2], b"\x1b@", "a job begins with a reset");
    while !rest.is_empty() {
        rest = match rest {
            [0x1B, b'@', rest @ ..] => rest,
            [0x1D, b'v', b'0', 0, xl, xh, yl, yh, rest @ ..] => {
                let stride = usize::from(u16::from_le_bytes([*xl, *xh]));
                let rows = usize::from(u16::from_le_bytes([*yl, *yh]));
                let (band, rest) = rest.split_at(stride * rows);
                for row in band.chunks(stride) {
                    let dot = |x: usize| row[x / 8] & (0x80 >> (x % 8)) != 0;
                    paper.rows.push((0..stride * 8).map(dot).collect());
                }
                paper.bands.push(rows);
                rest
            }
            [0x1B, b'd', lines, rest @ ..] => {
                paper.lines_fed += usize::from(*lines);
                rest
            }
            [0x1D, b'V', 65 | 66, _, rest @ ..] => {
                paper.cuts.push(paper.rows.len());
                rest
            }
            other => panic!(
                "not a command of a ticket: {:02x?}",
                &other[..other.len().min(8)]
            ),
        };
    }
    paper
}
