//! Methods for files and folders on the card.

use std::rc::Rc;

use mlua::{Function, Lua, Table, Value};

use crate::camera::DirEntry;
use crate::error::ErrorKind;
use crate::host::args::Args;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Taken};

use super::exec::call_named;
use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("upload", upload),
    ("download", download),
    ("listdir", listdir),
    ("stat", |lua, connection, args| by_path(lua, connection, args, "os.stat")),
    ("remove", |lua, connection, args| by_path(lua, connection, args, "os.remove")),
    ("mkdir", |lua, connection, args| by_path(lua, connection, args, "os.mkdir")),
    ("utime", utime),
];

/// What the methods take as options. How many entries of a folder travel in one message is ours to know; scripts that say so
/// are not wrong to.
pub(super) const OPTIONS: &[Taken] =
    &[("upload", 2, &[&["lint"]]), ("listdir", 1, &[&["stat", "match", "dirsonly"], &["msglimit", "msgtimeout"]])];

/// `upload(local, remote [, {lint = false}])`.
fn upload(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let (local, remote) = (args.path(0, "local")?, args.bytes(1, "remote")?);
    args.no_more(3)?;
    let lint = Options::parse(&args, 2, OPTIONS)?.flag("lint")?.unwrap_or(connection.lint.get());
    connection.camera(move |camera| {
        Ok(if lint { camera.upload(&local, &remote)? } else { camera.send_file(&local, &remote)? })
    })?;
    values(lua, ())
}

fn download(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let (remote, local) = (args.bytes(0, "remote")?, args.path(1, "local")?);
    args.no_more(2)?;
    connection.camera(move |camera| Ok(camera.download(&remote, &local)?))?;
    values(lua, ())
}

/// A function of the camera's `os` that takes a path. What it returns is returned: nil and a reason if it failed.
fn by_path(lua: &Lua, connection: &Rc<Connection>, args: Args, function: &str) -> Outcome {
    let path = Value::String(lua.create_string(args.bytes(0, "path")?)?);
    args.no_more(1)?;
    call_named(lua, connection, &args, function, &[path])
}

/// `utime(path, mtime [, atime])`.
fn utime(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let path = Value::String(lua.create_string(args.bytes(0, "path")?)?);
    args.no_more(3)?;
    let mut arguments = vec![path];
    arguments.extend(args.rest(1).iter().cloned());
    call_named(lua, connection, &args, "os.utime", &arguments)
}

/// How an entry of a folder is told.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Its name.
    Name,
    /// Its name, with a slash behind that of a folder.
    Marked,
    /// A table of everything.
    Table,
}

/// `listdir(path [, {stat = false | "/" | "*", match = pattern, dirsonly = true}])`.
fn listdir(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let path = args.bytes(0, "path")?;
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    let form = match options.get("stat")? {
        None | Some(Value::Boolean(false)) => Form::Name,
        Some(Value::String(form)) if form == "/" => Form::Marked,
        Some(Value::String(form)) if form == "*" => Form::Table,
        Some(other) => return Err(options.wrong("stat", "false, '/' or '*'", &other)),
    };
    let pattern = options.string("match")?;
    if options.flag("dirsonly")? == Some(false) {
        return Err(Failure::bad_arg("listdir: lists folders only; con:stat tells of a file"));
    }
    let matches: Function = lua.globals().raw_get::<Table>("string")?.raw_get("match")?;
    let entries = connection.camera(move |camera| Ok(camera.list_dir(&path)?));
    let entries = entries.map_err(|failure| failure.named_if(ErrorKind::NotFound, "remote"))?;
    let list = lua.create_table()?;
    for entry in entries {
        let name = lua.create_string(&entry.name)?;
        if let Some(pattern) = &pattern {
            let pattern = lua.create_string(pattern)?;
            let found = connection.context.call(lua, &matches, (name.clone(), pattern))?;
            if found.front().is_none_or(Value::is_nil) {
                continue;
            }
        }
        list.raw_push(entry_value(lua, &entry, form)?)?;
    }
    values(lua, list)
}

fn entry_value(lua: &Lua, entry: &DirEntry, form: Form) -> mlua::Result<Value> {
    let is_dir = entry.stat.as_ref().is_some_and(|stat| stat.is_dir);
    Ok(match form {
        Form::Marked if is_dir => {
            let mut name = entry.name.clone();
            name.push(b'/');
            Value::String(lua.create_string(name)?)
        }
        Form::Name | Form::Marked => Value::String(lua.create_string(&entry.name)?),
        Form::Table => {
            let table = lua.create_table()?;
            table.raw_set("name", lua.create_string(&entry.name)?)?;
            if let Some(stat) = &entry.stat {
                table.raw_set("size", stat.size)?;
                table.raw_set("mtime", stat.mtime)?;
                table.raw_set("attrib", stat.attrib)?;
                table.raw_set("is_dir", stat.is_dir)?;
                table.raw_set("is_file", !stat.is_dir)?;
            }
            Value::Table(table)
        }
    })
}
