//! What suspends a script, where it may not, and what becomes of it then (chdk-camera.md §4).

mod lua_camera;

#[path = "lua_camera/host.rs"]
mod host;

use host::{Host, Message, boolean, int, run_error, string};
use lua_camera::Script;
use moonshutter::api::{self, Yields};
use moonshutter::sim::Config;
use moonshutter::sim::vm::{Resume, Value};

const BOUNDARY: &str = "attempt to yield across metamethod/C-call boundary";

/// The script fails because something in it would yield across C.
#[track_caller]
fn refused(source: &str) {
    refused_by(&Script::new(), source);
}

#[track_caller]
fn refused_by(script: &Script, source: &str) {
    let mut vm = script.loaded(source);
    assert_eq!(vm.resume(), Resume::Error(Some(BOUNDARY.into())), "{source}");
}

/// The script is suspended and then returns "done".
#[track_caller]
fn suspended(source: &str) {
    suspended_by(&Script::new(), source);
}

#[track_caller]
fn suspended_by(script: &Script, source: &str) {
    let mut vm = script.loaded(&format!("{source} return 'done'"));
    assert_eq!(vm.resume(), Resume::Yield, "{source}");
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Bytes(b"done".to_vec()))]), "{source}");
}

/// Milliseconds of the camera's time that a statement takes in a script.
#[track_caller]
fn takes(host: &Host, statement: &str) -> i32 {
    let messages = host.run(&format!("local t=get_tick_count() {statement} return get_tick_count()-t"));
    match messages.last() {
        Some(Message(2, 3, bytes)) => i32::from_le_bytes(bytes[..].try_into().unwrap()),
        other => panic!("{statement}: {other:?}"),
    }
}

/// What a call fails with where nothing may yield.
#[track_caller]
fn caught(host: &Host, call: &str) -> String {
    match &host.run(&format!("local ok, e = pcall({call}) return e"))[..] {
        [Message(2, 4, text)] => String::from_utf8_lossy(text).into_owned(),
        other => panic!("{call}: {other:?}"),
    }
}

/// §4.1 The list (modules/luascript.c): shoot, sleep, click, press, release, wait_click, md_detect_motion, file_browser,
/// textbox, read_usb_msg and write_usb_msg yield, and nothing else of the camera's does.
#[test]
fn these_functions_yield_and_no_others() {
    let yielding = api::entries().filter(|entry| entry.yields != Yields::No && entry.category != "lualib");
    let mut names: Vec<_> = yielding.map(|entry| entry.name).collect();
    names.sort();
    let known =
        "click file_browser md_detect_motion press read_usb_msg release shoot sleep textbox wait_click write_usb_msg";
    assert_eq!(names.join(" "), known);
    let host = Host::new();
    let quiet = "get_tick_count get_day_seconds get_mode get_alt_mode get_usb_power get_buildinfo get_meminfo cls \
                 enter_alt exit_alt set_yield print collectgarbage os.time";
    for name in quiet.split_whitespace() {
        assert_eq!(host.run(&format!("return (pcall({name}))")), [boolean(true)], "{name}");
        host.messages();
    }
}

/// §4.1 shoot (modules/luascript.c:458): it always yields.
///
/// Not modelled: until it is, it says so wherever it is called.
#[test]
fn shoot_yields_or_says_that_it_is_not_modelled() {
    let text = caught(&Host::new(), "shoot");
    assert!(text == BOUNDARY || text.ends_with("shoot: the simulated camera does not do this yet"), "{text}");
}

/// §4.1 md_detect_motion (modules/luascript.c:1251): it always yields.
///
/// Not modelled: until it is, it says so wherever it is called.
#[test]
fn md_detect_motion_yields_or_says_that_it_is_not_modelled() {
    let text = caught(&Host::new(), "md_detect_motion, 2, 2");
    assert!(
        text == BOUNDARY || text.ends_with("md_detect_motion: the simulated camera does not do this yet"),
        "{text}"
    );
}

/// §4.1 file_browser (modules/luascript.c:1306): it always yields.
///
/// Not modelled: until it is, it says so wherever it is called.
#[test]
fn file_browser_yields_or_says_that_it_is_not_modelled() {
    let text = caught(&Host::new(), "file_browser");
    assert!(text == BOUNDARY || text.ends_with("file_browser: the simulated camera does not do this yet"), "{text}");
}

