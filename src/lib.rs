//! Script Canon cameras that run CHDK.

pub mod api;
pub mod clock;
pub mod error;
pub mod sim;

pub use error::{Error, ErrorKind, Result};
