//! Waiting: questions that start close together and thin out.

use std::time::Duration;

use super::{Camera, Status};
use crate::clock::{Clock, Interrupt};
use crate::error::{Error, ErrorKind, Result};

/// The first pause between two questions.
const POLL_START: Duration = Duration::from_millis(1);

/// The longest pause, so that what happens after a long time is still noticed at once by a person's measure.
const POLL: Duration = Duration::from_millis(100);

/// How something is waited for.
#[derive(Debug, Clone, Default)]
pub struct WaitOptions {
    /// Give up with [`ErrorKind::Timeout`] after this long.
    pub timeout: Option<Duration>,
    /// Wait this long before the first question.
    pub initial: Option<Duration>,
    /// The longest pause between questions; 100 ms if not given.
    pub poll: Option<Duration>,
    /// The first pause between questions, doubled with each; 1 ms if not given.
    pub poll_start: Option<Duration>,
}

impl WaitOptions {
    /// As patient as told, with the usual pauses.
    pub fn up_to(timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..Self::default() }
    }
}

/// The pauses of one wait, by the clock.
pub(super) struct Pauses {
    clock: std::sync::Arc<dyn Clock>,
    interrupt: Interrupt,
    deadline: Option<Duration>,
    first: Duration,
    next: Duration,
    longest: Duration,
}

/// How a pause ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Paused {
    /// Ask again.
    Over,
    /// The time is up.
    Late,
    /// Ctrl-C.
    Interrupted,
}

impl Pauses {
    pub fn new(camera: &Camera, wait: &WaitOptions) -> Self {
        let longest = wait.poll.unwrap_or(POLL).max(POLL_START);
        let first = wait.poll_start.unwrap_or(POLL_START).clamp(POLL_START, longest);
        let clock = camera.options.clock.clone();
        let deadline = wait.timeout.map(|timeout| clock.now().saturating_add(timeout));
        Self { clock, interrupt: camera.options.interrupt.clone(), deadline, first, next: first, longest }
    }

    /// Something happened: the next may follow closely.
    pub fn restart(&mut self) {
        self.next = self.first;
    }

    /// Whether the time is up.
    pub fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| self.clock.now() >= deadline)
    }

    pub fn is_interrupted(&self) -> bool {
        self.interrupt.is_raised()
    }

    /// Lets some time pass, never more than what is left.
    pub fn pause(&mut self) -> Paused {
        let span = self.next;
        self.next = (self.next * 2).min(self.longest);
        self.sleep(span)
    }

    /// Lets some time pass even though the user has pressed Ctrl-C, to bring something to its end.
    pub fn pause_through(&mut self) {
        self.clock.sleep(self.next, &Interrupt::new());
        self.next = (self.next * 2).min(self.longest);
    }

    pub fn sleep(&self, span: Duration) -> Paused {
        let left = self.deadline.map(|deadline| deadline.saturating_sub(self.clock.now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Paused::Late;
        }
        if self.clock.sleep(left.map_or(span, |left| left.min(span)), &self.interrupt) {
            return Paused::Interrupted;
        }
        Paused::Over
    }
}

impl Camera {
    /// Waits until `until` holds of the script engine's status; `None` if the timeout passed first.
    pub fn wait_status(&mut self, wait: &WaitOptions, until: &mut dyn FnMut(Status) -> bool) -> Result<Option<Status>> {
        let mut pauses = Pauses::new(self, wait);
        let mut paused = match wait.initial {
            Some(initial) => pauses.sleep(initial),
            None => Paused::Over,
        };
        loop {
            if paused == Paused::Interrupted {
                return Err(self.interrupted("waiting for the camera"));
            }
            let status = self.script_status()?;
            if until(status) {
                return Ok(Some(status));
            }
            if paused == Paused::Late || pauses.is_late() {
                return Ok(None);
            }
            paused = pauses.pause();
        }
    }

    pub(super) fn interrupted(&self, doing: &str) -> Error {
        self.named(Error::new(ErrorKind::Interrupted, format!("interrupted while {doing}")))
    }
}