/// §4.1 textbox (modules/luascript.c:1317): it always yields.
///
/// Not modelled: until it is, it says so wherever it is called.
#[test]
fn textbox_yields_or_says_that_it_is_not_modelled() {
    let text = caught(&Host::new(), "textbox, 'a', 'b'");
    assert!(text == BOUNDARY || text.ends_with("textbox: the simulated camera does not do this yet"), "{text}");
}

/// §4.1 sleep (modules/luascript.c:487): it always yields, for 0 and less too, and takes a tick at least.
#[test]
fn sleep_always_yields() {
    let host = Host::new();
    for (call, ms) in [("sleep(0)", 10), ("sleep(-1000)", 10), ("sleep(1)", 10), ("sleep(95)", 100)] {
        assert_eq!(takes(&host, call), ms, "{call}");
        let arguments = call.replace("sleep(", "sleep, ").replace(')', "");
        assert_eq!(caught(&host, &arguments), BOUNDARY, "{call}");
    }
}

/// §4.1 click, press, release (modules/luascript.c:501): they always yield.
#[test]
fn key_functions_always_yield() {
    let host = Host::new();
    for name in ["click", "press", "release"] {
        assert_eq!(caught(&host, &format!("{name}, 'set'")), BOUNDARY, "{name}");
    }
}

/// §4.1 click, press, release (modules/luascript.c:501): a key name that is none raises first.
#[test]
fn a_bad_key_name_raises_before_the_yield() {
    let host = Host::new();
    for name in ["click", "press", "release"] {
        assert_eq!(caught(&host, &format!("{name}, 'shutter'")), "unknown key", "{name}");
        assert_eq!(host.run(&format!("{name}('shutter')")), [run_error(":1: unknown key")]);
    }
}

/// §4.1 wait_click (modules/luascript.c:1167): it yields when no fresh click is recorded.
#[test]
fn wait_click_yields_without_a_click() {
    let host = Host::new();
    for call in ["wait_click", "wait_click, 0", "wait_click, 100", "wait_click, -1"] {
        assert_eq!(caught(&host, call), BOUNDARY, "{call}");
    }
}

/// §4.1 wait_click (modules/luascript.c:1167): with a fresh click it returns at once.
#[test]
fn wait_click_does_not_yield_after_a_click() {
    let host = Host::new();
    host.start("sleep(100) return (pcall(wait_click, 1000)), is_key('set')");
    host.pass(50);
    assert!(host.camera.click_key("set"));
    host.pass(1000);
    assert_eq!(host.messages(), [boolean(true), boolean(true)]);
}

/// §4.1 wait_click (modules/luascript.c:1167): negative timeouts other than -1 never yield.
#[test]
fn wait_click_with_a_negative_timeout_never_yields() {
    let host = Host::new();
    assert_eq!(host.run("return (pcall(wait_click, -2)), (pcall(wait_click, -1000))"), [boolean(true), boolean(true)]);
    assert_eq!(takes(&host, "wait_click(-2)"), 0);
}

/// §4.1 read_usb_msg (modules/luascript.c:2524): it yields only with a timeout above 0 or -1.
#[test]
fn read_usb_msg_yields_only_with_a_timeout() {
    let host = Host::new();
    for (call, yields) in [
        ("read_usb_msg", false),
        ("read_usb_msg, 0", false),
        ("read_usb_msg, -2", false),
        ("read_usb_msg, 1", true),
        ("read_usb_msg, -1", true),
    ] {
        assert_eq!(host.run(&format!("return (pcall({call}))")), [boolean(!yields)], "{call}");
    }
}

/// §4.1 read_usb_msg (modules/luascript.c:2524): with a timeout it yields even if a message waits.
#[test]
fn read_usb_msg_yields_even_if_a_message_waits() {
    let host = Host::new();
    host.start("sleep(20) local ok, e = pcall(read_usb_msg, 100) return ok, e, read_usb_msg()");
    host.tell("here");
    host.pass(1000);
    assert_eq!(host.messages(), [boolean(false), string(BOUNDARY), string("here")]);
    host.start("sleep(20) local t = get_tick_count() return read_usb_msg(100), get_tick_count() - t");
    host.tell("here");
    host.pass(1000);
    assert_eq!(host.messages(), [string("here"), int(10)]);
}

