//! CHDK's Lua against stock 5.1 (chdk-camera.md §5), statement by statement.

mod lua_camera;

#[path = "lua_camera/host.rs"]
mod host;

use host::{Host, boolean, int, run_error};
use lua_camera::{Script, check, check_scripts};
use moonshutter::sim::vm::{Resume, Value};

/// The names in a table.
#[track_caller]
fn names(table: &str, expected: &str) {
    let source = format!(
        "local k = {{}} for n in pairs({table}) do k[#k + 1] = n end table.sort(k) return table.concat(k, ' ')"
    );
    let mut expected: Vec<_> = expected.split_whitespace().collect();
    expected.sort();
    assert_eq!(Script::new().shows(&source), expected.join(" "), "{table}");
}

/// None of these exists.
#[track_caller]
fn missing(expressions: &str) {
    for expression in expressions.split_whitespace() {
        assert_eq!(Script::new().shows(&format!("return {expression}")), "nil", "{expression}");
    }
}

/// §5.1 Numbers (lib/lua/luaconf.h:528-580): a number is a 32-bit int.
///
/// §10.1 Numbers: + - * wrap, as with -fwrapv.
#[test]
fn a_number_is_a_32_bit_int() {
    check(&[
        ("2147483647 + 1", "-2147483648"),
        ("-2147483647 - 2", "2147483647"),
        ("65536 * 65536", "0"),
        ("65537 * 65537", "131073"),
    ]);
}

/// §5.1 Printing: with "%d".
#[test]
fn numbers_are_printed_as_integers() {
    check(&[("tostring(7), 7 .. \"\", -2147483647 - 1", "7 7 -2147483648"), ("(\"%s\"):format(10 / 4)", "2")]);
}

/// §5.1 Reading (lib/lua/lobject.c:90-100): strtol base 10; if that stops at x or X, strtoul base 16; the rest must be blank.
#[test]
fn numbers_are_read_by_strtol() {
    check(&[
        ("tonumber('12'), tonumber('-12'), tonumber('+12'), tonumber('0X1f')", "12 -12 12 31"),
        ("tonumber(' 12 '), tonumber('\\t12\\n'), tonumber('12 x'), tonumber('1 2')", "12 12 nil nil"),
        ("tonumber('12x'), tonumber('0x'), tonumber('x')", "nil nil nil"),
        ("tonumber('1x2')", "nil"),
    ]);
}

/// §5.1 Literals (llex.c:179-211): 0.5, 5., 1e3, .5 and 1..2 are malformed numbers.
#[test]
fn fractions_and_exponents_do_not_compile() {
    for literal in ["0.5", "5.", "1e3", "1E+3", ".5", "1..2"] {
        let message = format!(":1: malformed number near '{literal}'");
        assert_eq!(Script::new().run(&format!("return {literal}")), Err(message), "{literal}");
    }
}

/// §5.1 Literals: 0xFFFFFFFF is -1, 0x80000000 the smallest number.
#[test]
fn hexadecimal_literals_wrap_at_32_bits() {
    check(&[("0xFFFFFFFF, 0x80000000, 0x7fffffff, 0XaB", "-1 -2147483648 2147483647 171")]);
}

/// §5.1 Literals: longer hexadecimal saturates to -1.
#[test]
fn overlong_hexadecimal_is_minus_one() {
    check(&[("0x1FFFFFFFFF, 0x100000000, 0xffffffffffffffffffff", "-1 -1 -1")]);
}

/// §5.1 Literals: a leading 0 is decimal.
#[test]
fn a_leading_zero_is_decimal() {
    check(&[("010, 08, 0", "10 8 0")]);
}

/// §5.1 Literals: decimals beyond 2147483647 saturate there, so -2147483648 in decimal is -2147483647 (inferred).
///
/// §10.1: strtol is clamped.
///
/// Decided: a 32-bit strtol saturates; no C library is known to do otherwise.
#[test]
fn decimal_literals_saturate() {
    check(&[("2147483648, 99999999999999999999", "2147483647 2147483647"), ("-2147483648", "-2147483647")]);
}

/// §5.1 tonumber: "0.5", "10.0", "1e3" and "" give nil.
#[test]
fn tonumber_knows_no_fractions() {
    check(&[("tonumber('0.5'), tonumber('10.0'), tonumber('1e3'), tonumber('')", "nil nil nil nil")]);
}

/// §5.1 tonumber: "0x1f", " 12 " and "-0x10" work.
#[test]
fn tonumber_knows_hexadecimal_blanks_and_signs() {
    check(&[("tonumber('0x1f'), tonumber(' 12 '), tonumber('-0x10'), tonumber('010')", "31 12 -16 10")]);
}

