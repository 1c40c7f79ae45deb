//! PTP/IP (CIPA DC-005): a command connection and an event connection, packets with a length and a type.

mod events;
mod handshake;
mod packet;
mod wire;

use std::io::Read;
use std::time::Duration;

pub use events::Event;

use self::events::Events;
use self::packet::{HEADER_LEN, Kind};
use self::wire::Wire;
use super::transport::{DataPhase, Params, Request, Response, Sink, Transport, fill, lie};
use super::{ResponseCode, ip::packet::Builder};
use crate::clock::Interrupt;
use crate::error::Result;

/// The port that PTP/IP is registered with.
pub const DEFAULT_PORT: u16 = 15740;

/// Payload of one data packet, unless the data is shorter.
const CHUNK: usize = 256 * 1024;

/// A response holds 14 bytes and up to five parameters.
const RESPONSE_MIN: u32 = 14;

/// The `dataphase` field of a request: none or in (1), out (2).
mod phase {
    pub const NONE_OR_IN: u32 = 1;
    pub const OUT: u32 = 2;
}

/// How to reach a camera.
#[derive(Debug, Clone)]
pub struct Address {
    /// Name or address; an IPv6 address without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// A PTP/IP connection.
pub struct PtpIp {
    wire: Wire,
    events: Events,
    address: Address,
    /// The GUID that the camera gave itself.
    pub guid: [u8; 16],
    /// The name that the camera gave itself.
    pub name: String,
}

impl PtpIp {
    /// Connects both sockets. `NoCamera` if the name is unknown or nobody listens there, `Busy` if the camera talks to
    /// another host.
    pub fn connect(address: &Address, timeout: Duration, interrupt: &Interrupt) -> Result<Self> {
        handshake::connect(address, timeout, interrupt)
    }

    /// The next event that the camera sent, if one has arrived.
    pub fn next_event(&self) -> Option<Event> {
        self.events.next()
    }

    fn send_data(&mut self, request: &Request, size: u64, source: &mut dyn Read) -> Result<()> {
        let mut out = Builder::new(Kind::StartData).u32(request.transaction).u64(size).finish();
        let mut done = 0;
        loop {
            let len = usize::try_from(size - done).unwrap_or(CHUNK).min(CHUNK);
            let last = done + len as u64 == size;
            let kind = if last { Kind::EndData } else { Kind::Data };
            // The start of a short transfer travels with its data: one write, one segment.
            out.extend(Builder::new(kind).u32(request.transaction).payload(len));
            let body = out.len();
            out.resize(body + len, 0);
            fill(source, &mut out[body..], done, size)?;
            self.wire.write(&out)?;
            out.clear();
            done += len as u64;
            if last {
                return Ok(());
            }
        }
    }

    /// Reads the rest of the data phase. `total` is `u64::MAX` if the camera did not know.
    fn receive_data(&mut self, request: &Request, total: u64, sink: &mut dyn Sink) -> Result<()> {
        let mut done: u64 = 0;
        loop {
            let (kind, len) = self.next_packet()?;
            if !matches!(kind, Kind::Data | Kind::EndData) || len < 4 {
                return Err(lie(format!("the camera sent a {} where data was due", kind.describe(len))));
            }
            self.check_transaction(request)?;
            let mut left = u64::from(len - 4);
            if done + left > total {
                return Err(lie(format!("the camera announced {total} bytes and sent at least {}", done + left)));
            }
            done += left;
            while left > 0 {
                let chunk = self.wire.chunk(left)?;
                sink.write(chunk)?;
                left -= chunk.len() as u64;
            }
            if kind == Kind::EndData {
                if done != total && total != u64::MAX {
                    return Err(lie(format!("the camera announced {total} bytes and sent {done}")));
                }
                return Ok(());
            }
        }
    }

    fn check_transaction(&mut self, request: &Request) -> Result<()> {
        let transaction = u32::from_le_bytes(self.wire.take()?);
        if transaction != request.transaction {
            return Err(lie(format!(
                "the camera answered transaction {} with one for transaction {transaction}",
                request.transaction
            )));
        }
        Ok(())
    }

    /// The next packet that belongs to a transaction: its type and the bytes after its header.
    fn next_packet(&mut self) -> Result<(Kind, u32)> {
        loop {
            let length = u32::from_le_bytes(self.wire.take()?);
            let code = u32::from_le_bytes(self.wire.take()?);
            let Some(kind) = Kind::from_code(code) else {
                return Err(lie(format!("the camera sent a packet of the unknown type {code}")));
            };
            let Some(len) = length.checked_sub(HEADER_LEN as u32) else {
                return Err(lie(format!("the camera sent a packet that claims {length} bytes in all")));
            };
            match kind {
                Kind::ProbeRequest if len == 0 => self.wire.write(&Builder::new(Kind::ProbeResponse).finish())?,
                Kind::ProbeResponse if len == 0 => {}
                _ => return Ok((kind, len)),
            }
        }
    }

    fn response(&mut self, request: &Request, kind: Kind, len: u32) -> Result<Response> {
        let min = RESPONSE_MIN - HEADER_LEN as u32;
        let params = len.checked_sub(min).filter(|p| p.is_multiple_of(4) && *p as usize <= 4 * Params::MAX);
        let (Kind::Response, Some(params)) = (kind, params) else {
            return Err(lie(format!("the camera sent a {} where a response was due", kind.describe(len))));
        };
        let code = u16::from_le_bytes(self.wire.take()?);
        self.check_transaction(request)?;
        let mut bytes = Vec::with_capacity(params as usize);
        for _ in 0..params / 4 {
            bytes.extend(self.wire.take::<4>()?);
        }
        Ok(Response { code: ResponseCode(code), params: Params::decode(&bytes) })
    }
}

impl Transport for PtpIp {
    fn transact(&mut self, request: &Request, data: DataPhase<'_>) -> Result<Response> {
        let phase = if matches!(data, DataPhase::Out { .. }) { phase::OUT } else { phase::NONE_OR_IN };
        let packet = Builder::new(Kind::Request)
            .u32(phase)
            .u16(request.operation)
            .u32(request.transaction)
            .bytes(request.params.encode())
            .finish();
        self.wire.write(&packet)?;
        if let DataPhase::Out { size, source } = data {
            self.send_data(request, size, source)?;
            let (kind, len) = self.next_packet()?;
            return self.response(request, kind, len);
        }
        let (kind, len) = self.next_packet()?;
        match (kind, data) {
            (Kind::StartData, DataPhase::In(sink)) if len == 12 => {
                self.check_transaction(request)?;
                let total = u64::from_le_bytes(self.wire.take()?);
                sink.begin(total)?;
                self.receive_data(request, total, sink)?;
                let (kind, len) = self.next_packet()?;
                self.response(request, kind, len)
            }
            (kind, _) => self.response(request, kind, len),
        }
    }

    fn set_timeout(&mut self, timeout: Duration) {
        self.wire.set_timeout(timeout);
    }

    fn location(&self) -> String {
        self.address.to_string()
    }

    fn traffic(&self) -> (u64, u64) {
        self.wire.traffic()
    }

    fn close(&mut self) {
        self.events.close();
        self.wire.close();
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "ip:[{}]:{}", self.host, self.port)
        } else {
            write!(f, "ip:{}:{}", self.host, self.port)
        }
    }
}
