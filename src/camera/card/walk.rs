//! Walks through the card.
//!
//! The camera does the walking (`lua/camera/walk.lua`) and streams what it finds; the names on the way to it are put together
//! here. What a camera says is not believed: a name that no file can have is given, and not entered; a tree that is too
//! deep, or has no end, is given up.

use std::ops::{Range, RangeInclusive};

use super::glob::{Glob, Level, Pattern, Places};
use super::path::{CardPath, folder_number};
use super::select::{Filter, Select, last_shots};
use crate::camera::{Camera, ExecOptions, Item, Script, Stat, Stream, WaitOptions, listing, runtime};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, Value, quoted};

/// How many levels of folders are entered. Paths of FAT are shorter than that many names would be.
const DEEPEST: u32 = 64;

/// How many files and folders one walk may meet: more than cards hold, but an end.
const MOST: u64 = 2_000_000;

/// How many folders that are too deep are told of.
const TOLD: usize = 100;

/// How many bytes of patterns go to the camera in one script.
const BATCH: usize = 16 * 1024;

/// A file or folder on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it is, with the name as the camera spells it. It may be one that cannot be asked for: see
    /// [`CardPath::is_usable`].
    pub path: CardPath,
    /// What is known of it; `None` if the camera would not say, as when it has gone meanwhile.
    pub stat: Option<Stat>,
    /// Which of [`Select::roots`] it belongs to.
    pub root: usize,
    /// How many levels below what the root names; 0 for what it names.
    pub depth: u32,
}

impl Entry {
    /// Whether it is a folder.
    pub fn is_dir(&self) -> bool {
        self.stat.as_ref().is_some_and(|stat| stat.is_dir)
    }

    /// Bytes; 0 if the camera would not say.
    pub fn size(&self) -> u64 {
        self.stat.as_ref().map_or(0, |stat| stat.size)
    }
}

/// How a walk went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// Which of [`Select::roots`] name nothing: paths that are not there, and patterns that nothing fits. A pattern is not
    /// among them if a filter may be the reason.
    pub unmatched: Vec<usize>,
    /// Folders that are so deep that they were not entered.
    pub too_deep: Vec<CardPath>,
}

impl Camera {
    /// Goes through what is selected, in the order of the card: what is in a folder before what is in the folders in it.
    /// With [`Filter::last`] the folders come first, and then the files, oldest first. What overlapping roots name is given
    /// more than once.
    ///
    /// The camera's script engine does the work: [`ErrorKind::ScriptRunning`] if a script runs. Nothing else can be done on
    /// the camera's engine until the walk is over, so `found` does not get the camera. An error of `found` ends the walk and
    /// is returned. Folders and files may come and go meanwhile; they are given if they are met.
    pub fn walk(&mut self, select: &Select, found: &mut dyn FnMut(Entry) -> Result<()>) -> Result<Walked> {
        let mut walked = Walked::default();
        let (mut kept, mut met, mut first) = (Vec::new(), 0, 0);
        while first < select.roots.len() {
            let roots = first..first + batch(&select.roots[first..]);
            first = roots.end;
            let mut walk = Walk { select, roots, root: None, walked: &mut walked };
            match select.filter.last {
                None => walk.run(self, &mut met, found)?,
                Some(_) => walk.run(self, &mut met, &mut |entry| {
                    if entry.is_dir() {
                        return found(entry);
                    }
                    kept.push(entry);
                    Ok(())
                })?,
            }
        }
        if let Some(last) = select.filter.last {
            last_shots(kept, last).into_iter().try_for_each(found)?;
        }
        Ok(walked)
    }

    /// As [`walk`](Self::walk), with all of it in hand; [`ErrorKind::NotFound`] if one of the roots names nothing.
    pub fn find(&mut self, select: &Select) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let walked = self.walk(select, &mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        match walked.unmatched.first() {
            Some(root) => Err(self.nothing_there(&select.roots[*root])),
            None => Ok(entries),
        }
    }

    /// What a pattern that names nothing is told with.
    pub fn nothing_there(&self, pattern: &Pattern) -> Error {
        let text = match pattern.path() {
            Some(path) => format!("no file or folder {path} on the card"),
            None => format!("nothing on the card fits {pattern}"),
        };
        self.named(Error::new(ErrorKind::NotFound, text))
    }
}

/// How many of the roots go into one script: one at the least.
fn batch(roots: &[Pattern]) -> usize {
    let mut size = 0;
    let fits = |root: &&Pattern| {
        size += root.base.as_bytes().len() + 64 * (root.levels.len() + 1);
        size <= BATCH
    };
    roots.iter().take_while(fits).count().max(1)
}

