// SPDX-License-Identifier: GPL-3.0-or-later
//! From an event's text to its service and code: what the configuration says.
//!
//! The text goes in, a service's id and a code come out; the text is kept nowhere.

use regex::Regex;
use torn_queue::ServiceId;

/// A code longer than this is none that a person was given.
const CODE_MAX: usize = 64;

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
    pub(crate) fn code(&self, texts: &[&str]) -> Option<String> {
        let rule = self.code.as_ref()?;
        let found = texts.iter().find_map(|text| {
            let groups = rule.captures(text)?;
            groups.get(1).or_else(|| groups.get(0))
        })?;
        code(found.as_str())
    }
}

/// The text as a code, if it can be one.
pub(crate) fn code(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.len() <= CODE_MAX && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}
