//! A simulated camera in which nothing takes real time.

use std::sync::Arc;
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Config, Profile, SimCamera, Time};

/// Enough for small scripts.
const MEMORY: usize = 256 * 1024;

/// A camera that was just switched on. The choice says which protocol it speaks and how much time passes after each
/// operation, in which scripts run; it passes on the operation's own thread, so that every run is the same.
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
    let config = Config { time, profile, log: Some(Arc::new(log)), ..Config::default() };
    SimCamera::start(config).expect("there is room for a temporary card")
}
