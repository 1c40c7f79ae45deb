//! Syntax of later Lua versions and of other languages, told from tokens alone: only what is an error wherever it stands.
//!
//! Each is repaired in the parser's text, so that the rest is checked as if it had been written as the help says.

use std::borrow::Cow;

use super::super::scan::{Keyword, Token, TokenKind};
use super::super::source::Span;
use super::{NOT_CAMERA_LUA, SYNTAX, Text, quoted};

impl Text<'_> {
    pub(super) fn check_later(&mut self) {
        let mut index = 0;
        while let Some(token) = self.token(index) {
            if self.is_enough() {
                return self.broken_at(token.span);
            }
            index += self.check_at(index, token).max(1);
        }
    }

    /// The same for a text in which nothing else than words is odd.
    pub(super) fn check_words(&mut self) {
        for at in 0..self.scan.words.len() {
            let start = self.scan.words[at];
            let index = self.scan.tokens.partition_point(|token| token.span.start < start);
            let Some(token) = self.token(index) else { continue };
            if self.is_enough() {
                return self.broken_at(token.span);
            }
            self.check_word(index, token);
        }
    }

    /// Looks at a token and those behind it; how many were dealt with.
    fn check_at(&mut self, index: usize, token: Token) -> usize {
        let next = self.token(index + 1);
        let touching = next.filter(|next| next.span.start == token.span.end);
        let touching_kind = touching.map(|next| next.kind);
        let both = touching.map_or(token.span, |next| token.span.to(next.span));
        match token.kind {
            TokenKind::Name => self.check_word(index, token),
            TokenKind::Concat if touching_kind == Some(TokenKind::Byte(b'=')) => self.compound(both),
            TokenKind::Byte(byte) => match (byte, touching_kind) {
                (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|', Some(TokenKind::Byte(b'='))) => {
                    self.compound(both)
                }
                (b'/', Some(TokenKind::Byte(b'/'))) => self.two_slashes(index, both),
                (b'/', Some(TokenKind::Byte(b'*'))) => {
                    self.broken_at(both);
                    self.error(&NOT_CAMERA_LUA, both, "`/*` begins no comment")
                        .help
                        .push("Comments of several lines stand in `--[[` and `]]`.".into());
                    2
                }
                (b'+', Some(TokenKind::Byte(b'+'))) => {
                    self.later(both, "there is no `++`", "Write `x = x + 1`.", b"=1");
                    2
                }
                (b':', Some(TokenKind::Byte(b':'))) => self.label(index, both),
                (b'<' | b'>', Some(TokenKind::Byte(second))) if second == byte => {
                    let instead = if byte == b'<' {
                        "Write `bitshl(a, n)`."
                    } else {
                        "Write `bitshru(a, n)`, or `bitshri(a, n)` to keep the sign."
                    };
                    let what = format!("there is no {}", quoted(self.bytes(both)));
                    self.later(both, what, instead, b"+");
                    2
                }
                (b'&', Some(TokenKind::Byte(b'&'))) => {
                    self.later(both, "there is no `&&`", "Write `and`.", b"==");
                    2
                }
                (b'|', Some(TokenKind::Byte(b'|'))) => {
                    self.later(both, "there is no `||`", "Write `or`.", b"==");
                    2
                }
                (b'!', Some(TokenKind::Byte(b'='))) => {
                    self.later(both, "there is no `!=`", "Write `~=`.", b"~=");
                    2
                }
                (b';', _) if self.begins_statement(index, false) => {
                    let help = "Remove it: in Lua 5.1 a semicolon stands behind a statement, and once.";
                    self.later(token.span, "this `;` ends no statement", help, b"");
                    1
                }
                (b'(' | b')' | b'[' | b']' | b'{' | b'}', _) => 1,
                (
                    b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'#' | b'<' | b'>' | b'=' | b';' | b':' | b',' | b'.',
                    _,
                ) => 1,
                (byte, _) => self.foreign_byte(index, token, byte),
            },
            _ => 1,
        }
    }

    fn later(&mut self, span: Span, message: impl Into<String>, help: impl Into<Cow<'static, str>>, repair: &[u8]) {
        self.error(&NOT_CAMERA_LUA, span, message).help.push(help.into());
        self.repair(span, repair);
    }

    /// Whether what stands at this token begins a statement. Certain if so. `loosely`: also where a statement that is whole
    /// may end before it.
    fn begins_statement(&self, index: usize, loosely: bool) -> bool {
        let Some(before) = index.checked_sub(1).and_then(|before| self.token(before)) else { return true };
        match before.kind {
            TokenKind::Byte(b';') => true,
            TokenKind::Keyword(Keyword::Do | Keyword::Then | Keyword::Else | Keyword::Repeat) => true,
            kind => loosely && Self::ends_operand(kind),
        }
    }

    /// `goto` and `continue`, which are names where they are not statements.
    fn check_word(&mut self, index: usize, token: Token) -> usize {
        let word = self.bytes(token.span);
        if self.scan.words.binary_search(&token.span.start).is_err() || !self.begins_statement(index, true) {
            return 1;
        }
        let is_goto = word == b"goto";
        let next = self.token(index + 1);
        if is_goto {
            let Some(Token { kind: TokenKind::Name, span: label }) = next else { return 1 };
            let statement = token.span.to(label);
            self.error(&NOT_CAMERA_LUA, statement, "there is no `goto` in Lua 5.1")
                .help
                .push("Use a loop with `break`, or a function with `return`.".into());
            self.blank(statement);
            return 2;
        }
        let is_name = matches!(
            next.map(|next| next.kind),
            Some(
                TokenKind::Byte(b'=' | b'.' | b':' | b'[' | b'(' | b'{' | b',')
                    | TokenKind::String
                    | TokenKind::LongString
            )
        );
        if !is_name {
            let help = "Put the rest of the loop's body into an `if`, or into a function that returns.";
            self.later(token.span, "there is no `continue` in Lua", help, b"");
        }
        1
    }

    fn compound(&mut self, span: Span) -> usize {
        let written = self.bytes(span);
        let operator = match &written[..written.len() - 1] {
            b"&" => "bitand".to_owned(),
            b"|" => "bitor".to_owned(),
            operator => String::from_utf8_lossy(operator).into_owned(),
        };
        let help = if operator.starts_with("bit") {
            format!("Write `x = {operator}(x, y)`.")
        } else {
            format!("Write `x = x {operator} y`.")
        };
        let message = format!("there is no {}", quoted(written));
        self.later(span, message, help, b"=");
        2
    }

    fn two_slashes(&mut self, index: usize, span: Span) -> usize {
        let bytes = self.source.bytes();
        let start = bytes[..span.start as usize].iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        let before = index.checked_sub(1).and_then(|before| self.token(before));
        let divides = before.is_some_and(|before| {
            Self::ends_operand(before.kind) && start.is_none_or(|start| before.span.end as usize > start)
        }) && self.token(index + 2).is_some_and(|next| {
            matches!(next.kind, TokenKind::Name | TokenKind::Number | TokenKind::Byte(b'(' | b'-' | b'#'))
        });
        if divides {
            let help =
                "Write `/`: the camera's numbers are integers, and so is what `/` gives. It rounds towards zero.";
            self.later(span, "there is no `//`", help, b"/");
            return 2;
        }
        let line = self.to_line_end(span);
        self.error(&NOT_CAMERA_LUA, span, "`//` begins no comment").help.push("Write `--`.".into());
        self.blank_line(index, line)
    }

    fn to_line_end(&self, span: Span) -> Span {
        let bytes = &self.source.bytes()[..self.scan.end];
        let rest = &bytes[span.start as usize..];
        let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        Span::new(span.start as usize, span.start as usize + len)
    }

    /// Takes what is left of a line away from the parser; how many tokens that were.
    fn blank_line(&mut self, index: usize, line: Span) -> usize {
        let count = self.scan.tokens[index..].iter().take_while(|token| token.span.start < line.end).count();
        let last = self.scan.tokens[index..][..count].last().map_or(line.end, |token| token.span.end);
        let line = Span { start: line.start, end: line.end.max(last) };
        self.blank(line);
        self.scan.errors.retain(|error| !(line.start..line.end).contains(&error.span.start));
        count
    }

    /// `::name::`
    fn label(&mut self, index: usize, colons: Span) -> usize {
        let name = self.token(index + 2).filter(|token| token.kind == TokenKind::Name);
        let end = [3, 4].map(|ahead| self.token(index + ahead).filter(|token| token.kind == TokenKind::Byte(b':')));
        if let (Some(_), [Some(_), Some(last)]) = (name, end) {
            let label = colons.to(last.span);
            let help = "Use a loop with `break`, or a function with `return`.";
            self.later(label, "there are no labels in Lua 5.1, as there is no `goto`", help, b"");
            return 5;
        }
        self.broken_at(colons);
        self.error(&NOT_CAMERA_LUA, colons, "there is no `::`");
        2
    }

    /// A byte that Lua has no use for outside of strings and comments.
    fn foreign_byte(&mut self, index: usize, token: Token, byte: u8) -> usize {
        match byte {
            b'&' | b'|' | b'~' => {
                let name = match byte {
                    b'&' => "bitand",
                    b'|' => "bitor",
                    _ if index > 0 && self.token(index - 1).is_some_and(|token| Self::ends_operand(token.kind)) => {
                        "bitxor"
                    }
                    _ => "bitnot",
                };
                let (help, repair) = match name {
                    "bitnot" => ("Write `bitnot(a)`.".to_owned(), b"-"),
                    name => (format!("Write `{name}(a, b)`."), b"+"),
                };
                let message = format!("there is no `{}`", char::from(byte));
                self.later(token.span, message, help, repair);
                1
            }
            b'!' => {
                self.later(token.span, "there is no `!`", "Write `not`.", b"#");
                1
            }
            b'@' if self.is_header_line(token.span) => {
                let line = self.to_line_end(token.span);
                self.error(&SYNTAX, line, "this header line is not in a comment")
                    .help
                    .push("The camera reads it before it starts the script, but its Lua reads it too. Put `--[[` above the header and `]]` below.".into());
                self.blank_line(index, line)
            }
            b'?' => {
                self.broken_at(token.span);
                self.error(&NOT_CAMERA_LUA, token.span, "there is no `?`")
                    .help
                    .push("`c ? a : b` is `c and a or b` in Lua, as long as `a` is not false or nil.".into());
                1
            }
            _ => self.foreign_text(index, token),
        }
    }

    fn is_header_line(&self, span: Span) -> bool {
        let bytes = self.source.bytes();
        let before = bytes[..span.start as usize].iter().rev().take_while(|byte| !matches!(byte, b'\n' | b'\r'));
        before.into_iter().all(|byte| matches!(byte, b' ' | b'\t'))
            && bytes.get(span.end as usize).is_some_and(u8::is_ascii_alphabetic)
    }

    /// A run of bytes that are no Lua.
    fn foreign_text(&mut self, index: usize, token: Token) -> usize {
        let tokens = &self.scan.tokens[index..];
        let is_foreign = |token: &Token| matches!(token.kind, TokenKind::Byte(byte) if !byte.is_ascii_graphic());
        let mut count = 1;
        if is_foreign(&token) {
            let runs =
                tokens.windows(2).take_while(|pair| pair[0].span.end == pair[1].span.start && is_foreign(&pair[1]));
            count += runs.count();
        }
        let span = token.span.to(tokens[count - 1].span);
        let bytes = self.bytes(span);
        let (message, help) = match bytes {
            [0, ..] => (
                "a NUL cannot stand outside of strings".to_owned(),
                "A text with many of them is UTF-16, or no text. Save it as ASCII or UTF-8.",
            ),
            b"\xe2\x80\x9c" | b"\xe2\x80\x9d" | b"\xe2\x80\x98" | b"\xe2\x80\x99" | b"\xe2\x80\x9e" | [0x91..=0x94] => {
                (
                    format!("{} is a typographic quotation mark", quoted(bytes)),
                    "Strings stand in plain ones: `\"` or `'`.",
                )
            }
            b"\xc2\xa0" | b"\xa0" => {
                ("this is a no-break space, which is no blank to Lua".to_owned(), "Replace it by a plain space.")
            }
            b"`" => ("there is no `` ` `` in Lua".to_owned(), "Strings stand in `\"` or `'`."),
            bytes if bytes.iter().all(|byte| *byte >= 0x80) => (
                format!("{} cannot stand outside of strings and comments", quoted(bytes)),
                "Names have the letters a to z, digits and `_`.",
            ),
            [byte] => (
                format!("the byte {byte} ({}) means nothing in Lua", quoted(bytes)),
                "Outside of strings and comments it cannot stand.",
            ),
            _ => (format!("{} is no Lua", quoted(bytes)), "This looks like a file that is no text."),
        };
        self.error(&SYNTAX, span, message).help.push(help.into());
        if bytes == b"\xc2\xa0" || bytes == b"\xa0" {
            self.blank(span);
        } else {
            self.broken_at(span);
        }
        count
    }
}
