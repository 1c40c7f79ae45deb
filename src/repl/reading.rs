//! What stands in front of the cursor: the value that is being indexed, the call that is being made, the names that are
//! known. It reads tokens, not trees, since code that is being typed is no program yet; where it cannot tell, it says so.

use std::borrow::Cow;

use super::lex::{End, Quote, Token, TokenKind, lex, long_bracket};
use super::line::Language;
use super::world::Key;

/// The code up to the cursor.
pub struct Reading<'a> {
    /// The text, which ends at the cursor.
    pub text: &'a str,
    /// Its language.
    pub language: Language,
    /// Its tokens without comments.
    pub tokens: Vec<Token>,
    /// Whether the cursor is in a comment.
    pub in_comment: bool,
}

/// What a value is got from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// A global or local.
    Name(String),
    /// `require "name"`.
    Module(String),
    /// A string constant.
    String,
    /// A table constructor with these names in it.
    Table(Vec<String>),
}

/// A value, by the way to it: `con.remote.os`, `t[1]["a b"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Where it begins.
    pub root: Root,
    /// The steps from there.
    pub keys: Vec<Key>,
    /// Whether the last step is written with a colon.
    pub method: bool,
    /// The index of its first token.
    pub start: usize,
}

/// A bracket that is open at some place.
#[derive(Debug, Clone, Copy)]
struct Opener {
    /// The index of its token.
    at: usize,
    /// How many commas are between it and the place.
    commas: usize,
    /// Where the item begins that the place is in.
    item: usize,
}

/// A call that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub callee: Chain,
    /// Which of its arguments the cursor is in, from 0.
    pub argument: usize,
    /// Whether that argument has begun.
    pub begun: bool,
    /// If the argument is a table that the cursor is in.
    pub table: Option<InTable>,
}

/// A place in a table constructor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InTable {
    /// The key whose value is being typed; none where a key may be.
    pub key: Option<String>,
    /// The keys that are there already.
    pub given: Vec<String>,
}

impl<'a> Reading<'a> {
    /// Reads a text up to the cursor.
    pub fn new(text: &'a str, language: Language) -> Self {
        let mut tokens = lex(text, language);
        let in_comment = tokens.last().is_some_and(|last| match last.kind {
            TokenKind::Comment { open } => {
                open || last.end == text.len() && long_bracket(&text.as_bytes()[last.start + 2..]).is_none()
            }
            _ => false,
        });
        tokens.retain(|token| !matches!(token.kind, TokenKind::Comment { .. }));
        Self { text, language, tokens, in_comment }
    }

