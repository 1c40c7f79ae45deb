//! Boundaries: what calls a function from C, or as a metamethod or iterator; and what only looks like it.

use super::statements::as_statement;
use super::{Callable, Generator};

type Write = fn(&mut Generator, usize);

const BOUNDARIES: &[(usize, Write)] = &[
    (26, protected),
    (6, wrapped),
    (4, handler),
    (5, sort),
    (6, gsub),
    (5, foreach),
    (8, iterator),
    (12, metamethod),
    (4, tostring),
    (4, reader),
    (6, module),
    (3, preload),
    (4, dofile),
    (3, call_of_a_table),
    (2, converter),
    (2, hook),
    (2, finalizer),
    (4, protected_list),
    (2, restore),
    (2, environment_index),
    (3, library),
    (4, boundary_as_a_value),
    (2, loader),
    (1, environment_of_the_rest),
    (2, sorted_objects),
];

impl Generator {
    /// A boundary with something inside.
    pub(super) fn boundary(&mut self, depth: usize) {
        if self.budget == 0 {
            let callable = self.callable(0);
            return self.guard(&callable);
        }
        let write = *self.rng.weighted(BOUNDARIES);
        write(self, depth.saturating_sub(1));
    }

    /// Calls something in protected mode.
    pub(super) fn guard(&mut self, callable: &Callable) {
        let arguments = self.arguments();
        let (f, called) = (&callable.text, self.called(callable));
        let text = match self.rng.below(22) {
            0..=4 => format!("pcall({f}, {arguments})"),
            5 | 6 => format!("pcall(function() {called}({arguments}) end)"),
            7 => format!("pcall(function() return {called}({arguments}) end)"),
            8 => format!("local ok, e = pcall({f}, {arguments})"),
            9 => format!("if not pcall({f}, {arguments}) then cls() end"),
            10 => format!("_G.pcall({f}, {arguments})"),
            11 => format!("_G['p' .. 'call']({f}, {arguments})"),
            12 => format!("pcall(pcall, {f}, {arguments})"),
            13 => format!("pcall(unpack({{ {f}, 1 }}))"),
            14 => format!("pcall(select(2, 0, {f}), {arguments})"),
            15 => format!("xpcall(function() {called}({arguments}) end, print)"),
            16 => format!("xpcall(function() return {called}({arguments}) end, function(e) return e end)"),
            17 => format!("local p = pcall\nlocal ok = p({f}, {arguments})"),
            18 => format!("local try = {{ pcall = pcall, x = xpcall }}\ntry.pcall({f}, {arguments})"),
            19 => format!("(pcall)({f}, {arguments})"),
            20 => format!("assert(pcall)({f}, {arguments})"),
            _ => format!("select(2, pcall({f}, {arguments}))"),
        };
        self.line(if text.starts_with('(') { as_statement(&text) } else { text });
    }
}

fn protected(g: &mut Generator, depth: usize) {
    if g.rng.percent(25) {
        // A body of its own.
        let head = *g.rng.pick(&["pcall(function", "local ok, e = pcall(function"]);
        g.line(format!("{head}()"));
        g.indent += 1;
        g.scopes.push(Vec::new());
        for _ in 0..=g.rng.below(2) {
            g.statement(depth);
        }
        g.scopes.pop();
        g.indent -= 1;
        return g.line("end)");
    }
    let callable = g.callable(depth);
    g.guard(&callable);
}

fn wrapped(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let name = g.name("try");
    let body = *g.rng.pick(&[
        "(...) return pcall(...)",
        "(f, ...) return pcall(f, ...)",
        "(f, ...) local ok, r = pcall(f, ...) if ok then return r end",
        "(f, a) return xpcall(function() return f(a) end, print)",
        "(f, ...) local a = { ... } return pcall(function() return f(unpack(a)) end)",
        "(f, n) return f(n)",
        "(f, ...) if f then return true, f(...) end",
        "(...) return select('#', ...)",
    ]);
    g.line(format!("local function {name}{body} end"));
    if g.rng.percent(30) {
        let other = g.callable(0);
        g.line(format!("{name}({}, 1)", other.text));
    }
    g.line(format!("{name}({}, 1)", callable.text));
}

