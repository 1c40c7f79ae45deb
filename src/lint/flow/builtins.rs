//! The camera's functions as the analysis sees them: what each does to values, and what it calls.

use crate::lint::hash::HashMap;
use std::sync::OnceLock;

use crate::api;

/// One of the camera's functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Builtin(pub u16);

/// A table of functions that exists when a script starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are the camera's names")]
pub enum Library {
    Globals,
    String,
    Table,
    Math,
    Io,
    Os,
    Debug,
    Package,
    Imath,
    Fmath,
    Rawop,
    HookPreshoot,
    HookShoot,
    HookRaw,
}

impl Library {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::Globals,
        Self::String,
        Self::Table,
        Self::Math,
        Self::Io,
        Self::Os,
        Self::Debug,
        Self::Package,
        Self::Imath,
        Self::Fmath,
        Self::Rawop,
        Self::HookPreshoot,
        Self::HookShoot,
        Self::HookRaw,
    ];

    /// The global that holds it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Globals => "_G",
            Self::String => "string",
            Self::Table => "table",
            Self::Math => "math",
            Self::Io => "io",
            Self::Os => "os",
            Self::Debug => "debug",
            Self::Package => "package",
            Self::Imath => "imath",
            Self::Fmath => "fmath",
            Self::Rawop => "rawop",
            Self::HookPreshoot => "hook_preshoot",
            Self::HookShoot => "hook_shoot",
            Self::HookRaw => "hook_raw",
        }
    }
}

/// What a value is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Anything, nil included.
    Any,
    /// A number.
    Int,
    /// A string.
    Text,
    /// True or false.
    Bool,
    /// Neither nil nor false.
    Some,
}

/// When a function suspends the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Always, after it has read a number.
    Sleep,
    /// Always, after it has read the name of a key.
    Key,
    /// Always.
    Always,
    /// Unless a click is there, or its timeout is a negative other than -1.
    Click,
    /// With a first argument that is positive or -1.
    Read,
    /// With a second argument that is positive or -1.
    Write,
}

/// What a function does, as far as the analysis cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are Lua's functions")]
pub enum Op {
    /// Nothing but return values of known kinds.
    Plain,
    /// Suspends the script.
    Yield(Waits),
    /// Is there in some versions only.
    Gone,
    Pcall,
    Xpcall,
    Require,
    Dofile,
    Loadfile,
    Loadstring,
    Load,
    Sort,
    Foreach,
    Foreachi,
    Gsub,
    Sethook,
    Getinfo,
    Getupvalue,
    Setupvalue,
    Getlocal,
    Setlocal,
    Setmetatable,
    Getmetatable,
    Rawget,
    Rawset,
    Rawequal,
    Pairs,
    Ipairs,
    Next,
    Inext,
    Select,
    Unpack,
    Assert,
    Error,
    Insert,
    Remove,
    Concat,
    Getn,
    Maxn,
    Tostring,
    Tonumber,
    Print,
    Type,
    Setfenv,
    Getfenv,
    Newproxy,
    Text(Text),
    Find,
    Match,
    Gmatch,
    Abs,
    Max,
    Min,
    Pow,
    PreloadLoader,
    FileLoader,
    Data,
    Registry,
}

/// Functions from strings and numbers to strings and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are Lua's functions")]
pub enum Text {
    Len,
    Sub,
    Upper,
    Lower,
    Rep,
    Reverse,
    Byte,
    Char,
    Format,
}

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// The camera does not look, or not so simply.
    Nothing,
    /// A number, or a string that reads as one.
    Number,
    /// A string or a number.
    Text,
    /// A boolean or a number.
    Switch,
}

/// A function's data.
#[derive(Debug)]
pub struct Info {
    /// As a script writes it: `string.gsub`.
    pub name: &'static str,
    /// What it does.
    pub op: Op,
    /// What it returns, if it is [`Op::Plain`].
    pub returns: Vec<Kind>,
    /// Whether the first value that it returns is a table, unless that is nil or false.
    pub table: bool,
    /// What its arguments must be, and whether they may be left out.
    pub params: Vec<(Needs, bool)>,
}

