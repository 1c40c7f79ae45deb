//! What other tools lose, refuse or garble on the way from and to a camera, and what we do instead: a test for each case.

mod serializer;

use serializer::{Bench, bench};

use moonshutter::ErrorKind;
use moonshutter::camera::{Camera, ExecOptions, Payload, Script, Target, WaitOptions};
use moonshutter::host::{Host, HostOptions};
use moonshutter::table;

/// What a script returns when it is sent this and reads it with `unserialize`.
fn told(bench: &mut Bench, message: &[u8], source: &str) -> Vec<Payload> {
    let source = format!("write_usb_msg(0) local v, problem = unserialize(read_usb_msg(10000)) {source}");
    let script = Script::new("test.lua", source);
    let mut tell = |camera: &mut Camera, _| camera.write_msg(message, Target::Last);
    bench.camera.execwait(&script, &ExecOptions::default(), &WaitOptions::default(), &mut tell).unwrap()
}

/// Runs a host script against a simulated camera and gives back what it returned, as text.
fn host(source: &str) -> String {
    let source = format!("local con = chdk.simulate{{time='virtual'}} {source}");
    let host = Host::new(HostOptions::default()).unwrap();
    let outcome = host.run("test.lua", source.as_bytes(), &[]).unwrap();
    let values = outcome.values.iter().map(|value| value.to_string().unwrap());
    values.collect::<Vec<_>>().join(" ")
}

/// There: everything behind a hole is lost.
#[test]
fn arrays_with_holes_keep_what_stands_behind_them() {
    let mut bench = bench();
    assert_eq!(bench.text("return {1,nil,3}"), "{1,nil,3}");
    assert_eq!(bench.text("return {nil,2}"), "{nil,2}");
    assert_eq!(bench.text("return {1,2,nil,4}"), "{1,2,nil,4}");
    assert_eq!(bench.text("return {1,nil,nil,nil,5}"), "{1,[5]=5}");
    let returns = told(&mut bench, b"{1,nil,3,nil,nil,6}", "return v[1], v[3], v[6], table.maxn(v)");
    assert_eq!(returns, [1, 3, 6, 6].map(Payload::Integer));
}

/// A hole is written as nil only where nothing stands: the key may be on its way, out of turn.
#[test]
fn a_hole_is_no_hole_when_its_key_comes_later() {
    let mut bench = bench();
    // 2 and 1 are in the hash part, in either order
    for source in
        ["local t = {} t[2] = 'b' t[1] = 'a' return t", "local t = {x=1,y=1,z=1,w=1} t[3]=3 t[2]=2 t[1]=1 return t"]
    {
        let text = bench.text(source);
        let read = table::read(text.as_bytes()).unwrap();
        assert!(!read.root().index(1).is_nil() && !read.root().index(2).is_nil(), "{text}");
        let source = format!("local t = {text} return t[1] ~= nil and t[2] ~= nil");
        assert_eq!(bench.run(&source).unwrap(), [Payload::Boolean(true)], "{text}");
    }
}

/// There: unreadable on both sides, and through `execwait` in silence `false`.
#[test]
fn reserved_words_are_keys_like_others() {
    let words = "and break do else elseif end false for function goto if in local nil not or repeat return then true until while";
    let fields: Vec<_> = words.split(' ').map(|word| format!("[\"{word}\"]=1")).collect();
    let mut bench = bench();
    for field in &fields {
        assert_eq!(bench.text(&format!("return {{{field}}}")), format!("{{{field}}}"));
    }
    assert_eq!(host("return con:execwait('return {[\"end\"]=1}')['end']"), "1");
    let all = format!("{{{}}}", fields.join(","));
    let returns = told(&mut bench, all.as_bytes(), "local n = 0 for _ in pairs(v) do n = n + 1 end return n");
    assert_eq!(returns, [Payload::Integer(22)]);
}

/// There: an error ("cycle") for every table that is met twice; identity is never kept.
#[test]
fn shared_tables_stay_shared_and_circles_closed() {
    let mut bench = bench();
    assert_eq!(
        bench.text("local s = {1} return {s,s}"),
        "(function()local t={}t[1]={1};t[2]={t[1],t[1]};return t[2]end)()"
    );
    assert_eq!(
        bench.text("local t = {} t.self = t return t"),
        "(function()local t={}t[1]={};t[1][\"self\"]=t[1];return t[1]end)()"
    );
    assert_eq!(
        bench.text("local k = {} k[k] = k return k"),
        "(function()local t={}t[1]={};t[1][t[1]]=t[1];return t[1]end)()"
    );
    assert_eq!(
        host(
            "local t = con:execwait('local s = {1} local t = {s, s} t.all = t return t') return t[1] == t[2], t.all == t"
        ),
        "true true"
    );
    let source = "local s = {} local t = {s, s} t.all = t
        local a, b, c = con:call_remote('(function(t) return t[1] == t[2], t.all == t, t end)', nil, t)
        return a, b, c[1] == c[2], c.all == c";
    assert_eq!(host(source), "true true true true");
}

