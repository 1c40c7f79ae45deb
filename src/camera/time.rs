//! The camera's clock: local time, in whole seconds, with no idea of zones.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};

use super::Camera;
use crate::error::{Error, ErrorKind, Result};

/// More than a second passes, and an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often the time to the camera and back is measured; the shortest counts.
const SAMPLES: u32 = 3;

/// The least that a camera's script can wait (CHDK core/kbd.c: its keyboard task runs each 10 ms).
const TICK: Duration = Duration::from_millis(10);

/// What the camera's clock showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// On the camera, at the turn of a second.
    pub camera: DateTime,
    /// On the host, at that moment.
    pub host: DateTime,
    /// How far `host` may be off: half of the way to the camera and back.
    pub uncertainty: Duration,
}

impl ClockReading {
    /// How far the camera is ahead of the host; negative if it is behind.
    pub fn offset(&self) -> SignedDuration {
        self.camera.duration_since(self.host)
    }
}

impl Camera {
    /// Reads the camera's clock at the turn of a second, so it takes up to one. `now` is the host's clock, in the zone that the
    /// camera is meant to show. Needs the script engine.
    pub fn read_clock(&mut self, now: &dyn Fn() -> DateTime) -> Result<ClockReading> {
        let clock = self.options.clock.clone();
        let code = "local t,n=os.time() repeat sleep(10) n=os.time() until n~=t return n";
        let way = self.way(&clock)?;
        let seconds: i32 = self.eval_within(PATIENCE, "clock", code.into())?;
        let host = now() - span(way);
        let camera = DateTime::constant(1970, 1, 1, 0, 0, 0, 0) + Span::new().seconds(i64::from(seconds as u32));
        Ok(ClockReading { camera, host, uncertainty: way + TICK })
    }

    /// Sets the camera's clock to this time, now. A camera takes any date from 1980 to 2107, which is what a card can hold.
    /// [`ErrorKind::Unsupported`] if its CHDK has no `set_clock` (before 1.5). Needs the script engine.
    pub fn set_clock(&mut self, time: DateTime) -> Result<()> {
        self.set_clock_in(Duration::ZERO, time)
    }

    /// Sets the camera's clock by the host's, as well as it can be done: at the turn of a second, less the way to the camera.
    /// Returns how far it was off, and how far it is off now.
    pub fn sync_clock(&mut self, now: &dyn Fn() -> DateTime) -> Result<(ClockReading, ClockReading)> {
        let before = self.read_clock(now)?;
        let clock = self.options.clock.clone();
        let way = self.way(&clock)?;
        let start = now();
        // The first whole second that can still be met.
        let there = start + span(way + 2 * TICK);
        let whole = there.with().subsec_nanosecond(0).build().map_err(no_date)?;
        let turn = if whole < there { whole + Span::new().seconds(1) } else { whole };
        let wait = turn.duration_since(start).unsigned_abs().saturating_sub(way);
        self.set_clock_in(wait, turn)?;
        Ok((before, self.read_clock(now)?))
    }

    fn set_clock_in(&mut self, wait: Duration, time: DateTime) -> Result<()> {
        if !(1980..=2107).contains(&time.year()) {
            let text = format!("a card has no room for the year {}: there are 1980 to 2107", time.year());
            return Err(self.named(Error::new(ErrorKind::BadArgument, text)));
        }
        let code = format!(
            "if not set_clock then return false end sleep({}) set_clock({},{},{},{},{},{}) return true",
            wait.as_millis(),
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
        );
        if self.eval_within(PATIENCE, "clock", code.into_bytes())? {
            return Ok(());
        }
        let text = "this camera's CHDK cannot set the clock: set_clock came with CHDK 1.5";
        Err(self.named(Error::new(ErrorKind::Unsupported, text)))
    }

    /// Half of what the shortest script takes, there and back.
    fn way(&mut self, clock: &std::sync::Arc<dyn crate::clock::Clock>) -> Result<Duration> {
        let mut least = Duration::MAX;
        for _ in 0..SAMPLES {
            let start = clock.now();
            let _: bool = self.eval_within(PATIENCE, "clock", b"return true".to_vec())?;
            least = least.min(clock.now().saturating_sub(start));
        }
        Ok(least / 2)
    }
}

fn span(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn no_date(error: jiff::Error) -> Error {
    Error::new(ErrorKind::BadArgument, "no such date").caused_by(error)
}
