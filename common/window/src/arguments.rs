// SPDX-License-Identifier: GPL-3.0-or-later
//! What a face's program is told on its command line about its window.

use std::net::SocketAddr;

use clap::Args;

use crate::{Mode, Options};

/// Where a face is drawn, how large, and where its page listens.
#[derive(Debug, Clone, Args)]
pub struct WindowArguments {
    /// Where the window is drawn: auto, screen or headless.
    #[arg(long, default_value = "auto")]
    pub screen: Mode,
    /// Its width and height in pixels.
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    pub size: (u32, u32),
    /// Where the page of a headless window listens, on loopback; port 0: any.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub page: SocketAddr,
}

impl WindowArguments {
    /// The options of a window with this title.
    #[must_use]
    pub fn options(&self, title: String) -> Options {
        Options {
            mode: self.screen,
            size: self.size,
            listen: self.page,
            title,
        }
    }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let sides = text
        .split_once('x')
        .and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    let sensible = |side: &u32| (320..=8_192).contains(side);
    sides
        .filter(|(width, height)| sensible(width) && sensible(height))
        .ok_or_else(|| {
            "a size is WIDTHxHEIGHT in pixels, each 320 to 8192, such as 1920x1080".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_two_sensible_numbers() {
        assert_eq!(size("1280x720"), Ok((1280, 720)));
        for wrong in ["1280", "1280x", "0x0", "1280x72", "100000x1080", "-1x720"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
