//! What a person does with a camera: run scripts, exchange messages, move files.
//!
//! Everything here goes through operation 0x9999 as `chdk` speaks it; nothing here knows a Lua VM of the host or a
//! simulator.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Interrupt};
use crate::error::Result;

/// How a camera is driven.
#[derive(Clone)]
pub struct Options {
    /// What waits are measured with.
    pub clock: Arc<dyn Clock>,
    /// What ends waits early.
    pub interrupt: Interrupt,
    /// How long one transaction may stand still.
    pub timeout: Duration,
}

/// The version of CHDK's PTP protocol, as in 2.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Major.
    pub major: u32,
    /// Minor.
    pub minor: u32,
}

/// What is known of a camera since it was connected.
#[derive(Debug, Clone)]
pub struct Info {
    /// Where it is: `usb:001:004`, `ip:127.0.0.1:15740`, `sim`.
    pub location: String,
    /// As in "Canon PowerShot A1400".
    pub model: String,
    /// As in "Canon Inc.".
    pub manufacturer: String,
    /// May be empty.
    pub serial_number: String,
    /// The firmware's version as PTP tells it.
    pub device_version: String,
    /// CHDK's protocol; `None` if the camera has no CHDK.
    pub chdk: Option<Version>,
}

/// A script in the user's words, with the name under which errors show it.
#[derive(Debug, Clone)]
pub struct Script {
    /// A file's name, or a word like `exec`.
    pub name: String,
    /// The text.
    pub source: Vec<u8>,
    /// The line of `name` on which the text starts, from 1: for code that stands inside another file.
    pub first_line: u32,
}

/// How a script is started.
#[derive(Debug, Clone)]
pub struct ExecOptions {
    /// Kill a script that runs, instead of refusing to start (`clobber`).
    pub replace: bool,
    /// Drop messages of earlier scripts that nobody read.
    pub flush_cam_msgs: bool,
    /// Drop messages to earlier scripts that nobody read.
    pub flush_host_msgs: bool,
    /// Put the serializer in front, so that tables arrive as tables.
    pub serializer: bool,
}

/// How something is waited for.
#[derive(Debug, Clone, Default)]
pub struct WaitOptions {
    /// Give up with [`ErrorKind::Timeout`](crate::ErrorKind) after this long.
    pub timeout: Option<Duration>,
    /// Wait this long before the first question.
    pub initial: Option<Duration>,
    /// The longest pause between questions.
    pub poll: Option<Duration>,
    /// The first pause between questions.
    pub poll_start: Option<Duration>,
}

/// What the script engine says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// A script runs.
    pub running: bool,
    /// Messages wait to be read, of whatever script.
    pub messages: bool,
}

/// A message from a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The script that sent it.
    pub script_id: u32,
    /// What it is.
    pub body: Body,
}

/// The kinds of messages (CHDK core/ptp.h, `ptp_CHDK_script_msg_type`).
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// The script failed.
    Error {
        /// While compiling or while running.
        stage: Stage,
        /// The camera's text.
        text: Vec<u8>,
    },
    /// A value that the script returned.
    Return(Payload),
    /// A value that the script sent with `write_usb_msg`.
    User(Payload),
}

/// When a script failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The camera did not say.
    None,
    /// While compiling.
    Compile,
    /// While running.
    Run,
}

/// A value in a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// A function, userdata or thread, by the name of its type.
    Unsupported(String),
    /// nil
    Nil,
    /// boolean
    Boolean(bool),
    /// number
    Integer(i32),
    /// string
    String(Vec<u8>),
    /// The text of a table: see [`crate::table`].
    Table(Vec<u8>),
}

/// Which script a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The script that this connection started last.
    Last,
    /// Whatever script reads it.
    Any,
    /// The script with this id.
    Script(u32),
}

/// What `stat` tells of a file or folder on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970 in the camera's local time.
    pub mtime: i64,
    /// DOS attribute bits.
    pub attrib: u32,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// A name in a folder of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirEntry {
    /// The name, as the camera spells it (bytes: FAT code pages are not UTF-8).
    pub name: Vec<u8>,
    /// `None` if the camera would not say.
    pub stat: Option<Stat>,
}

/// A connected camera.
pub struct Camera(());

#[allow(unused_variables)]
impl Camera {
    /// What is known of it.
    pub fn info(&self) -> &Info {
        unimplemented!()
    }

    /// Model and serial, or what there is of them: how errors name it.
    pub fn name(&self) -> &str {
        unimplemented!()
    }

    /// How it is driven.
    pub fn options(&self) -> &Options {
        unimplemented!()
    }