/// §4.1 write_usb_msg (modules/luascript.c:2552): it yields only with a timeout above 0 or -1.
///
/// §4.1 write_usb_msg (modules/luascript.c:2552): with such a timeout it always yields, also with room in the queue.
#[test]
fn write_usb_msg_yields_with_a_timeout_and_always_then() {
    let host = Host::new();
    for (call, yields) in [
        ("write_usb_msg, 1", false),
        ("write_usb_msg, 1, 0", false),
        ("write_usb_msg, 1, -2", false),
        ("write_usb_msg, 1, 1", true),
        ("write_usb_msg, 1, -1", true),
    ] {
        assert_eq!(host.run(&format!("return (pcall({call}))")).last(), Some(&boolean(!yields)), "{call}");
    }
    assert_eq!(takes(&host, "write_usb_msg(1, 100)"), 10);
}

/// §4.1 count hook (modules/luascript.c:193): it yields, and never raises, not even where it may not yield.
#[test]
fn the_count_hook_never_raises() {
    let script = Script::new();
    let mut vm =
        script.loaded("for i = 1, 3000 do end return pcall(function() for i = 1, 30000 do end return 'whole' end)");
    assert_eq!(vm.resume(), Resume::Forced);
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Bool(true)), Ok(Value::Bytes(b"whole".to_vec()))]));
}

/// §4.1 LUALIB (CHDK/LUALIB): uartr.start and, after require"hookutil", hook_*.wait_ready yield through sleep.
#[test]
fn modules_of_lualib_yield_through_sleep() {
    let host = Host::new();
    for (module, make, call) in [
        ("hookutil", "hook_raw.is_ready = function() return false end", "hook_raw.wait_ready"),
        ("uartr", "call_event_proc = function() return 0 end", "require'uartr'.start"),
    ] {
        let source = format!(
            "require'{module}' {make} local _, e = pcall({call}) return e:find('attempt to yield', 1, true) ~= nil"
        );
        assert!(host.run(&source).contains(&boolean(true)), "{module}");
    }
}

/// §4.1 (modules/luascript.c): everything else, in io and os, imath, fmath and Lua itself, only blocks.
#[test]
fn libraries_only_block() {
    let script = Script::new().file("f.txt", "text");
    let source = "pcall(function() assert(io.open('A/f.txt')):read('*a') os.stat('A/f.txt') os.listdir('A/') imath.sind(1) \
                  fmath.new(1):sin() bitand(1, 2) end) return 'done'";
    assert_eq!(script.loaded(source).resume(), Resume::Done(vec![Ok(Value::Bytes(b"done".to_vec()))]));
}

/// §4.2 (lib/lua/ldo.c:444-453): the error is exactly this text, without a position.
#[test]
fn the_error_of_a_yield_has_no_position() {
    refused("\n\nfor _ in sleep do end");
    let mut vm = Script::new().loaded("\nlocal ok, e = pcall(sleep, 1) return e");
    let text = "attempt to yield across metamethod/C-call boundary";
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Bytes(text.into()))]));
}

/// §4.2 (lib/lua/ldo.c:444-453): it is an ordinary error, which a surrounding pcall catches.
#[test]
fn the_error_of_a_yield_can_be_caught() {
    let mut vm = Script::new().loaded("local ok = pcall(function() for _ in sleep do end end) sleep(1) return ok");
    assert_eq!(vm.resume(), Resume::Yield, "the script goes on and may yield");
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Bool(false))]));
}

/// §4.3 The test (lib/lua/ldo.c): what counts is a C call deeper than at the resume, however deep Lua's calls are.
#[test]
fn only_c_calls_between_count() {
    suspended("local function f(n) if n == 0 then return sleep(1) end f(n - 1) end f(150)");
    refused(
        "local function f(n) if n == 0 then return sleep(1) end f(n - 1) end table.foreach({150}, function(_, n) f(n) end)",
    );
}

/// §4.3 Not inside: a function called by pcall may not yield.
#[test]
fn pcall_may_not_yield() {
    refused("local ok, e = pcall(function() sleep(1) end) error(e, 0)");
}

