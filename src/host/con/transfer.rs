//! Methods that move files between the card and the host: `get`, `put`, `sync`, `checksum`; and chdkptp's `mdownload`,
//! `mupload`, `download_file_ff`, `imglist_download`.
//!
//! What fails is thrown when the rest has been done. chdkptp's methods replace what is there, unless `overwrite` says
//! otherwise; ours do not, unless `existing` does.

use std::path::PathBuf;
use std::rc::Rc;

use mlua::{Function, Lua, Table, Value};

use crate::camera::Stat;
use crate::camera::card::sync::Synced;
use crate::camera::card::transfer::{
    CardTarget, Event, Existing, LocalFile, Options as Transfer, Outcome, Source, Summary, Target,
};
use crate::camera::card::{CardPath, Entry, Fields, Pattern, Select, Template};
use crate::error::{Error, ErrorKind};
use crate::host::args::{Args, path_of, whole};
use crate::host::error::Failure;
use crate::host::native::{Outcome as Returned, values};
use crate::host::options::{Options, Taken};

use super::card::{SELECT, card_path, count, patterns, select, stat_table, strings};
use super::images::{FIND, Matches, OURS};
use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("get", get),
    ("put", put),
    ("sync", sync),
    ("checksum", checksum),
    ("mdownload", mdownload),
    ("mupload", mupload),
    ("download_file_ff", download_file_ff),
    ("imglist_download", imglist_download),
];

const TRANSFER: &[&str] = &["existing", "verify", "delete", "mtime", "dry_run", "info_fn"];
const DOWNLOAD: &[&str] = &["template", "resume"];
const THEIRS: &[&str] = &["mtime", "overwrite", "info_fn", "verbose", "pretend"];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[
    ("get", 2, &[SELECT, TRANSFER, DOWNLOAD]),
    ("put", 2, &[TRANSFER, &["recursive", "lint"]]),
    ("sync", 1, &[SELECT, TRANSFER, DOWNLOAD, &["paths"]]),
    ("mdownload", 2, &[FIND, OURS, THEIRS, &["nosubst", "dirs"]]),
    ("mupload", 2, &[OURS, &["fmatch", "mtime", "info_fn", "verbose", "pretend", "lint"]]),
    ("download_file_ff", 2, &[THEIRS]),
    ("imglist_download", 1, &[THEIRS, &["dst", "dstdir", "dlseq_start"]]),
];

/// `get(pattern or list of patterns [, target [, options]])`: files of the card to a file or folder, which is the
/// current one if none is named. Returns what came of it.
fn get(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let roots = patterns(&args)?;
    let target = args.given(1).map(|_| args.path(1, "target")).transpose()?;
    args.no_more(3)?;
    let options = Options::parse(&args, 2, OPTIONS)?;
    let mut transfer = ours(&options)?;
    download(&options, &mut transfer)?;
    let several = roots.len() > 1 || options.get("template")?.is_some();
    let contents = contents(&args, 0)?;
    let selected = select(connection, &options, roots)?;
    let told = Told::of(lua, connection, &options)?;
    let report = connection.camera(move |camera| {
        camera.await_idle()?;
        let recursive = selected.recursive;
        let sources = sources(camera.find(&selected)?, &contents, recursive)?;
        let target = place(target, several || recursive || sources.len() != 1);
        told.transfer(|event| camera.get(&sources, &target, &transfer, event))
    })?;
    report.returned(lua)
}

/// `put(path or list of paths, target [, options])`: files of the host to a path on the card. Returns what came of it.
fn put(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let paths = local_paths(&args)?;
    let marked = args.bytes(1, "target")?.ends_with(b"/");
    let target = card_path(&args, 1, "target")?;
    args.no_more(3)?;
    let options = Options::parse(&args, 2, OPTIONS)?;
    let mut transfer = ours(&options)?;
    transfer.lint = options.flag("lint")?.unwrap_or(connection.lint.get());
    let recursive = options.flag("recursive")?.unwrap_or(false);
    let told = Told::of(lua, connection, &options)?;
    let report = connection.camera(move |camera| {
        let files = LocalFile::find(&paths, recursive)?;
        camera.await_idle()?;
        let is_folder = marked || recursive || files.len() != 1 || target.is_root() || {
            match camera.stat(target.as_bytes()) {
                Ok(stat) => stat.is_dir,
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => return Err(error.into()),
            }
        };
        let path = target.as_bytes().to_vec();
        let target = if is_folder { CardTarget::Folder(path) } else { CardTarget::File(path) };
        told.transfer(|event| camera.put(&files, &target, &transfer, event))
    })?;
    report.returned(lua)
}

