//! The camera's Lua: names, printing and files as CHDK has them. What the facts say of the language is in `facts_lua.rs`.

mod lua_camera;

use lua_camera::{Script, check, check_scripts};

#[test]
fn every_function_of_the_api_exists_and_nothing_that_it_calls_missing() {
    let script = Script::new();
    for entry in moonshutter::api::entries() {
        let is_function = match entry.category {
            "lua-missing" | "removed" => false,
            "lualib" => continue,
            _ if entry.name.contains([':', ' ']) || entry.name == "restore" || entry.args.starts_with("(const") => {
                continue;
            }
            _ if ["(value)", "(constant)"].contains(&entry.args) || entry.name.starts_with('_') => continue,
            _ => true,
        };
        // `coroutine.wrap`: its table may be missing, too.
        let mut path = entry.name.split([':', '.']);
        let first = path.next().unwrap();
        let lookup = path.next().map_or(first.to_owned(), |field| format!("({first} or {{}}).{field}"));
        assert_eq!(script.shows(&format!("return type({lookup})")) == "function", is_function, "{}", entry.name);
    }
    assert_eq!(script.shows("\nget_prop(1)"), ":2: get_prop: the simulated camera does not do this yet");
    check(&[("imath.pi, imath.mul(1500, 2000), bitand(6, 3)", "3142 3000 2")]);
}

#[test]
fn older_builds_have_coroutines() {
    let mut script = Script::new();
    script.options.coroutine = true;
    let source = "local co = coroutine.wrap(function() coroutine.yield(1) sleep(1) return 3 end) \
                  return co(), select('#', co()), co()";
    assert_eq!(script.shows(source), "1 0 3", "sleep hands control to whoever resumed, with nothing");
}

/// §3.5 print (lib/lua/lbaselib.c:34-83): Arguments are joined by one space and cut to 127 characters.
///
/// §3.5 print: One line on the console for each call.
#[test]
fn print_makes_one_line_of_127_characters() {
    let script = Script::new();
    let source = "print('a', 1, nil, true) print() print(('x'):rep(200)) print(('y'):rep(127), 'z') \
                  print(setmetatable({}, {__tostring = function() return 'T' end}))";
    script.run(source).unwrap();
    let long = ["x".repeat(127), "y".repeat(127)];
    assert_eq!(script.console(), ["a 1 nil true", "", &long[0], &long[1], "T"]);
}

/// §3.5 print (lib/lua/lbaselib.c:34-83): Numbers are written with %d, without calling tostring.
///
/// §3.5 print (lib/lua/lbaselib.c:34-83): Other values go through the global tostring, which must return a string: "'tostring'
/// must return a string to 'print'".
#[test]
fn print_asks_the_global_tostring_but_not_for_numbers() {
    let script = Script::new();
    script.run("tostring = function(v) return '<' .. type(v) .. '>' end print(1, 'a', nil)").unwrap();
    script.run("tostring = nil print(1, 2)").unwrap();
    assert_eq!(script.console(), ["1 <string> <nil>", "1 2"]);
    check_scripts(&[("tostring = function() end print('a')", ":1: 'tostring' must return a string to 'print'")]);
}