/// §4.3 Not inside: a function called by xpcall may not yield.
#[test]
fn xpcall_may_not_yield() {
    refused("local ok, e = xpcall(function() sleep(1) end, function(e) return e end) error(e, 0)");
}

/// §4.3 Not inside: the iterator function of a generic for may not yield (lvm.c:703).
#[test]
fn an_iterator_may_not_yield() {
    refused("for _ in function() sleep(1) end do end");
}

/// §4.3 Not inside: the metamethod `__index` may not yield.
#[test]
fn index_may_not_yield() {
    refused("return setmetatable({}, {__index = sleep}).x");
}

/// §4.3 Not inside: the metamethod `__newindex` may not yield.
#[test]
fn newindex_may_not_yield() {
    refused("setmetatable({}, {__newindex = sleep}).x = 1");
}

/// §4.3 Not inside: the metamethod `__unm` may not yield.
#[test]
fn unm_may_not_yield() {
    refused("return -setmetatable({}, {__unm = sleep})");
}

/// §4.3 Not inside: the metamethod `__concat` may not yield.
#[test]
fn concat_may_not_yield() {
    refused("return setmetatable({}, {__concat = sleep}) .. ''");
}

/// §4.3 Not inside: the metamethod `__eq` may not yield.
#[test]
fn eq_may_not_yield() {
    refused("local m = {__eq = sleep} return setmetatable({}, m) == setmetatable({}, m)");
}

/// §4.3 Not inside: the metamethod `__lt` may not yield.
#[test]
fn lt_may_not_yield() {
    refused("local m = {__lt = sleep} return setmetatable({}, m) < setmetatable({}, m)");
}

/// §4.3 Not inside: the metamethod `__le` may not yield.
#[test]
fn le_may_not_yield() {
    refused("local m = {__le = sleep} return setmetatable({}, m) <= setmetatable({}, m)");
}

/// §4.3 Not inside: `__tostring` may not yield when tostring calls it.
#[test]
fn tostring_may_not_yield() {
    refused("return tostring(setmetatable({}, {__tostring = sleep}))");
}

/// §4.3 Not inside: `__tostring` may not yield when print calls it.
#[test]
fn tostring_by_print_may_not_yield() {
    refused("print(setmetatable({}, {__tostring = sleep}))");
}

/// §4.3 Not inside: a replaced global tostring may not yield when print calls it.
#[test]
fn a_replaced_tostring_may_not_yield() {
    refused("tostring = sleep print({})");
}

/// §4.3 Not inside: the comparator of table.sort may not yield.
#[test]
fn a_comparator_may_not_yield() {
    refused("table.sort({2, 1}, function(a, b) sleep(1) return a < b end)");
}

/// §4.3 Not inside: the callback of table.foreach may not yield.
#[test]
fn foreach_may_not_yield() {
    refused("table.foreach({1}, sleep)");
}

/// §4.3 Not inside: the callback of table.foreachi may not yield.
#[test]
fn foreachi_may_not_yield() {
    refused("table.foreachi({1}, sleep)");
}

/// §4.3 Not inside: the replacement function of string.gsub may not yield.
#[test]
fn a_replacement_may_not_yield() {
    refused("return (('x'):gsub('x', sleep))");
}

/// §4.3 Not inside: `__index` of a replacement table of string.gsub may not yield.
#[test]
fn a_replacement_table_may_not_yield() {
    refused("return (('x'):gsub('x', setmetatable({}, {__index = sleep})))");
}

/// §4.3 Not inside: a function in package.preload may not yield.
#[test]
fn preload_may_not_yield() {
    refused("package.preload.x = sleep require 'x'");
}

/// §4.3 Not inside: a loader of package.loaders may not yield.
#[test]
fn loaders_may_not_yield() {
    refused("table.insert(package.loaders, 1, function() sleep(1) end) require 'x'");
}

/// §4.3 Not inside: a `__call` object as iterator may not yield.
#[test]
fn a_callable_iterator_may_not_yield() {
    refused("for _ in setmetatable({}, {__call = sleep}) do end");
}

/// §4.3 Not inside: a `__call` object given to pcall may not yield.
#[test]
fn a_callable_in_pcall_may_not_yield() {
    refused("local ok, e = pcall(setmetatable({}, {__call = sleep})) error(e, 0)");
}

