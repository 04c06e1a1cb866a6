// SPDX-License-Identifier: GPL-3.0-or-later
//! The board as a program: arguments, configuration, threads.
//!
//! The window has the main thread. A second one follows the hub and keeps the view model; a third
//! one sounds. What the board says is decided elsewhere.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use clap::Parser;
use slint::ComponentHandle;
use tokio::sync::{mpsc, watch};
use torn_client::{Client, ClientError};
use torn_config::{DeviceConfig, Mistakes};
use torn_window::{Mode, Options, Witness};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::adapter::Adapter;
use crate::board::Board;
use crate::follow::Follow;
use crate::reports::Reports;
use crate::sound::{self, Sound};
use crate::view_model::ViewModel;

/// The number's capitals on the sheets, as parts of the picture's longer and shorter side.
const CAPITALS: (f64, f64) = (274.0 / 1920.0, 274.0 / 1080.0);
/// A capital that can be read from a distance is at least this part of it: 0.7 degrees.
const READABLE: f64 = 0.012_22;

/// The lobby board: the number that is called, where to, and a chime.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The device's configuration.
    #[arg(long, value_name = "FILE", default_value = "/etc/torn/device.toml")]
    config: PathBuf,
    /// Read the configuration, say what is wrong with it, and end.
    #[arg(long)]
    check: bool,
    /// Where the board is drawn: auto, screen or headless.
    #[arg(long, default_value = "auto")]
    screen: Mode,
    /// Its width and height in pixels.
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    size: (u32, u32),
    /// Where the page of a headless board listens, on loopback; port 0: any.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    page: SocketAddr,
}