/// There: rounded in silence, or text that the camera cannot compile.
#[test]
fn fractions_are_refused_with_their_path_before_anything_is_sent() {
    let said = |call: &str| host(&format!("con:exec('sleep(50)') local ok, e = {call} return e.etype, e.msg"));
    let why = "has no place on the camera: its numbers are 32-bit integers";
    assert_eq!(said("con:write_msg_pcall({exposure={1,1.5}})"), format!("serialize message.exposure[2]: 1.5 {why}"));
    let remote = said("con:call_remote_pcall('print', nil, 1, {opts={1/0}})");
    assert!(remote.starts_with("serialize argument 2.opts[1]: inf has no place"), "{remote}");
}

/// There: the smallest integer becomes another one on its way to the camera, since its digits saturate.
#[test]
fn the_smallest_integer_is_itself_in_both_directions() {
    let mut bench = bench();
    assert_eq!(bench.text("return {-2147483647-1,[-2147483647-1]=1}"), "{-2147483647-1,[-2147483647-1]=1}");
    let text = table::write(table::read(b"{-2147483648,[-2147483648]=2147483647}").unwrap().root()).unwrap();
    let check = "local least = -2147483647-1 return v[1] == least, v[least] == 2147483647, v[1] < -2147483647";
    assert_eq!(told(&mut bench, &text, check), [true, true, true].map(Payload::Boolean));
    assert_eq!(
        host("return con:call_remote('(function(n) return n == -2147483647-1, n end)', nil, -2^31)"),
        "true -2147483648"
    );
}

/// There: integers of more than 32 bits are sent as what the camera cannot hold. The camera's words have a sign everywhere.
#[test]
fn words_without_a_sign_do_not_pass_unnoticed() {
    assert_eq!(host("return con:execwait('return 0xFFFFFFFF')"), "-1");
    assert_eq!(host("return con:execwait('return {0xFFFFFFFF}')[1]"), "-1");
    let text = host("local ok, e = con:call_remote_pcall('tostring', nil, 0xFFFFFFFF) return e.msg");
    assert!(text.starts_with("argument 1: 4294967295 has no place on the camera"), "{text}");
}

/// nil at the top and among several values is carried by the messages, and counted.
#[test]
fn nil_is_a_value_among_others() {
    assert_eq!(host("return select('#', con:execwait('return nil, nil'))"), "2");
    assert_eq!(
        host(
            "return select('#', con:call_remote('(function(...) return select(\"#\", ...), ... end)', nil, nil, 1, nil))"
        ),
        "4"
    );
    assert_eq!(
        bench().run("return serialize(nil), serialize(false), serialize(5), serialize('a\\n')").unwrap().len(),
        4
    );
}

/// There: functions become strings, or the whole message is lost with an error that names nothing.
#[test]
fn what_has_no_place_in_a_message_is_named_with_its_path() {
    let mut bench = bench();
    for (source, words) in [
        ("return {print}", "the table[1]: a function has no place in a message"),
        ("return {a={b={print}}}", "the table.a.b[1]: a function has no place"),
        ("return {[print]=1}", "the table[a function]: a function has no place"),
        ("return {['end']={newproxy()}}", "the table.end[1]: a userdata has no place"),
        ("local s = {} return {s, s, x={y=print}}", "the table.x.y: a function has no place"),
        ("return {[{print}]=1}", "the table[a table][1]: a function has no place"),
        ("return {a={b={c={d={e={f={g={h={i={print}}}}}}}}}}", "the table.a.b.c.d.e....h.i[1]: a function"),
        ("return {[('x'):rep(100)]={print}}", "the table[\"xxxxxxxxxxxxxxxxxxxxxxxx...\"][1]: a function"),
        ("return {['a\\nb\"']={print}}", "the table[\"a?b?\"][1]: a function"),
    ] {
        let error = bench.run(source).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Runtime);
        assert!(error.message().contains(words), "{source}: {error}");
    }
}

/// There: ten tables in one another are too many. How many are too many for us is tested with every value.
#[test]
fn ten_tables_in_one_another_are_nothing_special() {
    let text = "{".repeat(60) + &"}".repeat(60);
    assert_eq!(bench().text(&format!("return {text}")), text);
}

