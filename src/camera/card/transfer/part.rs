//! Files that have not arrived yet.
//!
//! What has come of a file lies beside its place as `.moonshutter-WHICH-VERSION.part`, two numbers made of the camera,
//! the path on the card and the name on the host, and of the file's size and time. So the next transfer of the same
//! file finds it, one of a file that has changed does not, and takes it away. A program that writes one has it locked.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::camera::card::names::{OWN, digest};

/// Which file it is part of.
pub(super) struct Key<'a> {
    /// The camera, as far as it has a name.
    pub camera: &'a str,
    /// The path on the card.
    pub path: &'a [u8],
    /// The name that it is to get.
    pub name: &'a Path,
    pub size: u64,
    pub mtime: i64,
}

impl Key<'_> {
    fn which(&self) -> String {
        let text = [self.camera.as_bytes(), b"\0", self.path, b"\0", self.name.as_os_str().as_encoded_bytes()].concat();
        format!("{OWN}-{:016x}-", digest(&text))
    }

    fn file_name(&self) -> String {
        let version = digest(format!("{} {}", self.size, self.mtime).as_bytes());
        format!("{}{version:016x}.part", self.which())
    }
}

/// Parts that lie about, by folder.
#[derive(Default)]
pub(super) struct Parts(HashMap<PathBuf, Vec<OsString>>);

/// A file that is arriving. It is removed when it is dropped, unless it is kept or gets its name.
pub(super) struct Part {
    file: File,
    path: Option<PathBuf>,
    can_stay: bool,
}

impl Parts {
    /// The part of a file, which may have something in it, or an empty one.
    pub fn open(&mut self, folder: &Path, key: &Key<'_>) -> io::Result<Part> {
        if !self.0.contains_key(folder) {
            let ours = |name: &OsString| name.as_encoded_bytes().starts_with(OWN.as_bytes());
            let names = fs::read_dir(folder)?.flatten().map(|entry| entry.file_name()).filter(ours).collect();
            self.0.insert(folder.to_owned(), names);
        }
        let known = self.0.get_mut(folder).map(std::mem::take).unwrap_or_default();
        let (which, name) = (key.which(), OsString::from(key.file_name()));
        let (found, others): (Vec<_>, Vec<_>) = known.into_iter().partition(|other| *other == name);
        let (stale, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|other| other.as_encoded_bytes().starts_with(which.as_bytes()));
        self.0.insert(folder.to_owned(), others);
        for name in stale {
            remove_unless_locked(&folder.join(name));
        }
        let path = folder.join(name);
        match locked(&path, !found.is_empty())? {
            Some(file) => Ok(Part { file, path: Some(path), can_stay: true }),
            // Another program fetches the same file, or the file system has no locks.
            None => {
                let (file, path) = anonymous(folder)?.keep().map_err(|error| error.error)?;
                Ok(Part { file, path: Some(path), can_stay: false })
            }
        }
    }
}

/// Opens or creates a part, if nobody else has it.
fn locked(path: &Path, may_be_there: bool) -> io::Result<Option<File>> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !may_be_there || !fs::symlink_metadata(path)?.is_file() {
                return Ok(None);
            }
            File::options().read(true).write(true).open(path)?
        }
        Err(error) => return Err(error),
    };
    if file.try_lock().is_err() {
        return Ok(None);
    }
    // Whoever had it may have given it its name meanwhile.
    Ok(is_still(&file, path).then_some(file))
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_still(_file: &File, path: &Path) -> bool {
    path.exists()
}

fn remove_unless_locked(path: &Path) {
    let free = fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
        && File::options().write(true).open(path).is_ok_and(|file| file.try_lock().is_ok());
    if free {
        // What cannot be removed is in nobody's way.
        let _ = fs::remove_file(path);
    }
}

