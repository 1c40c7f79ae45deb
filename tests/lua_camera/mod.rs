//! The camera's Lua with a small camera around it, for tests that need no more: a card, a console, and functions that
//! suspend the script.

#![allow(dead_code)] // each test file uses its part of it

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use moonshutter::sim::Profile;
use moonshutter::sim::card::Card;
use moonshutter::sim::lib::{self, Env};
use moonshutter::sim::vm::{Firmware, Options, Reply, Resume, Value, Vm};

/// A camera with a card, a console and a few functions of its own, some of which suspend the script.
struct Camera {
    card: Arc<Card>,
    functions: Vec<&'static str>,
    console: Arc<Mutex<Vec<String>>>,
    sins: Arc<Mutex<Vec<String>>>,
    signs: Arc<AtomicUsize>,
    random: u32,
}

impl Firmware for Camera {
    fn call(&mut self, function: usize, args: &[Value]) -> Reply {
        match self.functions[function] {
            "sleep" => Reply::Yield,
            // What was to be sent, as the message would have it: its type and its text.
            "write_usb_msg" => Reply::Return(args.first().map_or(vec![], |value| match value {
                Value::TableText(text) => vec![Value::Bytes(b"table".to_vec()), Value::Bytes(text.clone())],
                value => vec![Value::Bytes(value.type_name().into()), value.clone()],
            })),
            name => lib::call(name, args, &Env { card: &self.card, now: 0, profile: &Profile::default() }),
        }
    }

    fn open(&mut self, path: &[u8], mode: &[u8]) -> Option<PathBuf> {
        if mode.starts_with(b"r") { self.card.existing(path) } else { self.card.target(path) }
    }

    fn print(&mut self, line: &[u8]) {
        self.console.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
    }

    fn elapsed_ms(&mut self) -> u32 {
        self.signs.fetch_add(1, Ordering::Relaxed);
        0
    }

    fn random(&mut self) -> u32 {
        self.random = self.random.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        self.random >> 1
    }

    fn seed_random(&mut self, seed: u32) {
        self.random = seed;
    }

    fn sin(&mut self, what: &str) {
        self.sins.lock().unwrap().push(what.to_owned());
    }
}

/// A place to run scripts in, each in a Lua state of its own.
pub struct Script {
    card: Arc<Card>,
    console: Arc<Mutex<Vec<String>>>,
    sins: Arc<Mutex<Vec<String>>>,
    signs: Arc<AtomicUsize>,
    pub options: Options,
}

impl Script {
    pub fn new() -> Self {
        let card = Arc::new(Card::temporary().unwrap());
        Self { card, console: Arc::default(), sins: Arc::default(), signs: Arc::default(), options: Options::default() }
    }

    /// With a file on the card.
    pub fn file(self, name: &str, text: &str) -> Self {
        let path = self.card.root().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub fn vm(&self) -> Vm {
        let mut functions = vec!["sleep", "write_usb_msg", "set_yield"];
        functions.extend(lib::names());
        functions.extend(lib::unmodelled(&functions));
        let (card, console, sins) = (self.card.clone(), self.console.clone(), self.sins.clone());
        let signs = self.signs.clone();
        let camera = Camera { card, functions: functions.clone(), console, sins, signs, random: 1 };
        let mut vm = Vm::new(&self.options, &functions, Box::new(camera));
        for (name, value) in lib::constants() {
            vm.define(name, &Value::Int(*value));
        }
        vm
    }

    /// A state with this script in it.
    #[track_caller]
    pub fn loaded(&self, source: &str) -> Vm {
        let mut vm = self.vm();
        vm.load(source.as_bytes()).unwrap_or_else(|error| panic!("{source}: {}", lossy(error)));
        vm
    }

    /// Runs to the end; what the script returns, or its error.
    pub fn run(&self, source: &str) -> Result<Vec<Value>, String> {
        let mut vm = self.vm();
        vm.load(source.as_bytes()).map_err(lossy)?;
        loop {
            match vm.resume() {
                Resume::Yield | Resume::Forced => {}
                Resume::Done(results) => return results.into_iter().map(|result| result.map_err(lossy)).collect(),
                Resume::Error(text) => return Err(text.map_or("(no text)".to_owned(), lossy)),
            }
        }
    }

    /// What a script returns, as Lua writes it and parted by blanks, or its error.
    pub fn shows(&self, source: &str) -> String {
        let show = |value: Value| match value {
            Value::Nil => "nil".to_owned(),
            Value::Bool(b) => b.to_string(),
            Value::Int(i) => i.to_string(),
            Value::Bytes(bytes) => lossy(bytes),
            other => format!("{other:?}"),
        };
        let values = self.run(source);
        values.map_or_else(|error| error, |values| values.into_iter().map(show).collect::<Vec<_>>().join(" "))
    }

    /// What was printed.
    pub fn console(&self) -> Vec<String> {
        self.console.lock().unwrap().clone()
    }

    /// Signs of life so far: for every 100 instructions, and every few hundred steps of C code.
    pub fn signs_of_life(&self) -> usize {
        self.signs.load(Ordering::Relaxed)
    }

    /// What the camera's log got to hear since it was last asked.
    pub fn sins(&self) -> Vec<String> {
        std::mem::take(&mut self.sins.lock().unwrap())
    }
}

pub fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Each expression, and what it is on the camera.
#[track_caller]
pub fn check(rows: &[(&str, &str)]) {
    let script = Script::new();
    for (expression, expected) in rows {
        assert_eq!(&script.shows(&format!("return {expression}")), expected, "{expression}");
    }
}

/// Each script, and what it returns or fails with.
#[track_caller]
pub fn check_scripts(rows: &[(&str, &str)]) {
    let script = Script::new();
    for (source, expected) in rows {
        assert_eq!(&script.shows(source), expected, "{source}");
    }
}
