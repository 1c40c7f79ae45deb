//! The camera's Lua: Lua 5.1 in C with int numbers, behind a safe wrapper.
//!
//! One [`Vm`] runs one script, on one coroutine, as CHDK does. What the script asks of the camera goes to its
//! [`Firmware`]. Nothing here knows PTP, message queues or time.

use std::path::PathBuf;

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
    /// A table, as key and value pairs. Into the script only, and as argument of the functions that take one.
    Table(Vec<(Value, Value)>),
    /// What `usb_msg_table_to_string` made of a table: for `write_usb_msg` and the script's results.
    TableText(Vec<u8>),
    /// A function, userdata or thread, by the name of its type.
    Other(&'static str),
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
}

/// The camera under the script.
pub trait Firmware: Send {
    /// Calls the function with this index in the list given to [`Vm::new`].
    fn call(&mut self, function: usize, args: &[Value]) -> Reply;

    /// Where `fopen` finds this path of the camera's; `None` fails the call.
    fn open(&mut self, path: &[u8], mode: &[u8]) -> Option<PathBuf>;

    /// A line for the camera's console, already cut to length.
    fn print(&mut self, line: &[u8]);

    /// Milliseconds since the last resume; asked at each count hook, every 100 instructions.
    fn elapsed_ms(&mut self) -> u32;
}

/// What may differ between cameras.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes the script may use before "not enough memory".
    pub memory: usize,
    /// Whether the `coroutine` library exists (1.5 and older).
    pub coroutine: bool,
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

/// A script in the camera's Lua.
pub struct Vm(());

impl Vm {
    /// A fresh state in which `functions` exist as globals (or in tables, `os.stat`) and call `firmware`.
    pub fn new(_options: &Options, _functions: &[&'static str], _firmware: Box<dyn Firmware>) -> Self {
        unimplemented!()
    }

    /// Compiles a script, up to its first NUL. The error is the camera's text.
    pub fn load(&mut self, _source: &[u8]) -> Result<(), Vec<u8>> {
        unimplemented!()
    }

    /// Pushes a value on the main script thread, for the next resume to hand to the script.
    pub fn push(&mut self, _value: Value) {
        unimplemented!()
    }

    /// Runs until the script yields or ends.
    pub fn resume(&mut self) -> Resume {
        unimplemented!()
    }

    /// A handle that stops the script from another thread, at the next count hook. For taking the simulator down.
    pub fn stopper(&self) -> Stopper {
        unimplemented!()
    }

    /// Bytes in use by the script.
    pub fn memory_used(&self) -> usize {
        unimplemented!()
    }
}

/// Stops a script that never yields.
#[derive(Clone)]
pub struct Stopper(());

impl Stopper {
    /// Stops it.
    pub fn stop(&self) {
        unimplemented!()
    }
}
