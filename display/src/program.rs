// SPDX-License-Identifier: GPL-3.0-or-later
//! The board as a program: arguments, configuration, threads.
//!
//! The window has the main thread. A second one follows the hub and keeps the view model; a third
//! one sounds. What the board says is decided elsewhere.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use clap::Parser;
use slint::ComponentHandle;
use tokio::sync::{mpsc, watch};
use torn_client::{Client, ClientError};
use torn_config::DeviceConfig;
use torn_program::{
    Checked, ConfigurationError, WRONG_CONFIGURATION, announce, complain, log_to_journal_or_stderr,
    say_checked,
};
use torn_window::{WindowArguments, Witness};

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

/// What the program is called.
const PROGRAM: &str = "torn-display";

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
    #[command(flatten)]
    window: WindowArguments,
}

/// Why the board can't start.
#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the window can't be made")]
    Window(#[from] torn_window::WindowError),
    #[error("the window can't be made")]
    Platform(#[from] slint::PlatformError),
    #[error("the window's loop takes no work")]
    Loop(#[from] slint::EventLoopError),
    #[error("a thread can't be started")]
    Thread(#[source] io::Error),
    #[error("standard output can't be written")]
    Output(#[source] io::Error),
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = match torn_program::device(&arguments.config) {
        Ok(config) => config,
        Err(error) => {
            complain(PROGRAM, &error);
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    if arguments.check {
        let warnings: Vec<String> = config
            .warnings
            .iter()
            .cloned()
            .chain(too_small(&config))
            .collect();
        let checked = Checked {
            warnings: &warnings,
        };
        return say_checked(&arguments.config, checked);
    }
    log_to_journal_or_stderr();
    match run(&arguments, config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(PROGRAM, &error);
            ExitCode::FAILURE
        }
    }
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
    for warning in config.warnings.iter().chain(&too_small(&config)) {
        tracing::warn!("{warning}");
    }
    let client = Client::new(
        &config.hub,
        torn_program::token(config.token_file.as_deref())?.as_deref(),
    )?;
    let window = torn_window::prepare(&arguments.window.options(format!("Torn, {}", config.id)))?;
    let adapter = Adapter::new(window.witness(), config.reduced_motion)?;
    let component = adapter.window().clone_strong();
    let (boards, drawn) = watch::channel(Board::default());
    slint::spawn_local(draw(adapter, drawn))?;
    follow(client, &config, boards, window.witness())?;
    if let Some(page) = window.page() {
        tracing::info!("the board is served on page={page}");
        announce("page", page).map_err(ProgramError::Output)?;
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

#[cfg(test)]
mod tests {
    use super::*;

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
