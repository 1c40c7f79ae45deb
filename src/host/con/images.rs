//! chdkptp's methods for many files: `imglist`, `imglist_delete`, `mdelete`, `mkdir_m`.
//!
//! Patterns here are Lua's, as chdkptp's are, and are asked of the host's own `string.match`: `fmatch` and `dmatch` of the
//! full path of a file or folder, `rmatch` of that of a folder before it is gone into. How many files travel in one message
//! is ours to know; scripts that say so are not wrong to.

use std::rc::Rc;

use mlua::{Function, Lua, Table, Value};

use crate::camera::card::{CardPath, Entry, Filter, Order, Pattern, Removal, Select, in_order_of_removal};
use crate::host::args::Args;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Taken};

use super::card::{card_path, count, reason, remove, stat_table, strings};
use super::exec::call_named;
use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] =
    &[("imglist", imglist), ("imglist_delete", imglist_delete), ("mdelete", mdelete), ("mkdir_m", mkdir_m)];

pub(super) const FIND: &[&str] = &["fmatch", "dmatch", "rmatch", "maxdepth"];
pub(super) const OURS: &[&str] = &["batchsize", "dbgmem", "dirsfirst"];
const NUMBERS: &[&str] = &["imgnum_min", "imgnum_max", "dirnum_min", "dirnum_max", "lastimg"];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[
    ("imglist", 0, &[FIND, OURS, NUMBERS, &["start_paths", "sort", "sort_order"]]),
    ("imglist_delete", 1, &[&["pretend"]]),
    ("mdelete", 1, &[FIND, OURS, &["dirs", "pretend", "skip_topdirs", "ignore_errors", "whole_card"]]),
];

/// What images are called, where nobody says otherwise.
const IMAGES: &[u8] = b"%a%a%a_%d%d%d%d%.%w%w%w";

/// Patterns of Lua's for the full paths of what is found.
pub(super) struct Matches {
    lua: Lua,
    find: Function,
    files: Option<Vec<u8>>,
    folders: Option<Vec<u8>>,
    entered: Option<Vec<u8>>,
}

impl Matches {
    pub(super) fn of(lua: &Lua, options: &Options, files: Option<&[u8]>) -> Result<Self, Failure> {
        Ok(Self {
            lua: lua.clone(),
            find: lua.globals().raw_get::<Table>("string")?.raw_get("find")?,
            files: options.string("fmatch")?.or_else(|| files.map(<[u8]>::to_vec)),
            folders: options.string("dmatch")?,
            entered: options.string("rmatch")?,
        })
    }

    fn fits(&self, connection: &Connection, pattern: &Option<Vec<u8>>, path: &CardPath) -> Result<bool, Failure> {
        let Some(pattern) = pattern else { return Ok(true) };
        let arguments = (self.lua.create_string(path.as_bytes())?, self.lua.create_string(pattern)?);
        let found = connection.context.call(&self.lua, &self.find, arguments)?;
        Ok(found.front().is_some_and(|start| !start.is_nil()))
    }

    /// What fits, without what is in folders that do not.
    pub(super) fn filter(&self, connection: &Connection, entries: Vec<Entry>) -> Result<Vec<Entry>, Failure> {
        let (mut kept, mut shut) = (Vec::new(), Vec::<CardPath>::new());
        for entry in entries {
            // A folder is met before what is in it.
            if shut.iter().any(|folder| entry.path.below(folder).is_some_and(|below| !below.is_empty())) {
                continue;
            }
            if entry.is_dir() && entry.depth > 0 && !self.fits(connection, &self.entered, &entry.path)? {
                shut.push(entry.path.clone());
            }
            let pattern = if entry.is_dir() { &self.folders } else { &self.files };
            if self.fits(connection, pattern, &entry.path)? {
                kept.push(entry);
            }
        }
        Ok(kept)
    }
}

