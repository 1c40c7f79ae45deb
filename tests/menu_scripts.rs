//! Scripts that are chosen in the camera's menu: their headers, how they start, and how they end.

mod bare;

use std::fs;
use std::time::Duration;

use bare::{Host, NO_KILL, int, user};
use moonshutter::sim::header::{ChdkVersion, Kind, Param};
use moonshutter::sim::{Ending, Header, RunError};

const NEW: &str = "--[[\n@chdk_version 1.6\n--]] ";

/// Puts a script on the card; its path.
fn put(host: &Host, name: &str, source: &str) -> String {
    fs::write(host.camera.card_root().join("CHDK/SCRIPTS").join(name), source).unwrap();
    format!("A/CHDK/SCRIPTS/{name}")
}

/// Runs a script for as long as a minute; what is on the console then.
#[track_caller]
fn run_with(source: &str, values: &[(&str, i32)]) -> Vec<String> {
    let host = Host::new();
    let path = put(&host, "x.lua", source);
    host.camera.run_script(&path, values).unwrap();
    host.pass(60_000);
    assert!(host.camera.ended().is_some(), "it still runs");
    host.camera.console()
}

#[track_caller]
fn run(source: &str) -> Vec<String> {
    run_with(source, &[])
}

fn header(text: &str) -> Header {
    Header::parse(text.as_bytes(), "file.lua")
}

#[track_caller]
fn param(text: &str, name: &str) -> Param {
    header(text).param(name).unwrap_or_else(|| panic!("no {name} in {text}")).clone()
}

// --- 3.1 Start ---

/// §3.1 menu (modules/luascript.c:299-307): From the menu a loader runs, which loads the file and calls the chunk; the
/// chunk has the file's name.
#[test]
fn a_file_from_the_menu_is_a_chunk_with_its_own_name() {
    let source = format!("{NEW}print(debug.getinfo(1).source, debug.getinfo(2).source, ...)");
    let console = run(&source);
    assert!(console[0].starts_with("@A/CHDK/SCRIPTS/x.lua "), "{console:?}");
    assert!(console[0].contains("loadfile"), "the loader called it: {console:?}");
    assert_eq!(console[1], "*** FINISHED ***");
}

/// §3.1 menu load error (modules/luascript.c:299-307): The loader raises the load error, so that a syntax error in a file is a
/// run-time error with ":1: " in front.
///
/// Decided: inferred in the facts, and done so.
#[test]
fn a_syntax_error_in_a_file_is_a_run_time_error_of_the_loader() {
    assert_eq!(run("x = 1\nx = = 1"), [":1: A/CHDK/SCRIPTS/x.lua:2: unexpected symbol near '='", "*** TERMINATED ***"]);
}

/// §3.1 wrap13 (modules/luascript.c:299-307): `require'wrap13'` comes first when the header's version is 1.3, and not
/// otherwise.
#[test]
fn old_scripts_get_the_functions_of_1_3() {
    let source = "print(package.loaded.wrap13 ~= nil)";
    assert_eq!(run(source)[0], "true");
    assert_eq!(run(&format!("--[[\n@chdk_version 1.3\n--]]{source}"))[0], "true");
    for version in ["1.4", "1.5.1", "1.6"] {
        assert_eq!(run(&format!("--[[\n@chdk_version {version}\n--]]{source}"))[0], "false", "{version}");
    }
}

/// §3.1 parameters (core/script.c:306-314, modules/luascript.c:3172-3195): Parameters are globals before the script first
/// runs.
#[test]
fn parameters_are_globals() {
    assert_eq!(run(&format!("{NEW}--[[\n@param a A\n@default a 5\n#b_c=7 \"B\"\n--]]print(a, b_c)"))[0], "5 7");
}

/// §3.1 menu keys (core/script.c:287-290): All simulated keys are released and the last click is forgotten at the start of
/// a script from the menu, too.
#[test]
fn a_click_before_a_script_from_the_menu_is_none_for_it() {
    let host = Host::new();
    let path = put(&host, "x.lua", &format!("{NEW}print(is_key'set') press'shoot_half'"));
    host.camera.click_key("set");
    host.camera.run_script(&path, &[]).unwrap();
    host.pass(1000);
    assert_eq!(host.camera.console()[0], "false");
    assert_eq!(host.camera.keys_held(), Vec::<&str>::new());
}

