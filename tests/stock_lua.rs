//! The camera's Lua against the Lua 5.1 of the system: where ints and doubles agree, the two may not differ.
//!
//! Programs are generated, run on both, and what they put out is compared to the letter. All of them are run by one
//! process of `lua5.1`. Without it the test says so and passes, unless `MOONSHUTTER_NEED_LUA51` is set.

mod lua_camera;

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use lua_camera::Script;
use moonshutter::sim::vm::Value;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const PROGRAMS: usize = 400;

/// How long the system's Lua may take for all of them, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a program on either Lua; gives what it put out, and how it ended. Chunks are named by nothing, as on the camera.
const HARNESS: &str = r#"
local function show(v)
  local kind = type(v)
  if kind == 'string' then return (('%q'):format(v):gsub('(%a+): 0x%x+', '%1: (address)')) end
  if kind == 'number' or kind == 'boolean' or kind == 'nil' then return tostring(v) end
  return kind
end
local function run(source)
  local lines = {}
  local env = setmetatable({}, {__index = _G})
  env._G = env
  function env.out(...)
    local line = {}
    for i = 1, select('#', ...) do line[i] = show((select(i, ...))) end
    lines[#lines + 1] = table.concat(line, ' ')
  end
  -- Keeps numbers where their products are ints.
  function env.cap(n) if n > 30000 then return 30000 elseif n < -30000 then return -30000 end return n + 0 end
  function env.cut(s) return s:sub(1, 30) end
  -- The entries of a table, in an order that is not that of the hashes.
  function env.each(t)
    local keys = {}
    for k in pairs(t) do keys[#keys + 1] = k end
    table.sort(keys, function(a, b)
      if type(a) ~= type(b) then return type(a) < type(b) end
      if type(a) == 'number' or type(a) == 'string' then return a < b end
      return tostring(a) < tostring(b) and type(a) == 'boolean'
    end)
    local at = 0
    return function() at = at + 1 if keys[at] ~= nil then return keys[at], t[keys[at]] end end
  end
  local chunk, message = loadstring(source, '=')
  if not chunk then return 'does not compile: ' .. message end
  setfenv(chunk, env)
  local results = {pcall(chunk)}
  env.out('end', unpack(results, 1, table.maxn(results)))
  return table.concat(lines, '\n')
end
"#;

fn quoted(source: &str) -> String {
    let bytes: String = source.bytes().map(|byte| format!("\\{byte:03}")).collect();
    format!("\"{bytes}\"")
}

/// What programs put out on the system's Lua; `None` if there is none.
fn on_stock(programs: &[String]) -> Option<Vec<String>> {
    let spawned = Command::new("lua5.1").arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut lua = match spawned {
        Ok(lua) => lua,
        Err(error) => {
            assert!(std::env::var_os("MOONSHUTTER_NEED_LUA51").is_none(), "lua5.1: {error}");
            return None;
        }
    };
    let mut driver = HARNESS.to_owned();
    for program in programs {
        driver += &format!("do local r = run({}) io.write(#r, '\\n', r, '\\n') end\n", quoted(program));
    }
    let mut stdin = lua.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(driver.as_bytes()));
    let mut stdout = lua.stdout.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        let mut output = Vec::new();
        let _ = stdout.read_to_end(&mut output);
        let _ = sender.send(output);
    });
    let output = receiver.recv_timeout(PATIENCE);
    lua.kill().unwrap();
    lua.wait().unwrap();
    reading.join().unwrap();
    let output = output.expect("lua5.1 takes too long");
    writing.join().unwrap().unwrap();
    let mut rest = &output[..];
    let mut outputs = Vec::new();
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let length: usize = std::str::from_utf8(&rest[..end]).unwrap().parse().unwrap();
        outputs.push(String::from_utf8_lossy(&rest[end + 1..end + 1 + length]).into_owned());
        rest = &rest[end + 2 + length..];
    }
    assert_eq!(outputs.len(), programs.len(), "lua5.1 gave up");
    Some(outputs)
}

