//! What a piece of code stands for, and what is known of it: live values of the host, the camera's API as data.

use crate::api::{self, Presence, Yields};

use super::line::Language;
use super::reading::{Chain, Reading, Root};
use super::world::{Key, Kind, World};

/// What a piece of code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// What the host's globals lead to.
    Live(Vec<Key>),
    /// What the camera's globals lead to.
    Camera(Vec<String>),
    /// What `require` gives on the camera.
    Module(String),
    /// A string.
    String(Language),
    /// A table with these names in it.
    Table(Vec<String>),
    /// It cannot be told.
    Unknown(Language),
}

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The name.
    pub name: String,
    /// What kind of value it has.
    pub kind: Kind,
    /// For functions, the arguments, if they are known.
    pub args: Option<String>,
}

/// What is known of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its arguments, the optional ones in brackets.
    pub args: Vec<String>,
    /// What it does.
    pub summary: String,
    /// Whether calling it suspends the camera's script.
    pub yields: Yields,
}

/// Names that stand for others are followed so far.
const MOST_STEPS: usize = 8;

/// What a chain stands for.
pub fn resolve(reading: &Reading<'_>, chain: &Chain, world: &dyn World) -> Value {
    let mut keys = chain.keys.clone();
    let mut root = chain.root.clone();
    for _ in 0..MOST_STEPS {
        let Root::Name(name) = &root else { break };
        match reading.declaration(name) {
            None => break,
            Some(declared) => match declared.value {
                // `x = x` says nothing.
                Some(value) if value.root == root => break,
                Some(value) => {
                    keys.splice(0..0, value.keys);
                    root = value.root;
                }
                None if declared.local || !is_known(name, reading.language, world) => {
                    return remote(&keys, world).unwrap_or(Value::Unknown(reading.language));
                }
                None => break,
            },
        }
    }
    let language = reading.language;
    match (root, language) {
        (Root::String, _) if keys.is_empty() => Value::String(language),
        (Root::Table(names), _) if keys.is_empty() => Value::Table(names),
        (Root::Module(name), Language::Camera) if keys.is_empty() => Value::Module(name),
        (Root::Module(name), Language::Host) => Value::Live(
            ["package", "loaded", &name].map(|name| Key::Text(name.to_owned())).into_iter().chain(keys).collect(),
        ),
        (Root::Name(name), Language::Camera) => match texts(&keys) {
            Some(keys) if name == "_G" => Value::Camera(keys),
            Some(keys) => Value::Camera(std::iter::once(name).chain(keys).collect()),
            None => Value::Unknown(language),
        },
        (Root::Name(name), Language::Host) => {
            keys.insert(0, Key::Text(name));
            remote(&keys[1..], world).unwrap_or(Value::Live(keys))
        }
        _ => Value::Unknown(language),
    }
}

/// Whether a global is there without the text.
fn is_known(name: &str, language: Language, world: &dyn World) -> bool {
    match language {
        Language::Host => world.members(&[Key::Text(name.to_owned())]).is_some(),
        Language::Camera => api::is_global(name),
    }
}

/// The camera's functions, which stand behind `remote` of any connection.
fn remote(keys: &[Key], world: &dyn World) -> Option<Value> {
    let at = keys.iter().position(|key| matches!(key, Key::Text(name) if name == "remote"))?;
    // A table of the user's own may be called so.
    let own = at > 0 && world.members(&[keys[0].clone()]).is_some();
    if own { None } else { texts(&keys[at + 1..]).map(Value::Camera) }
}

fn texts(keys: &[Key]) -> Option<Vec<String>> {
    keys.iter().map(|key| if let Key::Text(name) = key { Some(name.clone()) } else { None }).collect()
}

