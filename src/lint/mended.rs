//! A text that can be parsed in place of one with something wrong in it.
//!
//! It is ASCII, and as long as the source, so that every offset in it is one of the source. It has the source's tokens;
//! comments are blank in it, what stands in strings is `x`, and what the camera's lexer refuses is replaced by something
//! the parser can go on with. `syntax` repairs more in it.

use crate::lint::hash::HashSet;

use super::scan::{LexErrorKind, Scan, TokenKind, is_newline, is_pair};

impl Scan {
    /// Whether somebody has put something into the text, or has read it in order to.
    pub(super) fn is_mended(&self) -> bool {
        !self.mended.is_empty()
    }

    /// The text, made when it is first asked for. `source` is what was scanned.
    pub(super) fn mended(&mut self, source: &[u8]) -> &mut [u8] {
        if self.mended.len() != source.len() {
            self.mended = mended(self, source);
        }
        &mut self.mended
    }
}

fn mended(scan: &Scan, source: &[u8]) -> Vec<u8> {
    let read = &source[..scan.end];
    let mut text = vec![b' '; source.len()];
    keep_lines(&mut text, read);
    let is_token = |kind| matches!(kind, LexErrorKind::Number | LexErrorKind::String | LexErrorKind::LongString);
    let refused: HashSet<u32> =
        scan.errors.iter().filter(|error| is_token(error.kind)).map(|error| error.span.start).collect();
    for token in &scan.tokens {
        let (from, to) = (&read[token.span.range()], &mut text[token.span.range()]);
        match token.kind {
            kind if refused.contains(&token.span.start) => fill_unreadable(to, kind),
            // What is behind a NUL counts for nothing.
            TokenKind::Number if from.contains(&0) => fill_unreadable(to, token.kind),
            // A NUL counts as a dot there.
            TokenKind::Dots | TokenKind::Concat => to.fill(b'.'),
            TokenKind::String => fill_string(to, from, 1, true),
            TokenKind::LongString => {
                fill_string(to, from, 2 + from[1..].iter().take_while(|byte| **byte == b'=').count(), false);
            }
            // The parser stops for a question mark as the camera does for such a byte; for some, as `, it would not.
            TokenKind::Byte(byte) if !is_lua(byte) => to.fill(b'?'),
            _ => to.copy_from_slice(from),
        }
    }
    text
}

/// Puts the end of each line where it is in the source, as one line feed.
fn keep_lines(text: &mut [u8], source: &[u8]) {
    let mut at = 0;
    while let Some(newline) = memchr::memchr2(b'\n', b'\r', &source[at..]) {
        at += newline + 1;
        at += usize::from(is_pair(source[at - 1], source.get(at)));
        text[at - 1] = b'\n';
    }
}

/// Whether a byte is a token of Lua's.
fn is_lua(byte: u8) -> bool {
    matches!(byte, b'#' | b'%' | b'('..=b'/' | b':'..=b'>' | b'[' | b']' | b'^' | b'{' | b'}')
}

/// An operand for the parser that is an error for the camera.
fn fill_unreadable(text: &mut [u8], kind: TokenKind) {
    let (inside, delimiter) = if kind == TokenKind::Number { (b'1', b'1') } else { (b'x', b'"') };
    text.fill(inside);
    // A lone quotation mark is what the parser stops for, too.
    for end in [0, text.len() - 1] {
        text[end] = delimiter;
    }
}

/// A string with the delimiters of the source, and its lines; `escaped`: they end with a backslash.
fn fill_string(text: &mut [u8], source: &[u8], delimiter: usize, escaped: bool) {
    let end = text.len() - delimiter;
    text[..delimiter].copy_from_slice(&source[..delimiter]);
    text[end..].copy_from_slice(&source[end..]);
    for at in delimiter..end {
        if !is_newline(text[at]) {
            text[at] = b'x';
        } else if escaped {
            text[at - 1] = b'\\';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;

    #[test]
    fn it_is_ascii_and_as_long() {
        let cases: [(&[u8], &str); 7] = [
            (b"x = '\xe4\0' --\xe4\r\ny=`", "x = 'xx'     \ny=?"),
            (b"a\rb\n\rc\x0bd", "a\nb \nc d"),
            (b"'a\\\r\nb'", "'xx\\\nx'"),
            (b"[[a\r\nb]]c", "[[xx\nx]]c"),
            (b"x=0.5 y='a\nz", "x=111 y=\"\"\nz"),
            (b"x\0=.\0y", "x?=..y"),
            (b"x=[=[a\nb]]", "x=\"xxxxxx\""),
        ];
        for (source, expected) in cases {
            let text = String::from_utf8(scan(source, false).mended(source).to_vec()).expect("it is ASCII");
            assert_eq!(text, expected);
            assert_eq!(text.len(), source.len());
        }
    }
}