/// §4.3 Not inside: a hook function of debug.sethook may not yield.
#[test]
fn a_hook_may_not_yield() {
    refused("debug.sethook(sleep, 'l')\nlocal x = 1");
}

/// §4.3 Not inside: a replacement of usb_msg_table_to_string may not yield.
#[test]
fn a_converter_may_not_yield() {
    refused("usb_msg_table_to_string = sleep local ok, e = pcall(write_usb_msg, {}) error(e, 0)");
}

/// §4.3 Not inside: the metamethods of arithmetic may not yield (lvm.c:96-121).
#[test]
fn arithmetic_may_not_yield() {
    for (event, operator) in [("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/"), ("mod", "%"), ("pow", "^")] {
        refused(&format!("return setmetatable({{}}, {{__{event} = sleep}}) {operator} 1"));
    }
}

/// §4.3 Not inside: `__len` counts on userdata only (lvm.c:96-121); there it may not yield.
#[test]
fn len_counts_on_userdata_only() {
    refused("local u = newproxy(true) getmetatable(u).__len = sleep return #u");
    let mut vm = Script::new().loaded("return #setmetatable({7}, {__len = sleep})");
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Int(1))]));
}

/// §4.3 Not inside: a yield in the error handler of xpcall makes "error in error handling" of the result.
#[test]
fn an_error_handler_may_not_yield() {
    let mut vm = Script::new().loaded("return xpcall(error, function() sleep(1) end)");
    let text = Value::Bytes(b"error in error handling".to_vec());
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Bool(false)), Ok(text)]));
}

/// §4.3 Not inside: the body of a module may not yield while require runs it.
#[test]
fn the_body_of_a_module_may_not_yield() {
    refused_by(&Script::new().file("CHDK/LUALIB/m.lua", "sleep(1)"), "require 'm'");
}

/// §4.3 Not inside: a chunk run by dofile may not yield.
#[test]
fn a_chunk_run_by_dofile_may_not_yield() {
    refused_by(&Script::new().file("m.lua", "sleep(1)"), "dofile('A/m.lua')");
}

/// §4.3 Not inside: the reader of load may not yield; there the error comes back as nil and its text.
#[test]
fn a_reader_may_not_yield() {
    let mut vm = Script::new().loaded("return load(function() sleep(1) end)");
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Nil), Ok(Value::Bytes(BOUNDARY.into()))]));
}

/// §4.3 Not inside: a `__gc` finalizer may not yield; the error comes up at whatever statement triggered the collection.
#[test]
fn a_finalizer_may_not_yield() {
    let proxy = "local p = newproxy(true) getmetatable(p).__gc = sleep p = nil";
    refused(&format!("{proxy} collectgarbage()"));
    // No statement that looks as if it could fail.
    refused(&format!("{proxy} while true do local t = {{}} end"));
    let mut vm = Script::new().loaded(&format!("{proxy} return pcall(collectgarbage)"));
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Bool(false)), Ok(Value::Bytes(BOUNDARY.into()))]));
}

/// §4.3 Yieldable: any depth of calls from Lua to Lua.
#[test]
fn calls_of_lua_functions_may_yield() {
    suspended("local function f(n) if n > 0 then f(n - 1) else sleep(1) end end f(100)");
}

/// §4.3 Yieldable: tail calls.
#[test]
fn tail_calls_may_yield() {
    suspended("local function f() return sleep(1) end local function g() return f() end g()");
}

/// §4.3 Yieldable: method calls.
#[test]
fn method_calls_may_yield() {
    suspended("local t = {f = function(self) sleep(1) end} t:f()");
}

/// §4.3 Yieldable: functions with varargs.
#[test]
fn varargs_may_yield() {
    suspended("local function f(...) sleep(...) return ... end f(1, 2)");
}

/// §4.3 Yieldable: functions that are upvalues.
#[test]
fn upvalues_may_yield() {
    suspended("local s = sleep local function f() s(1) end f()");
}

/// §4.3 Yieldable: functions that loadstring made, called from Lua.
#[test]
fn loadstring_may_yield() {
    suspended("loadstring('sleep(1)')()");
}

