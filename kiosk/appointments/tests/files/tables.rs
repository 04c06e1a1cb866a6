// SPDX-License-Identifier: GPL-3.0-or-later
//! Tables as booking tools and spreadsheets write them.

use torn_appointments::{Import, Kind, Mapping, read};

use crate::desk::{import, list, skipped, try_import, tuesday, warns};

#[test]
fn columns_are_found_by_their_names_in_four_languages() {
    for table in [
        "start,end,uid\n2026-11-24 10:00,2026-11-24 10:15,u",
        "Start Time;End Time;ID\n2026-11-24T10:00:00+01:00;2026-11-24T10:15:00+01:00;u",
        "uid,start\nu,2026-11-24T09:00:00Z",
        "date,time,duration,reference\n2026-11-24,10:00,15,u",
        "Data;Hora inici;Hora fi;Referència\n24/11/2026;10:00;10:15;u",
        "Data i hora;Durada;Identificador\n24/11/2026 10:00;0:15;u",
        "Inici;Final;Núm. referència\n24/11/2026 10:00;24/11/2026 10:15;u",
        "FECHA;HORA;HORA FIN;REFERENCIA\n24-11-2026;10.00;10.15;u",
        "Fecha y hora\tFin\tId\n24/11/2026 10:00\t24/11/2026 10:15\tu",
        "Date de début;Heure de début;Heure de fin;Référence\n24/11/2026;10h00;10h15;u",
        "Début;Fin;Réf.\n24/11/2026 à 10h00;24/11/2026 à 10h15;u",
        "\"Subject\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\"All day event\",\"ID\"\n\"x\",\"24/11/2026\",\"10:00:00 AM\",\"24/11/2026\",\"10:15:00 AM\",\"False\",\"u\"",
    ] {
        let import = try_import(table).unwrap_or_else(|why| panic!("{table}: {why}"));
        let found = list(&import);
        assert!(
            found == ["10:00-10:15 u"] || (found == ["10:00 u"] && table.starts_with("uid")),
            "{table}: {import:?} {found:?}"
        );
    }
}

#[test]
fn what_excel_does_to_a_table_is_undone() {
    for table in [
        "\u{feff}start;uid\r\n24/11/2026 10:00;u\r\n;\r\n;;\r\n",
        "sep=;\r\nstart;uid\r\n24/11/2026 10:00;u\r\n",
        "start;uid\r=\"24/11/2026 10:00\";=\"u\"\r",
        "start;uid\n46350.416667;u",
        "start;uid\n46350,416667;u",
        "Cites de la setmana;;\n;;\nstart;uid\n24/11/2026 10:00;u",
    ] {
        assert_eq!(list(&import(table)), ["10:00 u"], "{table:?}");
    }
    let named = "\"Data, hora\",\"Núm.\nreferència\"\n24/11/2026 10:00,u\n";
    assert_eq!(list(&import(named)), ["10:00 u"]);
    let sixteen: Vec<u8> = "Data\tHora\tId\r\n24/11/2026\t10:00\tu\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        list(&import([&b"\xFF\xFE"[..], &sixteen].concat())),
        ["10:00 u"]
    );
    let windows = import(b"Data;Hora;Refer\xE8ncia\n24/11/2026;10:00;u");
    assert_eq!(list(&windows), ["10:00 u"]);
    assert!(warns(&windows, "Windows-1252"));
}

#[test]
fn the_month_comes_first_where_no_other_reading_is_possible() {
    let table = import("start,uid\n11/24/2026 10:00 AM,u\n12/02/2026 10:00 AM,v");
    assert_eq!(list(&table), ["10:00 u"]);
    assert!(warns(&table, "month before the day"));
    assert_eq!(list(&import("start,uid\n12/11/2026 10:00,u")), [""; 0]);
}

#[test]
fn rows_of_other_days_are_neither_taken_nor_skipped() {
    let import = import(
        "start;uid;status\n25/11/2026 10:00;u;\n23/11/2026 10:00;v;cancelled\n24/11/2027 10:00;w;",
    );
    assert!(import.appointments.is_empty() && import.skipped.is_empty());
}

