//! full_moon, fenced in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use full_moon::{LuaVersion, parse_fallible};

use super::lower::{Lowered, lower};
use super::stack::on_big_stack;

/// What the parser says of a text.
pub struct Outcome {
    /// What could be made out.
    pub lowered: Lowered,
    /// Whether it found nothing wrong.
    pub accepted: bool,
}

/// Parses a text that a scan made; `source` is what it was made from. None if the parser gave up altogether.
pub fn parse(text: &str, source: &[u8]) -> Option<Outcome> {
    let work = || {
        let result = parse_fallible(text, LuaVersion::lua51());
        Outcome { lowered: lower(result.ast().nodes(), source), accepted: result.errors().is_empty() }
    };
    // No text is known that makes this version of the parser panic after a scan; were there one, it would be no syntax error.
    let fenced = || catch_unwind(AssertUnwindSafe(work)).ok();
    on_big_stack(fenced).ok().flatten()
}
