//! Methods that ask for the script's state, wait for it to change, or end the script.

use std::rc::Rc;
use std::time::Duration;

use mlua::{Lua, Table};

use crate::camera::{Status, WaitOptions};
use crate::error::ErrorKind;
use crate::host::args::Args;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Taken};

use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("script_status", script_status),
    ("wait_status", wait_status),
    ("get_script_id", get_script_id),
    ("killscript", killscript),
];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[("wait_status", 0, &[&["msg", "run"], WAIT])];

/// Options of everything that waits.
pub(super) const WAIT: &[&str] = &["timeout", "timeout_error", "poll", "pollstart", "initwait"];

/// A day, as ever: nobody waits longer without meaning to.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// The options of [`WAIT`] apart from `timeout_error`.
pub(super) fn wait_options(options: &Options) -> Result<WaitOptions, Failure> {
    let poll = options.millis("poll")?;
    Ok(WaitOptions {
        timeout: options.millis("timeout")?,
        initial: options.millis_or_false("initwait")?.flatten(),
        poll,
        // `pollstart = false` is a fixed pause.
        poll_start: options.millis_or_false("pollstart")?.and_then(|start| start.or(poll)),
    })
}

/// The same for a wait that must end some day.
pub(super) fn bounded_wait_options(options: &Options) -> Result<WaitOptions, Failure> {
    let wait = wait_options(options)?;
    Ok(WaitOptions { timeout: wait.timeout.or(Some(LONGEST_WAIT)), ..wait })
}

fn status_table(lua: &Lua, status: Status) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("run", status.running)?;
    table.raw_set("msg", status.messages)?;
    Ok(table)
}

fn script_status(lua: &Lua, connection: &Rc<Connection>, _: Args) -> Outcome {
    let status = connection.camera(|camera| Ok(camera.script_status()?))?;
    values(lua, status_table(lua, status)?)
}

/// Waits until `run` or `msg` is what was asked for.
fn wait_status(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let options = Options::parse(&args, 0, OPTIONS)?;
    let (run, msg) = (options.flag("run")?, options.flag("msg")?);
    if run.is_none() && msg.is_none() {
        return Err(Failure::bad_arg("wait_status: give run= or msg=, or it would wait for nothing"));
    }
    let timeout_error = options.flag("timeout_error")?.unwrap_or(false);
    let wait = bounded_wait_options(&options)?;
    let (status, timed_out) = connection.camera(move |camera| {
        let mut last = None;
        let reached = camera.wait_status(&wait, &mut |status| {
            last = Some(status);
            run == Some(status.running) || msg == Some(status.messages)
        })?;
        match reached.or(last) {
            Some(status) => Ok((status, reached.is_none())),
            None => Ok((camera.script_status()?, true)),
        }
    })?;
    if timed_out && timeout_error {
        return Err(Failure::new(ErrorKind::Timeout, "timeout while waiting for the script's status"));
    }
    let table = status_table(lua, status)?;
    if timed_out {
        table.raw_set("timeout", true)?;
    }
    values(lua, table)
}

/// The id of the script that this connection started last, or false.
fn get_script_id(lua: &Lua, connection: &Rc<Connection>, _: Args) -> Outcome {
    match connection.camera(|camera| Ok(camera.script_id()))? {
        Some(id) => values(lua, id),
        None => values(lua, false),
    }
}

fn killscript(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    connection.camera(|camera| Ok(camera.kill_script()?))?;
    connection.started.set(false);
    values(lua, ())
}
