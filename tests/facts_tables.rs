//! Tables on their way to the host: `usb_msg_table_to_string` (chdk-camera.md §6).

mod lua_camera;

#[path = "lua_camera/host.rs"]
mod host;

use host::{Host, Message, boolean, int, run_error, string, table};
use lua_camera::Script;
use moonshutter::sim::vm::{Resume, Value};

/// What the camera's own function makes of a table.
#[track_caller]
fn converts(table: &str, expected: &str) {
    let mut vm = Script::new().loaded(&format!("return {table}"));
    let expected = Resume::Done(vec![Ok(Value::TableText(expected.into()))]);
    assert_eq!(vm.resume(), expected, "{table}");
}

/// The error that a script fails with, and the sins on the way.
#[track_caller]
fn fails(source: &str) -> (String, usize) {
    let script = Script::new();
    let error = script.run(source).expect_err(source);
    (error, script.sins().len())
}

/// What the host gets of three results of which the second is a table.
fn results(converter: &str) -> (Vec<Message>, usize) {
    let host = Host::new();
    let got = host.run(&format!("usb_msg_table_to_string = {converter} return 1, {{}}, 3"));
    (got, host.sins().len())
}

/// §6 The default (modules/luascript.c:3142-3162): it is a Lua function in every new state.
#[test]
fn the_default_is_a_function_of_every_state() {
    let host = Host::new();
    let source = "local was = type(usb_msg_table_to_string) usb_msg_table_to_string = nil return was";
    for _ in 0..2 {
        assert_eq!(host.run(source), [string("function")]);
    }
}

/// §6 The default (modules/luascript.c:3142-3162): a scalar entry is a line: key, tab, value.
#[test]
fn a_scalar_is_key_tab_value() {
    converts("{a = 1}", "a\t1\n");
    converts("{a = 'text'}", "a\ttext\n");
    converts("{[3] = -5}", "3\t-5\n");
    converts("{[true] = false}", "true\tfalse\n");
}

/// §6 The default (modules/luascript.c:3142-3162): a table entry is a line: key and, each after a tab, v[1] to v[n], n being table.maxn(v).
#[test]
fn a_table_is_key_and_values() {
    converts("{k = {1, 'two', true}}", "k\t1\ttwo\ttrue\n");
    converts("{k = {1, x = 2}}", "k\t1\n");
    converts("{k = {[2] = 'b', [-1] = 'c'}}", "k\tnil\tb\n");
}

/// §6 The default (modules/luascript.c:3142-3162): holes are written as "nil".
#[test]
fn holes_are_nil() {
    converts("{[3] = {10, nil, 30}}", "3\t10\tnil\t30\n");
}

/// §6 The default (modules/luascript.c:3142-3162): entries come in the order of pairs.
#[test]
fn entries_come_in_the_order_of_pairs() {
    let source = "local t = {} for i = 1, 40 do t['k' .. i * 7919 % 101] = i end local s = '' \
                  for k, v in pairs(t) do s = s .. k .. '\\t' .. v .. '\\n' end return usb_msg_table_to_string(t) == s";
    assert_eq!(Script::new().shows(source), "true");
}

/// §6 Text of a value: strings verbatim, without escapes.
#[test]
fn strings_are_not_escaped() {
    converts("{a = 'x\\ty\\nz'}", "a\tx\ty\nz\n");
    converts("{['a\\tb'] = ''}", "a\tb\t\n");
    converts("{a = 'x\\0y'}", "a\tx\0y\n");
}

/// §6 Text of a value: numbers, booleans and nil by tostring.
#[test]
fn scalars_are_written_by_tostring() {
    converts("{{1, true, false, nil, -2147483647}}", "1\t1\ttrue\tfalse\tnil\t-2147483647\n");
}

/// §6 Text of a value: everything else is empty; a function gives "key\t\n".
#[test]
fn other_values_are_empty() {
    converts("{d = print}", "d\t\n");
    converts("{d = newproxy()}", "d\t\n");
    converts("{d = {print, 1}}", "d\t\t1\n");
}

/// §6 Dropped entries: those whose key has no text: tables, functions, "".
#[test]
fn keys_without_text_are_dropped() {
    converts("{[print] = 1, [{}] = 2, [''] = 3, ok = 4}", "ok\t4\n");
}

/// §6 Dropped entries: a table with maxn 0, empty or with string keys only.
#[test]
fn tables_without_numbers_are_dropped() {
    converts("{f = {x = 1}, g = {}, h = {[0] = 1}, ok = 4}", "ok\t4\n");
}

