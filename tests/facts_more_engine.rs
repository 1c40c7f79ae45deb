//! More of the facts about CHDK's script engine, clause by clause, in virtual time. What the other tests show is not shown
//! again.

mod bare;

use std::fs;

use bare::{Host, boolean, int, run_error};
use moonshutter::sim::{Config, Control, Profile};

// --- 3.4 Stopping from outside ---

/// §3.4 restore: What a C function calls in it runs to its end, with what `restore()` knew before.
///
/// Decided: as for pcall; stock Lua reads a C function's frame here, which crashed it when it was tried.
#[test]
fn restore_survives_work_below_c_functions() {
    for (restore, expected) in [
        (
            "local kept = 'kept' local ok = pcall(function() for i=1,10000 do end end) \
             local function f(x) return x end print(f(kept), ok) print(f(2))",
            &["kept true", "2"][..],
        ),
        (
            "local t = {3,2,1,5,4} table.sort(t, function(a,b) for i=1,50 do end return a<b end) print(t[1], t[5])",
            &["1 5"],
        ),
        ("print((('x'):rep(3):gsub('.', function() for i=1,90 do end return 'y' end)))", &["yyy"]),
    ] {
        let mut host = Host::new();
        host.start(&format!("function restore() {restore} end sleep(9000)"));
        host.pass(100);
        host.camera.press_exit_key();
        host.pass(100);
        assert_eq!(host.camera.console()[1..], *expected, "{restore}");
        assert!(host.sinned("restore()"));
    }
}

/// §3.4 restore: What never ends inside a pcall in it holds up the keyboard task for good; the script is running still.
///
/// Decided: as for any script that never yields, the camera can be taken down, and a strict one ends it when it is killed.
#[test]
fn a_restore_that_never_ends_can_be_stopped() {
    let restore = "function restore() pcall(function() while true do end end) end sleep(9000)";
    for strict in [false, true] {
        let mut host = Host::with(if strict { bare::strict() } else { Config::default() });
        host.start(restore);
        host.pass(100);
        host.camera.press_exit_key();
        host.pass(1000);
        assert_eq!(host.status(), 1);
        if strict {
            assert_eq!(host.run("return 1"), [int(2, 1)]);
        }
        host.camera.shut_down();
    }
}

/// §3.4 restore: A hook of the script's own, on lines, calls and returns, changes nothing about work below C functions.
#[test]
fn restore_survives_hooks() {
    let mut host = Host::new();
    host.start(
        "debug.sethook(function() local x = 1 end, 'lcr', 7)
        function restore() pcall(function()
        for i = 1, 300 do
        local b = i
        end
        print'worked' end) end sleep(9000)",
    );
    host.pass(100);
    host.camera.press_exit_key();
    host.pass(1000);
    assert_eq!(host.status(), 0);
}

// --- 3.3 End ---

/// How a script can end.
const ENDS: [&str; 4] = ["return 1", "error'x'", "sleep(9000)", "sleep(9001)"];

/// Runs a script to one of its ends.
fn end(host: &mut Host, source: &str, end: &str) {
    host.start(&format!("{source} {end}"));
    host.pass(100);
    match end {
        "sleep(9000)" => host.camera.press_exit_key(),
        "sleep(9001)" => _ = host.start(""),
        _ => {}
    }
    host.pass(100);
    assert_eq!(host.status() & 1, 0);
    host.messages();
}

/// §3.3 script_end (core/script.c:233-275): print_screen's file is closed.
///
/// §3.3 script_end (core/script.c:162-189): What the console says of an error, a kill or an interruption is in the file.
///
/// §3.3 script_end (core/script.c:233-275): The file is closed before the Lua state is, so that what finalizers print is on
/// the console only.
///
/// Decided: in the order in which the source names them.
#[test]
fn the_copy_of_the_console_ends_with_the_script() {
    let source = "print_screen(5) p = newproxy(true) getmetatable(p).__gc = function() print'finalized' end";
    let last = [":1: x\n*** TERMINATED ***\n", "*** INTERRUPTED ***\n", "*** TERMINATED ***\n"];
    for (way, last) in ENDS.into_iter().zip(["", last[0], last[1], last[2]]) {
        let mut host = Host::new();
        end(&mut host, source, way);
        host.run_only("print'after'");
        assert_eq!(host.camera.console().last().map(String::as_str), Some("after"));
        assert!(host.camera.console().contains(&"finalized".to_owned()), "{way}");
        let copy = fs::read_to_string(host.camera.card_root().join("CHDK/LOGS/LOG_0005.TXT")).unwrap();
        assert_eq!(copy, last, "{way}");
    }
}

/// §3.3 script_end (core/script.c:233-275): The console is drawn again.
#[test]
fn the_console_is_drawn_again_after_every_end() {
    for way in ENDS {
        for mode in ["0", "-1"] {
            let mut host = Host::new();
            end(&mut host, &format!("set_console_autoredraw({mode})"), way);
            host.run_only("print'after'");
            assert_eq!(host.camera.screen().last().map(String::as_str), Some("after"), "{way} {mode}");
        }
    }
}

/// §3.3 script_end (core/script.c:233-275): The shot's histogram is off.
#[test]
fn the_shot_histogram_is_off_after_every_end() {
    for way in ENDS {
        let mut host = Host::new();
        end(&mut host, "shot_histo_enable(1) x = pcall(get_histo_range, 0, 1)", way);
        assert_eq!(host.run("return get_histo_range(0, 1)").pop().unwrap().3, (-1_i32).to_le_bytes(), "{way}");
    }
    // It was on, where asking for it is not modelled.
    assert_eq!(Host::new().run("shot_histo_enable(1) return pcall(get_histo_range, 0, 1)")[0], boolean(1, false));
}