struct Table {
    infos: Vec<Info>,
    libraries: HashMap<(Library, &'static str), Builtin>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(build)
}

fn build() -> Table {
    let mut table = Table { infos: Vec::new(), libraries: HashMap::default() };
    let add =
        |table: &mut Table, library: Option<Library>, name: &'static str, op: Op, returns: Vec<Kind>, args: &str| {
            let id = Builtin(u16::try_from(table.infos.len()).expect("a few hundred functions"));
            table.infos.push(Info { name, op, returns, table: false, params: params(args) });
            if let Some(library) = library {
                table.libraries.insert((library, name.rsplit('.').next().unwrap_or(name)), id);
            }
            usize::from(id.0)
        };
    // What no script can name by itself comes first, see the constants below.
    add(&mut table, None, "next of ipairs", Op::Inext, Vec::new(), "");
    add(&mut table, None, "loader of package.preload", Op::PreloadLoader, Vec::new(), "");
    add(&mut table, None, "loader of files", Op::FileLoader, Vec::new(), "");
    add(&mut table, None, "iterator", Op::Plain, vec![Kind::Any; 3], "");
    add(&mut table, None, "module of data", Op::Data, Vec::new(), "");
    for entry in api::entries() {
        let (library, name) = entry.name.split_once('.').unwrap_or(("_G", entry.name));
        let Some(library) = Library::ALL.into_iter().find(|known| known.name() == library) else { continue };
        let skipped = ["lua-missing", "lualib", "script"].contains(&entry.category)
            || entry.args == "(value)"
            || name == "usb_msg_table_to_string"
            || name.contains(':');
        if skipped {
            continue;
        }
        let op = if entry.category == "removed" { Op::Gone } else { op(entry.name) };
        let id = add(&mut table, Some(library), entry.name, op, kinds(entry.returns), entry.args);
        table.infos[id].table = is_table(entry.returns);
    }
    // What entry.args calls a value is none of a function; usb_msg_table_to_string is one that does not wait.
    add(&mut table, Some(Library::Globals), "usb_msg_table_to_string", Op::Plain, vec![Kind::Text], "");
    table
}

fn op(name: &str) -> Op {
    match name {
        "sleep" => Op::Yield(Waits::Sleep),
        "click" | "press" | "release" => Op::Yield(Waits::Key),
        "shoot" | "md_detect_motion" | "file_browser" | "textbox" => Op::Yield(Waits::Always),
        "wait_click" => Op::Yield(Waits::Click),
        "read_usb_msg" => Op::Yield(Waits::Read),
        "write_usb_msg" => Op::Yield(Waits::Write),
        "pcall" => Op::Pcall,
        "xpcall" => Op::Xpcall,
        "require" => Op::Require,
        "dofile" => Op::Dofile,
        "loadfile" => Op::Loadfile,
        "loadstring" => Op::Loadstring,
        "load" => Op::Load,
        "table.sort" => Op::Sort,
        "table.foreach" => Op::Foreach,
        "table.foreachi" => Op::Foreachi,
        "string.gsub" => Op::Gsub,
        "debug.sethook" => Op::Sethook,
        "debug.getregistry" => Op::Registry,
        "debug.getinfo" => Op::Getinfo,
        "debug.getupvalue" => Op::Getupvalue,
        "debug.setupvalue" => Op::Setupvalue,
        "debug.getlocal" => Op::Getlocal,
        "debug.setlocal" => Op::Setlocal,
        "setmetatable" | "debug.setmetatable" => Op::Setmetatable,
        "getmetatable" | "debug.getmetatable" => Op::Getmetatable,
        "rawget" => Op::Rawget,
        "rawset" => Op::Rawset,
        "rawequal" => Op::Rawequal,
        "pairs" => Op::Pairs,
        "ipairs" => Op::Ipairs,
        "next" => Op::Next,
        "select" => Op::Select,
        "unpack" => Op::Unpack,
        "assert" => Op::Assert,
        "error" => Op::Error,
        "table.insert" => Op::Insert,
        "table.remove" => Op::Remove,
        "table.concat" => Op::Concat,
        "table.getn" => Op::Getn,
        "table.maxn" => Op::Maxn,
        "tostring" => Op::Tostring,
        "tonumber" => Op::Tonumber,
        "print" => Op::Print,
        "type" => Op::Type,
        "setfenv" | "debug.setfenv" => Op::Setfenv,
        "getfenv" | "debug.getfenv" => Op::Getfenv,
        "newproxy" => Op::Newproxy,
        "string.len" => Op::Text(Text::Len),
        "string.sub" => Op::Text(Text::Sub),
        "string.upper" => Op::Text(Text::Upper),
        "string.lower" => Op::Text(Text::Lower),
        "string.rep" => Op::Text(Text::Rep),
        "string.reverse" => Op::Text(Text::Reverse),
        "string.byte" => Op::Text(Text::Byte),
        "string.char" => Op::Text(Text::Char),
        "string.format" => Op::Text(Text::Format),
        "string.find" => Op::Find,
        "string.match" => Op::Match,
        "string.gmatch" => Op::Gmatch,
        // They raise, always.
        "string.gfind" | "table.setn" => Op::Error,
        "math.abs" => Op::Abs,
        "math.max" => Op::Max,
        "math.min" => Op::Min,
        "math.pow" => Op::Pow,
        _ => Op::Plain,
    }
}

