use std::fmt;

use super::{Value, is_reserved};

/// How many tables may stand in one another. The camera's own parser allows 200.
pub const DEPTH_LIMIT: usize = 200;

/// Why a text is no value of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Offset in bytes.
    pub offset: usize,
    /// What stood there, or what was missing.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for ReadError {}

/// Reads one value. Executes nothing, recurses nowhere, bounds depth; what it allocates is in proportion to the text.
pub fn read(text: &[u8]) -> Result<Value, ReadError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value()?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.unexpected("the end"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

/// A table that is being read, and the key that waits for its value.
struct Open {
    pairs: Vec<(Value, Value)>,
    next_index: i32,
    key: Key,
}

enum Key {
    /// The next index.
    Index,
    /// `[`: the next value is the key.
    Opened,
    /// The value that follows belongs to this key.
    Known(Value),
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Value, ReadError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.blanks();
            let mut value = if self.take(b'{') {
                if open.len() == DEPTH_LIMIT {
                    return Err(self.error(format!("more than {DEPTH_LIMIT} tables in one another")));
                }
                open.push(Open { pairs: Vec::new(), next_index: 1, key: Key::Index });
                match self.field(&mut open)? {
                    Some(table) => table,
                    None => continue,
                }
            } else {
                self.scalar()?
            };
            // The value may end a field, that may end a table, which is a value.
            loop {
                let Some(table) = open.last_mut() else { return Ok(value) };
                match std::mem::replace(&mut table.key, Key::Index) {
                    Key::Opened => {
                        self.blanks();
                        if !self.take(b']') {
                            return Err(self.unexpected("']'"));
                        }
                        self.blanks();
                        if !self.take(b'=') {
                            return Err(self.unexpected("'='"));
                        }
                        if value == Value::Nil {
                            return Err(self.error("nil is no key"));
                        }
                        table.key = Key::Known(value);
                        break;
                    }
                    Key::Known(key) => table.add(key, value),
                    Key::Index => {
                        let index = Value::Integer(table.next_index);
                        table.next_index = table.next_index.saturating_add(1);
                        table.add(index, value);
                    }
                }
                self.blanks();
                let separated = self.take(b',') || self.take(b';');
                if !separated && self.text.get(self.at) != Some(&b'}') {
                    return Err(self.unexpected("',' or '}'"));
                }
                match self.field(&mut open)? {
                    Some(done) => value = done,
                    None => break,
                }
            }
        }
    }

    /// The beginning of a field, up to where its value (or bracketed key) stands; or the end of the table, taken off
    /// `open`.
    fn field(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, ReadError> {
        self.blanks();
        if self.take(b'}') {
            return Ok(open.pop().map(|table| Value::Table(table.pairs)));
        }
        let Some(table) = open.last_mut() else { return Ok(None) };
        if self.take(b'[') {
            table.key = Key::Opened;
            return Ok(None);
        }
        let word = self.word();
        if word.first().is_none_or(u8::is_ascii_digit) || matches!(word, b"nil" | b"true" | b"false") {
            return Ok(None);
        }
        if is_reserved(word) {
            return Err(self.unexpected("a value"));
        }
        let name = Value::String(word.to_vec());
        self.at += word.len();
        self.blanks();
        if !self.take(b'=') {
            return Err(self.unexpected("'='"));
        }
        table.key = Key::Known(name);
        Ok(None)
    }

    fn scalar(&mut self) -> Result<Value, ReadError> {
        match self.text.get(self.at) {
            Some(b'"' | b'\'') => self.string(),
            Some(b'0'..=b'9' | b'-' | b'(') => self.integer(),
            Some(_) => {
                let word = self.word();
                let value = match word {
                    b"nil" => Value::Nil,
                    b"true" => Value::Boolean(true),
                    b"false" => Value::Boolean(false),
                    _ => return Err(self.unexpected("a value")),
                };
                self.at += word.len();
                Ok(value)
            }
            None => Err(self.unexpected("a value")),
        }
    }

    /// `12`, `-12`, `0xFF`, and the sum that stands for the smallest integer.
    fn integer(&mut self) -> Result<Value, ReadError> {
        for smallest in [&b"(-2147483647-1)"[..], b"-2147483647-1", b"(-2147483648)"] {
            if self.text[self.at..].starts_with(smallest) {
                self.at += smallest.len();
                return Ok(Value::Integer(i32::MIN));
            }
        }
        let start = self.at;
        let negative = self.take(b'-');
        let word = self.word();
        self.at += word.len();
        let text = std::str::from_utf8(word).unwrap_or_default();
        let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            // Hexadecimal is a camera's word: 0xFFFFFFFF is -1 there, and arithmetic wraps.
            Some(hex) => {
                let word = u32::from_str_radix(hex, 16).ok().filter(|_| hex.bytes().all(|b| b.is_ascii_hexdigit()));
                word.map(|word| if negative { word.wrapping_neg() as i32 } else { word as i32 })
            }
            None => {
                let digits = text.parse::<u32>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
                let number = digits.map(|number| if negative { -i64::from(number) } else { i64::from(number) });
                number.and_then(|number| i32::try_from(number).ok())
            }
        };
        match number {
            Some(number) => Ok(Value::Integer(number)),
            None => {
                self.at = start;
                Err(self.unexpected("a 32-bit integer"))
            }
        }
    }

    fn string(&mut self) -> Result<Value, ReadError> {
        let start = self.at;
        let quote = self.text[self.at];
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.iter().position(|byte| *byte == quote || *byte == b'\\').unwrap_or(rest.len());
            bytes.extend_from_slice(&rest[..plain]);
            self.at += plain;
            if self.take(quote) {
                return Ok(Value::String(bytes));
            }
            if !self.take(b'\\') {
                self.at = start;
                return Err(self.error("a string that does not end"));
            }
            bytes.push(self.escape()?);
        }
    }

    /// What stands after a backslash (Lua 5.1 §2.1).
    fn escape(&mut self) -> Result<u8, ReadError> {
        let Some(&byte) = self.text.get(self.at) else { return Err(self.unexpected("an escape")) };
        if byte.is_ascii_digit() {
            let digits = self.text[self.at..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
            let code = self.text[self.at..self.at + digits].iter().fold(0, |code, b| code * 10 + u32::from(b - b'0'));
            let byte = u8::try_from(code).map_err(|_| self.error(format!("\\{code} is no byte")))?;
            self.at += digits;
            return Ok(byte);
        }
        let meant = match byte {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            other => other,
        };
        self.at += 1;
        Ok(meant)
    }

    /// The letters, digits and underscores that stand here, not taken.
    fn word(&self) -> &'a [u8] {
        let text: &'a [u8] = self.text;
        let rest = &text[self.at..];
        let len = rest.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(rest.len());
        &rest[..len]
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|b| b.is_ascii_whitespace() || *b == 11) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(there);
        there
    }

    fn unexpected(&self, wanted: &str) -> ReadError {
        let rest = &self.text[self.at.min(self.text.len())..];
        let there = match rest {
            [] => "the text ends".to_owned(),
            rest => format!("\"{}\" stands", rest[..rest.len().min(20)].escape_ascii()),
        };
        self.error(format!("{there} where {wanted} should be"))
    }

    fn error(&self, message: impl Into<String>) -> ReadError {
        ReadError { offset: self.at, message: message.into() }
    }
}

