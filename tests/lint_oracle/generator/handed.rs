//! Ways by which functions are handed about: as arguments and results, in varargs, by choice, from one table to another.

use super::{Callable, Generator};

pub(super) fn yields_by_argument(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("f");
    let called = g.called(&callable);
    let (body, argument) = match g.rng.below(8) {
        0 => (format!("if a then {called}(1) end"), *g.rng.pick(&["true", "false", "nil", "1", ""])),
        1 => (format!("if a > 5 then {called}(1) end"), *g.rng.pick(&["10", "3", "5"])),
        2 => (format!("if a == 'go' then {called}(1) end"), *g.rng.pick(&["'go'", "'stay'", "'g' .. 'o'"])),
        3 => (format!("return a and {called}(1)"), *g.rng.pick(&["true", "false", "0"])),
        4 => ("read_usb_msg(a)".to_owned(), *g.rng.pick(&["0", "100", "", "nil and 1 or 0", "-1"])),
        5 => ("write_usb_msg('x', a)".to_owned(), *g.rng.pick(&["0", "100", "-2", "-1"])),
        6 => (format!("if not a then return end {called}(1)"), *g.rng.pick(&["true", "false"])),
        _ => (format!("for i = 1, a do {called}(i) end"), *g.rng.pick(&["0", "1", "2"])),
    };
    g.line(format!("local function {name}(a) {body} end"));
    Callable::new(format!("function() return {name}({argument}) end"))
}

pub(super) fn recursive(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("f");
    let callable = g.callable(depth);
    let called = g.called(&callable);
    if g.rng.percent(50) {
        g.line(format!(
            "local function {name}(n)\n  if n > 0 then return {name}(n - 1) end\n  return {called}(1)\nend"
        ));
    } else {
        let other = g.name("f");
        g.line(format!("local {other}"));
        g.line(format!("local function {name}(n) if n > 0 then {other}(n - 1) end end"));
        g.line(format!("function {other}(n) {called}(1) {name}(n) end"));
    }
    Callable::new(format!("function() {name}({}) end", g.rng.below(3)))
}

pub(super) fn picked_from_varargs(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let name = g.name("pick");
    g.line(format!("local function {name}(n, ...) return (select(n, ...)) end"));
    let at = 1 + g.rng.below(2);
    Callable { text: format!("{name}({at}, {}, {})", one.text, other.text), tolerant: one.tolerant && other.tolerant }
}

pub(super) fn packed_varargs(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let name = g.name("pack");
    let body = *g.rng.pick(&[
        "local t = { ... } return t[1]",
        "local t = { ... } return t[#t]",
        "local a, b = ... return b",
        "return ({ n = 1, ... })[1]",
        "return unpack({ ... })",
        "local t = { select(2, ...) } return t[1]",
    ]);
    g.line(format!("local function {name}(...) {body} end"));
    Callable { text: format!("{name}({}, {})", one.text, other.text), tolerant: one.tolerant && other.tolerant }
}

pub(super) fn result_of_pcall(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let f = &callable.text;
    let text = match g.rng.below(4) {
        0 => format!("select(2, pcall(function() return {f} end))"),
        1 => format!("select(2, xpcall(function() return {f} end, print))"),
        2 => format!("select(2, pcall(function(...) return ... end, {f}))"),
        _ => format!("select(2, pcall(error, {f}))"),
    };
    Callable { text: g.new_local("f", &text), ..callable }
}

pub(super) fn string_method(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.tolerant(depth);
    let name = g.name("s");
    g.line(format!("string.{name} = {}", callable.text));
    Callable::new(match g.rng.below(3) {
        0 => format!("function() return ('x'):{name}() end"),
        1 => format!("('x').{name}"),
        _ => format!("string.{name}"),
    })
}

pub(super) fn set_up_by_a_function(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let (name, alias) = g.global(callable.tolerant);
    let setup = g.name("setup");
    if g.rng.percent(50) {
        g.line(format!("local function {setup}() {name} = {} end", callable.text));
        g.line(format!("{setup}()"));
    } else {
        g.line(format!("local function {setup}(name, f) _G[name] = f end"));
        g.line(format!("{setup}('{name}', {})", callable.text));
    }
    alias
}

