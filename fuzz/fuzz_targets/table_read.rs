//! The reader of tables: whatever it takes for a value, the writer writes, and it reads the same value again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use moonshutter::table::{self, Value};

fuzz_target!(|text: &[u8]| {
    match table::read(text) {
        Ok(value) => {
            let written = table::write(&value);
            assert_eq!(table::read(&written).as_ref(), Ok(&value), "{}", written.escape_ascii());
            assert!(size(&value) <= text.len(), "{text:?} became {value:?}");
            assert!(value.items().count() <= text.len());
        }
        Err(error) => assert!(error.offset <= text.len(), "{error}"),
    }
});

/// Bytes that the text of a value has at the very least.
fn size(value: &Value) -> usize {
    match value {
        Value::Nil | Value::Boolean(_) | Value::Integer(_) => 1,
        Value::String(bytes) => bytes.len(),
        Value::Table(pairs) => 2 + pairs.iter().map(|(_, value)| size(value)).sum::<usize>(),
    }
}