impl Open {
    /// nil is absence.
    fn add(&mut self, key: Value, value: Value) {
        if value != Value::Nil {
            self.pairs.push((key, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(text: &str) -> String {
        read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_other_writers_write_is_read() {
        let value = read(b" {1, -0x10 ; ['a b'] = \"\\065\\n\", end_ = {\n}, nil, 6,} ").unwrap();
        let Value::Table(pairs) = &value else { panic!("{value:?}") };
        assert_eq!(
            *pairs,
            [
                (Value::Integer(1), Value::Integer(1)),
                (Value::Integer(2), Value::Integer(-16)),
                (Value::String(b"a b".to_vec()), Value::String(b"A\n".to_vec())),
                (Value::String(b"end_".to_vec()), Value::Table(vec![])),
                (Value::Integer(4), Value::Integer(6)),
            ]
        );
        assert_eq!(read(b"0xFFFFFFFF"), Ok(Value::Integer(-1)));
        assert_eq!(read(b"-0x80000000"), Ok(Value::Integer(i32::MIN)));
        assert_eq!(read(b"-2147483648"), Ok(Value::Integer(i32::MIN)));
        assert_eq!(read(b"{true}"), Ok(Value::Table(vec![(Value::Integer(1), Value::Boolean(true))])));
    }

    #[test]
    fn errors_say_where_and_what_stood_there() {
        assert_eq!(fails("{1,2"), "at byte 4: the text ends where ',' or '}' should be");
        assert_eq!(fails("{end=1}"), "at byte 1: \"end=1}\" stands where a value should be");
        assert_eq!(fails("os.exit()"), "at byte 0: \"os.exit()\" stands where a value should be");
        assert_eq!(fails("2147483648"), "at byte 0: \"2147483648\" stands where a 32-bit integer should be");
        assert_eq!(fails("1.5"), "at byte 1: \".5\" stands where the end should be");
        assert_eq!(fails("{[nil]=1}"), "at byte 7: nil is no key");
        assert_eq!(fails("\"abc"), "at byte 0: a string that does not end");
        assert_eq!(fails("\"\\300\""), "at byte 2: \\300 is no byte");
        assert_eq!(fails(""), "at byte 0: the text ends where a value should be");
    }

    #[test]
    fn ten_million_tables_are_refused_at_the_limit() {
        assert!(fails(&"{".repeat(10_000_000)).starts_with("at byte 201: more than 200 tables"));
        let deep = "{".repeat(DEPTH_LIMIT) + &"}".repeat(DEPTH_LIMIT);
        read(deep.as_bytes()).unwrap();
    }
}