/// Puts together what the camera tells of some of the roots.
struct Walk<'a> {
    select: &'a Select,
    /// Which of the roots.
    roots: Range<usize>,
    root: Option<Root<'a>>,
    walked: &'a mut Walked,
}

/// A root that is gone through.
struct Root<'a> {
    index: usize,
    pattern: &'a Pattern,
    matched: bool,
    /// The base and the folders on the way to the one that is read; nothing in place of one that is not gone through.
    folders: Vec<Option<Folder>>,
}

struct Folder {
    path: CardPath,
    places: Places,
    /// How many levels it is below what the pattern means, if it is.
    depth: Option<u32>,
}

impl<'a> Walk<'a> {
    fn run(&mut self, camera: &mut Camera, met: &mut u64, found: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
        let mut stream = self.start(camera)?;
        while let Some(item) = stream.next(camera)? {
            *met += 1;
            let entry = self.read(&item, camera);
            let told = match entry {
                _ if *met > MOST => {
                    let text = format!("more than {MOST} files and folders: the card's file system may be damaged");
                    Err(camera.named(Error::new(ErrorKind::Protocol, text)))
                }
                _ if camera.options.interrupt.is_raised() => Err(camera.interrupted("going through the card")),
                Ok(Some(entry)) => found(entry),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                return Err(camera.end_own(stream.script_id(), error));
            }
        }
        self.end_root();
        Ok(())
    }

    fn start(&self, camera: &mut Camera) -> Result<Stream> {
        let options = ExecOptions { flush_cam_msgs: false, flush_host_msgs: false, ..ExecOptions::default() };
        let roots = &self.select.roots[self.roots.clone()];
        let tables: Vec<_> = roots.iter().map(|root| root_table(root, self.limit(root))).collect();
        let roots = [b"{".as_slice(), &tables.join(&b','), b"}"].concat();
        let script = Script::new("walk", runtime::walk(&roots, &filter_table(&self.select.filter)));
        let text = runtime::assemble(&script.source, &options.picked(&script)?, true);
        let stream = camera.stream(&script, text, &options, &WaitOptions::default());
        stream.map_err(|error| camera.engine_is_taken(error))
    }

    /// The level whose folders are not entered any more.
    fn limit(&self, root: &Pattern) -> u32 {
        if root.is_deep() {
            return DEEPEST;
        }
        let below = if self.select.recursive { self.select.max_depth.unwrap_or(DEEPEST) } else { 0 };
        u32::try_from(root.levels.len()).unwrap_or(DEEPEST).saturating_add(below).min(DEEPEST)
    }

    fn read(&mut self, item: &Item, camera: &Camera) -> Result<Option<Entry>> {
        let documents = item.values().map_err(|error| camera.strange_listing().caused_by(error))?;
        let values: Vec<_> = documents.iter().map(Document::root).collect();
        self.take(&values).ok_or_else(|| camera.strange_listing())
    }

    /// What the camera tells, and the entry that it makes, if it is meant. Nothing at all if it makes no sense.
    fn take(&mut self, values: &[Value<'_>]) -> Option<Option<Entry>> {
        match *values {
            [Value::Integer(number), Value::Boolean(there), ref rest @ ..] => {
                let index = self.roots.start + usize::try_from(number).ok()?.checked_sub(1)?;
                let stat = listing::known(rest)?;
                self.end_root();
                self.roots.contains(&index).then(|| self.begin_root(index, there, stat))
            }
            [Value::Integer(level), Value::String(name)] => {
                let root = self.root.as_mut()?;
                root.enter(usize::try_from(level).ok()?, name, &self.select.filter)?;
                Some(None)
            }
            [Value::String(name), ref rest @ ..] => {
                let stat = listing::known(rest)?;
                let entry = self.root.as_mut()?.meet(name, stat, self.select)?;
                let Some(entry) = entry else { return Some(None) };
                let at_the_end = entry.is_dir() && self.root.as_ref()?.folders.len() >= DEEPEST as usize;
                if at_the_end && self.walked.too_deep.len() < TOLD {
                    self.walked.too_deep.push(entry.path.clone());
                }
                Some(Some(entry))
            }
            _ => None,
        }
    }

    fn begin_root(&mut self, index: usize, there: bool, stat: Option<Stat>) -> Option<Entry> {
        let pattern = &self.select.roots[index];
        let places = pattern.start();
        let depth = pattern.is_met(&places).then_some(0);
        let matched = there && depth.is_some();
        let mut root = Root { index, pattern, matched, folders: Vec::new() };
        let path = pattern.base.clone();
        if there {
            root.folders.push(Some(Folder { path: path.clone(), places, depth }));
        }
        self.root = Some(root);
        // The root of a card is a folder, even if a camera has nothing to tell of it.
        let card = Stat { size: 0, mtime: 0, attrib: 0x10, is_dir: true };
        let stat = stat.or_else(|| path.is_root().then_some(card));
        let entry = Entry { path, stat, root: index, depth: depth.filter(|_| there)? };
        self.select.filter.keeps(&entry).then_some(entry)
    }

    fn end_root(&mut self) {
        let Some(root) = self.root.take() else { return };
        let filtered = self.select.filter.is_selective() && root.pattern.path().is_none() && !root.folders.is_empty();
        if !(root.matched || filtered) {
            self.walked.unmatched.push(root.index);
        }
    }
}

impl Root<'_> {
    /// A folder begins, in the one that began last on the level above.
    fn enter(&mut self, level: usize, name: &[u8], filter: &Filter) -> Option<()> {
        if level == 0 || level > self.folders.len() || level > DEEPEST as usize {
            return None;
        }
        self.folders.truncate(level);
        let parent = self.folders.last()?.as_ref();
        let folder = parent.and_then(|parent| {
            let path = parent.path.with(name);
            let entered = path.is_usable() && !filter.excludes(name) && filter.enters(folder_number(name));
            let places = self.pattern.step(&parent.places, name);
            let depth = self.depth(parent, &places);
            entered.then_some(Folder { path, places, depth })
        });
        self.folders.push(folder);
        Some(())
    }

