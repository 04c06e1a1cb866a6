// SPDX-License-Identifier: GPL-3.0-or-later
//! The thread beside the window: it serves the page, if there is one, and waits for the end.

use std::io;
use std::net::TcpListener;
use std::thread;

use axum::Router;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// Starts the thread. SIGTERM and SIGINT end the window's loop, and with it the program.
pub(crate) fn start(page: Option<(TcpListener, Router)>) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new()
        .name("window-page".to_owned())
        .spawn(move || {
            let served = runtime.block_on(async {
                tokio::select! {
                    served = serve(page) => served,
                    asked = asked_to_end() => asked,
                }
            });
            if let Err(error) = served {
                tracing::error!(%error, "the window's page has ended; ending the window");
            }
            if let Err(error) = slint::quit_event_loop() {
                tracing::debug!(%error, "the window's loop had ended already");
            }
        })?;
    Ok(())
}

async fn serve(page: Option<(TcpListener, Router)>) -> io::Result<()> {
    let Some((listener, routes)) = page else {
        return std::future::pending().await;
    };
    axum::serve(tokio::net::TcpListener::from_std(listener)?, routes).await
}

async fn asked_to_end() -> io::Result<()> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}
