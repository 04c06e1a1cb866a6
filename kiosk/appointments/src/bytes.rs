// SPDX-License-Identifier: GPL-3.0-or-later
//! Bytes into text: marks at the beginning, encodings, lines and their folds.
//!
//! Calendars are folded by bytes, often inside a letter, so lines are unfolded before they are decoded. What a
//! line means is not known here.

/// What is longer than this after unfolding is cut: no date or rule is as long.
const LINE_MAX: usize = 64 * 1024;

/// The last 32 of the Windows-1252 code page's places that ISO 8859-1 leaves to control characters.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The bytes as UTF-8 without a byte-order mark, if they need be made so: UTF-16 is turned into it.
pub(crate) fn without_mark(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return rest.into();
    }
    let sixteen = match bytes {
        [0xFF, 0xFE, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xFE, 0xFF, rest @ ..] => Some((rest, u16::from_be_bytes as _)),
        // No mark, and yet every other byte of what should be letters is zero.
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some((bytes, u16::from_le_bytes as _)),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some((bytes, u16::from_be_bytes as _)),
        _ => None,
    };
    let Some((units, read)) = sixteen else {
        return bytes.into();
    };
    let units = units.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units)
        .map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.into_bytes().into()
}

/// Text that is UTF-8, or was taken for Windows-1252; `true`: the latter.
pub(crate) fn decoded(bytes: Vec<u8>) -> (String, bool) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => {
            let windows = |byte: &u8| match byte {
                0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
                other => char::from(*other),
            };
            (error.as_bytes().iter().map(windows).collect(), true)
        }
    }
}

/// The lines as they stand, whether they end with CRLF, LF or CR.
fn physical(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').flat_map(|line| {
        line.strip_suffix(b"\r")
            .unwrap_or(line)
            .split(|b| *b == b'\r')
    })
}

/// Lines put together from their folds.
pub(crate) struct Lines<'b> {
    physical: Box<dyn Iterator<Item = &'b [u8]> + 'b>,
    indent: &'b [u8],
    line: Option<Vec<u8>>,
    /// How many lines were no UTF-8.
    pub(crate) not_utf8: usize,
    /// How many were longer than any line need be.
    pub(crate) too_long: usize,
    whole: bool,
}

impl<'b> Lines<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Self {
        // A file that is indented as a whole has no folds that could be told by their blank.
        let first = physical(bytes).find(|line| !line.trim_ascii().is_empty());
        let indent = first.map_or(&[][..], |line| {
            &line[..line.len() - line.trim_ascii_start().len()]
        });
        Self {
            physical: Box::new(physical(bytes)),
            indent,
            line: None,
            not_utf8: 0,
            too_long: 0,
            whole: true,
        }
    }

    fn give(&mut self, next: Option<Vec<u8>>) -> Option<String> {
        let line = std::mem::replace(&mut self.line, next)?;
        self.too_long += usize::from(!self.whole);
        self.whole = true;
        let (text, windows) = decoded(line);
        self.not_utf8 += usize::from(windows);
        Some(text)
    }

    fn lengthen(&mut self, more: &[u8]) {
        let line = self.line.get_or_insert_default();
        let room = LINE_MAX.saturating_sub(line.len());
        self.whole &= more.len() <= room;
        line.extend_from_slice(&more[..more.len().min(room)]);
    }
}

impl Iterator for Lines<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            let Some(line) = self.physical.next() else {
                return self.give(None);
            };
            let line = line.strip_prefix(self.indent).unwrap_or(line);
            match line {
                _ if line.trim_ascii().is_empty() && !line.starts_with(b" ") => {}
                [b' ' | b'\t', more @ ..] => self.lengthen(more),
                _ => {
                    let before = self.line.is_some().then(|| self.give(Some(Vec::new())));
                    self.lengthen(line);
                    if let Some(before) = before {
                        return before;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        Lines::of(bytes).collect()
    }

    #[test]
    fn a_fold_inside_a_letter_is_undone_before_the_letter_is_read() {
        let folded = b"SUMMARY:Torroella de Montgr\xC3\r\n \xAD\r\nUID:1\r\n";
        assert_eq!(lines(folded), ["SUMMARY:Torroella de Montgrí", "UID:1"]);
    }

    #[test]
    fn lines_end_with_any_mark_and_blank_ones_are_none() {
        assert_eq!(
            lines(b"A:1\rB:2\n\nC:3\r\n\tx\r\r\n y"),
            ["A:1", "B:2", "C:3xy"]
        );
    }

    #[test]
    fn a_file_that_is_indented_as_a_whole_is_read_as_if_it_were_not() {
        assert_eq!(lines(b"  A:1\n  B:2\n   3\n"), ["A:1", "B:23"]);
    }

    #[test]
    fn what_is_no_utf8_is_windows_1252() {
        let mut read = Lines::of(b"SUMMARY:Montgr\xED \x80\nUID:\xC3\xAD");
        assert_eq!(read.next().as_deref(), Some("SUMMARY:Montgrí €"));
        assert_eq!(read.next().as_deref(), Some("UID:í"));
        assert_eq!((read.next(), read.not_utf8), (None, 1));
    }

    #[test]
    fn a_line_that_never_ends_is_cut() {
        let mut endless = b"DESCRIPTION:".to_vec();
        endless.resize(10 * LINE_MAX, b'x');
        endless.extend_from_slice(b"\nUID:1");
        let mut read = Lines::of(&endless);
        assert_eq!(read.next().map(|line| line.len()), Some(LINE_MAX));
        assert_eq!(read.next().as_deref(), Some("UID:1"));
        assert_eq!(read.too_long, 1);
    }

    #[test]
    fn sixteen_bit_text_is_read_either_way_round_and_without_its_mark() {
        let text = "BEGIN:VCALENDAR";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, bytes) in [
            (&b"\xFF\xFE"[..], &little),
            (b"", &little),
            (b"\xFE\xFF", &big),
            (b"", &big),
        ] {
            let marked = [mark, bytes].concat();
            assert_eq!(&*without_mark(&marked), text.as_bytes());
        }
    }
}
