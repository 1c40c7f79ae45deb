//! Methods that look at the card as the commands do: `find`, `rm`, `readfile`, `df`.

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::rc::Rc;

use mlua::{Lua, Table, Value};

use crate::camera::card::{self, CardPath, Entry, Filter, Glob, Order, Pattern, Removal, Select, When};
use crate::error::{Error, ErrorKind};
use crate::host::args::{self, Args};
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Taken};

use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[("find", find), ("rm", rm), ("readfile", readfile), ("df", df)];

pub(super) const SELECT: &[&str] = &[
    "recursive",
    "max_depth",
    "name",
    "exclude",
    "newer",
    "older",
    "min_size",
    "max_size",
    "shots",
    "folders",
    "last",
];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] =
    &[("find", 1, &[SELECT, &["sort", "reverse"]]), ("rm", 1, &[SELECT, &["dry_run", "whole_card"]])];

/// The longest file that is read into a string.
const LONGEST: usize = 256 << 20;

/// `find(pattern or list of patterns [, options])`: a list of what is there.
fn find(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let roots = patterns(&args)?;
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    let order = match options.string("sort")?.as_deref() {
        None => None,
        Some(b"name") => Some(Order::Name),
        Some(b"date") => Some(Order::Date),
        Some(b"size") => Some(Order::Size),
        Some(b"shot") => Some(Order::Shot),
        Some(_) => return Err(options.bad("sort", "it is 'name', 'date', 'size' or 'shot'")),
    };
    let reverse = options.flag("reverse")?.unwrap_or(false);
    let select = select(connection, &options, roots)?;
    let mut entries = connection.camera(move |camera| Ok(camera.find(&select)?))?;
    match order {
        Some(order) => order.sort(&mut entries, reverse),
        None if reverse => entries.reverse(),
        None => {}
    }
    let list = lua.create_table_with_capacity(entries.len(), 0)?;
    for entry in &entries {
        list.raw_push(entry_table(lua, entry)?)?;
    }
    values(lua, list)
}

/// `rm(pattern or list of patterns [, options])`: a list of what was to be removed and what became of it.
fn rm(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let roots = patterns(&args)?;
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    let dry_run = options.flag("dry_run")?.unwrap_or(false);
    let select = select(connection, &options, roots)?;
    let whole = select.roots.iter().find(|root| root.takes_whole_card(select.recursive));
    if let (Some(root), false) = (whole, options.flag("whole_card")?.unwrap_or(false)) {
        return Err(Failure::bad_arg(format!("rm: {root} is the whole card; whole_card = true empties it")));
    }
    let entries = connection.camera(move |camera| {
        let selective = select.filter.is_selective();
        let entries = camera.find(&select)?;
        if let Some(folder) = entries.iter().find(|entry| entry.is_dir() && !select.recursive) {
            let text = format!("rm: {} is a folder; recursive = true removes folders and what is in them", folder.path);
            return Err(Failure::bad_arg(text));
        }
        Ok(card::in_order_of_removal(entries, selective))
    })?;
    let list = lua.create_table_with_capacity(entries.len(), 0)?;
    if dry_run {
        for entry in &entries {
            list.raw_push(entry_table(lua, entry)?)?;
        }
        return values(lua, list);
    }
    for (entry, removal) in remove(connection, entries)? {
        let table = lua.create_table()?;
        table.raw_set("path", lua.create_string(entry.path.as_bytes())?)?;
        table.raw_set("removed", removal == Removal::Removed)?;
        if let Some(reason) = reason(&removal) {
            table.raw_set("reason", reason)?;
        }
        list.raw_push(table)?;
    }
    values(lua, list)
}

