//! Answers operations, whatever they came over.
//!
//! A transport finds an [`Operation`] in its stream and offers itself as the [`DataPhase`]. The responder reads or
//! writes data as CHDK does, which is to say not always as much as the other side expects; it is up to the transport to
//! skip what was not read.

mod chdk;
mod files;
mod objects;
mod staged;
mod standard;

use std::io;
use std::sync::Arc;

use crate::sim::camera::Body;
use crate::sim::control::{Plan, Strict};
use crate::sim::log::Log;
use staged::{Staged, happen};

pub(crate) use objects::Objects;
pub(crate) use standard::OPERATIONS;

/// Response codes.
pub(crate) const OK: u16 = 0x2001;
pub(crate) const GENERAL_ERROR: u16 = 0x2002;
pub(crate) const SESSION_NOT_OPEN: u16 = 0x2003;
pub(crate) const OPERATION_NOT_SUPPORTED: u16 = 0x2005;
pub(crate) const PARAMETER_NOT_SUPPORTED: u16 = 0x2006;
pub(crate) const INCOMPLETE_TRANSFER: u16 = 0x2007;
pub(crate) const INVALID_STORAGE_ID: u16 = 0x2008;
pub(crate) const INVALID_OBJECT_HANDLE: u16 = 0x2009;
pub(crate) const STORE_FULL: u16 = 0x200c;
pub(crate) const OBJECT_WRITE_PROTECTED: u16 = 0x200d;
pub(crate) const STORE_READ_ONLY: u16 = 0x200e;
pub(crate) const ACCESS_DENIED: u16 = 0x200f;
pub(crate) const NO_THUMBNAIL_PRESENT: u16 = 0x2010;
pub(crate) const PARTIAL_DELETION: u16 = 0x2012;
pub(crate) const NO_VALID_OBJECT_INFO: u16 = 0x2015;
pub(crate) const INVALID_PARENT_OBJECT: u16 = 0x201a;
pub(crate) const INVALID_PARAMETER: u16 = 0x201d;
pub(crate) const SESSION_ALREADY_OPEN: u16 = 0x201e;
pub(crate) const TRANSACTION_CANCELLED: u16 = 0x201f;

/// CHDK's one operation.
const CHDK: u16 = 0x9999;

/// How much of a file is in memory at a time.
const CHUNK: usize = 64 * 1024;

/// A command from the host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) code: u16,
    pub(crate) transaction: u32,
    params: [u32; 5],
    count: usize,
}

impl Operation {
    /// Takes the first five parameters.
    pub(crate) fn new(code: u16, transaction: u32, params: impl IntoIterator<Item = u32>) -> Self {
        let mut operation = Self { code, transaction, params: [0; 5], count: 0 };
        for (slot, param) in operation.params.iter_mut().zip(params) {
            *slot = param;
            operation.count += 1;
        }
        operation
    }

    /// Parameter `n`, from 1; those that were not sent are 0.
    pub(crate) fn param(&self, n: usize) -> u32 {
        self.params[n - 1]
    }
}

/// The end of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) code: u16,
    params: Vec<u32>,
}

impl Response {
    fn new(code: u16, params: &[u32]) -> Self {
        Self { code, params: params.to_vec() }
    }

    pub(crate) fn params(&self) -> &[u32] {
        &self.params
    }
}

/// What the camera does about an operation.
pub(crate) enum Answer {
    /// It answers.
    Response(Response),
    /// It never answers again.
    Hang,
    /// It sends what makes no sense.
    Garbage,
    /// It refuses the transaction, as USB has it: the endpoints are halted.
    Stall,
}

/// What [`Answer::Garbage`] looks like: the same nonsense every time.
pub(crate) fn garbage() -> [u8; 64] {
    let mut seed = 0x9e37_79b9u32;
    std::array::from_fn(|_| {
        seed = seed.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35f);
        (seed >> 24) as u8
    })
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}

/// The data phase of a transaction.
pub(crate) trait DataPhase {
    /// Begins to receive, and says how much there is. Fails with [`no_data_phase`] if the host sends none.
    fn receive(&mut self) -> io::Result<u64>;

    /// Receives some of it; 0 at its end.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize>;

    /// Begins to send `total` bytes.
    fn send(&mut self, total: u64) -> io::Result<()>;

    /// Sends some of them.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes sure that what was sent is on its way.
    fn flush(&mut self) -> io::Result<()>;

    /// Ends what is being sent before all of it has been.
    fn cut(&mut self) -> io::Result<()>;
}

/// The host left out the data phase that its operation needs.
pub(crate) fn no_data_phase() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the host sent no data phase")
}

