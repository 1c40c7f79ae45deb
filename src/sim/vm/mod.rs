//! The camera's Lua: Lua 5.1 in C with int numbers, behind a safe wrapper.
//!
//! One [`Vm`] runs one script, on one coroutine, as CHDK does. What the script asks of the camera goes to its
//! [`Firmware`]. Nothing here knows PTP, message queues or time.
//!
//! The C half is `lua51.c` and what it includes; `ffi.rs` is the border and holds all the unsafe code. A script that
//! pokes about with the `debug` library or hand-made bytecode can crash the process, as it can crash a camera.

mod ffi;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// A value that crosses between the script and the camera.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number
    Int(i32),
    /// A string
    Bytes(Vec<u8>),
    /// A table, as key and value pairs. Into the script, and as argument of every function but `write_usb_msg`; there
    /// tables more than four deep, or beyond some thousand values, are `Other("table")`.
    Table(Vec<(Value, Value)>),
    /// What `usb_msg_table_to_string` made of a table: for `write_usb_msg` and the script's results.
    TableText(Vec<u8>),
    /// A function, userdata or thread, by the name of its type. Into the script it is `nil`.
    Other(&'static str),
}

impl Value {
    /// The name of the value's Lua type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Bool(_) => "boolean",
            Value::Int(_) => "number",
            Value::Bytes(_) => "string",
            Value::Table(_) | Value::TableText(_) => "table",
            Value::Other(name) => name,
        }
    }
}

/// What a camera function does.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Returns values.
    Return(Vec<Value>),
    /// Suspends the script; the values it returns are those pushed before the next resume.
    Yield,
    /// Raises an error, with the position of the caller in front (like `luaL_error`).
    Error(Vec<u8>),
    /// Raises `bad argument #1 to 'sleep' (…)` for the argument of this number, with the name that the script called the
    /// function by (like `luaL_argerror`).
    Argument(usize, Vec<u8>),
}

/// The camera under the script.
///
/// A panic in it ends the script and goes on from [`Vm::resume`].
pub trait Firmware: Send {
    /// Calls the function with this index in the list given to [`Vm::new`]. For `write_usb_msg` a table has become
    /// [`Value::TableText`], and an argument that cannot be sent has raised its error already.
    fn call(&mut self, function: usize, args: &[Value]) -> Reply;

    /// Where `fopen` finds this path of the camera's; `None` fails the call.
    fn open(&mut self, path: &[u8], mode: &[u8]) -> Option<PathBuf>;

    /// How many of these bytes the card takes; the rest of a write is lost.
    fn may_write(&mut self, bytes: usize) -> usize {
        bytes
    }

    /// The host's time that a file written now is to bear, so that it is what the camera's clock shows; without one the
    /// host decides.
    fn file_time(&mut self) -> Option<SystemTime> {
        None
    }

    /// A line for the camera's console, already cut to length.
    fn print(&mut self, line: &[u8]);

    /// Milliseconds since the last resume; asked at each count hook, every 100 instructions, and for every 400 steps or so
    /// that Lua's C code goes by itself, as in pattern matching.
    fn elapsed_ms(&mut self) -> u32;

    /// The C library's `rand()`: the next number of the camera's one sequence, which outlives scripts.
    fn random(&mut self) -> u32;

    /// The C library's `srand()`.
    fn seed_random(&mut self, seed: u32);

    /// A function has replied [`Reply::Yield`] where Lua refuses it, and raises "attempt to yield across
    /// metamethod/C-call boundary". Called for each level of the stack, up to a hundred, from the function itself (level 0)
    /// outwards, with the chunk that it is from (`@A/x.lua`, `=[C]`, or the text of a chunk that came as text) and the line
    /// that it is at; C functions and tail calls have none.
    fn yield_refused(&mut self, _level: usize, _source: &[u8], _line: Option<u32>) {}

    /// The script did what a real camera would not have survived, or whose outcome is not defined there.
    fn sin(&mut self, what: &str);
}

/// What may differ between cameras.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes the script may use before "not enough memory". A table or string header takes about twice what it takes on
    /// the camera, whose pointers have 32 bits.
    pub memory: usize,
    /// Whether the `coroutine` library exists (1.5 and older).
    pub coroutine: bool,
    /// Whether the `fmath` library exists (since 2021-04-30, in 1.6).
    pub fmath: bool,
    /// What the firmware's `errno` is when a file operation fails: 0 on DryOS, whose errors have no text either.
    pub file_error: i32,
    /// Whether the limits of `set_yield` have a sign, so that -1 is always over (builds of late 2020).
    pub signed_limits: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { memory: 3 << 19, coroutine: false, fmath: true, file_error: 0, signed_limits: false }
    }
}

/// How a resume ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Resume {
    /// A function of the camera's suspended the script.
    Yield,
    /// The count hook did.
    Forced,
    /// The script returned: each value, or the text of the error that converting a table raised, which ends the list.
    Done(Vec<Result<Value, Vec<u8>>>),
    /// The script failed. `None` when the error value was not a string.
    Error(Option<Vec<u8>>),
}

/// What a script costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes in use. A table or string header takes about twice what it takes on the camera, whose pointers have 32 bits.
    pub memory: usize,
    /// The most that ever was in use, its compilation included; a block that grows counts with its copy, as on the camera.
    pub peak: usize,
    /// Instructions of Lua's VM that it ran. What its C functions do is not in it.
    pub instructions: u64,
}

