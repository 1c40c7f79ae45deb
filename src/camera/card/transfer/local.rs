//! Files of the host that are to be put on a card.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::put::joined;
use super::{Event, Item, Observer};
use crate::camera::card::names::OWN;
use crate::camera::files::{local_error, stopped};
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};

/// A file of the host that is to be put on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name on the card, with the folders below the target that it is to be in.
    pub below: Vec<u8>,
    /// What it is called in what is told of it, if not by its path.
    pub title: Option<String>,
}

impl LocalFile {
    /// What these paths name: files, and with `recursive` what is in folders. A folder keeps its own name, unless it is
    /// named with a slash behind it or as `.`.
    pub fn find(paths: &[PathBuf], recursive: bool) -> Result<Vec<Self>> {
        let mut found = Vec::new();
        for path in paths {
            let about = fs::metadata(path).map_err(|error| local_error("read", path, error))?;
            let bare = path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.file_name().is_none();
            let name = path.file_name().map(|name| name.as_encoded_bytes().to_vec()).unwrap_or_default();
            if !about.is_dir() {
                found.push(Self { path: path.clone(), below: name, title: None });
            } else if recursive {
                walk(path, if bare { &[] } else { &name }, &mut found)?;
            } else {
                let text = format!("{} is a folder; --recursive takes what is in it", path.display());
                return Err(Error::new(ErrorKind::BadArgument, text));
            }
        }
        Ok(found)
    }
}

/// Links to files are followed, those to folders are not: a walk must come to its end. Our own lists and halves of
/// files are no files of the user's.
fn walk(folder: &Path, below: &[u8], found: &mut Vec<LocalFile>) -> Result<()> {
    let read = |error| local_error("read", folder, error);
    let mut entries = fs::read_dir(folder).map_err(read)?.collect::<io::Result<Vec<_>>>().map_err(read)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(OWN.as_bytes()) {
            continue;
        }
        let name = joined(below, entry.file_name().as_encoded_bytes());
        let kind = entry.file_type().map_err(|error| local_error("read", &path, error))?;
        if kind.is_dir() {
            walk(&path, &name, found)?;
        } else if fs::metadata(&path).is_ok_and(|about| about.is_file()) {
            found.push(LocalFile { path, below: name, title: None });
        } else {
            log::warn!("{} is neither a file nor a folder, and is left out", path.display());
        }
    }
    Ok(())
}

/// A file that is as long as it was said to be. A camera cannot be told that the rest will not come; so what cannot be
/// read is sent as zeros, and what has arrived is taken away again.
pub(super) struct Filled<'a, 'o> {
    pub file: &'a mut dyn Read,
    pub item: &'a Item,
    pub on_event: &'a mut Observer<'o>,
    pub interrupt: Interrupt,
    pub done: u64,
    pub failed: Option<Error>,
}

impl Read for Filled<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.interrupt.is_raised() {
            return Err(io::Error::other(stopped()));
        }
        if self.failed.is_none() && !buf.is_empty() {
            match self.next(buf) {
                Ok(count) => return Ok(count),
                Err(error) => self.failed = Some(error),
            }
        }
        buf.fill(0);
        Ok(buf.len())
    }
}

impl Filled<'_, '_> {
    fn next(&mut self, buf: &mut [u8]) -> Result<usize> {
        let count = loop {
            match self.file.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let count = count
            .map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {}", self.item.from)).caused_by(error))?;
        if count == 0 {
            let text = format!("{} has become shorter while it was sent", self.item.from);
            return Err(Error::new(ErrorKind::Io, text));
        }
        self.done += count as u64;
        (self.on_event)(&Event::Moved { item: self.item, bytes: self.done })?;
        Ok(count)
    }
}
