// SPDX-License-Identifier: GPL-3.0-or-later
//! What the hub is asked for, what the lamp is told, and what the hub is told of the buttons.

use std::sync::mpsc as panel_mpsc;
use std::time::Duration;

use tokio::sync::mpsc;
use torn_button::desks::Desks;
use torn_button::health::{Health, part};
use torn_button::lamp::Pattern;
use torn_button::panel::Tell;
use torn_button::press::Happening;
use torn_client::Client;

use crate::hub::{Answer, Came, start};

/// The buttons of desks 1 and 2, with nobody's finger and lamp on them.
struct Buttons {
    happened: mpsc::Sender<(usize, Happening)>,
    lamps: panel_mpsc::Receiver<Tell>,
}

impl Buttons {
    fn of(hub: &str) -> Self {
        let (happened, happenings) = mpsc::channel(8);
        let (panel, lamps) = panel_mpsc::channel();
        let desks = ["1", "2"].map(|desk| desk.parse().unwrap());
        let health = Health::new(desks.iter().map(|desk| part(desk).unwrap()).collect());
        let client = Client::new(hub, None).unwrap();
        let device = "kiosk-1".parse().unwrap();
        let desks = Desks::new(client, device, desks.to_vec(), health, panel);
        tokio::spawn(desks.run(happenings));
        Self { happened, lamps }
    }

    async fn happen(&self, button: usize, happening: Happening) {
        self.happened.send((button, happening)).await.unwrap();
    }

