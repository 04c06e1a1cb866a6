// SPDX-License-Identifier: GPL-3.0-or-later
//! What a person wrote, or is called, goes no further than the parser.

use regex::Regex;
use torn_appointments::{Kind, Mapping, read};

use crate::desk::{calendar, import, list, try_import, tuesday};

const SECRETS: [&str; 7] = [
    "Joan",
    "Puig",
    "600123456",
    "@example",
    "12345678Z",
    "secret",
    "Carrer",
];

/// Every event is in some way bad, and full of a person.
fn bad_calendar() -> String {
    let person = "SUMMARY:Joan Puig idCAT\nDESCRIPTION:secret 12345678Z tel. 600123456\\nCarrer Major 1\nLOCATION:Carrer\n\
        ATTENDEE;CN=\"Joan Puig\":mailto:joan@example.cat\nORGANIZER;CN=Joan:mailto:joan@example.cat\nCOMMENT:secret\nCONTACT:Joan\nX-PHONE:600123456";
    let whens = [
        "DTSTART:secret",
        "DTSTART;TZID=secret:20261124T100000",
        "DTSTART:20261124",
        "DTSTART:20261124T100000\nSTATUS:CANCELLED",
        "DTSTART:20261124T100000\nDTEND:secret",
        "DTSTART:20261124T100000\nRRULE:FREQ=secret",
        "DTSTART:20261124T100000\nEXDATE:secret\nRRULE:FREQ=DAILY",
        "DTSTART:20261124T100000\nDURATION:secret",
        "DTSTART:20261124T100000\nDTEND:20261124T090000",
        "DTSTART:20261124T100000\nRRULE:FREQ=DAILY\nRDATE:secret",
        "",
        "RECURRENCE-ID:secret\nDTSTART:20261124T100000",
        "DTSTART:20261124T100000\nBEGIN:VALARM\nDESCRIPTION:secret\nTRIGGER:secret\nEND:VALARM",
    ];
    let events = whens
        .iter()
        .enumerate()
        .map(|(n, when)| format!("BEGIN:VEVENT\nUID:{n}\n{when}\n{person}\nEND:VEVENT\n"));
    let without_uid = format!("BEGIN:VEVENT\nDTSTART:20261124T100000\n{person}\nEND:VEVENT\n");
    let cut = format!("BEGIN:VEVENT\nUID:cut\nDTSTART:20261124T100000\n{person}\n");
    calendar(&(events.collect::<String>() + &without_uid + &cut))
}