/// What a value has.
pub fn members(reading: &Reading<'_>, value: &Value, colon: bool, world: &dyn World) -> Vec<Item> {
    let key = |name: &str| Key::Text(name.to_owned());
    match value {
        Value::Live(path) => live(path, world),
        Value::String(Language::Host) => live(&[key("string")], world),
        // Most of what is indexed with a colon in a host script is a connection.
        Value::Unknown(Language::Host) if colon => live(&[key("con")], world),
        Value::Camera(path) => match path.as_slice() {
            [] => api::globals().map(camera).collect(),
            // What scripts call it: an earlier line may have made it.
            [name] if name == "props" => crate::sim::property_names().map(plain).collect(),
            [library] => library_of_camera(reading, library),
            _ => Vec::new(),
        },
        Value::Module(name) => match api::module(name).map(|module| module.name) {
            Some("propcase" | "gen/propset") => crate::sim::property_names().map(plain).collect(),
            Some(module) => {
                api::exports(module).unwrap_or_default().iter().map(|name| function(module, name, ".")).collect()
            }
            None => Vec::new(),
        },
        Value::String(Language::Camera) => library_of_camera(reading, "string"),
        Value::Unknown(Language::Camera) if colon => {
            let methods = api::entries()
                .filter(|entry| ["file:", "rawop_histogram:"].iter().any(|kind| entry.name.starts_with(kind)));
            let methods = methods.filter_map(|entry| entry.name.split_once(':'));
            let methods = methods.map(|(kind, name)| function(kind, name, ":"));
            methods.chain(library_of_camera(reading, "string")).collect()
        }
        Value::Table(names) => names.iter().map(|name| plain(name)).collect(),
        Value::Unknown(_) => Vec::new(),
    }
}

fn plain(name: &str) -> Item {
    Item { name: name.to_owned(), kind: Kind::Value, args: None }
}

/// A global of the camera's.
pub fn camera(name: &str) -> Item {
    if api::library(name).is_some() {
        return Item { name: name.to_owned(), kind: Kind::Table, args: None };
    }
    let known = api::find(name).filter(|name| name.signature.is_some());
    let args = known.map(|name| shown(&arguments(name.entry.args)));
    let kind = if args.is_some() { Kind::Function } else { Kind::Value };
    Item { name: name.to_owned(), kind, args }
}

fn function(library: &str, name: &str, sign: &str) -> Item {
    let known = api::find(&format!("{library}{sign}{name}"));
    let args = known.filter(|name| name.signature.is_some()).map(|name| shown(&arguments(name.entry.args)));
    let kind = if args.is_some() { Kind::Function } else { Kind::Value };
    Item { name: name.to_owned(), kind, args }
}

fn library_of_camera(reading: &Reading<'_>, library: &str) -> Vec<Item> {
    let own = api::library(library).unwrap_or_default().iter().map(|name| function(library, name, "."));
    // What a module adds is there once it has been loaded.
    let module = api::modules().iter().find(|module| module.extends.contains(&library));
    let module = module.filter(|module| reading.text.contains(module.name));
    let added = api::entries().filter(|entry| module.is_some() && entry.category == "lualib").filter_map(|entry| {
        let (of, name) = entry.name.split_once('.')?;
        (of == library).then(|| function(library, name, "."))
    });
    own.chain(added).collect()
}

fn live(path: &[Key], world: &dyn World) -> Vec<Item> {
    let members = world.members(path).unwrap_or_default().into_iter();
    members.map(|member| Item { name: member.name, kind: member.kind, args: None }).collect()
}

/// So many functions of the user's own are asked about, which takes more than a look at data.
const FEW: usize = 8;

/// Adds the arguments of functions that are members of a value of the host's.
pub fn add_arguments(items: &mut [Item], value: &Value, world: &dyn World) {
    let path = match value {
        Value::Live(path) => texts(path),
        Value::String(Language::Host) => Some(vec!["string".to_owned()]),
        Value::Unknown(Language::Host) => Some(vec!["con".to_owned()]),
        _ => None,
    };
    let Some(path) = path else { return };
    let before: String = path.iter().map(|name| format!("{name}.")).collect();
    let few = items.len() <= FEW;
    for item in items.iter_mut().filter(|item| item.kind == Kind::Function && item.args.is_none()) {
        let name = format!("{before}{}", item.name);
        let known = if few { host(&name, world) } else { api::host(&name).and_then(of_table) };
        item.args = known.map(|known| shown(&known.args));
    }
}

