//! What the camera's own compiler says, and what that means.

use std::time::Duration;

use crate::sim::vm::{CompileError, compile};

use super::super::finding::Severity;
use super::super::options::Start;
use super::super::scan::{Keyword, Token, TokenKind, camera_line_start};
use super::super::source::Span;
use super::{LIMITS, NOT_CAMERA_LUA, SYNTAX, Text, quoted, shown};

/// Long enough for any text that a camera has room for.
const PATIENCE: Duration = Duration::from_secs(2);

/// In longer texts it is not searched for the very token that it means.
const SEARCHED: usize = 256 << 10;

/// What the compiler says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It compiles.
    Accepted,
    /// It does not, with the camera's message.
    Refused(Vec<u8>),
    /// It took too long or too much memory.
    Undecided,
}

/// Asks the camera's compiler.
pub fn ask(text: &[u8], start: Start) -> Verdict {
    // How many C calls it is inside of: none, `loadfile` in the menu's loader, `require` and its loader.
    let calls = match start {
        Start::Ptp => 0,
        Start::Menu => 1,
        Start::Library => 2,
    };
    let memory = (1 << 20) + 64 * text.len();
    match compile(text, calls, memory, PATIENCE) {
        Ok(()) => Verdict::Accepted,
        Err(CompileError::Refused(message)) => Verdict::Refused(message),
        Err(CompileError::Bytecode | CompileError::Memory | CompileError::Late) => Verdict::Undecided,
    }
}

/// A message, taken apart: `:3: '=' expected near 'x'`.
#[derive(PartialEq, Eq)]
struct Complaint<'a> {
    line: usize,
    what: &'a str,
    near: Option<&'a str>,
}

impl<'a> Complaint<'a> {
    fn read(message: &'a str) -> Option<Self> {
        let (line, what) = message.strip_prefix(':')?.split_once(": ")?;
        let line = line.parse().ok()?;
        // What is near may itself have such words in it, as a string of the script.
        match what.split_once(" near '") {
            Some((what, near)) => Some(Self { line, what, near: Some(near.strip_suffix('\'').unwrap_or(near)) }),
            None => Some(Self { line, what, near: None }),
        }
    }
}

/// Where a complaint belongs.
#[derive(Clone, Copy)]
struct Place {
    span: Span,
    /// Its token; that behind the last one for the end of the text.
    index: Option<usize>,
}