/// §4.3 Yieldable: functions that load made, called from Lua.
#[test]
fn load_may_yield() {
    suspended("local n = 0 load(function() n = n + 1 return ({'sleep', '(1)'})[n] end)()");
}

/// §4.3 Yieldable: a `__call` metamethod that is called directly (ldo.c:244-256).
#[test]
fn a_direct_call_of_an_object_may_yield() {
    suspended("setmetatable({}, {__call = function() sleep(1) end})()");
}

/// §4.3 Yieldable: the body of a numeric for.
#[test]
fn a_numeric_for_may_yield() {
    suspended("for i = 1, 1 do sleep(1) end");
}

/// §4.3 Yieldable: the body of while.
#[test]
fn a_while_loop_may_yield() {
    suspended("local n = 0 while n < 1 do n = n + 1 sleep(1) end");
}

/// §4.3 Yieldable: the body of repeat.
#[test]
fn a_repeat_loop_may_yield() {
    suspended("repeat sleep(1) until true");
}

/// §4.3 Yieldable: the body of a generic for.
#[test]
fn the_body_of_a_generic_for_may_yield() {
    suspended("for _ in pairs({1}) do sleep(1) end");
}

/// §4.3 Yieldable: functions that loadfile made, called from Lua: `loadfile(f)()` works where `dofile(f)` fails.
#[test]
fn loadfile_may_yield_where_dofile_may_not() {
    let script = Script::new().file("m.lua", "sleep(1)");
    suspended_by(&script, "loadfile('A/m.lua')()");
    refused_by(&script, "dofile('A/m.lua')");
}

/// §4.3 Yieldable: the functions of a module, called after require has returned.
#[test]
fn functions_of_a_module_may_yield() {
    let script = Script::new().file("CHDK/LUALIB/m.lua", "return {f = function() sleep(1) end}");
    suspended_by(&script, "local m = require 'm' m.f()");
}

/// §4.4 Caught yields (modules/luascript.c:493-497): the action stays on the stack and runs at the next real yield: a sleep
/// delays that one.
#[test]
fn a_caught_sleep_happens_later() {
    let host = Host::new();
    assert_eq!(takes(&host, "pcall(sleep, 1000)"), 0);
    assert_eq!(takes(&host, "pcall(sleep, 1000) sleep(10)"), 1000);
}

/// §4.4 Caught yields: a key pressed in pcall is pressed at the next real yield.
#[test]
fn a_caught_press_happens_later() {
    let host = Host::new();
    host.start("pcall(press, 'set') sleep(100) sleep(500)");
    host.pass(5);
    assert_eq!(host.camera.keys_held(), [""; 0]);
    host.pass(300);
    assert_eq!(host.camera.keys_held(), ["set"]);
}

/// §4.4 Caught yields: the result is pushed on the main thread and becomes an extra return value of the function that really
/// yields.
#[test]
fn the_result_of_a_caught_yield_is_one_of_the_next() {
    let host = Host::new();
    host.start("sleep(20) pcall(read_usb_msg, 100) return read_usb_msg(50)");
    host.tell("first");
    host.tell("second");
    host.pass(1000);
    let got = host.messages();
    assert_eq!(got.len(), 2, "{got:?}");
    assert!(got.contains(&string("first")) && got.contains(&string("second")), "{got:?}");
}

/// §4.4 Caught yields (core/action_stack.c:19-20, 190-201): each leftover takes three or more of 48 places, and nothing
/// checks for the end, so about 15 of them overwrite memory (inferred).
///
/// Decided: at sixteen actions the script gets an error, and the log a sin.
#[test]
fn too_many_caught_yields_are_an_error_and_a_sin() {
    let host = Host::new();
    let source = |n| {
        format!(
            "for i = 1, {n} do local ok, e = pcall(sleep, 1) if e ~= '{BOUNDARY}' then return i, e end end return 0"
        )
    };
    assert_eq!(host.run(&source(14)), [int(0)]);
    assert_eq!(host.sins(), [""; 0]);
    let got = host.run(&source(40));
    assert!(matches!(&got[..], [Message(2, 3, i), Message(2, 4, _)] if (14..=17).contains(&i[0])), "{got:?}");
    assert_eq!(host.sins().len(), 1);
}

