//! What a client costs that only listens.

use std::time::Duration;

use tokio::time::sleep;

use super::{Figures, mib};
use crate::pace::Pace;
use crate::server::{Kind, Programs, Server};

/// A table, and those who joined it from elsewhere.
pub(super) const A_ROOM: usize = 20;

/// Until a server has done what it does after a client has come.
const SETTLE: Duration = Duration::from_secs(1);

pub(super) async fn idle(kind: Kind, programs: &Programs, pace: &Pace) -> Figures {
    let server = Server::start(kind, programs).await;
    sleep(SETTLE).await;
    let empty = server.memory();
    let mut figures = Figures::default();
    figures.add("RSS with no client, MiB", mib(empty));
    let mut clients = Vec::new();
    for &count in pace.idle {
        for number in clients.len()..count {
            let door = server.door(&format!("idle-{}", number / A_ROOM));
            clients.push(door.open().await.client);
        }
        sleep(SETTLE).await;
        let memory = server.memory().saturating_sub(empty);
        let each = memory as f64 / 1024.0 / count as f64;
        figures.add(format!("memory per client of {count}, KiB"), each);
    }
    figures
}
