//! `moonshutter rm`

use std::io::{IsTerminal, Write};

use clap::Args;
use serde_json::{Value, json};

use super::super::{Context, exit, read_line, show};
use super::{PATHS, SelectArgs, format, tell};
use crate::camera::Camera;
use crate::camera::card::{CardPath, Entry, Pattern, Removal, Select, in_order_of_removal};
use crate::error::{Error, ErrorKind, Result};

/// How many things that could not be removed are told one by one.
const TOLD: usize = 10;

#[derive(Args)]
#[command(after_help = PATHS)]
pub(in crate::cli) struct Rm {
    /// Files to remove from the card; patterns in quotes
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Pattern>,

    /// Folders, too, with all that is in them; with a filter only the files that it lets through
    #[arg(short, long, short_alias = 'R')]
    recursive: bool,

    /// Only print what would be removed
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Do not ask before folders are removed with what is in them
    #[arg(short, long)]
    yes: bool,

    /// Do not mind what is not there
    #[arg(short, long)]
    force: bool,

    /// With -r, empty the whole card: 'A/' or 'A/*'
    #[arg(long, requires = "recursive")]
    whole_card: bool,

    /// Print what is removed
    #[arg(long)]
    list: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    select: SelectArgs,
}

/// What is to be removed: the files before the folders, and those that are in others before these.
struct Plan {
    entries: Vec<Entry>,
    files: usize,
    bytes: u64,
    /// Roots that name folders.
    trees: Vec<CardPath>,
}

impl Rm {
    pub fn run(self, context: &Context) -> Result<u8> {
        let whole = |path: &&Pattern| path.takes_whole_card(self.recursive);
        if let (Some(root), false) = (self.paths.iter().find(whole), self.whole_card) {
            let text = format!("{root} is the whole card; rm -r --whole-card empties it");
            return Err(Error::new(ErrorKind::Usage, text));
        }
        let mut camera = context.connect(&context.options())?;
        let filter = self.select.filter(&mut camera)?;
        let select = Select { roots: self.paths.clone(), recursive: self.recursive, max_depth: None, filter };
        let (plan, mut all) = self.plan(&mut camera, &select)?;
        if self.dry_run {
            camera.disconnect()?;
            self.print_plan(&plan)?;
            return Ok(super::code(all));
        }
        let asks = !plan.trees.is_empty() && !plan.entries.is_empty() && !self.yes;
        if asks && !ask(&plan, &camera, context)? {
            exit::say("nothing was removed");
            return Ok(exit::FAILED);
        }
        let mut done = Done { plan: &plan, removals: Vec::new() };
        let result = camera.remove(&plan.entries, &mut |at, removal| {
            let removed = removal == Removal::Removed;
            done.removals.push(removal);
            if removed && self.list && !self.json { exit::print(line(&plan.entries[at])) } else { Ok(()) }
        });
        all &= done.report(self.force);
        if self.json {
            exit::print(show::json_text(&done.as_json()))?;
        }
        result?;
        camera.disconnect()?;
        Ok(super::code(all))
    }

    /// What is to be removed, and whether all was found that was named.
    fn plan(&self, camera: &mut Camera, select: &Select) -> Result<(Plan, bool)> {
        let selective = select.filter.is_selective();
        let (mut entries, mut refused, mut trees) = (Vec::new(), Vec::new(), Vec::new());
        let mut walked = camera.walk(select, &mut |entry| {
            match entry.is_dir() {
                true if !self.recursive => refused.push(entry.path),
                true if entry.depth == 0 => {
                    trees.push(entry.path.clone());
                    entries.push(entry);
                }
                _ => entries.push(entry),
            }
            Ok(())
        })?;
        let entries = in_order_of_removal(entries, selective);
        let files = entries.iter().take_while(|entry| !entry.is_dir()).count();
        let bytes = entries[..files].iter().map(Entry::size).sum();
        let plan = Plan { entries, files, bytes, trees };
        for path in &refused {
            exit::say(&format!("{path} is a folder; -r removes folders and what is in them"));
        }
        if self.force {
            walked.unmatched.clear();
        }
        Ok((plan, tell(camera, select, &walked) && refused.is_empty()))
    }

    fn print_plan(&self, plan: &Plan) -> Result<()> {
        if self.json {
            let entries = plan.entries.iter().map(format::json);
            return exit::print(show::json_text(&Value::from_iter(entries)));
        }
        exit::print(plan.entries.iter().map(line).collect::<String>())?;
        exit::say(&format!("{} would be removed", plan.as_text()));
        Ok(())
    }
}

