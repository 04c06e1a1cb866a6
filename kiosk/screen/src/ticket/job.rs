// SPDX-License-Identifier: GPL-3.0-or-later
//! A picture as one print job of ESC/POS: reset, bands of raster, a feed, the cut.
//!
//! Everything on a ticket is raster, so that every language looks the same on every printer. The
//! job is a value of its own and is written later, in one piece: nothing here touches a device.

use std::cell::RefCell;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::errors::PrinterError;
use escpos::printer::Printer;
use escpos::utils::Protocol;

use super::Bitmap;

/// Rows of one raster command. Cheap printers hold no more than 256 in memory; half of that also
/// halves what an interrupted job leaves unfinished.
pub const BAND_ROWS: usize = 128;

/// Lines fed after the last row. `GS V 65` goes on to the cutter by itself; the one more is the lower margin.
const FEED_LINES: u8 = 1;

/// The bytes that print `picture` and cut it off.
///
/// # Errors
/// Whatever `escpos` refuses; none of the commands used here has a way to fail.
pub fn job(picture: &Bitmap) -> Result<Vec<u8>, PrinterError> {
    let collected = Collector::default();
    let mut printer = Printer::new(collected.clone(), Protocol::default(), None);
    printer.init()?;
    for band in safe(picture.bytes()).chunks(BAND_ROWS * picture.stride()) {
        printer.custom(&raster(band, picture.stride()))?;
    }
    printer.feeds(FEED_LINES)?.print_cut()?;
    Ok(collected.0.take())
}

/// `GS v 0`: `band`, rows of `stride` bytes, in normal size.
fn raster(band: &[u8], stride: usize) -> Vec<u8> {
    let low_high = |n: usize| [(n & 0xFF) as u8, (n >> 8 & 0xFF) as u8];
    let mut command = vec![0x1D, b'v', b'0', 0];
    command.extend(low_high(stride));
    command.extend(low_high(band.len() / stride));
    command.extend(band);
    command
}

/// The dots without the byte pairs that a printer takes for a real-time command in the middle of a
/// picture (`DLE EOT`, `DLE ENQ`, `DLE DC4`): one more dot beside the one that is there undoes them.
fn safe(dots: &[u8]) -> Vec<u8> {
    const DLE: u8 = 0x10;
    let mut dots = dots.to_vec();
    for at in 1..dots.len() {
        if dots[at - 1] == DLE && matches!(dots[at], 0x04 | 0x05 | 0x14) {
            dots[at - 1] |= DLE >> 1;
        }
    }
    dots
}

/// A driver that keeps what it is given.
#[derive(Debug, Clone, Default)]
struct Collector(Rc<RefCell<Vec<u8>>>);

impl Driver for Collector {
    fn name(&self) -> String {
        "a job in memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<(), PrinterError> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _buf: &mut [u8]) -> Result<usize, PrinterError> {
        Ok(0)
    }

    fn flush(&self) -> Result<(), PrinterError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_that_look_like_a_real_time_command_get_one_more_dot() {
        assert_eq!(safe(&[0x10, 0x04, 0x01]), [0x18, 0x04, 0x01]);
        assert_eq!(safe(&[0x10, 0x05, 0x10, 0x14]), [0x18, 0x05, 0x18, 0x14]);
    }

    #[test]
    fn other_dots_are_left_as_they_are() {
        let dots = [0x10, 0x03, 0x04, 0x10, 0x10, 0x20, 0xFF, 0x05];
        assert_eq!(safe(&dots), dots);
    }
}
