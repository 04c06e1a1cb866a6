// SPDX-License-Identifier: GPL-3.0-or-later
//! The page of an off-screen window: its picture, live, and a finger and a keyboard for it.
//!
//! It listens on loopback only, since whoever reaches it can touch and type.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};

use crate::inbox::{Inbox, Wish};
use crate::picture::Picture;
use crate::witness::{Place, Witness};

const HTML: &str = include_str!("page.html");

/// What a finger does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TouchKind {
    Press,
    Release,
    Move,
    /// A press and its release.
    Tap,
}

/// A finger on the picture, in pixels of the window.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Touch {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) kind: TouchKind,
}

/// Keys, as a keyboard or a code reader types them, in pace with nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    text: String,
}

/// What the page shows and whom it asks.
pub(crate) struct Face {
    pub(crate) title: String,
    pub(crate) picture: Arc<Picture>,
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) witness: Witness,
}

type Shared = State<Arc<Face>>;

pub(crate) fn routes(face: Face) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/frame.png", get(frame))
        .route("/frames", get(frames))
        .route("/touch", post(touch))
        .route("/keys", post(keys))
        .route("/elements", get(elements))
        .route("/marks", get(marks))
        .route("/state", get(state))
        .with_state(Arc::new(face))
}

async fn index(State(face): Shared) -> Html<String> {
    let (width, height) = face.picture.size();
    let title = face.title.replace('&', "&amp;").replace('<', "&lt;");
    let page = HTML.replace("{title}", &title);
    Html(
        page.replace("{width}", &width.to_string())
            .replace("{height}", &height.to_string()),
    )
}

async fn frame(State(face): Shared) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    match face.picture.png() {
        Ok(png) => Ok((headers, png)),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}

async fn frames(State(face): Shared) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let counts = WatchStream::new(face.picture.frames());
    let frame = |count| {
        Ok(Event::default()
            .event("frame")
            .data(format!("{{\"count\":{count}}}")))
    };
    Sse::new(counts.map(frame)).keep_alive(KeepAlive::default())
}

async fn touch(State(face): Shared, Json(touch): Json<Touch>) -> StatusCode {
    followed(&face, |done| Wish::Touch(touch, done)).await
}

async fn keys(State(face): Shared, Json(keys): Json<Keys>) -> StatusCode {
    followed(&face, |done| Wish::Keys(keys.text, done)).await
}

/// Waits until the loop has done what was wished.
async fn followed(face: &Face, wish: impl FnOnce(oneshot::Sender<()>) -> Wish) -> StatusCode {
    let (done, drawn) = oneshot::channel();
    face.inbox.put(wish(done));
    match drawn.await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A place as `/elements` tells it.
#[derive(Serialize)]
struct Element {
    /// The words of a screen reader, and the place's name in brackets.
    label: String,
    #[serde(flatten)]
    place: Place,
}

async fn elements(State(face): Shared) -> impl IntoResponse {
    let places = face.witness.places().into_iter();
    let elements = places.map(|place| Element {
        label: format!("{} [{}]", place.spoken, place.name),
        place,
    });
    Json(elements.collect::<Vec<_>>())
}

async fn marks(State(face): Shared) -> impl IntoResponse {
    Json(face.witness.marks())
}

#[derive(Serialize)]
struct Drawn {
    frames_drawn: u64,
    width: u32,
    height: u32,
}

async fn state(State(face): Shared) -> impl IntoResponse {
    let (width, height) = face.picture.size();
    let frames_drawn = *face.picture.frames().borrow();
    Json(Drawn {
        frames_drawn,
        width,
        height,
    })
}
