//! A TCP connection that can be waited on with patience: bytes in and out, split and merged anywhere.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::super::transport::{Patience, ReadAhead, lost, try_again};
use crate::clock::Interrupt;
use crate::error::Result;

pub(super) struct Wire {
    ahead: ReadAhead,
    socket: Socket,
}

impl Wire {
    pub fn new(stream: TcpStream, timeout: Duration, interrupt: Interrupt) -> Self {
        let socket = Socket { stream, timeout, set: None, interrupt, written: 0, read: 0 };
        Self { ahead: ReadAhead::new(), socket }
    }

    pub fn set_timeout(&mut self, timeout: Duration) {
        self.socket.timeout = timeout;
    }

    pub fn traffic(&self) -> (u64, u64) {
        (self.socket.written, self.socket.read)
    }

    pub fn close(&mut self) {
        // The peer may have closed it already.
        let _ = self.socket.stream.shutdown(Shutdown::Both);
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.socket.write(bytes)
    }

    /// Exactly `N` bytes.
    pub fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Self { ahead, socket } = self;
        ahead.take(|buf| socket.read(buf))
    }

    /// At least one byte and at most `limit`.
    pub fn chunk(&mut self, limit: u64) -> Result<&[u8]> {
        let Self { ahead, socket } = self;
        ahead.chunk(limit, |buf| socket.read(buf))
    }
}

/// The socket, and how long it may be waited for.
struct Socket {
    stream: TcpStream,
    timeout: Duration,
    /// The timeouts that the socket has now, so that they are set only when they change.
    set: Option<Duration>,
    interrupt: Interrupt,
    written: u64,
    read: u64,
}

impl Socket {
    fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        let interrupt = self.interrupt.clone();
        let mut patience = Patience::new(self.timeout, &interrupt);
        while !bytes.is_empty() {
            self.allow(patience.slice("take what was sent")?)?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(lost(io::ErrorKind::WriteZero.into())),
                Ok(len) => {
                    self.written += len as u64;
                    bytes = &bytes[len..];
                    patience.progress();
                }
                Err(error) if try_again(&error) => {}
                Err(error) => return Err(lost(error)),
            }
        }
        Ok(())
    }

    fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        let interrupt = self.interrupt.clone();
        let patience = Patience::new(self.timeout, &interrupt);
        loop {
            self.allow(patience.slice("answer")?)?;
            match self.stream.read(buf) {
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

    fn allow(&mut self, slice: Duration) -> Result<()> {
        if self.set != Some(slice) {
            self.stream
                .set_read_timeout(Some(slice))
                .and_then(|()| self.stream.set_write_timeout(Some(slice)))
                .map_err(lost)?;
            self.set = Some(slice);
        }
        Ok(())
    }
}
