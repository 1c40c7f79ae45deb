//! Tells what a script does on the camera's Lua: whether a yield hits a boundary, caught or not, and where.
//!
//! The Lua is the simulated camera's own; around it is no more of a camera than a script needs to decide something by, so
//! that thousands of scripts are judged in a second. What a script asks the camera has two answers, and it is run with
//! each.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};

use moonshutter::api;
use moonshutter::lint::Start;
use moonshutter::sim::lib::{self, args::Args};
use moonshutter::sim::vm::{Firmware, Options, Reply, Resume, Stopper, Value, Vm};
use moonshutter::sim::{Header, lualib};
use tempfile::TempDir;

use crate::program::Program;

/// Resumes until a script counts as endless.
const RESUMES: usize = 100;
/// Count hooks, of 100 instructions each, until it does.
const HOOKS: usize = 300;
/// The nth yield at which a user interrupts a script that has a `restore`.
const INTERRUPTIONS: [usize; 3] = [1, 2, 4];

/// Where the menu finds the script, and `require` a library.
const SCRIPT: &str = "a/chdk/scripts/the_script.lua";

/// A script that uses a library: it calls all functions that the library returns.
const USER: &str = "local library = require('the_script')
                    for _, f in pairs(type(library) == 'table' and library or { library }) do
                        if type(f) == 'function' then f(1) end
                    end";

/// The answers that the camera has two of: each has a bit of the outcome.
const KEYS: [&str; 4] = ["set", "up", "down", "left"];

/// A place: the path of a file in lower case, or none for the script itself, and the line.
pub type Place = (Option<String>, u32);

/// A yield that Lua refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What would have yielded.
    pub function: &'static str,
    /// Where, from the inside out. Code that came as a string has no place.
    pub places: Vec<Place>,
}

/// One run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The answers of the camera: a bit each.
    pub answers: u32,
    pub refused: Vec<Refusal>,
    /// Yields that ended `restore`.
    pub dropped: usize,
    /// How the script ended, for people.
    pub end: String,
    /// The lines that it came to, if that was asked for.
    pub reached: BTreeSet<Place>,
}

/// All runs of a program.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    pub runs: Vec<Run>,
}

impl Verdict {
    /// Whether a yield hit a boundary in any run.
    pub fn fired(&self) -> bool {
        self.runs.iter().any(|run| !run.refused.is_empty())
    }

    /// Whether a yield ended `restore` in any run.
    pub fn dropped(&self) -> bool {
        self.runs.iter().any(|run| run.dropped > 0)
    }
}

/// A card's folder, and what it takes to run scripts.
pub struct Judge {
    folder: TempDir,
    functions: Vec<&'static str>,
    written: BTreeMap<PathBuf, String>,
    /// Programs that were run to their ends, once for each outcome.
    pub runs: usize,
}

impl Judge {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in lualib::files() {
            let path = folder.path().join("a/chdk/lualib").join(name.to_ascii_lowercase());
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::create_dir_all(folder.path().join("a/chdk/scripts")).unwrap();
        let mut functions = lib::names();
        functions.extend(lib::unmodelled(&[]));
        Self { folder, functions, written: BTreeMap::new(), runs: 0 }
    }

    /// Runs a program with every outcome of what it asks. An error if it does not compile.
    pub fn judge(&mut self, program: &Program) -> Result<Verdict, String> {
        self.all_runs(program, false)
    }

    /// As [`Judge::judge`], and notes which lines were reached.
    pub fn judge_lines(&mut self, program: &Program) -> Result<Verdict, String> {
        self.all_runs(program, true)
    }

    fn all_runs(&mut self, program: &Program, lines: bool) -> Result<Verdict, String> {
        self.put(program);
        let interruptions: &[usize] = if has_restore(program) { &INTERRUPTIONS } else { &[] };
        let mut verdict = Verdict::default();
        let (mut asked, mut answers) = (0, 0);
        loop {
            for at in std::iter::once(None).chain(interruptions.iter().copied().map(Some)) {
                let (run, bits) = self.run(program, answers, at, lines)?;
                asked |= bits;
                verdict.runs.push(run);
            }
            // The next outcome that differs in what was asked.
            loop {
                answers += 1;
                if answers > asked {
                    return Ok(verdict);
                }
                if answers & !asked == 0 {
                    break;
                }
            }
        }
    }

