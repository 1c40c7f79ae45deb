//! LUALIB: the Lua modules that come with CHDK, for `require` in camera scripts.
//!
//! Their text is our own, written from what is known of their interfaces, in `lua/camera/lualib`. The modules below
//! `gen`, which CHDK generates for each camera, are made here from the simulated camera's tables: names and numbers in
//! them are those that its functions go by.
//!
//! On a temporary card the modules are files, as on a real one: scripts and clients list, change and remove them. Most
//! cameras are switched on for a script that needs none of them, so they are written when somebody looks: a script that
//! loads one gets that file, and who asks for the folder, the free space or the card's place on the host gets all of them.
//! (Written for each camera when it starts, they would cost more than a millisecond and 120 KiB of the host's disk, more
//! than the rest of a camera.)
//!
//! A user's folder is never written to. A script that opens a module for reading finds what is missing there in a folder
//! of the host's that all cameras share while one of them needs it; the card does not list it.
//!
//! The names of files are looked at without regard to case, but `require` remembers a module under the spelling it was
//! asked for: `gen/modelist` and `GEN/modelist` are two tables with the same content (CHDK lib/lua/luaconf.h:96).

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, Weak};

use crate::clock::locked;
use crate::sim::scratch;
use crate::sim::world::{config, modes, props};

/// Where a card has the modules.
const FOLDER: &str = "A/CHDK/LUALIB/";

/// Modules with a text of their own.
const WRITTEN: &[(&str, &str)] = &[
    ("binstr.lua", include_str!("../../lua/camera/lualib/binstr.lua")),
    ("capmode.lua", include_str!("../../lua/camera/lualib/capmode.lua")),
    ("drawings.lua", include_str!("../../lua/camera/lualib/drawings.lua")),
    ("gpsLib.lua", include_str!("../../lua/camera/lualib/gpsLib.lua")),
    ("hookutil.lua", include_str!("../../lua/camera/lualib/hookutil.lua")),
    ("iniLib.lua", include_str!("../../lua/camera/lualib/iniLib.lua")),
    ("propcase.lua", include_str!("../../lua/camera/lualib/propcase.lua")),
    ("rawoplib.lua", include_str!("../../lua/camera/lualib/rawoplib.lua")),
    ("uartr.lua", include_str!("../../lua/camera/lualib/uartr.lua")),
    ("wrap13.lua", include_str!("../../lua/camera/lualib/wrap13.lua")),
    ("zoomutil.lua", include_str!("../../lua/camera/lualib/zoomutil.lua")),
];

/// All modules: the name of the file below LUALIB, and its text.
pub fn files() -> &'static [(String, String)] {
    static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let written = WRITTEN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        written.chain(generated()).collect()
    });
    &FILES
}

fn generated() -> impl Iterator<Item = (String, String)> {
    let modelist = modes::NAMES.iter().zip(1..).map(|(name, number)| (format!("[{number}]"), format!("\"{name}\"")));
    let modelist = ("gen/modelist.lua".to_owned(), table("Capture modes by number.", modelist));
    let propsets = (1..=props::PROPSETS).map(|propset| {
        let entries = props::table(propset).map(|(name, id)| (name.to_owned(), id.to_string()));
        (format!("gen/propset{propset}.lua"), table(&format!("Properties of propset {propset}."), entries))
    });
    let groups = config::GROUPS.iter().map(|group| {
        // The number for save_config_file, then those of the values.
        let base = std::iter::once(("_config_id", group.base));
        let entries = base.chain(group.numbers()).map(|(name, id)| (name.to_owned(), id.to_string()));
        (format!("gen/{}.lua", group.module), table("Configuration values.", entries))
    });
    std::iter::once(modelist).chain(propsets).chain(groups)
}

/// The text of a module that is a table.
fn table(what: &str, entries: impl Iterator<Item = (String, String)>) -> String {
    let mut text = format!("-- {what} The numbers are the simulated camera's own.\nreturn {{\n");
    for (key, value) in entries {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {key} = {value},");
    }
    text.push_str("}\n");
    text
}

/// The module that a path of the camera's names, by the name of its file; FAT does not look at case.
pub(crate) fn named(path: &[u8]) -> Option<&'static str> {
    let path = std::str::from_utf8(path).ok()?;
    // The drive's letter alone has to be in upper case.
    let folder = path.get(..FOLDER.len()).filter(|folder| folder.starts_with("A/"))?;
    let name = path.get(FOLDER.len()..).filter(|_| folder.eq_ignore_ascii_case(FOLDER))?;
    files().iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(known, _)| known.as_str())
}

