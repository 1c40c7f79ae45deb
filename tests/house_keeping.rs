//! The camera's house-keeping: its state, clock, mode and memory, restarting and switching off; with what goes wrong there.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use moonshutter::ErrorKind;
use moonshutter::camera::{Camera, ExecOptions, Options, Script};
use moonshutter::clock::{Clock, Interrupt, VirtualClock};
use moonshutter::connect::{self, Config, Profile, SimCamera, Spec, Time};
use moonshutter::sim::ptpip::Server;

struct Place {
    clock: VirtualClock,
    sim: SimCamera,
    camera: Camera,
}

/// A camera in virtual time, and a host that lives in it too.
fn place(profile: &str) -> Place {
    let clock = VirtualClock::new();
    let profile = Profile::named(profile).unwrap();
    let config = Config { profile, time: Time::Virtual(clock.clone()), ..Config::default() };
    let sim = connect::simulate(config).unwrap();
    let options = Options { clock: Arc::new(clock.clone()), ..Options::default() };
    let camera = connect::plug_in(&sim, &options).unwrap();
    Place { clock, sim, camera }
}

/// A clock of the host's that has nothing to do with the camera's.
fn host_time(clock: &VirtualClock) -> impl Fn() -> DateTime + use<> {
    let clock = clock.clone();
    let start = date(2031, 12, 31).at(23, 59, 58, 370_000_000);
    move || start + SignedDuration::try_from(clock.now()).unwrap()
}

#[test]
fn a_camera_tells_how_it_is() {
    let mut place = place("current");
    let condition = place.camera.condition().unwrap();
    let build = condition.build.clone().unwrap();
    assert_eq!((build.platform.as_str(), build.build_number.as_str()), ("sim", "1.7.0"));
    assert_eq!((condition.record, condition.battery_mv), (false, Some(3900)));
    let (free, size) = (condition.card_free.unwrap(), condition.card_size.unwrap());
    assert!(free <= size && size > 15_000_000_000, "{free} of {size}");

    place.sim.happen("battery 3100".parse().unwrap());
    let program = std::env::current_exe().unwrap();
    let megabytes = place.camera.send_file(&program, b"A/BIG.BIN").unwrap() >> 20;
    let after = place.camera.condition().unwrap();
    assert_eq!(after.battery_mv, Some(3100));
    assert!(free - after.card_free.unwrap() >= megabytes << 20);
    assert!(after.shots_left < condition.shots_left);
}

#[test]
fn an_old_camera_tells_what_it_can() {
    let condition = place("1.3").camera.condition().unwrap();
    assert_eq!(condition.build.unwrap().digic, None);
    assert!(condition.battery_mv.is_some() && condition.card_free.is_some());
}

#[test]
fn a_camera_that_runs_a_script_is_left_alone() {
    let mut place = place("current");
    place.camera.exec(&Script::new("mine", "sleep(60000)"), &ExecOptions::default()).unwrap();
    assert_eq!(place.camera.condition().unwrap_err().kind(), ErrorKind::ScriptRunning);
    assert_eq!(place.camera.switch_mode(true).unwrap_err().kind(), ErrorKind::ScriptRunning);
    assert_eq!(place.camera.reboot(None).unwrap_err().kind(), ErrorKind::ScriptRunning);
    assert!(place.camera.script_status().unwrap().running);
}

#[test]
fn a_clock_is_set_to_the_second() {
    let mut place = place("current");
    place.camera.set_clock(date(2040, 2, 29).at(12, 34, 56, 0)).unwrap();
    let shown: String = place.camera.eval("return os.date('%Y-%m-%d %H:%M:%S')").unwrap();
    assert_eq!(shown, "2040-02-29 12:34:56");
    for year in [1979, 2108] {
        let error = place.camera.set_clock(date(year, 1, 1).at(0, 0, 0, 0)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadArgument, "{year}");
    }
}

#[test]
fn a_clock_is_synced_to_within_what_a_camera_can_tell() {
    let mut place = place("current");
    let now = host_time(&place.clock);
    place.camera.set_clock(date(2000, 1, 1).at(0, 0, 0, 0)).unwrap();
    let (before, after) = place.camera.sync_clock(&now).unwrap();
    assert!(before.offset() < SignedDuration::from_hours(-24 * 365 * 30), "{before:?}");
    assert!(after.offset().abs() <= SignedDuration::from_millis(40), "{after:?}");
    // and another reader, who knows nothing of ours, sees the same second
    let seconds: i64 = place.camera.eval("return os.time()").unwrap();
    let shown = date(1970, 1, 1).at(0, 0, 0, 0) + SignedDuration::from_secs(seconds);
    assert!(now().duration_since(shown).abs() <= SignedDuration::from_millis(1100), "{shown} {}", now());
}