/// Removes, and says in the error how much was removed if not all was tried.
pub(super) fn remove(connection: &Rc<Connection>, entries: Vec<Entry>) -> Result<Vec<(Entry, Removal)>, Failure> {
    connection.camera(move |camera| {
        let mut removals = Vec::new();
        let result = camera.remove(&entries, &mut |_, removal| {
            removals.push(removal);
            Ok(())
        });
        if let Err(error) = result {
            let count = |what: &Removal| removals.iter().filter(|removal| *removal == what).count();
            let (removed, unknown) = (count(&Removal::Removed), count(&Removal::Unknown));
            let mut text = format!("{removed} of {} were removed", entries.len());
            if unknown > 0 {
                text.push_str(&format!(", and of {unknown} it is not known"));
            }
            return Err(error.then(&text).into());
        }
        Ok(entries.into_iter().zip(removals).collect())
    })
}

pub(super) fn reason(removal: &Removal) -> Option<String> {
    match removal {
        Removal::Removed => None,
        Removal::Missing => Some("was gone already".to_owned()),
        Removal::Kept(reason) => Some(reason.clone()),
        Removal::Unknown => Some("the connection was lost meanwhile".to_owned()),
    }
}

/// `readfile(path)`: what is in a file of the card.
fn readfile(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let path = card_path(&args, 0, "path")?;
    args.no_more(1)?;
    let bytes = connection.camera(move |camera| {
        let mut content = Content(Vec::new());
        match camera.download_to(path.as_bytes(), &mut content) {
            Err(_) if content.0.len() > LONGEST => {
                let text = format!("{path} has more than {} MiB; con:download streams it to a file", LONGEST >> 20);
                Err(Error::new(ErrorKind::BadArgument, text).into())
            }
            result => Ok(result.map(|_| content.0)?),
        }
    })?;
    values(lua, lua.create_string(bytes)?)
}

/// A file in memory, up to its limit and a little beyond.
struct Content(Vec<u8>);

impl Write for Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > LONGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `df()`: the room on the card, in bytes and shots.
fn df(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    args.no_more(0)?;
    let space = connection.camera(|camera| Ok(camera.card_space()?))?;
    let table = lua.create_table()?;
    table.raw_set("total", space.total)?;
    table.raw_set("free", space.free)?;
    table.raw_set("used", space.total.saturating_sub(space.free))?;
    table.raw_set("jpegs", space.jpegs)?;
    table.raw_set("raws", space.raws)?;
    values(lua, table)
}

fn entry_table(lua: &Lua, entry: &Entry) -> mlua::Result<Table> {
    let table = stat_table(lua, entry)?;
    table.raw_set("path", lua.create_string(entry.path.as_bytes())?)?;
    table.raw_set("name", lua.create_string(entry.path.name())?)?;
    table.raw_set("depth", entry.depth)?;
    table.raw_set("shot", entry.path.shot())?;
    table.raw_set("folder", entry.path.folder_number())?;
    Ok(table)
}

/// What is known of a file, with the names of os.stat.
pub(super) fn stat_table(lua: &Lua, entry: &Entry) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    if let Some(stat) = &entry.stat {
        table.raw_set("size", stat.size)?;
        table.raw_set("mtime", stat.mtime)?;
        table.raw_set("attrib", stat.attrib)?;
        table.raw_set("is_dir", stat.is_dir)?;
        table.raw_set("is_file", !stat.is_dir)?;
    }
    Ok(table)
}

/// The first argument: a pattern or a list of them.
pub(super) fn patterns(args: &Args) -> Result<Vec<Pattern>, Failure> {
    let list = strings(args, 0, "patterns")?;
    list.iter().map(|text| text.parse().map_err(|error: Error| of_call(args, &error))).collect()
}

/// A string or a list of strings.
pub(super) fn strings(args: &Args, index: usize, name: &str) -> Result<Vec<String>, Failure> {
    let wrong = |value: &Value| args.wrong(index, name, "a string or a list of strings", value);
    let given = match args.get(index) {
        Value::Table(list) => list.sequence_values().collect::<mlua::Result<Vec<Value>>>()?,
        only => vec![only.clone()],
    };
    given
        .iter()
        .map(|value| match value {
            Value::String(text) => match text.to_str() {
                Ok(text) => Ok(text.to_owned()),
                Err(_) => Err(Failure::bad_arg(format!("{}: a pattern is not UTF-8 text", args.function()))),
            },
            other => Err(wrong(other)),
        })
        .collect()
}

