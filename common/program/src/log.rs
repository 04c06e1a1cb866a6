// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a program's log goes.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Logs to the journal under systemd, with levels and fields, and to standard error elsewhere; `RUST_LOG`
/// says how much, `info` if it does not.
pub fn log_to_journal_or_stderr() {
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
