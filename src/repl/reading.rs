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

/// A name that the text declares or assigns to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The name.
    pub name: String,
    /// What it is, as far as can be told.
    pub value: Option<Chain>,
    /// Whether it is a local.
    pub local: bool,
    /// Whether it is a function.
    pub function: bool,
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

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn is_name(&self, index: usize) -> bool {
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
    fn keys(&self, start: usize, end: usize) -> Vec<String> {
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

    /// The value that begins at a token, if it is one that can be told.
    fn value(&self, start: usize) -> Option<Chain> {
        if self.word(start) == "{" {
            let root = Root::Table(self.keys(start + 1, self.tokens.len()));
            return Some(Chain { root, keys: Vec::new(), method: false, start });
        }
        let mut end = start + 1;
        match self.kind(start)? {
            TokenKind::Name if self.word(start) == "require" => match self.word(start + 1) {
                "(" => end = start + 4,
                _ => end = start + 2,
            },
            TokenKind::Name => loop {
                if self.word(end) == "." && self.is_name(end + 1) {
                    end += 2;
                } else if self.word(end) == "[" && self.word(end + 2) == "]" {
                    end += 3;
                } else {
                    break;
                }
            },
            TokenKind::String { .. } => {}
            _ => return None,
        }
        let goes_on = match self.kind(end) {
            None => false,
            Some(TokenKind::String { .. }) => true,
            Some(TokenKind::Sign) => !matches!(self.word(end), "," | ";" | ")" | "}" | "]" | "::"),
            Some(_) => matches!(self.word(end), "and" | "or"),
        };
        if goes_on || end > self.tokens.len() { None } else { self.chain(end).filter(|chain| chain.start == start) }
    }

    /// The names that the text declares or assigns to and that are visible at its end, the innermost last.
    pub fn declared(&self) -> Vec<Declared> {
        let mut scopes: Vec<Vec<Declared>> = vec![Vec::new()];
        let mut waiting: Vec<Declared> = Vec::new();
        let mut depth = 0_usize;
        let local = |name: &str| Declared { name: name.to_owned(), value: None, local: true, function: false };
        let mut at = 0;
        // What the token before the end is part of is still being typed.
        let last = self.tokens.len();
        while at < last {
            let word = self.word(at);
            let plain = matches!(self.kind(at), Some(TokenKind::Keyword | TokenKind::Sign));
            match word {
                "(" | "[" | "{" if plain => depth += 1,
                ")" | "]" | "}" if plain => depth = depth.saturating_sub(1),
                "function" if plain => {
                    let is_local = at > 0 && self.word(at - 1) == "local";
                    let mut method = false;
                    if self.is_name(at + 1) && self.word(at + 2) == "(" {
                        let declared = Declared { local: is_local, function: true, ..local(self.word(at + 1)) };
                        push(&mut scopes, is_local, declared);
                    }
                    let mut next = at + 1;
                    while self.is_name(next) || matches!(self.word(next), "." | ":") {
                        method |= self.word(next) == ":";
                        next += 1;
                    }
                    let mut parameters = Vec::new();
                    parameters.extend(method.then(|| local("self")));
                    if self.word(next) == "(" {
                        next += 1;
                        while next < last && (self.is_name(next) || matches!(self.word(next), "," | "...")) {
                            if self.is_name(next) {
                                parameters.push(local(self.word(next)));
                            }
                            next += 1;
                        }
                        if self.word(next) == ")" {
                            next += 1;
                        }
                    }
                    scopes.push(parameters);
                    at = next;
                    continue;
                }
                "for" if plain => {
                    at += 1;
                    while self.is_name(at) || self.word(at) == "," {
                        if self.is_name(at) {
                            waiting.push(local(self.word(at)));
                        }
                        at += 1;
                    }
                    continue;
                }
                "do" if plain => scopes.push(std::mem::take(&mut waiting)),
                "then" | "repeat" if plain => scopes.push(Vec::new()),
                "else" if plain => {
                    leave(&mut scopes);
                    scopes.push(Vec::new());
                }
                "elseif" | "end" | "until" if plain => leave(&mut scopes),
                "local" if plain && self.is_name(at + 1) => {
                    at += 1;
                    let first = at;
                    let mut names = Vec::new();
                    while self.is_name(at) || self.word(at) == "," && self.is_name(at + 1) {
                        if self.is_name(at) {
                            names.push(local(self.word(at)));
                        }
                        at += 1;
                        // Two names in a row are two statements.
                        if self.is_name(at) && self.is_name(at - 1) {
                            break;
                        }
                    }
                    if self.word(at) == "=" {
                        names[0].value = self.value(at + 1);
                        names[0].function = self.word(at + 1) == "function";
                    } else if at == last && self.tokens[last - 1].end == self.text.len() && at > first {
                        // The name at the cursor is not finished.
                        names.pop();
                    }
                    if let Some(scope) = scopes.last_mut() {
                        scope.extend(names);
                    }
                    continue;
                }
                _ if self.is_name(at) && depth == 0 && self.word(at + 1) == "=" => {
                    let part = at > 0 && matches!(self.word(at - 1), "." | ":" | ",");
                    if !part {
                        let function = self.word(at + 2) == "function";
                        let declared = Declared { value: self.value(at + 2), local: false, function, ..local(word) };
                        match find(&mut scopes, word) {
                            Some(known) => (known.value, known.function) = (declared.value, function),
                            None => push(&mut scopes, false, declared),
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
        scopes.into_iter().flatten().collect()
    }

    /// What the text says of a name: the innermost that it may mean.
    pub fn declaration(&self, name: &str) -> Option<Declared> {
        self.declared().into_iter().rev().find(|declared| declared.name == name)
    }
}

fn push(scopes: &mut [Vec<Declared>], inside: bool, declared: Declared) {
    let scope = if inside { scopes.last_mut() } else { scopes.first_mut() };
    if let Some(scope) = scope {
        scope.push(declared);
    }
}

fn find<'s>(scopes: &'s mut [Vec<Declared>], name: &str) -> Option<&'s mut Declared> {
    scopes.iter_mut().rev().flat_map(|scope| scope.iter_mut().rev()).find(|declared| declared.name == name)
}

fn leave(scopes: &mut Vec<Vec<Declared>>) {
    if scopes.len() > 1 {
        scopes.pop();
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

    fn names(text: &str) -> Vec<String> {
        Reading::new(text, Language::Host).declared().into_iter().map(|declared| declared.name).collect()
    }

    #[test]
    fn names_are_visible_in_their_scopes() {
        assert_eq!(names("local a, b = 1 "), ["a", "b"]);
        assert_eq!(names("for i = 1, 2 do local x = 1 "), ["i", "x"]);
        assert!(names("for i = 1, 2 do local x = 1 end ").is_empty());
        assert_eq!(names("local function f(a, ...) "), ["f", "a"]);
        assert_eq!(names("function t:m(a) "), ["self", "a"]);
        assert_eq!(names("g = 1 if g then local y = 2 else local z = 3 "), ["g", "z"]);
        assert_eq!(names("local ab"), [""; 0]);
    }

    #[test]
    fn what_names_stand_for_is_known_where_it_is_plain() {
        let value =
            |text: &str| Reading::new(text, Language::Host).declaration("x").unwrap().value.map(|value| value.root);
        assert_eq!(value("local x = con.remote "), Some(Root::Name("con".into())));
        assert_eq!(value("local x = require('propcase') "), Some(Root::Module("propcase".into())));
        assert_eq!(value("local x = require 'propcase' y = 1 "), Some(Root::Module("propcase".into())));
        assert_eq!(value("local x = {a = 1, b = {c = 2}} "), Some(Root::Table(vec!["a".into(), "b".into()])));
        assert_eq!(value("local x = con.remote() "), None);
        assert_eq!(value("local x = 1 + 2 "), None);
    }
}
