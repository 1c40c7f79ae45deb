//! The header of a script: its title and parameters, as CHDK's menu reads them (CHDK core/gui_script.c).
//!
//! The scanner knows no Lua. It looks at every line of the first 4096 bytes whose first character, after blanks, is `@` or
//! `#`:
//!
//! ```text
//! @title TEXT    @subtitle TEXT    @chdk_version 1.6[.0[.0[.0]]]
//! @param NAME TEXT    @default NAME VALUE    @range NAME MIN MAX    @values NAME ITEM…
//! #NAME=VALUE "TEXT" [MIN MAX]    #NAME=VALUE "TEXT" {ITEM…} [table]    then bool, long
//! ```
//!
//! Where the facts leave something open: what is longer than it may be is cut; a text without its closing quote goes to
//! the end of its line; a range of two numbers that are not negative is read without a sign, any other with one; `\r` ends
//! a line, and a NUL the file.

use std::fmt;

use crate::sim::vm::Value;

/// Bytes of a file that are looked at (core/gui_script.c:426).
const SCANNED: usize = 4096;
const LONGEST_TITLE: usize = 35;
const LONGEST_NAME: usize = 64;
const LONGEST_TEXT: usize = 64;

/// What the menu knows of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What the menu calls the script; the name of its file if it says nothing.
    pub title: String,
    /// A line in the menu above its parameters.
    pub subtitle: Option<String>,
    /// For which CHDK it is written; 1.3 if it does not say.
    pub chdk_version: ChdkVersion,
    /// In the order in which they are first mentioned.
    pub params: Vec<Param>,
}

/// Major, minor, maintenance and revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChdkVersion(pub [u32; 4]);

impl ChdkVersion {
    /// What a script without `@chdk_version` is taken for.
    pub const OLD: Self = Self([1, 3, 0, 0]);

    /// Whether such scripts get `wrap13`, with functions as they were in CHDK 1.3.
    pub fn needs_wrap13(self) -> bool {
        self.0[..2] == Self::OLD.0[..2]
    }
}

impl fmt::Display for ChdkVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, maintenance, revision] = self.0;
        write!(f, "{major}.{minor}.{maintenance}.{revision}")
    }
}

/// A parameter, which a script finds as a global variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Of the variable. At most 64 bytes.
    pub name: String,
    /// What the menu calls it. At most 64 bytes; empty if the script does not say.
    pub description: String,
    /// 0 or 1 for a boolean; for items their number, from 0, and from 1 for a table.
    pub default: i32,
    /// The least and the greatest value, as the menu keeps them.
    pub range: Option<(i32, i32)>,
    /// What there is to choose from, if it is a choice.
    pub items: Vec<String>,
    /// What the script gets.
    pub kind: Kind,
    /// Whether values go from 0 to 9999999.
    pub long: bool,
}

/// What a script gets for a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number; for a choice the place of the item, from 0.
    Number,
    /// A boolean.
    Bool,
    /// All items, and `index`, from 1, and `value`, the item at it.
    Table,
}

impl Header {
    /// Reads what stands in a script; `file` is the name of its file. There is always a header.
    pub fn parse(source: &[u8], file: &str) -> Self {
        let mut header = Self {
            title: cut(file.as_bytes(), LONGEST_TITLE),
            subtitle: None,
            chdk_version: ChdkVersion::OLD,
            params: Vec::new(),
        };
        let source = &source[..source.len().min(SCANNED)];
        let end = source.iter().position(|b| *b == 0).unwrap_or(source.len());
        for line in source[..end].split(|b| matches!(b, b'\n' | b'\r')) {
            let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            header.line(&line[blanks..]);
        }
        header
    }

    /// The parameter of this name.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }

    fn line(&mut self, line: &[u8]) {
        let starts = |keyword: &str| line.strip_prefix(keyword.as_bytes()).map(Line);
        if let Some(mut rest) = starts("@title") {
            self.title = rest.after_keyword().rest(LONGEST_TITLE);
        } else if let Some(mut rest) = starts("@subtitle") {
            self.subtitle = Some(rest.after_keyword().rest(LONGEST_TITLE));
        } else if let Some(mut rest) = starts("@chdk_version") {
            self.chdk_version = rest.after_keyword().version();
        } else if let Some(mut rest) = starts("@param") {
            if let Some(param) = self.named(rest.after_keyword()) {
                param.description = rest.rest(LONGEST_TEXT);
            }
        } else if let Some(mut rest) = starts("@default") {
            if let Some(param) = self.named(rest.after_keyword()) {
                param.set_default(&mut rest);
            }
        } else if let Some(mut rest) = starts("@range") {
            if let Some(param) = self.named(rest.after_keyword()) {
                param.set_range(rest.number(), rest.number());
            }
        } else if let Some(mut rest) = starts("@values") {
            if let Some(param) = self.named(rest.after_keyword()) {
                param.items = std::iter::from_fn(|| rest.item(b"")).collect();
            }
        } else if let Some(mut rest) = starts("#")
            && rest.0.first().is_some_and(u8::is_ascii_alphabetic)
            && let Some(param) = self.named(&mut rest)
        {
            param.new_style(&mut rest);
        }
    }

