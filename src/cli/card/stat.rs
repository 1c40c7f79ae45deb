//! `moonshutter stat`

use clap::Args;
use serde_json::Value;

use super::super::{Context, exit, show};
use super::{PATHS, code, format, tell};
use crate::camera::card::{Entry, Pattern, Select};
use crate::error::Result;

#[derive(Args)]
#[command(after_help = PATHS)]
pub(in crate::cli) struct Stat {
    /// Files and folders; patterns in quotes
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Pattern>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Stat {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        let select = Select::of(self.paths);
        let mut entries = Vec::new();
        let walked = camera.walk(&select, &mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        let found = tell(&camera, &select, &walked);
        camera.disconnect()?;
        exit::print(if self.json {
            show::json_text(&Value::from_iter(entries.iter().map(format::json)))
        } else {
            entries.iter().map(as_text).collect::<Vec<_>>().join("\n")
        })?;
        Ok(code(found))
    }
}

fn as_text(entry: &Entry) -> String {
    let mut rows = vec![];
    match &entry.stat {
        None => rows.push(("type", "the camera would not say".to_owned())),
        Some(stat) => {
            rows.push(("type", if stat.is_dir { "folder" } else { "file" }.to_owned()));
            if !stat.is_dir {
                let size = match stat.size {
                    small @ 0..1024 => format::size(small),
                    bytes => format!("{} ({bytes} bytes)", format::human(bytes)),
                };
                rows.push(("size", size));
            }
            rows.push(("modified", format::date(stat.mtime, "%Y-%m-%d %H:%M:%S")));
            rows.push(("attributes", format::attribute_names(stat).join(", ")));
        }
    }
    let numbers = [("shot", entry.path.shot()), ("folder number", entry.path.folder_number())];
    rows.extend(numbers.into_iter().filter_map(|(name, number)| Some((name, number?.to_string()))));
    let rows = rows.iter().map(|(name, value)| format!("  {name:<14}{value}").trim_end().to_owned() + "\n");
    format!("{}\n{}", entry.path, rows.collect::<String>())
}
