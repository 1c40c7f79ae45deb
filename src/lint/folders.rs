//! Modules in folders of this computer, found as the camera finds them on its card.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::options::Modules;
use super::source::Source;

/// Larger files are no scripts. A camera has less memory for them than this.
const LARGEST: u64 = 4 << 20;

/// What a folder holds: names without upper case, and as they are written.
type Names = Arc<HashMap<String, Vec<OsString>>>;

/// Folders in which `require` looks.
///
/// A camera looks in `A/CHDK/SCRIPTS` and then in `A/CHDK/LUALIB`, and does not tell upper case from lower case. A script
/// that is no copy of a card, but lies among others, finds those beside it instead: by their names, and by the paths that
/// they would have on a card.
#[derive(Debug, Default)]
pub struct Folders {
    search: Vec<PathBuf>,
    cards: Vec<PathBuf>,
    seen: Mutex<HashMap<PathBuf, Names>>,
}

impl Folders {
    /// The folders of a script: its own, those of the card that it lies on, and `roots`, each of which is a card, a `CHDK`
    /// folder, or one with modules in it.
    pub fn new(script: Option<&Path>, roots: &[PathBuf]) -> Self {
        let mut folders = Self::default();
        if let Some(own) = script.map(folder_of) {
            if let Some(card) = card_of(&own) {
                folders.add_root(&card);
            }
            folders.push(own);
        }
        for root in roots {
            folders.add_root(root);
        }
        folders
    }

    fn add_root(&mut self, root: &Path) {
        let chdk = self.find(root, "CHDK").filter(|path| path.is_dir());
        if chdk.is_some() && !self.cards.iter().any(|card| card == root) {
            self.cards.push(root.to_owned());
        }
        let chdk = chdk.unwrap_or_else(|| root.to_owned());
        let parts = ["SCRIPTS", "LUALIB"].map(|name| self.find(&chdk, name).filter(|path| path.is_dir()));
        if parts.iter().all(Option::is_none) {
            self.push(root.to_owned());
        }
        parts.into_iter().flatten().for_each(|part| self.push(part));
    }

    fn push(&mut self, folder: PathBuf) {
        if !self.search.contains(&folder) {
            self.search.push(folder);
        }
    }

    /// A path below a folder, whatever the case of its letters; as it is spelt, if there are several.
    fn find(&self, folder: &Path, path: &str) -> Option<PathBuf> {
        let mut found = folder.to_owned();
        for step in Path::new(path).components() {
            // Nothing outside is looked at.
            let Component::Normal(name) = step else { return None };
            let name = name.to_str()?;
            let names = self.names(&found);
            let spelt = names.get(&name.to_ascii_lowercase())?;
            found.push(spelt.iter().find(|one| *one == name).or(spelt.first())?);
        }
        Some(found)
    }

    /// A file of a card that lies beside the script: its `CHDK` folder, or that in a folder `A`.
    fn below(&self, inside: &str) -> Option<Source> {
        let whole = format!("A/{inside}");
        self.search.iter().find_map(|folder| {
            let find = |path| read(&self.find(folder, path)?);
            find(inside).or_else(|| find(&whole))
        })
    }

    fn names(&self, folder: &Path) -> Names {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = seen.get(folder) {
            return names.clone();
        }
        let mut names: HashMap<String, Vec<OsString>> = HashMap::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let key = name.to_string_lossy().to_ascii_lowercase();
            names.entry(key).or_default().push(name);
        }
        names.values_mut().for_each(|spelt| spelt.sort());
        let names = Arc::new(names);
        seen.insert(folder.to_owned(), names.clone());
        names
    }
}

impl Modules for Folders {
    fn module(&self, name: &str) -> Option<Source> {
        let path = format!("{}.lua", name.replace('.', "/"));
        let found = self.search.iter().find_map(|folder| read(&self.find(folder, &path)?));
        found.or_else(|| LOOKED_IN.iter().find_map(|folder| self.below(&format!("{folder}{path}"))))
    }

    fn file(&self, path: &str) -> Option<Source> {
        let inside = path.strip_prefix("A/").or_else(|| path.strip_prefix("a/"))?;
        let on_card = self.cards.iter().find_map(|card| read(&self.find(card, inside)?));
        on_card.or_else(|| self.below(inside)).or_else(|| {
            let beside = beside(inside)?;
            self.search.iter().find_map(|folder| read(&self.find(folder, beside)?))
        })
    }
}

/// Where the camera looks for modules.
const LOOKED_IN: [&str; 2] = ["CHDK/SCRIPTS/", "CHDK/LUALIB/"];

/// What a path on the card is to the folders that stand for those in which the camera looks for modules.
fn beside(inside: &str) -> Option<&str> {
    LOOKED_IN.into_iter().find_map(|folder| {
        let (start, rest) = inside.split_at_checked(folder.len())?;
        start.eq_ignore_ascii_case(folder).then_some(rest)
    })
}

