//! Methods that make, test and end the connection.

use std::rc::Rc;
use std::time::Duration;

use mlua::Lua;

use crate::connect;
use crate::error::ErrorKind;
use crate::host::args::Args;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Taken};

use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("connect", connect_now),
    ("disconnect", disconnect),
    ("reconnect", reconnect),
    ("is_connected", |lua, connection, _| values(lua, connection.is_connected())),
];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] =
    &[("connect", 0, &[&["raw"]]), ("reconnect", 0, &[&["wait", "strict", "timeout"]])];

/// How long a camera may take to come back, after `wait`.
const RETURN: Duration = Duration::from_secs(10);

/// The longest pause between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(500);

fn connect_now(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    Options::parse(&args, 0, OPTIONS)?.flag("raw")?;
    connection.connect()?;
    values(lua, ())
}

fn disconnect(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    connection.disconnect()?;
    values(lua, ())
}

/// Disconnects, waits, and connects as soon as the camera is back. `wait` is the time in which a camera that was told to
/// restart may still answer, `timeout` how long it may then take to come back. `strict` insists that it is the same camera.
fn reconnect(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let options = Options::parse(&args, 0, OPTIONS)?;
    let wait = options.millis("wait")?.unwrap_or(Duration::from_millis(2500));
    let strict = options.flag("strict")?.unwrap_or(true);
    let timeout = options.millis("timeout")?.unwrap_or(RETURN);
    let before = connection.last.borrow().clone();
    // A camera that is gone already is what reconnecting is for.
    let _ = connection.disconnect();
    if connection.options.clock.sleep(wait, &connection.options.interrupt) {
        return Err(Failure::new(ErrorKind::Interrupted, "interrupted while waiting to reconnect"));
    }
    let (clock, interrupt) = (&connection.options.clock, &connection.options.interrupt);
    let deadline = clock.now().saturating_add(timeout);
    while let Err(failure) = connection.connect() {
        if clock.now() >= deadline || !failure.error().is_some_and(connect::may_come) {
            return Err(failure);
        }
        if clock.sleep(PAUSE, interrupt) {
            return Err(Failure::new(ErrorKind::Interrupted, "interrupted while waiting to reconnect"));
        }
    }
    let after = connection.last.borrow().clone();
    if let (true, Some(before), Some(after)) = (strict, &before, &after)
        && before != after
    {
        connection.disconnect()?;
        let text = format!("another camera answers: {} {}, not {} {}", after.0, after.1, before.0, before.1);
        // The one that was meant may still come.
        connection.last.replace(Some(before.clone()));
        return Err(Failure::new(ErrorKind::NotFound, text).named("connect_fail"));
    }
    values(lua, ())
}
