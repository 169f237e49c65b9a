//! The program `trestle`: built, started and killed as its users would.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long the program may take to say that it runs.
const START: Duration = Duration::from_secs(30);

/// Where the program is: where the environment variable `TRESTLE` says, or where Cargo puts it, which
/// builds it first when it is older than its sources.
///
/// # Panics
/// When it cannot be built.
pub fn trestle() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| std::env::var_os("TRESTLE").map_or_else(build, PathBuf::from))
}

/// A test cannot name the binary of another package, so it asks Cargo for it.
fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .current_dir(root.expect("tests has a parent"))
        .args(["build", "--quiet", "--package", "relay", "--bin", "trestle"])
        .arg("--message-format=json")
        .stderr(Stdio::inherit());
    // What Cargo tells this very test about its own package would make it build anew.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&*name);
        }
    }
    let output = cargo.output().expect("cargo can be started");
    assert!(output.status.success(), "trestle does not build");
    let executable = output.stdout.split(|byte| *byte == b'\n').find_map(|line| {
        let line: Value = serde_json::from_slice(line).ok()?;
        let is_it = line["target"]["name"] == "trestle";
        line["executable"]
            .as_str()
            .filter(|_| is_it)
            .map(PathBuf::from)
    });
    executable.expect("cargo says where it put trestle")
}

/// Runs a command of the program to its end, such as `backup`.
///
/// # Panics
/// When it cannot be started.
pub fn run(arguments: &[&str], data: &Path) -> Output {
    Command::new(trestle())
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .expect("trestle can be started")
}

/// A relay in a process of its own. It is killed when this is dropped.
pub struct Process {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    /// What it logs, line by line.
    log: mpsc::UnboundedReceiver<String>,
}

impl Process {
    /// Starts the program on a data folder and a free port of this computer.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(program: &Path, data: &Path) -> Self {
        let mut child = tokio::process::Command::new(program)
            .args(["--host", "127.0.0.1", "--port", "0", "--log", "info"])
            // Many run side by side, and only one could have the usual address.
            .args(["--metrics-address", "off"])
            .arg("--data")
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("trestle can be started");
        let mut said = lines(child.stdout.take().expect("standard output is piped"));
        let mut log = lines(child.stderr.take().expect("standard error is piped"));
        let port = timeout(START, async {
            while let Some(line) = said.recv().await {
                if let Some((_, port)) = line.split_once("http://localhost:") {
                    return port.trim().parse().expect("a port is a number");
                }
            }
            let mut reason = String::new();
            while let Some(line) = log.recv().await {
                reason += &line;
            }
            panic!("trestle did not start: {reason}");
        });
        let port: u16 = port.await.expect("trestle starts within the limit");
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            child,
            log,
        }
    }

    /// The next line of its log; nothing when it has ended.
    pub async fn logged(&mut self) -> Option<String> {
        self.log.recv().await
    }

    /// Ends it as `kill -9` does: it is told nothing and finishes nothing.
    ///
    /// # Panics
    /// When the system does not let it be killed.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("the relay can be killed");
    }
}

/// The lines of a stream, as they come.
fn lines(stream: impl AsyncRead + Unpin + Send + 'static) -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut stream = BufReader::new(stream).lines();
        // Read to the end even when nobody listens: a full pipe would hold the program up.
        while let Ok(Some(line)) = stream.next_line().await {
            let _ = sender.send(line);
        }
    });
    lines
}