fn read(path: &Path) -> Option<Source> {
    // To open a named pipe is to wait for somebody who writes.
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file).and_then(|_| fs::File::open(path).ok())?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    // As a person would call it.
    let name = path.strip_prefix(".").unwrap_or(path).display().to_string();
    (bytes.len() as u64 <= LARGEST).then(|| Source::new(name, bytes))
}

fn folder_of(script: &Path) -> PathBuf {
    match script.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The card on which a folder lies, if it is in one called CHDK.
fn card_of(folder: &Path) -> Option<PathBuf> {
    let whole = fs::canonicalize(folder).ok()?;
    let depth =
        whole.ancestors().position(|part| part.file_name().is_some_and(|name| name.eq_ignore_ascii_case("CHDK")))?;
    // In the words of the user, where they reach that far.
    let steps = depth + 1;
    let own = folder
        .ancestors()
        .nth(steps)
        .filter(|own| fs::canonicalize(own).ok().as_deref() == whole.ancestors().nth(steps));
    own.or(whole.ancestors().nth(steps)).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> tempfile::TempDir {
        let card = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let path = card.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "return 1").unwrap();
        };
        put("CHDK/SCRIPTS/mine.lua");
        put("CHDK/SCRIPTS/both.lua");
        put("CHDK/SCRIPTS/sub/deep.lua");
        put("CHDK/LUALIB/both.lua");
        put("CHDK/LUALIB/GEN/Modelist.LUA");
        put("outside.lua");
        card
    }

    fn name(found: Option<Source>, card: &Path) -> Option<String> {
        let found = found?.name().to_owned();
        Some(Path::new(&found).strip_prefix(card).unwrap().display().to_string())
    }

    #[test]
    fn modules_are_found_as_on_the_camera() {
        let card = card();
        let found = |folders: &Folders, module| name(folders.module(module), card.path());
        let by_root = Folders::new(None, &[card.path().to_owned()]);
        let by_place = Folders::new(Some(&card.path().join("CHDK/SCRIPTS/sub/deep.lua")), &[]);
        for folders in [&by_root, &by_place] {
            assert_eq!(found(folders, "both").as_deref(), Some("CHDK/SCRIPTS/both.lua"));
            assert_eq!(found(folders, "BOTH").as_deref(), Some("CHDK/SCRIPTS/both.lua"));
            assert_eq!(found(folders, "gen/modelist").as_deref(), Some("CHDK/LUALIB/GEN/Modelist.LUA"));
            assert_eq!(found(folders, "gen.modelist").as_deref(), Some("CHDK/LUALIB/GEN/Modelist.LUA"));
            assert_eq!(name(folders.file("A/OUTSIDE.lua"), card.path()).as_deref(), Some("outside.lua"));
        }
    }

    #[test]
    fn nothing_outside_is_read() {
        let card = card();
        let folders = Folders::new(None, &[card.path().join("CHDK/SCRIPTS")]);
        for module in ["../../outside", "/etc/passwd", "", "sub", "mine.lua", "\0", "both/"] {
            assert!(folders.module(module).is_none(), "{module:?}");
        }
        for file in ["A/../outside.lua", "B/outside.lua", "A/", "outside.lua"] {
            assert!(folders.file(file).is_none(), "{file}");
        }
    }

    #[test]
    fn a_script_among_others_finds_those_beside_it() {
        let card = card();
        let folders = Folders::new(Some(&card.path().join("x.lua")), &[card.path().join("CHDK")]);
        assert_eq!(name(folders.module("outside"), card.path()).as_deref(), Some("outside.lua"));
        assert_eq!(name(folders.module("mine"), card.path()).as_deref(), Some("CHDK/SCRIPTS/mine.lua"));
        // What a card would have in its folder of scripts lies beside it, too.
        let file = |path| name(folders.file(path), card.path());
        assert_eq!(file("A/CHDK/scripts/OUTSIDE.lua").as_deref(), Some("outside.lua"));
        assert_eq!(file("A/CHDK/SCRIPTS/mine.lua").as_deref(), Some("CHDK/SCRIPTS/mine.lua"));
        assert_eq!(file("A/CHDK/DATA/outside.lua"), None);
        // A card may lie there as a whole.
        let folders = Folders::new(Some(&card.path().join("x.lua")), &[]);
        assert_eq!(name(folders.module("mine"), card.path()).as_deref(), Some("CHDK/SCRIPTS/mine.lua"));
        let file = |path| name(folders.file(path), card.path());
        assert_eq!(file("A/CHDK/SCRIPTS/sub/deep.lua").as_deref(), Some("CHDK/SCRIPTS/sub/deep.lua"));
        assert_eq!(file("A/CHDK/SCRIPTS/../outside.lua"), None);
    }
}
