//! A host with no client library: it puts containers together by hand and counts on nothing.
#![allow(dead_code, unused_imports, reason = "each test file uses some of it")]

pub mod wire;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Cable, Config, Profile, SimCamera, Strict, Time};

pub use wire::{Answer, LONG, container, words};

const SHORT: Duration = Duration::from_millis(50);

pub const OK: u16 = 0x2001;
pub const GENERAL_ERROR: u16 = 0x2002;
pub const PARAMETER_NOT_SUPPORTED: u16 = 0x2006;

pub const NO_KILL: u32 = 0x100;
pub const FLUSH_CAM_MSGS: u32 = 0x200;
pub const FLUSH_HOST_MSGS: u32 = 0x400;

pub fn answer(code: u16, params: &[u32]) -> Answer {
    Answer { code, params: params.to_vec(), data: None }
}

impl Answer {
    pub fn with(self, data: &[u8]) -> Self {
        Self { data: Some(data.to_vec()), ..self }
    }
}

/// Type, subtype, script id and bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Message(pub u32, pub u32, pub u32, pub Vec<u8>);

pub fn int(script: u32, value: i32) -> Message {
    Message(2, 3, script, value.to_le_bytes().to_vec())
}

pub fn boolean(script: u32, value: bool) -> Message {
    Message(2, 2, script, vec![value.into(), 0, 0, 0])
}

pub fn nil(script: u32) -> Message {
    Message(2, 1, script, vec![0; 4])
}

pub fn string(script: u32, text: &str) -> Message {
    Message(2, 4, script, text.as_bytes().to_vec())
}

pub fn user(script: u32, text: &str) -> Message {
    Message(3, 4, script, text.as_bytes().to_vec())
}

pub fn run_error(script: u32, text: &str) -> Message {
    Message(1, 2, script, text.as_bytes().to_vec())
}

/// A profile that speaks protocol 2.`minor`.
pub fn protocol(minor: u16) -> Config {
    Config { profile: Profile::default().with_protocol(2, minor), ..Config::default() }
}

/// A profile with little memory.
pub fn memory(bytes: usize) -> Config {
    Config { profile: Profile::default().with_memory(bytes), ..Config::default() }
}

/// A camera that refuses what a real one would hang on.
pub fn strict() -> Config {
    let mut config = Config::default();
    config.profile.control.strict = Strict::Refuse;
    config
}

/// A camera in virtual time at the other end of a cable.
pub struct Host {
    pub camera: SimCamera,
    pub cable: Cable,
    pub clock: VirtualClock,
    pub transaction: u32,
    log: Arc<Mutex<Vec<String>>>,
}