/// A temporary file with the permissions of any new file.
fn anonymous(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let prefix = format!("{OWN}-");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

impl Part {
    /// How much of the file is there.
    pub fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Throws away what is there from `len` on, and goes on writing there.
    pub fn cut(&mut self, len: u64) -> io::Result<()> {
        self.file.set_len(len)?;
        self.file.seek(SeekFrom::Start(len)).map(drop)
    }

    /// The bytes from `from` to the end.
    pub fn tail(&mut self, from: u64) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The whole of it.
    pub fn reader(&mut self) -> io::Result<&mut File> {
        self.file.rewind()?;
        Ok(&mut self.file)
    }

    pub fn set_modified(&self, time: std::time::SystemTime) -> io::Result<()> {
        self.file.set_modified(time)
    }

    /// Waits until it is on the disk.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Leaves it for the next transfer, if that can find it.
    pub fn keep(mut self) -> bool {
        let kept = self.can_stay && self.path.is_some();
        if kept {
            self.path = None;
        }
        kept
    }

    /// Gives it its name. `AlreadyExists` if something has that and is not to be replaced; it can be tried again then.
    pub fn finish(&mut self, target: &Path, replace: bool) -> io::Result<()> {
        let Some(path) = &self.path else { return Err(io::ErrorKind::NotFound.into()) };
        if replace {
            fs::rename(path, target)?;
        } else {
            let part = tempfile::TempPath::try_from_path(path)?;
            if let Err(error) = part.persist_noclobber(target) {
                // Not to be removed with what tried to move it.
                let _ = error.path.keep();
                if error.error.kind() == io::ErrorKind::AlreadyExists || fs::symlink_metadata(target).is_ok() {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                // A file system that cannot do it in one step.
                fs::rename(path, target)?;
            }
        }
        self.path = None;
        Ok(())
    }
}

impl Write for Part {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nobody is left to hear of a failure.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(size: u64) -> Key<'static> {
        Key { camera: "1", path: b"A/X", name: Path::new("X"), size, mtime: 5 }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_kept_is_found_again_and_what_is_not_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mut part = Parts::default().open(folder.path(), &key(9)).unwrap();
        part.write_all(b"half").unwrap();
        assert!(part.keep());
        let mut part = Parts::default().open(folder.path(), &key(9)).unwrap();
        assert_eq!((part.len().unwrap(), part.tail(1).unwrap()), (4, b"alf".to_vec()));
        part.finish(&folder.path().join("X"), false).unwrap();
        assert_eq!(names(folder.path()), ["X"]);
        drop(Parts::default().open(folder.path(), &key(9)).unwrap());
        assert_eq!(names(folder.path()), ["X"]);
    }

    #[test]
    fn a_part_of_another_version_is_removed_and_one_of_another_file_is_not() {
        let folder = tempfile::tempdir().unwrap();
        Parts::default().open(folder.path(), &key(9)).unwrap().keep();
        Parts::default().open(folder.path(), &Key { path: b"A/Y", ..key(9) }).unwrap().keep();
        let part = Parts::default().open(folder.path(), &key(10)).unwrap();
        assert_eq!((part.len().unwrap(), names(folder.path()).len()), (0, 2));
    }

    #[test]
    fn two_that_fetch_the_same_file_do_not_write_into_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut one = Parts::default().open(folder.path(), &key(9)).unwrap();
        one.write_all(b"one").unwrap();
        let mut two = Parts::default().open(folder.path(), &key(9)).unwrap();
        two.write_all(b"two").unwrap();
        // Nor does a third that has a newer version take the first one's away.
        let three = Parts::default().open(folder.path(), &key(10)).unwrap();
        assert_eq!(names(folder.path()).len(), 3);
        let target = folder.path().join("X");
        one.finish(&target, false).unwrap();
        assert_eq!(two.finish(&target, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&target).unwrap(), b"one");
        two.finish(&target, true).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"two");
        assert!(!three.keep() || names(folder.path()).len() == 2);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_of_its_name_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("outside");
        fs::write(&outside, "precious").unwrap();
        std::os::unix::fs::symlink(&outside, folder.path().join(key(9).file_name())).unwrap();
        let mut part = Parts::default().open(folder.path(), &key(9)).unwrap();
        part.write_all(b"x").unwrap();
        assert_eq!(fs::read(&outside).unwrap(), b"precious");
    }
}
