// SPDX-License-Identifier: GPL-3.0-or-later
//! The office opens and closes by its calendar: week, season, holiday, days set by hand, clocks that change.
//!
//! The hub's clock is set by the test, so that a day takes as long as the hub takes to notice.

use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::wait;

/// The office's own week; nothing is ever full, so that only hours close it.
const WEEK: &str = "[office]\nholidays = [\"2026-12-08\", \"2027-01-01\"]\n\
    [office.hours]\nmon = [\"09:00-14:00\"]\ntue = [\"09:00-14:00\"]\nwed = [\"09:00-14:00\"]\n\
    thu = [\"09:00-14:00\"]\nfri = [\"09:00-14:00\", \"16:00-18:00\"]\n[policy]\nstop_issuing = false\n";

/// A hub with these hours, and the clock that it has; `None` where such a clock can't be had.
fn hub(name: &str, own: &str, at: &str) -> Option<(Hub, SetClock)> {
    if !need::met(name, &[Need::Faketime]) {
        return None;
    }
    let clock = SetClock::at(at).expect("a clock");
    let own = own.to_owned();
    let hub = Hub::start(HubSetup {
        own,
        ..HubSetup::at(&clock)
    })
    .expect("the hub starts");
    Some((hub, clock))
}

fn opening(hub: &Hub) -> (bool, Value) {
    let state = hub.state().expect("the state");
    (state["open"] == true, state["next_open_at"].clone())
}

/// Waits until the hub says that it is open, or closed until then.
fn is(hub: &Hub, open: bool, next_open_at: Option<&str>) {
    let wanted = (open, next_open_at.map_or(Value::Null, |at| json!(at)));
    let seen = wait::until("it opens or closes", wait::GENEROUS, || {
        let is = opening(hub);
        (is == wanted).then_some(is)
    });
    seen.unwrap_or_else(|error| panic!("{error}: {:?} and not {wanted:?}", opening(hub)));
}

fn take(hub: &Hub) -> String {
    let wish = json!({ "service": "general" });
    hub.command("/v1/tickets", &wish)
        .expect("an answer")
        .outcome()
}

fn of_kind(hub: &Hub, kind: &str) -> Vec<Value> {
    let mut events = hub.events().expect("the log");
    events.retain(|one| one["kind"] == kind);
    events
}

#[test]
fn it_opens_and_closes_by_its_week_and_serves_who_holds_a_ticket() {
    let name = "it_opens_and_closes_by_its_week_and_serves_who_holds_a_ticket";
    let Some((hub, clock)) = hub(name, WEEK, "2026-11-24T07:59:30Z") else {
        return;
    };
    is(&hub, false, Some("2026-11-24T08:00:00.000Z"));
    assert_eq!(take(&hub), "409 office-closed");
    let refused = hub
        .command("/v1/tickets", &json!({ "service": "general" }))
        .expect("an answer");
    let detail = refused.json()["detail"].clone();
    assert!(
        detail
            .as_str()
            .unwrap_or_default()
            .contains("2026-11-24T08:00"),
        "{detail}"
    );
    assert_eq!(
        of_kind(&hub, "office-closed")[0]["reason"],
        "hours",
        "the day says so from its beginning"
    );

    clock.set("2026-11-24T08:00:00Z").expect("it is set");
    is(&hub, true, None);
    assert_eq!(of_kind(&hub, "office-opened")[0]["reason"], "hours");
    assert_eq!(take(&hub), "201");
    clock.set("2026-11-24T12:59:59Z").expect("it is set");
    assert_eq!(take(&hub), "201", "to the last minute");
    clock.set("2026-11-24T13:00:00Z").expect("it is set");
    is(&hub, false, Some("2026-11-25T08:00:00.000Z"));
    assert_eq!(take(&hub), "409 office-closed");
    for desk in ["1", "2"] {
        hub.desk(desk, "next")
            .expect("an answer")
            .expect(200)
            .expect("who holds a ticket is called");
    }
    assert_eq!(hub.desk("3", "next").expect("an answer").status, 204);
}

#[test]
fn a_break_at_noon_and_a_weekend_say_when_it_opens_next() {
    let name = "a_break_at_noon_and_a_weekend_say_when_it_opens_next";
    let Some((hub, clock)) = hub(name, WEEK, "2026-11-27T12:00:00Z") else {
        return;
    };
    is(&hub, true, None);
    clock.set("2026-11-27T13:30:00Z").expect("it is set");
    is(&hub, false, Some("2026-11-27T15:00:00.000Z"));
    clock.set("2026-11-27T15:30:00Z").expect("it is set");
    is(&hub, true, None);
    clock.set("2026-11-27T17:30:00Z").expect("it is set");
    is(&hub, false, Some("2026-11-30T08:00:00.000Z"));
}

