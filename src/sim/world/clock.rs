//! What the camera's clock shows after `set_clock`.

/// Seconds from 1970 to a date that nobody has checked: months and days beyond the calendar run over into the next, as
/// in C's `mktime`.
pub(crate) fn seconds(year: i32, month: i32, day: i32, hour: i32, minute: i32, second: i32) -> i64 {
    let months = i64::from(year) * 12 + i64::from(month) - 1;
    let days = days_to(months.div_euclid(12), months.rem_euclid(12)) + i64::from(day) - 1;
    ((days * 24 + i64::from(hour)) * 60 + i64::from(minute)) * 60 + i64::from(second)
}

/// Days from 1970 to the first of a month, 0 to 11.
fn days_to(year: i64, month: i64) -> i64 {
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (year, month, day) in [(1970, 1, 1), (2000, 2, 29), (2024, 3, 1), (2099, 12, 31), (1601, 1, 1)] {
            let expected = jiff::civil::date(year, month, day).at(12, 34, 56, 0).to_zoned(jiff::tz::TimeZone::UTC);
            let found = seconds(year.into(), month.into(), day.into(), 12, 34, 56);
            assert_eq!(found, expected.unwrap().timestamp().as_second(), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn what_is_beyond_the_calendar_runs_over() {
        assert_eq!(seconds(2023, 14, 1, 0, 0, 0), seconds(2024, 2, 1, 0, 0, 0));
        assert_eq!(seconds(2023, 2, 29, 0, 0, 0), seconds(2023, 3, 1, 0, 0, 0));
        assert_eq!(seconds(2023, 1, 1, 0, 0, -1), seconds(2022, 12, 31, 23, 59, 59));
        seconds(i32::MAX, i32::MIN, i32::MAX, i32::MIN, i32::MAX, i32::MIN);
    }
}
