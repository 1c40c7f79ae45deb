//! The script console.

use std::fs;

use crate::host::Host;

/// §3.5 Console (core/console.c:9-142): 30 lines of history; long lines wrap at the width of the layout, 25 at first.
#[test]
fn the_screen_wraps_and_keeps_thirty_lines() {
    let host = Host::new();
    host.raw("print(('x'):rep(30)) print''");
    assert_eq!(host.camera.screen(), ["x".repeat(25), "x".repeat(5), String::new()]);
    host.raw("for i = 1, 40 do print(i) end");
    let expected: Vec<_> = (11..=40).map(|i| i.to_string()).collect();
    assert_eq!(host.camera.screen(), expected);
    assert_eq!(host.camera.console().len(), 42, "the owner sees more");
}

/// §7 set_console_layout (luascript.c:514): in characters, x 0 to 44; coordinates are swapped and clamped as required.
///
/// Decided: the width is x2 - x1, one at least.
#[test]
fn the_layout_gives_the_width() {
    let host = Host::new();
    for (layout, width) in [("0,0,10,5", 10), ("10,5,0,0", 10), ("-3,0,99,9", 44), ("7,0,7,5", 1)] {
        host.raw(&format!("cls() set_console_layout({layout}) print(('y'):rep(50))"));
        assert_eq!(host.camera.screen()[0].len(), width, "{layout}");
    }
}

/// §7 cls (luascript.c:508): clears the console.
#[test]
fn cls_clears() {
    let host = Host::new();
    host.raw("print'a' cls() print'b'");
    assert_eq!((host.camera.screen(), host.camera.console()), (vec!["b".to_owned()], vec!["b".to_owned()]));
}

/// §7 set_console_autoredraw (luascript.c:520): 1 draws what is printed, 0 waits, -1 drops it from the screen; 1 after errors
/// and at the end of a script.
///
/// §7 console_redraw (luascript.c:526): draws.
///
/// §3.5 Console (core/console.c): mode -1 drops lines from the screen.
#[test]
fn redrawing_can_wait() {
    let host = Host::new();
    host.start("set_console_autoredraw(0) print'a' sleep(100) console_redraw() print'b' sleep(100)");
    host.pass(50);
    assert!(host.camera.screen().is_empty());
    host.pass(100);
    assert_eq!(host.camera.screen(), ["a"]);
    host.pass(1000);
    assert_eq!(host.camera.screen(), ["a", "b"]);
    host.raw("cls() set_console_autoredraw(-1) print'lost' set_console_autoredraw(1) print'seen'");
    assert_eq!(host.camera.screen(), ["seen"]);
    assert!(host.camera.console().contains(&"lost".to_owned()));
    host.raw("cls() set_console_autoredraw(-1) error'loud'");
    assert_eq!(host.camera.screen(), [":1: loud", "*** TERMINATED ***"]);
}

/// §3.5 print_screen (core/script.c:59-92): copies the full text of each line and a newline to A/CHDK/LOGS/LOG_nnnn.TXT.
///
/// §7 print_screen (luascript.c:1527): positive truncates, negative appends, modulo 10000; 0 and false stop.
#[test]
fn print_screen_copies_lines_to_a_file() {
    let host = Host::new();
    let log =
        |number: &str| fs::read_to_string(host.camera.card_root().join(format!("CHDK/LOGS/LOG_{number}.TXT"))).ok();
    let long = "z".repeat(60);
    host.raw(&format!(
        "print'no' print_screen(7) print'{long}' set_console_autoredraw(-1) print'b' print_screen(false) print'no'"
    ));
    assert_eq!(log("0007"), Some(format!("{long}\nb\n")));
    host.raw("print_screen(-7) print'c'");
    host.raw("print'the end of a script closes it'");
    assert_eq!(log("0007"), Some(format!("{long}\nb\nc\n")));
    host.raw("print_screen(10007) print'd' print_screen(0) print_screen(true) print'e'");
    assert_eq!((log("0007"), log("0001")), (Some("d\n".to_owned()), Some("e\n".to_owned())));
    host.raw("print_screen(3) error'f'");
    assert_eq!(log("0003"), Some(":1: f\n*** TERMINATED ***\n".to_owned()));
}

/// §7 set_draw_title_line (luascript.c:1982): 0, 1 or 2; get_draw_title_line (luascript.c:1992): whether it is shown.
///
/// §7 screen_needs_refresh (luascript.c:369): nothing is redrawn under a script here, so never.
#[test]
fn the_title_line_is_shown_or_not() {
    let host = Host::new();
    host.check("get_draw_title_line(), screen_needs_refresh()", "true false");
    host.check(
        "set_draw_title_line(0) local a = get_draw_title_line() set_draw_title_line(2) return a, get_draw_title_line()",
        "false true",
    );
    host.check("get_gui_screen_width(), get_gui_screen_height()", "360 240");
}
