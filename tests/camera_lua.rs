//! The camera's Lua, statement by statement: numbers, libraries, texts and limits as CHDK has them.

mod lua_camera;

use lua_camera::{Script, check, check_scripts};

#[test]
fn numbers_are_32_bit_integers() {
    check(&[
        ("2147483647 + 1", "-2147483648"),
        ("-2147483647 - 2", "2147483647"),
        ("65536 * 65536", "0"),
        ("65537 * 65537", "131073"),
        ("0xFFFFFFFF", "-1"),
        ("0x80000000", "-2147483648"),
        ("0x1FFFFFFFFF", "-1"),
        ("010", "10"),
        ("2147483648", "2147483647"),
        ("99999999999999999999", "2147483647"),
        ("-2147483648", "-2147483647"),
        ("-(-2147483647 - 1)", "-2147483648"),
        ("1 == 1, 2 < 10, -1 < 0, '2' < '10'", "true true true false"),
    ]);
}

#[test]
fn arithmetic_of_variables_is_that_of_constants() {
    // Constants are folded by the compiler, by other code than the machine's.
    check_scripts(&[
        ("local a, b = 2147483647, 1 return a + b, -a - 2, a * a", "-2147483648 2147483647 1"),
        ("local a = -2147483647 - 1 return -a, a - 1, a / -1, a % -1", "-2147483648 2147483647 -2147483648 0"),
        ("local a, b = 7, 0 return a / b, -a / b, b / b, a % b, b % b", "2147483647 -2147483648 0 0 0"),
        ("return (-2147483647 - 1) / -1, (-2147483647 - 1) % -1", "-2147483648 0"),
        ("return 7 / 0, -7 / 0, 0 / 0, 7 % 0", "2147483647 -2147483648 0 0"),
    ]);
}

#[test]
fn division_truncates_and_the_remainder_has_the_dividends_sign() {
    check(&[
        ("7 / 2, -7 / 2, 7 / -2", "3 -3 -3"),
        ("7 % 3, -7 % 3, 7 % -3, -7 % -3", "1 -1 1 -1"),
        ("(function(a, b) return a / b, a % b end)(-5, 3)", "-1 -2"),
    ]);
}

#[test]
fn powers_are_integers() {
    check(&[
        ("2 ^ 10, 2 ^ -1, 1 ^ -1, 0 ^ 0, 7 ^ 0", "1024 0 0 1 1"),
        ("2 ^ 31, 2 ^ 32, 3 ^ 40", "-2147483648 0 689956897"),
        ("(-2) ^ 3", "-8"),
        ("math.pow(2, 10), math.pow(2, -3), math.pow(3, 40)", "1024 0 689956897"),
    ]);
}

#[test]
fn fractions_do_not_compile() {
    for literal in ["0.5", "5.", "1e3", ".5", "1..2"] {
        let message = format!(":1: malformed number near '{literal}'");
        assert_eq!(Script::new().run(&format!("return {literal}")), Err(message), "{literal}");
    }
}

#[test]
fn strings_are_numbers_if_they_are_integers() {
    check(&[
        ("tonumber('0.5'), tonumber('10.0'), tonumber('1e3'), tonumber('')", "nil nil nil nil"),
        ("tonumber('0x1f'), tonumber(' 12 '), tonumber('-0x10'), tonumber('010')", "31 12 -16 10"),
        ("tonumber('ffffffff', 16), tonumber('zz', 36), tonumber('8', 8), tonumber('11', 2)", "-1 1295 nil 3"),
        ("tonumber('99999999999'), tonumber('-99999999999')", "2147483647 -2147483648"),
        ("tonumber('0x1ffffffff'), tonumber('1ffffffff', 16)", "-1 -1"),
        ("'10' + 5, '0x10' * 1", "15 16"),
        ("'0.5' + 0", ":1: attempt to perform arithmetic on a string value"),
        ("('x'):rep('3')", "xxx"),
        ("string.rep('x', '0.5')", ":1: bad argument #2 to 'rep' (number expected, got string)"),
        ("1 .. 2, 10 .. ''", "12 10"),
    ]);
}

