//! Starting a script as a person does: in CHDK's menu.
//!
//! Where the facts leave something open: parameters have their saved values of set 0, or else their defaults. A value that
//! is given for a start is one that was set in the menu: it has to be one that the menu offers, and all values are then
//! saved for the next start. Saved values are taken as they stand. The console says "*** FINISHED ***" when a script
//! returns. Where
//! `debug_lua_restart_on_error` is set, a script that failed starts again in the next tick, with the same parameters. The menu is not open while
//! a script runs, so another cannot be started.

use std::fmt;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;

use crate::sim::card::Card;
use crate::sim::engine::MenuScript;
use crate::sim::header::Header;

/// Bytes of a file with saved values that are read. There is a line for each parameter.
const MOST_SAVED: u64 = 1 << 20;

/// Why a script was not started from the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunError {
    /// The card has no such file.
    NotFound(String),
    /// It is no `.lua` file, which CHDK takes for uBASIC.
    Ubasic(String),
    /// A value for what is no parameter of the script; and those that are.
    NoParam(String, Vec<String>),
    /// A value that the menu does not offer; and the least and greatest of those.
    OutOfRange(String, i32, (i32, i32)),
    /// A script runs, or the camera is off or hangs.
    Busy,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(path) => write!(f, "there is no script {path} on the card"),
            Self::Ubasic(path) => {
                write!(f, "{path} is not a .lua file: a camera takes it for uBASIC, which is not simulated")
            }
            Self::NoParam(name, names) if names.is_empty() => {
                write!(f, "the script has no parameter '{name}', nor any other in its header")
            }
            Self::NoParam(name, names) => {
                write!(f, "the script has no parameter '{name}'; it has {}", names.join(", "))
            }
            Self::OutOfRange(name, value, (min, max)) => {
                write!(f, "the menu does not offer {value} for {name}: it takes {min} to {max}")
            }
            Self::Busy => {
                f.write_str("no script can be started from the menu while one runs, or the camera is off or hangs")
            }
        }
    }
}

impl std::error::Error for RunError {}

/// What is to run for the script at this path of the card's.
pub(super) fn choose(card: &Card, path: &str, values: &[(&str, i32)]) -> Result<MenuScript, RunError> {
    let missing = || RunError::NotFound(path.to_owned());
    let file = card.existing(path.as_bytes()).filter(|file| file.is_file()).ok_or_else(missing)?;
    if !path.to_ascii_lowercase().ends_with(".lua") {
        return Err(RunError::Ubasic(path.to_owned()));
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut start = Vec::new();
    fs::File::open(file).and_then(|file| file.take(4096).read_to_end(&mut start)).map_err(|_| missing())?;
    let header = Header::parse(&start, name);

    let data = format!("A/CHDK/DATA/{}.0", name.chars().take(12).collect::<String>());
    let saved = saved(card, &data);
    let mut chosen: Vec<i32> = header
        .params
        .iter()
        .map(|param| saved.iter().rfind(|(name, _)| *name == param.name).map_or(param.default, |(_, value)| *value))
        .collect();
    for (name, value) in values {
        let Some(at) = header.params.iter().position(|param| param.name == *name) else {
            let names = header.params.iter().map(|param| param.name.clone()).collect();
            return Err(RunError::NoParam((*name).to_owned(), names));
        };
        let (min, max) = header.params[at].limits();
        if !(min..=max).contains(value) {
            return Err(RunError::OutOfRange((*name).to_owned(), *value, (min, max)));
        }
        chosen[at] = *value;
    }
    if !values.is_empty() {
        save(card, &data, &header, &chosen);
    }

    let wrap13 = if header.chdk_version.needs_wrap13() { "require'wrap13' " } else { "" };
    // Nothing in a name on the card needs to be quoted.
    let loader =
        format!("{wrap13}local run, why = loadfile(\"{path}\") collectgarbage() if not run then error(why) end run()");
    let globals =
        header.params.iter().zip(&chosen).map(|(param, value)| (param.name.clone(), param.lua_value(*value))).collect();
    Ok(MenuScript { loader, globals })
}

fn saved(card: &Card, path: &str) -> Vec<(String, i32)> {
    let mut text = Vec::new();
    let read = card.existing(path.as_bytes()).and_then(|file| fs::File::open(file).ok());
    if let Some(file) = read {
        // What cannot be read is not there, as on a camera.
        let _ = file.take(MOST_SAVED).read_to_end(&mut text);
    }
    let text = String::from_utf8_lossy(&text);
    let line = |line: &str| {
        let (name, value) = line.trim().strip_prefix('#')?.split_once('=')?;
        Some((name.to_owned(), value.trim().parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

/// What does not fit on a full card is lost; a read-only one keeps what it had.
fn save(card: &Card, path: &str, header: &Header, values: &[i32]) {
    let mut text = String::new();
    for (param, value) in header.params.iter().zip(values) {
        let _ = writeln!(text, "#{}={value}", param.name);
    }
    if card.existing(b"A/CHDK/DATA").is_none() {
        let folder = card.writable(b"A/CHDK/DATA");
        let _ = folder.map(fs::create_dir);
    }
    if let Some((file, _)) = card.create(path.as_bytes()) {
        let room = card.take(text.len() as u64) as usize;
        let _ = fs::write(file, &text.as_bytes()[..room.min(text.len())]);
    }
}