// --- 3.3 End ---

/// §3.3 menu normal end (modules/luascript.c:247-269): What a script from the menu returns becomes no messages.
///
/// Decided: the console says "*** FINISHED ***"; the facts only tell that there is no such text for PTP.
#[test]
fn a_script_from_the_menu_returns_nothing_to_the_host() {
    let mut host = Host::new();
    let path = put(&host, "x.lua", &format!("{NEW}return 1, nil, 'x', {{}}"));
    host.camera.run_script(&path, &[]).unwrap();
    host.pass(1000);
    assert_eq!(host.messages(), []);
    assert_eq!(host.camera.console(), ["*** FINISHED ***"]);
    assert_eq!(host.camera.ended().map(|(ending, _)| ending), Some(Ending::Finished));
    assert_eq!(host.run("return 1"), [int(1, 1)], "scripts from PTP are none of it");
    assert_eq!(host.camera.console().len(), 1, "nor do they say that they have finished");
}

/// §3.3 menu error (modules/luascript.c:202-244): The error's text and "*** TERMINATED ***" are on the console, and no
/// message is queued.
#[test]
fn a_script_from_the_menu_fails_on_the_console_only() {
    let mut host = Host::new();
    let path = put(&host, "x.lua", &format!("{NEW}error'boom'"));
    host.camera.run_script(&path, &[]).unwrap();
    host.pass(1000);
    assert_eq!(host.messages(), []);
    assert_eq!(host.camera.console(), ["A/CHDK/SCRIPTS/x.lua:3: boom", "*** TERMINATED ***"]);
    assert_eq!(host.camera.ended().map(|(ending, _)| ending), Some(Ending::Failed));
    let console = run(&format!("{NEW}error()"));
    assert_eq!(console, ["ERROR: NULL error message", "*** TERMINATED ***"]);
}

/// §3.3 menu restart (modules/luascript.c:230-234): With the option `debug_lua_restart_on_error` a script from the menu that
/// failed is started again.
///
/// Decided: in the next tick, with the same parameters; the option is off at first.
#[test]
fn a_script_that_failed_may_start_again() {
    let source = "--[[\n@chdk_version 1.6\n#a=1\n--]]\n\
        local option = require'gen/cnf_core'.debug_lua_restart_on_error\n\
        local n = get_config_value(option)\n\
        print(n, a)\n\
        set_config_value(option, n == 0 and 1 or n == 1 and 2 or 0)\n\
        error'again'";
    let again = "A/CHDK/SCRIPTS/x.lua:9: again";
    let stop = "*** TERMINATED ***";
    assert_eq!(run_with(source, &[("a", 5)]), ["0 5", again, stop, "1 5", again, stop, "2 5", again, stop]);
}

/// §3.4 menu exit key (core/script.c:172-189): The exit key interrupts a script from the menu, and `restore()` is called.
#[test]
fn the_exit_key_ends_a_script_from_the_menu() {
    let host = Host::new();
    let path = put(&host, "x.lua", &format!("{NEW}function restore() print'back' end while true do sleep(10) end"));
    host.camera.run_script(&path, &[]).unwrap();
    host.pass(1000);
    assert_eq!(host.camera.ended(), None);
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***", "back"]);
    let (ending, at) = host.camera.ended().unwrap();
    assert_eq!(ending, Ending::Interrupted);
    assert!((Duration::from_millis(1000)..=Duration::from_millis(1020)).contains(&at), "{at:?}");
}

// --- where the menu and PTP meet ---

/// §1.3 5 menu: A script from the menu is an active script: the status says so, NOKILL refuses, and without it the script
/// is killed with no `restore` and no message.
#[test]
fn to_ptp_a_script_from_the_menu_is_one_that_runs() {
    let mut host = Host::new();
    let path = put(&host, "x.lua", &format!("{NEW}function restore() print'back' end while true do sleep(10) end"));
    host.camera.run_script(&path, &[]).unwrap();
    assert_eq!(host.status(), 1, "at once");
    host.pass(500);
    assert_eq!(host.execute(NO_KILL, "return 1"), (0, 0x1000));
    assert_eq!(host.run("return 2"), [int(1, 2)]);
    assert_eq!(host.camera.console(), ["*** TERMINATED ***"]);
}