/// What the column says of the returned values. Where it says more than a word, little is taken from it.
fn kinds(returns: &str) -> Vec<Kind> {
    let word = returns.split([' ', '(', '{', '[']).next().unwrap_or_default();
    let word = word.rsplit_once(':').map_or(word, |(_, kind)| kind);
    match word {
        _ if returns.starts_with("(stock") => vec![Kind::Any; 4],
        "-" | "" | "never" => Vec::new(),
        _ if returns.contains(['|', ',']) || returns.contains("nothing") || returns.contains("...") => {
            vec![Kind::Any; returns.split(',').count().clamp(1, 4)]
        }
        "int" if returns.contains("x2") => vec![Kind::Int; 2],
        "int" => vec![Kind::Int],
        "string" => vec![Kind::Text],
        "boolean" => vec![Kind::Bool],
        "table" | "fmath" | "true" | "userdata" | "file" => vec![Kind::Some],
        _ => vec![Kind::Any],
    }
}

/// Whether the column says that the first value is a table, or nil or false instead of one.
fn is_table(returns: &str) -> bool {
    // What the table's fields are stands in braces.
    let first = returns.split([',', '{', '[']).next().unwrap_or_default();
    let mut words = first.split(" or ").flat_map(|words| words.split('|')).map(str::trim);
    words.next() == Some("table") && words.all(|word| matches!(word, "nil" | "false" | "nothing"))
}

/// What the column says of the arguments, where it is a plain word.
fn params(args: &str) -> Vec<(Needs, bool)> {
    if matches!(args, "" | "-") || args.contains('(') {
        return Vec::new();
    }
    let mut depth = 0;
    let param = |param: &str| {
        let optional = depth > 0 || param.contains(['[', '=']);
        depth += param.matches('[').count();
        depth = depth.saturating_sub(param.matches(']').count());
        let kind = param.split_once(':').map_or("", |(_, kind)| kind);
        let needs = match kind.split(['=', ']']).next().unwrap_or_default().trim() {
            "int" => Needs::Number,
            "string" => Needs::Text,
            "boolean|int" => Needs::Switch,
            _ => Needs::Nothing,
        };
        (needs, optional)
    };
    args.split(',').map(param).collect()
}

impl Builtin {
    /// What `ipairs` returns.
    pub const INEXT: Self = Self(0);
    /// `package.loaders[1]`.
    pub const PRELOAD_LOADER: Self = Self(1);
    /// `package.loaders[2]`.
    pub const FILE_LOADER: Self = Self(2);
    /// What `string.gmatch`, `io.lines` and `os.idir` return.
    pub const ITERATOR: Self = Self(3);

