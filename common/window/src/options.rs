// SPDX-License-Identifier: GPL-3.0-or-later
//! What is asked of a window.

use std::env;
use std::net::SocketAddr;
use std::str::FromStr;

/// Where the window is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// On the screen, if the environment names one, else off-screen.
    #[default]
    Auto,
    /// On the screen.
    Screen,
    /// Off-screen, served on a loopback page.
    Headless,
}

/// The text names no mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of auto, screen and headless")]
pub struct UnknownMode(String);

impl FromStr for Mode {
    type Err = UnknownMode;
    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "auto" => Ok(Self::Auto),
            "screen" => Ok(Self::Screen),
            "headless" => Ok(Self::Headless),
            _ => Err(UnknownMode(text.to_owned())),
        }
    }
}

impl Mode {
    /// Whether it comes to an off-screen window, in this environment.
    #[must_use]
    pub fn is_headless(self) -> bool {
        match self {
            Self::Screen => false,
            Self::Headless => true,
            Self::Auto => !["WAYLAND_DISPLAY", "DISPLAY"]
                .iter()
                .any(|name| is_set(name)),
        }
    }
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// What is asked of a window.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it is drawn.
    pub mode: Mode,
    /// Its width and height, in pixels. A window manager may give another size.
    pub size: (u32, u32),
    /// Where the page of a headless window listens: loopback only, port 0 for any.
    pub listen: SocketAddr,
    /// What the page calls itself.
    pub title: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_one_of_three_words() {
        assert_eq!("headless".parse(), Ok(Mode::Headless));
        assert_eq!("screen".parse(), Ok(Mode::Screen));
        assert_eq!("auto".parse(), Ok(Mode::Auto));
        assert!("Headless".parse::<Mode>().is_err());
    }
}
