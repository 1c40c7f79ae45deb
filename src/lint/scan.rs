//! The camera's lexical rules (Lua 5.1's `llex.c` with int numbers) over bytes.
//!
//! A scan finds tokens, comments, what is wrong with them, and how deep it all nests. Where something is wrong, `mended`
//! makes a text out of it that can be parsed all the same.

use std::borrow::Cow;

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

/// The smallest unit of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name.
    Name,
    /// A reserved word.
    Keyword(Keyword),
    /// A number, well-formed or not.
    Number,
    /// A string in quotation marks.
    String,
    /// A string in long brackets.
    LongString,
    /// `..`
    Concat,
    /// `...`
    Dots,
    /// `==`
    Eq,
    /// `~=`
    Ne,
    /// `<=`
    Le,
    /// `>=`
    Ge,
    /// Any other byte, whether or not Lua has a use for it.
    Byte(u8),
}

macro_rules! keywords {
    ($($name:ident $text:literal),* $(,)?) => {
        /// The reserved words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "they are Lua's words")]
        pub enum Keyword { $($name),* }

        impl Keyword {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written.
            pub const fn bytes(self) -> &'static [u8] {
                match self { $(Self::$name => $text),* }
            }

            /// As it is written.
            pub fn text(self) -> &'static str {
                std::str::from_utf8(self.bytes()).unwrap_or_default()
            }

            /// The word, if it is one.
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                match bytes {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

keywords! {
    And b"and", Break b"break", Do b"do", Else b"else", Elseif b"elseif", End b"end", False b"false", For b"for",
    Function b"function", If b"if", In b"in", Local b"local", Nil b"nil", Not b"not", Or b"or", Repeat b"repeat",
    Return b"return", Then b"then", True b"true", Until b"until", While b"while",
}

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// All of it, with its dashes and brackets, without the end of its line.
    pub span: Span,
    /// What it says.
    pub text: Span,
    /// Whether it is in long brackets.
    pub long: bool,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LexError {
    /// What it is.
    pub kind: LexErrorKind,
    /// The token, or what of it is wrong.
    pub span: Span,
}

/// What a token may have wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexErrorKind {
    /// A number that is no integer: `0.5`, `1e3`, `0b1`, `1..2`.
    Number,
    /// A string that does not end on its line.
    String,
    /// A string in long brackets that does not end.
    LongString,
    /// A comment in long brackets that does not end.
    LongComment,
    /// `\300` in a string.
    Escape,
    /// `[=` without a second bracket.
    Bracket,
}

/// How a text nests, counted without parsing it: never less than what a parser will find.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    /// Brackets and blocks inside each other.
    pub nesting: usize,
    /// Operators of one expression and of those around it.
    pub operators: usize,
    /// Those of them that nest to the right: `..`, `^` and those with one operand.
    pub right: usize,
    /// Values that wait for others at a time.
    pub waiting: usize,
}

/// Scans a text; `to_nul`: up to its first NUL.
pub fn scan(bytes: &[u8], to_nul: bool) -> Scan {
    let end = if to_nul { memchr::memchr(0, bytes).unwrap_or(bytes.len()) } else { bytes.len() };
    let mut scanner = Scanner {
        bytes: &bytes[..end],
        at: 0,
        levels: vec![Level { opener: Opener::Chunk, operators: 0, right: 0, waiting: 0 }],
        sum: Shape::default(),
        operand: false,
        scan: Scan { end, ..Scan::default() },
    };
    scanner.scan.tokens.reserve(end / 3);
    while scanner.at < end {
        scanner.next();
    }
    scanner.scan
}

/// The bytes of a string constant.
pub fn string_value<'a>(source: &'a [u8], token: Span) -> Cow<'a, [u8]> {
    let text = &source[token.range()];
    match text.first() {
        Some(b'[') => long_string_value(text),
        Some(b'"' | b'\'') if text.len() >= 2 => short_string_value(&text[1..text.len() - 1]),
        _ => Cow::Borrowed(&[]),
    }
}

fn short_string_value(inside: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut value = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        at += 1;
        if byte != b'\\' {
            value.push(byte);
            continue;
        }
        let Some(&escape) = inside.get(at) else { break };
        at += 1;
        value.push(match escape {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\n' | b'\r' => {
                at += usize::from(is_pair(escape, inside.get(at)));
                b'\n'
            }
            b'0'..=b'9' => {
                let mut code = u32::from(escape - b'0');
                for _ in 0..2 {
                    match inside.get(at) {
                        Some(digit @ b'0'..=b'9') => code = code * 10 + u32::from(digit - b'0'),
                        _ => break,
                    }
                    at += 1;
                }
                u8::try_from(code).unwrap_or(u8::MAX)
            }
            other => other,
        });
    }
    Cow::Owned(value)
}

