//! Paths, on the camera's card and on this machine.

use std::path::Path;

use crate::repl::world::{FolderEntry, World};

use super::{beginning, is_harmless};

/// Entries of a folder that a path may go on with, and where in the path their names begin.
pub struct Entries {
    /// The length of the path's part that stays.
    pub stays: usize,
    /// What may stand behind it.
    pub entries: Vec<FolderEntry>,
    /// Folders are meant without a slash at their end, until one goes on: cameras know none but `A/` with one (CHDK
    /// lib/lua/loslib.c:270-463).
    pub plain_folders: bool,
}

/// What a path on the camera may go on with. `bare`: it may be written without its `A/`.
pub fn on_camera(path: &str, bare: bool, world: &dyn World) -> Entries {
    let stays = path.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = path.split_at(stays);
    let root = folder.get(..2).is_some_and(|root| root.eq_ignore_ascii_case("A/"));
    let full = match (root, bare) {
        (true, _) => folder.to_owned(),
        (false, true) => format!("A/{folder}"),
        // The card itself is all that there is.
        (false, false) if folder.is_empty() => {
            let card = FolderEntry { name: "A".into(), is_dir: true };
            return Entries { stays, entries: beginning(name, vec![card], |entry| &entry.name), plain_folders: false };
        }
        (false, false) => return Entries { stays, entries: Vec::new(), plain_folders: true },
    };
    let full = match full[1..].trim_end_matches('/') {
        "" => "A/".to_owned(),
        folder => format!("A{folder}"),
    };
    // Cards know no capitals, and so it does not matter how it was typed.
    let entries = world.camera_folder(&full).unwrap_or_default().into_iter().filter(|entry| {
        let start = entry.name.get(..name.len());
        is_harmless(&entry.name) && start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    });
    let entries = entries.filter(|entry| !matches!(entry.name.as_str(), "." | "..")).collect();
    Entries { stays, entries, plain_folders: true }
}

/// What a path on this machine may go on with.
pub fn local(path: &str, world: &dyn World) -> Entries {
    let stays = path.rfind(std::path::is_separator).map_or(0, |slash| slash + 1);
    let (folder, name) = path.split_at(stays);
    let entries = world.local_folder(Path::new(folder)).unwrap_or_default().into_iter();
    // Hidden files only for those who ask for them.
    let entries =
        entries.filter(|entry| is_harmless(&entry.name) && (name.starts_with('.') || !entry.name.starts_with('.')));
    Entries { stays, entries: beginning(name, entries.collect(), |entry| &entry.name), plain_folders: false }
}

/// An entry as it is shown: folders by their slash.
pub fn name(entry: &FolderEntry) -> String {
    format!("{}{}", entry.name, if entry.is_dir { "/" } else { "" })
}