/// §5.1 tonumber: other bases go through strtoul; "ffffffff" in base 16 is -1.
#[test]
fn tonumber_in_other_bases() {
    check(&[
        ("tonumber('ffffffff', 16), tonumber('zz', 36), tonumber('8', 8), tonumber('11', 2)", "-1 1295 nil 3"),
        ("tonumber('1ffffffff', 16), tonumber('-1', 16)", "-1 -1"),
    ]);
}

/// §5.1 String arithmetic: "10"+5 is 15.
#[test]
fn strings_are_numbers_in_arithmetic() {
    check(&[("'10' + 5, '0x10' * 1, -'3'", "15 16 -3")]);
}

/// §5.1 String arithmetic: "0.5"+0 raises "attempt to perform arithmetic on a string value".
#[test]
fn fractions_are_no_numbers_in_arithmetic() {
    check(&[("'0.5' + 0", ":1: attempt to perform arithmetic on a string value")]);
}

/// §5.1 numbers: + - * wrap, two's complement.
#[test]
fn addition_wraps_for_variables_too() {
    check(&[(
        "(function(a, b) return a + b, -a - b - 1, a * a, -(-a - 1) end)(2147483647, 1)",
        "-2147483648 2147483647 1 -2147483648",
    )]);
}

/// §5.1 numbers: Division truncates toward zero.
#[test]
fn division_truncates() {
    check(&[
        ("7 / 2, -7 / 2, 7 / -2, -7 / -2", "3 -3 -3 3"),
        ("(function(a, b) return a / b, -a / b end)(7, 2)", "3 -3"),
    ]);
}

/// §5.1 numbers: % is C's remainder, with the sign of the dividend.
#[test]
fn the_remainder_has_the_dividends_sign() {
    check(&[
        ("-7 % 3, 7 % -3, 7 % 3, -7 % -3", "-1 1 1 -1"),
        ("(function(a, b) return a % b, -a % -b end)(-7, 3)", "-1 1"),
    ]);
}

/// §5.1 Division by zero (luascript.c:52-74): 0/0 is 0, a/0 the largest or smallest number by the sign; never an error.
///
/// §10.1: Division is defined, and folded constants divide as variables do (lcode.c:636-641 does not fold a zero divisor).
#[test]
fn division_by_zero_has_a_result() {
    check(&[
        ("0 / 0, 7 / 0, -7 / 0", "0 2147483647 -2147483648"),
        ("(function(a, b) return b / b, a / b, -a / b end)(7, 0)", "0 2147483647 -2147483648"),
    ]);
}

/// §5.1 Division by zero: a % 0 is 0.
///
/// Decided: as on DIGIC 6 and later; older cameras are not verified.
#[test]
fn the_remainder_by_zero_is_zero() {
    check(&[("7 % 0, -7 % 0, 0 % 0", "0 0 0"), ("(function(a, b) return a % b end)(7, 0)", "0")]);
}

/// §5.1 numbers: INT_MIN/-1 is INT_MIN, INT_MIN%-1 is 0, folded (lcode.c:636-641) or not.
#[test]
fn the_smallest_number_by_minus_one() {
    check(&[
        ("(-2147483647 - 1) / -1, (-2147483647 - 1) % -1", "-2147483648 0"),
        ("(function(a, b) return a / b, a % b end)(-2147483647 - 1, -1)", "-2147483648 0"),
    ]);
}

/// §5.1 ^ and math.pow (lvm.c:29-45): a negative exponent gives 0, also 1^-1.
#[test]
fn a_negative_exponent_gives_zero() {
    check(&[("2 ^ -1, 1 ^ -1, 0 ^ -1, math.pow(1, -1)", "0 0 0 0")]);
}

/// §5.1 ^ and math.pow: x^0 is 1.
#[test]
fn the_zeroth_power_is_one() {
    check(&[("0 ^ 0, 7 ^ 0, math.pow(0, 0)", "1 1 1")]);
}

/// §5.1 ^ and math.pow: they are integer and wrap.
#[test]
fn powers_wrap() {
    check(&[
        ("2 ^ 10, 2 ^ 31, 2 ^ 32, 3 ^ 40, (-2) ^ 3", "1024 -2147483648 0 689956897 -8"),
        ("math.pow(2, 10), math.pow(3, 40)", "1024 689956897"),
    ]);
}

/// §5.1 numbers: There is no NaN and no infinity; comparison is signed.
#[test]
fn comparison_is_signed() {
    check(&[
        ("0x80000000 < 0, -1 < 0, 0xFFFFFFFF == -1, 2147483647 > -2147483647", "true true true true"),
        ("0 / 0 == 0 / 0", "true"),
    ]);
}

/// §5.1 numeric for (lvm.c:670-696, inferred): there is no overflow guard; with a limit of 2147483647 it never ends.
///
/// Decided: as the code says.
#[test]
fn a_for_loop_to_the_largest_number_never_ends() {
    check_scripts(&[(
        "local n = 0 for i = 2147483646, 2147483647 do n = n + 1 if n == 5 then return i end end",
        "-2147483646",
    )]);
}

