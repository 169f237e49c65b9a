//! The servers that are compared: how each is started, and how a client gets at a document of it.
//!
//! Must never set one up other than its makers say it is to be run.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use sync::wire::Framing;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::client::Door;
use crate::process::{self, Cpu};

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Trestle, every commit flushed to the disk before it is acknowledged.
    TrestleFull,
    /// Trestle, every commit handed to the operating system before it is acknowledged.
    TrestleNormal,
    /// `@y/websocket-server`, in memory only.
    YWebsocket,
    /// `@hocuspocus/server`, in memory only.
    Hocuspocus,
    /// `@hocuspocus/server` with `@hocuspocus/extension-sqlite`, which stores some seconds later.
    HocuspocusSqlite,
    /// Bytes from one socket to the others and nothing else: what the system calls alone cost.
    FanOut,
}

/// Where the programs are.
pub(crate) struct Programs {
    pub(crate) trestle: PathBuf,
    /// The folder of the scripts that start the others.
    pub(crate) peers: PathBuf,
    /// This program, which is the bare fan-out as well.
    pub(crate) this: PathBuf,
    /// Where servers keep their data. On a disk: in memory, durability would be free.
    pub(crate) data: PathBuf,
}

pub(crate) struct Server<'a> {
    kind: Kind,
    programs: &'a Programs,
    address: SocketAddr,
    data: TempDir,
    process: Child,
    /// Trestle's documents belong to a workshop, and need its key.
    workshop: Option<Workshop>,
}

struct Workshop {
    id: String,
    key: String,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::TrestleFull,
        Self::TrestleNormal,
        Self::YWebsocket,
        Self::Hocuspocus,
        Self::HocuspocusSqlite,
        Self::FanOut,
    ];

    /// The name under which its figures are reported.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TrestleFull => "trestle-full",
            Self::TrestleNormal => "trestle-normal",
            Self::YWebsocket => "y-websocket",
            Self::Hocuspocus => "hocuspocus",
            Self::HocuspocusSqlite => "hocuspocus-sqlite",
            Self::FanOut => "fan-out",
        }
    }

    /// Whether it knows what a document is.
    pub(crate) fn has_documents(self) -> bool {
        self != Self::FanOut
    }

    /// Whether it has its documents after a restart.
    pub(crate) fn is_lasting(self) -> bool {
        match self {
            Self::TrestleFull | Self::TrestleNormal | Self::HocuspocusSqlite => true,
            Self::YWebsocket | Self::Hocuspocus | Self::FanOut => false,
        }
    }

    fn is_trestle(self) -> bool {
        matches!(self, Self::TrestleFull | Self::TrestleNormal)
    }

    fn command(self, programs: &Programs, port: u16, data: &Path) -> Command {
        let trestle = |durability| {
            let mut command = Command::new(&programs.trestle);
            command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
            command.args(["--metrics-address", "off"]);
            command
                .args(["--durability", durability, "--data"])
                .arg(data);
            command
        };
        let script = |name| {
            let mut command = Command::new("node");
            command.arg(programs.peers.join(name)).arg(port.to_string());
            command
        };
        match self {
            Self::TrestleFull => trestle("full"),
            Self::TrestleNormal => trestle("normal"),
            Self::YWebsocket => script("y-websocket.mjs"),
            Self::Hocuspocus => script("hocuspocus.mjs"),
            Self::HocuspocusSqlite => {
                let mut command = script("hocuspocus.mjs");
                command.arg(data.join("hocuspocus.sqlite"));
                command
            }
            Self::FanOut => {
                let mut command = Command::new(&programs.this);
                command.arg("fan-out").arg(port.to_string());
                command
            }
        }
    }
}

impl<'a> Server<'a> {
    /// Starts on a free port and an empty folder.
    pub(crate) async fn start(kind: Kind, programs: &'a Programs) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        drop(listener);
        fs::create_dir_all(&programs.data).expect("a folder can be made");
        let data = tempfile::tempdir_in(&programs.data).expect("a folder can be made");
        let process = spawn(kind.command(programs, address.port(), data.path()));
        let mut server = Self {
            kind,
            programs,
            address,
            data,
            process,
            workshop: None,
        };
        server.answers().await;
        if kind.is_trestle() {
            server.workshop = Some(server.create_workshop().await);
        }
        server
    }

    /// Ends the process as its owner would, and starts it on the same data.
    pub(crate) async fn restart(&mut self) {
        process::end(&mut self.process);
        let port = self.address.port();
        self.process = spawn(self.kind.command(self.programs, port, self.data.path()));
        self.answers().await;
    }

    /// The way to a document, by a name of one word.
    pub(crate) fn door(&self, document: &str) -> Door {
        let (framing, path, name, token) = match (&self.workshop, self.kind) {
            (Some(workshop), _) => (
                Framing::Hocuspocus,
                "/sync".to_owned(),
                format!("{}/board/{document}", workshop.id),
                workshop.key.clone(),
            ),
            (None, Kind::Hocuspocus | Kind::HocuspocusSqlite) => (
                Framing::Hocuspocus,
                "/".to_owned(),
                document.to_owned(),
                "none".to_owned(),
            ),
            (None, _) => (
                Framing::YWebsocket,
                format!("/{document}"),
                String::new(),
                String::new(),
            ),
        };
        Door {
            address: self.address,
            framing,
            path,
            name,
            token,
        }
    }

    pub(crate) fn cpu(&self) -> Cpu {
        Cpu::of(&self.process)
    }

    /// Resident memory, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        process::memory(&self.process)
    }

    /// The most resident memory since [`Self::forget_peak`], in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        process::peak_memory(&self.process)
    }

    pub(crate) fn forget_peak(&self) {
        process::forget_peak(&self.process);
    }

    async fn answers(&self) {
        let started = async {
            while TcpStream::connect(self.address).await.is_err() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(30), started)
            .await
            .expect("the server starts");
    }

    async fn create_workshop(&self) -> Workshop {
        let body = r#"{"title":"Load","question":"How much?","start":"community"}"#;
        let request = format!(
            "POST /api/workshops HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut socket = TcpStream::connect(self.address)
            .await
            .expect("the server takes connections");
        let written = socket.write_all(request.as_bytes()).await;
        written.expect("the server reads");
        let mut answer = String::new();
        let read = socket.read_to_string(&mut answer).await;
        read.expect("the server answers");
        let json = &answer[answer.find('{').expect("JSON")..=answer.rfind('}').expect("JSON")];
        let workshop: Value = serde_json::from_str(json).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Workshop {
            id: text(&workshop["id"]),
            key: text(&workshop["keys"]["participant"]),
        }
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // It may have ended by itself, and its data goes with it either way.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(mut command: Command) -> Child {
    command
        .stdout(Stdio::null())
        .spawn()
        .expect("the server starts")
}
