//! The camera's lexical rules (Lua 5.1's `llex.c` with int numbers) over bytes.
//!
//! A scan finds tokens, comments, what is wrong with them, and how deep it all nests. Where something is wrong, `mended`
//! makes a text out of it that can be parsed all the same.

mod shape;
mod token;
mod values;

pub use self::shape::Shape;
use self::shape::{Level, Opener};
pub use self::token::{Comment, Keyword, LexError, LexErrorKind, Token, TokenKind};
pub use self::values::{number_value, string_value};
use super::source::Span;

/// A scanned text.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// All tokens up to [`Scan::end`].
    pub tokens: Vec<Token>,
    /// All comments.
    pub comments: Vec<Comment>,
    /// What the camera's lexer refuses. It stops at the first; here they are all, up to one that leaves open where it ends.
    pub errors: Vec<LexError>,
    /// `\x`, `\z` and `\u` in strings, which are letters to the camera.
    pub escapes: Vec<Span>,
    /// Where the camera stops to read: the end, or the first NUL of a text that is sent over PTP.
    pub end: usize,
    /// How deep it nests, at the least.
    pub shape: Shape,
    /// Whether there are tokens that Lua 5.1 has no use for.
    pub(super) odd: bool,
    /// Where `goto` and `continue` begin that are in no bracket.
    pub(super) words: Vec<u32>,
    /// From where on the parser's text is not what was meant.
    pub(super) broken: Option<u32>,
    /// The text that is parsed if something is wrong with the source; empty until then.
    pub(super) mended: Vec<u8>,
}

/// Scans a text; `to_nul`: up to its first NUL.
pub fn scan(bytes: &[u8], to_nul: bool) -> Scan {
    scan_into(Vec::new(), bytes, to_nul)
}

/// The same, with the tokens in memory that others have used before.
pub(super) fn scan_into(mut tokens: Vec<Token>, bytes: &[u8], to_nul: bool) -> Scan {
    tokens.clear();
    let end = if to_nul { memchr::memchr(0, bytes).unwrap_or(bytes.len()) } else { bytes.len() };
    let mut scanner = Scanner {
        bytes: &bytes[..end],
        at: 0,
        levels: vec![Level::chunk()],
        sum: Shape::default(),
        operand: false,
        scan: Scan { tokens, end, ..Scan::default() },
    };
    scanner.scan.tokens.reserve(end / 3);
    while scanner.at < end {
        scanner.next();
    }
    scanner.scan
}

/// Where the camera's count of lines has a line begin (from 1): a carriage return, a line feed, or both in either order
/// end one.
pub fn camera_line_start(bytes: &[u8], line: usize) -> usize {
    let mut at = 0;
    for _ in 1..line {
        let Some(newline) = memchr::memchr2(b'\n', b'\r', &bytes[at..]) else { return bytes.len() };
        at += newline + 1;
        at += usize::from(is_pair(bytes[at - 1], bytes.get(at)));
    }
    at
}

pub(super) fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether two bytes that end a line end one together.
pub(super) fn is_pair(first: u8, second: Option<&u8>) -> bool {
    second.is_some_and(|second| is_newline(*second) && *second != first)
}

