//! What scripts find around them on the simulated camera: its settings, lens, card, power and screen.
//!
//! In virtual time.

mod body;
mod config;
mod console;
mod exposure;
mod general;
mod host;
mod mode;
mod native;
mod props;
mod storage;
