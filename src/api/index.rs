//! Names of the table by what they are.

use std::sync::LazyLock;

use foldhash::{HashMap, HashSet};

use super::signature::{Kinds, Signature, returned};
use super::{Entry, entries};

/// A CHDK version: major, minor, maintenance, revision.
pub type Version = [u32; 4];

/// Whether a name is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// On every camera, at least since some version.
    Camera,
    /// After a module of LUALIB has been required.
    Module,
    /// In other Luas, not on the camera.
    Missing,
    /// In older versions only.
    Removed,
}

/// A name of the camera's Lua with its words read.
#[derive(Debug, Clone)]
pub struct Name {
    /// The line of the table.
    pub entry: Entry,
    /// Whether it is there.
    pub presence: Presence,
    /// What it takes; none if it is no function or the table does not say.
    pub signature: Option<Signature>,
    /// Kinds of the first value that it returns, for functions.
    pub returns: Kinds,
    /// The first version that has it; none for what was always there.
    pub since: Option<Version>,
}

impl Name {
    fn read(entry: Entry) -> Self {
        let presence = match entry.category {
            "lualib" => Presence::Module,
            "lua-missing" => Presence::Missing,
            "removed" => Presence::Removed,
            _ => Presence::Camera,
        };
        Self {
            entry,
            presence,
            signature: Signature::parse(entry.args).filter(|_| matches!(presence, Presence::Camera | Presence::Module)),
            returns: returned(entry.returns),
            since: since(entry.note),
        }
    }
}

/// What `[since dev 1.3.0 (2013-09-15)…` says. Development version N ships as release N.
fn since(note: &str) -> Option<Version> {
    let (_, after) = note.split_once("[since dev ")?;
    let mut version = [0; 4];
    for (place, part) in version.iter_mut().zip(after.split(' ').next()?.split('.')) {
        *place = part.parse().ok()?;
    }
    Some(version)
}

struct Index {
    names: HashMap<&'static str, Name>,
    globals: HashSet<&'static str>,
    libraries: HashMap<&'static str, Vec<&'static str>>,
    /// The names with a dot in them, by what is before it and what behind.
    fields: HashMap<(&'static str, &'static str), &'static str>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let names: HashMap<_, _> = entries().map(|entry| (entry.name, Name::read(entry))).collect();
    let there = || names.values().filter(|name| name.presence == Presence::Camera);
    let mut libraries: HashMap<_, Vec<_>> = HashMap::default();
    for name in there() {
        if let Some((library, field)) = name.entry.name.split_once('.') {
            libraries.entry(library).or_default().push(field);
        }
    }
    libraries.values_mut().for_each(|fields| fields.sort_unstable());
    let plain = |name: &Name| !name.entry.name.contains(['.', ':', ' ']) && name.entry.name != "restore";
    let globals = there().filter(|name| plain(name)).map(|name| name.entry.name);
    let globals = globals.chain(libraries.keys().copied()).collect();
    let fields = names.keys().filter_map(|name| Some((name.split_once('.')?, *name))).collect();
    Index { names, globals, libraries, fields }
});

/// A name of the table, written as there: `sleep`, `imath.sin`.
pub fn find(name: &str) -> Option<&'static Name> {
    INDEX.names.get(name)
}

/// A field of a library.
pub fn field(library: &str, field: &str) -> Option<&'static Name> {
    find(INDEX.fields.get(&(library, field))?)
}

/// Whether every script finds a global of this name, at least since some version.
pub fn is_global(name: &str) -> bool {
    INDEX.globals.contains(name)
}

/// The globals that every script finds, in no order.
pub fn globals() -> impl Iterator<Item = &'static str> {
    INDEX.globals.iter().copied()
}

/// What is in one of the tables that every script finds, in order; none if there is no such table.
pub fn library(name: &str) -> Option<&'static [&'static str]> {
    INDEX.libraries.get(name).map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_by_where_they_are() {
        assert!(is_global("sleep") && is_global("imath") && is_global("hook_raw") && is_global("_G"));
        assert!(!is_global("coroutine") && !is_global("module") && !is_global("get_dof") && !is_global("binstr"));
        assert!(!is_global("restore") && !is_global("rawop_histogram:bits"));
        assert_eq!(library("math").unwrap(), ["abs", "max", "min", "pow", "random", "randomseed"]);
        assert_eq!(library("coroutine"), None);
        assert_eq!(field("rawop", "rect").unwrap().presence, Presence::Module);
        assert_eq!(field("math", "floor").unwrap().presence, Presence::Missing);
        assert_eq!(find("get_canon_image_format").unwrap().since, Some([1, 5, 0, 0]));
        assert_eq!(find("pcall").unwrap().since, None);
    }

    #[test]
    fn every_camera_function_has_a_signature() {
        let odd = entries()
            .filter_map(|entry| find(entry.name))
            .filter(|name| name.presence == Presence::Camera && name.signature.is_none())
            .filter(|name| !matches!(name.entry.category, "lua-debug" | "lua-package"))
            .map(|name| name.entry.name)
            .collect::<Vec<_>>();
        let values = ["imath.scale", "imath.pi", "fmath.pi", "_G", "_VERSION", "io.stdin", "io.stdout", "io.stderr"];
        assert!(
            odd.iter().all(|name| values.iter().any(|value| name.starts_with(value)) || name.contains(' ')),
            "{odd:?}"
        );
    }
}
