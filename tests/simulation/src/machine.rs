// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's machine: the hub's own code over a disk that can be cut off, started again after each of its deaths.
//!
//! The writer is a task and not a thread, and everything a death does happens at once, before anyone else has a
//! turn. When it dies is the plan's; here is how.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::mpsc::{Receiver, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use torn_config::HubConfig;
use torn_disk::{Card, Chance, Disk, Fate, Fault, Operation, Surface};
use torn_hub::http::{App, Reads, router};
use torn_hub::program::{Parts, parts};
use torn_hub::writer::{Mail, Writer};
use torn_queue::{Fact, Seq};

use crate::run::World;

/// Commands that are followed together at most.
const TOGETHER: usize = 64;

/// So long the answers of a hub that ends have to go out.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// How the hub dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    /// Killed with commands handed in and none of them followed.
    KilledBefore,
    /// Killed after a commit that nobody was told of.
    KilledAfter,
    /// The plug is pulled while a commit is on its way to the disk.
    PowerDuring,
    /// The plug is pulled after a commit that nobody was told of.
    PowerAfter,
    /// The disk refuses from its so-many-th write or sync on.
    DiskFails(Operation, u64),
    /// Asked to stop.
    Stopped,
}

type Files = BTreeMap<String, Vec<u8>>;

/// The machine; while it runs, a hub.
pub(crate) struct Machine {
    world: World,
    chance: Chance,
    config: HubConfig,
    folder: PathBuf,
    lives: u32,
    files: Files,
}

/// What a hub's tasks share.
struct Life {
    world: World,
    disk: Disk,
    order: Mutex<Option<Death>>,
    connections: Mutex<JoinSet<()>>,
    stop: CancellationToken,
}

impl Machine {
    /// A machine whose logs lie in `folder`, and what lies there when it is first started.
    pub(crate) fn new(
        world: World,
        chance: Chance,
        config: HubConfig,
        folder: PathBuf,
        files: Files,
    ) -> Self {
        Self {
            world,
            chance,
            config,
            folder,
            lives: 0,
            files,
        }
    }

    /// Lives and dies until the plan is over, and then lives on.
    pub(crate) async fn run(mut self) {
        while !self.world.trace.is_over() {
            let Some((life, mails, writer, app)) = self.start() else {
                return;
            };
            let serving = self.serve(&life, &app);
            let chance = Chance::of(self.chance.any());
            let writing = tokio::spawn(write(Arc::clone(&life), chance, mails, writer, app));
            let orders = self.order(Arc::clone(&life));
            let (death, record_steps) = tokio::select! {
                biased;
                ended = writing => match ended {
                    Ok(ended) => ended,
                    Err(error) => return self.world.trace.fault(&format!("the writer ended: {error}")),
                },
                () = orders => return,
            };
            self.bury(&life, death, record_steps, serving).await;
        }
    }

    /// Starts a hub over what lies on the disk.
    fn start(&mut self) -> Option<(Arc<Life>, Receiver<Mail>, Writer, App)> {
        self.lives += 1;
        let folder = self.folder.join(self.lives.to_string());
        let trace = self.world.trace.clone();
        let disk = match lay(&folder, &self.files) {
            Ok(disk) => disk,
            Err(error) => {
                trace.fault(&format!("no disk under {}: {error}", folder.display()));
                return None;
            }
        };
        self.config.store = folder.join("torn.db");
        let stop = CancellationToken::new();
        let time = self.world.clock.source();
        let Parts {
            app,
            writer,
            mails,
            ticks,
            ..
        } = match parts(&self.config, true, stop.clone(), time) {
            Ok(parts) => parts,
            Err(error) => {
                trace.fault(&format!("the hub does not start: {error} ({error:?})"));
                return None;
            }
        };
        let app = app.reading(Reads::InPlace);
        if !self.world.ledger.read_again(&app.history) {
            return None;
        }
        trace.note(
            "hub",
            &format!(
                "life {} from event {}",
                self.lives,
                self.world.ledger.last()
            ),
        );
        if let Err(error) = ticks.start(stop.clone()) {
            trace.fault(&format!("no ticks: {error}"));
            return None;
        }
        let life = Arc::new(Life {
            world: self.world.clone(),
            disk,
            order: Mutex::default(),
            connections: Mutex::default(),
            stop,
        });
        Some((life, mails, writer, app))
    }

