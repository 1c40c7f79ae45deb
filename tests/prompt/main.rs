//! The prompt in a real terminal, the screen as a person sees it.
#![cfg(unix)]

mod completion;
mod recorded;
mod terminal;

use std::sync::Arc;

use terminal::{CTRL_C, CTRL_D, CTRL_R, ENTER, Served, Terminal, UP, at_prompt, history, history_file};

/// A prompt on the simulated camera.
fn sim() -> Terminal {
    let terminal = Terminal::start(&["-c", "sim"]);
    terminal.wait("the camera's prompt", |screen| screen.ends_with("PowerShot SIM play>"));
    terminal
}

#[test]
fn it_greets_with_the_camera_and_leaves_with_ctrl_d() {
    let terminal = sim();
    terminal.shows("connected: Canon PowerShot SIM at sim, CHDK protocol 2.9");
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn values_are_shown_and_locals_stay() {
    let terminal = sim();
    terminal.line("local t = { 1, 2, { x = 'a\\n' } }");
    terminal.line("t");
    terminal.shows_done(r#"{ 1, 2, { x = "a\n" } }"#);
    terminal.line("function sum() local s = 0 for i = 1, 2 do s = s + t[i] end return s end");
    terminal.line("t = { 20, 22 } return sum(), nil, 'x'");
    terminal.shows_done("42, nil, \"x\"");
    terminal.line("_ / 4");
    terminal.shows_done("10.5");
    terminal.line("io.write('no end of line')");
    terminal.shows_done("no end of line");
    terminal.line("'still ' .. 'there'");
    terminal.shows_done("\"still there\"");
}

#[test]
fn input_goes_on_until_it_is_complete() {
    let terminal = sim();
    terminal.line("for i = 1, 3 do");
    terminal.send("print(i * 111)");
    terminal.send(ENTER);
    terminal.send("end");
    terminal.send(ENTER);
    terminal.shows_done("111\n222\n333\nPowerShot SIM play>");
    terminal.line("= (function()");
    terminal.send("return get_mode() end)()");
    terminal.send(ENTER);
    terminal.shows_done("false, false, ");
}

#[test]
fn errors_have_the_place_and_the_way_to_it() {
    let terminal = sim();
    terminal.line("local function inner(x) return x.y.z end");
    terminal.line("function outer() inner({}) end");
    terminal.line("outer()");
    terminal.shows_done("input 1:1: attempt to index field 'y' (a nil value)");
    terminal.shows_done("  at input 1:1: in function 'inner'\n  at input 2:1: in function 'outer'");
    terminal.line("=no.such");
    terminal.shows_done("input 4:1: attempt to index global 'no' (a nil value)");
    terminal.line("1 + * 2");
    terminal.shows_done("input 5:1: unexpected symbol near '*'");
    terminal.line("=pcall(sleep, 1)");
    terminal.shows_done("`sleep` waits inside `pcall`");
    terminal.shows_done("It was not sent: :set lint off");
}

#[test]
fn what_a_script_says_comes_above_the_line_being_typed() {
    let terminal = sim();
    terminal.line(".write_usb_msg('ready') write_usb_msg(read_usb_msg(-1)) return { 7 }");
    terminal.shows("(each camera line has a fresh Lua there");
    terminal.shows_done("input 1: \"ready\"");
    terminal.line("con:write_msg('go')");
    let screen = terminal.wait("the end of the script", |screen| {
        screen.contains("input 1: \"go\"\ninput 1 ended and returned\n{ 7 }\n") && at_prompt(screen)
    });
    assert!(screen.ends_with("PowerShot SIM play>"), "{screen}");
    // Half a line, while a script of another program's comes and goes by itself.
    terminal.line(".sleep(1500) write_usb_msg('done') return");
    terminal.wait("a running script", |screen| screen.ends_with("PowerShot SIM play*"));
    terminal.send("print('half");
    terminal.shows("PowerShot SIM play* print('half");
    let screen = terminal.wait("the end above the line", |screen| {
        screen.ends_with("input 3: \"done\"\ninput 3 ended\nPowerShot SIM play> print('half")
    });
    assert!(screen.contains("PowerShot SIM play>"));
    terminal.send(" typed')");
    terminal.send(ENTER);
    terminal.shows_done("\nhalf typed\nPowerShot SIM play>");
}

#[test]
fn ctrl_c_means_what_it_should_in_each_state() {
    let terminal = sim();
    // At an empty line.
    terminal.send(CTRL_C);
    terminal.shows_done("Ctrl-D or :quit leaves");
    // In a line.
    terminal.send("print('never");
    terminal.shows("print('never");
    terminal.send(CTRL_C);
    let screen = terminal.wait("an empty prompt", at_prompt);
    assert_eq!(screen.matches("Ctrl-D or :quit").count(), 1, "{screen}");
    // In host Lua.
    terminal.line("io.write('wor') print('king') while true do end");
    terminal.shows("\nworking");
    terminal.send(CTRL_C);
    terminal.shows_done("\ninterrupted\n");
    // While a camera script is waited for.
    terminal.line("=write_usb_msg('wait' .. 'ing') sleep(600000)");
    terminal.shows("\"waiting\"");
    terminal.send(CTRL_C);
    terminal.shows_done("the script was ended on the camera");
    // While one runs by itself.
    terminal.line(".write_usb_msg('alone') sleep(600000)");
    terminal.shows_done("\"alone\"");
    terminal.send(CTRL_C);
    terminal.shows_done("asking the camera to stop its script");
    terminal.shows_done("was stopped\nPowerShot SIM play>");
    terminal.line("='still ' .. 'here'");
    terminal.shows_done("\"still here\"");
}

#[test]
fn a_camera_that_goes_away_is_taken_back() {
    let served = Served::start(&[]);
    let place = served.place();
    let terminal = Terminal::start(&["-c", &served.spec]);
    terminal.shows_done("connected: Canon PowerShot SIM at ip:127.0.0.1");
    terminal.send("='to' .. 'day'");
    terminal.shows("='to' .. 'day'");
    drop(served);
    terminal.wait("its loss above the line", |screen| {
        screen.contains("is gone") && screen.ends_with("PowerShot SIM lost> ='to' .. 'day'")
    });
    let _served = Served::at(&place, &[]);
    terminal.wait("its return above the line", |screen| {
        screen.contains("is back") && screen.ends_with("PowerShot SIM play> ='to' .. 'day'")
    });
    terminal.send(ENTER);
    terminal.shows_done("\"today\"");
}

#[test]
fn typing_does_not_wait_for_a_camera_that_does_not_answer() {
    // From its third question for the script's status on, it answers nothing any more.
    let served = Served::start(&["--event", "ScriptStatus 12: hang"]);
    let terminal = Terminal::start(&["-c", &served.spec, "--timeout", "6000"]);
    terminal.line(".sleep(600000)");
    terminal.wait("a running script", |screen| screen.ends_with("PowerShot SIM play*"));
    for text in ["pri", "nt('ty", "ped')"] {
        terminal.send(text);
    }
    terminal.wait("what was typed", |screen| screen.ends_with("PowerShot SIM play* print('typed')"));
}

#[test]
fn what_is_typed_ahead_is_not_lost() {
    let terminal = sim();
    terminal.send("11 * 3\r=write_usb_msg('from afar') sleep(1000)\r");
    terminal.shows("33\n");
    terminal.shows("\"from afar\"");
    terminal.send("'a' .. 'head'\r'and ' .. ");
    terminal.shows("\"ahead\"");
    terminal.send("'more'\r");
    terminal.shows_done("\"and more\"");
}

#[test]
fn a_slow_camera_is_no_hurry() {
    let served = Served::start(&["--latency", "100ms"]);
    let terminal = Terminal::start(&["-c", &served.spec]);
    terminal.line(".for i = 1, 3 do sleep(300) write_usb_msg(i) end");
    terminal.send("='a' .. ");
    terminal.wait("the end above the line", |screen| {
        screen.contains("input 1: 1\ninput 1: 2\ninput 1: 3\ninput 1 ended\n")
    });
    terminal.send("'b'");
    terminal.send(ENTER);
    terminal.shows_done("\"ab\"");
}

#[test]
fn the_window_may_change_its_size() {
    let terminal = sim();
    terminal.send("local long = { 'one', 'two', 'three', 'four', 'five', 'six' }");
    terminal.shows("'six' }");
    terminal.resize(24, 50);
    terminal.send(" -- on");
    terminal.shows("-- on");
    terminal.send(ENTER);
    terminal.line("long, long, { long, long }");
    let screen = terminal.shows_done("    \"one\", ");
    assert!(screen.lines().all(|line| line.chars().count() <= 50), "{screen}");
}

#[test]
fn lines_are_remembered_from_run_to_run() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let terminal = Terminal::start_in(home.clone(), &["-c", "sim"]);
    terminal.line("'first' .. ' line'");
    terminal.shows_done("\"first line\"");
    terminal.line(" 'sec' .. 'ret'");
    terminal.shows_done("\"secret\"");
    terminal.line("do");
    terminal.send("print('two' .. ' lines') end");
    terminal.send(ENTER);
    terminal.shows_done("\ntwo lines\n");
    terminal.line(":quit");
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(history(home.path()), "#V2\n'first' .. ' line'\ndo\\nprint('two' .. ' lines') end\n:quit\n");
    let beside: Vec<_> = std::fs::read_dir(history_file(home.path()).parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "nothing else is written: {beside:?}");

    let terminal = Terminal::start_in(home, &["-c", "sim"]);
    terminal.wait("a prompt", |screen| screen.ends_with("PowerShot SIM play>"));
    terminal.send(UP);
    terminal.shows("play> :quit");
    terminal.send(CTRL_C);
    terminal.wait("an empty prompt", at_prompt);
    terminal.send(CTRL_R);
    terminal.send("irst");
    terminal.shows("(reverse-i-search)`irst': 'first' .. ' line'");
    terminal.send(ENTER);
    terminal.shows_done("\"first line\"");
    terminal.line(":history two");
    terminal.shows_done("    2  do\n       print('two' .. ' lines') end");
}

#[test]
fn a_session_keeps_its_state() {
    let terminal = sim();
    terminal.line(":keep");
    terminal.wait("the session's prompt", |screen| screen.ends_with("PowerShot SIM play keep>"));
    terminal.line("=local count = 5");
    terminal.line("=function more() sleep(1) count = count + 1 return count, print end");
    terminal.line("=more()");
    terminal.shows_done("6, <function");
    terminal.line("=error('not the end')");
    terminal.shows_done("not the end");
    terminal.line("={ count }, nil");
    terminal.shows_done("{ 6 }, nil");
    terminal.line("=more() error('the end')");
    terminal.shows_done("the end");
    terminal.shows_done("the session ended, and its variables are gone");
    terminal.line("=count");
    terminal.shows_done("a new session");
    terminal.line(":ls");
    terminal.shows_done("the session runs on the camera");
    terminal.send(CTRL_C);
    terminal.shows_done(":keep off ends the session");
    terminal.line("=count");
    terminal.line(":keep off");
    terminal.shows_done("the session ended\nPowerShot SIM play>");
    terminal.line(":ls");
    terminal.shows_done("  DCIM/");
}

#[test]
fn a_session_is_ended_with_the_prompt() {
    let served = Served::start(&[]);
    let terminal = Terminal::start(&["-c", &served.spec]);
    terminal.line(":keep");
    terminal.wait("the session's prompt", |screen| screen.ends_with("play keep>"));
    terminal.send(CTRL_D);
    assert_eq!(terminal.exit_code(), 0);
    let terminal = Terminal::start(&["-c", &served.spec]);
    terminal.wait("no running script", |screen| screen.ends_with("PowerShot SIM play>"));
}

#[test]
fn without_a_camera_it_says_how_to_get_one() {
    let terminal = Terminal::start(&["-c", "ip:127.0.0.1:9"]);
    let screen = terminal.shows_done("moonshutter none>");
    assert!(screen.contains("ip:127.0.0.1:9"), "{screen}");
    assert!(screen.contains(":connect"), "{screen}");
    terminal.line("6 * 7");
    terminal.shows_done("\n42\n");
    terminal.line(":connect sim");
    terminal.shows_done("PowerShot SIM play>");
}
