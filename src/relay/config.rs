//! How a relay is set up: where it listens, where it keeps things, and its limits.
//!
//! Numbers that both ends of a socket must agree on are not here but in `sync::limits`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use crate::store::sqlite;

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
    /// What one client, workshop or document may take.
    pub limits: Limits,
    /// How long workshops are kept.
    pub retention: Retention,
}

/// How long workshops are kept, in days after they were last written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// A workshop of which nothing else was said.
    pub days: u32,
    /// The most that a facilitator may ask for; it holds for `days` as well.
    pub most_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            days: 90,
            most_days: 365,
        }
    }
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
        /// How it is kept there.
        options: sqlite::Options,
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
    /// How long an end may take until all is stored and said, in milliseconds.
    pub farewell_ms: u64,
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
            farewell_ms: 10_000,
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
            limits: Limits::default(),
            retention: Retention::default(),
        }
    }

    /// A relay for tests that keeps its documents in a folder.
    pub fn in_folder(path: impl Into<PathBuf>) -> Self {
        Self {
            keep: Keep::Folder {
                path: path.into(),
                options: sqlite::Options::default(),
            },
            ..Self::in_memory()
        }
    }
}