/// `sync(folder [, options])`: what is new since the last time, of `A/DCIM` or of `paths`. Returns what came of it,
/// with `known`.
fn sync(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let folder = args.path(0, "folder")?;
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    let mut transfer = ours(&options)?;
    download(&options, &mut transfer)?;
    if options.get("existing")?.is_none() {
        transfer.existing = Existing::Rename;
    }
    let mut paths = options.names("paths")?;
    if paths.is_empty() {
        paths.push("A/DCIM".to_owned());
    }
    let roots = paths.iter().map(|path| path.parse::<Pattern>());
    let roots = roots.collect::<Result<Vec<_>, _>>().map_err(|error| options.bad("paths", error.message()))?;
    let contents = vec![true; roots.len()];
    let selected = Select { recursive: true, ..select(connection, &options, roots)? };
    let told = Told::of(lua, connection, &options)?;
    let report = connection.camera(move |camera| {
        camera.await_idle()?;
        let sources = sources(camera.find(&selected)?, &contents, true)?;
        let mut known = 0;
        let mut report = told.try_transfer(|event| {
            let Synced { summary, known: before } = camera.sync(&sources, &folder, &transfer, event)?;
            known = before;
            Ok(summary)
        })?;
        report.known = Some(known);
        Ok(report)
    })?;
    report.returned(lua)
}

/// `checksum(path)`: what the camera computes of a file, as a number of 32 bits.
fn checksum(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let path = card_path(&args, 0, "path")?;
    args.no_more(1)?;
    let checked = connection.camera(move |camera| Ok(camera.checksum(path.as_bytes())?))?;
    values(lua, checked.checksum.value())
}

/// `mdownload(path or list of paths [, folder [, options]])`: files, and folders with what is in them, into a folder;
/// or under names that a template makes, if there is a `$` in it. Returns true, and what came of it.
fn mdownload(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let paths = strings(&args, 0, "paths")?;
    let target = if args.given(1).is_some() { args.text(1, "folder")? } else { ".".to_owned() };
    args.no_more(3)?;
    let options = Options::parse(&args, 2, OPTIONS)?;
    let mut transfer = theirs(&options)?;
    let substituted = target.contains('$') && !options.flag("nosubst")?.unwrap_or(false);
    let folder = if substituted {
        let (folder, names) = split(&target);
        transfer.template = template(&args, names)?;
        PathBuf::from(folder)
    } else {
        transfer.template = Template::path();
        PathBuf::from(&target)
    };
    let roots = paths.iter().map(|path| CardPath::parse(path.as_bytes()).map(Pattern::from));
    let roots = roots.collect::<Result<Vec<_>, _>>();
    let roots = roots.map_err(|error| Failure::bad_arg(format!("mdownload: {}", error.message())))?;
    let contents = vec![true; roots.len()];
    options.flag("dirs")?;
    let selected =
        Select { recursive: true, max_depth: Some(count(&options, "maxdepth")?.unwrap_or(100)), ..Select::of(roots) };
    let matches = Matches::of(lua, &options, None)?;
    let entries = connection.camera(move |camera| Ok(camera.find(&selected)?));
    let entries = entries.map_err(|failure| failure.named_if(ErrorKind::NotFound, "remote"))?;
    let sources = sources(matches.filter(connection, entries)?, &contents, true)?;
    if sources.is_empty() {
        log::warn!("mdownload: no matching files");
    }
    fetch(lua, connection, &options, sources, folder, transfer)
}

