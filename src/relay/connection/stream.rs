//! One socket, in the clear or behind TLS, that gives and takes what it can at once and never waits.
//!
//! TLS is a state machine without input or output here as well: rustls turns words into records and
//! back under a lock, so whoever may write to a socket in the clear may write to one behind TLS. This
//! file must never keep anything back but the records that a socket has not taken yet.

use std::fmt::Debug;
use std::io::{self, IoSlice, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConnection;
use tokio_rustls::server::TlsStream;

/// What a connection is spoken through. All may call it at any time; only one may wait.
pub(crate) trait Stream: Debug + Send + Sync {
    /// Reads what has come; fails with `WouldBlock` when nothing has.
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Takes as much as it can; fails with `WouldBlock` when that is nothing. What it has taken may
    /// still have to be flushed.
    fn try_write(&self, parts: &[IoSlice<'_>]) -> io::Result<usize>;

    /// Sends what it has taken; fails with `WouldBlock` when some of it has to wait.
    fn try_flush(&self) -> io::Result<()>;

    /// Waits until [`Self::try_read`] may give something.
    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Waits until more can be written or flushed.
    fn poll_writable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}

impl Stream for TcpStream {
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        TcpStream::try_read(self, buffer)
    }

    fn try_write(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        match parts {
            // The simpler call is the cheaper one.
            [only] => TcpStream::try_write(self, only),
            many => self.try_write_vectored(many),
        }
    }

    fn try_flush(&self) -> io::Result<()> {
        Ok(())
    }

    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_read_ready(context)
    }

    fn poll_writable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write_ready(context)
    }
}

/// A socket behind TLS.
#[derive(Debug)]
pub(crate) struct Secured {
    socket: TcpStream,
    session: Mutex<ServerConnection>,
}

impl Secured {
    /// What was agreed on when the connection began goes on.
    pub(crate) fn new(stream: TlsStream<TcpStream>) -> Self {
        let (socket, session) = stream.into_inner();
        Self {
            socket,
            session: Mutex::new(session),
        }
    }

    fn send(&self, session: &mut ServerConnection) -> io::Result<()> {
        while session.wants_write() {
            session.write_tls(&mut Records(&self.socket))?;
        }
        Ok(())
    }

    /// A session that a panic has left half done finds its own records wrong, which ends this
    /// connection and no other.
    fn session(&self) -> MutexGuard<'_, ServerConnection> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for Secured {
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut session = self.session();
        loop {
            let read = session.reader().read(buffer);
            if !is_blocked(&read) {
                return read;
            }
            session.read_tls(&mut Records(&self.socket))?;
            let understood = session.process_new_packets();
            // A record may want an answer, or say why there will be none. If the socket takes it not
            // now it goes before whatever is written next.
            let answered = self.send(&mut session);
            understood.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            if !is_blocked(&answered) {
                answered?;
            }
        }
    }

    fn try_write(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut session = self.session();
        self.send(&mut session)?;
        let taken = session.writer().write_vectored(parts)?;
        let sent = self.send(&mut session);
        if is_blocked(&sent) {
            return Ok(taken);
        }
        sent.map(|()| taken)
    }

    fn try_flush(&self) -> io::Result<()> {
        self.send(&mut self.session())
    }

    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_read_ready(context)
    }

    fn poll_writable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_write_ready(context)
    }
}

/// A socket as rustls sees it.
struct Records<'a>(&'a TcpStream);

impl Read for Records<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Records<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(parts)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether something has to wait for the socket.
pub(super) fn is_blocked<T>(result: &io::Result<T>) -> bool {
    matches!(result, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}