/// The host changed its mind in the middle of the data phase.
pub(crate) fn cancelled() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "the host cancelled the transaction")
}

/// The camera's side of one connection.
pub(crate) struct Responder {
    body: Arc<Body>,
    session: Option<u32>,
    /// For the SendObject to come.
    announced: Option<objects::Announced>,
}

impl Responder {
    pub(crate) fn new(body: Arc<Body>) -> Self {
        Self { body, session: None, announced: None }
    }

    pub(crate) fn log(&self) -> &Log {
        &self.body.log
    }

    /// Carries out an operation, and what is to happen meanwhile. Fails only when the connection does.
    pub(crate) fn handle(&mut self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Answer> {
        let plan = self.body.agenda.begin(operation);
        let answer = self.conduct(operation, data, plan);
        // Whatever came of it, a camera that hangs says nothing.
        let answer = if answer.is_ok() && self.body.agenda.is_hung() { Ok(Answer::Hang) } else { answer };
        self.body.log.note(|| trace(operation, &answer));
        answer
    }

    fn conduct(&mut self, operation: &Operation, data: &mut dyn DataPhase, plan: Plan) -> io::Result<Answer> {
        if let Some(answer) = happen(&self.body, plan.before)? {
            return Ok(answer);
        }
        if self.body.agenda.is_hung() {
            return Ok(Answer::Hang);
        }
        self.body.agenda.delay();
        let body = Arc::clone(&self.body);
        let mut staged = Staged::new(data, &body, plan.data);
        let answer = self.answer(operation, &mut staged);
        let answer = match (staged.finish()?, answer) {
            (Some(answer), _) => return Ok(answer),
            (None, Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                self.sin_or_hang("no data phase, and a real camera waits for one for good", &[])
            }
            (None, Err(error)) if error.kind() == io::ErrorKind::Interrupted => {
                Response::new(TRANSACTION_CANCELLED, &[]).into()
            }
            (None, Err(error)) => return Err(error),
            (None, Ok(answer)) => answer,
        };
        Ok(happen(&self.body, plan.response)?.unwrap_or(answer))
    }

    fn answer(&mut self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Answer> {
        let is_chdk = operation.code == CHDK && self.body.config.profile.chdk.is_some();
        if !is_chdk && !self.body.config.profile.ptp.operations.contains(&operation.code) {
            return Ok(Response::new(OPERATION_NOT_SUPPORTED, &[]).into());
        }
        if self.session.is_none() && !standard::needs_no_session(operation.code) {
            return Ok(Response::new(SESSION_NOT_OPEN, &[]).into());
        }
        if is_chdk { self.chdk(operation, data) } else { self.standard(operation, data).map(Answer::from) }
    }

    fn sin(&self, what: &str) -> Strict {
        self.body.log.sin(what)
    }

    /// A sin that a real camera hangs on: so does this one, or answers an error with these parameters.
    fn sin_or_hang(&self, what: &str, params: &[u32]) -> Answer {
        match self.sin(what) {
            Strict::Do => Answer::Hang,
            Strict::Refuse => Response::new(GENERAL_ERROR, params).into(),
        }
    }
}

/// One line of log for a transaction.
fn trace(operation: &Operation, answer: &io::Result<Answer>) -> String {
    let params = &operation.params[..operation.count];
    let outcome = match answer {
        Ok(Answer::Response(Response { code, params })) => format!("{code:#06x} {params:x?}"),
        Ok(Answer::Hang) => "hangs".to_owned(),
        Ok(Answer::Garbage) => "garbage".to_owned(),
        Ok(Answer::Stall) => "stalls".to_owned(),
        Err(error) => error.to_string(),
    };
    format!("#{} {:#06x} {params:x?} -> {outcome}", operation.transaction, operation.code)
}

/// Sends a whole data phase.
fn send_all(data: &mut dyn DataPhase, bytes: &[u8]) -> io::Result<()> {
    data.send(bytes.len() as u64)?;
    data.write(bytes)
}

/// Receives up to `limit` bytes.
fn read_up_to(data: &mut dyn DataPhase, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; limit.min(CHUNK)];
    while bytes.len() < limit {
        let wanted = chunk.len().min(limit - bytes.len());
        let count = data.read(&mut chunk[..wanted])?;
        if count == 0 {
            break;
        }
        bytes.extend(&chunk[..count]);
    }
    Ok(bytes)
}

/// Receives the rest and forgets it.
fn drain(data: &mut dyn DataPhase) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    while data.read(&mut chunk)? > 0 {}
    Ok(())
}
