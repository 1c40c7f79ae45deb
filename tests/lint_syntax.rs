//! What is said of texts that the camera will not compile, or reads otherwise than they look.

use std::fmt::Write;

use moonshutter::lint::{Options, Source, SourceId, Start, read};

/// Everything that is said of a text.
fn report(text: &[u8], start: Start) -> String {
    let source = Source::new("script.lua", text);
    let parsed = read(SourceId(0), &source, &Options { start, ..Options::default() });
    let mut out = String::new();
    for finding in &parsed.findings {
        let (from, to) = (source.position(finding.span.start), source.position(finding.span.end));
        let shown = String::from_utf8_lossy(source.text(finding.span)).into_owned();
        let shown = if shown.len() > 60 { format!("{} bytes", shown.len()) } else { format!("{shown:?}") };
        let place = format!("{}:{}-{}:{}", from.line, from.column, to.line, to.column);
        let _ = writeln!(out, "{} {} at {place} {shown}", finding.severity, finding.rule);
        let _ = writeln!(out, "  {}", finding.message);
        for label in &finding.labels {
            let at = source.position(label.span.start);
            let _ = writeln!(out, "  - {}:{} {}", at.line, at.column, label.message);
        }
        for help in &finding.help {
            let _ = writeln!(out, "  = {help}");
        }
    }
    out
}

fn reports(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        let _ = writeln!(out, "{}\n{}", text.escape_debug(), report(text.as_bytes(), Start::Menu));
    }
    out
}

#[test]
fn numbers() {
    insta::assert_snapshot!(reports(&[
        "x = 0.5",
        "x = 1.0",
        "x = 2.5e3",
        "x = .125",
        "x = 1e3",
        "x = 1e10",
        "x = 3.14159",
        "x = 1..2",
        "x = 0b101",
        "x = 10LL",
        "x = 0x1p4",
        "x = 0x",
        "x = 12ab",
        "sleep(0.5) sleep(1.5)\nsleep(2.5)",
    ]));
}

#[test]
fn strings_and_comments() {
    insta::assert_snapshot!(reports(&[
        "x = 'a\ny = 2",
        "x = 1\ny = \"",
        "x = [[a",
        "--[==[ a",
        "x = '\\300'",
        "x = [=a",
        "x = '\\x41\\z \\u{41}'",
    ]));
}

#[test]
fn later_syntax() {
    insta::assert_snapshot!(reports(&[
        "goto done\n::done::",
        "while true do if a then continue end b() end",
        "x = a // 2",
        "// a comment that isn't\nx = 1",
        "/* a comment */",
        "x = a & b | c ~ ~d",
        "x = a << 2 >> 1",
        "x += 1 y -= 2",
        "x ..= 'a'",
        "i++",
        "if a != b then end",
        "if a && !b || c then end",
        "x = a ? b : c",
        "x = 1;;",
        "if a then ; end",
        "local x <const> = 1",
        "x = `a`",
    ]));
}

#[test]
fn encodings() {
    let mut out = reports(&[
        "\u{feff}x = 1",
        "#!/usr/bin/lua isn't here\nx = 1",
        "print(“hello”)",
        "x\u{a0}= 1",
        "größe = 1",
        "x = 1\u{1a}",
        "@title A\n@param a B\nx = 1",
        "#a=5 \"B\"\nx = 1",
        "\nx = 1\n#a=5 \"B\"\n",
        "\u{1b}Lua and so on",
    ]);
    for (text, start) in [
        (b"\xff\xfex\0=\x001\0".as_slice(), Start::Menu),
        (b"x\0=\x001\0", Start::Menu),
        (b"x = '\xe4' -- \xe4\ny = 0.5", Start::Menu),
        (b"x = 1\0y = ", Start::Ptp),
        (b"x = 1\0\n\0", Start::Ptp),
        (b"\x1bLua\x51\0\x01\x04\x04\x04\x04\x01", Start::Menu),
        (b"\x1bLua\x51\0\x01\x04\x04\x04\x04\x01", Start::Ptp),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01", Start::Menu),
    ] {
        let _ = writeln!(out, "{} {start:?}\n{}", text.escape_ascii(), report(text, start));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn statements() {
    insta::assert_snapshot!(reports(&[
        "sleep 100",
        "print 'a' b",
        "x",
        "x == 1",
        "if x = 1 then end",
        "while x = 1 do end",
        "if x then\n  f()\n",
        "function f()\n  while a do\n    b()\nend\n",
        "if x then f() end end",
        "f(a, b\ng()",
        "x = (1 + 2",
        "x = {1, 2\ny = 3",
        "x = 1)",
        "t.end = 1",
        "local function = 1",
        "x = + 1",
        "x = 1 +\n\nend",
        "x = ",
        "return 1\nf()",
        "while a do break f() end",
        "for i = 1 do end",
        "for i do end",
        "break",
        "if a then break end",
        "function f() return ... end",
        "(a) = 1",
        "f() = 1",
        "a:b",
        "x = f\n(g or h)()",
        "f(function() g() end",
        "else x() end",
        "'a'",
        "repeat f() end",
        "local x.y = 1",
        "if a the f() end",
        "x = a b c\ny = b",
        "function f(a b) end",
        "a = function(x) => x end",
        "try { a() }",
    ]));
}

#[test]
fn several_errors() {
    insta::assert_snapshot!(reports(&["x = 0.5\ny != 1\nz = = 2\n", "x = = 2\ny = 0.5", "x = 'a\ny = (\nz = 0.5",]));
}

#[test]
fn limits() {
    let numbered = |piece: &str, count: usize| {
        (0..count).map(|number| piece.replace('#', &number.to_string())).collect::<String>()
    };
    let texts = [
        numbered("local a# = 1\n", 201),
        format!("\nfunction f()\n{}end", numbered("  local a#\n", 201)),
        format!("{}function f() return {}1 end", numbered("local a# ", 61), numbered("a# + ", 61)),
        format!("x = {}1{}", "(".repeat(300), ")".repeat(300)),
        format!("x = {}", "(".repeat(300)),
        format!("f({}1)", "1, ".repeat(260)),
        format!("x = {}1", "1 + ".repeat(30_000)),
        format!("--{}", "x".repeat(3 << 20)),
        " ".repeat(17 << 20),
    ];
    let reports = texts.iter().map(|text| report(text.as_bytes(), Start::Menu)).collect::<Vec<_>>();
    insta::assert_snapshot!(reports.join("\n"));
}

#[test]
fn ubasic() {
    insta::assert_snapshot!(reports(&[
        "rem Interval\n@title Interval\n@param a Shots\n@default a 3\n\nsleep 2500\nfor n=1 to a\n  shoot\n  sleep 1000\nnext n\nend\n",
        "print \"start\"\n:loop\n  shoot\n  goto \"loop\"\n",
    ]));
}

#[test]
fn what_the_camera_takes_is_not_spoken_of() {
    let text = "--[[\n@title A\n#a=5 \"B\"\n]]\nlocal x = a -- \u{e4}\r\nx = 'a\\\r\nb'\r\x0b\x0cgoto = continue\n";
    assert_eq!(report(text.as_bytes(), Start::Menu), "");
    assert_eq!(report(b"x = 1\0\n\0", Start::Ptp), "");
}
