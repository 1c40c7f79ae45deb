//! A camera at the end of a slow link, in real time: each answer takes longer than a tick of the camera, so that scripts
//! fill its queue before the host has read from it.

use std::io;
use std::time::{Duration, Instant};

use moonshutter::ErrorKind;
use moonshutter::camera::{Body, Camera, ExecOptions, Options, Payload, Script, WaitOptions};
use moonshutter::ptp::{Containers, Pipe};
use moonshutter::sim::{Cable, Config, SimCamera};

const DELAY: Duration = Duration::from_millis(15);

struct SlowPipe {
    cable: Cable,
    /// The answer to what was sent last may be read from then on.
    ready: Instant,
}

impl Pipe for SlowPipe {
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.ready = Instant::now() + DELAY;
        self.cable.write_some(bytes, timeout)
    }

    fn read(&mut self, buf: &mut [u8], timeout: Duration) -> io::Result<usize> {
        std::thread::sleep(self.ready.saturating_duration_since(Instant::now()));
        self.cable.read(buf, timeout)
    }

    fn close(&mut self) {}
}

fn camera() -> Camera {
    connect(&SimCamera::start(Config::default()).unwrap())
}

fn connect(sim: &SimCamera) -> Camera {
    let options = Options::default();
    let pipe = SlowPipe { cable: sim.plug_in(), ready: Instant::now() };
    let transport = Containers::new(pipe, "slow", Duration::from_secs(10), options.interrupt.clone());
    Camera::connect(Box::new(transport), options).unwrap()
}

fn run(camera: &mut Camera, source: &str, options: &ExecOptions) -> moonshutter::Result<Vec<Payload>> {
    camera.execwait(&Script::new("test.lua", source), options, &WaitOptions::default(), &mut |_, _| Ok(()))
}

#[test]
fn an_error_that_finds_the_queue_full_is_never_called_a_success() {
    let mut camera = camera();
    let source = "for i = 1, 20 do write_usb_msg(i) end error('lost')";
    let error = run(&mut camera, source, &ExecOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ScriptKilled, "{error}");
}

#[test]
fn messages_that_wait_for_room_all_arrive() {
    let mut camera = camera();
    let mut heard = 0;
    let script = Script::new("test.lua", "for i = 1, 40 do write_usb_msg(i, 5000) end");
    let returns = camera
        .execwait(&script, &ExecOptions::default(), &WaitOptions::default(), &mut |_, _| {
            heard += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!((returns, heard), (vec![], 40));
}

#[test]
fn a_long_listing_is_whole() {
    let sim = SimCamera::start(Config::default()).unwrap();
    let folder = sim.card_root().join("DCIM");
    for index in 0..1000 {
        std::fs::write(folder.join(format!("IMG_{index:04}.JPG")), "").unwrap();
    }
    let mut camera = connect(&sim);
    assert_eq!(camera.list_dir(b"A/DCIM").unwrap().len(), 1000);
}

#[test]
fn fifteen_values_are_what_a_camera_can_return() {
    let mut camera = camera();
    let returns = run(&mut camera, "return 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15", &ExecOptions::default()).unwrap();
    assert_eq!(returns.len(), 15);
}

#[test]
fn a_full_queue_of_the_users_is_no_hindrance_to_anything() {
    let mut camera = camera();
    let script = Script::new("test.lua", "for i = 1, 15 do write_usb_msg(i) end");
    let id = camera.exec(&script, &ExecOptions::default()).unwrap();
    camera.wait_status(&WaitOptions::default(), &mut |status| !status.running).unwrap();
    assert_eq!(camera.list_dir(b"A/").unwrap().len(), 2);
    assert!(camera.stat(b"A/DCIM").unwrap().is_dir);
    let keep = ExecOptions { flush_cam_msgs: false, ..ExecOptions::default() };
    assert_eq!(run(&mut camera, "return 1,2,3", &keep).unwrap().len(), 3);
    let error = run(&mut camera, "x = = 1", &keep).unwrap_err();
    assert_eq!(error.message(), "test.lua:1: unexpected symbol near '='");
    for number in 1..=15 {
        let message = camera.read_msg().unwrap().unwrap();
        assert_eq!((message.script_id, message.body), (id, Body::User(Payload::Integer(number))));
    }
    assert_eq!(camera.read_msg().unwrap(), None);
}

#[test]
fn a_flood_of_messages_does_not_hold_off_the_timeout() {
    let mut camera = camera();
    let script = Script::new("test.lua", "while true do write_usb_msg('x', 1000) end");
    let wait = WaitOptions::up_to(Duration::from_millis(500));
    let begun = Instant::now();
    let error = camera.execwait(&script, &ExecOptions::default(), &wait, &mut |_, _| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().ends_with("the script was ended on the camera"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(camera.read_msg().unwrap(), None, "nothing of the script's is left");
}

#[test]
fn a_script_that_is_run_from_a_message_callback_takes_nothing_from_the_outer_one() {
    let mut camera = camera();
    let mut inner = Vec::new();
    let returns = camera
        .execwait(
            &Script::new("outer", "write_usb_msg(1) return 7"),
            &ExecOptions::default(),
            &WaitOptions::default(),
            &mut |camera, _| {
                camera.wait_status(&WaitOptions::default(), &mut |status| !status.running)?;
                inner = run(camera, "return 2", &ExecOptions::default())?;
                Ok(())
            },
        )
        .unwrap();
    assert_eq!((returns, inner), (vec![Payload::Integer(7)], vec![Payload::Integer(2)]));
}
