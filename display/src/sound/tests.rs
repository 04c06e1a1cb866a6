// SPDX-License-Identifier: GPL-3.0-or-later
//! The sound thread against players that are shell scripts and keep what they are given.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Longer than anything here takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a player in it, gone when the test is over.
struct Bench {
    folder: PathBuf,
    told: Receiver<News>,
    tell: Sender<News>,
}

impl Bench {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("torn-display-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (tell, told) = channel();
        Self { folder, told, tell }
    }

    fn player(&self) -> PathBuf {
        self.folder.join("player")
    }

    /// Puts a player in its place: a shell script.
    fn install(&self, script: &str) {
        let draft = self.folder.join("draft");
        fs::write(&draft, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&draft, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(draft, self.player()).unwrap();
    }

    fn recorder(&self) {
        self.install(&format!(
            "exec cat >'{}'",
            self.folder.join("heard").display()
        ));
    }

    fn heard(&self) -> Vec<u8> {
        fs::read(self.folder.join("heard")).unwrap_or_default()
    }

    fn start(&self) -> Sound {
        let tell = self.tell.clone();
        let player = self.player().to_str().unwrap().to_owned();
        Sound::start(Some(player), move |news| tell.send(news).unwrap_or(())).unwrap()
    }

    fn wait_for(&self, wanted: impl Fn(&News) -> bool) -> News {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let news = self
                .told
                .recv_timeout(left)
                .expect("the sound thread should have told that");
            if wanted(&news) {
                return news;
            }
        }
    }

    fn wait_until_heard(&self, enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let end = Instant::now() + PATIENCE;
        loop {
            let heard = self.heard();
            if enough(&heard) {
                return heard;
            }
            assert!(Instant::now() < end, "{} bytes were heard", heard.len());
            std::thread::yield_now();
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn sounded(news: &News) -> bool {
    matches!(news, News::Sounded(Tone::Call))
}

fn ready(news: &News) -> bool {
    matches!(news, News::Ready(_))
}

#[test]
fn a_call_reaches_the_player_whole_out_of_silence_into_silence() {
    let bench = Bench::new("whole");
    bench.recorder();
    let sound = bench.start();
    bench.wait_for(ready);
    sound.sound(Tone::Call);
    bench.wait_for(sounded);
    let tone = Tone::Call.samples();
    // Its first sample is nothing; silence ends where the second one begins.
    let begins = |heard: &[u8]| {
        heard
            .iter()
            .position(|one| *one != 0)
            .map(|at| at / 4 * 4 - 4)
    };
    let after = tone.len() + PIECE_BYTES * 2;
    let heard =
        bench.wait_until_heard(|heard| begins(heard).is_some_and(|at| heard.len() >= at + after));
    let at = begins(&heard).unwrap();
    assert!(
        at >= BYTES_PER_SECOND / 4,
        "silence comes before the first tone"
    );
    assert!(
        heard[at..at + tone.len()] == tone[..],
        "the tone is not what was heard"
    );
    assert!(
        heard[at + tone.len()..at + after]
            .iter()
            .all(|one| *one == 0),
        "then silence"
    );
}

#[test]
fn a_player_that_takes_everything_is_not_flooded() {
    let bench = Bench::new("flood");
    bench.recorder();
    let begun = Instant::now();
    let _sound = bench.start();
    bench.wait_for(ready);
    let heard = bench.wait_until_heard(|heard| heard.len() > BYTES_PER_SECOND);
    let fair = begun.elapsed() * 2 + Duration::from_secs(1);
    assert!(Duration::from_millis((heard.len() * 1_000 / BYTES_PER_SECOND) as u64) < fair);
}

#[test]
fn a_missing_player_is_said_and_found_when_it_comes() {
    let bench = Bench::new("missing");
    let sound = bench.start();
    assert_eq!(bench.wait_for(|_| true), News::NoPlayer);
    sound.sound(Tone::Call);
    bench.recorder();
    bench.wait_for(ready);
    let heard = bench.wait_until_heard(|heard| heard.len() > BYTES_PER_SECOND);
    assert!(
        heard.iter().all(|one| *one == 0),
        "what nobody could hear is not played later"
    );
}

#[test]
fn a_player_that_dies_is_said_and_started_again() {
    let bench = Bench::new("dies");
    bench.install("exit 3");
    let sound = bench.start();
    let News::Failed(why) = bench.wait_for(|news| matches!(news, News::Failed(_))) else {
        unreachable!()
    };
    assert!(why.contains("player"), "{why}");
    bench.recorder();
    bench.wait_for(ready);
    sound.sound(Tone::Call);
    bench.wait_for(sounded);
}

#[test]
fn a_player_that_takes_no_samples_is_said() {
    let bench = Bench::new("stuck");
    bench.install("exec sleep 1000");
    let _sound = bench.start();
    bench.wait_for(
        |news| matches!(news, News::Failed(why) if why.contains("takes no more samples")),
    );
}
