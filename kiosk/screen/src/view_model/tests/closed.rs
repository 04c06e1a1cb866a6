// SPDX-License-Identifier: GPL-3.0-or-later
//! No number: the office is closed, a service is full or closed or in another building.

use super::*;

fn told(model: &mut ViewModel, facts: Vec<Fact>, now: Instant) {
    let mut seq = morning_end();
    for fact in facts {
        model.take(event(&mut seq, fact), now);
    }
}

fn closes(service: &str, reason: ServiceClosedReason) -> Fact {
    Fact::ServiceClosed {
        service: service.parse().unwrap(),
        reason,
        next_open_at: None,
    }
}

fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

#[test]
fn a_closed_office_says_when_it_opens_and_where_else_people_are_helped() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(Input::Touch(Touch::CheckIn), now);
    let closed = Fact::OfficeClosed {
        reason: OpeningReason::Hours,
        next_open_at: Some("2026-11-25T08:00:00.000Z".parse().unwrap()),
    };
    told(&mut model, vec![closed], now);
    let view = model.view(now);
    assert_eq!(view.page, Page::Closed);
    assert_eq!(view.tiles, []);
    let closed = view.closed.unwrap();
    assert_eq!(plain(&closed.opens), "demà, dimecres, a les 9 h");
    assert_eq!(closed.week, "De dilluns a divendres, de 9 a 14 h");
    assert!(closed.web.is_some() && closed.whatsapp.is_some());
    assert!(!closed.serves);
    assert_eq!(model.take(touch("general"), now), [], "nothing to touch");
    let opened = event(&mut Seq::default(), office_opened());
    model.take(opened, now);
    assert_eq!(model.view(now).page, Page::Home);
}

#[test]
fn a_full_service_says_so_on_its_tile_and_gives_no_number_but_a_way_on() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let full = closes("registre", ServiceClosedReason::Full);
    let shut = closes("padro", ServiceClosedReason::Supervisor);
    told(&mut model, vec![full, shut], now);
    let view = model.view(now);
    let kinds: Vec<_> = view.tiles.iter().map(|one| one.kind).collect();
    assert_eq!(kinds[0], TileKind::Service);
    assert_eq!(kinds[1], TileKind::Instead(Reason::Full));
    assert_eq!(kinds[2], TileKind::Instead(Reason::Closed));
    assert_eq!(view.tiles[1].note, "fins demà");

    assert_eq!(model.take(touch("registre"), now), []);
    let instead = model.view(now).instead.unwrap();
    assert_eq!(instead.reason, Reason::Full);
    assert_eq!(plain(&instead.opens), "demà, dimecres, a les 9 h");
    assert!(instead.web.is_some());
}

#[test]
fn a_refusal_that_came_before_the_news_leads_to_the_same_page() {
    let now = Instant::now();
    for (code, reason) in [
        (Code::ServiceFull, Reason::Full),
        (Code::ServiceClosed, Reason::Closed),
    ] {
        let mut model = kiosk(now);
        model.take(touch("registre"), now);
        model.take(refused(code), now);
        let instead = model.view(now).instead.unwrap();
        assert_eq!(instead.reason, reason);
        assert_eq!(plain(&instead.opens), "demà, dimecres, a les 9 h");
    }
    let mut model = kiosk(now);
    model.take(touch("registre"), now);
    model.take(refused(Code::OfficeClosed), now);
    assert_eq!(model.view(now).page, Page::Closed);
    model.take(Input::Tick, now + limits::IDLE);
    assert_eq!(model.view(now).page, Page::Home, "the log knows better");
}

#[test]
fn when_no_service_gives_out_numbers_the_tiles_give_way_and_a_check_in_is_still_taken() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let services = ["general", "registre", "padro", "tributs", "urbanisme"];
    let full = |service: &&str| closes(service, ServiceClosedReason::Full);
    told(&mut model, services.iter().map(full).collect(), now);
    let view = model.view(now);
    assert_eq!((view.page, view.tiles.len()), (Page::Home, 0));
    assert_eq!(plain(&view.no_more.unwrap()), "demà, dimecres, a les 9 h");
    assert!(view.checks_in);
    model.take(Input::Touch(Touch::CheckIn), now);
    assert_eq!(model.view(now).page, Page::CheckIn);
}

#[test]
fn a_service_in_another_building_says_where_on_its_tile_and_on_its_page() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let Fact::DayBegan { mut office, .. } = day_began() else {
        unreachable!()
    };
    office.services[2].place = Some("Can Mach".to_owned());
    told(&mut model, vec![Fact::OfficeConfigured { office }], now);
    let tile = &model.view(now).tiles[2];
    assert_eq!(
        (tile.kind, tile.note.as_str()),
        (TileKind::Instead(Reason::Elsewhere), "Can Mach")
    );
    assert_eq!(model.take(touch("padro"), now), []);
    assert_eq!(model.view(now).instead.unwrap().place, "Can Mach");

    model.take(Input::Touch(Touch::Back), now);
    model.take(Input::Touch(Touch::Scanned("482915".to_owned())), now);
    let problem = Problem::new(Code::AppointmentOtherPlace, "it is at Can Mach; go there");
    model.take(Input::Issued(Err(Failure::Refused(problem))), now);
    assert_eq!(model.view(now).refused.unwrap().what, "Can Mach");
}

#[test]
fn the_ticket_offered_instead_is_one_that_is_given() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let full = closes("general", ServiceClosedReason::Full);
    told(&mut model, vec![full], now);
    model.take(touch("idcat"), now);
    let instead = model.view(now).instead.unwrap();
    assert!(!instead.information, "its numbers have run out");
    assert!(instead.checks_in, "whoever is booked goes on from here");
    assert_eq!(model.take(Input::Touch(Touch::Information), now), []);
}

#[test]
fn an_office_that_books_nobody_asks_nobody_for_an_appointment() {
    let now = Instant::now();
    let mut model = kiosk(now);
    assert!(model.view(now).checks_in);
    let Fact::DayBegan { mut office, .. } = day_began() else {
        unreachable!()
    };
    for service in &mut office.services {
        service.appointment = torn_queue::office::AppointmentRule::None;
    }
    told(&mut model, vec![Fact::OfficeConfigured { office }], now);
    assert!(!model.view(now).checks_in);
}
