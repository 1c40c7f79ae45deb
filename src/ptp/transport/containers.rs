//! Transactions in containers over a pair of bulk pipes (PIMA 15740 USB still image §7).

use std::io;
use std::time::Duration;

use super::{DataPhase, Params, Patience, ReadAhead, Request, Response, Sink, Transport, fill, lie, lost, try_again};
use crate::clock::Interrupt;
use crate::error::Result;
use crate::ptp::ResponseCode;
use crate::ptp::container::{HEADER_LEN, Header, kind};

/// Largest single transfer, a multiple of every packet size of USB. Smaller ones cost many times the system calls (`docs/usb.md`
/// has the counts); larger ones save little, take longer than a [glance](Pipe::glance) from a slow camera, and use up what
/// Linux lends to all transfers together.
const TRANSFER: usize = 256 * 1024;

/// A pair of bulk pipes.
pub trait Pipe: Send {
    /// Sends bytes as one transfer and returns how many were taken; `TimedOut` if none were in that time.
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize>;

    /// Receives what there is, at most `buf`; `TimedOut` if nothing came in that time, `Ok(0)` at the end.
    fn read(&mut self, buf: &mut [u8], timeout: Duration) -> io::Result<usize>;

    /// What was written since the last call is a whole container, which some pipes mark.
    fn end_container(&mut self, timeout: Duration) -> io::Result<()> {
        let _ = timeout;
        Ok(())
    }

    /// How long one transfer may take before it is cut off to see whether the user wants to leave. What was carried until
    /// then counts; but a transfer that is cut off is one more, and no device likes it.
    fn glance(&self) -> Duration {
        Duration::from_millis(50)
    }

    /// Lets go of the device.
    fn close(&mut self);
}

/// PTP over a [`Pipe`].
pub struct Containers<P> {
    ahead: ReadAhead,
    link: Link<P>,
    location: String,
}

/// The pipes, and how long they may be waited for.
struct Link<P> {
    pipe: P,
    timeout: Duration,
    interrupt: Interrupt,
    written: u64,
    read: u64,
}

impl<P: Pipe> Link<P> {
    fn send(&mut self, mut bytes: &[u8]) -> Result<()> {
        let interrupt = self.interrupt.clone();
        let mut patience = Patience::new(self.timeout, &interrupt).with_glance(self.pipe.glance());
        while !bytes.is_empty() {
            let slice = patience.slice("take what was sent")?;
            match self.pipe.write(bytes, slice) {
                Ok(0) => return Err(lost(io::ErrorKind::WriteZero.into())),
                Ok(len) => {
                    self.written += len as u64;
                    bytes = &bytes[len.min(bytes.len())..];
                    patience.progress();
                }
                Err(error) if try_again(&error) => {}
                Err(error) => return Err(lost(error)),
            }
        }
        Ok(())
    }

    fn end_container(&mut self) -> Result<()> {
        let interrupt = self.interrupt.clone();
        let patience = Patience::new(self.timeout, &interrupt).with_glance(self.pipe.glance());
        loop {
            match self.pipe.end_container(patience.slice("take what was sent")?) {
                Ok(()) => return Ok(()),
                Err(error) if try_again(&error) => {}
                Err(error) => return Err(lost(error)),
            }
        }
    }

    fn receive(&mut self, buf: &mut [u8], what: &str) -> Result<usize> {
        let interrupt = self.interrupt.clone();
        let patience = Patience::new(self.timeout, &interrupt).with_glance(self.pipe.glance());
        loop {
            let slice = patience.slice(what)?;
            match self.pipe.read(buf, slice) {
                Ok(0) => return Err(lost(io::ErrorKind::UnexpectedEof.into())),
                Ok(len) => {
                    self.read += len as u64;
                    return Ok(len);
                }
                Err(error) if try_again(&error) => {}
                Err(error) => return Err(lost(error)),
            }
        }
    }
}

impl<P: Pipe> Containers<P> {
    /// Transactions over `pipe`.
    pub fn new(pipe: P, location: impl Into<String>, timeout: Duration, interrupt: Interrupt) -> Self {
        let link = Link { pipe, timeout, interrupt, written: 0, read: 0 };
        Self { ahead: ReadAhead::new(), link, location: location.into() }
    }

    /// The pipe, for what is no transaction.
    pub fn into_pipe(self) -> P {
        self.link.pipe
    }

