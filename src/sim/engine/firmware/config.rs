//! CHDK's configuration, and the settings that are part of it.

use std::fs;
use std::io::Read;

use super::{Answer, ScriptHost, Table, boolean, int, none, value};
use crate::sim::lib;
use crate::sim::lib::args::Args;
use crate::sim::vm::{Reply, Value};
use crate::sim::world::config::{self, FILE, GROUPS, Group, Item, NATIVE_CALLS, Settings};

pub(super) const FUNCTIONS: Table = &[
    ("get_config_value", get_config_value),
    ("set_config_value", set_config_value),
    ("set_config_autosave", |host, args| {
        let on = args.on_off(1)? != 0;
        host.settings(|settings| settings.autosave = on);
        none()
    }),
    ("save_config_file", save_config_file),
    ("load_config_file", load_config_file),
    ("autostarted", |_, _| boolean(false)),
    ("get_autostart", |host, _| int(host.settings(|settings| settings.int("script_startup")))),
    ("set_autostart", set_autostart),
    ("set_curve_state", |host, args| {
        let mode = args.int(1)?;
        host.settings(|settings| settings.set_int("curve_enable", mode));
        none()
    }),
    ("get_curve_state", |host, _| int(host.settings(|settings| settings.int("curve_enable")))),
    ("set_curve_file", |host, args| {
        let file = args.c_string(1)?;
        host.settings(|settings| settings.set(config::number("curve_file"), Item::Text(file)));
        none()
    }),
    ("get_curve_file", |host, _| value(Value::Bytes(host.settings(|settings| settings.text("curve_file"))))),
];

impl ScriptHost {
    /// The settings, which are read from the card when they are first needed.
    pub(super) fn settings<T>(&self, with: impl FnOnce(&mut Settings) -> T) -> T {
        let mut state = self.now();
        let settings = &mut state.world.settings;
        if !settings.loaded {
            settings.loaded = true;
            for group in GROUPS {
                if let Some(text) = self.read(group.file.as_bytes()) {
                    settings.read(group, &text);
                }
            }
        }
        with(settings)
    }

    /// A file of the card's, if it is not too big for a configuration.
    fn read(&self, path: &[u8]) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        let file = fs::File::open(self.engine.card.existing(path)?).ok()?;
        file.take(FILE + 1).read_to_end(&mut text).ok()?;
        (text.len() as u64 <= FILE).then_some(text)
    }

    fn save(&self, group: &Group, path: &[u8]) -> bool {
        let text = self.settings(|settings| settings.to_text(group));
        self.engine.card.writable(path).is_some_and(|path| {
            let done = fs::write(&path, text).is_ok();
            lib::bear(&path, self.engine.file_time());
            done
        })
    }
}

/// Whatever was passed after the number is returned when there is no such value.
fn get_config_value(host: &mut ScriptHost, args: Args) -> Answer {
    let number = args.int(1)?;
    if number == NATIVE_CALLS {
        return int(host.engine.profile.body.features.native_calls.into());
    }
    let Some(item) = host.settings(|settings| settings.get(number)) else {
        let defaults = args.0.get(1..).unwrap_or_default();
        return Ok(Reply::Return(if defaults.is_empty() { vec![Value::Nil] } else { defaults.to_vec() }));
    };
    Ok(Reply::Return(match item {
        Item::Int(number) => vec![Value::Int(number)],
        Item::Text(text) => vec![Value::Bytes(text)],
        Item::Point(x, y) => vec![Value::Int(x), Value::Int(y)],
        Item::Table(values) => {
            vec![Value::Table((1..).zip(values).map(|(at, value)| (Value::Int(at), Value::Int(value))).collect())]
        }
    }))
}

fn set_config_value(host: &mut ScriptHost, args: Args) -> Answer {
    let number = args.int(1)?;
    let Some(old) = host.settings(|settings| settings.get(number)) else { return boolean(false) };
    let item = match (old, args.get(2)) {
        (Item::Int(_), Some(Value::Int(number))) => Item::Int(*number),
        (Item::Text(_), Some(Value::Bytes(text))) => Item::Text(text.clone()),
        (Item::Point(..), Some(Value::Int(x))) => match args.get(3) {
            Some(Value::Int(y)) => Item::Point(*x, *y),
            _ => return boolean(false),
        },
        (Item::Table(old), Some(Value::Table(entries))) => Item::Table(elements(entries, old.len())),
        _ => return boolean(false),
    };
    let Some(group) = host.settings(|settings| settings.set(number, item)) else { return boolean(false) };
    if host.settings(|settings| settings.autosave) {
        host.save(group, group.file.as_bytes());
    }
    boolean(true)
}

/// The numbers of an array from 1 on; what is no number is 0.
fn elements(entries: &[(Value, Value)], count: usize) -> Vec<i32> {
    let mut values = vec![0; count];
    for (key, value) in entries {
        if let (Value::Int(at), Value::Int(value)) = (key, value)
            && let Some(place) = usize::try_from(*at).ok().and_then(|at| values.get_mut(at.wrapping_sub(1)))
        {
            *place = *value;
        }
    }
    values
}

/// Number and file; without a name the file that the group is always kept in.
fn group_and_file(args: Args) -> Result<Option<(&'static Group, Vec<u8>)>, Reply> {
    let group = Group::of(args.int(1)?);
    let file = args.get(2).map(|_| args.c_string(2)).transpose()?;
    Ok(group.map(|group| (group, file.unwrap_or_else(|| group.file.as_bytes().to_vec()))))
}

fn save_config_file(host: &mut ScriptHost, args: Args) -> Answer {
    let Some((group, file)) = group_and_file(args)? else { return boolean(false) };
    boolean(host.save(group, &file))
}

fn load_config_file(host: &mut ScriptHost, args: Args) -> Answer {
    let Some((group, file)) = group_and_file(args)? else { return boolean(false) };
    let Some(text) = host.read(&file) else { return boolean(false) };
    host.settings(|settings| settings.read(group, &text));
    boolean(true)
}

/// Numbers other than 0 to 3 are ignored; the configuration is saved either way (luascript.c:1449).
fn set_autostart(host: &mut ScriptHost, args: Args) -> Answer {
    let mode = args.int(1)?;
    if (0..=3).contains(&mode) {
        host.settings(|settings| settings.set_int("script_startup", mode));
    }
    let core = &GROUPS[0];
    host.save(core, core.file.as_bytes());
    none()
}