#[test]
fn a_holiday_is_closed_and_a_day_set_by_hand_outweighs_it() {
    let name = "a_holiday_is_closed_and_a_day_set_by_hand_outweighs_it";
    let Some((mut hub, clock)) = hub(name, WEEK, "2026-12-07T14:00:00Z") else {
        return;
    };
    is(&hub, false, Some("2026-12-09T08:00:00.000Z"));
    let days = json!([{ "day": "2026-12-09", "hours": [] }, { "day": "2026-12-08", "hours": ["10:00-12:00"] }]);
    let set = hub
        .command("/v1/calendar", &json!({ "days": days }))
        .expect("an answer");
    let set = set.expect(200).expect("they are set");
    assert_eq!(set["open"], false);
    let order: Vec<&Value> = set["special_days"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["day"])
        .collect();
    assert_eq!(order, ["2026-12-08", "2026-12-09"]);
    is(&hub, false, Some("2026-12-08T09:00:00.000Z"));
    assert_eq!(of_kind(&hub, "calendar-set").len(), 1);

    hub.kill();
    hub.start_again().expect("it starts again");
    is(&hub, false, Some("2026-12-08T09:00:00.000Z"));
    clock.set("2026-12-08T09:30:00Z").expect("it is set");
    is(&hub, true, None);
    let day = of_kind(&hub, "day-began").pop().expect("the day");
    assert_eq!(
        (&day["day"], day["special_days"].as_array().map(Vec::len)),
        (&json!("2026-12-08"), Some(2))
    );
    clock.set("2026-12-08T12:00:00Z").expect("it is set");
    is(&hub, false, Some("2026-12-10T08:00:00.000Z"));
    clock.set("2026-12-10T12:00:00Z").expect("it is set");
    is(&hub, true, None);
    let day = of_kind(&hub, "day-began").pop().expect("the day");
    assert_eq!(
        day["special_days"],
        json!([]),
        "what is over is not carried on"
    );
}

#[test]
fn a_day_closed_by_hand_in_its_middle_closes_at_once() {
    let name = "a_day_closed_by_hand_in_its_middle_closes_at_once";
    let Some((hub, _clock)) = hub(name, WEEK, "2026-11-24T10:00:00Z") else {
        return;
    };
    is(&hub, true, None);
    let days = json!({ "days": [{ "day": "2026-11-24", "hours": ["09:00-10:30"] }] });
    hub.command("/v1/calendar", &days)
        .expect("an answer")
        .expect(200)
        .expect("it is set");
    is(&hub, false, Some("2026-11-25T08:00:00.000Z"));
    hub.command("/v1/calendar", &json!({ "days": [] }))
        .expect("an answer")
        .expect(200)
        .expect("it is set");
    is(&hub, true, None);
}

#[test]
fn a_season_has_hours_of_its_own_and_ends() {
    let season = format!(
        "{WEEK}[[office.season]]\nfrom = \"06-15\"\nto = \"09-15\"\n\
         hours = {{ mon = [\"08:30-13:30\"], tue = [\"08:30-13:30\"] }}\n"
    );
    let Some((hub, clock)) = hub(
        "a_season_has_hours_of_its_own_and_ends",
        &season,
        "2026-06-12T16:30:00Z",
    ) else {
        return;
    };
    is(&hub, false, Some("2026-06-15T06:30:00.000Z"));
    clock.set("2026-06-16T06:45:00Z").expect("it is set");
    is(&hub, true, None);
    clock.set("2026-06-16T11:30:00Z").expect("it is set");
    is(&hub, false, Some("2026-06-22T06:30:00.000Z"));
    clock.set("2026-09-15T12:00:00Z").expect("it is set");
    is(&hub, false, Some("2026-09-16T07:00:00.000Z"));
}

#[test]
fn the_years_end_is_no_end_of_its_calendar() {
    let Some((hub, clock)) = hub(
        "the_years_end_is_no_end_of_its_calendar",
        WEEK,
        "2026-12-31T12:30:00Z",
    ) else {
        return;
    };
    is(&hub, true, None);
    assert_eq!(take(&hub), "201");
    clock.set("2026-12-31T13:00:01Z").expect("it is set");
    is(&hub, false, Some("2027-01-04T08:00:00.000Z"));
    clock.set("2027-01-04T08:00:01Z").expect("it is set");
    is(&hub, true, None);
    let ticket = hub.issue("general").expect("a ticket");
    assert_eq!(ticket["id"], "2027-01-04-A001");
}

