//! Time.

use jiff::SignedDuration;

use super::{Answer, ScriptHost, Table, int, none, seconds};
use crate::sim::engine::state::Action;
use crate::sim::lib::args::Args;
use crate::sim::world::clock;

pub(super) const FUNCTIONS: Table = &[
    ("sleep", sleep),
    ("get_tick_count", get_tick_count),
    ("get_day_seconds", get_day_seconds),
    ("get_time", get_time),
    ("set_clock", set_clock),
];

fn sleep(host: &mut ScriptHost, args: Args) -> Answer {
    let end = host.end_of_wait(args.int(1)?);
    host.act([Action::Until(end)])
}

fn get_tick_count(host: &mut ScriptHost, _: Args) -> Answer {
    int(host.engine.tick_count(&host.state()) as i32)
}

fn get_day_seconds(host: &mut ScriptHost, _: Args) -> Answer {
    let time = host.civil_time().time();
    int(i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second()))
}

fn get_time(host: &mut ScriptHost, args: Args) -> Answer {
    let time = host.civil_time();
    int(match args.c_string(1)?.first() {
        Some(b's') => time.second().into(),
        Some(b'm') => time.minute().into(),
        Some(b'h') => time.hour().into(),
        Some(b'D') => time.day().into(),
        Some(b'M') => time.month().into(),
        Some(b'Y') => time.year().into(),
        _ => -1,
    })
}

/// Nothing is checked; what is beyond the calendar runs over. `os.time` and `os.date` go by the same clock. Its second begins
/// now: the facts have clients that bring fractions of a second to match, which could not be done otherwise.
fn set_clock(host: &mut ScriptHost, args: Args) -> Answer {
    let [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(|number| args.int(number));
    let wanted = clock::seconds(year?, month?, day?, hour?, minute?, second?);
    let unset = host.unset_time();
    let offset = SignedDuration::new(wanted.saturating_sub(seconds(unset)), -unset.subsec_nanosecond());
    host.state().world.clock_offset = offset;
    none()
}
