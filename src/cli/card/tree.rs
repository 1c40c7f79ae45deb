//! `moonshutter tree`

use std::collections::HashMap;
use std::fmt::Write;

use clap::Args;
use serde_json::{Value, json};

use super::super::{Context, exit, show};
use super::{PATHS, SelectArgs, code, format, tell};
use crate::camera::card::{CardPath, Entry, Order, Pattern, Select};
use crate::error::Result;

#[derive(Args)]
#[command(after_help = PATHS)]
pub(in crate::cli) struct Tree {
    /// Folders to show; patterns in quotes
    #[arg(default_value = "A/", value_name = "PATH")]
    paths: Vec<Pattern>,

    /// Folders only, with what is in them counted
    #[arg(short, long)]
    directories: bool,

    /// How many levels to show; what is below is counted all the same
    #[arg(short = 'L', long, value_name = "N")]
    max_depth: Option<usize>,

    /// The sizes of files, too
    #[arg(short, long)]
    size: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    select: SelectArgs,
}

/// A file or folder and what is in it.
struct Node {
    entry: Entry,
    children: Vec<Node>,
    total: Total,
}

/// What is in a folder and the folders in it.
#[derive(Clone, Copy, Default)]
struct Total {
    files: u64,
    folders: u64,
    bytes: u64,
}

impl Tree {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        let filter = self.select.filter(&mut camera)?;
        let selective = filter.is_selective();
        let select = Select { roots: self.paths.clone(), recursive: true, max_depth: None, filter };
        let mut roots = Vec::new();
        let mut inside: HashMap<(usize, CardPath), Vec<Entry>> = HashMap::new();
        let walked = camera.walk(&select, &mut |entry| {
            match entry.path.parent() {
                Some(folder) if entry.depth > 0 => inside.entry((entry.root, folder)).or_default().push(entry),
                _ => roots.push(entry),
            }
            Ok(())
        })?;
        let found = tell(&camera, &select, &walked);
        camera.disconnect()?;
        let mut trees: Vec<_> = roots.into_iter().map(|root| grow(root, &mut inside)).collect();
        if selective {
            trees.iter_mut().for_each(prune);
        }
        exit::print(if self.json { self.as_json(&trees) } else { self.as_text(&trees) })?;
        Ok(code(found))
    }

    fn as_text(&self, trees: &[Node]) -> String {
        let mut out = String::new();
        let mut all = Total::default();
        if trees.is_empty() {
            return out;
        }
        for tree in trees {
            out.push_str(&tree.entry.path.to_string());
            self.details(tree, &mut out);
            self.branches(tree, "", 1, &mut out);
            // A folder that is named is not one of those in it; a file is.
            all = all.and(if tree.entry.is_dir() { tree.total } else { Total::of(&tree.entry) });
        }
        let (folders, files) = (format::count(all.folders, "folder"), format::count(all.files, "file"));
        let _ = writeln!(out, "\n{folders}, {files}, {}", format::size(all.bytes));
        out
    }

    fn branches(&self, node: &Node, indent: &str, level: usize, out: &mut String) {
        if self.max_depth.is_some_and(|most| level > most) {
            return;
        }
        let shown: Vec<_> = node.children.iter().filter(|child| !self.directories || child.entry.is_dir()).collect();
        for (at, child) in shown.iter().enumerate() {
            let (branch, below) = if at + 1 == shown.len() { ("└── ", "    ") } else { ("├── ", "│   ") };
            let _ = write!(out, "{indent}{branch}{}", format::name(&child.entry));
            self.details(child, out);
            self.branches(child, &format!("{indent}{below}"), level + 1, out);
        }
    }

    fn details(&self, node: &Node, out: &mut String) {
        if node.entry.is_dir() {
            let Total { files, bytes, .. } = node.total;
            let _ = write!(out, "  ({}, {})", format::count(files, "file"), format::size(bytes));
        } else if self.size {
            let _ = write!(out, "  {}", format::human(node.entry.size()));
        }
        out.push('\n');
    }

    fn as_json(&self, trees: &[Node]) -> String {
        show::json_text(&Value::from_iter(trees.iter().map(|tree| self.node_json(tree, 0))))
    }

    fn node_json(&self, node: &Node, level: usize) -> Value {
        let mut value = format::json(&node.entry);
        if node.entry.is_dir() {
            let Total { files, folders, bytes } = node.total;
            value["total"] = json!({"files": files, "folders": folders, "bytes": bytes});
            if self.max_depth.is_none_or(|most| level < most) {
                let shown = node.children.iter().filter(|child| !self.directories || child.entry.is_dir());
                value["children"] = shown.map(|child| self.node_json(child, level + 1)).collect();
            }
        }
        value
    }
}

impl Total {
    fn and(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            folders: self.folders + other.folders,
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    fn of(entry: &Entry) -> Self {
        match entry.is_dir() {
            true => Self { folders: 1, ..Self::default() },
            false => Self { files: 1, folders: 0, bytes: entry.size() },
        }
    }
}

/// An entry with what is in it. A walk bounds the depth.
fn grow(entry: Entry, inside: &mut HashMap<(usize, CardPath), Vec<Entry>>) -> Node {
    let mut entries = match entry.path.is_usable() {
        true => inside.remove(&(entry.root, entry.path.clone())).unwrap_or_default(),
        false => Vec::new(),
    };
    Order::Name.sort(&mut entries, false);
    let children: Vec<_> = entries.into_iter().map(|child| grow(child, inside)).collect();
    let total =
        children.iter().fold(Total::default(), |total, child| total.and(child.total).and(Total::of(&child.entry)));
    Node { entry, children, total }
}

/// Takes away folders in which nothing is that was asked for.
fn prune(node: &mut Node) {
    node.children.retain(|child| !child.entry.is_dir() || child.total.files > 0);
    node.children.iter_mut().for_each(prune);
    let total = node.children.iter().map(|child| child.total.and(Total::of(&child.entry)));
    node.total = total.fold(Total::default(), Total::and);
}
