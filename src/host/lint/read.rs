//! A host script as the linter's tree.
//!
//! Host scripts are Lua 5.2, and the linter reads the camera's 5.1. What 5.2 has besides is made blank first, which leaves
//! everything else where it is: `goto`, labels, empty statements, `\z` in strings, the line for the shell. What numbers and
//! strings of the tree are worth is the camera's reading of them; [`text`](super::text) reads them from the source instead.

use crate::lint::scan::{Comment, Keyword, Token, TokenKind, scan};
use crate::lint::tree::Tree;
use crate::lint::{self, Options, Source, SourceId, Span};

/// A host script that was read.
pub(super) struct Host {
    pub source: Source,
    pub tree: Tree,
    pub comments: Vec<Comment>,
}

/// Reads it. Any bytes will do.
pub(super) fn read(source: Source) -> Host {
    let mut text = source.bytes().to_vec();
    first_line(&mut text);
    skipped_space(&mut text);
    let tokens = scan(&text, false).tokens;
    statements(&mut text, &tokens);
    let plain = Source::new(source.name(), text);
    let parsed = lint::read(SourceId(0), &plain, &Options::default());
    Host { source, tree: parsed.tree, comments: parsed.scan.comments }
}

fn blank(text: &mut [u8], span: Span) {
    for byte in &mut text[span.range()] {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

/// A byte order mark, and a line for the shell.
fn first_line(text: &mut [u8]) {
    let mark = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let shell = text.get(mark) == Some(&b'#');
    let end = if shell { memchr::memchr(b'\n', text).unwrap_or(text.len()) } else { mark };
    blank(text, Span::new(0, end));
}

/// `\z` in strings takes the space behind it along, line ends too.
fn skipped_space(text: &mut [u8]) {
    if memchr::memmem::find(text, b"\\z").is_none() {
        return;
    }
    let mut at = 0;
    while at < text.len() {
        let quote = text[at];
        match quote {
            b'"' | b'\'' => {
                at += 1;
                while at < text.len() && !matches!(text[at], b'\n' | b'\r') && text[at] != quote {
                    let escaped = text[at] == b'\\';
                    at += 1;
                    if escaped && text.get(at) == Some(&b'z') {
                        while at + 1 < text.len() && text[at + 1].is_ascii_whitespace() {
                            text[at + 1] = b'x';
                            at += 1;
                        }
                        at += 1;
                    } else if escaped {
                        at += 1;
                    }
                }
                at += 1;
            }
            b'-' if text[at..].starts_with(b"--") => {
                let long = long_end(text, at + 2);
                at = long.unwrap_or_else(|| memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end));
            }
            b'[' => at = long_end(text, at).unwrap_or(at + 1),
            _ => at += 1,
        }
    }
}

/// The end of a long bracket that begins here, if one does.
fn long_end(text: &[u8], at: usize) -> Option<usize> {
    let level = text.get(at + 1..)?.iter().take_while(|byte| **byte == b'=').count();
    if text.get(at) != Some(&b'[') || text.get(at + 1 + level) != Some(&b'[') {
        return None;
    }
    let close = [&b"]"[..], &vec![b'='; level], b"]"].concat();
    let inside = at + 2 + level;
    Some(memchr::memmem::find(&text[inside..], &close).map_or(text.len(), |end| inside + end + close.len()))
}

/// `goto name`, `::name::`, and semicolons that end nothing.
fn statements(text: &mut [u8], tokens: &[Token]) {
    let colon = |token: Option<&Token>| token.is_some_and(|token| token.kind == TokenKind::Byte(b':'));
    let name = |token: Option<&Token>| token.is_some_and(|token| token.kind == TokenKind::Name);
    let mut at = 0;
    // Whether nothing stands between this token and the beginning of a block or the last semicolon.
    let mut empty = true;
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at..];
        let is_label =
            colon(rest.first()) && colon(rest.get(1)) && name(rest.get(2)) && colon(rest.get(3)) && colon(rest.get(4));
        let is_goto = token.kind == TokenKind::Name
            && &text[token.span.range()] == b"goto"
            && name(rest.get(1))
            && !at.checked_sub(1).is_some_and(|before| matches!(tokens[before].kind, TokenKind::Byte(b'.' | b':')));
        let length = match (is_label, is_goto) {
            (true, _) => 5,
            (_, true) => 2,
            _ if token.kind == TokenKind::Byte(b';') && empty => 1,
            _ => {
                empty = matches!(
                    token.kind,
                    TokenKind::Byte(b';')
                        | TokenKind::Keyword(Keyword::Do | Keyword::Then | Keyword::Else | Keyword::Repeat)
                );
                at += 1;
                continue;
            }
        };
        let last = rest[length - 1];
        blank(text, token.span.to(last.span));
        // A semicolon behind these ends nothing.
        empty = true;
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        first_line(&mut bytes);
        skipped_space(&mut bytes);
        let tokens = scan(&bytes, false).tokens;
        statements(&mut bytes, &tokens);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_only_5_2_has_is_blank() {
        assert_eq!(plain("#!/x\nx=1"), "    \nx=1");
        assert_eq!(plain("do goto on end ::on:: ; x=1;; y=2"), "do         end          x=1;  y=2");
        assert_eq!(plain("x.goto = y:goto(z)"), "x.goto = y:goto(z)");
        assert_eq!(plain("s='a\\z \n b' t=1"), "s='a\\zxxxb' t=1");
        assert_eq!(plain("s=[[\\z\n]] -- '\\z\nt=[==[\\z ]] ]==]"), "s=[[\\z\n]] -- '\\z\nt=[==[\\z ]] ]==]");
    }

    #[test]
    fn any_bytes_will_do() {
        for text in ["#", "'\\z", "\\z'", "::", "::a", "goto", "[=", "--[[\\z", "'\\", "\u{feff}#"] {
            read(Source::new("x", text));
        }
    }
}
