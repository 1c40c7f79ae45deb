//! A simulated camera in which nothing takes real time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Config, Profile, SimCamera, Time, ptpip, usbip};

/// Enough for small scripts.
const MEMORY: usize = 256 * 1024;

/// Enough for no script, and for no file.
const LITTLE_MEMORY: usize = 4000;

/// A camera that was just switched on. The choice says which protocol it speaks, how much time passes after each
/// operation, in which scripts run, and then whether it has CHDK and memory; time passes on the operation's own thread, so
/// that every run is the same.
pub fn camera(choice: u8) -> SimCamera {
    let clock = VirtualClock::new();
    let pause = Duration::from_millis([0, 10, 100, 1000][usize::from(choice / 10 % 4)]);
    let time = Time::Virtual(clock.clone());
    let log = move |line: &str| {
        // The line that ends an operation; the camera holds no lock then.
        if line.starts_with('#') {
            clock.advance(pause, &Interrupt::new());
        }
    };
    let profile = Profile::default().with_protocol(2, 9 - u16::from(choice % 10)).with_memory(MEMORY);
    let profile = match choice / 40 {
        1 => profile.without_chdk(),
        2 => profile.with_memory(LITTLE_MEMORY),
        _ => profile,
    };
    let config = Config { time, profile, log: Some(Arc::new(log)), ..Config::default() };
    SimCamera::start(config).expect("there is room for a temporary card")
}

/// Serves the camera over PTP/IP for as long as the client takes.
pub fn served(camera: SimCamera, client: impl FnOnce(SocketAddr)) {
    let server = ptpip::Server::bind("127.0.0.1:0", camera).expect("a free port");
    let address = server.local_addr().expect("an address");
    let stop = Interrupt::new();
    thread::scope(|scope| {
        scope.spawn(|| server.serve(&stop).expect("a server"));
        // Also if the client fails: it is waited for no longer, then.
        let _stop = Stop(&stop);
        client(address);
    });
}

/// Serves the camera over USB/IP for as long as the client takes.
pub fn attachable(camera: SimCamera, client: impl FnOnce(SocketAddr)) {
    let server = usbip::Server::bind("127.0.0.1:0", vec![camera]).expect("a free port");
    let address = server.local_addr().expect("an address");
    let stop = Interrupt::new();
    thread::scope(|scope| {
        scope.spawn(|| server.serve(&stop).expect("a server"));
        let _stop = Stop(&stop);
        client(address);
    });
}

struct Stop<'a>(&'a Interrupt);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.raise();
    }
}
