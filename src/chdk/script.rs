//! ExecuteScript, ScriptStatus, ScriptSupport, ReadScriptMsg, WriteScriptMsg.

use super::message::{self, Message};
use super::{Chdk, Command, Version, send, with_params};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::{DataPhase, ResponseCode};

/// Language number of Lua, the only one that CHDK runs over PTP (CHDK core/ptp.h).
const LUA: u32 = 0;
/// A language that no camera runs over PTP, so that asking for it starts nothing.
const UBASIC: u32 = 1;

/// The largest message that can be meant: a script has a few MiB of memory, and a message is one block of it.
const MESSAGE_LIMIT: u64 = 16 * 1024 * 1024;

/// Flags of ExecuteScript (CHDK core/ptp.h, `PTP_CHDK_SCRIPT_FL_*`); since protocol 2.6.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExecFlags {
    /// Refuse rather than kill a script that runs.
    pub no_kill: bool,
    /// Drop messages from scripts that nobody read.
    pub flush_cam_msgs: bool,
    /// Drop messages to scripts that no script read.
    pub flush_host_msgs: bool,
}

impl ExecFlags {
    fn bits(self) -> u32 {
        let bit = |set, value| if set { value } else { 0 };
        bit(self.no_kill, 0x100) | bit(self.flush_cam_msgs, 0x200) | bit(self.flush_host_msgs, 0x400)
    }
}

/// What ExecuteScript did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// The script of this id runs from the next tick on.
    Running(u32),
    /// The script got this id and did not compile; a message may say why.
    CompileError(u32),
    /// The script of this id runs already, and was not to be killed.
    Refused(u32),
}

/// What the script engine says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// A script runs.
    pub running: bool,
    /// Messages wait to be read, of whatever script.
    pub messages: bool,
}

/// What became of a message to a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Queued.
    Queued,
    /// No script runs.
    NotRunning,
    /// The queue is full: 15 messages wait.
    QueueFull,
    /// Another script than the one named runs.
    WrongScript,
}

impl Chdk {
    /// Starts a script. A NUL in it is an error, since the camera stops reading there; the one behind it is added, since
    /// cameras of before 2022 need it (CHDK git 3a1c21416).
    pub fn execute_script(&mut self, script: &[u8], flags: ExecFlags) -> Result<Started> {
        if let Some(at) = script.iter().position(|byte| *byte == 0) {
            let line = 1 + script[..at].iter().filter(|byte| **byte == b'\n').count();
            return Err(Error::new(
                ErrorKind::BadArgument,
                format!("the script has a NUL byte in line {line}, where the camera would stop reading it"),
            ));
        }
        let flags = if self.version() < Version::EXEC_FLAGS { 0 } else { flags.bits() };
        let mut text = Vec::with_capacity(script.len() + 1);
        text.extend_from_slice(script);
        text.push(0);
        let response = self.give(Command::ExecuteScript, &[LUA | flags], &text)?;
        let params = with_params(Command::ExecuteScript, &response, 2)?;
        let id = params.get(1);
        match params.get(2) {
            0 => Ok(Started::Running(id)),
            1 => Ok(Started::CompileError(id)),
            0x1000 => Ok(Started::Refused(id)),
            other => Err(Error::new(
                ErrorKind::Protocol,
                format!("ExecuteScript: the camera answered with the unknown status 0x{other:X}"),
            )),
        }
    }

    /// The id of the script that was started last, by whomever. Asks for a language that no camera runs over PTP, which
    /// changes nothing (CHDK core/ptp.c:768).
    pub fn last_script_id(&mut self) -> Result<Option<u32>> {
        let mut text: &[u8] = &[0];
        let data = DataPhase::Out { size: 1, source: &mut text };
        let response = send(self.session(), Command::ExecuteScript, &[UBASIC], data)?;
        Ok((response.code == ResponseCode::PARAMETER_NOT_SUPPORTED && !response.params.as_slice().is_empty())
            .then(|| response.params.get(1)))
    }

    /// Whether a script runs and messages wait.
    pub fn script_status(&mut self) -> Result<Status> {
        let bits = self.answer(Command::ScriptStatus, &[], 1)?.get(1);
        Ok(Status { running: bits & 1 != 0, messages: bits & 2 != 0 })
    }

    /// Languages as bits: 1 is Lua.
    pub fn script_support(&mut self) -> Result<u32> {
        Ok(self.answer(Command::ScriptSupport, &[], 1)?.get(1))
    }

    /// The next message from a script, if there is one.
    pub fn read_script_msg(&mut self) -> Result<Option<Message>> {
        let (response, data) = self.fetch(Command::ReadScriptMsg, &[], MESSAGE_LIMIT)?;
        let p = with_params(Command::ReadScriptMsg, &response, 4)?;
        message::decode(p.get(1), p.get(2), p.get(3), p.get(4), data)
    }

    /// Sends a message to the script with this id, or to any script (0).
    pub fn write_script_msg(&mut self, bytes: &[u8], script_id: u32) -> Result<Delivery> {
        let response = self.give(Command::WriteScriptMsg, &[script_id], bytes)?;
        match with_params(Command::WriteScriptMsg, &response, 1)?.get(1) {
            0 => Ok(Delivery::Queued),
            1 => Ok(Delivery::NotRunning),
            2 => Ok(Delivery::QueueFull),
            3 => Ok(Delivery::WrongScript),
            other => Err(Error::new(
                ErrorKind::Protocol,
                format!("WriteScriptMsg: the camera answered with the unknown status {other}"),
            )),
        }
    }
}
