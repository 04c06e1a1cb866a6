// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the QR of a ticket leads: its own page, or else whoever can be asked.

use torn_queue::{Language, Office, TicketNumber};

use super::tongue::Tongue;

/// What a phone finds behind the QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrKind {
    /// The ticket's own page.
    Page,
    /// A conversation with the office, the number already in its text.
    WhatsApp,
    /// The office on the web.
    EOffice,
}

/// Where a QR leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrTarget {
    /// The address in the QR.
    pub url: String,
    /// What is there: the words beside the QR depend on it.
    pub kind: QrKind,
}

/// Where the QR of a ticket leads: to `link`, its page, if it has one, else to WhatsApp, else to the
/// e-office. `None`, when the office has none of them.
#[must_use]
pub fn qr_target(office: &Office, ticket: TicketNumber, link: Option<&str>) -> Option<QrTarget> {
    if let Some(link) = link {
        return Some(QrTarget {
            url: link.to_owned(),
            kind: QrKind::Page,
        });
    }
    if let Some(number) = &office.links.whatsapp {
        let text = encoded(&i_have(office.languages.first(), ticket));
        let url = format!("https://wa.me/{number}?text={text}");
        return Some(QrTarget {
            url,
            kind: QrKind::WhatsApp,
        });
    }
    let url = office.links.e_office.clone()?;
    Some(QrTarget {
        url,
        kind: QrKind::EOffice,
    })
}

// In the office's own language: it is the office that reads it.
fn i_have(language: Option<&Language>, ticket: TicketNumber) -> String {
    match language.map_or(Tongue::Catalan, Tongue::of) {
        Tongue::Catalan => format!("Tinc el torn {ticket}."),
        Tongue::Spanish => format!("Tengo el turno {ticket}."),
        Tongue::English => format!("I have ticket {ticket}."),
        Tongue::French => format!("J’ai le ticket {ticket}."),
        Tongue::Arabic => format!("رقم دوري {ticket}."),
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use torn_queue::office::{Links, Names, Policy};

    fn office(links: Links) -> Office {
        Office {
            id: "oiac".to_owned(),
            time_zone: "Europe/Madrid".to_owned(),
            languages: vec!["ca".parse().unwrap()],
            name: Names::default(),
            town: None,
            public_url: None,
            hours: Default::default(),
            seasons: vec![],
            holidays: vec![],
            services: vec![],
            desks: vec![],
            policy: Policy::default(),
            links,
            accent: None,
        }
    }

    #[test]
    fn a_ticket_with_a_page_leads_there() {
        let links = Links {
            whatsapp: Some("34663740355".to_owned()),
            ..Links::default()
        };
        let target = qr_target(
            &office(links),
            "A012".parse().unwrap(),
            Some("https://torn.cat/t/x"),
        );
        assert_eq!(
            target,
            Some(QrTarget {
                url: "https://torn.cat/t/x".to_owned(),
                kind: QrKind::Page
            })
        );
    }

    #[test]
    fn without_a_page_whatsapp_opens_with_the_number_in_its_text() {
        let links = Links {
            whatsapp: Some("34663740355".to_owned()),
            ..Links::default()
        };
        let target = qr_target(&office(links), "A012".parse().unwrap(), None).unwrap();
        assert_eq!(
            target.url,
            "https://wa.me/34663740355?text=Tinc%20el%20torn%20A012."
        );
        assert_eq!(target.kind, QrKind::WhatsApp);
    }

    #[test]
    fn an_office_that_can_only_be_read_has_its_page_in_the_qr_and_one_without_links_has_none() {
        let links = Links {
            e_office: Some("https://seu.cat".to_owned()),
            ..Links::default()
        };
        let target = qr_target(&office(links), "A012".parse().unwrap(), None).unwrap();
        assert_eq!(target.kind, QrKind::EOffice);
        assert_eq!(
            qr_target(&office(Links::default()), "A012".parse().unwrap(), None),
            None
        );
    }
}
