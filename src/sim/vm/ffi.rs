//! The border to C: the one place of the crate's simulator with `unsafe` in it.
//!
//! No Rust frame ever lies between C's `setjmp` and `longjmp`: the functions that C calls return before C pushes, yields
//! or raises, catch every panic, and the functions called in C run protected. `shim.h` is the other half of this file.

use std::any::Any;
use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, UNIX_EPOCH};

use super::{CompileError, Firmware, Options, Reply, Resume, Usage, Value};

/// `cam51_value`
#[repr(C)]
#[derive(Clone, Copy)]
struct Raw {
    kind: c_int,
    number: c_int,
    bytes: *const c_char,
    length: usize,
}

const NIL: c_int = 0;
const BOOL: c_int = 1;
const INT: c_int = 2;
const BYTES: c_int = 3;
const TABLE: c_int = 4;
const TABLE_TEXT: c_int = 5;

const REPLY_RETURN: c_int = 0;
const REPLY_YIELD: c_int = 1;
const REPLY_ERROR: c_int = 2;
const REPLY_ARGUMENT: c_int = 3;
const REPLY_PANIC: c_int = 4;

const RESUME_YIELD: c_int = 0;
const RESUME_FORCED: c_int = 1;
const RESUME_DONE: c_int = 2;

const WITH_COROUTINE: c_int = 1;
const WITH_FMATH: c_int = 2;
const WITH_SIGNED_LIMITS: c_int = 4;

/// `cam51_host`
#[repr(C)]
struct RawHost {
    data: *mut c_void,
    call: extern "C" fn(*mut c_void, usize, *const Raw, usize, usize, *mut *const Raw, *mut usize) -> c_int,
    open: extern "C" fn(*mut c_void, *const c_char, usize, *const c_char) -> *const c_char,
    print: extern "C" fn(*mut c_void, *const c_char, usize),
    elapsed_ms: extern "C" fn(*mut c_void) -> c_uint,
    random: extern "C" fn(*mut c_void) -> c_uint,
    seed_random: extern "C" fn(*mut c_void, c_uint),
    sin: extern "C" fn(*mut c_void, *const c_char, usize),
    must_end: extern "C" fn(*mut c_void) -> c_int,
    may_write: extern "C" fn(*mut c_void, usize) -> usize,
    file_time: extern "C" fn(*mut c_void) -> i64,
    refused: extern "C" fn(*mut c_void, c_int, *const c_char, usize, c_int),
    file_error: c_int,
}

impl RawHost {
    fn new(data: *mut c_void, file_error: c_int, must_end: extern "C" fn(*mut c_void) -> c_int) -> Self {
        Self {
            data,
            call,
            open,
            print,
            elapsed_ms,
            random,
            seed_random,
            sin,
            must_end,
            may_write,
            file_time,
            refused,
            file_error,
        }
    }
}

/// `cam51`
#[repr(C)]
struct RawMachine {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn cam51_new(host: *const RawHost, with: c_int, lua: *const c_char, length: usize) -> *mut RawMachine;
    fn cam51_close(machine: *mut RawMachine);
    fn cam51_limit(machine: *mut RawMachine, bytes: usize);
    fn cam51_memory(machine: *const RawMachine) -> usize;
    fn cam51_peak(machine: *const RawMachine) -> usize;
    fn cam51_instructions(machine: *const RawMachine) -> usize;
    fn cam51_define(
        machine: *mut RawMachine,
        table: *const c_char,
        name: *const c_char,
        value: *const Raw,
        function: usize,
    ) -> c_int;
    fn cam51_load(machine: *mut RawMachine, source: *const c_char, error: *mut Raw) -> c_int;
    fn cam51_compile(
        host: *const RawHost,
        source: *const c_char,
        size: usize,
        calls: c_int,
        limit: usize,
        message: *mut c_char,
        length: *mut usize,
    ) -> c_int;
    fn cam51_push(machine: *mut RawMachine, value: *const Raw) -> c_int;
    fn cam51_resume(machine: *mut RawMachine, error: *mut Raw, results: *mut c_int) -> c_int;
    fn cam51_result(machine: *mut RawMachine, index: c_int, value: *mut Raw) -> c_int;
    fn cam51_restore(machine: *mut RawMachine, error: *mut Raw) -> c_int;
}

