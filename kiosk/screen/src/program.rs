// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk as a program: arguments, configuration, threads.
//!
//! The window and the view model have the main thread, the hub one of its own, the printer another.
//! What the screens show and do is decided elsewhere.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use slint::{ComponentHandle, Timer, TimerMode};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use torn_client::{Client, ClientError};
use torn_config::{DeviceConfig, Mistakes};
use torn_queue::Key;
use torn_window::{Mode, Options, Witness, monotonic_us};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::adapter::Adapter;
use crate::errands::{Errand, Errands};
use crate::press::{Job, News, Press};
use crate::view_model::{Effect, Input, Mark, PaperNews, ViewModel};

/// How often the screen looks at the clock. What looks the same is not drawn anew.
const TICK: Duration = Duration::from_millis(500);

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
    /// Where the kiosk is drawn: auto, screen or headless.
    #[arg(long, default_value = "auto")]
    screen: Mode,
    /// Its width and height in pixels.
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    size: (u32, u32),
    /// Where the page of a headless kiosk listens, on loopback; port 0: any.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    page: SocketAddr,
}

/// Why the kiosk can't start.
#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}:\n{mistakes}", path.display())]
    Config { path: PathBuf, mistakes: Mistakes },
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
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
            run(&arguments, &config)
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever started it by hand reads this; a journal keeps it too.
            if writeln!(io::stderr().lock(), "torn-kiosk: {error}").is_err() {
                tracing::error!(%error, "the kiosk can't start");
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
        for warning in &config.warnings {
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

fn run(arguments: &Arguments, config: &DeviceConfig) -> Result<(), ProgramError> {
    log();
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let client = Client::new(&config.hub, token(config)?.as_deref())?;
    let window = torn_window::prepare(&Options {
        mode: arguments.screen,
        size: arguments.size,
        listen: arguments.page,
        title: format!("Torn, {}", config.id),
    })?;
    let (inputs, coming) = unbounded_channel();
    let touches = inputs.clone();
    let adapter = Adapter::new(window.witness(), config, move |touch| {
        put(&touches, Input::Touch(touch));
    })?;
    let component = adapter.window().clone_strong();
    let news = inputs.clone();
    let press = Press::start(config.printer.clone(), move |told| {
        put(&news, Input::Paper(paper(told)))
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
        let mut out = io::stdout().lock();
        writeln!(out, "{{\"page\":\"{page}\"}}")
            .and_then(|()| out.flush())
            .map_err(ProgramError::Output)?;
    }
    Ok(window.run(component.window())?)
}

/// News of the tickets thread, as the screens know them.
fn paper(news: News) -> PaperNews {
    match news {
        News::Printer(state) => PaperNews::Printer(state.key()),
        News::Started { ticket, at } => PaperNews::Started { ticket, at },
        News::Written { ticket, at } => PaperNews::Written { ticket, at },
        News::Done {
            ticket,
            outcome,
            copy,
        } => PaperNews::Done {
            ticket,
            outcome,
            copy,
        },
    }
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
                Effect::Print(ticket, slip) => self.press.print(Job {
                    ticket,
                    slip: *slip,
                }),
                Effect::Note(ticket, note) => self.errands.run(Errand::Note(ticket, note)),
                Effect::Report(state) => {
                    self.errands.run(Errand::Report {
                        what: key("printer"),
                        state,
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
            .with_writer(io::stderr)
            .with_ansi(io::stderr().is_terminal())
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
        assert_eq!(size("800x480"), Ok((800, 480)));
        for wrong in ["1280", "1280x", "0x0", "1280x72", "100000x1080", "-1x720"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
