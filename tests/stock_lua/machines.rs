//! The two Luas, and the transcripts of what a program emits in each.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use moonshutter::sim::vm::{Firmware, Options, Reply, Resume, Value, Vm};

/// Debian's `lua5.1`, one process for all programs of a test.
pub struct Stock {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Stock {
    /// `None` where it is not installed. A test that must not be skipped says so in the environment.
    pub fn start() -> Option<Self> {
        let command = Command::new("lua5.1")
            .args(["-e", include_str!("driver.lua")])
            .env_remove("LUA_INIT")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        match command {
            Ok(mut process) => {
                let input = process.stdin.take();
                let output = BufReader::new(process.stdout.take().expect("stdout is piped"));
                Some(Self { process, input, output })
            }
            Err(error) if std::env::var_os("MOONSHUTTER_NEED_LUA51").is_some() => panic!("lua5.1: {error}"),
            Err(error) => {
                eprintln!("SKIPPED, the camera's Lua was not compared with stock Lua: lua5.1: {error}");
                None
            }
        }
    }

    pub fn transcript(&mut self, program: &str) -> String {
        let input = self.input.as_mut().expect("open until the end");
        write!(input, "{}\n{program}", program.len()).and_then(|()| input.flush()).expect("lua5.1 reads");
        let mut length = String::new();
        self.output.read_line(&mut length).expect("lua5.1 answers");
        let length = length.trim().parse().unwrap_or_else(|_| panic!("lua5.1 ended at\n{program}"));
        let mut transcript = vec![0; length];
        self.output.read_exact(&mut transcript).expect("lua5.1 answers in full");
        String::from_utf8(transcript).expect("transcripts are ASCII")
    }
}

impl Drop for Stock {
    fn drop(&mut self) {
        // The driver ends with its input; killing is for a program without end.
        drop(self.input.take());
        if std::thread::panicking() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A camera with one function: `emit`.
struct Emitter(Arc<Mutex<Vec<String>>>);

impl Firmware for Emitter {
    fn call(&mut self, _function: usize, args: &[Value]) -> Reply {
        self.0.lock().unwrap().push(args.iter().map(show).collect::<Vec<_>>().join(" "));
        Reply::Return(Vec::new())
    }

    fn open(&mut self, _path: &[u8], _mode: &[u8]) -> Option<PathBuf> {
        None
    }

    fn print(&mut self, _line: &[u8]) {}

    fn elapsed_ms(&mut self) -> u32 {
        0
    }

    fn random(&mut self) -> u32 {
        0
    }

    fn seed_random(&mut self, _seed: u32) {}

    fn sin(&mut self, _what: &str) {}
}

fn show(value: &Value) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Bytes(bytes) => text(bytes),
        other => other.type_name().to_owned(),
    }
}

fn text(bytes: &[u8]) -> String {
    let shown = bytes.iter().map(|&byte| match byte {
        b' '..=b'~' if byte != b'"' && byte != b'\\' => char::from(byte).to_string(),
        _ => format!("\\{byte:03}"),
    });
    format!("\"{}\"", shown.collect::<String>())
}

/// What the program emits on the camera, and how it ends.
pub fn camera_transcript(program: &str) -> String {
    let lines = Arc::new(Mutex::new(Vec::new()));
    // Stock Lua has all the memory it wants.
    let options = Options { memory: 64 << 20, ..Options::default() };
    let mut vm = Vm::new(&options, &["emit"], Box::new(Emitter(Arc::clone(&lines))));
    let end = match vm.load(program.as_bytes()) {
        Err(reason) => format!("\"does not compile\" {}", text(&reason)),
        Ok(()) => match vm.resume() {
            Resume::Done(_) => "\"ends\"".to_owned(),
            Resume::Error(reason) => format!("\"fails\" {}", reason.map_or("nil".to_owned(), |reason| text(&reason))),
            yielded => panic!("{yielded:?} in\n{program}"),
        },
    };
    drop(vm);
    let mut lines = std::mem::take(&mut *lines.lock().unwrap());
    lines.push(end);
    lines.join("\n")
}