fn handler(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let body =
        *g.rng.pick(&["function() error('x') end", "function() end", "error", "cls", "function() nothing() end"]);
    g.line(format!("xpcall({body}, {})", callable.text));
}

fn sort(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let list = *g.rng.pick(&["{ 3, 1, 2 }", "{ 3, 1, 2 }", "{ 1 }", "{}", "{ 2, 1 }"]);
    let called = g.called(&callable);
    match g.rng.below(4) {
        0 => g.line(format!("table.sort({list}, {})", callable.text)),
        1 => g.line(format!("table.sort({list}, function(a, b) {called}(1) return a < b end)")),
        2 => g.line(format!("local t = {list}\npcall(table.sort, t, {})", callable.text)),
        _ => g.line(format!("local sort = table.sort\nsort({list}, function(a, b) {called}(1) return a < b end)")),
    }
}

fn gsub(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let f = &callable.text;
    let subject = *g.rng.pick(&["'abc'", "'abc'", "''", "'xyz'"]);
    let pattern = *g.rng.pick(&["'.'", "'%a'", "'a'", "'%d'"]);
    let text = match g.rng.below(7) {
        0 => format!("string.gsub({subject}, {pattern}, {f})"),
        1 => format!("local s = {subject}\ns:gsub({pattern}, {f})"),
        2 => format!("local s = ({subject}):gsub({pattern}, {f})"),
        3 => format!("string.gsub({subject}, {pattern}, setmetatable({{}}, {{ __index = {f} }}))"),
        4 => format!("string.gsub({subject}, {pattern}, {{ a = {f} }})"),
        5 => format!("local x = ({subject}):gsub({pattern}, 'x', 1)\nlocal y = {f}"),
        _ => format!("string['gsub']({subject}, {pattern}, {f})"),
    };
    g.line(text);
}

fn foreach(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let f = &callable.text;
    let list = *g.rng.pick(&["{ 1, 2 }", "{}", "{ 5 }"]);
    let text = match g.rng.below(4) {
        0 => format!("table.foreach({list}, {f})"),
        1 => format!("table.foreachi({list}, {f})"),
        2 => format!("local each = table.foreach\neach({list}, function(k, v) {}(1) end)", g.called(&callable)),
        _ => format!("pcall(table.foreachi, {list}, {f})"),
    };
    g.line(text);
}

fn iterator(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let f = &callable.text;
    let head = match g.rng.below(8) {
        0 | 1 => format!("for i in {f}, 1 do"),
        2 => format!("for a, b in function() return {called}(1) end do"),
        3 => {
            let name = g.name("iter");
            g.line(format!("local function {name}() return function() {called}(1) end end"));
            format!("for i in {name}() do")
        }
        4 => {
            let name = g.name("iter");
            g.line(format!("local function {name}() return {f}, 1 end"));
            format!("for i in {name}() do")
        }
        // What makes the iterator is not called from the loop.
        5 => {
            let name = g.name("iter");
            g.line(format!("local function {name}() {called}(1) return function() end end"));
            format!("for i in {name}() do")
        }
        6 => format!("for i in setmetatable({{}}, {{ __call = function() {called}(1) end }}) do"),
        _ => {
            let name = g.name("iter");
            g.line(format!("local {name} = {f}"));
            format!("for i in {name}, 1 do")
        }
    };
    let body = if g.rng.percent(40) { g.call(0) } else { "cls()".to_owned() };
    g.line(format!("{head}\n  {}\n  break\nend", as_statement(&body)));
}

