//! Statements that go together: bad operations, metatables, classes, closures, varargs, environments, errors, loaded
//! text, sorting and the table library.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{int, int_atom, list, literal, pick, shape, string, string_atom, value};

pub fn any() -> BoxedStrategy<String> {
    prop_oneof![
        4 => bad_operation(),
        4 => metatables(),
        2 => classes(),
        2 => closures(),
        2 => varargs(),
        1 => environments(),
        4 => errors(),
        3 => tokens(),
        1 => loaded(),
        3 => sorting(),
        3 => tables(),
    ]
    .boxed()
}

fn index() -> BoxedStrategy<String> {
    (-6..9).prop_map(|n: i32| n.to_string()).boxed()
}

/// Something done to a value that cannot take it, through every kind of name that the error can tell.
fn bad_operation() -> BoxedStrategy<String> {
    let operand = || {
        pick(&[
            "missing",
            "x",
            "up",
            "p.field",
            "p[1]",
            "q[s]",
            "p.a.b",
            "nil",
            "true",
            "{}",
            "f",
            "'word'",
            "'10'",
            "(x)",
            "...",
            "s",
            "_G.nothing",
            "math",
            "up.down",
            "f()",
            "p:method()",
            "x.y",
            "x.y.z()",
            "(nil)[1]",
            "('a').b",
            "string.nothing('a')",
            "('a'):nothing()",
            "missing()",
            "up()",
            "x()",
            "p[1]()",
            "p.a.b.c",
            "#x",
            "-x",
            "-up",
            "#up",
            "#p.field",
            "-missing",
            "x .. up",
            "(x)()",
        ])
    };
    let operator = pick(&["+", "-", "*", "..", "<", "<=", ">", ">=", "==", "~="]);
    let statement = prop_oneof![
        4 => shape("emit($ $ $)", vec![operand(), operator, operand()]),
        3 => shape("emit($)", vec![operand()]),
        1 => shape("$ = 1", vec![pick(&["x.y", "up.y", "missing.y", "p.a.b", "x[1]", "f[1]", "p[nil]", "s.y", "x.y.z"])]),
        1 => shape("for i = $, $, $ do emit(i) break end", vec![
            pick(&["1", "nil", "'2'", "'a'", "x", "{}"]), pick(&["3", "nil", "'4'", "up"]), pick(&["1", "x", "'1'"]),
        ]),
        1 => shape("for k, v in $ do emit(k) end", vec![pick(&["x", "nil", "p", "pairs(x)", "ipairs(up)", "next, {}", "3"])]),
        1 => shape("emit($ $ up)", vec![int(1), pick(&["/", "%", "^"])]),
    ];
    let holder = pick(&["nil", "true", "12", "'text'", "{}", "f", "setmetatable({}, {})"]);
    shape(
        "local up, x = $, $\nlocal function inner(...)\n$\nend\nemit(inner(a))",
        vec![holder.clone(), holder, statement.boxed()],
    )
}

