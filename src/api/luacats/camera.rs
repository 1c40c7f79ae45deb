//! The definitions for camera scripts.

use std::collections::BTreeSet;

use super::words::{Param, Returned, identifier, kind, of_kinds, remark, returned};
use super::{Definitions, File};
use crate::api::{self, Entry, KEY_FUNCTIONS, KEYS, Kinds, Presence, Yields};

/// Groups whose functions the language server has right for Lua 5.1.
pub(super) const LEFT: &[&str] = &["lua-base", "lua-string", "lua-table"];
/// Names in them that it does not have.
const KEPT: &[&str] = &["gcinfo", "require"];

pub(super) fn definitions() -> Vec<Definitions> {
    let mut files = vec![functions(), tables(), lua(), libraries()];
    files.extend(api::modules().iter().map(module));
    files
}

fn entries() -> impl Iterator<Item = Entry> {
    api::entries().filter(|entry| entry.name != "restore" && !entry.name.contains(' '))
}

fn is_there(entry: &Entry, presence: Presence) -> bool {
    api::find(entry.name).is_some_and(|name| name.presence == presence)
}

fn is_lua(entry: &Entry) -> bool {
    entry.category.starts_with("lua-")
}

/// Functions that stand alone, by group.
fn functions() -> Definitions {
    let mut file = File::new("functions.lua");
    file.blank();
    file.line("---The name of a key. A key that the camera does not have does nothing.");
    file.line("---@alias chdk.key");
    for key in KEYS {
        file.line(&format!("---| \"{key}\""));
    }
    let alone = |entry: &Entry| !entry.name.contains(['.', ':']) && !is_lua(entry) && is_there(entry, Presence::Camera);
    let mut group = "";
    for entry in entries().filter(alone) {
        if entry.category != group {
            group = entry.category;
            file.blank();
            file.line(&format!("-- {group}"));
        }
        function(&mut file, &entry, entry.name);
    }
    file.finish()
}

/// Tables of functions: `imath`, `hook_raw`, `rawop`.
fn tables() -> Definitions {
    let mut file = File::new("tables.lua");
    let inside: Vec<_> = entries()
        .filter(|entry| entry.name.contains(['.', ':']) && !is_lua(entry) && is_there(entry, Presence::Camera))
        .collect();
    let mut owner = "";
    for entry in &inside {
        let (table, _) = entry.name.split_once(['.', ':']).unwrap_or((entry.name, ""));
        if table != owner {
            owner = table;
            begin(&mut file, table, &inside);
        }
        if entry.is_function() {
            function(&mut file, entry, entry.name);
        }
    }
    file.finish()
}

fn begin(file: &mut File, table: &str, inside: &[Entry]) {
    file.blank();
    file.line(&format!("---@class {table}"));
    if table == "fmath" {
        // A number with a fraction, whose methods are the functions.
        for operator in ["add", "sub", "mul", "div", "mod", "pow"] {
            file.line(&format!("---@operator {operator}(fmath|integer): fmath"));
        }
        file.line("---@operator unm: fmath");
    }
    let constant = |entry: &&Entry| {
        let field = entry.name.strip_prefix(table).and_then(|rest| rest.strip_prefix('.'));
        field.is_some() && !entry.is_function()
    };
    for entry in inside.iter().filter(constant) {
        let field = entry.name.rsplit('.').next().unwrap_or(entry.name);
        file.line(&format!("---@field {field} {} {}", kind(entry.returns), entry.text()));
    }
    let local = if inside.iter().any(|entry| entry.name.starts_with(&format!("{table}:"))) { "local " } else { "" };
    file.line(&format!("{local}{table} = {{}}"));
}

/// Lua's libraries in which the camera has other functions than stock Lua.
fn lua() -> Definitions {
    let mut file = File::new("lua.lua");
    for entry in entries().filter(|entry| KEPT.contains(&entry.name)) {
        function(&mut file, &entry, entry.name);
    }
    file.blank();
    file.line("---A file on the card.");
    file.line("---@class file*");
    file.line("local file = {}");
    let own = |entry: &Entry| is_lua(entry) && !LEFT.contains(&entry.category) && is_there(entry, Presence::Camera);
    let mut owner = "file";
    let mut begun = BTreeSet::from([owner]);
    for entry in entries().filter(own) {
        let (table, field) = entry.name.split_once(['.', ':']).unwrap_or(("", entry.name));
        if table != owner && begun.insert(table) {
            file.blank();
            file.line(&format!("---@class {table}lib"));
            let here =
                |other: &Entry| own(other) && other.name.starts_with(&format!("{table}.")) && !is_callable(other);
            for value in entries().filter(here) {
                let name = value.name.rsplit('.').next().unwrap_or(field);
                let of = api::host(value.name).map_or("any", |entry| entry.returns);
                file.line(&format!("---@field {name} {} {}", kind(of), value.summary()));
            }
            file.line(&format!("{table} = {{}}"));
        }
        owner = table;
        if is_callable(&entry) {
            function(&mut file, &entry, entry.name);
        }
    }
    file.finish()
}

fn is_callable(entry: &Entry) -> bool {
    entry.is_function() && entry.args != "(value)"
}

