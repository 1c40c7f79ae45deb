//! The facts about CHDK's script engine, sentence by sentence, in virtual time. What `tests/sim_engine.rs` shows is not
//! shown again.

mod bare;

use std::fs;

use bare::{FLUSH_CAM_MSGS, Host, Message, NO_KILL, boolean, int, nil, run_error, string, user};

/// Milliseconds of the camera's time that a piece of Lua takes.
#[track_caller]
fn time_of(host: &mut Host, source: &str) -> i32 {
    let source = format!("local t = get_tick_count() {source} return get_tick_count() - t");
    match &host.run(&source)[..] {
        [Message(2, 3, _, bytes)] => i32::from_le_bytes(bytes[..].try_into().unwrap()),
        other => panic!("{source}: {other:?}"),
    }
}

// --- 3.1 Start ---

/// §3.1 thread (modules/luascript.c:271-297): A script runs in one coroutine of a fresh Lua state, anchored in the registry
/// under "Lt".
#[test]
fn the_scripts_thread_stands_in_the_registry() {
    let mut host = Host::new();
    assert_eq!(host.run("x = 1 return type(debug.getregistry().Lt)"), [string(1, "thread")]);
    assert_eq!(host.run("return x"), [nil(2)]);
}

/// §3.1 hook: The limits are 25 hook calls and 10 ms unless the script says otherwise.
#[test]
fn the_limits_are_25_and_10_at_the_start_of_every_script() {
    let mut host = Host::new();
    assert_eq!(host.run("return set_yield(100, 50)"), [int(1, 25), int(1, 10)]);
    assert_eq!(host.run("set_yield(100, 50) return set_yield()"), [int(2, 100), int(2, 50)]);
    assert_eq!(host.run("return set_yield()"), [int(3, 25), int(3, 10)]);
}

/// §3.1 ALT (modules/luascript.c:275-279, 168-182): A PTP script runs in ALT, and ALT is afterwards what it was before.
///
/// §3.1 ALT (modules/luascript.c:1489-1507): `enter_alt()` and `exit_alt()` change what it will be.
///
/// Decided: at boot ALT is off; what it is after a script shows in nothing that can be seen from outside.
#[test]
fn alt_is_on_in_every_script() {
    let mut host = Host::new();
    assert_eq!(
        host.run("exit_alt() local a = get_alt_mode() enter_alt() return a, get_alt_mode()"),
        [boolean(1, false), boolean(1, true)]
    );
    host.start("exit_alt() sleep(9000)");
    host.pass(100);
    assert_eq!(host.run("return get_alt_mode()"), [boolean(3, true)]);
}

/// §3.1 keys (core/ptp.c:419-422): All simulated keys are released when a script starts, and the last click is forgotten.
#[test]
fn a_click_before_the_script_is_none_for_it() {
    let mut host = Host::new();
    assert!(host.camera.click_key("set"));
    host.pass(100);
    let source = "return is_key'set'";
    assert_eq!(host.run(source), [boolean(1, false)]);
    host.start("wait_click() sleep(9000)");
    host.pass(50);
    host.camera.click_key("set");
    host.pass(50);
    assert_eq!(host.run(source), [boolean(3, false)], "a script that was killed had clicked");
}

/// §3.1 PTP scripts: Parameters in a header and the old `wrap13` are for scripts from the menu.
#[test]
fn a_header_is_a_comment_in_a_ptp_script() {
    let mut host = Host::new();
    let source =
        "--[[\n@title x\n@chdk_version 1.3\n@param a A\n@default a 5\n#b=7 \"B\"\n--]]\nreturn a, b, get_mode == nil";
    assert_eq!(host.run(source), [nil(1), nil(1), boolean(1, false)]);
}

// --- 3.2 Running ---

/// §3.2 tick (core/kbd_process.c:81-204): A kill comes first in a tick, before what the script would do in it.
#[test]
fn a_kill_comes_before_the_script_in_its_tick() {
    let mut host = Host::new();
    host.start("sleep(100) write_usb_msg'too late'");
    host.pass(99);
    host.start("");
    host.pass(1000);
    assert_eq!(host.messages(), []);
}

