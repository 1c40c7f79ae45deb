//! CHDK's configuration values.
//!
//! Scripts know them by number. The facts give one, 999, the user's permission of native calls; the names and numbers
//! here are the simulated camera's own, far from any real ones, and stand in its `gen/cnf_*` modules. Nothing is left of
//! the numbers before 1.3 to be mapped.
//!
//! A group is kept in a file of its own on the card, in a format of our own: a line for each value that a script has
//! set, `name=` and an integer, a quoted string, `x;y`, or integers in brackets.

use std::collections::BTreeMap;

/// The user's permission of native calls. Scripts can read but not set it.
pub(crate) const NATIVE_CALLS: i32 = 999;

/// Most bytes of a string or a file, and most numbers of a table.
const LONGEST: usize = 1024;
const TABLE: usize = 64;
pub(crate) const FILE: u64 = 64 * 1024;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Int(i32),
    Text(Vec<u8>),
    Point(i32, i32),
    Table(Vec<i32>),
}

/// What a value is at first.
enum First {
    Int(i32),
    Text(&'static str),
    Point(i32, i32),
    Table(&'static [i32]),
}

/// Values that are saved together.
pub(crate) struct Group {
    /// Number for `save_config_file`; its values follow.
    pub(crate) base: i32,
    /// Name of its module, `gen/cnf_core`.
    pub(crate) module: &'static str,
    /// Where it is saved.
    pub(crate) file: &'static str,
    items: &'static [(&'static str, First)],
}

use First::{Int, Point, Table, Text};

/// The groups.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        base: 21_000,
        module: "cnf_core",
        file: "A/CHDK/CORE.CFG",
        items: &[
            ("save_raw", Int(0)),
            ("raw_nr", Int(0)),
            ("raw_dng", Int(0)),
            ("raw_prefix", Int(0)),
            ("raw_ext", Int(0)),
            ("curve_enable", Int(0)),
            ("curve_file", Text("")),
            ("script_startup", Int(0)),
            ("script_file", Text("")),
            ("script_shoot_delay", Int(0)),
            ("alt_mode_button", Int(0)),
            ("remote_enable", Int(0)),
            ("start_sound", Int(0)),
            ("disable_lcd_off", Int(0)),
            ("fast_ev", Int(0)),
            ("usb_info_enable", Int(0)),
            ("debug_lua_restart_on_error", Int(0)),
        ],
    },
    Group {
        base: 22_000,
        module: "cnf_osd",
        file: "A/CHDK/OSD.CFG",
        items: &[
            ("show_osd", Int(1)),
            ("show_histo", Int(0)),
            ("show_clock", Int(1)),
            ("show_dof", Int(0)),
            ("show_temp", Int(0)),
            ("histo_pos", Point(45, 100)),
            ("clock_pos", Point(310, 0)),
            ("dof_pos", Point(90, 45)),
            ("temp_pos", Point(35, 0)),
            ("osd_color", Int(0)),
        ],
    },
    Group {
        base: 23_000,
        module: "cnf_user",
        file: "A/CHDK/USER.CFG",
        items: &[("user_menu_enable", Int(0)), ("user_menu_as_root", Int(0)), ("user_menu_vars", Table(&[0; 10]))],
    },
    Group {
        base: 24_000,
        module: "cnf_gps",
        file: "A/CHDK/GPS.CFG",
        items: &[("gps_record", Int(0)), ("gps_interval", Int(1)), ("gps_show_symbol", Int(0))],
    },
];

impl Group {
    /// The group of this base number.
    pub(crate) fn of(base: i32) -> Option<&'static Self> {
        GROUPS.iter().find(|group| group.base == base)
    }

    /// Name and number of each value.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (&'static str, i32)> {
        self.items.iter().zip(self.base + 1..).map(|((name, _), number)| (*name, number))
    }

    fn has(&self, number: i32) -> bool {
        (self.base + 1..=self.base + self.items.len() as i32).contains(&number)
    }
}

/// The number of a value that the camera itself uses; the names above are all there is to ask for.
pub(crate) fn number(name: &str) -> i32 {
    GROUPS.iter().flat_map(Group::numbers).find(|(known, _)| *known == name).map_or(0, |(_, number)| number)
}

/// What scripts have set.
pub(crate) struct Settings {
    set: BTreeMap<i32, Item>,
    /// Whether every change is saved.
    pub(crate) autosave: bool,
    /// Whether what is on the card has been read.
    pub(crate) loaded: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { set: BTreeMap::new(), autosave: true, loaded: false }
    }
}

impl Settings {
    /// A value; `None` for a number that has none.
    pub(crate) fn get(&self, number: i32) -> Option<Item> {
        let group = GROUPS.iter().find(|group| group.has(number))?;
        let (_, first) = &group.items[(number - group.base - 1) as usize];
        Some(self.set.get(&number).cloned().unwrap_or_else(|| match first {
            First::Int(value) => Item::Int(*value),
            First::Text(value) => Item::Text(value.as_bytes().to_vec()),
            First::Point(x, y) => Item::Point(*x, *y),
            First::Table(values) => Item::Table(values.to_vec()),
        }))
    }

