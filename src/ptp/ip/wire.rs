//! A TCP connection that can be waited on with patience: bytes in and out, split and merged anywhere.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::super::transport::Patience;
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};

/// Bytes read ahead.
const BUFFER: usize = 256 * 1024;

pub(super) struct Wire {
    stream: TcpStream,
    timeout: Duration,
    /// The timeouts that the socket has now, so that they are set only when they change.
    set: Option<Duration>,
    interrupt: Interrupt,
    buf: Vec<u8>,
    start: usize,
    end: usize,
    written: u64,
    read: u64,
}

impl Wire {
    pub fn new(stream: TcpStream, timeout: Duration, interrupt: Interrupt) -> Self {
        Self { stream, timeout, set: None, interrupt, buf: vec![0; BUFFER], start: 0, end: 0, written: 0, read: 0 }
    }

    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    pub fn traffic(&self) -> (u64, u64) {
        (self.written, self.read)
    }

    pub fn close(&mut self) {
        // The peer may have closed it already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
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

    /// Exactly `N` bytes.
    pub fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        let mut have = 0;
        while have < N {
            let chunk = self.chunk((N - have) as u64)?;
            bytes[have..have + chunk.len()].copy_from_slice(chunk);
            have += chunk.len();
        }
        Ok(bytes)
    }

    /// At least one byte and at most `limit`.
    pub fn chunk(&mut self, limit: u64) -> Result<&[u8]> {
        if self.start == self.end {
            self.receive()?;
        }
        let len = usize::try_from(limit).unwrap_or(BUFFER).min(self.end - self.start);
        self.start += len;
        Ok(&self.buf[self.start - len..self.start])
    }

    fn receive(&mut self) -> Result<()> {
        let interrupt = self.interrupt.clone();
        let patience = Patience::new(self.timeout, &interrupt);
        loop {
            self.allow(patience.slice("answer")?)?;
            match self.stream.read(&mut self.buf) {
                Ok(0) => return Err(lost(io::ErrorKind::UnexpectedEof.into())),
                Ok(len) => {
                    self.start = 0;
                    self.end = len;
                    self.read += len as u64;
                    return Ok(());
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

fn try_again(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

fn lost(cause: io::Error) -> Error {
    let error = Error::new(ErrorKind::Disconnected, "the connection to the camera was lost");
    if cause.kind() == io::ErrorKind::UnexpectedEof {
        return Error::new(ErrorKind::Disconnected, "the camera closed the connection");
    }
    error.caused_by(cause)
}