/// A path on the card.
pub(super) fn card_path(args: &Args, index: usize, name: &str) -> Result<CardPath, Failure> {
    CardPath::parse(&args.bytes(index, name)?).map_err(|error| of_call(args, &error))
}

fn of_call(args: &Args, error: &Error) -> Failure {
    Failure::bad_arg(format!("{}: {}", args.function(), error.message()))
}

/// What is selected by the options that `find` and `rm` share.
pub(super) fn select(connection: &Rc<Connection>, options: &Options, roots: Vec<Pattern>) -> Result<Select, Failure> {
    let recursive = options.flag("recursive")?.unwrap_or(false);
    let globs = |name: &str| {
        let globs = options.names(name)?.iter().map(|text| Glob::new(text)).collect::<Result<Vec<_>, _>>();
        globs.map_err(|error| options.bad(name, error.message()))
    };
    let (newer, older) = (when(options, "newer")?, when(options, "older")?);
    let relative = [newer, older].iter().flatten().any(|time| matches!(time, Time::Word(when) if when.is_relative()));
    let now = if relative { connection.camera(|camera| Ok(camera.card_time()?))? } else { 0 };
    let filter = Filter {
        include: globs("name")?,
        exclude: globs("exclude")?,
        newer: newer.map(|time| time.first(now)),
        older: older.map(|time| time.last(now)),
        min_size: size(options, "min_size")?,
        max_size: size(options, "max_size")?,
        shots: range(options, "shots")?,
        folders: range(options, "folders")?,
        last: count(options, "last")?.map(|count| count as usize),
    };
    Ok(Select { roots, recursive, max_depth: count(options, "max_depth")?, filter })
}

#[derive(Clone, Copy)]
enum Time {
    Seconds(i64),
    Word(When),
}

impl Time {
    fn first(self, now: i64) -> i64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Word(when) => when.first_second(now),
        }
    }

    fn last(self, now: i64) -> i64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Word(when) => when.last_second(now),
        }
    }
}

/// Seconds of the camera's, as `mtime` has them, or a time in words.
fn when(options: &Options, name: &str) -> Result<Option<Time>, Failure> {
    match options.get(name)? {
        None => Ok(None),
        Some(Value::String(text)) => {
            let when = text.to_string_lossy().parse().map_err(|why: String| options.bad(name, &why))?;
            Ok(Some(Time::Word(when)))
        }
        Some(value) => match args::whole(&value) {
            Some(seconds) => Ok(Some(Time::Seconds(seconds))),
            None => Err(options.wrong(name, "a time of the camera's, in seconds or words", &value)),
        },
    }
}

fn size(options: &Options, name: &str) -> Result<Option<u64>, Failure> {
    match options.get(name)? {
        None => Ok(None),
        Some(Value::String(text)) => {
            card::size(&text.to_string_lossy()).map(Some).map_err(|why| options.bad(name, &why))
        }
        Some(value) => match args::whole(&value).and_then(|bytes| u64::try_from(bytes).ok()) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(options.wrong(name, "a size, as 500 or '2M'", &value)),
        },
    }
}

pub(super) fn count(options: &Options, name: &str) -> Result<Option<u32>, Failure> {
    match options.get(name)? {
        None => Ok(None),
        Some(value) => match args::whole(&value).and_then(|count| u32::try_from(count).ok()) {
            Some(count) => Ok(Some(count)),
            None => Err(options.wrong(name, "a whole number", &value)),
        },
    }
}

fn range(options: &Options, name: &str) -> Result<Option<RangeInclusive<u32>>, Failure> {
    match options.get(name)? {
        Some(Value::String(text)) => {
            card::numbers(&text.to_string_lossy()).map(Some).map_err(|why| options.bad(name, &why))
        }
        _ => Ok(count(options, name)?.map(|number| number..=number)),
    }
}
