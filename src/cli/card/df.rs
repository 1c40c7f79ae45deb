//! `moonshutter df`

use clap::{ArgAction, Args};
use serde_json::json;

use super::super::{Context, exit};
use super::format::human;
use crate::error::Result;

/// The card's room and what it is good for.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(in crate::cli) struct Df {
    /// Sizes that are easy to read, as they are anyway
    #[arg(short = 'h', long = "human-readable", conflicts_with = "bytes")]
    _human: bool,

    /// Print help
    #[arg(long = "help", action = ArgAction::Help)]
    _help: Option<bool>,

    /// Sizes in bytes
    #[arg(long)]
    bytes: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Df {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        let space = camera.card_space()?;
        camera.disconnect()?;
        let used = space.total.saturating_sub(space.free);
        if self.json {
            let value = json!({
                "path": "A/",
                "total": space.total,
                "used": used,
                "free": space.free,
                "jpegs": space.jpegs,
                "raws": space.raws,
            });
            exit::print(format!("{value:#}\n"))?;
            return Ok(exit::DONE);
        }
        let size = |bytes: u64| if self.bytes { bytes.to_string() } else { human(bytes) };
        let percent = |part: u64, whole: u64| match whole {
            0 => "-".to_owned(),
            // Rounded up, as df does.
            whole => format!("{}%", (u128::from(part) * 100).div_ceil(u128::from(whole))),
        };
        let shots = |count: Option<u32>| count.map_or("-".to_owned(), |count| count.to_string());
        let cells = [
            ("size", size(space.total)),
            ("used", size(used)),
            ("free", size(space.free)),
            ("use%", percent(used, space.total)),
            ("JPEGs left", shots(space.jpegs)),
            ("raws left", shots(space.raws)),
        ];
        let width = |(title, value): &(&str, String)| title.len().max(value.len());
        let titles: String = cells.iter().map(|cell| format!("  {:>1$}", cell.0, width(cell))).collect();
        let values: String = cells.iter().map(|cell| format!("  {:>1$}", cell.1, width(cell))).collect();
        exit::print(format!("card{titles}\nA/  {values}\n"))?;
        Ok(exit::DONE)
    }
}
