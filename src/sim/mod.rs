//! The simulated camera.

pub mod card;
pub mod vm;
