//! The definitions for host scripts.

use super::words::{Param, Returned, identifier, kind, remark, returned};
use super::{Definitions, File};
use crate::api::{HostEntry, HostOption, host_entries, sentence};

/// Lua's own names that the language server does not have for version 5.2, or calls outdated.
const KEPT: &[&str] = &["unpack", "loadstring", "math.log10", "math.pow", "table.maxn", "package.loaders"];

/// Tables that are classes, and the local that stands for each where there is no global.
const CLASSES: &[(&str, &str, &str)] = &[
    ("con", "moonshutter.Connection", "Connection"),
    ("sim", "moonshutter.Simulated", "Simulated"),
    ("chdk.rlibs", "moonshutter.Libraries", "Libraries"),
];

pub(super) fn definitions() -> Vec<Definitions> {
    vec![connection(), modules(), globals(), tables(), simulated()]
}

fn entries<'a>(owner: &'a str) -> impl Iterator<Item = HostEntry> + 'a {
    host_entries().filter(move |entry| {
        let rest = entry.name.strip_prefix(owner).and_then(|rest| rest.strip_prefix(['.', ':']));
        rest.is_some_and(|rest| !rest.contains(['.', ':']))
    })
}

/// `con`.
fn connection() -> Definitions {
    let mut file = File::new("con.lua");
    option_classes(&mut file, "con");
    file.blank();
    file.line("---A connection to a camera.");
    file.line("---@class moonshutter.Connection");
    fields(&mut file, entries("con").filter(|entry| !entry.is_function()));
    file.line("local Connection = {}");
    for entry in entries("con").filter(HostEntry::is_function) {
        function(&mut file, &entry);
        twin(&mut file, &entry);
    }
    remote(&mut file);
    value(&mut file, &host_entries().find(|entry| entry.name == "con").into_iter().collect::<Vec<_>>());
    file.finish()
}

/// `con.remote`, in which any name is a function.
fn remote(file: &mut File) {
    file.blank();
    file.line("---A function of the camera's, or a table of such.");
    file.line("---@class moonshutter.Remote");
    file.line("---@field [string] moonshutter.Remote");
    file.line("---@overload fun(...: any): ...: any");
    file.line("local Remote = {}");
}

/// `chdk`, `chdku`, `sys`, `errlib`.
fn modules() -> Definitions {
    let mut file = File::new("modules.lua");
    for name in ["chdk", "chdk.rlibs"] {
        option_classes(&mut file, name);
    }
    for (name, is_class) in [("chdk.rlibs", true), ("chdk", false), ("chdku", false), ("sys", false), ("errlib", false)]
    {
        file.blank();
        if let Some(entry) = host_entries().find(|entry| entry.name == name) {
            file.doc(&[&sentence(entry.summary), entry.note]);
        }
        if is_class {
            file.line("---@class moonshutter.Libraries");
            file.line("local Libraries = {}");
        } else {
            file.line(&format!("---@class {name}"));
            fields(&mut file, entries(name).filter(|entry| !entry.is_function()));
            file.line(&format!("{name} = {{}}"));
        }
        entries(name).filter(HostEntry::is_function).for_each(|entry| function(&mut file, &entry));
    }
    file.blank();
    file.line("---PTP response codes by name, as errors have them in `ptp_rc`.");
    file.line("---@class ptp");
    fields(&mut file, entries("ptp"));
    file.line("ptp = {}");
    file.finish()
}

/// Functions that stand alone, and Lua's own that the language server does not know.
fn globals() -> Definitions {
    let mut file = File::new("globals.lua");
    option_classes(&mut file, "");
    let alone = |entry: &HostEntry| !entry.name.contains(['.', ':']) && entry.is_function() && !entry.is_stock();
    host_entries().filter(alone).for_each(|entry| function(&mut file, &entry));
    value(&mut file, &host_entries().filter(|entry| entry.name == "arg").collect::<Vec<_>>());
    for entry in host_entries().filter(|entry| KEPT.contains(&entry.name)) {
        if entry.is_function() {
            function(&mut file, &entry);
        } else {
            value(&mut file, &[entry]);
        }
    }
    file.finish()
}

/// Tables that functions return.
fn tables() -> Definitions {
    let mut file = File::new("tables.lua");
    let mut owner = "";
    for entry in host_entries().filter(HostEntry::is_field_of_type) {
        let (class, _) = entry.name.split_once('.').unwrap_or((entry.name, ""));
        if class != owner {
            file.blank();
            file.line(&format!("---@class moonshutter.{class}"));
            owner = class;
        }
        fields(&mut file, [entry].into_iter());
    }
    file.finish()
}

