// SPDX-License-Identifier: GPL-3.0-or-later
//! Whose the log is, for whoever ran a task as somebody else.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::durable::folder_of;

/// Where the names of the users are.
const USERS: &str = "/etc/passwd";

/// This user is not the one whose the log is, which may be why something was refused.
#[derive(Debug, thiserror::Error)]
#[error("{folder} belongs to {owner}, and this is {own}: run it as `sudo -u {owner} torn-hub …`")]
pub struct WrongUser {
    folder: PathBuf,
    owner: String,
    own: String,
}

/// What to say when something was refused to a user whose the log at `store` is not. `None`: it is this user's, or
/// root, who may do everything, or there is no folder to ask.
#[must_use]
pub fn wrong_user(store: &Path) -> Option<WrongUser> {
    let folder = folder_of(store);
    let owner = fs::metadata(folder).ok()?.uid();
    let own = rustix::process::geteuid();
    if own.is_root() || own.as_raw() == owner {
        return None;
    }
    let users = fs::read_to_string(USERS).unwrap_or_default();
    Some(WrongUser {
        folder: folder.to_owned(),
        owner: name(&users, owner),
        own: name(&users, own.as_raw()),
    })
}

/// The user's name, or where it has none, its number as sudo takes it.
fn name(users: &str, id: u32) -> String {
    let found = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    });
    found.unwrap_or_else(|| format!("#{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_as_in_the_list_or_by_number() {
        let users = "root:x:0:0::/root:/bin/sh\ntorn:x:998:997::/var/lib/torn:/usr/sbin/nologin\n";
        assert_eq!(name(users, 998), "torn");
        assert_eq!(name(users, 1000), "#1000");
    }
}
