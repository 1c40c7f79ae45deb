//! The header of a menu script with places in it: what CHDK's menu reads (CHDK core/gui_script.c), and what it makes
//! nothing of.
//!
//! The menu knows no Lua: it takes every line of the first 4096 bytes whose first character, after blanks, is `@` or `#`.

use super::options::Target;
use super::source::Span;

/// Bytes of a file that the menu looks at (core/gui_script.c:426).
pub const SCANNED: usize = 4096;
const LONGEST_TITLE: usize = 35;
const LONGEST_NAME: usize = 64;
const LONGEST_TEXT: usize = 64;

const KEYWORDS: &[&str] = &["@title", "@subtitle", "@chdk_version", "@param", "@default", "@range", "@values"];

/// What a script gets for a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number; for a choice the place of the item, from 0.
    Number,
    /// A boolean.
    Boolean,
    /// A table of all items, with `index` and `value`.
    Table,
}

/// A parameter, which is a global of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Of the variable.
    pub name: String,
    /// Where its name first stands.
    pub span: Span,
    /// What the script gets.
    pub kind: Kind,
    /// Whether a line declares it, rather than only setting its default, range or items.
    pub declared: bool,
    default: Option<(i64, Span)>,
    range: Option<(i64, i64)>,
    items: Option<usize>,
}

/// A line that the menu looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderLine {
    /// From `@` or `#` to the end of the line.
    pub span: Span,
    /// Whether it begins with `#` and so could be Lua: the length of something.
    pub hash: bool,
    /// Whether the menu makes something of it.
    pub taken: bool,
}

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The menu shows less than what is written, or a value that cannot be chosen again.
    Minor,
    /// The parameter is not what is written.
    Wrong,
}

/// What the menu makes nothing of, or something else than what is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// How bad.
    pub weight: Weight,
    /// What.
    pub message: String,
}

/// What the menu knows of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// In the order in which they are first mentioned.
    pub params: Vec<Param>,
    /// The version that it declares.
    pub version: Option<Target>,
    /// Where the title stands, if there is one.
    pub title: Option<Span>,
    /// All lines that begin like header lines.
    pub lines: Vec<HeaderLine>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
}

impl Header {
    /// Reads the header of a text. Any text has one.
    pub fn parse(text: &[u8]) -> Self {
        let scanned = &text[..text.len().min(SCANNED)];
        Self::of_lines(&scanned[..memchr::memchr(0, scanned).unwrap_or(scanned.len())])
    }

