//! Help for names of both Luas, from the data that completion, the linter and the simulated camera have.
//!
//! [`answer`] is what `help` says to anything that is typed behind it. Nothing here knows a terminal: a page is plain text
//! of lines that are no longer than `width`, where words allow.

mod find;
mod page;

use crate::api::{self, Presence};
use crate::suggest::did_you_mean;

pub use find::{Found, search};

/// How many results of a search are shown.
const MOST: usize = 24;

/// What `help QUESTION` says: the overview for an empty question, a page about a name or group, or what is found by a word.
pub fn answer(question: &str, width: usize) -> String {
    let question = question.trim();
    if question.is_empty() {
        return overview(width);
    }
    about(question, width).unwrap_or_else(|| results(question, width))
}

/// What there is, and how to ask for it.
pub fn overview(width: usize) -> String {
    let mut page = page::Page::new(width);
    page.line("help NAME tells about a name of either Lua: help con:exec, help sleep");
    page.line("help GROUP lists a group: help messages, help exposure");
    page.line("help WORD looks for a word everywhere: help battery");
    page.blank();
    page.line("On this computer:");
    let mut groups: Vec<&str> = Vec::new();
    for entry in api::host_entries().filter(|entry| !entry.is_stock() && !entry.is_field_of_type()) {
        if !groups.contains(&entry.group) {
            groups.push(entry.group);
        }
    }
    let names = |group: &str| {
        let entries = api::host_entries().filter(|entry| entry.group == group && !entry.name.starts_with("ptp."));
        entries.map(|entry| entry.name).collect::<Vec<_>>().join(" ")
    };
    page.rows(groups.iter().map(|group| (*group, names(group))));
    page.line("All of Lua 5.2 is there too; every con: method has a twin, as con:exec_pcall, which returns errors.");
    page.blank();
    page.line("On the camera, groups:");
    page.indented(&camera_groups().join(" "), 2);
    page.blank();
    page.line("Libraries that come with CHDK, for require:");
    page.indented(&api::modules().iter().map(|module| module.name).collect::<Vec<_>>().join(" "), 2);
    page.line("Libraries of ours, which go along with code that names them:");
    page.indented(&api::lib_entries().map(|entry| entry.name).collect::<Vec<_>>().join(" "), 2);
    page.blank();
    page.line("Names of keys: help keys");
    page.finish()
}

/// The page about a name, however it is written (`con:exec`, `con.exec`, `exec`, `con.remote.os.stat`), about a group
/// of names, a library, or a key; both sides' if the name is there on both. None if there is nothing of that name.
pub fn about(name: &str, width: usize) -> Option<String> {
    let name = bare(name);
    if name.is_empty() {
        return None;
    }
    let mut page = page::Page::new(width);
    find::lookup(name, &mut page).then(|| page.finish())
}

/// What a word is found in, or what was probably meant.
fn results(question: &str, width: usize) -> String {
    let found = search(question);
    let mut page = page::Page::new(width);
    if found.is_empty() {
        let names = find::names();
        // What is shorter is like anything.
        let like = names.iter().filter(|_| bare(question).chars().count() > 2);
        let hint = did_you_mean(bare(question), like.map(String::as_str));
        page.line(&format!("there is no help for '{question}'{hint}"));
        return page.finish();
    }
    let more = found.len().saturating_sub(MOST);
    page.rows(found.into_iter().take(MOST).map(|found| (found.name, found.summary)));
    if more > 0 {
        page.line(&format!("and {more} more: another word beside it finds fewer"));
    }
    page.finish()
}

/// The name without what a hand copies with it: `con:exec(code)` is `con:exec`.
fn bare(name: &str) -> &str {
    let name = name.trim();
    let name = name.split_once('(').map_or(name, |(name, _)| name);
    name.strip_prefix("con.remote.").unwrap_or(name).trim().trim_end_matches([':', '.'])
}

/// The groups of what the camera has, in the order of the table.
fn camera_groups() -> Vec<&'static str> {
    let mut groups = Vec::new();
    for entry in api::entries() {
        let there = api::find(entry.name).is_some_and(|name| name.presence == Presence::Camera);
        if there && !groups.contains(&entry.category) {
            groups.push(entry.category);
        }
    }
    groups
}
