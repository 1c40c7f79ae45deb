//! The rules beside the main one, and the words of all of them.

use moonshutter::lint::{Finding, Options, Report, Severity, Source, Start, check, flow};

fn report(text: &str, start: Start) -> Report {
    check(Source::new("script.lua", text), &Options { start, ..Options::default() })
}

fn ours(report: &Report) -> Vec<&Finding> {
    let known = |finding: &&Finding| flow::INFOS.iter().any(|info| info.id == finding.rule);
    report.findings.iter().filter(known).collect()
}

/// Rule, line and severity of each finding.
#[track_caller]
fn found(text: &str, wanted: &[(&str, u32, Severity)]) {
    let report = report(text, Start::Ptp);
    let line = |finding: &Finding| {
        let (source, span) = report.sources.resolve(finding.source, finding.span);
        report.sources.get(source).line(span.start)
    };
    let found: Vec<_> = ours(&report).into_iter().map(|f| (f.rule, line(f), f.severity)).collect();
    assert_eq!(found, wanted, "{text}");
}

/// All that a report says, as text.
fn words(text: &str) -> String {
    words_as(text, Start::Ptp)
}

fn words_as(text: &str, start: Start) -> String {
    let report = report(text, start);
    let mut out = format!("{text}\n\n");
    for finding in ours(&report) {
        let place = |source, span| {
            let (source, span) = report.sources.resolve(source, span);
            let source = report.sources.get(source);
            let position = source.position(span.start);
            format!("{}:{}:{}", source.name(), position.line, position.column)
        };
        let at = place(finding.source, finding.span);
        out += &format!("{} [{}] {at}: {}\n", finding.severity, finding.rule, finding.message);
        for label in &finding.trace {
            out += &format!("  {}: {}\n", place(label.source, label.span), label.message);
        }
        for label in &finding.labels {
            out += &format!("  also {}: {}\n", place(label.source, label.span), label.message);
        }
        for help in &finding.help {
            out += &format!("  = {help}\n");
        }
    }
    out
}

#[test]
fn restore_must_not_wait() {
    use Severity::Warning;
    found("function restore() set_zoom(0) sleep(1) end", &[("restore-yields", 1, Warning)]);
    found("local function wait() sleep(1) end\nfunction restore()\nwait() end", &[("restore-yields", 3, Warning)]);
    found("restore = shoot", &[]);
    found("function restore() set_zoom(0) end function other() sleep(1) end", &[]);
    found("function restore() read_usb_msg(0) write_usb_msg('x') end", &[]);
    found("function restore()\nif false then sleep(1) end end", &[]);
    found("function restore()\npcall(sleep, 1) end", &[("yield-across-boundary", 2, Warning)]);
    found("local n = 'rest' .. 'ore'\n_G[n] = function()\nsleep(1) end", &[("restore-yields", 3, Warning)]);
}

#[test]
fn restore_must_not_take_long() {
    use Severity::Info;
    let set = "set_config_value(1, 2) ".repeat(9);
    found(&format!("function restore() {set} end"), &[]);
    let long = "set_config_value(1, 2) ".repeat(40);
    found(&format!("function restore() {long} end"), &[("restore-too-long", 1, Info)]);
    found(&format!("local function all() {long} end\nfunction restore() all() end"), &[("restore-too-long", 2, Info)]);
    found(&format!("local function all() {long} end\nfunction restore() pcall(all) end"), &[]);
    found(
        "function restore() for k, v in pairs({}) do set_config_value(k, v) end end",
        &[("restore-too-long", 1, Info)],
    );
    found("function restore() for i = 1, 3 do set_config_value(i, 0) end end", &[]);
}

#[test]
fn loops_inside_a_boundary_freeze_the_camera() {
    use Severity::Warning;
    let rule = "long-loop-in-boundary";
    found("pcall(function() repeat until is_pressed('set') end)", &[(rule, 1, Warning)]);
    found("local function f()\nwhile get_shooting() do end end\npcall(f)", &[(rule, 2, Warning)]);
    found(
        "local function f()\nwhile true do cls() end end\nlocal function g() f() end\npcall(g)",
        &[(rule, 2, Warning)],
    );
    found("pcall(function() for i = 1, 1000000 do end end)", &[(rule, 1, Warning)]);
    found("local function f() while get_shooting() do end end f()", &[]);
    found("pcall(function() for i = 1, 100 do cls() end end)", &[]);
    found("pcall(function() for k in pairs({}) do cls() end end)", &[]);
    found("pcall(function() local n = 9 while n > 0 do n = n - 1 end end)", &[]);
}

#[test]
fn converters_return_strings() {
    use Severity::{Error, Warning};
    let rule = "usb-msg-converter";
    found("function usb_msg_table_to_string(t) return nil end", &[(rule, 1, Error)]);
    found("function usb_msg_table_to_string(t)\nif #t == 0 then return {} end return 'x' end", &[(rule, 2, Error)]);
    found("function usb_msg_table_to_string(t) cls() end", &[(rule, 1, Error)]);
    found("function usb_msg_table_to_string(t) error('100 % sure') end", &[(rule, 1, Warning)]);
    found("usb_msg_table_to_string = function(t) return table.concat(t) end", &[]);
    found("function usb_msg_table_to_string(t) return 5 end", &[]);
}

#[test]
fn unknown_callees_are_said_if_asked_for() {
    let text = "local f = loadstring(read_usb_msg(10))\npcall(f)";
    found(text, &[]);
    let mut options = Options { start: Start::Ptp, ..Options::default() };
    options.levels.set("unknown-call-in-boundary", Some(Severity::Warning));
    let report = check(Source::new("script.lua", text), &options);
    let found: Vec<_> = ours(&report).iter().map(|finding| (finding.rule, finding.severity)).collect();
    assert_eq!(found, [("unknown-call-in-boundary", Severity::Warning)]);
}

