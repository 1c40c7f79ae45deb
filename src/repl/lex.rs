//! The tokens of a text that is being typed. Nothing is an error here: what no Lua takes is a token of its own, and what
//! does not end yet ends with the text.
//!
//! All tokens begin and end between characters, since every delimiter is ASCII.

use std::ops::Range;

use super::line::Language;

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Token {
    /// Where it is.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name.
    Name,
    /// A reserved word.
    Keyword,
    /// A number.
    Number {
        /// Whether it is one that the language knows.
        good: bool,
    },
    /// A string.
    String {
        /// How it is written.
        quote: Quote,
        /// Whether it has its end.
        end: End,
    },
    /// A comment.
    Comment {
        /// Whether the text ends in it, and another line would belong to it.
        open: bool,
    },
    /// An operator or another sign of the language.
    Sign,
    /// What is no Lua.
    Odd,
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// Long brackets with so many signs between the two.
    Long(usize),
}

impl Quote {
    /// How many bytes its delimiters take on each side.
    pub fn width(self) -> usize {
        match self {
            Self::Single | Self::Double => 1,
            Self::Long(level) => level + 2,
        }
    }

    /// What ends it.
    pub fn closing(self) -> String {
        match self {
            Self::Single => "'".into(),
            Self::Double => "\"".into(),
            Self::Long(level) => format!("]{}]", "=".repeat(level)),
        }
    }
}

/// How a string ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With its delimiter.
    Closed,
    /// It goes on where the text ends.
    Open,
    /// Its line ended before it did, or it has an escape that the language does not know.
    Bad {
        /// Whether it goes on where the text ends.
        open: bool,
    },
}

/// Lua's reserved words. `goto` is one on the host only.
pub const KEYWORDS: &[&str] = &[
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or",
    "repeat", "return", "then", "true", "until", "while", "goto",
];

/// Whether a language reserves a word.
pub fn is_keyword(word: &str, language: Language) -> bool {
    KEYWORDS.contains(&word) && (word != "goto" || language == Language::Host)
}

/// Signs of more than one byte, the longest first. The camera's Lua has no labels.
const SIGNS: &[&str] = &["...", "..", "==", "~=", "<=", ">=", "::"];

/// The tokens of a text.
pub fn lex(text: &str, language: Language) -> Vec<Token> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, language };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    loop {
        lexer.at += lexer.rest().iter().take_while(|byte| is_space(**byte)).count();
        let start = lexer.at;
        if start == text.len() {
            return tokens;
        }
        let kind = lexer.token();
        tokens.push(Token { kind, start, end: lexer.at });
    }
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    language: Language,
}

