// SPDX-License-Identifier: GPL-3.0-or-later
//! From an event's text to its service and code: what the configuration says.
//!
//! The text goes in, a service's id and a code come out; the text is kept nowhere.

use regex::Regex;
use torn_queue::ServiceId;

/// Characters of a code; what is longer is none that a person was given.
const CODE_MAX: usize = 256;
/// Characters of a UID.
pub(crate) const UID_MAX: usize = 512;

pub(crate) const BAD_UID: &str =
    "its UID has a line break or another control character, or more than 512 characters";
pub(crate) const BAD_CODE: &str =
    "its code has a line break or another control character, or more than 256 characters";

/// What stands where a code should be is none.
#[derive(Clone, Copy)]
pub(crate) struct BadCode;

/// Which text means which service, and where the code stands in it. The default knows nothing.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    rules: Vec<(Regex, ServiceId)>,
    code: Option<Regex>,
    names: Vec<(String, ServiceId)>,
}

impl Mapping {
    /// `rules` are tried in order, the first that matches wins; `code` has the code in its first group, or is it.
    #[must_use]
    pub fn new(rules: Vec<(Regex, ServiceId)>, code: Option<Regex>) -> Self {
        Self {
            rules,
            code,
            names: Vec::new(),
        }
    }

    /// Makes a service known by its id and its names: a table's cell may hold either. Where none is known, a
    /// table's ids are taken as they stand.
    #[must_use]
    pub fn with_service<'n>(
        mut self,
        id: &ServiceId,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        self.names.push((id.as_str().to_lowercase(), id.clone()));
        let names = names
            .into_iter()
            .map(|name| (name.trim().to_lowercase(), id.clone()));
        self.names.extend(names);
        self
    }

    /// The service that a text speaks of.
    pub(crate) fn service(&self, texts: &[&str]) -> Option<ServiceId> {
        let speaks_of = |rule: &Regex| texts.iter().any(|text| rule.is_match(text));
        let rule = self.rules.iter().find(|(rule, _)| speaks_of(rule))?;
        Some(rule.1.clone())
    }

    /// The service whose id or name a text is.
    pub(crate) fn named(&self, text: &str) -> Option<ServiceId> {
        let text = text.trim().to_lowercase();
        if self.names.is_empty() {
            return text.parse().ok();
        }
        let named = self.names.iter().find(|(name, _)| *name == text)?;
        Some(named.1.clone())
    }

    /// The code in a text.
    pub(crate) fn code(&self, texts: &[&str]) -> Result<Option<String>, BadCode> {
        let found = self.code.as_ref().and_then(|rule| {
            texts.iter().find_map(|text| {
                let groups = rule.captures(text)?;
                groups.get(1).or_else(|| groups.get(0))
            })
        });
        found.map_or(Ok(None), |found| code(found.as_str()))
    }

    /// Whether it knows any service, as an office does.
    pub(crate) fn knows_services(&self) -> bool {
        !self.names.is_empty()
    }
}

/// The text as a code; one of nothing is none.
pub(crate) fn code(text: &str) -> Result<Option<String>, BadCode> {
    let text = text.trim();
    match text {
        "" => Ok(None),
        _ if fits(text, CODE_MAX) => Ok(Some(text.to_owned())),
        _ => Err(BadCode),
    }
}

/// Whether a text has at most so many characters, and none that is for machines.
pub(crate) fn fits(text: &str, chars_max: usize) -> bool {
    text.chars().count() <= chars_max && !text.chars().any(char::is_control)
}