/// §6 The default: a table inside a nested table gives an empty field.
#[test]
fn a_table_two_levels_down_is_an_empty_field() {
    converts("{g = {{1}, 2}}", "g\t\t2\n");
}

/// §6 The default: an empty table is the empty text.
///
/// §6 Result (modules/luascript.c:131-137): it is sent with subtype TABLE, 5, even if it is empty.
#[test]
fn an_empty_table_is_sent_as_no_text_at_all() {
    let host = Host::new();
    assert_eq!(host.run("write_usb_msg({}) return {}"), [Message(3, 5, vec![]), table("")]);
}

/// §6 Examples: those of the facts, as they were run.
#[test]
fn the_examples_hold() {
    for (source, text) in [
        ("{a=1}", "a\t1\n"),
        ("{[3]={10,nil,30}}", "3\t10\tnil\t30\n"),
        ("{d=print}", "d\t\n"),
        ("{f={x=1}}", ""),
        ("{g={{1},2}}", "g\t\t2\n"),
    ] {
        assert_eq!(Host::new().run(&format!("return {source}")), [table(text)], "{source}");
    }
}

/// §6 The default: it goes one level deep only, so cycles are harmless.
#[test]
fn cycles_are_harmless_to_the_default() {
    let mut vm = Script::new().loaded("local t = {} t[1] = t t.t = {t, 5} return t");
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::TableText(b"1\t\nt\t\t5\n".to_vec()))]));
}

/// §6 Lookup (modules/luascript.c:131-137): it is the global of that name, so a script just assigns it.
#[test]
fn a_script_assigns_its_own() {
    let host = Host::new();
    let source = "usb_msg_table_to_string = function(t) return '<' .. t[1] .. '>' end write_usb_msg({1}) return {2}";
    assert_eq!(host.run(source), [Message(3, 5, b"<1>".to_vec()), table("<2>")]);
}

/// §6 Lookup: it is looked up at each use.
#[test]
fn it_is_looked_up_at_each_use() {
    let host = Host::new();
    let source = "local function say(s) usb_msg_table_to_string = function() return s end end \
                  say('a') write_usb_msg({}) say('b') write_usb_msg({}) say('c') return {}, {}";
    let sent = |text: &str| Message(3, 5, text.as_bytes().to_vec());
    assert_eq!(host.run(source), [sent("a"), sent("b"), table("c"), table("c")]);
}

/// §6 Lookup: in the environment of the running thread, not of the function that calls.
#[test]
fn it_is_looked_up_in_the_threads_environment() {
    let host = Host::new();
    let of_function = "setfenv(1, setmetatable({usb_msg_table_to_string = function() return 'mine' end}, {__index = _G})) \
                       return {a = 1}";
    assert_eq!(host.run(of_function), [table("a\t1\n")]);
    let of_thread =
        "setfenv(0, {usb_msg_table_to_string = function() return 'mine' end}) write_usb_msg({}) return {a = 1}";
    assert_eq!(host.run(of_thread), [Message(3, 5, b"mine".to_vec()), table("mine")]);
}

/// §6 Call: with one argument.
#[test]
fn it_gets_one_argument() {
    let source = "usb_msg_table_to_string = function(...) return select('#', ...) .. type((...)) end return {}";
    assert_eq!(Host::new().run(source), [table("1table")]);
}

/// §6 Call: under pcall, so an error does not end the state.
#[test]
fn it_is_called_under_pcall() {
    let script = Script::new();
    let source = "usb_msg_table_to_string = function() error('x', 0) end local ok, e = pcall(write_usb_msg, {}) \
                  return ok, e, write_usb_msg('after')";
    assert_eq!(script.shows(source), "false x string after");
}

/// §6 Call: the hook that forces yields is off meanwhile.
#[test]
fn no_yield_is_forced_in_it() {
    let busy = "usb_msg_table_to_string = function() for i = 1, 50000 do end return 'whole' end";
    let script = Script::new();
    let mut vm = script.loaded(&format!("set_yield(1, 0) {busy} return {{}}"));
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::TableText(b"whole".to_vec()))]));
    // With it off for good, the script would not be interrupted afterwards either.
    let mut vm = script.loaded(&format!("{busy} write_usb_msg({{}}) for i = 1, 50000 do end"));
    assert_eq!(vm.resume(), Resume::Forced);
}

/// §6 Result: a number is accepted and converted.
#[test]
fn a_number_is_accepted() {
    assert_eq!(results("function() return 42 end").0, [int(1), table("42"), int(3)]);
    assert_eq!(
        Script::new().shows("usb_msg_table_to_string = function() return 42 end return write_usb_msg({})"),
        "table 42"
    );
}

