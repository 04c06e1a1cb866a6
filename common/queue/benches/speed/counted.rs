// SPDX-License-Identifier: GPL-3.0-or-later
//! Counts the instructions of a deed by valgrind, which runs this very program anew for that one deed.

use std::process::Command;

use crate::crowd::Crowd;

/// Where the counting begins and ends; never inlined, so that valgrind finds it by its name.
#[inline(never)]
pub(crate) fn once(crowd: &Crowd, act: fn(&Crowd)) {
    act(crowd);
    // Something after the call, or it would be a jump that never comes back here.
    std::hint::black_box(crowd);
}

/// The instructions of the deed with this name, in words; or why they were not counted.
pub(crate) fn instructions(name: &str) -> String {
    count(name).unwrap_or_else(|why| format!("instructions not counted: {why}"))
}

fn count(name: &str) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let counted = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*counted::once*")
        .arg(program)
        .args(["--once", name])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let report = String::from_utf8_lossy(&counted.stderr);
    let total = report
        .lines()
        .rev()
        .find_map(|line| line.split("Collected :").nth(1));
    match total.map(str::trim) {
        Some(number) => Ok(format!("{number} instructions")),
        None => Err("valgrind gave no count".to_owned()),
    }
}
