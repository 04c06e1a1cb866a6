// SPDX-License-Identifier: GPL-3.0-or-later
//! The browser page: kiosk, slip, desk buttons and lobby side by side, worked from any machine.
//!
//! Everything goes through one port, so that one forwarded port is enough; the pictures and the
//! touches are passed on to the headless windows. It only listens on the loopback.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

use super::news::News;
use crate::lab::LabError;
use crate::lab::button::Press;
use crate::lab::face::Face;
use crate::lab::house::House;

const INDEX: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

#[derive(Clone)]
struct Office {
    house: Arc<House>,
    news: watch::Receiver<News>,
    http: reqwest::Client,
}

/// Begins to serve the page, on the runtime that this is called in; says where.
///
/// # Errors
/// [`LabError::File`], when the port can't be had.
pub async fn serve(
    house: Arc<House>,
    news: watch::Receiver<News>,
    port: u16,
) -> Result<String, LabError> {
    let no_port = || LabError::file(format!("port {port} of the loopback"));
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .map_err(no_port())?;
    let address = listener.local_addr().map_err(no_port())?;
    let http = reqwest::Client::builder().no_proxy().build();
    let http = http.map_err(|source| LabError::NoAnswer {
        what: "an HTTP client".to_owned(),
        source,
    })?;
    let routes = Router::new()
        .route("/", get(async || Html(INDEX)))
        .route(
            "/page.css",
            get(async || ([(header::CONTENT_TYPE, "text/css")], STYLE)),
        )
        .route(
            "/page.js",
            get(async || ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT)),
        )
        .route("/office", get(office))
        .route("/news", get(news_stream))
        .route("/slips/{place}", get(slip))
        .route("/desks/{desk}/{press}", post(press))
        .route("/{face}/frame.png", get(frame))
        .route("/{face}/elements", get(elements))
        .route("/{face}/touch", post(touch))
        .with_state(Office { house, news, http });
    tokio::spawn(axum::serve(listener, routes).into_future());
    Ok(format!("http://{address}"))
}

/// What does not change while the office runs.
async fn office(State(office): State<Office>) -> Response {
    let desks: Vec<&str> = office
        .house
        .desks
        .buttons()
        .iter()
        .map(crate::lab::button::VirtualButton::desk)
        .collect();
    let hub = office.house.hub.reach();
    let headless = office.house.kiosk.page().is_some();
    axum::Json(json!({ "desks": desks, "hub": hub, "headless": headless })).into_response()
}

async fn news_stream(
    State(office): State<Office>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = WatchStream::new(office.news);
    Sse::new(news.map(|now| Ok(Event::default().data(json!(now).to_string()))))
}

async fn slip(State(office): State<Office>, Path(place): Path<usize>) -> Response {
    let slips = office.house.printer.slips();
    match slips.get(place).map(crate::lab::printer::Slip::png) {
        Some(png) => picture(png),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn press(
    State(office): State<Office>,
    Path((desk, press)): Path<(String, String)>,
) -> Response {
    let (Ok(button), Some(press)) = (office.house.desks.button(&desk).cloned(), kind_of(&press))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // A finger stays on a button for a while.
    match tokio::task::spawn_blocking(move || button.press(press)).await {
        Ok(Ok(_)) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn kind_of(press: &str) -> Option<Press> {
    match press {
        "short" => Some(Press::Short),
        "long" => Some(Press::Long),
        _ => None,
    }
}

async fn frame(State(office): State<Office>, Path(face): Path<String>) -> Response {
    let Some(page) = page_of(&office.house, &face) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let answer = office.http.get(format!("{page}/frame.png")).send().await;
    match answer.and_then(reqwest::Response::error_for_status) {
        Ok(answer) => answer.bytes().await.map_or_else(away, picture),
        Err(error) => away(error),
    }
}

/// What can be read on a screen, for who does not see its picture.
async fn elements(State(office): State<Office>, Path(face): Path<String>) -> Response {
    let Some(page) = page_of(&office.house, &face) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let answer = office.http.get(format!("{page}/elements")).send().await;
    match answer.and_then(reqwest::Response::error_for_status) {
        Ok(answer) => {
            let headers = [(header::CONTENT_TYPE, "application/json")];
            let body = answer.bytes().await;
            body.map_or_else(away, |json| (headers, json).into_response())
        }
        Err(error) => away(error),
    }
}

async fn touch(State(office): State<Office>, Path(face): Path<String>, body: Bytes) -> Response {
    let Some(page) = page_of(&office.house, &face) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let request = office
        .http
        .post(format!("{page}/touch"))
        .header(header::CONTENT_TYPE, "application/json");
    match request.body(body).send().await {
        Ok(answer) => answer.status().into_response(),
        Err(error) => away(error),
    }
}

fn page_of(house: &House, face: &str) -> Option<String> {
    let face: &Face = match face {
        "kiosk" => &house.kiosk,
        "lobby" => &house.lobby,
        _ => return None,
    };
    face.page().map(|screen| screen.page().to_owned())
}

fn picture(png: impl Into<Bytes>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, png.into()).into_response()
}

fn away(error: reqwest::Error) -> Response {
    (StatusCode::BAD_GATEWAY, error.to_string()).into_response()
}