fn metamethod(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let events = [
        "__index",
        "__newindex",
        "__add",
        "__sub",
        "__mul",
        "__div",
        "__mod",
        "__pow",
        "__unm",
        "__concat",
        "__eq",
        "__lt",
        "__le",
        "__len",
        "__tostring",
        "__call",
    ];
    let event = *g.rng.pick(&events);
    let meta = g.name("M");
    match g.rng.below(3) {
        0 => g.line(format!("local {meta} = {{ {event} = {} }}", callable.text)),
        1 => {
            g.line(format!("local {meta} = {{}}"));
            g.line(format!("{meta}.{event} = {}", callable.text));
        }
        _ => {
            let called = g.called(&callable);
            g.line(format!("local {meta} = {{ {event} = function(a, b) {called}(1) return 1 end }}"));
        }
    }
    let (o, other) = (g.name("o"), g.name("o"));
    let fields = if g.rng.percent(20) { "{ x = 1 }" } else { "{}" };
    g.line(format!("local {o} = setmetatable({fields}, {meta})"));
    g.line(format!("local {other} = setmetatable({{}}, {meta})"));
    // Mostly what the event is for; sometimes something that does not come to it.
    let event = if g.rng.percent(85) { event } else { *g.rng.pick(&events) };
    let uses: &[&str] = match event {
        "__index" => {
            &["local v = O.x", "local v = O['y']", "local v = rawget(O, 'x')", "O.x = 1 local v = O.x", "O:x()"]
        }
        "__newindex" => &["O.x = 1", "O[1] = 2", "rawset(O, 'x', 1)", "O.x, O.y = 1, 2"],
        "__add" => &["local v = O + 1", "local v = 1 + O", "local v = O + P"],
        "__sub" => &["local v = O - 1", "local v = 1 - P"],
        "__mul" => &["local v = O * 2", "local v = 2 * P"],
        "__div" => &["local v = O / 2"],
        "__mod" => &["local v = O % 2"],
        "__pow" => &["local v = O ^ 2"],
        "__unm" => &["local v = -O"],
        "__concat" => &["local v = O .. 'x'", "local v = 'a' .. 'b' .. O", "local v = O .. P"],
        "__eq" => &[
            "local v = O == P",
            "local v = O ~= P",
            "local v = O == 1",
            "local v = O == O",
            "local v = rawequal(O, P)",
        ],
        "__lt" => &["local v = O < P", "local v = O > P", "local v = O <= P"],
        "__le" => &["local v = O <= P", "local v = O >= P"],
        "__len" => &["local v = #O"],
        "__tostring" => &["local v = tostring(O)", "print(O)", "print('x', O)", "local v = ('%s'):format(tostring(O))"],
        _ => &["O()", "O(1, 2)", "local v = O(1)", "pcall(O)"],
    };
    let text = g.rng.pick(uses).replace('O', &o).replace('P', &other);
    g.line(text);
}

fn tostring(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    let text = match g.rng.below(5) {
        0 => format!("print(setmetatable({{}}, {{ __tostring = function() {called}(1) return 'x' end }}))"),
        1 => format!("tostring = function(v) {called}(1) return 'x' end\nprint({{}})"),
        2 => format!("tostring = function(v) {called}(1) return 'x' end\nprint(1)"),
        3 => format!("local tostring = function(v) {called}(1) return 'x' end\nprint({{}})"),
        _ => format!("local v = tostring(setmetatable({{}}, {{ __tostring = {} }}))", callable.text),
    };
    g.line(text);
}

fn reader(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    let text = match g.rng.below(4) {
        // A reader that never comes to an end would be read without end.
        0 => format!("local left = 2\nload(function() left = left - 1 if left > 0 then return {called}(1) end end)"),
        1 => format!("load(function() {called}(1) return nil end)"),
        2 => format!("local f = load(function() {called}(1) end)\nif f then f() end"),
        // What was loaded may yield when it is called.
        _ => "local parts = { 'sleep(1)' }\nlocal f = load(function() return table.remove(parts) end)\nf()".to_owned(),
    };
    g.line(text);
}

