//! What carries transactions.
//!
//! A [`Transport`] does one transaction at a time. Two are here: [`Containers`], for anything that has a pair of bulk
//! pipes (a USB device, the cable of a simulated camera), and [`PtpIp`](super::PtpIp). Any error of a transport is the
//! end of the connection: what the two sides know of each other is lost.

mod ahead;
mod containers;
mod patience;

use std::io::{self, Read};
use std::time::Duration;

pub(super) use ahead::ReadAhead;
pub use containers::{Containers, Pipe};
pub(super) use patience::Patience;

use super::ResponseCode;
use crate::error::{Error, ErrorKind, Result};

/// Up to five 32-bit parameters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Params {
    values: [u32; 5],
    len: usize,
}

impl Params {
    /// The most that a request or response holds.
    pub const MAX: usize = 5;

    /// Parameters; more than five are a mistake of the program and are cut off.
    pub fn new(values: &[u32]) -> Self {
        let len = values.len().min(Self::MAX);
        let mut params = Self::default();
        params.values[..len].copy_from_slice(&values[..len]);
        params.len = len;
        params
    }

    /// Those that were sent.
    pub fn as_slice(&self) -> &[u32] {
        &self.values[..self.len]
    }

    /// The parameter with this number, from 1 as in the standard. What was not sent is zero.
    pub fn get(&self, number: usize) -> u32 {
        number.checked_sub(1).and_then(|index| self.as_slice().get(index)).copied().unwrap_or(0)
    }

    pub(super) fn encode(&self) -> impl Iterator<Item = u8> + '_ {
        self.as_slice().iter().flat_map(|value| value.to_le_bytes())
    }

    pub(super) fn decode(bytes: &[u8]) -> Self {
        let values: Vec<u32> =
            bytes.chunks_exact(4).take(Self::MAX).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        Self::new(&values)
    }
}

/// The request of a transaction.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// Operation code.
    pub operation: u16,
    /// Transaction id.
    pub transaction: u32,
    /// Parameters.
    pub params: Params,
}

/// The response of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    /// Response code.
    pub code: ResponseCode,
    /// Parameters.
    pub params: Params,
}

/// The data of a transaction.
pub enum DataPhase<'a> {
    /// There is none.
    None,
    /// `size` bytes to the camera.
    Out {
        /// How many bytes.
        size: u64,
        /// Where they come from.
        source: &'a mut dyn Read,
    },
    /// From the camera. A camera that refuses the operation may leave the phase out.
    In(&'a mut dyn Sink),
}

/// Where data from the camera goes.
pub trait Sink {
    /// The camera announced this many bytes. An error ends the connection: it is for announcements that cannot be true.
    fn begin(&mut self, total: u64) -> Result<()>;

    /// The next bytes.
    fn write(&mut self, chunk: &[u8]) -> Result<()>;
}

/// A sink that keeps the bytes, up to a limit.
#[derive(Debug, Default)]
pub struct Bytes {
    /// What came.
    pub data: Vec<u8>,
    limit: u64,
}

impl Bytes {
    /// A sink for at most `limit` bytes.
    pub fn up_to(limit: u64) -> Self {
        Self { data: Vec::new(), limit }
    }
}

impl Sink for Bytes {
    fn begin(&mut self, total: u64) -> Result<()> {
        if total > self.limit {
            return Err(Error::new(
                ErrorKind::Protocol,
                format!("the camera announced {total} bytes where at most {} can be meant", self.limit),
            ));
        }
        Ok(())
    }

    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.data.extend_from_slice(chunk);
        Ok(())
    }
}

/// What carries transactions to one camera.
pub trait Transport: Send {
    /// Does one transaction. Any error means that the connection is of no more use.
    fn transact(&mut self, request: &Request, data: DataPhase<'_>) -> Result<Response>;

    /// How long a transaction may stand still.
    fn set_timeout(&mut self, timeout: Duration);

    /// Where the camera is, as a spec: `ip:127.0.0.1:15740`.
    fn location(&self) -> String;

    /// Bytes to and from the camera so far, headers included.
    fn traffic(&self) -> (u64, u64);

    /// Lets go of the camera. Called once, after the session is closed.
    fn close(&mut self);
}

/// Reads exactly as much of `source` as fits in `buf`, or an error that says how much there was.
pub(super) fn fill(source: &mut dyn Read, buf: &mut [u8], done: u64, total: u64) -> Result<()> {
    let mut filled = 0;
    while filled < buf.len() {
        match source.read(&mut buf[filled..]) {
            Ok(0) => {
                return Err(Error::new(
                    ErrorKind::Io,
                    format!(
                        "what is being sent ended after {} of {total} bytes; the connection was given up, for the \
                         camera waits for the rest",
                        done + filled as u64
                    ),
                ));
            }
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                // Ctrl-C arrives as an error of ours inside the io::Error.
                return Err(error.downcast::<Error>().unwrap_or_else(|error| {
                    Error::new(ErrorKind::Io, "cannot read what is being sent").caused_by(error)
                }));
            }
        }
    }
    Ok(())
}

/// Whether a blocking call ended only because its share of the time was up.
pub(super) fn try_again(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// The error for a connection that ended under us.
pub(super) fn lost(cause: io::Error) -> Error {
    if cause.kind() == io::ErrorKind::UnexpectedEof {
        return Error::new(ErrorKind::Disconnected, "the camera closed the connection");
    }
    Error::new(ErrorKind::Disconnected, "the connection to the camera was lost").caused_by(cause)
}

/// An error that says what the peer did.
pub(super) fn lie(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Protocol, message)
}