fn on_the_camera(script: &Script, program: &str) -> String {
    match script.run(&format!("{HARNESS} return run({})", quoted(program))) {
        Ok(values) => match &values[..] {
            [Value::Bytes(bytes)] => String::from_utf8_lossy(bytes).into_owned(),
            other => panic!("{program}\n{other:?}"),
        },
        Err(error) => panic!("{program}\n{error}"),
    }
}

fn differ(script: &Script, program: &String) -> bool {
    on_stock(std::slice::from_ref(program)).is_some_and(|stock| stock[0] != on_the_camera(script, program))
}

#[test]
fn programs_do_the_same_on_the_systems_lua() {
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = program();
    let mut trees: Vec<_> = (0..PROGRAMS).map(|_| strategy.new_tree(&mut runner).unwrap()).collect();
    let programs: Vec<String> = trees.iter().map(ValueTree::current).collect();
    let Some(stock) = on_stock(&programs) else {
        eprintln!("lua5.1 is not installed: nothing was compared");
        return;
    };
    let compiled = stock.iter().filter(|output| !output.starts_with("does not compile")).count();
    assert!(compiled * 10 > PROGRAMS * 9, "the generator writes nonsense: {compiled} of {PROGRAMS} compile");
    let script = Script::new();
    let failed: Vec<usize> = (0..PROGRAMS).filter(|&at| stock[at] != on_the_camera(&script, &programs[at])).collect();
    let Some(&first) = failed.first() else { return };

    let tree = &mut trees[first];
    let mut smallest = tree.current();
    for _ in 0..300 {
        let again = if differ(&script, &tree.current()) {
            smallest = tree.current();
            tree.simplify()
        } else {
            tree.complicate()
        };
        if !again {
            break;
        }
    }
    let stock = on_stock(std::slice::from_ref(&smallest)).unwrap();
    panic!(
        "{} of {PROGRAMS} programs differ; the smallest:\n{smallest}\n--- lua5.1:\n{}\n--- the camera:\n{}",
        failed.len(),
        stock[0],
        on_the_camera(&script, &smallest)
    );
}

// --- programs ---

type Code = BoxedStrategy<String>;