/// The arguments of a function as they are written: `a, b, [c]`.
pub fn shown(args: &[String]) -> String {
    args.join(", ")
}

/// The arguments in a table's words.
pub fn arguments(words: &'static str) -> Vec<String> {
    let argument = |argument: &api::Argument| {
        if argument.optional { format!("[{}]", argument.name) } else { argument.name.to_owned() }
    };
    api::arguments(words).iter().map(argument).collect()
}

/// What is known of what a chain calls.
pub fn known(reading: &Reading<'_>, chain: &Chain, world: &dyn World) -> Option<Known> {
    match resolve(reading, chain, world) {
        Value::Camera(path) => on_camera(&path.join(".")),
        Value::Live(path) => {
            let names = texts(&path)?;
            host(&names.join("."), world).or_else(|| host_method(chain))
        }
        Value::Unknown(Language::Host) => host_method(chain),
        Value::Unknown(Language::Camera) => method(chain).and_then(|name| on_camera(&format!("file:{name}"))),
        Value::Module(_) | Value::String(_) | Value::Table(_) => None,
    }
    .or_else(|| inside(reading, chain, world))
}

/// A function of a module or of strings: what it is in is resolved, and it is found in there.
fn inside(reading: &Reading<'_>, chain: &Chain, world: &dyn World) -> Option<Known> {
    let (last, before) = chain.keys.split_last()?;
    let Key::Text(last) = last else { return None };
    let object = Chain { keys: before.to_vec(), ..chain.clone() };
    match resolve(reading, &object, world) {
        Value::Module(name) => on_camera(&format!("{}.{last}", api::module(&name)?.name)),
        Value::String(Language::Camera) => on_camera(&format!("string.{last}")),
        Value::String(Language::Host) => host(&format!("string.{last}"), world),
        _ => None,
    }
}

/// The name of what is called with a colon.
fn method(chain: &Chain) -> Option<&str> {
    match chain.keys.last() {
        Some(Key::Text(name)) if chain.method => Some(name),
        _ => None,
    }
}

/// The option list, arguments and summary of a method of connections, whatever holds this one.
fn host_method(chain: &Chain) -> Option<Known> {
    method(chain).and_then(|name| of_table(api::host(&format!("con:{name}"))?))
}

fn host(name: &str, world: &dyn World) -> Option<Known> {
    api::host(name).and_then(of_table).or_else(|| {
        let described = world.describe(name)?;
        let args = described.args.split(',').map(|arg| arg.trim().to_owned()).filter(|arg| !arg.is_empty()).collect();
        Some(Known { args, summary: described.summary, yields: Yields::No })
    })
}

fn of_table(entry: api::HostEntry) -> Option<Known> {
    let known = || Known { args: arguments(entry.args), summary: entry.summary.to_owned(), yields: Yields::No };
    entry.is_function().then(known)
}

fn on_camera(name: &str) -> Option<Known> {
    let name = api::find(name).filter(|name| matches!(name.presence, Presence::Camera | Presence::Module))?;
    name.signature.as_ref()?;
    let note = name.entry.note;
    let summary = note.split(" [since").next().unwrap_or(note);
    let summary = summary.split(';').next().unwrap_or(summary);
    Some(Known { args: arguments(name.entry.args), summary: summary.trim().to_owned(), yields: name.entry.yields })
}

/// The entry of the host's table that a chain calls: for its options.
pub fn host_entry(reading: &Reading<'_>, chain: &Chain, world: &dyn World) -> Option<api::HostEntry> {
    let method = || api::host(&format!("con:{}", method(chain)?));
    match resolve(reading, chain, world) {
        Value::Live(path) => api::host(&texts(&path)?.join(".")).or_else(method),
        Value::Unknown(Language::Host) => method(),
        _ => None,
    }
}
