//! Operation 0x9999: CHDK's own commands over PTP, one function each (CHDK core/ptp.h, core/ptp.c).
//!
//! Numbers, messages and blocks as they are on the wire; what a person wants of them is the business of `camera`.

mod files;
mod memory;
mod message;
mod script;

pub use files::NAME_LIMIT;
pub use message::{Body, Message, Payload, Stage};
pub use script::{Delivery, ExecFlags, Started, Status};

use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::ptp::session::refused;
use crate::ptp::{Bytes, Counters, DataPhase, Params, Response, ResponseCode, Session};

/// The vendor operation that carries everything (CHDK core/ptp.h, `PTP_OC_CHDK`).
pub const OPERATION: u16 = 0x9999;

/// Command numbers (CHDK core/ptp.h, `ptp_chdk_command`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
enum Command {
    Version = 0,
    GetMemory = 1,
    SetMemory = 2,
    CallFunction = 3,
    TempData = 4,
    UploadFile = 5,
    DownloadFile = 6,
    ExecuteScript = 7,
    ScriptStatus = 8,
    ScriptSupport = 9,
    ReadScriptMsg = 10,
    WriteScriptMsg = 11,
}

/// A version of CHDK's PTP protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Version {
    /// Major: a different one is a different protocol.
    pub major: u32,
    /// Minor: grows with each addition.
    pub minor: u32,
}

impl Version {
    /// ExecuteScript takes flags, and killing a script is clean.
    pub const EXEC_FLAGS: Self = Self { major: 2, minor: 6 };
    /// CallFunction takes any number of arguments.
    pub const ANY_ARGUMENTS: Self = Self { major: 2, minor: 5 };
    /// GetMemory knows two modes, and address 0.
    pub const MEMORY_MODES: Self = Self { major: 2, minor: 8 };
    /// The oldest that is spoken here: tables have a type of their own.
    pub const OLDEST: Self = Self { major: 2, minor: 0 };
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// CHDK on a camera.
pub struct Chdk {
    session: Session,
    version: Version,
}

impl Chdk {
    /// Asks the camera for its version. `Err` gives the session back with the reason: a camera without CHDK is still a
    /// camera.
    pub fn new(mut session: Session) -> Result<Self, (Session, Error)> {
        match ask_version(&mut session) {
            Ok(version) => Ok(Self { session, version }),
            Err(error) => Err((session, error)),
        }
    }

    /// The protocol that the camera speaks.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Asks the camera for its version again.
    pub fn ask_version(&mut self) -> Result<Version> {
        ask_version(&mut self.session)
    }

    /// The PTP session.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Whether the connection is usable as far as is known.
    pub fn is_open(&self) -> bool {
        self.session.is_open()
    }

    /// What went over the wire.
    pub fn counters(&self) -> Counters {
        self.session.counters()
    }

    /// A command whose answer must be OK.
    fn command(&mut self, command: Command, params: &[u32], data: DataPhase<'_>) -> Result<Response> {
        let response = send(&mut self.session, command, params, data)?;
        if response.code == ResponseCode::OK { Ok(response) } else { Err(refused(name(command), &response)) }
    }

    /// A command whose answer must be OK and have so many parameters at least.
    fn answer(&mut self, command: Command, params: &[u32], wanted: usize) -> Result<Params> {
        let response = self.command(command, params, DataPhase::None)?;
        with_params(command, &response, wanted)
    }

    /// A command whose data is kept, up to `limit` bytes.
    fn fetch(&mut self, command: Command, params: &[u32], limit: u64) -> Result<(Response, Vec<u8>)> {
        let mut bytes = Bytes::up_to(limit);
        let response = self.command(command, params, DataPhase::In(&mut bytes))?;
        Ok((response, bytes.data))
    }