    /// The parameter whose name comes next; a new one if it has not been mentioned.
    fn named(&mut self, line: &mut Line<'_>) -> Option<&mut Param> {
        let name = line.name()?;
        let at = self.params.iter().position(|param| param.name == name);
        let at = at.unwrap_or_else(|| {
            self.params.push(Param::new(name));
            self.params.len() - 1
        });
        self.params.get_mut(at)
    }
}

impl Param {
    fn new(name: String) -> Self {
        Self {
            name,
            description: String::new(),
            default: 0,
            range: None,
            items: Vec::new(),
            kind: Kind::Number,
            long: false,
        }
    }

    /// What the menu lets a user choose.
    pub fn limits(&self) -> (i32, i32) {
        let count = i32::try_from(self.items.len()).unwrap_or(i32::MAX);
        match self.kind {
            Kind::Bool => (0, 1),
            Kind::Table => (1, count.max(1)),
            Kind::Number if count > 0 => (0, count - 1),
            Kind::Number if self.long => (0, 9_999_999),
            Kind::Number => match self.range {
                Some((min, max)) => (min.min(max), min.max(max)),
                None => (i32::MIN, i32::MAX),
            },
        }
    }

    /// Whether the menu shows a box to tick.
    pub fn is_checkbox(&self) -> bool {
        self.kind == Kind::Bool || matches!(self.range, Some((0, 1) | (1, 0)))
    }

    /// What the script gets for a value.
    pub fn lua_value(&self, value: i32) -> Value {
        match self.kind {
            Kind::Number => Value::Int(value),
            Kind::Bool => Value::Bool(value != 0),
            Kind::Table => {
                let text = |item: &String| Value::Bytes(item.clone().into_bytes());
                let mut fields: Vec<_> = (1..).map(Value::Int).zip(self.items.iter().map(text)).collect();
                fields.push((Value::Bytes(b"index".to_vec()), Value::Int(value)));
                let chosen = usize::try_from(value).ok().and_then(|value| self.items.get(value.checked_sub(1)?));
                fields.extend(chosen.map(|item| (Value::Bytes(b"value".to_vec()), text(item))));
                Value::Table(fields)
            }
        }
    }

    fn set_default(&mut self, line: &mut Line<'_>) {
        let (value, boolean) = line.value();
        self.default = value;
        if boolean {
            self.kind = Kind::Bool;
        }
    }

    /// Both ends are kept in 16 bits (gui_menu.h:45).
    fn set_range(&mut self, min: i32, max: i32) {
        let kept = |n: i32| if min >= 0 && max >= 0 { i32::from(n as u16) } else { i32::from(n as i16) };
        self.range = Some((kept(min), kept(max)));
        if (min, max) == (1, 0) {
            self.kind = Kind::Bool;
        }
    }

    /// What follows `#NAME`.
    fn new_style(&mut self, line: &mut Line<'_>) {
        self.set_default(line);
        let Some(description) = line.quoted() else { return };
        self.description = description;
        line.skip();
        if line.takes("[") {
            self.set_range(line.number(), line.number());
            line.behind(b']');
        } else if line.takes("{") {
            self.items = std::iter::from_fn(|| line.item(b"}")).collect();
            line.behind(b'}');
            line.skip();
            if line.takes("table") {
                self.kind = Kind::Table;
            }
        }
        line.skip();
        if line.takes("bool") {
            self.kind = Kind::Bool;
        }
        line.skip();
        self.long |= line.takes("long");
    }
}

/// What is left of a line.
struct Line<'a>(&'a [u8]);

impl<'a> Line<'a> {
    /// Keywords match as prefixes: what is left of the word counts for nothing.
    fn after_keyword(&mut self) -> &mut Self {
        self.word();
        self
    }

