//! Clients that send bytes and hear what comes, until the camera hangs up.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use moonshutter::sim::Cable;
use socket2::SockRef;

/// More than a cable holds: when as many zeros have gone in, what was before them has come out.
const ZEROS: usize = 1024 * 1024 + 1;

/// Nobody wants to read more than this: whoever asks for all of the camera's memory gets no further.
const MOST: usize = 4 * 1024 * 1024;

/// InitCommandRequest: a GUID, the name "fuzz", version 1.0.
const COMMAND_REQUEST: &[u8] = b"\x26\0\0\0\x01\0\0\0a client's guid.f\0u\0z\0z\0\0\0\0\0\x01\0";
/// OpenSession(1), transaction 0.
const OPEN_SESSION: &[u8] = b"\x16\0\0\0\x06\0\0\0\x01\0\0\0\x02\x10\0\0\0\0\x01\0\0\0";

/// Sends bytes over a cable, and zeros after them, which are no container. Until the camera hangs up, or there is nothing
/// more to expect of it; what it sent. One that does not come to an end is found by libFuzzer's timeout.
pub fn over_cable(cable: &Cable, bytes: &[u8]) -> Vec<u8> {
    let zeros = vec![0; ZEROS];
    let mut left = ZEROS - 16;
    // Fits, and so does not wait.
    let sent = cable.write(bytes, Duration::ZERO).and_then(|()| cable.write(&zeros[..16], Duration::ZERO));
    // It may have hung up, but not without its last words.
    drop(sent);
    let mut chunk = vec![0; 64 * 1024];
    let mut received = Vec::new();
    while left > 0 && received.len() < MOST {
        match cable.read(&mut chunk, Duration::from_millis(2)) {
            Ok(count) => received.extend(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                // Busy, or swallowing.
                match cable.write_some(&zeros[..left], Duration::ZERO) {
                    Ok(count) => left -= count,
                    Err(error) if error.kind() == ErrorKind::TimedOut => {}
                    Err(_) => break,
                }
            }
            Err(_) => break,
        }
    }
    received
}

/// Sends bytes on the command connection of PTP/IP, and others on the event connection. The beginning says how far the
/// handshake goes: 1 the command connection's, 2 the event connection's, 4 a session. Returns what came after it.
pub fn over_sockets(address: SocketAddr, beginning: u8, events: &[u8], commands: &[u8]) -> Vec<u8> {
    let mut command = connect(address);
    let mut event = None;
    if beginning & 1 == 1 {
        command.write_all(COMMAND_REQUEST).unwrap();
        let ack = packet(&mut command).unwrap();
        if beginning & 2 == 2 {
            let mut stream = connect(address);
            stream.write_all(&[b"\x0c\0\0\0\x03\0\0\0", &ack[..4]].concat()).unwrap();
            packet(&mut stream).unwrap();
            // From here on, the server may hang up at any time.
            let _ = stream.write_all(events);
            event = Some(stream);
        }
        if beginning & 4 == 4 {
            let _ = command.write_all(OPEN_SESSION);
        }
    }
    let _ = command.write_all(commands).and_then(|()| command.shutdown(Shutdown::Write));
    let mut received = Vec::new();
    let end = command.take(MOST as u64).read_to_end(&mut received);
    let waited = end.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    assert!(!waited, "the server does not hang up on a client that is gone");
    drop(event);
    received
}

/// A connection that leaves no traces in the system's tables.
fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

/// What follows the header of the next packet.
fn packet(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut header = [0; 8];
    stream.read_exact(&mut header)?;
    let length = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
    let mut body = vec![0; length as usize - header.len()];
    stream.read_exact(&mut body)?;
    Ok(body)
}
