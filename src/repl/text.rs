//! Single values as Lua writes them.

use std::fmt::Write;

/// As Lua's own `%.14g`.
pub(super) fn lua_number(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number < 0.0 { "-inf".into() } else { "inf".into() };
    }
    let scientific = format!("{number:.13e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-5..14).contains(&exponent) {
        let digits = usize::try_from(13 - exponent).unwrap_or(0);
        return shortened(&format!("{number:.digits$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", shortened(mantissa), exponent.abs())
}

fn shortened(number: &str) -> String {
    if !number.contains('.') {
        return number.to_owned();
    }
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Without what would move a terminal's cursor.
pub(super) fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A string as both Luas read it, and how many bytes of it were left out after the first `most` characters.
pub(super) fn quoted(bytes: &[u8], most: usize) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len().min(most) + 2);
    text.push('"');
    let mut rest = bytes;
    let mut count = 0;
    while !rest.is_empty() && count < most {
        count += 1;
        let chunk = &rest[..rest.len().min(4)];
        let valid = match std::str::from_utf8(chunk) {
            Ok(valid) => valid,
            Err(error) => std::str::from_utf8(&chunk[..error.valid_up_to()]).unwrap_or(""),
        };
        let Some(c) = valid.chars().next() else {
            escape(&mut text, rest[0], rest.get(1));
            rest = &rest[1..];
            continue;
        };
        let (now, behind) = rest.split_at(c.len_utf8());
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            // Besides controls: what turns the direction of writing could make a text look like another.
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
            {
                for (at, byte) in now.iter().enumerate() {
                    escape(&mut text, *byte, now.get(at + 1).or(behind.first()));
                }
            }
            c => text.push(c),
        }
        rest = behind;
    }
    text.push('"');
    (text, rest.len())
}

/// `\0`, or `\000` where a digit follows.
fn escape(text: &mut String, byte: u8, next: Option<&u8>) {
    let written = match next.is_some_and(u8::is_ascii_digit) {
        true => write!(text, "\\{byte:03}"),
        false => write!(text, "\\{byte}"),
    };
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}

/// Whether a key may be written without brackets, in both Luas.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && crate::lint::scan::Keyword::from_bytes(text.as_bytes()).is_none()
        && text != "goto"
}
