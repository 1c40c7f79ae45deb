//! What is meant by a name, and where a word is found.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::api::{self, Entry, HostEntry, LibEntry, Presence};

use super::page::{self, Page};

/// Something that there is help for.
#[derive(Clone, Copy)]
enum Topic {
    Host(HostEntry),
    Camera(Entry),
    Library(LibEntry),
}

impl Topic {
    fn name(&self) -> &'static str {
        match self {
            Self::Host(entry) => entry.name,
            Self::Camera(entry) => entry.name,
            Self::Library(entry) => entry.name,
        }
    }

    fn args(&self) -> &'static str {
        match self {
            Self::Host(entry) => entry.args,
            Self::Camera(entry) => entry.args,
            Self::Library(entry) => entry.args,
        }
    }

    fn short_name(&self) -> &'static str {
        self.name().rsplit(['.', ':']).next().unwrap_or(self.name())
    }

    fn summary(&self) -> &'static str {
        match self {
            Self::Host(entry) => entry.summary,
            Self::Camera(entry) => entry.summary(),
            Self::Library(entry) => entry.summary,
        }
    }

    fn details(&self) -> &'static str {
        match self {
            Self::Host(entry) => entry.note,
            Self::Camera(entry) => entry.details(),
            Self::Library(entry) => entry.note,
        }
    }

    /// Whether people who look for a word want it less than others.
    fn is_minor(&self) -> bool {
        match self {
            Self::Host(entry) => entry.is_stock(),
            Self::Camera(entry) => {
                api::find(entry.name).is_some_and(|name| matches!(name.presence, Presence::Missing | Presence::Removed))
            }
            Self::Library(_) => false,
        }
    }

    fn show(&self, page: &mut Page) {
        match self {
            Self::Host(entry) => page::host(page, entry),
            Self::Camera(entry) => page::camera(page, entry),
            Self::Library(entry) => page::library(page, entry),
        }
    }
}

/// Everything: ours first, then the camera's.
static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
    let host = api::host_entries().map(Topic::Host);
    host.chain(api::entries().map(Topic::Camera)).chain(api::lib_entries().map(Topic::Library)).collect()
});

fn topics() -> impl Iterator<Item = Topic> {
    TOPICS.iter().copied()
}

/// All that can be asked for, in full and by its last part.
pub(super) fn names() -> BTreeSet<String> {
    let named = topics().flat_map(|topic| [topic.name().to_owned(), topic.short_name().to_owned()]);
    let modules = api::modules().iter().map(|module| module.name.to_owned());
    named.chain(modules).chain(api::KEYS.iter().map(ToString::to_string)).collect()
}

/// Puts all that is called so on the page; false if nothing is.
pub(super) fn lookup(name: &str, page: &mut Page) -> bool {
    // The twin of a method is found with it.
    let host = api::host(name).map_or(name, |entry| entry.name);
    let same =
        |topic: &Topic| behind(topic.name(), if matches!(topic, Topic::Host(_)) { host } else { name }) == Some("");
    let exact: Vec<_> = topics().filter(same).collect();
    let short: Vec<_> = topics().filter(|topic| topic.short_name() == name && !same(topic)).collect();
    let also = |short: &[Topic]| short.iter().map(Topic::name).collect::<Vec<_>>().join(", ");
    exact.iter().for_each(|topic| topic.show(page));
    let is_told = !exact.is_empty();
    let mut found = (!is_told && module(name, page)) | members(name, page) | group(name, page) | key(name, page);
    if exact.is_empty() && !found && (1..=2).contains(&short.len()) {
        short.iter().for_each(|topic| topic.show(page));
        return true;
    }
    if exact.is_empty() && !found && !short.is_empty() {
        page.rows(short.iter().map(|topic| (topic.name(), topic.summary())));
        return true;
    }
    found |= !exact.is_empty();
    if found && !short.is_empty() {
        page.blank();
        page.line(&format!("See also: {}", also(&short)));
    }
    found
}

/// What stands behind `front` in `name`, where dots and colons mean the same.
fn behind<'a>(name: &'a str, front: &str) -> Option<&'a str> {
    let alike = |(a, b): (u8, u8)| a == b || matches!((a, b), (b'.' | b':', b'.' | b':'));
    let begins = name.len() >= front.len() && name.bytes().zip(front.bytes()).all(alike);
    begins.then(|| name.get(front.len()..)).flatten()
}

/// What a table has: `imath`, `con`, `Message`.
fn members(name: &str, page: &mut Page) -> bool {
    let inside = |topic: &Topic| {
        let field = behind(topic.name(), name).and_then(|rest| rest.strip_prefix(['.', ':']));
        field.is_some_and(|field| !field.contains(['.', ':']))
    };
    let members: Vec<_> = topics().filter(inside).collect();
    for (title, on_host) in [("On this computer:", true), ("On the camera:", false)] {
        let side: Vec<_> =
            members.iter().filter(|topic| matches!(topic, Topic::Host(_)) == on_host && !is_missing(topic)).collect();
        if !side.is_empty() {
            page.blank();
            page.line(title);
            page.rows(side.iter().map(|topic| (topic.name(), line(topic))));
        }
    }
    !members.is_empty()
}

/// What a member is, in a list of them; of fields also what they may be.
fn line(topic: &Topic) -> String {
    match topic {
        Topic::Host(entry) if entry.is_field_of_type() => {
            format!("{} ({})", entry.summary, entry.returns.replace('|', " or "))
        }
        topic => topic.summary().to_owned(),
    }
}

fn is_missing(topic: &Topic) -> bool {
    matches!(topic, Topic::Camera(entry) if entry.category == "lua-missing")
}

