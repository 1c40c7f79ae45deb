//! The memory card: a folder of the host that the camera sees as `A/`.
//!
//! Scripts and PTP clients name files; nothing they write may reach outside of the folder. Names are taken apart here,
//! found in the folder one by one, and what a link points to must lie within as well.
//!
//! The card is as big as its camera's profile says, whatever the host's disk is like. What lies in its folder takes whole
//! clusters of it, as on FAT. Decided: a slash too many counts for nothing (`A//DCIM` is what gphoto2 asks for), except at
//! the end, where only the root's may stand (CHDK lib/lua/loslib.c:270).

mod short;
mod space;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::sim::lualib::Unpacked;
use crate::sim::scratch::Folder;
pub use space::CLUSTER;
use space::Space;

/// A memory card. No path of the camera's leaves its folder.
#[derive(Debug)]
pub struct Card {
    root: PathBuf,
    space: Space,
    /// Goes away with the card; and which of CHDK's modules have been put there.
    temporary: Option<(Folder, Unpacked)>,
}

impl Card {
    /// A card in a folder of its own that goes away with it, with the folders that every camera's card has, and CHDK's Lua
    /// modules, which are written when somebody looks.
    pub fn temporary() -> io::Result<Self> {
        let folder = Folder::new("card-")?;
        let root = folder.path().canonicalize()?;
        fs::create_dir_all(root.join("CHDK/SCRIPTS"))?;
        fs::create_dir(root.join("CHDK/LUALIB"))?;
        fs::create_dir_all(root.join("DCIM"))?;
        Ok(Self { root, space: Space::default(), temporary: Some((folder, Unpacked::default())) })
    }

    /// A card in a folder of the user's; it must exist.
    pub fn at(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        if !root.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { root, space: Space::default(), temporary: None })
    }

    /// Whether it is a folder of the user's.
    pub(crate) fn is_users(&self) -> bool {
        self.temporary.is_none()
    }

    /// The folder on the host.
    pub fn root(&self) -> &Path {
        self.look_at(&["CHDK", "LUALIB"]);
        &self.root
    }

    /// The host's path of a file or folder that exists, found as FAT finds it: without regard to case. DryOS's `fopen`
    /// takes an upper-case `A/` only (`core/wrappers.c`).
    pub fn existing(&self, camera_path: &[u8]) -> Option<PathBuf> {
        self.find(&names(camera_path.strip_prefix(b"A/")?)?)
    }

    /// As [`Card::existing`], for `stat`, which takes `a/` as well.
    pub fn existing_for_stat(&self, camera_path: &[u8]) -> Option<PathBuf> {
        let rest = camera_path.strip_prefix(b"A/").or_else(|| camera_path.strip_prefix(b"a/"))?;
        self.find(&names(rest)?)
    }

    /// Where a file or folder of this name is, or would be created; its folder must exist.
    pub fn target(&self, camera_path: &[u8]) -> Option<PathBuf> {
        let names = names(camera_path.strip_prefix(b"A/")?)?;
        let Some((name, folder)) = names.split_last() else { return Some(self.root.clone()) };
        let folder = self.find(folder).filter(|folder| folder.is_dir())?;
        match entry(&folder, name) {
            Some(path) => self.within(path),
            None => Some(folder.join(name)),
        }
    }

    /// As [`Card::target`], for what is about to be written; `None` if the card or the file takes no writes.
    pub fn writable(&self, camera_path: &[u8]) -> Option<PathBuf> {
        let path = self.unlocked(camera_path)?;
        self.measure();
        Some(path)
    }

    fn unlocked(&self, camera_path: &[u8]) -> Option<PathBuf> {
        let path = self.target(camera_path)?;
        let locked = path.metadata().is_ok_and(|found| found.permissions().readonly());
        (!self.is_read_only() && !locked).then_some(path)
    }

    /// Creates a file, or empties the one that is there.
    pub fn create(&self, camera_path: &[u8]) -> Option<(PathBuf, File)> {
        let path = self.unlocked(camera_path).filter(|path| !path.is_dir())?;
        let file = File::create(&path).ok()?;
        // What was in it is free now. On a big card looking takes a while, so once has to do.
        self.measure();
        Some((path, file))
    }

    /// What may be moved and removed: what exists, but for the root.
    pub fn removable(&self, camera_path: &[u8]) -> Option<PathBuf> {
        let path = self.existing(camera_path).filter(|path| path != &self.root)?;
        let locked = path.is_file() && path.metadata().is_ok_and(|found| found.permissions().readonly());
        (!self.is_read_only() && !locked).then_some(path)
    }

    /// Names in a folder of the card's, as a camera lists them: what is neither a file nor a folder of the card's, or
    /// has a name that FAT would not take, is not there. In the order of their names, so that it is the same every time.
    pub fn entries(&self, folder: &Path) -> io::Result<Vec<String>> {
        // What is no link leads nowhere else, and need not be looked at.
        let plain = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file() || kind.is_dir());
        let mut names: Vec<_> = fs::read_dir(folder)?
            .flatten()
            .filter(|entry| plain(entry) || self.within(entry.path()).is_some())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| possible(name))
            .collect();
        names.sort();
        Ok(names)
    }

    fn look_at(&self, names: &[&str]) {
        if let Some((_, modules)) = &self.temporary {
            modules.unpack(&self.root, names);
        }
    }

    fn find(&self, names: &[&str]) -> Option<PathBuf> {
        self.look_at(names);
        names.iter().try_fold(self.root.clone(), |folder, name| self.within(entry(&folder, name)?))
    }

    /// The path, if it is a file or folder of the card's. Not so a link that leads out or nowhere (a write would create
    /// what it points to) or back to a folder on the way to it (a walk would never end), nor a pipe or device.
    pub(crate) fn within(&self, path: PathBuf) -> Option<PathBuf> {
        let real = path.canonicalize().ok()?;
        let kind = real.metadata().ok()?.file_type();
        let possible =
            real.starts_with(&self.root) && (kind.is_file() || kind.is_dir() && !self.leads_back(&path, &real));
        possible.then_some(path)
    }

    fn leads_back(&self, path: &Path, real: &Path) -> bool {
        let mut way = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root));
        path.is_symlink() && way.any(|folder| folder.canonicalize().is_ok_and(|folder| folder == real))
    }
}

