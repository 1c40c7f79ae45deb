//! What the Tab key offers, what is shown behind the cursor, and the colours.

use std::time::Duration;

use super::terminal::{CTRL_C, TAB, Terminal, at_prompt};

fn sim() -> Terminal {
    let terminal = Terminal::start(&["-c", "sim"]);
    terminal.wait("the camera's prompt", |screen| screen.ends_with("PowerShot SIM play>"));
    terminal
}

/// Types the beginning, presses Tab, and expects the line to be what it should become.
#[track_caller]
fn becomes(terminal: &Terminal, typed: &str, line: &str) {
    terminal.wait("an empty prompt", at_prompt);
    terminal.send(typed);
    terminal.wait(typed, |screen| screen.lines().last().is_some_and(|last| last.ends_with(typed.trim_end())));
    let end = format!("play> {line}");
    // What is not known at once is known to the next press of the key.
    for _ in 0..30 {
        terminal.send(TAB);
        if terminal.is_soon(Duration::from_secs(1), |screen| screen.ends_with(end.trim_end())) {
            break;
        }
    }
    terminal.wait(&end, |screen| screen.ends_with(end.trim_end()));
    terminal.send(CTRL_C);
}

#[test]
fn names_of_the_host_are_completed() {
    let terminal = sim();
    terminal.line("camera_rig = { shutter_speed = 1, [5] = 2 } local my_local_name = camera_rig");
    terminal.wait("a prompt", at_prompt);
    becomes(&terminal, "camera_r", "camera_rig");
    becomes(&terminal, "my_local_n", "my_local_name");
    becomes(&terminal, "x = camera_rig.shut", "x = camera_rig.shutter_speed");
    becomes(&terminal, "con:call_rem", "con:call_remote");
}

#[test]
fn names_of_the_camera_are_completed() {
    let terminal = sim();
    becomes(&terminal, "=get_temper", "=get_temperature");
    becomes(&terminal, ".press('shoot_h", ".press('shoot_half'");
}

#[test]
fn paths_and_commands_are_completed() {
    let terminal = sim();
    std::fs::write(terminal.home.path().join("a_local_file.lua"), "return 1").unwrap();
    becomes(&terminal, ":hist", ":history ");
    becomes(&terminal, ":ls A/CH", ":ls A/CHDK/");
    becomes(&terminal, ":put a_loc", ":put a_local_file.lua ");
    becomes(&terminal, ":connect sim:digic6", ":connect sim:digic6 ");
}

#[test]
fn where_several_fit_they_are_listed() {
    let terminal = sim();
    terminal.send("=get_tick");
    terminal.shows("=get_tick");
    terminal.send(TAB);
    terminal.send("\x15=get_zoom");
    terminal.shows("=get_zoom");
    terminal.send(TAB);
    terminal.send(TAB);
    let screen = terminal.shows("get_zoom_steps");
    assert!(screen.contains("PowerShot SIM play> =get_zoom"), "{screen}");
}

#[test]
fn code_has_colours_and_calls_have_hints() {
    let terminal = Terminal::start_in_colour(&["-c", "sim"]);
    terminal.wait("the camera's prompt", |screen| screen.ends_with("PowerShot SIM play>"));
    terminal.send("local word = 'text'");
    terminal.shows("local word = 'text'");
    let colours = ["local", "word", "'text'"].map(|piece| terminal.colour_of(piece));
    assert_ne!(colours[0], colours[1], "{colours:?}");
    assert_ne!(colours[1], colours[2], "{colours:?}");
    terminal.send(CTRL_C);
    terminal.wait("an empty prompt", at_prompt);
    terminal.send("=sleep(");
    terminal.wait("a hint", |screen| {
        screen.lines().last().is_some_and(|line| line.contains("=sleep(") && !line.ends_with("=sleep("))
    });
}

#[test]
fn without_colours_there_is_no_escape_for_one() {
    let terminal = sim();
    terminal.line("'plain'");
    terminal.shows_done("\"plain\"");
    assert_eq!(terminal.colour_of("\"plain\""), vt100::Color::Default);
}
