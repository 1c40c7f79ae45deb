//! What `con.NAME` is when NAME is no method: facts about the camera, and whatever the script put there itself.

use std::rc::Rc;

use mlua::{Lua, Table, Value};

use crate::host::args::Args;
use crate::host::context::Context;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::suggest::did_you_mean;

use super::{Connection, Source, State, info, method_names, receiver};

/// Fields of every connection.
pub(crate) const KEYS: &[&str] = &["apiver", "condev", "ptpdev", LINT];

/// Whether scripts are checked before they are sent; can be set.
const LINT: &str = "lint";

/// The way to the camera's own functions, which the prelude makes.
const REMOTE: &str = "remote";

/// The names of all fields.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    KEYS.iter().copied().chain([REMOTE])
}

/// `con.NAME`.
pub(crate) fn get(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    let connection = receiver("index", Some(args.get(0)))?;
    let key = args.get(1);
    let name = match key {
        Value::String(name) => name.to_string_lossy().to_owned(),
        _ => String::new(),
    };
    if name == LINT {
        return values(lua, connection.lint.get());
    }
    if KEYS.contains(&name.as_str()) {
        if !is_there(&connection) {
            return values(lua, Value::Nil);
        }
        return match name.as_str() {
            "apiver" => values(lua, info::api_version(lua, &connection)?),
            "condev" => values(lua, info::connection_device(lua, &connection)?),
            _ => values(lua, info::ptp_device(lua, &connection)?),
        };
    }
    match own(args.get(0))?.map(|own| own.raw_get::<Value>(key.clone())).transpose()? {
        Some(value) if !value.is_nil() => values(lua, value),
        _ => Err(unknown(&name, key)),
    }
}

/// `con.NAME = value`.
pub(crate) fn set(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    let key = args.get(1);
    if let Value::String(name) = key {
        let name = name.to_string_lossy();
        if name == LINT {
            return set_lint(lua, &args);
        }
        if KEYS.contains(&&*name) || name == REMOTE || method_names().any(|method| method == &*name) {
            let text = format!("con.{name} is there already: keep your own value under another name");
            return Err(Failure::bad_arg(text));
        }
    }
    if let Some(own) = own(args.get(0))? {
        own.raw_set(key.clone(), args.get(2).clone())?;
    }
    values(lua, ())
}

/// `con.lint = false`.
fn set_lint(lua: &Lua, args: &Args) -> Outcome {
    let connection = receiver("index", Some(args.get(0)))?;
    match args.get(2) {
        Value::Boolean(lint) => connection.lint.set(*lint),
        other => {
            let text = format!("con.lint must be true or false, not {}", crate::host::args::describe(other));
            return Err(Failure::bad_arg(text));
        }
    }
    values(lua, ())
}

/// The script's own fields.
fn own(connection: &Value) -> mlua::Result<Option<Table>> {
    match connection {
        Value::UserData(data) => data.user_value().map(Some),
        _ => Ok(None),
    }
}

/// Whether there is a camera to ask, or one that the first question connects to.
fn is_there(connection: &Connection) -> bool {
    match &*connection.state.borrow() {
        State::Waiting => !matches!(connection.source, Source::Nothing),
        State::Closed => false,
        State::Home(_) | State::Lent => true,
    }
}

fn unknown(name: &str, key: &Value) -> Failure {
    let Value::String(_) = key else {
        return Failure::bad_arg(format!("a camera connection has no field {}", crate::host::args::describe(key)));
    };
    Failure::bad_arg(no_such(name))
}

/// Whether connections have this method or field; what is wrong with it if not.
pub(crate) fn known_name(name: &str) -> Result<(), String> {
    let base = name.strip_suffix("_pcall").unwrap_or(name);
    let there = names().any(|field| field == name) || method_names().any(|method| method == base);
    if there { Ok(()) } else { Err(no_such(name)) }
}

fn no_such(name: &str) -> String {
    let (base, twin) = match name.strip_suffix("_pcall") {
        Some(base) => (base, "_pcall"),
        None => (name, ""),
    };
    let fields = || names().filter(|_| twin.is_empty());
    let mut hint = did_you_mean(base, method_names().chain(fields()));
    if !twin.is_empty() && hint.ends_with("'?") {
        hint.insert_str(hint.len() - 2, twin);
    }
    format!("no method '{name}' of a camera connection{hint}")
}

/// `tostring(con)`.
pub(crate) fn describe(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    let connection = receiver("tostring", Some(args.get(0)))?;
    // Only what is known without asking: printing a connection must not connect it.
    let camera = match &*connection.state.borrow() {
        State::Home(camera) => camera.name().to_owned(),
        State::Lent => "in use".to_owned(),
        State::Waiting | State::Closed => match &connection.source {
            Source::Spec(spec) => format!("{spec}, not connected"),
            Source::Simulated(_) => "sim, not connected".to_owned(),
            Source::Nothing => "not connected".to_owned(),
        },
    };
    values(lua, format!("connection: {camera}"))
}
