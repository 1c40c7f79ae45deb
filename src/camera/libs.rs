//! Libraries for scripts on the camera: Lua that stands in front of a script, on its first line.
//!
//! Which of them go along is decided by need and by name. A library that provides a global goes with every script that
//! has the global's name in it; what is named in [`ExecOptions::libs`](super::ExecOptions) goes in any case; and what one
//! library depends on goes before it. `serialize_msgs`, by which tables arrive as tables, goes with every script unless
//! [`ExecOptions::serializer`](super::ExecOptions) says otherwise, whatever else is named.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock};

use super::strip::strip;
use crate::error::{Error, ErrorKind, Result};
use crate::suggest::did_you_mean;
use crate::table::quoted;

/// The library that turns the tables of messages into text of ours.
const SERIALIZER: &str = "serialize_msgs";

/// A library for scripts on the camera.
#[derive(Debug, Clone)]
pub struct Lib {
    name: String,
    depends: Vec<String>,
    provides: Vec<String>,
    /// As it stands in front of scripts.
    text: Vec<u8>,
}

impl Lib {
    /// A library by a name: what its code defines as globals is there when the script begins. Errors in it have its
    /// name and its own lines: `rlib motor:12: …`.
    pub fn new(name: impl Into<String>, code: impl AsRef<[u8]>) -> Self {
        let name = name.into();
        // A chunk with a name of its own, or its lines would be taken for the script's.
        let chunk = quoted(format!("=rlib {name}").as_bytes());
        let load = b"do local f,e=loadstring(".as_slice();
        let text = [load, &quoted(code.as_ref()), b",", &chunk, b")if not f then error(e,0)end f()end"].concat();
        Self { name, depends: Vec::new(), provides: Vec::new(), text }
    }

