// SPDX-License-Identifier: GPL-3.0-or-later
//! From a ticket's data to the bytes for the printer: what a touch waits for before paper moves.
//!
//! Run by `cargo bench -p torn-kiosk`; it exits 1 when it takes longer than is promised.

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::civil::date;
use torn_kiosk::ticket::{Draughtsman, Slip, job};
use torn_look::words::{QrKind, QrTarget};
use torn_queue::event::Wait;
use torn_queue::ids::Letter;
use torn_queue::{Language, TicketNumber};

/// What is promised.
const AT_MOST: Duration = Duration::from_millis(20);

/// Tickets that are drawn: more than a busy month's day.
const TICKETS: u32 = 200;

fn main() -> ExitCode {
    let measured = measure();
    let mut out = std::io::stdout().lock();
    // Nobody reading the output is no fault.
    let (line, code) = match measured {
        Ok((middle, late, bytes)) => {
            let reached = late <= AT_MOST;
            let sign = if reached { "reached" } else { "MISSED " };
            let line = format!(
                "{sign}  ticket data → bytes ready, p99 in ms: {:.3} (to reach: ≤ {}); p50 {:.3} ms, {bytes} bytes, {TICKETS} tickets",
                late.as_secs_f64() * 1e3,
                AT_MOST.as_millis(),
                middle.as_secs_f64() * 1e3,
            );
            (
                line,
                if reached {
                    ExitCode::SUCCESS
                } else {
                    ExitCode::FAILURE
                },
            )
        }
        Err(error) => (format!("not measured: {error}"), ExitCode::FAILURE),
    };
    let _ = writeln!(out, "{line}");
    code
}

fn measure() -> Result<(Duration, Duration, usize), Box<dyn std::error::Error>> {
    let draughtsman = Draughtsman::new(576)?;
    let languages: Vec<Language> = ["ca", "es", "en", "fr", "ar"]
        .iter()
        .map(|one| one.parse())
        .collect::<Result<_, _>>()?;
    let mut times = Vec::new();
    let mut bytes = 0;
    for count in 1..=TICKETS {
        let language = &languages[count as usize % languages.len()];
        let slip = slip(
            TicketNumber::new(Letter::new('A')?, count),
            language,
            &languages[0],
        );
        let started = Instant::now();
        bytes = job(&draughtsman.draw(&slip)?)?.len();
        times.push(started.elapsed());
    }
    // The first is drawn when the kiosk starts, before anyone has touched it.
    times.remove(0);
    times.sort_unstable();
    Ok((times[times.len() / 2], times[times.len() * 99 / 100], bytes))
}

fn slip(number: TicketNumber, language: &Language, own_language: &Language) -> Slip {
    Slip {
        town: "Ajuntament de Torroella de Montgrí".to_owned(),
        own_town: "Ajuntament de Torroella de Montgrí".to_owned(),
        service: "Informació general".to_owned(),
        own_service: "Informació general".to_owned(),
        number,
        issued: date(2026, 11, 24).at(10, 42, 0, 0),
        language: language.clone(),
        own_language: own_language.clone(),
        ahead: 4,
        wait: Some(Wait {
            low_min: 10,
            high_min: 20,
        }),
        around: Some(jiff::civil::time(10, 55, 0, 0)),
        booked: None,
        qr: Some(QrTarget {
            url: format!("https://wa.me/34663740355?text=Torn%20{number}"),
            kind: QrKind::WhatsApp,
        }),
        copy: false,
    }
}