#[test]
fn a_camera_without_set_clock_says_so() {
    let mut place = place("1.3");
    let now = host_time(&place.clock);
    assert!(place.camera.read_clock(&now).is_ok());
    let error = place.camera.sync_clock(&now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("CHDK 1.5"), "{error}");
}

#[test]
fn a_mode_is_reached_before_anything_else_happens() {
    let mut place = place("current");
    assert!(place.camera.switch_mode(true).unwrap());
    assert!(place.camera.eval::<bool>("return (get_mode())").unwrap());
    assert!(!place.camera.switch_mode(true).unwrap(), "it is there already");
    assert!(place.camera.switch_mode(false).unwrap());
    assert!(!place.camera.condition().unwrap().record);
}

#[test]
fn a_camera_that_restarts_leaves_and_one_that_cannot_stays() {
    let mut place = place("current");
    let error = place.camera.reboot(Some(b"A/NONE.FI2")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(place.camera.eval::<i32>("return 7").unwrap(), 7);
    place.camera.reboot(None).unwrap();
    assert!(!place.camera.is_connected());
    place.clock.sleep(Duration::from_secs(10), &Interrupt::new());
    let options = Options { clock: Arc::new(place.clock.clone()), ..Options::default() };
    let mut camera = connect::plug_in(&place.sim, &options).unwrap();
    assert_eq!(camera.eval::<i32>("return 8").unwrap(), 8);
}

#[test]
fn a_camera_that_is_switched_off_is_off() {
    let mut place = place("current");
    place.camera.shut_down().unwrap();
    assert!(place.sim.is_off());
}

#[test]
fn a_camera_that_comes_back_is_taken_back_and_another_is_not() {
    let sim = connect::simulate(Config::default()).unwrap();
    let server = Server::bind("127.0.0.1:0", sim.clone()).unwrap();
    let spec = Spec::Ip { host: "127.0.0.1".into(), port: server.local_addr().unwrap().port() };
    let stop = Interrupt::new();
    let serving = std::thread::spawn({
        let stop = stop.clone();
        move || server.serve(&stop)
    });
    let options = Options { timeout: Some(Duration::from_secs(2)), ..Options::default() };
    let mut camera = connect::connect(&spec, &options).unwrap();
    let before = camera.info().clone();
    camera.reboot(None).unwrap();
    drop(camera);
    let mut camera = connect::again(&spec, &before, &options, Duration::from_secs(60)).unwrap();
    assert_eq!(camera.eval::<i32>("return 9").unwrap(), 9);
    drop(camera);

    let other = moonshutter::camera::Info { serial_number: "another".into(), ..before.clone() };
    let error = connect::again(&spec, &other, &options, Duration::from_secs(60)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");

    sim.switch_off();
    let error = connect::again(&spec, &before, &options, Duration::from_millis(300)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("did not come back"), "{error}");

    let ctrl_c = options.interrupt.clone();
    let impatient = std::thread::spawn(move || ctrl_c.raise());
    let error = connect::again(&spec, &before, &options, Duration::from_secs(600)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    impatient.join().unwrap();
    stop.raise();
    serving.join().unwrap().unwrap();
}

#[test]
fn memory_comes_in_pieces_and_ends_where_the_camera_left() {
    const SIZE: u32 = 700_000;
    let mut place = place("current");
    let mut all = Vec::new();
    let mut told = Vec::new();
    place.camera.read_memory(0x1000, SIZE, false, &mut all, &mut |done| told.push(done)).unwrap();
    assert_eq!(told, [262_144, 524_288, SIZE]);
    assert_eq!(all, place.camera.get_memory(0x1000, SIZE, false).unwrap());

    place.sim.schedule("GetMemory 2 data: disconnect".parse().unwrap());
    let mut some = Vec::new();
    let error = place.camera.read_memory(0x1000, SIZE, true, &mut some, &mut |_| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected, "{error}");
    assert_eq!(some, all[..262_144]);
}

#[test]
fn memory_ends_where_addresses_end() {
    let mut place = place("current");
    for (address, size) in [(0xffff_fff0, 17), (0, 0)] {
        let error = place.camera.read_memory(address, size, false, &mut Vec::new(), &mut |_| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadArgument);
    }
    let mut last = Vec::new();
    place.camera.read_memory(0xffff_fff0, 16, false, &mut last, &mut |_| {}).unwrap();
    assert_eq!(last.len(), 16);
    let error = place.camera.set_memory(0xffff_fff0, &[0; 17]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadArgument);
}
