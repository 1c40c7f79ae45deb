//! Host scripts before they run: the camera code in them, with its places in the file, and what they get wrong themselves.

use moonshutter::host::lint::{check, is_host};
use moonshutter::lint::{Options, Report, Severity, Source};
use proptest::prelude::*;

fn report(text: &str) -> Report {
    check(Source::new("host.lua", text), &Options::default())
}

/// Each finding: its rule, and the text in the script that it is about.
fn found(text: &str) -> Vec<(&'static str, String)> {
    let report = report(text);
    let at = |finding: &moonshutter::lint::Finding| {
        let (source, span) = report.sources.resolve(finding.source, finding.span);
        let source = report.sources.get(source);
        assert_eq!(source.name(), "host.lua", "the place is one of the script");
        (finding.rule, String::from_utf8_lossy(source.text(span)).into_owned())
    };
    report.findings.iter().map(at).collect()
}

#[track_caller]
fn yields_at(text: &str, line: u32, column: u32) {
    let report = report(text);
    let places: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == "yield-across-boundary")
        .map(|finding| {
            let (source, span) = report.sources.resolve(finding.source, finding.span);
            let at = report.sources.get(source).position(span.start);
            (at.line, at.column)
        })
        .collect();
    assert_eq!(places, [(line, column)], "{text}");
}

#[test]
fn code_is_found_wherever_it_stands() {
    yields_at("con:exec 'pcall(sleep, 1)'", 1, 11);
    yields_at("con:execwait([[\n  pcall(sleep, 1)\n]])", 2, 3);
    yields_at("con:execwait([==[\r\n\tpcall(sleep, 1)\r\n]==])", 2, 2);
    yields_at("local ok = con:execwait_pcall(\"x = '\\\"'\\n\\\n pcall(sleep, \\49)\")", 2, 2);
    yields_at("pcall(con.exec, con, [[\npcall(sleep, 1)]])", 2, 1);
    yields_at("con.exec(con, 'pcall(sleep, 1)')", 1, 16);
    yields_at("local cam = chdk.connect('usb') cam:exec('pcall(sleep, 1)')", 1, 43);
    yields_at("for _, lcon in ipairs(cons) do lcon:exec('pcall(sleep, 1)') end", 1, 43);
}

#[test]
fn code_may_be_put_together_from_constants() {
    yields_at("con:exec('local x ' ..\n  'pcall(sleep, ' .. 2 * 5 .. ')')", 2, 4);
    yields_at("local lib = 'pcall(sleep, 1)'\ncon:exec('local y = 1 ' .. lib)", 1, 14);
    yields_at("code = [[\npcall(sleep, 1)]]\ncon:exec(code)", 2, 1);
    yields_at("con:exec(string.format('local n = %d\\npcall(%s, %d)', 3, 'sleep', 10))", 1, 39);
    yields_at("con:exec(('pcall(%s, 1)'):format('sleep'))", 1, 12);
    yields_at("local a = 'pcall'\nlocal b = a\ncon:exec((b) .. '(sleep, 1)')", 1, 12);
}

