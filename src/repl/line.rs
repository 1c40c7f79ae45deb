//! What a typed text is: code for one of the two Luas, a command, or a question.
//!
//! The signs are chdkptp's: `.code` starts a camera script, `=expr` runs camera code and shows its values, `!code` is the
//! host's Lua. Commands begin with a colon, so that no global is hidden by one.

use std::borrow::Cow;
use std::ops::Range;

/// The language of a text without a sign in front.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// The host's Lua 5.2.
    #[default]
    Host,
    /// The camera's Lua 5.1.
    Camera,
}

/// What a typed text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// Blank.
    Empty,
    /// Code for the host.
    Host(&'a str),
    /// Code for the camera, which is started and left alone.
    CameraStart(&'a str),
    /// Code for the camera, whose end and values are waited for.
    CameraRun(&'a str),
    /// `:name rest`.
    Command {
        /// Without its colon.
        name: &'a str,
        /// What stands behind the name and the blanks after it; blanks at its end are left, for they count while typing.
        rest: &'a str,
    },
    /// `help NAME`, or `help` alone with an empty name.
    Help(&'a str),
}

/// A typed text, and where its code begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed<'a> {
    /// What it is.
    pub line: Line<'a>,
    /// The offset in the text, in bytes, of the code, of a command's `rest`, or of the name that is asked for.
    pub at: usize,
}

impl<'a> Typed<'a> {
    /// What `text` is, where `language` is that of code without a sign.
    pub fn parse(text: &'a str, language: Language) -> Self {
        let start = text.len() - text.trim_start().len();
        let body = &text[start..];
        let behind = |line: fn(&'a str) -> Line<'a>| Self { line: line(&body[1..]), at: start + 1 };
        match body.as_bytes() {
            [] => Self { line: Line::Empty, at: text.len() },
            [b'!', ..] => behind(Line::Host),
            [b'.', ..] => behind(Line::CameraStart),
            [b'=', ..] => behind(Line::CameraRun),
            // A label of Lua's begins with two of them.
            [b':', next, ..] if *next != b':' => Self::command(text, start),
            b":" => Self::command(text, start),
            _ => match asked(body) {
                Some(at) => Self { line: Line::Help(body[at..].trim_end()), at: start + at },
                None => match language {
                    // All of it, so that lines and columns in errors are those that were typed.
                    Language::Host => Self { line: Line::Host(text), at: 0 },
                    Language::Camera => Self { line: Line::CameraRun(text), at: 0 },
                },
            },
        }
    }

    fn command(text: &'a str, colon: usize) -> Self {
        let body = &text[colon + 1..];
        let end = body.find(char::is_whitespace).unwrap_or(body.len());
        let (name, behind) = body.split_at(end);
        let rest = behind.trim_start();
        let at = text.len() - rest.len();
        match name {
            "help" => Self { line: Line::Help(rest.trim_end()), at },
            name => Self { line: Line::Command { name, rest }, at },
        }
    }

    /// The code and its language, if the text is code.
    pub fn code(&self) -> Option<(Language, &'a str)> {
        match self.line {
            Line::Host(code) => Some((Language::Host, code)),
            Line::CameraStart(code) | Line::CameraRun(code) => Some((Language::Camera, code)),
            Line::Empty | Line::Command { .. } | Line::Help(_) => None,
        }
    }
}

/// Where the name begins that `help NAME` asks for. `help = 1` and `help(x)` are Lua.
fn asked(body: &str) -> Option<usize> {
    let rest = body.strip_prefix("help")?;
    let name = rest.trim_start();
    if rest.len() == name.len() && !rest.is_empty() {
        return None;
    }
    let plain = |c: char| c.is_alphanumeric() || "_.:-/*".contains(c);
    name.trim_end().chars().all(plain).then_some(body.len() - name.len())
}

/// A word of a command's arguments.
///
/// Blanks part words. `'…'` takes everything as it is, `"…"` too but for `\"` and `\\`, and either may stand inside a word.
/// Other backslashes are themselves: paths of Windows have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// What it says.
    pub value: Cow<'a, str>,
    /// Where it is written, with its quotes.
    pub range: Range<usize>,
    /// The quote in which the text ends, if the word does not close it.
    pub open: Option<char>,
}

/// The words of a command's arguments.
pub fn words(rest: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        at += rest[at..].len() - rest[at..].trim_start().len();
        if at == rest.len() {
            return words;
        }
        let word = word(rest, at);
        at = word.range.end;
        words.push(word);
    }
}

fn word(rest: &str, start: usize) -> Word<'_> {
    let mut value = String::new();
    let mut open = None;
    let mut end = rest.len();
    let mut chars = rest[start..].char_indices().peekable();
    let mut plain = true;
    while let Some((at, c)) = chars.next() {
        match (open, c) {
            (None, c) if c.is_whitespace() => {
                end = start + at;
                break;
            }
            (None, '"' | '\'') => {
                open = Some(c);
                plain = false;
            }
            (Some(quote), c) if c == quote => open = None,
            (Some('"'), '\\') if matches!(chars.peek(), Some((_, '"' | '\\'))) => {
                value.extend(chars.next().map(|(_, c)| c));
            }
            (_, c) => value.push(c),
        }
    }
    let value = if plain { Cow::Borrowed(&rest[start..end]) } else { Cow::Owned(value) };
    Word { value, range: start..end, open }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> (Line<'_>, usize) {
        let typed = Typed::parse(text, Language::Host);
        (typed.line, typed.at)
    }

    #[test]
    fn signs_say_what_a_text_is() {
        assert_eq!(host("  "), (Line::Empty, 2));
        assert_eq!(host(" x = 1"), (Line::Host(" x = 1"), 0));
        assert_eq!(host("!x"), (Line::Host("x"), 1));
        assert_eq!(host(" .shoot()"), (Line::CameraStart("shoot()"), 2));
        assert_eq!(host("= 1+1"), (Line::CameraRun(" 1+1"), 1));
        assert_eq!(host("::again:: x()"), (Line::Host("::again:: x()"), 0));
        assert_eq!(Typed::parse("x", Language::Camera).line, Line::CameraRun("x"));
        assert_eq!(Typed::parse("!x", Language::Camera).line, Line::Host("x"));
    }

    #[test]
    fn commands_have_a_name_and_a_rest() {
        assert_eq!(host(":"), (Line::Command { name: "", rest: "" }, 1));
        assert_eq!(host(":ls"), (Line::Command { name: "ls", rest: "" }, 3));
        assert_eq!(host(" :ls  A/DCIM "), (Line::Command { name: "ls", rest: "A/DCIM " }, 6));
        assert_eq!(host(":put\ta b"), (Line::Command { name: "put", rest: "a b" }, 5));
    }

    #[test]
    fn help_is_a_question_unless_it_is_lua() {
        assert_eq!(host("help"), (Line::Help(""), 4));
        assert_eq!(host("help  con:exec "), (Line::Help("con:exec"), 6));
        assert_eq!(host(":help sleep"), (Line::Help("sleep"), 6));
        for code in ["help = 1", "help(x)", "helper", "help.x = 1", "help 'x'"] {
            assert_eq!(host(code), (Line::Host(code), 0));
        }
    }

    #[test]
    fn words_are_parted_by_blanks_outside_quotes() {
        let text = r#"a 'b "c' d"e\"f\n"g  "h i"#;
        let words = words(text);
        let said: Vec<_> = words.iter().map(|word| (&*word.value, &text[word.range.clone()], word.open)).collect();
        assert_eq!(
            said,
            [
                ("a", "a", None),
                ("b \"c", "'b \"c'", None),
                (r#"de"f\ng"#, r#"d"e\"f\n"g"#, None),
                ("h i", "\"h i", Some('"'))
            ]
        );
        assert_eq!(super::words(r"C:\new\x")[0].value, r"C:\new\x");
    }
}