    /// Names other libraries that it needs.
    #[must_use]
    pub fn depending_on<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.depends.extend(names.into_iter().map(Into::into));
        self
    }

    /// Names globals: the library goes with every script in which one of them stands.
    #[must_use]
    pub fn providing<I: IntoIterator<Item: Into<String>>>(mut self, globals: I) -> Self {
        self.provides.extend(globals.into_iter().map(Into::into));
        self
    }

    /// One of ours. Its lines are the user's first one, so its errors have no position.
    fn built_in(name: &str, depends: &[&str], provides: &[&str], source: &str) -> Self {
        let text = strip(source);
        let text = format!("do {text} end");
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self { name: name.to_owned(), depends: owned(depends), provides: owned(provides), text: text.into_bytes() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The libraries that it needs.
    pub fn depends(&self) -> &[String] {
        &self.depends
    }

    /// The globals by which a script is known to need it.
    pub fn provides(&self) -> &[String] {
        &self.provides
    }

    /// The text that goes to the camera: one line, no comments.
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}

macro_rules! built_in {
    ($($name:literal: [$($depends:literal),*] [$($provides:literal),*] $file:literal;)*) => {
        [$(Lib::built_in($name, &[$($depends),*], &[$($provides),*], include_str!(concat!("../../lua/camera/", $file)))),*]
    };
}

/// Those that are always there. Names and functions are chdkptp's where it has the like.
static BUILT_IN: LazyLock<BTreeMap<String, Arc<Lib>>> = LazyLock::new(|| {
    let libs = built_in! {
        "serialize": [] ["serialize"] "serialize.lua";
        "serialize_msgs": ["serialize"] [] "serialize_msgs.lua";
        "unserialize": [] ["unserialize"] "unserialize.lua";
        "send_each": ["serialize"] ["send_each"] "lib/send_each.lua";
        "msg_batcher": ["serialize_msgs"] ["msg_batcher"] "lib/msg_batcher.lua";
        "extend_table": [] ["extend_table"] "lib/extend_table.lua";
        "extend_table_r": ["extend_table"] ["extend_table_r"] "lib/extend_table_r.lua";
        "mt_inherit": [] ["mt_inherit"] "lib/mt_inherit.lua";
        "joinpath": [] ["joinpath"] "lib/joinpath.lua";
        "basename": [] ["basename"] "lib/basename.lua";
        "dirname": [] ["dirname"] "lib/dirname.lua";
        "splitpath": [] ["splitpath"] "lib/splitpath.lua";
        "mkdir_m": ["dirname"] ["mkdir_m"] "lib/mkdir_m.lua";
        "ls_simple": ["msg_batcher"] ["ls_simple"] "lib/ls_simple.lua";
        "wait_timeout": [] ["rlib_wait_timeout"] "lib/wait_timeout.lua";
        "wait_file": [] ["rlib_wait_file"] "lib/wait_file.lua";
    };
    libs.into_iter().map(|lib| (lib.name.clone(), Arc::new(lib))).collect()
});

/// The libraries that can go with a script: those that are always there, and those that a program has registered.
/// Clones share what there is and part when one of them registers more.
#[derive(Debug, Clone, Default)]
pub struct Libs {
    own: Arc<BTreeMap<String, Arc<Lib>>>,
}

/// What goes in front of one script.
pub(super) struct Picked {
    libs: Vec<Arc<Lib>>,
}

impl Libs {
    /// The libraries that are always there.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a library, or replaces one that was registered under this name. The names of those that are always there are
    /// taken ([`ErrorKind::BadArgument`]). What it depends on may be registered later.
    pub fn register(&mut self, lib: Lib) -> Result<()> {
        if BUILT_IN.contains_key(&lib.name) {
            let text = format!("library '{}' for the camera is there already: give yours another name", lib.name);
            return Err(Error::new(ErrorKind::BadArgument, text));
        }
        if lib.name.is_empty() || lib.name.contains(char::is_control) {
            return Err(Error::new(
                ErrorKind::BadArgument,
                "a library for the camera needs a name, of printable letters",
            ));
        }
        Arc::make_mut(&mut self.own).insert(lib.name.clone(), Arc::new(lib));
        Ok(())
    }

    /// A library by its name.
    pub fn get(&self, name: &str) -> Option<&Lib> {
        self.own.get(name).or_else(|| BUILT_IN.get(name)).map(Arc::as_ref)
    }

    /// The names of all, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = BUILT_IN.keys().chain(self.own.keys()).map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The text of some libraries and of all that they depend on, each once and behind what it needs.
    /// [`ErrorKind::BadArgument`] for a name that is not there, and for libraries that depend on each other in a circle.
    pub fn text(&self, names: &[impl AsRef<str>]) -> Result<Vec<u8>> {
        let mut picking = Picking { libs: self, picked: Vec::new(), open: Vec::new() };
        for name in names {
            picking.add(name.as_ref(), None)?;
        }
        Ok(Picked { libs: picking.picked }.text())
    }

    /// The text that goes in front of a script: the serializer if it is wanted, what is named, and what the script mentions.
    pub(crate) fn prelude(&self, serializer: bool, names: &[String], script: &[u8]) -> Result<Vec<u8>> {
        Ok(self.pick(serializer, names, script)?.text())
    }

    /// What goes with a script: the serializer if it is wanted, what is named, and what the script mentions.
    pub(super) fn pick(&self, serializer: bool, names: &[String], script: &[u8]) -> Result<Picked> {
        let mut picking = Picking { libs: self, picked: Vec::new(), open: Vec::new() };
        if serializer {
            picking.add(SERIALIZER, None)?;
        }
        for name in names {
            picking.add(name, None)?;
        }
        let mentioned = mentioned(script);
        for lib in BUILT_IN.values().chain(self.own.values()) {
            if lib.provides.iter().any(|global| mentioned.contains(global.as_bytes())) {
                picking.add(&lib.name, None)?;
            }
        }
        Ok(Picked { libs: picking.picked })
    }

    fn find(&self, name: &str) -> Option<&Arc<Lib>> {
        self.own.get(name).or_else(|| BUILT_IN.get(name))
    }
}

impl Picked {
    /// Whether tables arrive as tables.
    pub fn has_serializer(&self) -> bool {
        self.libs.iter().any(|lib| lib.name == SERIALIZER)
    }

    /// What stands in front of the script, on one line.
    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for lib in &self.libs {
            text.extend_from_slice(&lib.text);
            text.push(b' ');
        }
        text
    }
}

struct Picking<'a> {
    libs: &'a Libs,
    picked: Vec<Arc<Lib>>,
    /// Libraries whose dependencies are being looked for.
    open: Vec<String>,
}

impl Picking<'_> {
    fn add(&mut self, name: &str, for_whom: Option<&str>) -> Result<()> {
        if self.picked.iter().any(|lib| lib.name == name) {
            return Ok(());
        }
        if self.open.iter().any(|open| open == name) {
            let circle = [&self.open[..], &[name.to_owned()]].concat().join(" -> ");
            let text = format!("libraries for the camera depend on each other in a circle: {circle}");
            return Err(Error::new(ErrorKind::BadArgument, text));
        }
        let Some(lib) = self.libs.find(name).cloned() else {
            let who = for_whom.map(|who| format!(", which '{who}' depends on")).unwrap_or_default();
            let hint = did_you_mean(name, self.libs.names());
            let hint = if hint.is_empty() { format!("; there are {}", self.libs.names().join(", ")) } else { hint };
            let text = format!("no library '{name}' for the camera{who}{hint}");
            return Err(Error::new(ErrorKind::BadArgument, text));
        };
        self.open.push(name.to_owned());
        for needed in &lib.depends {
            self.add(needed, Some(name))?;
        }
        self.open.pop();
        self.picked.push(lib);
        Ok(())
    }
}

