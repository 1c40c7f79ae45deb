//! What a script goes through, as a stream: more than fits into a message, or into the camera's memory.
//!
//! The script returns what stands behind `in` of a generic `for`; `lua/camera/lib/send_each.lua` runs that loop on the
//! camera and sends what it gives in batches of some kilobytes. The camera's queue is the only buffer: when it is full,
//! the script waits, and nothing is dropped.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use serde::de::DeserializeOwned;

use super::value::decode_values;
use super::wait::{Paused, Pauses};
use super::{Body, Camera, ExecOptions, Message, Payload, Script, WaitOptions, position, runtime};
use crate::chdk::{Chdk, Stage};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{self, Document};

/// What a batch begins with.
const EACH: &[u8] = b"\x1bmoonshutter:each:";

/// The last message.
const DONE: &[u8] = b"\x1bmoonshutter:done";

/// A stream that is open: the script's id, and whether somebody still holds the stream.
pub(super) struct Open {
    id: u32,
    held: Weak<()>,
}

/// What one turn of the loop gave: one value or several, the first of which is not nil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    texts: Vec<Vec<u8>>,
}

impl Item {
    /// The values, as texts in the format of [`table`].
    pub fn into_texts(self) -> Vec<Vec<u8>> {
        self.texts
    }

    /// The values as a program's own: one by itself, several as a list or tuple.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        let documents = self.values()?;
        let values: Vec<_> = documents.iter().map(Document::root).collect();
        decode_values(&values)
    }

    /// The values.
    pub fn values(&self) -> Result<Vec<Document<'_>>> {
        self.texts.iter().map(|text| table::read(text).map_err(unreadable)).collect()
    }
}

/// What a script on the camera goes through, one [`Item`] at a time.
///
/// It does not hold the camera, which can do other things in between; but its script runs until the stream has been
/// read to its end, so no other script can be started. [`Camera::kill_script`] ends it early.
pub struct Stream {
    id: u32,
    script: Script,
    wait: WaitOptions,
    items: VecDeque<Item>,
    state: State,
    killed: bool,
    /// The camera has said that a message waits.
    promised: bool,
    /// What the script returned by itself.
    pub(super) returns: Vec<Payload>,
    held: Option<Arc<()>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Running,
    /// Everything was sent, and the script has nothing to do but end.
    Done,
    Over,
}

impl Camera {
    /// Starts a script that returns an iterator, as `return pairs(t)` or `return os.idir("A/DCIM")` does, and gives back
    /// a stream of what a generic `for` would get from it. The iterator may yield.
    ///
    /// Messages that the script sends besides are kept for [`read_msg`](Self::read_msg). `wait` is for each item.
    ///
    /// ```
    /// # use moonshutter::camera::{ExecOptions, Script, WaitOptions};
    /// # let mut camera = moonshutter::connect::connect(&"sim".parse()?, &Default::default())?;
    /// let script = Script::new("squares", "local n = 0 return function() n = n + 1 if n <= 1000 then return n, n * n end end");
    /// let mut stream = camera.each(&script, &ExecOptions::default(), &WaitOptions::default())?;
    /// while let Some(item) = stream.next(&mut camera)? {
    ///     let (n, square): (u32, u32) = item.decode()?;
    ///     assert_eq!(square, n * n);
    /// }
    /// # Ok::<(), moonshutter::Error>(())
    /// ```
    pub fn each(&mut self, script: &Script, options: &ExecOptions, wait: &WaitOptions) -> Result<Stream> {
        let mut options = options.clone();
        options.libs.push("send_each".into());
        let picked = self.pick(script, &options)?;
        let stream = self.stream(script, runtime::each(&script.source, &picked), &options, wait)?;
        self.script_id = Some(stream.id);
        Ok(stream)
    }

    /// Starts a script that sends a stream.
    pub(super) fn stream(
        &mut self,
        script: &Script,
        text: Vec<u8>,
        options: &ExecOptions,
        wait: &WaitOptions,
    ) -> Result<Stream> {
        let id = self.start(script, &text, options)?;
        let held = Arc::new(());
        self.streams.retain(|open| open.held.strong_count() > 0);
        self.streams.push(Open { id, held: Arc::downgrade(&held) });
        Ok(Stream {
            id,
            script: script.clone(),
            wait: wait.clone(),
            items: VecDeque::new(),
            state: State::Running,
            killed: false,
            promised: false,
            returns: Vec::new(),
            held: Some(held),
        })
    }

    /// Whether a stream is open.
    pub(super) fn is_streaming(&self) -> bool {
        self.streams.iter().any(|open| open.held.strong_count() > 0)
    }

    /// Whether a message belongs to a stream that is open. Others that its script sends are its own affair.
    pub(super) fn is_streamed(&self, message: &Message) -> bool {
        let ours = match &message.body {
            Body::User(Payload::String(text)) => text.starts_with(EACH) || text == DONE || text == runtime::KILLED,
            Body::User(_) => false,
            Body::Return(_) | Body::Error { .. } => true,
        };
        ours && self.streams.iter().any(|open| open.id == message.script_id && open.held.strong_count() > 0)
    }
}