/// There: "unsupported" values arrive as strings, which a script may have returned as well.
#[test]
fn a_function_that_is_returned_is_an_error_and_no_string() {
    assert_eq!(bench().run("return print").unwrap(), [Payload::Unsupported("function".into())]);
    let source = "local ok, e = con:execwait_pcall('return print') return ok, e.etype";
    assert_eq!(host(source), "false unserialize");
}

/// There: text that cannot be decoded is `false`, like a false that was sent.
#[test]
fn a_message_that_is_no_value_is_an_error_that_keeps_the_text() {
    let code = "usb_msg_table_to_string = function() return \"os.exit()\" end return {}";
    let source = format!("local ok, e = con:execwait_pcall([[{code}]]) return ok, e.etype, e.raw");
    assert_eq!(host(&source), "false unserialize os.exit()");
}

/// CHDK takes the text of a converter's error for a format.
#[test]
fn errors_have_no_percent_signs_in_them() {
    let mut bench = bench();
    let error = bench.error("write_usb_msg({['100%s']={['%d']={print}}})");
    assert!(
        error.ends_with("cannot send the table[\"100?s\"][\"?d\"][1]: a function has no place in a message"),
        "{error}"
    );
    let sins = bench.sim.log_lines().iter().any(|line| format!("{line:?}").contains("taken for a format"));
    assert!(!sins);
}

/// Scripts may do to their globals, and to what strings can do, as they please.
#[test]
fn replaced_globals_do_no_harm() {
    let mut bench = bench();
    let value = "{1,nil,3,name='a\\n%',[true]={[-7]={}},s,s}";
    let expected = bench.text(&format!("local s = {{}} return {value}"));
    let replace = "for name, value in pairs(_G) do
            if type(value) == 'function' and name ~= 'usb_msg_table_to_string' then _G[name] = function() return {} end end
        end
        for _, lib in ipairs_{string, table, debug, os, io, math} do
            for name in next_, lib do lib[name] = function() return {} end end
        end";
    let replace = format!(
        "local ipairs_, next_ = function(t) return next, t end, next {}",
        replace.replace("ipairs_{", "ipairs_ {")
    );
    let source = format!(
        "local s = {{}}
         local t = {value}
         local strings = getmetatable('')
         strings.__index, strings.__len, strings.__concat, strings.__eq = nil, nil, nil, nil
         {replace}
         type, next, pairs, tostring, string, table, rawget, error, collectgarbage = nil
         return t"
    );
    assert_eq!(bench.text(&source), expected);
}

/// A table is what it holds: nothing that a metatable does is asked for or run.
#[test]
fn metatables_are_not_asked() {
    let source = "local function no() error('asked') end
        local meta = {__index=no, __newindex=no, __len=no, __eq=no, __call=no, __tostring=no, __concat=no, __metatable=false}
        local t = setmetatable({1,nil,3,x=setmetatable({}, meta)}, meta)
        local key = setmetatable({}, meta)
        rawset(t, key, key)
        return {t, t}";
    let text = bench().text(source);
    let document = table::read(text.as_bytes()).unwrap();
    let shared = document.root().index(1);
    assert_eq!(shared.index(3).as_integer(), Some(3));
    assert_eq!(shared, document.root().index(2));
}

/// The text may be anything but what `serialize` wrote: the answer is false and why.
#[test]
fn unserialize_tells_what_is_wrong_and_leaks_nothing() {
    let mut bench = bench();
    let mut says = |text: &str| match told(&mut bench, text.as_bytes(), "return v, problem").as_slice() {
        [Payload::Boolean(false), Payload::String(why)] => String::from_utf8_lossy(why).into_owned(),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(says("{1,"), "not a value: message:1: unexpected symbol near '<eof>'");
    assert_eq!(says("1,2"), "not one value, but 2");
    assert_eq!(says(" "), "not one value, but 0");
    assert_eq!(says("print('x')"), "not a value: message:1: attempt to call global 'print' (a nil value)");
    assert_eq!(says("{} x = 1"), "not a value: message:1: '<eof>' expected near 'x'");
    let returns = bench.run("return unserialize('false'), unserialize('nil'), unserialize({})").unwrap();
    assert_eq!(returns[..2], [Payload::Boolean(false), Payload::Nil]);
    assert_eq!(returns[3], Payload::String(b"not a text, but a table".to_vec()));
    let leak = "(function() leaked = true return 1 end)()";
    assert_eq!(
        bench.run(&format!("return unserialize('{leak}'), leaked")).unwrap(),
        [Payload::Integer(1), Payload::Nil]
    );
}
