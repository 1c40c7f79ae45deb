//! Operations by the names that people know them by.

use std::fmt;
use std::str::FromStr;

use crate::sim::control::parse::{BadEvent, known};
use crate::sim::responder::Operation;

/// CHDK's one operation.
const CHDK: u16 = 0x9999;

/// CHDK's commands in the order of their numbers (CHDK core/ptp.h:33-99).
const COMMANDS: [&str; 15] = [
    "Version",
    "GetMemory",
    "SetMemory",
    "CallFunction",
    "TempData",
    "UploadFile",
    "DownloadFile",
    "ExecuteScript",
    "ScriptStatus",
    "ScriptSupport",
    "ReadScriptMsg",
    "WriteScriptMsg",
    "GetDisplayData",
    "RemoteCaptureIsReady",
    "RemoteCaptureGetData",
];

/// The operations of standard PTP, from 0x1001 on (ISO 15740).
const STANDARD: [&str; 28] = [
    "GetDeviceInfo",
    "OpenSession",
    "CloseSession",
    "GetStorageIDs",
    "GetStorageInfo",
    "GetNumObjects",
    "GetObjectHandles",
    "GetObjectInfo",
    "GetObject",
    "GetThumb",
    "DeleteObject",
    "SendObjectInfo",
    "SendObject",
    "InitiateCapture",
    "FormatStore",
    "ResetDevice",
    "SelfTest",
    "SetObjectProtection",
    "PowerDown",
    "GetDevicePropDesc",
    "GetDevicePropValue",
    "SetDevicePropValue",
    "ResetDevicePropValue",
    "TerminateOpenCapture",
    "MoveObject",
    "CopyObject",
    "GetPartialObject",
    "InitiateOpenCapture",
];

/// One of CHDK's commands, or an operation of standard PTP: `UploadFile`, `GetObject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command(&'static str);

impl Command {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        COMMANDS.iter().chain(&STANDARD).map(|name| Self(name))
    }

    /// As in the documentation of CHDK and of PTP.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether an operation is this command.
    pub(crate) fn is(self, operation: &Operation) -> bool {
        let name = if operation.code == CHDK {
            COMMANDS.get(operation.param(1) as usize)
        } else {
            STANDARD.get(usize::from(operation.code.wrapping_sub(0x1001)))
        };
        name == Some(&self.0)
    }
}

impl FromStr for Command {
    type Err = BadEvent;

    /// In upper or lower case.
    fn from_str(text: &str) -> Result<Self, BadEvent> {
        let found = Self::all().find(|command| command.0.eq_ignore_ascii_case(text));
        found.ok_or_else(|| known("command", text, Self::all().map(|command| command.0)))
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