#[test]
fn no_word_of_an_event_is_in_the_list_its_reasons_or_warnings() {
    let import = import(bad_calendar());
    assert!(import.appointments.len() > 5 && import.skipped.len() > 3 && import.warnings.len() > 4);
    let mut said = format!(
        "{import:?} {:?} {}",
        import.warnings,
        list(&import).join(" ")
    );
    for one in &import.skipped {
        said += &format!("{:?} {:?} {}", one, one.uid, one.reason);
    }
    for secret in SECRETS {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn no_cell_of_a_table_is_in_the_list_its_reasons_or_warnings() {
    let table = "start;end;service;uid;name;phone;status\nsecret;;Joan;1;Joan Puig;600123456;\n24/11/2026 10:00;secret;Puig;2;Joan;600123456;\n\
        24/11/2026;;secret;3;Joan;;\n24/11/2026 11:00;;secret;4;Joan;;cancelled secret\n24/11/2026 12:00;;Joan;;Joan;;";
    let import = import(table);
    let mut said = format!("{import:?}");
    for one in &import.skipped {
        said += &format!("{:?} {}", one.uid, one.reason);
    }
    for one in &import.appointments {
        said += &format!("{:?}", (&one.uid, &one.code));
    }
    assert_eq!(
        (import.appointments.len(), import.skipped.len()),
        (2, 3),
        "{import:?}"
    );
    for secret in SECRETS {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn a_uid_is_in_no_debug_output() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:joan@example.cat\nDTSTART:20261124T100000\nEND:VEVENT\nBEGIN:VEVENT\nUID:puig@example.cat\nDTSTART:20261124\nEND:VEVENT",
    );
    let import = import(text);
    assert_eq!((import.appointments.len(), import.skipped.len()), (1, 1));
    assert!(!format!("{import:?}").contains("example"));
}

#[test]
fn the_mapping_makes_a_service_and_a_code_of_the_text_and_the_rest_is_gone() {
    let rules = [
        ("(?i)id.?cat", "idcat"),
        ("(?i)padr", "padro"),
        ("Joan", "general"),
    ];
    let rules = rules.map(|(rule, id)| (Regex::new(rule).unwrap(), id.parse().unwrap()));
    let mapping = Mapping::new(rules.to_vec(), Some(Regex::new(r"Codi:?\s*(\w+)").unwrap()));
    let text = calendar(
        "BEGIN:VEVENT\nUID:a\nDTSTART:20261124T100000\nSUMMARY:Joan: renovar IDCAT\nDESCRIPTION:Codi: K7Q2\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:b\nDTSTART:20261124T110000\nSUMMARY:Joan\nLOCATION:Taula 2\\, Codi X9\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:c\nDTSTART:20261124T120000\nSUMMARY:Busy\nBEGIN:VALARM\nDESCRIPTION:idCAT Codi: NO\nEND:VALARM\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:d\nDTSTART:20261124T130000\nSUMMARY:Busy\nDESCRIPTION:Certificat de padró\nEND:VEVENT",
    );
    let import = read(text.as_bytes(), Kind::Ics, &tuesday(), &mapping).unwrap();
    let found: Vec<_> = import
        .appointments
        .iter()
        .map(|one| {
            (
                one.service.as_ref().map(|id| id.as_str()),
                one.code.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some("idcat"), Some("K7Q2")),
            (Some("general"), Some("X9")),
            (None, None),
            (Some("padro"), None)
        ]
    );
}

#[test]
fn stray_quotes_among_the_names_of_the_columns_put_no_person_under_another() {
    let head = "start;uid;nom;codi;telèfon";
    let rows =
        "24/11/2026 10:00;u1;Joan Puig;K1;600123456\n24/11/2026 11:00;u2;Joan Puig;K2;600123456\n";
    let places: Vec<usize> = head
        .match_indices(';')
        .flat_map(|(at, _)| [at, at + 1])
        .chain([0, head.len()])
        .collect();
    for first in &places {
        for second in places.iter().map(Some).chain([None]) {
            let mut text = head.to_owned();
            for at in second.into_iter().chain([first]) {
                text.insert(*at, '"');
            }
            let in_rows = rows.replacen("u2", "\"u2", usize::from(second.is_none()));
            for rows in [rows, &in_rows] {
                let Ok(import) = try_import(format!("{text}\n{rows}")) else {
                    continue;
                };
                for one in &import.appointments {
                    let said = format!("{:?}", (&one.uid, &one.code));
                    for secret in SECRETS {
                        assert!(!said.contains(secret), "{secret} of {text}\n{rows}");
                    }
                }
            }
        }
    }
}

#[test]
fn stray_quotes_put_no_person_into_a_uid_or_a_code() {
    let rows = [
        "24/11/2026 10:00;u1;K1;Joan Puig;600123456",
        "24/11/2026 11:00;u2;K2;Joan Puig;600123456",
        "24/11/2026 12:00;u3;K3;Joan Puig;600123456",
    ];
    let places: Vec<usize> = rows[0]
        .match_indices(';')
        .flat_map(|(at, _)| [at, at + 1])
        .chain([0, 2, rows[0].len()])
        .collect();
    let quoted = |row: &str, at: usize| format!("{}\"{}", &row[..at], &row[at..]);
    for first in &places {
        for second in &places {
            let broken = [
                quoted(rows[0], *first),
                quoted(rows[1], *second),
                rows[2].to_owned(),
            ];
            let twice = [
                quoted(&quoted(rows[0], *first), *second),
                rows[1].to_owned(),
                rows[2].to_owned(),
            ];
            for rows in [broken, twice] {
                let text = format!("start;uid;codi;nom;telèfon\n{}\n", rows.join("\n"));
                let import = import(&text);
                let mut said = format!(
                    "{import:?}{:?}{:?}",
                    import.unreadable.uids, import.warnings
                );
                for one in import.appointments.iter().chain(&import.cancelled) {
                    said += &format!("{:?}", (&one.uid, &one.code));
                }
                for one in &import.skipped {
                    said += &format!("{:?}{}", one.uid, one.reason);
                }
                for secret in SECRETS {
                    assert!(!said.contains(secret), "{secret} of {text}");
                }
                let there = import.appointments.len() + import.unreadable.uids.len();
                // A row is there, or it is said that it may be missing.
                assert!(import.cut || there == 3, "{text}");
                assert!(
                    list(&import).iter().any(|one| one.ends_with("u3")),
                    "{text}"
                );
            }
        }
    }
}