/// §3.2 stack (core/action_stack.c:435-462): After a wait that is over the script goes on in the same tick; after a yield
/// the stack pauses until the next.
#[test]
fn a_wait_ends_in_its_tick_and_a_yield_in_the_next() {
    let mut host = Host::new();
    assert_eq!(time_of(&mut host, "sleep(20) sleep(20)"), 40);
    assert_eq!(time_of(&mut host, "for i=1,10 do sleep(0) end"), 100);
    assert_eq!(time_of(&mut host, "for i=1,10 do sleep(10) end"), 100);
}

/// §3.2 resume (modules/luascript.c:309-343): Everything above the yield becomes results of the function that yielded.
#[test]
fn results_of_swallowed_waits_all_come_at_once() {
    let mut host = Host::new();
    host.start("for i=1,3 do pcall(read_usb_msg, 50) end return read_usb_msg(50)");
    for text in ["a", "b", "c", "d"] {
        assert_eq!(host.tell(0, text), 0);
    }
    host.pass(1000);
    let texts: Vec<_> = ["a", "b", "c", "d"].map(|text| string(1, text)).into();
    assert_eq!(host.messages(), texts);
}

/// §3.2 forced yield (modules/luascript.c:193-200): The script yields when the hook was called as often, or as long since
/// the resume, as the limits say.
///
/// Decided: in virtual time a hundred VM instructions take 20 µs, so 25 hook calls come before 10 ms.
#[test]
fn a_busy_loop_yields_every_2500_instructions() {
    let mut host = Host::new();
    // One instruction a turn: 100 yields, each until the next tick.
    let time = time_of(&mut host, "for i=1,250000 do end");
    assert!((980..=1020).contains(&time), "{time}");
    // 500 hook calls of 20 µs are 10 ms.
    let time = time_of(&mut host, "set_yield(-1, 10) for i=1,250000 do end");
    assert!((40..=110).contains(&time), "{time}");
}

/// §3.2 forced yield (git 520b79f8e): Limits are compared without a sign, so -1 means never.
#[test]
fn minus_one_never_yields() {
    let mut host = Host::new();
    let time = time_of(&mut host, "set_yield(-1, -1) for i=1,250000 do end");
    // 2500 hook calls of 20 µs.
    assert!((40..=60).contains(&time), "{time}");
}

/// §3.2 forced yield: With a limit of 0, either of them, each check yields.
#[test]
fn a_limit_of_0_yields_at_each_check() {
    for limits in ["0, 10", "25, 0", "0, 0", "-1, 0"] {
        let mut host = Host::new();
        let time = time_of(&mut host, &format!("set_yield({limits}) for i=1,10000 do end"));
        assert!((980..=1030).contains(&time), "{limits}: {time}");
    }
}

/// §3.2 blocked: Where the hook may not yield the script holds up the keyboard task, and with it keys and the exit key.
#[test]
fn the_exit_key_waits_for_a_script_inside_pcall() {
    let mut host = Host::new();
    host.start("pcall(function() while get_tick_count() < 500 do end end) write_usb_msg'out' sleep(9000)");
    host.pass(100);
    host.camera.press_exit_key();
    host.pass(300);
    assert_eq!(host.status(), 1);
    assert!(host.camera.console().is_empty());
    host.pass(300);
    assert_eq!(host.status(), 2);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***"]);
}

// --- 3.3 End, errors, return values ---

/// §3.3 return values (modules/luascript.c:263-266): A converter that returns no string gives the message "error creating
/// return msg", and no more values come.
#[test]
fn a_converter_without_a_string_ends_the_results() {
    let mut host = Host::new();
    let source = "usb_msg_table_to_string = function() return nil end return 1, {}, 3";
    assert_eq!(host.run(source), [int(1, 1), run_error(1, "error creating return msg")]);
}

/// §3.3 return values: Every value is one message, also nil and what cannot be sent, so that positions are kept.
#[test]
fn return_values_keep_their_places() {
    let mut host = Host::new();
    let unsupported = Message(2, 0, 1, b"function".to_vec());
    assert_eq!(host.run("return nil, print, nil, 1, nil"), [nil(1), unsupported, nil(1), int(1, 1), nil(1)]);
    assert_eq!(host.run("return"), []);
}

