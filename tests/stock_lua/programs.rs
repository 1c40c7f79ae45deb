//! Strategies for whole programs. Each statement is written so that int numbers and doubles do the same, whatever the
//! values are: integers stay small, and no sum of them is minus zero.

use std::cell::RefCell;
use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[path = "fragments.rs"]
mod fragments;
#[path = "strings.rs"]
mod strings;

/// What every program begins with. `fuel` ends recursions; `short` also takes out what could become a number that the
/// camera cannot read, in arithmetic or as an argument.
const PRELUDE: &str = r##"local fuel = 60
local function small(n) if n > 999 or n < -999 then return 7 end return n end
local function short(s) return (tostring(s):sub(1, 40):gsub("[eEiInNpPxX.]", "_"):gsub(("%d"):rep(9), "#")) end
local a, b, c = 3, -7, 20
local s, t, u = "abc", "key = value", "a\0b\n\"c\"\\ 12"
local p, q = { 3, 1, 2 }, { "x", "y" }
local f = function(...) return ... end
local g = function(x, y) return y, x end
"##;

/// A program whose statements are caught each by itself; the last one's error, if it is one, ends the script.
pub fn program() -> impl Strategy<Value = String> {
    (vec(piece(), 1..10), prop::option::weighted(0.2, piece())).prop_map(|(pieces, last)| {
        let mut program = PRELUDE.to_owned();
        for piece in pieces {
            program +=
                &format!("emit(pcall(function(...)\n{piece}\nend, a, s, nil, p))\nemit(a, b, c, s, t, u, #p, #q)\n");
        }
        program + &last.unwrap_or_default()
    })
}

fn piece() -> BoxedStrategy<String> {
    prop_oneof![4 => block(3, false), 6 => fragments::any(), 3 => strings::any()].boxed()
}

fn pick(items: &'static [&'static str]) -> BoxedStrategy<String> {
    select(items).prop_map(str::to_owned).boxed()
}

thread_local! {
    static MADE: RefCell<HashMap<(&'static str, u32), BoxedStrategy<String>>> = RefCell::default();
}

/// The strategy of this name and depth, made once: they are made of each other so often that making takes the time.
fn once(name: &'static str, depth: u32, make: impl FnOnce() -> BoxedStrategy<String>) -> BoxedStrategy<String> {
    if let Some(strategy) = MADE.with_borrow(|made| made.get(&(name, depth)).cloned()) {
        return strategy;
    }
    let strategy = make();
    MADE.with_borrow_mut(|made| made.insert((name, depth), strategy.clone()));
    strategy
}

/// Strategies written as Lua with `$` where the parts go.
fn shape(template: &'static str, parts: Vec<BoxedStrategy<String>>) -> BoxedStrategy<String> {
    parts
        .prop_map(move |parts| {
            let mut parts = parts.into_iter();
            let mut text = String::new();
            for (i, piece) in template.split('$').enumerate() {
                if i > 0 {
                    text += &parts.next().expect("a part for each $");
                }
                text += piece;
            }
            assert!(parts.next().is_none(), "a $ for each part of {template}");
            text
        })
        .boxed()
}

fn list(item: BoxedStrategy<String>, size: std::ops::Range<usize>) -> BoxedStrategy<String> {
    vec(item, size).prop_map(|items| items.join(", ")).boxed()
}

/// -20 to 99, in parentheses where a minus could join another.
fn literal() -> BoxedStrategy<String> {
    (-20..100).prop_map(|n: i32| if n < 0 { format!("({n})") } else { n.to_string() }).boxed()
}

fn int_atom() -> BoxedStrategy<String> {
    prop_oneof![3 => literal(), 4 => pick(&["a", "b", "c"])].boxed()
}

/// An integer of a few millions at most.
fn int(depth: u32) -> BoxedStrategy<String> {
    once("int", depth, || new_int(depth))
}

fn new_int(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return int_atom();
    }
    let inner = || int(depth - 1);
    prop_oneof![
        4 => int_atom(),
        3 => shape("($ + $)", vec![inner(), inner()]),
        3 => shape("($ - $)", vec![inner(), inner()]),
        2 => shape("($ * $ + 0)", vec![int_atom(), int_atom()]),
        1 => shape("(-$ + 0)", vec![inner()]),
        1 => shape("(#$)", vec![string(depth - 1)]),
        1 => pick(&["(#p)", "select('#', ...)", "(select('#', f(1, nil, nil)))", "('12' + 3)", "(' 7 ' * '2')"]),
        1 => shape("math.max($, $)", vec![inner(), inner()]),
        1 => shape("math.min($, $)", vec![inner(), inner()]),
        1 => shape("math.abs($)", vec![inner()]),
        1 => shape("(math.abs($) % 7)", vec![inner()]),
        1 => shape("($ and $ or $)", vec![condition(depth - 1), inner(), inner()]),
        1 => shape("(($):byte($) or 0)", vec![string(depth - 1), literal()]),
        1 => shape("tonumber('$', 16)", vec![pick(&["1f", "ab", "0", " 7 ", "0x1A"])]),
    ]
    .boxed()
}

