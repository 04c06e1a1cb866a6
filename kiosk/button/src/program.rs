// SPDX-License-Identifier: GPL-3.0-or-later
//! The program: from a configuration to a running panel, and its end.
//!
//! Lines that can't be opened stop it before anything runs; a keypad that is not plugged in does
//! not, since it may come.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use evdev::KeyCode;
use tokio::sync::{mpsc as async_mpsc, oneshot};
use torn_client::{Client, ClientError};
use torn_config::{ButtonLine, DeviceConfig};
use torn_program::ConfigurationError;
use torn_queue::DeskId;

use crate::desks::Desks;
use crate::health::{self, Health};
use crate::keypad::Keypad;
use crate::line::{Input, LineError, Output};
use crate::panel::{Panel, Tell, Wired};
use crate::press::Happening;

/// Happenings that wait to be dealt with: more than all fingers of an office make in a moment.
const HAPPENINGS_WAITING_MAX: usize = 64;

/// Why the program ended, or did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ButtonError {
    /// The configuration or the credential can't be read.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The system does not say when to stop.
    #[error("signals can't be listened to")]
    Signals(#[source] std::io::Error),
    /// The hub can't even be tried.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Lines of buttons or lamps can't be opened.
    #[error("{0}")]
    Lines(BrokenLines),
    /// A thread can't be started.
    #[error("the thread of {what} can't be started")]
    Thread {
        /// Whose.
        what: &'static str,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The loop that reads the buttons ended by itself.
    #[error("the loop that reads the buttons ended; its reason stands above")]
    PanelEnded,
}

/// Every line that can't be opened, with the desk whose it is.
#[derive(Debug)]
pub struct BrokenLines(pub Vec<(DeskId, LineError)>);

impl fmt::Display for BrokenLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (desk, error)) in self.0.iter().enumerate() {
            let separator = if place > 0 { "\n" } else { "" };
            write!(f, "{separator}desk {desk}: {error}")?;
            if let Some(cause) = std::error::Error::source(error) {
                write!(f, ": {cause}")?;
            }
        }
        Ok(())
    }
}

/// Reads the configuration at `path`, and whether it fits this program.
///
/// # Errors
/// [`ConfigurationError`], with every mistake.
pub fn configuration(path: &Path) -> Result<DeviceConfig, ConfigurationError> {
    let config = torn_program::device(path)?;
    match mistakes(&config) {
        none if none.is_empty() => Ok(config),
        mistakes => Err(ConfigurationError::Unfit {
            path: path.to_owned(),
            mistakes,
        }),
    }
}

/// What is wrong with a configuration for this program, beyond what its file's reader knows.
fn mistakes(config: &DeviceConfig) -> Vec<String> {
    let mut mistakes = Vec::new();
    if config.buttons.is_empty() {
        mistakes.push("there is no [[button]]: write one for each desk".to_owned());
    }
    for button in &config.buttons {
        if health::part(&button.desk).is_err() {
            let desk = &button.desk;
            mistakes.push(format!(
                "the desk id {desk} is too long to report its button by"
            ));
        }
        if let ButtonLine::Evdev { key, .. } = &button.line
            && key.parse::<KeyCode>().is_err()
        {
            mistakes.push(format!("{key:?} is no key that the kernel knows; try KEY_KP1, and `evtest` names the others"));
        }
    }
    mistakes
}

/// Runs the buttons until `stop`. `ready` is called when they are read, `alive` on every round of
/// the loop that reads them.
///
/// # Errors
/// [`ButtonError`].
pub async fn run(
    config: &DeviceConfig,
    stop: impl Future<Output = ()>,
    ready: impl FnOnce(),
    mut alive: impl FnMut() + Send + 'static,
) -> Result<(), ButtonError> {
    let client = client(config)?;
    let (panel, keypads) = wire(config)?;
    let (tell, inbox) = mpsc::channel();
    let (happened, happenings) = async_mpsc::channel(HAPPENINGS_WAITING_MAX);
    let (first_round, reading) = oneshot::channel();
    let mut first_round = Some(first_round);
    let loop_thread = start("the buttons", move || {
        let tell = |button, happening| send(&happened, button, happening);
        panel.run(&inbox, tell, || {
            // Who is not waiting for the first round needs no word of it.
            let _ = first_round.take().map(|first| first.send(()));
            alive();
        });
    })?;
    let _keypads = follow_keypads(keypads, &tell)?;
    if reading.await.is_ok() {
        ready();
    }
    let desks = config.buttons.iter().map(|button| button.desk.clone());
    let parts = config
        .buttons
        .iter()
        .filter_map(|button| health::part(&button.desk).ok());
    let health = Health::new(parts.collect());
    let desks = Desks::new(
        client,
        config.id.clone(),
        desks.collect(),
        health,
        tell.clone(),
    );
    tokio::select! {
        () = desks.run(happenings) => Err(ButtonError::PanelEnded),
        () = stop => {
            let _ = tell.send(Tell::Stop);
            loop_thread.join().map_err(|_| ButtonError::PanelEnded)
        }
    }
}

