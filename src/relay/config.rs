//! How a relay is set up: where it listens, where it keeps things, and its limits.
//!
//! Numbers that both ends of a socket must agree on are not here but in `sync::limits`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::store::sqlite::Durability;
pub use crate::tls::TlsFiles;

/// A relay's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Where documents are kept.
    pub keep: Keep,
    /// The address under which people reach this relay, such as `https://trestle.example.org`,
    /// where that cannot be told from the network.
    pub public_url: Option<String>,
    /// What the relay speaks TLS with; without it, it speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Where figures for Prometheus are given, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// Whether to tell the local network, by multicast DNS, that this relay is `trestle.local`.
    pub announce: bool,
    /// What one client, workshop or document may take.
    pub limits: Limits,
}

/// Where documents are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// In memory: all is lost when the process ends.
    Memory,
    /// In a folder, which is made when it is not there.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What "stored" means.
        durability: Durability,
    },
}

/// What one client, workshop or document may take. They go by connection and workshop, never by
/// network address: a whole hall shares one.
#[derive(Debug, Clone)]
pub struct Limits {
    /// What may wait to be written to one socket, in bytes.
    pub outgoing_bytes: usize,
    /// Documents that one connection may have open.
    pub documents_per_connection: usize,
    /// Documents that one workshop may have.
    pub documents_per_workshop: usize,
    /// How long an empty room stays in memory, in milliseconds, so that a reload finds it there.
    pub idle_room_ms: u64,
    /// How long a connection may take to show its first key, in milliseconds.
    pub unauthenticated_ms: u64,
    /// Frames that one document may send before its key.
    pub early_frames: usize,
    /// Bytes that one connection may send before its keys.
    pub early_bytes: usize,
    /// The longest body of an HTTP request, in bytes.
    pub body_bytes: usize,
    /// The longest headers of an HTTP request, in bytes.
    pub header_bytes: usize,
    /// How long a client may take to agree on TLS, to send the headers of a request, and to send its
    /// body, in milliseconds each; and how long a connection may bring no further request.
    pub read_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            outgoing_bytes: 16 << 20,
            documents_per_connection: 64,
            documents_per_workshop: 1_000,
            idle_room_ms: 30_000,
            unauthenticated_ms: 10_000,
            early_frames: 64,
            early_bytes: 2 << 20,
            body_bytes: 16 << 10,
            header_bytes: 16 << 10,
            read_ms: 10_000,
        }
    }
}

impl Config {
    /// A relay for tests: in memory, on a free port of this machine.
    pub fn in_memory() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            keep: Keep::Memory,
            public_url: None,
            tls: None,
            metrics: None,
            announce: false,
            limits: Limits::default(),
        }
    }

    /// A relay for tests that keeps its documents in a folder.
    pub fn in_folder(path: impl Into<PathBuf>) -> Self {
        Self {
            keep: Keep::Folder {
                path: path.into(),
                durability: Durability::Full,
            },
            ..Self::in_memory()
        }
    }

    /// How addresses of this relay begin.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}
