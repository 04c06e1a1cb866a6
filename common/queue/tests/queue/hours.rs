// SPDX-License-Identifier: GPL-3.0-or-later
//! When the office is open: weeks, seasons, holidays, single days, and the supervisor's hand over all
//! of it.

use torn_queue::event::OpeningReason::{Hours, Supervisor};
use torn_queue::office::{SpecialDay, Weekday};
use torn_queue::{Command, Fact, Office, Refusal};

use crate::offices::{WORKDAYS, nine_to_two, plain, season, service, spans, week};
use crate::world::{World, at};

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

pub(crate) fn daily(texts: &[&str]) -> Office {
    let mut office = plain();
    office.hours = week(&EVERY_DAY, texts);
    office
}

pub(crate) fn opened() -> Fact {
    Fact::OfficeOpened { reason: Hours }
}

pub(crate) fn closed(next: &str) -> Fact {
    Fact::OfficeClosed {
        reason: Hours,
        next_open_at: Some(at(next)),
    }
}

fn special(day: &str, texts: &[&str]) -> SpecialDay {
    SpecialDay {
        day: day.parse().expect("a day"),
        hours: spans(texts),
    }
}

#[test]
fn an_office_that_starts_before_its_hour_is_closed_and_opens_to_the_millisecond() {
    let mut world = World::at(&nine_to_two(), at("2026-11-24T08:00:00+01:00"));
    assert_eq!(world.log[1].fact, closed("2026-11-24T09:00:00+01:00"));
    assert_eq!(world.go_to("2026-11-24T08:59:59.999+01:00"), []);
    assert_eq!(world.go_to("2026-11-24T09:00:00+01:00"), [opened()]);
    assert_eq!(world.state.opening().since, world.now);
    assert_eq!(world.state.opening().next_open_at, None);
}

#[test]
fn it_closes_to_the_millisecond_and_says_when_it_opens_next() {
    let mut office = nine_to_two();
    office.policy.stop_issuing = false;
    let mut world = World::new(&office);
    let issue = Command::Issue {
        service: service("a"),
        language: None,
        class: None,
    };
    let last = world.issue("a");
    assert_eq!(world.go_to("2026-11-24T13:59:59.999+01:00"), []);
    world.send(&issue).expect("a ticket in the last moment");
    let tomorrow = "2026-11-25T09:00:00+01:00";
    assert_eq!(world.go_to("2026-11-24T14:00:00+01:00"), [closed(tomorrow)]);
    assert_eq!(
        world.send(&issue),
        Err(Refusal::OfficeClosed(Some(at(tomorrow))))
    );
    assert_eq!(
        world.next("1"),
        Ok(Some(last)),
        "who holds a ticket is served"
    );
    assert_eq!(world.go_to("2026-11-24T23:59:59+01:00"), [], "told once");
}

#[test]
fn on_a_friday_it_opens_next_on_monday() {
    let mut world = World::at(&nine_to_two(), at("2026-11-27T10:00:00+01:00"));
    let told = world.go_to("2026-11-27T14:00:00+01:00");
    assert_eq!(told, [closed("2026-11-30T09:00:00+01:00")]);
}

#[test]
fn two_spans_a_day_are_two_openings() {
    let mut world = World::at(
        &daily(&["09:00-12:00", "16:00-19:00"]),
        at("2026-11-24T08:00:00+01:00"),
    );
    assert_eq!(world.go_to("2026-11-24T09:00:00+01:00"), [opened()]);
    let afternoon = closed("2026-11-24T16:00:00+01:00");
    assert_eq!(world.go_to("2026-11-24T12:00:00+01:00"), [afternoon]);
    assert_eq!(world.go_to("2026-11-24T16:00:00+01:00"), [opened()]);
    let tomorrow = closed("2026-11-25T09:00:00+01:00");
    assert_eq!(world.go_to("2026-11-24T19:00:00+01:00"), [tomorrow]);
}

#[test]
fn spans_that_meet_are_one_opening() {
    let office = daily(&["09:00-11:00", "11:00-12:00", "12:00-14:00"]);
    let mut world = World::new(&office);
    assert_eq!(world.go_to("2026-11-24T11:00:00+01:00"), []);
    assert_eq!(world.go_to("2026-11-24T12:00:00+01:00"), []);
    assert!(world.state.opening().open);
}

