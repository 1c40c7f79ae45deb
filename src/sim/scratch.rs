//! Folders of the host's for as long as this process runs cameras: temporary cards, and Lua modules beside a user's card.
//!
//! They are all below one folder of the process's in the host's folder for temporary files, and go away with what needs
//! them. A process that is killed cannot clear up. So each holds a lock, which ends with it however it ends, and the first
//! camera of the next one removes the folders whose locks nobody holds.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, Once, Weak};

use tempfile::{Builder, TempDir};

use crate::clock::locked;

/// How the names of the processes' folders begin.
const PREFIX: &str = "moonshutter-sim-";
/// The file in each that its process holds a lock on.
const LOCK: &str = "moonshutter.lock";
/// How often a folder may be swept away before its process has locked it.
const TRIES: usize = 10;

/// A folder that goes away when it is dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: TempDir,
    /// After the folder, which is inside.
    _process: Arc<Process>,
}

impl Folder {
    /// A new one; its name begins with `prefix`.
    pub(crate) fn new(prefix: &str) -> io::Result<Self> {
        let process = Process::this()?;
        Ok(Self { folder: Builder::new().prefix(prefix).tempdir_in(process.folder.path())?, _process: process })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// What this process has.
#[derive(Debug)]
struct Process {
    /// Before the folder, so that it is closed when that goes.
    _lock: File,
    folder: TempDir,
}

impl Process {
    fn this() -> io::Result<Arc<Self>> {
        static THIS: Mutex<Weak<Process>> = Mutex::new(Weak::new());
        static SWEPT: Once = Once::new();
        let mut this = locked(&THIS);
        if let Some(process) = this.upgrade() {
            return Ok(process);
        }
        let parent = std::env::temp_dir();
        let process = Arc::new(Self::new(&parent)?);
        SWEPT.call_once(|| sweep(&parent, &process.folder));
        *this = Arc::downgrade(&process);
        Ok(process)
    }

    fn new(parent: &Path) -> io::Result<Self> {
        for _ in 0..TRIES {
            let folder = Builder::new().prefix(PREFIX).tempdir_in(parent)?;
            let path = folder.path().join(LOCK);
            let lock = File::create_new(&path)?;
            // Where files cannot be locked nobody sweeps either. Another process may have been quicker.
            let taken = matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock));
            if !taken && path.exists() {
                return Ok(Self { _lock: lock, folder });
            }
        }
        Err(io::Error::other("other processes clear up new folders for temporary files"))
    }
}

/// Removes what processes that are gone have left behind: folders that are this user's and whose locks are free.
fn sweep(parent: &Path, own: &TempDir) {
    let Ok(own) = own.path().symlink_metadata() else { return };
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if !entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            continue;
        }
        // Not that of what a link points to.
        let Ok(found) = entry.metadata() else { continue };
        if !found.is_dir() || !same_owner(&found, &own) {
            continue;
        }
        let lock = entry.path().join(LOCK);
        if !lock.symlink_metadata().is_ok_and(|lock| lock.is_file()) {
            continue;
        }
        // Held until all is gone, so that only one of us removes it.
        if let Some(_lock) = File::open(&lock).ok().filter(|lock| lock.try_lock().is_ok()) {
            // What cannot be removed stays for the next one.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(unix)]
fn same_owner(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.uid() == other.uid()
}

#[cfg(not(unix))]
fn same_owner(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_go_with_what_needs_them_and_the_process_is_last() {
        let (one, two) = (Folder::new("card-").unwrap(), Folder::new("card-").unwrap());
        let (first, process) = (one.path().to_owned(), one.path().parent().unwrap().to_owned());
        assert_eq!(two.path().parent(), Some(process.as_path()));
        fs::write(first.join("x"), "x").unwrap();
        drop(one);
        assert!(!first.exists() && two.path().is_dir());
    }

    #[test]
    fn what_nobody_holds_is_swept_away_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let at = |name: &str| parent.path().join(name);
        let own = Process::new(parent.path()).unwrap();
        let living = Process::new(parent.path()).unwrap();
        for name in ["moonshutter-sim-dead", "moonshutter-sim-strange", "others"] {
            fs::create_dir_all(at(name).join("card-x/DCIM")).unwrap();
            fs::write(at(name).join("card-x/DCIM/IMG_0001.JPG"), "x").unwrap();
        }
        fs::write(at("moonshutter-sim-dead").join(LOCK), "").unwrap();
        fs::write(at("others").join(LOCK), "").unwrap();
        fs::create_dir(at("moonshutter-sim-strange").join(LOCK)).unwrap();
        fs::write(at("moonshutter-sim-file"), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(at("others"), at("moonshutter-sim-link")).unwrap();

        sweep(parent.path(), &own.folder);
        assert!(!at("moonshutter-sim-dead").exists());
        for kept in ["moonshutter-sim-strange", "others"] {
            assert!(at(kept).join("card-x/DCIM/IMG_0001.JPG").exists(), "{kept}");
        }
        assert!(own.folder.path().is_dir() && living.folder.path().is_dir() && at("moonshutter-sim-file").exists());
        let left = living.folder.keep();
        sweep(parent.path(), &own.folder);
        assert!(left.exists(), "its lock is held");
        drop(living._lock);
        sweep(parent.path(), &own.folder);
        assert!(!left.exists());
    }
}
