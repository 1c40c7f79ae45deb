//! Methods that make, test and end the connection.

use std::rc::Rc;
use std::time::Duration;

use mlua::Lua;

use crate::error::ErrorKind;
use crate::host::args::Args;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Taken};

use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("connect", connect),
    ("disconnect", disconnect),
    ("reconnect", reconnect),
    ("is_connected", |lua, connection, _| values(lua, connection.is_connected())),
];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[("connect", 0, &[&["raw"]]), ("reconnect", 0, &[&["wait", "strict"]])];

fn connect(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    Options::parse(&args, 0, OPTIONS)?.flag("raw")?;
    connection.connect()?;
    values(lua, ())
}

fn disconnect(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    connection.disconnect()?;
    values(lua, ())
}

/// Disconnects, waits for the camera to come back, connects. `strict` insists that it is the same camera.
fn reconnect(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let options = Options::parse(&args, 0, OPTIONS)?;
    let wait = options.millis("wait")?.unwrap_or(Duration::from_millis(2500));
    let strict = options.flag("strict")?.unwrap_or(true);
    let who = |connection: &Connection| {
        connection.camera(|camera| Ok((camera.info().model.clone(), camera.info().serial_number.clone())))
    };
    let before = who(connection)?;
    // A camera that is gone already is what reconnecting is for.
    let _ = connection.disconnect();
    if connection.options.clock.sleep(wait, &connection.options.interrupt) {
        return Err(Failure::new(ErrorKind::Interrupted, "interrupted while waiting to reconnect"));
    }
    connection.connect()?;
    let after = who(connection)?;
    if strict && before != after {
        connection.disconnect()?;
        let text = format!("another camera answers: {} {}, not {} {}", after.0, after.1, before.0, before.1);
        return Err(Failure::new(ErrorKind::NotFound, text).named("connect_fail"));
    }
    values(lua, ())
}