fn is_word(byte: u8) -> bool {
    const IS_WORD: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
            byte += 1;
        }
        table
    };
    IS_WORD[usize::from(byte)]
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    levels: Vec<Level>,
    /// Over all open levels.
    sum: Shape,
    /// Whether the last token can end an operand, so that a `-` has two.
    operand: bool,
    scan: Scan,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn next(&mut self) {
        let start = self.at;
        let byte = self.bytes[start];
        match byte {
            b' ' | b'\t' | 0x0b | 0x0c | b'\n' | b'\r' => {
                self.at += 1;
                while let Some(b' ' | b'\t') = self.peek(0) {
                    self.at += 1;
                }
            }
            b'-' if self.peek(1) == Some(b'-') => self.comment(),
            b'"' | b'\'' => self.string(byte),
            b'[' => self.bracket(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let len = self.bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
                self.at += len;
                let bytes = self.bytes;
                let word = &bytes[start..self.at];
                match Keyword::from_bytes(word) {
                    Some(keyword) => {
                        self.shape_keyword(keyword);
                        self.push(TokenKind::Keyword(keyword), start);
                    }
                    None => {
                        if matches!(word, b"goto" | b"continue") && !matches!(self.level().opener, Opener::Bracket(_)) {
                            self.scan.words.push(Span::new(start, start).start);
                        }
                        self.operand = true;
                        self.push(TokenKind::Name, start);
                    }
                }
            }
            b'0'..=b'9' => self.number(),
            // The lexer looks for the next dot with strchr, which finds a NUL, too.
            b'.' => match (self.peek(1), self.peek(2)) {
                (Some(b'.' | 0), Some(b'.' | 0)) => {
                    self.at += 3;
                    self.operand = true;
                    self.push(TokenKind::Dots, start);
                }
                (Some(b'.' | 0), _) => {
                    self.at += 2;
                    self.operator(true);
                    self.push(TokenKind::Concat, start);
                }
                (Some(b'0'..=b'9'), _) => self.number(),
                _ => self.single(byte),
            },
            b'=' | b'<' | b'>' | b'~' if self.peek(1) == Some(b'=') => {
                self.at += 2;
                self.operator(false);
                let kind = match byte {
                    b'=' => TokenKind::Eq,
                    b'<' => TokenKind::Le,
                    b'>' => TokenKind::Ge,
                    _ => TokenKind::Ne,
                };
                self.push(kind, start);
            }
            _ => self.single(byte),
        }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.scan.tokens.push(Token { kind, span: Span::new(start, self.at) });
    }

    fn error(&mut self, kind: LexErrorKind, start: usize, end: usize) {
        self.scan.errors.push(LexError { kind, span: Span::new(start, end) });
    }

    fn single(&mut self, byte: u8) {
        let start = self.at;
        self.at += 1;
        match byte {
            b'(' | b'{' => self.open(Opener::Bracket(byte)),
            b')' => self.close(Opener::Bracket(b'(')),
            b'}' => self.close(Opener::Bracket(b'{')),
            b']' => self.close(Opener::Bracket(b'[')),
            b'-' => self.operator(!self.operand),
            b'#' => self.operator(true),
            b'^' => self.operator(true),
            b'+' | b'*' | b'/' | b'%' | b'<' | b'>' => self.operator(false),
            b',' => self.another_value(),
            b';' => self.statement_ends(),
            b'=' => self.expression_ends(),
            b'.' | b':' => self.operand = false,
            _ => {
                self.scan.odd = true;
                self.operand = false;
                return self.push(TokenKind::Byte(byte), start);
            }
        }
        // `x += 1`, `//`, `::`, `;;`: two tokens that touch and never do in Lua 5.1.
        if let Some(last) = self.scan.tokens.last()
            && last.span.end as usize == start
        {
            self.scan.odd |= match (last.kind, byte) {
                (TokenKind::Byte(b'+' | b'-' | b'*' | b'/' | b'%' | b'^'), b'=') | (TokenKind::Concat, b'=') => true,
                (TokenKind::Byte(b'/'), b'*') => true,
                (TokenKind::Byte(last), b'/' | b':' | b'<' | b'>' | b'+') => last == byte,
                _ => false,
            };
        }
        self.scan.odd |= byte == b';' && self.empty_statement();
        self.push(TokenKind::Byte(byte), start);
    }

    /// Whether a semicolon after the last token ends nothing.
    fn empty_statement(&self) -> bool {
        match self.scan.tokens.last().map(|token| token.kind) {
            None | Some(TokenKind::Byte(b';')) => true,
            Some(TokenKind::Keyword(keyword)) => {
                matches!(keyword, Keyword::Do | Keyword::Then | Keyword::Else | Keyword::Repeat)
            }
            _ => false,
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        if self.peek(2) == Some(b'[')
            && let Some(level) = long_bracket(&self.bytes[start + 2..])
        {
            let inside = start + 2 + level + 2;
            match self.long_end(inside, level) {
                Some(end) => {
                    let text = Span::new(inside, end - level - 2);
                    self.scan.comments.push(Comment { span: Span::new(start, end), text, long: true });
                    self.at = end;
                }
                None => {
                    self.error(LexErrorKind::LongComment, start, inside);
                    self.at = self.bytes.len();
                    let text = Span::new(inside, self.at);
                    self.scan.comments.push(Comment { span: Span::new(start, self.at), text, long: true });
                }
            }
            return;
        }
        let rest = &self.bytes[start..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let text = Span::new(start + 2, self.at);
        self.scan.comments.push(Comment { span: Span::new(start, self.at), text, long: false });
    }

    fn bracket(&mut self) {
        let start = self.at;
        let Some(level) = long_bracket(&self.bytes[start..]) else {
            self.at += 1;
            let signs = self.bytes[self.at..].iter().take_while(|byte| **byte == b'=').count();
            if signs > 0 {
                self.at += signs;
                self.error(LexErrorKind::Bracket, start, self.at);
                return;
            }
            self.open(Opener::Bracket(b'['));
            return self.push(TokenKind::Byte(b'['), start);
        };
        self.operand = true;
        let inside = start + level + 2;
        match self.long_end(inside, level) {
            Some(end) => {
                self.at = end;
                self.push(TokenKind::LongString, start);
            }
            None => {
                self.error(LexErrorKind::LongString, start, inside);
                self.at = self.bytes.len();
                self.push(TokenKind::LongString, start);
            }
        }
    }

    /// Where long brackets end whose inside begins there.
    fn long_end(&self, inside: usize, level: usize) -> Option<usize> {
        let mut at = inside;
        loop {
            at += memchr::memchr(b']', self.bytes.get(at..)?)?;
            let rest = &self.bytes[at + 1..];
            let signs = rest.iter().take_while(|byte| **byte == b'=').count();
            if signs == level && rest.get(signs) == Some(&b']') {
                return Some(at + level + 2);
            }
            at += 1 + signs;
        }
    }

    fn string(&mut self, quote: u8) {
        let start = self.at;
        self.operand = true;
        self.at += 1;
        loop {
            match self.peek(0) {
                None | Some(b'\n' | b'\r') => {
                    self.error(LexErrorKind::String, start, self.at);
                    return self.push(TokenKind::String, start);
                }
                Some(b'\\') => {
                    let escape = self.at;
                    self.at += 1;
                    match self.peek(0) {
                        None => {}
                        Some(b'0'..=b'9') => {
                            let rest = &self.bytes[self.at..];
                            let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
                            self.at += digits;
                            if digits == 3 && &rest[..3] > b"255".as_slice() {
                                self.error(LexErrorKind::Escape, escape, self.at);
                            }
                        }
                        Some(b'x' | b'z' | b'u') => {
                            self.at += 1;
                            self.scan.escapes.push(Span::new(escape, self.at));
                        }
                        Some(newline) => {
                            self.at += 1;
                            self.at += usize::from(is_newline(newline) && is_pair(newline, self.bytes.get(self.at)));
                        }
                    }
                }
                Some(byte) => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        self.push(TokenKind::String, start);
    }

    fn number(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let mut len = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        // Again strchr, which finds a NUL in any set; what is behind it belongs to the number and counts for nothing.
        if matches!(rest.get(len), Some(b'e' | b'E' | 0)) {
            len += 1;
            len += usize::from(matches!(rest.get(len), Some(b'+' | b'-' | 0)));
        }
        len += rest[len..].iter().take_while(|byte| is_word(**byte)).count();
        self.at += len;
        self.operand = true;
        let number = &rest[..len];
        let number = &number[..memchr::memchr(0, number).unwrap_or(len)];
        let well_formed = match number {
            [b'0', b'x' | b'X', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit),
            digits => digits.iter().all(u8::is_ascii_digit),
        };
        if !well_formed {
            self.error(LexErrorKind::Number, start, self.at);
        }
        self.push(TokenKind::Number, start);
    }
}

/// The level of the long bracket that a text begins with.
fn long_bracket(text: &[u8]) -> Option<usize> {
    let level = text[1..].iter().take_while(|byte| **byte == b'=').count();
    (text[1 + level..].first() == Some(&b'[')).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        scan(text.as_bytes(), false).tokens.iter().map(|token| &text[token.span.range()]).collect()
    }

    #[test]
    fn tokens_are_those_of_the_camera() {
        assert_eq!(tokens("a=b..c...d==e~=f"), ["a", "=", "b", "..", "c", "...", "d", "==", "e", "~=", "f"]);
        assert_eq!(
            tokens("1..2 .5 0xe+1 a.b --c\n'd\\'' [[e]]f"),
            ["1..2", ".5", "0xe", "+", "1", "a", ".", "b", "'d\\''", "[[e]]", "f"]
        );
        assert_eq!(tokens("x--[==[ ]] ]==]y--[ z"), ["x", "y"]);
        assert_eq!(tokens("a[ [=[b]] ]=] ]"), ["a", "[", "[=[b]] ]=]", "]"]);
    }

    #[test]
    fn comments_are_found() {
        let text = "--a\r\nx --[[b\nc]] y --[==[]==]";
        let scan = scan(text.as_bytes(), false);
        let comments: Vec<_> =
            scan.comments.iter().map(|it| (&text[it.span.range()], &text[it.text.range()], it.long)).collect();
        assert_eq!(comments, [("--a", "a", false), ("--[[b\nc]]", "b\nc", true), ("--[==[]==]", "", true)]);
    }

    #[test]
    fn text_that_is_sent_ends_at_its_nul() {
        assert_eq!(scan(b"a b\0c", true).tokens.len(), 2);
        assert_eq!(scan(b"a b\0c", true).end, 3);
        assert_eq!(scan(b"a b\0c", false).tokens.len(), 4);
    }

    #[test]
    fn shapes_are_never_too_flat() {
        let shape = |text: &str| scan(text.as_bytes(), false).shape;
        assert_eq!(shape("f({[a(1)]=2})").nesting, 4);
        assert_eq!(shape("if a then elseif b then else end do end").nesting, 1);
        assert_eq!(shape("x = a + b y = c - d").operators, 1);
        assert_eq!(shape("x = a + (b + -c) + f(d, e)").operators, 3);
        assert_eq!(shape("x = not -a ^ #b").right, 4);
        assert_eq!(shape("f(a, g(b, c, d))").waiting, 5);
        // What closes nothing does not count.
        assert_eq!(shape("( end ( end ( end").nesting, 3);
    }

    #[test]
    fn lines_are_those_of_the_camera() {
        let text = b"a\rb\r\nc\n\rd\n\ne";
        let starts: Vec<_> = (1..=7).map(|line| camera_line_start(text, line)).collect();
        assert_eq!(starts, [0, 2, 5, 8, 10, 11, 12]);
    }
}
