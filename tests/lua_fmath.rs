//! `fmath`: numbers with fractions, as userdata (lib/lua/lfmathlib.c; the rows of camera-api.tsv).

mod lua_camera;

#[path = "lua_camera/host.rs"]
mod host;

use host::{Host, boolean};
use lua_camera::{Script, check};
use moonshutter::sim::Config;

/// §5.2 fmath.new: num/den, den being 1 if it is left out; also as a method.
#[test]
fn new_makes_a_quotient() {
    check(&[
        ("fmath.tostr(fmath.new(1, 3))", "0.333333"),
        ("fmath.tostr(fmath.new(7))", "7.000000"),
        ("fmath.tostr(fmath.new('12', 5))", "2.400000"),
        ("fmath.new(1, 2):new():tostr()", "0.500000"),
        ("type(fmath.new(1))", "userdata"),
    ]);
}

/// §5.2 fmath.new: a denominator of 0 raises "divide by 0".
#[test]
fn new_does_not_divide_by_zero() {
    check(&[("fmath.new(1, 0)", ":1: divide by 0"), ("fmath.new(0, 0)", ":1: divide by 0")]);
}

/// §5.2 fmath.tostr: decimal text with 6 digits, or 0 to 9 of them.
#[test]
fn tostr_writes_decimals() {
    check(&[
        ("fmath.pi:tostr(), fmath.pi:tostr(2), fmath.pi:tostr(0), fmath.pi:tostr(9)", "3.141593 3.14 3 3.141592654"),
        ("fmath.tostr(-5, 1)", "-5.0"),
        ("fmath.new(-1, 3):tostr(3)", "-0.333"),
    ]);
}

/// §5.2 fmath.tostr: more or fewer digits are clamped.
#[test]
fn tostr_clamps_the_digits() {
    check(&[("fmath.pi:tostr(10), fmath.pi:tostr(2147483647), fmath.pi:tostr(-1)", "3.141592654 3.141592654 3")]);
}

/// §5.2 library: fmath.log, log2, log10, sqrt.
#[test]
fn logarithms_and_roots() {
    check(&[
        ("fmath.tostr(fmath.new(100):log10())", "2.000000"),
        ("fmath.tostr(fmath.log2(1024))", "10.000000"),
        ("fmath.tostr(fmath.log(fmath.new(2)))", "0.693147"),
        ("fmath.tostr(fmath.sqrt(2), 9)", "1.414213562"),
    ]);
}

/// §5.2 library: fmath.int, ceil, floor and round give integers; round is half away from zero.
#[test]
fn rounding_gives_integers() {
    check(&[
        ("fmath.new(5, 2):int(), fmath.new(-5, 2):int()", "2 -2"),
        ("fmath.new(5, 2):ceil(), fmath.new(-5, 2):ceil()", "3 -2"),
        ("fmath.new(5, 2):floor(), fmath.new(-5, 2):floor()", "2 -3"),
        ("fmath.new(5, 2):round(), fmath.new(-5, 2):round(), fmath.new(7, 3):round()", "3 -3 2"),
        ("type(fmath.int(1))", "number"),
    ]);
}

/// §5.2 fmath.int and its like: what no integer can hold.
///
/// Decided: it saturates, and what is no number is 0, as the conversions of an ARM do.
#[test]
fn integers_saturate() {
    check(&[(
        "(fmath.new(2147483647) * 4):int(), (fmath.new(-2147483647) * 4):floor(), fmath.sqrt(-1):round()",
        "2147483647 -2147483648 0",
    )]);
}

/// §5.2 library: fmath.deg and rad.
#[test]
fn degrees_and_radians() {
    check(&[("fmath.pi:deg():tostr(), fmath.rad(180):tostr()", "180.000000 3.141593")]);
}

/// §5.2 library: fmath.sin, cos, tan in radians.
#[test]
fn sines() {
    check(&[(
        "fmath.sin(fmath.pi_2):tostr(), fmath.cos(0):tostr(), fmath.tan(fmath.pi / 4):tostr(), fmath.sin(1):tostr()",
        "1.000000 1.000000 1.000000 0.841471",
    )]);
}

/// §5.2 library: fmath.asin, acos, atan.
#[test]
fn arc_sines() {
    check(&[("fmath.asin(1):tostr(), fmath.acos(-1):tostr(), fmath.atan(1):tostr()", "1.570796 3.141593 0.785398")]);
}

/// §5.2 fmath.pol: x, y to r, theta.
#[test]
fn rectangular_to_polar() {
    check(&[
        ("(function(r, a) return r:tostr(), a:tostr(), fmath.pol(0, 2) end)(fmath.pol(3, 4)):sub(1, 8)", "5.000000"),
        (
            "(select(2, fmath.pol(3, 4))):tostr(), (fmath.pol(3, 4)):tostr(), select(\"#\", fmath.pol(1, 1))",
            "0.927295 5.000000 2",
        ),
    ]);
}

/// §5.2 fmath.rec: r, theta to x, y.
#[test]
fn polar_to_rectangular() {
    check(&[(
        "(fmath.rec(2, fmath.pi_2)):int(), (select(2, fmath.rec(2, fmath.pi_2))):tostr(), select(\"#\", fmath.rec(1, 1))",
        "0 2.000000 2",
    )]);
}

