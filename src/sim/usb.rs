//! PTP over a cable: finds operations in the stream of containers, and puts the answers in containers.

use std::io;

use crate::sim::cable::CameraEnd;
use crate::sim::log::Log;
use crate::sim::responder::{Answer, DataPhase, Operation, Responder, garbage as garbage_bytes, no_data_phase};
use crate::sim::wire::container::{COMMAND, DATA, EVENT, Header, RESPONSE};

/// Answers to a host until the plug is pulled, or until the host sends what cannot be a container.
pub(crate) fn serve(end: CameraEnd, mut responder: Responder) {
    let log = responder.log().clone();
    let mut wire = Wire { end, log: log.clone(), transaction: 0, code: 0, pushed_back: None, incoming: 0, outgoing: 0 };
    loop {
        match wire.next_operation().and_then(|operation| wire.answer(&operation, &mut responder)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return,
            // The host has cancelled the transaction, or the camera has refused it; the session goes on.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => wire.start_over(),
            Err(error) => {
                log.sin(&format!("the connection is lost: {error}"));
                return;
            }
        }
    }
}

struct Wire {
    end: CameraEnd,
    log: Log,
    transaction: u32,
    code: u16,
    /// A header that was read too early.
    pushed_back: Option<Header>,
    /// Bytes of the container being received, and of the one being sent, that are still to come.
    incoming: u64,
    outgoing: u64,
}

impl Wire {
    fn start_over(&mut self) {
        (self.pushed_back, self.incoming, self.outgoing) = (None, 0, 0);
        self.end.acknowledge_cancel();
    }

    fn read_exact(&mut self, mut buf: &mut [u8]) -> io::Result<()> {
        while !buf.is_empty() {
            let count = self.end.read(buf)?;
            buf = &mut buf[count..];
        }
        Ok(())
    }

    fn next_header(&mut self) -> io::Result<Header> {
        if let Some(header) = self.pushed_back.take() {
            return Ok(header);
        }
        let mut bytes = [0; Header::SIZE];
        self.read_exact(&mut bytes)?;
        Ok(Header::parse(bytes))
    }

    /// The next command; skips data that belongs to no command.
    fn next_operation(&mut self) -> io::Result<Operation> {
        loop {
            self.drain()?;
            let header = self.next_header()?;
            let payload = header.payload().ok_or_else(|| garbage(header))?;
            match header.kind {
                COMMAND if payload <= 20 && payload % 4 == 0 => {
                    let mut params = [0; 20];
                    let params = &mut params[..payload as usize];
                    self.read_exact(params)?;
                    (self.transaction, self.code) = (header.transaction, header.code);
                    let params = params.chunks_exact(4).map(|p| u32::from_le_bytes([p[0], p[1], p[2], p[3]]));
                    return Ok(Operation::new(header.code, header.transaction, params));
                }
                DATA => {
                    self.log.note(|| format!("skipped a data phase of {payload} bytes that nobody read"));
                    self.incoming = payload.into();
                }
                EVENT => self.incoming = payload.into(),
                _ => return Err(garbage(header)),
            }
        }
    }

    fn answer(&mut self, operation: &Operation, responder: &mut Responder) -> io::Result<()> {
        match responder.handle(operation, self)? {
            Answer::Response(response) => {
                let header = Header {
                    length: (Header::SIZE + 4 * response.params().len()) as u32,
                    kind: RESPONSE,
                    code: response.code,
                    transaction: operation.transaction,
                };
                let mut bytes = header.to_bytes().to_vec();
                bytes.extend(response.params().iter().flat_map(|param| param.to_le_bytes()));
                self.end.write(&bytes)?;
                self.end.end_transfer();
                Ok(())
            }
            Answer::Garbage => {
                self.end.write(&garbage_bytes())?;
                self.end.end_transfer();
                Ok(())
            }
            Answer::Stall => {
                self.end.halt();
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Answer::Hang => {
                let mut ignored = vec![0; 64 * 1024];
                loop {
                    self.end.read(&mut ignored)?;
                }
            }
        }
    }

    /// Skips what is left of the container being received.
    fn drain(&mut self) -> io::Result<()> {
        let mut ignored = [0; 4096];
        while self.incoming > 0 {
            self.read(&mut ignored)?;
        }
        Ok(())
    }
}

impl DataPhase for Wire {
    fn receive(&mut self) -> io::Result<u64> {
        let header = self.next_header()?;
        if header.kind != DATA {
            self.pushed_back = Some(header);
            return Err(no_data_phase());
        }
        if (header.code, header.transaction) != (self.code, self.transaction) {
            self.log.sin(&format!("a data phase of operation {:#06x} with another name on it: {header:?}", self.code));
        }
        self.incoming = header.payload().ok_or_else(|| garbage(header))?.into();
        Ok(self.incoming)
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let wanted = buf.len().min(usize::try_from(self.incoming).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let count = self.end.read(&mut buf[..wanted])?;
        self.incoming -= count as u64;
        Ok(count)
    }

    fn send(&mut self, total: u64) -> io::Result<()> {
        let length = u32::try_from(total.saturating_add(Header::SIZE as u64)).unwrap_or(u32::MAX);
        let header = Header { length, kind: DATA, code: self.code, transaction: self.transaction };
        self.outgoing = total;
        self.end.write(&header.to_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.end.write(bytes)?;
        self.outgoing = self.outgoing.saturating_sub(bytes.len() as u64);
        if self.outgoing == 0 {
            self.end.end_transfer();
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn cut(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.outgoing) > 0 {
            self.end.end_transfer();
        }
        Ok(())
    }
}

fn garbage(header: Header) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("this is no container a host would send: {header:?}"))
}