    /// Whether the connection is usable as far as is known.
    pub fn is_connected(&self) -> bool {
        unimplemented!()
    }

    /// Ends the session. Later calls fail with [`ErrorKind::Disconnected`](crate::ErrorKind).
    pub fn disconnect(&mut self) -> Result<()> {
        unimplemented!()
    }

    /// Transactions so far, and bytes out and in, headers included.
    pub fn counters(&self) -> Counters {
        unimplemented!()
    }

    /// Starts a script and returns its id. A compile error is [`ErrorKind::Compile`](crate::ErrorKind).
    pub fn exec(&mut self, script: &Script, options: &ExecOptions) -> Result<u32> {
        unimplemented!()
    }

    /// Runs a script to its end. `on_message` sees each `write_usb_msg` as it comes; its error kills the script and is
    /// returned. The result is what the script returned, nils included.
    ///
    /// A script that was killed or interrupted on the camera is `ScriptKilled`; a timeout or Ctrl-C kills the script.
    pub fn execwait(
        &mut self,
        script: &Script,
        options: &ExecOptions,
        wait: &WaitOptions,
        on_message: &mut dyn FnMut(&mut Camera, Payload) -> Result<()>,
    ) -> Result<Vec<Payload>> {
        unimplemented!()
    }

    /// Ends the running script, if any, without its `restore`.
    pub fn kill_script(&mut self) -> Result<()> {
        unimplemented!()
    }

    /// Id of the script that this connection started last.
    pub fn script_id(&self) -> Option<u32> {
        unimplemented!()
    }

    /// Asks once.
    pub fn script_status(&mut self) -> Result<Status> {
        unimplemented!()
    }

    /// Whether the camera runs Lua scripts.
    pub fn script_support(&mut self) -> Result<u32> {
        unimplemented!()
    }

    /// Waits until `until` holds; `None` if the timeout passed first.
    pub fn wait_status(&mut self, wait: &WaitOptions, until: &mut dyn FnMut(Status) -> bool) -> Result<Option<Status>> {
        unimplemented!()
    }

    /// The next message, if one waits.
    pub fn read_msg(&mut self) -> Result<Option<Message>> {
        unimplemented!()
    }

    /// The next message, waited for. `None` if the timeout passed, or the script ended without one.
    pub fn wait_msg(&mut self, wait: &WaitOptions) -> Result<Option<Message>> {
        unimplemented!()
    }

    /// Sends bytes to a script's `read_usb_msg`.
    pub fn write_msg(&mut self, bytes: &[u8], target: Target) -> Result<()> {
        unimplemented!()
    }

    /// Reads and drops whatever waits.
    pub fn flush_msgs(&mut self) -> Result<()> {
        unimplemented!()
    }

    /// Memory of the camera; `buffered` reads through a buffer (protocol 2.8), which some addresses need.
    pub fn get_memory(&mut self, address: u32, size: u32, buffered: bool) -> Result<Vec<u8>> {
        unimplemented!()
    }

    /// Writes memory of the camera.
    pub fn set_memory(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        unimplemented!()
    }

    /// Calls a function of the firmware and returns R0.
    pub fn call_function(&mut self, address: u32, args: &[u32]) -> Result<u32> {
        unimplemented!()
    }

    /// Sends a file of the host. Returns its size.
    pub fn upload(&mut self, local: &Path, remote: &[u8]) -> Result<u64> {
        unimplemented!()
    }

    /// Sends `size` bytes from a stream.
    pub fn upload_from(&mut self, source: &mut dyn Read, size: u64, remote: &[u8]) -> Result<()> {
        unimplemented!()
    }

    /// Fetches a file. The local file appears under its name when it is whole, and not before.
    pub fn download(&mut self, remote: &[u8], local: &Path) -> Result<u64> {
        unimplemented!()
    }

    /// Fetches a file into a stream.
    pub fn download_to(&mut self, remote: &[u8], sink: &mut dyn Write) -> Result<u64> {
        unimplemented!()
    }

    /// What a folder holds.
    pub fn list_dir(&mut self, path: &[u8]) -> Result<Vec<DirEntry>> {
        unimplemented!()
    }

    /// What is known of a file or folder; `NotFound` if there is none.
    pub fn stat(&mut self, path: &[u8]) -> Result<Stat> {
        unimplemented!()
    }
}

/// What went over the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// PTP transactions.
    pub transactions: u64,
    /// Bytes to the camera.
    pub written: u64,
    /// Bytes from the camera.
    pub read: u64,
}