const LUA_OK: c_int = 0;
const LUA_ERRSYNTAX: c_int = 3;
const LUA_ERRMEM: c_int = 4;

/// Compiles text that is no bytecode, inside of `calls` C calls, until the deadline.
pub(super) fn compile(source: &[u8], calls: c_int, memory: usize, deadline: Instant) -> Result<(), CompileError> {
    extern "C" fn is_late(data: *mut c_void) -> c_int {
        // SAFETY: `data` is the deadline below.
        c_int::from(Instant::now() >= unsafe { *data.cast::<Instant>() })
    }

    let mut deadline = deadline;
    // A compiler calls nothing of its host but this, so that nothing else looks at `data`.
    let host = RawHost::new((&raw mut deadline).cast(), 0, is_late);
    let mut message = vec![0; 1024];
    let mut length = message.len();
    // SAFETY: all of them are borrowed for the call; `message` has room for `length` bytes.
    let status = unsafe {
        cam51_compile(
            &host,
            source.as_ptr().cast(),
            source.len(),
            calls,
            memory,
            message.as_mut_ptr().cast(),
            &mut length,
        )
    };
    message.truncate(length);
    match status {
        LUA_OK => Ok(()),
        LUA_ERRSYNTAX => Err(CompileError::Refused(message)),
        LUA_ERRMEM => Err(CompileError::Memory),
        _ => Err(CompileError::Late),
    }
}

/// What C calls back.
struct Host {
    firmware: Box<dyn Firmware>,
    stop: Arc<AtomicBool>,
    panic: Option<Box<dyn Any + Send>>,
    /// The answer that C is reading, and the memory behind its pointers.
    reply: Reply,
    raw: Vec<Raw>,
    path: CString,
}

impl Host {
    /// Runs something of the firmware's; after a panic nothing of it is called any more.
    fn guarded<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.panic.is_some() {
            return None;
        }
        catch_unwind(AssertUnwindSafe(|| f(self))).map_err(|panic| self.panic = Some(panic)).ok()
    }
}

/// A Lua state and the firmware it calls.
pub(super) struct Machine {
    raw: NonNull<RawMachine>,
    /// From `Box::into_raw`; C holds the same pointer and uses it only while one of the functions above runs.
    host: *mut Host,
}

// SAFETY: the C state has no ties to a thread (no thread-local data, no locks), and what hangs on it, the firmware and a
// panic's payload, is `Send`.
unsafe impl Send for Machine {}

impl Machine {
    pub(super) fn new(
        options: &Options,
        firmware: Box<dyn Firmware>,
        stop: Arc<AtomicBool>,
        lua: &str,
    ) -> Option<Self> {
        let host = Box::into_raw(Box::new(Host {
            firmware,
            stop,
            panic: None,
            reply: Reply::Return(Vec::new()),
            raw: Vec::new(),
            path: CString::default(),
        }));
        let raw_host = RawHost::new(host.cast(), options.file_error, must_end);
        let with = [
            (options.coroutine, WITH_COROUTINE),
            (options.fmath, WITH_FMATH),
            (options.signed_limits, WITH_SIGNED_LIMITS),
        ];
        let with = with.into_iter().filter(|(wanted, _)| *wanted).fold(0, |all, (_, bit)| all | bit);
        // SAFETY: the callbacks fit `data`, which lives until `drop`; `raw_host` is copied; `lua` is borrowed for the call.
        let raw = unsafe { cam51_new(&raw_host, with, lua.as_ptr().cast(), lua.len()) };
        match NonNull::new(raw) {
            Some(raw) => Some(Self { raw, host }),
            None => {
                // SAFETY: no state was made, so nobody else has the pointer any more.
                drop(unsafe { Box::from_raw(host) });
                None
            }
        }
    }

    pub(super) fn limit(&mut self, bytes: usize) {
        // SAFETY: a live state.
        unsafe { cam51_limit(self.raw.as_ptr(), bytes) }
    }

    pub(super) fn memory(&self) -> usize {
        // SAFETY: a live state.
        unsafe { cam51_memory(self.raw.as_ptr()) }
    }

    pub(super) fn usage(&self) -> Usage {
        // SAFETY: a live state.
        let (peak, instructions) = unsafe { (cam51_peak(self.raw.as_ptr()), cam51_instructions(self.raw.as_ptr())) };
        Usage { memory: self.memory(), peak, instructions: instructions as u64 }
    }

