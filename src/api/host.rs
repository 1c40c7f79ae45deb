//! The names of host scripts as data: what `con`, `chdk`, `sys` and the rest have, for help, completion and editors.
//!
//! The table is `host.tsv` beside this file, and what it says must be what the VM has: `tests/host_names.rs` holds the two
//! together. A line is a name, its arguments (optional ones in brackets; `(value)` for what is no function), what it
//! returns, its group, a summary and a note (`-` for none). A line with braces is an option: `con:exec con:each{clobber}` is
//! taken by both methods; its type stands in the second field and its default in the third.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{Argument, arguments};

/// One name of the host's Lua.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostEntry {
    /// As a script writes it: `con:exec`, `con.lint`, `sys.sleep`, `serialize`. In `Message.value` and the like, `Message` is
    /// a kind of table, and no name that a script finds.
    pub name: &'static str,
    /// Arguments, optional ones in brackets; `(value)` for what is no function.
    pub args: &'static str,
    /// Return values, or the type of a value.
    pub returns: &'static str,
    /// The group that it belongs to: `scripts`, `messages`, `errors`, …; `type` for fields of tables, `lua` for what is
    /// Lua's own.
    pub group: &'static str,
    /// What it does, in a line that begins with a small letter.
    pub summary: &'static str,
    /// What else there is to know; often empty.
    pub note: &'static str,
}

/// A named option of a function's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostOption {
    /// As it is written in the table of options.
    pub name: &'static str,
    /// The types that its value may have: `boolean`, `number|false`.
    pub types: &'static str,
    /// What holds if it is not given; none if that is not a value.
    pub default: Option<&'static str>,
    /// What it does, in a line that begins with a small letter.
    pub summary: &'static str,
    /// What else there is to know; often empty.
    pub note: &'static str,
}

impl HostEntry {
    /// Whether it is called.
    pub fn is_function(&self) -> bool {
        self.args != "(value)"
    }

    /// Whether it is called with a colon.
    pub fn is_method(&self) -> bool {
        self.name.contains(':')
    }

    /// Whether it is Lua's own and not ours.
    pub fn is_stock(&self) -> bool {
        self.group == "lua"
    }

    /// Whether it is a field of some kind of table, and not a name by itself.
    pub fn is_field_of_type(&self) -> bool {
        self.group == "type"
    }

    /// What stands behind the last dot or colon: `exec` of `con:exec`.
    pub fn short_name(&self) -> &'static str {
        self.name.rsplit(['.', ':']).next().unwrap_or(self.name)
    }

    /// What it takes.
    pub fn arguments(&self) -> Vec<Argument> {
        if self.is_function() { arguments(self.args) } else { Vec::new() }
    }

    /// The named options that it takes, in the order of the table.
    pub fn options(&self) -> impl Iterator<Item = HostOption> + use<> {
        TABLE.options.get(self.name).into_iter().flatten().copied()
    }
}

/// Every name, in the order of the table.
pub fn host_entries() -> impl Iterator<Item = HostEntry> {
    TABLE.entries.iter().copied()
}

/// What a script writes as `name`. Dots and colons mean the same, the `_pcall` twin of a method is found with it, and
/// `chdku.rlibs` is `chdk.rlibs`.
pub fn host(name: &str) -> Option<HostEntry> {
    let mut name = name.replace(':', ".");
    if name.starts_with("chdku.rlibs.") {
        name.replace_range(.."chdku".len(), "chdk");
    }
    let twin = || TABLE.names.get(name.strip_suffix("_pcall")?).filter(|index| TABLE.entries[**index].is_method());
    TABLE.names.get(&name).or_else(twin).map(|index| TABLE.entries[*index])
}

struct Table {
    entries: Vec<HostEntry>,
    /// By names with dots only.
    names: HashMap<String, usize>,
    options: HashMap<&'static str, Vec<HostOption>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { entries: Vec::new(), names: HashMap::new(), options: HashMap::new() };
    for line in include_str!("host.tsv").lines().skip(1) {
        let fields: Vec<_> = line.split('\t').collect();
        let &[name, args, returns, group, summary, note] = fields.as_slice() else { continue };
        let note = if note == "-" { "" } else { note };
        match name.strip_suffix('}').and_then(|name| name.split_once('{')) {
            Some((owners, name)) => {
                let default = Some(returns).filter(|default| *default != "-");
                let option = HostOption { name, types: args, default, summary, note };
                for owner in owners.split(' ') {
                    table.options.entry(owner).or_default().push(option);
                }
            }
            None => {
                table.names.insert(name.replace(':', "."), table.entries.len());
                table.entries.push(HostEntry { name, args, returns, group, summary, note });
            }
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(host("con:exec").unwrap().name, "con:exec");
        assert_eq!(host("con.exec").unwrap().name, "con:exec");
        assert_eq!(host("con:exec_pcall").unwrap().name, "con:exec");
        assert_eq!(host("chdk.rlibs.register").unwrap().name, "chdk.rlibs:register");
        assert_eq!(host("chdku.rlibs:register").unwrap().name, "chdk.rlibs:register");
        assert_eq!(host("exec"), None);
        assert_eq!(host("sys.sleep_pcall"), None);
        assert!(host("con.lint").is_some_and(|entry| !entry.is_function()));
    }

    #[test]
    fn options_have_types_and_defaults() {
        let options: Vec<_> = host("con:execwait").unwrap().options().collect();
        let clobber = options.iter().find(|option| option.name == "clobber").unwrap();
        assert_eq!((clobber.types, clobber.default), ("boolean", Some("false")));
        let libs = options.iter().find(|option| option.name == "libs").unwrap();
        assert_eq!(libs.default, None);
    }

    #[test]
    fn every_line_of_the_table_is_whole() {
        let mut seen = HashSet::new();
        for line in include_str!("host.tsv").lines() {
            let fields: Vec<_> = line.split('\t').collect();
            assert_eq!(fields.len(), 6, "not six fields with tabs between them: {line}");
            assert!(fields.iter().all(|field| !field.is_empty() && field.trim() == *field), "{line}");
            assert!(seen.insert(fields[0]), "stands twice: {line}");
            assert!(!fields[4].ends_with('.'), "the summary is no sentence: {line}");
        }
    }

    #[test]
    fn options_belong_to_functions_that_take_a_table() {
        for owner in TABLE.options.keys() {
            let Some(entry) = host(owner) else { panic!("{owner} has options, but no line of its own") };
            let takes = entry.arguments().iter().any(|argument| argument.types.split('|').any(|kind| kind == "table"));
            assert!(takes, "{owner} has options, but takes no table");
            let mut names = HashSet::new();
            assert!(entry.options().all(|option| names.insert(option.name)), "{owner} has an option twice");
        }
    }
}
