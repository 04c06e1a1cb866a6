// SPDX-License-Identifier: GPL-3.0-or-later
//! Settings that are accepted and checked already, and have no effect in this version.
//!
//! A file may have them, so that it need not change when the feature comes; `--check` names them,
//! so that nobody counts on them meanwhile. Whoever gives one its effect takes its row out here.

/// One such setting; `value`: only with this value, or with any.
pub(crate) struct Pending {
    pub(crate) setting: &'static str,
    pub(crate) value: Option<&'static str>,
    pub(crate) reason: &'static str,
}

const fn any(setting: &'static str, reason: &'static str) -> Pending {
    Pending {
        setting,
        value: None,
        reason,
    }
}

/// The only list of them.
pub(crate) const PENDING: &[Pending] = &[
    any(
        "office.hours",
        "they are told to people; the office does not open and close by them yet",
    ),
    any("office.holidays", "the office does not close by them yet"),
    Pending {
        setting: "service.appointment",
        value: Some("optional"),
        reason: "there is no check-in yet: such a service only takes walk-ins",
    },
    any("service.minutes", "no wait is estimated yet"),
    any(
        "service.place",
        "the kiosk does not say yet where another building is",
    ),
    any(
        "policy.appointment_grace_min",
        "there is no check-in yet that could be late",
    ),
    any("policy.stop_issuing", "a service does not stop issuing yet"),
    any(
        "clock.require_sync",
        "the clock is held against the log, and not yet against network time",
    ),
    any("limits.enabled", "rates and counts are not limited yet"),
];

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