#[test]
fn until_twenty_four_hours_is_until_the_day_ends() {
    let mut world = World::new(&daily(&["08:00-24:00"]));
    assert_eq!(world.go_to("2026-11-24T23:59:59.999+01:00"), []);
    let told = world.go_to("2026-11-25T00:00:00+01:00");
    assert!(matches!(told[0], Fact::DayBegan { .. }), "{told:?}");
    assert_eq!(told[1..], [closed("2026-11-25T08:00:00+01:00")]);
}

#[test]
fn an_office_that_is_open_round_the_clock_opens_anew_with_each_day() {
    for office in [plain(), daily(&["00:00-24:00"])] {
        let mut world = World::new(&office);
        assert_eq!(world.log[1].fact, opened());
        let told = world.go_to("2026-11-25T00:00:00+01:00");
        assert!(matches!(told[0], Fact::DayBegan { .. }), "{told:?}");
        assert_eq!(told[1..], [opened()]);
    }
}

#[test]
fn the_summer_timetable_holds_from_its_first_day_to_its_last() {
    let mut office = nine_to_two();
    let summer = week(&WORKDAYS, &["08:00-13:00"]);
    office.seasons = vec![season("06-15", "09-15", summer)];
    for (day, opens) in [
        ("2026-06-12", "09:00:00+02:00"),
        ("2026-06-15", "08:00:00+02:00"),
        ("2026-09-15", "08:00:00+02:00"),
        ("2026-09-16", "09:00:00+02:00"),
    ] {
        let world = World::at(&office, at(&format!("{day}T05:00:00+02:00")));
        let next = at(&format!("{day}T{opens}"));
        assert_eq!(world.state.opening().next_open_at, Some(next));
    }
}

#[test]
fn a_season_may_go_over_the_end_of_the_year() {
    let mut office = nine_to_two();
    let winter = week(&WORKDAYS, &["10:00-12:00"]);
    office.seasons = vec![season("12-24", "01-07", winter)];
    for (day, hour) in [
        ("2026-12-23", 9),
        ("2026-12-24", 10),
        ("2026-12-31", 10),
        ("2027-01-01", 10),
        ("2027-01-07", 10),
        ("2027-01-08", 9),
        ("2027-07-01", 9),
    ] {
        let world = World::at(&office, at(&format!("{day}T00:30:00+01:00")));
        let next = world.state.opening().next_open_at.expect("an opening");
        let local = world.zone.to_datetime(next.to_jiff());
        assert_eq!(
            (local.date().to_string().as_str(), local.hour()),
            (day, hour)
        );
    }
}

#[test]
fn of_two_seasons_the_first_that_fits_counts() {
    let mut office = nine_to_two();
    let (fair, summer) = (
        week(&WORKDAYS, &["11:00-13:00"]),
        week(&WORKDAYS, &["08:00-13:00"]),
    );
    office.seasons = vec![
        season("08-03", "08-07", fair),
        season("06-15", "09-15", summer),
    ];
    let world = World::at(&office, at("2026-08-05T06:00:00+02:00"));
    let fair = at("2026-08-05T11:00:00+02:00");
    assert_eq!(world.state.opening().next_open_at, Some(fair));
}

#[test]
fn a_season_without_hours_is_closed_also_where_the_office_never_closes() {
    let mut office = plain();
    office.seasons = vec![season("08-01", "08-31", week(&[], &[]))];
    let world = World::at(&office, at("2026-08-10T10:00:00+02:00"));
    let opening = world.state.opening();
    let september = at("2026-09-01T00:00:00+02:00");
    assert_eq!(
        (opening.open, opening.next_open_at),
        (false, Some(september))
    );
}

#[test]
fn the_last_day_of_february_is_a_day_of_a_season() {
    let mut office = nine_to_two();
    office.seasons = vec![season("02-29", "02-29", week(&WORKDAYS, &["12:00-13:00"]))];
    let world = World::at(&office, at("2028-02-29T08:00:00+01:00"));
    let noon = at("2028-02-29T12:00:00+01:00");
    assert_eq!(world.state.opening().next_open_at, Some(noon));
    let world = World::at(&office, at("2028-03-01T08:00:00+01:00"));
    let nine = at("2028-03-01T09:00:00+01:00");
    assert_eq!(world.state.opening().next_open_at, Some(nine));
}