    /// Puts the program's files on the card, and takes others off it.
    fn put(&mut self, program: &Program) {
        let script = Some((SCRIPT, &program.main)).filter(|_| program.start != Start::Ptp);
        let files = program.files.iter().map(|(name, text)| (name.as_str(), text)).chain(script);
        let path = |name: &str| self.folder.path().join(name.to_ascii_lowercase());
        let wanted: BTreeMap<_, _> = files.map(|(name, text)| (path(name), text.clone())).collect();
        for path in self.written.keys().filter(|path| !wanted.contains_key(*path)) {
            std::fs::remove_file(path).unwrap();
        }
        for (path, text) in wanted.iter().filter(|(path, text)| self.written.get(*path) != Some(*text)) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        self.written = wanted;
    }

    fn run(
        &mut self,
        program: &Program,
        answers: u32,
        interrupt: Option<usize>,
        lines: bool,
    ) -> Result<(Run, u32), String> {
        self.runs += 1;
        let shared: Arc<Mutex<Seen>> = Arc::default();
        let source = loaded(program, lines);
        let mut functions = self.functions.clone();
        functions.extend(lines.then_some("_reached"));
        let camera = Camera {
            seen: Arc::clone(&shared),
            functions,
            folder: self.folder.path().to_owned(),
            main: source.clone().into_bytes(),
            answers,
            ..Camera::default()
        };
        let mut vm = Vm::new(&Options::default(), &camera.functions.clone(), Box::new(camera));
        for (name, value) in lib::constants() {
            vm.define(name, &Value::Int(*value));
        }
        shared.lock().unwrap().stopper = Some(vm.stopper());
        if program.start == Start::Menu {
            let header = Header::parse(program.main.as_bytes(), "script.lua");
            for param in &header.params {
                vm.define_global(&param.name, &param.lua_value(param.default));
            }
        }
        // The menu's loader would raise at run time what is wrong with the script.
        for source in [&program.main, &source] {
            vm.load(source.as_bytes()).map_err(|error| String::from_utf8_lossy(&error).into_owned())?;
        }
        let mut end = "endless".to_owned();
        for resume in 1..=RESUMES {
            match vm.resume() {
                Resume::Yield if interrupt == Some(resume) => {
                    shared.lock().unwrap().restoring = true;
                    end = format!("interrupted: {:?}", vm.restore());
                    break;
                }
                Resume::Yield => {
                    if let Some(value) = awaited(shared.lock().unwrap().last) {
                        vm.push(value);
                    }
                }
                Resume::Forced => {}
                Resume::Done(_) => {
                    end = "done".to_owned();
                    break;
                }
                Resume::Error(text) => {
                    end = text
                        .map_or("an error without text".to_owned(), |text| String::from_utf8_lossy(&text).into_owned());
                    break;
                }
            }
        }
        // Finalizers run when the state closes.
        drop(vm);
        let seen = std::mem::take(&mut *shared.lock().unwrap());
        let run = Run { answers, refused: seen.refused, dropped: seen.dropped, end, reached: seen.reached };
        Ok((run, seen.asked))
    }
}

/// What the camera compiles first: the script itself, or what the menu runs in its place (CHDK modules/luascript.c:299-307). In
/// front of it is, where that is wanted, what notes the lines.
fn loaded(program: &Program, lines: bool) -> String {
    let note = "do local r, i = _reached, debug.getinfo; _reached = nil; \
                debug.sethook(function(_, l) r(i(2, 'S').source, l) end, 'l') end ";
    let note = if lines { note } else { "" };
    match program.start {
        Start::Ptp => return format!("{note}{}", program.main),
        Start::Library => return format!("{note}{USER}"),
        Start::Menu => {}
    }
    let old = Header::parse(program.main.as_bytes(), "script.lua").chdk_version.needs_wrap13();
    let old = if old { "require'wrap13' " } else { "" };
    let path = SCRIPT.replacen('a', "A", 1);
    format!("{old}{note}local run, why = loadfile('{path}') if not run then error(why) end run()")
}

