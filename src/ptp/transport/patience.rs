use std::time::{Duration, Instant};

use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};

/// How often a blocked read or write looks up to see whether it was interrupted.
const GLANCE: Duration = Duration::from_millis(50);

/// How long a camera may still answer once the user has pressed Ctrl-C, so that the transaction under way can end.
const GRACE: Duration = Duration::from_secs(2);

/// Measures how long a transaction stands still.
pub(in crate::ptp) struct Patience<'a> {
    timeout: Duration,
    interrupt: &'a Interrupt,
    since: Instant,
    glance: Duration,
}

impl<'a> Patience<'a> {
    pub fn new(timeout: Duration, interrupt: &'a Interrupt) -> Self {
        Self { timeout, interrupt, since: Instant::now(), glance: GLANCE }
    }

    /// The same with longer or shorter blocking calls.
    pub fn with_glance(self, glance: Duration) -> Self {
        Self { glance, ..self }
    }

    /// Something arrived or left.
    pub fn progress(&mut self) {
        self.since = Instant::now();
    }

    /// How long the next blocking call may take; an error if the time is up. `what` completes "the camera did not …".
    pub fn slice(&self, what: &str) -> Result<Duration> {
        let interrupted = self.interrupt.is_raised();
        let limit = if interrupted { self.timeout.min(GRACE) } else { self.timeout };
        let left = limit.saturating_sub(self.since.elapsed());
        if !left.is_zero() {
            return Ok(left.min(self.glance));
        }
        Err(if interrupted {
            Error::new(ErrorKind::Interrupted, format!("interrupted while the camera did not {what}"))
        } else {
            Error::new(ErrorKind::Timeout, format!("the camera did not {what} for {} s", self.timeout.as_secs_f64()))
        })
    }
}
