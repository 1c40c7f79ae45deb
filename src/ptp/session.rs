//! A PTP session: numbered transactions, one after the other.

use std::time::Duration;

use super::{Bytes, DataPhase, DeviceInfo, Params, Request, Response, ResponseCode, Sink, Transport, operation};
use crate::error::{Error, ErrorKind, Result};

/// The only session id that hosts of this field use.
const SESSION_ID: u32 = 1;

/// A DeviceInfo dataset is some hundred bytes; what claims to be more than this is not one.
const DEVICE_INFO_LIMIT: u64 = 64 * 1024;

/// How long saying goodbye may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long an operation may stand still that nobody knows anything of.
pub(crate) const USUAL: Duration = Duration::from_secs(10);
/// How long one may that a device answers from what it knows by heart.
const PROMPT: Duration = Duration::from_secs(5);

/// What went over the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// PTP transactions.
    pub transactions: u64,
    /// Bytes to the camera, headers included.
    pub written: u64,
    /// Bytes from the camera, headers included.
    pub read: u64,
}

/// An open session. Closed when dropped.
pub struct Session {
    transport: Box<dyn Transport>,
    next: u32,
    transactions: u64,
    /// Whether each operation has the patience that fits it, rather than one timeout for all.
    by_operation: bool,
    /// Why the connection is of no more use.
    ended: Option<String>,
}

impl Session {
    /// Opens a session, in which every operation has the timeout that the transport was made with. One that an earlier host
    /// left open is closed first.
    pub fn open(transport: Box<dyn Transport>) -> Result<Self> {
        Self::begin(transport, false)
    }

    /// As [`open`](Self::open), with a timeout as for [`set_timeout`](Self::set_timeout).
    pub fn open_with(mut transport: Box<dyn Transport>, timeout: Option<Duration>) -> Result<Self> {
        timeout.inspect(|timeout| transport.set_timeout(*timeout));
        Self::begin(transport, timeout.is_none())
    }

    fn begin(transport: Box<dyn Transport>, by_operation: bool) -> Result<Self> {
        let mut session = Self { transport, next: 0, transactions: 0, by_operation, ended: None };
        let response = session.open_once()?;
        if response.code == ResponseCode::SESSION_ALREADY_OPENED {
            session.transact(operation::CLOSE_SESSION, &[], DataPhase::None)?;
            session.next = 0;
            session.open_once()?;
        }
        Ok(session)
    }

    /// OpenSession has transaction id 0 (PTP ISO 15740 §10.5.2).
    fn open_once(&mut self) -> Result<Response> {
        let response = self.transact(operation::OPEN_SESSION, &[SESSION_ID], DataPhase::None)?;
        if response.code == ResponseCode::OK || response.code == ResponseCode::SESSION_ALREADY_OPENED {
            return Ok(response);
        }
        let error = refused("OpenSession", &response);
        self.give_up(error.to_string());
        Err(error)
    }

    /// One transaction. A response other than OK is not an error here.
    pub fn transact(&mut self, operation: u16, params: &[u32], data: DataPhase<'_>) -> Result<Response> {
        let patience = match operation {
            operation::OPEN_SESSION | operation::GET_DEVICE_INFO => PROMPT,
            operation::CLOSE_SESSION => FAREWELL,
            _ => USUAL,
        };
        self.transact_within(patience, operation, params, data)
    }

    /// As [`transact`](Self::transact), for an operation that is known to stand still for up to `patience`. A timeout that was
    /// set for all operations goes before it.
    pub fn transact_within(
        &mut self,
        patience: Duration,
        operation: u16,
        params: &[u32],
        data: DataPhase<'_>,
    ) -> Result<Response> {
        if self.by_operation {
            self.transport.set_timeout(patience);
        }
        if let Some(reason) = &self.ended {
            return Err(Error::new(ErrorKind::NotConnected, format!("not connected: {reason}")));
        }
        let request = Request { operation, transaction: self.next, params: Params::new(params) };
        // 0xFFFFFFFF is reserved (§9.3.1).
        self.next = if self.next >= u32::MAX - 1 { 1 } else { self.next + 1 };
        self.transactions += 1;
        log::trace!("-> {operation:04X} {params:X?} ({})", request.transaction);
        let mut keeper = None;
        let result = match data {
            DataPhase::In(sink) => {
                let keeper = keeper.insert(Draining { sink, failed: None });
                self.transport.transact(&request, DataPhase::In(keeper))
            }
            other => self.transport.transact(&request, other),
        };
        match result {
            Ok(response) => {
                log::trace!("<- {:04X} {:X?}", response.code.0, response.params.as_slice());
                keeper.and_then(|k| k.failed).map_or(Ok(response), Err)
            }
            Err(error) => {
                self.give_up(error.to_string());
                Err(error)
            }
        }
    }

    /// What the device says of itself.
    pub fn device_info(&mut self) -> Result<DeviceInfo> {
        let mut bytes = Bytes::up_to(DEVICE_INFO_LIMIT);
        let response = self.transact(operation::GET_DEVICE_INFO, &[], DataPhase::In(&mut bytes))?;
        if response.code != ResponseCode::OK {
            return Err(refused("GetDeviceInfo", &response));
        }
        DeviceInfo::decode(&bytes.data)
    }

    /// Whether the connection is usable as far as is known.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// Closes the session and lets go of the camera.
    pub fn close(&mut self) -> Result<()> {
        if self.ended.is_some() {
            return Ok(());
        }
        self.set_timeout(Some(FAREWELL));
        let result = self.transact(operation::CLOSE_SESSION, &[], DataPhase::None);
        if self.ended.is_none() {
            self.give_up("it was disconnected".into());
        }
        result.map(drop)
    }

    /// How long a transaction may stand still from now on, whatever its operation; without one, as long as fits the
    /// operation.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        timeout.inspect(|timeout| self.transport.set_timeout(*timeout));
        self.by_operation = timeout.is_none();
    }

    /// Where the camera is.
    pub fn location(&self) -> String {
        self.transport.location()
    }

    /// What went over the wire.
    pub fn counters(&self) -> Counters {
        let (written, read) = self.transport.traffic();
        Counters { transactions: self.transactions, written, read }
    }

    fn give_up(&mut self, reason: String) {
        log::debug!("{}: connection closed: {reason}", self.transport.location());
        self.ended = Some(reason);
        self.transport.close();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Nobody is left to hear of a failure.
        let _ = self.close();
    }
}

/// Keeps the connection in step when the receiver of the data fails (a full disk): the rest is read and dropped.
struct Draining<'a> {
    sink: &'a mut dyn Sink,
    failed: Option<Error>,
}

impl Sink for Draining<'_> {
    fn begin(&mut self, total: u64) -> Result<()> {
        self.sink.begin(total)
    }

    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        if self.failed.is_some() {
            return Ok(());
        }
        match self.sink.write(chunk) {
            // A user who interrupts does not want to wait for the rest.
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failed = Some(error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// The error for a response other than OK.
pub(crate) fn refused(what: &str, response: &Response) -> Error {
    Error::new(ErrorKind::Ptp, format!("{what}: the camera answered {}", response.code)).with_response(response.code.0)
}
