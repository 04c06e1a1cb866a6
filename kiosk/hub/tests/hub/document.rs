// SPDX-License-Identifier: GPL-3.0-or-later
//! The committed description of the API.

#[test]
fn the_committed_document_describes_the_paths_as_they_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let document = torn_hub::http::document().unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == document,
        "openapi.json is out of date: run this test with UPDATE=1 and commit it"
    );
}
