//! CHDK's configuration.

use std::fs;

use moonshutter::sim::{CardSource, Config};

use crate::host::{Host, body};

const CORE: &str = "local c = require'gen/cnf_core' ";

/// §7 get_config_value (luascript.c:2369): a number, a string, a table or x and y, by the kind of the value.
///
/// §7 set_config_value (luascript.c:2409): true if it was written.
///
/// Decided: ids are the simulated camera's own, in its gen/cnf modules; a value of another kind is refused.
#[test]
fn values_have_kinds() {
    let host = Host::new();
    host.check(&format!("{CORE} return set_config_value(c.save_raw, 3), get_config_value(c.save_raw)"), "true 3");
    host.check(
        &format!("{CORE} return set_config_value(c.curve_file, 'A/X.CVF'), get_config_value(c.curve_file)"),
        "true A/X.CVF",
    );
    host.check(
        "local c = require'gen/cnf_osd' return set_config_value(c.histo_pos, 7, -8), get_config_value(c.histo_pos)",
        "true 7 -8",
    );
    host.check(
        "local c = require'gen/cnf_user' return set_config_value(c.user_menu_vars, {5, 6}), #get_config_value(c.user_menu_vars),
            get_config_value(c.user_menu_vars)[2], get_config_value(c.user_menu_vars)[3]",
        "true 10 6 0",
    );
    host.check(&format!("{CORE} return set_config_value(c.save_raw, 'x'), set_config_value(c.save_raw), get_config_value(c.save_raw)"), "false false 3");
    host.check(
        "local c = require'gen/cnf_osd' return set_config_value(c.histo_pos, 1), set_config_value(5, 1)",
        "false false",
    );
}

/// §7 get_config_value (luascript.c:2369): what was passed as default, or nil, for an id that is not known.
#[test]
fn an_unknown_id_has_its_default() {
    let host = Host::new();
    host.check("get_config_value(1)", "nil");
    host.check("get_config_value(1, 'a', 2)", "a 2");
    host.check(&format!("{CORE} return get_config_value(c.save_raw, 9)"), "0");
}

/// §7 set_config_value (luascript.c:2409): id 999, the permission of native calls, is refused.
///
/// §7 General (core/conf.c:550): native calls need the user's permission, which scripts cannot give.
#[test]
fn scripts_cannot_allow_native_calls() {
    let host = Host::new();
    host.check("get_config_value(999), set_config_value(999, 1), get_config_value(999)", "0 false 0");
    assert_eq!(host.raw("call_func_ptr(1)"), ":1: native calls disabled");
    let host = Host::with(body(|body| body.features.native_calls = true));
    host.check("get_config_value(999)", "1");
}

/// §7 set_config_value (luascript.c:2409): saves the configuration unless autosave is off.
///
/// §7 set_config_autosave (luascript.c:2463): switches that; it is on again after the script.
///
/// §7 save_config_file (luascript.c:2468): writes a group; load_config_file (luascript.c:2473): reads one. Booleans.
#[test]
fn the_configuration_is_saved_on_the_card() {
    let host = Host::new();
    let file = host.camera.card_root().join("CHDK/CORE.CFG");
    host.raw(&format!("{CORE} set_config_autosave(0) set_config_value(c.save_raw, 1)"));
    assert!(!file.exists());
    host.check(&format!("{CORE} return save_config_file(c._config_id), save_config_file(1), save_config_file(c._config_id, 'A/NO/X')"), "true false false");
    assert!(fs::read_to_string(&file).unwrap().ends_with("\nsave_raw=1\n"));
    host.check(&format!("{CORE} set_config_value(c.save_raw, 2) return get_raw()"), "true");
    assert!(fs::read_to_string(&file).unwrap().ends_with("\nsave_raw=2\n"), "autosave is on in the next script");
    host.check(
        &format!(
            "{CORE} set_config_autosave(false) local id = c._config_id local a = save_config_file(id, 'A/MY.CFG')
             set_config_value(c.save_raw, 0) return a, load_config_file(id, 'A/NONE.CFG'), get_config_value(c.save_raw),
             load_config_file(id, 'A/MY.CFG'), get_config_value(c.save_raw), load_config_file(1)"
        ),
        "true false 0 true 2 false",
    );
}

