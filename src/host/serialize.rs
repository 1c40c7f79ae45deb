//! The globals `serialize` and `unserialize`.

use std::rc::Rc;

use mlua::{Lua, Value};

use super::args::Args;
use super::context::Context;
use super::convert;
use super::native::{Outcome, values};
use super::options::Options;

/// Options of chdkptp's `serialize`. Its output is one of many spellings of a table, ours another: there is nothing
/// left for them to choose.
const KNOWN: &[&str] =
    &["maxdepth", "err_type", "err_cycle", "pretty", "bracket_keys", "compact_arrays", "forceint", "fix_bignum"];

/// `serialize(value)`: text that both sides read.
pub(crate) fn serialize(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    Options::parse(&args, 1, &[KNOWN])?;
    args.no_more(2)?;
    values(lua, lua.create_string(convert::to_text(lua, args.get(0), "value")?)?)
}

/// The value of such a text.
pub(crate) fn unserialize(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    match args.get(0) {
        Value::String(text) => values(lua, convert::from_text(lua, text.as_bytes().to_vec())?),
        other => Err(args.wrong(0, "text", "a string", other)),
    }
}
