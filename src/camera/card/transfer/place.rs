//! Where a file from the card goes, by what is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::get::{Failure, Get};
use super::{Existing, SAME_TIME, Source};
use crate::camera::card::names::folded;
use crate::camera::card::verify::{Checksum, sample_of};
use crate::camera::files::local_error;
use crate::error::{Error, ErrorKind};

/// How many names are tried beside one that is taken.
const MOST_NAMES: u32 = 10_000;

/// Where a file goes.
pub(super) enum Place {
    /// Nothing is there.
    New(PathBuf),
    /// Something else is there that is to be replaced.
    Replace(PathBuf),
    /// It is there already.
    Same(PathBuf),
    /// Something else is there that is to stay.
    Skip(PathBuf),
}

impl Get<'_, '_> {
    /// Where the file goes, by what is there.
    pub(super) fn place(&mut self, wanted: &Path, source: &Source) -> Result<Place, Failure> {
        for number in 1..=MOST_NAMES {
            let path = numbered(wanted, number);
            if self.claimed.contains(&folded(&path)) {
                if self.options.existing == Existing::Rename {
                    continue;
                }
                let text = format!(
                    "two files would be called {}; a template tells them apart, as in {{folder}}/{{name}}, or --existing rename",
                    path.display()
                );
                return Err(Error::new(ErrorKind::BadArgument, text).into());
            }
            // A link that leads nowhere is something, too.
            let there = match fs::symlink_metadata(&path) {
                Ok(link) if link.is_symlink() => fs::metadata(&path).unwrap_or(link),
                Ok(there) => there,
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Ok(Place::New(path));
                }
                Err(error) => return Err(local_error("look at", &path, error).into()),
            };
            if there.is_dir() {
                if self.options.existing == Existing::Rename {
                    continue;
                }
                return Err(Error::new(ErrorKind::BadArgument, format!("{} is a folder", path.display())).into());
            }
            let existing = self.options.existing;
            if existing == Existing::Replace {
                return Ok(Place::Replace(path));
            }
            if self.is_same(&path, &there, source)? {
                return Ok(Place::Same(path));
            }
            match existing {
                Existing::Skip => return Ok(Place::Skip(path)),
                Existing::Older => {
                    let time = self.time_of(&there).unwrap_or(i64::MIN);
                    let older = time + SAME_TIME < source.stat.mtime;
                    return Ok(if older { Place::Replace(path) } else { Place::Skip(path) });
                }
                Existing::Rename => {}
                Existing::Error | Existing::Replace => {
                    let text = format!(
                        "{} is there already, and is another file; --existing says what to do about it: skip, replace, older \
                         or rename",
                        path.display()
                    );
                    return Err(Error::new(ErrorKind::Io, text).into());
                }
            }
        }
        Err(Error::new(ErrorKind::Io, format!("{}: too many files have this name", wanted.display())).into())
    }

    /// Whether a file on the host is the one on the card: by size, time and some of its bytes (raw files that two
    /// cameras take at the same moment have the same size and time); by the checksum, if that is asked for.
    fn is_same(&mut self, path: &Path, there: &fs::Metadata, source: &Source) -> Result<bool, Failure> {
        if !there.is_file() || there.len() != source.stat.size {
            return Ok(false);
        }
        let verifies = self.options.verifies() && !self.options.dry_run;
        let close = |time: i64| (time - source.stat.mtime).abs() <= SAME_TIME;
        let dated = self.options.mtime && self.time_of(there).is_some_and(close);
        if !verifies && !dated {
            return Ok(false);
        }
        let read = |error| local_error("read", path, error);
        let mut file = fs::File::open(path).map_err(read)?;
        if !verifies {
            let sum = sample_of(&mut file, source.stat.size).map_err(read)?;
            return Ok(self.camera.sample(&source.path, source.stat.size)? == Some(sum));
        }
        let sum = Checksum::of(&mut file).map_err(read)?;
        let checked = self.camera.checksum(&source.path)?;
        Ok(checked.is(&source.stat) && checked.checksum == sum)
    }

    /// When a file was last written, as the camera's clock would have shown it.
    fn time_of(&self, there: &fs::Metadata) -> Option<i64> {
        self.options.camera_time(Timestamp::try_from(there.modified().ok()?).ok()?)
    }
}

/// `x/IMG_0001 (2).JPG` for the second.
fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(" ({number})"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_file_gets_a_number_in_front_of_its_extension() {
        let name = |path: &str, number| numbered(Path::new(path), number).display().to_string();
        assert_eq!(name("x/IMG.JPG", 1), "x/IMG.JPG");
        assert_eq!(name("x/IMG.JPG", 2), "x/IMG (2).JPG");
        assert_eq!(name("x/.profile", 3), "x/.profile (3)");
        assert_eq!(name("x/a.b.c", 2), "x/a.b (2).c");
    }
}