    fn take<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        let Self { ahead, link, .. } = self;
        ahead.take(|buf| link.receive(buf, what))
    }

    /// The next container's header, which must belong to `request`.
    fn header(&mut self, request: &Request) -> Result<Header> {
        let header = Header::decode(self.take::<HEADER_LEN>("answer")?);
        if (header.length as usize) < HEADER_LEN {
            return Err(lie(format!("the camera sent a container that claims {} bytes in all", header.length)));
        }
        if header.transaction != request.transaction {
            return Err(lie(format!(
                "the camera answered transaction {} with one for transaction {}",
                request.transaction, header.transaction
            )));
        }
        Ok(header)
    }

    fn data_in(&mut self, header: Header, request: &Request, sink: &mut dyn Sink) -> Result<()> {
        if header.code != request.operation {
            return Err(lie(format!(
                "the camera sent data of operation 0x{:04X} in answer to operation 0x{:04X}",
                header.code, request.operation
            )));
        }
        if header.length == u32::MAX {
            return Err(lie("the camera sent data without saying how much"));
        }
        let mut left = u64::from(header.length) - HEADER_LEN as u64;
        sink.begin(left)?;
        let Self { ahead, link, .. } = self;
        while left > 0 {
            let chunk = ahead.chunk(left, |buf| link.receive(buf, "send the rest of its data"))?;
            sink.write(chunk)?;
            left -= chunk.len() as u64;
        }
        Ok(())
    }

    fn data_out(&mut self, request: &Request, size: u64, source: &mut dyn io::Read) -> Result<()> {
        let length = u32::try_from(size + HEADER_LEN as u64).unwrap_or(u32::MAX);
        let header = Header { length, kind: kind::DATA, code: request.operation, transaction: request.transaction };
        let mut chunk = vec![0; TRANSFER.min(HEADER_LEN + usize::try_from(size).unwrap_or(TRANSFER))];
        chunk[..HEADER_LEN].copy_from_slice(&header.encode());
        let mut done = 0;
        let mut from = HEADER_LEN;
        loop {
            let len = usize::try_from(size - done).unwrap_or(TRANSFER).min(chunk.len() - from);
            fill(source, &mut chunk[from..from + len], done, size)?;
            self.link.send(&chunk[..from + len])?;
            done += len as u64;
            from = 0;
            if done == size {
                return self.link.end_container();
            }
        }
    }

    fn response(&mut self, header: Header) -> Result<Response> {
        let params = header.length as usize - HEADER_LEN;
        if header.kind != kind::RESPONSE || params > 4 * Params::MAX || !params.is_multiple_of(4) {
            return Err(lie(format!(
                "the camera sent a container of type {} and {} bytes where a response was due",
                header.kind, header.length
            )));
        }
        let mut bytes = [0; 4 * Params::MAX];
        for word in bytes[..params].chunks_exact_mut(4) {
            word.copy_from_slice(&self.take::<4>("finish its response")?);
        }
        Ok(Response { code: ResponseCode(header.code), params: Params::decode(&bytes[..params]) })
    }
}

impl<P: Pipe> Transport for Containers<P> {
    fn transact(&mut self, request: &Request, data: DataPhase<'_>) -> Result<Response> {
        let length = HEADER_LEN + 4 * request.params.as_slice().len();
        let header = Header {
            length: length as u32,
            kind: kind::COMMAND,
            code: request.operation,
            transaction: request.transaction,
        };
        let command: Vec<u8> = header.encode().into_iter().chain(request.params.encode()).collect();
        self.link.send(&command)?;
        self.link.end_container()?;
        match data {
            DataPhase::None => {}
            DataPhase::Out { size, source } => self.data_out(request, size, source)?,
            DataPhase::In(sink) => {
                let header = self.header(request)?;
                if header.kind != kind::DATA {
                    return self.response(header);
                }
                self.data_in(header, request, sink)?;
            }
        }
        let header = self.header(request)?;
        self.response(header)
    }

    fn set_timeout(&mut self, timeout: Duration) {
        self.link.timeout = timeout;
    }

    fn location(&self) -> String {
        self.location.clone()
    }

    fn traffic(&self) -> (u64, u64) {
        (self.link.written, self.link.read)
    }

    fn close(&mut self) {
        self.link.pipe.close();
    }
}
