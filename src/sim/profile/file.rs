//! Profiles from files: the built-in ones, and a user's own on top of one of them.

use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

use super::{Profile, chdk};
use crate::sim::responder;

/// In the order in which they are listed.
const BUILT_IN: &[(&str, &str)] = &[
    ("current", include_str!("current.toml")),
    ("1.6", include_str!("1.6.toml")),
    ("1.5", include_str!("1.5.toml")),
    ("1.3", include_str!("1.3.toml")),
    ("digic6", include_str!("digic6.toml")),
    ("digic4", include_str!("digic4.toml")),
    ("vxworks", include_str!("vxworks.toml")),
    ("canon", include_str!("canon.toml")),
];

/// A profile file is short. What is longer is something else.
const LONGEST: u64 = 1 << 20;

/// Why there is no such profile: one line, with the place in the file where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError(String);

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ProfileError {}

/// A user's file: a profile, and what it is based on.
#[derive(Deserialize)]
struct Based {
    base: Option<String>,
}

impl Profile {
    /// Names of the built-in profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A built-in profile. Fails with the names that there are.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        check(parse(&built_in(name)?, &format!("{name}.toml"))?, &format!("{name}.toml"))
    }

    /// Whether this is the name of a file, not of a built-in profile: it has a slash in it or ends in `.toml`.
    pub fn is_file(name: &str) -> bool {
        name.contains(['/', '\\']) || name.ends_with(".toml")
    }

    /// A built-in profile or that of a file, as [`is_file`](Self::is_file) tells.
    pub fn find(name: &str) -> Result<Self, ProfileError> {
        if Self::is_file(name) { Self::load(Path::new(name)) } else { Self::named(name) }
    }

    /// The profile of a user's file. Without a `name` it is called after the file. Errors name file, line and column.
    pub fn load(path: &Path) -> Result<Self, ProfileError> {
        let shown = path.display().to_string();
        let failed = |error: std::io::Error| ProfileError(format!("{shown}: {error}"));
        if fs::metadata(path).map_err(failed)?.len() > LONGEST {
            return Err(ProfileError(format!("{shown}: too long for a profile")));
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::from_toml(&text, &shown, &stem)
    }

    /// As [`load`](Self::load), from a text. `file` is what errors call it, `name` its name if it gives none.
    pub fn from_toml(text: &str, file: &str, name: &str) -> Result<Self, ProfileError> {
        let mut own = Table::deserialize(document(text, file)?).map_err(|error| located(&error, text, file))?;
        let Based { base } = Based::deserialize(document(text, file)?).map_err(|error| located(&error, text, file))?;
        let base = base.unwrap_or_else(|| "current".to_owned());
        let under = built_in(&base).map_err(|error| ProfileError(format!("{file}: base: {error}")))?;
        // By itself first, while the places in the file are known.
        parse(&without_base(text), file)?;
        own.remove("base");
        own.entry("name").or_insert_with(|| Value::from(name));
        own.entry("description").or_insert_with(|| Value::from(format!("{base}, as {file} has it")));
        let mut whole = Table::deserialize(document(&under, file)?).map_err(|error| located(&error, &under, file))?;
        merge(&mut whole, own);
        let profile = Profile::deserialize(whole).map_err(|error| ProfileError(format!("{file}: {error}")))?;
        check(profile, file)
    }
}

fn built_in(name: &str) -> Result<String, ProfileError> {
    if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
        return Ok((*text).to_owned());
    }
    let all = Profile::names().collect::<Vec<_>>().join(", ");
    let hint = suggestion(name, Profile::names());
    Err(ProfileError(format!("there is no simulated camera called \"{name}\"{hint} (there are {all})")))
}

fn document<'a>(text: &'a str, file: &str) -> Result<toml::Deserializer<'a>, ProfileError> {
    toml::Deserializer::parse(text).map_err(|error| located(&error, text, file))
}

fn parse(text: &str, file: &str) -> Result<Profile, ProfileError> {
    Profile::deserialize(document(text, file)?).map_err(|error| located(&error, text, file))
}

/// The same text with spaces where `base = …` stands, so that places stay what they are.
fn without_base(text: &str) -> String {
    let mut in_head = true;
    let blank = |line: &str| " ".repeat(line.len());
    let lines = text.split('\n').map(|line| {
        in_head &= !line.trim_start().starts_with('[');
        let is_base = line.trim_start().strip_prefix("base").is_some_and(|rest| rest.trim_start().starts_with('='));
        if in_head && is_base { blank(line) } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// FILE:LINE:COLUMN: what is wrong, and what may have been meant.
fn located(error: &toml::de::Error, text: &str, file: &str) -> ProfileError {
    let place = error.span().and_then(|span| text.get(..span.start)).map_or_else(String::new, |before| {
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!(":{line}:{column}")
    });
    let message = error.message();
    // serde writes "unknown field `x`, expected one of `a`, `b`".
    let mut quoted = message.split('`').skip(1).step_by(2);
    let hint = match quoted.next() {
        Some(unknown) if message.starts_with("unknown field") => suggestion(unknown, quoted),
        _ => String::new(),
    };
    ProfileError(format!("{file}{place}: {message}{hint}"))
}

fn suggestion<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> String {
    let near = names.map(|name| (strsim::jaro_winkler(word, name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((likeness, name)) if likeness > 0.75 => format!("; did you mean \"{name}\"?"),
        _ => String::new(),
    }
}

/// What `own` says goes over what `under` says, table by table.
fn merge(under: &mut Table, own: Table) {
    for (key, value) in own {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(own)) => merge(under, own),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

/// What types cannot say.
fn check(profile: Profile, file: &str) -> Result<Profile, ProfileError> {
    let wrong = |what: String| Err(ProfileError(format!("{file}: {what}")));
    if !["dryos", "vxworks"].contains(&profile.body.os.as_str()) {
        return wrong(format!("body.os is dryos or vxworks, not \"{}\"", profile.body.os));
    }
    if !(1..=13).contains(&profile.body.propset) {
        return wrong(format!("body.propset is 1 to 13, not {}", profile.body.propset));
    }
    if let Some(code) = profile.ptp.operations.iter().find(|code| !responder::OPERATIONS.contains(code)) {
        return wrong(format!("ptp.operations: the simulated camera has no answer to {code:#06x}"));
    }
    if let Some(code) = [0x1001_u16, 0x1002, 0x1003].iter().find(|code| !profile.ptp.operations.contains(code)) {
        return wrong(format!("ptp.operations: nobody can talk to a camera without {code:#06x}"));
    }
    if let Some(build) = &profile.chdk {
        if chdk::parse_date(&build.build_date).is_none() {
            return wrong(format!("chdk.build_date is written like \"May 18 2023\", not \"{}\"", build.build_date));
        }
        if build.protocol.0 != 2 || build.protocol.1 > 9 {
            let (major, minor) = build.protocol;
            return wrong(format!("chdk.protocol is [2, 0] to [2, 9], not [{major}, {minor}]"));
        }
    }
    Ok(profile)
}
