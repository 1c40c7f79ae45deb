//! What the camera's lexer refuses, and what it reads otherwise than it looks.

use super::super::scan::{LexErrorKind, TokenKind};
use super::super::source::Span;
use super::{FLOAT_LITERAL, NOT_CAMERA_LUA, SYNTAX, Text, quoted};

impl Text<'_> {
    pub(super) fn check_lexical(&mut self) {
        for index in 0..self.scan.errors.len() {
            let error = self.scan.errors[index];
            if self.is_enough() {
                return self.broken_at(error.span);
            }
            if !matches!(error.kind, LexErrorKind::Number | LexErrorKind::Escape) {
                self.broken_at(error.span);
            }
            match error.kind {
                LexErrorKind::Number => self.malformed_number(error.span),
                LexErrorKind::String => {
                    self.error(&SYNTAX, error.span, "this string does not end on its line")
                        .help
                        .push("Close it with the quotation mark it began with. A string of several lines stands in `[[` and `]]`, or has a `\\` at the end of each line.".into());
                }
                LexErrorKind::LongString => {
                    let open = quoted(self.bytes(error.span));
                    let close = open.replace('[', "]");
                    self.error(&SYNTAX, error.span, format!("this {open} is never closed"))
                        .help
                        .push(format!("The string goes on to the end of the text. Close it with {close}.").into());
                }
                LexErrorKind::LongComment => {
                    let open = quoted(self.bytes(error.span));
                    let close = open.replace("--", "").replace('[', "]");
                    self.error(&SYNTAX, error.span, format!("this {open} is never closed"))
                        .help
                        .push(format!("The comment goes on to the end of the text. Close it with {close}.").into());
                }
                LexErrorKind::Escape => {
                    let escape = quoted(self.bytes(error.span));
                    self.error(&SYNTAX, error.span, format!("{escape} is no character")).help.push(
                        "A backslash and up to three digits stand for one byte, in decimal, up to `\\255`.".into(),
                    );
                }
                LexErrorKind::Bracket => {
                    let bracket = quoted(self.bytes(error.span));
                    self.error(&SYNTAX, error.span, format!("{bracket} is half of a long bracket"))
                        .help
                        .push("A string in long brackets begins with `[[` or `[=[`.".into());
                }
            }
        }
        for index in 0..self.scan.escapes.len() {
            if self.is_enough() {
                return;
            }
            let span = self.scan.escapes[index];
            let escape = quoted(self.bytes(span));
            let (what, instead) = match self.bytes(span).get(1) {
                Some(b'x') => ("is the letter x on the camera", "Write the byte in decimal: `\\65` is `A`."),
                Some(b'z') => {
                    ("is the letter z on the camera", "End each piece of the string and join them with `..`.")
                }
                _ => (
                    "is the letter u on the camera",
                    "Write the bytes of the character in decimal: `\\195\\164` is ä in UTF-8.",
                ),
            };
            self.warning(&NOT_CAMERA_LUA, span, format!("{escape} {what}")).help.push(instead.into());
        }
    }

    fn malformed_number(&mut self, span: Span) {
        let text = self.bytes(span).to_ascii_lowercase();
        let shown = quoted(self.bytes(span));
        let hex = text.starts_with(b"0x");
        let dots = text.iter().filter(|byte| **byte == b'.').count();
        let exponent = !hex && text.contains(&b'e');
        if let Some(place) = text.windows(2).position(|pair| pair == b"..") {
            let number = quoted(&text[..place]);
            self.error(&SYNTAX, span, format!("{shown} is read as one number"))
                .help
                .push(format!("Put a blank between {number} and the `..` that joins it.").into());
        } else if text.starts_with(b"0b") && text[2..].iter().all(|byte| matches!(byte, b'0' | b'1')) {
            let value = text[2..].iter().fold(0u64, |value, bit| value << 1 | u64::from(bit - b'0'));
            let finding = self.error(&NOT_CAMERA_LUA, span, format!("{shown} is no number: Lua has no binary ones"));
            if text.len() <= 34 {
                finding.help.push(format!("Write `0x{value:x}`.").into());
            }
        } else if matches!(text.strip_suffix(b"ull").or(text.strip_suffix(b"ll")), Some(digits) if !digits.is_empty()) {
            self.error(&NOT_CAMERA_LUA, span, format!("{shown} is no number: that is LuaJIT"))
                .help
                .push("All numbers of the camera are integers of 32 bits. Leave the letters out.".into());
        } else if hex && text.iter().any(|byte| matches!(byte, b'.' | b'p')) {
            self.error(&FLOAT_LITERAL, span, format!("{shown} is no integer, and the camera has no other numbers"))
                .help
                .push("Write the integer that is meant.".into());
        } else if dots == 1 || exponent {
            let finding =
                self.error(&FLOAT_LITERAL, span, format!("{shown} is no integer, and the camera has no other numbers"));
            if let Some(value) = integer_value(&text) {
                finding.help.push(format!("Write `{value}`.").into());
            } else if exponent && !text.contains(&b'-') {
                finding.help.push("The greatest number is 2147483647.".into());
            } else {
                finding
                    .help
                    .push("Count in a smaller unit, as the camera does: milliseconds, hundredths of an EV.".into());
                if let Some(fraction) = thousandths(&text) {
                    finding.help.push(format!("To multiply by it, use a fraction: `x * {fraction}`. `imath` has functions that count in thousandths.").into());
                }
            }
        } else {
            self.error(&SYNTAX, span, format!("{shown} is no number")).help.push(
                "A number is decimal digits, or `0x` and hexadecimal ones. A name cannot begin with a digit.".into(),
            );
        }
    }

    /// What may stand at the very start and is wrong there.
    pub(super) fn check_start(&mut self) {
        let bytes = &self.source.bytes()[..self.scan.end];
        if bytes.starts_with(b"\xef\xbb\xbf") {
            let mark = Span::new(0, 3);
            self.scan.tokens.drain(..3);
            self.blank(mark);
            self.error(&SYNTAX, mark, "the text begins with a byte order mark, which the camera's Lua does not skip")
                .help
                .push("Save the file as UTF-8 without a mark (\"BOM\"), or as ASCII.".into());
        } else if bytes.first() == Some(&b'#') {
            let line = Span::new(0, memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len()));
            let count = self.scan.tokens.iter().take_while(|token| token.span.start < line.end).count();
            // A string that begins in that line and ends in another stays.
            let whole = self.scan.tokens[..count].last().is_some_and(|token| token.span.end <= line.end);
            if whole {
                self.scan.tokens.drain(..count);
                self.scan.errors.retain(|error| error.span.start >= line.end);
                self.blank(line);
            }
            self.error(&SYNTAX, line, "the camera's Lua does not skip a first line that begins with `#`")
                .help
                .push("Remove the line. A camera needs no `#!`; parameters (`#name=…`) stand in a comment: `--[[` above, `]]` below.".into());
        }
    }

    /// What stands behind the end of a text that is sent.
    pub fn check_end(&mut self) {
        let bytes = self.source.bytes();
        let rest = &bytes[self.scan.end..];
        if rest.iter().any(|byte| *byte != 0 && !byte.is_ascii_whitespace()) {
            let span = Span::new(self.scan.end, self.scan.end + 1);
            let count = rest.len() - 1;
            self.warning(
                &SYNTAX,
                span,
                format!("the camera stops to read at this NUL: {count} bytes behind it never run"),
            )
            .help
            .push("A script that is sent over PTP ends at its first NUL. In a string, write `\\0`.".into());
        }
    }

    /// Whether tokens of this kind end an operand.
    pub(super) fn ends_operand(kind: TokenKind) -> bool {
        use super::super::scan::Keyword;
        match kind {
            TokenKind::Name | TokenKind::Number | TokenKind::String | TokenKind::LongString | TokenKind::Dots => true,
            TokenKind::Keyword(keyword) => {
                matches!(keyword, Keyword::End | Keyword::Nil | Keyword::True | Keyword::False)
            }
            TokenKind::Byte(byte) => matches!(byte, b')' | b']' | b'}'),
            _ => false,
        }
    }
}

/// The value of `1.0` or `2e3`, if it is an integer of 32 bits.
fn integer_value(text: &[u8]) -> Option<i32> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let fits = value.fract() == 0.0 && value.abs() <= f64::from(i32::MAX);
    #[expect(clippy::cast_possible_truncation, reason = "it is an integer in range")]
    fits.then_some(value as i32)
}

/// A number as a fraction of integers: `3 / 2`.
fn thousandths(text: &[u8]) -> Option<String> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let scaled = value * 1000.0;
    if scaled.abs() > 1e6 || (scaled - scaled.round()).abs() > 1e-6 || scaled.round() == 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is an integer in range")]
    let (mut above, mut below) = (scaled.round() as i64, 1000);
    for prime in [2, 5] {
        while above % prime == 0 && below % prime == 0 {
            above /= prime;
            below /= prime;
        }
    }
    Some(format!("{above} / {below}"))
}
