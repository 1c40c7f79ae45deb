//! A simulated camera in virtual time that scripts run on, and values to send to it.

#![allow(dead_code)] // each test file uses its part of it

pub mod values;

use std::sync::Arc;

use moonshutter::Result;
use moonshutter::camera::{Camera, ExecOptions, Options, Payload, Script, Target, WaitOptions};
use moonshutter::clock::VirtualClock;
use moonshutter::connect;
use moonshutter::sim::{Config, SimCamera, Time};

/// Lua for the camera: whether two values are the same, table for table. Table keys are paired with the first that fits, so
/// where tables are shared each table that is a key has something of its own in it.
pub const SAME: &str = include_str!("same.lua");

pub struct Bench {
    pub sim: SimCamera,
    pub camera: Camera,
}

pub fn bench() -> Bench {
    bench_with(Config::default())
}

pub fn bench_with(config: Config) -> Bench {
    let clock = VirtualClock::new();
    let sim = connect::simulate(Config { time: Time::Virtual(clock.clone()), ..config }).unwrap();
    let camera = connect::plug_in(&sim, &Options { clock: Arc::new(clock), ..Options::default() }).unwrap();
    Bench { sim, camera }
}

impl Bench {
    /// Runs a script and gives back what it returned.
    pub fn run(&mut self, source: &str) -> Result<Vec<Payload>> {
        self.run_with(source, &ExecOptions::default())
    }

    pub fn run_with(&mut self, source: impl Into<Vec<u8>>, options: &ExecOptions) -> Result<Vec<Payload>> {
        let script = Script::new("test.lua", source);
        self.camera.execwait(&script, options, &WaitOptions::default(), &mut |_, message| panic!("{message:?}"))
    }

    /// Runs a script that sends values one by one and waits for an answer to each.
    pub fn converse(
        &mut self,
        source: impl Into<Vec<u8>>,
        answer: &mut dyn FnMut(Payload) -> Vec<u8>,
    ) -> Result<Vec<Payload>> {
        let script = Script::new("test.lua", source);
        self.camera.execwait(&script, &ExecOptions::default(), &WaitOptions::default(), &mut |camera, message| {
            camera.write_msg(&answer(message), Target::Last)
        })
    }

    /// The text of the table that a script returns.
    #[track_caller]
    pub fn text(&mut self, source: &str) -> String {
        match self.run(source).unwrap().as_slice() {
            [Payload::Table(text)] => String::from_utf8_lossy(text).into_owned(),
            other => panic!("{source}: {other:?}"),
        }
    }

    /// The words of the error that a script ends with.
    #[track_caller]
    pub fn error(&mut self, source: &str) -> String {
        self.run(source).unwrap_err().message().to_owned()
    }
}