/// Our own libraries.
fn libraries() -> Definitions {
    let mut file = File::new("libraries.lua");
    for entry in api::lib_entries() {
        file.blank();
        let library = format!("From the library {}, which goes along with code that a host sends.", entry.library);
        file.doc(&[&api::sentence(entry.summary), entry.note, &library]);
        let params: Vec<_> = entry.arguments().iter().map(Param::of).collect();
        file.function(entry.name, &params, &returned(entry.returns));
    }
    file.finish()
}

/// A module of LUALIB.
fn module(module: &api::Module) -> Definitions {
    let mut file = File::module(&format!("{}.lua", module.name));
    let of_module = |entry: &Entry| {
        let Some((table, field)) = entry.name.split_once('.') else { return false };
        let brings = module.globals.contains(&table) || table == module.name;
        let extends = api::extension(table, field).is_some_and(|extension| extension == *module);
        is_there(entry, Presence::Module) && (brings || extends)
    };
    let inside: Vec<_> = entries().filter(of_module).collect();
    let about = entries().find(|entry| entry.name == module.name);
    file.blank();
    if let Some(entry) = about {
        file.doc(&[&api::sentence(entry.summary()), &api::sentence(entry.details())]);
    }
    let returns = inside.iter().any(|entry| entry.name.starts_with(&format!("{}.", module.name)));
    let local = module.name.rsplit('/').next().unwrap_or(module.name);
    if !module.extends.is_empty() || (module.globals.is_empty() && !returns) || about.is_some() {
        // What it returns is not described, or is not what it is there for.
        let kind = match module.name {
            "gen/modelist" => "table<integer, string>",
            name if name == "propcase" || name.starts_with("gen/") => "table<string, integer>",
            _ => "any",
        };
        file.line(&format!("---@type {kind}"));
        file.line(&format!("local {local} = {{}}"));
    } else if returns {
        file.line(&format!("---@class {local}"));
        let values = inside.iter().filter(|entry| !entry.is_function());
        for entry in values {
            let field = entry.name.rsplit('.').next().unwrap_or(entry.name);
            file.line(&format!("---@field {field} {} {}", kind(entry.returns), entry.summary()));
        }
        file.line(&format!("local {local} = {{}}"));
    } else {
        for global in module.globals {
            file.line(&format!("---@class {global}"));
            file.line(&format!("{global} = {{}}"));
        }
        file.line(&format!("local {local} = {{}}"));
    }
    for entry in inside.iter().filter(|entry| entry.is_function()) {
        function(&mut file, entry, entry.name);
    }
    file.blank();
    file.line(&format!("return {local}"));
    file.finish()
}

fn function(file: &mut File, entry: &Entry, name: &str) {
    let waits = match entry.yields {
        Yields::Yes => "Waits: an error inside `pcall`, `require`, `table.sort` and the like.",
        Yields::Conditional => "May wait: an error inside `pcall`, `require`, `table.sort` and the like.",
        Yields::No => "",
    };
    let since = entry.first_version().map(|version| format!("Since CHDK {version}.")).unwrap_or_default();
    file.blank();
    file.doc(&[&api::sentence(entry.summary()), &api::sentence(entry.details()), waits, &since]);
    // Where the table leaves a function to Lua's manual, it is as on the host.
    if let Some(stock) = api::host(entry.name).filter(|_| entry.args == "(stock 5.1)") {
        let params: Vec<_> = stock.arguments().iter().map(Param::of).collect();
        file.function(name, &params, &returned(stock.returns));
        return;
    }
    let returns = match entry.returns {
        "(stock 5.1)" => vec![Returned::new("any", "")],
        words => returned(words),
    };
    file.function(name, &params(entry), &returns);
}

/// What an argument of a function for files is, by its name.
fn of_file(name: &str) -> &'static str {
    match name {
        "name" | "path" | "from" | "to" | "mode" | "fmt" | "whence" => "string",
        "mtime" | "atime" | "offset" | "a" | "b" => "integer",
        "t" => "integer|table",
        "file|name" => "file*|string",
        "file" => "file*",
        "table" => "table",
        _ => "any",
    }
}

fn params(entry: &Entry) -> Vec<Param> {
    let known = api::find(entry.name).and_then(|name| name.signature.as_ref());
    let mut seen = BTreeSet::new();
    let arguments = api::arguments(entry.args);
    let arguments = arguments.iter().enumerate().map(|(place, argument)| {
        let mut name = identifier(argument.name);
        while name != "..." && !seen.insert(name.clone()) {
            name.push('_');
        }
        let kinds = known.and_then(|signature| signature.params.get(place)).map_or(Kinds::ANY, |param| param.kinds);
        let kind = match argument.types {
            _ if argument.name == "key" && KEY_FUNCTIONS.contains(&entry.name) => "chdk.key".to_owned(),
            // Its functions take either.
            "" if entry.category == "fmath" => "fmath|integer".to_owned(),
            "" if kinds == Kinds::ANY && matches!(entry.category, "lua-io" | "lua-os") => {
                of_file(argument.name).to_owned()
            }
            // Where all is numbers, the table does not say so.
            "" if entry.name.starts_with("rawop") || entry.category == "lua-math" => "integer".to_owned(),
            "" => of_kinds(kinds),
            words => kind(words),
        };
        Param { name, kind, optional: argument.optional, remark: remark(argument) }
    });
    arguments.collect()
}