#[test]
fn what_is_in_strings_is_found_there() {
    found("loadstring([[\nlocal x = 1\npcall(sleep, 1)]])()", &[("yield-across-boundary", 3, Severity::Error)]);
    found("loadstring('local x = 1 \\\npcall(sleep, 1)')()", &[("yield-across-boundary", 2, Severity::Error)]);
    let allowed = "-- lint: allow(yield-across-boundary) it is meant\nloadstring('pcall(sleep, 1)')()";
    found(allowed, &[]);
}

#[test]
fn modules_of_chdk_are_known() {
    use Severity::Error;
    let rule = "yield-across-boundary";
    found("require('hookutil')\nhook_shoot.wait_ready()", &[]);
    found("local u = require('uartr')\npcall(u.start, 'A/U.LOG')", &[(rule, 2, Severity::Warning)]);
    found("require('hookutil')\npcall(hook_shoot.wait_ready)", &[(rule, 2, Severity::Warning)]);
    found("require('wrap13') require('drawings') require('rawoplib')\npcall(sleep, 1)", &[(rule, 2, Error)]);
    found("local p = require('propcase')\nfor k, v in pairs(p) do print(k, v) end", &[]);
}

#[test]
fn header_parameters_are_known() {
    let text = "--[[\n@param a x\n@default a 1\n]]\nif a == 1 then pcall(sleep, 1) end";
    let report = report(text, Start::Menu);
    let severities: Vec<_> = ours(&report).iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Warning]);
}

#[test]
fn entangled_scripts_come_to_an_end() {
    let deep = format!(
        "local f = function() sleep(1) end {} pcall(f)",
        "f = (function(g) return function() g() end end)(f) ".repeat(400)
    );
    assert!(!ours(&report(&deep, Start::Ptp)).is_empty());
    let chain = format!("local t = {{}} t.t = t pcall(t{}, 1)", ".t".repeat(5_000));
    report(&chain, Start::Ptp);
    let choices = format!("{} pcall(sleep, 1)", "if is_key('set') then x = 1 end ".repeat(60));
    let severities: Vec<_> = ours(&report(&choices, Start::Ptp)).iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Warning]);
    report("while true do local t = {} for i = 1, 100000 do t[i] = i end end pcall(sleep, 1)", Start::Ptp);
    report("local s = 'x' while true do s = s .. s end pcall(sleep, 1)", Start::Ptp);
    report("pcall(string.gsub, ('a'):rep(50000), ('a*'):rep(50) .. 'b', sleep)", Start::Ptp);
    report("local function f() return pcall(f) end f() pcall(sleep, 1)", Start::Ptp);
    report("local o = {} setmetatable(o, {__call = o}) pcall(o)", Start::Ptp);
    report("local o = setmetatable({}, {}) getmetatable(o).__index = o local x = o.y o.z = 1", Start::Ptp);
    report(
        "local function f(...) return pcall(...) end f(pcall, pcall, pcall, pcall, pcall, pcall, sleep)",
        Start::Ptp,
    );
    report("local t = {table.sort, table.foreach, pcall} t[4] = t table.sort(t, table.sort)", Start::Ptp);
    report("local function f(n) return 1 + f(n + 1) end pcall(f, 1) pcall(sleep, 1)", Start::Ptp);
    report(
        "local function f(t) return setmetatable({}, {__index = function(t, k) return f(t).x end}) end local x = f().x",
        Start::Ptp,
    );
}

#[test]
fn words_of_the_findings() {
    insta::assert_snapshot!(
        "pcall",
        words("local function take(n)\n  for i = 1, n do shoot() end\nend\nlocal ok = pcall(take, 3)")
    );
    insta::assert_snapshot!(
        "callback",
        words("local t = {3, 1, 2}\ntable.sort(t, function(a, b)\n  sleep(10)\n  return a < b\nend)")
    );
    insta::assert_snapshot!(
        "dofile_and_iterator",
        words("for key in wait_click, 100 do print(key) end\nfor key in sleep, 100 do end")
    );
    insta::assert_snapshot!(
        "wrapper",
        words(
            "local function try(f, ...)\n  return pcall(f, ...)\nend\nif get_usb_power() == 1 then\n  try(press, 'shoot_half')\nend"
        )
    );
    insta::assert_snapshot!(
        "restore",
        words("local function off()\n  click('display')\nend\nfunction restore()\n  off()\n  set_zoom(0)\nend")
    );
    insta::assert_snapshot!("loop", words("pcall(function()\n  while get_shooting() do end\nend)"));
    insta::assert_snapshot!(
        "converter",
        words("function usb_msg_table_to_string(t)\n  if not t then return nil end\n  return t[1]\nend")
    );
}

#[test]
fn a_library_waits_where_its_own_text_does() {
    let text = "local lib = {}\nfunction lib.take()\n  shoot()\nend\nif is_key('set') then\n  lib.take()\nend\n\
                pcall(lib.take)\nreturn lib";
    insta::assert_snapshot!("library", words_as(text, Start::Library));
}

#[test]
fn a_table_is_converted_where_the_script_returns_it() {
    let text = "function usb_msg_table_to_string(t)\n  sleep(10)\n  return 'x'\nend\nif is_key('set') then\n  \
                return {}\nend";
    insta::assert_snapshot!("returned_table", words(text));
}
