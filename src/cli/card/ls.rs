//! `moonshutter ls`

use std::collections::HashMap;

use clap::{ArgAction, Args, ValueEnum};
use serde_json::Value;

use super::super::{Context, exit, show};
use super::{PATHS, SelectArgs, code, format, tell};
use crate::camera::card::{CardPath, Entry, Order, Pattern, Select};
use crate::error::Result;

#[derive(Args)]
#[command(after_help = PATHS, disable_help_flag = true)]
pub(in crate::cli) struct Ls {
    /// Files to show, and folders whose contents to show; patterns in quotes
    #[arg(default_value = "A/", value_name = "PATH")]
    paths: Vec<Pattern>,

    /// One line for each, with attributes (folder, read-only, hidden, system, archive), size and date
    #[arg(short, long)]
    long: bool,

    /// Sizes that are easy to read, as they are anyway
    #[arg(short = 'h', long = "human-readable", conflicts_with = "bytes")]
    _human: bool,

    /// Print help
    #[arg(long = "help", action = ArgAction::Help)]
    _help: Option<bool>,

    /// Sizes in bytes
    #[arg(long)]
    bytes: bool,

    /// All of it, as it is anyway: no name is hidden
    #[arg(short = 'a', long = "all", hide = true)]
    _all: bool,

    /// Folders themselves, not what is in them
    #[arg(short, long, conflicts_with = "recursive")]
    directory: bool,

    /// Folders in folders, too
    #[arg(short = 'R', long)]
    recursive: bool,

    /// With -R, how many levels of folders
    #[arg(long, value_name = "N", requires = "recursive")]
    max_depth: Option<u32>,

    /// The newest first: --sort date
    #[arg(short = 't', conflicts_with_all = ["by_size", "sort"])]
    by_date: bool,

    /// The largest first: --sort size
    #[arg(short = 'S', conflicts_with = "sort")]
    by_size: bool,

    /// By what to sort
    #[arg(long, value_name = "KEY", default_value = "name")]
    sort: Key,

    /// The other way round
    #[arg(short, long)]
    reverse: bool,

    /// In columns, also if the output is no terminal
    #[arg(short = 'C', conflicts_with_all = ["long", "one"])]
    columns: bool,

    /// One name in each line, as if the output is no terminal
    #[arg(short = '1')]
    one: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    select: SelectArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Key {
    Name,
    Date,
    Size,
    /// By the numbers of folder and shot
    Shot,
}

/// What is in a folder.
struct Group {
    folder: CardPath,
    entries: Vec<Entry>,
}

impl Ls {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        let filter = self.select.filter(&mut camera)?;
        let selective = filter.is_selective();
        let max_depth = if self.recursive { self.max_depth } else { Some(1) };
        let select = Select { roots: self.paths.clone(), recursive: !self.directory, max_depth, filter };
        let mut named = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut places = HashMap::new();
        let walked = camera.walk(&select, &mut |entry| {
            let goes_in = !self.directory && entry.is_dir() && max_depth.is_none_or(|depth| entry.depth < depth);
            if goes_in && entry.path.is_usable() {
                places.insert((entry.root, entry.path.clone()), groups.len());
                groups.push(Group { folder: entry.path.clone(), entries: Vec::new() });
            }
            if entry.depth == 0 {
                if !goes_in {
                    named.push(entry);
                }
            } else if !(selective && entry.is_dir())
                && let Some(at) = entry.path.parent().and_then(|folder| places.get(&(entry.root, folder)))
            {
                groups[*at].entries.push(entry);
            }
            Ok(())
        })?;
        let found = tell(&camera, &select, &walked);
        camera.disconnect()?;
        let order = self.order();
        order.sort(&mut named, self.reverse);
        groups.iter_mut().for_each(|group| order.sort(&mut group.entries, self.reverse));
        groups.sort_by_key(|group| group.folder.names().map(<[u8]>::to_ascii_uppercase).collect::<Vec<_>>());
        let alone = groups.len() == 1 && named.is_empty() && self.paths.len() == 1;
        if selective && !alone {
            groups.retain(|group| !group.entries.is_empty());
        }
        exit::print(if self.json { as_json(&named, &groups) } else { self.as_text(named, groups, alone) })?;
        Ok(code(found))
    }

    fn order(&self) -> Order {
        match self.sort {
            _ if self.by_date => Order::Date,
            _ if self.by_size => Order::Size,
            Key::Name => Order::Name,
            Key::Date => Order::Date,
            Key::Size => Order::Size,
            Key::Shot => Order::Shot,
        }
    }

    fn as_text(&self, named: Vec<Entry>, groups: Vec<Group>, alone: bool) -> String {
        let mut blocks = Vec::new();
        if !named.is_empty() {
            blocks.push(self.block(&named, |entry| {
                let slash = if entry.is_dir() && !entry.path.is_root() { "/" } else { "" };
                format!("{}{slash}", entry.path)
            }));
        }
        for group in groups {
            let block = self.block(&group.entries, format::name);
            blocks.push(if alone { block } else { format!("{}:\n{block}", group.folder) });
        }
        blocks.join("\n")
    }

    fn block(&self, entries: &[Entry], name: impl Fn(&Entry) -> String) -> String {
        if !self.long {
            let names: Vec<_> = entries.iter().map(name).collect();
            return if self.one {
                names.into_iter().map(|name| name + "\n").collect()
            } else {
                format::columns(names, self.columns)
            };
        }
        let size = |entry: &Entry| match &entry.stat {
            Some(stat) if stat.is_dir => String::new(),
            Some(stat) if self.bytes => stat.size.to_string(),
            Some(stat) => format::human(stat.size),
            None => "?".to_owned(),
        };
        let sizes: Vec<_> = entries.iter().map(size).collect();
        let width = sizes.iter().map(String::len).max().unwrap_or(0);
        let line = |(entry, size): (&Entry, &String)| {
            let attributes = entry.stat.as_ref().map_or("?????".to_owned(), format::attributes);
            let date = entry.stat.as_ref().map_or("?".to_owned(), |stat| format::date(stat.mtime, "%Y-%m-%d %H:%M"));
            format!("{attributes}  {size:>width$}  {date:<16}  {}\n", name(entry))
        };
        entries.iter().zip(&sizes).map(line).collect()
    }
}

fn as_json(named: &[Entry], groups: &[Group]) -> String {
    let entries = named.iter().chain(groups.iter().flat_map(|group| &group.entries));
    show::json_text(&Value::from_iter(entries.map(format::json)))
}
