//! Names that a user gives to cameras, in a file of the user's own:
//!
//! ```toml
//! [cameras]
//! left = "8A31C0FFEE"     # a serial number, as `moonshutter list` shows it
//! right = "8A31C0FFEF"
//! ```

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};

/// Where the file is, if not at its usual place.
pub const VARIABLE: &str = "MOONSHUTTER_CONFIG";

/// Names of cameras, by their serial numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    cameras: BTreeMap<String, String>,
}

impl Names {
    /// Reads the user's file: the one that `MOONSHUTTER_CONFIG` names, or `moonshutter/config.toml` where the system keeps
    /// such files (`~/.config` on Linux and macOS). There are no names where there is no file at the usual place.
    ///
    /// Fails with `BadArgument` for what is no such file, and with `Io` for one that cannot be read.
    pub fn load() -> Result<Self> {
        let named = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let Some(path) = named.clone().or_else(usual_place) else { return Ok(Self::default()) };
        let shown = path.display();
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|why| Error::new(ErrorKind::BadArgument, format!("{shown}: {why}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(Self::default()),
            Err(error) => {
                let hint = if named.is_some() { format!(", which {VARIABLE} names") } else { String::new() };
                Err(Error::new(ErrorKind::Io, format!("cannot read {shown}{hint}")).caused_by(error))
            }
        }
    }

    fn parse(text: &str) -> std::result::Result<Self, String> {
        let names: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for (name, serial) in &names.cameras {
            if !is_name(name) {
                return Err(format!(
                    "\"{name}\" is no name for a camera: it takes letters, digits, - and _, and neither usb, ip nor sim"
                ));
            }
            if serial.is_empty() || !serial.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(format!(
                    "{name} = \"{serial}\" is no serial number; moonshutter list shows those that there are"
                ));
            }
            if let Some(other) = known.insert(serial.to_ascii_lowercase(), name) {
                return Err(format!("{other} and {name} are the same camera, {serial}"));
            }
        }
        Ok(names)
    }

    /// The serial number of the camera that is called so.
    pub fn serial(&self, name: &str) -> Option<&str> {
        self.cameras.get(name).map(String::as_str)
    }

    /// What the camera with this serial number is called.
    pub fn name(&self, serial: &str) -> Option<&str> {
        let mut names = self.cameras.iter().filter(|(_, known)| known.eq_ignore_ascii_case(serial));
        names.next().map(|(name, _)| name.as_str())
    }
}

fn usual_place() -> Option<PathBuf> {
    // A system that has no such place has no such file.
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.config_dir().join("moonshutter").join("config.toml"))
}

/// Whether a word can be told from the other ways to say which camera.
pub(super) fn is_name(word: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !word.is_empty() && !word.starts_with('-') && word.bytes().all(fits) && !["usb", "ip", "sim"].contains(&word)
}

#[cfg(test)]
impl Names {
    pub(super) fn named(names: &[(&str, &str)]) -> Self {
        Self { cameras: names.iter().map(|(name, serial)| ((*name).to_owned(), (*serial).to_owned())).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_serial_numbers_lead_to_each_other() {
        let names = Names::parse("[cameras]\nleft = 'AB12'\nright-2 = 'AB13'\n").unwrap();
        assert_eq!(names.serial("left"), Some("AB12"));
        assert_eq!(names.name("ab13"), Some("right-2"), "in any case");
        assert_eq!((names.serial("AB12"), names.name("left")), (None, None));
        assert_eq!(Names::parse("").unwrap(), Names::default());
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for (text, told) in [
            ("[cameras]\nusb = 'AB12'", "\"usb\" is no name"),
            ("[cameras]\n'a b' = 'AB12'", "\"a b\" is no name"),
            ("[cameras]\n'-c' = 'AB12'", "\"-c\" is no name"),
            ("[cameras]\nleft = ''", "left = \"\" is no serial number"),
            ("[cameras]\nleft = 'AB12'\nright = 'ab12'", "left and right are the same camera"),
            ("[cameras]\nleft = 12", "invalid type"),
            ("[camera]\nleft = 'AB12'", "unknown field `camera`"),
            ("[cameras\n", "line 1"),
        ] {
            let error = Names::parse(text).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