/// `mupload(path or list of paths [, folder [, options]])`: files, and what is in folders, into a folder of the card.
/// Returns true, and what came of it.
fn mupload(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let mut paths = local_paths(&args)?;
    let target = if args.given(1).is_some() { card_path(&args, 1, "folder")? } else { CardPath::root() };
    args.no_more(3)?;
    let options = Options::parse(&args, 2, OPTIONS)?;
    let mut transfer = theirs(&options)?;
    transfer.lint = options.flag("lint")?.unwrap_or(connection.lint.get());
    for path in paths.iter_mut().filter(|path| path.is_dir()) {
        // What is in it, and not it.
        path.push("");
    }
    let mut files = LocalFile::find(&paths, true)?;
    if let Some(pattern) = options.string("fmatch")? {
        let find: Function = lua.globals().raw_get::<Table>("string")?.raw_get("find")?;
        let pattern = lua.create_string(pattern)?;
        let mut kept = Vec::new();
        for file in files {
            let path = lua.create_string(file.path.as_os_str().as_encoded_bytes())?;
            let found = connection.context.call(lua, &find, (path, pattern.clone()))?;
            if found.front().is_some_and(|start| !start.is_nil()) {
                kept.push(file);
            }
        }
        files = kept;
    }
    let told = Told::of(lua, connection, &options)?;
    let target = CardTarget::Folder(target.as_bytes().to_vec());
    let report = connection.camera(move |camera| {
        camera.await_idle()?;
        told.transfer(|event| camera.put(&files, &target, &transfer, event))
    })?;
    values(lua, (true, report.table(lua)?))
}

/// `download_file_ff(info, path [, options])`: one file that `imglist` or `con:find` told of, to a path of the host.
/// Returns true, and what came of it.
fn download_file_ff(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let source = source_of(connection, &args, args.get(0))?;
    let path = args.path(1, "path")?;
    args.no_more(3)?;
    let options = Options::parse(&args, 2, OPTIONS)?;
    let transfer = theirs(&options)?;
    let Some(source) = asked(lua, connection, &options, vec![source], |_, _| path.clone())?.pop() else {
        return values(lua, true);
    };
    let told = Told::of(lua, connection, &options)?;
    let target = Target::File(path);
    let report = connection.camera(move |camera| {
        camera.await_idle()?;
        told.transfer(|event| camera.get(&[source], &target, &transfer, event))
    })?;
    values(lua, (true, report.table(lua)?))
}

