//! The memory card: a folder of the host that the camera sees as `A/`.

use std::io;
use std::path::{Path, PathBuf};

/// A memory card. No path of the camera's leaves its folder.
pub struct Card {
    root: PathBuf,
}

impl Card {
    /// A card in a folder of its own that goes away with it.
    pub fn temporary() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// A card in a folder of the user's; it must exist.
    pub fn at(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.to_owned() })
    }

    /// The folder on the host.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The host's path of a file or folder that exists, found as FAT finds it: without regard to case.
    pub fn existing(&self, _camera_path: &[u8]) -> Option<PathBuf> {
        None
    }

    /// Where a file or folder of this name is, or would be created; its folder must exist.
    pub fn target(&self, _camera_path: &[u8]) -> Option<PathBuf> {
        None
    }
}