    fn skip(&mut self) {
        let blanks = self.0.iter().take_while(|b| is_separator(**b)).count();
        self.0 = &self.0[blanks..];
    }

    /// What comes before the next separator.
    fn word(&mut self) -> &'a [u8] {
        let length = self.0.iter().position(|b| is_separator(*b)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(length);
        self.0 = rest;
        word
    }

    fn name(&mut self) -> Option<String> {
        self.skip();
        let word = self.word();
        word.first().filter(|first| first.is_ascii_alphabetic()).map(|_| cut(word, LONGEST_NAME))
    }

    fn rest(&mut self, longest: usize) -> String {
        self.skip();
        cut(std::mem::take(&mut self.0), longest)
    }

    fn takes(&mut self, word: &str) -> bool {
        let rest = self.0.strip_prefix(word.as_bytes());
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn behind(&mut self, end: u8) {
        let at = self.0.iter().position(|b| *b == end);
        self.0 = at.map_or(&[], |at| &self.0[at + 1..]);
    }

    /// The next of several items, which separators or one of `ends` end.
    fn item(&mut self, ends: &[u8]) -> Option<String> {
        self.skip();
        let length = self.0.iter().position(|b| is_separator(*b) || ends.contains(b)).unwrap_or(self.0.len());
        let (item, rest) = self.0.split_at(length);
        self.0 = rest;
        (!item.is_empty()).then(|| cut(item, SCANNED))
    }

    fn quoted(&mut self) -> Option<String> {
        self.skip();
        let (quote, text) = self.0.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
        let length = text.iter().position(|b| b == quote).unwrap_or(text.len());
        self.0 = text.get(length + 1..).unwrap_or_default();
        Some(cut(&text[..length], LONGEST_TEXT))
    }

    /// A value, and whether it was `true` or `false`.
    fn value(&mut self) -> (i32, bool) {
        self.skip();
        for (word, value) in [("true", 1), ("false", 0)] {
            if self.0.starts_with(word.as_bytes()) {
                self.word();
                return (value, true);
            }
        }
        (self.number(), false)
    }

    /// A number as C's `strtol` reads it in base 0; 0 if there is none.
    fn number(&mut self) -> i32 {
        self.skip();
        let negative = self.0.first() == Some(&b'-');
        if matches!(self.0.first(), Some(b'-' | b'+')) {
            self.0 = &self.0[1..];
        }
        let base = match self.0 {
            [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => {
                self.0 = &self.0[2..];
                16
            }
            [b'0', ..] => 8,
            _ => 10,
        };
        let mut number = 0_i64;
        while let Some(digit) = self.0.first().and_then(|b| char::from(*b).to_digit(base)) {
            number = (number * i64::from(base) + i64::from(digit)).min(1 << 31);
            self.0 = &self.0[1..];
        }
        let number = if negative { -number } else { number };
        number.clamp(i32::MIN.into(), i32::MAX.into()) as i32
    }

    fn version(&mut self) -> ChdkVersion {
        let mut version = [0; 4];
        for part in &mut version {
            self.skip();
            let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
            let (number, rest) = self.0.split_at(digits);
            *part = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok()).unwrap_or(0);
            self.0 = rest.strip_prefix(b".").unwrap_or_default();
        }
        ChdkVersion(version)
    }
}

/// What parts tokens (core/gui_script.c:83-107).
fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'=')
}

fn cut(text: &[u8], longest: usize) -> String {
    String::from_utf8_lossy(&text[..text.len().min(longest)]).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_have_a_header(source in proptest::collection::vec(any::<u8>(), 0..6000), file in "\\PC{0,60}") {
            check(&Header::parse(&source, &file));
        }

        #[test]
        fn what_looks_like_a_header_has_one(
            words in proptest::collection::vec(
                "\n#|\n@(title|subtitle|chdk_version|param|default|range|values) |[a-z]=|\"|\\{|\\}|\\[|\\]|-?[0-9]{1,12} |0x|\\.|true|table|bool|long| ",
                0..80,
            )
        ) {
            check(&Header::parse(words.concat().as_bytes(), "x.lua"));
        }
    }

    fn check(header: &Header) {
        for param in &header.params {
            let (min, max) = param.limits();
            assert!(min <= max, "{param:?}");
            assert!(param.name.starts_with(|c: char| c.is_ascii_alphabetic()), "{param:?}");
            param.lua_value(param.default);
        }
    }
}
