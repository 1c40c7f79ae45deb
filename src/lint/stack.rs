//! A stack that is big enough for a recursive parser.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

/// Bytes of stack. The deepest that the camera's own parser takes, and the longest chain of operators that is parsed here,
/// need less than half of it in a debug build. What is not touched costs address space only.
const SIZE: usize = 64 << 20;

thread_local! {
    static BIG: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f` on a stack for the parser: here, if this runs inside of `on_big_stack` already, else on a thread of its own.
/// Whoever checks many scripts saves a thread for each by doing it inside of this.
///
/// # Errors
/// When the system gives no thread.
pub fn on_big_stack<T: Send>(f: impl FnOnce() -> T + Send) -> io::Result<T> {
    if BIG.get() {
        return Ok(f());
    }
    thread::scope(|scope| {
        let run = || {
            BIG.set(true);
            catch_unwind(AssertUnwindSafe(f))
        };
        let thread = thread::Builder::new().name("lint".to_owned()).stack_size(SIZE).spawn_scoped(scope, run)?;
        match thread.join().and_then(|outcome| outcome) {
            Ok(value) => Ok(value),
            Err(panic) => resume_unwind(panic),
        }
    })
}
