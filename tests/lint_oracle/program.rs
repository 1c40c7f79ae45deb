//! A camera script for the judge and the linter, with the files that are on the card beside it.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::BTreeMap;

use moonshutter::lint::{Modules, Source, Start};

/// What stands before a file's name where a program is written down as one text.
const FILE: &str = "-- file ";
/// The words in a program's first line that say how it gets to run; without one it is started from the menu.
const STARTS: [(Start, &str); 3] = [(Start::Ptp, "(ptp)"), (Start::Library, "(library)"), (Start::Menu, "(menu)")];

/// A script and the files beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub start: Start,
    pub main: String,
    /// Paths on the card, as scripts write them, and texts.
    pub files: BTreeMap<String, String>,
}

impl Program {
    /// Reads a program as it is written down: the script, then each file behind a line `-- file A/CHDK/SCRIPTS/m.lua`.
    pub fn parse(text: &str) -> Self {
        let first = text.lines().next().unwrap_or_default();
        let start = STARTS.iter().find(|(_, word)| first.contains(word)).map_or(Start::Menu, |(start, _)| *start);
        let mut parts = vec![(String::new(), String::new())];
        for line in text.lines() {
            match line.strip_prefix(FILE) {
                Some(path) => parts.push((path.trim().to_owned(), String::new())),
                None => {
                    let part = &mut parts.last_mut().expect("there is the script").1;
                    part.push_str(line);
                    part.push('\n');
                }
            }
        }
        let main = parts.remove(0).1;
        Self { start, main, files: parts.into_iter().collect() }
    }

    /// The program as [`Program::parse`] reads it, if its first line says how it is started.
    pub fn write(&self) -> String {
        let files = self.files.iter().map(|(path, text)| format!("{FILE}{path}\n{text}"));
        self.main.clone() + &files.collect::<String>()
    }

    /// For the first line of a program that is written down.
    pub fn start_word(&self) -> &'static str {
        STARTS.iter().find(|(start, _)| *start == self.start).map_or("", |(_, word)| word)
    }

    fn find(&self, path: &str) -> Option<Source> {
        let (name, text) = self.files.iter().find(|(name, _)| name.eq_ignore_ascii_case(path))?;
        Some(Source::new(name.clone(), text.clone()))
    }
}

impl Modules for Program {
    fn module(&self, name: &str) -> Option<Source> {
        let name = name.replace('.', "/");
        ["SCRIPTS", "LUALIB"].iter().find_map(|folder| self.find(&format!("A/CHDK/{folder}/{name}.lua")))
    }

    fn file(&self, path: &str) -> Option<Source> {
        self.find(path)
    }
}