/// `imglist([options])`: the images on the card, as `{full, name, path = {…}, st = {…}}`.
fn imglist(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(1)?;
    let options = Options::parse(&args, 0, OPTIONS)?;
    let number = |name: &str| count(&options, name);
    let range = |least: Option<u32>, most: Option<u32>| match (least, most) {
        (None, None) => None,
        (least, most) => Some(least.unwrap_or(0)..=most.unwrap_or(u32::MAX)),
    };
    let last = match options.get("lastimg")? {
        Some(Value::Boolean(last)) => last.then_some(1),
        _ => number("lastimg")?.map(|count| count as usize),
    };
    let order = match options.string("sort")?.as_deref() {
        None => None,
        Some(b"path" | b"name") => Some(Order::Name),
        Some(b"date") => Some(Order::Date),
        Some(b"size") => Some(Order::Size),
        Some(b"shot") => Some(Order::Shot),
        Some(_) => return Err(options.bad("sort", "it is 'path', 'name', 'date', 'size' or 'shot'")),
    };
    let descending = match options.string("sort_order")?.as_deref() {
        None | Some(b"asc") => false,
        Some(b"des") => true,
        Some(_) => return Err(options.bad("sort_order", "it is 'asc' or 'des'")),
    };
    let mut starts = options.names("start_paths")?;
    if starts.is_empty() {
        starts.push("A/DCIM".to_owned());
    }
    let roots = starts.iter().map(|path| match CardPath::parse(path.as_bytes()) {
        Ok(path) => Ok(Pattern::from(path)),
        Err(error) => Err(options.bad("start_paths", error.message())),
    });
    let select = Select {
        roots: roots.collect::<Result<_, _>>()?,
        recursive: true,
        max_depth: Some(number("maxdepth")?.unwrap_or(2)),
        filter: Filter {
            shots: range(number("imgnum_min")?, number("imgnum_max")?),
            folders: range(number("dirnum_min")?, number("dirnum_max")?),
            ..Filter::default()
        },
    };
    let matches = Matches::of(lua, &options, Some(IMAGES))?;
    let entries = connection.camera(move |camera| Ok(camera.find(&select)?));
    let entries = entries.map_err(|failure| failure.named_if(crate::error::ErrorKind::NotFound, "remote"))?;
    let mut entries = matches.filter(connection, entries)?;
    entries.retain(|entry| !entry.is_dir());
    if let Some(last) = last {
        entries = crate::camera::card::last_shots(entries, last);
    }
    if let Some(order) = order {
        // Ours have the newest and the largest first.
        let backwards = matches!(order, Order::Date | Order::Size);
        order.sort(&mut entries, descending != backwards);
    }
    let list = lua.create_table_with_capacity(entries.len(), 0)?;
    for entry in &entries {
        list.raw_push(file_info(lua, entry)?)?;
    }
    values(lua, list)
}

fn file_info(lua: &Lua, entry: &Entry) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("full", lua.create_string(entry.path.as_bytes())?)?;
    table.raw_set("name", lua.create_string(entry.path.name())?)?;
    table.raw_set("st", stat_table(lua, entry)?)?;
    let parts = lua.create_table()?;
    parts.raw_push("A/")?;
    for name in entry.path.names() {
        parts.raw_push(lua.create_string(name)?)?;
    }
    table.raw_set("path", parts)?;
    Ok(table)
}

/// `imglist_delete(files [, {pretend = true}])`: removes what `imglist` found. Returns what became of each, as `mdelete` does.
fn imglist_delete(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(2)?;
    let pretend = Options::parse(&args, 1, OPTIONS)?.flag("pretend")?.unwrap_or(false);
    let Value::Table(list) = args.get(0) else {
        return Err(args.wrong(0, "files", "a list of files, as imglist returns", args.get(0)));
    };
    let mut entries = Vec::new();
    for info in list.sequence_values::<Value>() {
        let full = match info? {
            Value::Table(info) => info.raw_get::<Value>("full")?,
            other => other,
        };
        let Value::String(full) = full else {
            return Err(args.wrong(0, "files", "a list of files, as imglist returns", &full));
        };
        let path = CardPath::parse(&full.as_bytes());
        let path = path.map_err(|error| Failure::bad_arg(format!("imglist_delete: {}", error.message())))?;
        entries.push(Entry { path, stat: None, root: 0, depth: 0 });
    }
    let removals = if pretend { removed(entries) } else { remove(connection, entries)? };
    told(lua, &removals)
}

