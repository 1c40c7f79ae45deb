//! The VM itself: its libraries, and how a script is made to stop.
//!
//! A script stops early for two reasons: somebody raised the [`Interrupt`](crate::clock::Interrupt), or it called
//! `os.exit`. Both unwind it with an error that no `pcall` of the script's can hold: once it has been thrown, the hook
//! that throws it runs before every instruction.

use std::cell::Cell;
use std::rc::Rc;

use mlua::{HookTriggers, Lua, LuaOptions, StdLib, VmState};

use crate::clock::Interrupt;

/// How many instructions may pass before an interruption is noticed: a fraction of a millisecond's work.
const INSTRUCTIONS_BETWEEN_LOOKS: u32 = 10_000;

/// Why a script is being unwound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// It is not.
    No,
    /// Ctrl-C.
    Interrupted,
    /// `os.exit` with this status.
    Exit(i32),
}

/// The switch that makes a script stop.
#[derive(Clone)]
pub(crate) struct Stopper {
    interrupt: Interrupt,
    leaving: Rc<Cell<Leaving>>,
}

impl Stopper {
    pub(crate) fn new(interrupt: Interrupt) -> Self {
        Self { interrupt, leaving: Rc::new(Cell::new(Leaving::No)) }
    }

    /// Why the script is being unwound, if it is.
    pub(crate) fn leaving(&self) -> Leaving {
        match self.leaving.get() {
            Leaving::No if self.interrupt.is_raised() => Leaving::Interrupted,
            leaving => leaving,
        }
    }

    /// Starts to look, from the thread that runs now and in all that it starts.
    pub(crate) fn watch(&self, lua: &Lua) -> mlua::Result<()> {
        self.leaving.set(Leaving::No);
        self.look_every(lua, INSTRUCTIONS_BETWEEN_LOOKS)
    }

    /// Makes the script end with this status.
    pub(crate) fn exit(&self, lua: &Lua, status: i32) -> mlua::Result<()> {
        self.leaving.set(Leaving::Exit(status));
        self.look_every(lua, 1)
    }

    /// Looks again at once, in the thread that runs now: for one that has just resumed another which was unwound.
    pub(crate) fn look_now(&self, lua: &Lua) -> mlua::Result<()> {
        self.look_every(lua, 1)
    }

    fn look_every(&self, lua: &Lua, instructions: u32) -> mlua::Result<()> {
        let stopper = self.clone();
        lua.set_global_hook(HookTriggers::new().every_nth_instruction(instructions), move |lua, _| {
            match stopper.leaving() {
                Leaving::No => return Ok(VmState::Continue),
                leaving => stopper.leaving.set(leaving),
            }
            if instructions != 1 {
                stopper.look_every(lua, 1)?;
            }
            Err(mlua::Error::runtime("the script is being stopped"))
        })
    }
}

/// A VM with all standard libraries.
#[allow(unsafe_code)]
pub(crate) fn create() -> Lua {
    // SAFETY: this is unsafe because it opens `debug` and lets `require` load C modules, with which a script can break
    // the VM. Host scripts are the user's own programs and run with the user's rights, as under `lua` itself; text that
    // comes from a camera is never run here.
    unsafe { Lua::unsafe_new_with(StdLib::ALL, LuaOptions::default()) }
}