#[test]
fn a_bad_row_is_skipped_with_its_number() {
    let import = import(
        "start;uid;estat\nsoon;a;\n24/11/2026;b;\n24/11/2026 10:00;c;Anul·lada\n24/11/2026 11:00;d;Confirmada\n24/11/2026 25:00;e;",
    );
    assert_eq!(list(&import), ["11:00 d"]);
    assert_eq!(
        skipped(&import),
        [
            "a: row 2: its start can't be read",
            "b: row 3: it has no hour, so it is no appointment",
            "c: row 4: it is cancelled",
            "e: row 6: it has no hour, so it is no appointment"
        ]
    );
}

#[test]
fn a_row_that_is_there_twice_is_one_and_a_reference_at_two_hours_is_two() {
    let import = import("start;uid\n24/11/2026 10:00;u\n24/11/2026 10:00;u\n24/11/2026 11:00;u");
    assert_eq!(list(&import), ["10:00 u", "11:00 u/2026-11-24T10:00:00Z"]);
}

fn services(import: &Import) -> Vec<(Option<&str>, Option<&str>)> {
    import
        .appointments
        .iter()
        .map(|one| {
            (
                one.service.as_ref().map(|id| id.as_str()),
                one.code.as_deref(),
            )
        })
        .collect()
}

#[test]
fn a_service_is_an_id_a_name_or_what_the_mapping_makes_of_it() {
    let table = "start;service;codi\n24/11/2026 10:00;idcat;K7\n24/11/2026 10:01;Padró d’habitants;\n24/11/2026 10:02;Renovar idCAT mòbil;\n24/11/2026 10:03;Casaments;";
    let mapping = Mapping::new(
        vec![(
            regex::Regex::new("(?i)idcat").unwrap(),
            "idcat".parse().unwrap(),
        )],
        None,
    )
    .with_service(&"idcat".parse().unwrap(), [])
    .with_service(&"padro".parse().unwrap(), ["Padró d’habitants", "Padrón"]);
    let import = read(table.as_bytes(), Kind::Csv, &tuesday(), &mapping).unwrap();
    assert_eq!(
        services(&import),
        [
            (Some("idcat"), Some("K7")),
            (Some("padro"), None),
            (Some("idcat"), None),
            (None, None)
        ]
    );
    assert!(warns(&import, "does not have"));
}

#[test]
fn without_an_office_an_id_is_taken_as_it_stands() {
    let import = import("start;servei\n24/11/2026 10:00;padro\n24/11/2026 10:01;Padró d’habitants");
    assert_eq!(services(&import), [(Some("padro"), None), (None, None)]);
}

#[test]
fn a_table_without_rows_is_an_empty_list() {
    assert!(import("start;uid\n").appointments.is_empty());
}

#[test]
fn hostile_tables_do_no_harm() {
    for table in [
        "start\n\"24/11/2026 10:00",
        "start;;;;\n;;;;;;;;;\n\"\"\"\n",
        "start,start,start,start\n24/11/2026,10:00,,\n",
        "date,date\n24/11/2026 10:00,",
    ] {
        let _ = try_import(table);
    }
    let wide = format!(
        "start{}\n24/11/2026 10:00{}",
        ";x".repeat(100_000),
        ";y".repeat(100_000)
    );
    assert_eq!(import(wide).appointments.len(), 1);
}

#[test]
fn people_at_one_hour_without_a_uid_are_as_many_as_there_are_rows() {
    let count = |table: &str| {
        let uids: std::collections::BTreeSet<String> = (import(table).appointments.iter())
            .map(|one| one.uid.clone())
            .collect();
        (import(table).appointments.len(), uids.len())
    };
    let by_code = "start;code\n24/11/2026 10:00;K7\n24/11/2026 10:00;Q2";
    assert_eq!(count(by_code), (2, 2));
    let by_what_is_dropped =
        "start;nom\n24/11/2026 10:00;Aa\n24/11/2026 10:00;Bb\n24/11/2026 10:00;Cc";
    assert_eq!(count(by_what_is_dropped), (3, 3));
    let twice = "start;nom\n24/11/2026 10:00;Aa\n24/11/2026 10:00;Aa";
    assert_eq!(count(twice), (1, 1), "the same row is the same person");
}