impl Stream {
    /// The next item; `None` when the script has come to its end. After an error there is nothing more: the script has
    /// failed, or was ended because it could not be waited for any longer.
    pub fn next(&mut self, camera: &mut Camera) -> Result<Option<Item>> {
        let mut pauses = Pauses::new(camera, &self.wait);
        loop {
            if let Some(item) = self.items.pop_front() {
                return Ok(Some(item));
            }
            if self.state == State::Over {
                return Ok(None);
            }
            if let Err(error) = self.step(camera, &mut pauses) {
                let over = self.state == State::Over;
                self.end();
                return Err(if over { error } else { camera.end_own(self.id, error) });
            }
        }
    }

    /// The script's id.
    pub fn script_id(&self) -> u32 {
        self.id
    }

    /// Reads one message, or waits a little.
    fn step(&mut self, camera: &mut Camera, pauses: &mut Pauses) -> Result<()> {
        let ours = |message: &Message| message.script_id == self.id && camera.is_streamed(message);
        let kept = camera.pending.iter().position(|pending| ours(&pending.message));
        let message = match kept.and_then(|at| camera.pending.remove(at)) {
            Some(pending) => Some(pending.message),
            None => camera.with(Chdk::read_script_msg)?,
        };
        if let Some(message) = message {
            self.promised = false;
            return self.take(message, camera);
        }
        let status = camera.with(Chdk::script_status)?;
        // One may have come in between; a camera that only says so is not asked again at once.
        self.promised = status.messages && !self.promised;
        if self.promised {
            return Ok(());
        }
        if !status.running {
            let complete = self.state == State::Done || !self.returns.is_empty();
            self.end();
            if complete {
                return Ok(());
            }
            let what = if self.killed { "was ended on the camera" } else { "ended" };
            let text = format!("{}: the script {what} before it had sent everything", self.script.name);
            return Err(camera.named(Error::new(ErrorKind::ScriptKilled, text)));
        }
        match pauses.pause() {
            Paused::Over => Ok(()),
            Paused::Interrupted => Err(camera.interrupted(&format!("{} ran on the camera", self.script.name))),
            Paused::Late => Err(camera.late(&self.script)),
        }
    }

    fn take(&mut self, message: Message, camera: &mut Camera) -> Result<()> {
        if message.script_id != self.id {
            return camera.keep(message);
        }
        match message.body {
            Body::User(Payload::String(text)) if text == DONE => self.state = State::Done,
            Body::User(Payload::String(text)) if text == runtime::KILLED => self.killed = true,
            Body::User(Payload::String(text)) if text.starts_with(EACH) => {
                let items = batch(&text[EACH.len()..]);
                self.items = items.ok_or_else(|| {
                    let text = format!("{}: the camera sent a batch that cannot be read", self.script.name);
                    camera.named(Error::new(ErrorKind::Unserialize, text))
                })?;
            }
            Body::Return(payload) => self.returns.push(payload),
            Body::Error { stage, text } => {
                self.end();
                let kind = if stage == Stage::Compile { ErrorKind::Compile } else { ErrorKind::Runtime };
                return Err(camera.named(position::error(kind, &text, &self.script)));
            }
            body => camera.keep(Message { body, ..message })?,
        }
        Ok(())
    }

    fn end(&mut self) {
        self.state = State::Over;
        self.held = None;
    }
}

fn unreadable(error: table::ReadError) -> Error {
    Error::new(ErrorKind::Unserialize, "not a value in our format").caused_by(error)
}

/// The items of a batch; `None` for what is none.
fn batch(mut text: &[u8]) -> Option<VecDeque<Item>> {
    let mut items = VecDeque::new();
    while !text.is_empty() {
        let count = number(&mut text, b';')?;
        let mut texts = Vec::new();
        for _ in 0..count {
            let length = number(&mut text, b':')?;
            let value = text.get(..length)?;
            if text.get(length) != Some(&b',') {
                return None;
            }
            text = &text[length + 1..];
            texts.push(value.to_vec());
        }
        items.push_back(Item { texts });
    }
    Some(items)
}

/// Digits and what ends them.
fn number(text: &mut &[u8], end: u8) -> Option<usize> {
    let digits = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let number = std::str::from_utf8(&text[..digits]).ok()?.parse().ok()?;
    *text = text[digits..].strip_prefix(&[end])?;
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn items(text: &str) -> Option<Vec<Vec<String>>> {
        let strings = |item: Item| item.texts.into_iter().map(|text| String::from_utf8(text).unwrap()).collect();
        Some(batch(text.as_bytes())?.into_iter().map(strings).collect())
    }

    #[test]
    fn a_batch_comes_apart_as_it_was_put_together() {
        let expected = vec![vec!["7".to_owned(), "\"a,1:\"".to_owned()], vec!["{}".to_owned()]];
        assert_eq!(items("2;1:7,6:\"a,1:\",1;2:{},"), Some(expected));
        assert_eq!(items(""), Some(vec![]));
    }

    proptest! {
        #[test]
        fn no_batch_makes_it_panic(text in proptest::collection::vec(proptest::sample::select(b"0123;:,{}\"a".to_vec()), 0..24)) {
            let _ = batch(&text);
        }
    }

    #[test]
    fn a_batch_that_lies_is_none() {
        for text in [
            "1",
            "1;",
            "1;1",
            "1;1:",
            "1;1:7",
            "1;2:7,",
            "1;99999999999999999999:7,",
            "x;1:7,",
            "1;1:7;",
            ";",
            "2;1:7,",
        ] {
            assert_eq!(items(text), None, "{text}");
        }
        assert_eq!(items("1;18446744073709551615:7,"), None);
        assert_eq!(items("18446744073709551615;1:7,"), None);
    }
}
