// SPDX-License-Identifier: GPL-3.0-or-later
//! What a process takes of the machine, and what machine that is.

use std::fs;
use std::time::Duration;

use crate::Fault;

/// The machine that is measured on, in a line.
pub(crate) fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name));
    let model = field("model name")
        .or_else(|| field("Model"))
        .unwrap_or(": unknown");
    let cores = info
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let model = model.trim_start_matches(['\t', ' ', ':']);
    format!(
        "on {cores} × {model}, Linux {}, {}",
        kernel.trim(),
        std::env::consts::ARCH
    )
}

/// The memory a process has resident, in MiB.
pub(crate) fn memory_mib(id: u32) -> Result<f64, Fault> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}

/// The bytes that a process had written to its disk so far, by whole pages.
pub(crate) fn written(id: u32) -> Result<u64, Fault> {
    let io = fs::read_to_string(format!("/proc/{id}/io"))?;
    let line = io
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes: "))
        .ok_or("no write_bytes")?;
    Ok(line.trim().parse()?)
}

/// The time a process and its threads have run on a processor.
pub(crate) fn cpu(id: u32) -> Result<Duration, Fault> {
    let mut total = 0;
    for task in fs::read_dir(format!("/proc/{id}/task"))? {
        // A thread may end while it is looked at.
        let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else {
            continue;
        };
        total += text
            .split_whitespace()
            .next()
            .unwrap_or("0")
            .parse::<u64>()?;
    }
    Ok(Duration::from_nanos(total))
}
