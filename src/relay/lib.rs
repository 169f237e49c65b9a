//! The relay: checks, stores and passes on updates, and serves the web app.
//!
//! From the wire to the disk: `http` accepts, `connection` reads and writes one socket, `access`
//! compares keys, `hub` finds the room of a document, `room` decides what happens to an update, and
//! `store` keeps it. This crate must never interpret a card.

pub mod announce;
pub mod banner;
pub mod commands;
pub mod config;
pub mod keys;
pub mod log;
pub mod photo;
pub mod rights;
pub mod room;
pub mod store;

mod access;
mod assets;
mod change;
mod clock;
mod codes;
mod connection;
mod http;
mod hub;
mod measures;
mod memory;
mod network;
mod refusal;
mod retention;
mod seed;
mod tls;

use std::fs::{self, File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use access::Door;
use announce::{Announced, Announcement};
use change::Change;
use clock::unix_ms;
use config::{Config, Keep};
use connection::places::Places;
use connection::{Connections, Context, Phase};
use http::{App, Readiness, Uploads, accept, metrics};
use hub::Hub;
use retention::Keeper;
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;
use store::{Store, StoreError};

/// The file of the data folder in which everything is kept.
const DATABASE: &str = "trestle.sqlite";

/// Why a relay did not start. Each is one sentence for whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program has the port.
    #[error("Port {0} is in use by another program; choose another one with --port.")]
    PortInUse(u16),
    /// The address cannot be listened on.
    #[error("Cannot listen on {0}: {1}.")]
    Listen(SocketAddr, io::Error),
    /// The relay cannot speak TLS with the files it was given.
    #[error("Cannot use {0} for TLS: {1}.")]
    Tls(String, String),
    /// The data folder cannot be made or written.
    #[error("Cannot write to the data folder {0} ({1}); choose another one with --data.")]
    Folder(String, io::Error),
    /// Another relay uses the data folder.
    #[error(
        "Another Trestle is using the data folder {0}; stop it first, or choose another folder \
         with --data."
    )]
    FolderInUse(String),
    /// The store in the data folder cannot be read, or cannot be set aside to be mended.
    #[error(
        "Cannot read the store in {0}: {1}. It is left as it is. Put a backup in its place with \
         trestle restore, or choose another folder with --data."
    )]
    Damaged(String, StoreError),
    /// The store in the data folder cannot be opened.
    #[error("Cannot open the store in {0}: {1}.")]
    Store(String, StoreError),
}

/// A relay that runs. Dropping it does not stop it; [`Running::shutdown`] does.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The addresses at which others reach it, the likeliest first.
    pub origins: Vec<String>,
    /// Whether the local network knows it by name.
    pub announced: Announced,
    /// What was wrong with the data folder, and what was done about it, in sentences for whoever
    /// started the relay. Empty when all was well.
    pub findings: Vec<String>,
    /// Where figures for Prometheus are given, at `/metrics`.
    pub metrics: Option<SocketAddr>,
    announcement: Option<Announcement>,
    phase: watch::Sender<Phase>,
    connections: Arc<Connections>,
    hub: Arc<Hub>,
    rooms_ended: mpsc::Receiver<()>,
    server: JoinHandle<()>,
    store: Arc<dyn Store>,
    farewell: Duration,
    /// Held as long as the data folder is in use.
    _folder: Option<File>,
}

