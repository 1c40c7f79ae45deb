//! Dates, sizes and numbers as people write them.

use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, SpanRelativeTo, Unit};

/// A time on the camera's clock, which is local time without a zone: `2026-11-25`, `2026-11-25 14:30`, `today`, `yesterday`,
/// or so long ago: `90m`, `2h`, `3d`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct When(Kind);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    At(DateTime),
    Day(Date),
    /// So many days before the camera's today.
    DaysAgo(i8),
    /// So many seconds before the camera's now.
    Ago(i64),
}

impl When {
    /// Whether it takes the camera's clock to tell.
    pub fn is_relative(self) -> bool {
        matches!(self.0, Kind::DaysAgo(_) | Kind::Ago(_))
    }

    /// Where it begins, in seconds since 1970 as the camera counts them; `now` is what its clock shows. An odd second is the
    /// even one before it, since FAT forgets odd ones.
    pub fn first_second(self, now: i64) -> i64 {
        let first = self.start(now);
        first - first.rem_euclid(2)
    }

    /// Where it ends: the last second of a day.
    pub fn last_second(self, now: i64) -> i64 {
        let first = self.start(now);
        match self.0 {
            Kind::At(_) | Kind::Ago(_) => first,
            Kind::Day(_) | Kind::DaysAgo(_) => first + 86_399,
        }
    }

    fn start(self, now: i64) -> i64 {
        const DAY: i64 = 86_400;
        match self.0 {
            Kind::At(time) => seconds(time),
            Kind::Day(day) => seconds(day.to_datetime(Time::midnight())),
            Kind::DaysAgo(days) => now.div_euclid(DAY) * DAY - i64::from(days) * DAY,
            Kind::Ago(ago) => now.saturating_sub(ago),
        }
    }
}

fn seconds(time: DateTime) -> i64 {
    time.to_zoned(jiff::tz::TimeZone::UTC).map_or(i64::MAX, |zoned| zoned.timestamp().as_second())
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "now" => return Ok(Self(Kind::Ago(0))),
            "today" => return Ok(Self(Kind::DaysAgo(0))),
            "yesterday" => return Ok(Self(Kind::DaysAgo(1))),
            _ => {}
        }
        if text.contains(['Z', '+']) || text.matches('-').count() > 2 {
            return Err(
                "the camera's clock has no time zone: give the time that it shows, as in 2026-11-25 14:30".into()
            );
        }
        // A day would be taken for its midnight.
        if let (Ok(day), true) = (text.parse::<Date>(), !text.contains([':', 'T', 't'])) {
            return Ok(Self(Kind::Day(day)));
        }
        if let Ok(time) = text.parse::<DateTime>() {
            return Ok(Self(Kind::At(time)));
        }
        let ago = text.trim().trim_end_matches("ago").parse::<Span>().ok().filter(|span| !span.is_negative());
        let seconds = ago.and_then(|span| {
            // A month has no length of its own, so the day it is would have to be known.
            let fixed = span.get_years() == 0 && span.get_months() == 0;
            let weeks = fixed.then(|| span.total((Unit::Second, SpanRelativeTo::days_are_24_hours())).ok());
            weeks.flatten()
        });
        match seconds {
            Some(seconds) => Ok(Self(Kind::Ago(seconds as i64))),
            None => Err("no time: as in 2026-11-25, '2026-11-25 14:30', today, yesterday, 90m, 2h, 3d".into()),
        }
    }
}

