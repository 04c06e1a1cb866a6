// SPDX-License-Identifier: GPL-3.0-or-later
//! The command line of `torn-hub credential`, and what it writes.
//!
//! A token is written once, when it is made; a password is only ever read.

use std::io::Write;

use clap::{Args, Subcommand};
use torn_config::HubConfig;
use torn_queue::Actor;

use super::{Credential, CredentialError, Credentials, Grant, typed};

/// What is to be done with the credentials.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Make a credential and print its token, which is shown this once.
    Add(Add),
    /// List the credentials: what they allow, and whether a token or a password proves them.
    List,
    /// Give a credential a new password, or its first; who signed in with the old one is out within a second.
    ///
    /// It is asked for twice on a terminal, and elsewhere is one line of standard input.
    Password {
        /// Its id.
        id: Actor,
    },
    /// Forget a credential; its token and whoever signed in with it are out within a second.
    Revoke {
        /// Its id.
        id: Actor,
    },
}

/// A credential to be made.
#[derive(Debug, Args)]
pub struct Add {
    /// Its id, which stands in every event it brings about: `kiosk-1`.
    id: Actor,
    /// What it allows: kiosk, desk:ID, supervisor or read. May be given several times.
    #[arg(value_name = "GRANT", required = true)]
    grants: Vec<Grant>,
    /// Let a person sign in with a password on the pages, rather than a device with a token. It is asked for
    /// twice on a terminal, and elsewhere is one line of standard input.
    #[arg(long)]
    password: bool,
}

/// Does it, and writes what there is to tell on standard output.
///
/// # Errors
/// [`CredentialError`]; nothing was changed.
pub fn carry_out(
    task: &Task,
    credentials: &Credentials,
    config: &HubConfig,
) -> Result<(), CredentialError> {
    match task {
        Task::Add(add) => add_one(add, credentials, config)?,
        Task::List => credentials.list().iter().for_each(|one| say(&listed(one))),
        Task::Password { id } => {
            if credentials.named(id.as_str()).is_none() {
                return Err(CredentialError::Unknown(id.clone()));
            }
            credentials.set_password(id, &typed::new_password()?)?;
        }
        Task::Revoke { id } => credentials.revoke(id)?,
    }
    Ok(())
}

fn add_one(
    add: &Add,
    credentials: &Credentials,
    config: &HubConfig,
) -> Result<(), CredentialError> {
    let Add {
        id,
        grants,
        password,
    } = add;
    for grant in grants {
        known_desk(grant, config)?;
    }
    if *password {
        credentials.could_add(id, grants)?;
        return credentials.add_with_password(id, grants.clone(), &typed::new_password()?);
    }
    say(&credentials.add(id, grants.clone())?);
    Ok(())
}

/// `desk-2`, `desk:2 read`, `password`, with tabs between.
fn listed(one: &Credential) -> String {
    let grants: Vec<String> = one.grants.iter().map(ToString::to_string).collect();
    let proofs = [
        one.has_token().then_some("token"),
        one.password().map(|_| "password"),
    ];
    let proofs: Vec<&str> = proofs.into_iter().flatten().collect();
    format!("{}\t{}\t{}", one.id, grants.join(" "), proofs.join(" "))
}

/// A grant for a desk that is not there would be found out at the first press.
fn known_desk(grant: &Grant, config: &HubConfig) -> Result<(), CredentialError> {
    let desks = &config.office.desks;
    match grant {
        Grant::Desk(desk) if desks.iter().all(|one| one.id != *desk) => {
            let known: Vec<&str> = desks.iter().map(|one| one.id.as_str()).collect();
            Err(CredentialError::UnknownDesk(desk.clone(), known.join(", ")))
        }
        _ => Ok(()),
    }
}

fn say(line: &str) {
    // Nobody reading the output is no fault.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
