//! What is true of all functions.

use crate::host::Host;

/// §7 General (luascript.c): arguments are read with luaL_checknumber and luaL_checkstring; their errors are stock Lua's.
#[test]
fn wrong_arguments_are_errors_in_the_words_of_lua() {
    let host = Host::recording();
    for (call, error) in [
        ("set_av96()", "bad argument #1 to 'set_av96' (number expected, got no value)"),
        ("set_ev('x')", "bad argument #1 to 'set_ev' (number expected, got string)"),
        ("set_prop(1)", "bad argument #2 to 'set_prop' (number expected, got no value)"),
        ("set_prop_str(1, {})", "bad argument #2 to 'set_prop_str' (string expected, got table)"),
        ("set_record(nil)", "bad argument #1 to 'set_record' (number expected, got nil)"),
        ("set_aflock({})", "bad argument #1 to 'set_aflock' (number expected, got table)"),
        ("set_led(1)", "bad argument #2 to 'set_led' (number expected, got no value)"),
        ("set_clock(2024, 1, 1, 1, 1)", "bad argument #6 to 'set_clock' (number expected, got no value)"),
        ("get_temperature()", "bad argument #1 to 'get_temperature' (number expected, got no value)"),
        ("set_console_layout(1, 2, 3)", "bad argument #4 to 'set_console_layout' (number expected, got no value)"),
        ("seconds_to_tv96(1)", "bad argument #2 to 'seconds_to_tv96' (number expected, got no value)"),
    ] {
        assert_eq!(host.raw(call), format!(":1: {error}"), "{call}");
    }
}

/// §7 General (luascript.c): every function exists on every camera; what a camera cannot do, its options turn into nothing.
#[test]
fn every_function_exists_on_every_camera() {
    let host = Host::new();
    for entry in moonshutter::api::entries() {
        let lua =
            ["lua-missing", "removed", "lualib"].contains(&entry.category) || entry.name.contains([':', ' ', '/']);
        // A table's fields come with it.
        if lua || entry.args == "(constant)" || entry.name == "restore" || entry.name.contains('.') {
            continue;
        }
        assert_ne!(host.lua(&format!("type({})", entry.name)), "nil", "{}", entry.name);
    }
}

/// §7 General (luascript.c): the camera says loudly what it does not model; the list of it is sorted and is what raises.
///
/// Not modelled: shooting, motion detection, raw buffers, the overlay.
#[test]
fn what_is_not_modelled_is_listed_and_raises() {
    let host = Host::recording();
    let names = moonshutter::sim::unmodelled();
    assert!(names.is_sorted());
    for name in ["shoot", "md_detect_motion", "rawop.get_pixel", "hook_raw.set", "raw_merge_start", "get_live_histo"] {
        assert!(names.contains(&name), "{name}");
    }
    for name in &names {
        let error = format!(":1: {name}: the simulated camera does not do this yet");
        assert_eq!(host.raw(&format!("{name}(1,1,1,1,1,1)")), error);
    }
    for name in ["get_prop", "sleep", "set_zoom", "string.rep", "set_focus", "peek"] {
        assert!(!names.contains(&name), "{name}");
    }
}

/// §7 General (luascript.c): the program prints the same list, one name a line and nothing else; the count goes to stderr.
#[test]
fn the_program_lists_what_is_not_modelled() {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_moonshutter"))
        .args(["sim", "--list-unmodelled"])
        .output()
        .unwrap();
    let names = moonshutter::sim::unmodelled();
    assert!(run.status.success());
    assert_eq!(String::from_utf8_lossy(&run.stdout), names.join("\n") + "\n");
    assert_eq!(String::from_utf8_lossy(&run.stderr), format!("moonshutter: {} functions\n", names.len()));
}
