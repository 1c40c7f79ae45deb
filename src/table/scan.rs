//! The smallest pieces of a text: blanks, words, numbers, strings.

/// Classes of bytes.
const BLANK: u8 = 1;
const WORD: u8 = 2;
const DIGIT: u8 = 4;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        classes[byte] = match c {
            b' ' | b'\t'..=b'\r' => BLANK,
            b'0'..=b'9' => WORD | DIGIT,
            b'_' => WORD,
            _ if c.is_ascii_alphabetic() => WORD,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    CLASS[byte as usize] & BLANK != 0
}

#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    CLASS[byte as usize] & WORD != 0
}

#[inline]
pub(super) fn is_digit(byte: u8) -> bool {
    CLASS[byte as usize] & DIGIT != 0
}

/// How many letters, digits and underscores `text` begins with.
#[inline]
pub(super) fn word_len(text: &[u8]) -> usize {
    text.iter().position(|byte| !is_word(*byte)).unwrap_or(text.len())
}

/// How many bytes of `text` stand for themselves in a string of this quote: up to the quote, a backslash or a line end.
#[inline]
pub(super) fn plain_len(text: &[u8], quote: u8) -> usize {
    /// Strings are mostly short, and a wide search takes its time to begin.
    const SHORT: usize = 32;
    let quotes = all(quote);
    let mut at = 0;
    while at < SHORT
        && let Some(word) = text[at..].first_chunk()
    {
        let word = u64::from_le_bytes(*word);
        let found =
            zeros(word ^ quotes) | zeros(word ^ all(b'\\')) | zeros(word ^ all(b'\n')) | zeros(word ^ all(b'\r'));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + rest_len(&text[at..], quote)
}

fn rest_len(text: &[u8], quote: u8) -> usize {
    let len = memchr::memchr3(quote, b'\\', b'\n', text).unwrap_or(text.len());
    memchr::memchr(b'\r', &text[..len]).unwrap_or(len)
}

const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The high bit of each byte that is zero; of those above the lowest one, maybe more.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(all(1)) & !word & all(0x80)
}

/// Words that are no names (Lua 5.1 §2.1, and `goto` of 5.2).
pub(super) fn is_reserved(word: &[u8]) -> bool {
    const RESERVED: [&str; 22] = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
        "not", "or", "repeat", "return", "then", "true", "until", "while",
    ];
    matches!(word.len(), 2..=8) && RESERVED.iter().any(|reserved| reserved.as_bytes() == word)
}

/// Whether a string can stand before `=` in a table, or after a dot, as it is.
#[inline]
pub(crate) fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|first| !is_digit(*first)) && word_len(text) == text.len() && !is_reserved(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_end_where_a_string_may() {
        for pad in [0, 1, 31, 32, 33, 200] {
            let pad = "x".repeat(pad);
            for (text, quote, len) in [
                ("ab\"c", b'"', 2),
                ("a'b\"c", b'"', 3),
                ("a\"b'", b'\'', 3),
                ("a\\", b'"', 1),
                ("a\rb\n", b'"', 1),
                ("abc", b'"', 3),
            ] {
                assert_eq!(plain_len(format!("{pad}{text}").as_bytes(), quote), pad.len() + len, "{pad}{text}");
            }
        }
    }

    #[test]
    fn names() {
        for name in ["a", "_", "a1", "End", "ends", "x_y"] {
            assert!(is_name(name.as_bytes()), "{name}");
        }
        for other in ["", "1a", "a b", "end", "goto", "nil", "until", "\u{e9}"] {
            assert!(!is_name(other.as_bytes()), "{other}");
        }
    }
}
