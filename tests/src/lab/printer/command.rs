// SPDX-License-Identifier: GPL-3.0-or-later
//! ESC/POS, taken apart: bytes become commands, and the questions among them are picked out.

/// One command of the printed page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// `ESC @`.
    Reset,
    /// `GS v 0`, or `GS ( L` with its picture: rows of `stride` bytes.
    Raster { stride: usize, dots: Vec<u8> },
    /// `GS ( L` function 50: print the picture that was stored.
    PrintStored,
    /// `GS ( L` function 112: store a picture.
    Store { stride: usize, dots: Vec<u8> },
    /// Letters, in whatever code page they were sent.
    Text(u8),
    /// `LF`.
    LineFeed,
    /// `ESC d`: lines.
    FeedLines(u8),
    /// `ESC J`: rows of dots.
    FeedRows(u8),
    /// `GS V`.
    Cut,
    /// `GS ( k` function 180: keep this for a QR code.
    QrData(Vec<u8>),
    /// `GS ( k` function 181: draw the QR code.
    QrPrint,
    /// `GS r`: answer when all before it is done.
    Status(u8),
    /// One that changes nothing here.
    Other,
}

/// A question or an order that is obeyed at once, also while the printer is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RealTime {
    /// `DLE EOT`.
    Ask(u8),
    /// `DLE ENQ 1`: recover and go on.
    Recover,
    /// `DLE ENQ 2`: recover and forget what was received.
    Forget,
}

/// Splits `bytes` into what is obeyed at once and what is printed in its turn; what may still become
/// a real-time command stays in `held`.
pub(super) fn pick_out(held: &mut Vec<u8>, bytes: &[u8], rest: &mut Vec<u8>) -> Vec<RealTime> {
    let mut found = vec![];
    held.extend_from_slice(bytes);
    let mut at = 0;
    while at < held.len() {
        let order = match held[at..] {
            [0x10] | [0x10, 0x04 | 0x05] => break,
            [0x10, 0x04, n @ 1..=4, ..] => Some(RealTime::Ask(n)),
            [0x10, 0x05, 1, ..] => Some(RealTime::Recover),
            [0x10, 0x05, 2, ..] => Some(RealTime::Forget),
            _ => None,
        };
        match order {
            Some(order) => {
                if order == RealTime::Forget {
                    rest.clear();
                }
                found.push(order);
                at += 3;
            }
            None => {
                rest.push(held[at]);
                at += 1;
            }
        }
    }
    held.drain(..at);
    found
}

/// The command that `bytes` begin with and its length; `None` while it is not there in whole.
pub(super) fn parse(bytes: &[u8]) -> Option<(Command, usize)> {
    let fixed = |command, length| (bytes.len() >= length).then_some((command, length));
    match *bytes {
        [] | [0x1B] | [0x1D] | [0x1C] | [0x1B, b'd' | b'J'] => None,
        [b'\n', ..] => fixed(Command::LineFeed, 1),
        [0x1B, b'@', ..] => fixed(Command::Reset, 2),
        [0x1B, b'd', n, ..] => fixed(Command::FeedLines(n), 3),
        [0x1B, b'J', n, ..] => fixed(Command::FeedRows(n), 3),
        [0x1B, b'2' | b'<' | b'c' | b'=', ..] if bytes[1] == b'2' || bytes[1] == b'<' => {
            fixed(Command::Other, 2)
        }
        [0x1B, b'c', ..] => fixed(Command::Other, 4),
        [0x1B, ..] => fixed(Command::Other, 3),
        [0x1C, b'.' | b'&', ..] => fixed(Command::Other, 2),
        [0x1C, ..] => fixed(Command::Other, 3),
        [0x1D, b'v', ..] => raster(bytes),
        [0x1D, b'(', ..] => parenthesis(bytes),
        [0x1D, b'V', 0 | 1 | b'0' | b'1', ..] => fixed(Command::Cut, 3),
        [0x1D, b'V', ..] => fixed(Command::Cut, 4),
        [0x1D, b'r', n, ..] => fixed(Command::Status(n), 3),
        [0x1D, b'r'] => None,
        [0x1D, b'L' | b'W' | b'P', ..] => fixed(Command::Other, 4),
        [0x1D, ..] => fixed(Command::Other, 3),
        [letter @ 0x20..=0xFF, ..] => fixed(Command::Text(letter), 1),
        [_, ..] => fixed(Command::Other, 1),
    }
}

