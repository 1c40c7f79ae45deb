//! Functions of our own libraries for camera scripts: they are there for code that names them, if it is sent from a host.

use super::words::{Argument, arguments};

/// A function of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LibEntry {
    /// The global.
    pub name: &'static str,
    /// Arguments, optional ones in brackets.
    pub args: &'static str,
    /// Return values.
    pub returns: &'static str,
    /// The library that provides it.
    pub library: &'static str,
    /// What it does, in a line that begins with a small letter.
    pub summary: &'static str,
    /// What else there is to know; often empty.
    pub note: &'static str,
}

impl LibEntry {
    /// What it takes.
    pub fn arguments(&self) -> Vec<Argument> {
        arguments(self.args)
    }
}

/// Every function, in the order of the table, `libs.tsv`.
pub fn lib_entries() -> impl Iterator<Item = LibEntry> {
    include_str!("libs.tsv").lines().skip(1).filter_map(|line| {
        let fields: Vec<_> = line.split('\t').collect();
        let &[name, args, returns, library, summary, note] = fields.as_slice() else { return None };
        Some(LibEntry { name, args, returns, library, summary, note: if note == "-" { "" } else { note } })
    })
}
