//! Functions, and the ways by which a script gets at them.

use super::{Callable, Generator};

type Way = fn(&mut Generator, usize) -> Callable;

const WAYS: &[(usize, Way)] = &[
    (14, local_function),
    (6, global_function),
    (4, function_in_a_local),
    (6, field),
    (5, constructor),
    (5, method),
    (4, class),
    (3, alias),
    (3, global_alias),
    (3, global_by_name),
    (4, factory),
    (2, curried),
    (3, identity),
    (4, passed_through),
    (3, upvalue_set_later),
    (2, upvalue_set_again),
    (3, loadstring),
    (2, loadfile),
    (4, module),
    (2, module_of_globals),
    (2, preloaded_module),
    (3, inherited),
    (2, inherited_by_function),
    (2, callable_table),
    (2, environment),
    (2, environment_read),
    (2, from_a_list),
    (2, walked_over),
    (4, yields_by_argument),
    (2, recursive),
    (2, picked_from_varargs),
    (2, packed_varargs),
    (2, result_of_pcall),
    (1, string_method),
    (2, set_up_by_a_function),
    (2, swapped),
    (1, global_index),
    (2, calls_its_parameter),
    (1, closures_of_a_loop),
    (1, userdata_field),
    (2, chosen),
    (1, returned_with_others),
    (2, field_written_again),
    (2, upvalue_of_a_walk),
    (2, second_call),
    (2, armed),
    (1, chained_methods),
    (1, table_in_itself),
    (1, environment_of_another),
    (2, two_levels_of_varargs),
    (3, odd_key),
    (2, redirected_field),
    (2, given_to_a_string),
    (2, error_value),
    (1, itself),
    (1, result_of_foreach),
    (2, module_that_names_itself),
    (1, module_with_an_environment),
    (1, by_debug),
    (2, metatable_set_late),
    (2, expanded),
];

impl Generator {
    /// Something to call: new, or one that is there.
    pub(super) fn callable(&mut self, depth: usize) -> Callable {
        let known: Vec<_> = self.scopes.iter().flatten().cloned().collect();
        if !known.is_empty() && self.rng.percent(30) {
            return self.rng.pick(&known).clone();
        }
        if depth == 0 || self.budget == 0 || self.rng.percent(20) {
            return self.leaf();
        }
        let way = *self.rng.weighted(WAYS);
        let callable = way(self, depth - 1);
        if self.rng.percent(50) {
            self.known(&callable);
        }
        callable
    }

    /// Something to call that takes any arguments.
    pub(super) fn tolerant(&mut self, depth: usize) -> Callable {
        let callable = self.callable(depth);
        if callable.tolerant || self.rng.percent(5) {
            return callable;
        }
        Callable::new(format!("function() return {}(1) end", self.called(&callable)))
    }

    /// As it has to be written in front of its arguments.
    pub(super) fn called(&mut self, callable: &Callable) -> String {
        if callable.text.starts_with("function") { format!("({})", callable.text) } else { callable.text.clone() }
    }

    /// A call, as an expression.
    pub(super) fn call(&mut self, depth: usize) -> String {
        let callable = self.callable(depth);
        let arguments = self.arguments();
        format!("{}({arguments})", self.called(&callable))
    }

    /// One of the camera's functions or a small one around it, often with a name.
    fn leaf(&mut self) -> Callable {
        let leaf = self.small();
        let Some(rest) = leaf.text.strip_prefix("function(") else { return leaf };
        if self.budget == 0 || self.rng.percent(45) {
            return leaf;
        }
        let (parameters, body) = rest.split_once(") ").expect("a function has parameters");
        let body = body.strip_suffix("end").expect("a function ends").trim_end();
        let name = self.name("f");
        let head = if self.rng.percent(80) { "local function" } else { "function" };
        self.line(format!("{head} {name}({parameters})\n  {body}\nend"));
        Callable::new(name)
    }

