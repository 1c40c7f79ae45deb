//! Colours for what is typed.

use std::ops::Range;

use super::lex::{Token, TokenKind, lex};
use super::line::{Language, Line, Typed, words};
use super::world::{Argument, World, command, innermost};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The sign that says what a text is.
    Sign,
    /// A reserved word.
    Keyword,
    /// `nil`, `true`, `false`.
    Constant,
    /// A string.
    String,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// The name of a command.
    Command,
    /// The bracket at the cursor, and the one that belongs to it.
    Bracket,
    /// What is nothing: an unknown command, a bracket that closes nothing, a byte that is no Lua.
    Wrong,
}

impl Style {
    /// The parameters of its escape sequence (SGR).
    fn code(self) -> &'static str {
        match self {
            Self::Sign => "1;33",
            Self::Keyword => "34",
            Self::Constant => "35",
            Self::String => "32",
            Self::Number => "36",
            Self::Comment => "90",
            Self::Command => "1",
            Self::Bracket => "1;4",
            Self::Wrong => "31",
        }
    }
}

/// A piece of text with a style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it is.
    pub range: Range<usize>,
    /// What it is.
    pub style: Style,
}

/// The pieces of a text that have a style, in order. `cursor`: where it is, if brackets at it are to be shown.
pub fn highlight(text: &str, cursor: Option<usize>, world: &dyn World) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut base = 0;
    while let Some(next) = line(&text[base..], base, cursor, world, &mut pieces) {
        base = next;
    }
    pieces
}

/// The text with escape sequences around its pieces.
pub fn painted(text: &str, pieces: &[Piece]) -> String {
    let mut painted = String::with_capacity(text.len() + pieces.len() * 12);
    let mut at = 0;
    for piece in pieces {
        let (Some(plain), Some(coloured)) = (text.get(at..piece.range.start), text.get(piece.range.clone())) else {
            continue;
        };
        painted.push_str(plain);
        painted.push_str("\x1b[");
        painted.push_str(piece.style.code());
        painted.push('m');
        painted.push_str(coloured);
        painted.push_str("\x1b[0m");
        at = piece.range.end;
    }
    painted.push_str(&text[at..]);
    painted
}

/// The bracket at the cursor, or the one before it, and its partner.
pub fn brackets(text: &str, cursor: usize, world: &dyn World) -> Option<(usize, usize)> {
    let (code, language, base) = code_in(text, innermost(text, world), world)?;
    let code_cursor = cursor.checked_sub(base)?;
    let tokens = lex(code, language);
    let (pairs, _) = pairs(code, &tokens);
    partner(&pairs, code_cursor).map(|(one, other)| (base + one, base + other))
}

/// The code in a line, its language, and where it begins.
fn code_in<'a>(text: &'a str, base: usize, world: &dyn World) -> Option<(&'a str, Language, usize)> {
    let typed = Typed::parse(&text[base..], world.language());
    if let Line::Command { name, rest } = typed.line {
        let command = command(world.commands(), name)?;
        return match command.arguments {
            [Argument::CameraCode] => Some((rest, Language::Camera, base + typed.at)),
            _ => None,
        };
    }
    typed.code().map(|(language, code)| (code, language, base + typed.at))
}

/// Adds the pieces of a line; where another begins in it, if one does.
fn line(text: &str, base: usize, cursor: Option<usize>, world: &dyn World, pieces: &mut Vec<Piece>) -> Option<usize> {
    let typed = Typed::parse(text, world.language());
    let start = text.len() - text.trim_start().len();
    let mut piece = |range: Range<usize>, style| {
        if !range.is_empty() {
            pieces.push(Piece { range: base + range.start..base + range.end, style });
        }
    };
    match typed.line {
        Line::Empty => {}
        Line::Help(_) => {
            let word = if text[start..].starts_with(':') { start..start + 5 } else { start..start + 4 };
            piece(word, Style::Command);
        }
        Line::Command { name, rest } => {
            let end = start + 1 + name.len();
            let known = command(world.commands(), name);
            // It may still become one.
            let open = end == text.len() && world.commands().iter().any(|command| command.name.starts_with(name));
            piece(start..start + 1, Style::Sign);
            piece(start + 1..end, if known.is_some() || open { Style::Command } else { Style::Wrong });
            let known = known?;
            match known.arguments {
                [Argument::Line] => return (!rest.is_empty()).then_some(base + typed.at),
                [Argument::CameraCode] => {
                    code(rest, Language::Camera, base + typed.at, cursor, pieces);
                    return None;
                }
                _ => {}
            }
            for word in words(rest) {
                let range = typed.at + word.range.start..typed.at + word.range.end;
                let option = word.value.split('=').next().unwrap_or_default();
                if rest[word.range.clone()].starts_with(['"', '\'']) {
                    piece(range, Style::String);
                } else if option.len() > 1 && option.starts_with('-') {
                    let exact = known.flags.iter().any(|flag| flag.name == option);
                    let open =
                        range.end == text.len() && known.flags.iter().any(|flag| flag.name.starts_with(&*word.value));
                    piece(range, if exact || open { Style::Command } else { Style::Wrong });
                }
            }
        }
        _ => {
            piece(start..typed.at, Style::Sign);
            if let Some((language, text)) = typed.code() {
                code(text, language, base + typed.at, cursor, pieces);
            }
        }
    }
    None
}