/// The second value of `chdk.simulate`.
fn simulated() -> Definitions {
    let mut file = File::new("simulated.lua");
    file.blank();
    file.line("---What the owner of a simulated camera can do: the second value of `chdk.simulate`.");
    file.line("---@class moonshutter.Simulated");
    file.line("local Simulated = {}");
    entries("sim").for_each(|entry| function(&mut file, &entry));
    file.finish()
}

fn fields(file: &mut File, entries: impl Iterator<Item = HostEntry>) {
    for entry in entries {
        let note = if entry.note.is_empty() { String::new() } else { format!(". {}", entry.note) };
        // A script that asks a connection what it is knows that it is there.
        let there = entry.returns.strip_suffix("|nil").filter(|_| entry.name.starts_with("con."));
        let types = kind(there.unwrap_or(entry.returns));
        file.line(&format!("---@field {} {types} {}{note}", entry.short_name(), entry.summary));
    }
}

fn value(file: &mut File, entries: &[HostEntry]) {
    for entry in entries {
        file.blank();
        file.doc(&[&sentence(entry.summary), entry.note]);
        file.line(&format!("---@type {}", kind(entry.returns)));
        file.line(&format!("{} = {{}}", entry.name));
    }
}

fn function(file: &mut File, entry: &HostEntry) {
    file.blank();
    file.doc(&[&sentence(entry.summary), entry.note]);
    file.function(&lua_name(entry), &params(entry), &returned(entry.returns));
}

/// `con:exec_pcall`.
fn twin(file: &mut File, entry: &HostEntry) {
    file.blank();
    file.doc(&[&format!("As `{}`, but returns false and the error instead of throwing it.", entry.name)]);
    let mut returns = returned(entry.returns);
    let failure = "moonshutter.Error";
    match returns.first_mut() {
        None => returns.push(Returned::new(&format!("{failure}|nil"), "error")),
        Some(first) if first.kind == "any" => {}
        Some(first) => first.kind = format!("{}|{failure}", first.kind),
    }
    returns.insert(0, Returned::new("boolean", "ok"));
    file.function(&format!("{}_pcall", lua_name(entry)), &params(entry), &returns);
}

fn params(entry: &HostEntry) -> Vec<Param> {
    let has_options = entry.options().next().is_some();
    let arguments = entry.arguments();
    // Where there are several tables, the options are those in the first.
    let mut options = arguments.iter().position(|argument| argument.types.contains("table")).filter(|_| has_options);
    arguments
        .iter()
        .enumerate()
        .map(|(place, argument)| {
            let mut kind = kind(argument.types);
            if options == Some(place) {
                kind = kind.replace("table", &option_class(entry));
                options = None;
            }
            let (name, optional) = (identifier(argument.name), argument.optional);
            Param { name, kind, optional, remark: remark(argument) }
        })
        .collect()
}

/// The name as a definition in Lua has it.
fn lua_name(entry: &HostEntry) -> String {
    let owned = |(owner, _, local): &(&str, &str, &str)| {
        let rest = entry.name.strip_prefix(owner)?;
        rest.starts_with(':').then(|| format!("{local}{rest}"))
    };
    CLASSES.iter().find_map(owned).unwrap_or_else(|| entry.name.to_owned())
}

/// The name of the class of a function's options: `moonshutter.execOptions`.
fn option_class(entry: &HostEntry) -> String {
    format!("moonshutter.{}Options", entry.name.replace(['.', ':'], "_"))
}

/// The classes of the options that the functions of a table take.
fn option_classes(file: &mut File, owner: &str) {
    let inside = |entry: &HostEntry| match owner {
        "" => !entry.name.contains(['.', ':']),
        owner => entries(owner).any(|other| other == *entry),
    };
    for entry in host_entries().filter(inside) {
        let options: Vec<HostOption> = entry.options().collect();
        if options.is_empty() {
            continue;
        }
        file.blank();
        file.line(&format!("---@class (exact) {}", option_class(&entry)));
        for option in options {
            let default = option.default.map(|default| format!(" (default {default})")).unwrap_or_default();
            let note = if option.note.is_empty() { String::new() } else { format!(". {}", option.note) };
            file.line(&format!("---@field {}? {} {}{default}{note}", option.name, kind(option.types), option.summary));
        }
    }
}
