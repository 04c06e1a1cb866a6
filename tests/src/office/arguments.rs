// SPDX-License-Identifier: GPL-3.0-or-later
//! The command line of `cargo office`.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Starts the office of Torroella de Montgrí on this machine: hub, kiosk, lobby board, desk buttons
/// and a printer made of air. Ctrl-C ends all of it.
#[derive(Debug, Clone, Parser)]
#[command(name = "office", version)]
pub struct Arguments {
    /// How kiosk and lobby show themselves: in windows, or headless in the browser page.
    #[arg(long, value_enum, default_value_t = Screens::Auto)]
    pub screen: Screens,
    /// Play the main job once, check it, leave its pictures and figures, and end.
    #[arg(long)]
    pub once: bool,
    /// Where --once leaves its files; a new folder if left out.
    #[arg(long, value_name = "DIR", requires = "once")]
    pub out: Option<PathBuf>,
    /// The port of the browser page; any free one if left out.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// Where the hub keeps its log; a folder that goes with the office if left out.
    #[arg(long, value_name = "DIR", conflicts_with = "once")]
    pub data: Option<PathBuf>,
}

/// How the screens show themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Screens {
    /// In windows where there is an X11 or Wayland display, headless elsewhere.
    Auto,
    /// In windows.
    Screen,
    /// Off-screen, in the browser page.
    Headless,
}

impl Screens {
    /// The word that the programs take.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Screen => "screen",
            Self::Headless => "headless",
        }
    }
}
