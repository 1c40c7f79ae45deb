//! The typing aids of the prompt, held against the compilers of both languages and against any text at all.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use moonshutter::repl::complete::complete;
use moonshutter::repl::highlight::{brackets, highlight, painted};
use moonshutter::repl::hint::hint;
use moonshutter::repl::incomplete::{Verdict, expressions, statements};
use moonshutter::repl::lex::lex;
use moonshutter::repl::line::Language;
use moonshutter::repl::typing::wants_more;
use moonshutter::repl::world::{Argument, Command, Flag, FolderEntry, Key, Kind, Member, World};
use moonshutter::sim::vm::{self, CompileError};
use proptest::prelude::*;

/// What the compiler of the host says.
fn host_says(lua: &mlua::Lua, code: &str) -> Verdict {
    match lua.load(code).set_mode(mlua::chunk::ChunkMode::Text).into_function() {
        Ok(_) => Verdict::Whole,
        Err(mlua::Error::SyntaxError { incomplete_input: true, .. }) => Verdict::Incomplete,
        Err(_) => Verdict::Wrong,
    }
}

/// What the compiler of the camera says.
fn camera_says(code: &str) -> Verdict {
    match vm::compile(code.as_bytes(), 0, 1 << 24, Duration::from_secs(10)) {
        Ok(()) => Verdict::Whole,
        Err(CompileError::Refused(message)) => {
            let message = String::from_utf8_lossy(&message).into_owned();
            // To Lua 5.1 this is an error at the token behind it, and so at the end of the text where there is none.
            if message.ends_with("'<eof>'") && !message.contains("no loop to break") {
                Verdict::Incomplete
            } else {
                Verdict::Wrong
            }
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// A jump of the chunk's own that leads nowhere is no matter of grammar: the compiler refuses it when all else is right.
fn same(ours: Verdict, theirs: Verdict, what: impl Fn() -> String) {
    if (ours, theirs) != (Verdict::Whole, Verdict::Wrong) || !["goto", "break"].iter().any(|jump| what().contains(jump))
    {
        assert_eq!(ours, theirs, "{}", what());
    }
}

fn compare(lua: &mlua::Lua, code: &str) {
    let line = format!("{code}\n");
    same(statements(code, Language::Host), host_says(lua, &line), || format!("host: {code}"));
    same(statements(code, Language::Camera), camera_says(&line), || format!("camera: {code}"));
    let returned = format!("return {code}\n");
    same(expressions(code, Language::Host), host_says(lua, &returned), || format!("host: return {code}"));
    same(expressions(code, Language::Camera), camera_says(&returned), || format!("camera: return {code}"));
}

const TOKENS: &[&str] = &[
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
    "a",
    "b",
    "a",
    "b",
    "1",
    "0x1F",
    "0.5",
    "1e",
    "'s'",
    "\"s\\\"\"",
    "[[l]]",
    "[==[l]]",
    "'open",
    "'\\q'",
    "'\\300'",
    "'\\x4g'",
    "'\\z \n '",
    "--c\n",
    "--[[c]]",
    "--[=[c",
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
    "\n",
    "(",
    ")",
    "=",
    "end",
    "::",
    "goto",
    "[=",
    "~",
    "@",
    "\\",
];

/// Pieces of grammar, so that soup gets deep.
const PIECES: &[&str] = &[
    "local a = ",
    "a = ",
    "a.b, b[1] = ",
    "f(",
    "f{",
    "a:m(",
    ")",
    "}",
    "]",
    "function f(...)",
    "function(a, b)",
    "end",
    "if a then",
    "elseif b then",
    "else",
    "while a do",
    "do",
    "for i = 1, 2 do",
    "for k, v in f() do",
    "repeat",
    "until a",
    "return",
    "return a",
    "break",
    "local function g()",
    "1",
    "'s'",
    "...",
    "a",
    "{",
    "x = 1,",
    "[1] =",
    ",",
    ";",
    "..",
    "+ ",
    "not",
    "-",
    "#",
    "(",
    "::l::",
    "::m::",
    "goto l",
    "goto m",
    "\n(",
    "f()",
    "a.b:c'x'",
    "nil",
];

fn soup(words: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 0..most).prop_map(|words| words.join(" "))
}

/// What people wrote.
static SCRIPTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let files = ["tests/lint/clean", "examples"].iter().flat_map(|folder| std::fs::read_dir(folder).expect(folder));
    files.filter_map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).ok()).collect()
});

