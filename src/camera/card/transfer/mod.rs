//! Files from the card to the host, the other way, and from card to card.
//!
//! * A file appears under its name when it is whole and of the right size, and not before. Until then what has come
//!   lies beside it under a name that begins with `.moonshutter-`; if the transfer is cut off there, the next one goes
//!   on from it, as long as the file on the card has the same size and time.
//! * What is there already is the user's: [`Existing`] says what to do about it.
//! * With [`verify`](Options::verify) the camera computes a [`Checksum`](super::Checksum), and a file counts only if it
//!   is the same.
//! * A file is deleted on the card, if at all, after that.
//!
//! A transfer of many files goes on after one that fails, unless nothing more can be had: the connection is gone, the
//! disk is full, the user has pressed Ctrl-C.

mod ask;
mod copy;
mod get;
mod local;
mod part;
mod place;
mod put;
mod receive;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub use local::LocalFile;
pub use put::CardTarget;

use super::template::{Template, camera_civil};
use crate::camera::Stat;
use crate::camera::card::Entry;
use crate::error::{Error, ErrorKind, Result};

/// How far apart the times of two files may be, in seconds, that are the same file: FAT counts in twos.
const SAME_TIME: i64 = 2;

/// A file on the card that is to be fetched, as a listing told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path on the card.
    pub path: Vec<u8>,
    /// Its path from the place of the search down, which a tree on the host keeps.
    pub below: Vec<u8>,
    /// What the camera said of it.
    pub stat: Stat,
}

impl Source {
    /// What a walk has found; `None` for a folder, and for what cannot be fetched: a name that no file can have, or a
    /// file of which the camera says nothing. A folder that was asked for keeps its name in [`below`](Self::below),
    /// unless only its `contents` are wanted.
    pub fn of(entry: &Entry, contents: bool) -> Option<Self> {
        let stat = entry.stat.clone().filter(|stat| !stat.is_dir && entry.path.is_usable())?;
        let depth = entry.depth as usize;
        let levels = if contents && depth > 0 { depth } else { depth + 1 };
        let names: Vec<_> = entry.path.names().collect();
        let below = names[names.len().saturating_sub(levels)..].join(&b'/');
        Some(Self { path: entry.path.as_bytes().to_vec(), below, stat })
    }
}

/// Where files from the card go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Into this folder, under the names that a [`Template`] makes.
    Folder(PathBuf),
    /// One file, under this name.
    File(PathBuf),
}

/// What to do where a file of the name is there already. One that is the same, by size, time and some of its bytes (on
/// the way from the card by its checksum instead, with [`Options::verify`]), counts as done already, unless all are to
/// be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// Say so, and go on with the next: an error.
    #[default]
    Error,
    /// Leave it, whatever is in it.
    Skip,
    /// Replace it.
    Replace,
    /// Replace it if it is older.
    Older,
    /// Take another name: `IMG_0001 (2).JPG`.
    Rename,
}

impl Existing {
    /// The words, as people write them.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("error", Self::Error),
        ("skip", Self::Skip),
        ("replace", Self::Replace),
        ("older", Self::Older),
        ("rename", Self::Rename),
    ];
}

impl FromStr for Existing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let word = Self::WORDS.iter().find(|(word, _)| *word == text);
        word.map(|(_, existing)| *existing).ok_or_else(|| {
            let words = Self::WORDS.map(|(word, _)| word).join(", ");
            Error::new(ErrorKind::BadArgument, format!("\"{text}\" is none of {words}"))
        })
    }
}

/// How files are transferred.
#[derive(Debug, Clone)]
pub struct Options {
    /// What files from the card are called on the host.
    pub template: Template,
    /// What to do where a file is already.
    pub existing: Existing,
    /// Have the camera compute checksums.
    pub verify: bool,
    /// Delete files where they came from, once they are known to have arrived: includes [`verify`](Self::verify).
    pub delete: bool,
    /// Keep the times of files.
    pub mtime: bool,
    /// Go on where a transfer was cut off.
    pub resume: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// What [`Fields::seq`](super::Fields::seq) begins with.
    pub first: u64,
    /// Have scripts looked at before they are put on a card.
    pub lint: bool,
    /// Where the camera's clock is set: it knows local time only.
    pub zone: TimeZone,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            template: Template::name(),
            existing: Existing::default(),
            verify: false,
            delete: false,
            mtime: true,
            resume: true,
            dry_run: false,
            first: 1,
            lint: true,
            zone: TimeZone::system(),
        }
    }
}

impl Options {
    fn verifies(&self) -> bool {
        self.verify || self.delete
    }

    /// What the host's clock shows when the camera's shows this; where it shows it twice, the first of the two.
    pub(crate) fn host_time(&self, camera: i64) -> Option<Timestamp> {
        camera_civil(camera)?.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
    }

    /// What the camera's clock shows when the host's shows this; nothing that a card cannot keep.
    pub(crate) fn camera_time(&self, host: Timestamp) -> Option<i64> {
        let local: DateTime = host.to_zoned(self.zone.clone()).datetime();
        let seconds = local.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
        (0..=i64::from(i32::MAX)).contains(&seconds).then_some(seconds)
    }
}

/// One file of a transfer, as it is told to people and programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Number of the file in the transfer, from 1.
    pub number: usize,
    /// How many there are.
    pub count: usize,
    /// Where it comes from.
    pub from: String,
    /// Where it goes to.
    pub to: String,
    /// Bytes.
    pub size: u64,
}

