//! What constants mean to the camera.

use std::borrow::Cow;

use super::{is_newline, is_pair};
use crate::lint::source::Span;

/// The bytes of a string constant.
pub fn string_value<'a>(source: &'a [u8], token: Span) -> Cow<'a, [u8]> {
    let text = &source[token.range()];
    match text.first() {
        Some(b'[') => long_string_value(text),
        Some(b'"' | b'\'') if text.len() >= 2 => short_string_value(&text[1..text.len() - 1]),
        _ => Cow::Borrowed(&[]),
    }
}

fn short_string_value(inside: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut value = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        at += 1;
        if byte != b'\\' {
            value.push(byte);
            continue;
        }
        let Some(&escape) = inside.get(at) else { break };
        at += 1;
        value.push(match escape {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\n' | b'\r' => {
                at += usize::from(is_pair(escape, inside.get(at)));
                b'\n'
            }
            b'0'..=b'9' => {
                let mut code = u32::from(escape - b'0');
                for _ in 0..2 {
                    match inside.get(at) {
                        Some(digit @ b'0'..=b'9') => code = code * 10 + u32::from(digit - b'0'),
                        _ => break,
                    }
                    at += 1;
                }
                u8::try_from(code).unwrap_or(u8::MAX)
            }
            other => other,
        });
    }
    Cow::Owned(value)
}

fn long_string_value(text: &[u8]) -> Cow<'_, [u8]> {
    let brackets = 2 + text[1..].iter().take_while(|byte| **byte == b'=').count();
    if text.len() < 2 * brackets {
        return Cow::Borrowed(&[]);
    }
    let mut inside = &text[brackets..text.len() - brackets];
    if let Some(first @ (b'\n' | b'\r')) = inside.first() {
        inside = &inside[1 + usize::from(is_pair(*first, inside.get(1)))..];
    }
    if memchr::memchr(b'\r', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut value = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        at += 1;
        if is_newline(byte) {
            at += usize::from(is_pair(byte, inside.get(at)));
            value.push(b'\n');
        } else {
            value.push(byte);
        }
    }
    Cow::Owned(value)
}

/// The value of a well-formed number: decimal saturates, hexadecimal is cut to 32 bits after it saturates.
pub fn number_value(text: &[u8]) -> i32 {
    match text {
        [b'0', b'x' | b'X', digits @ ..] => {
            let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0);
            let value = digits.iter().fold(0u32, |value, byte| match value.checked_mul(16) {
                Some(value) => value + digit(byte),
                None => u32::MAX,
            });
            value.cast_signed()
        }
        _ => text
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0i32, |value, byte| value.saturating_mul(10).saturating_add(i32::from(byte - b'0'))),
    }
}
