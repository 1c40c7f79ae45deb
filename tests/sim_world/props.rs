//! Properties, and the functions that say the same.

use crate::host::{Host, body};

/// §7 get_prop (luascript.c:654): 16 bits, with their sign.
///
/// §7 set_prop (luascript.c:1026): writes 16 bits.
#[test]
fn properties_have_16_bits() {
    let host = Host::new();
    host.check("set_prop(7, 0x12345) set_prop(8, 0xffff) return get_prop(7), get_prop(8), get_prop(9)", "9029 -1 0");
}

/// §7 get_prop_str (luascript.c:666): the raw bytes; false if the firmware's call fails.
///
/// §7 set_prop_str (luascript.c:1038): writes raw bytes; an empty string raises "invalid value".
///
/// Decided: a call fails for a length below 1 or above 4096; what nobody has written is 0.
#[test]
fn properties_are_bytes_too() {
    let host = Host::new();
    host.check("set_prop_str(7, 'ab\\0c'), get_prop(7), get_prop_str(7, 4) == 'ab\\0c'", "true 25185 true");
    host.check(
        "get_prop_str(7, 6) == 'ab\\0c\\0\\0', get_prop_str(7, 1), get_prop_str(99, 2) == '\\0\\0'",
        "true a true",
    );
    host.check("get_prop_str(7, 0), get_prop_str(7, -1), get_prop_str(7, 4097)", "false false false");
    host.check("set_prop(7, 0) return get_prop_str(7, 4) == '\\0\\0\\0c'", "true");
    assert_eq!(host.raw("set_prop_str(7, '')"), ":1: invalid value");
}

/// §7 propcase (CHDK/LUALIB): names of properties to the ids of this camera; its propset's module; sets the global p.
#[test]
fn properties_and_functions_say_the_same_in_both_directions() {
    let host = Host::recording();
    for (name, getter) in [
        ("AV", "get_av96()"),
        ("TV", "get_tv96()"),
        ("SV", "get_sv96()"),
        ("BV", "get_bv96()"),
        ("USER_AV", "get_user_av96()"),
        ("USER_TV", "get_user_tv96()"),
        ("EV_CORRECTION_1", "get_ev()"),
        ("DRIVE_MODE", "get_drive_mode()"),
        ("FLASH_MODE", "get_flash_mode()"),
        ("IS_MODE", "get_IS_mode()"),
        ("ORIENTATION_SENSOR", "get_orientation_sensor()"),
        ("SUBJECT_DIST1", "get_focus()"),
        ("OPTICAL_ZOOM_POSITION", "get_zoom()"),
    ] {
        host.check(
            &format!("local id = require'propcase'.{name} set_prop(id, 3) return {getter}, get_prop(id)"),
            "3 3",
        );
    }
    host.check(
        "local p = require'propcase' set_ev(32) set_user_av96(320) set_user_tv96(-96) set_iso_mode(200) set_aelock(1) set_aflock(1)
         return get_prop(p.EV_CORRECTION_1), get_prop(p.EV_CORRECTION_2), get_prop(p.USER_AV), get_prop(p.USER_TV),
            get_prop(p.ISO_MODE), get_prop(p.AE_LOCK), get_prop(p.AF_LOCK)",
        "32 32 320 -96 200 1 1",
    );
    host.check("local i = require'propcase' set_prop(i.SV, 400) return get_prop(i.SV_MARKET), get_prop_str(i.SV, 2) == '\\144\\1'", "469 true");
    host.check("local i = require'propcase' set_prop(i.SV_MARKET, 480) return get_sv96()", "411");
    host.check("local i = require'propcase' set_prop_str(i.TV, '\\1\\2') return get_tv96()", "513");
    host.check("require'propcase' return p == get_propset()", "true");
}

/// §7 get_propset (luascript.c:1635): the number of the property set, 1 to 13; ids differ from set to set.
#[test]
fn each_propset_has_ids_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for propset in 1..=13 {
        let host = Host::with(body(|body| body.propset = propset));
        host.check("get_propset()", &propset.to_string());
        assert!(seen.insert(host.lua("require'propcase'.AV")), "propset {propset}");
        host.check(&format!("require'propcase'.TV == require'gen/propset{propset}'.TV"), "true");
    }
}

/// §7 get_prop (luascript.c:654): a number that stands for nothing.
///
/// Decided: it is plain storage, and the camera's log says so, once.
#[test]
fn ids_without_a_name_are_noted() {
    let host = Host::new();
    host.check("get_prop(49), get_prop(49), get_prop(require'propcase'.AV)", "0 0 288");
    assert_eq!(host.logged("no property of that id is simulated: 49"), 1);
    assert_eq!(host.logged("no property of that id is simulated"), 1);
}

/// §7 get_flash_params_count (luascript.c:932): number of flash parameters.
///
/// §7 get_parameter_data (luascript.c:901): nothing for an id that is not valid.
///
/// Decided: this camera has none.
#[test]
fn there_are_no_flash_parameters() {
    let host = Host::new();
    host.check("get_flash_params_count(), select('#', get_parameter_data(3))", "0 0");
}
