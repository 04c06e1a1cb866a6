// SPDX-License-Identifier: GPL-3.0-or-later
//! The estimate of waits, whatever it is fed: in order, bounded, small in the log, silent where it knows nothing.
//!
//! How good it is on recorded and simulated days is tested where those are played.

use jiff::civil::date;
use proptest::prelude::*;
use torn_queue::wait::{Asked, Estimate, Learnt, Visit, Waits};
use torn_queue::{ServiceId, Timestamp};

const DAY_S: u32 = 24 * 3600;
const NINE: Timestamp = Timestamp::from_unix_ms(1_795_507_200_000);

fn service(place: usize) -> ServiceId {
    format!("s-{place}").parse().expect("a service id")
}

/// What can befall the estimator, sensible or not.
#[derive(Debug, Clone)]
enum Feed {
    Issued(u64, usize, u32, Option<u32>, Option<u32>, i64, u16),
    Called(u64, usize),
    Finished(u64),
    NoShow(u64),
    Left(u64),
    NextDay,
}

fn any_count() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0u32..30, 1 => any::<u32>()]
}

fn any_feed() -> impl Strategy<Value = Feed> {
    let visit = 0u64..40;
    let due_ms = prop_oneof![4 => Just(0), 2 => 0i64..7_200_000, 1 => any::<i64>()];
    let minute = prop_oneof![4 => 480u16..900, 1 => any::<u16>()];
    prop_oneof![
        6 => (visit.clone(), 0usize..4, any_count(), proptest::option::of(any_count()), proptest::option::of(any_count()), due_ms, minute)
            .prop_map(|(a, b, c, d, e, f, g)| Feed::Issued(a, b, c, d, e, f, g)),
        5 => (visit.clone(), 0usize..4).prop_map(|(a, b)| Feed::Called(a, b)),
        3 => visit.clone().prop_map(Feed::Finished),
        1 => visit.clone().prop_map(Feed::NoShow),
        1 => visit.prop_map(Feed::Left),
        1 => Just(Feed::NextDay),
    ]
}

/// How much later each thing happens: mostly minutes, sometimes never before or in another age.
fn any_step_ms() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0i64..600_000, 1 => -600_000i64..0, 1 => any::<i64>()]
}

fn check(estimate: Option<Estimate>) {
    let Some(one) = estimate else {
        return;
    };
    assert!(one.low_s <= one.mid_s && one.mid_s <= one.high_s, "{one:?}");
    assert!(one.high_s <= DAY_S, "{one:?}");
    let shown = one.shown();
    assert!(shown.low_min * 60 <= one.low_s, "{one:?} {shown:?}");
    assert!(shown.high_min * 60 >= one.high_s, "{one:?} {shown:?}");
    assert!(shown.low_min < shown.high_min, "{one:?} {shown:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_happens_an_estimate_is_in_order_and_no_longer_than_a_day(
        feeds in proptest::collection::vec((any_feed(), any_step_ms()), 0..150)
    ) {
        let mut waits = Waits::default();
        let mut now = NINE;
        let ids: Vec<ServiceId> = (0..4).map(service).collect();
        for (feed, step_ms) in feeds {
            now = now.plus_ms(step_ms);
            match feed {
                Feed::Issued(visit, place, ahead, desks, free, due_ms, minute) => {
                    let rivals: Vec<&ServiceId> = ids[..=place].iter().collect();
                    let coming = [now.plus_ms(60_000), now.plus_ms(due_ms)];
                    let asked = Asked {
                        service: &ids[place],
                        rivals: &rivals,
                        ahead,
                        coming: &coming,
                        desks,
                        free,
                        visit_s: None,
                        due_at: now.plus_ms(due_ms),
                        now,
                        minute,
                    };
                    check(waits.estimate(&asked));
                    waits.issued(Visit(visit), &asked);
                    check(waits.estimate(&asked));
                }
                Feed::Called(visit, place) => waits.called(Visit(visit), now, &ids[place]),
                Feed::Finished(visit) => waits.finished(Visit(visit), now),
                Feed::NoShow(visit) => waits.no_show(Visit(visit), now),
                Feed::Left(visit) => waits.left(Visit(visit), now),
                Feed::NextDay => {
                    let text = serde_json::to_string(&waits.learnt()).expect("JSON");
                    let learnt: Learnt = serde_json::from_str(&text).expect("what was written");
                    prop_assert_eq!(&learnt, &waits.learnt());
                    waits = Waits::begin_day(date(2026, 11, 25), learnt);
                }
            }
        }
    }

    #[test]
    fn any_range_is_shown_rounded_outwards(low_s in 0..DAY_S, mid_s in 0..DAY_S, high_s in 0..DAY_S) {
        let mut edges = [low_s, mid_s, high_s];
        edges.sort_unstable();
        let [low_s, mid_s, high_s] = edges;
        check(Some(Estimate { low_s, mid_s, high_s }));
    }
}

/// A question of somebody with `ahead` people before, where all desks are taken.
fn plainly<'a>(
    service: &'a ServiceId,
    rivals: &'a [&'a ServiceId],
    ahead: u32,
    now: Timestamp,
) -> Asked<'a> {
    let minutes = now.ms_since(NINE) / 60_000 + 9 * 60;
    Asked {
        service,
        rivals,
        ahead,
        coming: &[],
        desks: Some(2),
        free: Some(0),
        visit_s: None,
        due_at: now,
        now,
        minute: u16::try_from(minutes.rem_euclid(24 * 60)).expect("a minute of the day"),
    }
}

