//! Any bytes get a report: no panic, no overflow of the stack, no time that grows faster than the text.
//!
//! Each test runs on the stack that `cargo test` gives it, in whatever build.

use moonshutter::lint::{Options, Severity, Source, SourceId, Start, read};

fn errors(text: &[u8]) -> Vec<&'static str> {
    let options = Options { start: Start::Ptp, ..Options::default() };
    let parsed = read(SourceId(0), &Source::new("script.lua", text), &options);
    assert!(parsed.findings.len() <= 120, "{} findings", parsed.findings.len());
    assert!(!parsed.tree.functions.is_empty(), "there is no chunk");
    let errors = parsed.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.rule).collect()
}

/// What can stand inside of itself: before, in the middle, behind, and how deep it may be, at least and at most.
const NESTED: &[(&str, &str, &str, usize, usize)] = &[
    ("x = ", "(", ")", 195, 200),
    ("x = ", "{", "}", 195, 200),
    ("x = ", "{a={", "}}", 97, 100),
    ("x = ", "{[", "]=1}", 97, 200),
    ("", "f(", ")", 195, 200),
    ("", "f{", "}", 80, 200),
    ("x = ", "a[", "]", 195, 200),
    ("x = ", "a.b:c(", ")", 80, 200),
    ("x = ", "not ", "", 195, 200),
    ("x = ", "- ", "", 195, 200),
    ("x = ", "#", "", 195, 200),
    ("x = ", "a^", "", 190, 200),
    ("x = ", "a..", "", 190, 200),
    ("x = ", "a..(", ")", 97, 200),
    ("x = ", "a+(", ")", 97, 200),
    ("x = ", "(a+-", ")", 64, 200),
    ("x = ", "a or b and c < d .. e + f * g ^ (", ")", 20, 200),
    ("", "do ", " end", 195, 200),
    ("", "if a then ", " end", 195, 200),
    ("", "if a then else ", " end", 195, 200),
    ("", "if a then elseif b then ", " end", 195, 200),
    ("", "while a do ", " end", 195, 200),
    ("", "repeat ", " until a", 195, 200),
    ("", "for i = 1, 2 do ", " end", 40, 200),
    ("", "for i in a do ", " end", 40, 200),
    ("", "function f() ", " end", 195, 200),
    ("", "local function f() ", " end", 195, 200),
    ("", "function a.b:c() ", " end", 195, 200),
    ("x = ", "function() return ", " end", 97, 200),
    ("", "pcall(function() ", " end)", 90, 100),
    ("", "x = {f = function() ", " end}", 60, 100),
    ("", "return function(...) do ", " end end", 60, 100),
    ("", "x = {(function() repeat if a then ", " end until a end)()}", 25, 60),
];

#[test]
fn what_nests_too_deep_is_an_error_and_nothing_else_is() {
    for (before, open, close, least, most) in NESTED {
        let middle = if before.is_empty() && !open.ends_with('(') || open.ends_with('{') { "" } else { "1" };
        let nested = |depth: usize| format!("{before}{}{middle}{}", open.repeat(depth), close.repeat(depth));
        for depth in [1, *least] {
            assert_eq!(errors(nested(depth).as_bytes()), Vec::<&str>::new(), "{depth} times {open} {close}");
        }
        for depth in [*most + 1, 1000, 20_000] {
            assert!(!errors(nested(depth).as_bytes()).is_empty(), "{depth} times {open} {close}");
            // And without an end
            assert!(!errors(format!("{before}{}", open.repeat(depth)).as_bytes()).is_empty(), "{depth} times {open}");
        }
    }
}

#[test]
fn long_chains_are_no_nesting() {
    let left = ["+", "-", "*", "/", "%", " and ", " or ", " == ", " < "];
    for operator in left {
        let chain = |count: usize| format!("x = {}a", format!("a{operator}").repeat(count));
        assert_eq!(errors(chain(19_000).as_bytes()), Vec::<&str>::new(), "{operator}");
        assert_eq!(errors(chain(100_000).as_bytes()), Vec::<&str>::new(), "{operator}");
    }
    for piece in [".b", "[1]", "()", ":b()", "'c'", "{}"] {
        let text = format!("x = a{}", piece.repeat(50_000));
        assert_eq!(errors(text.as_bytes()), Vec::<&str>::new(), "{piece}");
    }
    for piece in ["x = 1 ", "f() ", "local function g() end do end ", "if a then b() end "] {
        assert_eq!(errors(piece.repeat(190).as_bytes()), Vec::<&str>::new(), "{piece}");
        errors(piece.repeat(20_000).as_bytes());
    }
}

/// Bytes of the long texts. Without optimization the tests' time is that of the lexer.
const LONG: usize = if cfg!(debug_assertions) { 1 << 20 } else { 5 << 20 };

#[test]
fn megabytes_of_one_byte_end() {
    // One of each kind that the lexer knows.
    for byte in b"a0.-({[]'\"=~;:+#,!$ \n\r\0\x01\xe4" {
        errors(&vec![*byte; LONG]);
    }
}

#[test]
fn long_texts_of_one_piece_end() {
    let pieces = [
        "x=",
        "a ",
        "return ",
        "break ",
        "f() return ",
        "local a ",
        "local a,",
        "a,",
        "1,",
        "a.",
        "a:",
        "a:b",
        "a(b)(c)",
        "a\n(b)",
        "{1,",
        "{",
        "x={}",
        "x={1,2;3}",
        "end ",
        "else ",
        "elseif a then ",
        "until a ",
        "if a then elseif a then ",
        "a or ",
        "a..",
        "not ",
        "function ",
        "function(",
        "function() ",
        "for i=1,2 do ",
        "goto a ",
        "continue ",
        "::a::",
        "//",
        "/*",
        "x+=1 ",
        ";;",
        "!=",
        "& ",
        "'a",
        "'a'",
        "'\\",
        "\"\\300\"",
        "[[",
        "[=[",
        "[=",
        "--[[",
        "--\n",
        "]]",
        "0.5 ",
        "0x",
        "1..",
        "1e",
        "if a then break end ",
        "while a do break end ",
        "f(function()end)",
        "f(a,function()",
        "x=function()",
        "@a\n",
        "#a\n",
        "'\\x'",
        "\u{e4}a",
        "a\0",
        "sleep 1\n",
        "x=a?b:c ",
        "(a)=1 ",
        "(",
        "f(",
        "a[",
        "a=b\n",
        "x=-",
        "x=#",
        "x='\\\r\n'",
        "return f(a,",
        "do return end ",
        "x={a=function()end,b=1}",
        "goto ",
        "<",
        "<<",
        "~",
        "\r",
        "\n\r",
    ];
    for piece in pieces {
        errors(piece.repeat(LONG / 16 / piece.len()).as_bytes());
    }
}
