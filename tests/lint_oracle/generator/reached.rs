//! Ways by which a script gets at functions that it does not have in a variable: code in strings and files, modules, metatables,
//! environments, lists.

use super::{Callable, Generator};

pub(super) fn identity(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("id");
    let body =
        *g.rng.pick(&["(f) return f", "(...) return ...", "(f) local g = f return g", "(...) local f = ... return f"]);
    g.line(format!("local function {name}{body} end"));
    Callable { text: format!("{name}({})", callable.text), ..callable }
}

pub(super) fn passed_through(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let other = g.callable(0).text;
    let f = &callable.text;
    let text = match g.rng.below(10) {
        0 => format!("assert({f})"),
        1 => format!("select(2, {other}, {f})"),
        2 => format!("unpack({{ {f} }})"),
        3 => format!("unpack({{ {other}, {f} }}, 2)"),
        4 => format!("(nil or {f})"),
        5 => format!("(true and {f})"),
        6 => format!("({f})"),
        7 => format!("({{ {f} }})[1]"),
        8 => format!("({{ go = {f} }}).go"),
        _ => format!("select(2, next({{ {f} }}))"),
    };
    Callable { text: g.new_local("f", &text), ..callable }
}

pub(super) fn upvalue_set_later(g: &mut Generator, depth: usize) -> Callable {
    let later = g.name("u");
    g.line(format!("local {later}"));
    let name = g.name("f");
    g.line(format!("local function {name}() return {later}(1) end"));
    let callable = g.callable(depth);
    g.line(format!("{later} = {}", callable.text));
    Callable::new(name)
}

pub(super) fn upvalue_set_again(g: &mut Generator, depth: usize) -> Callable {
    let (first, then) = (g.callable(depth), g.callable(depth));
    let value = g.new_local("u", &first.text);
    let name = g.name("f");
    g.line(format!("local function {name}() return {value}(1) end"));
    g.line(format!("{value} = {}", then.text));
    Callable::new(name)
}

pub(super) fn loadstring(g: &mut Generator, depth: usize) -> Callable {
    if g.rng.percent(50) {
        let code = if g.rng.percent(g.yields) {
            *g.rng.pick(&[
                "sleep(1)",
                "local n = 1 sleep(n)",
                "return shoot()",
                "for i = 1, 2 do sleep(i) end",
                "sleep(...)",
            ])
        } else {
            *g.rng.pick(&["cls()", "return sleep", "if nil then sleep(1) end", "return", "local n = 'sleep(1)'"])
        };
        let text = match g.rng.below(4) {
            0 => format!("loadstring([[{code}]])"),
            1 => format!("assert(loadstring(\"{code}\"))"),
            2 => format!("loadstring([[{code}]], '=code')"),
            _ => format!("loadstring('' .. [[{code}]])"),
        };
        return Callable { text: g.new_local("f", &text), tolerant: !code.contains("...") };
    }
    let (name, callable) = {
        let inner = g.callable(depth);
        let (name, alias) = g.global(inner.tolerant);
        g.line(format!("{name} = {}", inner.text));
        (name, alias)
    };
    let text = match g.rng.below(3) {
        0 => format!("loadstring('return {name}')()"),
        1 => format!("loadstring('{name}(1)')"),
        _ => format!("loadstring('return function() {name}(1) end')()"),
    };
    Callable { text, ..callable }
}

pub(super) fn loadfile(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("part");
    let path = format!("A/CHDK/SCRIPTS/{name}.lua");
    let returns = g.rng.percent(50);
    g.file(&path, |g| {
        if returns {
            let callable = g.tolerant(depth);
            g.line(format!("return {}", callable.text));
        } else {
            g.statement(depth);
        }
    });
    let text = if returns { format!("loadfile('{path}')()") } else { format!("loadfile('{path}')") };
    Callable::new(g.new_local("f", &text))
}

/// The text of a call that loads the module.
pub(super) fn required(g: &mut Generator, name: &str) -> String {
    match g.rng.below(4) {
        0 => format!("require'{name}'"),
        1 => format!("require('{}')", name.to_uppercase()),
        2 => format!("require(\"{}\" .. \"{}\")", &name[..2], &name[2..]),
        _ => format!("require(\"{name}\")"),
    }
}

pub(super) fn module(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("mod");
    let folder = *g.rng.pick(&["SCRIPTS", "LUALIB"]);
    let style = g.rng.below(4);
    g.file(&format!("A/CHDK/{folder}/{name}.lua"), |g| match style {
        0 => {
            g.line("local m = {}");
            g.function("function m.go", depth);
            g.line("return m");
        }
        1 => {
            let callable = g.tolerant(depth);
            g.line(format!("return {{ go = {} }}", callable.text));
        }
        2 => {
            let callable = g.tolerant(depth);
            g.line(format!("return {}", callable.text));
        }
        _ => {
            g.line("local m = {}\nlocal wait = sleep");
            let callable = g.tolerant(depth);
            g.line(format!("local f = {}", callable.text));
            g.line("m.go = function() return f(1) end\nfunction m.wait(n) wait(n or 1) end\nreturn m");
        }
    });
    let module = required(g, &name);
    let module = g.new_local("m", &module);
    Callable::new(if style == 2 { module } else { format!("{module}.go") })
}