#[test]
fn places_have_their_ends_where_people_see_them() {
    assert_eq!(found(r#"con:exec("press(\"half\")")"#), [("unknown-key", r#"\"half\""#.into())]);
    assert_eq!(found(r#"con:exec('press("h\97l\x66")')"#), [("unknown-key", r#""h\97l\x66""#.into())]);
    assert_eq!(found("con:exec('sleep(' .. 0.5 .. ')')"), [("float-literal", "0.5".into())]);
    assert_eq!(found("local s = 0.25 con:exec(('sleep(%s)'):format(s))"), [("float-literal", "0.25".into())]);
    let quoted = "con:exec(string.format('press(%q) x = 0x%X', 'half\\n', 255))";
    assert_eq!(found(quoted), [("unknown-key", "'half\\n'".into())]);
    assert_eq!(found("con:exec(string.format('pcall(sleep, %c)', 49))"), [("yield-across-boundary", "pcall".into())]);
    assert_eq!(found("con:exec(string.format('pcall(sleep, 1) x = %q', '\\t'))"), []);
}

#[test]
fn code_that_nobody_knows_is_left_alone() {
    for text in [
        "local s = 'pcall(sleep, 1)' s = other() con:exec(s)",
        "con:exec('pcall(' .. name .. ', 1)')",
        "con:exec(read('x.lua'))",
        "con:exec()",
        "con:exec(string.format('%d', x) .. ' pcall(sleep, 1)')",
        "db:exec('pcall(sleep, 1)')",
        "con:exec('pcall(sleep, 1)', {lint = false})",
        "local s s = 'a' .. s con:exec(s)",
        "con:exec(\"\\0\" .. string.rep('pcall(sleep, 1)', 1))",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn functions_are_called_with_arguments_that_nobody_knows() {
    assert_eq!(found("con:call_remote('get_mode')"), []);
    assert_eq!(found("con:call_remote('os.stat', {}, 'A/x')"), []);
}

#[test]
fn libraries_that_go_along_are_known() {
    let lib = "chdku.rlibs:register{ name = 'wait', code = [[ function wait() sleep(10) end ]] }\n";
    let text = format!("{lib}con:exec('pcall(wait)', {{ libs = {{ 'wait' }} }})");
    assert_eq!(found(&text), [("yield-across-boundary", "pcall".into())]);
    let text = format!("{lib}chdku.rlibs:register{{ name = 'more', depend = 'wait', code = [[ pcall(wait) ]] }}");
    assert_eq!(found(&text), [("yield-across-boundary", "pcall".into())]);
}

#[test]
fn methods_and_functions_that_are_not_there_are_found() {
    assert_eq!(found("con:exce('return')"), [("host-name", "exce".into())]);
    assert_eq!(found("print(con.remote.os.stat('A/').size, con.apiver.MAJOR, con.lint)"), []);
    assert_eq!(found("con:wait_mgs_pcall{}"), [("host-name", "wait_mgs_pcall".into())]);
    assert_eq!(found("chdk.conect('sim')"), [("host-name", "conect".into())]);
    assert_eq!(found("local t = sys.gettik()"), [("host-name", "gettik".into())]);
    assert_eq!(found("local c = chdk.simulate{} c:exce()"), [("host-name", "exce".into())]);
    for clean in [
        "con:exec('return') con:wait_msg_pcall{} print(con.condev, con.lint, con:is_connected())",
        "function con:mine() end con:mine() con.note = 1 print(con.note)",
        "local con = other() con:anything()",
        "con = other() con:anything()",
        "local other = chdk.simulate{} other = 5 other:anything()",
        "sys = mine sys.anything()",
    ] {
        assert_eq!(found(clean), [], "{clean}");
    }
}

#[test]
fn options_that_are_not_taken_are_found() {
    assert_eq!(found("con:exec('return', {clober = true})"), [("host-option", "clober".into())]);
    assert_eq!(found("con:wait_msg_pcall{timeot = 1}"), [("host-option", "timeot".into())]);
    assert_eq!(found("con:listdir('A/', {'stat'})"), [("host-option", "'stat'".into())]);
    assert_eq!(found("pcall(con.exec, con, 'return', {['wit'] = true})"), [("host-option", "'wit'".into())]);
    assert_eq!(found("chdk.simulate{latncy = 5}"), [("host-option", "latncy".into())]);
    assert_eq!(found("chdk.connect('sim', {lnt = false})"), [("host-option", "lnt".into())]);
    for clean in [
        "con:exec('return', {clobber = true, libs = 'serialize', wait = true, timeout = 5, lint = true})",
        "con:execwait('return', options)",
        "con:exec('return', {[name] = true})",
        "con:call_remote('f', {timeout = 1}, {anything = 1})",
        "chdk.simulate{time = 'virtual', card = 'x', lint = false}",
        "chdk.connect{host = 'x', port = 1}",
    ] {
        assert!(found(clean).iter().all(|(rule, _)| *rule != "host-option"), "{clean}: {:?}", found(clean));
    }
}

#[test]
fn fractions_that_go_into_code_are_found() {
    assert_eq!(found("con:exec('sleep(' .. x / 2 .. ')')"), [("host-fraction", "x / 2".into())]);
    assert_eq!(found("con:exec(string.format('sleep(%s)', 1 + x / 2))"), [("host-fraction", "1 + x / 2".into())]);
    assert_eq!(found("con:exec(string.format('sleep(%f)', x))"), [("host-fraction", "'sleep(%f)'".into())]);
    let report = report("con:exec(string.format('sleep(%.2f)', x))");
    assert_eq!(report.findings[0].severity, Severity::Error);
    for clean in [
        "con:exec(string.format('sleep(%d)', x / 2))",
        "con:exec(string.format('sleep(%.0f)', x / 2))",
        "con:exec(string.format('print(\"%f\") -- %g', x, y / 2))",
        "con:exec('sleep(' .. math.floor(x / 2) .. ')')",
        "con:exec('sleep(' .. x * 2 .. ')')",
        "print('sleep(' .. x / 2 .. ')')",
        "con:exec('sleep(' .. 10 / 2 .. ')' .. y)",
    ] {
        assert_eq!(found(clean), [], "{clean}");
    }
}

#[test]
fn host_scripts_are_lua_5_2() {
    for clean in [
        "#!/usr/bin/env moonshutter\nprint(0.5, 1e3, 0x.8p1)",
        "for i = 1, 3 do if i == 2 then goto continue end con:exec('return') ::continue:: end",
        "print('a\\z\n   b', '\\x41') ; ;; return",
        "\u{feff}return 1",
    ] {
        assert_eq!(found(clean), [], "{clean}");
    }
    let report = report("x = 1\ny = = 2");
    let finding = &report.findings[0];
    assert_eq!((finding.rule, report.sources.get(finding.source).line(finding.span.start)), ("host-syntax", 2));
    // Code is checked all the same.
    yields_at("goto a\n::a::\ncon:exec('pcall(sleep, 1)') ; ; local z = '\\z\n ' con:exec()", 3, 11);
}

#[test]
fn comments_of_the_script_allow_what_is_found_in_its_code() {
    let allow = "-- lint: allow(yield-across-boundary) to see it fail";
    assert_eq!(found(&format!("con:exec('pcall(sleep, 1)') {allow}")), []);
    assert_eq!(found(&format!("{allow}\ncon:exec([[\n\npcall(sleep, 1)\n]])")), []);
    assert_eq!(found(&format!("con:exec([[\npcall(sleep, 1) {allow}\n]])")), []);
    let unused = found(&format!("con:exec('sleep(1)') {allow}"));
    assert_eq!(unused, [("unused-suppression", "yield-across-boundary".into())]);
    assert_eq!(found("con:exce() -- lint: allow(host-name) another program adds it"), []);
}

#[test]
fn what_kind_of_script_it_is_shows() {
    let is_host = |text: &str| is_host(&Source::new("x.lua", text));
    for host in
        ["con:exec('return')", "local c = chdk.connect()", "#!/usr/bin/env moonshutter\nprint(1)", "chdku.x = 1"]
    {
        assert!(is_host(host), "{host}");
    }
    for camera in [
        "",
        "sleep(100)",
        "print('con:exec')",
        "-- con:exec()\nshoot()",
        "local con = {} con.x = 1 print(con.x)",
        "t.con.x = 1",
        "--[[\n@title con:exec\n@param a b\n]] con:exec()",
        "\0\u{ff}",
    ] {
        assert!(!is_host(camera), "{camera}");
    }
}

proptest! {
    /// Whatever a file has in it, there is a report, and every place is in a text.
    #[test]
    fn any_bytes_give_a_report(text in prop::collection::vec(any::<u8>(), 0..400)) {
        inside(&text);
    }

    /// So it is for what looks like a host script.
    #[test]
    fn any_words_give_a_report(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        inside(words.join(" ").as_bytes());
    }
}

const WORDS: &[&str] = &[
    "con:exec(",
    "con:execwait [[",
    "]]",
    "'pcall(sleep, 1)'",
    "\"\\",
    "\\z\n",
    "..",
    "(",
    ")",
    "{",
    "}",
    "libs =",
    "'serialize'",
    "string.format(",
    "'%d %s %f'",
    ",",
    "1.5",
    "x / 2",
    "local s =",
    "s",
    "goto a",
    "::a::",
    ";",
    "function f()",
    "end",
    "chdku.rlibs:register{ name = 'a', depend = 'a', code =",
    "chdk.simulate{",
    "pcall(con.exec, con,",
    "\r\n",
    "--",
    "--[[",
    "\u{20ac}",
];

fn inside(text: &[u8]) {
    is_host(&Source::new("x.lua", text));
    let report = check(Source::new("x.lua", text), &Options::default());
    for finding in &report.findings {
        let (source, span) = report.sources.resolve(finding.source, finding.span);
        assert!(span.end as usize <= report.sources.get(source).bytes().len(), "{finding:?}");
        assert!(span.start <= span.end);
    }
}
