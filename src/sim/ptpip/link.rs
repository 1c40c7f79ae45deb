//! The command connection: finds operations in the stream of packets, and puts the answers in packets.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;

use crate::sim::log::Log;
use crate::sim::ptpip::{HELLO, LONGEST, STALL, split_header, unexpected};
use crate::sim::responder::{Answer, DataPhase, Operation, Responder, cancelled, garbage, no_data_phase};
use crate::sim::wire::packet::{
    CANCEL, DATA, END_DATA, EVENT, HEADER, PROBE_REQUEST, PROBE_RESPONSE, Packet, REQUEST, RESPONSE, START_DATA,
    u16_at, u32_at, u64_at,
};

/// Bytes of a data packet after which its data starts.
const DATA_HEADER: u32 = 12;

/// A client's command connection.
pub(super) struct Link {
    wire: Wire,
    responder: Responder,
}

struct Wire {
    reader: BufReader<TcpStream>,
    writer: BufWriter<TcpStream>,
    log: Log,
    transaction: u32,
    /// A request that came where data should have been.
    early: Option<Vec<u8>>,
    incoming: Incoming,
    /// Bytes of the data phase being sent that are still to come.
    outgoing: u64,
    /// Sins are told once for each connection.
    told: [bool; 2],
}

/// The data phase being received.
#[derive(Default)]
struct Incoming {
    /// Of the whole, by what StartData said.
    left: u64,
    /// Of the present packet.
    in_packet: u64,
    /// Whether there are packets to come.
    open: bool,
}

enum Next {
    Packet(u32, Vec<u8>),
    /// A data packet, of which the payload has not been read.
    Data,
}

impl Link {
    pub(super) fn new(stream: TcpStream, responder: Responder) -> io::Result<Self> {
        let wire = Wire {
            reader: BufReader::with_capacity(64 * 1024, stream.try_clone()?),
            writer: BufWriter::with_capacity(64 * 1024, stream),
            log: responder.log().clone(),
            transaction: 0,
            early: None,
            incoming: Incoming::default(),
            outgoing: 0,
            told: [false; 2],
        };
        Ok(Self { wire, responder })
    }

    /// Answers to the client until it hangs up, or sends what makes no sense.
    pub(super) fn serve(mut self, has_event_connection: impl Fn() -> bool, heard: impl Fn(bool)) -> io::Result<()> {
        let wire = &mut self.wire;
        match wire.await_client(Some(HELLO)) {
            Ok(true) if !has_event_connection() => {
                wire.log.sin("a request before the event connection was there");
            }
            Ok(_) => {}
            Err(error) => {
                let timed_out = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
                if !timed_out || !has_event_connection() {
                    return Err(error);
                }
            }
        }
        while wire.await_client(None)? {
            heard(true);
            wire.reader.get_ref().set_read_timeout(Some(STALL))?;
            if let Some(operation) = wire.next_operation()? {
                let answer = self.responder.handle(&operation, wire)?;
                wire.answer(&operation, answer)?;
            }
            heard(false);
        }
        Ok(())
    }
}

impl Wire {
    /// Waits for the first byte of something; false at the end of the stream.
    fn await_client(&mut self, limit: Option<std::time::Duration>) -> io::Result<bool> {
        if self.early.is_some() {
            return Ok(true);
        }
        if self.reader.buffer().is_empty() {
            self.reader.get_ref().set_read_timeout(limit)?;
        }
        Ok(!self.reader.fill_buf()?.is_empty())
    }

    /// Reads a packet, or as much of a data packet as is not data. Answers probes in passing.
    fn next_packet(&mut self) -> io::Result<Next> {
        loop {
            let mut header = [0; HEADER];
            self.reader.read_exact(&mut header)?;
            let (length, kind) = split_header(header);
            if matches!(kind, DATA | END_DATA) {
                let payload = length.checked_sub(DATA_HEADER).ok_or_else(|| unexpected(kind))?;
                let mut transaction = [0; 4];
                self.reader.read_exact(&mut transaction)?;
                self.incoming.in_packet = payload.into();
                self.incoming.open = kind == DATA;
                self.check(u32::from_le_bytes(transaction));
                return Ok(Next::Data);
            }
            let body = (length as usize).checked_sub(HEADER).filter(|body| *body <= LONGEST);
            let mut bytes = vec![0; body.ok_or_else(|| unexpected(kind))?];
            self.reader.read_exact(&mut bytes)?;
            match kind {
                PROBE_REQUEST => {
                    self.writer.write_all(&Packet::new(PROBE_RESPONSE).finish())?;
                    self.writer.flush()?;
                }
                EVENT | PROBE_RESPONSE => {}
                _ => return Ok(Next::Packet(kind, bytes)),
            }
        }
    }

    /// chdkptp sends 0 for the transaction in its data packets.
    fn check(&mut self, transaction: u32) {
        if transaction != self.transaction {
            let what = format!("data packets of transaction {transaction} in transaction {}", self.transaction);
            self.tell_once(0, &what);
        }
    }

    fn tell_once(&mut self, which: usize, what: &str) {
        if !std::mem::replace(&mut self.told[which], true) {
            self.log.sin(what);
        }
    }

