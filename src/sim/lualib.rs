//! LUALIB: the Lua modules that come with CHDK, for `require` in camera scripts.
//!
//! Their text is our own, written from what is known of their interfaces, in `lua/camera/lualib`. The modules below
//! `gen`, which CHDK generates for each camera, are made here from the simulated camera's tables: names and numbers in
//! them are those that its functions go by.
//!
//! On a temporary card the modules are files, as on a real one. A user's folder is never written to; a script finds
//! what is missing there in a folder of the host's that all cameras share while one of them needs it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, Weak};

use tempfile::TempDir;

use crate::clock::locked;
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

/// Writes all modules to a folder, which it makes.
pub(crate) fn write_to(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("gen"))?;
    files().iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
}

/// All modules in a folder of the host's, which goes away with the last camera that needs it.
pub(crate) struct Lualib(TempDir);

impl Lualib {
    /// The folder that all cameras of the process share.
    pub(crate) fn shared() -> io::Result<Arc<Self>> {
        static SHARED: Mutex<Weak<Lualib>> = Mutex::new(Weak::new());
        let mut shared = locked(&SHARED);
        if let Some(lualib) = shared.upgrade() {
            return Ok(lualib);
        }
        let lualib = Arc::new(Self(tempfile::Builder::new().prefix("moonshutter-lualib-").tempdir()?));
        write_to(lualib.0.path())?;
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
