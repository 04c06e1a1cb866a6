// SPDX-License-Identifier: GPL-3.0-or-later
//! `torn-hub`: reads its configuration, runs the hub, and looks after its credentials.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use torn_config::HubConfig;
use torn_hub::appointments::report::{self, ReportError};
use torn_hub::credential::{self, CredentialError, Credentials};
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

fn warn(config: &HubConfig) {
    for one in &config.warnings {
        tracing::warn!("{one}");
    }
}

fn credential(task: &credential::command::Task, config: &HubConfig) -> Result<(), CredentialError> {
    let credentials = Credentials::open(Beside::the_log(&config.store).credentials)?;
    credential::command::carry_out(task, &credentials, config)
}