/// The beginning of a script with a slip in it.
fn slip() -> impl Strategy<Value = String> {
    (0..SCRIPTS.len(), 0..200usize, 0..20usize, prop::sample::select(TOKENS)).prop_map(|(script, most, back, slip)| {
        let text = &SCRIPTS[script];
        let tokens = lex(text, Language::Camera);
        let cut = tokens.len().min(most);
        let Some(wrong) = cut.checked_sub(1 + back).map(|wrong| tokens[wrong]) else { return slip.to_owned() };
        format!("{} {slip} {}", &text[..wrong.start], &text[wrong.end..tokens[cut - 1].end])
    })
}

proptest! {
    #[test]
    fn incomplete_is_what_the_compilers_call_incomplete(code in prop_oneof![soup(TOKENS, 16), soup(PIECES, 24), slip()]) {
        thread_local!(static LUA: mlua::Lua = mlua::Lua::new());
        LUA.with(|lua| compare(lua, &code));
    }
}

/// Every way to cut short what people wrote.
#[test]
fn beginnings_of_real_scripts_are_incomplete_where_the_compilers_say_so() {
    let lua = mlua::Lua::new();
    let mut cuts = 0;
    for text in SCRIPTS.iter() {
        let tokens = lex(text, Language::Host);
        // In the middle of each token and behind it.
        let ends = tokens.iter().flat_map(|token| [token.start + (token.end - token.start) / 2, token.end]);
        for end in ends.filter(|end| text.is_char_boundary(*end)).step_by(7) {
            compare(&lua, &text[..end]);
            cuts += 1;
        }
    }
    assert!(cuts > 500, "{cuts}");
}

/// Nothing but what every prompt has.
struct Bare(Language);

impl World for Bare {
    fn language(&self) -> Language {
        self.0
    }

    fn members(&self, path: &[Key]) -> Option<Vec<Member>> {
        let names = ["con", "a", "f", "two words", "é", "q\"'\\", "end", ""];
        let member = |name: &&str| Member::new(*name, if name.len() > 1 { Kind::Function } else { Kind::Table });
        (path.len() < 3).then(|| names.iter().map(member).collect())
    }

    fn camera_folder(&self, _: &str) -> Option<Vec<FolderEntry>> {
        let names = ["DCIM", "é ü", "it's", "\"q\"", "b\\c", "]]", "\u{1b}[31m"];
        Some(names.iter().map(|name| FolderEntry { name: (*name).into(), is_dir: name.len() == 4 }).collect())
    }

    fn local_folder(&self, _: &Path) -> Option<Vec<FolderEntry>> {
        self.camera_folder("")
    }

    fn commands(&self) -> &[Command] {
        const PATHS: &[Argument] = &[Argument::LocalPath, Argument::CameraPath];
        const FLAGS: &[Flag] = &[Flag { name: "--to", value: Some(Argument::LocalPath), help: "" }];
        const COMMANDS: &[Command] = &[
            Command { name: "put", usage: "FILE [TO]", help: "sends", arguments: PATHS, flags: FLAGS },
            Command { name: "time", usage: "CODE", help: "times", arguments: &[Argument::Line], flags: &[] },
            Command { name: "list", usage: "", help: "lists", arguments: &[], flags: &[] },
            Command {
                name: "connect",
                usage: "CAMERA",
                help: "connects",
                arguments: &[Argument::CameraSpec, Argument::Word(&["a", "b"]), Argument::Name],
                flags: &[],
            },
        ];
        COMMANDS
    }

