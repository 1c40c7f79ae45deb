//! Libraries that host scripts register for the camera: `chdk.rlibs`, which is chdkptp's `chdku.rlibs`.

use std::rc::Rc;

use mlua::{Lua, Value};

use crate::camera::Lib;
use crate::error::Error;

use super::args::Args;
use super::context::Context;
use super::error::Failure;
use super::native::{Native, Outcome, values};
use super::options::{Options, Taken};

/// The functions of `chdk.rlibs`, for the prelude to make methods of.
pub(crate) const FUNCTIONS: &[(&str, Native)] = &[("register", register), ("code", code), ("names", names)];

/// What the functions take as options.
pub(crate) const OPTIONS: &[Taken] = &[("register", 0, &[&["name", "code", "depend", "provides"]])];

/// `register{name=, code=, depend=, provides=}`; the last two are a name or a list of names.
fn register(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    if args.given(0).is_none() {
        return Err(Failure::bad_arg("register: nothing to register: write chdk.rlibs:register{name=…, code=…}"));
    }
    args.no_more(1)?;
    let options = Options::parse(&args, 0, OPTIONS)?;
    let needed = |name: &str| {
        let missing = || options.wrong(name, "a string", &Value::Nil);
        options.string(name)?.ok_or_else(missing)
    };
    let name = String::from_utf8_lossy(&needed("name")?).into_owned();
    let lib =
        Lib::new(name, needed("code")?).depending_on(options.names("depend")?).providing(options.names("provides")?);
    context.libs.borrow_mut().register(lib).map_err(|error| named(&args, &error))?;
    values(lua, ())
}

/// The text that goes to the camera for some libraries.
fn code(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(1)?;
    let wrong = |value| args.wrong(0, "names", "the name of a library or a list of names", value);
    let names = match args.get(0) {
        Value::String(name) => vec![name.to_string_lossy().to_owned()],
        Value::Table(list) => {
            let mut names = Vec::new();
            for name in list.sequence_values::<Value>() {
                match name? {
                    Value::String(name) => names.push(name.to_string_lossy().to_owned()),
                    other => return Err(wrong(&other)),
                }
            }
            names
        }
        other => return Err(wrong(other)),
    };
    let text = context.libs.borrow().text(&names).map_err(|error| named(&args, &error))?;
    values(lua, lua.create_string(text)?)
}

/// The names of all libraries.
fn names(lua: &Lua, context: &Rc<Context>, args: Args) -> Outcome {
    args.no_more(0)?;
    values(lua, context.libs.borrow().names())
}

/// The error with the name of the function that was called.
pub(crate) fn named(args: &Args, error: &Error) -> Failure {
    Failure::bad_arg(format!("{}: {}", args.function(), error.message()))
}