/// §5.1 numeric for (inferred): step 0 loops for ever if start ≥ limit, else there is no pass.
///
/// Decided: as the code says.
#[test]
fn a_for_loop_with_step_zero() {
    check_scripts(&[
        ("for i = 1, 2, 0 do return 'ran' end return 'did not'", "did not"),
        ("local n = 0 for i = 2, 1, 0 do n = n + 1 if n == 30 then return n end end", "30"),
        ("local n = 0 for i = 2, 2, 0 do n = n + 1 if n == 30 then return n end end", "30"),
    ]);
}

/// §5.1 string.format: %d and %i take 32 bits.
#[test]
fn format_of_d_and_i() {
    check(&[("('%d %i %5d|%-5d|%05d|%+d'):format(-1, 7, 42, 42, 42, 42)", "-1 7    42|42   |00042|+42")]);
}

/// §5.1 string.format: %u %x %X %o take 32 unsigned bits: -1 is ffffffff.
///
/// §10.1: %x and %u are 32 bits wide.
#[test]
fn format_of_u_x_and_o() {
    check(&[("('%x %X %u %o %#x'):format(-1, -1, -1, -1, 255)", "ffffffff FFFFFFFF 4294967295 37777777777 0xff")]);
}

/// §5.1 string.format: %e %f %g are not supported by the firmware of all cameras (lib/lua/lfmathlib.c:98).
///
/// Decided: they raise and say why.
#[test]
fn format_of_fractions_is_an_error() {
    check(&[
        ("('%5.1f'):format(1)", ":1: '%f' to 'format' is not usable on the camera: numbers are integers"),
        ("('%g'):format(1)", ":1: '%g' to 'format' is not usable on the camera: numbers are integers"),
        ("('%e %E %G'):format(1)", ":1: '%e' to 'format' is not usable on the camera: numbers are integers"),
        ("('%%f %s'):format('e')", "%f e"),
    ]);
}

/// §5.1 string.format: %c %q %s are as in stock Lua; %s of a number is its decimal.
#[test]
fn format_of_c_q_and_s() {
    check(&[
        ("('%s %q %c %%'):format(12, 'a\\n\\0\\r\"', 65)", "12 \"a\\\n\\000\\r\\\"\" A %"),
        ("('%5s|%-5s|%.2s'):format('abc', 'abc', 'abc')", "  abc|abc  |ab"),
    ]);
}

/// §5.1 numbers: collectgarbage("count") (lbaselib.c:235-237) is in whole KiB.
#[test]
fn memory_is_counted_in_whole_kib() {
    check(&[(
        "collectgarbage('count') == gcinfo(), collectgarbage('count') > 10, collectgarbage('count') < 1000",
        "true true true",
    )]);
}

/// §5.1 io.read("*n") (liolib.c:278-313): it takes an optional '-' and digits.
#[test]
fn read_n_takes_integers() {
    let script = Script::new().file("n.txt", "12 -7 x");
    assert_eq!(script.shows("local f = io.open('A/n.txt') return f:read('*n', '*n', '*n')"), "12 -7 nil");
}

/// §5.1 io.read("*n") (liolib.c:278-313): it takes at most 11 digits.
#[test]
fn read_n_takes_eleven_digits() {
    let script = Script::new().file("n.txt", "123456789012");
    assert_eq!(script.shows("local f = io.open('A/n.txt') return f:read('*n', '*n')"), "2147483647 2");
}

/// §5.1 io.read("*n") (liolib.c:278-313): integers only; a fraction ends it.
#[test]
fn read_n_stops_at_a_point() {
    let script = Script::new().file("n.txt", "1.5");
    assert_eq!(script.shows("local f = io.open('A/n.txt') return f:read('*n', 1, '*n')"), "1 . 5");
}

/// §5.1 io.read("*n") (liolib.c:278-313): the conversion is strtol with base 0, so a leading 0 means octal.
#[test]
fn read_n_is_octal_after_a_zero() {
    let script = Script::new().file("n.txt", "010 09");
    assert_eq!(script.shows("local f = io.open('A/n.txt') return f:read('*n', '*n')"), "8 0");
}

/// §5.1 luaL_checknumber: numeric strings are numbers to C functions.
#[test]
fn numeric_strings_are_arguments() {
    check(&[("('x'):rep('3'), math.max('10', 9)", "xxx 10")]);
}

/// §5.1 luaL_checknumber: "0.5" raises "number expected, got string".
#[test]
fn fractions_are_no_arguments() {
    check(&[("string.rep('x', '0.5')", ":1: bad argument #2 to 'rep' (number expected, got string)")]);
}

