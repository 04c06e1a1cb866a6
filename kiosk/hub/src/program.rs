// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub put together: configuration, log, writer thread, server, and how it stops.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use sd_notify::NotifyState;
use tokio::net::{TcpListener, lookup_host};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;
use torn_appointments::Scan;
use torn_config::HubConfig;
use torn_queue::{Event, LogId, State, Timestamp};

use crate::appointments::{self, HandOver, Pace, SourceList, Today};
use crate::bookings::{Bookings, Covers, Listed};
use crate::clock::{Clock, TimeSource};
use crate::credential::{CredentialError, Credentials};
use crate::http::{self, App, Shared};
use crate::key::Keys;
use crate::limits::{Limits, Rates};
use crate::metrics::Metrics;
use crate::published::Published;
use crate::secret::{Secret, SecretError};
use crate::session::Sessions;
use crate::session::entrance::Entrance;
use crate::store::{Entry, History, Log, StoreError};
use crate::writer::{self, List, Mail, Ticks, Writer};

/// How often the file of the credentials is looked at.
const CREDENTIALS_EVERY: Duration = Duration::from_secs(1);

/// Files that the hub may have open: its connections, the log, and some to spare.
const FILES: u64 = 4096;

/// Why the hub did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The log can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log can't be understood.
    #[error(
        "the log's event {seq} ({kind}) can't be read by this version; install the one that wrote it"
    )]
    UnreadableEvent {
        /// Its place.
        seq: u64,
        /// Its kind.
        kind: String,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// There was a log, and its file has not a byte.
    #[error(
        "the log {0} is empty, and the hub's key beside it says that it was not; restore a backup, or move both files away to begin anew"
    )]
    EmptyLog(PathBuf),
    /// There was a log, and it is gone.
    #[error(
        "the log {0} is gone, and the hub's key beside it says that there was one; put it back or restore a backup, or \
         move the key away too, to begin anew with the first numbers"
    )]
    LogGone(PathBuf),
    /// The log's own name is no UUID.
    #[error("the log's UUID is {0:?}, which is none; restore a backup")]
    LogId(String),
    /// The folder of the log can't be made.
    #[error("can't make the folder {path} for the log; make it, and give it to this user")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The key can't be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The credentials can't be used.
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    /// Off loopback without a credential.
    #[error(
        "{address} can be reached from the LAN and no credential is configured, so anyone could call; \
         add one with `torn-hub credential add`, or listen on 127.0.0.1"
    )]
    NoCredentials {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// The address can't be used.
    #[error(
        "can't listen on {address}; see that it is this machine's and that no other program has it"
    )]
    Listen {
        /// Where it was to listen.
        address: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A thread can't be started, or a signal not be heard.
    #[error("the system refuses a thread or a signal")]
    System(#[from] std::io::Error),
}

/// The files that lie beside the log.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The hub's key.
    pub secret: PathBuf,
    /// The credentials.
    pub credentials: PathBuf,
    /// Who is signed in. It is worth nothing to anyone else: a backup goes without it.
    pub sessions: PathBuf,
}

impl Beside {
    /// The files beside the log at `store`.
    #[must_use]
    pub fn the_log(store: &Path) -> Self {
        Self {
            secret: store.with_extension("key"),
            credentials: store.with_extension("credentials"),
            sessions: store.with_extension("sessions"),
        }
    }
}

/// A hub that is put together and follows commands, without a socket.
#[derive(Debug)]
pub struct Assembled {
    /// What its paths are served over.
    pub app: App,
    /// The writer; it ends when the last [`App`] is gone, or when the log can't be written.
    pub writer: JoinHandle<Result<(), StoreError>>,
}

/// A hub that is put together and stands still: whoever has it gives the writer its turns.
#[derive(Debug)]
pub struct Parts {
    /// What its paths are served over.
    pub app: App,
    /// The writer.
    pub writer: Writer,
    /// What it is to follow, in the order in which it was handed in.
    pub mails: Receiver<Mail>,
    /// The clock that sends the ticks.
    pub ticks: Ticks,
}

/// Opens the log, puts the configuration into it, and starts the writer.
///
/// # Errors
/// [`HubError`], which says what to do.
pub fn assemble(
    config: &HubConfig,
    loopback: bool,
    stop: CancellationToken,
) -> Result<Assembled, HubError> {
    let time = TimeSource::system(config.require_sync);
    assemble_at(config, loopback, stop, time)
}

