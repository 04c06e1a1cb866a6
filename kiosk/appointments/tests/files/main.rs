// SPDX-License-Identifier: GPL-3.0-or-later
//! Files as exporters write them, and as they arrive: what a person expects of each.
#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod broken;
mod bytes;
mod changes;
mod desk;
mod hostile;
mod kept;
mod oracle;
mod privacy;
mod recurrences;
mod tables;
mod zones;
