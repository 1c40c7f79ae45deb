//! What is asked of files on the command line: dates, sizes, numbers.

use std::ops::RangeInclusive;

use crate::camera::Camera;
use crate::camera::card::{Filter, Glob, When, numbers, size};
use crate::error::Result;
use clap::Args;

/// Which of the files are meant.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Which files")]
pub(in crate::cli) struct SelectArgs {
    /// Only files whose name fits: '*.JPG' (may be given more than once)
    #[arg(long, value_name = "PATTERN")]
    name: Vec<Glob>,

    /// Neither files nor folders whose name fits (may be given more than once)
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<Glob>,

    /// Only files changed at this time or later: 2026-11-25, '2026-11-25 14:30', today, yesterday, or 90m, 2h, 3d ago by the
    /// camera's clock
    #[arg(long, value_name = "WHEN")]
    newer: Option<When>,

    /// Only files changed at this time or earlier; a day counts to its end
    #[arg(long, value_name = "WHEN")]
    older: Option<When>,

    /// Only files of this size or more: 500, 10k, 2.5M, 1G
    #[arg(long, value_name = "SIZE", value_parser = size)]
    min_size: Option<u64>,

    /// Only files of this size or less
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_size: Option<u64>,

    /// Only shots with these numbers, as 1234 in IMG_1234.JPG: 1234, 1200-1250, 1200-
    #[arg(long, value_name = "NUMBERS", value_parser = numbers)]
    shots: Option<RangeInclusive<u32>>,

    /// Only files in image folders with these numbers, as 100 in 100CANON
    #[arg(long, value_name = "NUMBERS", value_parser = numbers)]
    folders: Option<RangeInclusive<u32>>,

    /// Only the last N shots by date; the files of one shot count as one
    #[arg(long, value_name = "N")]
    last: Option<usize>,
}

impl SelectArgs {
    /// The filter. Times that hang on the camera's clock are asked of it.
    pub fn filter(&self, camera: &mut Camera) -> Result<Filter> {
        let relative = [self.newer, self.older].iter().flatten().any(|when| when.is_relative());
        let now = if relative { camera.card_time()? } else { 0 };
        Ok(Filter {
            include: self.name.clone(),
            exclude: self.exclude.clone(),
            newer: self.newer.map(|when| when.first_second(now)),
            older: self.older.map(|when| when.last_second(now)),
            min_size: self.min_size,
            max_size: self.max_size,
            shots: self.shots.clone(),
            folders: self.folders.clone(),
            last: self.last,
        })
    }
}