/// A day of `services` services, each of whose line is called every `gap_min` minutes from nine to one.
fn day(mut waits: Waits, services: usize, gap_min: i64) -> Waits {
    let ids: Vec<ServiceId> = (0..services).map(service).collect();
    for minute in 0..240i64 {
        let now = NINE.plus_ms(minute * 60_000);
        for (place, id) in ids.iter().enumerate() {
            let visit = |minute: i64| Visit((place as u64) * 1000 + minute.unsigned_abs());
            let rivals = [id];
            waits.issued(visit(minute), &plainly(id, &rivals, 5, now));
            if minute % gap_min == 0 && minute >= 20 {
                let called = visit(minute / gap_min - 1);
                waits.called(called, now, id);
                waits.finished(called, now.plus_ms(30_000));
            }
        }
    }
    waits
}

#[test]
fn where_no_desk_is_open_and_nothing_was_learnt_it_declines() {
    let id = service(0);
    let alone = [&id];
    let asked = Asked {
        desks: Some(0),
        ..plainly(&id, &alone, 3, NINE)
    };
    assert_eq!(Waits::default().estimate(&asked), None);
}

#[test]
fn before_the_desks_open_it_counts_on_those_that_usually_do() {
    let id = service(0);
    let alone = [&id];
    let learnt = day(Waits::default(), 1, 5).learnt();
    let asked = Asked {
        desks: Some(0),
        ..plainly(&id, &alone, 3, NINE.plus_ms(-60_000))
    };
    let asked = Asked {
        minute: 9 * 60,
        ..asked
    };
    let tomorrow = Waits::begin_day(date(2026, 11, 25), learnt);
    assert!(tomorrow.estimate(&asked).is_some());
}

#[test]
fn where_a_desk_is_free_the_wait_is_short() {
    let id = service(0);
    let alone = [&id];
    let asked = Asked {
        free: Some(1),
        ..plainly(&id, &alone, 0, NINE)
    };
    let estimate = Waits::default().estimate(&asked).expect("an estimate");
    assert!(estimate.high_s <= 5 * 60, "{estimate:?}");
}

#[test]
fn a_line_that_was_called_twice_as_fast_on_earlier_days_is_estimated_shorter() {
    let id = service(0);
    let alone = [&id];
    let after = |gap_min| {
        let learnt = day(Waits::default(), 1, gap_min).learnt();
        let today = Waits::begin_day(date(2026, 11, 25), learnt);
        let asked = plainly(&id, &alone, 20, NINE.plus_ms(3_600_000));
        today.estimate(&asked).expect("an estimate").mid_s
    };
    assert!(
        f64::from(after(4)) > 1.6 * f64::from(after(2)),
        "{} {}",
        after(4),
        after(2)
    );
}

#[test]
fn more_people_ahead_and_fewer_desks_make_it_no_shorter() {
    let id = service(0);
    let alone = [&id];
    let waits = day(Waits::default(), 1, 4);
    let now = NINE.plus_ms(4 * 3_600_000);
    let of = |ahead, desks| {
        let asked = Asked {
            desks: Some(desks),
            ..plainly(&id, &alone, ahead, now)
        };
        waits.estimate(&asked).expect("an estimate").mid_s
    };
    for ahead in [8, 12, 18, 30, 60] {
        assert!(of(ahead + 1, 2) >= of(ahead, 2), "{ahead}");
        assert!(of(ahead, 1) >= of(ahead, 2), "{ahead}");
    }
}

#[test]
fn what_ten_services_taught_over_months_is_at_most_eight_kilobytes() {
    let mut waits = Waits::default();
    for _ in 0..60 {
        waits = Waits::begin_day(date(2026, 11, 25), day(waits, 10, 3).learnt());
    }
    let text = serde_json::to_string(&waits.learnt()).expect("JSON");
    assert!(text.len() <= 8 * 1024, "{} bytes", text.len());
}

#[test]
fn a_log_without_what_was_learnt_begins_anew() {
    let learnt: Learnt = serde_json::from_str("{}").expect("nothing");
    assert_eq!(learnt, Learnt::default());
    let hostile = r#"{"services":{"s-0":{"slices":{"200":[18446744073709551615,0,1]},"visits":1,"visit_s":18446744073709551615}},
        "record":[[-1,-1,-1,-99999999,99999999]]}"#;
    let learnt: Learnt = serde_json::from_str(hostile).expect("numbers");
    let id = service(0);
    let alone = [&id];
    let waits = Waits::begin_day(date(2026, 11, 25), learnt);
    check(waits.estimate(&plainly(&id, &alone, 3, NINE)));
    assert!(waits.service_minutes(&id, 10) > 0);
    check(day(waits, 1, 3).estimate(&plainly(&id, &alone, 3, NINE.plus_ms(4 * 3_600_000))));
}

#[test]
fn the_time_of_a_visit_is_the_configured_one_until_it_is_observed() {
    let id = service(0);
    let alone = [&id];
    let mut waits = Waits::default();
    assert_eq!(waits.service_minutes(&id, 10), 600);
    for visit in 0..200 {
        let now = NINE.plus_ms(i64::try_from(visit).expect("few") * 60_000);
        waits.issued(Visit(visit), &plainly(&id, &alone, 0, now));
        waits.called(Visit(visit), now, &id);
        waits.finished(Visit(visit), now.plus_ms(300_000));
    }
    let observed = waits.service_minutes(&id, 10);
    assert!((300..330).contains(&observed), "{observed}");
}

#[test]
fn before_anything_was_observed_a_visit_takes_what_the_office_says() {
    let id = service(0);
    let alone = [&id];
    let of = |visit_s| {
        let asked = Asked {
            visit_s: Some(visit_s),
            ..plainly(&id, &alone, 10, NINE)
        };
        Waits::default()
            .estimate(&asked)
            .expect("an estimate")
            .mid_s
    };
    assert!(of(300) < of(1_200), "{} s, {} s", of(300), of(1_200));
}
