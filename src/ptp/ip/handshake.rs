//! Two connections and four packets until a camera listens (CIPA DC-005 §3.1).

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::events::Events;
use super::packet::{Builder, HEADER_LEN, Kind};
use super::wire::Wire;
use super::{Address, PtpIp};
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::transport::lie;

/// Who we say we are.
const GUID: [u8; 16] = *b"moonshutter-host";
const NAME: &str = "moonshutter";
/// PTP/IP version 1.0.
const VERSION: u32 = 0x0001_0000;

/// An acknowledgement holds a GUID and a name of at most 40 characters; nothing in a handshake comes near this.
const PACKET_LIMIT: u32 = 4096;

pub(super) fn connect(address: &Address, timeout: Duration, interrupt: &Interrupt) -> Result<PtpIp> {
    let (stream, peer) = dial(address, timeout, interrupt)?;
    let mut wire = Wire::new(stream, timeout, interrupt.clone());
    let name = NAME.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
    wire.write(&Builder::new(Kind::InitCommandRequest).bytes(GUID).bytes(name).u32(VERSION).finish())?;
    let deadline = Instant::now() + timeout;
    let ack = expect(&mut wire, Kind::InitCommandAck, address, deadline)?;
    let Some((number, rest)) = ack.split_first_chunk::<4>() else {
        return Err(lie(format!("{address} sent an acknowledgement of {} bytes", ack.len())));
    };
    let Some((guid, name)) = rest.split_first_chunk::<16>() else {
        return Err(lie(format!("{address} sent an acknowledgement without a GUID")));
    };
    let units: Vec<u16> = name.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    let name = String::from_utf16_lossy(units.split(|unit| *unit == 0).next().unwrap_or(&[]));

    let (stream, _) = reach(vec![peer], address, timeout, interrupt)?;
    let kept = stream.try_clone().map_err(|error| unreachable(address, error))?;
    let mut events = Wire::new(stream, timeout, interrupt.clone());
    events.write(&Builder::new(Kind::InitEventRequest).bytes(*number).finish())?;
    expect(&mut events, Kind::InitEventAck, address, Instant::now() + timeout)?;
    let events = Events::follow(kept).map_err(|error| unreachable(address, error))?;
    Ok(PtpIp { wire, events, address: address.clone(), guid: *guid, name })
}

/// The payload of the next packet, which must be of this kind, and whole by the deadline however slowly it comes.
fn expect(wire: &mut Wire, wanted: Kind, address: &Address, deadline: Instant) -> Result<Vec<u8>> {
    let mut take = |len: usize| -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(len);
        while bytes.len() < len {
            if Instant::now() >= deadline {
                let text = format!("{address} did not finish its greeting in time");
                return Err(Error::new(ErrorKind::Timeout, text));
            }
            bytes.extend_from_slice(wire.chunk((len - bytes.len()) as u64)?);
        }
        Ok(bytes)
    };
    let header = take(HEADER_LEN)?;
    let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let (length, code) = (word(0), word(4));
    if !(HEADER_LEN as u32..=PACKET_LIMIT).contains(&length) {
        return Err(lie(format!("{address} does not speak PTP/IP: its first packet claims {length} bytes")));
    }
    let payload = take(length as usize - HEADER_LEN)?;
    match Kind::from_code(code) {
        Some(kind) if kind == wanted => Ok(payload),
        Some(Kind::InitFail) => Err(rejected(address, &payload)),
        _ => Err(lie(format!("{address} sent a packet of type {code} where {wanted:?} was due"))),
    }
}

/// InitFail carries a reason (CIPA DC-005 §2.3.5).
fn rejected(address: &Address, payload: &[u8]) -> Error {
    let reason = payload.first_chunk().map(|b| u32::from_le_bytes(*b));
    match reason {
        Some(1) => Error::new(
            ErrorKind::Busy,
            format!("{address} does not know this computer: allow it in the camera's Wi-Fi menu, then try again"),
        ),
        Some(2) => Error::new(ErrorKind::Busy, format!("{address} is connected to another program or computer")),
        Some(other) => Error::new(ErrorKind::Busy, format!("{address} refused the connection (reason {other})")),
        None => Error::new(ErrorKind::Busy, format!("{address} refused the connection")),
    }
}

fn dial(address: &Address, timeout: Duration, interrupt: &Interrupt) -> Result<(TcpStream, SocketAddr)> {
    let (host, port) = (address.host.clone(), address.port);
    let resolved = in_background(timeout, interrupt, address, move |_| {
        (host.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>)
    })?
    .map_err(|error| {
        Error::new(ErrorKind::NoCamera, format!("no computer or camera is called {}", address.host)).caused_by(error)
    })?;
    reach(resolved, address, timeout, interrupt)
}

/// The first of `addresses` that answers.
fn reach(
    addresses: Vec<SocketAddr>,
    address: &Address,
    timeout: Duration,
    interrupt: &Interrupt,
) -> Result<(TcpStream, SocketAddr)> {
    in_background(timeout, interrupt, address, move |left| {
        let mut last = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
        for peer in addresses {
            match TcpStream::connect_timeout(&peer, left) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok((stream, peer));
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    })?
    .map_err(|error| unreachable(address, error))
}

/// Does what the operating system offers only as a blocking call, so that Ctrl-C and the timeout still end it.
fn in_background<T: Send + 'static>(
    timeout: Duration,
    interrupt: &Interrupt,
    address: &Address,
    work: impl FnOnce(Duration) -> T + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    let limit = timeout.max(Duration::from_millis(1));
    // A waiter that has gone does not want the result.
    std::thread::spawn(move || drop(sender.send(work(limit))));
    let deadline = Instant::now() + timeout;
    loop {
        match receiver.recv_timeout(Duration::from_millis(20)) {
            Ok(done) => return Ok(done),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::new(ErrorKind::Io, format!("cannot connect to {address}")));
            }
            Err(RecvTimeoutError::Timeout) if interrupt.is_raised() => {
                return Err(Error::new(ErrorKind::Interrupted, format!("interrupted while connecting to {address}")));
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    format!("{address} did not answer for {} s", timeout.as_secs_f64()),
                ));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn unreachable(address: &Address, cause: std::io::Error) -> Error {
    let kind = match cause.kind() {
        std::io::ErrorKind::TimedOut => ErrorKind::Timeout,
        _ => ErrorKind::NoCamera,
    };
    Error::new(kind, format!("no camera answers at {address}")).caused_by(cause)
}
