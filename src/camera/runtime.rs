//! What is put in front of a user's script, all of it on the script's first line.

use std::sync::LazyLock;

/// The serializer: installs itself as `usb_msg_table_to_string`.
static SERIALIZER: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/serialize.lua")));

/// Says so when the script is taken down before its end.
static LAST_WORDS: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/last_words.lua")));

/// The folder lister.
static LISTING: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/listing.lua")));

/// What `last_words.lua` sends.
pub(super) const KILLED: &[u8] = b"\x1bmoonshutter:killed";

/// The user's script with what it needs in front of its first line.
pub(super) fn assemble(source: &[u8], serializer: bool, last_words: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(source.len() + 2048);
    if last_words {
        text.extend_from_slice(LAST_WORDS.as_bytes());
        text.push(b' ');
    }
    if serializer {
        text.extend_from_slice(SERIALIZER.as_bytes());
        text.push(b' ');
    }
    text.extend_from_slice(source);
    text
}

/// The lister, with `path` as its argument.
pub(super) fn listing(path: &[u8], stat_only: bool) -> Vec<u8> {
    let path = crate::table::quoted(path);
    let mut text = b"local path,stat_only=".to_vec();
    text.extend(path);
    text.extend(format!(",{stat_only} {}", *LISTING).as_bytes());
    text
}

/// Lua without comments and line breaks, on one line. For our own files: long strings and long comments are not used
/// in them.
fn strip(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for line in source.lines() {
        let code = without_comment(line.trim());
        if code.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(code.trim_end());
    }
    out
}

fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut bytes = line.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => {
                bytes.next();
            }
            (Some(open), close) if open == close => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'-') if line[at..].starts_with("--") => return &line[..at],
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripping_leaves_strings_alone() {
        assert_eq!(strip("-- about\nlocal a = '--' -- x\n\n  b(\"\\\"--\")  \n"), "local a = '--' b(\"\\\"--\")");
    }

    #[test]
    fn what_stands_in_front_has_no_line_break() {
        let text = assemble(b"user\ncode", true, true);
        let first = text.split(|byte| *byte == b'\n').next().unwrap();
        assert!(first.ends_with(b" user"));
    }

    #[test]
    fn the_last_words_are_those_that_are_listened_for() {
        assert!(LAST_WORDS.contains("\\27moonshutter:killed"));
    }
}
