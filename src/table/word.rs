//! Unsigned words: for fields with `#[serde(with = "moonshutter::table::word")]`.
//!
//! The camera's numbers are signed, so that an address, a size above 2 GiB or a mask arrives as a negative number, as in
//! 0xFFFFFFFF, which is -1. A `u32` field with this sends and takes the 32 bits as they are.
//!
//! ```
//! use moonshutter::table;
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Buffer {
//!     #[serde(with = "table::word")]
//!     address: u32,
//! }
//!
//! assert_eq!(table::to_text(&Buffer { address: 0xFFC0_0000 })?, b"{address=-4194304}");
//! assert_eq!(table::from_text::<Buffer>(b"{address=-4194304}")?.address, 0xFFC0_0000);
//! # Ok::<(), table::SerdeError>(())
//! ```

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes 32 bits as the number that has them.
pub fn serialize<S: Serializer>(word: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    (*word as i32).serialize(serializer)
}

/// Takes a number for its 32 bits.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    i32::deserialize(deserializer).map(|number| number as u32)
}
