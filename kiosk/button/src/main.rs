// SPDX-License-Identifier: GPL-3.0-or-later
//! `torn-button`: reads its configuration and runs the desks' buttons.
//!
//! What a press is and what comes of it is the library's.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use torn_button::program::{self, now_and_then};
use torn_config::DeviceConfig;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The buttons on the desks: a short press calls the next one, a long press calls again.
#[derive(Parser)]
#[command(name = "torn-button", version, about)]
struct Cli {
    /// The device's configuration.
    #[arg(long, value_name = "FILE", default_value = "/etc/torn/device.toml")]
    config: PathBuf,
    /// Check the configuration, say what is wrong with it, and start nothing.
    #[arg(long)]
    check: bool,
}

/// The configuration can't be used: nothing was started.
const WRONG_CONFIGURATION: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_journal_or_stderr();
    let config = match read(&cli.config) {
        Ok(config) => config,
        Err(message) => {
            complain(&message);
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    if cli.check {
        return check(&cli.config, &config);
    }
    for one in &config.warnings {
        tracing::warn!("{one}");
    }
    let stop = match stop_signal() {
        Ok(stop) => stop,
        Err(error) => {
            complain(&format!("signals can't be listened to: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match program::run(&config, stop, ready, feed_watchdog()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn read(path: &Path) -> Result<DeviceConfig, String> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("can't read {shown}: {error}"))?;
    let lines: Vec<String> = match torn_config::device(&text) {
        Ok(config) => match program::mistakes(&config) {
            none if none.is_empty() => return Ok(config),
            some => some,
        },
        Err(mistakes) => mistakes.0.iter().map(ToString::to_string).collect(),
    };
    let lines: Vec<String> = lines.iter().map(|one| format!("{shown}: {one}")).collect();
    Err(lines.join("\n"))
}

fn check(path: &Path, config: &DeviceConfig) -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut said = writeln!(out, "{}: no mistakes", path.display());
    for one in &config.warnings {
        said = said.and_then(|()| writeln!(out, "warning: {one}"));
    }
    for one in &config.without_effect {
        said = said.and_then(|()| writeln!(out, "{one}: accepted, without effect in this version"));
    }
    if said.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Says to whoever started the program that the buttons are read.
fn ready() {
    // Nobody reading the output, or no service manager, is no fault.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{{\"ready\":true}}").and_then(|()| out.flush());
    if let Err(error) = sd_notify::notify(&[NotifyState::Ready]) {
        tracing::warn!(%error, "the service manager can't be told that the buttons are read");
    }
}

/// Feeds the service manager's watchdog, three times in the time it allows.
fn feed_watchdog() -> impl FnMut() + Send + 'static {
    let every = sd_notify::watchdog_enabled().map_or(Duration::MAX, |limit| limit / 3);
    now_and_then(every, || {
        if let Err(error) = sd_notify::notify(&[NotifyState::Watchdog]) {
            tracing::warn!(%error, "the watchdog can't be fed");
        }
    })
}

/// Resolves when the program is asked to end.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn complain(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "torn-button: {message}");
}

/// The error with all that led to it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// To the journal under systemd, with levels and fields; to stderr elsewhere.
fn log_to_journal_or_stderr() {
    let levels = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let journal = std::env::var_os("JOURNAL_STREAM").and_then(|_| tracing_journald::layer().ok());
    let stderr = journal.is_none().then(|| {
        tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
    });
    tracing_subscriber::registry()
        .with(levels)
        .with(journal)
        .with(stderr)
        .init();
}