/// §4.5 Coroutines (lib/lua/lbaselib.c:515-518, 686-690): since 2021-01-03 the table does not exist on the camera.
#[test]
fn there_are_no_coroutines() {
    let host = Host::new();
    let text = ":1: attempt to index global 'coroutine' (a nil value)";
    assert_eq!(host.run("coroutine.create(print)"), [run_error(text)]);
    assert_eq!(
        host.run("return package.loaded.coroutine == nil, pcall(require, 'coroutine') == false"),
        [boolean(true), boolean(true)]
    );
}

/// §4.5 Coroutines: 1.5 and older have them; here that is a CHDK from before 2021-01-03.
#[test]
fn older_builds_have_coroutines() {
    let host =
        Host::with(Config { profile: moonshutter::sim::Profile::default().with_protocol(2, 8), ..Config::default() });
    assert_eq!(host.run("return coroutine.wrap(function(...) return ... end)(5)"), [int(5)]);
}

/// §4.5 Coroutines of old builds (lib/lua/lstate.c:125-128): one inherits the count hook, and is yielded to its resumer at
/// any moment, with no values.
#[test]
fn an_old_coroutine_is_yielded_by_the_count_hook() {
    let mut script = Script::new();
    script.options.coroutine = true;
    let source = "local co = coroutine.create(function() for i = 1, 10000 do end return 'end' end) \
                  local n, r = 0, {coroutine.resume(co)} \
                  while #r == 1 do n = n + 1 r = {coroutine.resume(co)} end return n > 1, r[2]";
    assert_eq!(script.shows(source), "true end");
}

/// §4.5 Coroutines of old builds: sleep in one makes resume return true and no values at once; the delay takes effect at the
/// next yield of the main thread.
#[test]
fn sleep_in_an_old_coroutine_returns_at_once() {
    let host =
        Host::with(Config { profile: moonshutter::sim::Profile::default().with_protocol(2, 8), ..Config::default() });
    let source = "local t = get_tick_count() local co = coroutine.create(function() sleep(1000) return 'late' end) \
                  local r = {coroutine.resume(co)} local now = get_tick_count() - t \
                  sleep(10) return r[1], #r, now, get_tick_count() - t >= 1000";
    assert_eq!(host.run(source), [boolean(true), int(1), int(0), boolean(true)]);
}

/// §4.5 Coroutines of old builds: results go to the main thread's stack, not to the coroutine.
///
/// §10.3 Action results: they are pushed on the script's main thread, not on the calling state.
#[test]
fn results_go_to_the_main_thread() {
    let host =
        Host::with(Config { profile: moonshutter::sim::Profile::default().with_protocol(2, 8), ..Config::default() });
    let source = "sleep(20) local co = coroutine.create(function() return 'of the coroutine', read_usb_msg(100) end) \
                  coroutine.resume(co) local main = {sleep(10)} local ok, a, b = coroutine.resume(co) return main[1], a, b == nil";
    host.start(source);
    host.tell("hello");
    host.pass(1000);
    assert_eq!(host.messages(), [string("hello"), string("of the coroutine"), boolean(true)]);
}

/// §10.2 One thread for each script: the count hook is on that thread only, every 100 instructions, and all that is stacked
/// above the yield is what the function that yielded returns.
#[test]
fn a_script_is_one_thread_that_gets_all_that_was_pushed() {
    let mut vm = Script::new().loaded("return sleep(1)");
    assert_eq!(vm.resume(), Resume::Yield);
    vm.push(Value::Int(1));
    vm.push(Value::Bytes(b"two".to_vec()));
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Int(1)), Ok(Value::Bytes(b"two".to_vec()))]));
    let mut vm = Script::new().loaded("set_yield(1, -1) local n = 0 while n < 1000 do n = n + 1 end");
    let mut hooks = 0;
    while vm.resume() == Resume::Forced {
        hooks += 1;
    }
    assert_eq!(hooks, 1000 * 3 / 100, "the loop has three instructions");
}

/// §10.7: Coroutines are left out by default; a switch has them as in 1.5 and older.
#[test]
fn coroutines_are_a_switch() {
    let mut script = Script::new();
    assert_eq!(script.shows("return type(coroutine)"), "nil");
    script.options.coroutine = true;
    assert_eq!(script.shows("return type(coroutine), type(coroutine.running)"), "table function");
}
