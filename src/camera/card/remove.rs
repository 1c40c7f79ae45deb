//! Removing files and folders.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::Deserialize;

use super::path::shown;
use super::walk::Entry;
use crate::camera::{Camera, Payload, runtime};
use crate::clock::Interrupt;
use crate::error::{ErrorKind, Result};
use crate::table::{self, Value};

/// How many files are removed by one script. What a lost connection leaves unknown is no more than that.
const BATCH: usize = 16;

/// The DOS attribute of files that are protected.
const READ_ONLY: u32 = 1;

/// What became of a file or folder that was to be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// It was not there any more.
    Missing,
    /// It is still there, for this reason: what it is or why it cannot be removed, as "is protected".
    Kept(String),
    /// The connection was lost meanwhile: it may be there or not.
    Unknown,
}

/// What a walk found in the order in which it can be removed, each once: files, and then folders, those that are in others
/// first. The card itself is not among them; with a filter, which says nothing about folders, no folder is.
pub fn in_order_of_removal(entries: Vec<Entry>, selective: bool) -> Vec<Entry> {
    let mut met = HashSet::new();
    let (mut folders, mut files): (Vec<_>, Vec<_>) =
        entries.into_iter().filter(|entry| met.insert(entry.path.clone())).partition(Entry::is_dir);
    folders.retain(|folder| !selective && !folder.path.is_root());
    folders.sort_by_key(|folder| Reverse(folder.path.names().count()));
    files.append(&mut folders);
    files
}

impl Camera {
    /// Removes files, and folders that are empty, in this order; `told` hears what became of each, by its number from 0. Old
    /// cameras do not remove folders at all (DryOS before R39, and VxWorks).
    ///
    /// After Ctrl-C the files that the camera was told of are removed to the end, so that what became of them is known, and
    /// none after them: [`ErrorKind::Interrupted`]. An error of `told` ends it as well. [`ErrorKind::ScriptRunning`] if a
    /// script runs.
    pub fn remove(&mut self, entries: &[Entry], told: &mut dyn FnMut(usize, Removal) -> Result<()>) -> Result<()> {
        let mut first = 0;
        for batch in entries.chunks(BATCH) {
            if self.options.interrupt.is_raised() {
                return Err(self.interrupted("removing files"));
            }
            let removals = match self.remove_batch(batch) {
                Ok(removals) => removals,
                Err(error) => {
                    // Nothing was started if the engine is taken.
                    if error.kind() != ErrorKind::ScriptRunning {
                        (first..first + batch.len()).try_for_each(|at| told(at, Removal::Unknown))?;
                    }
                    return Err(error);
                }
            };
            for (at, removal) in (first..).zip(removals) {
                told(at, removal)?;
            }
            first += batch.len();
        }
        Ok(())
    }

    fn remove_batch(&mut self, entries: &[Entry]) -> Result<Vec<Removal>> {
        // A name that means another file than it says must not get to the camera.
        let usable = |entry: &&Entry| entry.path.is_usable() && !entry.path.is_root();
        let asked: Vec<_> = entries.iter().filter(usable).collect();
        let script = runtime::remove(asked.iter().map(|entry| (entry.path.as_bytes(), entry.is_dir())));
        // What the camera has begun is worth waiting for: it is a matter of seconds, and a second Ctrl-C leaves at once.
        let interrupt = std::mem::replace(&mut self.options.interrupt, Interrupt::new());
        let returns = self.run_own("remove", script, &mut |_, _| Ok(()));
        self.options.interrupt = interrupt;
        let returns = returns.map_err(|error| self.engine_is_taken(error))?;
        let kept = match returns.as_slice() {
            [Payload::Table(text)] => kept(text, asked.len()),
            _ => None,
        };
        let mut kept = kept.ok_or_else(|| self.strange_listing())?.into_iter();
        let removal = |entry: &Entry| match usable(&entry) {
            true => kept.next().unwrap_or(Removal::Unknown),
            false if entry.path.is_root() => Removal::Kept("is the card itself".to_owned()),
            false => Removal::Kept("is a name that the camera cannot be asked for".to_owned()),
        };
        Ok(entries.iter().map(removal).collect())
    }
}

#[derive(Deserialize)]
struct Kept {
    #[serde(with = "table::bytes")]
    problem: Vec<u8>,
    attrib: i32,
    is_dir: bool,
    /// A folder that has something in it.
    full: bool,
}

/// What the camera returned; `None` if it is something else.
fn kept(text: &[u8], count: usize) -> Option<Vec<Removal>> {
    let document = table::read(text).ok()?;
    let Value::Table(table) = document.root() else { return None };
    let mut removals = vec![Removal::Removed; count];
    for (number, value) in table.entries() {
        let Value::Integer(number) = number else { return None };
        let removal = removals.get_mut(usize::try_from(number).ok()?.checked_sub(1)?)?;
        *removal = match value {
            Value::Boolean(false) => Removal::Missing,
            value => Removal::Kept(value.decode::<Kept>().ok()?.reason()),
        };
    }
    Some(removals)
}

impl Kept {
    fn reason(&self) -> String {
        if self.is_dir && self.full {
            return "is a folder that is not empty".to_owned();
        }
        if self.is_dir {
            return "is a folder, and empty, but this camera removes no folders".to_owned();
        }
        if self.attrib as u32 & READ_ONLY != 0 {
            return "is protected (read-only)".to_owned();
        }
        let said = shown(&self.problem);
        let said = said.rsplit(": ").next().unwrap_or_default();
        format!("cannot be removed (the camera says '{said}'): is the card locked, or the file in use?")
    }
}
