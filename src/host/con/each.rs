//! Methods for what is too much for one message: a loop on the camera, item by item or as one table.

use std::cell::RefCell;
use std::rc::Rc;

use mlua::{Lua, MultiValue, Table, Value};

use crate::camera::{Item, Stream};
use crate::host::args::Args;
use crate::host::convert;
use crate::host::error::Failure;
use crate::host::native::{Outcome, hand_over, values};
use crate::host::options::{Options, Taken};

use super::exec::{START, exec_options, script};
use super::wait::{WAIT, wait_options};
use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[("each", each), ("collect", collect)];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[("each", 1, &[START, WAIT]), ("collect", 1, &[START, WAIT])];

type Shared = Rc<RefCell<Stream>>;

/// Starts code that returns what stands behind `in` of a generic `for`.
fn start(lua: &Lua, connection: &Rc<Connection>, args: &Args) -> Result<Shared, Failure> {
    let code = args.bytes(0, "code")?;
    args.no_more(2)?;
    let options = Options::parse(args, 1, OPTIONS)?;
    let wait = wait_options(&options)?;
    let script = script(lua, connection, args, code);
    let start = exec_options(connection, args, &options)?;
    let stream = connection.camera(move |camera| Ok(camera.each(&script, &start, &wait)?))?;
    connection.started.set(true);
    Ok(Rc::new(RefCell::new(stream)))
}

fn next(connection: &Connection, stream: &Shared) -> Result<Option<Item>, Failure> {
    let stream = stream.clone();
    let item = connection.camera(move |camera| Ok(stream.borrow_mut().next(camera)?));
    if !matches!(item, Ok(Some(_))) {
        connection.started.set(false);
    }
    item
}

fn values_of(lua: &Lua, item: Item) -> Result<Vec<Value>, Failure> {
    item.into_texts().into_iter().map(|text| convert::from_text(lua, text)).collect()
}

/// `for k, v in con:each("return pairs(t)") do`.
fn each(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let stream = start(lua, connection, &args)?;
    let connection = connection.clone();
    let iterator = lua.create_function(move |lua, _: MultiValue| {
        let outcome = next(&connection, &stream).and_then(|item| match item {
            Some(item) => Ok(MultiValue::from_vec(values_of(lua, item)?)),
            None => Ok(MultiValue::from_iter([Value::Nil])),
        });
        hand_over(lua, &connection.context, outcome)
    })?;
    values(lua, iterator)
}

/// All of it in one table: a list where there is one value a time, keys and values where there are two, as from pairs,
/// and a list of lists where there are more.
fn collect(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let stream = start(lua, connection, &args)?;
    let all = lua.create_table()?;
    while let Some(item) = next(connection, &stream)? {
        let item = values_of(lua, item)?;
        match item.as_slice() {
            [only] => all.raw_push(only)?,
            [key, value] => all.raw_set(key, value)?,
            several => all.raw_push(list(lua, several)?)?,
        }
    }
    values(lua, all)
}

fn list(lua: &Lua, items: &[Value]) -> mlua::Result<Table> {
    let list = lua.create_table()?;
    for (index, item) in items.iter().enumerate() {
        list.raw_set(index + 1, item)?;
    }
    Ok(list)
}
