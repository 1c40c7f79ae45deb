//! Strings: names of keys and modules, paths, code for the camera, keys of tables.

use crate::api;
use crate::camera;
use crate::repl::lex::{Quote, Token};
use crate::repl::line::Language;
use crate::repl::reading::{Call, Reading};
use crate::repl::values::{Value, host_entry, members, resolve};
use crate::repl::world::{Key, World};

use super::paths::{self, Entries};
use super::{Candidate, Offer, beginning, code, is_harmless};

/// Functions of the camera that take a path, and which of their arguments it is.
const PATHS: &[(&str, usize)] = &[
    ("io.open", 0),
    ("io.lines", 0),
    ("io.input", 0),
    ("io.output", 0),
    ("dofile", 0),
    ("loadfile", 0),
    ("os.idir", 0),
    ("os.listdir", 0),
    ("os.stat", 0),
    ("os.mkdir", 0),
    ("os.remove", 0),
    ("os.rename", 0),
    ("os.rename", 1),
    ("os.utime", 0),
    ("file_browser", 0),
];

/// The same of the host's, all of this machine but for those of connections.
const LOCAL_PATHS: &[(&str, usize)] = &[
    ("io.open", 0),
    ("io.lines", 0),
    ("io.input", 0),
    ("io.output", 0),
    ("dofile", 0),
    ("loadfile", 0),
    ("os.remove", 0),
    ("os.rename", 0),
    ("os.rename", 1),
];

/// What a string of a call is.
enum Meaning {
    /// The name of a key.
    Key,
    /// The name of a module of the camera's.
    Module,
    /// The name of a module of the host's.
    HostModule,
    /// A path on the camera.
    CameraPath,
    /// A path on this machine.
    LocalPath,
    /// Code for the camera.
    CameraCode,
    /// What `-c` takes.
    CameraSpec,
}

/// What a string that is open at the cursor may go on with.
pub fn complete(reading: &Reading<'_>, token: Token, quote: Quote, behind: &str, world: &dyn World) -> Offer {
    let start = token.start + quote.width();
    // A long bracket of which the last sign is still to come has no inside.
    let Some(inside) = reading.text.get(start..) else { return (reading.text.len(), Vec::new()) };
    if !matches!(quote, Quote::Long(_)) && inside.contains('\\') {
        return (reading.text.len(), Vec::new());
    }
    let place = Place { start, inside, quote, behind };
    let index = reading.tokens.len() - 1;
    if let Some(offer) = key_of_table(reading, index, &place, world) {
        return offer;
    }
    if let Some(words) = value_of_option(reading, index, world) {
        return place.words(words);
    }
    let meaning = reading.call_of_string(index).and_then(|call| meaning(reading, &call, world));
    match meaning {
        Some(Meaning::Key) => place.words(api::KEYS.iter().map(|key| (*key).to_owned())),
        Some(Meaning::Module) => {
            let propsets = (1..=13).map(|number| format!("gen/propset{number}"));
            place.words(api::modules().iter().map(|module| module.name.to_owned()).chain(propsets))
        }
        Some(Meaning::HostModule) => {
            let tables = ["preload", "loaded"].map(|name| ["package", name].map(|name| Key::Text(name.to_owned())));
            let modules = tables.iter().flat_map(|path| world.members(path).unwrap_or_default());
            place.words(modules.map(|module| module.name))
        }
        Some(Meaning::CameraCode) => {
            let (at, candidates) = code::complete(inside, behind, Language::Camera, world);
            let fits = |candidate: &Candidate| escaped(&candidate.replacement, quote) == candidate.replacement;
            (start + at, candidates.into_iter().filter(fits).collect())
        }
        Some(Meaning::CameraSpec) => place.words(world.cameras()),
        Some(Meaning::LocalPath) => place.path(paths::local(inside, world)),
        _ if inside.get(..2).is_some_and(|root| root.eq_ignore_ascii_case("A/")) => {
            place.path(paths::on_camera(inside, false, world))
        }
        Some(Meaning::CameraPath) => place.path(paths::on_camera(inside, false, world)),
        None => (reading.text.len(), Vec::new()),
    }
}

/// The words that an option may have: `{mtype = "us`, `{libs = "`.
fn value_of_option(reading: &Reading<'_>, index: usize, world: &dyn World) -> Option<Vec<String>> {
    let call = reading.call(index).filter(|_| reading.language == Language::Host)?;
    let key = call.table.as_ref()?.key.as_deref()?;
    let option = host_entry(reading, &call.callee, world)?.options().find(|option| option.name == key)?;
    if key == "libs" {
        return Some(camera::Libs::new().names().into_iter().map(str::to_owned).collect());
    }
    // Where there are but some, the summary ends with them.
    let words: Vec<_> = option
        .types
        .split('|')
        .filter_map(|kind| Some(kind.strip_prefix('"')?.strip_suffix('"')?.to_owned()))
        .collect();
    (!words.is_empty()).then_some(words)
}

