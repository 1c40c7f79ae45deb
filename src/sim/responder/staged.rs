//! Events in the middle of a transaction: a data phase that stops half way.

use std::io;

use crate::sim::camera::Body;
use crate::sim::control::What;
use crate::sim::responder::{Answer, DataPhase, Response};

/// A data phase in whose middle something may happen.
pub(super) struct Staged<'a> {
    inner: &'a mut dyn DataPhase,
    body: &'a Body,
    events: Vec<What>,
    total: u64,
    done: u64,
    sending: bool,
    /// What the camera sends goes nowhere any more.
    short: bool,
    /// What became of the transaction, if the rest of it does not matter.
    answer: Option<Answer>,
}

impl<'a> Staged<'a> {
    pub(super) fn new(inner: &'a mut dyn DataPhase, body: &'a Body, events: Vec<What>) -> Self {
        Self { inner, body, events, total: 0, done: 0, sending: false, short: false, answer: None }
    }

    /// Ends the data phase, also one that never was. An answer counts in place of the camera's own.
    pub(super) fn finish(mut self) -> io::Result<Option<Answer>> {
        if self.answer.is_none() {
            self.answer = happen(self.body, std::mem::take(&mut self.events))?;
        }
        Ok(self.answer)
    }

    /// Bytes to go until something happens.
    fn to_the_middle(&self) -> Option<u64> {
        (!self.events.is_empty()).then(|| (self.total / 2).saturating_sub(self.done))
    }

    fn fire(&mut self) -> io::Result<()> {
        let events = std::mem::take(&mut self.events);
        if self.sending {
            self.inner.flush()?;
            self.short = events.contains(&What::Short);
        }
        self.answer = happen(self.body, events)?;
        if self.sending && (self.short || self.answer.is_some()) {
            self.inner.cut()?;
        }
        match self.answer {
            Some(_) => Err(io::Error::other("the transaction ends half way")),
            None => Ok(()),
        }
    }
}

/// Lets events happen. Those that end the connection are errors; those that take the place of the answer give one.
pub(super) fn happen(body: &Body, events: Vec<What>) -> io::Result<Option<Answer>> {
    let mut answer = None;
    for what in events {
        body.happen(what.clone());
        match what {
            What::Disconnect | What::Off | What::Asleep => {
                return Err(io::Error::new(io::ErrorKind::BrokenPipe, "the connection is lost"));
            }
            What::Answer(code) => answer = Some(Response::new(code, &[]).into()),
            What::Garbage => answer = Some(Answer::Garbage),
            What::Stall => answer = Some(Answer::Stall),
            What::Hang => return Ok(Some(Answer::Hang)),
            _ => {}
        }
    }
    Ok(answer)
}

impl DataPhase for Staged<'_> {
    fn receive(&mut self) -> io::Result<u64> {
        self.total = self.inner.receive()?;
        Ok(self.total)
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut most = buf.len();
        if let Some(left) = self.to_the_middle() {
            if left == 0 {
                self.fire()?;
            } else {
                most = most.min(usize::try_from(left).unwrap_or(usize::MAX));
            }
        }
        let count = self.inner.read(&mut buf[..most])?;
        self.done += count as u64;
        Ok(count)
    }

    fn send(&mut self, total: u64) -> io::Result<()> {
        (self.total, self.sending) = (total, true);
        self.inner.send(total)
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        if let Some(left) = self.to_the_middle().and_then(|left| usize::try_from(left).ok())
            && left < bytes.len()
        {
            let (first, rest) = bytes.split_at(left);
            if !first.is_empty() {
                self.inner.write(first)?;
            }
            self.done += first.len() as u64;
            self.fire()?;
            bytes = rest;
        }
        self.done += bytes.len() as u64;
        if self.short { Ok(()) } else { self.inner.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    fn cut(&mut self) -> io::Result<()> {
        self.inner.cut()
    }
}
