//! How long each operation may stand still: a camera in whose time, which costs nothing, some operations take long.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moonshutter::camera::{Camera, Options};
use moonshutter::clock::Interrupt;
use moonshutter::ptp::{Containers, DataPhase, Pipe, Request, Response, Transport};
use moonshutter::sim::{Cable, Config, SimCamera};
use moonshutter::{Error, ErrorKind, Result};

/// A simulated camera's cable.
struct CablePipe(Cable);

impl Pipe for CablePipe {
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.0.write_some(bytes, timeout)
    }

    fn read(&mut self, buf: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.0.read(buf, timeout)
    }

    fn close(&mut self) {}
}

/// What a camera takes long for: an operation, for one of CHDK's the command, and the seconds that it stands still.
type Slow = Arc<Mutex<Vec<(u16, u32, u64)>>>;

/// Gives up as any transport does, without waiting for it.
struct Slowed {
    inner: Containers<CablePipe>,
    timeout: Duration,
    slow: Slow,
}

impl Transport for Slowed {
    fn transact(&mut self, request: &Request, data: DataPhase<'_>) -> Result<Response> {
        let slow = self.slow.lock().unwrap();
        let is = |operation, command| {
            operation == request.operation && (operation != 0x9999 || command == request.params.get(1))
        };
        let still =
            slow.iter().find(|(operation, command, _)| is(*operation, *command)).map_or(0, |(.., still)| *still);
        drop(slow);
        if Duration::from_secs(still) >= self.timeout {
            return Err(Error::new(ErrorKind::Timeout, format!("for {} s", self.timeout.as_secs())));
        }
        self.inner.transact(request, data)
    }

    fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    fn location(&self) -> String {
        self.inner.location()
    }

    fn traffic(&self) -> (u64, u64) {
        self.inner.traffic()
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

fn connect(slow: &Slow, timeout: Option<Duration>) -> Result<Camera> {
    let sim = SimCamera::start(Config::default()).unwrap();
    let inner = Containers::new(CablePipe(sim.plug_in()), "slow", Duration::from_secs(60), Interrupt::new());
    let transport = Slowed { inner, timeout: Duration::ZERO, slow: Arc::clone(slow) };
    Camera::connect(Box::new(transport), Options { timeout, ..Options::default() })
}

const OPEN_SESSION: u16 = 0x1002;
const GET_DEVICE_INFO: u16 = 0x1001;
const CHDK: u16 = 0x9999;

/// What CHDK's commands are called by their numbers (CHDK core/ptp.h:33-99), done once.
fn do_command(camera: &mut Camera, command: u32) -> Result<()> {
    let chdk = camera.chdk()?;
    match command {
        1 => chdk.get_memory_bytes(0x1000, 4, false).map(drop),

        5 => chdk.upload_file(b"A/SLOW.TXT", 3, &mut &b"abc"[..]),
        7 => chdk.execute_script(b"return 1", Default::default()).map(drop),
        8 => chdk.script_status().map(drop),
        9 => chdk.script_support().map(drop),
        10 => chdk.read_script_msg().map(drop),
        other => panic!("command {other}"),
    }
}

/// Does the command on a camera that stands still in it for so many seconds.
fn still_in(command: u32, seconds: u64, timeout: Option<Duration>) -> Result<()> {
    let slow = Slow::default();
    let mut camera = connect(&slow, timeout).unwrap();
    slow.lock().unwrap().push((CHDK, command, seconds));
    do_command(&mut camera, command)
}

#[test]
fn what_the_card_has_to_do_with_is_waited_for_longer_than_what_is_known_by_heart() {
    for (command, waited_for, given_up) in [(5, 29, 30), (7, 29, 30), (1, 14, 15), (8, 9, 10), (10, 9, 10), (9, 4, 5)] {
        still_in(command, waited_for, None).unwrap_or_else(|error| panic!("{command}: {error}"));
        let error = still_in(command, given_up, None).expect_err(&format!("{command} stood still for {given_up} s"));
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}

#[test]
fn a_camera_that_does_not_say_what_it_is_is_given_up_soon() {
    for operation in [OPEN_SESSION, GET_DEVICE_INFO] {
        assert!(connect(&Arc::new(Mutex::new(vec![(operation, 0, 4)])), None).is_ok());
        let error = connect(&Arc::new(Mutex::new(vec![(operation, 0, 5)])), None).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}

#[test]
fn what_the_user_says_holds_for_every_operation() {
    for command in [1, 5, 7, 8, 9, 10] {
        for seconds in [2, 100] {
            let timeout = Some(Duration::from_secs(seconds));
            still_in(command, seconds - 1, timeout).unwrap_or_else(|error| panic!("{command}: {error}"));
            assert_eq!(still_in(command, seconds, timeout).unwrap_err().kind(), ErrorKind::Timeout);
        }
    }
}

#[test]
fn a_timeout_can_be_set_and_taken_back() {
    let slow = Slow::default();
    let mut camera = connect(&slow, Some(Duration::from_secs(1))).unwrap();
    slow.lock().unwrap().push((CHDK, 5, 20));
    camera.set_timeout(None);
    do_command(&mut camera, 5).unwrap();
    camera.set_timeout(Some(Duration::from_secs(20)));
    assert_eq!(do_command(&mut camera, 5).unwrap_err().kind(), ErrorKind::Timeout);
}