/// §3.3 error (modules/luascript.c:202-244): The message about a run-time error is dropped if the queue is full; the
/// console has it all the same.
#[test]
fn an_error_with_a_full_queue_is_on_the_console_only() {
    let mut host = Host::new();
    let messages = host.run("for i=1,15 do write_usb_msg(i) end error('lost', 0)");
    assert_eq!(messages.len(), 15);
    assert!(messages.iter().all(|message| message.0 == 3));
    assert_eq!(host.camera.console(), ["lost", "*** TERMINATED ***"]);
}

/// §3.3 error (modules/luascript.c:202-244): There is no traceback: the message is the error's text.
#[test]
fn an_error_has_no_traceback() {
    let mut host = Host::new();
    let source = "local function f()\nerror('deep')\nend\nlocal function g() f() end\ng()";
    assert_eq!(host.run(source), [run_error(1, ":2: deep")]);
    assert_eq!(host.camera.console(), [":2: deep", "*** TERMINATED ***"]);
}

/// §3.3 error (core/ptp.c:398-403): For an error that is no string CHDK measures a null pointer; what comes is undefined.
///
/// Decided: a message with no text comes.
///
/// §12: What the host sees of an error object that is no string.
///
/// Decided: an ERR/RUN message of length 0, with its zero byte.
#[test]
fn an_error_object_is_a_message_without_text() {
    let mut host = Host::new();
    for (n, source) in ["error({})", "error(nil)", "error(print)", "error(true)"].into_iter().enumerate() {
        assert_eq!(host.run(source), [run_error(n as u32 + 1, "")], "{source}");
    }
    let console = host.camera.console();
    assert_eq!(console.iter().filter(|line| *line == "ERROR: NULL error message").count(), 4);
}

/// §3.3 positions (lib/lua/lobject.c:182-217): Errors in a chunk from text begin with an empty name, those in a chunk from a
/// file with its path.
#[test]
fn errors_in_files_name_the_path() {
    let mut host = Host::new();
    fs::write(host.camera.card_root().join("BAD.LUA"), "\nerror'inside'").unwrap();
    assert_eq!(host.run("\nloadstring('error[[text]]')()"), [run_error(1, ":1: text")]);
    assert_eq!(host.run("loadfile('A/BAD.LUA')()"), [run_error(2, "A/BAD.LUA:2: inside")]);
}

/// §3.3 positions (lib/lua/lobject.c:182-217): Of a long path the last 52 characters or so are given, behind three dots.
#[test]
fn a_long_path_is_cut_in_front() {
    let mut host = Host::new();
    let folder = "ABCDEFGH/".repeat(8);
    fs::create_dir_all(host.camera.card_root().join(&folder)).unwrap();
    fs::write(host.camera.card_root().join(&folder).join("BAD.LUA"), "error'inside'").unwrap();
    let messages = host.run(&format!("loadfile('A/{folder}BAD.LUA')()"));
    let text = String::from_utf8(messages[0].3.clone()).unwrap();
    let path = text.strip_prefix("...").and_then(|rest| rest.strip_suffix(":1: inside")).unwrap();
    assert!(format!("A/{folder}BAD.LUA").ends_with(path), "{text}");
    assert!((48..=56).contains(&path.len()), "{} {text}", path.len());
}

/// §3.3 script_end (core/script.c:233-275): In every case the Lua state is closed, so that finalizers run and files are
/// closed, and all keys are released.
#[test]
fn every_end_closes_the_state_and_releases_the_keys() {
    let source = "p = newproxy(true) getmetatable(p).__gc = function() print'finalized' end
        f = io.open('A/OPEN.TXT', 'wb') f:write'written' press'menu' ";
    for end in ["return 1", "error'x'", "sleep(9000)", "restore = error sleep(9000)"] {
        for kill in [false, true] {
            let mut host = Host::new();
            host.start(&format!("{source} {end}"));
            host.pass(100);
            match kill {
                true => _ = host.start(""),
                false => host.camera.press_exit_key(),
            }
            host.pass(100);
            assert!(host.camera.console().contains(&"finalized".to_owned()), "{end}: {:?}", host.camera.console());
            assert!(host.camera.keys_held().is_empty(), "{end}");
            assert_eq!(fs::read(host.camera.card_root().join("OPEN.TXT")).unwrap(), b"written", "{end}");
        }
    }
}