#[test]
fn files_of_lua_are_found_as_the_camera_finds_them() {
    let script = Script::new()
        .file("CHDK/SCRIPTS/one.lua", "return {name = ..., loaded = true}")
        .file("CHDK/LUALIB/gen/two.lua", "return 'two'")
        .file("CHDK/LUALIB/broken.lua", "x = = 1")
        .file("hash.lua", "#!/usr/bin/lua\nreturn 1")
        .file("empty.lua", "");
    let one = "local m = require 'one' return m.name, m == require 'one', require 'ONE' == m";
    assert_eq!(script.shows(one), "one true false");
    assert_eq!(script.shows("return require 'gen.two', require 'gen/two'"), "two two");
    assert_eq!(script.shows("package.preload.x = function(n) return n .. '!' end return require 'x'"), "x!");
    assert_eq!(
        script.shows("require 'x'"),
        ":1: module 'x' not found:\n\tno field package.preload['x']\n\tno file 'A/CHDK/SCRIPTS/x.lua'\n\
         \tno file 'A/CHDK/LUALIB/x.lua'"
    );
    assert_eq!(
        script.shows("require 'broken'"),
        "error loading module 'broken' from file 'A/CHDK/LUALIB/broken.lua':\n\t\
         A/CHDK/LUALIB/broken.lua:1: unexpected symbol near '='"
    );
    assert_eq!(script.shows("return loadfile('A/hash.lua')"), "nil A/hash.lua:1: unexpected symbol near '#'");
    assert_eq!(script.shows("return loadfile('A/none.lua')"), "nil cannot fopen A/none.lua");
    assert_eq!(script.shows("return loadfile('a/hash.lua')"), "nil cannot fopen a/hash.lua");
    assert_eq!(script.shows("return loadfile('A/CHDK')"), "nil cannot fopen A/CHDK");
    assert_eq!(script.shows("return loadfile()"), "nil cannot fopen (null)");
    assert_eq!(script.shows("dofile('A/none.lua')"), "cannot fopen A/none.lua");
    assert_eq!(script.shows("return select('#', dofile('A/empty.lua'))"), "0");
}

#[test]
fn files_are_read_and_written_on_the_card() {
    let script = Script::new().file("in.txt", "line one\n12 -7 010 09x 123456789012\nlast");
    for (source, expected) in [
        (
            "local f = io.open('A/OUT.TXT', 'wb') f:write('a', 1, '\\0', -2) f:close() \
             f = io.open('A/out.txt', 'rb') local s = f:read('*a') f:close() return #s, s:byte(1, -1)",
            "5 97 49 0 45 50",
        ),
        (
            "local f = io.open('A/in.txt') return f:read('*l', '*n', '*n', '*n', '*n', 1, '*n', '*n')",
            "line one 12 -7 8 0 x 2147483647 2",
        ),
        ("local n = 0 for l in io.lines('A/in.txt') do n = n + #l end return n", "38"),
        ("local f = io.open('A/in.txt') return f:seek('end'), f:seek('set', 5), f:read(3)", "40 5 one"),
        ("return io.open('A/none.txt')", "nil A/none.txt: error 0"),
        ("return io.open('A/in.txt', 'z')", "nil A/in.txt: error 0"),
        ("return io.open('in.txt')", "nil in.txt: error 0"),
        ("return io.open('A/../in.txt', 'w')", "nil A/../in.txt: error 0"),
        ("io.lines('A/none')", ":1: bad argument #1 to 'lines' (A/none: error)"),
        ("io.output('A/o.txt') io.write('x') io.close() io.input('A/o.txt') return io.read('*a')", "x"),
        ("local f = io.open('A/o.txt') f:close() return io.type(f), tostring(f)", "closed file file (closed)"),
        ("return type(io.open('A/o.txt'):_getfptr())", "number"),
        (
            "local f = io.open('A/o.txt') debug.setfenv(f, {}) return pcall(f.close, f)",
            "false the file's environment was replaced",
        ),
    ] {
        assert_eq!(script.shows(source), expected, "{source}");
    }
}

#[test]
fn folders_are_walked_on_the_card() {
    let script = Script::new().file("DIR/b.txt", "").file("DIR/a.txt", "abc");
    for (source, expected) in [
        ("return table.concat(os.listdir('A/DIR'), ' ')", "a.txt b.txt"),
        ("local s = '' for n in os.idir('A/DIR') do s = s .. n end return s", "a.txtb.txt"),
        ("local f, ud = os.idir('A/DIR') return type(ud), f(ud), f(ud, false), f(ud)", "userdata a.txt nil nil"),
        ("for n in os.idir('A/NONE') do return n end", ""),
        ("local s = os.stat('A/DIR/A.txt') return s.size, s.is_file, s.is_dir", "3 true false"),
        ("return os.stat('A/NONE')", "nil A/NONE: error 0"),
        ("local m = os.mkdir m(nil)", ":1: bad argument #1 to 'm' (string expected, got nil)"),
    ] {
        assert_eq!(script.shows(source), expected, "{source}");
    }
}

#[test]
fn a_source_ends_at_its_first_nul() {
    check_scripts(&[("return 1 \0 this is never seen", "1"), ("\0", ""), ("", "")]);
}
