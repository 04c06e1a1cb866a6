// SPDX-License-Identifier: GPL-3.0-or-later
//! From the command line to an office that runs, and to one of which nothing is left running.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::{Arguments, Screens};
use super::{booked, news, once, page};
use crate::lab::folder::Folder;
use crate::lab::house::{House, HouseSetup};
use crate::lab::hub::{Hub, HubSetup};
use crate::lab::programs::{Program, Programs, Progress};
use crate::lab::{LabError, need};

/// How long a program may take to end when it is asked to.
const TIME_TO_STOP: Duration = Duration::from_secs(5);

/// How long the signal that ended a program may take to reach this one too.
const TIME_FOR_A_SIGNAL: Duration = Duration::from_millis(500);

/// Does what the command line asks for.
///
/// # Errors
/// What kept it from doing so; with `--once` also whatever was not as it should be.
pub fn run(arguments: &Arguments) -> Result<(), LabError> {
    say("Building the programs …");
    Programs::built(Progress::Shown)?;
    if arguments.once {
        let out = match &arguments.out {
            Some(path) => Folder::kept(path)?,
            None => Folder::kept(&Folder::new("office")?.keep())?,
        };
        // Its screens have to be read, so they are headless whatever display there is.
        let house = start(arguments, Screens::Headless, once::begin_the_morning)?;
        once::play(&house, &out)?;
        stop(&house);
        say(&format!(
            "The same number everywhere, in an office that is open round the clock. Pictures, events and timings: {}",
            out.path().display()
        ));
        return Ok(());
    }
    let house = Arc::new(start(arguments, arguments.screen, booked::book)?);
    let ended = show(&house, arguments.port);
    stop(&house);
    ended
}

fn start(
    arguments: &Arguments,
    screens: Screens,
    before: impl FnOnce(&Hub) -> Result<(), LabError>,
) -> Result<House, LabError> {
    let store = match &arguments.data {
        Some(folder) => Some(Folder::kept(folder)?.path().join("torn.db")),
        None => None,
    };
    // As the office itself has it: a second press within two seconds is too soon.
    let hub = HubSetup {
        store,
        next_guard_s: None,
        time_zone: None,
        limits: true,
        ..HubSetup::default()
    };
    let setup = HouseSetup {
        hub,
        screens: screens.word(),
        sound: !arguments.once,
        ..HouseSetup::default()
    };
    let hub = Hub::start(setup.hub.clone())?;
    before(&hub)?;
    House::around(hub, &setup)
}

/// Serves the browser page until somebody asks for the end, or no program is left.
fn show(house: &Arc<House>, port: u16) -> Result<(), LabError> {
    let runtime = Runtime::new().map_err(LabError::file("the runner's own threads"))?;
    let (news, mut ends) = news::watch(house);
    runtime.block_on(async {
        let no_signals = LabError::file("the signals of this process");
        let (mut interrupt, mut terminate) = signal(SignalKind::interrupt())
            .and_then(|one| Ok((one, signal(SignalKind::terminate())?)))
            .map_err(no_signals)?;
        let address = page::serve(Arc::clone(house), news, port).await?;
        say(&what_to_open(house, &address));
        let mut left = house.programs().len();
        loop {
            let error = tokio::select! {
                _ = interrupt.recv() => return Ok(()),
                _ = terminate.recv() => return Ok(()),
                Some(error) = ends.recv() => error,
            };
            // Ctrl-C reaches every program of the terminal, and one of them may be faster than this one.
            let asked = tokio::time::timeout(TIME_FOR_A_SIGNAL, interrupt.recv()).await;
            if asked.is_ok() {
                return Ok(());
            }
            need::tell(&format!("office: {error}\n"));
            left -= 1;
            if left == 0 {
                return Err(error);
            }
        }
    })
}

fn what_to_open(house: &House, page: &str) -> String {
    let hub = house.hub.reach();
    let screens = if house.kiosk.page().is_some() {
        "kiosk, slip, desk buttons and lobby, side by side"
    } else {
        "slip and desk buttons; kiosk and lobby are in their own windows"
    };
    format!(
        "The office is open, round the clock whatever hours its file says, and takes this machine's clock as it is.\n\
         Open in a browser:\n\
         \n  {page}/  {screens}\
         \n  {hub}/desk  an agent's page\
         \n  {hub}/lobby  the board for any TV with a browser\n\
         \nTo check in, these codes are booked: {}\n\
         \nCtrl-C closes the office.",
        booked::told()
    )
}

/// Ends every program, those that write first; what does not listen is killed.
fn stop(house: &House) {
    let [hub, kiosk, lobby, button] = house.programs();
    let last_words = |program: &Program| {
        if program.stop(TIME_TO_STOP).is_err() {
            need::tell(&format!(
                "office: {} did not stop when asked, and was killed\n",
                program.name()
            ));
            program.kill();
        }
    };
    [button, kiosk, lobby, hub].into_iter().for_each(last_words);
}

fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    // A reader that has gone away misses nothing that matters.
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