/// Whether the user wants it.
fn ask(plan: &Plan, camera: &Camera, context: &Context) -> Result<bool> {
    let trees: Vec<_> = plan.trees.iter().take(3).map(ToString::to_string).collect();
    let more = if plan.trees.len() > 3 { " and others" } else { "" };
    let question = format!("remove {} in {}{more} from {}", plan.as_text(), trees.join(", "), camera.name());
    if !std::io::stdin().is_terminal() {
        let text = format!("to {question}, say --yes; --dry-run shows what that is");
        return Err(Error::new(ErrorKind::Usage, text));
    }
    let mut err = std::io::stderr().lock();
    // If nobody can see the question, nobody will say yes.
    let _ = write!(err, "{}? [y/N] ", exit::harmless(&question)).and_then(|()| err.flush());
    drop(err);
    let answer = read_line(&context.interrupt)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// A path, with a slash behind that of a folder.
fn line(entry: &Entry) -> String {
    format!("{}{}\n", entry.path, if entry.is_dir() { "/" } else { "" })
}

impl Plan {
    fn as_text(&self) -> String {
        count(self.files, self.entries.len() - self.files, self.bytes)
    }
}

fn count(files: usize, folders: usize, bytes: u64) -> String {
    let files_text = format!("{} ({})", format::count(files as u64, "file"), format::size(bytes));
    let folders_text = format::count(folders as u64, "folder");
    match (files, folders) {
        (0, 0) => "nothing".to_owned(),
        (0, _) => folders_text,
        (_, 0) => files_text,
        _ => format!("{files_text} and {folders_text}"),
    }
}

/// What has become of a plan.
struct Done<'a> {
    plan: &'a Plan,
    removals: Vec<Removal>,
}

impl Done<'_> {
    fn of(&self, removal: &Removal) -> impl Iterator<Item = &Entry> {
        self.plan.entries.iter().zip(&self.removals).filter(move |(_, is)| *is == removal).map(|(entry, _)| entry)
    }

    /// Tells what was removed and what was not, and returns whether all was.
    fn report(&self, force: bool) -> bool {
        let problems = self.plan.entries.iter().zip(&self.removals).filter_map(|(entry, removal)| match removal {
            Removal::Kept(reason) => Some(format!("{} {reason}", entry.path)),
            Removal::Missing if !force => Some(format!("{} was gone already", entry.path)),
            _ => None,
        });
        let problems: Vec<_> = problems.collect();
        problems.iter().take(TOLD).for_each(|problem| exit::say(problem));
        if problems.len() > TOLD {
            exit::say(&format!("and {} more", problems.len() - TOLD));
        }
        let (folders, files): (Vec<_>, Vec<_>) = self.of(&Removal::Removed).partition(|entry| entry.is_dir());
        let removed = count(files.len(), folders.len(), files.iter().map(|entry| entry.size()).sum());
        let unknown: Vec<_> = self.of(&Removal::Unknown).collect();
        let all = self.plan.entries.len();
        let left = all - folders.len() - files.len() - unknown.len();
        match left {
            0 if self.plan.entries.is_empty() => {}
            0 => exit::say(&format!("removed {removed}")),
            left => exit::say(&format!("removed {removed}; {left} of {all} are left")),
        }
        if let [first, .., last] | [first @ last] = unknown.as_slice() {
            let text = format!("what became of {}, {} to {}, is not known", unknown.len(), first.path, last.path);
            exit::say(&text);
        }
        problems.is_empty() && self.removals.len() == self.plan.entries.len() && unknown.is_empty()
    }

    fn as_json(&self) -> Value {
        let value = |(at, entry): (usize, &Entry)| {
            let (removed, reason) = match self.removals.get(at) {
                Some(Removal::Removed) => (json!(true), None),
                Some(Removal::Missing) => (json!(false), Some("was gone already")),
                Some(Removal::Kept(reason)) => (json!(false), Some(reason.as_str())),
                Some(Removal::Unknown) => (json!(null), Some("the connection was lost meanwhile")),
                None => (json!(false), Some("was not tried")),
            };
            json!({"path": show::string(entry.path.as_bytes()), "removed": removed, "reason": reason})
        };
        Value::from_iter(self.plan.entries.iter().enumerate().map(value))
    }
}