#[test]
fn a_numeric_for_wraps_at_the_end_of_the_numbers() {
    check_scripts(&[
        ("local n = 0 for i = 2147483646, 2147483647 do n = n + 1 if n == 5 then break end end return n", "5"),
        ("local n = 0 for i = 1, 10, 3 do n = n + i end return n", "22"),
        ("for i = 1, 2, 0 do return 'ran' end return 'did not'", "did not"),
        ("local n = 0 for i = 2, 1, 0 do n = n + 1 if n == 3 then return n end end", "3"),
    ]);
}

#[test]
fn format_knows_32_bits_and_no_fractions() {
    check(&[
        ("string.format('%d %i %5d|%-5d|%05d', -1, 7, 42, 42, 42)", "-1 7    42|42   |00042"),
        ("string.format('%x %X %u %o', -1, -1, -1, -1)", "ffffffff FFFFFFFF 4294967295 37777777777"),
        ("string.format('%s %q %c %%', 12, 'a\\n', 65)", "12 \"a\\\n\" A %"),
        ("string.format('%5.1f', 1)", ":1: '%f' to 'format' is not usable on the camera: numbers are integers"),
        ("string.format('%g', 1)", ":1: '%g' to 'format' is not usable on the camera: numbers are integers"),
        ("string.format('%%f %s', 'e')", "%f e"),
        ("string.format('%y', 1)", ":1: invalid option '%y' to 'format'"),
        ("string.format('%d')", ":1: bad argument #2 to 'format' (no value)"),
    ]);
}

#[test]
fn memory_is_counted_in_whole_kib() {
    check(&[("collectgarbage('count') == gcinfo(), collectgarbage('count') > 10", "true true")]);
}

#[test]
fn the_libraries_are_the_cameras() {
    let keys = |table: &str| {
        format!("local k = {{}} for n in pairs({table}) do k[#k + 1] = n end table.sort(k) return table.concat(k, ' ')")
    };
    for (table, names) in [
        ("string", "byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper"),
        ("table", "concat foreach foreachi getn insert maxn remove setn sort"),
        ("math", "abs max min pow random randomseed"),
        ("io", "close flush input lines open output read stderr stdin stdout type write"),
        ("os", "date difftime idir listdir mkdir remove rename stat time utime"),
        (
            "debug",
            "getfenv gethook getinfo getlocal getmetatable getregistry getupvalue setfenv sethook setlocal \
             setmetatable setupvalue traceback",
        ),
        ("package", "config cpath loaded loaders path preload"),
        ("getmetatable(io.stdin)", "__gc __index __tostring _getfptr close flush lines read seek write"),
    ] {
        assert_eq!(Script::new().shows(&keys(table)), names, "{table}");
    }
    check(&[
        ("module, coroutine, package.loaded.coroutine, _VERSION", "nil nil nil Lua 5.1"),
        ("package.path", "A/CHDK/SCRIPTS/?.lua;A/CHDK/LUALIB/?.lua;"),
        ("package.cpath, #package.loaders", " 2"),
        ("coroutine.create", ":1: attempt to index global 'coroutine' (a nil value)"),
        ("string.gfind('', '')", ":1: 'string.gfind' was renamed to 'string.gmatch'"),
        ("table.setn({}, 1)", ":1: 'setn' is obsolete"),
        ("(function(...) return arg end)(1)", "nil"),
        ("[[a [[b]]", "a [[b"),
        ("loadstring('goto x') == nil, loadstring('return 1 // 2') == nil", "true true"),
    ]);
}

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

#[test]
fn math_is_small() {
    check(&[
        ("math.abs(-5), math.abs(-2147483647 - 1), math.max(1, 7, 3), math.min(4, -2)", "5 -2147483648 7 -2"),
        ("math.random()", ":1: wrong number of arguments"),
        ("math.random(0)", ":1: bad argument #1 to 'random' (interval is empty)"),
        ("math.random(5, 4)", ":1: bad argument #2 to 'random' (interval is empty)"),
        ("math.random(1), math.random(7, 7)", "1 7"),
        ("math.max()", ":1: bad argument #1 to 'max' (number expected, got no value)"),
    ]);
    check_scripts(&[
        (
            "local seen = {} for i = 1, 500 do seen[math.random(2, 5)] = true end \
             return seen[1], seen[2], seen[3], seen[4], seen[5], seen[6]",
            "nil true true true true nil",
        ),
        ("math.randomseed(7) local a = math.random(1000) math.randomseed(7) return a == math.random(1000)", "true"),
    ]);
}

