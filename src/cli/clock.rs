//! `moonshutter clock`

use clap::Args;
use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{Context, exit};
use crate::camera::ClockReading;
use crate::error::Result;

/// A camera's clock has no zone: it shows the time of day at home, in whole seconds.
#[derive(Args)]
pub(super) struct Clock {
    /// Set it by this computer's clock, to within some hundredths of a second
    #[arg(long)]
    sync: bool,

    /// Set it to this time, as in "2026-05-01 12:30:00"
    #[arg(long, value_name = "TIME", conflicts_with = "sync", value_parser = time)]
    set: Option<DateTime>,

    /// Compare with UTC instead of local time
    #[arg(long)]
    utc: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Clock {
    pub fn run(self, context: &Context) -> Result<u8> {
        let zone = if self.utc { TimeZone::UTC } else { TimeZone::system() };
        let now = || Zoned::now().with_time_zone(zone.clone()).datetime();
        let mut camera = context.connect(&context.options())?;
        let (before, reading) = if self.sync {
            let (before, after) = camera.sync_clock(&now)?;
            (Some(before), after)
        } else {
            let before = match self.set {
                Some(time) => {
                    let before = camera.read_clock(&now)?;
                    camera.set_clock(time)?;
                    Some(before)
                }
                None => None,
            };
            (before, camera.read_clock(&now)?)
        };
        camera.disconnect()?;
        exit::print(if self.json { as_json(before, reading) } else { as_text(before, reading) })?;
        Ok(exit::DONE)
    }
}

fn as_json(before: Option<ClockReading>, now: ClockReading) -> String {
    let mut value = json!({
        "camera": now.camera.to_string(),
        "host": now.host.to_string(),
        "offset": seconds(now),
        "uncertainty": now.uncertainty.as_secs_f64(),
    });
    if let Some(before) = before {
        value["offset_before"] = json!(seconds(before));
    }
    format!("{value:#}\n")
}

/// In thousandths: a camera's script knows hundredths.
fn seconds(reading: ClockReading) -> f64 {
    reading.offset().as_millis() as f64 / 1000.0
}

fn as_text(before: Option<ClockReading>, now: ClockReading) -> String {
    let was = before.map(|before| format!("{:<17} {}\n", "was", difference(before))).unwrap_or_default();
    format!(
        "{was}{:<17} {}\n{:<17} {}\n{:<17} {}\n",
        "camera",
        now.camera.strftime("%Y-%m-%d %H:%M:%S"),
        "this computer",
        now.host.strftime("%Y-%m-%d %H:%M:%S%.2f"),
        "difference",
        difference(now),
    )
}

fn difference(reading: ClockReading) -> String {
    let (offset, error) = (seconds(reading), reading.uncertainty.as_secs_f64());
    if offset.abs() <= error {
        return format!("none (±{error:.2} s)");
    }
    let way = if offset < 0.0 { "behind" } else { "ahead" };
    // Beyond a minute, people want hours and days.
    let span = if offset.abs() < 60.0 {
        format!("{:.2} s", offset.abs())
    } else {
        let whole = offset.abs().round() as i64;
        let (days, rest) = (whole / 86_400, jiff::SignedDuration::from_secs(whole % 86_400));
        if days > 0 { format!("{days} d {rest:#}") } else { format!("{rest:#}") }
    };
    format!("the camera is {span} {way} (±{error:.2} s)")
}

fn time(text: &str) -> std::result::Result<DateTime, String> {
    let parsed = text.parse::<DateTime>().or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M", text));
    parsed.map_err(|_| "a time is written as 2026-05-01 12:30:00".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::time::Duration;

    #[test]
    fn differences_are_told_as_people_tell_them() {
        let reading = |camera| ClockReading {
            camera,
            host: date(2026, 5, 1).at(12, 0, 0, 0),
            uncertainty: Duration::from_millis(20),
        };
        let told = |camera| difference(reading(camera));
        assert_eq!(told(date(2026, 5, 1).at(12, 0, 0, 10_000_000)), "none (±0.02 s)");
        assert_eq!(told(date(2026, 5, 1).at(12, 0, 1, 500_000_000)), "the camera is 1.50 s ahead (±0.02 s)");
        assert_eq!(told(date(2026, 5, 1).at(10, 59, 30, 0)), "the camera is 1h 30s behind (±0.02 s)");
        assert_eq!(told(date(2026, 5, 3).at(12, 1, 0, 0)), "the camera is 2 d 1m ahead (±0.02 s)");
    }

    #[test]
    fn times_are_written_without_a_zone() {
        assert_eq!(time("2026-05-01 12:30"), Ok(date(2026, 5, 1).at(12, 30, 0, 0)));
        assert_eq!(time("2026-05-01T12:30:59"), Ok(date(2026, 5, 1).at(12, 30, 59, 0)));
        for text in ["", "12:30", "2026-13-01 00:00:00", "yesterday"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