impl Lexer<'_> {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn token(&mut self) -> TokenKind {
        match self.bytes[self.at] {
            b'-' if self.peek(1) == Some(b'-') => self.comment(),
            b'"' => self.string(Quote::Double),
            b'\'' => self.string(Quote::Single),
            b'[' => match long_bracket(self.rest()) {
                Some(level) => self.long_string(level),
                None => {
                    let signs = self.rest()[1..].iter().take_while(|byte| **byte == b'=').count();
                    self.at += 1 + signs;
                    if signs == 0 { TokenKind::Sign } else { TokenKind::Odd }
                }
            },
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_some_and(|byte| byte.is_ascii_digit()) => self.number(),
            byte if is_word(byte) => {
                let start = self.at;
                self.at += self.rest().iter().take_while(|byte| is_word(**byte)).count();
                match is_keyword(&self.text[start..self.at], self.language) {
                    true => TokenKind::Keyword,
                    false => TokenKind::Name,
                }
            }
            _ => self.sign(),
        }
    }

    fn sign(&mut self) -> TokenKind {
        let known = |sign: &&&str| self.rest().starts_with(sign.as_bytes());
        let known = SIGNS.iter().filter(|sign| **sign != "::" || self.language == Language::Host).find(known);
        if let Some(sign) = known {
            self.at += sign.len();
            return TokenKind::Sign;
        }
        let c = self.text[self.at..].chars().next().unwrap_or_default();
        self.at += c.len_utf8();
        if "+-*/%^#<>=(){}];:,.".contains(c) { TokenKind::Sign } else { TokenKind::Odd }
    }

    fn comment(&mut self) -> TokenKind {
        self.at += 2;
        if let Some(level) = long_bracket(self.rest()) {
            let open = self.long(level) == End::Open;
            return TokenKind::Comment { open };
        }
        self.at += memchr::memchr2(b'\n', b'\r', self.rest()).unwrap_or(self.rest().len());
        TokenKind::Comment { open: false }
    }

    fn long_string(&mut self, level: usize) -> TokenKind {
        let end = self.long(level);
        TokenKind::String { quote: Quote::Long(level), end }
    }

    /// Reads long brackets whose beginning is here.
    fn long(&mut self, level: usize) -> End {
        let closing = Quote::Long(level).closing();
        let inside = self.at + level + 2;
        match self.text[inside..].find(&closing) {
            Some(found) => {
                self.at = inside + found + closing.len();
                End::Closed
            }
            None => {
                self.at = self.text.len();
                End::Open
            }
        }
    }

    fn string(&mut self, quote: Quote) -> TokenKind {
        let delimiter = self.bytes[self.at];
        self.at += 1;
        let mut bad = false;
        loop {
            let Some(byte) = self.peek(0) else {
                return TokenKind::String { quote, end: if bad { End::Bad { open: true } } else { End::Open } };
            };
            match byte {
                b'\n' | b'\r' => return TokenKind::String { quote, end: End::Bad { open: false } },
                b'\\' => bad |= !self.escape(),
                _ => self.at += 1,
            }
            if byte == delimiter {
                return TokenKind::String { quote, end: if bad { End::Bad { open: false } } else { End::Closed } };
            }
        }
    }

    /// Reads an escape; tells whether the language knows it.
    fn escape(&mut self) -> bool {
        self.at += 1;
        let Some(byte) = self.peek(0) else { return true };
        if byte.is_ascii_digit() {
            let digits = self.rest().iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            let good = self.text[self.at..self.at + digits].parse().is_ok_and(|code: u16| code <= 255);
            self.at += digits;
            return good;
        }
        self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        match byte {
            b'\n' | b'\r' => {
                let pair = self.peek(0).filter(|next| matches!(next, b'\n' | b'\r') && *next != byte);
                self.at += usize::from(pair.is_some());
                true
            }
            // To the camera any other letter is itself.
            _ if self.language == Language::Camera => true,
            b'x' => {
                let digits = self.rest().iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
                self.at += digits;
                digits == 2
            }
            b'z' => {
                self.at += self.rest().iter().take_while(|byte| is_space(**byte)).count();
                true
            }
            _ => b"abfnrtv\\\"'".contains(&byte),
        }
    }

    fn number(&mut self) -> TokenKind {
        let start = self.at;
        match self.language {
            Language::Host => {
                let hex = self.peek(0) == Some(b'0') && matches!(self.peek(1), Some(b'x' | b'X'));
                self.at += if hex { 2 } else { 1 };
                let exponent = if hex { b'p' } else { b'e' };
                loop {
                    match self.peek(0) {
                        Some(byte) if byte.to_ascii_lowercase() == exponent => {
                            self.at += 1;
                            self.at += usize::from(matches!(self.peek(0), Some(b'+' | b'-')));
                        }
                        Some(byte) if byte.is_ascii_hexdigit() || byte == b'.' => self.at += 1,
                        _ => break,
                    }
                }
            }
            Language::Camera => {
                self.at += self.rest().iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
                if matches!(self.peek(0), Some(b'e' | b'E')) {
                    self.at += 1;
                    self.at += usize::from(matches!(self.peek(0), Some(b'+' | b'-')));
                }
                self.at += self.rest().iter().take_while(|byte| is_word(**byte)).count();
            }
        }
        TokenKind::Number { good: is_number(&self.bytes[start..self.at], self.language) }
    }
}