    /// Reads all lines of a text, as if the menu did.
    pub fn of_lines(text: &[u8]) -> Self {
        let mut header = Self::default();
        for at in memchr::memchr2_iter(b'@', b'#', text) {
            let before = text[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
            if before.is_none_or(|byte| matches!(byte, b'\n' | b'\r')) {
                let rest = &text[at..];
                let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                header.line(Line { text: &rest[..end], at });
            }
        }
        header.look_over();
        header
    }

    /// The parameter of this name.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }

    fn problem(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(Problem { span, weight: Weight::Wrong, message: message.into() });
    }

    fn cut(&mut self, line: &mut Line<'_>, longest: usize, what: &str) {
        line.skip();
        if line.text.len() > longest {
            let span = Span::new(line.at + longest, line.at + line.text.len());
            let message = format!("the menu shows only the first {longest} bytes of {what}");
            self.problems.push(Problem { span, weight: Weight::Minor, message });
        }
    }

    fn line(&mut self, mut line: Line<'_>) {
        let hash = line.text.starts_with(b"#");
        let whole = line.span();
        let before = self.params.len();
        let taken = if hash { self.new_style(&mut line) } else { self.old_style(&mut line) };
        debug_assert!(taken || self.params.len() == before, "what makes a parameter is taken");
        self.lines.push(HeaderLine { span: whole, hash, taken });
    }

    fn old_style(&mut self, line: &mut Line<'_>) -> bool {
        let (word, span) = line.word();
        let Some(keyword) = KEYWORDS.iter().find(|keyword| word.starts_with(keyword.as_bytes())) else {
            let word = String::from_utf8_lossy(word);
            let near = KEYWORDS.iter().find(|keyword| strsim::damerau_levenshtein(keyword, &word) <= 2);
            if let Some(keyword) = near.filter(|_| word.len() > 3) {
                self.problem(span, format!("the menu knows no {word}; did you mean {keyword}?"));
            }
            return false;
        };
        if word.len() > keyword.len() && *keyword != "@chdk_version" {
            let word = String::from_utf8_lossy(word).into_owned();
            self.problem(span, format!("the menu reads {word} as {keyword}"));
        }
        match *keyword {
            "@title" => {
                self.title = Some(span);
                self.cut(line, LONGEST_TITLE, "a title");
            }
            "@subtitle" => self.cut(line, LONGEST_TITLE, "a subtitle"),
            "@chdk_version" => self.read_version(line),
            keyword => return self.param_line(keyword, line),
        }
        true
    }

    fn read_version(&mut self, line: &mut Line<'_>) {
        let (word, span) = line.word();
        let text = String::from_utf8_lossy(word).into_owned();
        match text.parse() {
            Ok(version) => self.version = Some(version),
            Err(_) => {
                self.problem(span, "@chdk_version needs a version, such as 1.6");
                // What the menu makes of it: whatever number it begins with.
                let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
                self.version = digits.trim_end_matches('.').parse().ok().or(Some(Target([0; 4])));
            }
        }
    }

    fn param_line(&mut self, keyword: &str, line: &mut Line<'_>) -> bool {
        line.skip();
        let place = Span::new(line.at, line.at + line.text.iter().take_while(|b| !is_separator(**b)).count());
        let Some(at) = self.named(line, keyword == "@param") else { return false };
        match keyword {
            "@param" => {
                if std::mem::replace(&mut self.params[at].declared, true) {
                    let span = line.span();
                    self.problem(span, format!("{} is declared twice", self.params[at].name));
                }
                self.cut(line, LONGEST_TEXT, "a description");
            }
            "@default" => self.read_default(at, line),
            "@range" => self.read_range(at, line),
            _ => {
                let items = std::iter::from_fn(|| line.item(b"")).count();
                if items == 0 {
                    self.problem(place, "@values needs items, with blanks between them");
                }
                self.params[at].items = Some(items);
            }
        }
        true
    }

    /// The parameter whose name comes next; a new one if it has not been mentioned.
    fn named(&mut self, line: &mut Line<'_>, declares: bool) -> Option<usize> {
        line.skip();
        let (word, span) = line.word();
        if !word.first().is_some_and(u8::is_ascii_alphabetic) {
            self.problem(span, "a parameter's name must begin with a letter; the menu skips this line");
            return None;
        }
        let name = String::from_utf8_lossy(&word[..word.len().min(LONGEST_NAME)]).into_owned();
        if let Some(at) = self.params.iter().position(|param| param.name == name) {
            if declares {
                self.params[at].span = span;
            }
            return Some(at);
        }
        if !is_lua_name(&name) {
            self.problem(span, format!("'{name}' is no name in Lua; no script can read this parameter as a variable"));
        } else if word.len() > LONGEST_NAME {
            self.problem(span, format!("the menu cuts this name to {LONGEST_NAME} bytes"));
        }
        self.params.push(Param {
            name,
            span,
            kind: Kind::Number,
            declared: false,
            default: None,
            range: None,
            items: None,
        });
        Some(self.params.len() - 1)
    }

    fn read_default(&mut self, at: usize, line: &mut Line<'_>) {
        line.skip();
        let (word, span) = line.word();
        if word.starts_with(b"true") || word.starts_with(b"false") {
            self.params[at].kind = Kind::Boolean;
            return;
        }
        match number(word) {
            Some((value, octal)) => {
                if octal {
                    self.problem(span, format!("a leading 0 makes it octal: the menu reads {value}"));
                }
                self.params[at].default = Some((value, span));
            }
            None => {
                let read = leading_number(word);
                self.problem(span, format!("a default is an integer, true or false; the menu reads {read}"));
            }
        }
    }

    fn read_range(&mut self, at: usize, line: &mut Line<'_>) {
        let start = line.at;
        let (min, max) = (line.number(), line.number());
        let (Some((min, min_span)), Some((max, max_span))) = (min, max) else {
            let span = Span::new(start, line.at + line.text.trim_ascii_end().len());
            self.problem(span, "a range is two integers, the least and the greatest value");
            return;
        };
        let unsigned = min >= 0 && max >= 0;
        let (low, high) = if unsigned { (0, 65_535) } else { (-32_768, 32_767) };
        for (value, span) in [(min, min_span), (max, max_span)] {
            if !(low..=high).contains(&value) {
                let kept = if unsigned { i64::from(value as u16) } else { i64::from(value as i16) };
                let long = if unsigned { "; `long` at the end of a # line allows 0 to 9999999" } else { "" };
                self.problem(span, format!("a range is kept in 16 bits: {value} becomes {kept}{long}"));
            }
        }
        if (min, max) == (1, 0) {
            self.params[at].kind = Kind::Boolean;
        } else if min > max {
            self.problem(min_span.to(max_span), format!("the range ends before it begins: {min} is more than {max}"));
        }
        self.params[at].range = Some((min, max));
    }

    /// `#NAME=VALUE "TEXT" …`
    fn new_style(&mut self, line: &mut Line<'_>) -> bool {
        line.forward(1);
        if !line.text.first().is_some_and(u8::is_ascii_alphabetic) {
            return false;
        }
        let Some(at) = self.named(line, true) else { return false };
        if std::mem::replace(&mut self.params[at].declared, true) {
            let span = self.params[at].span;
            self.problem(span, format!("{} is declared twice", self.params[at].name));
        }
        self.read_default(at, line);
        line.skip();
        let Some(quote) = line.text.first().copied().filter(|quote| matches!(quote, b'"' | b'\'')) else {
            let span = line.span();
            let message = "a description in quotes must come here; the menu leaves out the rest of the line";
            self.problem(span, message);
            return true;
        };
        let Some(length) = line.text[1..].iter().position(|b| *b == quote) else {
            let span = line.span();
            self.problem(span, "the description has no closing quote");
            return true;
        };
        if length > LONGEST_TEXT {
            let span = Span::new(line.at + 1 + LONGEST_TEXT, line.at + 1 + length);
            let message = format!("the menu shows only the first {LONGEST_TEXT} bytes of a description");
            self.problems.push(Problem { span, weight: Weight::Minor, message });
        }
        line.forward(length + 2);
        self.tail(at, line);
        true
    }

    fn tail(&mut self, at: usize, line: &mut Line<'_>) {
        line.skip();
        let close = match line.text.first() {
            Some(b'[') => Some(b']'),
            Some(b'{') => Some(b'}'),
            _ => None,
        };
        if let Some(close) = close {
            let span = line.span();
            let Some(end) = line.text.iter().position(|b| *b == close) else {
                self.problem(span, format!("'{}' is missing", char::from(close)));
                return;
            };
            let mut inner = Line { text: &line.text[1..end], at: line.at + 1 };
            if close == b']' {
                self.read_range(at, &mut inner);
            } else {
                let items = std::iter::from_fn(|| inner.item(b"")).count();
                self.params[at].items = Some(items);
                if items == 0 {
                    self.problem(span, "a choice needs items, with blanks between them");
                }
            }
            line.forward(end + 1);
        }
        loop {
            line.skip();
            let (word, span) = line.word();
            match word {
                b"" => break,
                b"table" if self.params[at].items.is_some() => self.params[at].kind = Kind::Table,
                b"bool" => self.params[at].kind = Kind::Boolean,
                b"long" => {}
                _ => {
                    self.problem(span, "the menu leaves this out; only table, bool and long can come here");
                    break;
                }
            }
        }
    }

    /// What can only be said when all of it is read.
    fn look_over(&mut self) {
        let mut found = Vec::new();
        for param in &self.params {
            if !param.declared && is_lua_name(&param.name) {
                let message = format!("no @param declares '{}'; the menu shows it without a description", param.name);
                found.push(Problem { span: param.span, weight: Weight::Wrong, message });
            }
            let Some((default, span)) = param.default else { continue };
            let items = param.items.filter(|items| *items > 0).map(|items| items as i64);
            let limits = match (items, param.kind, param.range) {
                (Some(items), Kind::Table, _) => Some((1, items)),
                (Some(items), ..) => Some((0, items - 1)),
                (None, Kind::Number, Some((min, max))) if min <= max => Some((min, max)),
                _ => None,
            };
            if let Some((min, max)) = limits.filter(|(min, max)| !(*min..=*max).contains(&default)) {
                let message = format!("the default {default} is not among {min} to {max}");
                found.push(Problem { span, weight: Weight::Minor, message });
            }
        }
        self.problems.extend(found);
    }
}

/// What is left of a line, and where that starts.
struct Line<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Line<'a> {
    fn span(&self) -> Span {
        Span::new(self.at, self.at + self.text.trim_ascii_end().len())
    }

