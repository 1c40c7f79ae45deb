//! What completion and hints may ask of the world around the text.

use std::path::Path;

use super::line::{Language, Line, Typed};

/// A step on the way to a value: `a.b[1]["c d"]` has four.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A name, or a string in brackets.
    Text(String),
    /// An integer in brackets.
    Number(i64),
}

/// What kind of value a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A function or method: it can be called.
    Function,
    /// It has members of its own: a table or userdata.
    Table,
    /// Anything else.
    Value,
}

/// A field, key or method of a live value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name. Keys that are no strings are left out; a name need not be one that Lua takes behind a dot.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

impl Member {
    /// A member.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name, without a slash at its end.
    pub name: String,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// What an argument of a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// A path on the camera: `A/DCIM`, which may be written without `A/`.
    CameraPath,
    /// A path on this machine.
    LocalPath,
    /// What `-c` takes.
    CameraSpec,
    /// A name of either Lua, as `help` takes it.
    Name,
    /// One of these words.
    Word(&'static [&'static str]),
    /// All of the rest, as if it stood alone at the prompt.
    Line,
    /// All of the rest, camera code.
    CameraCode,
    /// Anything else.
    Text,
}

/// An option of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// As it is typed, with its dashes: `--json`, `-r`.
    pub name: &'static str,
    /// What it takes behind `=` or as the next word, if it takes something.
    pub value: Option<Argument>,
    /// What it does, in a line.
    pub help: &'static str,
}

/// A command of the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Without its colon.
    pub name: &'static str,
    /// How its arguments are written, for people: `FILE [TO]`.
    pub usage: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    /// Its arguments in order; the last one may come again and again.
    pub arguments: &'static [Argument],
    /// Its options.
    pub flags: &'static [Flag],
}

/// The command that a name means: the one that is called so, or the only one whose name begins so.
pub fn command<'c>(commands: &'c [Command], name: &str) -> Option<&'c Command> {
    let mut begun = commands.iter().filter(|command| !name.is_empty() && command.name.starts_with(name));
    let exact = commands.iter().find(|command| command.name == name);
    exact.or_else(|| begun.next().filter(|_| begun.next().is_none()))
}

/// Where the text begins that commands in front of it are given as a line: `f()` in `:time f()`.
pub(super) fn innermost(text: &str, world: &dyn World) -> usize {
    let mut at = 0;
    loop {
        let typed = Typed::parse(&text[at..], world.language());
        match typed.line {
            Line::Command { name, rest } if !rest.is_empty() && takes_line(world.commands(), name) => at += typed.at,
            _ => return at,
        }
    }
}

/// Whether a command takes all of the rest as a line.
pub(super) fn takes_line(commands: &[Command], name: &str) -> bool {
    command(commands, name).is_some_and(|command| command.arguments == [Argument::Line])
}

/// What is known of a function of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its arguments, as they are written: `code, options`.
    pub args: String,
    /// What it does, in a line.
    pub summary: String,
}

/// What completion and hints may ask. Every answer comes at once or not at all, for somebody waits with a finger on a key:
/// `None` is "not known now". It may be asked for in the background then; the next keystroke asks again.
pub trait World {
    /// The language of text without a sign in front.
    fn language(&self) -> Language;

    /// What the value at a path of the host's globals has; the empty path is that of the globals themselves. It calls no
    /// function of the user's. For a string value these are the functions of `string`. `None` also if the value has no
    /// members or there is no such value.
    fn members(&self, path: &[Key]) -> Option<Vec<Member>>;

    /// Globals that earlier lines have left on the camera, if it keeps them.
    fn camera_globals(&self) -> Vec<String> {
        Vec::new()
    }

    /// What is in a folder of the camera's card, which is written in full: `A/DCIM`. It has no slash at its end, but for
    /// `A/`.
    fn camera_folder(&self, path: &str) -> Option<Vec<FolderEntry>>;

    /// What is in a folder of this machine. An empty path is the current folder.
    fn local_folder(&self, path: &Path) -> Option<Vec<FolderEntry>> {
        local_folder(path)
    }

    /// The commands of the prompt.
    fn commands(&self) -> &[Command];

    /// What can be connected now, as `-c` takes it.
    fn cameras(&self) -> Vec<String>;

    /// What is known of a function of the user's own, by its name with dots: `scan`, `rig.shoot`. The others are in
    /// [`api`](crate::api).
    fn describe(&self, _name: &str) -> Option<Described> {
        None
    }
}

/// How many entries of a folder are looked at: more than a person will scroll through.
const MOST_ENTRIES: usize = 10_000;

/// What is in a folder of this machine; names that are no Unicode cannot be typed and are left out.
pub fn local_folder(path: &Path) -> Option<Vec<FolderEntry>> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let entries = std::fs::read_dir(path).ok()?.take(MOST_ENTRIES).filter_map(Result::ok);
    let entry = |entry: std::fs::DirEntry| {
        // Of a link, what it leads to.
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_symlink() && entry.path().is_dir());
        Some(FolderEntry { name: entry.file_name().into_string().ok()?, is_dir })
    };
    Some(entries.filter_map(entry).collect())
}