/// §5.2 library: fmath.pi, pi2 and pi_2 are π, 2π and π/2.
#[test]
fn constants() {
    check(&[("fmath.pi:tostr(9), fmath.pi2:tostr(9), fmath.pi_2:tostr(9)", "3.141592654 6.283185307 1.570796327")]);
}

/// §5.2 fmath metamethods: + - * / ^ % and unary minus, with integers on either side.
#[test]
fn arithmetic_mixes_with_integers() {
    check(&[
        (
            "(fmath.new(1, 2) + 1):tostr(1), (1 + fmath.new(1, 2)):tostr(1), (fmath.new(1, 2) + fmath.new(1, 4)):tostr(2)",
            "1.5 1.5 0.75",
        ),
        ("(fmath.new(1, 2) - 1):tostr(1), (1 - fmath.new(1, 4)):tostr(2)", "-0.5 0.75"),
        ("(fmath.new(1, 2) * 3):tostr(1), (3 * fmath.new(1, 2)):tostr(1)", "1.5 1.5"),
        ("(fmath.new(1) / 4):tostr(2), (1 / fmath.new(4)):tostr(2)", "0.25 0.25"),
        ("(fmath.new(2) ^ fmath.new(1, 2)):tostr(), (2 ^ fmath.new(-1)):tostr()", "1.414214 0.500000"),
        ("(fmath.new(7, 2) % 2):tostr(1), (-fmath.new(7, 2)):tostr(1)", "1.5 -3.5"),
    ]);
}

/// §5.2 fmath metamethods: the remainder of negative numbers.
///
/// Decided: it has the sign of the dividend, as that of integers has.
#[test]
fn the_remainder_has_the_dividends_sign() {
    check(&[("(fmath.new(-7, 2) % 2):tostr(1), (fmath.new(7, 2) % -2):tostr(1)", "-1.5 1.5")]);
}

/// §5.2 fmath metamethods: division by zero.
///
/// Decided: only `new` is known to raise; the operator gives what IEEE says.
#[test]
fn the_operator_divides_by_zero() {
    check(&[("(fmath.new(1) / 0):tostr(), (-fmath.new(1) / 0):tostr()", "inf -inf")]);
}

/// §5.2 fmath metamethods: == < <= between two of them.
#[test]
fn comparisons_of_two() {
    check(&[
        (
            "fmath.new(1, 2) == fmath.new(2, 4), fmath.new(1) < fmath.new(2), fmath.new(2) <= fmath.new(2), fmath.new(2) > fmath.new(3)",
            "true true true false",
        ),
        ("fmath.new(1) ~= fmath.new(1)", "false"),
    ]);
}

/// §5.2 fmath metamethods: comparison wants them on both sides, else "attempt to compare ... with ...".
#[test]
fn comparisons_with_integers_raise() {
    check(&[
        ("fmath.new(1) < 2", ":1: attempt to compare userdata with number"),
        ("1 <= fmath.new(2)", ":1: attempt to compare number with userdata"),
        ("fmath.new(1) == 1", "false"),
    ]);
}

/// §5.2 fmath metamethods: these are all of them.
///
/// Decided: no __tostring and no __concat, as the rows name none; tostr makes text.
#[test]
fn there_is_no_text_without_tostr() {
    check(&[(
        "tostring(fmath.pi):match('^userdata: ') ~= nil, pcall(function() return fmath.pi .. '' end)",
        "true false :1: attempt to concatenate field 'pi' (a userdata value)",
    )]);
}

/// §5.2 fmath: what is neither an fmath nor a number raises.
#[test]
fn other_values_raise() {
    check(&[
        ("fmath.sin('x')", ":1: bad argument #1 to 'sin' (number expected, got string)"),
        ("fmath.sin(newproxy())", ":1: bad argument #1 to 'sin' (fmath expected, got userdata)"),
        ("fmath.sin()", ":1: bad argument #1 to 'sin' (number expected, got no value)"),
        ("fmath.new(1) + {}", ":1: bad argument #2 to '?' (number expected, got table)"),
    ]);
}

/// §5.2 fmath: every function is also a method.
#[test]
fn functions_are_methods() {
    let source = "for name, f in pairs(fmath) do if type(f) == 'function' and fmath.pi[name] ~= f then return name end end \
                  return 'all'";
    assert_eq!(Script::new().shows(source), "all");
}

/// §5.2 fmath: it exists since 2021-04-30, in 1.6; an older build does not have it.
#[test]
fn older_builds_do_not_have_it() {
    let mut script = Script::new();
    script.options.fmath = false;
    assert_eq!(script.shows("return type(fmath)"), "nil");
    let source = "return type(fmath) == 'table' and fmath.new(3, 2):round() == 2";
    assert_eq!(Host::new().run(source), [boolean(true)]);
    let old =
        Host::with(Config { profile: moonshutter::sim::Profile::default().with_protocol(2, 8), ..Config::default() });
    assert_eq!(old.run("return fmath == nil"), [boolean(true)]);
}

/// §5.2 fmath: all 24 names of the list are there, and no other.
#[test]
fn the_names_are_those_of_the_api() {
    let mut names: Vec<_> = moonshutter::api::entries().filter_map(|entry| entry.name.strip_prefix("fmath.")).collect();
    names.sort();
    let source = "local k = {} for n in pairs(fmath) do k[#k + 1] = n end table.sort(k) return table.concat(k, ' ')";
    assert_eq!(Script::new().shows(source), names.join(" "));
}