impl Host {
    /// With a session.
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        Self::on(&VirtualClock::new(), config)
    }

    pub fn on(clock: &VirtualClock, config: Config) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&log);
        let keep = move |line: &str| sink.lock().unwrap().push(line.to_owned());
        let config = Config { time: Time::Virtual(clock.clone()), log: Some(Arc::new(keep)), ..config };
        let camera = SimCamera::start(config).unwrap();
        let mut host = Self::to(camera, clock);
        host.log = log;
        host
    }

    /// A host for a camera that is there, with a session.
    pub fn to(camera: SimCamera, clock: &VirtualClock) -> Self {
        let mut host = Self::without_session(camera, clock);
        host.open_session();
        host
    }

    /// A host for a camera that is there.
    pub fn without_session(camera: SimCamera, clock: &VirtualClock) -> Self {
        let cable = camera.plug_in();
        Self { camera, cable, clock: clock.clone(), transaction: 0, log: Arc::default() }
    }

    fn open_session(&mut self) {
        assert_eq!(self.transact(0x1002, &[1], None), answer(OK, &[]));
    }

    /// Pulls the plug and puts another in.
    pub fn plug_in_again(&mut self) {
        self.cable = self.camera.plug_in();
        self.transaction = 0;
        self.open_session();
    }

    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    pub fn sinned(&self, word: &str) -> bool {
        self.log.lock().unwrap().iter().any(|line| line.starts_with("sin:") && line.contains(word))
    }

    // --- containers ---

    pub fn send(&self, bytes: &[u8]) {
        self.cable.write(bytes, LONG).unwrap();
    }

    /// Sends a command with the next transaction id.
    pub fn command(&mut self, code: u16, params: &[u32]) {
        self.transaction += 1;
        self.send(&container(1, code, self.transaction, &words(params)));
    }

    /// Sends the data phase of the last command of CHDK's.
    pub fn data(&self, bytes: &[u8]) {
        self.send(&container(2, 0x9999, self.transaction, bytes));
    }

    pub fn read(&self, count: usize) -> Vec<u8> {
        wire::read(&self.cable, count).unwrap()
    }

    /// Type, code, transaction and payload of the next container.
    pub fn read_container(&self) -> (u16, u16, u32, Vec<u8>) {
        wire::read_container(&self.cable).unwrap()
    }

    /// The answer to the last command.
    pub fn answer(&self) -> Answer {
        wire::answer_to(&self.cable, self.transaction).unwrap()
    }

    #[track_caller]
    pub fn expect_silence(&self) {
        let error = self.cable.read(&mut [0; 64], SHORT).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    pub fn transact(&mut self, code: u16, params: &[u32], out: Option<&[u8]>) -> Answer {
        self.command(code, params);
        if let Some(out) = out {
            self.send(&container(2, code, self.transaction, out));
        }
        self.answer()
    }

    /// A command of CHDK's.
    pub fn chdk(&mut self, params: &[u32]) -> Answer {
        self.transact(0x9999, params, None)
    }

    /// A command of CHDK's with data for the camera.
    pub fn chdk_with(&mut self, params: &[u32], out: &[u8]) -> Answer {
        self.transact(0x9999, params, Some(out))
    }

    // --- scripts ---

    /// ExecuteScript with a NUL at the end; script id and status.
    pub fn execute(&mut self, language: u32, source: &str) -> (u32, u32) {
        let got = self.chdk_with(&[7, language], &[source.as_bytes(), b"\0"].concat());
        assert_eq!((got.code, got.params.len()), (OK, 2), "{source}");
        (got.params[0], got.params[1])
    }

    /// Starts a script; its id.
    #[track_caller]
    pub fn start(&mut self, source: &str) -> u32 {
        let (id, status) = self.execute(0, source);
        assert_eq!(status, 0, "{source}: {:?}", self.messages());
        id
    }

    /// Lets a script run for as long as a minute of the camera's time; what it says.
    #[track_caller]
    pub fn run(&mut self, source: &str) -> Vec<Message> {
        self.run_only(source);
        self.messages()
    }

    /// Runs a script, and leaves its messages where they are.
    #[track_caller]
    pub fn run_only(&mut self, source: &str) {
        self.start(source);
        self.pass(60_000);
        assert_eq!(self.status() & 1, 0, "it still runs: {source}");
    }

    /// Bit 1: a script runs; bit 2: there are messages.
    pub fn status(&mut self) -> u32 {
        self.chdk(&[8]).params[0]
    }

    pub fn message(&mut self) -> Option<Message> {
        let Answer { params, data, .. } = self.chdk(&[10]);
        let mut data = data.unwrap();
        data.truncate(params[3] as usize);
        (params[0] != 0).then(|| Message(params[0], params[1], params[2], data))
    }

    pub fn messages(&mut self) -> Vec<Message> {
        std::iter::from_fn(|| self.message()).collect()
    }

    /// WriteScriptMsg; the status.
    pub fn tell(&mut self, script: u32, text: &str) -> u32 {
        self.chdk_with(&[11, script], text.as_bytes()).params[0]
    }

    pub fn pass(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms), &Interrupt::new());
    }
}

/// Waits in real time for something that another thread is about to do.
#[track_caller]
pub fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < LONG, "{what}: it never happened");
        std::thread::yield_now();
    }
}