#[test]
fn print_makes_one_line_of_127_characters() {
    let script = Script::new();
    let source = "print('a', 1, nil, true) print() print(('x'):rep(200)) print(('y'):rep(127), 'z') \
                  print(setmetatable({}, {__tostring = function() return 'T' end}))";
    script.run(source).unwrap();
    let long = ["x".repeat(127), "y".repeat(127)];
    assert_eq!(script.console(), ["a 1 nil true", "", &long[0], &long[1], "T"]);
}

#[test]
fn print_asks_the_global_tostring_but_not_for_numbers() {
    let script = Script::new();
    script.run("tostring = function(v) return '<' .. type(v) .. '>' end print(1, 'a', nil)").unwrap();
    script.run("tostring = nil print(1, 2)").unwrap();
    assert_eq!(script.console(), ["1 <string> <nil>", "1 2"]);
    check_scripts(&[("tostring = function() end print('a')", ":1: 'tostring' must return a string to 'print'")]);
}

#[test]
fn chunks_from_text_have_no_name_and_files_have_theirs() {
    let script = Script::new().file("CHDK/SCRIPTS/bad.lua", "\nerror('here')").file("syntax.lua", "x = = 1");
    assert_eq!(script.shows("\n\nerror('here')"), ":3: here");
    assert_eq!(script.shows("return loadstring('x = = 1')"), "nil :1: unexpected symbol near '='");
    assert_eq!(script.shows("return loadstring('x = = 1', '=name')"), "nil name:1: unexpected symbol near '='");
    assert_eq!(script.shows("return loadstring('x = = 1', '@name')"), "nil name:1: unexpected symbol near '='");
    assert_eq!(script.shows("return loadstring('x = = 1', 'name')"), "nil :1: unexpected symbol near '='");
    assert_eq!(script.shows("return loadfile('A/syntax.lua')"), "nil A/syntax.lua:1: unexpected symbol near '='");
    assert_eq!(script.shows("dofile('A/CHDK/SCRIPTS/bad.lua')"), "A/CHDK/SCRIPTS/bad.lua:2: here");
    let long = format!("A/{}.lua", "n".repeat(60));
    let script = Script::new().file(&long[2..], "error('here')");
    let cut = format!("...{}:1: here", &long[long.len() - 52..]);
    assert_eq!(script.shows(&format!("dofile('{long}')")), cut);
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
fn standard_files_are_closed() {
    check(&[
        ("io.type(io.stdin), io.type(io.stdout), io.type(io.stderr)", "closed file closed file closed file"),
        ("io.write('x')", ":1: standard output file is closed"),
        ("io.read()", ":1: standard input file is closed"),
        ("pcall(io.lines)", "false attempt to use a closed file"),
    ]);
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
fn limits_are_stock() {
    let mut script = Script::new();
    assert_eq!(script.shows("local function f() return 1 + f() end f()"), "not enough memory");
    script.options.memory = 8 << 20;
    assert_eq!(script.shows("local function f() return 1 + f() end f()"), ":1: stack overflow");
    let in_c = "local function f() local ok, e = pcall(f) return ok or error(e, 0) end f()";
    assert_eq!(script.shows(in_c), "C stack overflow");
    let locals = |n| (0..n).map(|i| format!("local v{i} = {i} ")).collect::<String>();
    assert_eq!(script.shows(&locals(200)), "");
    assert_eq!(script.shows(&locals(201)), ":1: main function has more than 200 local variables");
    let nested = |n: usize| format!("return {}1{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(script.shows(&nested(90)), "1");
    assert_eq!(script.shows(&nested(250)), ":1: chunk has too many syntax levels");
    assert_eq!(script.shows(&format!("return string.find('x', '{}')", "()".repeat(33))), ":1: too many captures");
}

#[test]
fn a_source_ends_at_its_first_nul() {
    check_scripts(&[("return 1 \0 this is never seen", "1"), ("\0", ""), ("", "")]);
}

#[test]
fn bytecode_of_this_machine_loads() {
    check(&[("loadstring(string.dump(function(a) return a / 2 end))(7)", "3")]);
}
