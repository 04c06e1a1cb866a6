// SPDX-License-Identifier: GPL-3.0-or-later
//! The faces inside the program complete each other, where the system has none to offer.

use slint::fontique_011::fontique::{FallbackKey, GenericFamily, Script};

const FAMILIES: [&str; 2] = ["Noto Sans", "Noto Sans Arabic"];
/// The scripts of the screens' languages, and what every script shares: digits, dashes, spaces.
const SCRIPTS: [&[u8; 4]; 3] = [b"Latn", b"Arab", b"Zyyy"];

/// Lets a text of two scripts, such as a number in an Arabic sentence, find the letters of both. To be
/// called when the first component is made: the faces come with it.
pub(super) fn complete_each_other() {
    let mut fonts = slint::fontique_011::shared_collection();
    let families: Vec<_> = FAMILIES
        .iter()
        .filter_map(|name| fonts.family_id(name))
        .collect();
    for script in SCRIPTS {
        let key = FallbackKey::new(Script::from_bytes(*script), None);
        fonts.append_fallbacks(key, families.iter().copied());
    }
    for generic in [GenericFamily::SansSerif, GenericFamily::SystemUi] {
        fonts.append_generic_families(generic, families.iter().copied());
    }
}