fn code(text: &str, language: Language, base: usize, cursor: Option<usize>, pieces: &mut Vec<Piece>) {
    let tokens = lex(text, language);
    let (pairs, lonely) = pairs(text, &tokens);
    let at_cursor = cursor.and_then(|cursor| partner(&pairs, cursor.checked_sub(base)?));
    for token in &tokens {
        let style = match token.kind {
            TokenKind::Keyword => match &text[token.range()] {
                "nil" | "true" | "false" => Style::Constant,
                _ => Style::Keyword,
            },
            TokenKind::String { .. } => Style::String,
            TokenKind::Number { good: true } => Style::Number,
            TokenKind::Comment { .. } => Style::Comment,
            TokenKind::Odd | TokenKind::Number { good: false } => Style::Wrong,
            TokenKind::Sign => match at_cursor {
                Some((one, other)) if token.start == one || token.start == other => Style::Bracket,
                _ if lonely.contains(&token.start) => Style::Wrong,
                _ => continue,
            },
            TokenKind::Name => continue,
        };
        pieces.push(Piece { range: base + token.start..base + token.end, style });
    }
}

/// Brackets that belong together, and those that close nothing, in order.
fn pairs(text: &str, tokens: &[Token]) -> (Vec<(usize, usize)>, Vec<usize>) {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut pairs = Vec::new();
    let mut lonely = Vec::new();
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Sign) {
        let opening = match &text[token.range()] {
            bracket @ ("(" | "[" | "{") => {
                open.push((bracket, token.start));
                continue;
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => continue,
        };
        match open.last() {
            Some((bracket, start)) if *bracket == opening => {
                pairs.push((*start, token.start));
                open.pop();
            }
            _ => lonely.push(token.start),
        }
    }
    (pairs, lonely)
}

/// The pair of which one is under the cursor, or before it.
fn partner(pairs: &[(usize, usize)], cursor: usize) -> Option<(usize, usize)> {
    let at = |place: usize| pairs.iter().copied().find(|(one, other)| *one == place || *other == place);
    at(cursor).or_else(|| at(cursor.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::fake::Fake;

    fn styles(text: &str) -> Vec<(&str, Style)> {
        let pieces = highlight(text, None, &Fake::new(Language::Host));
        pieces.into_iter().map(|piece| (&text[piece.range], piece.style)).collect()
    }

    #[test]
    fn code_has_its_colours() {
        use Style::{Comment, Constant, Keyword, Number, Sign, String, Wrong};
        assert_eq!(styles("local x = 'a' -- b"), [("local", Keyword), ("'a'", String), ("-- b", Comment)]);
        assert_eq!(styles("=nil, 12"), [("=", Sign), ("nil", Constant), ("12", Number)]);
        assert_eq!(styles("=0.5"), [("=", Sign), ("0.5", Wrong)]);
        assert_eq!(styles("0.5"), [("0.5", Number)]);
        assert_eq!(styles("x = [[é\n"), [("[[é\n", String)]);
        assert_eq!(styles("f(a])"), [("]", Wrong)]);
        assert_eq!(styles("é"), [("é", Wrong)]);
    }

    #[test]
    fn commands_are_known_or_not() {
        use Style::{Command, Constant, Sign, String, Wrong};
        assert_eq!(styles(":ls"), [(":", Sign), ("ls", Command)]);
        assert_eq!(styles(":l"), [(":", Sign), ("l", Command)]);
        assert_eq!(styles(":l x"), [(":", Sign), ("l", Wrong)]);
        assert_eq!(styles(":p x"), [(":", Sign), ("p", Command)]);
        assert_eq!(styles(":zz"), [(":", Sign), ("zz", Wrong)]);
        assert_eq!(
            styles(":ls -l 'a b' -q "),
            [(":", Sign), ("ls", Command), ("-l", Command), ("'a b'", String), ("-q", Wrong)]
        );
        assert_eq!(styles(":time =nil"), [(":", Sign), ("time", Command), ("=", Sign), ("nil", Constant)]);
        assert_eq!(styles("help x"), [("help", Command)]);
    }

    #[test]
    fn brackets_find_each_other() {
        let world = Fake::new(Language::Host);
        let text = "f(g[')'], {})";
        assert_eq!(brackets(text, 1, &world), Some((1, 12)));
        assert_eq!(brackets(text, 13, &world), Some((1, 12)));
        assert_eq!(brackets(text, 3, &world), Some((3, 7)));
        assert_eq!(brackets(text, 5, &world), None);
        assert_eq!(brackets(":time f(x)", 7, &world), Some((7, 9)));
        let marked = highlight(text, Some(3), &world).into_iter().filter(|piece| piece.style == Style::Bracket);
        assert_eq!(marked.map(|piece| piece.range.start).collect::<Vec<_>>(), [3, 7]);
    }

    #[test]
    fn painting_changes_no_letter() {
        let text = "=f('é', 1)";
        let pieces = highlight(text, Some(2), &Fake::new(Language::Host));
        let painted = painted(text, &pieces);
        assert_eq!(
            painted,
            "\x1b[1;33m=\x1b[0mf\x1b[1;4m(\x1b[0m\x1b[32m'é'\x1b[0m, \x1b[36m1\x1b[0m\x1b[1;4m)\x1b[0m"
        );
    }
}