/// Two tables with metamethods that tell what they are called with, and operations on them.
fn metatables() -> BoxedStrategy<String> {
    let event = pick(&[
        "__add",
        "__sub",
        "__mul",
        "__div",
        "__mod",
        "__pow",
        "__unm",
        "__concat",
        "__len",
        "__eq",
        "__lt",
        "__le",
        "__index",
        "__newindex",
        "__call",
        "__tostring",
        "__metatable",
    ]);
    let handler = prop_oneof![
        4 => shape("function(x, y, z) emit(@, type(x), type(y), type(z)) return $ end", vec![value(0)]),
        1 => pick(&["{ k = 1, [1] = 'one' }", "'text'", "12", "function(x) return 'T' end", "f"]),
        1 => pick(&["function(...) return select('#', ...) end", "rawget", "function() error('in handler') end", "nil"]),
        1 => pick(&["function(x) return x end", "false"]),
    ];
    let field = (event, handler)
        .prop_map(|(event, handler)| format!("{event} = {}", handler.replace('@', &format!("'{event}'"))));
    let fields = || list(field.clone().boxed(), 0..6);
    let object = || pick(&["m", "n", "m", "o", "1", "'s'", "nil"]);
    let operator = pick(&["+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">="]);
    let operation = prop_oneof![
        6 => shape("emit(try(function() return m $ $ end))", vec![operator.clone(), object()]),
        3 => shape("emit(try(function() return $ $ n end))", vec![pick(&["m", "o", "1", "'s'"]), pick(&["+", "..", "==", "<"])]),
        2 => shape("emit(try(function() return $ end))", vec![pick(&[
            "-m", "#m", "m.k", "m[1]", "m(1, nil)", "m:k(2)", "tostring(m):match('^%a+')", "getmetatable(m)", "not m",
            "rawget(m, 'k')", "rawequal(m, n)", "m .. 'a' .. n", "'a' .. 'b' .. m", "1 .. m", "rawset(m, 'k', 2).k",
            "m.k.k", "ipairs(m)", "unpack(m)", "table.concat(m)", "table.concat({ m })", "next(m)", "#n", "-n",
            "setmetatable(m, nil) == m", "('x'):rep(m)", "('k'):gsub('k', m)", "m < n and n < m", "m <= n",
        ])]),
        1 => shape("emit(try(function() m.k = $ return rawget(m, 'k'), m.k end))", vec![value(0)]),
        1 => shape("emit(try(function() m[$] = $ return m[1] end))", vec![pick(&["1", "'z'", "nil", "m"]), value(0)]),
    ];
    let other = pick(&[
        "mt",
        "{}",
        "nil",
        "{ __eq = mt.__eq, __lt = mt.__lt }",
        "{ __index = m }",
        "{ __concat = f, __lt = f }",
    ]);
    (fields(), other, vec(operation, 1..6))
        .prop_map(|(fields, other, operations)| {
            format!(
                "local function try(h) local ok, x, y = pcall(h) if type(y) == 'function' then y = 'fn' end return ok, x, y end\n\
                 local mt = {{ {fields} }}\nlocal m = setmetatable({{}}, mt)\nlocal n = setmetatable({{}}, {other})\n\
                 local o = setmetatable({{}}, {{ __add = function() return 'o' end, __concat = function() return 'oo' end }})\n{}",
                operations.join("\n")
            )
        })
        .boxed()
}

/// A chain of classes with methods that call each other and their parents'.
fn classes() -> BoxedStrategy<String> {
    let body = pick(&[
        "return self.name",
        "return self:two() .. '!'",
        "return #self:name_of()",
        "self.name = self.name .. '+' return self",
        "return base and base.one(self) or 'top'",
        "return base.two(self)",
        "error(self.name .. ' fails')",
        "return ...",
        "error(self)",
        "self.missing.field = 1",
    ]);
    let method = shape("function C:$(...) $ end", vec![pick(&["one", "two", "name_of", "three"]), body]);
    let class = vec(method, 0..4).prop_map(|methods| {
        format!(
            "do local C, base = {{}}, class C.__index = C setmetatable(C, base)\n\
             function C.new(name) return setmetatable({{ name = name }}, C) end\n{}\nclass = C end\n",
            methods.join("\n")
        )
    });
    let call = shape(
        "emit(pcall(function() return x:$($) end))",
        vec![pick(&["one", "two", "name_of", "three", "new", "nothing"]), list(value(0), 0..2)],
    );
    (vec(class, 1..4), vec(call, 1..5))
        .prop_map(|(classes, calls)| {
            format!("local class\n{}local x = class.new(s)\n{}\nemit(x.name)", classes.concat(), calls.join("\n"))
        })
        .boxed()
}

fn closures() -> BoxedStrategy<String> {
    let change =
        || pick(&["n = n + i", "n = n - d", "i = i + 1", "shared = shared + d", "n, shared = shared, n", "d = n"]);
    let leave = pick(&["", "if i == 2 then break end", "if n > 3 then break end"]);
    let heads = pick(&[
        "for i = 1, 4 do local n = i",
        "for i = 4, 1, -1 do local n = 0",
        "for _, i in ipairs { 2, 3, 5 } do local n = i * 2",
        "local i, n = 0, 9 while i < 4 do i = i + 1",
        "local i = 0 while i < 4 do i = i + 1 local n = i",
    ]);
    let call = shape("emit(fs[$] and fs[$]($))", vec![pick(&["1", "2", "3"]), pick(&["1", "2", "3"]), literal()]);
    shape(
        "local fs, shared = {}, 0\n$\nfs[#fs + 1] = function(d) $ $ return small(n), small(i), small(shared) end\n$ end\n$\n\
         emit(shared, #fs)",
        vec![heads, change(), change(), leave, vec(guarded(call), 1..5).prop_map(|calls| calls.join("\n")).boxed()],
    )
}

/// With the two indices of a call made the same.
fn guarded(call: BoxedStrategy<String>) -> BoxedStrategy<String> {
    call.prop_map(|call| format!("pcall(function() {call} end)")).boxed()
}

fn varargs() -> BoxedStrategy<String> {
    let body = pick(&[
        "return ...",
        "return (...)",
        "return select('#', ...)",
        "local x, y = ... return y, x",
        "return ..., 'end'",
        "return 'start', ...",
        "local t = { ... } return #t > 0, t[1]",
        "return select(2, ...)",
        "return select(-1, ...)",
        "return f(...)",
        "return g(..., ...)",
        "return unpack({ ... }, 1, select('#', ...))",
        "return { n = 1, ... }.n",
        "return (function(...) return select('#', ...) end)(..., nil)",
        "return pcall(select, 0, ...)",
        "return select(-9, ...)",
        "return (select('#', (...)))",
        "return #{ ..., 1 }, ({ ... })[1]",
    ])
    .prop_map(|body| body.replace("return { n = 1, ... }.n", "return ({ n = 1, ... }).n"));
    let call = prop_oneof![
        shape("emit(v($))", vec![list(value(1), 0..5)]),
        shape("emit((v($)))", vec![list(value(1), 0..5)]),
        shape("emit('a', v($), 'z')", vec![list(value(0), 0..3)]),
        shape("emit(#{ v($), v(1, 2) })", vec![list(int(0), 1..3)]),
        shape("emit(unpack({ $ }, $, $))", vec![list(int(0), 0..5), index(), index()]),
        shape("emit(select($, $))", vec![index(), list(value(0), 0..4)]).prop_map(|call| call.replace(", )", ")")),
    ];
    shape(
        "local function v(...) $ end\n$",
        vec![
            body.boxed(),
            vec(call.prop_map(|call| format!("emit(pcall(function() {call} end))")), 1..5)
                .prop_map(|calls| calls.join("\n"))
                .boxed(),
        ],
    )
}

fn environments() -> BoxedStrategy<String> {
    let line = pick(&[
        "setfenv(h, env)",
        "setfenv(1, env)",
        "setfenv(1, setmetatable({}, { __index = env }))",
        "emit(h())",
        "emit(pcall(h))",
        "emit(getfenv(h) == env, getfenv(1) == _G)",
        "x = 2",
        "env.x = 3",
        "emit(x)",
        "emit(rawget(_G, 'x'))",
        "emit(getfenv(type) == _G, getfenv(0) == _G)",
        "emit(pcall(setfenv, 1, nil))",
        "emit(pcall(setfenv, type, {}))",
        "emit(pcall(setfenv, 90, {}))",
        "emit(pcall(getfenv, -1))",
        "emit(pcall(getfenv, 90))",
        "emit(pcall(setfenv, {}, {}))",
        "setfenv(2, env)",
        "emit(loadstring('return x')())",
        "emit(setfenv(h, _G) == h)",
        "local k = loadstring('x = 5 return x') setfenv(k, env) emit(k(), env.x)",
        "h = function() y = x return y end",
        "emit(env.y)",
        "setfenv(0, env)",
        "emit(getfenv(h) == getfenv(2))",
        "emit(getfenv() == env)",
    ]);
    vec(line, 1..8)
        .prop_map(|lines| {
            format!(
                "local emit, pcall, setfenv, getfenv, setmetatable, loadstring, _G, rawget, type = emit, pcall, setfenv, getfenv, \
                 setmetatable, loadstring, _G, rawget, type\nlocal env, old = {{ x = 1 }}, getfenv(0)\n\
                 local h = function() return x, y end\nlocal function scope()\n{}\nend\nemit(pcall(scope))\nsetfenv(0, old)\n\
                 x, y = nil, nil",
                lines.join("\n")
            )
        })
        .boxed()
}

fn errors() -> BoxedStrategy<String> {
    let thrown = || {
        pick(&[
            "'message'",
            "nil",
            "{}",
            "12",
            "true",
            "f",
            "'with\\nlines'",
            "''",
            "setmetatable({}, { __tostring = f })",
        ])
    };
    let raise = prop_oneof![
        3 => shape("error($)", vec![thrown()]),
        3 => shape("error($, $)", vec![thrown(), index().prop_filter("no level", |i| i != "-1").boxed()]),
        1 => shape("return error($)", vec![thrown()]),
        1 => pick(&["error()", "return nil + 1", "missing.x = 1", "return missing()", "return #nil", "assert(nil, 'no')"]),
        1 => pick(&["assert(false)", "return assert(1, 2, 3)", "assert(nil, {})", "assert()", "assert(false, 12)"]),
        1 => pick(&["string.rep()", "return ('x'):rep({})", "return ('x').rep()", "ipairs()", "setmetatable(1, {})"]),
        1 => pick(&["setmetatable({}, 1)", "rawset({}, nil, 1)", "next({}, 'no key')", "return tostring()", "tonumber()"]),
        1 => pick(&["local rep = string.rep rep({})", "p.rep = string.rep p.rep({})", "p.rep = string.rep p:rep(3)"]),
        1 => pick(&["return #unpack({ 1, 2 }, 1, 10000000)", "loadstring(nil)", "load(1)", "return select(0)", "unpack()"]),
        1 => pick(&["return inner(1)", "rawget(1)", "rawequal(1)", "getmetatable()", "pairs(nil)", "type()", "xpcall(1)"]),
        1 => pick(&["collectgarbage('nothing')", "pcall()", "return newproxy(1)", "setfenv(1, 2)", "return {} < {}"]),
    ];
    let catch = pick(&[
        "pcall(outer)",
        "pcall(outer, 1)",
        "xpcall(outer, function(e) return type(e), e end)",
        "xpcall(outer, tostring)",
        "xpcall(outer, function(e) error('again') end)",
        "xpcall(outer, nil)",
        "xpcall(outer, type)",
        "xpcall(outer, error)",
        "pcall(pcall, outer)",
        "pcall(pcall)",
        "pcall(error, 'x')",
        "pcall(error, 'x', 2)",
        "xpcall(outer, emit)",
        "pcall(function() return outer() end)",
        "pcall(function() outer() end)",
        "select(2, pcall(outer))",
        "pcall(error)",
        "pcall(pcall, error, {})",
        "outer()",
    ]);
    shape(
        "local function inner(n)\nif n then error('deep', 2) end\n$\nend\nlocal function outer()\n$\nend\n$",
        vec![
            raise.boxed(),
            pick(&[
                "inner()",
                "return inner()",
                "local x = inner() return x",
                "emit(pcall(inner)) inner()",
                "return inner(), 1",
            ]),
            vec(catch, 1..4)
                .prop_map(|catches| {
                    let shown = |call| format!("emit((function(x, y, z) return x, clean(y), z end)({call}))\n");
                    let clean = "local function clean(e) if type(e) == 'string' then return e end return type(e) end\n";
                    clean.to_owned() + &catches.into_iter().map(shown).collect::<String>()
                })
                .boxed(),
        ],
    )
}

/// What the compiler says to any row of tokens. Nothing of it runs.
fn tokens() -> BoxedStrategy<String> {
    let token = pick(&[
        "and",
        "break",
        "do",
        "else",
        "elseif",
        "end",
        "false",
        "for",
        "function",
        "if",
        "in",
        "local",
        "nil",
        "not",
        "or",
        "repeat",
        "return",
        "then",
        "true",
        "until",
        "while",
        "x",
        "y",
        "name",
        "1",
        "'s'",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "#",
        "==",
        "~=",
        "<=",
        ">=",
        "<",
        ">",
        "=",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ";",
        ":",
        ",",
        ".",
        "..",
        "...",
        "~",
        "!",
        "@",
        "'open",
        "[[open",
        "[=[ long ]=]",
        "-- note\n",
        "--[[ note ]]",
        "\n",
        "[=",
        "'\\300'",
        "$",
        "&",
        "f()",
        "x.y",
        "{ 1, x = 2; 3 }",
        "x = 1",
        "local z =",
        "function f(a, ...)",
        "for i = 1, 2 do",
        "for k in x do",
        "`",
        "\\",
        "'\\\n'",
        "goto",
        "return x",
        "x:y()",
        "x 's'",
    ]);
    let rows = vec(token, 1..9).prop_map(|tokens| tokens.join(" "));
    (rows, pick(&["", ", '=name'", ", '@file'"]))
        .prop_filter("the quotes of the program itself", |(row, _)| !row.contains("]==]"))
        .prop_map(|(row, name)| format!("do local h, e = loadstring([==[{row}]==]{name}) emit(type(h), e) end"))
        .boxed()
}

fn loaded() -> BoxedStrategy<String> {
    let text =
        || pick(&["return", " ", "1", "+ x", "x", "= ", "error('here')", "\\n", "(...)", "nil", "..", "return ..."]);
    let pieces = list(text().prop_map(|text| format!("'{text}'")).boxed(), 0..5);
    prop_oneof![
        shape(
            "local parts = { $ }\nlocal h, e = load(function() return table.remove(parts, 1) end$)\n\
             emit(type(h), e)\nif h then emit(pcall(h, 1, 2)) end\nx = nil",
            vec![pieces, pick(&["", ", '=part'", ", '@part'"])],
        ),
        shape(
            "emit(load(function() $ end, '=part'))",
            vec![pick(&["return 1", "return {}", "error('reader')", "return nil + 1"])]
        )
        .prop_map(|call| call.replace("return 1 ", "return nil ")),
        shape("emit(pcall(loadstring('return $')))", vec![int(2).prop_map(|n| n.replace('\'', "\"")).boxed()])
            .prop_map(|text| text.replace('\n', " ")),
        shape(
            "local h = assert(loadstring('local x, y = ... return y, x, select(\"#\", ...)'))\nemit(h($))",
            vec![list(value(1), 0..4),]
        ),
    ]
    .boxed()
}

/// `table.sort` with good and bad comparators; what a bad one leaves behind is stock's, too.
fn sorting() -> BoxedStrategy<String> {
    let comparator = pick(&[
        "nil",
        "function(x, y) return x < y end",
        "function(x, y) return x > y end",
        "function(x, y) return x <= y end",
        "function() return true end",
        "function() return false end",
        "function(x, y) return x % 3 < y % 3 end",
        "function(x, y) calls = calls + 1 return x < y end",
        "function() error('stop') end",
        "function() error({}) end",
        "function(x, y) return tostring(x) < tostring(y) end",
        "1",
        "f",
        "rawequal",
    ]);
    let items = prop_oneof![
        4 => list((0..60).prop_map(|n: i32| n.to_string()).boxed(), 0..24),
        2 => list(string_atom(), 0..8),
        1 => list(value(0), 0..5),
    ];
    shape(
        "local list, calls = { $ }, 0\nlocal ok, e = pcall(table.sort, list, $)\nemit(ok, e, calls)\n\
         for i = 1, #list do emit(i, list[i]) end",
        vec![items.boxed(), comparator],
    )
}

fn tables() -> BoxedStrategy<String> {
    let operation = prop_oneof![
        2 => shape("table.insert(w, $)", vec![int_atom()]),
        2 => shape("table.insert(w, #w + 1 - #w % 3, $)", vec![string_atom()]),
        2 => shape("emit(table.remove(w$))", vec![pick(&["", ", 1", ", 2", ", 9", ", 0"])]),
        2 => shape("emit(table.concat(w, $, $, $))", vec![string_atom(), index(), pick(&["#w", "1", "2", "nil", "0", "9"])]),
        1 => shape("emit(table.concat($))", vec![list(value(0), 1..3)]),
        1 => pick(&["emit(table.maxn(w), table.getn(w), #w)", "emit(unpack(w))", "emit(next(w) ~= nil)", "w[#w] = nil"]),
        1 => pick(&["table.foreachi(w, function(i, v) emit(i, v) if i == 2 then return 'out' end end)"]),
        1 => pick(&["emit(table.foreachi(w, function(i) if i == 2 then return 'out' end end))"]),
        1 => pick(&["emit(table.foreach({ only = 1 }, function(k, v) return k .. v end))", "table.foreach(w, emit)"]),
        1 => pick(&["emit(table.maxn({ [3] = 1, [10] = 2, x = 3 }), table.maxn({}), table.maxn({ [-1] = 1 }))"]),
        1 => pick(&["for i, v in ipairs(w) do emit(i, v) end", "for k, v in pairs({ only = a }) do emit(k, v) end"]),
        1 => pick(&["local n = 0 for k in pairs(w) do n = n + 1 w[k] = nil end emit(n, next(w))", "emit(rawequal(w, w))"]),
        1 => pick(&["w = { w[1], w[2], 7, [1] = 'lost', x = 1; 8 }", "w = { unpack(w) }", "w = { f(1, 2), f(3, 4) }"]),
        1 => shape("table.$($)", vec![
            pick(&["insert", "remove", "concat", "sort", "maxn", "getn", "foreach", "foreachi"]),
            list(value(0), 0..4),
        ]),
        1 => pick(&["w[nil] = 1", "emit(w[nil])", "table.insert(w)", "table.insert(w, 1, 2, 3)", "table.insert(w, 'a', 1)"]),
        1 => shape("local k = { [$] = 1, [$] = 2, [$] = 3 } emit(k[s], k[a], k[true])", vec![string(1), int(1), pick(&["true", "f", "s"])]),
        1 => pick(&["emit(#{ 1, 2, nil }, #{ n = 1 }, #'abc', #{ f() })", "local n = 0 for k, v in pairs({ 5, 6, x = 7 }) do n = n + v end emit(n)"]),
    ];
    vec(operation, 1..7)
        .prop_map(|operations| {
            let guarded = operations.into_iter().map(|line| format!("emit(pcall(function() {line} end))\n"));
            format!("local w = {{ 4, 'five', 6 }}\n{}", guarded.collect::<String>())
        })
        .boxed()
}
