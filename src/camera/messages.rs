//! Messages to and from scripts.

use super::overhear::Pending;
use super::wait::{Paused, Pauses};
use super::{Camera, Message, Status, WaitOptions};
use crate::chdk::{Chdk, Delivery};
use crate::error::{Error, ErrorKind, Result};

/// A camera queues 15 messages (CHDK core/ptp.c:299). One that has more than this at once makes them up.
const PENDING_LIMIT: usize = 1024;

/// Which script a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The script that this connection started last, or any if it started none.
    Last,
    /// Whatever script reads it.
    Any,
    /// The script with this id.
    Script(u32),
}

impl Camera {
    /// Asks the script engine once.
    pub fn script_status(&mut self) -> Result<Status> {
        let status = self.with(Chdk::script_status)?;
        Ok(Status { messages: status.messages || !self.pending.is_empty(), ..status })
    }

    /// Languages that the camera runs, as bits: 1 is Lua.
    pub fn script_support(&mut self) -> Result<u32> {
        self.with(Chdk::script_support)
    }

    /// Id of the script that this connection started last.
    pub fn script_id(&self) -> Option<u32> {
        self.script_id
    }

    /// The next message of any script, if one waits. What an open [`Stream`](super::Stream) consists of is left for it.
    pub fn read_msg(&mut self) -> Result<Option<Message>> {
        if let Some(at) = self.pending.iter().position(|pending| !self.is_streamed(&pending.message)) {
            return Ok(self.pending.remove(at).map(|pending| pending.message));
        }
        loop {
            match self.with(Chdk::read_script_msg)? {
                Some(message) if self.is_streamed(&message) => self.keep(message)?,
                other => return Ok(other),
            }
        }
    }

    /// The next message, waited for. `None` if the script ended without one; [`ErrorKind::Timeout`] if the time is up.
    pub fn wait_msg(&mut self, wait: &WaitOptions) -> Result<Option<Message>> {
        let mut pauses = Pauses::new(self, wait);
        loop {
            let status = self.script_status()?;
            if status.messages
                && let Some(message) = self.read_msg()?
            {
                return Ok(Some(message));
            }
            if !status.running {
                return Ok(None);
            }
            match pauses.pause() {
                Paused::Over => {}
                Paused::Interrupted => return Err(self.interrupted("waiting for a message")),
                Paused::Late => {
                    let error = Error::new(ErrorKind::Timeout, "no message came from the camera's script in time");
                    return Err(self.named(error));
                }
            }
        }
    }

    /// Sends bytes to a script's `read_usb_msg`. Nothing to send is an error: a camera hangs on an empty transfer.
    pub fn write_msg(&mut self, bytes: &[u8], target: Target) -> Result<()> {
        let id = match target {
            Target::Last => self.script_id.unwrap_or(0),
            Target::Any => 0,
            Target::Script(id) => id,
        };
        let delivery = self.with(|chdk| chdk.write_script_msg(bytes, id))?;
        let (kind, message) = match delivery {
            Delivery::Queued => return Ok(()),
            Delivery::NotRunning => (ErrorKind::NotRunning, "no script runs on the camera".to_owned()),
            Delivery::QueueFull => (
                ErrorKind::QueueFull,
                "the camera holds 15 messages that its script has not read; let it read them first".to_owned(),
            ),
            Delivery::WrongScript => {
                (ErrorKind::WrongScript, format!("script {id} does not run on the camera (any more); another one does"))
            }
        };
        Err(self.named(Error::new(kind, message)))
    }

    /// Reads and drops whatever waits.
    pub fn flush_msgs(&mut self) -> Result<()> {
        self.pending.clear();
        for _ in 0..PENDING_LIMIT {
            if self.with(Chdk::read_script_msg)?.is_none() {
                return Ok(());
            }
        }
        Err(self.endless())
    }

    /// Keeps a message for who asks for it later.
    pub(super) fn keep(&mut self, message: Message) -> Result<()> {
        if self.pending.len() >= PENDING_LIMIT {
            return Err(self.endless());
        }
        self.pending.push_back(Pending { message, shown: false });
        Ok(())
    }

    fn endless(&self) -> Error {
        let text = format!("the camera has more than {PENDING_LIMIT} messages at once, where 15 are possible");
        self.named(Error::new(ErrorKind::Protocol, text))
    }
}