    fn forward(&mut self, count: usize) {
        let count = count.min(self.text.len());
        self.text = &self.text[count..];
        self.at += count;
    }

    fn skip(&mut self) {
        self.forward(self.text.iter().take_while(|b| is_separator(**b)).count());
    }

    /// What comes before the next separator; its place is the whole rest's if there is nothing.
    fn word(&mut self) -> (&'a [u8], Span) {
        self.skip();
        let length = self.text.iter().position(|b| is_separator(*b)).unwrap_or(self.text.len());
        let word = &self.text[..length];
        let span = Span::new(self.at, self.at + length);
        self.forward(length);
        (word, span)
    }

    fn number(&mut self) -> Option<(i64, Span)> {
        let (word, span) = self.word();
        number(word).map(|(value, _)| (value, span))
    }

    fn item(&mut self, ends: &[u8]) -> Option<&'a [u8]> {
        self.skip();
        let length = self.text.iter().position(|b| is_separator(*b) || ends.contains(b)).unwrap_or(self.text.len());
        let item = &self.text[..length];
        self.forward(length);
        (!item.is_empty()).then_some(item)
    }
}

/// A whole integer as C reads it in base 0, and whether a leading 0 makes it something else than it looks.
fn number(word: &[u8]) -> Option<(i64, bool)> {
    let text = std::str::from_utf8(word).ok()?;
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let octal = digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    let value = match digits.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(digits.get(2..)?, 16).ok()?,
        _ if octal => i64::from_str_radix(digits, 8).unwrap_or(0),
        _ if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    Some((if negative { -value } else { value }, octal && digits.bytes().any(|b| b != b'0')))
}

