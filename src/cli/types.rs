//! `moonshutter types`

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use super::{Context, exit};
use crate::api::luacats::{MARK, Side, definitions, settings};
use crate::error::{Error, ErrorKind, Result};

/// The folder of definitions in a folder of scripts.
const LIBRARY: &str = ".moonshutter";
/// The language server's settings for a folder.
const SETTINGS: &str = ".luarc.json";

const FOLDERS: &str = "Host scripts and camera scripts are two languages, and an editor knows one for each folder. Without \
                       --for DIR gets a folder `host` and a folder `camera`, which may be there already; with it DIR is itself \
                       the folder of such scripts. Definitions are put into its folder `.moonshutter`, the settings of \
                       lua-language-server into its `.luarc.json`. Call it again after an update of moonshutter.";

#[derive(Args)]
#[command(after_help = FOLDERS)]
pub(super) struct Types {
    /// The folder of scripts; it is made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Of which scripts DIR itself is the folder
    #[arg(long = "for", value_name = "SCRIPTS")]
    scripts: Option<Scripts>,

    /// Put our settings into a .luarc.json that is there already; the rest of it stays
    #[arg(long)]
    force: bool,
}

/// What kind of scripts a folder has.
#[derive(Clone, Copy, ValueEnum)]
enum Scripts {
    Host,
    Camera,
}

impl Types {
    pub fn run(self, _: &Context) -> Result<u8> {
        let folders: Vec<_> = match self.scripts {
            Some(Scripts::Host) => vec![(Side::Host, self.folder)],
            Some(Scripts::Camera) => vec![(Side::Camera, self.folder)],
            None => Side::ALL.map(|side| (side, self.folder.join(side.name()))).into(),
        };
        let mut left = 0;
        for (side, folder) in &folders {
            if !set_up(*side, folder, self.force)? {
                left += 1;
            }
        }
        if left > 0 {
            return Ok(exit::FAILED);
        }
        exit::say("open each of these folders in an editor with lua-language-server; docs/editors.md says how");
        Ok(exit::DONE)
    }
}

/// Makes a folder ready for scripts of one side; false if settings of the user's were left as they are.
fn set_up(side: Side, folder: &Path, force: bool) -> Result<bool> {
    let library = folder.join(LIBRARY);
    for other in Side::ALL.into_iter().filter(|other| *other != side && !force) {
        let has = |path: &str| fs::read(library.join(path)).is_ok_and(|text| is_ours(&text));
        // Some names are on both sides, with other things behind them.
        let ours = |path: &String| !definitions(side).iter().any(|file| file.path == *path);
        if definitions(other).iter().map(|file| &file.path).filter(|path| ours(path)).any(|path| has(path)) {
            let (folder, other, side) = (folder.display(), other.name(), side.name());
            let text = format!("{folder} is set up for {other} scripts; --force makes it a folder of {side} scripts");
            return Err(Error::new(ErrorKind::Usage, text));
        }
    }
    make(&library)?;
    let made = definitions(side);
    for file in &made {
        write_ours(&library.join(&file.path), &file.text)?;
    }
    let kept: Vec<_> = made.iter().map(|file| library.join(&file.path)).collect();
    remove_outdated(&library, &kept)?;
    exit::print(format!("{}: {} files of definitions\n", library.display(), made.len()))?;
    write_settings(side, &folder.join(SETTINGS), force)
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| failed("make", folder, error))
}

/// Writes a file of definitions, unless somebody else's is there.
fn write_ours(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        make(folder)?;
    }
    match fs::read(path) {
        Ok(there) if there == text.as_bytes() => return Ok(()),
        Ok(there) if !is_ours(&there) => {
            let text = format!("{} is there and was not made by moonshutter types: move it away", path.display());
            return Err(Error::new(ErrorKind::Io, text));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("read", path, error)),
        _ => {}
    }
    write(path, text)
}

fn is_ours(text: &[u8]) -> bool {
    text.starts_with(MARK.as_bytes())
}

/// Removes definitions of an earlier version that are not among those of this one.
fn remove_outdated(folder: &Path, kept: &[PathBuf]) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| failed("read", folder, error))? {
        let entry = entry.map_err(|error| failed("read", folder, error))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|error| failed("read", folder, error))?);
        if kind.is_dir() {
            remove_outdated(&path, kept)?;
        } else if kind.is_file() && !kept.contains(&path) && fs::read(&path).is_ok_and(|text| is_ours(&text)) {
            fs::remove_file(&path).map_err(|error| failed("remove", &path, error))?;
        }
    }
    Ok(())
}

