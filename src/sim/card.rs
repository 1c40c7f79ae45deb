//! The memory card: a folder of the host that the camera sees as `A/`.
//!
//! Scripts and PTP clients name files; nothing they write may reach outside of the folder. Names are taken apart here,
//! found in the folder one by one, and what a link points to must lie within as well.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::sim::lualib::Unpacked;

/// A memory card. No path of the camera's leaves its folder.
#[derive(Debug)]
pub struct Card {
    root: PathBuf,
    /// Goes away with the card; and which of CHDK's modules have been put there.
    temporary: Option<(TempDir, Unpacked)>,
}

impl Card {
    /// A card in a folder of its own that goes away with it, with the folders that every camera's card has. CHDK's Lua
    /// modules are in `CHDK/LUALIB` for the camera; on the host, each from when it is first looked at.
    pub fn temporary() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("moonshutter-card-").tempdir()?;
        let root = folder.path().canonicalize()?;
        fs::create_dir_all(root.join("CHDK/SCRIPTS"))?;
        fs::create_dir(root.join("CHDK/LUALIB"))?;
        fs::create_dir_all(root.join("DCIM"))?;
        Ok(Self { root, temporary: Some((folder, Unpacked::default())) })
    }

    /// A card in a folder of the user's; it must exist.
    pub fn at(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        if !root.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { root, temporary: None })
    }

    /// Whether it is a folder of the user's.
    pub(crate) fn is_users(&self) -> bool {
        self.temporary.is_none()
    }

    /// The folder on the host.
    pub fn root(&self) -> &Path {
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

    fn find(&self, names: &[&str]) -> Option<PathBuf> {
        if let Some((_, modules)) = &self.temporary {
            modules.look_at(&self.root, names);
        }
        names.iter().try_fold(self.root.clone(), |folder, name| self.within(entry(&folder, name)?))
    }

    /// The path, if it is a file or folder of the card's. Not so a link that leads out or nowhere (a write would create
    /// what it points to), nor a pipe or device.
    fn within(&self, path: PathBuf) -> Option<PathBuf> {
        let real = path.canonicalize().ok()?;
        let kind = real.metadata().ok()?.file_type();
        (real.starts_with(&self.root) && (kind.is_file() || kind.is_dir())).then_some(path)
    }
}

/// The names of a path below `A/`; `None` if one of them could not stand on a FAT card.
fn names(path: &[u8]) -> Option<Vec<&str>> {
    if path.is_empty() {
        return Some(Vec::new());
    }
    let path = std::str::from_utf8(path).ok()?;
    path.split('/').map(|name| possible(name).then_some(name)).collect()
}

fn possible(name: &str) -> bool {
    let forbidden = |c: char| c.is_control() || r#"\/:*?"<>|"#.contains(c);
    // Neither `.` nor `..`, and nothing that Windows would cut down to another name.
    !name.is_empty() && !name.ends_with(['.', ' ']) && !name.contains(forbidden)
}

/// The entry of a folder by this name, preferably in this spelling. It may be a link to anywhere.
fn entry(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut same: Vec<_> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|other| other.to_str().is_some_and(|other| other.to_uppercase() == name.to_uppercase()))
        .collect();
    same.sort_by_key(|other| (other.to_str() != Some(name), other.clone()));
    same.first().map(|name| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_card_has_its_folders_and_goes_away() {
        let card = Card::temporary().unwrap();
        let root = card.root().to_owned();
        assert!(card.existing(b"A/CHDK/SCRIPTS").unwrap().is_dir());
        assert!(card.existing(b"A/DCIM").unwrap().is_dir());
        assert_eq!(card.existing(b"A/"), Some(root.clone()));
        drop(card);
        assert!(!root.exists());
    }

    #[test]
    fn names_are_found_without_regard_to_case_but_the_drive_is_not() {
        let card = Card::temporary().unwrap();
        fs::write(card.root().join("DCIM/Img.JPG"), "").unwrap();
        let img = Some(card.root().join("DCIM/Img.JPG"));
        assert_eq!(card.existing(b"A/dcim/IMG.jpg"), img);
        assert_eq!(card.target(b"A/dcim/IMG.jpg"), img, "what exists is not created a second time");
        assert_eq!(card.existing(b"a/DCIM/Img.JPG"), None);
        assert_eq!(card.existing_for_stat(b"a/DCIM/Img.JPG"), img);
        assert_eq!(card.existing(b"A/DCIM/NONE"), None);
        assert_eq!(card.target(b"A/dcim/New.txt"), Some(card.root().join("DCIM/New.txt")));
        assert_eq!(card.target(b"A/NONE/New.txt"), None);
        assert_eq!(card.target(b"A/DCIM/Img.JPG/New.txt"), None, "a file is no folder");
    }

    #[test]
    fn a_second_spelling_on_the_host_does_not_hide_the_first() {
        let card = Card::temporary().unwrap();
        fs::write(card.root().join("b.lua"), "").unwrap();
        fs::write(card.root().join("B.LUA"), "").unwrap();
        assert_eq!(card.existing(b"A/b.lua"), Some(card.root().join("b.lua")));
        assert_eq!(card.existing(b"A/B.LUA"), Some(card.root().join("B.LUA")));
    }

    #[test]
    fn hostile_names_find_nothing() {
        let card = Card::temporary().unwrap();
        for path in [
            "",
            "A",
            "a",
            "B/DCIM",
            "/etc/passwd",
            "DCIM",
            "A/..",
            "A/../x",
            "A/DCIM/..",
            "A/DCIM/../../x",
            "A/./DCIM",
            "A//etc/passwd",
            "A/DCIM/",
            "A/DCIM//x",
            "A\\DCIM",
            "A/..\\x",
            "A/DCIM\\..\\..\\x",
            "A/C:/x",
            "A/C:",
            "A/x\0y",
            "A/\0",
            "A/x\ny",
            "A/ ",
            "A/...",
            "A/DCIM.",
            "A/*",
        ] {
            assert_eq!(card.existing(path.as_bytes()), None, "{path:?}");
            assert_eq!(card.existing_for_stat(path.as_bytes()), None, "{path:?}");
            assert_eq!(card.target(path.as_bytes()), None, "{path:?}");
        }
        assert_eq!(card.target(b"A/\xff\xfe"), None, "not UTF-8");
        assert_eq!(card.existing(&[b"A/".as_slice(), &[b'x'; 100_000]].concat()), None);
    }

    #[cfg(unix)]
    #[test]
    fn links_count_only_within_the_card() {
        use std::os::unix::fs::symlink;
        let card = Card::temporary().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "").unwrap();
        symlink(outside.path(), card.root().join("OUT")).unwrap();
        symlink(outside.path().join("secret"), card.root().join("SECRET")).unwrap();
        symlink(outside.path().join("not yet"), card.root().join("DANGLING")).unwrap();
        symlink(card.root().join("DCIM"), card.root().join("IN")).unwrap();
        for path in ["A/OUT", "A/OUT/secret", "A/OUT/new", "A/SECRET", "A/secret", "A/DANGLING"] {
            assert_eq!(card.existing(path.as_bytes()), None, "{path}");
            assert_eq!(card.target(path.as_bytes()), None, "{path}");
        }
        assert_eq!(card.existing(b"A/IN"), Some(card.root().join("IN")));
        assert_eq!(card.target(b"A/IN/new"), Some(card.root().join("IN/new")));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_is_no_file() {
        let card = Card::temporary().unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(card.root().join("SOCK")).unwrap();
        assert_eq!(card.existing(b"A/SOCK"), None);
        assert_eq!(card.target(b"A/SOCK"), None);
    }
}
