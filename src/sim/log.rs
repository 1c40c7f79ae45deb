//! What the camera tells its user, who is not the client.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::locked;
use crate::sim::control::{Control, Strict};
use crate::sim::engine::Source;

/// Takes a line of the camera's log.
pub type LogSink = Arc<dyn Fn(&str) + Send + Sync>;

/// Lines that are kept.
const KEPT: usize = 10_000;

/// A line of the camera's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The camera's time.
    pub at: Duration,
    /// What happened. A mistake of the client's begins with `sin: `, an event with `event: `.
    pub text: String,
}

impl LogLine {
    /// Whether it is about a mistake of the client's.
    pub fn is_sin(&self) -> bool {
        self.text.starts_with(SIN)
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.as_millis();
        let (sin, text) = match self.text.strip_prefix(SIN) {
            Some(text) => (SIN, text),
            None => ("", self.text.as_str()),
        };
        write!(f, "{sin}[{}.{:03}] {text}", at / 1000, at % 1000)
    }
}

const SIN: &str = "sin: ";

/// The log of one camera.
#[derive(Clone)]
pub(crate) struct Log(Arc<Inner>);

struct Inner {
    sink: Option<LogSink>,
    time: Source,
    strict: Strict,
    times: bool,
    lines: Mutex<VecDeque<LogLine>>,
}

impl Log {
    /// A log that goes to `sink` and is kept.
    pub(crate) fn new(sink: Option<LogSink>, time: Source, control: &Control) -> Self {
        let &Control { strict, times, .. } = control;
        Self(Arc::new(Inner { sink, time, strict, times, lines: Mutex::default() }))
    }

    /// Something that happened.
    pub(crate) fn note(&self, line: impl FnOnce() -> String) {
        self.add(line());
    }

    /// Something a client ought not to have done, or that a real camera would not have survived; and what to do about it.
    pub(crate) fn sin(&self, what: &str) -> Strict {
        self.add(format!("{SIN}{what}"));
        self.0.strict
    }

    /// The latest ten thousand lines.
    pub(crate) fn lines(&self) -> Vec<LogLine> {
        locked(&self.0.lines).iter().cloned().collect()
    }

    fn add(&self, text: String) {
        let line = LogLine { at: self.0.time.now(), text };
        if let Some(sink) = &self.0.sink {
            if self.0.times { sink(&line.to_string()) } else { sink(&line.text) }
        }
        let mut lines = locked(&self.0.lines);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}
