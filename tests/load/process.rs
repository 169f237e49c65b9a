//! A `trestle` process of the generator's own, and what the operating system says about it.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    program: PathBuf,
    data: TempDir,
    process: Child,
}

/// A workshop, and the key that may write its boards.
pub(crate) struct Workshop {
    pub(crate) id: String,
    pub(crate) key: String,
}

impl Relay {
    /// Starts on a free port and an empty folder, with the relay's own defaults: a durable store.
    pub(crate) async fn start(program: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        drop(listener);
        let data = tempfile::tempdir().expect("a folder can be made");
        let process = spawn(program, address, data.path());
        let relay = Self {
            address,
            program: program.to_owned(),
            data,
            process,
        };
        relay.answers().await;
        relay
    }

    /// Ends the process at once and starts it on the same data.
    pub(crate) async fn restart(&mut self) {
        self.kill();
        self.process = spawn(&self.program, self.address, self.data.path());
        self.answers().await;
    }

    pub(crate) async fn create_workshop(&self) -> Workshop {
        let body = r#"{"title":"Load","question":"How much?","start":"community"}"#;
        let request = format!(
            "POST /api/workshops HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let answer = self.ask(&request).await.expect("the relay answers");
        let json = &answer[answer.find('{').expect("JSON")..=answer.rfind('}').expect("JSON")];
        let workshop: Value = serde_json::from_str(json).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Workshop {
            id: text(&workshop["id"]),
            key: text(&workshop["keys"]["participant"]),
        }
    }

    /// CPU time of all threads so far, in nanoseconds.
    pub(crate) fn cpu_ns(&self) -> u64 {
        let threads = fs::read_dir(format!("/proc/{}/task", self.process.id()));
        threads
            .expect("the relay runs")
            .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("schedstat")).ok())
            .filter_map(|line| line.split(' ').next()?.parse::<u64>().ok())
            .sum()
    }

    /// Resident memory, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("the relay runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kib.expect("the relay's memory is known") * 1024
    }

    async fn answers(&self) {
        let request = format!(
            "GET /health HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        );
        let started = async {
            while self
                .ask(&request)
                .await
                .is_none_or(|answer| !answer.contains(" 200 "))
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), started)
            .await
            .expect("the relay starts");
    }

    async fn ask(&self, request: &str) -> Option<String> {
        let mut socket = TcpStream::connect(self.address).await.ok()?;
        socket.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.ok()?;
        Some(answer)
    }

    fn kill(&mut self) {
        self.process.kill().expect("the relay can be killed");
        self.process.wait().expect("the relay ends");
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(program: &Path, address: SocketAddr, data: &Path) -> Child {
    Command::new(program)
        .args([
            "--host",
            "127.0.0.1",
            "--port",
            &address.port().to_string(),
            "--data",
        ])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("trestle starts")
}