/// §6 Errors in write_usb_msg (modules/luascript.c:139-142): the converter's error is raised again, with the caller's position.
///
/// §6 Errors in write_usb_msg: text without '%' arrives whole.
#[test]
fn the_converters_error_is_raised_again() {
    let source =
        |text: &str| format!("usb_msg_table_to_string = function() error('{text}', 0) end\n write_usb_msg({{}})");
    assert_eq!(fails(&source("no")), (":2: no".into(), 0));
    assert_eq!(fails(&source("")), (":2: ".into(), 0));
    let position = "usb_msg_table_to_string = function() error('no') end\n write_usb_msg({})";
    assert_eq!(fails(position), (":2: :1: no".into(), 0));
    assert_eq!(fails("usb_msg_table_to_string = nil write_usb_msg({})"), (":1: attempt to call a nil value".into(), 0));
    assert_eq!(fails("usb_msg_table_to_string = function() error(42, 0) end write_usb_msg({})"), (":1: 42".into(), 0));
}

/// §6 Errors in write_usb_msg (modules/luascript.c:139-142): the text is used as a format, so a '%' in it is interpreted.
///
/// Decided: `%%` is one '%', as it is there; where a directive would read what is not there, the text says "(garbage)" and the
/// log hears of it; a '%' that Lua's formats do not know stays.
#[test]
fn a_percent_sign_in_the_error_is_a_format() {
    for (text, shown, sins) in [
        ("100%% sure", ":1: 100% sure", 0),
        ("it is %s", ":1: it is (garbage)", 1),
        ("%d of %d", ":1: (garbage) of (garbage)", 1),
        ("%c%f%p", ":1: (garbage)(garbage)(garbage)", 1),
        ("100%", ":1: 100(garbage)", 1),
        ("5 % 3, %x", ":1: 5 % 3, %x", 0),
    ] {
        let source = format!("usb_msg_table_to_string = function() error('{text}', 0) end write_usb_msg({{}})");
        assert_eq!(fails(&source), (shown.into(), sins), "{text}");
    }
}

/// §6 Errors in write_usb_msg: an error that is no string is a NULL format, which is undefined.
///
/// Decided: the script gets an error that says so, and the log a sin.
#[test]
fn an_error_that_is_no_string_is_an_error_and_a_sin() {
    for error in ["error({})", "error()", "error(nil)", "error(print)", "error(true)"] {
        let (text, sins) = fails(&format!("usb_msg_table_to_string = function() {error} end write_usb_msg({{}})"));
        assert_eq!(text, ":1: usb_msg_table_to_string raised an error that is not a string", "{error}");
        assert_eq!(sins, 1);
    }
}

/// §6 Errors at the end of a script (modules/luascript.c:142-148, 259-262): it becomes an ERR/RUN message.
///
/// §6 Errors at the end of a script: the values after it are lost.
#[test]
fn an_error_at_the_end_is_a_message_and_the_rest_is_lost() {
    let error = |text: &str| (vec![int(1), run_error(text)], 0);
    assert_eq!(results("function() error('no') end"), error(":1: no"));
    assert_eq!(results("function() error('no', 0) end"), error("no"));
    assert_eq!(results("nil"), error("attempt to call a nil value"));
}

/// §6 Errors at the end of a script: there the text is no format; a '%' stays.
#[test]
fn a_percent_sign_at_the_end_is_text() {
    assert_eq!(results("function() error('100%s %', 0) end"), (vec![int(1), run_error("100%s %")], 0));
}

/// §6 Errors at the end of a script: one that is no string has no text (the facts leave it open; CHDK core/ptp.c:398-403
/// measures a null pointer).
///
/// Decided: it is reported as "error creating return msg", and is a sin.
#[test]
fn an_error_without_text_at_the_end_is_a_sin() {
    assert_eq!(results("function() error({}) end"), (vec![int(1), run_error("error creating return msg")], 1));
}

/// §6 Non-string result at the end of a script (modules/luascript.c:263-266): ERR/RUN "error creating return msg", and the
/// rest is lost.
#[test]
fn a_result_that_is_no_string_is_a_message() {
    for result in ["nil", "{}", "true", "print", ""] {
        let expected = (vec![int(1), run_error("error creating return msg")], 0);
        assert_eq!(results(&format!("function() return {result} end")), expected, "{result}");
    }
}