    fn small(&mut self) -> Callable {
        if self.rng.percent(self.yields) {
            let text = *self.rng.pick(&[
                "sleep",
                "sleep",
                "shoot",
                "wait_click",
                "function() sleep(10) end",
                "function(...) sleep(...) end",
                "function(n) return sleep(1) end",
                "function() press('set') release('set') end",
                "function() shoot() return 1 end",
                "function() return read_usb_msg(100) end",
                "function() write_usb_msg('x', 10) end",
                "function() click('menu') end",
                "function() wait_click(-1) end",
                "function() repeat sleep(10) until true end",
                "function() for _ = 1, 2 do sleep(1) end end",
                "function() local s = sleep s(1) end",
                "function() print(sleep(1)) end",
                "function() file_browser() end",
                "function() textbox('a', 'b') end",
                "function() if get_prop(1) == 1 then sleep(1) end end",
                "function() if is_key('up') then return end shoot() end",
                "function(n) return is_key('set') and sleep(10) end",
                "function() while get_flash_ready() do sleep(1) end end",
            ]);
            return if text.starts_with("function") { Callable::new(text) } else { Callable::strict(text) };
        }
        let text = *self.rng.pick(&[
            "get_tick_count",
            "cls",
            "get_tick_count",
            "function() end",
            "function() return read_usb_msg() end",
            "function() return read_usb_msg(0) end",
            "function() read_usb_msg(-2) end",
            "function() write_usb_msg('x') end",
            "function() write_usb_msg('x', 0) end",
            "function() wait_click(-2) end",
            "function() return sleep end",
            "function() local s = sleep end",
            "function() return function() sleep(1) end end",
            "function() if false then sleep(1) end end",
            "function() do return end end",
            "function() error('no') sleep(1) end",
            "function() while false do sleep(1) end end",
            "function() local sleep = get_tick_count sleep(1) end",
            "function() return false and sleep(1) end",
            "function(...) return ... end",
            "function(sleep) return sleep end",
            "function() if is_key('set') then cls() end end",
            "function() assert(false) shoot() end",
            "function() for _ = 1, 0 do shoot() end end",
            "function() local t = { sleep, shoot } return #t end",
            "function() return type(sleep) == 'function' end",
        ]);
        Callable::new(text)
    }

    /// A function's parameters, its body, and how it returns.
    pub(super) fn function(&mut self, head: &str, depth: usize) {
        self.function_with(head, depth, |_| {});
    }

    fn function_with(&mut self, head: &str, depth: usize, first: impl FnOnce(&mut Self)) {
        let parameters = *self.rng.pick(&["()", "(...)", "(a, b)", "(n)"]);
        self.block(format!("{head}{parameters}"), "end", |g| {
            first(g);
            for _ in 0..=g.rng.below(2) {
                g.statement(depth);
            }
            match g.rng.below(8) {
                0 => {
                    let call = g.call(depth);
                    g.line(format!("return {call}"));
                }
                1 => g.line("return 1"),
                2 if parameters == "(...)" => g.line("return ..."),
                _ => {}
            }
        });
    }

    /// A global's name, and what can be called by it.
    fn global(&mut self, tolerant: bool) -> (String, Callable) {
        let name = self.name("g");
        let callable = Callable { text: name.clone(), tolerant };
        (name, callable)
    }

    fn new_local(&mut self, kind: &str, value: &str) -> String {
        let name = self.name(kind);
        self.line(format!("local {name} = {value}"));
        name
    }
}

fn local_function(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("f");
    g.function(&format!("local function {name}"), depth);
    Callable::new(name)
}

fn global_function(g: &mut Generator, depth: usize) -> Callable {
    let (name, callable) = g.global(true);
    g.function(&format!("function {name}"), depth);
    g.known_everywhere(&callable);
    callable
}

