//! What scripts find in a VM, as its own tables have it: the measure of what is written about it.

use std::collections::BTreeSet;

use mlua::{Table, Value};

use super::{Host, chdk, con, rlibs, serialize};

/// Where the prelude's tables of methods are kept.
pub(super) const METHODS: &str = "moonshutter.methods";

/// Where Lua's io library keeps what files have in common.
const FILES: &str = "FILE*";

/// How deep tables stand in one another: `chdk.rlibs.register`.
const DEPTH: usize = 2;

/// Tables that hold what the script is about, and no names.
const CONTENTS: &[&str] = &["_G", "arg", "package.loaded", "package.preload", "package.loaders", "package.searchers"];

/// An option that a function takes by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOption {
    /// Where the function is: `con:`, `chdk.`, `chdk.rlibs:`; empty for a global.
    pub place: &'static str,
    /// The function.
    pub function: &'static str,
    /// Which of its arguments is the table of options, from 0.
    pub argument: usize,
    /// The option.
    pub name: &'static str,
}

/// Every option that a function of ours knows; all others are errors.
pub fn taken_options() -> impl Iterator<Item = TakenOption> {
    let con = con::all_options().map(|taken| ("con:", taken));
    let chdk = chdk::OPTIONS.iter().map(|taken| ("chdk.", taken));
    let rlibs = rlibs::OPTIONS.iter().map(|taken| ("chdk.rlibs:", taken));
    let globals = serialize::OPTIONS.iter().map(|taken| ("", taken));
    con.chain(chdk).chain(rlibs).chain(globals).flat_map(|(place, &(function, argument, parts))| {
        let names = parts.iter().flat_map(|part| part.iter().copied());
        names.map(move |name| TakenOption { place, function, argument, name })
    })
}

impl Host {
    /// Every name that a script finds here, as it is written: `print`, `sys.sleep`, `con:exec`, `con:exec_pcall`,
    /// `con.lint`; the control of simulated cameras is `sim:`, a file is `file:`. What scripts have set themselves is among them.
    pub fn names(&self) -> mlua::Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        walk(&self.lua.globals(), "", DEPTH, &mut names)?;
        let methods: Table = self.lua.named_registry_value(METHODS)?;
        for pair in methods.pairs::<String, Table>() {
            let (owner, methods) = pair?;
            for pair in methods.pairs::<String, Value>() {
                names.insert(format!("{owner}:{}", pair?.0));
            }
        }
        let files: Table = self.lua.named_registry_value(FILES)?;
        for pair in files.pairs::<String, Value>() {
            let (name, _) = pair?;
            names.extend((!name.starts_with("__")).then(|| format!("file:{name}")));
        }
        names.extend(con::field_names().map(|name| format!("con.{name}")));
        Ok(names)
    }
}

impl Host {
    /// What a userdata of ours has, by its kind, and whether it is a function: methods, and the fields of a connection.
    pub(crate) fn methods_of(&self, value: &Value) -> mlua::Result<Vec<(String, bool)>> {
        let methods: Table = self.lua.named_registry_value(METHODS)?;
        let connection = con::receiver("", Some(value)).is_ok();
        let of: Table = match connection {
            true => methods.raw_get("con")?,
            false if value.to_string()?.starts_with("file (") => self.lua.named_registry_value(FILES)?,
            false => methods.raw_get("sim")?,
        };
        let mut names = Vec::new();
        for pair in of.pairs::<String, Value>() {
            let (name, value) = pair?;
            if !name.starts_with("__") {
                names.push((name, matches!(value, Value::Function(_))));
            }
        }
        if connection {
            names.extend(con::field_names().map(|name| (name.to_owned(), false)));
        }
        names.sort();
        Ok(names)
    }
}

fn walk(table: &Table, path: &str, depth: usize, names: &mut BTreeSet<String>) -> mlua::Result<()> {
    for pair in table.pairs::<Value, Value>() {
        let (Value::String(key), value) = pair? else { continue };
        let name = format!("{path}{}", key.to_string_lossy());
        if let Value::Table(inner) = value
            && depth > 0
            && !CONTENTS.contains(&name.as_str())
        {
            walk(&inner, &format!("{name}."), depth - 1, names)?;
        }
        names.insert(name);
    }
    Ok(())
}
