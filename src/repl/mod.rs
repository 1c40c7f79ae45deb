//! The prompt: what is typed, and what helps with typing it.
//!
//! Nothing here waits for a camera while somebody types: what the helpers of typing ask is answered at once or not at all
//! (see [`world::World`]).

pub mod incomplete;
pub mod lex;
pub mod help;
pub mod line;
pub mod world;
