//! A simulated camera's PTP/IP server, and a client that sends whatever bytes, over loopback sockets.
//!
//! Input: a choice (see [`camera`]), how the client begins, a count, that many bytes for the event connection, and the
//! bytes for the command connection, after which the client sends no more. The server has to hang up in the end.

#![no_main]

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use libfuzzer_sys::{Corpus, fuzz_target};
use moonshutter::clock::Interrupt;
use moonshutter::sim::ptpip::Server;
use moonshutter_fuzz::{Input, camera, is_perilous};
use socket2::SockRef;

/// InitCommandRequest: a GUID, the name "fuzz", version 1.0.
const COMMAND_REQUEST: &[u8] = b"\x26\0\0\0\x01\0\0\0a client's guid.f\0u\0z\0z\0\0\0\0\0\x01\0";
/// OpenSession(1), transaction 0.
const OPEN_SESSION: &[u8] = b"\x16\0\0\0\x06\0\0\0\x01\0\0\0\x02\x10\0\0\0\0\x01\0\0\0";

/// Nobody wants to read more than this.
const MOST: u64 = 4 * 1024 * 1024;

fuzz_target!(|input: &[u8]| -> Corpus {
    if is_perilous(input) {
        return Corpus::Reject;
    }
    let mut input = Input::new(input);
    let camera = camera(input.byte());
    let beginning = input.byte();
    let (events, commands) = (input.counted(), input.rest());
    let server = Server::bind("127.0.0.1:0", camera).unwrap();
    let address = server.local_addr().unwrap();
    let stop = Interrupt::new();
    thread::scope(|scope| {
        scope.spawn(|| server.serve(&stop).unwrap());
        talk(address, beginning, events, commands);
        stop.raise();
    });
    Corpus::Keep
});

fn talk(address: SocketAddr, beginning: u8, events: &[u8], commands: &[u8]) {
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
    let end = io::copy(&mut command.take(MOST), &mut io::sink());
    let waited = end.is_err_and(|error| matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut));
    assert!(!waited, "the server does not hang up on a client that is gone");
    drop(event);
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