/// §5.1 Arguments that are on or off (luascript.c:391-399): a boolean is 0 or 1, a number is itself, anything else raises, nil too.
#[test]
fn on_and_off_are_booleans_or_numbers() {
    let host = Host::new();
    for (on, record) in [("true", true), ("false", false), ("1", true), ("0", false)] {
        let source = format!("set_record({on}) sleep(5000) return (get_mode())");
        assert_eq!(host.run(&source), [boolean(record)], "{on}");
    }
    for bad in ["nil", "{}", "'x'", "print"] {
        let got =
            host.run(&format!("local ok, e = pcall(set_record, {bad}) return ok, e:find('bad argument #1', 1, true)"));
        assert_eq!(got[..2], [boolean(false), int(1)], "{bad}");
    }
}

/// §5.2 base (lbaselib.c:480-506, 663-682; loadlib.c:627-631): these are there.
#[test]
fn the_base_library() {
    let functions = "assert collectgarbage dofile error gcinfo getfenv getmetatable ipairs load loadfile loadstring newproxy next \
                     pairs pcall print rawequal rawget rawset require select setfenv setmetatable tonumber tostring type unpack xpcall";
    for name in functions.split_whitespace() {
        assert_eq!(Script::new().shows(&format!("return type({name})")), "function", "{name}");
    }
    check(&[("_G == getfenv(0), _VERSION", "true Lua 5.1")]);
}

/// §5.2 string (lstrlib.c:827-844): these functions, no others.
#[test]
fn the_string_library() {
    names("string", "byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper");
}

/// §5.2 string: strings have methods.
#[test]
fn strings_have_methods() {
    check(&[("('x'):upper(), ('abc'):len(), ('x').rep == string.rep", "X 3 true")]);
}

/// §5.2 string: gfind always raises.
#[test]
fn gfind_always_raises() {
    check(&[
        ("string.gfind('', '')", ":1: 'string.gfind' was renamed to 'string.gmatch'"),
        ("string.gfind()", ":1: 'string.gfind' was renamed to 'string.gmatch'"),
    ]);
}

/// §5.2 table (ltablib.c:269-280): these functions, no others.
#[test]
fn the_table_library() {
    names("table", "concat foreach foreachi getn maxn insert remove setn sort");
}

/// §5.2 table: setn raises.
#[test]
fn setn_is_obsolete() {
    check(&[("table.setn({}, 1)", ":1: 'setn' is obsolete")]);
}

/// §5.2 math (lmathlib.c:236-266): these functions, no others.
#[test]
fn the_math_library() {
    names("math", "abs max min pow random randomseed");
    check(&[("math.abs(-5), math.abs(-2147483647 - 1), math.max(1, 7, 3), math.min(4, -2)", "5 -2147483648 7 -2")]);
}

/// §5.2 math.random: without arguments it raises.
#[test]
fn random_wants_arguments() {
    check(&[
        ("math.random()", ":1: wrong number of arguments"),
        ("math.random(1, 2, 3)", ":1: wrong number of arguments"),
        ("math.random(0)", ":1: bad argument #1 to 'random' (interval is empty)"),
        ("math.random(5, 4)", ":1: bad argument #2 to 'random' (interval is empty)"),
    ]);
}

/// §5.2 math.random: the result is rand()%n, above the lower bound.
#[test]
fn random_is_the_remainder_of_rand() {
    let host = Host::new();
    // The remainders of one sequence by different numbers agree with each other.
    let source = "local function draw(n) math.randomseed(42) local t = {} for i = 1, 20 do t[i] = math.random(n) - 1 end return t end \
                  local a, b = draw(1000), draw(10) for i = 1, 20 do if a[i] % 10 ~= b[i] then return i end end return 0";
    assert_eq!(host.run(source), [int(0)]);
    let bounds = "local low, high = 0, 0 for i = 1, 2000 do local r = math.random(-3, 4) \
                  if r < low then low = r end if r > high then high = r end end return low, high, math.random(7, 7)";
    assert_eq!(host.run(bounds), [int(-3), int(4), int(7)]);
}

/// §5.2 math.random: it is the camera's rand(), so the next script sees the next numbers.
///
/// Decided: the facts do not name the generator's life; a C library's lives as long as the program.
#[test]
fn random_goes_on_from_script_to_script() {
    let host = Host::new();
    let draw = "return math.random(1000000), math.random(1000000)";
    let (first, second) = (host.run(draw), host.run(draw));
    assert_ne!(first, second);
    assert_eq!(Host::new().run(draw), first, "every camera starts alike");
    host.run("math.randomseed(1)");
    assert_eq!(
        [host.run(draw), host.run(draw)],
        [first.clone(), second],
        "a seed starts over, for the next script, too"
    );
    let seeded = Host::with(moonshutter::sim::Config {
        profile: moonshutter::sim::Profile {
            control: moonshutter::sim::Control::default().with_seed(2),
            ..Default::default()
        },
        ..Default::default()
    });
    assert_ne!(seeded.run(draw), first);
    seeded.run("math.randomseed(1)");
    assert_eq!(seeded.run(draw), first);
}

/// §5.2 io (liolib.c:557-595): these functions, no others.
#[test]
fn the_io_library() {
    names("io", "close flush input lines open output read type write stdin stdout stderr");
}

