//! Looking over a script's shoulder: what it sends is shown to a person as it comes, and stays for who reads it.

use super::{Camera, Message, Script, Stage, position};
use crate::chdk::Chdk;
use crate::error::{Error, ErrorKind, Result};

/// How many messages are fetched in one go, so that a talkative script does not keep a person from the camera.
const AT_ONCE: usize = 64;

/// How many messages that were shown stay for somebody to read.
const KEPT: usize = 256;

/// A message that was fetched and not yet read.
pub(super) struct Pending {
    pub message: Message,
    pub shown: bool,
}

/// What is new.
#[derive(Debug)]
pub struct Overheard {
    /// Whether a script runs.
    pub running: bool,
    /// Messages that were not shown before. [`Camera::read_msg`] still gives them.
    pub messages: Vec<Message>,
}

impl Camera {
    /// Asks the script engine once, and fetches what waits. Of messages that nobody reads, the last 256 stay.
    pub fn overhear(&mut self) -> Result<Overheard> {
        let status = self.with(Chdk::script_status)?;
        if status.messages {
            for _ in 0..AT_ONCE {
                let Some(message) = self.with(Chdk::read_script_msg)? else { break };
                self.keep(message)?;
            }
        }
        let mut messages = Vec::new();
        for at in 0..self.pending.len() {
            if !self.pending[at].shown && !self.is_streamed(&self.pending[at].message) {
                self.pending[at].shown = true;
                messages.push(self.pending[at].message.clone());
            }
        }
        let mut surplus = self.pending.iter().filter(|pending| pending.shown).count().saturating_sub(KEPT);
        self.pending.retain(|pending| {
            let drop = pending.shown && surplus > 0;
            surplus -= usize::from(drop);
            !drop
        });
        Ok(Overheard { running: status.running, messages })
    }

    /// The error that a message of this kind tells, in the lines of the script if it is the one that was started last.
    pub fn told_error(&self, script_id: u32, stage: Stage, text: &[u8]) -> Error {
        let kind = if stage == Stage::Compile { ErrorKind::Compile } else { ErrorKind::Runtime };
        match &self.started {
            Some((id, script)) if *id == script_id => position::error(kind, text, script),
            _ => Error::new(kind, String::from_utf8_lossy(text)),
        }
    }

    /// What a script is called: the name that it was started under, if it is the one that was started last.
    pub fn script_name(&self, script_id: u32) -> Option<&str> {
        self.started.as_ref().filter(|(id, _)| *id == script_id).map(|(_, script)| script.name.as_str())
    }

    /// Says which text the errors of a running script are about from now on.
    pub fn told_as(&mut self, id: u32, script: &Script) {
        self.started = Some((id, script.clone()));
    }
}