fn string_atom() -> BoxedStrategy<String> {
    prop_oneof![3 => pick(&["s", "t", "u"]), 2 => strings::literal()].boxed()
}

fn string(depth: u32) -> BoxedStrategy<String> {
    once("string", depth, || new_string(depth))
}

fn new_string(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return string_atom();
    }
    let inner = || string(depth - 1);
    prop_oneof![
        3 => string_atom(),
        2 => shape("($ .. $)", vec![inner(), inner()]),
        1 => shape("($ .. $ .. $)", vec![inner(), int(depth - 1), inner()]),
        1 => shape("($):$()", vec![inner(), pick(&["reverse", "upper", "lower"])]),
        1 => shape("($):rep($)", vec![inner(), pick(&["0", "1", "2", "3", "-1"])]),
        1 => shape("($):sub($, $)", vec![inner(), literal(), literal()]),
        1 => shape("(($):gsub($, $))", vec![string_atom(), strings::pattern(), strings::replacement()]),
        1 => shape("(($):match($) or 'none')", vec![string_atom(), strings::pattern()]),
        1 => shape("tostring($)", vec![value(depth - 1)]).prop_map(|text| format!("{text}:match('^%w+')")),
        1 => shape("type($)", vec![value(depth - 1)]),
        1 => shape("table.concat({ $ }, $)", vec![list(int(depth - 1), 0..4), string_atom()]),
        1 => shape("string.char(math.abs($) % 256, 65)", vec![int(depth - 1)]),
    ]
    .boxed()
}

/// A value of any type, of the wrong one as a rule.
fn value(depth: u32) -> BoxedStrategy<String> {
    once("value", depth, || new_value(depth))
}

fn new_value(depth: u32) -> BoxedStrategy<String> {
    prop_oneof![
        2 => pick(&["nil", "true", "false", "{}", "p", "f", "('abc')", "'10'", "(...)", "missing", "q.missing"]),
        1 => int(depth),
        1 => string(depth),
    ]
    .boxed()
}

fn condition(depth: u32) -> BoxedStrategy<String> {
    once("condition", depth, || new_condition(depth))
}

fn new_condition(depth: u32) -> BoxedStrategy<String> {
    let compare = || pick(&["==", "~=", "<", "<=", ">", ">="]);
    if depth == 0 {
        return prop_oneof![
            shape("($ $ $)", vec![int_atom(), compare(), int_atom()]),
            shape("($ $ $)", vec![string_atom(), compare(), string_atom()]),
        ]
        .boxed();
    }
    prop_oneof![
        3 => condition(0),
        1 => shape("($ $ $)", vec![int(depth - 1), compare(), int(depth - 1)]),
        1 => shape("($ $ $)", vec![value(depth - 1), pick(&["==", "~="]), value(depth - 1)]),
        1 => shape("($ $ $)", vec![value(0), compare(), value(0)]),
        1 => shape("(not $)", vec![condition(depth - 1)]),
        1 => shape("($ $ $)", vec![condition(depth - 1), pick(&["and", "or"]), condition(depth - 1)]),
    ]
    .boxed()
}