    /// A token's text.
    pub fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| &self.text[token.range()])
    }

    pub(super) fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    pub(super) fn is_name(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Name)
    }

    /// The string that the cursor is in: its token, and how it is written.
    pub fn open_string(&self) -> Option<(Token, Quote)> {
        match self.tokens.last() {
            Some(token) => match token.kind {
                TokenKind::String { quote, end: End::Open | End::Bad { open: true } } => Some((*token, quote)),
                _ => None,
            },
            None => None,
        }
    }

    /// What a string token says, if it says it without escapes.
    fn string(&self, index: usize) -> Option<Cow<'a, str>> {
        let token = self.tokens.get(index)?;
        let TokenKind::String { quote, end: End::Closed } = token.kind else { return None };
        let inside = &self.text[token.start + quote.width()..token.end - quote.width()];
        let plain = matches!(quote, Quote::Long(_)) || !inside.contains('\\');
        plain.then(|| Cow::Borrowed(inside.strip_prefix('\n').filter(|_| quote.width() > 1).unwrap_or(inside)))
    }

    /// The value whose last token is the one before `end`.
    pub fn chain(&self, end: usize) -> Option<Chain> {
        let mut keys = Vec::new();
        let mut method = None;
        let mut at = end;
        let root = loop {
            let last = at.checked_sub(1)?;
            let before = |back: usize| last.checked_sub(back).map(|index| self.word(index)).unwrap_or_default();
            match self.kind(last)? {
                TokenKind::Name => match before(1) {
                    sign @ ("." | ":") => {
                        method.get_or_insert(sign == ":");
                        keys.push(Key::Text(self.word(last).to_owned()));
                        at -= 2;
                    }
                    _ => {
                        at = last;
                        break Root::Name(self.word(last).to_owned());
                    }
                },
                TokenKind::Sign if self.word(last) == "]" && before(2) == "[" => {
                    let key = last - 1;
                    keys.push(match self.kind(key)? {
                        TokenKind::Number { .. } => Key::Number(self.word(key).parse().ok()?),
                        _ => Key::Text(self.string(key)?.into_owned()),
                    });
                    method.get_or_insert(false);
                    at = last - 2;
                }
                TokenKind::String { .. } => {
                    if before(1) == "require" && !matches!(before(2), "." | ":") {
                        at = last - 1;
                        break Root::Module(self.string(last)?.into_owned());
                    }
                    // Behind a value it is the argument of a call.
                    if last > 0 && self.ends_value(last - 1) {
                        return None;
                    }
                    at = last;
                    break Root::String;
                }
                TokenKind::Sign if self.word(last) == ")" && before(2) == "(" => {
                    let string = matches!(self.kind(last - 1), Some(TokenKind::String { .. }));
                    if !string {
                        return None;
                    }
                    at = last - 2;
                    if before(3) == "require" && !matches!(before(4), "." | ":") {
                        at -= 1;
                        break Root::Module(self.string(last - 1)?.into_owned());
                    }
                    if at > 0 && self.ends_value(at - 1) {
                        return None;
                    }
                    break Root::String;
                }
                _ => return None,
            }
        };
        keys.reverse();
        Some(Chain { root, keys, method: method.unwrap_or(false), start: at })
    }

    /// Whether a token may be the last of a value.
    fn ends_value(&self, index: usize) -> bool {
        match self.kind(index) {
            Some(TokenKind::Name | TokenKind::String { .. }) => true,
            Some(TokenKind::Sign) => matches!(self.word(index), ")" | "]" | "}"),
            _ => false,
        }
    }

    /// The bracket that is open before the token `end`, unless a statement or a block begins between the two.
    fn opener(&self, end: usize) -> Option<Opener> {
        let (mut depth, mut blocks, mut commas) = (0_usize, 0_usize, 0);
        let mut item = None;
        for at in (0..end.min(self.tokens.len())).rev() {
            let word = match self.kind(at) {
                Some(TokenKind::Sign | TokenKind::Keyword) => self.word(at),
                _ => continue,
            };
            match word {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" if depth > 0 => depth -= 1,
                _ if depth > 0 => {}
                "end" | "until" => blocks += 1,
                "function" | "do" | "if" | "repeat" if blocks > 0 => blocks -= 1,
                _ if blocks > 0 => {}
                "(" | "[" | "{" => return Some(Opener { at, commas, item: item.unwrap_or(at + 1) }),
                "," | ";" => {
                    item.get_or_insert(at + 1);
                    commas += 1;
                }
                "and" | "or" | "not" | "nil" | "true" | "false" => {}
                word if word.as_bytes()[0].is_ascii_alphabetic() => return None,
                _ => {}
            }
        }
        None
    }

    /// The innermost call among whose arguments the token `end` would be.
    pub fn call(&self, end: usize) -> Option<Call> {
        let mut opener = self.opener(end)?;
        let mut table = None;
        let mut begun = opener.item < end;
        let in_table = |(key, start)| InTable { key, given: self.keys(start, end) };
        while self.word(opener.at) == "{" {
            let key = (self.word(opener.item + 1) == "=" && self.is_name(opener.item) && opener.item + 1 < end)
                .then(|| self.word(opener.item).to_owned());
            // The outermost table is the one that the function gets.
            table = Some((key, opener.at + 1));
            begun = true;
            if opener.at > 0 && self.ends_value(opener.at - 1) {
                let table = table.map(in_table);
                return Some(Call { callee: self.chain(opener.at)?, argument: 0, begun, table });
            }
            opener = self.opener(opener.at)?;
        }
        let called = self.word(opener.at) == "(" && opener.at > 0 && self.ends_value(opener.at - 1);
        if !called {
            return None;
        }
        let callee = self.chain(opener.at)?;
        // The parameters of a function that is being written are not arguments.
        if callee.start > 0 && self.word(callee.start - 1) == "function" {
            return None;
        }
        Some(Call { callee, argument: opener.commas, begun, table: table.map(in_table) })
    }

    /// The call whose only argument is the token `at`, a string: `con:exec[[`. Otherwise the one in whose brackets it is.
    pub fn call_of_string(&self, at: usize) -> Option<Call> {
        if at > 0 && self.ends_value(at - 1) {
            return Some(Call { callee: self.chain(at)?, argument: 0, begun: true, table: None });
        }
        // A string that is built of pieces is what its first piece is.
        self.call(at)
    }

    /// The names in the table constructor whose inside begins at a token.
    pub(super) fn keys(&self, start: usize, end: usize) -> Vec<String> {
        let mut depth = 0_usize;
        let mut keys = Vec::new();
        let mut first = true;
        for at in start..end {
            match self.word(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth == 0 => break,
                ")" | "]" | "}" => depth -= 1,
                "," | ";" if depth == 0 => {
                    first = true;
                    continue;
                }
                name if first && depth == 0 && self.is_name(at) && self.word(at + 1) == "=" => {
                    keys.push(name.to_owned())
                }
                _ => {}
            }
            first = false;
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(text: &str) -> Option<String> {
        let reading = Reading::new(text, Language::Host);
        let chain = reading.chain(reading.tokens.len())?;
        Some(format!("{:?} {:?} {}", chain.root, chain.keys, chain.method))
    }

    #[test]
    fn values_are_read_backwards() {
        assert_eq!(chain("x = con.a:b").unwrap(), r#"Name("con") [Text("a"), Text("b")] true"#);
        assert_eq!(chain("f(t[1][\"a b\"].c").unwrap(), r#"Name("t") [Number(1), Text("a b"), Text("c")] false"#);
        assert_eq!(chain("require('x').y").unwrap(), r#"Module("x") [Text("y")] false"#);
        assert_eq!(chain("require 'x'").unwrap(), r#"Module("x") [] false"#);
        assert_eq!(chain("('x')").unwrap(), "String [] false");
        assert_eq!(chain("f('x')"), None);
        assert_eq!(chain("f().x"), None);
        assert_eq!(chain("t[i].x"), None);
        assert_eq!(chain("."), None);
    }

    fn call(text: &str) -> Option<(Vec<Key>, usize, bool, Option<InTable>)> {
        let reading = Reading::new(text, Language::Host);
        let call = reading.call(reading.tokens.len())?;
        Some((call.callee.keys, call.argument, call.begun, call.table))
    }

    #[test]
    fn the_innermost_call_is_found() {
        let key = |name: &str| vec![Key::Text(name.into())];
        assert_eq!(call("con:exec("), Some((key("exec"), 0, false, None)));
        assert_eq!(call("con:exec('a, b', f(1, 2), "), Some((key("exec"), 2, false, None)));
        assert_eq!(call("a.f(function() local x, y = 1, 2 end, z"), Some((key("f"), 1, true, None)));
        assert_eq!(call("f() "), None);
        assert_eq!(call("function f(a, "), None);
        assert_eq!(call("f(function() "), None);
        let table = |key: Option<&str>, given: &[&str]| {
            Some(InTable { key: key.map(Into::into), given: given.iter().map(|name| (*name).into()).collect() })
        };
        assert_eq!(call("a.f{ "), Some((key("f"), 0, true, table(None, &[]))));
        assert_eq!(call("a.f(1, {x = 1, li"), Some((key("f"), 1, true, table(None, &["x"]))));
        assert_eq!(call("a.f(1, {x = "), Some((key("f"), 1, true, table(Some("x"), &["x"]))));
        assert_eq!(call("a.f{libs = {'a', "), Some((key("f"), 0, true, table(Some("libs"), &["libs"]))));
    }
}