/// Starts a relay.
///
/// # Errors
/// [`StartError`] when it cannot listen or cannot keep anything.
pub async fn serve(config: Config) -> Result<Running, StartError> {
    let tls = config.tls.as_ref().map(tls::acceptor).transpose();
    let tls = tls.map_err(|bad| StartError::Tls(bad.path, bad.reason))?;
    let scheme = config.scheme();
    let Opened {
        store,
        findings,
        folder,
    } = open_store(&config.keep)?;
    let wanted = SocketAddr::new(config.host, config.port);
    let listener = accept::listen(wanted).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(config.port),
        _ => StartError::Listen(wanted, error),
    })?;
    let address = listener
        .local_addr()
        .map_err(|error| StartError::Listen(wanted, error))?;
    let is_to_be_announced = announce::is_wanted(&config, address);
    let origins = match &config.public_url {
        Some(url) => vec![url.trim_end_matches('/').to_owned()],
        None => network::origins(scheme, address),
    };
    let farewell = Duration::from_millis(config.limits.farewell_ms);
    let (hub, rooms_ended) = Hub::new(store.clone(), config.limits.clone());
    let connections = Arc::new(Connections::default());
    let (phase, seen_phase) = watch::channel(Phase::Serving);
    let keeper = Keeper {
        store: store.clone(),
        hub: hub.clone(),
        retention: config.retention,
    };
    // Before anyone can join what is about to go.
    keeper.look(unix_ms()).await;
    tokio::spawn(keeper.clone().run(seen_phase.clone()));
    let limits = config.limits;
    let context = Arc::new(Context {
        hub: hub.clone(),
        door: Door::new(store.clone()),
        places: Places::new(&limits),
        limits: limits.clone(),
        connections: connections.clone(),
        phase: seen_phase.clone(),
    });
    let metrics = match config.metrics {
        Some(address) => give_figures(address, &context),
        None => None,
    };
    let measures = hub.measures.clone();
    let uploads = Uploads::new(&limits);
    let app = App {
        change: Change::new(context.clone(), store.clone()),
        context,
        store: store.clone(),
        origins: if origins.is_empty() {
            vec![format!("{scheme}://{}", network::local(address))]
        } else {
            origins.clone()
        },
        public_url: config.public_url,
        keeper,
        uploads,
        is_secure: tls.is_some(),
        readiness: Readiness::new(),
    };
    let router = http::router(Arc::new(app));
    let server = tokio::spawn(async move {
        accept::run(listener, tls, router, &limits, measures, seen_phase).await;
    });
    // Last, since it takes a second, and the relay need not wait for it.
    let (announced, announcement) = if is_to_be_announced && !origins.is_empty() {
        announce::announce(scheme, address).await
    } else {
        (Announced::No, None)
    };
    Ok(Running {
        address,
        origins,
        announced,
        findings,
        metrics,
        announcement,
        phase,
        connections,
        hub,
        rooms_ended,
        server,
        store,
        farewell,
        _folder: folder,
    })
}

/// Gives figures at an address of their own. A relay does without when it cannot have the address: a
/// second one on the same machine must start like the first.
fn give_figures(address: SocketAddr, context: &Arc<Context>) -> Option<SocketAddr> {
    let listener = match accept::listen(address) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%address, %error, "there are no metrics: cannot listen there");
            return None;
        }
    };
    let given_at = listener.local_addr().ok();
    let (router, context) = (metrics::router(context.clone()), context.clone());
    tokio::spawn(async move {
        let (measures, phase) = (context.hub.measures.clone(), context.phase.clone());
        accept::run(listener, None, router, &context.limits, measures, phase).await;
    });
    given_at
}

/// How a relay has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// Everything that it had taken in is stored.
    AllStored,
    /// The store failed or was too slow. Nothing of what is missing was acknowledged.
    NotAllStored,
}

impl Running {
    /// Tells everyone to come back later, a few at a time, and ends once all is stored.
    pub async fn shutdown(mut self) -> Farewell {
        let mut farewell = Farewell::AllStored;
        let _ = self.phase.send(Phase::Ending);
        if let Some(announcement) = self.announcement.take() {
            announcement.end().await;
        }
        self.connections.send_all_away().await;
        let _ = self.phase.send(Phase::Over);
        self.hub.close();
        // Connections leave their rooms; rooms end once what they accepted is durable.
        let ended = async { while self.rooms_ended.recv().await.is_some() {} };
        if timeout(self.farewell, ended).await.is_err() {
            farewell = Farewell::NotAllStored;
        }
        let _ = timeout(Duration::from_secs(1), &mut self.server).await;
        self.server.abort();
        if timeout(self.farewell, self.store.close()).await.is_err() {
            tracing::error!("the store did not close in time");
        }
        farewell
    }
}

struct Opened {
    store: Arc<dyn Store>,
    findings: Vec<String>,
    folder: Option<File>,
}

fn open_store(keep: &Keep) -> Result<Opened, StartError> {
    let Keep::Folder { path, options } = keep else {
        return Ok(Opened {
            store: Arc::new(MemoryStore::default()),
            findings: Vec::new(),
            folder: None,
        });
    };
    let folder = lock_folder(path)?;
    let store = SqliteStore::open(&path.join(DATABASE), *options).map_err(|error| match error {
        StoreError::Damaged(_) => StartError::Damaged(path.display().to_string(), error),
        _ => StartError::Store(path.display().to_string(), error),
    })?;
    Ok(Opened {
        findings: store.findings().to_vec(),
        store: Arc::new(store),
        folder: Some(folder),
    })
}

/// Makes a folder that, where the system knows such a thing, only its owner may look into.
fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes the data folder and takes it for this process: two relays on one folder would each hold
/// rooms that the other does not know. The system lets go of the lock however the process ends.
fn lock_folder(path: &Path) -> Result<File, StartError> {
    let name = path.display().to_string();
    let failed = |error| StartError::Folder(name.clone(), error);
    make_folder(path).map_err(failed)?;
    let file = File::create(path.join("trestle.lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::FolderInUse(name)),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
