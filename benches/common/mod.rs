//! Cameras to measure with.
#![allow(dead_code, reason = "each benchmark uses some of it")]

use std::sync::Arc;

use moonshutter::camera::{Camera, Options};
use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::connect::{self, Spec};
use moonshutter::sim::ptpip::Server;
use moonshutter::sim::{Config, SimCamera, Time};

/// A camera in this process.
pub fn in_process() -> (SimCamera, Camera) {
    let sim = connect::simulate(Config::default()).expect("a camera");
    let camera = connect::plug_in(&sim, &Options::default()).expect("a connection");
    (sim, camera)
}

/// A camera in this process, on whose clock a tick takes no time.
pub fn in_virtual_time() -> (SimCamera, Camera) {
    let clock = VirtualClock::new();
    let sim = connect::simulate(Config { time: Time::Virtual(clock.clone()), ..Config::default() }).expect("a camera");
    let options = Options { clock: Arc::new(clock), ..Options::default() };
    let camera = connect::plug_in(&sim, &options).expect("a connection");
    (sim, camera)
}

/// Serves a camera over loopback until the process ends.
pub fn over_loopback() -> (SimCamera, Camera) {
    let sim = connect::simulate(Config::default()).expect("a camera");
    let server = Server::bind("127.0.0.1:0", sim.clone()).expect("a port");
    let port = server.local_addr().expect("an address").port();
    std::thread::spawn(move || server.serve(&Interrupt::new()));
    let spec = Spec::Ip { host: "127.0.0.1".into(), port };
    let camera = connect::connect(&spec, &Options::default()).expect("a connection");
    (sim, camera)
}
