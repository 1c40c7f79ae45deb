//! Strings and the string library: literals with all escapes, patterns good and bad, formats.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{int, list, pick, shape, string_atom, value};

/// Letters, digits that never make a number out of 32 bits, and what patterns and quotes make special. No `e`, `i`, `n`,
/// `p`, `x` or `.` beside a digit: stock Lua would read fractions, infinities and hexadecimal fractions.
pub fn literal() -> BoxedStrategy<String> {
    let part = pick(&[
        "a", "b", "cc", "Z", " ", "_", "-", "%%", "(", ")", "[", "]", "^", "*", "+", "?", "=", ",", "1", "2", "\\n",
        "\\t", "\\0", "\\\\", "\\\"", "\\'", "\\065", "\\200", "\\9b", "\\a", "\\r", "\\q", "\\\n",
    ]);
    let long = pick(&["a]b", "", "\nx = 1\n\n", "\\n", "]=", "[[", "--"]);
    prop_oneof![
        4 => vec(part.clone(), 0..8).prop_map(|parts| format!("\"{}\"", parts.concat())),
        1 => vec(part, 0..8).prop_map(|parts| format!("'{}'", parts.concat())),
        1 => long.prop_map(|text| format!("[==[{text}]==]")),
    ]
    .prop_map(|text| format!("({text})"))
    .boxed()
}

/// Four items at most: matching takes as many nested loops as there are repetitions.
pub fn pattern() -> BoxedStrategy<String> {
    let single = || {
        pick(&[
            "a", "b", ".", "%a", "%d", "%s", "%w", "%p", "%l", "%u", "%A", "%S", "%W", "%c", "%x", "%z", "%%", "%(",
            "[abc]", "[^a]", "[a-c%d]", "[%w_]", "[]]", "[^]%s]", "[a-]", "=", " ",
        ])
    };
    let repeated = (single(), pick(&["", "", "*", "+", "-", "?"])).prop_map(|(s, r)| s + &r);
    let item = prop_oneof![
        6 => repeated.clone().boxed(),
        3 => repeated.prop_map(|item| format!("({item})")),
        1 => pick(&["()", "%b()", "%bab", "%f[%a]", "%f[^%w]", "(a(b*)c)", "(%a)%1", "((.))"]),
        1 => pick(&["(", ")", "[", "%", "%1", "%f", "%b", "%9", "[a", "[%", "(()", "^", "$", "*"]),
    ];
    (pick(&["", "", "^"]), vec(item, 0..4), pick(&["", "", "$"]))
        .prop_map(|(start, items, end)| format!("\"{start}{}{end}\"", items.concat()))
        .boxed()
}

pub fn replacement() -> BoxedStrategy<String> {
    prop_oneof![
        3 => pick(&["''", "'<%0>'", "'%1'", "'%2%1'", "'%%'", "'x'", "'[%1|%0]'", "'%'", "'%9'", "'%a'"]),
        2 => pick(&["{}", "{ a = 'A', b = false, [' '] = 7 }", "{ a = {} }", "{ [1] = 'one' }"]),
        1 => Just("setmetatable({}, { __index = function(_, k) return '<' .. tostring(k) .. '>' end })".to_owned()),
        2 => pick(&[
            "function() end", "function(...) return select('#', ...) end", "function(x, y) return y end",
            "function(x) return x end", "function() return {} end", "function() error('stop') end",
            "string.upper", "function(x) return false end",
        ]),
        1 => pick(&["nil", "true", "12"]),
    ]
    .boxed()
}

fn format_call() -> BoxedStrategy<String> {
    let argument = || prop_oneof![3 => int(1), 3 => string_atom(), 1 => value(0)].boxed();
    let flags = || pick(&["", "", "5", "-5", "05", "+", " ", ".3", "8.3", "-8.3", "+08"]);
    // Signed, characters and strings take any integer; the unsigned ones none below zero.
    let signed = (flags(), pick(&["d", "i", "c"])).prop_map(|(flags, kind)| format!("%{flags}{kind}"));
    let text = pick(&["%s", "%5s", "%-5s|", "%.2s", "%5.3s", "%-6.1s|", "%q", "%%", "plain "]);
    let wrong = pick(&["%", "%y", "%123d", "%.123d", "%-+ #00d", "%-+ #000d", "%5", "%l"]);
    let spec = prop_oneof![4 => signed.boxed(), 5 => text, 1 => wrong];
    let unsigned = shape(
        "string.format('%#$|%$', math.abs($), math.abs($))",
        vec![pick(&["x", "X", "o", "05x", "-6X"]), pick(&["x", "u", "8u", ".4o"]), int(2), int(2)],
    );
    prop_oneof![
        5 => (vec(spec, 0..5), list(argument(), 1..5)).prop_map(|(specs, args)| {
            format!("string.format('{}', {args})", specs.concat())
        }),
        1 => unsigned,
    ]
    .boxed()
}

/// Statements about strings.
pub fn any() -> BoxedStrategy<String> {
    let index = || (-12..13).prop_map(|n: i32| n.to_string()).boxed();
    let subject = string_atom;
    prop_oneof![
        3 => shape("emit(($):find($))", vec![subject(), pattern()]),
        1 => shape("emit(($):find($, $, true))", vec![subject(), subject(), index()]),
        2 => shape("emit(($):find($, $))", vec![subject(), pattern(), index()]),
        2 => shape("emit(($):match($, $))", vec![subject(), pattern(), index()]),
        3 => shape("emit(($):gsub($, $))", vec![subject(), pattern(), replacement()]),
        1 => shape("emit(($):gsub($, $, $))", vec![subject(), pattern(), replacement(), index()]),
        2 => shape("for x, y in ($):gmatch($) do emit(x, y) end", vec![subject(), pattern()]),
        4 => shape("emit($)", vec![format_call()]),
        1 => shape("emit(loadstring('return ' .. string.format('%q', $))() == $)", vec![subject(), subject()]),
        1 => shape("emit(($):byte($, $))", vec![subject(), index(), index()]),
        1 => shape("emit(($):sub($, $))", vec![subject(), index(), index()]),
        1 => shape("emit(string.char($))", vec![list(index(), 0..4)]),
        1 => shape("emit(string.$($, $))", vec![
            pick(&["len", "rep", "reverse", "upper", "lower", "sub", "byte", "char", "find", "match", "gmatch", "gsub"]),
            value(0), value(0),
        ]),
        1 => shape("emit(tonumber($), tostring($):match('^%w+'))", vec![
            pick(&["'10'", "' -7 '", "'+5'", "''", "' '", "'0x10'", "'1 2'", "'abc'", "'12a'", "nil", "{}", "'08'"]),
            value(0),
        ]),
        1 => shape("emit(tonumber($, $))", vec![
            pick(&["'10'", "'zz'", "'7f'", "' 11 '", "''", "'8'", "12", "{}", "nil"]),
            pick(&["2", "8", "10", "16", "36", "1", "37", "nil"]),
        ]),
    ]
    .boxed()
}
