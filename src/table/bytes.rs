//! Strings of any bytes: for fields with `#[serde(with = "moonshutter::table::bytes")]`.
//!
//! Names on a card are in a code page, and what a script reads from a file is anything. A `Vec<u8>` field by itself is a
//! list of numbers; with this it is a string.
//!
//! ```
//! use moonshutter::table;
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct File {
//!     #[serde(with = "table::bytes")]
//!     name: Vec<u8>,
//! }
//!
//! assert_eq!(table::to_text(&File { name: vec![b'A', 0xE9] })?, b"{name=\"A\xE9\"}");
//! assert_eq!(table::from_text::<File>(b"{name=\"A\\233\"}")?.name, [b'A', 0xE9]);
//! # Ok::<(), table::SerdeError>(())
//! ```

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// Writes bytes as a string.
pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

/// Takes a string for its bytes.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    struct Bytes;

    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
            Ok(text.as_bytes().to_vec())
        }
    }

    deserializer.deserialize_bytes(Bytes)
}
