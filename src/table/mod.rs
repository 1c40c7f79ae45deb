//! The shared serializer: tables as text that both sides read and write.
//!
//! A text is always a Lua expression, so any other program can read it too; the reader here parses it as data and
//! executes nothing. This is its start: trees of tables. Shared tables and cycles, and serde, are to come.
//!
//! The camera's writer is `lua/camera/serialize.lua`. Nothing here knows a camera or a VM.

mod reader;
mod writer;

use std::collections::HashMap;

pub use reader::{DEPTH_LIMIT, ReadError, read};
pub use writer::write;

/// A value that the camera and the host share.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// nil
    Nil,
    /// boolean
    Boolean(bool),
    /// 32-bit integer
    Integer(i32),
    /// string of bytes
    String(Vec<u8>),
    /// table: its pairs, in the order they were written; array items have their index as key
    Table(Vec<(Value, Value)>),
}

impl Value {
    /// The items of a table at 1, 2, … as far as there are any without a gap. Those of anything else: none.
    pub fn items(&self) -> impl Iterator<Item = &Value> {
        let pairs: &[(Value, Value)] = match self {
            Value::Table(pairs) => pairs,
            _ => &[],
        };
        // Array items come first in what writers write, so that a pair is nearly always at its own place. Where one is
        // not, all are looked up: a text from outside may have any number of them in any order.
        let mut lookup: Option<HashMap<i32, &Value>> = None;
        (1..i32::MAX).map_while(move |index| {
            let found = match pairs.get(index as usize - 1) {
                Some((Value::Integer(key), value)) if *key == index && lookup.is_none() => Some(value),
                _ => {
                    let by_index =
                        || pairs.iter().filter_map(|(key, value)| Some((key.as_integer()?, value))).collect();
                    lookup.get_or_insert_with(by_index).get(&index).copied()
                }
            };
            found.filter(|value| **value != Value::Nil)
        })
    }

    fn as_integer(&self) -> Option<i32> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The value that a table has under a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Value::Table(pairs) = self else { return None };
        pairs.iter().rev().find(|(key, _)| matches!(key, Value::String(key) if key == name.as_bytes())).map(|(_, v)| v)
    }
}

/// Words that are no names (Lua 5.1 §2.1, and `goto` of 5.2).
pub(crate) fn is_reserved(word: &[u8]) -> bool {
    const RESERVED: [&str; 22] = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
        "not", "or", "repeat", "return", "then", "true", "until", "while",
    ];
    RESERVED.iter().any(|reserved| reserved.as_bytes() == word)
}

/// Whether a string can stand before `=` in a table as it is.
pub(crate) fn is_name(text: &[u8]) -> bool {
    let starts = text.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    starts && text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') && !is_reserved(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            any::<bool>().prop_map(Value::Boolean),
            any::<i32>().prop_map(Value::Integer),
            Just(Value::Integer(i32::MIN)),
            proptest::collection::vec(any::<u8>(), 0..12).prop_map(Value::String),
            "[a-z_]{1,6}|end|goto|nil".prop_map(|s: String| Value::String(s.into_bytes())),
        ];
        scalar.prop_recursive(4, 40, 6, |inner| {
            let items = proptest::collection::vec(inner.clone(), 0..6).prop_map(|items| {
                let indexed = items.into_iter().enumerate();
                Value::Table(indexed.map(|(i, v)| (Value::Integer(i as i32 + 1), v)).collect())
            });
            let pairs = proptest::collection::vec((inner.clone(), inner), 0..6).prop_map(Value::Table);
            prop_oneof![items, pairs]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in any_value()) {
            let text = write(&value);
            prop_assert_eq!(read(&text), Ok(value), "{}", String::from_utf8_lossy(&text));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b"{}[]=,\"'\\-0x19 \nnilretu()".to_vec())], 0..64)) {
            let _ = read(&text);
        }
    }

    #[test]
    fn items_in_a_perverse_order_are_found_in_reasonable_time() {
        let pairs = (1..=200_000).rev().map(|index| (Value::Integer(index), Value::Boolean(true))).collect();
        assert_eq!(Value::Table(pairs).items().count(), 200_000);
    }

    #[test]
    fn items_end_at_the_first_gap_and_take_the_last_of_a_key() {
        let items = |text: &str| read(text.as_bytes()).unwrap().items().cloned().collect::<Vec<_>>();
        assert_eq!(items("{1,2,nil,4}"), [Value::Integer(1), Value::Integer(2)]);
        assert_eq!(items("{[2]=5,[1]=4}"), [Value::Integer(4), Value::Integer(5)]);
        assert_eq!(items("{[2]=5,[1]=4,[1]=3}"), [Value::Integer(3), Value::Integer(5)]);
        assert_eq!(items("7"), []);
    }
}
