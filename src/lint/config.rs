//! The file with the linter's settings, `moonshutter.toml`:
//!
//! ```toml
//! [lint]
//! target = "1.6"            # the CHDK that camera scripts are for
//! roots = ["lib"]           # folders with modules, beside this file
//! globals = ["my_global"]   # globals that exist besides the camera's
//! exclude = ["old/"]        # what is not looked at, as in .gitignore
//!
//! [lint.rules]
//! busy-wait = "off"         # off, info, warning or error
//! ```
//!
//! What is not known there is an error: a misspelt setting would be one that nobody notices.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::Severity;
use super::levels::Levels;
use super::options::{Options, Target};
use super::source::Source;
use super::suggest::did_you_mean;

/// What the file is called.
pub const FILE: &str = "moonshutter.toml";

/// Larger files are no settings.
const LARGEST: u64 = 1 << 20;

const SETTINGS: &[&str] = &["target", "roots", "globals", "exclude", "rules"];
const SEVERITIES: &[&str] = &["off", "info", "warning", "error"];

/// What a file says.
#[derive(Debug, Clone)]
pub struct Config {
    /// The CHDK that camera scripts are for.
    pub target: Option<Target>,
    /// Folders with modules: those of the file, below its folder.
    pub roots: Vec<PathBuf>,
    /// Globals that exist besides the camera's.
    pub globals: Vec<String>,
    /// Severities of rules.
    pub levels: Levels,
    exclude: Gitignore,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub path: String,
    /// Line and column, from 1; none where the file cannot be read.
    pub place: Option<(u32, u32)>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path)?;
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// The file that is for a folder: in it, or in the nearest folder around it.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let whole = std::path::absolute(folder).ok()?;
        whole.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file())
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or says what is not known. `rules` are the rules that there are.
    pub fn read(path: &Path, rules: &[&str]) -> Result<Self, ConfigError> {
        let name = path.to_string_lossy();
        let wrong = |message: String| ConfigError { path: name.to_string(), place: None, message };
        let size = fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
        if size > LARGEST {
            return Err(wrong("it is too large for a file of settings".to_owned()));
        }
        let text = fs::read(path).map_err(|error| wrong(error.to_string()))?;
        let text = String::from_utf8(text).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&name, &text, folder, rules)
    }

    /// Reads what a file of that name, in that folder, says.
    ///
    /// # Errors
    ///
    /// If it says what is not known. `rules` are the rules that there are.
    pub fn parse(name: &str, text: &str, folder: &Path, rules: &[&str]) -> Result<Self, ConfigError> {
        let reader = Reader { source: Source::new(name, text), rules };
        let table = DeTable::parse(text)
            .map_err(|error| reader.error(error.span().map_or(0, |span| span.start), error.message()))?;
        reader.config(table.get_ref(), folder)
    }

    /// Whether a path is not to be looked at, or lies in a folder that is not.
    pub fn excludes(&self, path: &Path) -> bool {
        let Ok(path) = std::path::absolute(path) else { return false };
        let inside = path.strip_prefix(self.exclude.path());
        let folder = path.is_dir();
        inside.is_ok_and(|path| self.exclude.matched_path_or_any_parents(path, folder).is_ignore())
    }

    /// Tells a check what the file says. A target that it was told before stays.
    pub fn apply(&self, options: &mut Options) {
        options.target = options.target.or(self.target);
        options.globals.extend(self.globals.iter().cloned());
        options.levels = self.levels.clone();
    }
}

type Table<'a> = DeTable<'a>;
type Value<'a> = Spanned<DeValue<'a>>;

struct Reader<'a> {
    source: Source,
    rules: &'a [&'a str],
}

