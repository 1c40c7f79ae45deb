//! The camera's own Lua as a judge: does a script run into a boundary?

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use moonshutter::sim::card::Card;
use moonshutter::sim::lib::{self, Env};
use moonshutter::sim::vm::{Firmware, Options, Reply, Resume, Value, Vm};

struct Camera {
    card: Arc<Card>,
    functions: Vec<&'static str>,
    refused: Arc<Mutex<u32>>,
    /// What functions that ask the camera say.
    answer: bool,
}

const YIELDING: [&str; 9] =
    ["sleep", "click", "press", "release", "shoot", "wait_click", "md_detect_motion", "file_browser", "textbox"];

impl Firmware for Camera {
    fn call(&mut self, function: usize, args: &[Value]) -> Reply {
        let waits = |at: usize| matches!(args.get(at), Some(Value::Int(n)) if *n > 0 || *n == -1);
        let int = |at: usize| matches!(args.get(at), Some(Value::Int(_)));
        match self.functions[function] {
            "sleep" if !int(0) => Reply::Error(b"bad argument #1 to 'sleep' (number expected)".to_vec()),
            "wait_click" if matches!(args.first(), Some(Value::Int(n)) if *n < -1) => Reply::Return(vec![]),
            "press" | "click" | "release" if !matches!(args.first(), Some(Value::Bytes(key)) if key == b"set" || key == b"shoot_half") => {
                Reply::Error(b"unknown key".to_vec())
            }
            name if YIELDING.contains(&name) => Reply::Yield,
            "read_usb_msg" if waits(0) => Reply::Yield,
            "write_usb_msg" if waits(1) => Reply::Yield,
            "read_usb_msg" | "write_usb_msg" => Reply::Return(vec![]),
            "get_usb_power" => Reply::Return(vec![Value::Int(self.answer.into())]),
            "is_pressed" | "get_shooting" | "is_key" => Reply::Return(vec![Value::Bool(self.answer)]),
            name => lib::call(name, args, &Env { card: &self.card, now: 0, profile: &Default::default() }),
        }
    }

    fn open(&mut self, path: &[u8], mode: &[u8]) -> Option<PathBuf> {
        if mode.starts_with(b"r") { self.card.existing(path) } else { self.card.target(path) }
    }

    fn print(&mut self, _: &[u8]) {}

    fn elapsed_ms(&mut self) -> u32 {
        0
    }

    fn random(&mut self) -> u32 {
        4
    }

    fn seed_random(&mut self, _: u32) {}

    fn sin(&mut self, _: &str) {}

    fn yield_refused(&mut self, level: usize, _: &[u8], _: Option<u32>) {
        *self.refused.lock().unwrap() += u32::from(level == 0);
    }
}

/// How often a script runs into a boundary; and whether it got anywhere at all.
pub fn boundaries_hit(script: &str, files: &[(&str, &str)], answer: bool) -> u32 {
    let card = Arc::new(Card::temporary().unwrap());
    for (name, text) in files {
        let path = card.root().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut functions = YIELDING.to_vec();
    functions.extend(["read_usb_msg", "write_usb_msg", "set_yield", "get_usb_power", "is_pressed", "get_shooting"]);
    functions.extend(["is_key"]);
    functions.extend(lib::names());
    functions.extend(lib::unmodelled(&functions));
    let refused = Arc::new(Mutex::new(0));
    let camera = Camera { card, functions: functions.clone(), refused: refused.clone(), answer };
    let mut vm = Vm::new(&Options::default(), &functions, Box::new(camera));
    for (name, value) in lib::constants() {
        vm.define(name, &Value::Int(*value));
    }
    vm.load(script.as_bytes()).unwrap_or_else(|error| panic!("{script}: {}", String::from_utf8_lossy(&error)));
    for _ in 0..1000 {
        if !matches!(vm.resume(), Resume::Yield | Resume::Forced) {
            break;
        }
    }
    drop(vm);
    Arc::into_inner(refused).expect("the camera is gone").into_inner().unwrap()
}
