// SPDX-License-Identifier: GPL-3.0-or-later
//! `torn-hub`: reads its configuration, runs the hub, and looks after its credentials.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use torn_config::HubConfig;
use torn_hub::appointments::report::{self, ReportError};
use torn_hub::clock::TimeSource;
use torn_hub::credential::{self, CredentialError, Credentials};
use torn_hub::keeping;
use torn_hub::program::{self, Beside, HubError};
use torn_hub::replay::command;
use torn_program::{WRONG_CONFIGURATION, complain, log_to_journal_or_stderr, say_checked};

/// What the program is called.
const PROGRAM: &str = "torn-hub";

/// Where the office's configuration is, where nobody says.
const CONFIG: &str = "/etc/torn/office.toml";

/// The queue of a public office: one log, HTTP and web pages.
#[derive(Parser)]
#[command(name = "torn-hub", version, about)]
struct Cli {
    /// The office's configuration [default: /etc/torn/office.toml]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Check the configuration, say what is wrong with it, and start nothing.
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Add, list or revoke the credentials that devices write with and people sign in with.
    #[command(subcommand)]
    Credential(credential::command::Task),
    /// Say as JSON which appointments a calendar or a table has for a day.
    Appointments(report::Question),
    Replay(command::Question),
    #[command(flatten)]
    Keeping(keeping::Task),
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let task = match cli.task {
        // It needs no office: it is asked before the hub is set up, too.
        Some(Task::Appointments(mut question)) => {
            question.office = question.office.or(cli.config);
            return appointments(&question);
        }
        Some(Task::Replay(question)) => return replay(&question),
        Some(Task::Keeping(task)) => return keeping(&task, cli.config),
        Some(Task::Credential(task)) => Some(task),
        None => None,
    };
    let path = cli.config.unwrap_or_else(|| PathBuf::from(CONFIG));
    let config = match torn_program::office(&path) {
        Ok(config) => config,
        Err(error) => {
            complain(PROGRAM, &error);
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    if cli.check {
        return say_checked(&path, &config);
    }
    log_to_journal_or_stderr();
    let store = config.store.clone();
    let ended = match task {
        Some(task) => credential(&task, &config).map_err(HubError::from),
        None => {
            warn(&config);
            program::run(config).await
        }
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(PROGRAM, &error);
            hint(&store);
            ExitCode::FAILURE
        }
    }
}

fn appointments(question: &report::Question) -> ExitCode {
    match report::answer(question) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(PROGRAM, &error);
            match error {
                ReportError::Office(_) => ExitCode::from(WRONG_CONFIGURATION),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn replay(question: &command::Question) -> ExitCode {
    log_to_journal_or_stderr();
    match command::answer(question) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(PROGRAM, &error);
            ExitCode::FAILURE
        }
    }
}

/// What to do on a card that has no configuration yet.
#[derive(Debug, thiserror::Error)]
#[error(
    "a backup has the office.toml of then: copy it there, or name the log's own place with --log"
)]
struct WithoutOffice;

/// Looks after the log. Where its place is named no configuration is needed: it may be lost as well.
fn keeping(task: &keeping::Task, config: Option<PathBuf>) -> ExitCode {
    let named = config.is_some();
    let path = config.unwrap_or_else(|| PathBuf::from(CONFIG));
    let office = match torn_program::office(&path) {
        Ok(office) => Some(office),
        Err(_) if task.log().is_some() && !named => None,
        Err(error) => {
            complain(PROGRAM, &error);
            if !path.exists() {
                complain(PROGRAM, &WithoutOffice);
            }
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    log_to_journal_or_stderr();
    let require_sync = office.as_ref().is_none_or(|office| office.require_sync);
    let store = office.map(|office| office.store).unwrap_or_default();
    let around = keeping::Around {
        log: task.log().map_or(store, Path::to_owned),
        office: path.is_file().then_some(path),
        time: TimeSource::system(require_sync),
    };
    match keeping::run(task, &around) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(PROGRAM, &error);
            hint(&around.log);
            ExitCode::FAILURE
        }
    }
}

/// Says whose the log is, where that may be why something was refused.
fn hint(store: &Path) {
    if let Some(wrong) = keeping::wrong_user(store) {
        complain(PROGRAM, &wrong);
    }
}

fn warn(config: &HubConfig) {
    for one in &config.warnings {
        tracing::warn!("{one}");
    }
}

fn credential(task: &credential::command::Task, config: &HubConfig) -> Result<(), CredentialError> {
    let credentials = Credentials::open(Beside::the_log(&config.store).credentials)?;
    credential::command::carry_out(task, &credentials, config)
}