/// Builds each part of the grammar once; they hold each other.
fn once(part: &'static str, depth: u32, build: fn(u32) -> Code) -> Code {
    thread_local!(static PARTS: RefCell<HashMap<(&'static str, u32), Code>> = RefCell::default());
    if let Some(code) = PARTS.with_borrow(|parts| parts.get(&(part, depth)).cloned()) {
        return code;
    }
    let code = build(depth);
    PARTS.with_borrow_mut(|parts| parts.insert((part, depth), code.clone()));
    code
}

/// One of these texts.
fn one_of(choices: &'static [&'static str]) -> Code {
    proptest::sample::select(choices).prop_map(str::to_owned).boxed()
}

/// The template with each `$` replaced by a part, in order.
fn fill(template: &'static str, parts: Vec<Code>) -> Code {
    assert_eq!(template.matches('$').count(), parts.len(), "{template}");
    parts
        .prop_map(move |parts| {
            let mut parts = parts.iter();
            template.split('$').enumerate().fold(String::new(), |text, (at, piece)| match at {
                0 => piece.to_owned(),
                _ => text + parts.next().map_or("", String::as_str) + piece,
            })
        })
        .boxed()
}

fn small() -> Code {
    (-3..8i32).prop_map(|n| n.to_string()).boxed()
}

/// Letters that make no number of their own: no `e`, no `inf`, no `nan`.
fn word() -> Code {
    prop_oneof![3 => "[abcxyzABC]{0,6}", 2 => "[abc 0-9,;=()%_-]{0,10}", 1 => "[a-c]{1,2}([ ,][a-cX-Z]{1,3}){0,3}"]
        .boxed()
}

fn string_literal() -> Code {
    prop_oneof![
        6 => word().prop_map(|word| format!("'{word}'")),
        1 => one_of(&["'\\n\\t\\\\'", "'\\0a\\0'", "'\"\\''", "'\\65\\066\\r'", "[[a\nb]]", "[==[]]]==]", "''"]),
    ]
    .boxed()
}

fn pattern_item() -> Code {
    let single = prop_oneof![
        4 => one_of(&["a", "b", "c", "x", " ", ",", "1", "A"]),
        2 => one_of(&[".", "%a", "%d", "%l", "%u", "%w", "%s", "%p", "%x", "%c", "%A", "%D", "%S", "%W", "%z", "%%", "%."]),
        2 => one_of(&["[abc]", "[^abc]", "[a-c]", "[%d%s]", "[^%w]", "[a-]", "[]]", "[^]a]", "[%]]", "[a-c0-9]"]),
    ];
    prop_oneof![
        10 => (single, one_of(&["", "", "", "*", "+", "-", "?"])).prop_map(|(item, times)| item + &times),
        1 => one_of(&["%b()", "%bxy", "%f[%w]", "%f[^a]", "()", "%1", "^", "$", "%f[%z]"]),
        // Not a pattern.
        1 => one_of(&["(", ")", "[a", "%", "%b", "%f", "%9", "[^", "[%"]),
    ]
    .boxed()
}

fn pattern() -> Code {
    // Few enough that no match takes long.
    let items = || proptest::collection::vec(pattern_item(), 0..3).prop_map(|items| items.concat());
    let item = || proptest::collection::vec(pattern_item(), 0..2).prop_map(|items| items.concat());
    (
        prop::bool::weighted(0.15),
        item(),
        prop_oneof![items().boxed(), items().prop_map(|items| format!("({items})")).boxed()],
        prop_oneof![item().boxed(), item().prop_map(|item| format!("({item})")).boxed()],
        prop::bool::weighted(0.15),
    )
        .prop_map(|(head, a, b, c, tail)| {
            format!("'{}{a}{b}{c}{}'", if head { "^" } else { "" }, if tail { "$" } else { "" })
        })
        .boxed()
}

fn int(depth: u32) -> Code {
    once("int", depth, new_int)
}

fn new_int(depth: u32) -> Code {
    let leaf = prop_oneof![
        4 => (-99..100i32).prop_map(|n| n.to_string()),
        1 => (0..256i32).prop_map(|n| format!("0x{n:x}")),
        4 => one_of(&["n1", "n2", "n3"]),
        1 => one_of(&["#t1", "#s1", "#'abc'", "tonumber('12')", "tonumber(' 0x1F ')", "tonumber('zz', 36)"]),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let (a, b, s) = (|| int(depth - 1), || int(depth - 1), || string(depth - 1));
    prop_oneof![
        3 => leaf,
        3 => fill("cap($ $ $)", vec![a(), one_of(&["+", "-", "*"]), b()]),
        1 => fill("(cap($) * $ / 7 * 7 / 7)", vec![a(), Just("7".to_owned()).boxed()]),
        1 => fill("(math.abs($) % $)", vec![a(), (1..20i32).prop_map(|n| n.to_string()).boxed()]),
        1 => fill("(2 ^ (math.abs($) % 12))", vec![a()]),
        1 => fill("cap(-($))", vec![a()]),
        1 => fill("math.$($, $)", vec![one_of(&["max", "min"]), a(), b()]),
        1 => fill("(#$)", vec![s()]),
        1 => fill("($:byte($) or -1)", vec![paren(s()), small()]),
        1 => fill("($:find($) or 0)", vec![paren(s()), pattern()]),
        1 => fill("select('#', $, $)", vec![any_value(depth - 1), any_value(depth - 1)]),
        1 => fill("(select(2, $:gsub($, '')))", vec![paren(s()), pattern()]),
        1 => fill("($ and $ or $)", vec![boolean(depth - 1), a(), b()]),
        1 => fill("f1($, $)", vec![a(), b()]),
        1 => fill("(t1[$] or $)", vec![small(), a()]),
        1 => fill("tonumber(tostring($))", vec![a()]),
        1 => fill("('10' + $)", vec![a()]),
    ]
    .boxed()
}

fn paren(code: Code) -> Code {
    code.prop_map(|code| format!("({code})")).boxed()
}

fn string(depth: u32) -> Code {
    once("string", depth, new_string)
}

fn new_string(depth: u32) -> Code {
    let leaf = prop_oneof![4 => string_literal(), 4 => one_of(&["s1", "s2", "s3"])];
    if depth == 0 {
        return leaf.boxed();
    }
    let (a, b, n) = (|| paren(string(depth - 1)), || string(depth - 1), || int(depth - 1));
    prop_oneof![
        3 => leaf,
        2 => fill("cut($ .. $)", vec![a(), paren(prop_oneof![b(), n()].boxed())]),
        2 => fill("$:sub($, $)", vec![a(), small(), small()]),
        2 => fill("$:$()", vec![a(), one_of(&["upper", "lower", "reverse"])]),
        1 => fill("cut($:rep($))", vec![a(), small()]),
        2 => fill("($:match($) or 'none')", vec![a(), pattern()]).prop_map(|code| format!("tostring({code})")),
        3 => fill("(cut($):gsub($, $))", vec![a(), pattern(), replacement(depth - 1)]),
        1 => fill("(cut($):gsub($, $, $))", vec![a(), pattern(), replacement(depth - 1), small()]),
        1 => fill("tostring($)", vec![prop_oneof![n(), boolean(depth - 1), Just("nil".to_owned()).boxed()].boxed()]),
        1 => fill("type($)", vec![any_value(depth - 1)]),
        2 => fill("('%$d|%$s|%$q'):format($, $, $)", vec![
            one_of(&["", "5", "-5", "05", "+", " ", ".3"]), one_of(&["", "8", "-8", ".2", "6.1"]), one_of(&["", "", "3"]), n(), b(), b(),
        ]),
        1 => fill("('%$ %c'):format(math.abs($), 65 + math.abs($) % 26)", vec![one_of(&["x", "X", "o", "u", "#x", "4x", "04X", "i"]), n(), n()]),
        1 => fill("table.concat({$, $, $}, $)", vec![b(), n(), b(), string_literal()]),
        1 => fill("string.char(math.abs($) % 256, 97)", vec![n()]),
        1 => fill("($ and $ or $)", vec![boolean(depth - 1), b(), b()]),
    ]
    .boxed()
}

fn replacement(depth: u32) -> Code {
    once("replacement", depth, new_replacement)
}

fn new_replacement(depth: u32) -> Code {
    prop_oneof![
        3 => one_of(&["''", "'<%0>'", "'%1'", "'%1%1'", "'%%'", "'%2'", "'%'", "'x%z'"]),
        2 => string(depth),
        1 => one_of(&[
            "{a = 'A', b = 1, c = false}",
            "function(a, b) return b or a end",
            "function(a) if a == 'a' then return nil end return a .. a end",
            "function() return false end",
            "function() return {} end",
            "function(...) return select('#', ...) end",
            "string.upper",
            "setmetatable({}, {__index = function(_, k) return k .. '!' end})",
            "nil",
        ]),
    ]
    .boxed()
}

fn boolean(depth: u32) -> Code {
    once("boolean", depth, new_boolean)
}

fn new_boolean(depth: u32) -> Code {
    let leaf = one_of(&["true", "false", "n1 > n2", "s1 == s2", "#t1 > 2", "n3 ~= 0", "nil == false", "t1 == t1"]);
    if depth == 0 {
        return leaf;
    }
    let (n, s, b) = (|| int(depth - 1), || string(depth - 1), || boolean(depth - 1));
    prop_oneof![
        2 => leaf,
        2 => fill("($ $ $)", vec![n(), one_of(&["<", "<=", ">", ">=", "==", "~="]), n()]),
        2 => fill("($ $ $)", vec![s(), one_of(&["<", "<=", ">", ">=", "==", "~="]), s()]),
        2 => fill("($ $ $)", vec![b(), one_of(&["and", "or", "=="]), b()]),
        1 => fill("(not $)", vec![any_value(depth - 1)]),
        1 => fill("rawequal($, $)", vec![any_value(depth - 1), any_value(depth - 1)]),
    ]
    .boxed()
}

fn any_value(depth: u32) -> Code {
    once("any_value", depth, new_any_value)
}

fn new_any_value(depth: u32) -> Code {
    prop_oneof![
        3 => int(depth),
        3 => string(depth),
        1 => boolean(depth),
        1 => one_of(&["nil", "{}", "f1", "print", "(f2())", "t1", "o1"]),
    ]
    .boxed()
}

/// Something that is likely to raise.
fn mistake(depth: u32) -> Code {
    once("mistake", depth, new_mistake)
}

fn new_mistake(depth: u32) -> Code {
    let value = || any_value(depth);
    prop_oneof![
        fill(
            "return $ $ $",
            vec![
                one_of(&["nil", "{}", "'abc'", "f1", "true", "n1", "undefined", "t1.x", "o1", "s1.x"]),
                one_of(&["+", "-", "*", "..", "<", "<=", "^"]),
                one_of(&["nil", "{}", "'abc'", "print", "false", "n2", "undefined", "t1.x.y", "o1", "#n1"]),
            ]
        ),
        fill(
            "return $($)",
            vec![one_of(&["n1", "undefined", "t1.x", "('x')", "s1.nothing", "o1", "o1.method", "t1[1]"]), value()]
        ),
        fill(
            "return -$, #$",
            vec![one_of(&["{}", "'x'", "nil", "n1", "o1", "f1"]), one_of(&["s1", "nil", "n1", "t1", "undefined"])]
        ),
        fill("$.x = $", vec![one_of(&["n1", "s1", "undefined", "t1.x", "t1", "o1"]), value()]),
        fill("$[$] = 1", vec![one_of(&["t1", "o1"]), one_of(&["nil", "n1", "t1", "0/1"])]),
        fill("error($$)", vec![value(), one_of(&["", ", 0", ", 1", ", 2", ", 3"])]),
        fill("assert($, $)", vec![boolean(depth), one_of(&["'told you'", "nil", "n1", "s2"])]),
        fill(
            "return $($, $)",
            vec![
                one_of(&[
                    "string.rep",
                    "string.sub",
                    "string.format",
                    "string.find",
                    "string.char",
                    "table.insert",
                    "table.remove",
                    "table.concat",
                    "setmetatable",
                    "getmetatable",
                    "rawset",
                    "rawget",
                    "tonumber",
                    "unpack",
                    "select",
                    "next",
                    "ipairs",
                    "math.max",
                    "math.abs",
                    "string.byte",
                    "string.gsub",
                    "table.sort",
                    "string.len",
                    "xpcall",
                    "pcall",
                    "table.getn",
                    "table.maxn",
                    "tostring",
                    "table.foreach",
                    "type",
                ]),
                one_of(&["nil", "{}", "'abc'", "true", "n1", "f1", "t1", "print", "'12'", "''"]),
                one_of(&["nil", "{}", "'%d'", "1", "'x'", "f1", "false", "'#'", "-1", "'12'"]),
            ]
        ),
        fill(
            "for i = $, $, $ do out(i) break end",
            vec![one_of(&["1", "'1'", "nil", "'x'"]), one_of(&["2", "'2'", "{}"]), one_of(&["1", "'1'", "nil"])]
        ),
        fill(
            "for k, v in $ do out(k) break end",
            vec![one_of(&["t1", "nil", "pairs({7})", "next, {7}", "ipairs(t1)", "s1:gmatch('.')", "f1"])]
        ),
        one_of(&[
            "local function f(n) if n > 0 then return f(n - 1) end error('deep') end f(5)",
            "local function f(n) if n > 0 then local x = f(n - 1) return x end error('deep', 2) end f(3)",
            "return setmetatable({}, {__metatable = 'no'}) and getmetatable(setmetatable({}, {__metatable = 'no'}))",
            "return setmetatable(setmetatable({}, {__metatable = 1}), {})",
            "return ('x'):rep(-1), ('x'):bad()",
            "return loadstring('return +', '=')",
            "return loadstring('x = = 1', '=x')",
            "return loadstring('for', '=')",
            "return loadstring('return ...', '=')(n1, s1)",
            "return loadstring('break', '=')",
            "return loadstring('x = \"abc', '=')",
            "return loadstring('return [[abc', '=')",
            "return loadstring('local a <const> = 1', '=')",
            "return loadstring('return 08 + 0x', '=')",
            "return string.format('%y', 1)",
            "return string.format('%', 1)",
            "return string.format('%123d', 1)",
            "return string.format('%d')",
            "return string.format('%d', 'x')",
            "return string.format('%-+ #0d', 1)",
            "return table.concat({1, {}, 3})",
            "return table.concat({1, 2, 3}, ',', 2, 5)",
            "return select(0)",
            "return select(-1, 1, 2, 3), select(-5, 1)",
            "return unpack({1, 2, 3}, 2, 4)",
            "return math.random(0)",
            "return tonumber('12', 99)",
            "return next({}, 'nothing')",
            "return getfenv(99)",
            "return setfenv(print, {})",
            "return table.setn({}, 1)",
            "return string.dump(print)",
            "return require 'no.such.module' and 1",
        ])
        .prop_filter("the paths of modules differ", |code| !code.contains("require")),
    ]
    .boxed()
}

fn block(depth: u32) -> Code {
    once("block", depth, new_block)
}

fn new_block(depth: u32) -> Code {
    proptest::collection::vec(statement(depth), 1..3).prop_map(|statements| statements.join(" ")).boxed()
}

fn statement(depth: u32) -> Code {
    once("statement", depth, new_statement)
}

fn new_statement(depth: u32) -> Code {
    let e = 2;
    let leaf = prop_oneof![
        3 => fill("$ = $", vec![one_of(&["n1", "n2", "n3"]), int(e)]),
        3 => fill("$ = $", vec![one_of(&["s1", "s2", "s3"]), string(e).prop_map(|code| format!("cut({code})")).boxed()]),
        4 => fill("out($, $)", vec![any_value(e), any_value(e)]),
        2 => fill("out($:find($, $))", vec![paren(string(1)), pattern(), small()]),
        1 => fill("out($:find($, $, true))", vec![paren(string(1)), string(1), small()]),
        3 => fill("out($:match($))", vec![paren(string(1)), pattern()]),
        2 => fill("for a, b in $:gmatch($) do out(a, b) end", vec![paren(string(1)), pattern()]),
        3 => fill("out(pcall(function(...) $ end, n1, s1))", vec![mistake(1)]),
        1 => fill("out(xpcall(function() $ end, function(e) return type(e), 'handled' end))", vec![mistake(1)]),
        1 => fill("out(xpcall(function() $ end, function(e) return 'h:' .. tostring(e) end))", vec![mistake(0)]),
        1 => fill("out(pcall($, $))", vec![one_of(&["f1", "f2", "o1", "error", "t1"]), any_value(1)]),
        2 => fill("table.insert(t1, $)", vec![int(1)]),
        1 => fill("table.insert(t1, math.abs($) % (#t1 + 1) + 1, $)", vec![int(1), int(1)]),
        1 => fill("out(table.remove(t1$))", vec![one_of(&["", ", 1", ", #t1"])]),
        1 => one_of(&["table.sort(t1)", "table.sort(t1, function(a, b) return a > b end)", "table.sort(t1, function(a, b) return true end)"])
            .prop_map(|sort| format!("out(pcall(function() {sort} end)) out(unpack(t1))")),
        1 => fill("t2[$] = $", vec![one_of(&["'x'", "'y'", "n1", "s1", "true", "1", "'n' .. n2"]), any_value(1)]),
        1 => one_of(&[
            "for k, v in each(t2) do out(k, v) end",
            "for i, v in ipairs(t1) do out(i, v) end",
            "out(#t1, table.getn(t1), table.maxn(t2), next({}))",
            "table.foreachi(t1, function(i, v) if i > 2 then return v end end)",
            "out(table.foreachi(t1, function(i, v) if v == n1 then return i end end))",
            "out(o1 + 1, 1 + o1, -o1, o1 .. 'x', 'x' .. o1, o1(1, 2), o1.anything, tostring(o1))",
            "out(o1 == o2, o1 < o2, o1 <= o2, o1 > o2, o1 ~= o2)",
            "o1.field = n1 out(rawget(o1, 'field'), o1.written)",
            "out(f2(1, nil, 3))",
            "out((f2(1, nil, 3)))",
            "out(select(2, f2(n1, s1, nil)))",
            "out({f2(1, 2)}, #{f2(1, 2)}, #{f2(1, 2), 5}, #{5, f2(1, 2)})",
            "local c1, c2 = counter(), counter() out(c1(), c1(), c2(), c1())",
            "local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end out(fs[1](), fs[1](), fs[2](), fs[3]())",
            "local a, b, c = f2(n1, n2) out(a, b, c) a, b = b, a out(a, b)",
            "do local n1, s1 = s1, n1 out(n1, s1) end out(n1, s1)",
            "t1, t2 = {3, 1, 2}, {x = 1, [2] = 'two'}",
            "setmetatable(t1, {__index = function(t, k) return k end, __newindex = rawset}) out(t1[100], #t1)",
            "setmetatable(t1, nil)",
            "setmetatable(t1, {__index = t2}) out(t1.x)",
            "local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v .. '!') end}) t.a = 'b' out(t.a)",
            "local env = {out = out} local f = setfenv(function() x = 5 out(x) end, env) f() out(env.x, x)",
            "out(loadstring('local a, b = ... return b, a', '=')(n1, s1))",
            "repeat local done = n1 out(done) until done",
            "out(n1 and s1 or t1, nil and 1, false or nil, not nil, 1 and 2)",
            "out(('a,b,,c'):gsub(',', {[','] = ';'}))",
            "out(#'\\0abc', ('\\0abc'):byte(1, -1))",
            "out(unpack({1, nil, 3}, 1, 3))",
            "out(tostring(nil), tostring(true), type(nil), type(print))",
            "out(getmetatable('x').__index == string, getmetatable(t1) == nil)",
            "out(2 ^ 10, 7 * 3, 100 - 1, 8 / 2, 9 % 4, -2 ^ 2, 2 ^ 3 ^ 2)",
            "out(1 .. 2, 'a' .. 1 .. 'b', 10 == '10', '10' + 0 == 10)",
        ]),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = || block(depth - 1);
    prop_oneof![
        6 => leaf,
        1 => fill("if $ then $ elseif $ then $ else $ end", vec![boolean(e), inner(), boolean(1), inner(), inner()]),
        1 => fill("for i = $, $, $ do n1 = i $ if i > 6 then break end end", vec![small(), small(), one_of(&["1", "2", "-1", "3"]), inner()]),
        1 => fill("local w = $ while w > 0 do w = w - 1 $ end", vec![small(), inner()]),
        1 => fill("do local n1, s2 = $, $ $ end", vec![int(1), string(1), inner()]),
        1 => fill("local function g(n, ...) if n <= 0 then return ... end $ return g(n - 1, n, ...) end out(g(math.abs($) % 4))", vec![inner(), int(1)]),
        1 => fill("out(pcall(function() $ $ end))", vec![inner(), mistake(1)]),
        1 => fill("local r = 0 repeat r = r + 1 do $ end until r > 2 or $", vec![inner(), boolean(1)]),
        1 => fill("f1 = function(a, b) $ return cap(a - b) end", vec![leaf_only(inner())]),
    ]
    .boxed()
}

/// A body that may not call itself for ever.
fn leaf_only(code: Code) -> Code {
    code.prop_map(|code| if code.contains("f1") || code.contains("o1") { "n3 = a".to_owned() } else { code }).boxed()
}

fn program() -> impl Strategy<Value = String> {
    let head = "local n1, n2, n3 = 1, -7, 40\n\
                local s1, s2, s3 = 'abc', 'x y,z', ''\n\
                local t1, t2 = {5, 3, 9, 1}, {x = 'ex', y = 2}\n\
                local function f1(a, b) return cap(a + (b or 1)) end\n\
                local function f2(...) local a, b = ... return b, a, ... end\n\
                local function counter() local n = 0 return function() n = n + 1 return n end end\n\
                local meta = {__add = function(a, b) return 'add' end, __unm = function() return 'unm' end,\n\
                \x20 __concat = function(a, b) return 'cat' end, __call = function(self, ...) return select('#', ...) end,\n\
                \x20 __index = function(t, k) return 'no ' .. tostring(k) end, __eq = function() return true end,\n\
                \x20 __lt = function() return false end, __le = function() return true end, __tostring = function() return 'o' end,\n\
                \x20 __newindex = function(t, k, v) rawset(t, 'written', k) end, __len = function() return 77 end}\n\
                local o1, o2 = setmetatable({}, meta), setmetatable({}, meta)\n";
    proptest::collection::vec(statement(2), 1..10).prop_map(move |lines| head.to_owned() + &lines.join("\n"))
}