    /// Takes connections, as the hub's own server does.
    fn serve(&self, life: &Arc<Life>, app: &App) -> tokio::task::JoinHandle<()> {
        let (hub, mut taken) = unbounded_channel();
        self.world.net.hub(Some(hub), true);
        let (life, router) = (Arc::clone(life), router(app.clone()));
        tokio::spawn(async move {
            while let Some(end) = taken.recv().await {
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new())
                    .header_read_timeout(Duration::from_secs(10))
                    .half_close(true);
                let service = TowerToHyperService::new(router.clone());
                let connection = http.serve_connection(TokioIo::new(end), service);
                let mut connections = life.connections();
                while let Some(ended) = connections.try_join_next() {
                    if ended.is_err_and(|error| error.is_panic()) {
                        life.world.trace.fault("a connection of the hub panicked");
                    }
                }
                connections.spawn(async move {
                    // One that breaks is the net's affair.
                    let _ = connection.await;
                });
            }
        })
    }

    /// Orders the next death when its time has come; never ends.
    fn order(&mut self, life: Arc<Life>) -> impl Future<Output = ()> + use<> {
        let lives_for = Duration::from_millis(3_000 + self.chance.below(35_000));
        let death = self.draw();
        let plan = self.world.plan.clone();
        async move {
            sleep(lives_for).await;
            if !plan.is_cancelled() {
                life.world.trace.note("plan", &format!("{death:?}"));
                if let Death::DiskFails(operation, nth) = death {
                    let lasting = true;
                    life.disk.fail(Fault::At {
                        operation,
                        nth,
                        lasting,
                    });
                } else {
                    *life.order() = Some(death);
                }
            }
            plan.cancelled().await;
            // From here on it is to live.
            *life.order() = None;
            life.disk.mend();
            std::future::pending().await
        }
    }

    fn draw(&mut self) -> Death {
        match self.chance.below(12) {
            0 => Death::KilledBefore,
            1..=3 => Death::KilledAfter,
            4..=6 => Death::PowerDuring,
            7 => Death::PowerAfter,
            8 => Death::DiskFails(Operation::Write, 1 + self.chance.below(12)),
            9 => Death::DiskFails(Operation::Sync, 1 + self.chance.below(5)),
            10 => Death::DiskFails(Operation::Truncate, 1),
            _ => Death::Stopped,
        }
    }

    /// What is left after a death, until the next start.
    async fn bury(
        &mut self,
        life: &Arc<Life>,
        death: Death,
        steps: (usize, usize),
        serving: tokio::task::JoinHandle<()>,
    ) {
        let power = matches!(death, Death::PowerDuring | Death::PowerAfter);
        let world = self.world.clone();
        world.trace.note("hub", &format!("{death:?}"));
        world.net.hub(None, !power);
        if power {
            world.net.end_connections(None, true);
        }
        if matches!(death, Death::DiskFails(..) | Death::Stopped) {
            life.stop.cancel();
            sleep(LAST_WORDS).await;
        }
        self.files = self.left(life, death, steps);
        serving.abort();
        let mut connections = std::mem::take(&mut *life.connections());
        connections.shutdown().await;
        life.stop.cancel();
        let pause = Duration::from_millis(200 + self.chance.below(9_000));
        sleep(pause).await;
        let _ = std::fs::remove_dir_all(self.folder.join(self.lives.to_string()));
    }

    /// The files as they lie on the disk then. During a commit any part of it may have been written.
    fn left(&mut self, life: &Life, death: Death, (from, to): (usize, usize)) -> Files {
        let record = life.disk.record();
        let steps = match death {
            Death::PowerDuring => {
                let under_way = to.saturating_sub(from) as u64;
                from + usize::try_from(self.chance.below(under_way + 1)).unwrap_or(0)
            }
            _ => record.steps.len(),
        };
        let mut card = Card::before(&record);
        for step in &record.steps[..steps.min(record.steps.len())] {
            card.follow(step);
        }
        let fate = match death {
            Death::PowerDuring | Death::PowerAfter => match self.chance.below(3) {
                0 => Fate::Lost,
                1 => Fate::Kept,
                _ => Fate::Torn {
                    sector: [512, 4096][usize::from(self.chance.once_in(2))],
                    powersafe: true,
                },
            },
            _ => Fate::Kept,
        };
        let mut files = card.cut(fate, &mut self.chance);
        // It is no file of SQLite's, and was synced when it was made.
        if let Some(key) = self.files.get("torn.key") {
            files.insert("torn.key".to_owned(), key.clone());
        }
        files
    }
}

