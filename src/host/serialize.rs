//! The globals `serialize`, `unserialize`, `signed` and `unsigned`.

use std::rc::Rc;

use mlua::{Lua, Value};

use super::args::{Args, whole};
use super::context::Context;
use super::convert::{self, Leniency};
use super::error::Failure;
use super::native::{Outcome, values};
use super::options::{Options, Taken};
use crate::error::ErrorKind;
use crate::table::{DEPTH_LIMIT, Style};

/// Options of chdkptp's `serialize`, with their meaning there, but that `maxdepth` is the number of tables that may stand in
/// one another, and no more than the camera's parser takes. Its defaults are not ours: a text is compact, and what would
/// be lost is an error.
pub(crate) const OPTIONS: &[Taken] = &[(
    "serialize",
    1,
    &[&["maxdepth", "err_type", "err_cycle", "pretty", "bracket_keys", "compact_arrays", "forceint", "fix_bignum"]],
)];

/// `serialize(value [, options])`: text that both sides read.
pub(crate) fn serialize(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    let options = Options::parse(&args, 1, OPTIONS)?;
    args.no_more(2)?;
    let flag = |name: &str, default: bool| Ok::<_, Failure>(options.flag(name)?.unwrap_or(default));
    let leniency = Leniency {
        round: flag("forceint", false)?,
        wrap: flag("fix_bignum", false)?,
        describe: !flag("err_type", true)?,
    };
    let depth = match options.get("maxdepth")? {
        None => DEPTH_LIMIT,
        Some(value) => match whole(&value).and_then(|depth| usize::try_from(depth).ok()) {
            Some(depth) => depth.min(DEPTH_LIMIT),
            None => return Err(options.wrong("maxdepth", "a number of tables", &value)),
        },
    };
    let style = Style {
        pretty: flag("pretty", false)?,
        bracket_keys: flag("bracket_keys", false)?,
        compact_arrays: flag("compact_arrays", true)?,
        depth,
    };
    let document = convert::to_document(lua, args.get(0), "value", leniency)?;
    if flag("err_cycle", false)? && !document.shared_tables().is_empty() {
        let text = "value: a table is met twice in it, and err_cycle says that this is an error";
        return Err(Failure::new(ErrorKind::Serialize, text));
    }
    values(lua, lua.create_string(convert::write(&document, "value", style)?)?)
}

/// The value of such a text.
pub(crate) fn unserialize(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    match args.get(0) {
        Value::String(text) => values(lua, convert::from_text(lua, text.as_bytes().to_vec())?),
        other => Err(args.wrong(0, "text", "a string", other)),
    }
}

/// `signed(0xFFFFFFFF)` is -1: an unsigned word as the number that the camera has for it.
pub(crate) fn signed(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(1)?;
    values(lua, args.word(0, "number")? as i32)
}

/// `unsigned(-1)` is 0xFFFFFFFF: a number of the camera as the unsigned word that it stands for.
pub(crate) fn unsigned(lua: &Lua, _: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(1)?;
    values(lua, args.word(0, "number")?)
}
