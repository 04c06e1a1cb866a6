// SPDX-License-Identifier: GPL-3.0-or-later
//! The whole program over value files: a level that goes low calls, and the lamp's level answers.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use torn_button::program;

use crate::hub::start;

/// Waits until something is so; what it waits for has no other way to tell.
async fn until(mut so: impl FnMut() -> bool) {
    while !so() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn lit(lamp: &Path) -> bool {
    std::fs::read_to_string(lamp).unwrap().starts_with('1')
}

#[tokio::test]
async fn a_level_that_goes_low_calls_and_lights_the_lamp() {
    let folder = std::env::temp_dir().join(format!("torn-button-office-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (line, lamp) = (folder.join("line"), folder.join("lamp"));
    std::fs::write(&line, "1\n").unwrap();
    let (hub, _part, mut came) = start("127.0.0.1:0", vec![]).await;
    let text = format!(
        "id = \"kiosk-1\"\nhub = \"{hub}\"\n[[button]]\ndesk = \"2\"\nvia = \"value-file\"\nline = \"{}\"\nlamp = \"{}\"\n",
        line.display(),
        lamp.display()
    );
    let config = torn_config::device(&text).unwrap();
    let ((stop, stopped), (ready, is_ready)) = (oneshot::channel::<()>(), oneshot::channel());
    let rounds = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&rounds);
    let running = tokio::spawn(async move {
        let stopped = async { stopped.await.unwrap() };
        let alive = move || {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        program::run(&config, stopped, || ready.send(()).unwrap(), alive).await
    });
    is_ready.await.unwrap();
    assert!(!lit(&lamp));

    // A finger stays for more rounds than a contact bounces.
    std::fs::write(&line, "0\n").unwrap();
    let pressed = rounds.load(Ordering::Relaxed);
    until(|| rounds.load(Ordering::Relaxed) >= pressed + 6).await;
    std::fs::write(&line, "1\n").unwrap();
    until(|| lit(&lamp)).await;
    let mut asked = String::new();
    while !asked.starts_with("/v1/desks") {
        asked = came.recv().await.unwrap();
    }
    assert_eq!(asked, "/v1/desks/2/next");
    until(|| !lit(&lamp)).await;

    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}