/// What C makes of a word that is not a number as a whole.
fn leading_number(word: &[u8]) -> i64 {
    let digits = word.iter().enumerate().take_while(|(i, b)| b.is_ascii_digit() || (*i == 0 && **b == b'-')).count();
    std::str::from_utf8(&word[..digits]).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// What parts tokens (core/gui_script.c:83-107).
fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'=')
}

/// Whether it can be the name of a variable.
pub fn is_lua_name(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not",
        "or", "repeat", "return", "then", "true", "until", "while",
    ];
    name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !WORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problems(text: &str) -> Vec<(String, String)> {
        let header = Header::parse(text.as_bytes());
        let place = |span: Span| text[span.range()].to_owned();
        header.problems.iter().map(|problem| (place(problem.span), problem.message.clone())).collect()
    }

    #[test]
    fn a_proper_header_has_no_problems() {
        let text = "--[[\n@title Interval\n@chdk_version 1.6\n@param a Shots\n@default a 5\n@range a 0 100\n@param b Mode\n\
            @values b Off On\n#ui_x=true \"Display?\"\n#ui_y=2 \"Which\" {one two} table\n#t=50000 \"Time\" long\n--]]\n";
        assert_eq!(problems(text), []);
        let header = Header::parse(text.as_bytes());
        assert_eq!(header.version, Some(Target([1, 6, 0, 0])));
        let kinds: Vec<_> = header.params.iter().map(|param| (&*param.name, param.kind)).collect();
        let number = Kind::Number;
        let expected = [("a", number), ("b", number), ("ui_x", Kind::Boolean), ("ui_y", Kind::Table), ("t", number)];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn mistakes_are_placed() {
        let found = |text| problems(text).into_iter().map(|(place, _)| place).collect::<Vec<_>>();
        assert_eq!(found("@parm a Shots"), ["@parm"]);
        assert_eq!(found("@param a Shots\n@default a 1.5"), ["1.5"]);
        assert_eq!(found("@param a Shots\n@default b 1"), ["b"]);
        assert_eq!(found("@param a Shots\n@default a 9\n@range a 0 5"), ["9"]);
        assert_eq!(found("@param a Shots\n@range a 0 70000"), ["70000"]);
        assert_eq!(found("#x=1 Time"), ["Time"]);
        assert_eq!(found("#x=1 \"Time"), ["\"Time"]);
        assert_eq!(found("#x=1 \"Time\" [0 5"), ["[0 5"]);
        assert_eq!(found("#x=1 \"Time\" lang"), ["lang"]);
        assert_eq!(found("@param 1 Shots"), ["1"]);
        assert_eq!(found("@author somebody\n@license MIT\n# of shots\n##"), ["of"; 0]);
    }

    #[test]
    fn what_the_simulated_menu_reads_is_read_the_same() {
        let text = "@title T\n@param a A\n@default a 3\n@range a 1 0\n#b=2 \"B\" {x y z} table\n#c=false 'C'\n#d=7";
        let ours = Header::parse(text.as_bytes());
        let menu = crate::sim::header::Header::parse(text.as_bytes(), "x.lua");
        let names: Vec<_> = ours.params.iter().map(|param| &param.name).collect();
        assert_eq!(names, menu.params.iter().map(|param| &param.name).collect::<Vec<_>>());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_read(
            words in proptest::collection::vec(
                "\n#|\n@(title|chdk_version|param|default|range|values) |[a-z]=|\"|\\{|\\}|\\[|\\]|-?[0-9]{1,25} |0x|\\.|true|table|long|\\PC",
                0..80,
            )
        ) {
            let text = words.concat();
            let header = Header::parse(text.as_bytes());
            for problem in &header.problems {
                prop_assert!(problem.span.end as usize <= text.len());
            }
        }
    }
}