/// §3.3 script_end: The exit key is the default one again after each script, and a script's end leaves nothing of it for
/// the next.
#[test]
fn nothing_of_a_script_is_left_for_the_next() {
    let mut host = Host::new();
    host.run("set_exit_key'menu' set_yield(-1, -1) string.x = 1 usb_msg_table_to_string = nil");
    assert_eq!(host.run("return {1}, string.x"), [Message(2, 5, 2, b"1\t1\n".to_vec()), nil(2)]);
    host.start("sleep(9000)");
    host.pass(100);
    host.camera.click_key("shoot_full");
    host.pass(100);
    assert_eq!(host.status(), 0);
}

// --- 3.4 Stopping from outside ---

/// §3.4 exit key (core/script.c:172-189): The default is the full shutter.
///
/// §3.4 exit key: No message is queued, neither about the interruption nor with return values.
#[test]
fn the_full_shutter_interrupts_without_a_message() {
    let mut host = Host::new();
    host.start("sleep(9000) return 1");
    host.pass(100);
    host.camera.click_key("shoot_half");
    host.pass(100);
    assert_eq!(host.status(), 1);
    host.camera.click_key("shoot_full");
    host.pass(100);
    assert_eq!(host.messages(), []);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***"]);
}

/// §3.4 exit key (core/script.c:172-189): It interrupts while the GUI is in its mode for scripts.
///
/// Decided: that is while ALT is on; after `exit_alt()` a click of it is a click like any other.
///
/// §3.4 ALT: Leaving ALT does not stop a script.
#[test]
fn outside_of_alt_the_exit_key_is_a_key() {
    let mut host = Host::new();
    host.start("exit_alt() sleep(100) write_usb_msg'outside' sleep(400) enter_alt() sleep(9000)");
    host.pass(50);
    host.camera.press_exit_key();
    host.pass(200);
    assert_eq!(host.status(), 3);
    assert_eq!(host.messages(), [user(1, "outside")]);
    host.pass(400);
    assert_eq!(host.status(), 1);
    host.camera.press_exit_key();
    host.pass(20);
    assert_eq!(host.status(), 0);
}

/// §3.4 exit key: A message that the script had queued, or that `restore()` queues, is not taken back.
#[test]
fn what_was_queued_before_the_interruption_stays() {
    let mut host = Host::new();
    host.start("function restore() write_usb_msg'last' end write_usb_msg'first' sleep(9000)");
    host.pass(100);
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.messages(), [user(1, "first"), user(1, "last")]);
}

/// §3.4 restore: A function that yields ends it at once, silently, as success.
#[test]
fn restore_ends_silently_where_it_yields() {
    for call in ["sleep(10)", "press'set'", "click'set'", "read_usb_msg(10)", "write_usb_msg(1, 10)"] {
        let mut host = Host::new();
        host.start(&format!("function restore() print'before' {call} print'after' end sleep(9000)"));
        host.pass(100);
        host.camera.press_exit_key();
        host.pass(100);
        assert_eq!(host.camera.console(), ["*** INTERRUPTED ***", "before"], "{call}");
    }
}

/// §3.4 restore: A forced yield ends it as well, and since 10 ms have passed since the last resume the first check of the
/// hook, within 100 VM instructions, cuts it off.
///
/// Decided: the hook's time runs on from the last resume, so it is cut as early as the code says.
///
/// §12: Whether `restore()` is cut off as early on a real camera is not known.
///
/// Decided: it is here.
#[test]
fn restore_has_a_hundred_instructions() {
    let mut host = Host::new();
    host.start("function restore() print'begin' for i=1,1000 do end print'end' end sleep(9000)");
    host.pass(100);
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***", "begin"]);
}

/// §3.4 restore: Work inside a pcall in it is not cut off.
///
/// Decided: it goes on, and is a sin. Stock Lua 5.1.5, which CHDK did not patch here (§5.6), leaves the function at the
/// first hook because the thread is still marked as one that yielded (lvm.c), and goes on in the frame of pcall: what
/// follows reads wrong values or crashes. What is next to run outside of pcall is cut off.
#[test]
fn restore_inside_pcall_is_not_cut_off() {
    let mut host = Host::new();
    host.start("function restore() pcall(function() for i=1,10000 do end print'done' end) end sleep(9000)");
    host.pass(100);
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***", "done"]);
    assert!(host.sinned("restore()"));
}

