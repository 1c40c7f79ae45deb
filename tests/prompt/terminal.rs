//! The program in a terminal: what is typed goes in, and the screen is what a person would see.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Child as Process, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Only a program that hangs takes as long.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a terminal is asked for its cursor with.
const WHERE: &[u8] = b"\x1b[6n";

pub const ENTER: &str = "\r";
pub const TAB: &str = "\t";
pub const UP: &str = "\x1b[A";
pub const CTRL_C: &str = "\x03";
pub const CTRL_D: &str = "\x04";
pub const CTRL_R: &str = "\x12";

type Shared = Arc<(Mutex<State>, Condvar)>;
type Input = Arc<Mutex<Box<dyn Write + Send>>>;

struct State {
    parser: vt100::Parser,
    closed: bool,
}

/// A terminal of 90 columns and 30 rows with a program in it.
pub struct Terminal {
    state: Shared,
    input: Input,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    pub home: Arc<tempfile::TempDir>,
}

impl Terminal {
    /// Starts the program with these arguments, in a home of its own, without colours and with them hints.
    pub fn start(args: &[&str]) -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), args)
    }

    /// Starts it where another one has left something.
    pub fn start_in(home: Arc<tempfile::TempDir>, args: &[&str]) -> Self {
        Self::open(home, args, 30, false)
    }

    /// With colours, and so with hints.
    pub fn start_in_colour(args: &[&str]) -> Self {
        Self::open(Arc::new(tempfile::tempdir().unwrap()), args, 30, true)
    }

    /// With so many rows.
    pub fn start_with_rows(args: &[&str], rows: u16) -> Self {
        Self::open(Arc::new(tempfile::tempdir().unwrap()), args, rows, false)
    }

    fn open(home: Arc<tempfile::TempDir>, args: &[&str], rows: u16, colour: bool) -> Self {
        let pair = native_pty_system().openpty(size(rows, 90)).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_moonshutter"));
        command.args(args);
        for name in ["MOONSHUTTER_CAMERA", "RUST_LOG", "NO_COLOR", "TERM_PROGRAM", "COLORTERM"] {
            command.env_remove(name);
        }
        if !colour {
            command.env("NO_COLOR", "1");
        }
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.env("XDG_STATE_HOME", home.path().join("state"));
        command.env("XDG_CONFIG_HOME", home.path().join("config"));
        command.cwd(home.path());
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let parser = vt100::Parser::new(nonzero(rows), nonzero(90), 0);
        let state: Shared = Arc::new((Mutex::new(State { parser, closed: false }), Condvar::new()));
        let input: Input = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let reader = pair.master.try_clone_reader().unwrap();
        let (of_reader, answers) = (state.clone(), input.clone());
        std::thread::spawn(move || follow(reader, &of_reader, &answers));
        Self { state, input, master: pair.master, child, home }
    }

    /// Types.
    pub fn send(&self, text: &str) {
        let mut input = self.input.lock().unwrap();
        input.write_all(text.as_bytes()).and_then(|()| input.flush()).expect("the terminal takes what is typed");
    }

    /// Types a line when there is a prompt for it, and ends it when it is on the screen.
    #[track_caller]
    pub fn line(&self, text: &str) {
        let count = |screen: &str| screen.replace('\n', "").matches(text.trim_end()).count();
        let before = count(&self.wait("an empty prompt", at_prompt));
        self.send(text);
        self.wait(text, |screen| count(screen) > before);
        self.send(ENTER);
    }

    /// Waits until the screen is as it should be.
    #[track_caller]
    pub fn wait(&self, what: &str, is: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.lock();
        loop {
            let screen = screen(&state.parser);
            if is(&screen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.closed {
                let why = if state.closed { "the program has ended" } else { "the time is up" };
                drop(state);
                panic!("{why}, and the screen does not show {what}:\n{screen}");
            }
            state = self.state.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Whether the screen is as it should be within this time.
    pub fn is_soon(&self, limit: Duration, is: impl Fn(&str) -> bool) -> bool {
        let deadline = Instant::now() + limit;
        let mut state = self.lock();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if is(&screen(&state.parser)) {
                return true;
            }
            if left.is_zero() || state.closed {
                return false;
            }
            state = self.state.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub fn shows(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Waits until a text is on the screen and a prompt with nothing behind it is below.
    #[track_caller]
    pub fn shows_done(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text) && at_prompt(screen))
    }

    /// The screen as it is now.
    pub fn screen(&self) -> String {
        screen(&self.lock().parser)
    }

    /// The colour of the first character of a text, as the terminal was told it.
    pub fn colour_of(&self, text: &str) -> vt100::Color {
        let state = self.lock();
        let screen = state.parser.screen();
        for (row, line) in screen.rows(0, 200).enumerate() {
            if let Some(at) = line.find(text) {
                let column = line[..at].chars().count();
                let cell = screen.cell(u16::try_from(row).unwrap(), u16::try_from(column).unwrap());
                return cell.expect("a cell").fgcolor();
            }
        }
        panic!("{text} is not on the screen")
    }

    /// Makes the window larger or smaller.
    pub fn resize(&self, rows: u16, columns: u16) {
        self.lock().parser.screen_mut().set_size(nonzero(rows), nonzero(columns));
        self.master.resize(size(rows, columns)).unwrap();
    }

    /// Waits for the end and returns the exit code.
    #[track_caller]
    pub fn exit_code(mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "the program does not end:\n{}", screen(&self.lock().parser));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.0.lock().unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A prompt on the last line, with nothing behind it.
pub fn at_prompt(screen: &str) -> bool {
    screen.lines().last().is_some_and(|line| line.ends_with(['>', '*']))
}

fn nonzero(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// The lines, without blanks and empty lines at the end.
fn screen(parser: &vt100::Parser) -> String {
    let rows: Vec<String> = parser.screen().rows(0, 500).map(|row| row.trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

/// Shows what the program writes, and answers what it asks of the terminal.
fn follow(mut reader: Box<dyn Read + Send>, state: &Shared, answers: &Input) {
    let mut bytes = [0; 4096];
    let mut unseen: Vec<u8> = Vec::new();
    loop {
        let count = reader.read(&mut bytes).unwrap_or(0);
        if count == 0 {
            state.0.lock().unwrap().closed = true;
            state.1.notify_all();
            return;
        }
        unseen.extend_from_slice(&bytes[..count]);
        while let Some(at) = unseen.windows(WHERE.len()).position(|window| window == WHERE) {
            let rest = unseen.split_off(at + WHERE.len());
            let mut state = state.0.lock().unwrap();
            state.parser.process(&unseen[..at]);
            let (row, column) = state.parser.screen().cursor_position();
            drop(state);
            let answer = format!("\x1b[{};{}R", row + 1, column + 1);
            let _ = answers.lock().unwrap().write_all(answer.as_bytes());
            unseen = rest;
        }
        // The beginning of a question may be the end of what was read.
        let kept = (1..WHERE.len()).rev().find(|n| unseen.ends_with(&WHERE[..*n])).unwrap_or(0);
        let held = unseen.split_off(unseen.len() - kept);
        state.0.lock().unwrap().parser.process(&unseen);
        state.1.notify_all();
        unseen = held;
    }
}

/// A simulated camera in a process of its own.
pub struct Served {
    child: Process,
    pub spec: String,
}

impl Served {
    /// At any free port.
    pub fn start(more: &[&str]) -> Self {
        Self::at("127.0.0.1:0", more)
    }

    /// At this address.
    pub fn at(place: &str, more: &[&str]) -> Self {
        use std::io::BufRead;
        let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
        command.env_remove("MOONSHUTTER_CAMERA").env_remove("RUST_LOG");
        command.args(["sim", "--ptpip", place]).args(more).stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut spec = String::new();
        std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut spec).unwrap();
        Self { child, spec: spec.trim_end().to_owned() }
    }

    /// Its address, without `ip:`.
    pub fn place(&self) -> String {
        self.spec.trim_start_matches("ip:").to_owned()
    }
}

impl Drop for Served {
    /// Politely, so that the camera takes its temporary card with it.
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The history that a program in this home has left.
pub fn history(home: &Path) -> String {
    std::fs::read_to_string(history_file(home)).unwrap_or_default()
}

/// Where it is.
pub fn history_file(home: &Path) -> PathBuf {
    home.join("state/moonshutter/history")
}
