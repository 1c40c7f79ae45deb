//! Battery, temperatures, lights, keys, clock, and switching off.

use crate::host::{Host, body};

/// §7 get_vbatt (luascript.c:852): mV.
///
/// §7 get_temperature (luascript.c:1706): 0 optics, 1 sensor, 2 battery, in °C; -100 for anything else.
#[test]
fn battery_and_temperatures_are_the_bodys() {
    let host = Host::with(body(|body| {
        body.power.battery_mv = 3211;
        (body.power.optics_celsius, body.power.sensor_celsius, body.power.battery_celsius) = (11, 22, -3);
    }));
    host.check(
        "get_vbatt(), get_temperature(0), get_temperature(1), get_temperature(2), get_temperature(3)",
        "3211 11 22 -3 -100",
    );
}

/// §7 set_led (luascript.c:1004): brightness may be left out; play_sound (luascript.c:1700), set_backlight (luascript.c:1962) and
/// set_lcd_display (luascript.c:1972) return nothing.
#[test]
fn lights_and_sounds_return_nothing() {
    let host = Host::new();
    for call in ["set_led(1, 1)", "set_led(1, 1, 50)", "play_sound(0)", "set_backlight(true)", "set_lcd_display(0)"] {
        host.check(&format!("select('#', {call})"), "0");
    }
}

/// §7 get_usb_power (luascript.c:1458): mode 1 is the level now; nothing ever pulses.
///
/// §7 usb_force_active (luascript.c:1476), set_remote_timing (luascript.c:1465), force_analog_av (luascript.c:2221): true only on
/// cameras with that option.
#[test]
fn usb_options_are_the_bodys() {
    let host = Host::new();
    host.check("get_usb_power(1), get_usb_power(), get_usb_power(3)", "1 0 0");
    host.check(
        "usb_force_active(1), set_remote_timing(5), force_analog_av(1), select('#', usb_sync_wait(0))",
        "false false false 0",
    );
    let host = Host::with(body(|body| {
        let features = &mut body.features;
        (features.usb_forcing, features.usb_high_speed, features.analog_av) = (true, true, true);
    }));
    host.check("usb_force_active(true), set_remote_timing(false), force_analog_av(2)", "true true true");
}

/// §7 General (luascript.c): a key that this camera does not have is a silent no-op; other names raise "unknown key".
///
/// Decided: it takes as long as a key that is there.
#[test]
fn missing_keys_do_nothing() {
    let host = Host::with(body(|body| {
        body.missing_keys = vec!["iso".to_owned()];
        body.features.video_button = false;
    }));
    host.start("press'set' press'iso' press'video' sleep(1000)");
    host.pass(500);
    assert_eq!(host.camera.keys_held(), ["set"]);
    host.pass(1000);
    for call in ["press'iso'", "release'iso'", "click'iso'", "click'video'"] {
        let there = call.replace("iso", "up").replace("video", "up");
        let time = |call: &str| host.lua(&format!("local t = get_tick_count() {call} return get_tick_count() - t"));
        assert_eq!(time(call), time(&there), "{call}");
    }
    assert_eq!(host.raw("press'nobody'"), ":1: unknown key");
    host.check("is_pressed'iso', is_key'video', is_key'no_key'", "false false true");
    assert_eq!(host.raw("wheel_left() wheel_right()"), "");
}

/// §7 set_clock (luascript.c:1751): sets the camera's clock; nothing is validated.
///
/// §7 get_time (luascript.c:1726): the first letter selects; get_day_seconds (luascript.c:580) follows.
///
/// Decided: what is beyond the calendar runs over.
#[test]
fn the_clock_can_be_set() {
    let host = Host::new();
    host.check(
        "set_clock(2031, 5, 17, 3, 4, 5) return os.date'%Y-%m-%d %H:%M:%S', get_time'Y', get_time'm', get_day_seconds()",
        "2031-05-17 03:04:05 2031 4 11045",
    );
    host.pass(60_000);
    host.check("get_time'minute', os.time() - os.time{year=2031,month=5,day=17,hour=3,min=5,sec=5} < 5", "5 true");
    host.check("local t = get_tick_count() set_clock(2031, 13, 1, 0, 0, 0) return os.date'%Y-%m-%d', get_tick_count() - t < 50", "2032-01-01 true");
}

/// §7 shut_down (luascript.c:1516): 0 goes off about a second later, 1 at once; the PTP connection goes with it.
#[test]
fn the_camera_can_be_switched_off() {
    let host = Host::new();
    host.start("shut_down() sleep(500) print'still here' sleep(10000) print'never'");
    host.pass(900);
    assert_eq!(host.camera.console(), ["still here"]);
    assert!(host.transact(0x9999, &[8], None).is_ok());
    host.pass(5000);
    assert!(host.transact(0x9999, &[8], None).is_err());
    assert!(!host.camera.console().contains(&"never".to_owned()));

    for script in ["shut_down(1) print'never'", "pcall(shut_down, 1) while true do end"] {
        let host = Host::new();
        host.start(script);
        host.pass(100);
        assert!(host.transact(0x9999, &[8], None).is_err(), "{script}");
        assert!(!host.camera.console().contains(&"never".to_owned()));
        let cable = host.camera.plug_in();
        assert!(cable.read(&mut [0], std::time::Duration::from_secs(5)).is_err());
    }
}

/// §7 get_meminfo (luascript.c:2619): false for a heap that is not there; get_buildinfo (luascript.c:1904) tells of the body.
#[test]
fn the_body_shows_in_the_build() {
    let host = Host::with(body(|body| (body.digic, body.os) = (6, "vxworks".to_owned())));
    host.check(
        "get_buildinfo().digic, get_buildinfo().os, get_meminfo'exmem', get_meminfo().name",
        "6 vxworks false combined",
    );
}