/// What is in a group of the tables: `messages`, `exposure`; what is in a table of the same name is told there.
fn group(name: &str, page: &mut Page) -> bool {
    let host =
        api::host_entries().filter(|entry| entry.group == name && !entry.is_stock() && !entry.is_field_of_type());
    let elsewhere = |topic: &Topic| behind(topic.name(), name).is_none_or(|rest| !rest.starts_with(['.', ':']));
    let host: Vec<_> = host.map(Topic::Host).filter(elsewhere).collect();
    let camera = api::entries().filter(|entry| entry.category == name).map(Topic::Camera);
    let camera: Vec<_> = camera.filter(elsewhere).collect();
    for (title, side) in [("Group on this computer:", &host), ("Group on the camera:", &camera)] {
        if !side.is_empty() {
            page.blank();
            page.line(title);
            page.rows(side.iter().map(|topic| (topic.name(), topic.summary())));
        }
    }
    !host.is_empty() || !camera.is_empty()
}

/// A library that comes with CHDK.
fn module(name: &str, page: &mut Page) -> bool {
    let Some(module) = api::module(name) else { return false };
    page.blank();
    page.line(&format!("require(\"{name}\")"));
    page.indented("On the camera: a library that comes with CHDK.", 4);
    if !module.globals.is_empty() {
        page.indented(&format!("It sets the globals {}.", module.globals.join(", ")), 4);
    }
    if !module.extends.is_empty() {
        page.indented(&format!("It adds functions to {}.", module.extends.join(", ")), 4);
    }
    let inside: Vec<_> = api::entries()
        .filter(|entry| entry.category == "lualib" && page::module_of(entry.name) == Some(module.name))
        // Those of a table with the module's name are listed by it.
        .filter(|entry| entry.name.split('.').next() != Some(module.name))
        .map(Topic::Camera)
        .collect();
    page.rows(inside.iter().map(|topic| (topic.name(), topic.summary())));
    true
}

/// A key, or all of them.
fn key(name: &str, page: &mut Page) -> bool {
    if matches!(name, "keys" | "key") {
        page.blank();
        page.line("Names of keys:");
        page.indented(&api::KEYS.join(" "), 2);
        page.line("A key that a camera does not have does nothing; any other name is an error.");
        return true;
    }
    if !api::KEYS.contains(&name) {
        return false;
    }
    page.blank();
    page.line(&format!("\"{name}\""));
    page.indented("A key of the camera.", 4);
    page.blank();
    let functions = api::KEY_FUNCTIONS.join(", ");
    page.indented(&format!("For {functions} on the camera, as in click(\"{name}\"). All of them: help keys"), 4);
    true
}

/// Something that a search has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What `help` takes; an option with its function in front, as in `con:exec{clobber}`.
    pub name: String,
    /// A line about it.
    pub summary: String,
}

/// Where all these words are found, the likeliest first: in names, then in what is said of them.
pub fn search(words: &str) -> Vec<Found> {
    let words: Vec<_> = words.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<_> = topics()
        .filter(|topic| !is_missing(topic))
        .filter_map(|topic| {
            let rank =
                rank(&words, topic.name(), topic.short_name(), topic.summary(), &[topic.details(), topic.args()])?;
            let found = Found { name: topic.name().to_owned(), summary: topic.summary().to_owned() };
            Some((rank, topic.is_minor(), found))
        })
        .collect();
    found.extend(options(&words));
    // A stable sort: what is alike stays in the order of the tables.
    found.sort_by_key(|(rank, minor, _)| (*rank, *minor));
    let mut results: Vec<Found> = Vec::new();
    for (.., found) in found {
        // Lua's own are often the same on both sides.
        if !results.contains(&found) {
            results.push(found);
        }
    }
    results
}

/// Options, each once, whoever takes it.
fn options(words: &[String]) -> Vec<(u32, bool, Found)> {
    let mut found: Vec<(u32, bool, Found)> = Vec::new();
    for entry in api::host_entries() {
        for option in entry.options() {
            let Some(rank) = rank(words, option.name, option.name, option.summary, &[option.note]) else { continue };
            let inside = format!("{{{}}}", option.name);
            let earlier = |(_, _, found): &&mut (u32, bool, Found)| {
                found.name.ends_with(&inside) && found.summary == option.summary
            };
            match found.iter_mut().find(earlier) {
                Some((.., found)) => {
                    found.name = format!("{} {}", found.name.trim_end_matches(&inside), entry.name) + &inside
                }
                None => {
                    let name = format!("{}{inside}", entry.name);
                    found.push((rank, false, Found { name, summary: option.summary.to_owned() }));
                }
            }
        }
    }
    found
}

/// How likely it is that this is what is looked for, 0 most; none if some word is not in it.
fn rank(words: &[String], name: &str, short: &str, summary: &str, details: &[&str]) -> Option<u32> {
    let [name, short, summary] = [name, short, summary].map(str::to_lowercase);
    let details = details.join(" ").to_lowercase();
    let begins = |text: &str, word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word));
    let of_word = |word: &String| match word.as_str() {
        word if name == word || short == word => Some(0),
        word if short.starts_with(word) => Some(1),
        word if begins(&name, word) => Some(2),
        word if name.contains(word) => Some(3),
        word if begins(&summary, word) => Some(4),
        word if summary.contains(word) || begins(&details, word) => Some(5),
        word if details.contains(word) => Some(6),
        _ => None,
    };
    words.iter().map(of_word).try_fold(0, |sum, rank| Some(sum + rank?))
}