fn module(g: &mut Generator, depth: usize) {
    let name = g.name("mod");
    g.file(&format!("A/CHDK/SCRIPTS/{name}.lua"), |g| {
        for _ in 0..=g.rng.below(2) {
            g.statement(depth);
        }
        match g.rng.below(3) {
            0 => g.line("return { go = sleep }"),
            1 => g.line("return true"),
            _ => {}
        }
    });
    let text = match g.rng.below(6) {
        0 => format!("pcall(require, '{name}')"),
        1 => format!("require('{name}')\nrequire('{name}')"),
        2 => format!("local m = require \"{name}\""),
        3 => format!("for _, n in ipairs({{ '{name}' }}) do require(n) end"),
        4 => format!("package.loaded['{name}'] = true\nrequire('{name}')"),
        _ => format!("require('{name}')"),
    };
    g.line(text);
}

fn preload(g: &mut Generator, depth: usize) {
    let name = g.name("pre");
    let callable = g.tolerant(depth);
    g.line(format!("package.preload['{name}'] = {}", callable.text));
    if g.rng.percent(75) {
        g.line(format!("require('{name}')"));
    } else {
        g.line(format!("package.preload['{name}'](1)"));
    }
}

fn dofile(g: &mut Generator, depth: usize) {
    let name = g.name("part");
    let path = format!("A/CHDK/SCRIPTS/{name}.lua");
    g.file(&path, |g| g.statement(depth));
    let text = match g.rng.below(5) {
        0 | 1 => format!("dofile('{path}')"),
        2 => format!("pcall(dofile, '{path}')"),
        3 => format!("loadfile('{path}')()"),
        _ => format!("local f = assert(loadfile('{path}'))\nf()"),
    };
    g.line(text);
}

fn call_of_a_table(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let object = g.name("o");
    g.line(format!("local {object} = setmetatable({{}}, {{ __call = {} }})", callable.text));
    let text = match g.rng.below(4) {
        0 | 1 => format!("{object}(1)"),
        2 => format!("pcall({object}, 1)"),
        _ => format!("for i in {object} do break end"),
    };
    g.line(text);
}

fn converter(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    g.line(format!("usb_msg_table_to_string = function(t) {called}(1) return 'x' end"));
    let text = *g.rng.pick(&["write_usb_msg({ 1 })", "write_usb_msg('x')", "pcall(write_usb_msg, {})", "cls()"]);
    g.line(text);
}

fn hook(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    let when = *g.rng.pick(&["'c'", "'l'", "'', 1"]);
    g.line(format!("debug.sethook(function() debug.sethook(); {called}(1) end, {when})"));
    g.line("cls()\nlocal x = 1");
}

fn finalizer(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    g.line(format!("local p = newproxy(true)\ngetmetatable(p).__gc = function() {called}(1) end"));
    let text = *g.rng.pick(&["p = nil\ncollectgarbage()", "p = nil", "collectgarbage()", "getmetatable(p).__gc = nil"]);
    g.line(text);
}

/// Functions of a list, each in protected mode.
fn protected_list(g: &mut Generator, depth: usize) {
    let (one, other) = (g.callable(depth), g.callable(0));
    let (a, b) = (one.text, other.text);
    let text = match g.rng.below(5) {
        0 => format!("for _, f in ipairs({{ {a}, {b} }}) do\n  pcall(f, 1)\nend"),
        1 => format!("for name, f in pairs({{ go = {a}, stay = {b} }}) do\n  pcall(f, 1)\nend"),
        2 => format!(
            "local jobs = {{ go = {a}, stay = {b} }}\nfor _, n in ipairs({{ 'stay', 'go' }}) do\n  pcall(jobs[n], 1)\nend"
        ),
        3 => format!("local jobs = {{ {a}, {b} }}\nfor i = 1, #jobs do\n  pcall(jobs[i], 1)\nend"),
        _ => "for _, n in ipairs({ 'cls', 'shoot', 'wait_click' }) do\n  pcall(_G[n], 1)\nend"
            .replace("'shoot', 'wait_click'", if g.rng.percent(g.yields) { "'shoot'" } else { "'get_tick_count'" }),
    };
    g.line(text);
}

fn restore(g: &mut Generator, depth: usize) {
    if g.rng.percent(50) {
        g.function("function restore", depth);
    } else {
        let callable = g.tolerant(depth);
        g.line(format!("restore = {}", callable.text));
    }
    if g.rng.percent(70) {
        g.line("sleep(10)");
    }
}