    /// The next request, or `None` if something else came that is over and done with.
    fn next_operation(&mut self) -> io::Result<Option<Operation>> {
        let body = match self.early.take() {
            Some(body) => body,
            None => match self.next_packet()? {
                Next::Data => {
                    self.skip_data()?;
                    return Ok(None);
                }
                Next::Packet(REQUEST, body) => body,
                Next::Packet(START_DATA, body) if body.len() == 12 => {
                    self.log.note(|| "skipping a data phase that nobody read".to_owned());
                    self.incoming = Incoming { left: 0, in_packet: 0, open: true };
                    self.skip_data()?;
                    return Ok(None);
                }
                Next::Packet(CANCEL, _) => return Ok(None),
                Next::Packet(kind, _) => return Err(unexpected(kind)),
            },
        };
        let (Some(data_phase), Some(code), Some(transaction)) = (u32_at(&body, 0), u16_at(&body, 4), u32_at(&body, 6))
        else {
            return Err(unexpected(REQUEST));
        };
        let params = &body[10..];
        if params.len() > 20 || params.len() % 4 != 0 || data_phase > 2 {
            return Err(unexpected(REQUEST));
        }
        if data_phase == 0 {
            self.tell_once(1, "requests that do not say which way their data goes");
        }
        self.transaction = transaction;
        self.incoming = Incoming::default();
        let params = params.chunks_exact(4).map(|p| u32::from_le_bytes([p[0], p[1], p[2], p[3]]));
        Ok(Some(Operation::new(code, transaction, params)))
    }

    fn answer(&mut self, operation: &Operation, answer: Answer) -> io::Result<()> {
        match answer {
            Answer::Response(response) => {
                let packet = Packet::new(RESPONSE).u16(response.code).u32(operation.transaction);
                let packet = response.params().iter().fold(packet, |packet, param| packet.u32(*param));
                self.writer.write_all(&packet.finish())?;
                self.writer.flush()?;
                self.skip_data()
            }
            Answer::Garbage => {
                self.writer.write_all(&garbage())?;
                self.writer.flush()?;
                self.skip_data()
            }
            // Only USB has endpoints to halt.
            Answer::Stall => Err(io::ErrorKind::ConnectionAborted.into()),
            Answer::Hang => {
                self.reader.get_ref().set_read_timeout(None)?;
                io::copy(&mut self.reader, &mut io::sink())?;
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
    }

    /// Reads what is left of a data phase and forgets it.
    fn skip_data(&mut self) -> io::Result<()> {
        loop {
            let left = self.incoming.in_packet;
            if io::copy(&mut (&mut self.reader).take(left), &mut io::sink())? < left {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.incoming.in_packet = 0;
            if !self.incoming.open || !self.next_data_packet()? {
                return Ok(());
            }
        }
    }

    /// Reads the start of the next data packet; false if the client cancels instead.
    fn next_data_packet(&mut self) -> io::Result<bool> {
        match self.next_packet()? {
            Next::Data => Ok(true),
            Next::Packet(CANCEL, _) => {
                self.incoming = Incoming::default();
                Ok(false)
            }
            Next::Packet(kind, _) => Err(unexpected(kind)),
        }
    }
}

impl DataPhase for Wire {
    fn receive(&mut self) -> io::Result<u64> {
        match self.next_packet()? {
            Next::Packet(START_DATA, body) if body.len() == 12 => {
                let (Some(transaction), Some(total)) = (u32_at(&body, 0), u64_at(&body, 4)) else {
                    return Err(unexpected(START_DATA));
                };
                self.check(transaction);
                self.incoming = Incoming { left: total, in_packet: 0, open: true };
                Ok(total)
            }
            Next::Packet(REQUEST, body) => {
                self.early = Some(body);
                Err(no_data_phase())
            }
            Next::Packet(CANCEL, _) => Err(cancelled()),
            Next::Packet(kind, _) => Err(unexpected(kind)),
            Next::Data => Err(unexpected(DATA)),
        }
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.incoming.in_packet == 0 && self.incoming.left > 0 && self.incoming.open {
            if !self.next_data_packet()? {
                return Err(cancelled());
            }
        }
        let most = self.incoming.in_packet.min(self.incoming.left);
        let wanted = buf.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        // Not `read`, whose `Interrupted` means something else here.
        let filled = loop {
            match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                filled => break filled?,
            }
        };
        let count = wanted.min(filled.len());
        buf[..count].copy_from_slice(&filled[..count]);
        self.reader.consume(count);
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.incoming.in_packet -= count as u64;
        self.incoming.left -= count as u64;
        Ok(count)
    }

    fn send(&mut self, total: u64) -> io::Result<()> {
        self.outgoing = total;
        self.writer.write_all(&Packet::new(START_DATA).u32(self.transaction).u64(total).finish())
    }

    /// The last piece goes as EndData; small ones share a segment with StartData and the response.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.outgoing = self.outgoing.saturating_sub(bytes.len() as u64);
        let kind = if self.outgoing == 0 { END_DATA } else { DATA };
        self.writer.write_all(&Packet::new(kind).u32(self.transaction).finish_before(bytes.len()))?;
        self.writer.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn cut(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.outgoing) > 0 {
            self.writer.write_all(&Packet::new(END_DATA).u32(self.transaction).finish())?;
        }
        Ok(())
    }
}