#[test]
fn nine_o_clock_is_nine_o_clock_on_the_days_the_clocks_change() {
    let name = "nine_o_clock_is_nine_o_clock_on_the_days_the_clocks_change";
    let sundays = "[office]\nhours = { sun = [\"09:00-14:00\"] }\n[policy]\nstop_issuing = false\n";
    for (night, opens, closes, following) in [
        (
            "2026-03-29T00:59:59Z",
            "2026-03-29T07:00:00.000Z",
            "2026-03-29T12:00:00.000Z",
            "2026-04-05T07:00:00.000Z",
        ),
        (
            "2026-10-25T00:59:59Z",
            "2026-10-25T08:00:00.000Z",
            "2026-10-25T13:00:00.000Z",
            "2026-11-01T08:00:00.000Z",
        ),
    ] {
        let Some((hub, clock)) = hub(name, sundays, night) else {
            return;
        };
        is(&hub, false, Some(opens));
        clock.set(opens).expect("it is set");
        is(&hub, true, None);
        clock.set(closes).expect("it is set");
        is(&hub, false, Some(following));
        assert_eq!(
            of_kind(&hub, "day-began").len(),
            1,
            "it is one day, of 23 or 25 hours"
        );
    }
}

#[test]
fn an_hour_that_the_clocks_skip_or_repeat_opens_once() {
    let name = "an_hour_that_the_clocks_skip_or_repeat_opens_once";
    let nights = "[office]\nhours = { sun = [\"02:30-10:00\"] }\n[policy]\nstop_issuing = false\n";
    for (before, opens, within, closes) in [
        (
            "2026-03-29T00:30:00Z",
            "2026-03-29T01:30:00.000Z",
            "2026-03-29T07:59:58Z",
            "2026-03-29T08:00:00Z",
        ),
        (
            "2026-10-25T00:10:00Z",
            "2026-10-25T00:30:00.000Z",
            "2026-10-25T01:40:00Z",
            "2026-10-25T09:00:00Z",
        ),
    ] {
        let Some((hub, clock)) = hub(name, nights, before) else {
            return;
        };
        is(&hub, false, Some(opens));
        clock.set(opens).expect("it is set");
        is(&hub, true, None);
        clock.set(within).expect("it is set");
        assert_eq!(take(&hub), "201");
        clock.set(closes).expect("it is set");
        wait::until("it closes", wait::GENEROUS, || {
            (!opening(&hub).0).then_some(())
        })
        .expect("it closes");
        assert_eq!(of_kind(&hub, "office-opened").len(), 1, "{opens}");
    }
}

#[test]
fn a_configuration_changed_at_noon_holds_from_then_on_and_loses_nobody() {
    let name = "a_configuration_changed_at_noon_holds_from_then_on_and_loses_nobody";
    let Some((mut hub, clock)) = hub(name, WEEK, "2026-11-24T11:00:00Z") else {
        return;
    };
    is(&hub, true, None);
    assert_eq!(take(&hub), "201");
    let waiting = hub.issue("padro").expect("a ticket")["id"].clone();
    let shorter = WEEK.replace("tue = [\"09:00-14:00\"]", "tue = [\"09:00-11:30\"]");
    hub.start_again_with(&shorter).expect("it starts again");
    is(&hub, false, Some("2026-11-25T08:00:00.000Z"));
    assert_eq!(of_kind(&hub, "office-configured").len(), 1);
    assert_eq!(of_kind(&hub, "day-began").len(), 1, "the day goes on");
    let state = hub.state().expect("the state");
    assert_eq!(state["waiting"][1]["id"], waiting);
    let office = hub
        .get("/v1/office")
        .expect("an answer")
        .expect(200)
        .expect("the office");
    assert_eq!(office["hours"]["tue"], json!(["09:00-11:30"]));

    let longer = WEEK.replace("tue = [\"09:00-14:00\"]", "tue = [\"09:00-20:00\"]");
    hub.start_again_with(&longer).expect("it starts again");
    is(&hub, true, None);
    clock.set("2026-11-24T13:30:00Z").expect("it is set");
    assert_eq!(take(&hub), "201");
}