    async fn lamp(&self) -> (usize, Pattern) {
        loop {
            match self.lamps.try_recv() {
                Ok(Tell::Show { button, pattern }) => return (button, pattern),
                Ok(tell) => panic!("the panel is told {tell:?}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
    }
}

/// The next command that is no report.
async fn asked(came: &mut Came) -> String {
    loop {
        let line = came.recv().await.unwrap();
        if !line.contains("/report") {
            return line;
        }
    }
}

/// The next report, by its state and part.
async fn reported(came: &mut Came) -> String {
    loop {
        let line = came.recv().await.unwrap();
        if let Some(body) = line.strip_prefix("/v1/devices/kiosk-1/report ") {
            return body.to_owned();
        }
    }
}

fn report(state: &str, what: &str) -> String {
    format!(r#"{{"state":"{state}","what":"{what}","until":null}}"#)
}

#[tokio::test]
async fn a_short_press_is_next_and_a_long_one_recall() {
    let (hub, _part, mut came) = start("127.0.0.1:0", vec![]).await;
    let buttons = Buttons::of(&hub);
    buttons.happen(1, Happening::Pressed).await;
    assert_eq!(asked(&mut came).await, "/v1/desks/2/next");
    assert_eq!(buttons.lamp().await, (1, Pattern::Accepted));
    buttons.happen(0, Happening::LongPressed).await;
    assert_eq!(asked(&mut came).await, "/v1/desks/1/recall");
    assert_eq!(buttons.lamp().await, (0, Pattern::Accepted));
}

#[tokio::test]
async fn a_refusal_and_too_soon_look_different() {
    let answers = vec![
        Answer::Refusal(409, "too-soon"),
        Answer::Refusal(409, "nothing-to-recall"),
    ];
    let (hub, _part, _came) = start("127.0.0.1:0", answers).await;
    let buttons = Buttons::of(&hub);
    buttons.happen(0, Happening::Pressed).await;
    assert_eq!(buttons.lamp().await, (0, Pattern::TooSoon));
    buttons.happen(0, Happening::LongPressed).await;
    assert_eq!(buttons.lamp().await, (0, Pattern::Refused));
}

#[tokio::test]
async fn nothing_is_queued_behind_a_press_on_its_way_and_other_desks_go_on() {
    let (hub, part, mut came) = start("127.0.0.1:0", vec![Answer::Late]).await;
    let buttons = Buttons::of(&hub);
    buttons.happen(0, Happening::Pressed).await;
    assert_eq!(asked(&mut came).await, "/v1/desks/1/next");
    buttons.happen(0, Happening::Pressed).await;
    assert_eq!(buttons.lamp().await, (0, Pattern::TooSoon));
    buttons.happen(1, Happening::Pressed).await;
    assert_eq!(asked(&mut came).await, "/v1/desks/2/next");
    assert_eq!(buttons.lamp().await, (1, Pattern::Accepted));
    part.go_on.notify_one();
    assert_eq!(buttons.lamp().await, (0, Pattern::Accepted));
    buttons.happen(0, Happening::LongPressed).await;
    assert_eq!(asked(&mut came).await, "/v1/desks/1/recall");
}

#[tokio::test]
async fn a_press_that_nobody_answers_says_so_and_may_still_count() {
    let (hub, part, _came) = start("127.0.0.1:0", vec![Answer::Late]).await;
    let buttons = Buttons::of(&hub);
    buttons.happen(0, Happening::Pressed).await;
    assert_eq!(buttons.lamp().await, (0, Pattern::HubAway));
    part.go_on.notify_one();
    assert_eq!(buttons.lamp().await, (0, Pattern::Accepted));
}

#[tokio::test(start_paused = true)]
async fn a_press_while_the_hub_is_away_is_told_at_once_and_never_played_later() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let buttons = Buttons::of(&format!("http://{address}"));
    // The first press finds out that nobody is there; from then on it is known.
    buttons.happen(1, Happening::Pressed).await;
    assert_eq!(buttons.lamp().await, (1, Pattern::HubAway));
    let pressed = tokio::time::Instant::now();
    buttons.happen(0, Happening::Pressed).await;
    assert_eq!(buttons.lamp().await, (0, Pattern::HubAway));
    assert!(pressed.elapsed() < Duration::from_millis(200));
    // Both expire, and their lamps say so again; nothing else is said.
    let mut expired = [false, false];
    while expired != [true, true] {
        let (button, pattern) = buttons.lamp().await;
        assert_eq!(pattern, Pattern::HubAway);
        expired[button] |= pressed.elapsed() > Duration::from_secs(4);
    }
    assert!(pressed.elapsed() <= Duration::from_secs(6));
    tokio::time::resume();
    let (_hub, _part, mut came) = start(&address, vec![]).await;
    assert_eq!(
        came.recv().await.unwrap(),
        format!("/v1/devices/kiosk-1/report {}", report("ok", "button-1"))
    );
    buttons.happen(0, Happening::LongPressed).await;
    assert_eq!(asked(&mut came).await, "/v1/desks/1/recall");
}

#[tokio::test]
async fn a_stuck_button_is_reported_and_taken_back() {
    let (hub, _part, mut came) = start("127.0.0.1:0", vec![]).await;
    let buttons = Buttons::of(&hub);
    assert_eq!(reported(&mut came).await, report("ok", "button-1"));
    assert_eq!(reported(&mut came).await, report("ok", "button-2"));
    buttons.happen(1, Happening::Stuck).await;
    assert_eq!(reported(&mut came).await, report("stuck", "button-2"));
    buttons.happen(1, Happening::Freed).await;
    assert_eq!(reported(&mut came).await, report("ok", "button-2"));
}

#[tokio::test]
async fn a_new_day_is_told_how_the_buttons_are() {
    let (hub, part, mut came) = start("127.0.0.1:0", vec![]).await;
    let buttons = Buttons::of(&hub);
    assert_eq!(reported(&mut came).await, report("ok", "button-1"));
    assert_eq!(reported(&mut came).await, report("ok", "button-2"));
    buttons.happen(0, Happening::Lost).await;
    assert_eq!(reported(&mut came).await, report("offline", "button-1"));
    part.next_day.notify_one();
    assert_eq!(reported(&mut came).await, report("offline", "button-1"));
    assert_eq!(reported(&mut came).await, report("ok", "button-2"));
}
