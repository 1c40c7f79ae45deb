//! Modes, and what goes with them.

use crate::host::{Host, body};

/// §7 get_mode (luascript.c:1920): record, video, and CHDK's mode word with the number of gen/modelist in its low byte.
///
/// Decided: in playback the low byte is the capture mode that record mode will have.
#[test]
fn the_mode_word_carries_the_capture_mode() {
    let host = Host::new();
    host.check("get_mode()", "false false 513");
    host.record();
    host.check("get_mode()", "true false 257");
    host.check(
        "local v = require'capmode'.name_to_mode.VIDEO_STD set_capture_mode(v) return select(2, get_mode())",
        "true 277",
    );
    host.play();
    host.check("get_mode()", "false false 533");
}

/// §7 set_record (luascript.c:2197): it returns at once, and the mode changes later; scripts poll get_mode.
#[test]
fn switching_modes_takes_time() {
    let host = Host::new();
    host.check("set_record(true) return get_mode()", "false false 513");
    host.check(
        "local t = get_tick_count() set_record(false) set_record(true) repeat sleep(10) until get_mode() return get_tick_count() - t > 0",
        "true",
    );
}

/// §7 set_capture_mode (luascript.c:2167): true only for a mode in this camera's modemap, and only in record mode.
#[test]
fn capture_modes_are_those_of_the_body_and_of_record_mode() {
    let host = Host::with(body(|body| body.modes = vec!["AUTO".to_owned(), "M".to_owned()]));
    host.check("set_capture_mode(5), get_prop(require'propcase'.SHOOTING_MODE)", "false -32767");
    host.record();
    host.check(
        "set_capture_mode(5), set_capture_mode(2), set_capture_mode(0), set_capture_mode(5 + 256)",
        "true false false false",
    );
    host.check("select(3, get_mode())", "261");
}

/// §7 set_capture_mode_canon (luascript.c:2152): writes SHOOTING_MODE raw, negatives cut to 16 bits; true in record mode.
#[test]
fn canons_numbers_of_modes_are_not_checked() {
    let host = Host::new();
    host.check("set_capture_mode_canon(-32766)", "false");
    host.record();
    host.check("set_capture_mode_canon(-32766), select(3, get_mode())", "true 258");
    host.check("set_capture_mode_canon(0x8005), select(3, get_mode())", "true 261");
    host.check("set_capture_mode_canon(7), select(3, get_mode())", "true 256");
}

/// §7 is_capture_mode_valid (luascript.c:2179): whether a number is in this camera's modemap, in any mode.
#[test]
fn valid_modes_are_known_in_playback_too() {
    let host = Host::with(body(|body| body.modes = vec!["P".to_owned()]));
    host.check("is_capture_mode_valid(2), is_capture_mode_valid(1), is_capture_mode_valid(-1)", "true false false");
}

/// §7 get_canon_image_format (luascript.c:827): bit 1 JPEG, bit 2 raw.
///
/// §7 set_canon_image_format (luascript.c:953): false where unsupported; raw needs CAM_HAS_CANON_RAW; lost when the mode changes.
#[test]
fn image_formats_are_lost_when_the_mode_changes() {
    let host = Host::with(body(|body| body.features.canon_raw = true));
    host.record();
    host.check("get_canon_raw_support(), get_canon_image_format()", "true 1");
    host.check("set_canon_image_format(3), get_canon_image_format(), set_canon_image_format(4)", "true 3 false");
    host.check("set_capture_mode(2), get_canon_image_format()", "true 1");
    host.check("set_canon_image_format(2)", "true");
    host.play();
    host.check("get_canon_image_format()", "1");
    let host = Host::recording();
    host.check("set_canon_image_format(2), set_canon_image_format(1), get_canon_raw_support()", "false true false");
}

/// §7 get_imager_active (luascript.c:820): true while the sensor runs.
///
/// §7 get_current_tv96 (luascript.c:779): nil when the sensor does not run.
///
/// §7 get_min_av96 (luascript.c:747): nil in playback, or without an iris; get_max_av96 likewise.
#[test]
fn live_values_are_there_while_the_sensor_runs() {
    let host = Host::new();
    host.check("get_imager_active(), get_current_tv96(), get_min_av96(), get_max_av96()", "false nil nil nil");
    host.record();
    host.check("get_imager_active(), get_current_tv96(), get_min_av96(), get_max_av96()", "true 480 288 576");
    let host = Host::with(body(|body| body.exposure.iris = false));
    host.record();
    host.check("get_min_av96(), get_max_av96()", "nil nil");
}

/// §7 get_shooting (luascript.c:1587): true from the completed half press on, as the property says.
///
/// Decided: it is complete after 300 ms, and over when the shutter is up; the end of a shot is not modelled. Modes for videos
/// have none.
#[test]
fn a_half_press_takes_its_time_and_is_over_with_the_key() {
    const WAIT: &str = "local t = get_tick_count() press'shoot_half' repeat sleep(10) until get_shooting() ";
    let host = Host::recording();
    host.check(&format!("{WAIT} t = get_tick_count() - t return t >= 300 and t < 400"), "true");
    host.check("get_shooting()", "false");
    let source = "press'shoot_half' sleep(200) local early = get_shooting() sleep(200) local p = require'propcase' \
                  local now = {get_shooting(), get_focus_ok(), get_focus_state(), get_prop(p.SHOOTING), \
                  get_prop(p.FOCUS_STATE)} release'shoot_half' return early, #now, now[1], now[2], now[3], now[4], \
                  now[5], get_shooting(), get_focus_ok(), get_prop(p.SHOOTING)";
    host.check(source, "false 5 true true 1 1 1 false false 0");
    host.check(&format!("set_mf(1) {WAIT} return get_focus_ok(), get_focus_state()"), "false -1");
    host.check("press'shoot_full' sleep(500) return get_shooting()", "true");
    assert_eq!(host.logged("no picture is taken"), 1);
    host.check(
        "set_capture_mode(require'capmode'.name_to_mode.VIDEO_STD) press'shoot_half' sleep(500) return get_shooting()",
        "false",
    );
    host.play();
    host.check("press'shoot_half' sleep(500) return get_shooting()", "false");
}

#[test]
fn a_finger_half_presses_too() {
    let host = Host::recording();
    host.camera.press_key("shoot_half");
    host.check("sleep(400) return get_shooting()", "true");
    host.check("sleep(10) return get_shooting()", "true");
    host.camera.release_key("shoot_half");
    host.check("get_shooting()", "false");
}

/// §7 get_video_button (luascript.c:1545): a boolean, CAM_HAS_VIDEO_BUTTON; get_video_recording (luascript.c:1551).
///
/// §7 get_flash_ready (luascript.c:1593): the property, as a boolean.
#[test]
fn states_are_booleans() {
    let host = Host::recording();
    host.check("get_shooting(), get_video_button(), get_video_recording(), get_flash_ready()", "false true false true");
    host.check("set_prop(require'propcase'.IS_FLASH_READY, 0) return get_flash_ready()", "false");
    host.check("get_movie_status(), get_raw_support(), get_focus_ok(), autostarted()", "0 true false false");
    host.check("set_movie_status(3) return get_video_recording()", "false");
}