    /// Something in the folder that began last; nothing if it is not meant.
    fn meet(&mut self, name: &[u8], stat: Option<Stat>, select: &Select) -> Option<Option<Entry>> {
        let Some(folder) = self.folders.last()? else { return Some(None) };
        let places = self.pattern.step(&folder.places, name);
        let depth = self.depth(folder, &places);
        let Some(depth) = depth.filter(|depth| *depth == 0 || select.goes_to(*depth)) else { return Some(None) };
        self.matched = true;
        let entry = Entry { path: folder.path.with(name), stat, root: self.index, depth };
        Some(select.filter.keeps(&entry).then_some(entry))
    }

    fn depth(&self, parent: &Folder, places: &Places) -> Option<u32> {
        if self.pattern.is_met(places) { Some(0) } else { parent.depth.map(|depth| depth + 1) }
    }
}

/// A root, for the camera.
fn root_table(root: &Pattern, limit: u32) -> Vec<u8> {
    let mut text = [b"{path=".as_slice(), &quoted(root.base.as_bytes())].concat();
    text.extend(format!(",limit={limit},names={{").bytes());
    for level in &root.levels {
        let Level::Name(glob) = level else { break };
        text.extend(quoted(glob.on_camera().0.as_bytes()));
        text.push(b',');
    }
    text.extend(b"}}");
    text
}

/// What of a filter the camera can apply.
fn filter_table(filter: &Filter) -> Vec<u8> {
    let mut text = b"{".to_vec();
    let mut patterns = |name: &str, patterns: &[String]| {
        if patterns.is_empty() {
            return;
        }
        let list: Vec<_> = patterns.iter().map(|pattern| quoted(pattern.as_bytes())).collect();
        text.extend([name.as_bytes(), b"={", &list.join(&b','), b"},"].concat());
    };
    let include: Vec<_> = filter.include.iter().map(|glob| glob.on_camera().0).collect();
    patterns("include", &include);
    let exclude: Vec<_> =
        filter.exclude.iter().map(Glob::on_camera).filter(|(_, exact)| *exact).map(|(lua, _)| lua).collect();
    patterns("exclude", &exclude);
    let mut number = |name: &str, value: Option<u32>| {
        if let Some(value) = value {
            // The camera's numbers are signed.
            text.extend(format!("{name}={},", literal(value)).bytes());
        }
    };
    let second = |time: i64| u32::try_from(time.max(0)).unwrap_or(u32::MAX);
    let size = |size: u64| u32::try_from(size).unwrap_or(u32::MAX);
    number("newer", filter.newer.map(second));
    number("older", filter.older.filter(|time| *time >= 0).map(second));
    number("min", filter.min_size.map(size));
    number("max", filter.max_size.map(size));
    let mut range = |name: &str, range: &Option<RangeInclusive<u32>>| {
        if let Some(range) = range {
            let most = i32::MAX.unsigned_abs();
            let (start, end) = ((*range.start()).min(most), (*range.end()).min(most));
            text.extend(format!("{name}={{{start},{end}}},").bytes());
        }
    };
    range("shots", &filter.shots);
    range("folders", &filter.folders);
    text.push(b'}');
    text
}

