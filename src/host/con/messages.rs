//! Methods that exchange messages with a script on the camera.
//!
//! A message is a table as chdkptp's scripts know it: `{script_id=, type=, subtype=, value=}`, with `type` one of none,
//! error, return, user. Tables arrive as tables.

use std::rc::Rc;

use mlua::{Lua, Table, Value};

use crate::camera::{Body, Message, Payload, Stage, Target};
use crate::error::ErrorKind;
use crate::host::args::{Args, describe};
use crate::host::convert;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Sink, Taken};

use super::wait::{WAIT, bounded_wait_options};
use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("read_msg", read_msg),
    ("write_msg", write_msg),
    ("wait_msg", wait_msg),
    ("read_msg_strict", read_msg_strict),
    ("read_all_msgs", read_all_msgs),
    ("flushmsgs", flushmsgs),
    ("get_error_msg", get_error_msg),
];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[
    ("read_msg_strict", 0, &[WANTED]),
    ("wait_msg", 0, &[WANTED, WAIT]),
    ("read_all_msgs", 0, &[&["default"], KINDS]),
];

/// Where messages of each kind go.
const KINDS: &[&str] = &["user", "return", "error"];

/// A message of a script's own.
pub(super) fn message_table(
    lua: &Lua,
    connection: &Connection,
    id: u32,
    kind: &str,
    payload: Payload,
) -> Result<Table, Failure> {
    let (subtype, value) = decode(lua, connection, payload)?;
    new_table(lua, id, kind, Some(subtype), value)
}

/// The subtype of a message, and its value.
pub(super) fn decode(lua: &Lua, connection: &Connection, payload: Payload) -> Result<(&'static str, Value), Failure> {
    match payload {
        Payload::Table(text) if connection.plain_tables.get() => Ok(("table", Value::String(lua.create_string(text)?))),
        payload => convert::from_payload(lua, payload),
    }
}

fn new_table(lua: &Lua, id: u32, kind: &str, subtype: Option<&str>, value: Value) -> Result<Table, Failure> {
    let table = lua.create_table()?;
    table.raw_set("script_id", id)?;
    table.raw_set("type", kind)?;
    table.raw_set("subtype", subtype)?;
    table.raw_set("value", value)?;
    Ok(table)
}

fn to_table(lua: &Lua, connection: &Connection, message: Option<Message>) -> Result<Table, Failure> {
    let Some(message) = message else { return new_table(lua, 0, "none", None, Value::Nil) };
    let id = message.script_id;
    match message.body {
        Body::Return(payload) => message_table(lua, connection, id, "return", payload),
        Body::User(payload) => message_table(lua, connection, id, "user", payload),
        Body::Error { stage, text } => {
            let text = Value::String(lua.create_string(text)?);
            new_table(lua, id, "error", Some(stage_name(stage)), text)
        }
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::None => "none",
        Stage::Compile => "compile",
        Stage::Run => "runtime",
    }
}

fn kind_name(body: &Body) -> &'static str {
    match body {
        Body::Error { .. } => "error",
        Body::Return(_) => "return",
        Body::User(_) => "user",
    }
}

fn read(connection: &Connection) -> Result<Option<Message>, Failure> {
    connection.camera(|camera| Ok(camera.read_msg()?))
}

fn read_msg(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    values(lua, to_table(lua, connection, read(connection)?)?)
}

/// Sends a string as it is, anything else as the text of a table.
fn write_msg(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(2)?;
    let bytes = match args.get(0) {
        Value::Nil => return Err(args.wrong(0, "message", "a value", &Value::Nil)),
        Value::String(text) => text.as_bytes().to_vec(),
        other => convert::to_text(lua, other, "message")?,
    };
    if bytes.is_empty() {
        return Err(Failure::bad_arg("write_msg: an empty message: a camera hangs on nothing, so it is not sent"));
    }
    let target = match args.given(1) {
        None => Target::Last,
        Some(_) => match args.word(1, "script_id")? {
            0 => Target::Any,
            id => Target::Script(id),
        },
    };
    connection.camera(move |camera| Ok(camera.write_msg(&bytes, target)?))?;
    values(lua, ())
}

/// What kind of message is wanted.
struct Wanted {
    kind: Option<Vec<u8>>,
    subtype: Option<Vec<u8>>,
    value_only: bool,
}

const WANTED: &[&str] = &["mtype", "msubtype", "munserialize"];

impl Wanted {
    fn parse(options: &Options) -> Result<Self, Failure> {
        let one_of = |name: &str, names: &[&str]| match options.string(name)? {
            Some(text) if !names.iter().any(|known| known.as_bytes() == text) => {
                let value = options.get(name)?.unwrap_or(Value::Nil);
                Err(options.wrong(name, &format!("one of {}", names.join(", ")), &value))
            }
            other => Ok(other),
        };
        Ok(Self {
            kind: one_of("mtype", &["none", "error", "return", "user"])?,
            subtype: one_of(
                "msubtype",
                &["unsupported", "nil", "boolean", "integer", "string", "table", "none", "compile", "runtime"],
            )?,
            value_only: options.flag("munserialize")?.unwrap_or(false),
        })
    }