/// A size in bytes or a unit of 1024: `500`, `10k`, `2.5M`, `1G`.
pub fn size(text: &str) -> Result<u64, String> {
    let wrong = || "no size: as in 500, 10k, 2.5M, 1G".to_owned();
    let lower = text.trim().to_ascii_lowercase();
    let plain = lower.strip_suffix("ib").or_else(|| lower.strip_suffix('b')).unwrap_or(&lower);
    let (digits, factor) = match plain.char_indices().last() {
        Some((at, unit)) if "kmgt".contains(unit) => {
            (&plain[..at], 1024_f64.powi("kmgt".find(unit).map_or(0, |power| power as i32 + 1)))
        }
        _ => (plain, 1.0),
    };
    let number: f64 = digits.trim().parse().map_err(|_| wrong())?;
    let bytes = number * factor;
    if (0.0..1e18).contains(&bytes) { Ok(bytes.round() as u64) } else { Err(wrong()) }
}

/// The numbers of shots or folders: `7`, `7-12`, `7..12`, `7-` or `-12`.
pub fn numbers(text: &str) -> Result<RangeInclusive<u32>, String> {
    let wrong = || "no numbers: as in 7, 7-12, 7-, -12".to_owned();
    let (first, last) = match text.split_once("..").or_else(|| text.split_once('-')) {
        Some((first, last)) => (first.trim(), last.trim().trim_start_matches('=')),
        None => (text.trim(), text.trim()),
    };
    if first.is_empty() && last.is_empty() {
        return Err(wrong());
    }
    let number = |text: &str, default: u32| match text {
        "" => Ok(default),
        text => text.parse().map_err(|_| wrong()),
    };
    let (first, last) = (number(first, 0)?, number(last, u32::MAX)?);
    if first > last {
        return Err(format!("{first} is behind {last}; where the camera began again with 0001, ask twice"));
    }
    Ok(first..=last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_cameras() {
        let now = seconds("2026-11-25T10:00:01".parse().unwrap());
        let span = |text: &str| {
            let when: When = text.parse().unwrap();
            let shown =
                |second: i64| jiff::Timestamp::from_second(second).unwrap().strftime("%Y-%m-%d %H:%M:%S").to_string();
            (shown(when.first_second(now)), shown(when.last_second(now)))
        };
        let one = |text: &str| {
            let (first, last) = span(text);
            assert_eq!(first[..17], last[..17], "{text}");
            last
        };
        assert_eq!(one("2026-11-20 14:30"), "2026-11-20 14:30:00");
        assert_eq!(one("2026-11-20T14:30:07"), "2026-11-20 14:30:07");
        assert_eq!(one("90m"), "2026-11-25 08:30:01");
        assert_eq!(one("2 days ago"), "2026-11-23 10:00:01");
        assert_eq!(one("1w"), "2026-11-18 10:00:01");
        assert_eq!(one("1h 30m"), "2026-11-25 08:30:01");
        assert_eq!(one("now"), "2026-11-25 10:00:01");
        assert_eq!(span("2026-11-20"), ("2026-11-20 00:00:00".into(), "2026-11-20 23:59:59".into()));
        assert_eq!(span("today"), ("2026-11-25 00:00:00".into(), "2026-11-25 23:59:59".into()));
        assert_eq!(span("yesterday"), ("2026-11-24 00:00:00".into(), "2026-11-24 23:59:59".into()));
        for text in ["", "soon", "2026-13-01", "1 month", "-2h", "2026-11-25T10:00Z", "2026-11-25T10:00+01:00", "7"] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("0", 0),
            ("500", 500),
            ("10k", 10_240),
            ("10 KiB", 10_240),
            ("2.5M", 2_621_440),
            ("1GB", 1 << 30),
            ("1t", 1 << 40),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "k", "-1", "nan", "inf", "1e30", "1x", "ö"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_ranges() {
        for (text, range) in [
            ("7", 7..=7),
            ("7-12", 7..=12),
            ("7..12", 7..=12),
            ("7..=12", 7..=12),
            ("0007-", 7..=u32::MAX),
            ("-12", 0..=12),
        ] {
            assert_eq!(numbers(text), Ok(range), "{text}");
        }
        for text in ["", "-", "..", "x", "1-2-3", "12-7", "99999999999"] {
            assert!(numbers(text).is_err(), "{text}");
        }
    }
}
