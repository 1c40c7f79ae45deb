//! What a folder of the host has got from cameras, so that the next time only what is new is fetched.
//!
//! A folder has a list of its own, `.moonshutter-sync`: a line of JSON for each file that has arrived, with the camera,
//! the path on the card, its size and its time. A file that is in it is not fetched again, also if it has been moved or
//! deleted on the host since; one that has another size or time is. A line is written when its file has its name, and
//! one that was cut off counts for nothing.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::names::OWN;
use super::transfer::{Event, Observer, Options, Outcome, Source, Summary, Target};
use crate::camera::files::local_error;
use crate::camera::{Camera, Info};
use crate::error::{Error, ErrorKind, Result};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// The most lines that are read.
const MOST: usize = 5_000_000;

/// Which files of one camera a folder has got.
struct Record {
    path: PathBuf,
    /// None if nothing is to be written.
    file: Option<File>,
    camera: String,
    known: HashMap<String, (u64, i64)>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    camera: String,
    path: String,
    size: u64,
    mtime: i64,
    to: String,
}

/// What came of a [`sync`](Camera::sync).
#[derive(Debug, Default)]
pub struct Synced {
    /// Of what was new.
    pub summary: Summary,
    /// Files that had come at an earlier time.
    pub known: usize,
}

impl Camera {
    /// Fetches those of the files that the folder has not got yet, and puts them on its list.
    ///
    /// [`ErrorKind::Busy`] if another program does so for the same folder; [`ErrorKind::Io`] if the list cannot be read
    /// or written.
    pub fn sync(
        &mut self,
        sources: &[Source],
        folder: &Path,
        options: &Options,
        on_event: &mut Observer<'_>,
    ) -> Result<Synced> {
        let mut record = Record::open(folder, self.info(), options.dry_run)?;
        let new: Vec<_> = sources.iter().filter(|source| !record.has(source)).cloned().collect();
        let known = sources.len() - new.len();
        let target = Target::Folder(folder.to_owned());
        let summary = self.get(&new, &target, options, &mut |event| {
            if let Event::Ended { item, outcome: Outcome::Copied(_) | Outcome::Same { .. } } = event
                && let Some(source) = new.get(item.number - 1)
            {
                record.add(source, &item.to)?;
            }
            on_event(event)
        });
        Ok(Synced { summary, known })
    }
}

impl Record {
    fn open(folder: &Path, info: &Info, dry_run: bool) -> Result<Self> {
        let path = folder.join(format!("{OWN}-sync"));
        let camera = if info.serial_number.is_empty() { &info.model } else { &info.serial_number };
        let mut record = Self { path, file: None, camera: camera.clone(), known: HashMap::new() };
        let read = |error| local_error("read", &record.path, error);
        let file = if dry_run {
            match File::open(&record.path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(record),
                Err(error) => return Err(read(error)),
            }
        } else {
            fs::create_dir_all(folder).map_err(|error| local_error("make the folder", folder, error))?;
            let file = File::options().read(true).append(true).create(true).open(&record.path).map_err(read)?;
            if let Err(fs::TryLockError::WouldBlock) = file.try_lock() {
                let text = format!("another program syncs {} at this moment", folder.display());
                return Err(Error::new(ErrorKind::Busy, text));
            }
            file
        };
        let whole = record.read(&file)?;
        if !dry_run {
            let mut file = file;
            if !whole {
                // What was cut off must not run into the next line.
                file.write_all(b"\n").map_err(|error| local_error("write", &record.path, error))?;
            }
            record.file = Some(file);
        }
        Ok(record)
    }

    /// Whether it ends with a whole line.
    fn read(&mut self, file: &File) -> Result<bool> {
        let mut reader = BufReader::new(file);
        let mut text = Vec::new();
        for _ in 0..MOST {
            text.clear();
            let count = io::Read::take(&mut reader, LONGEST).read_until(b'\n', &mut text);
            if count.map_err(|error| local_error("read", &self.path, error))? == 0 {
                return Ok(true);
            }
            if text.last() != Some(&b'\n') && (text.len() as u64) < LONGEST {
                return Ok(false);
            }
            if let Ok(line) = serde_json::from_slice::<Line>(&text)
                && line.camera == self.camera
            {
                self.known.insert(line.path, (line.size, line.mtime));
            }
        }
        Err(Error::new(ErrorKind::Io, format!("{} is too long to be a list of files", self.path.display())))
    }

    fn has(&self, source: &Source) -> bool {
        self.known.get(&spelt(&source.path)) == Some(&(source.stat.size, source.stat.mtime))
    }

    fn add(&mut self, source: &Source, to: &str) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let line = Line {
            camera: self.camera.clone(),
            path: spelt(&source.path),
            size: source.stat.size,
            mtime: source.stat.mtime,
            to: to.to_owned(),
        };
        let line = serde_json::to_string(&line).map_err(|error| local_error("write", &self.path, error.into()))?;
        // In one piece, so that it is there or not.
        file.write_all(format!("{line}\n").as_bytes()).map_err(|error| local_error("write", &self.path, error))
    }
}

/// A path in letters of ASCII, and different ones differently.
fn spelt(path: &[u8]) -> String {
    path.escape_ascii().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Stat;

    fn info(serial: &str) -> Info {
        Info {
            location: "sim".into(),
            model: "Model".into(),
            manufacturer: String::new(),
            serial_number: serial.into(),
            device_version: String::new(),
            chdk: None,
        }
    }

    fn source(path: &[u8], size: u64) -> Source {
        let stat = Stat { size, mtime: 5, attrib: 0, is_dir: false };
        Source { path: path.to_vec(), below: path.to_vec(), stat }
    }

    #[test]
    fn what_is_written_is_known_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = Record::open(folder.path(), &info("1"), false).unwrap();
        record.add(&source(b"A/X\xFF\n", 7), "x").unwrap();
        assert_eq!(
            Record::open(folder.path(), &info("1"), false).map(drop).unwrap_err().kind(),
            ErrorKind::Busy,
            "two at once"
        );
        drop(record);
        let again = Record::open(folder.path(), &info("1"), true).unwrap();
        assert!(again.has(&source(b"A/X\xFF\n", 7)));
        assert!(!again.has(&source(b"A/X\xFF\n", 8)) && !again.has(&source(b"A/X\xFE\n", 7)));
        assert!(!Record::open(folder.path(), &info("2"), true).unwrap().has(&source(b"A/X\xFF\n", 7)));
    }

    #[test]
    fn a_line_that_was_cut_off_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".moonshutter-sync");
        let mut record = Record::open(folder.path(), &info("1"), false).unwrap();
        record.add(&source(b"A/1", 1), "x").unwrap();
        record.add(&source(b"A/2", 2), "x").unwrap();
        drop(record);
        let text = fs::read(&path).unwrap();
        for cut in 1..text.len() {
            fs::write(&path, &text[..cut]).unwrap();
            let mut record = Record::open(folder.path(), &info("1"), false).unwrap();
            record.add(&source(b"A/3", 3), "x").unwrap();
            drop(record);
            let record = Record::open(folder.path(), &info("1"), true).unwrap();
            assert!(record.has(&source(b"A/3", 3)), "{cut}");
            assert_eq!(record.has(&source(b"A/1", 1)), text[..cut].contains(&b'}'), "{cut}");
        }
        fs::write(&path, b"\xFF\xFE{}\n[1]\n{\"camera\":1}\n").unwrap();
        assert!(Record::open(folder.path(), &info("1"), false).unwrap().known.is_empty());
    }

    #[test]
    fn a_dry_run_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        Record::open(folder.path(), &info("1"), true).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