fn function_in_a_local(g: &mut Generator, depth: usize) -> Callable {
    let name = g.name("f");
    g.function(&format!("local {name} = function"), depth);
    Callable::new(name)
}

fn field(g: &mut Generator, depth: usize) -> Callable {
    let table = g.new_local("t", "{}");
    if g.rng.percent(30) {
        let inner = g.name("k");
        g.line(format!("{table}.{inner} = {{}}"));
        g.function(&format!("function {table}.{inner}.go"), depth);
        return Callable::new(format!("{table}.{inner}.go"));
    }
    match g.rng.below(4) {
        0 => {
            let callable = g.callable(depth);
            g.line(format!("{table}.go = {}", callable.text));
            Callable { text: format!("{table}.go"), ..callable }
        }
        1 => {
            let callable = g.callable(depth);
            let key = g.new_local("k", "'go'");
            g.line(format!("{table}[{key}] = {}", callable.text));
            Callable { text: format!("{table}.go"), ..callable }
        }
        2 => {
            let callable = g.callable(depth);
            g.line(format!("rawset({table}, 'go', {})", callable.text));
            Callable { text: format!("{table}.go"), ..callable }
        }
        _ => {
            g.function(&format!("function {table}.go"), depth);
            Callable::new(format!("{table}['g' .. 'o']"))
        }
    }
}

fn constructor(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(depth));
    let tolerant = one.tolerant && other.tolerant;
    let (a, b) = (one.text, other.text);
    let table = g.name("t");
    let (fields, keys): (String, [String; 2]) = match g.rng.below(4) {
        0 => (format!("{a}, {b}"), ["[1]".into(), "[2]".into()]),
        1 => (format!("go = {a}, stay = {b}"), [".go".into(), "['st' .. 'ay']".into()]),
        2 => (format!("['go'] = {a}, [7] = {b}"), [".go".into(), "[5 + 2]".into()]),
        _ => (format!("{a}, go = {b}"), ["[1]".into(), ".go".into()]),
    };
    g.line(format!("local {table} = {{ {fields} }}"));
    let key = g.rng.pick(&keys).clone();
    Callable { text: format!("{table}{key}"), tolerant }
}

fn method(g: &mut Generator, depth: usize) -> Callable {
    let object = g.new_local("o", "{}");
    let callable = g.callable(depth);
    g.block(format!("function {object}:go(n)"), "end", |g| {
        let called = g.called(&callable);
        match g.rng.below(3) {
            0 => g.line(format!("{called}(1)")),
            1 => g.line(format!("return {called}(n or 1)")),
            _ => {
                g.line(format!("self.f = {}", callable.text));
                g.line("return self.f(1)");
            }
        }
    });
    match g.rng.below(3) {
        0 => Callable::new(format!("{object}.go")),
        1 => Callable::new(format!("function() {object}:go(1) end")),
        _ => Callable::new(format!("function() return {object}.go({object}, 1) end")),
    }
}

fn class(g: &mut Generator, depth: usize) -> Callable {
    let class = g.new_local("C", "{}");
    g.line(format!("{class}.__index = {class}"));
    let callable = g.callable(depth);
    let called = g.called(&callable);
    g.block(format!("function {class}.new(n)"), "end", |g| {
        let extra = if g.rng.percent(50) { " n = n " } else { "" };
        g.line(format!("return setmetatable({{{extra}}}, {class})"));
    });
    g.line(format!("function {class}:work() return {called}(1) end"));
    if g.rng.percent(50) {
        g.line(format!("function {class}:go() return self:work() end"));
    } else {
        g.line(format!("function {class}.go(self) self:work() end"));
    }
    let mut of = class.clone();
    if g.rng.percent(40) {
        of = g.name("D");
        g.line(format!("local {of} = setmetatable({{}}, {{ __index = {class} }})"));
        g.line(format!("{of}.__index = {of}"));
        if g.rng.percent(50) {
            let other = g.callable(depth);
            let called = g.called(&other);
            g.line(format!("function {of}:work() return {called}(1) end"));
        }
    }
    let object = g.name("o");
    if of == class {
        g.line(format!("local {object} = {class}.new(3)"));
    } else {
        g.line(format!("local {object} = setmetatable({{}}, {of})"));
    }
    Callable::new(format!("function() return {object}:go() end"))
}

