//! What is on the card, asked of the camera's own Lua.

use super::{Camera, Payload, runtime};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{self, Value};

/// What `stat` tells of a file or folder on the card.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970 in the camera's local time.
    pub mtime: i64,
    /// DOS attribute bits.
    pub attrib: u32,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// A name in a folder of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirEntry {
    /// The name, as the camera spells it (bytes: FAT code pages are not UTF-8).
    pub name: Vec<u8>,
    /// `None` if the camera would not say.
    pub stat: Option<Stat>,
}

impl Camera {
    /// What a folder holds, in the order of the card. Needs the script engine: `ScriptRunning` if a script runs.
    pub fn list_dir(&mut self, path: &[u8]) -> Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        let mut whole = false;
        let returns = self.run_own("list", runtime::listing(path, false), &mut |camera, payload| {
            if payload == Payload::Boolean(true) {
                whole = true;
                return Ok(());
            }
            let Payload::Table(text) = payload else { return Err(camera.strange_listing()) };
            let batch = table::read(&text).map_err(|error| camera.strange_listing().caused_by(error))?;
            for item in batch.root().items() {
                entries.push(entry(item).ok_or_else(|| camera.strange_listing())?);
            }
            Ok(())
        })?;
        match returns.as_slice() {
            [] if whole => Ok(entries),
            [Payload::Boolean(false)] => Err(self.no_such("folder", path)),
            _ => Err(self.strange_listing()),
        }
    }

    /// What is known of a file or folder; `NotFound` if there is none. Needs the script engine, as
    /// [`list_dir`](Self::list_dir) does.
    pub fn stat(&mut self, path: &[u8]) -> Result<Stat> {
        let returns = self.run_own("stat", runtime::listing(path, true), &mut |_, _| Ok(()))?;
        match returns.as_slice() {
            [
                Payload::Boolean(true),
                Payload::Integer(size),
                Payload::Integer(mtime),
                Payload::Integer(attrib),
                Payload::Boolean(is_dir),
            ] => Ok(stat(*size, *mtime, *attrib, *is_dir)),
            [Payload::Boolean(false)] => Err(self.no_such("file or folder", path)),
            _ => Err(self.strange_listing()),
        }
    }

    pub(super) fn no_such(&self, what: &str, path: &[u8]) -> Error {
        let path = String::from_utf8_lossy(path);
        let hint = if path.starts_with("A/") { "" } else { "; paths on the card begin with A/" };
        self.named(Error::new(ErrorKind::NotFound, format!("no {what} {path} on the card{hint}")))
    }

    fn strange_listing(&self) -> Error {
        self.named(Error::new(ErrorKind::Protocol, "the camera answered a listing with something else"))
    }
}

fn entry(item: Value<'_>) -> Option<DirEntry> {
    let mut fields = item.items();
    let Some(Value::String(name)) = fields.next() else { return None };
    let stat = match (fields.next(), fields.next(), fields.next(), fields.next()) {
        (None, ..) => None,
        (
            Some(Value::Integer(size)),
            Some(Value::Integer(mtime)),
            Some(Value::Integer(attrib)),
            Some(Value::Boolean(is_dir)),
        ) => Some(stat(size, mtime, attrib, is_dir)),
        _ => return None,
    };
    Some(DirEntry { name: name.to_vec(), stat })
}

/// Numbers of the camera are signed and wrap: a file of 3 GiB has a negative size there.
fn stat(size: i32, mtime: i32, attrib: i32, is_dir: bool) -> Stat {
    Stat { size: u64::from(size as u32), mtime: i64::from(mtime as u32), attrib: attrib as u32, is_dir }
}
