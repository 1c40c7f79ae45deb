//! What a check is told besides the script.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::levels::Levels;
use super::source::Source;

/// A CHDK that a script is to run on: major, minor, maintenance, revision. A development version is its release
/// (1.7.0 is what 2023's sources call themselves).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(pub [u32; 4]);

impl Target {
    /// The CHDK that is newest in `api/camera.tsv`.
    pub const CURRENT: Self = Self([1, 7, 0, 0]);

    /// What a menu script without `@chdk_version` is taken for (CHDK core/gui_script.c:419).
    pub const UNDECLARED: Self = Self([1, 3, 0, 0]);
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, maintenance, _] = self.0;
        write!(f, "{major}.{minor}")?;
        if maintenance > 0 { write!(f, ".{maintenance}") } else { Ok(()) }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut version = [0; 4];
        let parts: Vec<_> = text.split('.').collect();
        if parts.len() > version.len() {
            return Err(format!("{text} is no version of CHDK; 1.6 or 1.6.1 is one"));
        }
        for (place, part) in version.iter_mut().zip(parts) {
            *place = part.parse().map_err(|_| format!("{text} is no version of CHDK; 1.6 or 1.6.1 is one"))?;
        }
        Ok(Self(version))
    }
}

/// How a script gets to run, which decides what it finds there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// From the camera's menu, from a file: it may have a header, whose parameters are globals; a first line that begins
    /// with `#` is an error.
    #[default]
    Menu,
    /// Sent over PTP: no header, no `wrap13`, and text ends at the first NUL (CHDK lib/lua/lauxlib.c:655).
    Ptp,
    /// A module that other scripts `require`.
    Library,
}

/// Where `require`, `dofile` and `loadfile` find what a script names.
pub trait Modules: Send + Sync {
    /// The module that `require(name)` finds first, as on the camera: a dot is a folder, `A/CHDK/SCRIPTS` before
    /// `A/CHDK/LUALIB`, upper and lower case the same. None if there is none.
    fn module(&self, name: &str) -> Option<Source>;

    /// The file that a script opens as `A/…`, if it is at hand.
    fn file(&self, path: &str) -> Option<Source>;
}

/// No modules but those of the camera's own LUALIB.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoModules;

impl Modules for NoModules {
    fn module(&self, _: &str) -> Option<Source> {
        None
    }

    fn file(&self, _: &str) -> Option<Source> {
        None
    }
}

/// What a check is told.
#[derive(Clone)]
pub struct Options {
    /// The CHDK it is to run on; none: what the header declares, or [`Target::CURRENT`].
    pub target: Option<Target>,
    /// How it gets to run.
    pub start: Start,
    /// Where modules are.
    pub modules: Arc<dyn Modules>,
    /// Code that runs in front of the script, in the same Lua state: libraries that are sent along. It is known, not
    /// checked.
    pub prelude: Vec<Source>,
    /// Globals that exist besides the camera's own.
    pub globals: Vec<String>,
    /// Severities that the user has chosen for rules.
    pub levels: Levels,
}

impl Default for Options {
    fn default() -> Self {
        let modules = Arc::new(NoModules);
        let levels = Levels::default();
        Self { target: None, start: Start::Menu, modules, prelude: Vec::new(), globals: Vec::new(), levels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_versions() {
        assert_eq!("1.6".parse(), Ok(Target([1, 6, 0, 0])));
        assert!("1.6".parse::<Target>() < "1.6.1".parse());
        assert!("1.6.1.2.3".parse::<Target>().is_err());
        assert!("new".parse::<Target>().is_err());
        assert_eq!(Target([1, 5, 1, 7]).to_string(), "1.5.1");
        assert_eq!(Target::CURRENT.to_string(), "1.7");
    }
}