/// §5.2 io: a file has these methods.
#[test]
fn the_methods_of_files() {
    names("getmetatable(io.stdin)", "close flush lines read seek write _getfptr __gc __tostring __index");
}

/// §5.2 io: stdin, stdout and stderr are closed handles.
#[test]
fn standard_files_are_closed() {
    check(&[
        ("io.type(io.stdin), io.type(io.stdout), io.type(io.stderr)", "closed file closed file closed file"),
        ("pcall(io.lines)", "false attempt to use a closed file"),
    ]);
}

/// §5.2 io: default input and output are closed until io.input(name) and io.output(name).
#[test]
fn the_default_files_are_closed() {
    check(&[
        ("io.write('x')", ":1: standard output file is closed"),
        ("io.read()", ":1: standard input file is closed"),
    ]);
}

/// §5.2 io: after io.output(name), io.write works.
#[test]
fn default_files_can_be_opened() {
    check_scripts(&[("io.output('A/o.txt') io.write('x') io.close() io.input('A/o.txt') return io.read('*a')", "x")]);
}

/// §5.2 os (loslib.c:563-589): these functions, no others.
#[test]
fn the_os_library() {
    names("os", "date difftime mkdir listdir idir stat utime remove rename time");
}

/// §5.2 debug (ldblib.c:375-391): all of 5.1 except debug.debug.
#[test]
fn the_debug_library() {
    names(
        "debug",
        "getfenv gethook getinfo getlocal getmetatable getregistry getupvalue setfenv sethook setlocal \
                    setmetatable setupvalue traceback",
    );
}

/// §5.2 debug.sethook replaces the scheduler's hook: nothing is forced to yield any more.
#[test]
fn a_hook_replaces_the_schedulers() {
    let mut vm = Script::new().loaded("debug.sethook(function() end, '', 1000) for i = 1, 100000 do end return 1");
    assert_eq!(vm.resume(), Resume::Done(vec![Ok(Value::Int(1))]));
}

/// §5.2 package (loadlib.c:619-680): these fields; no loadlib, no seeall.
#[test]
fn the_package_table() {
    names("package", "path cpath config loaded preload loaders");
    check(&[("#package.loaders, package.cpath", "2 ")]);
}

/// §5.2 package: there is no global `module`.
#[test]
fn there_is_no_module() {
    check(&[("module", "nil"), ("module('x')", ":1: attempt to call global 'module' (a nil value)")]);
}

/// §5.2 library: imath (scaled by 1000) is there.
#[test]
fn imath_is_there() {
    check(&[("imath.scale, imath.pi, imath.mul(1500, 2000), imath.sind(30000)", "1000 3142 3000 500")]);
}

/// §5.3 Missing in math: everything but what is in §5.2.
#[test]
fn what_math_lacks() {
    missing(
        "math.acos math.asin math.atan math.atan2 math.ceil math.cos math.cosh math.deg math.exp math.floor math.fmod \
             math.frexp math.huge math.ldexp math.log math.log10 math.mod math.modf math.pi math.rad math.sin math.sinh \
             math.sqrt math.tan math.tanh",
    );
}

/// §5.3 Missing: io.popen, io.tmpfile, file:setvbuf; os.clock execute exit getenv setlocale tmpname; debug.debug; module,
/// package.loadlib, package.seeall.
#[test]
fn what_other_libraries_lack() {
    missing(
        "io.popen io.tmpfile io.stdin.setvbuf os.clock os.execute os.exit os.getenv os.setlocale os.tmpname debug.debug \
             module package.loadlib package.seeall coroutine",
    );
}

/// §5.3 Compatibility (luaconf.h:341-390): vararg functions have no `arg`.
#[test]
fn there_is_no_arg_table() {
    check(&[("(function(...) return arg end)(1)", "nil")]);
}

/// §5.3 Compatibility: a nested [[ is plain text.
#[test]
fn nested_brackets_are_text() {
    check(&[("[[a [[b]]", "a [[b")]);
}

/// §5.3 Syntax of 5.2 and later is absent: goto, //, bit operators, \z, \x.
#[test]
fn later_syntax_is_absent() {
    check(&[
        (
            "loadstring('goto x') == nil, loadstring('return 1 // 2') == nil, loadstring('return 1 & 2') == nil",
            "true true true",
        ),
        ("loadstring('::x::') == nil, '\\x41', '\\z a'", "true x41 z a"),
    ]);
}

/// §5.4 Files (wrappers.c:749-788): on DryOS fopen refuses names that do not start with an upper-case 'A'.
///
/// §10.9 Paths: the upper-case rule.
#[test]
fn fopen_wants_an_upper_case_a() {
    let script = Script::new().file("f.txt", "x");
    for path in ["a/f.txt", "f.txt", "/f.txt", "B/f.txt", ""] {
        assert_eq!(script.shows(&format!("return io.open('{path}') == nil")), "true", "{path}");
        assert_eq!(script.shows(&format!("return io.open('{path}', 'w') == nil")), "true", "{path}");
    }
    assert_eq!(script.shows("return io.open('A/f.txt'):read()"), "x");
}