/// §6 Non-string result in write_usb_msg (modules/luascript.c:2563-2573): a NULL pointer is used, which is undefined.
///
/// Decided: the script gets an error that names the type, and the log a sin.
#[test]
fn a_result_that_is_no_string_is_an_error_and_a_sin() {
    for (result, kind) in [("", "nil"), ("nil", "nil"), ("{}", "table"), ("true", "boolean"), ("print", "function")] {
        let source = format!("usb_msg_table_to_string = function() return {result} end write_usb_msg({{}})");
        let text = format!(":1: usb_msg_table_to_string must return a string, not {kind}");
        assert_eq!(fails(&source), (text, 1), "{result}");
    }
}

/// §6: A replacement may not yield, neither in write_usb_msg nor at the end.
#[test]
fn a_replacement_may_not_yield() {
    let boundary = "attempt to yield across metamethod/C-call boundary";
    assert_eq!(results("function() sleep(1) end"), (vec![int(1), run_error(boundary)], 0));
    assert_eq!(fails("usb_msg_table_to_string = sleep write_usb_msg({})"), (format!(":1: {boundary}"), 0));
}

/// §6: A replacement must cope with cycles itself.
#[test]
fn a_replacement_that_recurses_for_ever_is_an_error() {
    let source = "function(t) t[1] = t local function f(u) return 1 + f(u[1]) end return f(t) end";
    let (got, _) = results(source);
    assert!(matches!(&got[..], [_, Message(1, 2, _)]), "{got:?}");
}

/// §6 A replacement as chdkptp's (chdkptp lua/rlibs.lua:135-331): a serializer in its place makes the text a Lua literal.
#[test]
fn a_serializer_can_take_its_place() {
    let serialize = "local function serialize(v) if type(v) ~= 'table' then return (type(v) == 'string' and '%q' or '%s'):format(tostring(v)) end \
                     local s = '{' for k, v in ipairs(v) do s = s .. serialize(v) .. ',' end return s .. '}' end \
                     usb_msg_table_to_string = serialize return {1, {'a\\nb', true}}";
    assert_eq!(Host::new().run(serialize), [table("{1,{\"a\\\nb\",true,},}")]);
}

/// §6 A full queue: the table is converted first; then write_usb_msg returns false.
///
/// Decided: the facts are silent; the order follows from where the conversion stands (modules/luascript.c:2552-2579).
#[test]
fn a_full_queue_is_seen_after_the_conversion() {
    let host = Host::new();
    let source = "for i = 1, 15 do write_usb_msg(i) end local n = 0 \
                  usb_msg_table_to_string = function() n = n + 1 return '' end \
                  local sent = write_usb_msg({}) local late = write_usb_msg({}, 50) \
                  print(tostring(sent), tostring(late), n)";
    assert_eq!(host.run(source).len(), 15);
    assert_eq!(host.camera.console(), ["false false 2"]);
}

/// §6 A full queue: what a converter sends comes before the table.
///
/// Decided: the facts are silent; a converter that fills the queue makes its own table find it full.
#[test]
fn a_converter_can_fill_the_queue() {
    let host = Host::new();
    let source = "usb_msg_table_to_string = function() for i = 1, 20 do write_usb_msg(i) end return '' end \
                  print(tostring(write_usb_msg({})))";
    let got = host.run(source);
    assert_eq!(got.len(), 15);
    assert_eq!(got[14], Message(3, 3, 15i32.to_le_bytes().to_vec()));
    assert_eq!(host.camera.console(), ["false"]);
}

/// §6 A full queue at the end of a script: tables are converted all the same, and are lost.
///
/// Decided: the facts are silent on tables here; §3.3 says that the rest is dropped.
#[test]
fn a_full_queue_at_the_end_loses_tables() {
    let host = Host::new();
    let source = "for i = 1, 15 do write_usb_msg(i) end return {}, {}";
    let got = host.run(source);
    assert_eq!(got.len(), 15);
    assert!(got.iter().all(|message| message.0 == 3), "{got:?}");
}

/// §6 write_usb_msg (modules/luascript.c:2552-2573): without an argument, and with a function, userdata or thread, it raises
/// before anything is sent.
#[test]
fn what_cannot_be_sent_raises() {
    for (call, text) in [
        ("write_usb_msg()", ":1: missing argument"),
        ("write_usb_msg(print)", ":1: unsupported type"),
        ("write_usb_msg(newproxy())", ":1: unsupported type"),
        ("write_usb_msg(debug.getregistry().Lt)", ":1: unsupported type"),
    ] {
        assert_eq!(Host::new().run(call), [run_error(text)], "{call}");
    }
    assert_eq!(Host::new().run("write_usb_msg(nil) return write_usb_msg(false)").len(), 3);
    assert_eq!(Host::new().run("return write_usb_msg(nil)")[1], boolean(true));
}