/// A few statements, one below the other; `return` and `break` come last.
fn block(depth: u32, in_loop: bool) -> BoxedStrategy<String> {
    once(if in_loop { "loop" } else { "block" }, depth, || new_block(depth, in_loop))
}

fn new_block(depth: u32, in_loop: bool) -> BoxedStrategy<String> {
    let end = prop_oneof![
        6 => Just(String::new()).boxed(),
        2 => shape("return $", vec![list(value(1), 0..3)]),
        1 => shape("return f($)", vec![list(value(1), 0..3)]),
        1 => pick(if in_loop { &["break"] } else { &["return ..."] }),
    ];
    (vec(statement(depth, in_loop), 1..4), end)
        .prop_map(|(mut lines, end)| {
            lines.push(end);
            lines.join("\n")
        })
        .boxed()
}

fn statement(depth: u32, in_loop: bool) -> BoxedStrategy<String> {
    let simple = prop_oneof![
        3 => shape("$ = small($)", vec![pick(&["a", "b", "c"]), int(2)]),
        1 => shape("$, $ = small($), small($)", vec![pick(&["a", "b"]), pick(&["c", "b"]), int(1), int(1)]),
        2 => shape("$ = short($)", vec![pick(&["s", "t", "u"]), string(2)]),
        3 => shape("emit($)", vec![list(value(2), 0..4)]),
        1 => shape("emit($)", vec![condition(2)]),
        1 => shape("emit(f($))", vec![list(value(1), 0..3)]),
        1 => shape("emit((g($)))", vec![list(value(1), 0..3)]),
        1 => shape("p[#p + 1] = small($)", vec![int(1)]),
        1 => shape("table.insert(q, 1, $)", vec![string(1)]),
        1 => shape("emit(table.remove($, $))", vec![pick(&["p", "q"]), literal()]),
        1 => shape("if $ then f, g = g, f end", vec![condition(1)]),
    ];
    if depth == 0 {
        return simple.boxed();
    }
    let inside = |in_loop| block(depth - 1, in_loop);
    let range = || (-5..6).prop_map(|n: i32| n.to_string()).boxed();
    prop_oneof![
        6 => simple,
        2 => shape("if $ then\n$\nelseif $ then\n$\nelse\n$\nend", vec![
            condition(2), inside(in_loop), condition(1), inside(in_loop), inside(in_loop),
        ]),
        1 => shape("do\nlocal $ = $\n$\nend", vec![pick(&["a", "s", "f", "p"]), value(1), inside(in_loop)]),
        1 => shape("for i = $, $, $ do\nemit(i)\n$\nend", vec![
            range(), range(), pick(&["1", "-1", "2", "-2", "3", "'2'"]), inside(true),
        ]),
        1 => shape("for i, v in ipairs($) do\nemit(i, v)\nif i > 4 then break end\n$\nend", vec![
            pick(&["p", "q", "{ a, s, nil, b }", "a"]), inside(true),
        ]),
        1 => shape("do local n = 0 while n < 4 and $ do\nn = n + 1\n$\nend emit(n) end", vec![condition(1), inside(true)]),
        1 => shape("do local n = 0 repeat\nn = n + 1\nlocal done = n > 2 or $\n$\nuntil done end", vec![
            condition(1), vec(statement(depth - 1, false), 1..3).prop_map(|lines| lines.join("\n")).boxed(),
        ]),
        1 => shape("$ = function(x, ...)\nfuel = fuel - 1 if fuel < 0 then return x end\n$\nend", vec![
            pick(&["f", "g"]), inside(false),
        ]),
        1 => shape("emit(pcall(function(...)\n$\nend, $))", vec![inside(false), list(value(0), 0..3)]),
    ]
    .boxed()
}