impl Text<'_> {
    /// Adds what the compiler said of `compiled`, which is the source or the repaired text, unless errors that are known
    /// already explain it.
    pub fn add_complaint(&mut self, message: &[u8], compiled: &[u8], start: Start) {
        let message = String::from_utf8_lossy(message);
        let Some(complaint) = Complaint::read(&message) else {
            let all = Span::new(0, self.scan.end);
            self.error(&SYNTAX, all, format!("the camera's compiler says: {message}"));
            return;
        };
        let place = self.locate(&complaint, compiled, start);
        let source = self.source;
        let line = source.line(place.span.start);
        let is_known = self.scan.broken.is_some_and(|broken| broken <= place.span.start)
            || self
                .findings
                .iter()
                .any(|known| known.severity == Severity::Error && source.line(known.span.start) == line);
        if is_known {
            return;
        }
        self.explain(&complaint, place);
        if let Some(finding) = self.findings.last_mut() {
            finding.help.push(format!("The camera's own words: `{}`", shown(message.as_bytes(), 160)).into());
        }
    }

    /// Finds the token that the compiler stopped at.
    fn locate(&self, complaint: &Complaint<'_>, compiled: &[u8], start: Start) -> Place {
        let bytes = &self.source.bytes()[..self.scan.end];
        let first = camera_line_start(bytes, complaint.line);
        let end = camera_line_start(bytes, complaint.line + 1).max(first);
        let tokens = &self.scan.tokens;
        if complaint.near == Some("<eof>") {
            let end = tokens.last().map_or(0, |last| last.span.end as usize);
            return Place { span: Span::new(end, end), index: Some(tokens.len()) };
        }
        // A token that begins in an earlier line may end in this one.
        let from = tokens.partition_point(|token| (token.span.end as usize) <= first);
        let to = tokens.partition_point(|token| (token.span.start as usize) < end).max(from);
        // The compiler stops at the first token that it cannot go on with, so a text that ends with that one stops it, too.
        let stops = |token: &Token| match ask(&compiled[..token.span.end as usize], start) {
            Verdict::Refused(message) => {
                Complaint::read(&String::from_utf8_lossy(&message)).is_some_and(|other| other == *complaint)
            }
            _ => false,
        };
        let searched = bytes.len() <= SEARCHED;
        let mut index =
            from + if searched { tokens[from..to].partition_point(|token| !stops(token)) } else { to - from };
        if index == to {
            let is_near = |token: &Token| complaint.near.is_some_and(|near| near.as_bytes() == self.bytes(token.span));
            index = from + tokens[from..to].iter().position(is_near).unwrap_or(to - from);
        }
        if index < to {
            return Place { span: tokens[index].span, index: Some(index) };
        }
        let line = self.source.line_span(self.source.line(Span::new(first, first).start));
        Place { span: line, index: (from < tokens.len()).then_some(from) }
    }

    fn explain(&mut self, complaint: &Complaint<'_>, place: Place) {
        let Complaint { line: _, what, near: _ } = *complaint;
        let here = self.name_of(place);
        if let Some((_, limit)) = what.split_once(" has more than ") {
            return self.explain_count(what, limit, place);
        }
        match what {
            "chunk has too many syntax levels" => {
                self.error(&LIMITS, place.span, "this is nested too deep for the camera's compiler")
                    .help
                    .push("It takes about 200 levels of blocks, functions, brackets and operators inside each other. Make functions of inner parts, and give names to inner values.".into());
            }
            "function or expression too complex" => {
                self.error(&LIMITS, place.span, "this needs more registers than a function of the camera has")
                    .help
                    .push("A function has 250, for its locals and everything that is computed at one time. Use a table for some of the locals, or pass fewer arguments.".into());
            }
            "constant table overflow" | "control structure too long" | "code size overflow" => {
                self.error(&LIMITS, place.span, format!("this function is too long for the camera's compiler: {what}"))
                    .help
                    .push("Split it into several functions, or read data from a file.".into());
            }
            "no loop to break" => {
                self.error(&SYNTAX, place_before(self, place, Keyword::Break), "this `break` is not in a loop")
                    .help
                    .push("To leave a function, write `return`. A loop around the function does not count.".into());
            }
            "cannot use '...' outside a vararg function" => {
                self.error(&SYNTAX, place.span, "this function takes no `...`")
                    .help
                    .push("Put `...` at the end of its parameters; functions inside others do not see theirs.".into());
            }
            "ambiguous syntax (function call x new statement)" => {
                self.error(&SYNTAX, place.span, "this `(` may belong to the line above or begin a statement")
                    .help
                    .push("To call what stands above, put `(` on its line. To begin a statement, end the line above with `;`.".into());
            }
            "function arguments expected" => {
                let prefix = self.error(&SYNTAX, place.span, format!("a call needs its arguments here, not {here}"));
                prefix
                    .help
                    .push("`object:method` must be called: `object:method()`. A field is `object.field`.".into());
            }
            "unexpected symbol" => self.explain_unexpected(&here, place),
            "syntax error" => {
                self.error(&SYNTAX, place.span, format!("what stands before {here} is no statement"))
                    .help
                    .push("A statement is a call, an assignment to a variable or a field, or begins with a word like `if`. Parentheses around a variable make it a value.".into());
            }
            _ => match what.strip_prefix('\'').and_then(|what| what.split_once("' expected")) {
                Some((wanted, close)) => self.explain_expected(wanted, close, &here, place),
                None => {
                    self.error(&SYNTAX, place.span, format!("the camera's compiler does not take this: {what}"));
                }
            },
        }
    }

    /// `main function has more than 200 local variables`, `function at line 3 has more than 60 upvalues`
    fn explain_count(&mut self, what: &str, limit: &str, place: Place) {
        let of = match what.split_once("function at line ").and_then(|(_, rest)| rest.split_once(' ')) {
            Some((line, _)) => format!("the function that begins on line {line}"),
            None => "the script outside of its functions".to_owned(),
        };
        let help = if limit.ends_with("upvalues") {
            "Upvalues are the locals of functions around it that it uses. Put some of them into a table."
        } else if limit.ends_with("local variables") {
            "Locals count to the end of their block. Put some into a table, or into blocks: `do … end`."
        } else {
            "Use fewer of them at a time."
        };
        self.error(&LIMITS, place.span, format!("{of} has more than {limit}")).help.push(help.into());
    }

    fn explain_unexpected(&mut self, here: &str, place: Place) {
        let before = self.before(place);
        let in_expression = before.is_some_and(|token| match token.kind {
            TokenKind::Byte(byte) => !matches!(byte, b';' | b')' | b']' | b'}'),
            TokenKind::Eq | TokenKind::Ne | TokenKind::Le | TokenKind::Ge | TokenKind::Concat => true,
            TokenKind::Keyword(keyword) => matches!(
                keyword,
                Keyword::And
                    | Keyword::Or
                    | Keyword::Not
                    | Keyword::If
                    | Keyword::Elseif
                    | Keyword::While
                    | Keyword::Until
                    | Keyword::In
                    | Keyword::Return
            ),
            _ => false,
        });
        let token = place.index.and_then(|index| self.token(index));
        let next = place.index.and_then(|index| self.token(index + 1)).map(|next| self.bytes(next.span));
        if token.is_some_and(|token| token.kind == TokenKind::Byte(b'<')) && matches!(next, Some(b"const" | b"close")) {
            self.error(&NOT_CAMERA_LUA, place.span, "locals have no attributes in Lua 5.1")
                .help
                .push("Remove it.".into());
            return;
        }
        let message = match before {
            Some(before) if in_expression => {
                format!("expected a value after {}, found {here}", quoted(self.bytes(before.span)))
            }
            _ => format!("a statement cannot begin with {here}"),
        };
        let help = match token.map(|token| token.kind) {
            Some(TokenKind::Byte(b'#')) => {
                Some("Parameters of the header (`#name=…`) stand in a comment: `--[[` above, `]]` below.")
            }
            Some(TokenKind::Byte(b'{' | b'[') | TokenKind::Number | TokenKind::String | TokenKind::LongString) => {
                (!in_expression).then_some("A value alone does nothing: give it to a variable or a function.")
            }
            Some(TokenKind::Byte(b'=')) if in_expression => {
                Some("Equal is `==`, not equal `~=`, at most `<=`, at least `>=`.")
            }
            Some(TokenKind::Byte(b')' | b']' | b'}')) if !in_expression => Some("It closes nothing that is open here."),
            Some(TokenKind::Byte(b'+')) => Some("There is no `+` before a number or a name."),
            _ => None,
        };
        let finding = self.error(&SYNTAX, place.span, message);
        finding.help.extend(help.map(Into::into));
    }

    /// `close`: ` (to close 'if' at line 3)`, or nothing.
    fn explain_expected(&mut self, wanted: &str, close: &str, here: &str, place: Place) {
        let opener = close.strip_prefix(" (to close '").and_then(|close| close.split_once("' at line "));
        if let Some((opener, line)) = opener {
            let line = line.trim_end_matches(')').parse().unwrap_or(1);
            return self.explain_unclosed(wanted, opener, line, here, place);
        }
        let before = self.before(place);
        let token = place.index.and_then(|index| self.token(index)).map(|token| token.kind);
        let (message, help) = match (wanted, token) {
            ("<eof>", Some(TokenKind::Keyword(Keyword::End | Keyword::Else | Keyword::Elseif | Keyword::Until))) => {
                (format!("{here} is too many: nothing is open here that it belongs to"), None)
            }
            ("<eof>", _) => (
                format!("nothing can follow `return`, but there is {here}"),
                Some("To return early, write `do return end`.".to_owned()),
            ),
            ("=", _) => {
                let name = before.map(|before| self.bytes(before.span));
                let help = match (name, before.map(|before| before.kind)) {
                    (Some(name), Some(TokenKind::Name)) if !matches!(token, Some(TokenKind::Keyword(_))) => {
                        let name = String::from_utf8_lossy(name);
                        format!("To call `{name}`, write `{name}(…)`. To set it, write `{name} = …`.")
                    }
                    _ => "A statement is a call, an assignment, or begins with a word like `if`.".to_owned(),
                };
                (format!("expected `=` or a call, found {here}"), Some(help))
            }
            ("then" | "do", Some(TokenKind::Byte(b'='))) => (
                format!("expected `{wanted}`, found `=`"),
                Some("`=` gives a variable a value. To compare, write `==`.".to_owned()),
            ),
            ("<name>", Some(TokenKind::Keyword(word))) => (
                format!("`{}` is a word of the language and cannot be a name", word.text()),
                Some(format!("For a field of that name, write `[\"{}\"]`.", word.text())),
            ),
            ("<name>", _) => (format!("expected a name, found {here}"), None),
            ("end", _) => (
                format!("expected `end`, found {here}"),
                Some("`return` and `break` are the last statements of their blocks. To return early, write `do return end`.".to_owned()),
            ),
            _ => {
                let wanted = wanted.replace("' or '", "` or `");
                let after = before.map(|before| format!(" after {}", quoted(self.bytes(before.span))));
                (format!("expected `{wanted}`{}, found {here}", after.unwrap_or_default()), None)
            }
        };
        self.error(&SYNTAX, place.span, message).help.extend(help.map(Into::into));
    }

    fn explain_unclosed(&mut self, wanted: &str, opener: &str, line: usize, here: &str, place: Place) {
        let opening = self.opener(opener, line, place);
        let at_end = place.index.is_none_or(|index| index >= self.scan.tokens.len());
        match opening {
            Some(opening) if at_end => {
                self.error(&SYNTAX, opening, format!("this `{opener}` has no `{wanted}`"))
                    .help
                    .push(format!("The text ends before that. The `{wanted}` may be missing further inside.").into());
            }
            Some(opening) => {
                let (id, message) = (self.id, format!("this `{opener}` is still open"));
                let finding = self.error(&SYNTAX, place.span, format!("expected `{wanted}`, found {here}"));
                finding.labels.push(super::super::finding::Label {
                    source: id,
                    span: opening,
                    message: message.into(),
                });
                if wanted == "end" {
                    finding.help.push("`return` and `break` are the last statements of their blocks. To return early, write `do return end`.".into());
                }
            }
            None => {
                self.error(
                    &SYNTAX,
                    place.span,
                    format!("expected `{wanted}` for the `{opener}` on line {line}, found {here}"),
                );
            }
        }
    }

    /// The token that opened something on a line, the last one of these before a place.
    fn opener(&self, opener: &str, line: usize, place: Place) -> Option<Span> {
        let bytes = &self.source.bytes()[..self.scan.end];
        let first = camera_line_start(bytes, line);
        let end = camera_line_start(bytes, line + 1).min(place.span.start as usize);
        let from = self.scan.tokens.partition_point(|token| (token.span.start as usize) < first);
        let to = self.scan.tokens.partition_point(|token| (token.span.start as usize) < end);
        let tokens = self.scan.tokens.get(from..to)?;
        let found = tokens.iter().rfind(|token| self.bytes(token.span) == opener.as_bytes())?;
        Some(found.span)
    }

    fn before(&self, place: Place) -> Option<Token> {
        self.token(place.index?.checked_sub(1)?)
    }

    fn name_of(&self, place: Place) -> String {
        match place.index {
            Some(index) if index >= self.scan.tokens.len() => "the end of the text".to_owned(),
            _ => quoted(self.bytes(place.span)),
        }
    }
}

/// The last word of this kind before a place, or the place itself.
fn place_before(text: &Text<'_>, place: Place, word: Keyword) -> Span {
    let index = place.index.unwrap_or(0).min(text.scan.tokens.len());
    let before = text.scan.tokens[..index].iter().rfind(|token| token.kind == TokenKind::Keyword(word));
    before.map_or(place.span, |token| token.span)
}
