// SPDX-License-Identifier: GPL-3.0-or-later
//! The tickets that are printed in these tests: the ones of the look's sheets, and their other states.

use jiff::civil::datetime;
use torn_kiosk::ticket::Slip;
use torn_look::words::{QrKind, QrTarget};
use torn_queue::event::Wait;

/// The ticket of sheet 08.
pub(crate) fn catalan() -> Slip {
    Slip {
        town: "Ajuntament de Torroella de Montgrí".to_owned(),
        own_town: "Ajuntament de Torroella de Montgrí".to_owned(),
        service: "Informació general".to_owned(),
        own_service: "Informació general".to_owned(),
        number: "A012".parse().unwrap(),
        issued: datetime(2026, 11, 24, 10, 42, 0, 0),
        language: "ca".parse().unwrap(),
        own_language: "ca".parse().unwrap(),
        ahead: 4,
        wait: Some(Wait {
            low_min: 10,
            high_min: 20,
        }),
        around: Some(jiff::civil::time(10, 55, 0, 0)),
        booked: None,
        qr: Some(page()),
        copy: false,
    }
}

/// The ticket of sheet 08b.
pub(crate) fn arabic() -> Slip {
    in_language("ar", "بلدية تورويّا دي مونتغري", "معلومات عامة")
}

/// The same ticket in Spanish.
pub(crate) fn spanish() -> Slip {
    in_language(
        "es",
        "Ayuntamiento de Torroella de Montgrí",
        "Información general",
    )
}

/// The same ticket in English.
pub(crate) fn english() -> Slip {
    in_language(
        "en",
        "Torroella de Montgrí Town Council",
        "General information",
    )
}

/// The same ticket in French.
pub(crate) fn french() -> Slip {
    in_language(
        "fr",
        "Mairie de Torroella de Montgrí",
        "Informations générales",
    )
}

fn in_language(tag: &str, town: &str, service: &str) -> Slip {
    Slip {
        language: tag.parse().unwrap(),
        town: town.to_owned(),
        service: service.to_owned(),
        ..catalan()
    }
}

/// The ticket's own page, as long as a link of the hub is.
pub(crate) fn page() -> QrTarget {
    QrTarget {
        url: "https://torn.torroella.cat/t/2026-11-24-A012.8kQz1Vd0pX".to_owned(),
        kind: QrKind::Page,
    }
}

/// A conversation with the office.
pub(crate) fn whatsapp() -> QrTarget {
    QrTarget {
        url: "https://wa.me/34663740355?text=Tinc%20el%20torn%20A012.".to_owned(),
        kind: QrKind::WhatsApp,
    }
}

/// The office on the web.
pub(crate) fn e_office() -> QrTarget {
    QrTarget {
        url: "https://www.seu-e.cat/ca/web/torroellademontgri".to_owned(),
        kind: QrKind::EOffice,
    }
}