/// A number of the camera's that stands for this one without a sign.
fn literal(value: u32) -> String {
    match value as i32 {
        // Its digits would be read before its sign.
        i32::MIN => "-2147483647-1".to_owned(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&[u8]; 10] = [
        b"DCIM",
        b"100CANON",
        b"IMG_0001.JPG",
        b"..",
        b"../../x",
        b"/etc",
        b"a\0b",
        b"",
        b"\xff\x1b[2J\n",
        b"a\\..\\b",
    ];

    /// What a camera may say: sense or not.
    #[derive(Debug, Clone)]
    enum Said {
        Root(i32, bool),
        Enter(i32, &'static [u8]),
        Name(&'static [u8]),
        Known(&'static [u8], i32, bool),
        Nonsense,
    }

    fn said() -> impl Strategy<Value = Said> {
        let name = || proptest::sample::select(NAMES.to_vec());
        let level = || prop_oneof![8 => 0..5_i32, 1 => any::<i32>()];
        prop_oneof![
            1 => (level(), any::<bool>()).prop_map(|(number, there)| Said::Root(number, there)),
            4 => (level(), name()).prop_map(|(level, name)| Said::Enter(level, name)),
            2 => name().prop_map(Said::Name),
            4 => (name(), any::<i32>(), any::<bool>()).prop_map(|(name, number, dir)| Said::Known(name, number, dir)),
            1 => Just(Said::Nonsense),
        ]
    }

    fn hear(walk: &mut Walk<'_>, said: &Said) -> Option<Option<Entry>> {
        match *said {
            Said::Root(number, there) => walk.take(&[Value::Integer(number), Value::Boolean(there)]),
            Said::Enter(level, name) => walk.take(&[Value::Integer(level), Value::String(name)]),
            Said::Name(name) => walk.take(&[Value::String(name)]),
            Said::Known(name, number, dir) => {
                let number = Value::Integer(number);
                walk.take(&[Value::String(name), number, number, number, Value::Boolean(dir)])
            }
            Said::Nonsense => walk.take(&[Value::Boolean(true), Value::Nil]),
        }
    }

    fn select() -> Select {
        let roots = ["A/", "A/DCIM/*", "A/**/*.JPG"].map(|root| root.parse().unwrap());
        let filter = Filter { exclude: vec!["100*".parse().unwrap()], ..Filter::default() };
        Select { recursive: true, filter, ..Select::of(roots) }
    }

    proptest! {
        #[test]
        fn whatever_a_camera_says_no_path_leads_anywhere_else(all in proptest::collection::vec(said(), 0..60)) {
            let select = select();
            let mut walked = Walked::default();
            let mut walk = Walk { select: &select, roots: 0..3, root: None, walked: &mut walked };
            for said in &all {
                let Some(Some(entry)) = hear(&mut walk, said) else { continue };
                let folder = entry.path.parent();
                prop_assert!(folder.is_none_or(|folder| folder.is_usable() && CardPath::parse(folder.as_bytes()).unwrap() == folder));
                prop_assert!(!entry.path.is_usable() || CardPath::parse(entry.path.as_bytes()).unwrap() == entry.path);
                prop_assert!(entry.path.as_bytes().starts_with(select.roots[entry.root].base.as_bytes()));
                prop_assert!(!entry.path.names().any(|name| name.starts_with(b"100")));
            }
            walk.end_root();
            prop_assert!(walked.unmatched.len() <= all.len());
        }
    }

    #[test]
    fn levels_that_cannot_be_make_no_sense() {
        let select = select();
        let mut walked = Walked::default();
        let mut walk = Walk { select: &select, roots: 0..3, root: None, walked: &mut walked };
        assert!(hear(&mut walk, &Said::Name(b"x")).is_none(), "before any root");
        assert!(hear(&mut walk, &Said::Root(4, true)).is_none(), "a root that is not there");
        assert!(hear(&mut walk, &Said::Root(1, true)).is_some());
        for level in [-1, 0, 2, i32::MAX, i32::MIN] {
            assert!(hear(&mut walk, &Said::Enter(level, b"DCIM")).is_none(), "{level}");
        }
        assert!(hear(&mut walk, &Said::Enter(1, b"DCIM")).is_some());
        assert!(hear(&mut walk, &Said::Enter(2, b"..")).is_some());
        assert_eq!(hear(&mut walk, &Said::Known(b"x", 1, false)), Some(None), "in a folder that is none");
        assert!(hear(&mut walk, &Said::Enter(1, b"CHDK")).is_some());
        let entry = hear(&mut walk, &Said::Known(b"x", -1, false)).unwrap().unwrap();
        assert_eq!((entry.path.as_bytes(), entry.size()), (b"A/CHDK/x".as_slice(), u64::from(u32::MAX)));
    }
}
