//! The global `sys`: time, the environment, and how the program was called.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use mlua::{IntoLua, Lua, Value};

use crate::error::ErrorKind;

use super::args::{Args, whole};
use super::context::Context;
use super::error::Failure;
use super::native::{Native, Outcome, values};
use super::options::milliseconds;

/// The functions of `sys`.
pub(crate) const FUNCTIONS: &[(&str, Native)] = &[
    ("sleep", sleep),
    ("gettick", gettick),
    ("gettimeofday", gettimeofday),
    ("getsleepres", |lua, _, _| values(lua, 1)),
    ("gettickres", |lua, _, _| values(lua, 1e-9)),
    ("ostype", |lua, _, _| values(lua, os_type())),
    ("getenv", getenv),
    ("getargs", |lua, context, _| values(lua, context.args.borrow().clone())),
    ("set_exit_value", set_exit_value),
    ("get_exit_value", |lua, context, _| values(lua, context.exit_value.get())),
];

/// Functions that the prelude keeps for itself.
pub(crate) const PRIVATE: &[(&str, Native)] = &[("exit", exit), ("leaving", leaving)];

fn sleep(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    // A negative or missing time is no time, as ever.
    let span = match args.get(0) {
        Value::Integer(number) if *number < 0 => Duration::ZERO,
        Value::Number(number) if *number < 0.0 => Duration::ZERO,
        value => milliseconds(value).ok_or_else(|| args.wrong(0, "milliseconds", "a number", value))?,
    };
    if context.clock().sleep(span, &context.options.camera.interrupt) {
        return Err(Failure::new(ErrorKind::Interrupted, "interrupted while sleeping"));
    }
    values(lua, ())
}

fn gettick(lua: &Lua, context: &Rc<Context>, _: Args) -> Outcome {
    values(lua, context.clock().now().as_secs_f64())
}

fn gettimeofday(lua: &Lua, _: &Rc<Context>, _: Args) -> Outcome {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    values(lua, (since.as_secs(), since.subsec_micros()))
}

fn getenv(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    let value = std::env::var_os(args.text(0, "name")?);
    let value = value.map(|value| lua.create_string(value.as_encoded_bytes())).transpose()?;
    values(lua, value)
}

fn set_exit_value(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    let value = whole(args.get(0)).and_then(|number| i32::try_from(number).ok());
    context.exit_value.set(value.ok_or_else(|| args.wrong(0, "status", "a whole number", args.get(0)))?);
    values(lua, ())
}

/// `os.exit`: the script is unwound, so that connections and files are closed, and then the program ends.
fn exit(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    let status = match args.get(0) {
        Value::Nil | Value::Boolean(true) => 0,
        Value::Boolean(false) => 1,
        value => whole(value)
            .and_then(|number| i32::try_from(number).ok())
            .ok_or_else(|| args.wrong(0, "status", "true, false or a whole number", value))?,
    };
    context.stopper.exit(lua, status)?;
    Err(Failure::Thrown("the script has called os.exit".into_lua(lua)?))
}

/// Whether the script is being unwound. If so the thread that asks is the next to go.
fn leaving(lua: &Lua, context: &Rc<Context>, _: Args) -> Outcome {
    let leaving = context.stopper.leaving() != super::vm::Leaving::No;
    if leaving {
        context.stopper.look_now(lua)?;
    }
    values(lua, leaving)
}

fn os_type() -> &'static str {
    match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "Darwin",
        "windows" => "Windows",
        other => other,
    }
}