/// Writes the settings where there are none. Where there are, they are the user's: what is to be added is said, or added
/// with `force`. False if they still lack something.
fn write_settings(side: Side, path: &Path, force: bool) -> Result<bool> {
    let ours = settings(side, LIBRARY);
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write(path, &format!("{ours:#}\n"))?;
            exit::print(format!("{}: settings for {} scripts\n", path.display(), side.name()))?;
            return Ok(true);
        }
        Err(error) => return Err(failed("read", path, error)),
    };
    // The language server takes comments, too.
    let theirs = serde_json::from_str::<Map<String, Value>>(text.trim_start_matches('\u{feff}'));
    let mut missing = match &theirs {
        Ok(theirs) => missing(theirs, &ours),
        Err(_) => ours.as_object().cloned().unwrap_or_default(),
    };
    if missing.is_empty() {
        exit::print(format!("{}: has all that is needed\n", path.display()))?;
        return Ok(true);
    }
    match theirs {
        Ok(mut theirs) if force => {
            // A folder that was of the other kind has nothing of the user's in them.
            if Side::ALL.iter().any(|other| settings(*other, LIBRARY).as_object() == Some(&theirs)) {
                theirs.clear();
                missing = ours.as_object().cloned().unwrap_or_default();
            }
            merge(&mut theirs, missing);
            write(path, &format!("{:#}\n", Value::Object(theirs)))?;
            exit::print(format!("{}: settings for {} scripts added\n", path.display(), side.name()))?;
            Ok(true)
        }
        theirs => {
            let add = format!("{:#}", Value::Object(missing));
            let why = match theirs {
                Ok(_) => "is yours and was left as it is; --force adds what it lacks, or add it yourself",
                Err(_) => "is yours and has comments or mistakes, so it was left as it is; add to it yourself",
            };
            exit::say(&format!("{} {why}:\n{add}", path.display()));
            Ok(false)
        }
    }
}

/// The settings of ours that the user's do not have. Nested tables may be written with dots or without.
fn missing(theirs: &Map<String, Value>, ours: &Value) -> Map<String, Value> {
    let ours = ours.as_object().into_iter().flatten();
    let lacks = |(name, wanted): &(&String, &Value)| {
        name.as_str() != "$schema" && !find(theirs, name).is_some_and(|there| covers(there, wanted))
    };
    ours.filter(lacks).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// `runtime.version`, or `version` in `runtime`; with `Lua.` in front in either case.
fn find<'a>(settings: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    settings.get(name).or_else(|| settings.get(&format!("Lua.{name}"))).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        find(settings.get(first)?.as_object()?, rest)
    })
}

/// Whether a setting has all that is wanted of it.
fn covers(there: &Value, wanted: &Value) -> bool {
    match (there, wanted) {
        (Value::Array(there), Value::Array(wanted)) => wanted.iter().all(|item| there.contains(item)),
        (Value::Object(there), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| there.get(name).is_some_and(|there| covers(there, value)))
        }
        _ => there == wanted,
    }
}

/// Adds to lists and tables, and replaces single values, under the user's way of writing the names.
fn merge(theirs: &mut Map<String, Value>, missing: Map<String, Value>) {
    for (name, value) in missing {
        let place = place(theirs, &name);
        match (place, value) {
            (Value::Array(there), Value::Array(more)) => {
                let more = more.into_iter().filter(|item| !there.contains(item)).collect::<Vec<_>>();
                there.extend(more);
            }
            (Value::Object(there), Value::Object(more)) => there.extend(more),
            (place, value) => *place = value,
        }
    }
}

/// Where a setting stands in the user's, or will stand.
fn place<'a>(settings: &'a mut Map<String, Value>, name: &str) -> &'a mut Value {
    let with_prefix = format!("Lua.{name}");
    let nested = name.split_once('.').filter(|(first, _)| settings.get(*first).is_some_and(Value::is_object));
    match nested {
        _ if settings.contains_key(&with_prefix) => settings.entry(with_prefix).or_insert(Value::Null),
        Some((first, rest)) if !settings.contains_key(name) => match settings.entry(first).or_insert(json!({})) {
            Value::Object(inner) => place(inner, rest),
            other => other,
        },
        _ => settings.entry(name).or_insert(Value::Null),
    }
}

/// Writes a file that is there with all of its text or not at all.
fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".moonshutter-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let written = builder.tempfile_in(folder).and_then(|mut part| {
        part.write_all(text.as_bytes())?;
        part.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| failed("write", path, error))
}

fn failed(what: &str, path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot {what} {}", path.display())).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn settings_are_found_however_they_are_written() {
        let ours = json!({ "runtime.version": "Lua 5.2", "workspace.library": ["a"] });
        assert_eq!(missing(&map(json!({})), &ours).len(), 2);
        let written = [
            json!({ "runtime.version": "Lua 5.2", "workspace.library": ["b", "a"] }),
            json!({ "runtime": { "version": "Lua 5.2" }, "workspace": { "library": ["a"] } }),
            json!({ "Lua.runtime.version": "Lua 5.2", "Lua.workspace.library": ["a"] }),
        ];
        for theirs in written {
            assert!(missing(&map(theirs.clone()), &ours).is_empty(), "{theirs}");
        }
        assert_eq!(missing(&map(json!({ "runtime.version": "Lua 5.4", "workspace.library": ["a"] })), &ours).len(), 1);
    }

    #[test]
    fn what_is_added_leaves_the_rest() {
        let mut theirs = map(json!({ "workspace": { "library": ["mine"], "maxPreload": 7 }, "hint.enable": true }));
        let ours = json!({ "workspace.library": ["a"], "runtime.version": "Lua 5.2" });
        let lacking = missing(&theirs, &ours);
        merge(&mut theirs, lacking);
        let wanted = json!({
            "workspace": { "library": ["mine", "a"], "maxPreload": 7 },
            "hint.enable": true,
            "runtime.version": "Lua 5.2",
        });
        assert_eq!(Value::Object(theirs.clone()), wanted);
        assert!(missing(&theirs, &ours).is_empty());
    }
}
