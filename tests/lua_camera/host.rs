//! A simulated camera in virtual time, and just enough PTP to run scripts on it.

#![allow(dead_code)] // each test file uses its part of it

#[path = "../bare/wire.rs"]
mod wire;

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Cable, Config, SimCamera, Time};

/// Type, subtype and bytes of a message from a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Message(pub u32, pub u32, pub Vec<u8>);

pub fn int(value: i32) -> Message {
    Message(2, 3, value.to_le_bytes().to_vec())
}

pub fn boolean(value: bool) -> Message {
    Message(2, 2, vec![value.into(), 0, 0, 0])
}

pub fn string(text: &str) -> Message {
    Message(2, 4, text.as_bytes().to_vec())
}

pub fn table(text: &str) -> Message {
    Message(2, 5, text.as_bytes().to_vec())
}

pub fn run_error(text: &str) -> Message {
    Message(1, 2, text.as_bytes().to_vec())
}

pub struct Host {
    pub camera: SimCamera,
    cable: Cable,
    pub clock: VirtualClock,
    transaction: Cell<u32>,
    sins: Arc<Mutex<Vec<String>>>,
}

impl Host {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    /// A camera that is to live in virtual time.
    pub fn with(config: Config) -> Self {
        let clock = VirtualClock::new();
        Self::on(&clock, Config { time: Time::Virtual(clock.clone()), ..config })
    }

    pub fn real() -> Self {
        Self::on(&VirtualClock::new(), Config::default())
    }

    fn on(clock: &VirtualClock, config: Config) -> Self {
        let sins = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&sins);
        let log = move |line: &str| {
            if let Some(sin) = line.strip_prefix("sin: ") {
                sink.lock().unwrap().push(sin.to_owned());
            }
        };
        let camera = SimCamera::start(Config { log: Some(Arc::new(log)), ..config }).unwrap();
        let cable = camera.plug_in();
        let host = Self { camera, cable, clock: clock.clone(), transaction: Cell::new(0), sins };
        host.transact(0x1002, &[1], None);
        host
    }

    /// One transaction; its parameters and its data.
    fn transact(&self, code: u16, params: &[u32], out: Option<&[u8]>) -> (Vec<u32>, Vec<u8>) {
        self.transaction.set(self.transaction.get() + 1);
        let answer = wire::transact(&self.cable, self.transaction.get(), code, params, out).unwrap();
        assert_eq!(answer.code, 0x2001, "the response to {code:#x} {params:?}");
        (answer.params, answer.data.unwrap_or_default())
    }

    /// Starts a script, in place of one that runs.
    #[track_caller]
    pub fn start(&self, source: &str) {
        let text = [source.as_bytes(), b"\0"].concat();
        let (params, _) = self.transact(0x9999, &[7, 0], Some(&text));
        assert_eq!(params[1], 0, "{source}: {:?}", self.messages());
    }

    /// Bit 1: a script runs; bit 2: there are messages.
    pub fn status(&self) -> u32 {
        self.transact(0x9999, &[8], None).0[0]
    }

    pub fn messages(&self) -> Vec<Message> {
        let message = || {
            let (params, mut data) = self.transact(0x9999, &[10], None);
            data.truncate(params[3] as usize);
            (params[0] != 0).then(|| Message(params[0], params[1], data))
        };
        std::iter::from_fn(message).collect()
    }

    /// Sends a message to the script.
    pub fn tell(&self, text: &str) {
        assert_eq!(self.transact(0x9999, &[11, 0], Some(text.as_bytes())).0, [0]);
    }

    pub fn pass(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms), &Interrupt::new());
    }

    /// Runs a script for as long as a minute of the camera's; what it says.
    #[track_caller]
    pub fn run(&self, source: &str) -> Vec<Message> {
        self.start(source);
        self.pass(60_000);
        assert_eq!(self.status() & 1, 0, "it still runs: {source}");
        self.messages()
    }

    /// What the log got to hear of since it was last asked.
    pub fn sins(&self) -> Vec<String> {
        std::mem::take(&mut self.sins.lock().unwrap())
    }
}