/// Where the script is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// Nothing is loaded.
    Empty,
    /// Loaded or suspended.
    Ready,
    /// Returned, failed or torn down.
    Over,
}

/// A script in the camera's Lua.
///
/// Dropping it closes the state, at any time: files are closed and finalizers run, as at a script's end.
pub struct Vm {
    machine: ffi::Machine,
    state: State,
    stop: Arc<AtomicBool>,
}

impl Vm {
    /// A fresh state in which `functions` exist as globals (or in tables, `os.stat`) and call `firmware`. `print` and
    /// `set_yield` are the state's own and are never passed on.
    ///
    /// # Panics
    /// When the host has no memory for an empty state.
    pub fn new(options: &Options, functions: &[&'static str], firmware: Box<dyn Firmware>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let machine = ffi::Machine::new(options, firmware, Arc::clone(&stop), include_str!("firmware.lua"));
        let mut machine = machine.expect("there is memory for an empty Lua state");
        for (index, name) in functions.iter().enumerate() {
            if !OWN.contains(name) {
                assert!(machine.define(name, Err(index)), "there is memory for the camera's functions");
            }
        }
        machine.limit(options.memory);
        Self { machine, state: State::Empty, stop }
    }

    /// Sets a global, or a field of a global table (`imath.pi`). For constants and a script's parameters, before it
    /// runs. Without memory for it nothing is set, and the script will not run either.
    pub fn define(&mut self, name: &str, value: &Value) {
        self.machine.define(name, Ok(value));
    }

    /// As [`Vm::define`], but a dot in the name is nothing special.
    pub fn define_global(&mut self, name: &str, value: &Value) {
        self.machine.define_in(None, name, Ok(value));
    }

    /// Compiles a script, up to its first NUL. The error is the camera's text.
    pub fn load(&mut self, source: &[u8]) -> Result<(), Vec<u8>> {
        self.state = State::Empty;
        self.machine.load(source)?;
        self.state = State::Ready;
        Ok(())
    }

    /// Pushes a value on the main script thread, for the next resume to hand to the script: as what the function that
    /// yielded returns, or before the first resume as the chunk's `...`. Nobody receives it after a forced yield, and
    /// without memory it is lost.
    pub fn push(&mut self, value: Value) {
        if self.state == State::Ready {
            self.machine.push(&value);
        }
    }

    /// Runs until the script yields or ends.
    pub fn resume(&mut self) -> Resume {
        if self.state != State::Ready {
            return Resume::Error(Some(b"no script to run".to_vec()));
        }
        self.state = State::Over; // also when a panic comes through
        let outcome = self.machine.resume();
        if matches!(outcome, Resume::Yield | Resume::Forced) {
            self.state = State::Ready;
        }
        outcome
    }

    /// Calls the script's global `restore`, if there is one, as CHDK does when the user interrupts a script: on the
    /// suspended thread, but outside of a resume. What yields in it ends it silently, and so does the first count hook:
    /// Lua sees that the thread has yielded and takes it for the hook's doing. Inside of a C function, as pcall is one,
    /// stock Lua 5.1.5 would then go on in a wrong frame, and crash as like as not; here the work inside goes on, and is
    /// a sin. The script is over afterwards. The error is `None` if it was not a string.
    pub fn restore(&mut self) -> Result<(), Option<Vec<u8>>> {
        if self.state != State::Ready {
            return Ok(());
        }
        self.state = State::Over;
        self.machine.restore()
    }

    /// A handle that stops the script from another thread. For taking the simulator down.
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.stop))
    }

    /// Bytes in use by the script.
    pub fn memory_used(&self) -> usize {
        self.machine.memory()
    }

    /// What the script has cost so far.
    pub fn usage(&self) -> Usage {
        self.machine.usage()
    }
}

/// Why a text is not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileError {
    /// The camera's text, `:3: '=' expected near 'x'`, cut to 1024 bytes.
    Refused(Vec<u8>),
    /// It begins with the byte of bytecode, which is not looked at.
    Bytecode,
    /// It takes more memory than it was given.
    Memory,
    /// It takes longer than it was given: Lua's compiler goes over a function's jumps again and again.
    Late,
}

/// Compiles a text as the camera does, NULs and all, and runs nothing of it.
///
/// `calls`: inside of how many C calls, of which there may be 200 with the levels of the text's own syntax. `memory`: bytes.
/// The stack should be as for running scripts.
pub fn compile(source: &[u8], calls: u8, memory: usize, within: Duration) -> Result<(), CompileError> {
    if source.first() == Some(&0x1b) {
        return Err(CompileError::Bytecode);
    }
    ffi::compile(source, calls.into(), memory, Instant::now() + within)
}

/// The stack that a thread should have which runs scripts.
///
/// Lua allows 200 C calls inside each other, and pattern matching 200 levels on top of them. Measured: everything that nests
/// (`tests/lua_limits.rs`) needs less than 400 KiB of it (x86-64, gcc 12, `-O2`). What is not touched costs address space
/// only.
pub const STACK_SIZE: usize = 1 << 20;

/// Functions that come with the state: they change how it runs, or cannot be had by values alone.
pub(super) const OWN: [&str; 3] = ["print", "set_yield", "os.idir"];

/// Stops a script that never yields, whatever it catches, be it in Lua, in a pattern match without end, or while it is
/// compiled: it ends with an error, soon.
#[derive(Clone)]
pub struct Stopper(Arc<AtomicBool>);

impl Stopper {
    /// Stops it.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