/// §1.3 7 menu: Only ExecuteScript counts scripts, so one from the menu sends under the id of the latest that PTP started.
#[test]
fn a_script_from_the_menu_has_no_id_of_its_own() {
    let mut host = Host::new();
    host.run("");
    let path = put(&host, "x.lua", &format!("{NEW}write_usb_msg'hi' print(read_usb_msg(5000))"));
    host.camera.run_script(&path, &[]).unwrap();
    host.pass(100);
    assert_eq!(host.messages(), [user(1, "hi")]);
    assert_eq!(host.tell(1, "ho"), 0);
    host.pass(100);
    assert_eq!(host.camera.console()[0], "ho");
}

#[test]
fn a_script_that_is_killed_before_its_first_tick_never_runs() {
    let mut host = Host::new();
    let path = put(&host, "x.lua", &format!("{NEW}print'here'"));
    host.camera.run_script(&path, &[]).unwrap();
    assert_eq!(host.run("return 3"), [int(1, 3)]);
    assert_eq!(host.camera.console(), ["*** TERMINATED ***"]);
}

#[test]
fn what_cannot_be_started_says_why() {
    let mut host = Host::new();
    let path = put(&host, "x.lua", "--[[\n#a=1 \"A\" [0 9]\n#b=false \"B\"\n--]] sleep(1000)");
    let start = |path: &str, values: &[(&str, i32)]| host.camera.run_script(path, values).unwrap_err();
    assert_eq!(start("A/CHDK/SCRIPTS/y.lua", &[]), RunError::NotFound("A/CHDK/SCRIPTS/y.lua".to_owned()));
    assert_eq!(start("A/CHDK/SCRIPTS", &[]), RunError::NotFound("A/CHDK/SCRIPTS".to_owned()));
    assert_eq!(start(&path, &[("c", 1)]), RunError::NoParam("c".to_owned(), vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(start(&path, &[("a", 10)]), RunError::OutOfRange("a".to_owned(), 10, (0, 9)));
    assert_eq!(start(&path, &[("b", 2)]), RunError::OutOfRange("b".to_owned(), 2, (0, 1)));
    host.camera.run_script(&path, &[("a", 9)]).unwrap();
    assert_eq!(host.camera.run_script(&path, &[]), Err(RunError::Busy));
    host.camera.switch_off();
    host.pass(100);
    assert_eq!(host.camera.ended().map(|(ending, _)| ending), Some(Ending::Off));
    assert_eq!(host.camera.run_script(&path, &[]), Err(RunError::Busy));
    host.camera.switch_on();
    host.plug_in_again();
    host.camera.run_script(&path, &[]).unwrap();
}

#[test]
fn an_event_starts_a_script() {
    let host = Host::new();
    put(&host, "a b.LUA", &format!("{NEW}print(get_tick_count() >= 2000)"));
    host.camera.schedule("2s: run A/CHDK/SCRIPTS/a b.LUA".parse().unwrap());
    host.camera.schedule("3s: run A/CHDK/SCRIPTS/none.lua".parse().unwrap());
    host.pass(4000);
    assert_eq!(host.camera.console(), ["true", "*** FINISHED ***"]);
    assert!(
        host.log().iter().any(|line| line.contains("there is no script A/CHDK/SCRIPTS/none.lua")),
        "{:?}",
        host.log()
    );
}

// --- 8 Header ---

/// §8 scanner (core/gui_script.c:426): Only the first 4096 bytes of a file are read for its header.
#[test]
fn what_comes_after_4096_bytes_is_no_header() {
    let line = "#a=12 \"A\"\n";
    let at = |before: usize| header(&format!("{}{line}", "\n".repeat(before))).params;
    assert_eq!(at(4096 - line.len()).len(), 1);
    assert_eq!(at(4096 - 4).first().map(|param| param.default), Some(1), "cut in the number");
    assert_eq!(at(4096), []);
}

/// §8 lines (core/gui_script.c:441-483): Every line counts whose first character after spaces and tabs is `@` or `#`, in a Lua
/// comment or not.
#[test]
fn the_scanner_knows_no_lua() {
    let text = "x = [[\n \t@title T\n]]\n\t #a=3\n-- @param b B\ny = 1 #c=1\n";
    let found = header(text);
    assert_eq!(found.title, "T");
    assert_eq!(found.params.iter().map(|param| &param.name[..]).collect::<Vec<_>>(), ["a"]);
}

/// §8 length operator (core/gui_script.c:441-483): A code line that begins with `#name` is taken for a parameter.
#[test]
fn a_length_operator_on_a_line_of_its_own_is_a_parameter() {
    assert_eq!(param("local n =\n  #names + 1\n", "names").default, 0);
    assert_eq!(run(&format!("{NEW}names = {{1, 2}} local n =\n  #names\nprint(n)"))[0], "2");
}

/// §8 language (core/modules.c:272-283): A file is Lua if its name ends with ".lua" in any case, otherwise uBASIC.
///
/// Not modelled: uBASIC.
#[test]
fn what_is_not_lua_is_ubasic() {
    let host = Host::new();
    for name in ["x.LUA", "y.lUa"] {
        let path = put(&host, name, NEW);
        assert_eq!(host.camera.run_script(&path, &[]), Ok(()), "{name}");
        host.pass(100);
    }
    for name in ["x.bas", "lua", "x.lua.txt"] {
        let path = put(&host, name, NEW);
        assert_eq!(host.camera.run_script(&path, &[]), Err(RunError::Ubasic(path.clone())), "{name}");
    }
}

/// §8 keywords (core/gui_script.c:447-476): Keywords match by their beginning.
#[test]
fn a_keyword_may_be_longer() {
    let text = "@parameter a A\n@defaults a 4\n@ranges a 1 9\n@titles T\n@subtitled S\n";
    let found = header(text);
    assert_eq!((&found.title[..], found.subtitle.as_deref()), ("T", Some("S")));
    let a = found.param("a").unwrap();
    assert_eq!((&a.description[..], a.default, a.range), ("A", 4, Some((1, 9))));
    assert_eq!(header("@par a A\n@Param b B\n").params, []);
}

/// §8 separators (core/gui_script.c:83-107): Tokens are parted by spaces, tabs and also "=".
#[test]
fn an_equals_sign_parts_tokens_everywhere() {
    let text = "@param=a=A b\n@default\ta \t= 4\n@range a=1=9\n#b 7 'B'\n#c==8=\"C\"\n";
    let a = param(text, "a");
    assert_eq!((&a.description[..], a.default, a.range), ("A b", 4, Some((1, 9))));
    assert_eq!((param(text, "b").default, param(text, "c").default), (7, 8));
    assert_eq!(param(text, "c").description, "C");
}

/// §8 title (core/gui_script.c:148-155, 435-438): A title has 35 characters at most; without one it is the file's name.
#[test]
fn a_title_is_cut_at_35() {
    assert_eq!(header("").title, "file.lua");
    let long = "0123456789".repeat(5);
    assert_eq!(header(&format!("@title {long}\n")).title, long[..35]);
}

/// §8 subtitle (core/gui_script.c:157-167): A subtitle has 35 characters at most.
#[test]
fn a_subtitle_is_cut_at_35() {
    let long = "0123456789".repeat(5);
    assert_eq!(header(&format!("@subtitle {long}\n")).subtitle.as_deref(), Some(&long[..35]));
    assert_eq!(header("").subtitle, None);
}

/// §8 description (core/gui_script.c:189-202): A description has 64 characters at most.
#[test]
fn a_description_is_cut_at_64() {
    let long = "0123456789".repeat(9);
    let text = format!("@param a {long}\n#b=1 \"{long}\" [2 3]\n");
    assert_eq!(param(&text, "a").description, long[..64]);
    let b = param(&text, "b");
    assert_eq!((&b.description[..], b.range), (&long[..64], Some((2, 3))));
}

/// §8 name: A name is a letter and then anything but blanks, "=" and ends of lines, 64 characters at most.
///
/// Decided: a longer name is cut.
#[test]
fn a_name_begins_with_a_letter() {
    let long = "n".repeat(80);
    let text = format!("#1a=1\n#_b=1\n# c=1\n@param 9 N\n#ui_x-y.z=4\n#{long}=5\n");
    let names: Vec<_> = header(&text).params.into_iter().map(|param| (param.name, param.default)).collect();
    assert_eq!(names, [("ui_x-y.z".to_owned(), 4), ("n".repeat(64), 5)]);
}

/// §8 quotes (core/gui_script.c:348-361): The description after `#` is in " or ', without escapes; if it is not, the line is
/// given up, and the parameter is there.
///
/// Decided: without a closing quote it goes to the end of the line.
#[test]
fn a_line_without_quotes_is_given_up_after_its_value() {
    let a = param("#a=5 Text [1 9] long\n", "a");
    assert_eq!((a.default, &a.description[..], a.range, a.long), (5, "", None, false));
    assert_eq!(param("#a=5 'it\\'\n", "a").description, "it\\");
    let a = param("#a=5 \"open [1 9]\n", "a");
    assert_eq!((&a.description[..], a.range), ("open [1 9]", None));
}

/// §8 unknown names (core/gui_script.c:242-247): `@default`, `@range` and `@values` of a name that is not known create it.
#[test]
fn a_default_makes_a_parameter() {
    assert_eq!(param("@default a 3\n@param a A\n", "a").default, 3);
    assert_eq!(param("@range b 1 3\n", "b").range, Some((1, 3)));
    assert_eq!(param("@values c x y\n", "c").items, ["x", "y"]);
    assert_eq!(header("@default a 1\n@param a A\n#a=2 'B'\n").params.len(), 1);
}

/// §8 value: A value is what C's `strtol` reads in base 0.
#[test]
fn values_may_be_hexadecimal_and_octal() {
    for (text, value) in
        [("12", 12), ("-7", -7), ("0x1F", 31), ("010", 8), ("08", 0), ("x", 0), ("9999999999", i32::MAX)]
    {
        assert_eq!(param(&format!("#a={text}\n@default b {text}\n"), "a").default, value, "{text}");
        assert_eq!(param(&format!("@default b {text}\n"), "b").default, value, "{text}");
    }
}

/// §8 range (gui_menu.h:45): Both ends of a range are kept in 16 bits.
///
/// Decided: without a sign if neither is negative.
#[test]
fn a_range_has_16_bits() {
    for (text, range) in [
        ("1 40000", (1, 40000)),
        ("-5 5", (-5, 5)),
        ("0 65536", (0, 0)),
        ("-1 40000", (-1, -25536)),
        ("0 70000", (0, 4464)),
    ] {
        assert_eq!(param(&format!("#a=1 'A' [{text}]\n"), "a").range, Some(range), "{text}");
        assert_eq!(param(&format!("@range a {text}\n"), "a").range, Some(range), "{text}");
    }
}

/// §8 checkbox: A range of 0..1 or 1..0 is shown as a box to tick.
#[test]
fn a_range_of_two_is_a_checkbox() {
    for (text, checkbox) in
        [("#a=1 'A' [0 1]", true), ("#a=1 'A' [1 0]", true), ("#a=true", true), ("#a=1 'A' [0 2]", false)]
    {
        assert_eq!(param(text, "a").is_checkbox(), checkbox, "{text}");
    }
}

/// §8 items: Items are split at blanks and "=", and cannot be quoted.
#[test]
fn items_are_words() {
    assert_eq!(param("#a=0 'A' {Off On=\"Very much\"}\n", "a").items, ["Off", "On", "\"Very", "much\""]);
    assert_eq!(param("@values a  one\ttwo\n", "a").items, ["one", "two"]);
}

/// §8 boolean (core/script.c:306-314): A script gets a boolean if the default is true or false, `bool` is given, or the range is
/// written `1 0`; for `0 1` it gets a number.
#[test]
fn booleans_are_those_that_are_written_so() {
    let text = "#a=true\n#b=false 'B'\n#c=1 'C' bool\n#d=0 'D' [1 0]\n@default e 1\n@range e 1 0\n@default f true\n#g=1 'G' [0 1]";
    let got = run(&format!("{NEW}--[[\n{text}\n--]]print(a, b, c, d, e, f, g)"));
    assert_eq!(got[0], "true false true false true true 1");
}

/// §8 table (modules/luascript.c:3172-3195): For `{…} table` a script gets all labels, `index` from 1, and `value`, the label;
/// the default counts from 1.
#[test]
fn a_table_has_its_labels() {
    let source = format!("{NEW}--[[\n#a=2 'A' {{x y z}} table\n--]]print(type(a), #a, a[1], a[3], a.index, a.value)");
    assert_eq!(run(&source)[0], "table 3 x z 2 y");
    assert_eq!(run_with(&source, &[("a", 3)])[0], "table 3 x z 3 z");
}

/// §8 choice (core/script.c:306-314): For `{…}` and `@values` a script gets the number of the item, from 0.
#[test]
fn a_choice_is_a_number_from_0() {
    let source = format!("{NEW}--[[\n#a=2 'A' {{x y z}}\n@default b 1\n@values b x y\n--]]print(a, b)");
    assert_eq!(run(&source)[0], "2 1");
    assert_eq!(run_with(&source, &[("a", 0)])[0], "0 1");
}

/// §8 long: Values go from 0 to 9999999 with `long`.
#[test]
fn long_values_are_long() {
    let a = param("#a=2 'A' long\n", "a");
    assert_eq!((a.long, a.limits(), a.kind), (true, (0, 9_999_999), Kind::Number));
    let b = param("#b=2 'B' [1 5] bool long\n", "b");
    assert_eq!((b.long, b.kind), (true, Kind::Bool));
}

/// §8 saved values (core/gui_script.c:494-523): Values are saved as `#name=value` lines in A/CHDK/DATA, in a file of the first
/// 12 characters of the script's file name and the number of the set, and read for the next start.
///
/// Decided: set 0; the folder is made if it is not there; a read-only card keeps what it had, and a full one loses what
/// does not fit.
#[test]
fn values_are_saved_for_the_next_start() {
    let host = Host::new();
    let source = "@chdk_version 1.6\n#a=1 'A'\n#b=false 'B'\n#t=1 'T' {x y} table\n";
    let path = put(&host, "0123456789abcdef.lua", &format!("--[[\n{source}--]]print(a, b, t.value)"));
    let run = |values: &[(&str, i32)]| {
        host.camera.run_script(&path, values).unwrap();
        host.pass(1000);
        host.camera.console().iter().rev().nth(1).cloned()
    };
    let saved = host.camera.card_root().join("CHDK/DATA/0123456789ab.0");
    assert_eq!(run(&[]).as_deref(), Some("1 false x"));
    assert!(!saved.exists(), "nothing was set");
    assert_eq!(run(&[("b", 1), ("t", 2)]).as_deref(), Some("1 true y"));
    assert_eq!(fs::read_to_string(&saved).unwrap(), "#a=1\n#b=1\n#t=2\n");
    assert_eq!(run(&[]).as_deref(), Some("1 true y"));
    host.camera.schedule("0s: card read-only".parse().unwrap());
    assert_eq!(run(&[("a", 5)]).as_deref(), Some("5 true y"));
    assert_eq!(fs::read_to_string(&saved).unwrap(), "#a=1\n#b=1\n#t=2\n");
    host.camera.schedule("0s: card full".parse().unwrap());
    assert_eq!(run(&[("a", 5)]).as_deref(), Some("5 true y"));
    assert_eq!(fs::read_to_string(&saved).unwrap(), "");
    host.camera.schedule("0s: card ok".parse().unwrap());
    fs::write(&saved, "#a=-3\nnonsense\n#c=9\n#t=x\n").unwrap();
    assert_eq!(run(&[]).as_deref(), Some("-3 false x"));
}

/// §8 letters: Values are global variables, also those of the single letters of old scripts.
#[test]
fn old_scripts_have_letters() {
    let source = "--[[\n@title Old\n@param a Shots\n@default a 10\n@param b Delay\n--]]print(a, b, z)";
    assert_eq!(run(source)[0], "10 0 nil");
}

/// §8 version (core/gui_script.c:419-420, 855-899): Without `@chdk_version` a script is taken for one of 1.3.0.0.
#[test]
fn a_version_has_up_to_four_parts() {
    for (text, version) in [
        ("", [1, 3, 0, 0]),
        ("@chdk_version 1.6\n", [1, 6, 0, 0]),
        ("@chdk_version 1.5.1\n", [1, 5, 1, 0]),
        ("@chdk_version=1.4.1.3\n", [1, 4, 1, 3]),
    ] {
        assert_eq!(header(text).chdk_version, ChdkVersion(version), "{text}");
    }
}

/// §8 newer version (core/gui_script.c:855-899): A script for a newer CHDK than the camera's runs all the same.
#[test]
fn a_script_for_a_newer_chdk_runs() {
    assert_eq!(run("--[[\n@chdk_version 9.9\n--]]print'on'")[0], "on");
}