    /// The message if it is the one that was wanted.
    fn check(&self, lua: &Lua, connection: &Connection, message: Message) -> Outcome {
        let wrong = |text: String| Failure::new(ErrorKind::WrongMessage, text);
        let ours = connection.camera(|camera| Ok(camera.script_id()))?;
        let id = message.script_id;
        if ours.is_some_and(|ours| ours != id) {
            let ours = ours.unwrap_or(0);
            return Err(wrong(format!("a message of script {id}, not of {ours}")).named("bad_script_id"));
        }
        let kind = kind_name(&message.body);
        if let Some(wanted) = &self.kind
            && wanted != kind.as_bytes()
        {
            return Err(match &message.body {
                Body::Error { text, .. } => wrong(String::from_utf8_lossy(text).into_owned()).named("wrongmsg_error"),
                _ => {
                    let wanted = String::from_utf8_lossy(wanted);
                    wrong(format!("a message of type {kind}, where {wanted} was wanted"))
                }
            });
        }
        let table = to_table(lua, connection, Some(message))?;
        let subtype: String = table.raw_get("subtype")?;
        if let Some(wanted) = &self.subtype
            && wanted != subtype.as_bytes()
        {
            let wanted = String::from_utf8_lossy(wanted);
            let text = format!("a message of subtype {subtype}, where {wanted} was wanted");
            return Err(wrong(text).named("wrongmsg_sub"));
        }
        if !self.value_only {
            return values(lua, table);
        }
        match table.raw_get("value")? {
            // A table that the script wrote itself comes as a string.
            Value::String(text) if subtype == "string" => {
                values(lua, convert::from_text(lua, text.as_bytes().to_vec())?)
            }
            value => values(lua, value),
        }
    }
}

fn no_message(text: &str) -> Failure {
    Failure::new(ErrorKind::WrongMessage, text).named("nomsg")
}

fn read_msg_strict(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let wanted = Wanted::parse(&Options::parse(&args, 0, OPTIONS)?)?;
    match read(connection)? {
        Some(message) => wanted.check(lua, connection, message),
        None => Err(no_message("no message waits")),
    }
}

/// The next message, waited for.
fn wait_msg(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let options = Options::parse(&args, 0, OPTIONS)?;
    let wanted = Wanted::parse(&options)?;
    let timeout_error = options.flag("timeout_error")?.unwrap_or(true);
    if !timeout_error {
        return Err(Failure::bad_arg("wait_msg: a timeout is always an error here; use wait_msg_pcall"));
    }
    let wait = bounded_wait_options(&options)?;
    match connection.camera(move |camera| Ok(camera.wait_msg(&wait)?))? {
        Some(message) => wanted.check(lua, connection, message),
        None => Err(no_message("the script ended without a message")),
    }
}

/// Reads until nothing waits. Each kind goes to its own function or table, or to `default`; others are dropped. A
/// function that returns false ends it: then this returns false and what the function returned besides.
fn read_all_msgs(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let options = Options::parse(&args, 0, OPTIONS)?;
    let default = options.sink("default")?;
    let mut sinks: Vec<(&str, Option<Sink>)> = Vec::new();
    for kind in KINDS.iter().copied() {
        sinks.push((kind, options.sink(kind)?.or_else(|| default.clone())));
    }
    while let Some(message) = read(connection)? {
        let kind = kind_name(&message.body);
        let table = to_table(lua, connection, Some(message))?;
        match sinks.iter().find(|(name, _)| *name == kind).and_then(|(_, sink)| sink.as_ref()) {
            None => {}
            Some(Sink::Append(list)) => list.raw_push(table)?,
            Some(Sink::Call(function)) => {
                let results = connection.context.call(lua, function, (table, args.get(0).clone()))?;
                if matches!(results.front(), Some(Value::Boolean(false))) {
                    return Ok(results);
                }
            }
        }
    }
    values(lua, true)
}

fn flushmsgs(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    connection.camera(|camera| Ok(camera.flush_msgs()?))?;
    values(lua, ())
}

/// The next error message of this connection's script, or false. Others on the way are dropped, with a word about it.
fn get_error_msg(lua: &Lua, connection: &Rc<Connection>, _: Args) -> Outcome {
    let ours = connection.camera(|camera| Ok(camera.script_id()))?;
    while let Some(message) = read(connection)? {
        let id = message.script_id;
        if matches!(message.body, Body::Error { .. }) && ours.is_none_or(|ours| ours == id) {
            return values(lua, to_table(lua, connection, Some(message))?);
        }
        let table = to_table(lua, connection, Some(message))?;
        let (kind, value) = (table.raw_get::<String>("type")?, table.raw_get::<Value>("value")?);
        log::warn!("get_error_msg dropped a message of script {id}: {kind} {}", describe(&value));
    }
    values(lua, false)
}
