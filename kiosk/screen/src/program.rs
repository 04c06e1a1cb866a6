// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk as a program: arguments, configuration, threads.
//!
//! The window and the view model have the main thread, the hub one of its own, the printer another.
//! What the screens show and do is decided elsewhere.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use slint::{ComponentHandle, Timer, TimerMode};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use torn_client::{Client, ClientError};
use torn_config::DeviceConfig;
use torn_program::{
    ConfigurationError, WRONG_CONFIGURATION, announce, complain, log_to_journal_or_stderr,
    say_checked,
};
use torn_queue::Key;
use torn_window::{WindowArguments, Witness, monotonic_us};

use crate::adapter::Adapter;
use crate::errands::{Errand, Errands};
use crate::press::{Job, Press};
use crate::view_model::{Effect, Input, Mark, ViewModel};

/// How often the screen looks at the clock. What looks the same is not drawn anew.
const TICK: Duration = Duration::from_millis(500);

/// What the program is called.
const PROGRAM: &str = "torn-kiosk";

/// The kiosk: a touch becomes a number, a number becomes a ticket.
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

/// Why the kiosk can't start.
#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
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
        return say_checked(&arguments.config, &config);
    }
    log_to_journal_or_stderr();
    match run(&arguments, &config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(PROGRAM, &error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments, config: &DeviceConfig) -> Result<(), ProgramError> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let client = Client::new(
        &config.hub,
        torn_program::token(config.token_file.as_deref())?.as_deref(),
    )?;
    let window = torn_window::prepare(&arguments.window.options(format!("Torn, {}", config.id)))?;
    let (inputs, coming) = unbounded_channel();
    let touches = inputs.clone();
    let adapter = Adapter::new(window.witness(), config, move |touch| {
        put(&touches, Input::Touch(touch));
    })?;
    let component = adapter.window().clone_strong();
    let news = inputs.clone();
    let press = Press::start(config.printer.clone(), move |told| {
        put(&news, Input::Paper(told))
    });
    let errands =
        Errands::start(client, config.id.clone(), inputs.clone()).map_err(ProgramError::Thread)?;
    errands.run(Errand::Report {
        what: key("screen"),
        state: key("ok"),
    });
    let view_model = ViewModel::new(config.printer.is_some(), Instant::now());
    let face = Face {
        view_model,
        adapter,
        press,
        errands,
        witness: window.witness(),
    };
    slint::spawn_local(face.run(coming))?;
    let ticks = Timer::default();
    ticks.start(TimerMode::Repeated, TICK, move || put(&inputs, Input::Tick));
    if let Some(page) = window.page() {
        tracing::info!(page, "the kiosk is served on page={page}");
        announce("page", page).map_err(ProgramError::Output)?;
    }
    Ok(window.run(component.window())?)
}

fn put(inputs: &UnboundedSender<Input>, input: Input) {
    if inputs.send(input).is_err() {
        tracing::debug!("the screen has ended");
    }
}

/// What the main thread works with.
struct Face {
    view_model: ViewModel,
    adapter: Adapter,
    press: Press,
    errands: Errands,
    witness: Witness,
}

impl Face {
    /// Takes what comes in, has its effects carried out, and draws.
    async fn run(mut self, mut inputs: UnboundedReceiver<Input>) {
        self.adapter.draw(&self.view_model.view(Instant::now()));
        while let Some(input) = inputs.recv().await {
            let now = Instant::now();
            self.take(input, now);
            // What came together is shown together.
            while let Ok(input) = inputs.try_recv() {
                self.take(input, now);
            }
            self.adapter.draw(&self.view_model.view(now));
        }
    }

    fn take(&mut self, input: Input, now: Instant) {
        for effect in self.view_model.take(input, now) {
            match effect {
                Effect::Issue(wish) => self.errands.run(Errand::Issue(wish)),
                Effect::CheckIn(check_in) => self.errands.run(Errand::CheckIn(check_in)),
                Effect::Print(ticket, slip) => self.press.print(Job {
                    ticket,
                    slip: *slip,
                }),
                Effect::Note(ticket, note) => self.errands.run(Errand::Note(ticket, note)),
                Effect::Report(state) => {
                    self.errands.run(Errand::Report {
                        what: key("printer"),
                        state: state.key(),
                    });
                }
                Effect::ReportAgain => self.errands.run(Errand::ReportAgain),
                Effect::OutOfDate => {
                    tracing::warn!(
                        "the hub tells what this kiosk does not know; install its newer version here"
                    );
                    self.errands.run(Errand::Report {
                        what: key("screen"),
                        state: key("out-of-date"),
                    });
                }
                Effect::Mark(Mark { name, number, at }) => {
                    let ago = u64::try_from(at.elapsed().as_micros()).unwrap_or_default();
                    self.witness
                        .mark_at(name, &number, monotonic_us().saturating_sub(ago));
                }
            }
        }
    }
}

fn key(word: &str) -> Key {
    word.parse()
        .unwrap_or_else(|_| unreachable!("{word} is a key"))
}
