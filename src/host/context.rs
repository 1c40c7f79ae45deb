//! What the parts of one VM share.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Value};

use crate::camera::Libs;
use crate::clock::{Clock, VirtualClock};

use super::con::Connection;
use super::error::Failure;
use super::vm::Stopper;
use super::{HostOptions, PRELUDE};

/// One for each VM. It holds no strong reference to the VM, or neither would ever be dropped.
pub(crate) struct Context {
    pub(crate) options: HostOptions,
    pub(crate) stopper: Stopper,
    /// The `pcall` of the VM, out of reach of scripts.
    pub(crate) pcall: Function,
    /// Arguments of the script, for `sys.getargs`.
    pub(crate) args: RefCell<Vec<String>>,
    /// What `sys.set_exit_value` was given.
    pub(crate) exit_value: Cell<i32>,
    /// The time of simulated cameras that the script asked to live in virtual time, and then the script's own.
    pub(crate) virtual_clock: OnceCell<VirtualClock>,
    /// Libraries for scripts on the camera.
    pub(crate) libs: RefCell<Libs>,
    /// Scripts by the names of their chunks, to find camera code in them.
    sources: RefCell<HashMap<String, Rc<[u8]>>>,
    connections: RefCell<Vec<Weak<Connection>>>,
}

impl Context {
    pub(crate) fn new(lua: &Lua, options: HostOptions) -> mlua::Result<Self> {
        Ok(Self {
            stopper: Stopper::new(options.camera.interrupt.clone()),
            options,
            pcall: lua.globals().raw_get("pcall")?,
            args: RefCell::default(),
            exit_value: Cell::new(0),
            virtual_clock: OnceCell::new(),
            libs: RefCell::default(),
            sources: RefCell::default(),
            connections: RefCell::default(),
        })
    }

    /// Remembers the text of a script.
    pub(crate) fn remember_source(&self, name: &str, source: &[u8]) {
        self.sources.borrow_mut().insert(name.to_owned(), source.into());
    }

    /// The line of a script on which `code`, given to us on line `called`, stands as it is. `None` if it was put
    /// together, is written with escapes, or stands in several places.
    pub(crate) fn line_of(&self, name: &str, called: usize, code: &[u8]) -> Option<u32> {
        let source = self.source(name)?;
        let mut lines: Vec<usize> = Vec::new();
        let (mut line, mut seen) = (1, 0);
        for at in memchr::memmem::find_iter(&source, code) {
            line += memchr::memchr_iter(b'\n', &source[seen..at]).count();
            seen = at;
            lines.push(line);
        }
        let line = match lines.as_slice() {
            [] => return None,
            [only] => *only,
            several => {
                let mut here = several.iter().filter(|line| **line == called);
                here.next().filter(|_| here.next().is_none()).copied()?
            }
        };
        u32::try_from(line).ok()
    }

    /// The text of a script that was run, or of a module that it required.
    fn source(&self, name: &str) -> Option<Rc<[u8]>> {
        if let Some(source) = self.sources.borrow().get(name) {
            return Some(source.clone());
        }
        self.remember_source(name, &std::fs::read(name).ok()?);
        self.sources.borrow().get(name).cloned()
    }

    /// Remembers a connection for as long as somebody else holds it.
    pub(crate) fn remember(&self, connection: &Rc<Connection>) {
        let mut connections = self.connections.borrow_mut();
        connections.retain(|known| known.strong_count() > 0);
        connections.push(Rc::downgrade(connection));
    }

    /// The connections that scripts hold.
    pub(crate) fn connections(&self) -> Vec<Rc<Connection>> {
        self.connections.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    /// What `sys` measures time with.
    pub(crate) fn clock(&self) -> &dyn Clock {
        match self.virtual_clock.get() {
            Some(clock) => clock,
            None => &*self.options.camera.clock,
        }
    }

    /// Calls a function of the script's. What it throws is kept as it is.
    pub(crate) fn call(&self, lua: &Lua, function: &Function, args: impl IntoLuaMulti) -> Result<MultiValue, Failure> {
        let mut args = args.into_lua_multi(lua)?;
        args.push_front(Value::Function(function.clone()));
        let mut results: MultiValue = self.pcall.call(args)?;
        match results.pop_front() {
            Some(Value::Boolean(true)) => Ok(results),
            _ => Err(Failure::Thrown(results.pop_front().unwrap_or(Value::Nil))),
        }
    }
}

/// Where a script called us.
pub(crate) struct Caller {
    /// The chunk's name as Lua shows it, shortened if it is long.
    pub(crate) shown: String,
    /// The file, if the chunk is one.
    pub(crate) file: Option<String>,
    /// The line of the call.
    pub(crate) line: usize,
}

/// Where the script called us: the innermost line that is not ours.
pub(crate) fn caller(lua: &Lua) -> Option<Caller> {
    let place = |level| {
        lua.inspect_stack(level, |frame| {
            let source = frame.source();
            let shown = source.short_src.map(|name| name.into_owned()).unwrap_or_default();
            let file = source.source.and_then(|name| name.strip_prefix('@').map(str::to_owned));
            (shown, file, frame.current_line())
        })
    };
    (0..).map_while(place).find_map(|(shown, file, line)| {
        let line = line?;
        (shown != PRELUDE && shown != "[C]").then_some(Caller { shown, file, line })
    })
}
