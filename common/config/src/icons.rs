// SPDX-License-Identifier: GPL-3.0-or-later
//! The line drawings a service's tile can have, by the names of their files in the look.
//!
//! Only the names are known here; drawing them is the look's affair.

/// Every name that `[[service]] icon` may have.
pub const ICONS: &[&str] = &[
    "arrow", "back", "bell", "button", "calendar", "census", "chat", "check", "clock", "door",
    "down", "erase", "globe", "help", "idcard", "info", "kiosk", "noshow", "offline", "paperout",
    "park", "pen", "people", "person", "phone", "planning", "printer", "recall", "register",
    "server", "speaker", "taxes", "text", "transfer", "tv", "voice", "warn",
];

#[cfg(test)]
mod tests {
    use super::ICONS;

    #[test]
    fn the_known_icons_are_those_that_the_look_draws() {
        let drawn = include_str!("../../look/ui/icons.slint");
        let names = drawn.split("(name == \"").skip(1);
        let mut names: Vec<&str> = names.filter_map(|rest| rest.split('"').next()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names, ICONS);
    }
}
