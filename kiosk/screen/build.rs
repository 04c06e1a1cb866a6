// SPDX-License-Identifier: GPL-3.0-or-later
//! Compiles the screens and the ticket, with the shared look, its fonts and its translations inside.

use std::collections::HashMap;

fn main() -> Result<(), slint_build::CompileError> {
    let library = HashMap::from([("torn-look".to_owned(), torn_look::slint_library())]);
    let config = slint_build::CompilerConfiguration::new()
        .with_style("fluent-light".to_owned())
        .with_library_paths(library)
        .with_bundled_translations(torn_look::translations());
    println!(
        "cargo::rerun-if-changed={}",
        torn_look::translations().display()
    );
    slint_build::compile_with_config("ui/main.slint", config)
}