fn has_restore(program: &Program) -> bool {
    std::iter::once(&program.main).chain(program.files.values()).any(|text| text.contains("restore"))
}

/// What was seen of a run.
#[derive(Default)]
struct Seen {
    refused: Vec<Refusal>,
    restoring: bool,
    dropped: usize,
    asked: u32,
    reached: BTreeSet<Place>,
    stopper: Option<Stopper>,
    /// The camera's function that was called last.
    last: &'static str,
}

#[derive(Default)]
struct Camera {
    seen: Arc<Mutex<Seen>>,
    functions: Vec<&'static str>,
    folder: PathBuf,
    main: Vec<u8>,
    answers: u32,
    ticks: i32,
    hooks: usize,
}

impl Camera {
    /// The place of a line in what Lua calls a source.
    fn place(&self, source: &[u8], line: Option<u32>) -> Option<Place> {
        let line = line?;
        match source.strip_prefix(b"@") {
            Some(path) if path.eq_ignore_ascii_case(SCRIPT.as_bytes()) => Some((None, line)),
            Some(path) => Some((Some(String::from_utf8_lossy(path).to_ascii_lowercase()), line)),
            None => (source == self.main).then_some((None, line)),
        }
    }

    fn bit(&mut self, bit: usize) -> bool {
        let bit = 1 << (bit % 5);
        self.seen.lock().unwrap().asked |= bit;
        self.answers & bit != 0
    }

    /// The camera's functions as far as scripts of the tests need them; the yields are chdk-camera.md §4.1.
    fn answer(&mut self, name: &'static str, args: Args<'_>) -> Result<Reply, Reply> {
        let truth = |value| Ok(Reply::Return(vec![Value::Bool(value)]));
        let number = |value| Ok(Reply::Return(vec![Value::Int(value)]));
        let waits = |timeout| timeout > 0 || timeout == -1;
        let key = |args: Args<'_>| {
            let name = args.bytes(1)?;
            let known = "up down left right set shoot_half shoot_full shoot_full_only zoom_in zoom_out menu display print \
                         erase iso flash mf macro video timer playback help mode no_key remote";
            let known = known.split(' ').any(|known| known.as_bytes() == name);
            if known { Ok(name) } else { Err(lib::args::error("unknown key")) }
        };
        match name {
            "sleep" => args.int(1).map(|_| Reply::Yield),
            "shoot" => args.int_or(1, 1).map(|_| Reply::Yield),
            "press" | "click" | "release" => key(args).map(|_| Reply::Yield),
            "file_browser" | "textbox" => {
                let text = |number| args.get(number).map_or(Ok(()), |_| args.bytes(number).map(drop));
                (1..=3).try_for_each(text)?;
                args.int_or(4, 30).map(|_| Reply::Yield)
            }
            "md_detect_motion" => {
                (1..=16).try_for_each(|number| args.int_or(number, 0).map(drop))?;
                Ok(Reply::Yield)
            }
            "wait_click" => {
                let quiet = args.int_or(1, 0)? < -1;
                if quiet { Ok(Reply::Return(vec![])) } else { Ok(Reply::Yield) }
            }
            "read_usb_msg" if waits(args.int_or(1, 0)?) => Ok(Reply::Yield),
            "read_usb_msg" => {
                let message = if self.bit(4) { Value::Bytes(b"go".to_vec()) } else { Value::Nil };
                Ok(Reply::Return(vec![message]))
            }
            "write_usb_msg" if waits(args.int_or(2, 0)?) => Ok(Reply::Yield),
            "write_usb_msg" => truth(true),
            "is_key" | "is_pressed" => {
                let name = key(args)?;
                let bit = KEYS.iter().position(|known| known.as_bytes() == name).unwrap_or(0);
                truth(self.bit(bit))
            }
            "get_prop" => {
                let prop = args.int(1)?;
                number(self.bit(prop.unsigned_abs() as usize).into())
            }
            "get_usb_power" => number(self.bit(0).into()),
            "get_flash_ready" => truth(self.bit(1)),
            "get_video_button" => truth(self.bit(2)),
            "hook_preshoot.is_ready" | "hook_shoot.is_ready" | "hook_raw.is_ready" => truth(self.bit(3)),
            "get_mode" => {
                let record = self.bit(3);
                Ok(Reply::Return(vec![Value::Bool(record), Value::Bool(false), Value::Int(1)]))
            }
            "get_propset" => number(4),
            "get_tick_count" => {
                self.ticks += 50;
                number(self.ticks)
            }
            "get_buildinfo" => {
                let pair = |name: &str, value: &str| (Value::Bytes(name.into()), Value::Bytes(value.into()));
                Ok(Reply::Return(vec![Value::Table(vec![pair("os", "dryos"), pair("platform", "simulated")])]))
            }
            "_reached" => {
                if let (Value::Bytes(source), line) = (args.get(1).unwrap_or(&Value::Nil), args.int(2)?)
                    && let Some(place) = self.place(source, u32::try_from(line).ok())
                {
                    self.seen.lock().unwrap().reached.insert(place);
                }
                Ok(Reply::Return(vec![]))
            }
            _ => Ok(Reply::Return(Self::result(name).into_iter().collect())),
        }
    }

    /// Something of the kind that a function returns.
    fn result(name: &str) -> Option<Value> {
        static RETURNS: LazyLock<HashMap<&str, &str>> =
            LazyLock::new(|| api::entries().map(|entry| (entry.name, entry.returns)).collect());
        let first = RETURNS.get(name)?.split([',', ' ', '|']).next()?;
        match first.rsplit(':').next()? {
            "-" => None,
            "int" => Some(Value::Int(0)),
            "boolean" | "true" => Some(Value::Bool(false)),
            "string" => Some(Value::Bytes(b"text".to_vec())),
            table if table.starts_with("table") => Some(Value::Table(Vec::new())),
            _ => Some(Value::Nil),
        }
    }
}