/// What happens in a transfer.
#[derive(Debug)]
pub enum Event<'a> {
    /// A file's bytes begin to move, from this offset on.
    Begun {
        /// The file.
        item: &'a Item,
        /// How much of it was there from an earlier transfer.
        from: u64,
    },
    /// So much of the file has moved.
    Moved {
        /// The file.
        item: &'a Item,
        /// How many bytes, with those of an earlier transfer.
        bytes: u64,
    },
    /// The camera computes the checksum of the file.
    Verifying {
        /// The file.
        item: &'a Item,
    },
    /// There is no more to do with this file.
    Ended {
        /// The file, under the name that it has got.
        item: &'a Item,
        /// What came of it.
        outcome: &'a Outcome,
    },
}

/// What came of one file.
#[derive(Debug)]
pub enum Outcome {
    /// It has arrived.
    Copied(Copied),
    /// The same file was there already.
    Same {
        /// It was deleted where it came from.
        deleted: bool,
    },
    /// Another file is there, and stays.
    Skipped,
    /// It would be transferred.
    Planned,
    /// It has not arrived.
    Failed(Error),
}

/// How a file has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Copied {
    /// Bytes that an earlier transfer had brought.
    pub resumed: u64,
    /// The camera's checksum, which is the host's too.
    pub checksum: Option<u32>,
    /// It was deleted where it came from.
    pub deleted: bool,
    /// Another file was there and was replaced.
    pub replaced: bool,
}

/// What came of a transfer.
#[derive(Debug, Default)]
pub struct Summary {
    /// Files that arrived.
    pub copied: usize,
    /// Bytes that moved for them, without those that were there from earlier.
    pub bytes: u64,
    /// Files that were there already.
    pub same: usize,
    /// Files that another one stood in the way of.
    pub skipped: usize,
    /// Files that would have been transferred.
    pub planned: usize,
    /// Files that were deleted where they came from.
    pub deleted: usize,
    /// Files that did not arrive.
    pub failed: usize,
    /// Files that were not begun, since nothing more could be had.
    pub left: usize,
    /// The error that ended the transfer, or the first one that did not.
    pub error: Option<Error>,
}

impl Summary {
    fn count(&mut self, item: &Item, outcome: Outcome) {
        match outcome {
            Outcome::Copied(copied) => {
                self.copied += 1;
                self.bytes += item.size - copied.resumed.min(item.size);
                self.deleted += usize::from(copied.deleted);
            }
            Outcome::Same { deleted } => {
                self.same += 1;
                self.deleted += usize::from(deleted);
            }
            Outcome::Skipped => self.skipped += 1,
            Outcome::Planned => self.planned += 1,
            Outcome::Failed(error) => {
                self.failed += 1;
                self.error.get_or_insert(error);
            }
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.planned, "to be copied"),
            (self.copied, "copied"),
            (self.same, "there already"),
            (self.skipped, "skipped"),
            (self.deleted, "deleted"),
            (self.failed, "failed"),
            (self.left, "not begun"),
        ];
        let told: Vec<_> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        f.write_str(if told.is_empty() { "nothing to copy" } else { "" })?;
        f.write_str(&told.join(", "))
    }
}

/// Who hears what happens. An error of theirs ends the transfer.
pub type Observer<'a> = dyn FnMut(&Event<'_>) -> Result<()> + 'a;

/// Whether an error means that no other file can be had either.
fn is_final(error: &Error) -> bool {
    let full = || {
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            if error.downcast_ref::<std::io::Error>().is_some_and(|error| is_full(error.kind())) {
                return true;
            }
            cause = error.source();
        }
        false
    };
    matches!(
        error.kind(),
        ErrorKind::Disconnected
            | ErrorKind::NotConnected
            | ErrorKind::Timeout
            | ErrorKind::Interrupted
            | ErrorKind::Closed
            | ErrorKind::ScriptRunning
            | ErrorKind::NotChdk
            | ErrorKind::Unsupported
    ) || full()
}

fn is_full(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(kind, StorageFull | QuotaExceeded | ReadOnlyFilesystem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Options {
        Options { zone: TimeZone::get("Europe/Berlin").unwrap(), ..Options::default() }
    }

    #[test]
    fn a_cameras_time_is_local_time() {
        let options = berlin();
        // 2024-07-01 12:00:00 and 2024-01-01 12:00:00 on the camera's clock
        for (camera, host) in [(1719835200, "2024-07-01T10:00:00Z"), (1704110400, "2024-01-01T11:00:00Z")] {
            let host: Timestamp = host.parse().unwrap();
            assert_eq!(options.host_time(camera), Some(host));
            assert_eq!(options.camera_time(host), Some(camera));
        }
    }

    #[test]
    fn an_hour_that_there_is_twice_is_the_first_and_one_that_there_is_not_is_later() {
        let options = berlin();
        // 2024-10-27 02:30 is there twice, 2024-03-31 02:30 not at all
        let host = |camera| options.host_time(camera).unwrap().to_string();
        assert_eq!(host(1729996200), "2024-10-27T00:30:00Z");
        assert_eq!(host(1711852200), "2024-03-31T01:30:00Z");
    }

    #[test]
    fn what_a_card_cannot_keep_is_no_time() {
        let options = berlin();
        assert_eq!(options.camera_time("1950-01-01T00:00:00Z".parse().unwrap()), None);
        assert_eq!(options.camera_time("2100-01-01T00:00:00Z".parse().unwrap()), None);
        assert_eq!(options.host_time(i64::MAX), None);
    }

    #[test]
    fn words_for_what_is_there() {
        assert_eq!("rename".parse::<Existing>().unwrap(), Existing::Rename);
        let error = "ask".parse::<Existing>().unwrap_err().to_string();
        assert_eq!(error, "\"ask\" is none of error, skip, replace, older, rename");
    }
}