/// `mdelete(path or list of paths [, options])`: removes files and folders with what is in them. Returns what became of each:
/// `{file, status, msg}`. Throws if one could not be removed, unless `ignore_errors` is set.
fn mdelete(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    let paths = strings(&args, 0, "paths")?;
    let paths = paths.iter().map(|path| CardPath::parse(path.as_bytes())).collect::<Result<Vec<_>, _>>();
    let paths = paths.map_err(|error| Failure::bad_arg(format!("mdelete: {}", error.message())))?;
    let flag = |name: &str, default: bool| Ok::<_, Failure>(options.flag(name)?.unwrap_or(default));
    if paths.iter().any(CardPath::is_root) && !flag("whole_card", false)? {
        return Err(Failure::bad_arg("mdelete: A/ is the whole card; whole_card = true empties it"));
    }
    let (folders, pretend) = (flag("dirs", true)?, flag("pretend", false)?);
    let (skip_top, ignore) = (flag("skip_topdirs", false)?, flag("ignore_errors", false)?);
    let select = Select {
        recursive: true,
        max_depth: Some(count(&options, "maxdepth")?.unwrap_or(100)),
        ..Select::of(paths.into_iter().map(Pattern::from))
    };
    let matches = Matches::of(lua, &options, None)?;
    let entries = connection.camera(move |camera| Ok(camera.find(&select)?));
    let entries = entries.map_err(|failure| failure.named_if(crate::error::ErrorKind::NotFound, "remote"))?;
    let mut entries = matches.filter(connection, entries)?;
    entries.retain(|entry| !entry.is_dir() || folders && !(skip_top && entry.depth == 0));
    let entries = in_order_of_removal(entries, false);
    let removals = if pretend { removed(entries) } else { remove(connection, entries)? };
    let kept = removals.iter().find_map(|(entry, removal)| match removal {
        Removal::Kept(reason) => Some(format!("{} {reason}", entry.path)),
        _ => None,
    });
    if let (Some(kept), false) = (kept, ignore) {
        let gone = removals.iter().filter(|(_, removal)| *removal == Removal::Removed).count();
        let text = format!("{kept}; {gone} of {} were removed", removals.len());
        return Err(Failure::new(crate::error::ErrorKind::Runtime, text).named("remote"));
    }
    told(lua, &removals)
}

fn removed(entries: Vec<Entry>) -> Vec<(Entry, Removal)> {
    entries.into_iter().map(|entry| (entry, Removal::Removed)).collect()
}

fn told(lua: &Lua, removals: &[(Entry, Removal)]) -> Outcome {
    let list = lua.create_table_with_capacity(removals.len(), 0)?;
    for (entry, removal) in removals {
        let table = lua.create_table()?;
        table.raw_set("file", lua.create_string(entry.path.as_bytes())?)?;
        table.raw_set("status", *removal == Removal::Removed)?;
        if let Some(reason) = reason(removal) {
            table.raw_set("msg", reason)?;
        }
        list.raw_push(table)?;
    }
    values(lua, list)
}

/// `mkdir_m(path)`: makes a folder and those that it is in. Returns true, or false and a reason.
fn mkdir_m(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let path = card_path(&args, 0, "path")?;
    args.no_more(1)?;
    let path = Value::String(lua.create_string(path.as_bytes())?);
    call_named(lua, connection, &args, "mkdir_m", &[path])
}