/// Which modules have been put on a card.
#[derive(Debug, Default)]
pub(crate) struct Unpacked(Mutex<HashSet<&'static str>>);

impl Unpacked {
    /// Puts on a card what is about to be looked at there: the names of a path below `A/`. Each module is put there once,
    /// so that a script can remove it, and never in the place of a file.
    pub(crate) fn unpack(&self, card: &Path, names: &[&str]) {
        let Some(wanted) = below_folder(names) else { return };
        let mut done = locked(&self.0);
        let new: Vec<_> = files().iter().filter(|(name, _)| is_in(name, &wanted) && done.insert(name)).collect();
        if !new.is_empty() {
            // What cannot be written is not found.
            let _ = write(&card.join("CHDK/LUALIB"), &new);
        }
    }
}

/// What of a path is below the folder of the modules.
fn below_folder(names: &[&str]) -> Option<String> {
    let folders: Vec<_> = FOLDER.split('/').skip(1).filter(|folder| !folder.is_empty()).collect();
    let (here, below) = names.split_at_checked(folders.len())?;
    here.iter().zip(folders).all(|(name, folder)| name.eq_ignore_ascii_case(folder)).then(|| below.join("/"))
}

/// Whether a module is this file, or in this folder.
fn is_in(module: &str, path: &str) -> bool {
    let same = module.get(..path.len()).is_some_and(|start| start.eq_ignore_ascii_case(path));
    same && (path.is_empty() || module.len() == path.len() || module[path.len()..].starts_with('/'))
}

/// Writes modules to a folder, except those that are there.
fn write(folder: &Path, modules: &[&(String, String)]) -> io::Result<()> {
    fs::create_dir_all(folder.join("gen"))?;
    for (path, text) in modules.iter().map(|(name, text)| (folder.join(name), text)) {
        if !path.exists() {
            fs::write(path, text)?;
        }
    }
    Ok(())
}

/// All modules in a folder of the host's, which goes away with the last camera that needs it.
pub(crate) struct Lualib(scratch::Folder);

impl Lualib {
    /// The folder that all cameras of the process share.
    pub(crate) fn shared() -> io::Result<Arc<Self>> {
        static SHARED: Mutex<Weak<Lualib>> = Mutex::new(Weak::new());
        let mut shared = locked(&SHARED);
        if let Some(lualib) = shared.upgrade() {
            return Ok(lualib);
        }
        let lualib = Arc::new(Self(scratch::Folder::new("lualib-")?));
        write(lualib.0.path(), &files().iter().collect::<Vec<_>>())?;
        *shared = Arc::downgrade(&lualib);
        Ok(lualib)
    }

    /// Where a module is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_named_without_regard_to_case_but_the_drive_is_not() {
        assert_eq!(named(b"A/CHDK/LUALIB/propcase.lua"), Some("propcase.lua"));
        assert_eq!(named(b"A/chdk/lualib/GEN/PROPSET13.LUA"), Some("gen/propset13.lua"));
        for path in ["a/CHDK/LUALIB/propcase.lua", "A/CHDK/LUALIB/", "A/CHDK/LUALIB/../x", "A/CHDK", "A/CHDK/LUALIB/x"]
        {
            assert_eq!(named(path.as_bytes()), None, "{path}");
        }
    }

    #[test]
    fn a_look_at_a_path_is_one_at_what_is_in_it() {
        let seen = |path: &str| {
            let below = below_folder(&path.split('/').collect::<Vec<_>>());
            below.map_or(0, |below| files().iter().filter(|(name, _)| is_in(name, &below)).count())
        };
        assert_eq!((seen("CHDK/LUALIB"), seen("chdk/lualib/GEN")), (files().len(), 18));
        assert_eq!((seen("CHDK/LUALIB/CAPMODE.LUA"), seen("CHDK/LUALIB/gen/modelist.lua")), (1, 1));
        for path in ["", "CHDK", "CHDK/SCRIPTS/capmode.lua", "CHDK/LUALIB/capmode", "CHDK/LUALIB/ge", "LUALIB/gen"] {
            assert_eq!(seen(path), 0, "{path}");
        }
    }

    #[test]
    fn cameras_share_a_folder_that_goes_away_with_the_last() {
        let first = Lualib::shared().unwrap();
        let folder = first.0.path().to_owned();
        assert_eq!(
            fs::read_to_string(first.path("gen/modelist.lua")).unwrap().lines().nth(2),
            Some("  [1] = \"AUTO\",")
        );
        let second = Lualib::shared().unwrap();
        assert_eq!(second.0.path(), folder);
        drop((first, second));
        assert!(!folder.exists());
    }
}
