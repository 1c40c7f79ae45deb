//! Methods that reach into the camera's memory and firmware.

use std::rc::Rc;

use mlua::{Lua, Value};

use crate::host::args::{Args, whole};
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::suggest::did_you_mean;

use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] =
    &[("getmem", getmem), ("setmem", setmem), ("call_function", call_function)];

/// `getmem(address, count [, "string" | "number" [, flags]])`; flag 1 reads through a buffer.
fn getmem(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    const AS: [&str; 2] = ["string", "number"];
    let address = args.word(0, "address")?;
    let count = args.word(1, "count")?;
    let form = match args.given(2) {
        None => "string".to_owned(),
        Some(_) => args.text(2, "form")?,
    };
    if !AS.contains(&form.as_str()) {
        let hint = did_you_mean(&form, AS);
        return Err(Failure::bad_arg(format!("getmem: no form '{form}' of memory: there are string, number{hint}")));
    }
    if form == "number" && count < 4 {
        return Err(Failure::bad_arg(format!("getmem: a number has 4 bytes, and {count} were asked for")));
    }
    let buffered = match args.given(3) {
        None => false,
        Some(_) => match args.word(3, "flags")? {
            0 => false,
            1 => true,
            _ => return Err(args.wrong(3, "flags", "0 or 1", args.get(3))),
        },
    };
    args.no_more(4)?;
    let bytes = connection.camera(move |camera| Ok(camera.get_memory(address, count, buffered)?))?;
    match (form.as_str(), bytes.first_chunk::<4>()) {
        ("number", Some(word)) => values(lua, u32::from_le_bytes(*word)),
        _ => values(lua, lua.create_string(bytes)?),
    }
}

/// `setmem(address, bytes)` or `setmem(address, word)`.
fn setmem(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let address = args.word(0, "address")?;
    args.no_more(2)?;
    let bytes = match args.get(1) {
        Value::String(bytes) => bytes.as_bytes().to_vec(),
        other if whole(other).is_some() => args.word(1, "value")?.to_le_bytes().to_vec(),
        other => return Err(args.wrong(1, "value", "a string of bytes or a number of 32 bits", other)),
    };
    if bytes.is_empty() {
        return Err(Failure::bad_arg("setmem: no bytes to write"));
    }
    connection.camera(move |camera| Ok(camera.set_memory(address, &bytes)?))?;
    values(lua, ())
}

/// `call_function(address, …)` with numbers of 32 bits; returns R0.
fn call_function(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let address = args.word(0, "address")?;
    let mut words = Vec::new();
    for index in 1..args.len() {
        words.push(args.word(index, "value")?);
    }
    values(lua, connection.camera(move |camera| Ok(camera.call_function(address, &words)?))?)
}
