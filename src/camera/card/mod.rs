//! The card: what lies on it, and how it gets to the host and back without anything being lost.

pub mod names;
pub mod template;
pub mod transfer;
pub mod verify;

pub use names::safe_name;
pub use template::{Fields, Template};
pub use verify::{Checked, Checksum};