/// Lays files into a new folder, and a disk under it.
fn lay(folder: &Path, files: &Files) -> std::io::Result<Disk> {
    std::fs::create_dir_all(folder)?;
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes)?;
    }
    Disk::recording(folder, Surface::default())
}

/// Gives the writer its turns until the hub dies; then how, and the steps of the disk before and after its last.
async fn write(
    life: Arc<Life>,
    mut chance: Chance,
    mut mails: Receiver<Mail>,
    mut writer: Writer,
    app: App,
) -> (Death, (usize, usize)) {
    loop {
        let Some(first) = mails.recv().await else {
            return (Death::Stopped, (0, 0));
        };
        // A disk takes its time, and more comes in the meantime.
        if chance.once_in(3) {
            sleep(Duration::from_millis(chance.below(40))).await;
        }
        let mut together = vec![first];
        while together.len() < TOGETHER
            && let Ok(next) = mails.try_recv()
        {
            together.push(next);
        }
        let order = *life.order();
        if let Some(death @ (Death::KilledBefore | Death::Stopped)) = order {
            if death == Death::KilledBefore {
                life.connections().abort_all();
            }
            return (death, (0, 0));
        }
        let before = if order == Some(Death::PowerDuring) {
            life.disk.record().steps.len()
        } else {
            0
        };
        if let Err(error) = writer.turn(together) {
            // What was committed before it refused has been told.
            life.world.ledger.read(&app.history);
            life.world
                .trace
                .note("hub", &format!("the disk refuses: {}", first_line(&error)));
            return (Death::DiskFails(Operation::Write, 0), (0, 0));
        }
        match order {
            Some(Death::PowerDuring) => {
                // Nobody was told, so it may be there or not.
                life.connections().abort_all();
                let after = life.disk.record().steps.len();
                return (Death::PowerDuring, (before, after));
            }
            Some(death @ (Death::KilledAfter | Death::PowerAfter)) => {
                life.connections().abort_all();
                life.observe(&app);
                return (death, (0, 0));
            }
            _ => life.observe(&app),
        }
    }
}

fn first_line(error: &dyn std::error::Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

impl Life {
    /// Reads what became durable in this turn, before anyone is told of it.
    fn observe(&self, app: &App) {
        let world = &self.world;
        let before = world.ledger.last();
        if !world.ledger.read(&app.history) {
            return;
        }
        let durable = world.ledger.last();
        let (shown, _) = app.published.newest_and_day_began();
        if shown != durable {
            world.trace.fault(&format!(
                "readers are shown event {shown}, the log ends with {durable}"
            ));
        }
        self.wanted(before);
    }

    /// Nobody is called to a desk where nobody asks for it any more.
    fn wanted(&self, before: Seq) {
        let world = &self.world;
        if world.clock.ran_back() {
            return;
        }
        for event in world.ledger.since(before) {
            if let Fact::TicketCalled { desk, ticket, .. } = &event.fact
                && !world
                    .promises
                    .is_asked_for(&format!("ticket-called at {desk}"))
            {
                let late = format!(
                    "event {} calls {ticket} to desk {desk}, where nobody waits for it",
                    event.seq
                );
                world.trace.fault(&late);
            }
        }
    }

    fn order(&self) -> MutexGuard<'_, Option<Death>> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
