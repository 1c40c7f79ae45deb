//! The simulated camera.

pub mod card;
pub mod lib;
pub mod vm;
