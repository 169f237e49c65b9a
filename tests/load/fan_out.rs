//! The floor: what comes in on one socket goes out on the others of its room, and that is all.
//!
//! No document, no check, no store, no queue: one frame made once and one system call a receiver.
//! What a relay costs above this is its own. Must never do more than the clients need to run.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// The head of a binary frame that is whole.
const BINARY: u8 = 0x82;
/// Frames of this size or more say their length in two bytes more.
const LONG: usize = 126;

/// Step 1, and the step 2 that says: nothing here.
const STEP_1: &[u8] = &[0, 0];
const EMPTY_STEP_2: &[u8] = &[0, 1, 2, 0, 0];

type Room = Arc<Mutex<Vec<Arc<OwnedWriteHalf>>>>;

/// Serves until the process is ended.
pub(crate) async fn serve(port: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.expect("the port is free");
    let mut rooms: HashMap<String, Room> = HashMap::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let Ok((path, stream)) = shake_hands(stream).await else {
            continue;
        };
        let room = rooms.entry(path).or_default().clone();
        tokio::spawn(async move {
            let (mut reader, writer) = stream.into_split();
            let writer = Arc::new(writer);
            members(&room).push(writer.clone());
            // Fails when the client leaves, which is how it ends.
            let _ = pass_on(&mut reader, &writer, &room).await;
            members(&room).retain(|member| !Arc::ptr_eq(member, &writer));
        });
    }
}

/// Gives the path that was asked for, and the stream behind the handshake.
async fn shake_hands(stream: TcpStream) -> io::Result<(String, TcpStream)> {
    stream.set_nodelay(true)?;
    let mut path = String::new();
    #[expect(
        clippy::result_large_err,
        reason = "the handshake's own type of refusal"
    )]
    let note = |request: &Request, response: Response| {
        request.uri().path().clone_into(&mut path);
        Ok::<Response, ErrorResponse>(response)
    };
    // A client waits for the answer before it says more, so nothing is left in a buffer here.
    let socket = accept_hdr_async(stream, note).await;
    let socket = socket.map_err(io::Error::other)?;
    Ok((path, socket.into_inner()))
}

async fn pass_on(
    reader: &mut OwnedReadHalf,
    writer: &Arc<OwnedWriteHalf>,
    room: &Room,
) -> io::Result<()> {
    let mut reader = tokio::io::BufReader::new(reader);
    loop {
        let head = reader.read_u8().await?;
        let length = match reader.read_u8().await? & 0x7f {
            126 => reader.read_u16().await? as usize,
            127 => reader.read_u64().await? as usize,
            length => length as usize,
        };
        let mut mask = [0; 4];
        reader.read_exact(&mut mask).await?;
        let mut payload = vec![0; length];
        reader.read_exact(&mut payload).await?;
        for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= key;
        }
        if head != BINARY {
            return Ok(());
        }
        if payload.starts_with(STEP_1) {
            writer.try_write(&frame(EMPTY_STEP_2))?;
            continue;
        }
        let frame = frame(&payload);
        for member in members(room).iter() {
            if !Arc::ptr_eq(member, writer) {
                // A socket that takes no more loses the frame: the floor keeps nothing.
                let _ = member.try_write(&frame);
            }
        }
    }
}

fn frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![BINARY];
    if payload.len() < LONG {
        frame.push(payload.len() as u8);
    } else {
        frame.push(LONG as u8);
        frame.extend((payload.len() as u16).to_be_bytes());
    }
    frame.extend(payload);
    frame
}

fn members(room: &Room) -> std::sync::MutexGuard<'_, Vec<Arc<OwnedWriteHalf>>> {
    room.lock().expect("nothing panics while it holds a room")
}
