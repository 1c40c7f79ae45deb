//! Sizes, dates and entries as people and programs read them.

use std::io::IsTerminal;

use serde_json::{Value, json};
use term_grid::{Direction, Filling, Grid, GridOptions};

use super::super::show;
use crate::camera::Stat;
use crate::camera::card::{Entry, shown};

/// The DOS attributes: their bits, their letters, their names.
const ATTRIBUTES: [(u32, char, &str); 4] =
    [(0x01, 'r', "read-only"), (0x02, 'h', "hidden"), (0x04, 's', "system"), (0x20, 'a', "archive")];

/// A size in three or four letters, in units of 1024: `512`, `3.2M`, `14G`.
pub(super) fn human(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, 0);
    // What would be shown as 1024 is 1.0 of the next.
    while (if value < 9.95 { (value * 10.0).round() / 10.0 } else { value.round() }) >= 1024.0 {
        value /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => bytes.to_string(),
        unit if value < 9.95 => format!("{value:.1}{}", units(unit)),
        unit => format!("{value:.0}{}", units(unit)),
    }
}

/// A size in a sentence: bytes say so.
pub(super) fn size(bytes: u64) -> String {
    if bytes < 1024 { count(bytes, "byte") } else { human(bytes) }
}

fn units(unit: usize) -> char {
    ['B', 'K', 'M', 'G', 'T', 'P', 'E'][unit]
}

/// A time of the camera's, which is local time.
pub(super) fn date(mtime: i64, format: &str) -> String {
    jiff::Timestamp::from_second(mtime).map_or_else(|_| mtime.to_string(), |time| time.strftime(format).to_string())
}

/// `drhsa`, with a dash for what does not hold.
pub(super) fn attributes(stat: &Stat) -> String {
    let letter = |holds, letter| if holds { letter } else { '-' };
    let rest = ATTRIBUTES.iter().map(|(bit, c, _)| letter(stat.attrib & bit != 0, *c));
    std::iter::once(letter(stat.is_dir, 'd')).chain(rest).collect()
}

/// The attributes in words.
pub(super) fn attribute_names(stat: &Stat) -> Vec<&'static str> {
    ATTRIBUTES.iter().filter(|(bit, ..)| stat.attrib & bit != 0).map(|(.., name)| *name).collect()
}

/// The name, with a slash behind that of a folder.
pub(super) fn name(entry: &Entry) -> String {
    let slash = if entry.is_dir() && !entry.path.is_root() { "/" } else { "" };
    format!("{}{slash}", shown(entry.path.name()))
}

/// `1 file`, `2 files`.
pub(super) fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// An entry for programs. What is no UTF-8 is `{"$bytes": […]}`.
pub(super) fn json(entry: &Entry) -> Value {
    let stat = entry.stat.as_ref();
    let kind = stat.map(|stat| if stat.is_dir { "folder" } else { "file" });
    json!({
        "path": show::string(entry.path.as_bytes()),
        "name": show::string(entry.path.name()),
        "type": kind,
        "size": stat.map(|stat| stat.size),
        "modified": stat.map(|stat| date(stat.mtime, "%Y-%m-%dT%H:%M:%S")),
        "mtime": stat.map(|stat| stat.mtime),
        "attributes": stat.map(attribute_names),
        "shot": entry.path.shot(),
        "folder": entry.path.folder_number(),
    })
}

/// Names in as many columns as there is room for; one in each line if nobody looks.
pub(super) fn columns(names: Vec<String>, force: bool) -> String {
    if !force && !std::io::stdout().is_terminal() {
        return names.into_iter().map(|name| name + "\n").collect();
    }
    if names.is_empty() {
        return String::new();
    }
    let options = GridOptions { filling: Filling::Spaces(2), direction: Direction::TopToBottom, width: width() };
    Grid::new(names, options).to_string()
}

/// The width that there is: `COLUMNS`, or the terminal's, or 80.
fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|columns| *columns > 0);
    told.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1.0K"),
            (10_188, "9.9K"),
            (10_189, "10K"),
            (1_048_063, "1023K"),
            (1_048_575, "1.0M"),
            (3_355_443, "3.2M"),
            (15_923_150_848, "15G"),
            (u64::MAX, "16E"),
        ] {
            assert_eq!(human(bytes), text, "{bytes}");
        }
    }

    #[test]
    fn attributes_have_letters() {
        let stat = |attrib, is_dir| Stat { size: 0, mtime: 0, attrib, is_dir };
        assert_eq!(attributes(&stat(0x27, false)), "-rhsa");
        assert_eq!(attributes(&stat(0x10, true)), "d----");
        assert_eq!(attribute_names(&stat(0xffff_ffff, false)), ["read-only", "hidden", "system", "archive"]);
    }
}
