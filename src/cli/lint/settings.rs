//! `moonshutter.toml`, for each script the nearest one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rules;
use crate::camera::Check;
use crate::error::{Error, ErrorKind, Result};
use crate::gate::Gate;
use crate::lint::{Config, Options};

/// The settings of scripts.
#[derive(Default)]
pub(super) struct Settings {
    /// What was named, for all scripts.
    given: Option<Config>,
    /// By the folder of the script.
    folders: HashMap<PathBuf, Option<Arc<Config>>>,
    /// By the file.
    files: HashMap<PathBuf, Arc<Config>>,
}

impl Settings {
    /// Those of a file that is for all scripts, if one is named.
    pub fn new(given: Option<&Path>) -> Result<Self> {
        Ok(Self { given: given.map(read).transpose()?, ..Self::default() })
    }

    /// Reads what is for a script; one that is no file has the settings of the folder that the user is in.
    pub fn read(&mut self, script: Option<&Path>) -> Result<Option<&Config>> {
        let folder = folder(script);
        if self.given.is_none() && !self.folders.contains_key(&folder) {
            let config = match Config::find(&folder) {
                None => None,
                Some(path) => match self.files.get(&path) {
                    Some(known) => Some(known.clone()),
                    None => {
                        let config = Arc::new(read(&path)?);
                        self.files.insert(path, config.clone());
                        Some(config)
                    }
                },
            };
            self.folders.insert(folder, config);
        }
        Ok(self.of(script))
    }

    /// What was read for a script.
    pub fn of(&self, script: Option<&Path>) -> Option<&Config> {
        self.given.as_ref().or_else(|| self.folders.get(&folder(script))?.as_deref())
    }
}

/// What looks at camera scripts that this script sends, or that it is, by the settings that are for it.
pub(in crate::cli) fn gate(script: Option<&Path>) -> Result<Arc<dyn Check>> {
    let mut options = Options::default();
    let script = script.filter(|path| path.as_os_str() != "-");
    if let Some(config) = Settings::default().read(script)? {
        config.apply(&mut options);
    }
    Ok(Arc::new(Gate::new(options)))
}

fn folder(script: Option<&Path>) -> PathBuf {
    match script.and_then(Path::parent) {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn read(path: &Path) -> Result<Config> {
    let rules: Vec<_> = rules::all().iter().map(|rule| rule.id).collect();
    Config::read(path, &rules).map_err(|error| Error::new(ErrorKind::Usage, error.to_string()))
}