/// What a function that has waited returns.
fn awaited(function: &str) -> Option<Value> {
    match function {
        "shoot" | "md_detect_motion" => Some(Value::Int(0)),
        "write_usb_msg" => Some(Value::Bool(true)),
        "read_usb_msg" | "file_browser" | "textbox" => Some(Value::Nil),
        _ => None,
    }
}

impl Firmware for Camera {
    fn call(&mut self, function: usize, args: &[Value]) -> Reply {
        let name = self.functions[function];
        let reply = self.answer(name, Args(args)).unwrap_or_else(|reply| reply);
        let mut seen = self.seen.lock().unwrap();
        seen.last = name;
        seen.dropped += usize::from(seen.restoring && reply == Reply::Yield);
        reply
    }

    fn open(&mut self, path: &[u8], mode: &[u8]) -> Option<PathBuf> {
        let path = std::str::from_utf8(path).ok()?.to_ascii_lowercase();
        let inside = path.starts_with("a/") && !path.contains("..");
        (inside && mode.starts_with(b"r")).then(|| self.folder.join(path)).filter(|path| path.is_file())
    }

    fn print(&mut self, _: &[u8]) {}

    fn elapsed_ms(&mut self) -> u32 {
        self.hooks += 1;
        if self.hooks > HOOKS
            && let Some(stopper) = &self.seen.lock().unwrap().stopper
        {
            stopper.stop();
        }
        0
    }

    fn random(&mut self) -> u32 {
        0
    }

    fn seed_random(&mut self, _: u32) {}

    fn yield_refused(&mut self, level: usize, source: &[u8], line: Option<u32>) {
        let place = self.place(source, line);
        let mut seen = self.seen.lock().unwrap();
        if level == 0 {
            // What `restore` would have been ended by, had it not hit a boundary first.
            seen.dropped -= usize::from(seen.restoring);
            let function = seen.last;
            seen.refused.push(Refusal { function, places: Vec::new() });
        }
        if let Some(refusal) = seen.refused.last_mut() {
            refusal.places.extend(place);
        }
    }

    fn sin(&mut self, _: &str) {}
}
