//! The prompt: what is typed, and what helps with typing it.
//!
//! Nothing here waits for a camera while somebody types: what the helpers of typing ask is answered at once or not at all
//! (see [`world::World`]).

pub mod complete;
#[cfg(test)]
mod fake;
pub mod highlight;
pub mod hint;
pub mod incomplete;
pub mod lex;
pub mod help;
pub mod line;
mod reading;
pub mod typing;
mod values;
pub mod world;
