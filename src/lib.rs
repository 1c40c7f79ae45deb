//! Script Canon cameras that run CHDK.

pub mod api;
pub mod camera;
pub mod chdk;
pub mod cli;
pub mod clock;
pub mod connect;
pub mod error;
pub mod host;
pub mod ptp;
pub mod sim;
pub mod table;

pub use error::{Error, ErrorKind, Result};
