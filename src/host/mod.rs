//! The host's Lua VM: where a user's scripts run, and where `con` and its kin come from.
//!
//! Scripts see chdkptp's names (`con:exec`, `con:wait_msg`, `etype` in errors) with our manners: misspelt methods and
//! options are errors, nils and their number survive, nothing is dropped in silence. What may not happen here: no
//! knowledge of PTP, and of the simulator no more than how to ask [`connect`](crate::connect) for one; no value on its way to or from a camera
//! takes a detour through text that the VM would have to run; no Rust function throws through Lua (see `native`).
//!
//! | file | what is in it |
//! |---|---|
//! | `vm`, `run` | the VM, how a script is run and how it is stopped |
//! | `con/` | the methods of a connection, by subject |
//! | `chdk`, `rlibs`, `sys`, `codes`, `serialize` | the other globals |
//! | `sim` | the control of a simulated camera, the second value of `chdk.simulate` |
//! | `args`, `options`, `suggest` | what functions take, and what they say to a slip |
//! | `names` | all that scripts find |
//! | `convert`, `raw` | values between the two Luas |
//! | `lint/` | what the linter says of host scripts |
//! | `prompt` | what a prompt needs besides |
//! | `error`, `native` | errors between Rust and Lua; `lua/host/prelude.lua` is the other end |

mod args;
mod chdk;
mod codes;
mod con;
mod context;
mod convert;
mod error;
pub mod lint;
mod names;
mod native;
mod options;
mod prompt;
mod raw;
mod rlibs;
mod run;
mod serialize;
mod sim;
use crate::suggest;
mod sys;
mod vm;

use std::rc::Rc;
use std::sync::Arc;

use mlua::{Function, Lua, MultiValue, Table};

use crate::camera;
use crate::connect::Spec;
use crate::error::{Error, ErrorKind, Result};
use crate::gate::Gate;

pub use names::{TakenOption, taken_options};
pub(crate) use suggest::did_you_mean;

pub(crate) use con::Connection;
use con::Source;
use context::Context;
pub(crate) use error::Failure;

/// The name of the prelude's chunk, by which its lines are known in a traceback.
const PRELUDE: &str = "[moonshutter]";

/// Modules that `require` finds without a file.
const MODULES: &[(&str, &str)] = &[];

/// What a VM starts with.
#[derive(Clone, Default)]
pub struct HostOptions {
    /// How cameras are driven: by what clock, with what patience, and what interrupts them and the script.
    pub camera: camera::Options,
    /// The camera that `con` stands for. It is connected when a script first needs it.
    pub spec: Option<Spec>,
    /// Send scripts to cameras as they are. Otherwise, unless [`camera`](Self::camera) has a check of its own, the linter
    /// looks at them first: an error is [`ErrorKind::Lint`], and a warning goes to the log.
    pub no_lint: bool,
}

/// What a script left behind.
#[derive(Debug)]
pub struct Outcome {
    /// The values that it returned. They belong to the VM, and tables among them are gone when it is.
    pub values: MultiValue,
    /// The exit status that it asked for, 0 if it asked for none.
    pub status: i32,
    /// Whether it asked to end the program, with `os.exit`.
    pub exited: bool,
}

/// A Lua VM with `con`, `chdk`, `sys` and the rest.
///
/// One VM can run many scripts, one after another; globals stay, as at a prompt. Its connections are closed when it is
/// dropped.
///
/// ```
/// use moonshutter::host::{Host, HostOptions};
///
/// let host = Host::new(HostOptions::default())?;
/// let outcome = host.run("sum.lua", b"local a, b = ... return a + b", &["1".into(), "2".into()])?;
/// assert_eq!(outcome.values.front().and_then(|value| value.as_i64()), Some(3));
/// # Ok::<(), moonshutter::Error>(())
/// ```
pub struct Host {
    lua: Lua,
    context: Rc<Context>,
    /// The prelude's way to run a chunk.
    run: Function,
    /// The text of the last uncaught error's traceback.
    traceback: std::cell::RefCell<Option<String>>,
}

impl Host {
    /// A fresh VM.
    pub fn new(options: HostOptions) -> Result<Self> {
        Self::build(options).map_err(|error| {
            Error::new(ErrorKind::Runtime, "cannot start the Lua of the host").caused_by(error.to_string())
        })
    }

    fn build(mut options: HostOptions) -> mlua::Result<Self> {
        if !options.no_lint {
            options.camera.check.get_or_insert_with(|| Arc::new(Gate::default()));
        }
        let lua = vm::create();
        let context = Rc::new(Context::new(&lua, options)?);
        let prelude: Table = lua
            .load(include_str!("../../lua/host/prelude.lua"))
            .set_name(format!("={PRELUDE}"))
            .call((natives(&lua, &context)?, PRELUDE))?;
        for pair in prelude.get::<Table>("metamethods")?.pairs::<String, Function>() {
            let (name, function) = pair?;
            lua.set_named_registry_value(&con::registry_key(&name), function)?;
        }
        lua.set_named_registry_value(names::METHODS, prelude.get::<Table>("methods")?)?;
        lua.set_named_registry_value(sim::INDEX, prelude.get::<Function>("sim_index")?)?;
        lua.globals().raw_set("ptp", codes::table(&lua)?)?;
        let preload: Table = lua.globals().raw_get::<Table>("package")?.raw_get("preload")?;
        for (name, source) in MODULES {
            let loader = lua.load(*source).set_name(format!("={PRELUDE}/{name}")).into_function()?;
            preload.raw_set(*name, loader)?;
        }
        let source = context.options.spec.clone().map_or(Source::Nothing, Source::Spec);
        let con = Connection::new(&context, source, context.options.camera.clone());
        lua.globals().raw_set("con", Connection::into_lua(con, &lua)?)?;
        Ok(Self { run: prelude.get("run")?, lua, context, traceback: Default::default() })
    }

    /// The VM, to add to it or to look at what scripts returned.
    pub fn lua(&self) -> &Lua {
        &self.lua
    }

    /// Where the last error came from, by the lines of the user's scripts: the innermost first. `None` if the last
    /// script ended well.
    pub fn traceback(&self) -> Option<String> {
        self.traceback.borrow().clone()
    }
}

/// Our functions, for the prelude.
fn natives(lua: &Lua, context: &Rc<Context>) -> mlua::Result<Table> {
    let own: &[(&'static str, native::Native)] = &[
        ("serialize", serialize::serialize),
        ("unserialize", serialize::unserialize),
        ("signed", serialize::signed),
        ("unsigned", serialize::unsigned),
        ("get_field", con::get_field),
        ("set_field", con::set_field),
        ("describe", con::describe),
        ("no_sim_method", sim::unknown),
    ];
    let table = native::table(lua, context, &[own, sys::PRIVATE].concat())?;
    table.raw_set("con", con::methods(lua, context)?)?;
    table.raw_set("sim", sim::methods(lua, context)?)?;
    table.raw_set("chdk", native::table(lua, context, chdk::FUNCTIONS)?)?;
    table.raw_set("rlibs", native::table(lua, context, rlibs::FUNCTIONS)?)?;
    table.raw_set("sys", native::table(lua, context, sys::FUNCTIONS)?)?;
    Ok(table)
}
