// SPDX-License-Identifier: GPL-3.0-or-later
//! What is on the paper, dot by dot.

use torn_kiosk::ticket::{Arrival, Draughtsman, Slip, TicketError, job};

use crate::decoder::{Paper, decode};
use crate::golden;
use crate::slips::{self, arabic, catalan, english, french, spanish};

fn bytes(slip: &Slip, dots: u32) -> Vec<u8> {
    job(&Draughtsman::new(dots).unwrap().draw(slip).unwrap()).unwrap()
}

fn printed(slip: &Slip, dots: u32) -> Paper {
    decode(&bytes(slip, dots))
}

/// The texts of the codes on the paper, seen as a phone sees it: with the paper's own margin around.
fn codes(paper: &Paper) -> Vec<String> {
    const MARGIN: usize = 32;
    let (width, height) = (paper.dots() + 2 * MARGIN, paper.rows.len() + 2 * MARGIN);
    let light = |x: usize, y: usize| {
        let (x, y) = (x.checked_sub(MARGIN), y.checked_sub(MARGIN));
        let dot = y
            .and_then(|y| paper.rows.get(y))
            .zip(x)
            .and_then(|(row, x)| row.get(x));
        if dot == Some(&true) { 0 } else { u8::MAX }
    };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, light);
    picture
        .detect_grids()
        .iter()
        .map(|grid| grid.decode().unwrap().1)
        .collect()
}

/// How high the tallest thing is that has blank rows above and below.
fn tallest(paper: &Paper) -> usize {
    let blank = |row: &Vec<bool>| row.iter().all(|black| !black);
    paper.rows.split(blank).map(<[_]>::len).max().unwrap_or(0)
}

#[test]
fn a_ticket_is_the_one_of_the_sheet() {
    golden::assert_same("ca-576", &printed(&catalan(), 576).rows);
}

#[test]
fn an_arabic_ticket_is_mirrored_and_says_it_in_catalan_too() {
    golden::assert_same("ar-576", &printed(&arabic(), 576).rows);
}

#[test]
fn a_ticket_in_another_language_says_service_and_figures_in_catalan_too() {
    golden::assert_same("es-576", &printed(&spanish(), 576).rows);
    golden::assert_same("en-576", &printed(&english(), 576).rows);
    golden::assert_same("fr-576", &printed(&french(), 576).rows);
}

#[test]
fn a_copy_says_so_in_a_filled_bar() {
    golden::assert_same(
        "ca-576-copy",
        &printed(
            &Slip {
                copy: true,
                ..catalan()
            },
            576,
        )
        .rows,
    );
    golden::assert_same(
        "ar-576-copy",
        &printed(
            &Slip {
                copy: true,
                ..arabic()
            },
            576,
        )
        .rows,
    );
    golden::assert_same(
        "fr-384-copy",
        &printed(
            &Slip {
                copy: true,
                ..french()
            },
            384,
        )
        .rows,
    );
}

#[test]
fn without_a_range_its_line_is_left_out() {
    let paper = printed(
        &Slip {
            wait: None,
            around: None,
            ..catalan()
        },
        576,
    );
    assert!(paper.rows.len() < printed(&catalan(), 576).rows.len());
    golden::assert_same("ca-576-no-range", &paper.rows);
}

#[test]
fn the_ticket_of_an_appointment_has_its_hour_and_says_when_it_came_too_late() {
    let hour = jiff::civil::time(10, 45, 0, 0);
    for (name, slip) in [("ca", catalan()), ("fr", french()), ("ar", arabic())] {
        let early = Slip {
            around: Some(hour),
            booked: Some((hour, Arrival::Early)),
            ..slip.clone()
        };
        golden::assert_same(&format!("{name}-576-early"), &printed(&early, 576).rows);
        let late = Slip {
            booked: Some((jiff::civil::time(10, 0, 0, 0), Arrival::Late)),
            ..slip
        };
        golden::assert_same(&format!("{name}-576-late"), &printed(&late, 576).rows);
        golden::assert_same(&format!("{name}-384-late"), &printed(&late, 384).rows);
    }
}

#[test]
fn without_a_code_nothing_speaks_of_one() {
    golden::assert_same(
        "ca-576-no-code",
        &printed(
            &Slip {
                qr: None,
                ..catalan()
            },
            576,
        )
        .rows,
    );
    golden::assert_same(
        "ar-384-no-code",
        &printed(
            &Slip {
                qr: None,
                ..arabic()
            },
            384,
        )
        .rows,
    );
}

