//! A whole camera whose script is in one call of Lua's C code that would never end.

#[path = "lua_camera/host.rs"]
mod host;

use moonshutter::clock::{Clock, Interrupt};
use moonshutter::sim::{Config, Strict};
use std::time::{Duration, Instant};

use host::{Host, boolean, int, run_error, string};

/// What no count hook sees: all in one call.
const BOMB: &str = "(('x'):rep(100)):find(('x*'):rep(30) .. 'y')";

/// What a busy machine may take for what is quick.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn switching_off_ends_it() {
    for host in [Host::new(), Host::real()] {
        host.start(&format!("print'begun'; {BOMB}; return 1"));
        let clock = host.clock.clone();
        // In virtual time somebody must wait for the script to get anywhere.
        let waiting = std::thread::spawn(move || clock.advance(Duration::from_secs(10), &Interrupt::new()));
        let begun = Instant::now();
        while host.camera.console().is_empty() || host.clock.now() < Duration::from_millis(20) {
            assert!(begun.elapsed() < SOON);
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(host.status(), 1);
        let begun = Instant::now();
        host.camera.shut_down();
        assert!(begun.elapsed() < SOON / 10);
        waiting.join().unwrap();
        assert_eq!(host.sins(), [""; 0], "nothing was left behind");
    }
}

#[test]
fn the_next_script_takes_its_place_by_force_on_a_strict_camera() {
    let mut config = Config::default();
    config.profile.control.strict = Strict::Refuse;
    let host = Host::with(config);
    host.start(&format!("{BOMB}; return 1"));
    host.pass(100);
    assert_eq!(host.status(), 1);
    assert_eq!(host.run("return get_tick_count() >= 10000"), [boolean(true)], "after ten seconds' patience");
    assert_eq!(host.sins().len(), 1);
    assert_eq!(host.camera.console(), ["*** TERMINATED ***"]);
}

#[test]
fn the_cameras_clock_goes_on_meanwhile() {
    let host = Host::new();
    let source = "local t = get_tick_count() local s = ('x'):rep(100) \
                  s:find(('x*'):rep(3) .. 'y') return get_tick_count() - t > 100";
    assert_eq!(host.run(source), [boolean(true)]);
    let quick = "local t = get_tick_count() local s = ('x'):rep(300) s:find('x*') return get_tick_count() - t";
    assert_eq!(host.run(quick), [int(0)]);
}

#[test]
fn a_hundred_cameras_fit_in_one_process() {
    let before = resident();
    let hosts: Vec<Host> = (0..100).map(|_| Host::new()).collect();
    for host in &hosts {
        host.start("local t = {} for i = 1, 100 do t[i] = i end return #t, ('x'):find('x*')");
    }
    for host in &hosts {
        host.pass(1000);
        assert_eq!(host.messages(), [int(100), int(1), int(1)]);
    }
    if let (Some(before), Some(after)) = (before, resident()) {
        assert!(after - before < 100 << 20, "{} KiB for each", (after - before) / 100 / 1024);
    }
}

/// Bytes of memory that this process has, where Linux tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<usize>().ok()? * 1024)
}

/// §5.5: deep recursion in patterns may crash a camera.
///
/// Decided: the script gets an error, and the log a sin.
#[test]
fn a_deep_pattern_is_a_sin() {
    let host = Host::new();
    assert_eq!(host.run("return (''):find(('a*'):rep(300))"), [run_error(":1: pattern too complex")]);
    assert_eq!(host.sins().len(), 1);
    assert_eq!(host.run("return 'still there'"), [string("still there")]);
}
