//! How a relay is set up: where it listens, where it keeps things, and its limits.
//!
//! Numbers that both ends of a socket must agree on are not here but in `sync::limits`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::value_parser;

use crate::store::sqlite;
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
/// network address: a whole hall shares one. What a person is told when one of them is reached
/// stands in `refusal.rs`.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits (by connection and workshop, never by network address)")]
pub struct Limits {
    /// Connections in all
    #[arg(long, env = "TRESTLE_CONNECTIONS", value_name = "NUMBER", hide_short_help = true,
          default_value_t = Self::DEFAULT.connections)]
    pub connections: usize,

    /// Connections that one workshop may have; facilitators always find a place
    #[arg(long, env = "TRESTLE_CONNECTIONS_PER_WORKSHOP", value_name = "NUMBER",
          hide_short_help = true, default_value_t = Self::DEFAULT.connections_per_workshop)]
    pub connections_per_workshop: usize,

    /// Milliseconds between two times that everyone at a board is told where the others are
    #[arg(long, env = "TRESTLE_PRESENCE_INTERVAL_MS", value_name = "MS", hide_short_help = true,
          value_parser = value_parser!(u64).range(..=5_000), default_value_t = Self::DEFAULT.presence_interval_ms)]
    pub presence_interval_ms: u64,

    /// Bytes that may wait to be written to one connection; who reads more slowly is closed
    #[arg(long, env = "TRESTLE_OUTGOING_BYTES", value_name = "BYTES", hide_short_help = true,
          default_value_t = Self::DEFAULT.outgoing_bytes)]
    pub outgoing_bytes: usize,

    /// Frames a second that one connection may send; who sends faster is read more slowly
    #[arg(long, env = "TRESTLE_FRAMES_PER_SECOND", value_name = "NUMBER", hide_short_help = true,
          value_parser = value_parser!(u32).range(1..),
          default_value_t = Self::DEFAULT.frames_per_second)]
    pub frames_per_second: u32,

    /// Bytes a second that one connection may send; who sends faster is read more slowly
    #[arg(long, env = "TRESTLE_BYTES_PER_SECOND", value_name = "BYTES", hide_short_help = true,
          value_parser = value_parser!(u32).range(1..),
          default_value_t = Self::DEFAULT.bytes_per_second)]
    pub bytes_per_second: u32,

    /// How much of both may come at once after a rest, in milliseconds' worth; who goes on for as
    /// long again is closed
    #[arg(long, env = "TRESTLE_BURST_MS", value_name = "MS", hide_short_help = true,
          default_value_t = Self::DEFAULT.burst_ms)]
    pub burst_ms: u64,

    /// Milliseconds of processor time that one connection may cost beyond what the size of its
    /// changes, and of the answers it asks for, explains
    #[arg(long, env = "TRESTLE_EXCESS_MS", value_name = "MS", hide_short_help = true,
          default_value_t = Self::DEFAULT.excess_ms)]
    pub excess_ms: u64,

    /// Documents that one connection may have open
    #[arg(long, env = "TRESTLE_DOCUMENTS_PER_CONNECTION", value_name = "NUMBER",
          hide_short_help = true, default_value_t = Self::DEFAULT.documents_per_connection)]
    pub documents_per_connection: usize,

    /// Documents that one workshop may have
    #[arg(long, env = "TRESTLE_DOCUMENTS_PER_WORKSHOP", value_name = "NUMBER",
          hide_short_help = true, default_value_t = Self::DEFAULT.documents_per_workshop)]
    pub documents_per_workshop: usize,

    /// Bytes of one document with its history; what would make it larger is not taken
    #[arg(long, env = "TRESTLE_DOCUMENT_BYTES", value_name = "BYTES", hide_short_help = true,
          default_value_t = Self::DEFAULT.document_bytes)]
    pub document_bytes: usize,

    /// Bytes of memory that all boards in use may take together, by an estimate that errs upwards; one
    /// workshop's boards grow to half of it
    #[arg(long, env = "TRESTLE_MEMORY_BYTES", value_name = "BYTES", hide_short_help = true,
          default_value_t = Self::DEFAULT.memory_bytes)]
    pub memory_bytes: usize,

    /// Milliseconds in which a connection must show a key that opens something
    #[arg(long, env = "TRESTLE_UNAUTHENTICATED_MS", value_name = "MS", hide_short_help = true,
          default_value_t = Self::DEFAULT.unauthenticated_ms)]
    pub unauthenticated_ms: u64,

    /// Frames that a connection may send for one document before its key
    #[arg(long, env = "TRESTLE_EARLY_FRAMES", value_name = "NUMBER", hide_short_help = true,
          default_value_t = Self::DEFAULT.early_frames)]
    pub early_frames: usize,

    /// Bytes that a connection may send before its keys
    #[arg(long, env = "TRESTLE_EARLY_BYTES", value_name = "BYTES", hide_short_help = true,
          default_value_t = Self::DEFAULT.early_bytes)]
    pub early_bytes: usize,

    /// Bytes of one photo
    #[arg(long, env = "TRESTLE_PHOTO_BYTES", value_name = "BYTES", hide_short_help = true,
          default_value_t = Self::DEFAULT.photo_bytes)]
    pub photo_bytes: usize,

    /// Photos that one workshop may have
    #[arg(long, env = "TRESTLE_PHOTOS_PER_WORKSHOP", value_name = "NUMBER",
          hide_short_help = true, default_value_t = Self::DEFAULT.photos_per_workshop)]
    pub photos_per_workshop: usize,

    /// Bytes that all photos of one workshop may take together
    #[arg(long, env = "TRESTLE_PHOTO_BYTES_PER_WORKSHOP", value_name = "BYTES",
          hide_short_help = true, default_value_t = Self::DEFAULT.photo_bytes_per_workshop)]
    pub photo_bytes_per_workshop: u64,

    /// Photos that are taken in at once, each of which may have its bytes in memory; others wait.
    #[arg(skip = Self::DEFAULT.photo_uploads)]
    pub photo_uploads: usize,
    /// Of one workshop, so that its slow uploads leave places to others.
    #[arg(skip = Self::DEFAULT.photo_uploads_per_workshop)]
    pub photo_uploads_per_workshop: usize,

    /// How long an empty room stays in memory, in milliseconds, so that a reload finds it there.
    #[arg(skip = Self::DEFAULT.idle_room_ms)]
    pub idle_room_ms: u64,

    /// The longest body of an HTTP request, in bytes.
    #[arg(skip = Self::DEFAULT.body_bytes)]
    pub body_bytes: usize,
    /// The longest headers of an HTTP request, in bytes.
    #[arg(skip = Self::DEFAULT.header_bytes)]
    pub header_bytes: usize,
    /// How long a client may take to agree on TLS, to send the headers of a request, and to send its
    /// body, in milliseconds each; and how long a connection may bring no further request.
    #[arg(skip = Self::DEFAULT.read_ms)]
    pub read_ms: u64,
    /// How long an end may take until all is stored and said, in milliseconds.
    #[arg(skip = Self::DEFAULT.farewell_ms)]
    pub farewell_ms: u64,
}

impl Limits {
    const DEFAULT: Self = Self {
        connections: 10_000,
        connections_per_workshop: 2_000,
        outgoing_bytes: 16 << 20,
        frames_per_second: 200,
        bytes_per_second: 1 << 20,
        burst_ms: 60_000,
        excess_ms: 500,
        presence_interval_ms: 50,
        documents_per_connection: 64,
        documents_per_workshop: 1_000,
        document_bytes: 48 << 20,
        memory_bytes: 1 << 30,
        unauthenticated_ms: 10_000,
        early_frames: 64,
        early_bytes: 2 << 20,
        photo_bytes: 2_000_000,
        photos_per_workshop: 500,
        photo_bytes_per_workshop: 250_000_000,
        photo_uploads: 8,
        photo_uploads_per_workshop: 4,
        idle_room_ms: 30_000,
        body_bytes: 16 << 10,
        header_bytes: 16 << 10,
        read_ms: 10_000,
        farewell_ms: 10_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
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

    /// How addresses of this relay begin.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}