    /// Sets a global or a field of a global table; `Err` gives the function's index. `false`: no memory.
    pub(super) fn define(&mut self, name: &str, value: Result<&Value, usize>) -> bool {
        match name.split_once('.') {
            Some((table, name)) => self.define_in(Some(table), name, value),
            None => self.define_in(None, name, value),
        }
    }

    /// Defines a field of a global table, or a global of any name.
    pub(super) fn define_in(&mut self, table: Option<&str>, name: &str, value: Result<&Value, usize>) -> bool {
        let table = table.map(|table| c_string(table.as_bytes()));
        let name = c_string(name.as_bytes());
        let mut raw = Vec::new();
        if let Ok(value) = value {
            write(value, &mut raw);
        }
        let table = table.as_ref().map_or(std::ptr::null(), |table| table.as_ptr());
        let pointer = if raw.is_empty() { std::ptr::null() } else { raw.as_ptr() };
        // SAFETY: a live state; the strings and `raw`, which borrows from `value`, outlive the call.
        unsafe { cam51_define(self.raw.as_ptr(), table, name.as_ptr(), pointer, value.err().unwrap_or(0)) == 0 }
    }

    pub(super) fn load(&mut self, source: &[u8]) -> Result<(), Vec<u8>> {
        let source = c_string(source);
        let mut error = EMPTY;
        // SAFETY: a live state; `error` is read before the next call.
        unsafe {
            if cam51_load(self.raw.as_ptr(), source.as_ptr(), &mut error) == 0 {
                return Ok(());
            }
            Err(error.text().unwrap_or_default())
        }
    }

    /// A script thread must exist. `false`: no memory.
    pub(super) fn push(&mut self, value: &Value) -> bool {
        let mut raw = Vec::new();
        write(value, &mut raw);
        // SAFETY: a live state with a script thread; `raw` and what it points to outlive the call.
        unsafe { cam51_push(self.raw.as_ptr(), raw.as_ptr()) == 0 }
    }

    /// A script thread must exist and must not have ended.
    pub(super) fn resume(&mut self) -> Resume {
        let mut error = EMPTY;
        let mut results = 0;
        // SAFETY: a live state with a script that can be resumed; `error` is read before the next call.
        let outcome = unsafe {
            match cam51_resume(self.raw.as_ptr(), &mut error, &mut results) {
                RESUME_YIELD => Resume::Yield,
                RESUME_FORCED => Resume::Forced,
                RESUME_DONE => Resume::Done(Vec::new()),
                _ => Resume::Error(error.text()),
            }
        };
        self.carry_on_panic();
        match outcome {
            Resume::Done(_) => Resume::Done(self.results(results)),
            outcome => outcome,
        }
    }

    fn results(&mut self, n: c_int) -> Vec<Result<Value, Vec<u8>>> {
        let mut results = Vec::new();
        for index in 1..=n {
            let mut raw = EMPTY;
            // SAFETY: a live state whose script has returned `n` values; `raw`, never a table, is read before the next
            // call.
            let result = unsafe {
                match cam51_result(self.raw.as_ptr(), index, &mut raw) {
                    0 => Ok(read(&mut [raw].iter())),
                    // What CHDK says of a converter's result that is no string; it is the best there is to say of an
                    // error that is none, where CHDK has nothing defined.
                    _ => Err(raw.text().unwrap_or_else(|| b"error creating return msg".to_vec())),
                }
            };
            self.carry_on_panic();
            let failed = result.is_err();
            results.push(result);
            if failed {
                break;
            }
        }
        results
    }

    /// A script thread must exist. The script must not be resumed afterwards.
    pub(super) fn restore(&mut self) -> Result<(), Option<Vec<u8>>> {
        let mut error = EMPTY;
        // SAFETY: a live state with a script thread; `error` is read before the next call.
        let result = unsafe {
            match cam51_restore(self.raw.as_ptr(), &mut error) {
                0 => Ok(()),
                _ => Err(error.text()),
            }
        };
        self.carry_on_panic();
        result
    }