    /// A module that is a table of numbers and strings.
    pub const DATA: Self = Self(4);

    /// The function of that name in a library.
    pub fn find(library: Library, name: &[u8]) -> Option<Self> {
        let name = std::str::from_utf8(name).ok()?;
        // The key borrows the name for no longer than the look-up.
        let table = table();
        table.libraries.get(&(library, name)).copied()
    }

    /// All names of a library.
    pub fn names(library: Library) -> impl Iterator<Item = &'static str> {
        table().libraries.keys().filter(move |key| key.0 == library).map(|key| key.1)
    }

    /// The names of the functions that may suspend a script. They are all globals.
    pub fn waiting() -> impl Iterator<Item = &'static str> {
        static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
        let infos = table().infos.iter().filter(|info| matches!(info.op, Op::Yield(_)));
        NAMES.get_or_init(|| infos.map(|info| info.name).collect()).iter().copied()
    }

    /// Its data.
    pub fn info(self) -> &'static Info {
        &table().infos[usize::from(self.0)]
    }

    /// What it does.
    pub fn op(self) -> Op {
        self.info().op
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.info().name
    }
}

/// Whether the camera takes it for a key's name, which ends at a zero.
pub fn is_key(name: &[u8]) -> bool {
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    api::KEYS.iter().any(|key| key.as_bytes() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_known_by_library_and_name() {
        let sleep = Builtin::find(Library::Globals, b"sleep").unwrap();
        assert_eq!(sleep.op(), Op::Yield(Waits::Sleep));
        assert_eq!(Builtin::find(Library::String, b"gsub").unwrap().op(), Op::Gsub);
        assert_eq!(Builtin::find(Library::Globals, b"gsub"), None);
        assert_eq!(Builtin::find(Library::Globals, b"restore"), None);
        assert_eq!(Builtin::find(Library::Globals, b"coroutine"), None);
        assert_eq!(Builtin::INEXT.op(), Op::Inext);
        assert_eq!(Builtin::FILE_LOADER.op(), Op::FileLoader);
    }

    #[test]
    fn what_waits_is_a_global() {
        let names: Vec<_> = Builtin::waiting().collect();
        assert!(names.contains(&"sleep") && names.contains(&"shoot") && names.contains(&"read_usb_msg"));
        assert!(names.iter().all(|name| Builtin::find(Library::Globals, name.as_bytes()).is_some()));
    }

    #[test]
    fn what_arguments_must_be_is_read_from_the_table() {
        let params = |name: &[u8]| Builtin::find(Library::Globals, name).unwrap().info().params.clone();
        assert_eq!(params(b"sleep"), [(Needs::Number, false)]);
        assert_eq!(params(b"shoot"), [(Needs::Number, true)]);
        assert_eq!(params(b"is_pressed"), [(Needs::Text, false)]);
        assert_eq!(params(b"print_screen"), [(Needs::Switch, false)]);
        assert_eq!(params(b"cls"), []);
    }

    #[test]
    fn return_kinds_are_read_from_the_table() {
        let returns = |name: &[u8]| &Builtin::find(Library::Globals, name).unwrap().info().returns[..];
        assert_eq!(returns(b"get_tick_count"), [Kind::Int]);
        assert_eq!(returns(b"is_pressed"), [Kind::Bool]);
        assert_eq!(returns(b"cls"), []);
        assert_eq!(returns(b"get_current_tv96"), [Kind::Any]);
        let is_table = |library, name: &[u8]| Builtin::find(library, name).unwrap().info().table;
        for name in ["get_buildinfo", "get_meminfo", "get_live_histo", "get_partitionInfo", "get_dofinfo"] {
            assert!(is_table(Library::Globals, name.as_bytes()), "{name}");
        }
        assert!(is_table(Library::Os, b"listdir") && is_table(Library::Os, b"stat"));
        assert!(!is_table(Library::Os, b"date") && !is_table(Library::Globals, b"get_config_value"));
    }
}
