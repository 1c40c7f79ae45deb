//! Methods for the camera's house-keeping: how it is, its clock, its mode, restarting.

use std::rc::Rc;

use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use mlua::{Lua, LuaSerdeExt, Table, Value};

use crate::camera::ClockReading;
use crate::host::args::{Args, whole};
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Taken};

use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("condition", condition),
    ("get_clock", get_clock),
    ("set_clock", set_clock),
    ("sync_clock", sync_clock),
    ("switch_mode", switch_mode),
    ("reboot", reboot),
    ("shut_down", shut_down),
];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[("get_clock", 0, &[&["utc"]]), ("sync_clock", 0, &[&["utc"]])];

/// `condition()`: battery, room on the card, mode, build. What the camera's CHDK does not know is nil.
fn condition(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    let condition = connection.camera(|camera| Ok(camera.condition()?))?;
    let options = mlua::serde::SerializeOptions::new().serialize_none_to_null(false).serialize_unit_to_null(false);
    values(lua, lua.to_value_with(&condition, options)?)
}

/// The host's clock, in the zone that the camera is meant to show.
fn host_clock(args: &Args) -> Result<impl Fn() -> DateTime + 'static, Failure> {
    let utc = Options::parse(args, 0, OPTIONS)?.flag("utc")?.unwrap_or(false);
    args.no_more(1)?;
    let zone = if utc { TimeZone::UTC } else { TimeZone::system() };
    Ok(move || Zoned::now().with_time_zone(zone.clone()).datetime())
}

fn get_clock(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let now = host_clock(&args)?;
    let reading = connection.camera(move |camera| Ok(camera.read_clock(&now)?))?;
    values(lua, told(lua, reading)?)
}

/// Returns how far the clock is off now, and how far it was before.
fn sync_clock(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let now = host_clock(&args)?;
    let (before, after) = connection.camera(move |camera| Ok(camera.sync_clock(&now)?))?;
    values(lua, (told(lua, after)?, told(lua, before)?))
}

/// A time as `os.date("*t")` has it, the offset in seconds: the camera is ahead where it is positive.
fn told(lua: &Lua, reading: ClockReading) -> mlua::Result<Table> {
    let table = date(lua, reading.camera)?;
    table.raw_set("host", date(lua, reading.host)?)?;
    table.raw_set("offset", reading.offset().as_millis() as f64 / 1000.0)?;
    table.raw_set("uncertainty", reading.uncertainty.as_secs_f64())?;
    Ok(table)
}

fn date(lua: &Lua, time: DateTime) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    for (name, value) in [
        ("year", i32::from(time.year())),
        ("month", time.month().into()),
        ("day", time.day().into()),
        ("hour", time.hour().into()),
        ("min", time.minute().into()),
        ("sec", time.second().into()),
    ] {
        table.raw_set(name, value)?;
    }
    Ok(table)
}

/// `set_clock(time)`: a table as `os.date("*t")` gives, or a text as "2026-05-01 12:30:00".
fn set_clock(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    const WANTED: &str = "a time as \"2026-05-01 12:30:00\" or as os.date(\"*t\") gives it";
    let wrong = || args.wrong(0, "time", WANTED, args.get(0));
    let time = match args.get(0) {
        Value::String(text) => text.to_string_lossy().parse::<DateTime>().map_err(|_| wrong())?,
        Value::Table(table) => {
            let part = |name: &str| -> Result<i64, Failure> { whole(&table.raw_get(name)?).ok_or_else(wrong) };
            let small = |name: &str| -> Result<i8, Failure> { part(name)?.try_into().map_err(|_| wrong()) };
            let year: i16 = part("year")?.try_into().map_err(|_| wrong())?;
            let (month, day) = (small("month")?, small("day")?);
            DateTime::new(year, month, day, small("hour")?, small("min")?, small("sec")?, 0).map_err(|_| wrong())?
        }
        _ => return Err(wrong()),
    };
    args.no_more(1)?;
    connection.camera(move |camera| Ok(camera.set_clock(time)?))?;
    values(lua, ())
}

/// `switch_mode("rec" | "play")`; returns whether the camera had to go there.
fn switch_mode(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let record = match args.text(0, "mode")?.as_str() {
        "rec" => true,
        "play" => false,
        _ => return Err(args.wrong(0, "mode", "\"rec\" or \"play\"", args.get(0))),
    };
    args.no_more(1)?;
    values(lua, connection.camera(move |camera| Ok(camera.switch_mode(record)?))?)
}

/// `reboot([file])`. The connection is gone afterwards: `con:reconnect()` waits for the camera.
fn reboot(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let file = args.given(0).map(|_| args.bytes(0, "file")).transpose()?;
    args.no_more(1)?;
    connection.camera(move |camera| Ok(camera.reboot(file.as_deref())?))?;
    values(lua, ())
}

fn shut_down(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    connection.camera(|camera| Ok(camera.shut_down()?))?;
    values(lua, ())
}
