//! How Rust functions are offered to the prelude.
//!
//! Rust code that throws through Lua loses the error table on the way, so our functions never throw: they return
//! `true` and their values, or `false` and an error table, or nil and a value that somebody else threw. The prelude
//! turns the last two into errors.

use std::rc::Rc;

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Table, Value};

use super::args::Args;
use super::context::Context;
use super::error::Failure;
use crate::error::ErrorKind;

/// What a function of ours gives back.
pub(crate) type Outcome = Result<MultiValue, Failure>;

/// A function of ours.
pub(crate) type Native = fn(&Lua, &Rc<Context>, Args) -> Outcome;

/// The values of a function that succeeded.
pub(crate) fn values(lua: &Lua, values: impl IntoLuaMulti) -> Outcome {
    Ok(values.into_lua_multi(lua)?)
}

/// A table of functions for the prelude to wrap.
pub(crate) fn table(lua: &Lua, context: &Rc<Context>, functions: &[(&'static str, Native)]) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    for &(name, native) in functions {
        table.raw_set(name, function(lua, context, name, native)?)?;
    }
    Ok(table)
}

fn function(lua: &Lua, context: &Rc<Context>, name: &'static str, native: Native) -> mlua::Result<Function> {
    let context = context.clone();
    lua.create_function(move |lua, arguments| {
        hand_over(lua, &context, native(lua, &context, Args::new(name, arguments)))
    })
}

/// The outcome in the form that the prelude understands.
pub(crate) fn hand_over(lua: &Lua, context: &Context, outcome: Outcome) -> mlua::Result<MultiValue> {
    let (status, mut values) = match outcome {
        Ok(values) => (Value::Boolean(true), values),
        Err(failure) => {
            // What was interrupted must not be tried again by a script that catches everything.
            if failure.error().is_some_and(|error| error.kind() == ErrorKind::Interrupted) {
                context.stopper.look_now(lua)?;
            }
            let (value, fresh) = failure.into_lua(lua)?;
            (if fresh { Value::Boolean(false) } else { Value::Nil }, MultiValue::from_iter([value]))
        }
    };
    values.push_front(status);
    Ok(values)
}