pub(super) fn swapped(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let (a, b) = (g.name("a"), g.name("b"));
    g.line(format!("local {a}, {b} = {}, {}", one.text, other.text));
    if g.rng.percent(70) {
        g.line(format!("{a}, {b} = {b}, {a}"));
    }
    Callable { text: if g.rng.percent(70) { b } else { a }, tolerant: one.tolerant && other.tolerant }
}

pub(super) fn global_index(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.tolerant(depth);
    let name = g.name("missing");
    let index = match g.rng.below(3) {
        0 => format!("{{ {name} = {} }}", callable.text),
        1 => format!("function(t, k) return {} end", callable.text),
        _ => format!("function(t, k) if k == '{name}' then return {} end end", callable.text),
    };
    g.line(format!("setmetatable(_G, {{ __index = {index} }})"));
    Callable::new(name)
}

pub(super) fn calls_its_parameter(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("with");
    let body = *g.rng.pick(&[
        "(f, ...) return f(...)",
        "(f) f(1)",
        "(f) if type(f) == 'function' then f(1) end",
        "(f, a) local g = f g(a)",
        "(...) local f = select(1, ...) f(1)",
        "(...) (...)(1)",
    ]);
    g.line(format!("local function {name}{body} end"));
    if g.rng.percent(40) {
        let other = g.callable(0);
        g.line(format!("{name}({}, 1)", other.text));
    }
    Callable::new(format!("function() {name}({}, 1) end", callable.text))
}

pub(super) fn closures_of_a_loop(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let table = g.new_local("t", "{}");
    g.line(format!("for i = 1, 2 do {table}[i] = function() return {called}(i) end end"));
    Callable::new(format!("{table}[{}]", g.rng.pick(&["1", "2", "#{table}"]).replace("{table}", &table)))
}

pub(super) fn userdata_field(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.new_local("p", "newproxy(true)");
    g.line(format!("getmetatable({name}).__index = {{ go = {} }}", callable.text));
    Callable { text: format!("{name}.go"), ..callable }
}

pub(super) fn chosen(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(depth));
    let tolerant = one.tolerant && other.tolerant;
    let condition = g.condition();
    if g.rng.percent(50) {
        let text = format!("{condition} and {} or {}", one.text, other.text);
        return Callable { text: g.new_local("f", &text), tolerant };
    }
    let name = g.new_local("f", &one.text);
    g.line(format!("if {condition} then {name} = {} end", other.text));
    Callable { text: name, tolerant }
}

pub(super) fn returned_with_others(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let name = g.name("f");
    g.line(format!("local function {name}() return {}, {} end", one.text, other.text));
    let (a, b) = (g.name("a"), g.name("b"));
    g.line(format!("local {a}, {b} = {name}()"));
    Callable { text: if g.rng.percent(50) { a } else { b }, tolerant: one.tolerant && other.tolerant }
}

pub(super) fn field_written_again(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let table = g.new_local("t", &format!("{{ go = {} }}", one.text));
    let key = *g.rng.pick(&[".go", "['go']", "[1]", "['1']", ".stay"]);
    g.line(format!("{table}{key} = {}", other.text));
    let read = if g.rng.percent(75) { ".go" } else { key };
    Callable { text: format!("{table}{read}"), tolerant: one.tolerant && other.tolerant }
}

pub(super) fn upvalue_of_a_walk(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let table = g.new_local("t", "{}");
    let (a, b) = (one.text, other.text);
    g.line(format!("for i, v in ipairs({{ {a}, {b} }}) do\n  {table}[i] = function() return v(i) end\nend"));
    Callable::new(format!("{table}[{}]", 1 + g.rng.below(2)))
}

/// Does what it does the second time it is called.
pub(super) fn second_call(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let (count, name) = (g.name("n"), g.name("f"));
    let test = *g.rng.pick(&["> 1", "== 1", "% 2 == 0", ">= 1"]);
    g.line(format!(
        "local {count} = 0\nlocal function {name}()\n  {count} = {count} + 1\n  if {count} {test} then {called}(1) end\nend"
    ));
    if g.rng.percent(50) {
        g.line(format!("{name}()"));
    }
    Callable::new(name)
}

