// SPDX-License-Identifier: GPL-3.0-or-later
//! Settings that are accepted and checked already, and have no effect in this version.
//!
//! A file may have them, so that it need not change when the feature comes; `--check` names them,
//! so that nobody counts on them meanwhile. Whoever gives one its effect takes its row out here.

/// One such setting.
pub(crate) struct Pending {
    pub(crate) setting: &'static str,
    pub(crate) reason: &'static str,
}

/// The only list of them.
pub(crate) const PENDING: &[Pending] = &[Pending {
    setting: "limits.enabled",
    reason: "rates and counts are not limited yet",
}];

/// Why a setting that was named in `without_effect` has none, as the end of a sentence.
#[must_use]
pub fn why_without_effect(setting: &str) -> Option<&'static str> {
    PENDING
        .iter()
        .find(|one| one.setting == setting)
        .map(|one| one.reason)
}

#[cfg(test)]
mod tests {
    use super::PENDING;

    #[test]
    fn every_setting_of_the_table_is_one_of_the_file() {
        let shipped = include_str!("../../../kiosk/hub/oiac/office.toml");
        for one in PENDING {
            let key = one.setting.rsplit('.').next().unwrap_or_default();
            let word = |line: &str| {
                line.trim_start_matches(['#', ' ', '['])
                    .replace("office.", "")
            };
            let there = shipped.lines().any(|line| word(line).starts_with(key));
            assert!(there, "{} is nowhere in the shipped office", one.setting);
        }
    }
}
