// SPDX-License-Identifier: GPL-3.0-or-later
//! The pixels of an off-screen window: drawn by its loop, read by its page.

use std::sync::{Mutex, MutexGuard, PoisonError};

use slint::Rgb8Pixel;
use tokio::sync::watch;

/// The picture as it was last drawn.
pub(crate) struct Picture {
    width: u32,
    height: u32,
    // One buffer, reused: only what changed is drawn into it.
    pixels: Mutex<Vec<Rgb8Pixel>>,
    frames: watch::Sender<u64>,
}

impl Picture {
    pub(crate) fn new((width, height): (u32, u32)) -> Self {
        let blank = Rgb8Pixel {
            r: 255,
            g: 255,
            b: 255,
        };
        let pixels = Mutex::new(vec![blank; width as usize * height as usize]);
        Self {
            width,
            height,
            pixels,
            frames: watch::Sender::new(0),
        }
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Lets `draw` have the pixels and the length of a row, and counts a frame.
    pub(crate) fn draw(&self, draw: impl FnOnce(&mut [Rgb8Pixel], usize)) {
        draw(&mut self.lock(), self.width as usize);
        self.frames.send_modify(|count| *count += 1);
    }

    /// How many frames were drawn so far, and will be.
    pub(crate) fn frames(&self) -> watch::Receiver<u64> {
        self.frames.subscribe()
    }

    /// The picture as a PNG.
    pub(crate) fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let bytes: Vec<u8> = self
            .lock()
            .iter()
            .flat_map(|one| [one.r, one.g, one.b])
            .collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        encoder.write_header()?.write_image_data(&bytes)?;
        Ok(file)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Rgb8Pixel>> {
        self.pixels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