/// The names of a path below `A/`; `None` if one of them could not stand on a FAT card.
fn names(path: &[u8]) -> Option<Vec<&str>> {
    let path = std::str::from_utf8(path).ok()?;
    let path = path.trim_start_matches('/');
    if path.is_empty() {
        return Some(Vec::new());
    }
    if path.ends_with('/') {
        return None;
    }
    path.split('/').filter(|name| !name.is_empty()).map(|name| possible(name).then_some(name)).collect()
}

/// Whether a file on FAT may have this name.
pub(crate) fn possible(name: &str) -> bool {
    let forbidden = |c: char| c.is_control() || r#"\/:*?"<>|"#.contains(c);
    // Neither `.` nor `..`, and nothing that Windows would cut down to another name.
    !name.is_empty() && !name.ends_with(['.', ' ']) && !name.contains(forbidden) && name.encode_utf16().count() <= 255
}

/// A time as FAT keeps it: it counts the seconds in twos, so that odd ones are lost.
pub(crate) fn fat_time(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs() / 2 * 2)
}

/// The entry of a folder by this name, preferably in this spelling. It may be a link to anywhere.
fn entry(folder: &Path, name: &str) -> Option<PathBuf> {
    // So a crowded folder is not gone through for a name that is spelt as it stands there.
    let exact = folder.join(name);
    if exact.symlink_metadata().is_ok() {
        return Some(exact);
    }
    let mut same: Vec<_> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|other| other.to_str().is_some_and(|other| other.to_uppercase() == name.to_uppercase()))
        .collect();
    same.sort_by_key(|other| (other.to_str() != Some(name), other.clone()));
    same.first().map(|name| folder.join(name)).or_else(|| by_short_name(folder, name))
}

fn by_short_name(folder: &Path, name: &str) -> Option<PathBuf> {
    if !name.contains('~') {
        return None;
    }
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut names: Vec<_> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| possible(name));
    names.sort();
    short::find(name, &names).map(|name| folder.join(name))
}

#[cfg(test)]
mod tests;