/// §7 save_config_file (luascript.c:2468): what is saved is there when the camera is switched on again.
#[test]
fn the_configuration_outlives_the_camera() {
    let card = tempfile::tempdir().unwrap();
    fs::create_dir(card.path().join("CHDK")).unwrap();
    let on = || Host::on(Config { card: CardSource::Folder(card.path().to_owned()), ..Config::default() });
    on().raw(&format!("{CORE} set_config_value(c.script_shoot_delay, 7) set_curve_file('A/Z')"));
    on().check(&format!("{CORE} return get_config_value(c.script_shoot_delay), get_curve_file()"), "7 ");
}

/// §7 set_autostart (luascript.c:1449): 0 to 3; other values are ignored; the configuration is saved either way.
///
/// §7 get_autostart (luascript.c:1443): what was set.
#[test]
fn autostart_has_four_modes() {
    let host = Host::new();
    let file = host.camera.card_root().join("CHDK/CORE.CFG");
    host.check("set_autostart(4) set_autostart(-1) return get_autostart()", "0");
    assert!(file.exists());
    host.check("set_autostart(2) return get_autostart()", "2");
    assert!(fs::read_to_string(file).unwrap().contains("script_startup=2"));
}

/// §7 get_raw (luascript.c:1070): a boolean; set_raw (luascript.c:1064) takes one or a number.
///
/// §7 get_raw_nr (luascript.c:1058): dark frames, a number. get_curve_state (luascript.c:407), get_curve_file (luascript.c:421).
#[test]
fn settings_for_shots_are_kept() {
    let host = Host::recording();
    host.check("set_raw(1) local a = get_raw() set_raw(false) return a, get_raw()", "true false");
    host.check("set_raw_nr(2) set_curve_state(3) set_curve_file('A/C.CVF') return get_raw_nr(), get_curve_state(), get_curve_file()", "2 3 A/C.CVF");
    host.check(&format!("{CORE} set_raw(true) return get_config_value(c.save_raw)"), "1");
    assert_eq!(host.raw("set_raw_develop('A/X.CRW') set_raw_develop(nil)"), "");
}

/// §7 get_raw_support (luascript.c:690): false in playback.
///
/// §7 get_histo_range (luascript.c:1656): -1 if the shot histogram is off; it is off after each script.
#[test]
fn there_is_no_shot_histogram_unless_it_is_enabled() {
    let host = Host::new();
    host.check("get_raw_support(), get_histo_range(0, 100)", "false -1");
    assert_eq!(
        host.raw("shot_histo_enable(1) get_histo_range(0, 100)"),
        ":1: get_histo_range: the simulated camera does not do this yet"
    );
    host.check("get_histo_range(0, 100)", "-1");
}

/// §7 init_usb_capture (luascript.c:2708): fails in playback, for unsupported types, or an invalid range; 0 clears.
///
/// §7 get_usb_capture_support (luascript.c:2694): the types; get_usb_capture_target (luascript.c:2721): 0 with none chosen.
///
/// Not modelled: setting up a capture in record mode.
#[test]
fn remote_capture_is_refused_where_a_camera_would() {
    let host = Host::new();
    host.check(
        "get_usb_capture_support(), init_usb_capture(1), init_usb_capture(0), get_usb_capture_target()",
        "7 false false 0",
    );
    host.record();
    host.check("init_usb_capture(0), init_usb_capture(8), init_usb_capture(1, -1)", "true false false");
    host.check("set_usb_capture_timeout(5000) set_usb_capture_timeout() return get_usb_capture_target()", "0");
    assert_eq!(host.raw("init_usb_capture(1)"), ":1: init_usb_capture: the simulated camera does not do this yet");
}
