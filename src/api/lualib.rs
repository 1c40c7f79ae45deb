//! What the modules of LUALIB bring.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Presence, entries};

/// A module that comes with CHDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module {
    /// As `require` takes it, in the case of the card.
    pub name: &'static str,
    /// Globals that it sets when it is loaded.
    pub globals: &'static [&'static str],
    /// Tables of the camera's that it adds functions to.
    pub extends: &'static [&'static str],
}

const fn plain(name: &'static str) -> Module {
    Module { name, globals: &[], extends: &[] }
}

const MODULES: &[Module] = &[
    plain("binstr"),
    plain("capmode"),
    Module { name: "drawings", globals: &["draw", "SCREEN_DRAWINGS"], extends: &[] },
    plain("gpsLib"),
    Module { name: "hookutil", globals: &[], extends: &["hook_preshoot", "hook_shoot", "hook_raw"] },
    plain("iniLib"),
    Module { name: "propcase", globals: &["p"], extends: &[] },
    Module { name: "rawoplib", globals: &[], extends: &["rawop"] },
    plain("uartr"),
    plain("wrap13"),
    plain("zoomutil"),
    plain("gen/modelist"),
    plain("gen/cnf_core"),
    plain("gen/cnf_osd"),
    plain("gen/cnf_user"),
    plain("gen/cnf_gps"),
];

/// The functions that `wrap13` turns back to returning 1 and 0.
pub const WRAPPED: &[&str] =
    &["get_raw", "get_video_button", "get_focus_ok", "save_config_file", "load_config_file", "set_mf"];

/// All modules but the propsets, which are `gen/propset1` to `gen/propset13`.
pub fn modules() -> &'static [Module] {
    MODULES
}

const PROPSET: &str = "gen/propset";

/// The module that `require(name)` finds in LUALIB: dots are folders, and case does not matter.
pub fn module(name: &str) -> Option<Module> {
    let as_path = |byte: u8| if byte == b'.' { b'/' } else { byte.to_ascii_lowercase() };
    let begins = |known: &str| {
        let bytes = name.bytes().map(as_path).zip(known.bytes());
        name.len() >= known.len() && bytes.into_iter().all(|(byte, known)| byte == known.to_ascii_lowercase())
    };
    if begins(PROPSET) {
        let number = name.get(PROPSET.len()..).and_then(|number| number.parse::<u8>().ok());
        return number.is_some_and(|number| (1..=13).contains(&number)).then_some(plain(PROPSET));
    }
    MODULES.iter().find(|module| module.name.len() == name.len() && begins(module.name)).copied()
}

/// The functions in the table that a module returns; none if the table does not list them.
pub fn exports(name: &str) -> Option<&'static [&'static str]> {
    static EXPORTS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
        let mut exports: HashMap<_, Vec<_>> = HashMap::new();
        for entry in entries().filter(|entry| entry.category == "lualib") {
            if let Some((module, field)) = entry.name.split_once('.') {
                exports.entry(module).or_default().push(field);
            }
        }
        exports
    });
    EXPORTS.get(module(name)?.name).map(Vec::as_slice)
}

/// The module that adds a field to one of the camera's tables.
pub fn extension(library: &str, field: &str) -> Option<Module> {
    super::field(library, field).filter(|name| name.presence == Presence::Module)?;
    MODULES.iter().find(|module| module.extends.contains(&library)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_as_on_the_card() {
        assert_eq!(module("GEN.Modelist").unwrap().name, "gen/modelist");
        assert_eq!(module("gen/propset13").unwrap().name, "gen/propset");
        assert_eq!(module("gen/propset14"), None);
        assert_eq!(exports("binstr").unwrap(), ["pack", "getnum", "unpack"]);
        assert_eq!(extension("hook_raw", "wait_ready").unwrap().name, "hookutil");
        assert_eq!(extension("rawop", "meter"), None);
    }

    #[test]
    fn wrapped_functions_are_in_the_table() {
        assert!(WRAPPED.iter().all(|name| super::super::is_global(name)));
    }
}