fn send(happened: &async_mpsc::Sender<(usize, Happening)>, button: usize, happening: Happening) {
    if let Err(error) = happened.try_send((button, happening)) {
        tracing::error!(button, ?happening, %error, "a press is lost");
    }
}

fn client(config: &DeviceConfig) -> Result<Client, ButtonError> {
    let token = torn_program::token(config.token_file.as_deref())?;
    Ok(Client::new(&config.hub, token.as_deref())?)
}

/// Opens every line, and finds the keypads.
fn wire(config: &DeviceConfig) -> Result<(Panel<Input, Output>, Vec<Keypad>), ButtonError> {
    let mut keypads: BTreeMap<&PathBuf, Keypad> = BTreeMap::new();
    let (mut wired, mut broken) = (Vec::new(), Vec::new());
    for (button, settings) in config.buttons.iter().enumerate() {
        match &settings.line {
            ButtonLine::Gpio { via, line } => {
                let lamp = settings.lamp.as_ref().map(|lamp| Output::open(*via, lamp));
                match (Input::open(*via, line), lamp.transpose()) {
                    (Ok(pin), Ok(lamp)) => wired.push(Wired::line(pin, lamp)),
                    (pin, lamp) => {
                        let errors = pin.err().into_iter().chain(lamp.err());
                        broken.extend(errors.map(|error| (settings.desk.clone(), error)));
                    }
                }
            }
            ButtonLine::Evdev { path, key } => {
                wired.push(Wired::key());
                let keypad = keypads.entry(path).or_insert_with(|| Keypad {
                    path: path.clone(),
                    keys: Vec::new(),
                });
                keypad
                    .keys
                    .extend(key.parse().ok().map(|key| (key, button)));
            }
        }
    }
    if !broken.is_empty() {
        return Err(ButtonError::Lines(BrokenLines(broken)));
    }
    Ok((Panel::new(wired), keypads.into_values().collect()))
}

/// One thread a keypad, until the answer is dropped. A thread that waits for a key at that moment
/// ends with the next one, or with the program.
fn follow_keypads(
    keypads: Vec<Keypad>,
    panel: &Sender<Tell>,
) -> Result<Vec<Sender<()>>, ButtonError> {
    let follow = |keypad: Keypad| {
        let ((hang_up, stop), panel) = (mpsc::channel(), panel.clone());
        start("a keypad", move || keypad.follow(&panel, &stop))?;
        Ok(hang_up)
    };
    keypads.into_iter().map(follow).collect()
}

fn start(
    what: &'static str,
    body: impl FnOnce() + Send + 'static,
) -> Result<thread::JoinHandle<()>, ButtonError> {
    let name = what.replace(' ', "-");
    let started = thread::Builder::new().name(name).spawn(body);
    started.map_err(|source| ButtonError::Thread { what, source })
}

/// Calls `feed` at most once in `every`, however often it is called itself: a watchdog needs a word
/// now and then, not a hundred a second.
pub fn now_and_then(every: Duration, feed: impl Fn()) -> impl FnMut() {
    let mut fed: Option<Instant> = None;
    move || {
        if fed.is_none_or(|at| at.elapsed() >= every) {
            fed = Some(Instant::now());
            feed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(button: &str) -> DeviceConfig {
        let text = format!("id = \"kiosk-1\"\nhub = \"http://127.0.0.1:8080\"\n{button}");
        torn_config::device(&text).unwrap()
    }

    #[test]
    fn a_key_that_no_keyboard_has_is_a_mistake() {
        let evdev = |key| {
            format!(
                "[[button]]\ndesk = \"1\"\nevdev = \"/dev/input/by-path/pad\"\nkey = \"{key}\"\n"
            )
        };
        assert_eq!(mistakes(&config(&evdev("KEY_KP1"))), [""; 0]);
        let wrong = mistakes(&config(&evdev("KEY_TEAPOT")));
        assert!(
            wrong.len() == 1 && wrong[0].contains("KEY_TEAPOT"),
            "{wrong:?}"
        );
    }

    #[test]
    fn a_file_without_buttons_is_a_mistake() {
        assert_eq!(mistakes(&config("")).len(), 1);
    }

    #[test]
    fn every_line_that_can_not_be_opened_is_named_with_its_desk() {
        let line = |desk| {
            format!(
                "[[button]]\ndesk = \"{desk}\"\nvia = \"value-file\"\nline = \"/nowhere/{desk}\"\nlamp = \"/nowhere/lamp-{desk}\"\n"
            )
        };
        let error = wire(&config(&format!("{}{}", line(1), line(2)))).unwrap_err();
        let text = error.to_string();
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(
            text.contains("desk 2: ") && text.contains("/nowhere/lamp-2"),
            "{text}"
        );
    }

    #[test]
    fn a_watchdog_is_fed_now_and_then() {
        let fed = std::cell::Cell::new(0);
        let mut often = now_and_then(Duration::ZERO, || fed.set(fed.get() + 1));
        often();
        often();
        assert_eq!(fed.get(), 2);
        let mut rarely = now_and_then(Duration::MAX, || fed.set(fed.get() + 1));
        rarely();
        rarely();
        assert_eq!(fed.get(), 3);
    }
}
