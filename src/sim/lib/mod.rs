//! Camera functions that need the card, the clock or nothing at all. What needs the rest of the camera is the engine's.

pub mod args;
