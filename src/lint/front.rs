//! From bytes to a [`Tree`], and whether the camera will compile them.

use super::finding::Finding;
use super::lower::empty;
use super::options::{Options, Start};
use super::parse::parse;
use super::scan::{Scan, scan};
use super::source::{Source, SourceId};
use super::tree::Tree;

/// A text that was read.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// Its tokens and comments.
    pub scan: Scan,
    /// Its syntax tree. Where the text has errors, it is what could be made out; at the least there is an empty chunk.
    pub tree: Tree,
    /// What keeps the camera from compiling it, and what its compiler reads otherwise than it looks.
    pub findings: Vec<Finding>,
    /// Whether the tree is all of the text.
    pub complete: bool,
}

/// Reads a text. Any bytes will do.
pub fn read(id: SourceId, source: &Source, options: &Options) -> Parsed {
    let _ = id;
    let bytes = source.bytes();
    let scan = scan(bytes, options.start == Start::Ptp);
    let text = std::str::from_utf8(&scan.text).unwrap_or_default();
    let shape = scan.shape;
    let parsable = bytes.len() < 2 << 20 && shape.nesting <= 200 && shape.right <= 1000 && shape.operators <= 20_000;
    let outcome = if parsable { parse(text, bytes) } else { None };
    let complete = scan.errors.is_empty() && outcome.as_ref().is_some_and(|outcome| outcome.accepted);
    let tree = outcome.map_or_else(|| empty(bytes), |outcome| outcome.lowered.tree);
    Parsed { scan, tree, findings: Vec::new(), complete }
}