#[test]
fn the_words_under_the_code_say_what_it_opens() {
    for (name, slip) in [("ca", catalan()), ("fr", french()), ("ar", arabic())] {
        let whatsapp = Slip {
            qr: Some(slips::whatsapp()),
            ..slip.clone()
        };
        golden::assert_same(
            &format!("{name}-576-whatsapp"),
            &printed(&whatsapp, 576).rows,
        );
        let e_office = Slip {
            qr: Some(slips::e_office()),
            ..slip
        };
        golden::assert_same(
            &format!("{name}-576-e-office"),
            &printed(&e_office, 576).rows,
        );
    }
}

#[test]
fn narrower_heads_have_all_of_it() {
    for (name, slip) in [("ca", catalan()), ("es", spanish()), ("ar", arabic())] {
        golden::assert_same(&format!("{name}-384"), &printed(&slip, 384).rows);
        golden::assert_same(&format!("{name}-512"), &printed(&slip, 512).rows);
    }
}

#[test]
fn a_long_name_takes_a_second_line_and_a_fifth_digit_its_room() {
    let long = Slip {
        service: "Ocupació de la via pública i llicències d’obres".to_owned(),
        number: "W1000".parse().unwrap(),
        wait: Some(torn_queue::event::Wait {
            low_min: 120,
            high_min: 180,
        }),
        ahead: 128,
        ..catalan()
    };
    golden::assert_same("ca-576-long", &printed(&long, 576).rows);
    golden::assert_same("ca-384-long", &printed(&long, 384).rows);
}

#[test]
fn the_code_on_the_paper_opens_what_it_should() {
    for qr in [slips::page(), slips::whatsapp(), slips::e_office()] {
        for slip in [catalan(), arabic()] {
            for dots in [576, 512, 384] {
                let slip = Slip {
                    qr: Some(qr.clone()),
                    ..slip.clone()
                };
                let found = codes(&printed(&slip, dots));
                assert!(
                    found.len() == 1 && found[0] == qr.url,
                    "{dots} dots: {found:?}"
                );
            }
        }
    }
}

#[test]
fn the_number_is_at_least_12_mm_high_on_every_roll() {
    for slip in [catalan(), arabic()] {
        for dots in [576, 512, 384] {
            let height = tallest(&printed(
                &Slip {
                    qr: None,
                    ..slip.clone()
                },
                dots,
            ));
            assert!(height >= 96, "{height} dots high on a head of {dots}");
        }
    }
}

#[test]
fn a_job_is_bands_that_cheap_printers_hold_then_a_feed_and_one_cut() {
    let paper = printed(&catalan(), 576);
    assert_eq!(paper.dots(), 576);
    assert!(paper.bands.iter().all(|rows| (1..=256).contains(rows)));
    assert_eq!(paper.cuts, [paper.rows.len()]);
    assert!(paper.lines_fed > 0);
}

#[test]
fn no_picture_holds_a_real_time_command_by_chance() {
    // A dotted pattern is full of them before they are undone; a ticket's letters may have some.
    for slip in [catalan(), arabic(), french()] {
        let job = bytes(&slip, 576);
        let alarming = |pair: &[u8]| pair[0] == 0x10 && matches!(pair[1], 0x04 | 0x05 | 0x14);
        assert!(!job.windows(2).any(alarming));
    }
}

#[test]
fn a_ticket_is_the_same_however_many_were_drawn_before_it() {
    let draughtsman = Draughtsman::new(576).unwrap();
    let first = draughtsman.draw(&catalan()).unwrap();
    for slip in [
        arabic(),
        Slip {
            copy: true,
            ..french()
        },
        Slip {
            qr: None,
            ..spanish()
        },
    ] {
        draughtsman.draw(&slip).unwrap();
        assert!(
            draughtsman.draw(&catalan()).unwrap() == first,
            "after a {} one",
            slip.language
        );
    }
}

#[test]
fn a_head_of_another_width_is_refused_by_its_number() {
    let refused = Draughtsman::new(420).err().unwrap();
    assert!(matches!(refused, TicketError::Dots(420)));
    assert!(refused.to_string().contains("420"));
}
