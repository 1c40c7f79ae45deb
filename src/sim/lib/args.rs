//! The arguments of a camera function, checked as `luaL_check…` does, with its words.

use crate::sim::vm::{Reply, Value};

/// What was passed. Arguments are numbered from 1, as in the errors. The error of each check is the [`Reply`] to give, so
/// that a function reads `let ms = args.int(1)?;`.
#[derive(Debug, Clone, Copy)]
pub struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    /// How many there are, `nil`s included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The argument, `None` if nothing or `nil` was passed.
    pub fn get(&self, number: usize) -> Option<&'a Value> {
        self.0.get(number - 1).filter(|value| **value != Value::Nil)
    }

    /// A number, or a string that is one.
    pub fn int(&self, number: usize) -> Result<i32, Reply> {
        match self.get(number) {
            Some(Value::Int(i)) => Ok(*i),
            Some(Value::Bytes(text)) => parse_int(text).ok_or_else(|| self.expected(number, "number")),
            _ => Err(self.expected(number, "number")),
        }
    }

    /// A number, or the default if nothing or `nil` was passed.
    pub fn int_or(&self, number: usize, default: i32) -> Result<i32, Reply> {
        self.get(number).map_or(Ok(default), |_| self.int(number))
    }

    /// A string; a number is one, too.
    pub fn bytes(&self, number: usize) -> Result<Vec<u8>, Reply> {
        match self.get(number) {
            Some(Value::Bytes(bytes)) => Ok(bytes.clone()),
            Some(Value::Int(i)) => Ok(i.to_string().into_bytes()),
            _ => Err(self.expected(number, "string")),
        }
    }

    /// A string as C functions see it: up to its first NUL.
    pub fn c_string(&self, number: usize) -> Result<Vec<u8>, Reply> {
        let mut bytes = self.bytes(number)?;
        bytes.truncate(bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len()));
        Ok(bytes)
    }

    /// CHDK's on or off: a boolean as 0 or 1, a number as it is; anything else is an error, `nil` too
    /// (`modules/luascript.c`).
    pub fn on_off(&self, number: usize) -> Result<i32, Reply> {
        match self.get(number) {
            Some(Value::Bool(b)) => Ok((*b).into()),
            _ => self.int(number),
        }
    }

    /// Whether the argument is true to Lua: anything but nothing, `nil` and `false`.
    pub fn truthy(&self, number: usize) -> bool {
        self.get(number).is_some_and(|value| *value != Value::Bool(false))
    }

    /// The error for an argument of the wrong type: `number expected, got no value`.
    pub fn expected(&self, number: usize, what: &str) -> Reply {
        let got = self.0.get(number - 1).map_or("no value", Value::type_name);
        bad_argument(number, format!("{what} expected, got {got}"))
    }
}

/// Raises `bad argument #n to 'f' (text)`.
pub fn bad_argument(number: usize, text: impl Into<Vec<u8>>) -> Reply {
    Reply::Argument(number, text.into())
}

/// Raises a text, with the position of the caller.
pub fn error(text: impl Into<Vec<u8>>) -> Reply {
    Reply::Error(text.into())
}

/// What a string is as a number: decimal, saturating; hexadecimal with `0x`; blanks around it (CHDK lib/lua/lobject.c:90-100).
pub fn parse_int(text: &[u8]) -> Option<i32> {
    let text = std::str::from_utf8(text).ok()?.split('\0').next()?;
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((digits, 10), |hex| (hex, 16));
    if digits.is_empty() {
        return None;
    }
    let magnitude = digits.chars().try_fold(0u64, |sum, c| {
        c.to_digit(radix).map(|digit| sum.saturating_mul(radix.into()).saturating_add(digit.into()))
    })?;
    Some(match (radix, negative) {
        (16, _) if magnitude > u32::MAX.into() => -1,
        (16, true) => (magnitude as u32).wrapping_neg() as i32,
        (16, false) => magnitude as u32 as i32,
        (_, true) => i32::try_from(-(magnitude.min(1 << 31) as i64)).unwrap_or(i32::MIN),
        (_, false) => i32::try_from(magnitude).unwrap_or(i32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_numbers_where_the_camera_says_so() {
        for (text, number) in [
            ("10", Some(10)),
            (" -12\n", Some(-12)),
            ("010", Some(10)),
            ("0x1f", Some(31)),
            ("-0x10", Some(-16)),
            ("0xFFFFFFFF", Some(-1)),
            ("0x100000000", Some(-1)),
            ("-0x100000001", Some(-1)),
            ("2147483648", Some(i32::MAX)),
            ("-2147483648", Some(i32::MIN)),
            ("-99999999999999999999999", Some(i32::MIN)),
            ("", None),
            ("-", None),
            ("0x", None),
            ("0.5", None),
            ("1e3", None),
            ("1 2", None),
            ("--1", None),
            ("1x10", None),
        ] {
            assert_eq!(parse_int(text.as_bytes()), number, "{text:?}");
        }
    }

    #[test]
    fn the_wrong_type_is_named_as_lua_names_it() {
        let values = [Value::Bool(true), Value::Nil, Value::Bytes(b"0.5".to_vec())];
        let args = Args(&values);
        assert_eq!(args.int(1), Err(bad_argument(1, "number expected, got boolean")));
        assert_eq!(args.int(2), Err(bad_argument(2, "number expected, got nil")));
        assert_eq!(args.int(3), Err(bad_argument(3, "number expected, got string")));
        assert_eq!(args.bytes(4), Err(bad_argument(4, "string expected, got no value")));
        assert_eq!(args.on_off(1), Ok(1));
        assert_eq!(args.on_off(2), Err(bad_argument(2, "number expected, got nil")));
        assert_eq!(args.int_or(2, 7), Ok(7));
    }
}