    fn cameras(&self) -> Vec<String> {
        vec!["sim".into(), "my camera".into()]
    }
}

const TYPED: &[&str] = &[
    ":",
    "!",
    ".",
    "=",
    ":put ",
    ":time ",
    ":connect ",
    ":list",
    "help ",
    "con",
    "con:",
    ":exec(",
    "f(",
    "a.",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "'",
    "\"",
    "\\",
    "[[",
    "]]",
    "[=[",
    "--",
    "--[[",
    "A/",
    "é",
    "ü/",
    " ",
    "\n",
    "\r",
    "--to",
    "--to=",
    "-",
    "local ",
    "x",
    "=",
    ",",
    ";",
    "function ",
    "end ",
    "for ",
    "do ",
    "then ",
    "require",
    "require'",
    "propcase",
    "..",
    "1",
    "0x",
    "press('sh",
    "remote",
    "goto ",
    "::",
    "\u{0}",
    "\u{7f}",
    "🎞",
    "exec",
    "lint",
    "two words",
    "upload(",
    "_",
];

/// Whatever is typed, and wherever the cursor is.
fn nothing_panics(text: &str, places: [prop::sample::Index; 3], language: Language) {
    let world = Bare(language);
    let cursors: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let places = places.iter().map(|place| *place.get(&cursors));
    // Places that are none count as the end.
    let wild = places.clone().map(|cursor| complete(text, cursor + 1, &world).0);
    wild.for_each(|start| assert!(text.is_char_boundary(start), "{text:?}: {start}"));
    for cursor in places.chain([text.len()]) {
        let (start, candidates) = complete(text, cursor, &world);
        assert!(start <= cursor && text.is_char_boundary(start), "{text:?} {cursor}: {start}");
        for candidate in candidates {
            // None but those that were typed.
            let foreign = |text_of: &str| text_of.chars().any(|c| c.is_control() && !text.contains(c));
            assert!(!foreign(&candidate.replacement) && !foreign(&candidate.display), "{text:?}: {candidate:?}");
        }
        hint(text, cursor, 80, &world);
        brackets(text, cursor, &world);
        let pieces = highlight(text, Some(cursor), &world);
        let mut end = 0;
        for piece in &pieces {
            assert!(end <= piece.range.start && piece.range.start < piece.range.end, "{text:?}: {pieces:?}");
            assert!(text.get(piece.range.clone()).is_some(), "{text:?}: {piece:?}");
            end = piece.range.end;
        }
        let painted = painted(text, &pieces);
        if !text.contains('\u{1b}') {
            let mut shown = String::new();
            for (count, part) in painted.split('\u{1b}').enumerate() {
                shown.push_str(if count == 0 { part } else { part.split_once('m').expect("the end of a sequence").1 });
            }
            assert_eq!(shown, text);
        }
    }
    wants_more(text, &world);
}

proptest! {
    #[test]
    fn no_text_and_no_cursor_is_too_much(text in prop_oneof![".{0,40}", soup_of_keys()], places: [prop::sample::Index; 3], camera: bool) {
        nothing_panics(&text, places, if camera { Language::Camera } else { Language::Host });
    }
}

fn soup_of_keys() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(TYPED), 0..14).prop_map(|keys| keys.concat())
}

/// A long text costs no more than its length, whatever nests in it.
#[test]
fn deep_and_long_texts_end() {
    for piece in
        ["f{", "(", "a=", "local a,", "function f(", "a.", "a[", "if a then ", "'", "[[", "\\", "x={a={", ":time "]
    {
        let text = piece.repeat(2_000);
        let world = Bare(Language::Host);
        complete(&text, text.len(), &world);
        hint(&text, text.len(), 80, &world);
        highlight(&text, Some(text.len()), &world);
        wants_more(&text, &world);
    }
}
