//! What is on the card, asked of the camera's own Lua.

use super::{Camera, ExecOptions, Payload, Script, WaitOptions, runtime};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, Value};

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
        let options = ExecOptions { flush_cam_msgs: false, flush_host_msgs: false, ..ExecOptions::default() };
        let script = Script::new("list", runtime::listing(path, false));
        let text = runtime::assemble(&script.source, &options.picked(&script)?, true);
        let mut stream = self.stream(&script, text, &options, &WaitOptions::default())?;
        let mut entries = Vec::new();
        while let Some(item) = stream.next(self)? {
            let values = item.values().map_err(|error| self.strange_listing().caused_by(error));
            match values.and_then(|values| entry(&values).ok_or_else(|| self.strange_listing())) {
                Ok(entry) => entries.push(entry),
                Err(error) => return Err(self.end_own(stream.script_id(), error)),
            }
        }
        match stream.returns.as_slice() {
            [] => Ok(entries),
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

    /// Says what to do if a script of the user's is in the way of ours.
    pub(super) fn engine_is_taken(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::ScriptRunning {
            return error;
        }
        self.named(Error::new(
            ErrorKind::ScriptRunning,
            "a script is running on the camera, and looking at the card takes a script: wait until it has ended, or \
             end it (moonshutter exec --replace return)",
        ))
    }

    pub(super) fn strange_listing(&self) -> Error {
        self.named(Error::new(ErrorKind::Protocol, "the camera answered a listing with something else"))
    }
}

fn entry(values: &[Document<'_>]) -> Option<DirEntry> {
    let values: Vec<_> = values.iter().map(Document::root).collect();
    let [Value::String(name), rest @ ..] = values.as_slice() else { return None };
    Some(DirEntry { name: name.to_vec(), stat: known(rest)? })
}

/// What the camera tells of a file or folder behind its name: all of it or nothing. `None` for something else.
pub(super) fn known(values: &[Value<'_>]) -> Option<Option<Stat>> {
    match *values {
        [] => Some(None),
        [Value::Integer(size), Value::Integer(mtime), Value::Integer(attrib), Value::Boolean(is_dir)] => {
            Some(Some(stat(size, mtime, attrib, is_dir)))
        }
        _ => None,
    }
}

/// Numbers of the camera are signed and wrap: a file of 3 GiB has a negative size there.
fn stat(size: i32, mtime: i32, attrib: i32, is_dir: bool) -> Stat {
    Stat { size: u64::from(size as u32), mtime: i64::from(mtime as u32), attrib: attrib as u32, is_dir }
}