fn word(low: u8, high: u8) -> usize {
    usize::from(u16::from_le_bytes([low, high]))
}

fn raster(bytes: &[u8]) -> Option<(Command, usize)> {
    let [_, _, _, _mode, xl, xh, yl, yh, rest @ ..] = bytes else {
        return None;
    };
    let (stride, rows) = (word(*xl, *xh), word(*yl, *yh));
    let dots = rest.get(..stride * rows)?.to_vec();
    Some((Command::Raster { stride, dots }, 8 + stride * rows))
}

/// `GS ( x pL pH …`: graphics (`L`) and two-dimensional codes (`k`).
fn parenthesis(bytes: &[u8]) -> Option<(Command, usize)> {
    let [_, _, kind, low, high, rest @ ..] = bytes else {
        return None;
    };
    let length = word(*low, *high);
    let inside = rest.get(..length)?;
    let command = match (kind, inside) {
        // m, fn 112, tone, bx, by, colour, width, height, dots.
        (b'L', [_, 112, _, _, _, _, xl, xh, _, _, dots @ ..]) => Command::Store {
            stride: word(*xl, *xh).div_ceil(8),
            dots: dots.to_vec(),
        },
        (b'L', [_, 2 | 50]) => Command::PrintStored,
        // cn, fn 80, m, data; only a QR's cn is 49.
        (b'k', [49, 80, _, data @ ..]) => Command::QrData(data.to_vec()),
        (b'k', [49, 81, ..]) => Command::QrPrint,
        _ => Command::Other,
    };
    Some((command, 5 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> Vec<Command> {
        let mut commands = vec![];
        while let Some((command, length)) = parse(bytes) {
            commands.push(command);
            bytes = &bytes[length..];
        }
        assert!(bytes.is_empty(), "left over: {bytes:02x?}");
        commands
    }

    #[test]
    fn a_job_is_taken_apart_into_its_commands() {
        let job = b"\x1b@\x1dv0\x00\x02\x00\x01\x00\xAA\x55Hi\n\x1bd\x03\x1dVA\x00\x1dr\x01";
        assert_eq!(
            all(job),
            [
                Command::Reset,
                Command::Raster {
                    stride: 2,
                    dots: vec![0xAA, 0x55]
                },
                Command::Text(b'H'),
                Command::Text(b'i'),
                Command::LineFeed,
                Command::FeedLines(3),
                Command::Cut,
                Command::Status(1),
            ]
        );
    }

    #[test]
    fn a_command_that_is_not_there_in_whole_waits() {
        assert_eq!(parse(b"\x1dv0\x00\x02\x00\x01\x00\xAA"), None);
        assert_eq!(parse(b"\x1d(k\x04\x00\x31\x50"), None);
        assert_eq!(parse(b"\x1b"), None);
    }

    #[test]
    fn a_qr_code_comes_as_data_and_then_as_an_order() {
        let job = b"\x1d(k\x06\x00\x31\x50\x30abc\x1d(k\x03\x00\x31\x51\x30";
        assert_eq!(
            all(job),
            [Command::QrData(b"abc".to_vec()), Command::QrPrint]
        );
    }

    #[test]
    fn questions_are_picked_out_also_where_they_come_in_pieces() {
        let (mut held, mut rest) = (vec![], vec![]);
        assert_eq!(pick_out(&mut held, b"A\x10", &mut rest), []);
        assert_eq!(pick_out(&mut held, b"\x04", &mut rest), []);
        assert_eq!(
            pick_out(&mut held, b"\x02B\x10\x20", &mut rest),
            [RealTime::Ask(2)]
        );
        assert_eq!(rest, b"AB\x10\x20");
    }

    #[test]
    fn an_order_to_forget_takes_what_came_before_it_and_not_what_comes_after() {
        let (mut held, mut rest) = (vec![], vec![]);
        assert_eq!(
            pick_out(&mut held, b"old\x10\x05\x02new", &mut rest),
            [RealTime::Forget]
        );
        assert_eq!(rest, b"new");
    }
}