fn is_number(number: &[u8], language: Language) -> bool {
    let digits = |digits: &[u8], hex: bool| {
        digits.iter().all(|byte| if hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() })
    };
    let (body, hex) = match number {
        [b'0', b'x' | b'X', body @ ..] => (body, true),
        body => (body, false),
    };
    if language == Language::Camera {
        return !body.is_empty() && digits(body, hex);
    }
    let exponent: &[u8] = if hex { b"pP" } else { b"eE" };
    let (mantissa, exponent) = match body.iter().position(|byte| exponent.contains(byte)) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text));
    let mut parts = mantissa.splitn(2, |byte| *byte == b'.');
    let whole = parts.next().unwrap_or_default();
    let fraction = parts.next().unwrap_or_default();
    digits(whole, hex)
        && digits(fraction, hex)
        && whole.len() + fraction.len() > 0
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent, false))
}

/// The level of the long bracket that a text begins with.
pub(super) fn long_bracket(text: &[u8]) -> Option<usize> {
    let signs = text.strip_prefix(b"[")?.iter().take_while(|byte| **byte == b'=').count();
    (text.get(1 + signs) == Some(&b'[')).then_some(signs)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a text is a name in Lua.
pub fn is_name(text: &str, language: Language) -> bool {
    let first = text.as_bytes().first().is_some_and(|byte| is_word(*byte) && !byte.is_ascii_digit());
    first && text.bytes().all(is_word) && !is_keyword(text, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, language: Language) -> Vec<(TokenKind, &str)> {
        lex(text, language).iter().map(|token| (token.kind, &text[token.range()])).collect()
    }

    #[test]
    fn strings_that_do_not_end_end_with_the_text() {
        let last = |text: &str| kinds(text, Language::Host).last().unwrap().0;
        assert_eq!(last("f('a"), TokenKind::String { quote: Quote::Single, end: End::Open });
        assert_eq!(last("f('a\\"), TokenKind::String { quote: Quote::Single, end: End::Open });
        assert_eq!(last("f[==[a]]"), TokenKind::String { quote: Quote::Long(2), end: End::Open });
        assert_eq!(last("'é'"), TokenKind::String { quote: Quote::Single, end: End::Closed });
        assert_eq!(last("'\\é'"), TokenKind::String { quote: Quote::Single, end: End::Bad { open: false } });
        assert_eq!(last("--[[ a"), TokenKind::Comment { open: true });
        assert_eq!(last("-- a"), TokenKind::Comment { open: false });
    }

    #[test]
    fn the_two_languages_differ_in_numbers_and_words() {
        let good = |text: &str, language| matches!(kinds(text, language)[0], (TokenKind::Number { good: true }, all) if all == text);
        for number in ["0.5", ".5", "1e-3", "0x.8p1", "5."] {
            assert!(good(number, Language::Host) && !good(number, Language::Camera), "{number}");
        }
        for number in ["0", "0xFF", "123"] {
            assert!(good(number, Language::Host) && good(number, Language::Camera), "{number}");
        }
        for number in ["1..2", "0x", "1e", "1e+"] {
            assert!(!good(number, Language::Host) && !good(number, Language::Camera), "{number}");
        }
        assert_eq!(kinds("goto", Language::Camera)[0].0, TokenKind::Name);
        assert_eq!(kinds("goto", Language::Host)[0].0, TokenKind::Keyword);
        assert_eq!(kinds("::", Language::Camera).len(), 2);
    }

    #[test]
    fn other_alphabets_are_odd_outside_strings() {
        assert_eq!(kinds("é=1", Language::Host)[0], (TokenKind::Odd, "é"));
    }
}