/// The words of a script that may be names of globals. Those in strings and comments are among them: a library that is
/// not needed does no harm.
fn mentioned(script: &[u8]) -> HashSet<&[u8]> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut words = HashSet::new();
    let mut at = 0;
    while at < script.len() {
        let len = script[at..].iter().take_while(|byte| is_word(byte)).count();
        // `x.name` and `x:name` are fields; `x..name` is not
        let is_field = match script[..at] {
            [.., b'.', b'.'] => false,
            [.., b'.' | b':'] => true,
            _ => false,
        };
        if len > 0 && !is_field {
            words.insert(&script[at..at + len]);
        }
        at += len.max(1);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(libs: &Libs, serializer: bool, names: &[&str], script: &str) -> Vec<String> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let picked = libs.pick(serializer, &names, script.as_bytes()).unwrap();
        picked.libs.iter().map(|lib| lib.name.clone()).collect()
    }

    fn refused(libs: &Libs, name: &str) -> String {
        libs.text(&[name]).unwrap_err().message().to_owned()
    }

    #[test]
    fn a_library_goes_where_its_global_is_named() {
        let libs = Libs::new();
        let go = |script| picked(&libs, false, &[], script);
        assert_eq!(go("return unserialize(read_usb_msg(10))"), ["unserialize"]);
        assert_eq!(go("print(x..unserialize(y))"), ["unserialize"]);
        assert_eq!(go("my.unserialize(x) my:basename() not_basename() basename_2()"), Vec::<String>::new());
        assert_eq!(go("rlib_wait_file('A/X')"), ["wait_file"]);
    }

    #[test]
    fn naming_others_never_takes_the_serializer_away() {
        let libs = Libs::new();
        assert_eq!(picked(&libs, true, &["joinpath"], ""), ["serialize", "serialize_msgs", "joinpath"]);
        assert_eq!(picked(&libs, false, &["joinpath"], ""), ["joinpath"]);
        assert_eq!(picked(&libs, false, &["msg_batcher"], ""), ["serialize", "serialize_msgs", "msg_batcher"]);
    }

    #[test]
    fn what_is_needed_goes_before_and_once() {
        let mut libs = Libs::new();
        libs.register(Lib::new("a", "").depending_on(["b", "c"])).unwrap();
        libs.register(Lib::new("b", "").depending_on(["c"])).unwrap();
        libs.register(Lib::new("c", "").providing(["see"])).unwrap();
        assert_eq!(picked(&libs, false, &["a", "c"], "see()"), ["c", "b", "a"]);
        assert_eq!(picked(&libs, false, &[], "see()"), ["c"]);
    }

    #[test]
    fn what_cannot_be_found_is_named() {
        let mut libs = Libs::new();
        assert_eq!(refused(&libs, "joinpth"), "no library 'joinpth' for the camera; did you mean 'joinpath'?");
        assert!(refused(&libs, "focus").starts_with("no library 'focus' for the camera; there are basename, "));
        libs.register(Lib::new("a", "").depending_on(["b"])).unwrap();
        assert!(refused(&libs, "a").starts_with("no library 'b' for the camera, which 'a' depends on; "));
        libs.register(Lib::new("b", "").depending_on(["a"])).unwrap();
        assert_eq!(refused(&libs, "a"), "libraries for the camera depend on each other in a circle: a -> b -> a");
    }

    #[test]
    fn names_that_are_taken_or_none_are_refused() {
        let mut libs = Libs::new();
        let mut refused =
            |name: &str, code: &str| libs.register(Lib::new(name, code)).unwrap_err().message().to_owned();
        assert!(refused("serialize", "").contains("is there already"));
        assert!(refused("", "").contains("needs a name"));
        assert!(refused("a\nb", "").contains("needs a name"));
    }

    #[test]
    fn every_library_stands_on_one_line() {
        for lib in BUILT_IN.values() {
            let text = std::str::from_utf8(&lib.text).unwrap();
            assert!(!text.contains('\n') && text.starts_with("do ") && text.ends_with(" end"), "{text}");
        }
    }
}
