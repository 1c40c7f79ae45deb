//! What stands around calls and boundaries: control flow, and statements that change what names mean.

use super::Generator;

type Write = fn(&mut Generator, usize);

const STATEMENTS: &[(usize, Write)] = &[
    (22, call),
    (16, boundary),
    (8, quiet),
    (13, branch),
    (6, numeric_loop),
    (4, other_loop),
    (4, body_of_a_walk),
    (4, short_circuit),
    (3, early_return),
    (2, early_error),
    (3, caught_error),
    (4, block),
    (2, function_that_nobody_calls),
    (2, reassigned),
    (2, argument),
    (3, condition_that_calls),
    (2, assigned_to_a_field),
    (2, guarded_by_a_test),
    (2, after_a_pcall),
    (10, unknown),
];

impl Generator {
    /// Any statement.
    pub(super) fn statement(&mut self, depth: usize) {
        if depth == 0 || self.budget == 0 {
            let call = self.call(0);
            return self.line(as_statement(&call));
        }
        let write = *self.rng.weighted(STATEMENTS);
        write(self, depth - 1);
    }
}

/// A call can only stand by itself if it begins with a name.
pub(super) fn as_statement(call: &str) -> String {
    if call.starts_with('(') { format!("local _ = {call}") } else { call.to_owned() }
}

fn call(g: &mut Generator, depth: usize) {
    let call = g.call(depth);
    let text = match g.rng.below(6) {
        0 => format!("local x = {call}"),
        1 => format!("local x = {{ {call} }}"),
        2 => format!("print({call})"),
        3 => format!("if {call} then cls() end"),
        _ => as_statement(&call),
    };
    g.line(text);
}

fn boundary(g: &mut Generator, depth: usize) {
    g.boundary(depth);
}

fn quiet(g: &mut Generator, _: usize) {
    let text = *g.rng.pick(&[
        "local x = get_tick_count()",
        "cls()",
        "print('x', 1)",
        "local x = { 1, 2, n = 3 }",
        "local x = ('x'):rep(3)",
        "local x = pcall(cls)",
        "local ok, e = pcall(error, 'x')",
        "local x = tostring(1) .. 'x'",
        "table.sort({ 3, 1, 2 })",
        "local x = string.format('%d', 3)",
        "n = (n or 0) + 1",
    ]);
    g.line(text);
}

fn branch(g: &mut Generator, depth: usize) {
    let condition = g.condition();
    let two = g.rng.percent(40);
    let three = g.rng.percent(15);
    g.block(format!("if {condition} then"), if two || three { "" } else { "end" }, |g| g.statement(depth));
    if three {
        let condition = g.question();
        g.block(format!("elseif {condition} then"), if two { "" } else { "end" }, |g| g.statement(depth));
    }
    if two {
        g.block("else", "end", |g| g.statement(depth));
    }
}

fn numeric_loop(g: &mut Generator, depth: usize) {
    let range = *g.rng.pick(&["1, 2", "1, 0", "1, 1", "3, 1, -1", "1, 3, 2", "2, 1"]);
    let stops = g.rng.percent(20);
    g.block(format!("for i = {range} do"), "end", |g| {
        if stops {
            let condition = g.condition();
            g.line(format!("if {condition} then break end"));
        }
        g.statement(depth);
    });
}

fn other_loop(g: &mut Generator, depth: usize) {
    match g.rng.below(4) {
        0 => {
            let condition = g.answer(false);
            g.block(format!("while {condition} do"), "end", |g| g.statement(depth));
        }
        1 => {
            let condition = g.condition();
            g.block(format!("while {condition} do"), "end", |g| {
                g.statement(depth);
                g.line("break");
            });
        }
        2 => g.block("repeat", "until true", |g| g.statement(depth)),
        _ => {
            let n = g.name("n");
            g.line(format!("local {n} = 0"));
            g.block(format!("while {n} < 2 do"), "end", |g| {
                g.line(format!("{n} = {n} + 1"));
                g.statement(depth);
            });
        }
    }
}

/// The body of a generic `for` may yield.
fn body_of_a_walk(g: &mut Generator, depth: usize) {
    let (callable, other) = (g.tolerant(depth), g.tolerant(0));
    let (a, b) = (callable.text, other.text);
    let name = g.name("v");
    let head = match g.rng.below(6) {
        0 => format!("for _, {name} in ipairs({{ {a}, {b} }}) do"),
        1 => format!("for k, {name} in pairs({{ go = {a}, stay = {b} }}) do"),
        2 => format!("for k, {name} in next, {{ {a} }} do"),
        3 => format!("for _, {name} in ipairs({{}}) do"),
        4 => format!("for {name} in ('abc'):gmatch('.') do"),
        _ => {
            // An iterator of the script's own.
            let each = g.name("each");
            g.line(format!(
                "local function {each}(t)\n  local i = 0\n  return function() i = i + 1 return t[i] end\nend"
            ));
            format!("for {name} in {each}({{ {a}, {b} }}) do")
        }
    };
    let strings = head.contains("gmatch");
    g.block(head, "end", |g| match g.rng.below(3) {
        0 if !strings => g.line(format!("{name}(1)")),
        1 if !strings => g.guard(&super::Callable::new(name)),
        _ => g.statement(depth),
    });
}

