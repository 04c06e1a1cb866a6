// SPDX-License-Identifier: GPL-3.0-or-later
//! One run: an office put together from a seed, its storm, the calm after it, and what has to hold at the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use torn_client::{Chance as ClientChance, Client};
use torn_config::HubConfig;
use torn_disk::Chance;

use crate::board::Board;
use crate::clock::SteppedClock;
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::net::Net;
use crate::people::Person;
use crate::promises::Promises;
use crate::trace::{Ended, Trace};
use crate::weather;

/// Kiosk, two people at each of three desks, a supervisor, two boards.
pub(crate) const HOSTS: usize = 10;

/// The log's own name.
const LOG: &str = "0c6a1a4e-2f0b-4d55-9d3a-5b1f3f0a7c11";

/// So long after the storm everyone has to know everything: who waits to try again, who is slow, what is resent.
const CALM: Duration = Duration::from_secs(60);

const OFFICE: &str = r#"
[office]
id = "oiac"
time_zone = "Europe/Madrid"
languages = ["ca"]
name = { ca = "Oficina" }
hours = { mon = ["00:00-24:00"], tue = ["00:00-24:00"], wed = ["00:00-24:00"], thu = ["00:00-24:00"], fri = ["00:00-24:00"], sat = ["00:00-24:00"], sun = ["00:00-24:00"] }
[[service]]
id = "general"
letter = "A"
name = { ca = "General" }
[[service]]
id = "padro"
letter = "B"
name = { ca = "Padró" }
[[desk]]
id = "1"
name = { ca = "Taula 1" }
[[desk]]
id = "2"
name = { ca = "Taula 2" }
services = ["general"]
[[desk]]
id = "3"
name = { ca = "Taula 3" }
[policy]
stop_issuing = false
[clock]
require_sync = false
[limits]
enabled = false
"#;

/// What everybody in a run shares.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) trace: Trace,
    pub(crate) net: Net,
    pub(crate) clock: SteppedClock,
    pub(crate) ledger: Ledger,
    pub(crate) promises: Promises,
    /// Cancelled when nothing goes wrong any more and nobody asks anything new.
    pub(crate) plan: CancellationToken,
}