fn alias(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.new_local("a", &callable.text);
    Callable { text: name, ..callable }
}

fn global_alias(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let (name, alias) = g.global(callable.tolerant);
    g.line(format!("{name} = {}", callable.text));
    g.known_everywhere(&alias);
    alias
}

fn global_by_name(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let (name, alias) = g.global(callable.tolerant);
    let number = &name[1..];
    match g.rng.below(4) {
        0 => g.line(format!("_G['{name}'] = {}", callable.text)),
        1 => g.line(format!("rawset(_G, '{name}', {})", callable.text)),
        2 => g.line(format!("_G['g' .. {number}] = {}", callable.text)),
        _ => g.line(format!("{name} = {}", callable.text)),
    }
    let text = match g.rng.below(6) {
        0 => name,
        1 => format!("_G.{name}"),
        2 => format!("_G['g' .. '{number}']"),
        3 => format!("rawget(_G, '{name}')"),
        4 => format!("getfenv().{name}"),
        _ => format!("_G['g' .. {number}]"),
    };
    Callable { text, ..alias }
}

fn factory(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let make = g.name("make");
    let inner = *g.rng.pick(&[
        "return function(...) return f(...) end",
        "return function() f(1) end",
        "local function go() f(1) end\n  return go",
        "local t = { f = f }\n  return function() return t.f(1) end",
        "return function() if f then f(1) end end",
        "return f",
    ]);
    g.line(format!("local function {make}(f)\n  {inner}\nend"));
    let text = format!("{make}({})", callable.text);
    if g.rng.percent(50) {
        // Made with something else as well, which has nothing to do with it.
        let other = g.callable(depth);
        g.new_local("m", &format!("{make}({})", other.text));
    }
    let tolerant = callable.tolerant || !inner.contains("...") && inner != "return f";
    if g.rng.percent(50) {
        return Callable { text: g.new_local("f", &text), tolerant };
    }
    Callable { text, tolerant }
}

fn curried(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("make");
    g.line(format!("local function {name}() return function() return {} end end", callable.text));
    Callable { text: format!("{name}()()"), ..callable }
}

fn identity(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("id");
    let body =
        *g.rng.pick(&["(f) return f", "(...) return ...", "(f) local g = f return g", "(...) local f = ... return f"]);
    g.line(format!("local function {name}{body} end"));
    Callable { text: format!("{name}({})", callable.text), ..callable }
}