fn short_circuit(g: &mut Generator, depth: usize) {
    let call = g.call(depth);
    let (op, truth) = *g.rng.pick(&[("and", true), ("and", false), ("or", true), ("or", false)]);
    let left = if g.rng.percent(50) { g.question() } else { g.answer(truth) };
    g.line(format!("local x = {left} {op} {call}"));
}

fn early_return(g: &mut Generator, depth: usize) {
    let condition = g.condition();
    g.line(format!("if {condition} then return end"));
    g.statement(depth);
}

fn early_error(g: &mut Generator, depth: usize) {
    let condition = g.condition();
    let raise =
        *g.rng.pick(&["error('no')", "error()", "local x = nil + 1", "nothing()", "assert(false)", "error({})"]);
    g.line(format!("if {condition} then {raise} end"));
    g.statement(depth);
}

/// What comes behind an error in a protected call is not reached.
fn caught_error(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let raise = *g.rng.pick(&["error('no')", "assert(nil)", "local x = {} .. 'x'", "(nil)()", "return 1"]);
    let raise = if raise == "return 1" { "do return end" } else { raise };
    g.line(format!("pcall(function() {raise}; {called}(1) end)"));
}

fn block(g: &mut Generator, depth: usize) {
    g.block("do", "end", |g| {
        if g.rng.percent(40) {
            let shadow = *g.rng.pick(&[
                "local sleep = get_tick_count",
                "local pcall = function(f, ...) return true, f(...) end",
                "local pcall = pcall",
                "local require = function() return {} end",
                "local sleep = sleep",
                "local p, s = pcall, sleep",
            ]);
            g.line(shadow);
            if shadow.contains("p, s") {
                let text = *g.rng.pick(&["p(s, 1)", "s(1)", "p(p, s, 1)"]);
                g.line(text);
            }
        }
        g.statement(depth);
        if g.rng.percent(30) {
            g.statement(depth);
        }
    });
}

fn function_that_nobody_calls(g: &mut Generator, depth: usize) {
    let name = g.name("unused");
    g.function(&format!("local function {name}"), depth);
}

/// Globals of the camera's that mean something else from here on.
fn reassigned(g: &mut Generator, _: usize) {
    let text = *g.rng.pick(&[
        "sleep = get_tick_count",
        "sleep = function() end",
        "local sleep0 = sleep\nsleep = function(n) return sleep0(n) end",
        "shoot = nil",
        "pcall = function(f, ...) return true, f(...) end",
        "local pcall0 = pcall\npcall = function(...) return pcall0(...) end",
        "cls = shoot",
        "get_tick_count = function() sleep(1) return 1 end",
        "table.sort = function() end",
        "tostring = function() return 'x' end",
        "print = function() end",
        "_G.press = cls",
        "require = function() return { go = cls } end",
        "read_usb_msg = nil",
    ]);
    g.line(text);
}

/// An argument is evaluated before the call, outside of whatever is called.
fn argument(g: &mut Generator, depth: usize) {
    let call = g.call(depth);
    let text = match g.rng.below(8) {
        0 => format!("pcall(print, {call})"),
        1 => format!("pcall({call})"),
        2 => format!("table.concat({{ 'a', tostring({call}) }})"),
        3 => format!("pcall(select, 1, {call})"),
        4 => format!("xpcall(cls, {call})"),
        5 => format!("local x = ('a'):rep(({call}) and 2 or 1)"),
        6 => format!("for i = 1, ({call}) and 1 or 1 do cls() end"),
        _ => format!("table.insert({{}}, ({call}) or 1)"),
    };
    g.line(text);
}

fn condition_that_calls(g: &mut Generator, depth: usize) {
    let call = g.call(depth);
    let text = match g.rng.below(5) {
        0 => format!("while {call} do break end"),
        1 => format!("repeat local x = 1 until {call} or x"),
        2 => format!("if not {call} then cls() elseif {call} then cls() end"),
        3 => format!("local x = {call} == nil"),
        _ => format!("local x = #tostring({call}) > 0"),
    };
    g.line(text);
}

fn assigned_to_a_field(g: &mut Generator, depth: usize) {
    let call = g.call(depth);
    let text = match g.rng.below(4) {
        0 => format!("local t = {{}}\nt.x, t.y = {call}, 1"),
        1 => format!("local t = {{ [{call} or 1] = 2 }}"),
        2 => format!("local t = {{}}\nt[({call}) or 1] = 2"),
        _ => format!("x = {call}"),
    };
    g.line(text);
}

/// Tests whose outcome follows from the script.
fn guarded_by_a_test(g: &mut Generator, depth: usize) {
    let test = *g.rng.pick(&[
        "type(sleep) == 'function'",
        "sleep ~= nil",
        "sleep",
        "not sleep",
        "type(sleep) == 'nil'",
        "nothing",
        "nothing == nil",
        "#{ 1 } > 0",
        "pcall",
        "coroutine",
        "pcall(cls)",
        "not pcall(error)",
        "#'' > 0",
        "tonumber('x')",
        "({ n = 1 }).n",
        "({}).n",
    ]);
    g.block(format!("if {test} then"), "end", |g| g.statement(depth));
}

/// What a protected call came to decides.
fn after_a_pcall(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let f = &callable.text;
    g.line(format!("local ok, why = pcall({f}, 1)"));
    let text = *g.rng.pick(&["if not ok then error(why) end", "if not ok then return end", "if ok then return end"]);
    g.line(text);
    g.statement(depth);
}

fn unknown(g: &mut Generator, depth: usize) {
    g.unknown(depth);
}