    fn carry_on_panic(&mut self) {
        // SAFETY: no C code runs, so this is the only reference.
        if let Some(panic) = unsafe { &mut *self.host }.panic.take() {
            // The script's frames are gone already or will go with the state; it must not run on.
            unsafe { &*self.host }.stop.store(true, Ordering::Relaxed);
            resume_unwind(panic);
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SAFETY: the state is closed once, here; its finalizers may call the host, which goes afterwards.
        unsafe {
            cam51_close(self.raw.as_ptr());
            drop(Box::from_raw(self.host));
        }
    }
}

const EMPTY: Raw = Raw { kind: NIL, number: 0, bytes: std::ptr::null(), length: 0 };

impl Raw {
    fn new(kind: c_int, number: c_int) -> Self {
        Self { kind, number, ..EMPTY }
    }

    /// The bytes must outlive what is made of them.
    fn bytes(kind: c_int, bytes: &[u8]) -> Self {
        Self { kind, number: 0, bytes: bytes.as_ptr().cast(), length: bytes.len() }
    }

    /// # Safety
    /// The pointer must be good for `length`, or null.
    unsafe fn to_vec(self) -> Vec<u8> {
        if self.bytes.is_null() {
            return Vec::new();
        }
        // SAFETY: as demanded.
        unsafe { std::slice::from_raw_parts(self.bytes.cast::<u8>(), self.length) }.to_vec()
    }