fn long_string_value(text: &[u8]) -> Cow<'_, [u8]> {
    let brackets = 2 + text[1..].iter().take_while(|byte| **byte == b'=').count();
    if text.len() < 2 * brackets {
        return Cow::Borrowed(&[]);
    }
    let mut inside = &text[brackets..text.len() - brackets];
    if let Some(first @ (b'\n' | b'\r')) = inside.first() {
        inside = &inside[1 + usize::from(is_pair(*first, inside.get(1)))..];
    }
    if memchr::memchr(b'\r', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut value = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        at += 1;
        if is_newline(byte) {
            at += usize::from(is_pair(byte, inside.get(at)));
            value.push(b'\n');
        } else {
            value.push(byte);
        }
    }
    Cow::Owned(value)
}

/// The value of a well-formed number: decimal saturates, hexadecimal is cut to 32 bits after it saturates.
pub fn number_value(text: &[u8]) -> i32 {
    match text {
        [b'0', b'x' | b'X', digits @ ..] => {
            let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0);
            let value = digits.iter().fold(0u32, |value, byte| match value.checked_mul(16) {
                Some(value) => value + digit(byte),
                None => u32::MAX,
            });
            value.cast_signed()
        }
        _ => text
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0i32, |value, byte| value.saturating_mul(10).saturating_add(i32::from(byte - b'0'))),
    }
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

/// What a level was opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    Chunk,
    Bracket(u8),
    /// Ends with `end`.
    Block,
    Repeat,
}

struct Level {
    opener: Opener,
    operators: usize,
    right: usize,
    waiting: usize,
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
            b',' => {
                self.expression_ends();
                let level = self.level();
                // A constructor stores its items fifty at a time.
                if level.opener != Opener::Bracket(b'{') || level.waiting < 50 {
                    level.waiting += 1;
                    self.sum.waiting += 1;
                    self.scan.shape.waiting = self.scan.shape.waiting.max(self.sum.waiting);
                }
                self.operand = false;
            }
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

    fn level(&mut self) -> &mut Level {
        // The chunk's level is never closed.
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn open(&mut self, opener: Opener) {
        self.levels.push(Level { opener, operators: 0, right: 0, waiting: 1 });
        self.sum.waiting += 1;
        self.operand = false;
        let shape = &mut self.scan.shape;
        shape.nesting = shape.nesting.max(self.levels.len() - 1);
        shape.waiting = shape.waiting.max(self.sum.waiting);
    }

    /// Closes a level if this is its end; what ends nothing only makes the count too high.
    fn close(&mut self, opener: Opener) {
        self.operand = true;
        if self.level().opener == opener {
            self.statement_ends();
            self.levels.pop();
            self.operand = true;
        }
    }

    fn operator(&mut self, right: bool) {
        self.operand = false;
        let level = self.level();
        level.operators += 1;
        level.right += usize::from(right);
        self.sum.operators += 1;
        self.sum.right += usize::from(right);
        let shape = &mut self.scan.shape;
        shape.operators = shape.operators.max(self.sum.operators);
        shape.right = shape.right.max(self.sum.right);
    }

    fn expression_ends(&mut self) {
        self.operand = false;
        let level = self.level();
        let (operators, right) = (std::mem::take(&mut level.operators), std::mem::take(&mut level.right));
        self.sum.operators -= operators;
        self.sum.right -= right;
    }

    fn statement_ends(&mut self) {
        self.expression_ends();
        let waiting = std::mem::take(&mut self.level().waiting);
        self.sum.waiting -= waiting;
    }

    fn shape_keyword(&mut self, keyword: Keyword) {
        self.operand = false;
        match keyword {
            Keyword::And | Keyword::Or => self.operator(false),
            Keyword::Not => self.operator(true),
            Keyword::Nil | Keyword::True | Keyword::False => self.operand = true,
            // Part of an expression, perhaps.
            Keyword::Function => self.open(Opener::Block),
            Keyword::End => self.close(Opener::Block),
            _ => {
                let in_block = !matches!(self.level().opener, Opener::Bracket(_));
                if in_block {
                    self.statement_ends();
                }
                match keyword {
                    Keyword::Do | Keyword::Then => self.open(Opener::Block),
                    Keyword::Elseif => self.close(Opener::Block),
                    Keyword::Repeat => self.open(Opener::Repeat),
                    Keyword::Until => self.close(Opener::Repeat),
                    _ => {}
                }
                self.operand = false;
            }
        }
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
