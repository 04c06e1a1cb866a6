// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a connection is at work: from when a request's head was read until its answer was handed out.
//!
//! In between, the place of the connection is given to nobody else; before and after, it may be.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::service::TowerToHyperService;

use crate::limits::Place;

/// The hub's paths for one connection.
#[derive(Debug)]
pub(super) struct UnderWay {
    router: TowerToHyperService<Router>,
    peer: SocketAddr,
    place: Arc<Place>,
}

impl UnderWay {
    pub(super) fn new(router: Router, peer: SocketAddr, place: Arc<Place>) -> Self {
        Self {
            router: TowerToHyperService::new(router),
            peer,
            place,
        }
    }
}

impl Service<Request<Incoming>> for UnderWay {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let at_work = AtWork::new(Arc::clone(&self.place));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.router.call(request);
        Box::pin(async move {
            let answer = answer.await?;
            Ok(answer.map(|body| Answer {
                body,
                _at_work: at_work,
            }))
        })
    }
}

/// A connection that is at work, until this is dropped.
#[derive(Debug)]
struct AtWork(Arc<Place>);

impl AtWork {
    fn new(place: Arc<Place>) -> Self {
        place.idle(false);
        Self(place)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.idle(true);
    }
}

/// The body of an answer; the connection is at work until it is handed out.
#[derive(Debug)]
pub(super) struct Answer {
    body: Body,
    _at_work: AtWork,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
