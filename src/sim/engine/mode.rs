//! Playback and record mode.

use std::time::Duration;

/// Time to extend or retract the lens.
const SWITCHING: Duration = Duration::from_millis(300);

/// The camera's mode; it starts in playback.
#[derive(Default)]
pub(crate) struct Mode {
    record: bool,
    /// When it turns into the other one.
    switch: Option<Duration>,
}

impl Mode {
    /// Starts switching, unless it is there or on its way.
    pub(crate) fn set(&mut self, record: bool, now: Duration) {
        if self.is_record(now) == record {
            self.switch = None;
        } else if self.switch.is_none() {
            self.switch = Some(now + SWITCHING);
        }
    }

    /// Whether the camera is in record mode by now.
    pub(crate) fn is_record(&mut self, now: Duration) -> bool {
        if self.switch.is_some_and(|at| at <= now) {
            self.switch = None;
            self.record = !self.record;
        }
        self.record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switching_takes_its_time() {
        let mut mode = Mode::default();
        let at = Duration::from_millis;
        mode.set(true, at(0));
        mode.set(true, at(100));
        assert!(!mode.is_record(at(299)));
        assert!(mode.is_record(at(300)));
        mode.set(false, at(400));
        mode.set(true, at(500));
        assert!(mode.is_record(at(2000)), "changed its mind on the way");
    }
}
