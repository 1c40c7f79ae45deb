//! Functions, and the ways by which a script gets at them.

use super::{Callable, Generator, handed, reached};

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
    (3, reached::identity),
    (4, reached::passed_through),
    (3, reached::upvalue_set_later),
    (2, reached::upvalue_set_again),
    (3, reached::loadstring),
    (2, reached::loadfile),
    (4, reached::module),
    (2, reached::module_of_globals),
    (2, reached::preloaded_module),
    (3, reached::inherited),
    (2, reached::inherited_by_function),
    (2, reached::callable_table),
    (2, reached::environment),
    (2, reached::environment_read),
    (2, reached::from_a_list),
    (2, reached::walked_over),
    (4, handed::yields_by_argument),
    (2, handed::recursive),
    (2, handed::picked_from_varargs),
    (2, handed::packed_varargs),
    (2, handed::result_of_pcall),
    (1, handed::string_method),
    (2, handed::set_up_by_a_function),
    (2, handed::swapped),
    (1, handed::global_index),
    (2, handed::calls_its_parameter),
    (1, handed::closures_of_a_loop),
    (1, handed::userdata_field),
    (2, handed::chosen),
    (1, handed::returned_with_others),
    (2, handed::field_written_again),
    (2, handed::upvalue_of_a_walk),
    (2, handed::second_call),
    (2, handed::armed),
    (1, handed::chained_methods),
    (1, handed::table_in_itself),
    (1, handed::environment_of_another),
    (2, handed::two_levels_of_varargs),
    (3, handed::odd_key),
    (2, handed::redirected_field),
    (2, handed::given_to_a_string),
    (2, handed::error_value),
    (1, handed::itself),
    (1, handed::result_of_foreach),
    (2, handed::module_that_names_itself),
    (1, handed::module_with_an_environment),
    (1, handed::by_debug),
    (2, handed::metatable_set_late),
    (2, handed::expanded),
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
    pub(super) fn global(&mut self, tolerant: bool) -> (String, Callable) {
        let name = self.name("g");
        let callable = Callable { text: name.clone(), tolerant };
        (name, callable)
    }

    pub(super) fn new_local(&mut self, kind: &str, value: &str) -> String {
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