/// Does what it does when a variable allows it.
pub(super) fn armed(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let (flag, name) = (g.name("armed"), g.name("f"));
    let head = if g.rng.percent(60) { "local " } else { "" };
    let first = *g.rng.pick(&["false", "true", "nil"]);
    g.line(format!("{head}{flag} = {first}\nlocal function {name}()\n  if {flag} then {called}(1) end\nend"));
    if g.rng.percent(60) {
        let then = *g.rng.pick(&["true", "false", "not {flag}"]);
        g.line(format!("{flag} = {}", then.replace("{flag}", &flag)));
    }
    Callable::new(name)
}

pub(super) fn chained_methods(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let object = g.new_local("o", "{}");
    g.line(format!(
        "function {object}:set(n) self.n = n return self end\nfunction {object}:go() {called}(1) return self end"
    ));
    Callable::new(format!("function() return {object}:set(1):go() end"))
}

pub(super) fn table_in_itself(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let table = g.new_local("t", &format!("{{ go = {} }}", callable.text));
    g.line(format!("{table}.t = {table}"));
    Callable { text: format!("{table}.t.t.go"), ..callable }
}

pub(super) fn environment_of_another(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("f");
    g.line(format!("local function {name}() end\nsetfenv({name}, {{ go = {} }})", callable.text));
    Callable { text: format!("getfenv({name}).go"), ..callable }
}

pub(super) fn two_levels_of_varargs(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let (inner, outer) = (g.name("f"), g.name("f"));
    g.line(format!("local function {inner}(a, ...) return a, ... end"));
    g.line(format!("local function {outer}(...) return {inner}(...) end"));
    let text = match g.rng.below(3) {
        0 => format!("({outer}({}, {}))", one.text, other.text),
        1 => format!("select(2, {outer}({}, {}))", other.text, one.text),
        _ => format!("({{ {outer}({}, {}) }})[2]", other.text, one.text),
    };
    Callable { text: g.new_local("f", &text), tolerant: one.tolerant && other.tolerant }
}

pub(super) fn odd_key(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let key = g.new_local("k", "{}");
    let pairs = [
        ("true", "false"),
        ("0", "-1"),
        ("print", "cls"),
        ("1", "'1'"),
        ("'a b'", "'a'"),
        ("K", "{}"),
        ("'end'", "'End'"),
        ("2^3", "9"),
        ("7/2", "4"),
    ];
    let (this, that) = *g.rng.pick(&pairs);
    let (this, that) = (this.replace('K', &key), that.to_owned());
    let table = g.new_local("t", &format!("{{ [{this}] = {}, [{that}] = {} }}", one.text, other.text));
    let read = match this.as_str() {
        "2^3" => "8".to_owned(),
        "7/2" => "3".to_owned(),
        _ => this,
    };
    Callable { text: format!("{table}[{read}]"), tolerant: one.tolerant && other.tolerant }
}

/// Stored in another table than it seems.
pub(super) fn redirected_field(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let store = g.new_local("t", "{}");
    let to = if g.rng.percent(50) { store.clone() } else { format!("function(_, k, v) {store}[k] = v end") };
    let front = g.new_local("o", &format!("setmetatable({{}}, {{ __newindex = {to}, __index = {store} }})"));
    g.line(format!("{front}.go = {}", callable.text));
    let from = if g.rng.percent(50) { store } else { front };
    Callable { text: format!("{from}.go"), ..callable }
}

/// Handed to code in a string.
pub(super) fn given_to_a_string(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let f = &callable.text;
    let (text, tolerant) = match g.rng.below(4) {
        0 => (format!("loadstring('return ...')({f})"), callable.tolerant),
        1 => (format!("loadstring('local f = ... return function() return f(1) end')({f})"), true),
        2 => (format!("setfenv(loadstring('return go'), {{ go = {f} }})()"), callable.tolerant),
        _ => (format!("setfenv(loadstring('go(1)'), {{ go = {f} }})"), true),
    };
    Callable { text: g.new_local("f", &text), tolerant }
}