impl Reader<'_> {
    fn error(&self, at: usize, message: impl Into<String>) -> ConfigError {
        let position = self.source.position(u32::try_from(at).unwrap_or(u32::MAX));
        let place = Some((position.line, position.column));
        ConfigError { path: self.source.name().to_owned(), place, message: message.into() }
    }

    fn config(&self, top: &Table<'_>, folder: &Path) -> Result<Config, ConfigError> {
        let whole = std::path::absolute(folder).unwrap_or(folder.to_owned());
        let mut exclude = GitignoreBuilder::new(whole);
        let (mut target, mut roots, mut globals, mut levels) = (None, Vec::new(), Vec::new(), Levels::default());
        for (key, value) in top {
            if key.get_ref() != "lint" {
                let message = format!("there is no section '{}'; settings of the linter are in [lint]", key.get_ref());
                return Err(self.error(key.span().start, message));
            }
            for (key, value) in self.table(value, "lint")? {
                match key.get_ref().as_ref() {
                    "target" => {
                        let text = self.text(value, "target")?;
                        target = Some(text.parse().map_err(|why: String| self.error(value.span().start, why))?);
                    }
                    "roots" => roots = self.texts(value, "roots")?.iter().map(|(root, _)| folder.join(root)).collect(),
                    "globals" => globals = self.texts(value, "globals")?.into_iter().map(|(name, _)| name).collect(),
                    "exclude" => {
                        for (glob, at) in self.texts(value, "exclude")? {
                            exclude.add_line(None, &glob).map_err(|error| self.error(at, error.to_string()))?;
                        }
                    }
                    "rules" => levels = self.levels(value)?,
                    other => {
                        let near = did_you_mean(other, SETTINGS.iter().copied());
                        return Err(self.error(key.span().start, format!("there is no setting 'lint.{other}'{near}")));
                    }
                }
            }
        }
        let exclude = exclude.build().map_err(|error| self.error(0, error.to_string()))?;
        Ok(Config { target, roots, globals, levels, exclude })
    }

    fn levels(&self, value: &Value<'_>) -> Result<Levels, ConfigError> {
        let mut levels = Levels::default();
        for (rule, value) in self.table(value, "lint.rules")? {
            let name = rule.get_ref().as_ref();
            if !self.rules.contains(&name) {
                let near = did_you_mean(name, self.rules.iter().copied());
                return Err(self.error(rule.span().start, format!("there is no rule '{name}'{near}")));
            }
            let word = self.text(value, name)?;
            let severity = match word.as_str() {
                "off" => None,
                "info" => Some(Severity::Info),
                "warning" => Some(Severity::Warning),
                "error" => Some(Severity::Error),
                _ => {
                    let near = did_you_mean(&word, SEVERITIES.iter().copied());
                    let message = format!("'{word}' is not off, info, warning or error{near}");
                    return Err(self.error(value.span().start, message));
                }
            };
            levels.set(name, severity);
        }
        Ok(levels)
    }

    fn table<'t, 'v>(&self, value: &'t Value<'v>, name: &str) -> Result<&'t Table<'v>, ConfigError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.error(value.span().start, format!("'{name}' is a table of settings"))),
        }
    }

    fn text(&self, value: &Value<'_>, name: &str) -> Result<String, ConfigError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.error(value.span().start, format!("'{name}' is a text, in quotes"))),
        }
    }

    /// Texts with their places.
    fn texts(&self, value: &Value<'_>, name: &str) -> Result<Vec<(String, usize)>, ConfigError> {
        let DeValue::Array(array) = value.get_ref() else {
            return Err(self.error(value.span().start, format!("'{name}' is a list of texts: [\"…\"]")));
        };
        array.iter().map(|value| Ok((self.text(value, name)?, value.span().start))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[&str] = &["busy-wait", "unknown-key"];

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse("moonshutter.toml", text, Path::new("/project"), RULES).map_err(|error| error.to_string())
    }

    #[test]
    fn settings_are_read() {
        let text = "[lint]\ntarget = \"1.5\"\nroots = [\"lib\"]\nglobals = [\"g\"]\nexclude = [\"old/\", \"*.tpl.lua\"]\n\
            [lint.rules]\nbusy-wait = \"off\"\nunknown-key = \"warning\"\n";
        let config = parse(text).unwrap();
        assert_eq!(config.target, Some(Target([1, 5, 0, 0])));
        assert_eq!(config.roots, [Path::new("/project/lib")]);
        assert!(config.excludes(Path::new("/project/a.tpl.lua")) && config.excludes(Path::new("/project/old/x.lua")));
        assert!(!config.excludes(Path::new("/project/a.lua")) && !config.excludes(Path::new("/other/old/x.lua")));
        let mut options = Options { globals: vec!["h".to_owned()], ..Options::default() };
        config.apply(&mut options);
        assert_eq!(options.globals, ["h", "g"]);
        let mut levels: Vec<_> = options.levels.iter().collect();
        levels.sort_unstable();
        assert_eq!(levels, [("busy-wait", None), ("unknown-key", Some(Severity::Warning))]);
        assert!(parse("").is_ok());
    }

    #[test]
    fn what_is_not_known_is_an_error_with_its_place() {
        let error = |text| parse(text).unwrap_err();
        insta::assert_snapshot!([
            error("[lint]\ntargte = \"1.5\""),
            error("[lint]\nroots = []\n[lint.rules]\nbusy_wait = \"off\""),
            error("[lint.rules]\nbusy-wait = \"warn\""),
            error("[lint.rules]\nbusy-wait = \"of\""),
            error("[lint.rules]\nbusy-wait = true"),
            error("[lint]\ntarget = 1.5"),
            error("[lint]\ntarget = \"new\""),
            error("[lint]\nglobals = \"g\""),
            error("[lint]\nexclude = [\"{a\"]"),
            error("lint = 3"),
            error("[lnt]"),
            error("[lint"),
        ].join("\n"), @r#"
        moonshutter.toml:2:1: there is no setting 'lint.targte'; did you mean 'target'?
        moonshutter.toml:4:1: there is no rule 'busy_wait'; did you mean 'busy-wait'?
        moonshutter.toml:2:13: 'warn' is not off, info, warning or error
        moonshutter.toml:2:13: 'of' is not off, info, warning or error
        moonshutter.toml:2:13: 'busy-wait' is a text, in quotes
        moonshutter.toml:2:10: 'target' is a text, in quotes
        moonshutter.toml:2:10: new is no version of CHDK; 1.6 or 1.6.1 is one
        moonshutter.toml:2:11: 'globals' is a list of texts: ["…"]
        moonshutter.toml:2:12: error parsing glob '{a': unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
        moonshutter.toml:1:8: 'lint' is a table of settings
        moonshutter.toml:1:2: there is no section 'lnt'; settings of the linter are in [lint]
        moonshutter.toml:1:6: unclosed table, expected `]`
        "#);
    }

    #[test]
    fn the_nearest_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(folder.path().join(FILE), "[lint]\ntarget = \"1.4\"\n").unwrap();
        let found = Config::find(&inner).unwrap();
        assert_eq!(Config::read(&found, RULES).unwrap().target, Some(Target([1, 4, 0, 0])));
        fs::write(inner.join(FILE), "[lint]\n").unwrap();
        assert_eq!(Config::read(&Config::find(&inner).unwrap(), RULES).unwrap().target, None);
        let missing = Config::read(&inner.join("none.toml"), RULES).unwrap_err();
        assert!(missing.to_string().contains("none.toml"), "{missing}");
    }
}