/// §5.4 Files (wrappers.c:775-788): stat takes A/ and a/.
#[test]
fn stat_takes_both_cases() {
    let script = Script::new().file("f.txt", "x");
    assert_eq!(
        script.shows("return os.stat('A/f.txt').size, os.stat('a/f.txt').size, os.stat('f.txt') == nil"),
        "1 1 true"
    );
}

/// §5.4 Files: nothing translates newlines.
#[test]
fn newlines_are_not_translated() {
    let script = Script::new();
    let source =
        "local f = io.open('A/n.txt', 'w') f:write('a\\r\\nb\\n') f:close() return #io.open('A/n.txt', 'r'):read('*a')";
    assert_eq!(script.shows(source), "5");
}

/// §5.4 Files: FAT names are case-insensitive.
#[test]
fn file_names_know_no_case() {
    let script = Script::new().file("DIR/f.txt", "x");
    assert_eq!(script.shows("return io.open('A/dir/F.TXT'):read(), os.stat('A/Dir/f.Txt').size"), "x 1");
}

/// §5.4 Errors (wrappers.c:916-926, 836-843): those of DryOS are "name: error" and 0.
#[test]
fn file_errors_are_dryos() {
    check(&[("io.open('A/none.txt')", "nil A/none.txt: error 0"), ("os.stat('A/none')", "nil A/none: error 0")]);
    check(&[("io.lines('A/none')", ":1: bad argument #1 to 'lines' (A/none: error)")]);
}

/// §5.4 loadfile, dofile, require (lauxlib.c:555-627): a first line that begins with '#' is not skipped.
#[test]
fn a_hash_line_is_not_skipped() {
    let script = Script::new().file("hash.lua", "#!/usr/bin/lua\nreturn 1");
    assert_eq!(script.shows("return loadfile('A/hash.lua')"), "nil A/hash.lua:1: unexpected symbol near '#'");
}

/// §5.4 loadfile, dofile, require: a byte order mark is not skipped.
#[test]
fn a_byte_order_mark_is_not_skipped() {
    let script = Script::new().file("bom.lua", "\u{feff}return 1");
    assert!(script.shows("return loadfile('A/bom.lua')").starts_with("nil A/bom.lua:1: unexpected symbol near"));
}

/// §5.4 loadfile, dofile: the error is "cannot fopen <name>".
#[test]
fn a_missing_chunk_cannot_be_opened() {
    let script = Script::new();
    assert_eq!(script.shows("return loadfile('A/none.lua')"), "nil cannot fopen A/none.lua");
    assert_eq!(script.shows("dofile('A/none.lua')"), "cannot fopen A/none.lua");
    assert_eq!(script.shows("return loadfile('A/CHDK')"), "nil cannot fopen A/CHDK");
}

/// §5.4 files: Binary chunks load if they were built for int numbers and 32 bits.
///
/// Decided: the simulator has its own pointers, so it loads what it dumped itself, and refuses other chunks as a camera does.
#[test]
fn binary_chunks_are_those_of_the_same_lua() {
    check(&[("loadstring(string.dump(function(a) return a / 2 end))(7)", "3")]);
    // Of a PC: 64 bits, doubles.
    let of_a_pc = "'\\27Lua\\81\\0\\1\\4\\8\\4\\8\\0' .. ('\\0'):rep(100)";
    let shown = Script::new().shows(&format!("return loadstring({of_a_pc})"));
    assert!(shown.starts_with("nil ") && shown.ends_with("bad header in precompiled chunk"), "{shown}");
}

/// §5.4 files: loadfile and dofile without a name do not read standard input; they try to open a NULL name.
#[test]
fn no_name_is_no_standard_input() {
    check(&[("loadfile()", "nil cannot fopen (null)"), ("dofile()", "cannot fopen (null)")]);
}

/// §5.4 files: package.path (luaconf.h:96-106).
#[test]
fn the_path_of_packages() {
    check(&[("package.path", "A/CHDK/SCRIPTS/?.lua;A/CHDK/LUALIB/?.lua;")]);
}

/// §5.4 require: a '.' in the name is a '/'.
#[test]
fn dots_in_module_names_are_folders() {
    let script =
        Script::new().file("CHDK/LUALIB/gen/two.lua", "return 'two'").file("CHDK/SCRIPTS/one.lua", "return ...");
    assert_eq!(script.shows("return require 'gen.two', require 'gen/two', require 'one'"), "two two one");
}

