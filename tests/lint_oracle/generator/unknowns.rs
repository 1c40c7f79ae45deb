//! What a script cannot know before it runs, and what takes long to find out: messages, deadlines, loops of many passes,
//! names that are computed, many decisions one after the other.

use super::Generator;
use super::statements::as_statement;

type Write = fn(&mut Generator, usize);

const UNKNOWNS: &[(usize, Write)] = &[
    (3, message),
    (3, dispatch),
    (2, code_of_a_message),
    (3, loop_of_unknown_length),
    (3, long_loop),
    (3, many_decisions),
    (3, main_loop),
    (2, deadline),
    (2, long_list),
    (3, names_in_a_string),
    (2, computed_name),
    (2, unknown_depth),
    (2, queue),
    (2, counted),
];

impl Generator {
    /// Something with a value in it that only the camera knows, or the whole of a run.
    pub(super) fn unknown(&mut self, depth: usize) {
        let write = *self.rng.weighted(UNKNOWNS);
        write(self, depth);
    }

    fn one_line(&mut self, depth: usize) -> String {
        let call = self.call(depth);
        as_statement(&call)
    }
}

fn message(g: &mut Generator, depth: usize) {
    let name = g.name("m");
    g.line(format!("local {name} = read_usb_msg()"));
    let test = match g.rng.below(5) {
        0 => format!("{name} == 'go'"),
        1 => name.clone(),
        2 => format!("type({name}) == 'string'"),
        3 => format!("{name} and {name}:match('^g')"),
        _ => format!("not {name}"),
    };
    g.block(format!("if {test} then"), "end", |g| g.statement(depth));
}

fn dispatch(g: &mut Generator, depth: usize) {
    let (one, other) = (g.callable(depth), g.callable(0));
    let (jobs, job) = (g.name("t"), g.name("f"));
    g.line(format!("local {jobs} = {{ go = {}, stay = {} }}", one.text, other.text));
    g.line(format!("local {job} = {jobs}[read_usb_msg() or 'stay']"));
    let text = match g.rng.below(4) {
        0 => format!("pcall({job}, 1)"),
        1 => format!("if {job} then pcall({job}, 1) end"),
        2 => format!("{job}(1)"),
        _ => format!("pcall(function() return {job}(1) end)"),
    };
    g.line(text);
}

fn code_of_a_message(g: &mut Generator, depth: usize) {
    let name = g.name("f");
    g.line(format!("local {name} = loadstring(read_usb_msg() or '')"));
    let text = *g.rng.pick(&["if F then F() end", "pcall(F)", "if F then pcall(F) end", "local ok = pcall(F or cls)"]);
    g.line(text.replace('F', &name));
    g.statement(depth);
}

fn loop_of_unknown_length(g: &mut Generator, depth: usize) {
    let head =
        *g.rng.pick(&["for i = 1, get_prop(1) do", "for i = get_prop(2), 0, -1 do", "for i = 1, get_prop(3) + 1 do"]);
    g.block(head, "end", |g| g.statement(depth));
}

fn long_loop(g: &mut Generator, depth: usize) {
    match g.rng.below(4) {
        0 => g.line("local x = 0\nfor i = 1, 500 do x = x + i end"),
        1 => g.line("local x = 1\nwhile x < 1000 do x = x + 1 end"),
        2 => g.line("local x = ''\nfor i = 1, 50 do x = x .. i end"),
        _ => {
            let at = *g.rng.pick(&["1", "20", "39", "50"]);
            let call = g.one_line(0);
            g.line(format!("for i = 1, 40 do\n  if i == {at} then {call} end\nend"));
        }
    }
    g.statement(depth);
}

fn many_decisions(g: &mut Generator, depth: usize) {
    let name = g.name("n");
    g.line(format!("local {name} = 0"));
    for _ in 0..4 + g.rng.below(10) {
        let question = g.question();
        let step = *g.rng.pick(&["+ 1", "- 1", "* 2", "+ 3"]);
        g.line(format!("if {question} then {name} = {name} {step} end"));
    }
    if g.rng.percent(30) {
        return g.block(format!("if {name} > 2 then"), "end", |g| g.statement(depth));
    }
    g.statement(depth);
}