/// Runs the office of this seed to its end.
///
/// # Panics
/// When this machine gives no runtime or no folder.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a run that can't be made is no result of a run"
)]
pub fn run(seed: u64) -> Ended {
    let folder = Folder::new(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(one(seed, &folder.0))
}

async fn one(seed: u64, folder: &Path) -> Ended {
    let mut chance = Chance::of(seed);
    // Seeds that follow one another are to have nothing in common.
    let mut own = move || Chance::of(chance.any());
    let trace = Trace::new();
    let ledger = Ledger::new(trace.clone());
    let world = World {
        net: Net::new(own(), HOSTS, trace.clone()),
        clock: SteppedClock::new(),
        promises: Promises::new(ledger.clone(), trace.clone()),
        ledger,
        trace: trace.clone(),
        plan: CancellationToken::new(),
    };
    let config = match config() {
        Ok(config) => config,
        Err(error) => {
            trace.fault(&error);
            return trace.ended();
        }
    };
    let files = match first_files(&folder.join("first")) {
        Ok(files) => files,
        Err(error) => {
            trace.fault(&error);
            return trace.ended();
        }
    };
    let machine = Machine::new(world.clone(), own(), config, folder.to_owned(), files);
    watch(&world, "the machine", machine.run());
    let boards = open(&world, &mut own);
    watch(&world, "the storm", weather::storm(world.clone(), own()));
    let storm = Duration::from_millis(50_000 + own().below(90_000));
    let course = course(&world, &boards, storm);
    tokio::select! {
        biased;
        () = trace.until_fault() => {}
        () = course => {}
    }
    trace.ended()
}

/// Has everyone come; those who follow are given back.
fn open(world: &World, own: &mut impl FnMut() -> Chance) -> Vec<(Board, bool)> {
    let mut boards = Vec::new();
    for host in 0..HOSTS {
        let name = match host {
            0 => "kiosk".to_owned(),
            1..=6 => format!("desk {}{}", host.div_ceil(2), ["b", "a"][host % 2]),
            7 => "supervisor".to_owned(),
            _ => format!("board {}", host - 7),
        };
        let keys = bits(own());
        let connector = world.net.connector(host);
        let client = match Client::over("http://hub", None, connector, keys.clone()) {
            Ok(client) => client,
            Err(error) => {
                world.trace.fault(&error.to_string());
                continue;
            }
        };
        let board = Board::new(&name, world.clone());
        let slow = (host == 9).then(&mut *own);
        boards.push((board.clone(), slow.is_none()));
        let following = board.clone().follow(client.clone(), slow);
        watch(world, &name, following);
        let person = Person {
            name: name.clone(),
            client,
            keys,
            board,
            world: world.clone(),
            chance: own(),
        };
        match host {
            0 => watch(world, &name, person.be_kiosk()),
            1..=6 => {
                if let Ok(desk) = host.div_ceil(2).to_string().parse() {
                    watch(world, &name, person.be_at(desk, host % 2 == 1));
                }
            }
            7 => watch(world, &name, person.supervise()),
            _ => {}
        }
    }
    boards
}

/// The storm, the calm, the end.
async fn course(world: &World, boards: &[(Board, bool)], storm: Duration) {
    let second = Duration::from_secs(1);
    let mut left = storm;
    while let Some(rest) = left.checked_sub(second) {
        left = rest;
        sleep(second).await;
        for (board, _) in boards.iter().filter(|(_, prompt)| *prompt) {
            board.check_fresh();
        }
    }
    world.trace.note("plan", "all is well");
    world.net.heal();
    world.plan.cancel();
    sleep(CALM).await;
    for (board, _) in boards {
        board.check_end();
    }
    world.promises.check();
}

/// Runs it beside the others; a panic is a fault.
fn watch(world: &World, name: &str, what: impl Future<Output = ()> + Send + 'static) {
    let (trace, name) = (world.trace.clone(), name.to_owned());
    let running = tokio::spawn(what);
    tokio::spawn(async move {
        if running.await.is_err_and(|error| error.is_panic()) {
            trace.fault(&format!("{name} panicked"));
        }
    });
}

/// Chance for a client.
fn bits(chance: Chance) -> ClientChance {
    let chance = Mutex::new(chance);
    ClientChance::from_bits(move || {
        let mut chance = chance.lock().unwrap_or_else(PoisonError::into_inner);
        u128::from(chance.any()) << 64 | u128::from(chance.any())
    })
}

fn config() -> Result<HubConfig, String> {
    torn_config::office(OFFICE).map_err(|mistakes| format!("the office: {mistakes:?}"))
}

/// A log that has its name and nothing else, and a key: neither may come from the system's chance.
fn first_files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    let path = folder.join("torn.db");
    drop(torn_hub::store::Log::open(&path, LOG).map_err(|error| error.to_string())?);
    let log = std::fs::read(path).map_err(failed)?;
    Ok(BTreeMap::from([
        ("torn.db".to_owned(), log),
        ("torn.key".to_owned(), vec![7; 32]),
    ]))
}

/// A folder that goes with its run; in memory, where the system has such folders.
struct Folder(PathBuf);

impl Folder {
    #[expect(clippy::expect_used, reason = "without a folder there is no run")]
    fn new(seed: u64) -> Self {
        let memory = Path::new("/dev/shm");
        let temporary = match memory.is_dir() {
            true => memory.to_owned(),
            false => std::env::temp_dir(),
        };
        static RUNS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let run = RUNS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("torn-simulation-{}-{seed}-{run}", std::process::id());
        let path = temporary.join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it is only a temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
