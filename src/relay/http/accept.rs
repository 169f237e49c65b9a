//! Accepts connections and reads requests from them, each step within a time and a size.
//!
//! This is what `axum::serve` does, with three things that it cannot: a connection that is slow to
//! send its request is cut off, headers have a limit, and the connection may speak TLS. Must never
//! know what a request asks for.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::config::Limits;
use crate::connection::Phase;
use crate::measures::Measures;
use crate::refusal::Limit;

/// How long to wait when the system gives out no more sockets.
const OUT_OF_SOCKETS: Duration = Duration::from_secs(1);

/// How many connections may wait to be accepted. A whole hall comes back in one moment; the system
/// drops those for whom there is no place, and they try again only after a second.
const BACKLOG: u32 = 4096;

/// How connections are spoken with.
#[derive(Clone)]
struct Speech {
    http: http1::Builder,
    tls: Option<TlsAcceptor>,
    read_time: Duration,
    router: Router,
    measures: Arc<Measures>,
}

/// Listens at an address.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A relay that is started again must not wait for the system to forget its last connections.
    // On Windows this would mean that another program may take the address over.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts until all is over, then lets the requests under way be answered.
pub(crate) async fn run(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    limits: &Limits,
    measures: Arc<Measures>,
    mut phase: watch::Receiver<Phase>,
) {
    let read_time = Duration::from_millis(limits.read_ms);
    let mut http = http1::Builder::new();
    // The same time also ends a connection that was kept open and brings no further request.
    http.timer(TokioTimer::new())
        .header_read_timeout(read_time)
        .max_header_size(limits.header_bytes);
    let speech = Speech {
        http,
        tls,
        read_time,
        router,
        measures,
    };
    // Every connection holds a sender; the last one gone means that all have ended.
    let (alive, mut all_ended) = mpsc::channel::<()>(1);
    loop {
        let socket = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = is_over(&mut phase) => break,
        };
        // A frame is small and must not wait for the next one (Nagle's algorithm).
        let _ = socket.set_nodelay(true);
        let (speech, phase, alive) = (speech.clone(), phase.clone(), alive.clone());
        tokio::spawn(async move {
            speech.speak(socket, phase).await;
            drop(alive);
        });
    }
    drop((listener, alive));
    all_ended.recv().await;
}

async fn is_over(phase: &mut watch::Receiver<Phase>) {
    // Fails when the sender is gone, which is an end as well.
    let _ = phase.wait_for(|phase| *phase == Phase::Over).await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        let error = match listener.accept().await {
            Ok((socket, _)) => return socket,
            Err(error) => error,
        };
        // Of these the client alone is the cause, and the next one is waiting.
        if !matches!(
            error.kind(),
            io::ErrorKind::ConnectionRefused
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
        ) {
            tracing::error!(%error, "no connection can be accepted just now");
            sleep(OUT_OF_SOCKETS).await;
        }
    }
}

impl Speech {
    async fn speak(self, socket: TcpStream, phase: watch::Receiver<Phase>) {
        let Some(tls) = &self.tls else {
            return self.answer(TokioIo::new(socket), phase).await;
        };
        match timeout(self.read_time, tls.accept(socket)).await {
            Ok(Ok(secured)) => self.answer(TokioIo::new(secured), phase).await,
            Ok(Err(error)) => tracing::debug!(%error, "a connection did not agree on TLS"),
            Err(_) => {
                Limit::ReadTime.note(&self.measures);
                tracing::debug!("a connection was too slow to agree on TLS");
            }
        }
    }

    async fn answer<I>(&self, io: I, mut phase: watch::Receiver<Phase>)
    where
        I: Read + Write + Unpin + Send + 'static,
    {
        let service = TowerToHyperService::new(self.router.clone());
        let connection = self.http.serve_connection(io, service).with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = is_over(&mut phase) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            if error.is_timeout() {
                Limit::ReadTime.note(&self.measures);
            } else if error.is_parse_too_large() {
                Limit::HeaderBytes.note(&self.measures);
            }
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