/// As [`assemble`], with the time from elsewhere.
///
/// # Errors
/// [`HubError`], which says what to do.
pub fn assemble_at(
    config: &HubConfig,
    loopback: bool,
    stop: CancellationToken,
    time: TimeSource,
) -> Result<Assembled, HubError> {
    let parts = parts(config, loopback, stop.clone(), time)?;
    let Parts {
        app,
        writer,
        mails,
        ticks,
    } = parts;
    ticks.start(stop.clone())?;
    let thread = std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            // Also when it panics: a hub without a writer must not stay.
            let _stops = stop.drop_guard();
            writer.run(mails)
        })?;
    Ok(Assembled {
        app,
        writer: thread,
    })
}

/// Opens the log and puts the configuration into it; nothing runs yet.
///
/// # Errors
/// [`HubError`], which says what to do.
pub fn parts(
    config: &HubConfig,
    loopback: bool,
    stop: CancellationToken,
    time: TimeSource,
) -> Result<Parts, HubError> {
    let beside = Beside::the_log(&config.store);
    let credentials = Arc::new(Credentials::open(beside.credentials)?);
    let (mut writer, log) = open(config, &beside.secret, time)?;
    writer.configure(log.clone(), config.office.clone())?;
    let (inbox, mails) = writer::inbox();
    let ticks = inbox.ticks();
    let sessions = Sessions::open(beside.sessions, Arc::clone(&credentials));
    let clock = writer.published.shared_clock();
    let app = Shared {
        inbox,
        entrance: Arc::new(Entrance::new(Arc::clone(&credentials), sessions, clock)),
        published: Arc::clone(&writer.published),
        history: Arc::new(History::open(writer.log.path())?),
        reads: http::Reads::default(),
        keys: Arc::clone(&writer.keys),
        credentials,
        secret: Arc::clone(&writer.secret),
        metrics: Arc::clone(&writer.metrics),
        limits: Limits::new(&config.limits, Arc::clone(&writer.rates)),
        scan: Arc::new(Scan::new(config.appointments.scan.clone())),
        loopback,
        log: log.as_str().into(),
        stop,
    };
    Ok(Parts {
        app: App::from(app),
        writer,
        mails,
        ticks,
    })
}