pub(super) fn module_of_globals(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("lib");
    let (global, callable) = g.global(true);
    g.file(&format!("A/CHDK/LUALIB/{name}.lua"), |g| {
        let inner = g.callable(depth);
        let called = g.called(&inner);
        g.line(format!("function {global}() return {called}(1) end"));
    });
    let module = required(g, &name);
    g.line(module);
    g.known_everywhere(&callable);
    callable
}

pub(super) fn preloaded_module(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("pre");
    let callable = g.callable(depth);
    match g.rng.below(3) {
        0 => g.line(format!("package.preload.{name} = function() return {{ go = {} }} end", callable.text)),
        1 => g.line(format!("package.preload['{name}'] = function(n) return {{ go = {} }} end", callable.text)),
        _ => g.line(format!("package.loaded.{name} = {{ go = {} }}", callable.text)),
    }
    let module = g.new_local("m", &format!("require('{name}')"));
    Callable { text: format!("{module}.go"), ..callable }
}

pub(super) fn inherited(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let mut table = g.new_local("B", &format!("{{ go = {} }}", callable.text));
    for _ in 0..=g.rng.below(2) {
        let next = g.name("o");
        match g.rng.below(3) {
            0 => g.line(format!("local {next} = setmetatable({{}}, {{ __index = {table} }})")),
            1 => {
                g.line(format!("local {next} = {{}}"));
                g.line(format!("setmetatable({next}, {{ __index = {table} }})"));
            }
            _ => {
                let meta = g.new_local("M", "{}");
                g.line(format!("{meta}.__index = {table}"));
                g.line(format!("local {next} = setmetatable({{}}, {meta})"));
            }
        }
        table = next;
    }
    if g.rng.percent(25) {
        return Callable { text: format!("getmetatable({table}).__index.go"), ..callable };
    }
    Callable { text: format!("{table}.go"), ..callable }
}

pub(super) fn inherited_by_function(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let object =
        g.new_local("o", &format!("setmetatable({{}}, {{ __index = function(t, k) return {} end }})", callable.text));
    Callable { text: format!("{object}.go"), ..callable }
}

pub(super) fn callable_table(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.tolerant(depth);
    let object = g.new_local("o", &format!("setmetatable({{}}, {{ __call = {} }})", callable.text));
    // It is a table, which some functions want no callback to be.
    Callable::new(if g.rng.percent(50) { object } else { format!("function() return {object}(1) end") })
}

pub(super) fn environment(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("f");
    g.line(format!("local function {name}() return go(1) end"));
    match g.rng.below(3) {
        0 => g.line(format!("setfenv({name}, {{ go = {} }})", callable.text)),
        1 => g.line(format!("setfenv({name}, setmetatable({{ go = {} }}, {{ __index = _G }}))", callable.text)),
        _ => g.line(format!("{name} = setfenv({name}, {{ go = {} }})", callable.text)),
    }
    Callable::new(name)
}

pub(super) fn environment_read(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let (name, alias) = g.global(callable.tolerant);
    let text = *g.rng.pick(&["getfenv()", "getfenv(1)", "getfenv(0)", "_G", "_G._G"]);
    g.line(format!("{text}.{name} = {}", callable.text));
    alias
}

pub(super) fn from_a_list(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let list = g.new_local("t", "{}");
    let tolerant = one.tolerant && other.tolerant;
    g.line(format!("table.insert({list}, {})", one.text));
    if g.rng.percent(50) {
        g.line(format!("table.insert({list}, 1, {})", other.text));
    }
    let text = match g.rng.below(4) {
        0 => format!("table.remove({list})"),
        1 => format!("{list}[#{list}]"),
        2 => format!("table.remove({list}, 1)"),
        _ => format!("{list}[1]"),
    };
    Callable { text: g.new_local("f", &text), tolerant }
}

pub(super) fn walked_over(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let name = g.name("f");
    let (a, b) = (one.text, other.text);
    g.line(format!("local {name}"));
    let walk = match g.rng.below(4) {
        0 => format!("for _, v in ipairs({{ {b}, {a} }}) do {name} = v end"),
        1 => format!("for k, v in pairs({{ go = {a}, n = 1 }}) do if k == 'go' then {name} = v end end"),
        2 => format!("for k, v in next, {{ {a} }} do {name} = v end"),
        _ => format!("for i = 1, 2 do {name} = ({{ {b}, {a} }})[i] end"),
    };
    g.line(walk);
    Callable { text: name, tolerant: one.tolerant && other.tolerant }
}