fn passed_through(g: &mut Generator, depth: usize) -> Callable {
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

fn upvalue_set_later(g: &mut Generator, depth: usize) -> Callable {
    let later = g.name("u");
    g.line(format!("local {later}"));
    let name = g.name("f");
    g.line(format!("local function {name}() return {later}(1) end"));
    let callable = g.callable(depth);
    g.line(format!("{later} = {}", callable.text));
    Callable::new(name)
}

fn upvalue_set_again(g: &mut Generator, depth: usize) -> Callable {
    let (first, then) = (g.callable(depth), g.callable(depth));
    let value = g.new_local("u", &first.text);
    let name = g.name("f");
    g.line(format!("local function {name}() return {value}(1) end"));
    g.line(format!("{value} = {}", then.text));
    Callable::new(name)
}

fn loadstring(g: &mut Generator, depth: usize) -> Callable {
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

fn loadfile(g: &mut Generator, depth: usize) -> Callable {
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
fn required(g: &mut Generator, name: &str) -> String {
    match g.rng.below(4) {
        0 => format!("require'{name}'"),
        1 => format!("require('{}')", name.to_uppercase()),
        2 => format!("require(\"{}\" .. \"{}\")", &name[..2], &name[2..]),
        _ => format!("require(\"{name}\")"),
    }
}

fn module(g: &mut Generator, depth: usize) -> Callable {
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

fn module_of_globals(g: &mut Generator, depth: usize) -> Callable {
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

fn preloaded_module(g: &mut Generator, depth: usize) -> Callable {
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

fn inherited(g: &mut Generator, depth: usize) -> Callable {
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

fn inherited_by_function(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let object =
        g.new_local("o", &format!("setmetatable({{}}, {{ __index = function(t, k) return {} end }})", callable.text));
    Callable { text: format!("{object}.go"), ..callable }
}

fn callable_table(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.tolerant(depth);
    let object = g.new_local("o", &format!("setmetatable({{}}, {{ __call = {} }})", callable.text));
    // It is a table, which some functions want no callback to be.
    Callable::new(if g.rng.percent(50) { object } else { format!("function() return {object}(1) end") })
}

fn environment(g: &mut Generator, depth: usize) -> Callable {
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

fn environment_read(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let (name, alias) = g.global(callable.tolerant);
    let text = *g.rng.pick(&["getfenv()", "getfenv(1)", "getfenv(0)", "_G", "_G._G"]);
    g.line(format!("{text}.{name} = {}", callable.text));
    alias
}

fn from_a_list(g: &mut Generator, depth: usize) -> Callable {
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

fn walked_over(g: &mut Generator, depth: usize) -> Callable {
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

fn yields_by_argument(g: &mut Generator, depth: usize) -> Callable {
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

fn recursive(g: &mut Generator, depth: usize) -> Callable {
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

fn picked_from_varargs(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let name = g.name("pick");
    g.line(format!("local function {name}(n, ...) return (select(n, ...)) end"));
    let at = 1 + g.rng.below(2);
    Callable { text: format!("{name}({at}, {}, {})", one.text, other.text), tolerant: one.tolerant && other.tolerant }
}

fn packed_varargs(g: &mut Generator, depth: usize) -> Callable {
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

fn result_of_pcall(g: &mut Generator, depth: usize) -> Callable {
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

fn string_method(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.tolerant(depth);
    let name = g.name("s");
    g.line(format!("string.{name} = {}", callable.text));
    Callable::new(match g.rng.below(3) {
        0 => format!("function() return ('x'):{name}() end"),
        1 => format!("('x').{name}"),
        _ => format!("string.{name}"),
    })
}

fn set_up_by_a_function(g: &mut Generator, depth: usize) -> Callable {
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

fn swapped(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let (a, b) = (g.name("a"), g.name("b"));
    g.line(format!("local {a}, {b} = {}, {}", one.text, other.text));
    if g.rng.percent(70) {
        g.line(format!("{a}, {b} = {b}, {a}"));
    }
    Callable { text: if g.rng.percent(70) { b } else { a }, tolerant: one.tolerant && other.tolerant }
}

fn global_index(g: &mut Generator, depth: usize) -> Callable {
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

fn calls_its_parameter(g: &mut Generator, depth: usize) -> Callable {
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

fn closures_of_a_loop(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let table = g.new_local("t", "{}");
    g.line(format!("for i = 1, 2 do {table}[i] = function() return {called}(i) end end"));
    Callable::new(format!("{table}[{}]", g.rng.pick(&["1", "2", "#{table}"]).replace("{table}", &table)))
}

fn userdata_field(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.new_local("p", "newproxy(true)");
    g.line(format!("getmetatable({name}).__index = {{ go = {} }}", callable.text));
    Callable { text: format!("{name}.go"), ..callable }
}

fn chosen(g: &mut Generator, depth: usize) -> Callable {
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

fn returned_with_others(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let name = g.name("f");
    g.line(format!("local function {name}() return {}, {} end", one.text, other.text));
    let (a, b) = (g.name("a"), g.name("b"));
    g.line(format!("local {a}, {b} = {name}()"));
    Callable { text: if g.rng.percent(50) { a } else { b }, tolerant: one.tolerant && other.tolerant }
}

fn field_written_again(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let table = g.new_local("t", &format!("{{ go = {} }}", one.text));
    let key = *g.rng.pick(&[".go", "['go']", "[1]", "['1']", ".stay"]);
    g.line(format!("{table}{key} = {}", other.text));
    let read = if g.rng.percent(75) { ".go" } else { key };
    Callable { text: format!("{table}{read}"), tolerant: one.tolerant && other.tolerant }
}

fn upvalue_of_a_walk(g: &mut Generator, depth: usize) -> Callable {
    let (one, other) = (g.callable(depth), g.callable(0));
    let table = g.new_local("t", "{}");
    let (a, b) = (one.text, other.text);
    g.line(format!("for i, v in ipairs({{ {a}, {b} }}) do\n  {table}[i] = function() return v(i) end\nend"));
    Callable::new(format!("{table}[{}]", 1 + g.rng.below(2)))
}

/// Does what it does the second time it is called.
fn second_call(g: &mut Generator, depth: usize) -> Callable {
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
fn armed(g: &mut Generator, depth: usize) -> Callable {
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

fn chained_methods(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let object = g.new_local("o", "{}");
    g.line(format!(
        "function {object}:set(n) self.n = n return self end\nfunction {object}:go() {called}(1) return self end"
    ));
    Callable::new(format!("function() return {object}:set(1):go() end"))
}

fn table_in_itself(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let table = g.new_local("t", &format!("{{ go = {} }}", callable.text));
    g.line(format!("{table}.t = {table}"));
    Callable { text: format!("{table}.t.t.go"), ..callable }
}

fn environment_of_another(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.name("f");
    g.line(format!("local function {name}() end\nsetfenv({name}, {{ go = {} }})", callable.text));
    Callable { text: format!("getfenv({name}).go"), ..callable }
}

fn two_levels_of_varargs(g: &mut Generator, depth: usize) -> Callable {
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

fn odd_key(g: &mut Generator, depth: usize) -> Callable {
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
fn redirected_field(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let store = g.new_local("t", "{}");
    let to = if g.rng.percent(50) { store.clone() } else { format!("function(_, k, v) {store}[k] = v end") };
    let front = g.new_local("o", &format!("setmetatable({{}}, {{ __newindex = {to}, __index = {store} }})"));
    g.line(format!("{front}.go = {}", callable.text));
    let from = if g.rng.percent(50) { store } else { front };
    Callable { text: format!("{from}.go"), ..callable }
}

/// Handed to code in a string.
fn given_to_a_string(g: &mut Generator, depth: usize) -> Callable {
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

fn error_value(g: &mut Generator, depth: usize) -> Callable {
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

fn itself(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let called = g.called(&callable);
    let name = g.new_local("f", &format!("(function(f) return f(f, 2) end)(function(f, n)\n  if n > 0 then return f(f, n - 1) end\n  return function() {called}(1) end\nend)"));
    Callable::new(name)
}

fn result_of_foreach(g: &mut Generator, depth: usize) -> Callable {
    let callable = g.callable(depth);
    let name = g.new_local("f", &format!("table.foreach({{ go = {} }}, function(k, v) return v end)", callable.text));
    Callable { text: name, ..callable }
}

fn module_that_names_itself(g: &mut Generator, depth: usize) -> Callable {
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

fn module_with_an_environment(g: &mut Generator, depth: usize) -> Callable {
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

fn by_debug(g: &mut Generator, depth: usize) -> Callable {
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

fn metatable_set_late(g: &mut Generator, depth: usize) -> Callable {
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
fn expanded(g: &mut Generator, depth: usize) -> Callable {
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
