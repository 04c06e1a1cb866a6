// SPDX-License-Identifier: GPL-3.0-or-later
//! The bytes: line ends, marks, folds and encodings.

use crate::desk::{event, import, list, skipped, warns};

const EVENT: &str =
    "UID:ú-1\nDTSTART:20261124T100000\nDTEND:20261124T101500\nSUMMARY:Torroella de Montgrí";

#[test]
fn lines_may_end_with_crlf_lf_cr_or_any_mixture() {
    let crlf = event(EVENT);
    for text in [
        crlf.clone(),
        crlf.replace("\r\n", "\n"),
        crlf.replace("\r\n", "\r"),
        crlf.replace("\r\n", "\r\r\n"),
        crlf.replace("\r\n", "\n\n\n"),
        crlf.replacen("\r\n", "\n", 4),
        format!("\r\n\n  \n{crlf}"),
    ] {
        assert_eq!(list(&import(&text)), ["10:00-10:15 ú-1"], "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    let import = import(format!("\u{feff}{}", event(EVENT)));
    assert_eq!(list(&import), ["10:00-10:15 ú-1"]);
    assert!(import.warnings.is_empty());
}

#[test]
fn sixteen_bit_files_of_windows_are_read() {
    let text = event(EVENT);
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(
        list(&import([&b"\xFF\xFE"[..], &little].concat())),
        ["10:00-10:15 ú-1"]
    );
    assert_eq!(
        list(&import([&b"\xFE\xFF"[..], &big].concat())),
        ["10:00-10:15 ú-1"]
    );
    assert_eq!(list(&import(&little)), ["10:00-10:15 ú-1"]);
}

#[test]
fn folds_are_undone_also_inside_a_letter_and_with_tabs() {
    // The `ú` is two bytes; the fold stands between them.
    let text = event(EVENT).into_bytes();
    let at = text
        .windows(2)
        .position(|two| two == "ú".as_bytes())
        .unwrap()
        + 1;
    let folded = [&text[..at], b"\r\n ", &text[at..]].concat();
    assert_eq!(list(&import(folded)), ["10:00-10:15 ú-1"]);
    let name_and_value = event("U\n ID:u\nDTSTA\n\tRT;TZID=Europe/\n Madrid:202611\n 24T100000");
    assert_eq!(list(&import(name_and_value)), ["10:00 u"]);
}

#[test]
fn exchange_folds_its_long_uid_and_it_comes_back_whole() {
    let uid = "040000008200E00074C5B7101A82E00800000000B0C5E3A3D95BD901000000000000000010000000D8D1C1F2E5B0F84A8A4E1F2C3D4E5F60";
    let folded = format!(
        "UID:{}\n {}\nDTSTART:20261124T100000",
        &uid[..70],
        &uid[70..]
    );
    assert_eq!(list(&import(event(&folded))), [format!("10:00 {uid}")]);
}

#[test]
fn what_is_no_utf8_is_read_as_windows_1252_and_said() {
    let mut text = event("UID:u\nDTSTART:20261124T100000\nSUMMARY:Montgr#").into_bytes();
    let at = text.iter().position(|b| *b == b'#').unwrap();
    text[at] = 0xED;
    let import = import(text);
    assert_eq!(list(&import), ["10:00 u"]);
    assert!(warns(&import, "Windows-1252"));
}

#[test]
fn names_parameters_and_values_are_read_in_any_case() {
    let text = "begin:vcalendar\nbegin:vevent\nuid:u\ndtstart;tzid=europe/madrid;value=date-time:20261124t100000\n\
                status:confirmed\nend:vevent\nBegin:vEvent\nuid:c\ndtstart:20261124T100000\nstatus:Cancelled\n\
                End:VEVENT\nend:vcalendar\n";
    let import = import(text);
    assert_eq!(list(&import), ["10:00 u"]);
    assert_eq!(skipped(&import), ["c: it is cancelled"]);
}

#[test]
fn a_file_that_is_indented_as_a_whole_is_read() {
    let indented = event(EVENT)
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect::<String>();
    assert_eq!(list(&import(indented)), ["10:00-10:15 ú-1"]);
}

#[test]
fn a_uid_is_kept_as_it_is() {
    let uids = ["LB-123&abc", "a@google.com", "{8F3A-…}", "x, y; z"];
    for uid in uids {
        let escaped = uid.replace(',', "\\,").replace(';', "\\;");
        let text = event(&format!("UID:{escaped}\nDTSTART:20261124T100000"));
        assert_eq!(list(&import(text)), [format!("10:00 {uid}")]);
    }
}