fn main_loop(g: &mut Generator, depth: usize) {
    let question = g.question();
    let (head, tail) = match g.rng.below(4) {
        0 => ("repeat".to_owned(), format!("until {question}")),
        1 => (format!("while not ({question}) do"), "end".to_owned()),
        2 => (format!("while true do\n  if {question} then break end"), "end".to_owned()),
        _ => ("while true do".to_owned(), "  sleep(10)\nend".to_owned()),
    };
    g.block(head, &tail, |g| {
        g.statement(depth);
        if g.rng.percent(50) {
            g.line("sleep(10)");
        }
    });
}

fn deadline(g: &mut Generator, depth: usize) {
    let name = g.name("last");
    g.line(format!("local {name} = get_tick_count() + 300"));
    g.block("repeat", &format!("until get_tick_count() > {name}"), |g| g.statement(depth));
}

fn long_list(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let list = g.name("t");
    g.line(format!("local {list} = {{}}\nfor i = 1, 60 do {list}[i] = {} end", callable.text));
    let at = *g.rng.pick(&["1", "30", "60", "61", "#T"]);
    let at = at.replace('T', &list);
    g.line(format!("local ok = pcall({list}[{at}], 1)"));
}

fn names_in_a_string(g: &mut Generator, _: usize) {
    let other = if g.rng.percent(g.yields) { "shoot" } else { "get_tick_count" };
    let text = match g.rng.below(6) {
        0 => format!("for name in ('cls {other}'):gmatch('%a[%w_]*') do\n  pcall(_G[name])\nend"),
        1 => format!("local name = ('x={other}'):match('=(.*)')\npcall(_G[name])"),
        2 => format!("local name = string.sub('{other} cls', 1, {})\npcall(_G[name])", other.len()),
        3 => format!("local name = ('%s'):format('{other}')\npcall(_G[name])"),
        4 => format!("local name = ('{}'):lower()\npcall(_G[name])", other.to_uppercase()),
        _ => format!("local name = ('x{other}'):gsub('^x', '')\npcall(_G[name])"),
    };
    g.line(text);
}

fn computed_name(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let table = g.name("t");
    g.line(format!("local {table} = {{ f3 = {}, f4 = cls }}", callable.text));
    let key = *g.rng.pick(&[
        "'f' .. 3",
        "'f' .. 1 + 2",
        "'f' .. #'abc'",
        "'f' .. 4",
        "('f%d'):format(3)",
        "table.concat({ 'f', 3 })",
    ]);
    g.line(format!("pcall({table}[{key}], 1)"));
}

fn unknown_depth(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let name = g.name("f");
    g.line(format!("local function {name}(n)\n  if n > 0 then return {name}(n - 1) end\n  return {called}(1)\nend"));
    let argument = *g.rng.pick(&["get_prop(1)", "20", "get_prop(2) + 3"]);
    let text = if g.rng.percent(60) { format!("pcall({name}, {argument})") } else { format!("{name}({argument})") };
    g.line(text);
}

/// A list that is worked off.
fn queue(g: &mut Generator, depth: usize) {
    let (one, other) = (g.callable(depth), g.callable(0));
    let list = g.name("t");
    let walk = if g.rng.percent(70) { "pcall(job, 1)" } else { "job(1)" };
    g.line(format!("local {list} = {{ {}, {} }}", one.text, other.text));
    g.line(format!("while #{list} > 0 do\n  local job = table.remove({list}, 1)\n  {walk}\nend"));
}

/// Something that is done in one pass of a loop.
fn counted(g: &mut Generator, depth: usize) {
    let name = g.name("n");
    g.line(format!("local {name} = 0"));
    let test = *g.rng.pick(&["== 3", "> 4", "% 3 == 2", "> 9"]);
    g.block(format!("while {name} < 6 do"), "end", |g| {
        g.line(format!("{name} = {name} + 1"));
        g.block(format!("if {name} {test} then"), "end", |g| g.statement(depth));
    });
}