/// §5.4 require: a module that is not found lists where it was looked for.
#[test]
fn a_missing_module_lists_the_places() {
    let text = ":1: module 'x' not found:\n\tno field package.preload['x']\n\tno file 'A/CHDK/SCRIPTS/x.lua'\n\
                \tno file 'A/CHDK/LUALIB/x.lua'";
    assert_eq!(Script::new().shows("require 'x'"), text);
}

/// §5.4 require: package.loaded keeps the spelling, so "GEN/modelist" and "gen/modelist" load twice.
#[test]
fn a_module_loads_once_for_each_spelling() {
    let script = Script::new().file("CHDK/SCRIPTS/OWN/once.lua", "n = (n or 0) + 1 return {}");
    let source = "local a, b, c = require 'OWN/once', require 'own/once', require 'OWN/once' return a == b, a == c, n";
    assert_eq!(script.shows(source), "false true 2");
}

/// §5.4 os.listdir and os.idir (loslib.c:270-463): "." and ".." are hidden.
#[test]
fn dots_are_hidden() {
    let script = Script::new().file("DIR/b.txt", "").file("DIR/a.txt", "");
    assert_eq!(script.shows("return table.concat(os.listdir('A/DIR'), ' ')"), "a.txt b.txt");
    assert_eq!(script.shows("local s = '' for n in os.idir('A/DIR') do s = s .. n end return s"), "a.txtb.txt");
}

/// §5.4 os.listdir and os.idir: with showall they are there.
#[test]
fn showall_shows_dots() {
    let script = Script::new().file("DIR/a.txt", "");
    let source = "local t = {} for _, n in ipairs(os.listdir('A/DIR', true)) do t[n] = true end return t['.'], t['..'], t['a.txt']";
    assert_eq!(script.shows(source), "true true true");
}

/// §5.4 os.listdir and os.idir: a trailing "/" works only for the root.
#[test]
fn a_trailing_slash_is_for_the_root() {
    let script = Script::new().file("DIR/a.txt", "");
    assert_eq!(
        script.shows("return type(os.listdir('A/')), type(os.listdir('A/DIR')), type(os.listdir('A/DIR/'))"),
        "table table nil"
    );
}

/// §5.4 os.date: "!" is accepted but means local time.
#[test]
fn utc_is_local_time() {
    check(&[("os.date('!%H:%M') == os.date('%H:%M'), os.date('!%Y', 0)", "true 1970")]);
}

/// §5.4 os.remove (wrappers.c:552-570): it removes folders on DryOS R39 and later only.
///
/// Decided: the simulated camera is a late one.
#[test]
fn remove_takes_empty_folders() {
    let script = Script::new().file("DIR/a.txt", "");
    let source = "local full = os.remove('A/DIR') os.remove('A/DIR/a.txt') return full, os.remove('A/DIR'), os.stat('A/DIR') == nil";
    assert_eq!(script.shows(source), "nil true true");
}

/// §5.4 fopen: the mode goes to the firmware unchanged; what it makes of an odd one is not known (§12).
///
/// Decided: r, w and a, with + and b, are modes; anything else opens nothing.
#[test]
fn odd_modes_open_nothing() {
    let script = Script::new().file("f.txt", "x");
    assert_eq!(script.shows("return io.open('A/f.txt', 'z')"), "nil A/f.txt: error 0");
    assert_eq!(script.shows("return io.open('A/f.txt', 'rx')"), "nil A/f.txt: error 0");
    assert_eq!(script.shows("return io.type(io.open('A/f.txt', 'r+b'))"), "file");
}

/// §5.5 Limits (luaconf.h:234-668): calls of Lua functions may not nest 20000 deep; as the list of calls doubles, stock Lua
/// ends at 16384.
#[test]
fn calls_do_not_nest_20000_deep() {
    let mut script = Script::new();
    script.options.memory = 8 << 20;
    let deep =
        |n: i32| format!("local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f({n})");
    assert_eq!(script.shows(&deep(16_300)), "16300");
    assert_eq!(script.shows(&deep(16_400)), ":1: stack overflow");
}

/// §5.5 Limits: a C function may push 8000 values.
#[test]
fn c_functions_may_push_8000_values() {
    let mut script = Script::new();
    script.options.memory = 8 << 20;
    assert_eq!(script.shows("return select('#', unpack({}, 1, 7900))"), "7900");
    assert_eq!(script.shows("return unpack({}, 1, 8001)"), ":1: too many results to unpack");
}

