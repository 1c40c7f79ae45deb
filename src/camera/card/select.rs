//! Which files and folders are meant.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::glob::{Glob, Pattern};
use super::walk::Entry;

/// Which files and folders are meant: those that the patterns name, what is in them, and of the files those that a filter
/// lets through.
#[derive(Debug, Clone, Default)]
pub struct Select {
    /// Where to begin.
    pub roots: Vec<Pattern>,
    /// Go into the folders that `roots` name.
    pub recursive: bool,
    /// How many levels below the folders that `roots` name; as many as there are if it is not said. 1 is what is in the
    /// folder itself.
    pub max_depth: Option<u32>,
    /// Which of it.
    pub filter: Filter,
}

impl Select {
    /// Whether what is so many levels below what a root names is meant.
    pub(super) fn goes_to(&self, depth: u32) -> bool {
        self.recursive && self.max_depth.is_none_or(|most| depth <= most)
    }

    /// What these patterns name, and nothing below it.
    pub fn of(roots: impl IntoIterator<Item = Pattern>) -> Self {
        Self { roots: roots.into_iter().collect(), ..Self::default() }
    }
}

/// Which of the files are meant. Folders are always given, as the way to their files, unless a name that is left out or
/// the number of an image folder speaks against them and all that is in them.
///
/// Without anything in it, it lets everything through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Files with a name that fits one of these; any name if there are none.
    pub include: Vec<Glob>,
    /// Neither files nor folders with a name that fits one of these, nor what is in such folders.
    pub exclude: Vec<Glob>,
    /// Changed at this time or later: seconds since 1970 in the camera's local time, which FAT counts in twos.
    pub newer: Option<i64>,
    /// Changed at this time or earlier.
    pub older: Option<i64>,
    /// At least this many bytes.
    pub min_size: Option<u64>,
    /// At most this many bytes.
    pub max_size: Option<u64>,
    /// Shots with these numbers, as in `IMG_1234.JPG`; what has no such name is none.
    pub shots: Option<RangeInclusive<u32>>,
    /// In image folders with these numbers, as in `100CANON`; what is in no such folder is not meant.
    pub folders: Option<RangeInclusive<u32>>,
    /// The last shots, by their dates: so many, not counting files that belong to one shot (`IMG_0001.JPG` and
    /// `IMG_0001.CR2`) more than once. A file with another name counts as one.
    pub last: Option<usize>,
}

impl Filter {
    /// Whether anything is asked of files, so that those that are given are not all there are.
    pub fn is_selective(&self) -> bool {
        let Self { include, exclude, newer, older, min_size, max_size, shots, folders, last } = self;
        !(include.is_empty() && exclude.is_empty())
            || newer.is_some()
            || older.is_some()
            || min_size.is_some()
            || max_size.is_some()
            || shots.is_some()
            || folders.is_some()
            || last.is_some()
    }

    /// Whether this is meant, but for [`last`](Self::last), which takes all of them to tell.
    pub(super) fn keeps(&self, entry: &Entry) -> bool {
        let name = entry.path.name();
        if self.excludes(name) {
            return false;
        }
        if entry.is_dir() {
            return self.enters(entry.path.folder_number());
        }
        let inside = |range: &Option<RangeInclusive<u32>>, number: Option<u32>| match range {
            Some(range) => number.is_some_and(|number| range.contains(&number)),
            None => true,
        };
        if !(inside(&self.shots, entry.path.shot()) && inside(&self.folders, entry.path.folder_number())) {
            return false;
        }
        if !(self.include.is_empty() || self.include.iter().any(|glob| glob.matches(name))) {
            return false;
        }
        // What the camera does not tell of a file fits no question about it.
        let stat = entry.stat.as_ref();
        self.newer.is_none_or(|newer| stat.is_some_and(|stat| stat.mtime >= newer))
            && self.older.is_none_or(|older| stat.is_some_and(|stat| stat.mtime <= older))
            && self.min_size.is_none_or(|size| stat.is_some_and(|stat| stat.size >= size))
            && self.max_size.is_none_or(|size| stat.is_some_and(|stat| stat.size <= size))
    }

    /// Whether a name is left out, with all that is below it.
    pub(super) fn excludes(&self, name: &[u8]) -> bool {
        self.exclude.iter().any(|glob| glob.matches(name))
    }

    /// Whether files that are meant may be in a folder that has, or is in one that has, this number.
    pub(super) fn enters(&self, number: Option<u32>) -> bool {
        match (&self.folders, number) {
            (Some(folders), Some(number)) => folders.contains(&number),
            _ => true,
        }
    }
}

/// The files of the last shots, oldest first: see [`Filter::last`].
pub fn last_shots(entries: Vec<Entry>, count: usize) -> Vec<Entry> {
    let mut shots: HashMap<(Vec<u8>, Option<u32>), Vec<Entry>> = HashMap::new();
    for entry in entries {
        let shot = entry.path.shot();
        let place = match (shot, entry.path.parent()) {
            (Some(_), Some(folder)) => folder.as_bytes().to_vec(),
            _ => entry.path.as_bytes().to_vec(),
        };
        let files = shots.entry((place, shot)).or_default();
        // Roots may overlap.
        if files.iter().all(|file| file.path != entry.path) {
            files.push(entry);
        }
    }
    let time = |files: &[Entry]| files.iter().filter_map(|file| file.stat.as_ref()).map(|stat| stat.mtime).max();
    let mut shots: Vec<_> =
        shots.into_iter().map(|((place, shot), files)| ((time(&files), place, shot), files)).collect();
    shots.sort_by(|a, b| a.0.cmp(&b.0));
    let first = shots.len().saturating_sub(count);
    shots.drain(first..).flat_map(|(_, files)| files).collect()
}
