//! What the parts of one VM share.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Value};

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
            connections: RefCell::default(),
        })
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

/// Where the script called us: the innermost line that is not ours.
pub(crate) fn caller(lua: &Lua) -> Option<(String, usize)> {
    let place = |level| {
        lua.inspect_stack(level, |frame| {
            let source = frame.source();
            let name = source.short_src.map(|name| name.into_owned()).unwrap_or_default();
            (name, frame.current_line())
        })
    };
    (0..).map_while(place).find_map(|(name, line)| {
        let line = line?;
        (name != PRELUDE && name != "[C]").then_some((name, line))
    })
}