pub(super) fn error_value(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let f = &callable.text;
    let text = match g.rng.below(4) {
        0 => format!("select(2, pcall(error, {{ go = {f} }})).go"),
        1 => format!("select(2, xpcall(error, function() return {f} end))"),
        2 => format!("select(2, pcall(function() error({f}) end))"),
        _ => format!("select(2, pcall(assert, false, {f}))"),
    };
    Callable { text: g.new_local("f", &text), ..callable }
}

pub(super) fn itself(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let name = g.new_local("f", &format!("(function(f) return f(f, 2) end)(function(f, n)\n  if n > 0 then return f(f, n - 1) end\n  return function() {called}(1) end\nend)"));
    Callable::new(name)
}

pub(super) fn result_of_foreach(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.new_local("f", &format!("table.foreach({{ go = {} }}, function(k, v) return v end)", callable.text));
    Callable { text: name, ..callable }
}

pub(super) fn module_that_names_itself(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("mod");
    let style = g.rng.below(3);
    g.file(&format!("A/CHDK/LUALIB/{name}.lua"), |g| {
        let callable = g.tolerant(depth);
        g.line(match style {
            0 => format!("package.loaded[...] = {{ go = {} }}", callable.text),
            1 => format!("local name = ...\n_G[name .. '_go'] = {}", callable.text),
            _ => format!("local m = {{}}\npackage.loaded[...] = m\nm.go = {}", callable.text),
        });
    });
    if style == 1 {
        g.line(format!("require('{name}')"));
        return Callable::new(format!("{name}_go"));
    }
    let module = g.new_local("m", &format!("require('{name}')"));
    Callable::new(format!("{module}.go"))
}

pub(super) fn module_with_an_environment(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("mod");
    g.file(&format!("A/CHDK/LUALIB/{name}.lua"), |g| {
        g.line("local m = setmetatable({}, { __index = _G })\nsetfenv(1, m)");
        let callable = g.callable(depth);
        let called = g.called(&callable);
        g.line(format!("function go() return {called}(1) end\nreturn m"));
    });
    let module = g.new_local("m", &format!("require('{name}')"));
    Callable::new(format!("{module}.go"))
}

pub(super) fn by_debug(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let (upvalue, name) = (g.name("u"), g.name("f"));
    g.line(format!("local {upvalue} = {}\nlocal function {name}() return {upvalue}(1) end", other.text));
    let text = match g.rng.below(3) {
        0 => format!("debug.setupvalue({name}, 1, {})", one.text),
        1 => format!("{upvalue} = debug.getinfo({name}, 'f').func and {}", one.text),
        _ => format!("local _, v = debug.getupvalue({name}, 1)\nv(1)"),
    };
    g.line(text);
    Callable::new(name)
}

pub(super) fn metatable_set_late(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let meta = g.new_local("M", "{}");
    let object = g.new_local("o", &format!("setmetatable({{}}, {meta})"));
    g.line(format!("{meta}.__index = {{ go = {} }}", callable.text));
    if g.rng.percent(20) {
        g.line(format!("setmetatable({object}, nil)\n{object}.go = cls"));
    }
    Callable { text: format!("{object}.go"), ..callable }
}

/// The last of several values is all that come.
pub(super) fn expanded(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let name = g.name("f");
    g.line(format!("local function {name}() return {}, {} end", other.text, one.text));
    let text = match g.rng.below(6) {
        0 => format!("({{ {name}() }})[2]"),
        1 => format!("({{ {name}(), {name}() }})[3]"),
        2 => format!("({{ {name}(), 1 }})[1]"),
        3 => format!("({{ ({name}()) }})[1]"),
        4 => format!("select(-1, {name}())"),
        _ => format!("({{ {name}(), {name}() }})[1]"),
    };
    Callable { text: g.new_local("f", &text), tolerant: one.tolerant && other.tolerant }
}
