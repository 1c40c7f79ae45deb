//! Memory and machine code.

use moonshutter::sim::memory;

use crate::host::{Host, body};

/// §7 peek (luascript.c:1767): 1, 2 or 4 bytes; nil for a misaligned address or another size.
///
/// §7 poke (luascript.c:1804): true, or nil.
///
/// Decided: bytes and half words have no sign.
#[test]
fn memory_is_read_and_written_in_aligned_words() {
    let host = Host::new();
    host.check(
        "poke(0x1000, 0x81828384), peek(0x1000), peek(0x1000, 2), peek(0x1002, 2), peek(0x1003, 1)",
        "true -2122153084 33668 33154 129",
    );
    host.check("poke(0x1001, 0x99, 1), peek(0x1000)", "true -2122147452");
    host.check(
        "peek(0x1001), peek(0x1001, 2), peek(0x1000, 3), peek(0x1000, 0), poke(0x1002, 1), poke(0x1000, 1, 8)",
        "nil nil nil nil nil nil",
    );
    let expected = u32::from_le_bytes([0, 1, 2, 3].map(|at| memory::byte_at(0x2000 + at)));
    host.check("peek(0x2000)", &(expected as i32).to_string());
}

/// §1.2 GetMemory: a script and PTP see the same memory.
#[test]
fn scripts_and_ptp_share_the_memory() {
    let host = Host::new();
    host.raw("poke(0x3000, 0x01020304)");
    assert_eq!(host.transact(0x9999, &[1, 0x3000, 4, 0], None).unwrap().1, [4, 3, 2, 1]);
    host.transact(0x9999, &[2, 0x3000, 2], Some(&[9, 8])).unwrap();
    host.check("peek(0x3000)", "16910345");
}

/// §7 call_func_ptr (luascript.c:2272): machine code with ints and strings, if native calls are allowed.
///
/// §7 call_event_proc (luascript.c:2326): by name; -1 if there is none; the same permission.
///
/// Decided: the functions are those that CallFunction finds, and the event procedures Sum, Count and Last.
#[test]
fn native_calls_reach_the_simulated_functions() {
    let host = Host::new();
    assert_eq!(host.raw("call_event_proc('Sum')"), ":1: native calls disabled");
    let host = Host::with(body(|body| body.features.native_calls = true));
    let (sum, count, last) = (memory::SUM, memory::COUNT, memory::LAST);
    host.check(
        &format!("call_func_ptr({sum:#x}, 1, 2, -4), call_func_ptr({count:#x}, 9, 'x'), call_func_ptr(0x100)"),
        "-1 2 0",
    );
    host.check(
        &format!("local at = call_func_ptr({last:#x}, 'one', 'two!') return string.char(peek(at, 1), peek(at + 1, 1), peek(at + 3, 1), 48 + peek(at + 4, 1))"),
        "tw!0",
    );
    host.check("call_event_proc('Sum', 3, 4), call_event_proc('Nobody', 1)", "7 -1");
    assert_eq!(host.raw("call_func_ptr(1, {})"), ":1: bad argument #2 to 'call_func_ptr' (number expected, got table)");
}

/// §7 get_levent_def (luascript.c:2042): name, id and parameter by either, or nil; get_levent_def_by_index (luascript.c:2077).
///
/// §7 get_levent_index (luascript.c:2060): the index, or nil.
///
/// §7 post_levent_to_ui (luascript.c:2099): an unknown name raises; post_levent_for_npt (luascript.c:2109) too.
///
/// Decided: the table is the simulated camera's own; nothing in it listens, and the log says what was posted.
#[test]
fn logical_events_are_known_by_name_and_number() {
    let host = Host::new();
    host.check(
        "local name, id, param = get_levent_def'RotateJogDialLeft' local at = get_levent_index(id)
         return name, param, get_levent_def(id) == name, get_levent_def_by_index(at) == name, get_levent_index(name) == at",
        "RotateJogDialLeft 0 true true true",
    );
    host.check("get_levent_def'Nobody', get_levent_def(1), get_levent_index'Nobody', get_levent_def_by_index(-1), get_levent_def_by_index(999)", "nil nil nil nil nil");
    assert_eq!(host.raw("post_levent_to_ui('RotateJogDialLeft', 1) post_levent_for_npt(5) set_levent_active(5, true) set_levent_script_mode(1)"), "");
    assert_eq!(host.logged("nothing listens"), 2);
    for call in ["post_levent_to_ui'Nobody'", "post_levent_for_npt'Nobody'", "set_levent_active('Nobody', 1)"] {
        assert_eq!(host.raw(call), ":1: unknown event", "{call}");
    }
}

/// §7 reboot (luascript.c:2363): restarts the firmware; returns, false, only on failure.
///
/// Decided: the camera is away for three seconds, and has forgotten what scripts set, but not its clock.
#[test]
fn a_reboot_is_a_new_beginning() {
    let host = Host::recording();
    host.check("reboot('A/NONE.BIN')", "false");
    host.raw("set_clock(2031, 1, 1, 0, 0, 0) set_av96(320) set_prop(7, 7)");
    host.start("reboot() print'never'");
    host.pass(2500);
    assert!(host.transact(0x9999, &[8], None).is_err());
    host.pass(1000);
    let host = host.plugged_in_again();
    host.check("get_prop(7), (get_mode()), get_time'Y'", "0 false 2031");
    assert_eq!(host.camera.overrides(), Default::default());
    assert!(!host.camera.console().contains(&"never".to_owned()));
}