    /// # Safety
    /// As [`Raw::to_vec`].
    unsafe fn text(self) -> Option<Vec<u8>> {
        // SAFETY: as demanded.
        (self.kind == BYTES).then(|| unsafe { self.to_vec() })
    }
}

/// A C string up to the first NUL.
fn c_string(bytes: &[u8]) -> CString {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    CString::new(&bytes[..end]).unwrap_or_default()
}

/// Flattens a value; the result points into it.
fn write(value: &Value, out: &mut Vec<Raw>) {
    match value {
        Value::Nil | Value::Other(_) => out.push(EMPTY),
        Value::Bool(b) => out.push(Raw::new(BOOL, (*b).into())),
        Value::Int(i) => out.push(Raw::new(INT, *i)),
        Value::Bytes(bytes) | Value::TableText(bytes) => out.push(Raw::bytes(BYTES, bytes)),
        Value::Table(pairs) => {
            out.push(Raw::new(TABLE, pairs.len() as c_int));
            for (key, value) in pairs {
                write(key, out);
                write(value, out);
            }
        }
    }
}

/// Takes one value and what belongs to it.
///
/// # Safety
/// The pointers in it must be good, and every table must be followed by its pairs.
unsafe fn read(raw: &mut std::slice::Iter<'_, Raw>) -> Value {
    let Some(&value) = raw.next() else { return Value::Nil };
    match value.kind {
        NIL => Value::Nil,
        BOOL => Value::Bool(value.number != 0),
        INT => Value::Int(value.number),
        // SAFETY: as demanded, here and below.
        BYTES => Value::Bytes(unsafe { value.to_vec() }),
        TABLE_TEXT => Value::TableText(unsafe { value.to_vec() }),
        TABLE => Value::Table((0..value.number).map(|_| unsafe { (read(raw), read(raw)) }).collect()),
        _ => Value::Other(match unsafe { value.to_vec() }.as_slice() {
            b"table" => "table",
            b"function" => "function",
            b"thread" => "thread",
            _ => "userdata",
        }),
    }
}

/// # Safety
/// `data` must be the host's pointer, and no other reference to it in use.
unsafe fn host<'a>(data: *mut c_void) -> &'a mut Host {
    // SAFETY: as demanded.
    unsafe { &mut *data.cast() }
}

extern "C" fn call(
    data: *mut c_void,
    function: usize,
    args: *const Raw,
    n: usize,
    total: usize,
    out: *mut *const Raw,
    nout: *mut usize,
) -> c_int {
    // SAFETY: C passes on the pointer it was given; while C runs nobody else uses it, and the firmware cannot reach the
    // state, so calls do not nest.
    let host = unsafe { host(data) };
    let answered = host.guarded(|host| {
        // SAFETY: `total` values stand at `args`, of which `n` are the function's and the others belong to its tables.
        let args: Vec<Value> = unsafe {
            let raw = if total == 0 { &[] } else { std::slice::from_raw_parts(args, total) };
            let mut raw = raw.iter();
            (0..n).map(|_| read(&mut raw)).collect()
        };
        host.firmware.call(function, &args)
    });
    let Some(reply) = answered else { return REPLY_PANIC };
    host.reply = reply;
    host.raw.clear();
    let kind = match &host.reply {
        Reply::Return(values) => {
            for value in values {
                write(value, &mut host.raw);
            }
            REPLY_RETURN
        }
        Reply::Yield => REPLY_YIELD,
        Reply::Error(text) => {
            host.raw.push(Raw::bytes(BYTES, text));
            REPLY_ERROR
        }
        Reply::Argument(number, text) => {
            let number = c_int::try_from(*number).unwrap_or(c_int::MAX);
            host.raw.push(Raw { number, ..Raw::bytes(BYTES, text) });
            REPLY_ARGUMENT
        }
    };
    let n = match &host.reply {
        Reply::Return(values) => values.len(),
        _ => host.raw.len(),
    };
    // SAFETY: both point to variables of the caller's.
    unsafe {
        *out = host.raw.as_ptr();
        *nout = n;
    }
    kind
}

extern "C" fn open(data: *mut c_void, path: *const c_char, length: usize, mode: *const c_char) -> *const c_char {
    // SAFETY: as in `call`; `path` has `length` bytes, `mode` is a C string.
    let (host, path, mode) =
        unsafe { (host(data), std::slice::from_raw_parts(path.cast::<u8>(), length), CStr::from_ptr(mode).to_bytes()) };
    // The host's C library opens folders for reading; the camera's does not. Nor has it files without end.
    let ordinary = |path: &PathBuf| path.metadata().map_or(true, |found| found.is_file());
    let found = host.guarded(|host| host.firmware.open(path, mode).filter(ordinary)).flatten();
    match found.and_then(|path| CString::new(path.into_os_string().into_encoded_bytes()).ok()) {
        Some(path) => {
            host.path = path;
            host.path.as_ptr()
        }
        None => std::ptr::null(),
    }
}

extern "C" fn print(data: *mut c_void, line: *const c_char, length: usize) {
    // SAFETY: as in `call`; `line` has `length` bytes.
    let (host, line) = unsafe { (host(data), std::slice::from_raw_parts(line.cast::<u8>(), length)) };
    host.guarded(|host| host.firmware.print(line));
}

extern "C" fn elapsed_ms(data: *mut c_void) -> c_uint {
    // SAFETY: as in `call`.
    let host = unsafe { host(data) };
    host.guarded(|host| host.firmware.elapsed_ms()).unwrap_or(0)
}

extern "C" fn random(data: *mut c_void) -> c_uint {
    // SAFETY: as in `call`.
    let host = unsafe { host(data) };
    host.guarded(|host| host.firmware.random()).unwrap_or(0)
}

extern "C" fn seed_random(data: *mut c_void, seed: c_uint) {
    // SAFETY: as in `call`.
    let host = unsafe { host(data) };
    host.guarded(|host| host.firmware.seed_random(seed));
}

extern "C" fn sin(data: *mut c_void, what: *const c_char, length: usize) {
    // SAFETY: as in `call`; `what` has `length` bytes.
    let (host, what) = unsafe { (host(data), std::slice::from_raw_parts(what.cast::<u8>(), length)) };
    host.guarded(|host| host.firmware.sin(&String::from_utf8_lossy(what)));
}

extern "C" fn must_end(data: *mut c_void) -> c_int {
    // SAFETY: as in `call`.
    let host = unsafe { host(data) };
    (host.panic.is_some() || host.stop.load(Ordering::Relaxed)).into()
}

extern "C" fn may_write(data: *mut c_void, bytes: usize) -> usize {
    // SAFETY: as in `call`.
    let host = unsafe { host(data) };
    host.guarded(|host| host.firmware.may_write(bytes)).unwrap_or(0)
}

extern "C" fn file_time(data: *mut c_void) -> i64 {
    // SAFETY: as in `call`.
    let host = unsafe { host(data) };
    let time = host.guarded(|host| host.firmware.file_time()).flatten();
    time.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(-1, |since| since.as_secs() as i64)
}

extern "C" fn refused(data: *mut c_void, level: c_int, source: *const c_char, length: usize, line: c_int) {
    // SAFETY: as in `call`; `source` has `length` bytes.
    let (host, source) = unsafe { (host(data), std::slice::from_raw_parts(source.cast::<u8>(), length)) };
    let level = usize::try_from(level).unwrap_or(0);
    host.guarded(|host| host.firmware.yield_refused(level, source, u32::try_from(line).ok()));
}
