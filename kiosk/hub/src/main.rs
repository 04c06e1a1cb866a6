// SPDX-License-Identifier: GPL-3.0-or-later
//! `torn-hub`: reads its configuration, runs the hub, and looks after its credentials.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use torn_config::HubConfig;
use torn_hub::credential::{CredentialError, Credentials, Grant};
use torn_hub::program::{self, Beside, HubError};
use torn_queue::Actor;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The queue of a public office: one log, HTTP and web pages.
#[derive(Parser)]
#[command(name = "torn-hub", version, about)]
struct Cli {
    /// The office's configuration.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "/etc/torn/office.toml",
        global = true
    )]
    config: PathBuf,
    /// Check the configuration, say what is wrong with it, and start nothing.
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Add, list or revoke the credentials that devices and desks write with.
    #[command(subcommand)]
    Credential(CredentialTask),
}

#[derive(Subcommand)]
enum CredentialTask {
    /// Make a credential and print its token, which is shown this once.
    Add(AddCredential),
    /// List the credentials and what they allow.
    List,
    /// Forget a credential; its token stops working within a second.
    Revoke {
        /// Its id.
        id: Actor,
    },
}

#[derive(Args)]
struct AddCredential {
    /// Its id, which stands in every event it brings about: `kiosk-1`.
    id: Actor,
    /// What it allows: kiosk, desk:ID, supervisor or read. May be given several times.
    #[arg(value_name = "GRANT", required = true)]
    grants: Vec<Grant>,
}

/// The configuration can't be used: nothing was started.
const WRONG_CONFIGURATION: u8 = 2;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
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
    let ended = match cli.task {
        Some(Task::Credential(task)) => credential(&task, &config).map_err(HubError::from),
        None => {
            warn(&config);
            program::run(config).await
        }
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn read(path: &std::path::Path) -> Result<HubConfig, String> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("can't read {shown}: {error}"))?;
    torn_config::office(&text).map_err(|mistakes| {
        let lines: Vec<String> = mistakes
            .0
            .iter()
            .map(|one| format!("{shown}: {one}"))
            .collect();
        lines.join("\n")
    })
}

fn check(path: &std::path::Path, config: &HubConfig) -> ExitCode {
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

fn warn(config: &HubConfig) {
    for one in &config.warnings {
        tracing::warn!("{one}");
    }
}

fn credential(task: &CredentialTask, config: &HubConfig) -> Result<(), CredentialError> {
    let credentials = Credentials::open(Beside::the_log(&config.store).credentials)?;
    match task {
        CredentialTask::Add(AddCredential { id, grants }) => {
            let token = credentials.add(id, grants.clone())?;
            say(&token);
        }
        CredentialTask::List => {
            for one in credentials.list() {
                let grants: Vec<String> = one.grants.iter().map(ToString::to_string).collect();
                say(&format!("{}\t{}", one.id, grants.join(" ")));
            }
        }
        CredentialTask::Revoke { id } => credentials.revoke(id)?,
    }
    Ok(())
}

fn say(line: &str) {
    // Nobody reading the output is no fault.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn complain(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "torn-hub: {message}");
}

/// The error with all that led to it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
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