#[test]
fn a_holiday_outweighs_the_season_and_a_day_set_by_hand_the_holiday() {
    let mut office = nine_to_two();
    office.seasons = vec![season("12-01", "12-31", week(&WORKDAYS, &["08:00-13:00"]))];
    office.holidays = vec!["2026-12-08".parse().expect("a day")];
    let mut world = World::at(&office, at("2026-12-08T07:00:00+01:00"));
    let next = |world: &World| world.state.opening().next_open_at;
    assert_eq!(next(&world), Some(at("2026-12-09T08:00:00+01:00")));
    let days = vec![special("2026-12-08", &["10:00-11:00"])];
    world.send_all(&[Command::SetCalendar { days }]);
    assert_eq!(world.tick(), [closed("2026-12-08T10:00:00+01:00")]);
    assert_eq!(world.go_to("2026-12-08T10:00:00+01:00"), [opened()]);
    let tomorrow = closed("2026-12-09T08:00:00+01:00");
    assert_eq!(world.go_to("2026-12-08T11:00:00+01:00"), [tomorrow]);
}

#[test]
fn a_closure_set_for_today_closes_and_taken_back_opens() {
    let mut world = World::new(&nine_to_two());
    let days = vec![special("2026-11-24", &[])];
    world.send_all(&[Command::SetCalendar { days }]);
    assert_eq!(world.tick(), [closed("2026-11-25T09:00:00+01:00")]);
    world.send_all(&[Command::SetCalendar { days: vec![] }]);
    assert_eq!(world.tick(), [opened()]);
}

#[test]
fn the_calendar_keeps_days_from_today_on_in_their_order_and_says_the_same_once() {
    let mut world = World::new(&nine_to_two());
    let all = ["2026-12-24", "2026-11-23", "2026-11-24", "2026-12-01"];
    let days: Vec<SpecialDay> = all.iter().map(|day| special(day, &[])).collect();
    let set = Command::SetCalendar { days };
    let kept = ["2026-11-24", "2026-12-01", "2026-12-24"];
    let kept: Vec<SpecialDay> = kept.iter().map(|day| special(day, &[])).collect();
    let told = world.send(&set);
    assert_eq!(told, Ok(vec![Fact::CalendarSet { days: kept.clone() }]));
    assert_eq!(world.send(&set), Ok(vec![]));
    world.go_to("2026-11-25T00:00:00+01:00");
    assert_eq!(world.state.special_days(), &kept[1..], "what is over goes");
}

#[test]
fn when_it_opens_next_is_told_again_when_the_calendar_changes() {
    let mut world = World::at(&nine_to_two(), at("2026-11-24T20:00:00+01:00"));
    let since = world.state.opening().since;
    let days = vec![special("2026-11-25", &[])];
    world.send_all(&[Command::SetCalendar { days }]);
    world.wait_ms(1000);
    assert_eq!(world.tick(), [closed("2026-11-26T09:00:00+01:00")]);
    assert_eq!(world.state.opening().since, since, "closed all the while");
    assert_eq!(world.tick(), []);
}

#[test]
fn an_office_that_opens_on_no_day_knows_of_no_opening() {
    let mut office = plain();
    office.hours = week(&EVERY_DAY, &[]);
    let world = World::new(&office);
    let opening = world.state.opening();
    assert_eq!((opening.open, opening.next_open_at), (false, None));
}

#[test]
fn an_opening_is_looked_for_a_whole_year_ahead() {
    let mut office = plain();
    office.hours = week(&EVERY_DAY, &[]);
    office.seasons = vec![season("11-24", "11-24", week(&EVERY_DAY, &["09:00-10:00"]))];
    let world = World::at(&office, at("2026-11-24T10:00:00+01:00"));
    let next = at("2027-11-24T09:00:00+01:00");
    assert_eq!(world.state.opening().next_open_at, Some(next));
}

#[test]
fn after_the_last_day_of_the_year_it_opens_in_the_next() {
    let mut office = nine_to_two();
    office.holidays = vec!["2027-01-01".parse().expect("a day")];
    let mut world = World::at(&office, at("2026-12-31T10:00:00+01:00"));
    let monday = "2027-01-04T09:00:00+01:00";
    assert_eq!(world.go_to("2026-12-31T14:00:00+01:00"), [closed(monday)]);
    let told = world.go_to("2027-01-01T00:00:00+01:00");
    assert_eq!(told[1..], [closed(monday)]);
    assert_eq!(world.issue_at_open(monday).to_string(), "2027-01-04-A001");
}