/// `imglist_download(files [, options])`: files that `imglist` told of, to names that the template `dst` makes, below
/// the folder `dstdir`. Returns true, and what came of it.
fn imglist_download(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Returned {
    let Value::Table(list) = args.get(0) else {
        return Err(args.wrong(0, "files", "a list of files, as imglist returns", args.get(0)));
    };
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    let mut transfer = theirs(&options)?;
    let text =
        |name: &str| Ok::<_, Failure>(options.string(name)?.map(|text| String::from_utf8_lossy(&text).into_owned()));
    let names = text("dst")?.unwrap_or_else(|| "${subdir}/${name}".to_owned());
    let (folder, names) = split(&names);
    transfer.template = template(&args, names)?;
    let folder = match options.get("dstdir")? {
        Some(Value::Boolean(false)) | None => PathBuf::from(folder),
        Some(_) => PathBuf::from(text("dstdir")?.unwrap_or_default()).join(folder),
    };
    transfer.first = count(&options, "dlseq_start")?.map_or(1, u64::from);
    let mut sources = Vec::new();
    for info in list.sequence_values::<Value>() {
        sources.push(source_of(connection, &args, &info?)?);
    }
    fetch(lua, connection, &options, sources, folder, transfer)
}

fn fetch(
    lua: &Lua,
    connection: &Rc<Connection>,
    options: &Options,
    sources: Vec<Source>,
    folder: PathBuf,
    transfer: Transfer,
) -> Returned {
    let (model, serial) =
        connection.camera(|camera| Ok((camera.info().model.clone(), camera.info().serial_number.clone())))?;
    let sources = asked(lua, connection, options, sources, |index, source| {
        folder.join(transfer.template.render(&Fields {
            path: &source.path,
            below: &source.below,
            mtime: source.stat.mtime,
            camera: &model,
            serial: &serial,
            seq: transfer.first + index as u64,
        }))
    })?;
    let told = Told::of(lua, connection, options)?;
    let target = Target::Folder(folder);
    let report = connection.camera(move |camera| {
        camera.await_idle()?;
        told.transfer(|event| camera.get(&sources, &target, &transfer, event))
    })?;
    values(lua, (true, report.table(lua)?))
}

/// What a function `overwrite` lets through: it is called as chdkptp does, for each file that is there already.
fn asked(
    lua: &Lua,
    connection: &Rc<Connection>,
    options: &Options,
    sources: Vec<Source>,
    name: impl Fn(usize, &Source) -> PathBuf,
) -> Result<Vec<Source>, Failure> {
    let Some(Value::Function(ask)) = options.get("overwrite")? else { return Ok(sources) };
    let mut kept = Vec::with_capacity(sources.len());
    for (index, source) in sources.into_iter().enumerate() {
        let path = name(index, &source);
        if let Ok(there) = std::fs::metadata(&path) {
            let state = lua.create_table()?;
            state.raw_set("mode", if there.is_dir() { "directory" } else { "file" })?;
            state.raw_set("size", there.len())?;
            let time = there.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            state.raw_set("modification", time.map(|time| time.as_secs()))?;
            let info = lua.create_table()?;
            let full = lua.create_string(&source.path)?;
            info.raw_set("full", full.clone())?;
            info.raw_set("st", size_and_time(lua, &source.stat)?)?;
            let con = Connection::into_lua(connection.clone(), lua)?;
            let path = path.display().to_string();
            let answer = connection.context.call(lua, &ask, (con, Value::Nil, info, state, full, path))?;
            if answer.front().is_none_or(|answer| matches!(answer, Value::Nil | Value::Boolean(false))) {
                continue;
            }
        }
        kept.push(source);
    }
    Ok(kept)
}

fn size_and_time(lua: &Lua, stat: &Stat) -> mlua::Result<Table> {
    let entry = Entry { path: CardPath::root(), stat: Some(stat.clone()), root: 0, depth: 0 };
    stat_table(lua, &entry)
}

/// A file that a listing told of: a table with `full` or `path`, and what is known of it.
fn source_of(connection: &Connection, args: &Args, info: &Value) -> Result<Source, Failure> {
    let wrong = || args.wrong(0, "file", "a file as imglist or con:find tells of it", info);
    let Value::Table(info) = info else { return Err(wrong()) };
    let full = match (info.raw_get::<Value>("full")?, info.raw_get::<Value>("path")?) {
        (Value::String(full), _) | (Value::Nil, Value::String(full)) => full.as_bytes().to_vec(),
        _ => return Err(wrong()),
    };
    let known = match info.raw_get::<Value>("st")? {
        Value::Table(known) => known,
        _ => info.clone(),
    };
    let number = |name: &str| Ok::<_, Failure>(whole(&known.raw_get::<Value>(name)?));
    let path = CardPath::parse(&full);
    let path = path.map_err(|error| Failure::bad_arg(format!("{}: {}", args.function(), error.message())))?;
    let stat = match (number("size")?, number("mtime")?) {
        (Some(size), Some(mtime)) if size >= 0 => {
            Stat { size: size as u64, mtime, attrib: 0, is_dir: known.raw_get::<bool>("is_dir").unwrap_or(false) }
        }
        _ => {
            let path = path.clone();
            connection.camera(move |camera| Ok(camera.stat(path.as_bytes())?))?
        }
    };
    let entry = Entry { path, stat: Some(stat), root: 0, depth: 0 };
    Source::of(&entry, false)
        .ok_or_else(|| Failure::bad_arg(format!("{}: {} is a folder", args.function(), entry.path)))
}

/// The folders in front of the first one that has a field in its name, and the rest: chdkptp's templates have the whole
/// path.
fn split(text: &str) -> (&str, &str) {
    let fixed = &text[..text.find('$').unwrap_or(text.len())];
    text.split_at(fixed.rfind(std::path::is_separator).map_or(0, |slash| slash + 1))
}

fn template(args: &Args, text: &str) -> Result<Template, Failure> {
    text.parse().map_err(|error: Error| Failure::bad_arg(format!("{}: {}", args.function(), error.message())))
}

/// Files that were found. A folder that is not gone into is an error.
fn sources(entries: Vec<Entry>, contents: &[bool], recursive: bool) -> Result<Vec<Source>, Failure> {
    if let Some(folder) = entries.iter().find(|entry| entry.is_dir() && !recursive) {
        let text = format!("get: {} is a folder; recursive = true fetches what is in it", folder.path);
        return Err(Failure::bad_arg(text));
    }
    let contents = |entry: &Entry| contents.get(entry.root).copied().unwrap_or(false);
    Ok(entries.iter().filter_map(|entry| Source::of(entry, contents(entry))).collect())
}

/// Which of the paths end with a slash.
fn contents(args: &Args, index: usize) -> Result<Vec<bool>, Failure> {
    Ok(strings(args, index, "patterns")?.iter().map(|text| text.ends_with('/')).collect())
}

fn place(target: Option<PathBuf>, several: bool) -> Target {
    let Some(path) = target else { return Target::Folder(PathBuf::new()) };
    let marked =
        path.as_os_str().as_encoded_bytes().last().is_some_and(|last| std::path::is_separator(char::from(*last)));
    if several || marked || path.is_dir() { Target::Folder(path) } else { Target::File(path) }
}

fn local_paths(args: &Args) -> Result<Vec<PathBuf>, Failure> {
    match args.get(0) {
        Value::Table(list) => {
            let wrong = |value: &Value| args.wrong(0, "paths", "a path or a list of paths", value);
            let take = |value: Value| match &value {
                Value::String(path) => Ok(path_of(path.as_bytes().to_vec())),
                other => Err(wrong(other)),
            };
            list.sequence_values::<Value>().map(|value| take(value?)).collect()
        }
        _ => Ok(vec![args.path(0, "paths")?]),
    }
}

/// The options of our own methods.
fn ours(options: &Options) -> Result<Transfer, Failure> {
    let flag = |name: &str, default: bool| Ok::<_, Failure>(options.flag(name)?.unwrap_or(default));
    let existing = match options.string("existing")? {
        None => Existing::default(),
        Some(word) => {
            let word = String::from_utf8_lossy(&word);
            word.parse().map_err(|error: Error| options.bad("existing", error.message()))?
        }
    };
    Ok(Transfer {
        existing,
        verify: flag("verify", false)?,
        delete: flag("delete", false)?,
        mtime: flag("mtime", true)?,
        dry_run: flag("dry_run", false)?,
        template: Template::path(),
        ..Transfer::default()
    })
}

fn download(options: &Options, transfer: &mut Transfer) -> Result<(), Failure> {
    transfer.resume = options.flag("resume")?.unwrap_or(true);
    if let Some(text) = options.string("template")? {
        let text = String::from_utf8_lossy(&text);
        transfer.template = text.parse().map_err(|error: Error| options.bad("template", error.message()))?;
    }
    Ok(())
}

/// The options of chdkptp's.
fn theirs(options: &Options) -> Result<Transfer, Failure> {
    let existing = match options.get("overwrite")? {
        None | Some(Value::Boolean(true) | Value::Function(_)) => Existing::Replace,
        Some(Value::Boolean(false)) => Existing::Skip,
        Some(other) => return Err(options.wrong("overwrite", "true, false or a function", &other)),
    };
    Ok(Transfer {
        existing,
        mtime: options.flag("mtime")?.unwrap_or(true),
        dry_run: options.flag("pretend")?.unwrap_or(false),
        ..Transfer::default()
    })
}

/// What says it where nothing else is given.
fn printf(lua: &Lua) -> mlua::Result<Function> {
    lua.load("return function(...) io.stdout:write(string.format(...)) end").set_name("=printf").eval()
}

/// Who is told of a transfer, and how it went.
struct Told {
    lua: Lua,
    connection: Rc<Connection>,
    /// Called as `printf`, with a format and what it needs.
    info: Option<Function>,
}

/// What came of a transfer.
struct Report {
    summary: Summary,
    files: Vec<File>,
    known: Option<usize>,
}

struct File {
    from: String,
    to: String,
    size: u64,
    result: &'static str,
    resumed: Option<u64>,
    checksum: Option<u32>,
    error: Option<String>,
}

impl Told {
    fn of(lua: &Lua, connection: &Rc<Connection>, options: &Options) -> Result<Self, Failure> {
        let info = match options.get("info_fn")? {
            None if options.flag("verbose")? == Some(true) => Some(printf(lua)?),
            None => None,
            Some(Value::Function(function)) if options.flag("verbose")? != Some(false) => Some(function),
            Some(Value::Function(_)) => None,
            Some(other) => return Err(options.wrong("info_fn", "a function", &other)),
        };
        Ok(Self { lua: lua.clone(), connection: connection.clone(), info })
    }

    fn transfer(
        self,
        work: impl FnOnce(&mut dyn FnMut(&Event<'_>) -> Result<(), Error>) -> Summary,
    ) -> Result<Report, Failure> {
        self.try_transfer(|event| Ok(work(event)))
    }

    fn try_transfer(
        self,
        work: impl FnOnce(&mut dyn FnMut(&Event<'_>) -> Result<(), Error>) -> Result<Summary, Error>,
    ) -> Result<Report, Failure> {
        let mut files = Vec::new();
        let mut thrown = None;
        let summary = work(&mut |event| {
            let Event::Ended { item, outcome } = event else { return Ok(()) };
            let file = File::of(&item.from, &item.to, item.size, outcome);
            let said = self.info.as_ref().map(|info| {
                let arguments = ("%s -> %s: %s\n", file.from.as_str(), file.to.as_str(), file.result);
                self.connection.context.call(&self.lua, info, arguments)
            });
            files.push(file);
            if let Some(Err(failure)) = said {
                thrown = Some(failure);
                return Err(Error::new(ErrorKind::Closed, "info_fn has failed"));
            }
            Ok(())
        });
        if let Some(failure) = thrown {
            return Err(failure);
        }
        let mut summary = summary?;
        if let Some(error) = summary.error.take() {
            return Err(error.then(&summary.to_string()).into());
        }
        Ok(Report { summary, files, known: None })
    }
}

impl File {
    fn of(from: &str, to: &str, size: u64, outcome: &Outcome) -> Self {
        let mut file = Self {
            from: from.to_owned(),
            to: to.to_owned(),
            size,
            result: "copied",
            resumed: None,
            checksum: None,
            error: None,
        };
        match outcome {
            Outcome::Copied(copied) => {
                file.resumed = Some(copied.resumed).filter(|resumed| *resumed > 0);
                file.checksum = copied.checksum;
            }
            Outcome::Same { .. } => file.result = "same",
            Outcome::Skipped => file.result = "skipped",
            Outcome::Planned => file.result = "planned",
            Outcome::Failed(error) => {
                file.result = "failed";
                file.error = Some(error.to_string());
            }
        }
        file
    }
}

impl Report {
    fn returned(self, lua: &Lua) -> Returned {
        values(lua, self.table(lua)?)
    }

    fn table(self, lua: &Lua) -> mlua::Result<Table> {
        let table = lua.create_table()?;
        let Summary { copied, bytes, same, skipped, planned, deleted, failed, left, .. } = self.summary;
        for (name, count) in [
            ("copied", copied),
            ("same", same),
            ("skipped", skipped),
            ("planned", planned),
            ("deleted", deleted),
            ("failed", failed),
            ("left", left),
        ] {
            table.raw_set(name, count)?;
        }
        table.raw_set("bytes", bytes)?;
        table.raw_set("known", self.known)?;
        let files = lua.create_table_with_capacity(self.files.len(), 0)?;
        for file in self.files {
            let told = lua.create_table()?;
            told.raw_set("from", file.from)?;
            told.raw_set("to", file.to)?;
            told.raw_set("size", file.size)?;
            told.raw_set("result", file.result)?;
            told.raw_set("resumed", file.resumed)?;
            told.raw_set("checksum", file.checksum)?;
            told.raw_set("error", file.error)?;
            files.raw_push(told)?;
        }
        table.raw_set("files", files)?;
        Ok(table)
    }
}
