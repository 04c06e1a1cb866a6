// SPDX-License-Identifier: GPL-3.0-or-later
//! The committed description of the API, and that it is whole.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

use crate::support::{Folder, Hub};

/// The methods of HTTP, but for CONNECT, which is for proxies.
const METHODS: [&str; 8] = [
    "get", "head", "post", "put", "patch", "delete", "options", "trace",
];

fn described() -> Value {
    serde_json::from_str(&torn_hub::http::document().unwrap()).unwrap()
}

/// The operations of a path, by their methods.
fn operations(path: &Value) -> Vec<(&str, &Value)> {
    let all = METHODS.into_iter();
    all.filter_map(|method| Some((method, path.get(method)?)))
        .collect()
}

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

#[test]
fn every_operation_has_a_name_of_its_own_and_says_who_may_ask() {
    let document = described();
    let schemes = document["components"]["securitySchemes"].as_object();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations(item) {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{method} {path}: {name} is there twice");
            assert!(operation["tags"].is_array() && operation["summary"].is_string());
            let alternatives = operation["security"].as_array();
            let alternatives = alternatives.unwrap_or_else(|| panic!("{method} {path}: for whom?"));
            assert!(!alternatives.is_empty(), "{method} {path}: for nobody");
            for (scheme, roles) in alternatives.iter().flat_map(|one| one.as_object().unwrap()) {
                assert!(schemes.unwrap().contains_key(scheme), "{scheme}");
                assert_eq!(roles.as_array().unwrap().len(), 1, "{method} {path}");
            }
        }
    }
}

/// The paths that a router has, as it shows itself; there is no other way to ask it.
fn served(hub: &Hub) -> BTreeSet<String> {
    let shown = format!("{:?}", hub.router);
    // Behind it stands what answers where there is no path.
    let (shown, _) = shown.split_once("fallback_router:").unwrap();
    let paths = shown.split("RouteId(").filter_map(|one| {
        let (path, _) = one.split_once("): \"")?.1.split_once('"')?;
        Some(path.to_owned())
    });
    paths.collect()
}

#[tokio::test]
async fn what_is_served_is_what_is_described_path_by_path_and_method_by_method() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let document = described();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(served(&hub), paths.keys().cloned().collect());
    for (path, item) in paths {
        let mut known: BTreeSet<&str> = operations(item).into_iter().map(|one| one.0).collect();
        if known.contains("get") {
            known.insert("head");
        }
        for method in METHODS {
            let uri = path.replace(['{', '}'], "");
            let request = Request::builder().uri(uri);
            let request = request.method(method.to_uppercase().as_str());
            let request = request.body(Body::empty()).unwrap();
            let answer = hub.router.clone().oneshot(request).await.unwrap();
            let refused = answer.status() == StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(refused, !known.contains(method), "{method} {path}");
            if refused {
                let allow = answer.headers()["allow"].to_str().unwrap().to_lowercase();
                let allow: BTreeSet<&str> = allow.split(',').map(str::trim).collect();
                assert_eq!(allow, known, "{method} {path}");
            }
        }
    }
}
