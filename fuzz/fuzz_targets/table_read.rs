//! The reader of tables: whatever it takes for a value, the writer writes, and it reads the same value again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use moonshutter::table::{self, Value};

fuzz_target!(|text: &[u8]| {
    match table::read(text) {
        Ok(document) => {
            let tables = document.table_count();
            assert!(tables <= text.len(), "{} became {tables} tables", text.escape_ascii());
            let size: usize = document.tables().flat_map(|table| table.entries()).map(|(_, value)| size(value)).sum();
            assert!(size <= text.len(), "{} became {document:?}", text.escape_ascii());
            // What is deeper than texts may be was a chain of tables with numbers.
            let Ok(written) = table::write(document.root()) else { return };
            match table::read(&written) {
                Ok(back) => assert!(back == document, "{}", written.escape_ascii()),
                Err(error) => panic!("{}: {error}", written.escape_ascii()),
            }
        }
        Err(error) => assert!(error.offset <= text.len(), "{error}"),
    }
});

/// Bytes that the text of a value has at the very least.
fn size(value: Value<'_>) -> usize {
    value.as_bytes().map_or(1, <[u8]>::len)
}