    /// A command with bytes for the camera. A data phase of no length hangs a camera (CHDK core/ptp.c:879), so there
    /// must be some.
    fn give(&mut self, command: Command, params: &[u32], mut bytes: &[u8]) -> Result<Response> {
        if bytes.is_empty() {
            return Err(Error::new(
                ErrorKind::BadArgument,
                format!("{}: nothing to send, and a camera hangs on an empty transfer", name(command)),
            ));
        }
        self.command(command, params, DataPhase::Out { size: bytes.len() as u64, source: &mut bytes })
    }
}

fn send(session: &mut Session, command: Command, params: &[u32], data: DataPhase<'_>) -> Result<Response> {
    let mut all = vec![command as u32];
    all.extend_from_slice(params);
    session.transact_within(patience(command), OPERATION, &all, data)
}

/// How long a camera may stand still in a command before it must be taken for dead, unless the user says otherwise.
fn patience(command: Command) -> Duration {
    let seconds = match command {
        // Answered from what the PTP task has at hand.
        Command::Version | Command::ScriptSupport => 5,
        // As well, but a picture that is being taken or developed goes before (its tasks have higher priority).
        Command::ScriptStatus | Command::ReadScriptMsg | Command::WriteScriptMsg | Command::TempData => 10,
        // Copied from or to memory, with one pause for a large buffer to be found.
        Command::GetMemory | Command::SetMemory => 15,
        // The card: it may have to be erased block by block, its directory searched; the module with the Lua interpreter is
        // read from it, and a script that runs is waited for until it yields (CHDK core/script.c:220-230,415-441).
        Command::UploadFile | Command::DownloadFile | Command::ExecuteScript => 30,
        // Nobody knows what the function does.
        Command::CallFunction => 30,
    };
    Duration::from_secs(seconds)
}

fn name(command: Command) -> &'static str {
    match command {
        Command::Version => "Version",
        Command::GetMemory => "GetMemory",
        Command::SetMemory => "SetMemory",
        Command::CallFunction => "CallFunction",
        Command::TempData => "TempData",
        Command::UploadFile => "UploadFile",
        Command::DownloadFile => "DownloadFile",
        Command::ExecuteScript => "ExecuteScript",
        Command::ScriptStatus => "ScriptStatus",
        Command::ScriptSupport => "ScriptSupport",
        Command::ReadScriptMsg => "ReadScriptMsg",
        Command::WriteScriptMsg => "WriteScriptMsg",
    }
}

/// The parameters of a response, if there are as many as there must be.
fn with_params(command: Command, response: &Response, wanted: usize) -> Result<Params> {
    let sent = response.params.as_slice().len();
    if sent < wanted {
        return Err(Error::new(
            ErrorKind::Protocol,
            format!("{}: the camera answered with {sent} parameters where {wanted} are due", name(command)),
        ));
    }
    Ok(response.params)
}

fn ask_version(session: &mut Session) -> Result<Version> {
    let response = send(session, Command::Version, &[], DataPhase::None)?;
    match response.code {
        ResponseCode::OK => {}
        ResponseCode::OPERATION_NOT_SUPPORTED => {
            return Err(Error::new(
                ErrorKind::NotChdk,
                "the camera does not run CHDK: start it from a card with CHDK on it, and check that its build has PTP",
            )
            .with_response(response.code.0));
        }
        _ => return Err(refused("Version", &response)),
    }
    let params = with_params(Command::Version, &response, 2)?;
    let version = Version { major: params.get(1), minor: params.get(2) };
    if version < Version::OLDEST {
        return Err(Error::new(
            ErrorKind::NotChdk,
            format!(
                "the camera's CHDK is too old: it speaks protocol {version}, and {} is the oldest that has scripts \
                 with messages and tables; install a CHDK of 2011 or newer",
                Version::OLDEST
            ),
        ));
    }
    if version.major != Version::OLDEST.major {
        return Err(Error::new(
            ErrorKind::NotChdk,
            format!("the camera's CHDK speaks protocol {version}, which is newer than this program knows (2.x)"),
        ));
    }
    Ok(version)
}
