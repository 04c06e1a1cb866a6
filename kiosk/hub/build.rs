// SPDX-License-Identifier: GPL-3.0-or-later
//! Has the hub built again when a page changes: what is embedded is not seen by cargo by itself.

fn main() {
    println!("cargo::rerun-if-changed=web");
}