/// The camera code in a string that is open at the cursor, up to the cursor, if it is code.
pub fn camera_code_of_string<'a>(reading: &Reading<'a>, world: &dyn World) -> Option<&'a str> {
    let (token, quote) = reading.open_string()?;
    let inside = reading.text.get(token.start + quote.width()..)?;
    let call = reading.call_of_string(reading.tokens.len() - 1)?;
    let plain = matches!(quote, Quote::Long(_)) || !inside.contains('\\');
    matches!(meaning(reading, &call, world), Some(Meaning::CameraCode)).then_some(inside).filter(|_| plain)
}

/// The inside of a string up to the cursor.
struct Place<'a> {
    start: usize,
    inside: &'a str,
    quote: Quote,
    behind: &'a str,
}

impl Place<'_> {
    /// What ends the string, unless it stands there already.
    fn end(&self) -> String {
        let closing = self.quote.closing();
        if self.behind.starts_with(&closing) { String::new() } else { closing }
    }

    fn words(&self, words: impl IntoIterator<Item = String>) -> Offer {
        let words = words.into_iter().filter(|word| is_harmless(word)).collect();
        let end = self.end();
        let words = beginning(self.inside, words, |word: &String| word).into_iter();
        let words = words.map(|word| Candidate { replacement: escaped(&word, self.quote) + &end, display: word });
        (self.start, words.collect())
    }

    fn path(&self, found: Entries) -> Offer {
        let fits = |name: &str| !matches!(self.quote, Quote::Long(_)) || !name.contains(']');
        let only = found.entries.len() == 1;
        let entries = found.entries.iter().filter(|entry| fits(&entry.name)).map(|entry| {
            let whole = only && self.inside[found.stays..].eq_ignore_ascii_case(&entry.name);
            let end = match entry.is_dir {
                true if found.plain_folders && !whole => String::new(),
                true => "/".to_owned(),
                false => self.end(),
            };
            Candidate::new(paths::name(entry), escaped(&entry.name, self.quote) + &end)
        });
        (self.start + found.stays, entries.collect())
    }
}

/// A text as it is written in such a string.
pub fn escaped(text: &str, quote: Quote) -> String {
    let mark = match quote {
        Quote::Single => '\'',
        Quote::Double => '"',
        Quote::Long(_) => return text.to_owned(),
    };
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c == mark || c == '\\' {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `t["na`
fn key_of_table(reading: &Reading<'_>, index: usize, place: &Place<'_>, world: &dyn World) -> Option<Offer> {
    let bracket = index.checked_sub(1).filter(|index| reading.word(*index) == "[")?;
    let chain = reading.chain(bracket)?;
    let names = members(reading, &resolve(reading, &chain, world), false, world);
    let (start, mut candidates) = place.words(names.into_iter().map(|item| item.name));
    let closed = place.behind.trim_start_matches(&place.quote.closing()).trim_start().starts_with(']');
    if !closed && !place.end().is_empty() {
        candidates.iter_mut().for_each(|candidate| candidate.replacement.push(']'));
    }
    Some((start, candidates))
}

fn meaning(reading: &Reading<'_>, call: &Call, world: &dyn World) -> Option<Meaning> {
    if call.table.is_some() {
        return None;
    }
    let value = resolve(reading, &call.callee, world);
    let method = match call.callee.keys.last() {
        Some(Key::Text(name)) if call.callee.method => name.strip_suffix("_pcall").unwrap_or(name),
        _ => "",
    };
    match (&value, method) {
        (Value::Camera(path), _) => of_camera(&path.join("."), call.argument),
        (_, "") => {
            let Value::Live(path) = &value else { return None };
            let names: Vec<_> = path
                .iter()
                .filter_map(|key| if let Key::Text(name) = key { Some(name.as_str()) } else { None })
                .collect();
            of_host(&names.join("."), call.argument)
        }
        (Value::Live(_) | Value::Unknown(Language::Host), method) => of_connection(method, call.argument),
        _ => None,
    }
}

fn of_camera(function: &str, argument: usize) -> Option<Meaning> {
    if api::KEY_FUNCTIONS.contains(&function) && argument == 0 {
        return Some(Meaning::Key);
    }
    if function == "require" && argument == 0 {
        return Some(Meaning::Module);
    }
    PATHS.contains(&(function, argument)).then_some(Meaning::CameraPath)
}

fn of_host(function: &str, argument: usize) -> Option<Meaning> {
    match (function, argument) {
        ("require", 0) => Some(Meaning::HostModule),
        ("chdk.connect", 0) => Some(Meaning::CameraSpec),
        place => LOCAL_PATHS.contains(&place).then_some(Meaning::LocalPath),
    }
}

fn of_connection(method: &str, argument: usize) -> Option<Meaning> {
    match (method, argument) {
        ("exec" | "execwait" | "each" | "collect" | "call_remote", 0) => Some(Meaning::CameraCode),
        ("upload", 0) | ("download", 1) => Some(Meaning::LocalPath),
        ("upload", 1) | ("download" | "listdir" | "stat" | "remove" | "mkdir", 0) => Some(Meaning::CameraPath),
        _ => None,
    }
}