/// Why the board can't start.
#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}:\n{mistakes}", path.display())]
    Config { path: PathBuf, mistakes: Mistakes },
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the window can't be made: {0}")]
    Window(#[from] torn_window::WindowError),
    #[error("the window can't be made: {0}")]
    Platform(#[from] slint::PlatformError),
    #[error("the window's loop takes no work: {0}")]
    Loop(#[from] slint::EventLoopError),
    #[error("a thread can't be started: {0}")]
    Thread(#[source] io::Error),
    #[error("standard output can't be written: {0}")]
    Output(#[source] io::Error),
}

impl ProgramError {
    /// A configuration that is wrong is told apart from a machine that fails.
    fn code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Config { .. }) {
            2
        } else {
            1
        })
    }
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = read(&arguments.config).and_then(|config| {
        if arguments.check {
            check(&arguments.config, &config)
        } else {
            run(&arguments, config)
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever started it by hand reads this; a journal keeps it too.
            if writeln!(io::stderr().lock(), "torn-display: {error}").is_err() {
                tracing::error!(%error, "the board can't start");
            }
            error.code()
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

fn read(path: &Path) -> Result<DeviceConfig, ProgramError> {
    let path = path.to_owned();
    match std::fs::read_to_string(&path) {
        Err(source) => Err(ProgramError::Unreadable { path, source }),
        Ok(text) => {
            torn_config::device(&text).map_err(|mistakes| ProgramError::Config { path, mistakes })
        }
    }
}

fn check(path: &Path, config: &DeviceConfig) -> Result<(), ProgramError> {
    let mut out = io::stdout().lock();
    let mut say = || -> io::Result<()> {
        for warning in config.warnings.iter().chain(&too_small(config)) {
            writeln!(out, "{}: {warning}", path.display())?;
        }
        for setting in &config.without_effect {
            writeln!(
                out,
                "{}: {setting} is accepted and has no effect yet",
                path.display()
            )?;
        }
        writeln!(out, "{}: right", path.display())
    };
    say().map_err(ProgramError::Output)
}

/// Says so if the number can't be read from where people sit.
fn too_small(config: &DeviceConfig) -> Option<String> {
    let screen = config.screen;
    let (width, height) = (f64::from(screen.width_mm), f64::from(screen.height_mm));
    let capitals_mm = (width.max(height) * CAPITALS.0).min(width.min(height) * CAPITALS.1);
    let distance_mm = f64::from(screen.viewing_distance_mm);
    (capitals_mm < distance_mm * READABLE).then(|| {
        format!(
            "on this screen a number is {capitals_mm:.0} mm high, readable up to {:.1} m and not from {:.1} m",
            capitals_mm / READABLE / 1_000.0,
            distance_mm / 1_000.0
        )
    })
}

fn run(arguments: &Arguments, config: DeviceConfig) -> Result<(), ProgramError> {
    log();
    for warning in config.warnings.iter().chain(&too_small(&config)) {
        tracing::warn!("{warning}");
    }
    let client = Client::new(&config.hub, token(&config)?.as_deref())?;
    let window = torn_window::prepare(&Options {
        mode: arguments.screen,
        size: arguments.size,
        listen: arguments.page,
        title: format!("Torn, {}", config.id),
    })?;
    let adapter = Adapter::new(window.witness(), config.reduced_motion)?;
    let component = adapter.window().clone_strong();
    let (boards, drawn) = watch::channel(Board::default());
    slint::spawn_local(draw(adapter, drawn))?;
    follow(client, &config, boards, window.witness())?;
    if let Some(page) = window.page() {
        tracing::info!("the board is served on page={page}");
        let mut out = io::stdout().lock();
        writeln!(out, "{{\"page\":\"{page}\"}}")
            .and_then(|()| out.flush())
            .map_err(ProgramError::Output)?;
    }
    Ok(window.run(component.window())?)
}

/// Draws each board that comes, on the window's thread.
async fn draw(adapter: Adapter, mut boards: watch::Receiver<Board>) {
    let adapter = Rc::new(adapter);
    loop {
        // The frame is drawn before the loop comes to its next timer.
        let drawn = Rc::clone(&adapter);
        slint::Timer::single_shot(Duration::from_millis(1), move || drawn.testify());
        if boards.changed().await.is_err() {
            return;
        }
        let board = boards.borrow_and_update().clone();
        adapter.draw(&board);
    }
}

fn follow(
    client: Client,
    config: &DeviceConfig,
    boards: watch::Sender<Board>,
    witness: Witness,
) -> Result<(), ProgramError> {
    let (tell, sound_news) = mpsc::unbounded_channel();
    let told = move |news| {
        if let sound::News::Sounded(tone) = news {
            return witness.mark("sounded", &format!("{tone:?}").to_lowercase());
        }
        if tell.send(news).is_err() {
            tracing::debug!("nobody follows the hub any more");
        }
    };
    let start = |player| Sound::start(player, told).map_err(ProgramError::Thread);
    let sound = if config.sound.enabled {
        Some(start(config.sound.player.clone())?)
    } else {
        None
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(ProgramError::Thread)?;
    let (view, device) = (ViewModel::new(config.reduced_motion), config.id.clone());
    let follow = move || {
        runtime.block_on(async {
            let reports = Reports::start(client.clone(), device);
            Follow {
                view,
                boards,
                sound,
                sound_news,
                reports,
                sound_was: None,
            }
            .run(&client)
            .await;
        });
    };
    std::thread::Builder::new()
        .name("follow".to_owned())
        .spawn(follow)
        .map_err(ProgramError::Thread)?;
    Ok(())
}

fn token(config: &DeviceConfig) -> Result<Option<String>, ProgramError> {
    let Some(path) = &config.token_file else {
        return Ok(None);
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(source) => Err(ProgramError::Unreadable {
            path: path.clone(),
            source,
        }),
    }
}

/// Logs to the journal under systemd, else to standard error.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let journal = std::env::var_os("JOURNAL_STREAM").and_then(|_| tracing_journald::layer().ok());
    let plain = journal.is_none().then(|| {
        tracing_subscriber::fmt::layer()
            .with_ansi(io::stderr().is_terminal())
            .with_writer(io::stderr)
    });
    tracing_subscriber::registry()
        .with(filter)
        .with(journal)
        .with(plain)
        .init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_two_sensible_numbers() {
        assert_eq!(size("1280x720"), Ok((1280, 720)));
        for wrong in ["1280", "1280x", "0x0", "1280x72", "100000x1080", "-1x720"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_screen_too_small_for_its_lobby_is_said() {
        let of = |width_mm, height_mm, distance_m: u32| {
            let text = format!(
                "id = \"lobby-1\"\nhub = \"http://127.0.0.1:8080\"\n[screen]\nwidth_mm = {width_mm}\n\
                 height_mm = {height_mm}\nviewing_distance_mm = {}\n",
                distance_m * 1_000
            );
            too_small(&torn_config::device(&text).unwrap())
        };
        assert_eq!(of(941, 529, 6), None);
        assert!(of(344, 194, 6).is_some_and(|said| said.contains("not from 6.0 m")));
    }
}
