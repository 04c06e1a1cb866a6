// SPDX-License-Identifier: GPL-3.0-or-later
//! The view model's words for the window's, and which place belongs to which page.

use crate::ticket::Arrival;
use crate::ui;
use crate::view_model::{Keys, Page, Paper, Reason, View, Why};

/// Where else people are helped, on a page that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Links {
    pub(super) web: Option<String>,
    pub(super) books: bool,
    pub(super) whatsapp: Option<String>,
}

pub(super) fn links(view: &View) -> Option<Links> {
    let of_instead = view.instead.as_ref().map(|one| Links {
        web: one.web.clone(),
        books: one.books,
        whatsapp: one.whatsapp.clone(),
    });
    let of_closed = view.closed.as_ref().map(|one| Links {
        web: one.web.clone(),
        books: one.books,
        whatsapp: one.whatsapp.clone(),
    });
    of_instead.or(of_closed)
}

/// When numbers are given out again, on a page that says so.
pub(super) fn opens(view: &View) -> Option<&str> {
    let of_instead = view.instead.as_ref().map(|one| one.opens.as_str());
    let of_closed = view.closed.as_ref().map(|one| one.opens.as_str());
    of_instead.or(of_closed).or(view.no_more.as_deref())
}

/// Whether a place belongs to what is shown.
pub(super) fn is_on(view: &View, name: &str) -> bool {
    let with_tiles = matches!(view.page, Page::Home | Page::More);
    let refused = view.refused.as_ref();
    match name {
        "number" => view.page == Page::Ticket,
        "done" => view.taken.as_ref().is_some_and(|one| one.settled),
        "paper" => view.taken.as_ref().is_some_and(|one| one.paper.ails()),
        "no-paper" => view
            .taken
            .as_ref()
            .is_some_and(|one| one.paper.may_be_missed()),
        "more-time" => matches!(view.page, Page::Ticket | Page::StillThere),
        "notice" => match view.page {
            Page::CheckIn => view.check_in.as_ref().is_some_and(|one| one.unknown),
            page => matches!(
                page,
                Page::Away | Page::Connecting | Page::Refused | Page::Instead | Page::Closed
            ),
        },
        "back" => matches!(
            view.page,
            Page::More | Page::CheckIn | Page::Instead | Page::Refused | Page::StillThere
        ),
        "check-in" => match view.page {
            Page::Home | Page::More => view.checks_in,
            Page::Instead => view.instead.as_ref().is_some_and(|one| one.checks_in),
            Page::Refused => refused.is_some_and(|one| one.again),
            _ => false,
        },
        "take-a-number" => refused.is_some_and(|one| one.number),
        "erase" | "other-keys" | "enter" => view.page == Page::CheckIn,
        "information" => view.instead.as_ref().is_some_and(|one| one.information),
        "more" => with_tiles && view.tiles.iter().any(|one| one.id == "more"),
        _ => of_many(view, name, with_tiles),
    }
}

fn of_many(view: &View, name: &str, with_tiles: bool) -> bool {
    if let Some(id) = name.strip_prefix("service:") {
        return with_tiles && view.tiles.iter().any(|one| one.id == id);
    }
    if let Some(sign) = name.strip_prefix("key:") {
        let on_keys = |keys: Keys| match keys {
            Keys::Figures => '0'..='9',
            Keys::FirstLetters => 'A'..='M',
            Keys::LastLetters => 'N'..='Z',
        };
        let entry = view.check_in.as_ref();
        return sign
            .chars()
            .next()
            .is_some_and(|sign| entry.is_some_and(|entry| on_keys(entry.keys).contains(&sign)));
    }
    name.starts_with("language:")
}

pub(super) fn page(page: Page) -> ui::Page {
    match page {
        Page::Connecting => ui::Page::Connecting,
        Page::Away => ui::Page::Away,
        Page::Home => ui::Page::Home,
        Page::More => ui::Page::More,
        Page::Ticket => ui::Page::Ticket,
        Page::CheckIn => ui::Page::CheckIn,
        Page::Instead => ui::Page::Instead,
        Page::Refused => ui::Page::Refused,
        Page::Closed => ui::Page::Closed,
        Page::StillThere => ui::Page::StillThere,
    }
}

pub(super) fn paper(paper: Paper) -> ui::Paper {
    match paper {
        Paper::Printing => ui::Paper::Printing,
        Paper::Printed => ui::Paper::Printed,
        Paper::Unknown => ui::Paper::Unknown,
        Paper::PaperOut => ui::Paper::PaperOut,
        Paper::CoverOpen => ui::Paper::CoverOpen,
        Paper::Off => ui::Paper::Off,
        Paper::Silent => ui::Paper::Silent,
        Paper::Broken => ui::Paper::Broken,
        Paper::NoPrinter => ui::Paper::NoPrinter,
    }
}

pub(super) fn arrival(arrival: Option<Arrival>) -> ui::Arrival {
    match arrival {
        None => ui::Arrival::None,
        Some(Arrival::Early) => ui::Arrival::Early,
        Some(Arrival::InTime) => ui::Arrival::InTime,
        Some(Arrival::Late) => ui::Arrival::Late,
    }
}

pub(super) fn keys(keys: Keys) -> ui::Keys {
    match keys {
        Keys::Figures => ui::Keys::Figures,
        Keys::FirstLetters => ui::Keys::FirstLetters,
        Keys::LastLetters => ui::Keys::LastLetters,
    }
}

pub(super) fn reason(reason: Reason) -> ui::Reason {
    match reason {
        Reason::Appointment => ui::Reason::Appointment,
        Reason::Closed => ui::Reason::Closed,
        Reason::Full => ui::Reason::Full,
        Reason::Elsewhere => ui::Reason::Elsewhere,
    }
}

pub(super) fn refusal(why: &Why) -> ui::Refusal {
    match why {
        Why::CheckedIn(_) => ui::Refusal::CheckedIn,
        Why::Cancelled => ui::Refusal::Cancelled,
        Why::OtherDay(_) => ui::Refusal::OtherDay,
        Why::DayGone(_) => ui::Refusal::DayGone,
        Why::OtherPlace(_) => ui::Refusal::OtherPlace,
        Why::CheckIn => ui::Refusal::CheckIn,
        Why::Other => ui::Refusal::Other,
    }
}
