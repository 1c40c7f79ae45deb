//! The names that a text declares or assigns to, and what they stand for where that is plain.

use super::lex::TokenKind;
use super::reading::{Chain, Reading, Root};

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

impl Reading<'_> {
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
    use crate::repl::line::Language;

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