/// §3.4 restore: An error in it goes to the console only.
#[test]
fn an_error_in_restore_is_on_the_console_only() {
    let mut host = Host::new();
    host.start("function restore()\nerror'in restore' end sleep(9000)");
    host.pass(100);
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.messages(), []);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***", ":2: in restore"]);
}

/// §3.4 restore: Key actions that it queues are dropped.
#[test]
fn keys_that_restore_presses_are_never_down() {
    let mut host = Host::new();
    host.start("function restore() pcall(press, 'set') press'menu' end sleep(9000)");
    host.pass(100);
    host.camera.press_exit_key();
    for _ in 0..10 {
        host.pass(10);
        assert!(host.camera.keys_held().is_empty());
    }
}

/// §3.4 restore (luascript.c:347-358): It is looked up among the globals when it is needed, and may be missing or no function.
///
/// Decided: what is no function is not called, not even a table that could be, and nothing is said of it.
#[test]
fn restore_may_be_missing_or_no_function() {
    for restore in ["", "restore = 1", "restore = setmetatable({}, {__call = function() print'called' end})"] {
        let mut host = Host::new();
        host.start(&format!("function restore() print'old' end restore = nil {restore} sleep(9000)"));
        host.pass(100);
        host.camera.press_exit_key();
        host.pass(100);
        assert_eq!(host.camera.console(), ["*** INTERRUPTED ***"], "{restore}");
        assert_eq!(host.status(), 0);
    }
}

/// §3.4 kill (core/script.c:162-168): A kill is handled even outside of ALT.
#[test]
fn a_kill_works_outside_of_alt() {
    let mut host = Host::new();
    host.start("exit_alt() sleep(9000)");
    host.pass(100);
    assert_eq!(host.execute(0, "return 1"), (2, 0));
    host.pass(100);
    assert_eq!(host.messages(), [int(2, 1)]);
}

/// §3.4 end and restore: `restore()` is for the exit key; neither a normal end nor an error nor a kill calls it.
#[test]
fn restore_is_for_the_exit_key_only() {
    let mut host = Host::new();
    for end in ["return", "error'x'", "sleep(9000)"] {
        host.start(&format!("function restore() print'restored' end {end}"));
        host.pass(100);
    }
    host.start("");
    host.pass(100);
    assert!(!host.camera.console().contains(&"restored".to_owned()), "{:?}", host.camera.console());
}

// --- 10 Traps ---

/// §10 6: Neither a kill nor an interruption produces a message.
#[test]
fn trap_6_kill_and_interrupt_are_silent() {
    let mut host = Host::new();
    for _ in 0..3 {
        host.start("function restore() end sleep(9000) return 1");
        host.pass(100);
        host.camera.press_exit_key();
        host.pass(100);
        host.start("sleep(9000) return 1");
        host.pass(100);
        assert_eq!(host.execute(NO_KILL | FLUSH_CAM_MSGS, "").1, 0x1000);
        host.start("");
        host.pass(100);
        assert_eq!(host.status(), 0);
    }
}

/// §10 10: Keys pressed are remembered, all of them released at the start and at the end; actions take 30 ms, ticks 10.
#[test]
fn trap_10_keys_and_ticks() {
    let mut host = Host::new();
    host.start("press'set' press'up' sleep(20) press'set' release'up' sleep(9000)");
    let mut seen = vec![Vec::new()];
    for _ in 0..50 {
        host.pass(10);
        let held = host.camera.keys_held();
        if seen.last() != Some(&held) {
            seen.push(held);
        }
    }
    assert_eq!(seen, [vec![], vec!["set"], vec!["set", "up"], vec!["set"]]);
    host.start("sleep(50) press'left' sleep(9000)");
    assert!(host.camera.keys_held().is_empty());
    host.pass(200);
    assert_eq!(host.camera.keys_held(), ["left"]);
    host.camera.press_exit_key();
    host.pass(20);
    assert!(host.camera.keys_held().is_empty());
}