    /// Sets a value; its group if there is one of this number that is of this kind.
    pub(crate) fn set(&mut self, number: i32, mut item: Item) -> Option<&'static Group> {
        match (&mut item, self.get(number)?) {
            (Item::Int(_), Item::Int(_)) | (Item::Point(..), Item::Point(..)) => {}
            (Item::Text(text), Item::Text(_)) if text.len() <= LONGEST => {}
            // What is missing is 0, what is too many is lost.
            (Item::Table(values), Item::Table(old)) => values.resize(old.len().min(TABLE), 0),
            _ => return None,
        }
        self.set.insert(number, item);
        GROUPS.iter().find(|group| group.has(number))
    }

    /// Sets a value of the camera's own.
    pub(crate) fn set_int(&mut self, name: &str, value: i32) {
        self.set(number(name), Item::Int(value));
    }

    pub(crate) fn int(&self, name: &str) -> i32 {
        match self.get(number(name)) {
            Some(Item::Int(value)) => value,
            _ => 0,
        }
    }

    pub(crate) fn text(&self, name: &str) -> Vec<u8> {
        match self.get(number(name)) {
            Some(Item::Text(text)) => text,
            _ => Vec::new(),
        }
    }

    /// A group as the text of its file.
    pub(crate) fn to_text(&self, group: &Group) -> Vec<u8> {
        let mut text = b"# CHDK configuration of a simulated camera\n".to_vec();
        for (name, number) in group.numbers() {
            let Some(item) = self.set.get(&number) else { continue };
            text.extend(name.bytes());
            text.push(b'=');
            match item {
                Item::Int(value) => text.extend(value.to_string().bytes()),
                Item::Point(x, y) => text.extend(format!("{x};{y}").bytes()),
                Item::Table(values) => text.extend(format!("{values:?}").bytes()),
                Item::Text(bytes) => text.extend(format!("\"{}\"", bytes.escape_ascii()).bytes()),
            }
            text.push(b'\n');
        }
        text
    }

    /// Sets a group to what the text of a file says; what it does not say is as it was at first. Lines that make no
    /// sense are skipped.
    pub(crate) fn read(&mut self, group: &Group, text: &[u8]) {
        self.set.retain(|number, _| !group.has(*number));
        for line in String::from_utf8_lossy(text).lines() {
            let Some((name, value)) = line.split_once('=') else { continue };
            let Some((_, number)) = group.numbers().find(|(known, _)| *known == name) else { continue };
            if let Some(item) = parse(value) {
                self.set(number, item);
            }
        }
    }
}

fn parse(text: &str) -> Option<Item> {
    if let Some(text) = text.strip_prefix('"') {
        return unescape(text.strip_suffix('"')?.as_bytes()).map(Item::Text);
    }
    if let Some(list) = text.strip_prefix('[') {
        let list = list.strip_suffix(']')?;
        return list
            .split(',')
            .take(TABLE)
            .map(|value| value.trim().parse().ok())
            .collect::<Option<_>>()
            .map(Item::Table);
    }
    if let Some((x, y)) = text.split_once(';') {
        return Some(Item::Point(x.parse().ok()?, y.parse().ok()?));
    }
    text.parse().ok().map(Item::Int)
}

/// Undoes `escape_ascii`.
fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b't' => b'\t',
                b'r' => b'\r',
                b'n' => b'\n',
                b'x' => {
                    let digit = |c: &u8| char::from(*c).to_digit(16);
                    (digit(rest.next()?)? * 16 + digit(rest.next()?)?) as u8
                }
                other => *other,
            },
            byte => byte,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_from_its_file() {
        let mut settings = Settings::default();
        let point = number("histo_pos");
        assert!(settings.set(number("save_raw"), Item::Int(-7)).is_some());
        assert!(settings.set(number("curve_file"), Item::Text(b"a\"\\\n\0\xff=x".to_vec())).is_some());
        assert!(settings.set(point, Item::Point(-1, 2)).is_some());
        assert!(settings.set(number("user_menu_vars"), Item::Table(vec![5, 6])).is_some());
        let mut other = Settings::default();
        for group in GROUPS {
            other.read(group, &settings.to_text(group));
        }
        assert_eq!(other.set, settings.set);
        assert_eq!(other.get(number("user_menu_vars")), Some(Item::Table(vec![5, 6, 0, 0, 0, 0, 0, 0, 0, 0])));
    }

    #[test]
    fn what_is_of_another_kind_or_number_is_refused() {
        let mut settings = Settings::default();
        assert!(settings.set(number("save_raw"), Item::Text(b"1".to_vec())).is_none());
        assert!(settings.set(number("curve_file"), Item::Text(vec![b'x'; LONGEST + 1])).is_none());
        assert!(settings.set(NATIVE_CALLS, Item::Int(1)).is_none());
        assert_eq!(settings.get(21_000), None);
    }

    #[test]
    fn a_file_that_makes_no_sense_sets_what_it_can() {
        let mut settings = Settings::default();
        let group = &GROUPS[0];
        settings.set(number("raw_dng"), Item::Int(1));
        settings.read(
            group,
            b"\xff\nsave_raw=1\nraw_nr=x\ncurve_file=\"\\\"\nscript_file=\"\\xg1\"\nnobody=2\nstart_sound",
        );
        assert_eq!((settings.int("save_raw"), settings.int("raw_nr"), settings.int("raw_dng")), (1, 0, 0));
        assert_eq!(settings.text("curve_file"), b"");
    }
}
