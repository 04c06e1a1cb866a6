// SPDX-License-Identifier: GPL-3.0-or-later
//! `torn-button`: reads its configuration and runs the desks' buttons.
//!
//! What a press is and what comes of it is the library's.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use torn_button::program::{self, ButtonError, now_and_then};
use torn_program::{
    WRONG_CONFIGURATION, announce, complain, log_to_journal_or_stderr, say_checked,
};

/// What the program is called.
const PROGRAM: &str = "torn-button";

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

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match program::configuration(&cli.config) {
        Ok(config) => config,
        Err(error) => {
            complain(PROGRAM, &error);
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    if cli.check {
        return say_checked(&cli.config, &config);
    }
    log_to_journal_or_stderr();
    for one in &config.warnings {
        tracing::warn!("{one}");
    }
    let ended = match stop_signal() {
        Ok(stop) => program::run(&config, stop, ready, feed_watchdog()).await,
        Err(source) => Err(ButtonError::Signals(source)),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(PROGRAM, &error);
            ExitCode::FAILURE
        }
    }
}

/// Says to whoever started the program that the buttons are read.
fn ready() {
    // Nobody reading the output, or no service manager, is no fault.
    let _ = announce("ready", true);
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