#[test]
fn the_supervisor_opens_ahead_of_the_hours_and_it_closes_with_them() {
    let mut world = World::at(&nine_to_two(), at("2026-11-24T08:00:00+01:00"));
    let told = world.send(&Command::OpenOffice);
    assert_eq!(told, Ok(vec![Fact::OfficeOpened { reason: Supervisor }]));
    assert_eq!(world.send(&Command::OpenOffice), Ok(vec![]));
    let early = world.issue("a");
    assert_eq!(world.next("1"), Ok(Some(early)));
    assert_eq!(world.go_to("2026-11-24T09:00:00+01:00"), []);
    assert_eq!(world.go_to("2026-11-24T13:59:59.999+01:00"), []);
    let told = world.go_to("2026-11-24T14:00:00+01:00");
    assert_eq!(told, [closed("2026-11-25T09:00:00+01:00")]);
}

#[test]
fn the_supervisor_opens_between_the_hours_and_after_them() {
    let office = daily(&["09:00-12:00", "16:00-19:00"]);
    let mut world = World::at(&office, at("2026-11-24T13:00:00+01:00"));
    world.send_all(&[Command::OpenOffice]);
    assert_eq!(world.go_to("2026-11-24T16:00:00+01:00"), []);
    let tomorrow = [closed("2026-11-25T09:00:00+01:00")];
    assert_eq!(world.go_to("2026-11-24T19:00:00+01:00"), tomorrow);
    world.send_all(&[Command::OpenOffice]);
    assert_eq!(world.go_to("2026-11-24T23:59:59.999+01:00"), []);
    let told = world.go_to("2026-11-25T00:00:00+01:00");
    assert_eq!(told[1..], tomorrow, "a new day goes by its hours");
}

#[test]
fn the_supervisor_closes_until_the_next_day() {
    let office = daily(&["09:00-12:00", "16:00-19:00"]);
    let mut world = World::new(&office);
    let tomorrow = Some(at("2026-11-25T09:00:00+01:00"));
    let told = world.send(&Command::CloseOffice);
    let fact = Fact::OfficeClosed {
        reason: Supervisor,
        next_open_at: tomorrow,
    };
    assert_eq!(told, Ok(vec![fact]));
    assert_eq!(world.send(&Command::CloseOffice), Ok(vec![]));
    assert_eq!(
        world.go_to("2026-11-24T16:30:00+01:00"),
        [],
        "it stays closed"
    );
    world.go_to("2026-11-25T00:00:00+01:00");
    assert_eq!(world.go_to("2026-11-25T09:00:00+01:00"), [opened()]);
}

#[test]
fn the_supervisor_closes_also_before_the_hours_and_opens_again() {
    let mut world = World::at(&nine_to_two(), at("2026-11-24T08:00:00+01:00"));
    assert_eq!(
        world.send(&Command::CloseOffice).map(|told| told.len()),
        Ok(1)
    );
    assert_eq!(world.go_to("2026-11-24T09:00:00+01:00"), []);
    assert!(!world.state.opening().open);
    world.send_all(&[Command::OpenOffice]);
    assert!(world.state.opening().open);
    let told = world.go_to("2026-11-24T14:00:00+01:00");
    assert_eq!(told, [closed("2026-11-25T09:00:00+01:00")]);
}

#[test]
fn an_office_that_opens_at_midnight_and_is_closed_by_hand_opens_at_midnight() {
    let mut world = World::new(&daily(&["00:00-24:00"]));
    world.send_all(&[Command::CloseOffice]);
    let midnight = at("2026-11-25T00:00:00+01:00");
    assert_eq!(world.state.opening().next_open_at, Some(midnight));
}

#[test]
fn hours_that_change_at_noon_hold_at_once() {
    let mut world = World::at(&nine_to_two(), at("2026-11-24T12:30:00+01:00"));
    let mut short = nine_to_two();
    short.hours = week(&WORKDAYS, &["09:00-12:00"]);
    world.configure(&short).expect("a configuration");
    let tomorrow = [closed("2026-11-25T09:00:00+01:00")];
    assert_eq!(world.tick(), tomorrow);
    let mut other = short.clone();
    other.hours = week(&WORKDAYS, &["09:00-12:00", "17:00-18:00"]);
    world.configure(&other).expect("a configuration");
    assert_eq!(world.tick(), [closed("2026-11-24T17:00:00+01:00")]);
    world.configure(&nine_to_two()).expect("a configuration");
    assert_eq!(world.tick(), [opened()]);
}