/// Runs the hub until it is told to stop, or the log can't be written.
///
/// # Errors
/// [`HubError`], which says what to do.
pub async fn run(config: HubConfig) -> Result<(), HubError> {
    if let Some(folder) = config
        .store
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        let failed = |source| HubError::Folder {
            path: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let address = address(&config.listen).await?;
    let loopback = address.ip().is_loopback();
    if !loopback && Credentials::open(Beside::the_log(&config.store).credentials)?.is_empty() {
        return Err(HubError::NoCredentials { address });
    }
    raise_file_limit();
    let listen = |source| HubError::Listen {
        address: config.listen.clone(),
        source,
    };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    let stop = CancellationToken::new();
    let Assembled { app, writer } = assemble(&config, loopback, stop.clone())?;
    announce(bound);
    tokio::spawn(heed_signals(stop.clone())?);
    let credentials = tokio::spawn(watch_credentials(Arc::clone(&app.credentials)));
    let sources = tokio::spawn(watch_sources(config, app.clone(), stop.clone()));
    http::serve(listener, app).await;
    credentials.abort();
    // They hold an inbox, and the writer ends when nobody does.
    sources.abort();
    let _ = sources.await;
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    // The inbox went with the server, so the writer ends after what was handed in.
    match writer.join() {
        Ok(ended) => Ok(ended?),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Opens the log and folds its last day.
fn open(config: &HubConfig, secret: &Path, time: TimeSource) -> Result<(Writer, LogId), HubError> {
    let has_key = std::fs::metadata(secret).is_ok_and(|key| key.len() > 0);
    if has_key {
        still_there(&config.store)?;
    }
    let opened = Log::open(&config.store, &uuid::Uuid::new_v4().to_string())?;
    let log: LogId = opened
        .uuid
        .parse()
        .map_err(|_| HubError::LogId(opened.uuid.clone()))?;
    let events: Vec<Event> = opened.today.iter().map(read).collect::<Result<_, _>>()?;
    let last_at = events
        .last()
        .map_or(Timestamp::from_unix_ms(0), |event| event.at);
    if !has_key && !events.is_empty() {
        tracing::warn!(
            key = %secret.display(),
            "the log's key is gone, and another is made: the pages of tickets that were given out are not found, and a \
             command that is sent again is refused; bring the key back from a backup, with the hub stopped"
        );
    }
    let secret = Arc::new(Secret::open(secret)?);
    let clock = Arc::new(Clock::starting_from(last_at, time));
    let mut state = State::default();
    for event in &events {
        state.apply(event);
    }
    clock.look();
    let writer = Writer {
        log: opened.log,
        state,
        bookings: Bookings::new(opened.bookings),
        zone: config.zone.clone(),
        published: Arc::new(Published::new(&events, clock, Arc::clone(&secret))),
        keys: Arc::new(Keys::new(opened.keys)),
        secret,
        metrics: Arc::new(Metrics::default()),
        rates: Arc::new(Rates::new(&config.limits)),
        alive: || {
            let _ = sd_notify::notify(&[NotifyState::Watchdog]);
        },
        // Power may have gone between the end of a day and the emptying.
        truncate_due: true,
        looked: None,
    };
    Ok((writer, log))
}

/// The key is made after the log: beside one, a log that is empty or gone was cut off, emptied or taken away.
fn still_there(log: &Path) -> Result<(), HubError> {
    match std::fs::metadata(log) {
        Ok(found) if found.len() == 0 => Err(HubError::EmptyLog(log.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(HubError::LogGone(log.to_owned()))
        }
        _ => Ok(()),
    }
}

fn read(entry: &Entry) -> Result<Event, HubError> {
    let unreadable = |source| HubError::UnreadableEvent {
        seq: entry.seq.get(),
        kind: entry.kind.clone(),
        source,
    };
    serde_json::from_str(&entry.data).map_err(unreadable)
}

async fn address(text: &str) -> Result<SocketAddr, HubError> {
    let listen = |source| HubError::Listen {
        address: text.to_owned(),
        source,
    };
    let mut found = lookup_host(text).await.map_err(listen)?;
    let none = || std::io::Error::other("the name has no address");
    found.next().ok_or_else(none).map_err(listen)
}

/// Asks for room for every connection: a shell's usual limit is as many files as the hub has places.
fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(FILES, |most| most.min(FILES));
    if limit.current.is_some_and(|now| now < wanted) {
        limit.current = Some(wanted);
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "the limit of open files stays as it is");
        }
    }
}

/// Tells systemd, the log and whoever reads the output where the hub listens.
fn announce(bound: SocketAddr) {
    let url = format!("http://{bound}");
    tracing::info!(%url, "listening");
    // Nobody reading the output is no fault.
    let _ = torn_program::announce("listening", url);
    let _ = sd_notify::notify(&[
        NotifyState::Ready,
        NotifyState::Status("following commands"),
    ]);
}

fn heed_signals(stop: CancellationToken) -> Result<impl Future<Output = ()>, std::io::Error> {
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to stop");
        stop.cancel();
    })
}

/// Reads the appointments where they are booked, and hands what is found to the writer.
async fn watch_sources(config: HubConfig, app: App, stop: CancellationToken) {
    let published = Arc::clone(&app.published);
    let today: Today = Arc::new(move || published.read(State::day).unwrap_or_default());
    let inbox = app.inbox.clone();
    // An inbox is enough, and the writer ends when nobody holds one.
    drop(app);
    let hand_over: HandOver = Arc::new(move |found: SourceList| {
        let list = List {
            source: found.source,
            covers: Covers::of(found.days, found.whole, found.unreadable),
            listed: Listed::all(found.list, found.cancelled),
        };
        inbox.hand_over(list).is_ok()
    });
    let pace = Pace::of(&config);
    appointments::watch(&config, pace, today, hand_over, stop).await;
}

async fn watch_credentials(credentials: Arc<Credentials>) {
    let mut tick = tokio::time::interval(CREDENTIALS_EVERY);
    loop {
        tick.tick().await;
        let some = !credentials.is_empty();
        if let Err(error) = credentials.refresh() {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "nobody is let in until the credentials can be read again"
            );
        }
        if some && credentials.is_empty() {
            tracing::warn!(
                "no credential is left: on this machine everyone may do everything, and from elsewhere nobody"
            );
        }
    }
}