/// §5.5 Limits: C calls nest 200 deep.
#[test]
fn c_calls_nest_200_deep() {
    let deep = |n: i32| {
        format!(
            "local function f(n) if n == 0 then return 'bottom' end return select(2, pcall(f, n - 1)) end return f({n})"
        )
    };
    assert_eq!(Script::new().shows(&deep(190)), "bottom");
    assert_eq!(Script::new().shows(&deep(200)), "C stack overflow");
    let nested = |n: usize| format!("return {}1{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(Script::new().shows(&nested(190)), "1");
    assert_eq!(Script::new().shows(&nested(200)), ":1: chunk has too many syntax levels");
}

/// §5.5 Limits: a function has 200 local variables.
#[test]
fn functions_have_200_locals() {
    let locals = |n| (0..n).map(|i| format!("local v{i} = {i} ")).collect::<String>();
    assert_eq!(Script::new().shows(&locals(200)), "");
    assert_eq!(Script::new().shows(&locals(201)), ":1: main function has more than 200 local variables");
}

/// §5.5 Limits: a function has 60 upvalues.
#[test]
fn functions_have_60_upvalues() {
    let upvalues = |n| {
        let locals: String = (0..n).map(|i| format!("local v{i} = {i} ")).collect();
        let uses: String = (0..n).map(|i| format!("v{i} = 1 ")).collect();
        format!("{locals} return type(function() {uses} end)")
    };
    assert_eq!(Script::new().shows(&upvalues(60)), "function");
    assert_eq!(Script::new().shows(&upvalues(61)), ":1: function at line 1 has more than 60 upvalues");
}

/// §5.5 Limits: a pattern has 32 captures.
#[test]
fn patterns_have_32_captures() {
    check(&[
        ("select('#', ('x'):find(('()'):rep(32)))", "34"),
        ("('x'):find(('()'):rep(33))", ":1: too many captures"),
    ]);
}

/// §5.5 Limits: a chunk id has 60 characters.
#[test]
fn chunk_ids_have_60_characters() {
    let long = format!("A/{}.lua", "n".repeat(80));
    let script = Script::new().file(&long[2..], "error('here')");
    let cut = format!("...{}:1: here", &long[long.len() - 52..]);
    assert_eq!(script.shows(&format!("dofile('{long}')")), cut);
}

/// §5.5 Limits (llimits.h:93): a function has 250 registers.
#[test]
fn functions_have_250_registers() {
    let call = |n: usize| format!("return select('#', {})", vec!["1"; n].join(", "));
    assert_eq!(Script::new().shows(&call(240)), "240");
    assert_eq!(Script::new().shows(&call(251)), ":1: function or expression too complex near '1'");
}

/// §5.5 Limits: the collector pauses at 200 % and works at 200 %.
#[test]
fn the_collectors_pace_is_stock() {
    check(&[("collectgarbage('setpause', 100), collectgarbage('setstepmul', 100)", "200 200")]);
}

/// §5.5 limits: The C stack of the keyboard task is 8 KiB on about 60 cameras, so deep C recursion may crash long before 200
/// (inferred).
///
/// Decided: C calls may nest 200 deep, as Lua allows; only patterns, which Lua does not bound, are bounded, at 200.
#[test]
fn deep_recursion_is_bounded_by_lua() {
    assert_eq!(Script::new().shows("return ('x'):find(('x?'):rep(201))"), "1 1");
    assert_eq!(Script::new().shows("return (('x'):rep(300)):find(('x?'):rep(201))"), ":1: pattern too complex");
}

/// §5.6 lzio: the end of a stream is remembered: a reader that has said nil is not asked again.
#[test]
fn a_reader_is_not_asked_after_its_end() {
    check_scripts(&[
        ("local n = 0 local f = load(function() n = n + 1 end) return n, type(f)", "1 function"),
        ("local n = 0 load(function() n = n + 1 return n == 1 and 'return 1' or nil end) return n", "2"),
        ("local n = 0 load(function() n = n + 1 return n == 1 and 'x = ' or nil end) return n", "2"),
    ]);
}

/// §5.6 lobject: chunks from text have an empty id.
///
/// §10.11 Error texts: those of chunks from text begin with ":N: ".
#[test]
fn chunks_from_text_have_no_name() {
    let script = Script::new();
    assert_eq!(script.shows("\n\nerror('here')"), ":3: here");
    assert_eq!(script.shows("return loadstring('x = = 1')"), "nil :1: unexpected symbol near '='");
    assert_eq!(script.shows("return loadstring('x = = 1', 'name')"), "nil :1: unexpected symbol near '='");
    assert_eq!(script.shows("return loadstring('x = = 1', '=name')"), "nil name:1: unexpected symbol near '='");
    assert_eq!(script.shows("return loadstring('x = = 1', '@name')"), "nil name:1: unexpected symbol near '='");
    assert_eq!(Host::new().run("\nerror('here')"), [run_error(":2: here")]);
}

/// §10.11 Error texts: those of chunks from files begin with the path.
#[test]
fn chunks_from_files_have_their_path() {
    let script = Script::new().file("CHDK/SCRIPTS/bad.lua", "\nerror('here')").file("syntax.lua", "x = = 1");
    assert_eq!(script.shows("return loadfile('A/syntax.lua')"), "nil A/syntax.lua:1: unexpected symbol near '='");
    assert_eq!(script.shows("dofile('A/CHDK/SCRIPTS/bad.lua')"), "A/CHDK/SCRIPTS/bad.lua:2: here");
}
