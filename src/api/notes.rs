//! What the camera's table says of a name, as people want to read it.

use super::host::host;
use super::{Entry, find};

/// The first development version that is recorded; what has been there since then has always been there.
const OLDEST: &str = "0.5.1";

impl Entry {
    /// The note without the source of its facts.
    pub fn text(&self) -> &'static str {
        let note = self.note.trim_end();
        let text = match note.strip_suffix(']').and_then(|note| note.rsplit_once('[')) {
            Some((text, _)) => text,
            None => note,
        };
        text.trim()
    }

    /// What it does, in a line.
    pub fn summary(&self) -> &'static str {
        let is_lua = self.category.starts_with("lua-") && self.category != "lua-missing";
        if is_lua && let Some(stock) = host(self.name).filter(|entry| entry.is_stock() || self.text().is_empty()) {
            return stock.summary;
        }
        self.first_clause().0
    }

    /// What the note says besides the summary.
    pub fn details(&self) -> &'static str {
        if self.summary() == self.first_clause().0 { self.first_clause().1 } else { self.text() }
    }

    /// The version of CHDK that had it first, as in `1.5.0 of 2018-10-07`; none for what has been there always.
    pub fn first_version(&self) -> Option<String> {
        let (_, after) = self.note.split_once("[since dev ")?;
        let version = after.split(' ').next()?;
        (version != OLDEST).then(|| format!("{version} of {}", self.since().unwrap_or_default()))
    }

    /// Whether it is called. What the table leaves to Lua's manual is taken for what its name is in stock Lua.
    pub fn is_function(&self) -> bool {
        match self.args {
            "(stock 5.1)" => true,
            _ => find(self.name).is_some_and(|name| name.signature.is_some()) || self.category == "removed",
        }
    }

    /// The text up to where a new thought begins, and the rest.
    fn first_clause(&self) -> (&'static str, &'static str) {
        let text = self.text();
        let mut depth = 0_usize;
        for (at, c) in text.char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                ';' | '.' | ':' if depth == 0 && at > 2 && text[at + 1..].starts_with(' ') => {
                    return (&text[..at], text[at + 1..].trim_start());
                }
                _ => {}
            }
        }
        (text, "")
    }
}

/// A phrase as a sentence: with a capital letter, unless it begins with a name, and a stop.
pub(crate) fn sentence(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut letters = text.chars();
    // What is a name, or a word with signs in it, is left as it is.
    let first_word = text.split(' ').next().unwrap_or_default();
    let plain = first_word.chars().all(|c| c.is_ascii_lowercase() || c == ',' || c == '\'');
    let mut sentence = match letters.next() {
        Some(first) if plain => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    };
    if !sentence.ends_with(['.', '?', '!', '…']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::entries;

    fn entry(name: &str) -> Entry {
        entries().find(|entry| entry.name == name).unwrap()
    }

    #[test]
    fn sources_are_for_those_who_check_them() {
        assert_eq!(entry("get_av96").text(), "current Av propcase value (APEX*96)");
        assert_eq!(entry("hook_raw.continue").text(), "let the capture task go on");
        for entry in entries() {
            let text = entry.text();
            assert!(!text.contains(".c:") && !text.contains("since dev"), "{}: {text}", entry.name);
        }
    }

    #[test]
    fn every_name_has_a_line_about_it() {
        let mute: Vec<_> = entries().filter(|entry| entry.summary().is_empty()).map(|entry| entry.name).collect();
        assert!(mute.is_empty(), "nothing is said in src/api/camera.tsv or src/api/host.tsv of {mute:?}");
    }

    #[test]
    fn a_line_and_the_rest_are_the_note() {
        let click = entry("click");
        assert_eq!(click.summary(), "press then release a named key through the action stack");
        assert!(click.details().starts_with("waits press delay"));
        assert_eq!(entry("string.find").summary(), "where a pattern is");
        assert_eq!(entry("string.find").details(), "");
        assert!(entry("print").details().starts_with("one console line"));
    }

    #[test]
    fn versions_are_told_where_they_matter() {
        assert_eq!(entry("get_current_av96").first_version().as_deref(), Some("1.5.0 of 2018-10-07"));
        assert_eq!(entry("sleep").first_version(), None);
        assert_eq!(entry("require").first_version(), None);
    }
}