fn environment_index(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    let name = g.name("f");
    let reads = *g.rng.pick(&["local v = missing", "missing = 1", "return 1", "local missing = 1"]);
    g.line(format!("local function {name}() {reads} end"));
    let event = *g.rng.pick(&["__index", "__newindex"]);
    g.line(format!("setfenv({name}, setmetatable({{}}, {{ {event} = function() {called}(1) end }}))"));
    g.line(format!("{name}()"));
}

/// Modules of the camera's own.
fn library(g: &mut Generator, _: usize) {
    let text = match g.rng.below(8) {
        0 => "require'hookutil'\npcall(hook_shoot.wait_ready)",
        1 => "require'hookutil'\nhook_shoot.wait_ready()",
        2 => {
            "require'hookutil'\nfor _, n in ipairs({ 'hook_shoot', 'hook_raw' }) do\n  pcall(_G[n].wait_ready, { timeout = 1000 })\nend"
        }
        3 => "local u = require'uartr'\npcall(u.start, 'A/x.log')",
        4 => "local u = require'uartr'\npcall(u.stop)",
        5 => "local u = require'uartr'\nu.start()",
        6 => "local p = require'propcase'\npcall(get_prop, 1)",
        _ => "pcall(require, 'rawoplib')",
    };
    g.line(text);
}

/// A boundary that is handed to another.
fn boundary_as_a_value(g: &mut Generator, depth: usize) {
    let callable = g.callable(depth);
    let f = &callable.text;
    let called = g.called(&callable);
    let text = match g.rng.below(11) {
        0 => format!("for ok in pcall, {f} do break end"),
        1 => format!("pcall(string.gsub, 'a', '.', function() {called}(1) end)"),
        2 => format!("pcall(load, function() {called}(1) end)"),
        3 => format!("table.foreachi({{ {f} }}, function(i, f) pcall(f, i) end)"),
        4 => format!("pcall(tostring, setmetatable({{}}, {{ __tostring = function() {called}(1) end }}))"),
        5 => format!("local calls = {{ pcall, xpcall }}\nfor _, call in ipairs(calls) do call({f}, print) end"),
        6 => format!("xpcall(pcall, {f})"),
        7 => format!("local o = setmetatable({{}}, {{ __index = function(t, k) return pcall end }})\no.try({f}, 1)"),
        8 => format!("local t = {{ run = pcall }}\nfunction t:go(f) return self.run(f, 1) end\nt:go({f})"),
        9 => format!("loadstring('local f = ... return pcall(f, 1)')({f})"),
        _ => format!("({{ pcall }})[1]({f}, 1)"),
    };
    g.line(if text.starts_with('(') { as_statement(&text) } else { text });
}

fn loader(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    let name = g.name("mod");
    let text = match g.rng.below(3) {
        0 => format!("table.insert(package.loaders, 1, function(n) return function() {called}(1) end end)"),
        1 => format!("package.loaders[1] = function(n) {called}(1) end"),
        _ => format!("package.loaders[#package.loaders + 1] = function(n) return {} end", callable.text),
    };
    g.line(text);
    g.line(format!("require('{name}')"));
}

/// Each global that is read from here on is a call.
fn environment_of_the_rest(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let called = g.called(&callable);
    let name = g.name("G");
    g.line(format!("local {name} = getfenv()"));
    g.line(format!("setfenv(1, setmetatable({{}}, {{ __index = function(_, k) {called}(1) return {name}[k] end }}))"));
    g.line("cls()");
}

fn sorted_objects(g: &mut Generator, depth: usize) {
    let callable = g.tolerant(depth);
    let meta = g.name("M");
    g.line(format!("local {meta} = {{ __lt = {} }}", callable.text));
    let list = *g.rng.pick(&["{ O, O }", "{ O, O, O }", "{ O }", "{}"]);
    g.line(format!("table.sort({})", list.replace('O', &format!("setmetatable({{}}, {meta})"))));
}
