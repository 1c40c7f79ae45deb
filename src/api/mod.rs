//! The two Lua APIs as data: every name that a camera script may meet, for the simulated camera, the linter and help, and
//! every name of host scripts.
//!
//! The tables are `camera.tsv` and `host.tsv` beside this file. Nothing here knows a camera, a VM or a linter.

mod host;
mod index;
mod keys;
mod libs;
pub mod luacats;
mod lualib;
mod notes;
mod signature;
mod words;

pub use host::{HostEntry, HostOption, host, host_entries};
pub use index::{Name, Presence, Version, field, find, globals, is_global, library};
pub use keys::{KEY_FUNCTIONS, KEYS};
pub use libs::{LibEntry, lib_entries};
pub use lualib::{Module, WRAPPED, exports, extension, module, modules};
pub(crate) use notes::sentence;
pub use signature::{Kinds, Param, Signature};
pub use words::{Argument, arguments};

/// Whether calling a function may suspend the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yields {
    /// Never.
    No,
    /// Always.
    Yes,
    /// With certain arguments or in certain states; the note says which.
    Conditional,
}

/// One name of the camera's Lua.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// As a script writes it: `sleep`, `imath.sin`, `file:close`.
    pub name: &'static str,
    /// Arguments, optional ones in brackets.
    pub args: &'static str,
    /// Return values.
    pub returns: &'static str,
    /// Whether it suspends the script.
    pub yields: Yields,
    /// The group it belongs to: `keys`, `lua-io`, `lua-missing`, `removed`, …
    pub category: &'static str,
    /// What it does, since when, and the source of that.
    pub note: &'static str,
}

impl Entry {
    /// The day on which it first appeared in CHDK's development, as `2013-09-15`; none for what was always there, and
    /// for what is not known.
    pub fn since(&self) -> Option<&'static str> {
        let (_, after) = self.note.split_once("[since dev ")?;
        after.split_once('(')?.1.get(..10)
    }
}

/// Every entry, in the order of the table.
pub fn entries() -> impl Iterator<Item = Entry> {
    include_str!("camera.tsv").lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        Some(Entry {
            name: fields.next()?,
            args: fields.next()?,
            returns: fields.next()?,
            yields: match fields.next()? {
                "yes" => Yields::Yes,
                "conditional" => Yields::Conditional,
                _ => Yields::No,
            },
            category: fields.next()?,
            note: fields.next()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_know_since_when_they_are_there() {
        let since = |name| entries().find(|entry| entry.name == name).unwrap().since();
        assert_eq!(since("set_exit_key"), Some("2013-09-15"));
        assert_eq!(since("fmath.new"), Some("2021-04-30"));
        assert_eq!(since("require"), None);
        let dated = entries().filter_map(|entry| entry.since()).collect::<Vec<_>>();
        assert!(dated.len() > 250);
        assert!(dated.iter().all(|day| day.parse::<jiff::civil::Date>().is_ok()));
    }

    #[test]
    fn every_line_of_the_table_has_six_fields_and_a_known_yield_word() {
        let text = include_str!("camera.tsv");
        assert_eq!(entries().count(), text.lines().count() - 1);
        for line in text.lines().skip(1) {
            let fields: Vec<_> = line.split('\t').collect();
            assert_eq!(fields.len(), 6, "{line}");
            assert!(["yes", "no", "conditional"].contains(&fields[3]), "{line}");
        }
    }
}