/// §3.3 script_end (core/script.c:233-275): The configuration saves itself again.
#[test]
fn the_configuration_saves_itself_after_every_end() {
    let set = "set_config_value(require'gen/cnf_core'.save_raw, 1)";
    for way in ENDS {
        let mut host = Host::new();
        let file = host.camera.card_root().join("CHDK/CORE.CFG");
        end(&mut host, &format!("set_config_autosave(0) {set}"), way);
        assert!(!file.exists(), "{way}");
        host.run_only(set);
        assert!(file.exists(), "{way}");
    }
}

/// §3.3 script_end (core/script.c:233-275): The action stack is gone, with the actions on it.
#[test]
fn actions_that_wait_are_gone_after_every_end() {
    for way in ENDS {
        let mut host = Host::new();
        end(&mut host, "pcall(press, 'set') pcall(sleep, 5000)", way);
        assert_eq!(
            host.run("local t = get_tick_count() sleep(10) return get_tick_count() - t").pop().unwrap().3,
            [10, 0, 0, 0]
        );
        assert!(host.camera.keys_held().is_empty(), "{way}");
    }
}

// --- 3.5 Console ---

/// §3.5 console (core/console.c:9-142): The window is 44 characters wide at most.
#[test]
fn the_console_is_44_characters_wide_at_most() {
    let mut host = Host::new();
    host.run_only(
        "set_console_layout(0, 0, 44, 14) print(('x'):rep(100)) set_console_layout(0, 0, 99, 14) print(('y'):rep(45))",
    );
    let widths: Vec<_> = host.camera.screen().iter().map(String::len).collect();
    assert_eq!(widths, [44, 44, 12, 44, 1]);
}

/// §3.5 console: Its text cannot be had over PTP.
#[test]
fn what_is_printed_is_no_message() {
    let mut host = Host::new();
    host.start("print'only here' sleep(1000)");
    host.pass(100);
    assert_eq!(host.camera.console(), ["only here"]);
    assert_eq!(host.status(), 1);
    host.pass(2000);
    assert_eq!((host.status(), host.messages()), (0, vec![]));
}

// --- 3.6 Shooting ---

/// §3.6 shoot (core/action_stack.c:307-429): It presses the shutter half, waits for the camera to be ready or 5 seconds, and
/// clicks it.
///
/// Not modelled: it raises.
///
/// §3.6 shoot (core/action_stack.c:307-429): Its result is 0, 1 when the camera did not get ready, or 2 after one retry.
///
/// Not modelled: it raises.
///
/// §3.6 shoot (core/action_stack.c:307-429): Then it waits for `conf.script_shoot_delay` tenths of a second.
///
/// Not modelled: it raises.
#[test]
fn shoot_says_that_it_is_not_modelled() {
    let mut host = Host::new();
    let expected = ":1: shoot: the simulated camera does not do this yet";
    assert_eq!(host.run("set_record(1) shoot()"), [run_error(1, expected)]);
    assert!(host.camera.keys_held().is_empty());
}

/// §3.6 keys (core/action_stack.c:262-305): A click is key down, 30 ms, key up, 30 ms.
#[test]
fn a_click_goes_down_and_up() {
    let mut host = Host::new();
    host.start("click'set' sleep(9000)");
    let mut seen = Vec::new();
    for _ in 0..12 {
        host.pass(10);
        seen.push(host.camera.keys_held().len());
    }
    let down = seen.iter().position(|held| *held == 1).unwrap();
    assert_eq!(seen[down..down + 3], [1, 1, 1]);
    assert!(seen[down + 3..].iter().all(|held| *held == 0), "{seen:?}");
}

/// §3.6 keys (include/camera.h:152-153): Ports may have other delays than 30 ms.
///
/// Decided: all simulated cameras have the usual ones.
#[test]
fn keys_take_30_ms_on_every_camera() {
    for name in Profile::names().filter(|name| *name != "canon") {
        let mut host = Host::with(Config { profile: Profile::named(name).unwrap(), ..Config::default() });
        let source = "local t = get_tick_count() press'set' release'set' click'set' return get_tick_count() - t";
        // Each of the three calls begins in the next tick.
        assert_eq!(host.run(source), [int(1, 3 * 10 + 4 * 30)], "{name}");
    }
}

// --- 5.2, off and on ---

/// §5.2 math.random: Its sequence begins anew when the camera is switched on.
///
/// Decided: at the seed that the control chooses, as when the camera was first switched on.
#[test]
fn random_numbers_begin_anew_with_the_camera() {
    let mut profile = Profile { control: Control::default().with_seed(7), ..Profile::default() };
    let draw = "return math.random(1000000)";
    let mut host = Host::with(Config { profile: profile.clone(), ..Config::default() });
    let first = host.run(draw);
    assert_ne!(host.run(draw)[0].3, first[0].3);
    host.camera.switch_off();
    host.camera.switch_on();
    host.plug_in_again();
    assert_eq!(host.run(draw), first);
    profile.control = Control::default().with_seed(8);
    assert_ne!(Host::with(Config { profile, ..Config::default() }).run(draw), first);
}
