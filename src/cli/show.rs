//! Values of the camera, for people and for programs.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::io::IsTerminal;

use serde_json::{Map, json};

use super::exit;

use crate::camera::Payload;
use crate::camera::card::shown;
use crate::table::{self, Table, TableId, Value};

/// As a person reads it: strings as they are (on a terminal, without what would control it), tables as Lua.
pub(super) fn text(payload: &Payload) -> Vec<u8> {
    let bytes = plain(payload);
    if std::io::stdout().is_terminal() {
        return exit::harmless(&String::from_utf8_lossy(&bytes)).into_bytes();
    }
    bytes
}

fn plain(payload: &Payload) -> Vec<u8> {
    match payload {
        Payload::Unsupported(kind) => format!("<{kind}>").into_bytes(),
        Payload::Nil => b"nil".to_vec(),
        Payload::Boolean(value) => value.to_string().into_bytes(),
        Payload::Integer(value) => value.to_string().into_bytes(),
        Payload::String(bytes) => bytes.clone(),
        Payload::Table(text) => match table::read(text) {
            // What can be read but not written again is a list linked through thousands of tables: its text says it best.
            Ok(document) => table::write(document.root()).unwrap_or_else(|_| text.clone()),
            Err(error) => {
                log::warn!("a table that cannot be read, shown as it came: {error}");
                text.clone()
            }
        },
    }
}

/// As JSON. What JSON cannot hold becomes an object with one key that begins with `$`.
pub(super) fn json(payload: &Payload) -> serde_json::Value {
    match payload {
        Payload::Unsupported(kind) => json!({"$unsupported": kind}),
        Payload::Nil => serde_json::Value::Null,
        Payload::Boolean(value) => json!(value),
        Payload::Integer(value) => json!(value),
        Payload::String(bytes) => string(bytes),
        Payload::Table(text) => match table::read(text) {
            Ok(document) => {
                let mut shown = Shown { shared: document.shared_tables(), numbers: HashMap::new() };
                shown.value(document.root(), 0).unwrap_or_else(|| json!({"$table": String::from_utf8_lossy(text)}))
            }
            Err(error) => json!({"$table": String::from_utf8_lossy(text), "error": error.to_string()}),
        },
    }
}

/// Tables that are met more than once are shown where they are met first, with a number that stands for them later.
struct Shown {
    shared: HashSet<TableId>,
    numbers: HashMap<TableId, usize>,
}

impl Shown {
    /// `None` if it goes deeper than readers of JSON like.
    fn value(&mut self, value: Value<'_>, depth: usize) -> Option<serde_json::Value> {
        Some(match value {
            Value::Nil => serde_json::Value::Null,
            Value::Boolean(value) => json!(value),
            Value::Integer(value) => json!(value),
            Value::String(bytes) => string(bytes),
            Value::Table(_) if depth == table::DEPTH_LIMIT => return None,
            Value::Table(table) if self.shared.contains(&table.id()) => {
                let next = self.numbers.len() + 1;
                match self.numbers.entry(table.id()) {
                    Entry::Occupied(known) => json!({"$ref": known.get()}),
                    Entry::Vacant(new) => {
                        new.insert(next);
                        json!({"$id": next, "$value": self.table(table, depth)?})
                    }
                }
            }
            Value::Table(table) => self.table(table, depth)?,
        })
    }

    fn table(&mut self, table: Table<'_>, depth: usize) -> Option<serde_json::Value> {
        if table.pairs().len() == 0 && !table.is_empty() {
            return table.items().map(|item| self.value(item, depth + 1)).collect::<Option<Vec<_>>>().map(Into::into);
        }
        let names: HashSet<String> = table.entries().map_while(|(key, _)| name_of(key)).collect();
        if names.len() < table.len() {
            let mut pair = |(key, value)| Some(json!([self.value(key, depth + 1)?, self.value(value, depth + 1)?]));
            return Some(json!({"$pairs": table.entries().map(&mut pair).collect::<Option<Vec<_>>>()?}));
        }
        let mut object = Map::new();
        for (key, value) in table.entries() {
            object.insert(name_of(key)?, self.value(value, depth + 1)?);
        }
        Some(object.into())
    }
}

/// The key of a JSON object, where one can stand for a key of Lua's.
fn name_of(key: Value<'_>) -> Option<String> {
    match key {
        Value::String(bytes) => String::from_utf8(bytes.to_vec()).ok(),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A string, or what is no UTF-8 as an object of its bytes.
pub(super) fn string(bytes: &[u8]) -> serde_json::Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({"$bytes": bytes}),
    }
}

/// JSON as lines that control no terminal.
pub(super) fn json_text(value: &serde_json::Value) -> String {
    escaped(&format!("{value:#}\n"))
}

/// JSON on a line of its own that controls no terminal.
pub(super) fn json_line(value: &serde_json::Value) -> String {
    escaped(&format!("{value}\n"))
}

/// What is a control character to a terminal, or turns the direction of a text, stands in strings alone, but for line breaks.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        let plain = c == '\n' || c == ' ' || c.is_ascii_graphic();
        if plain || shown(c.encode_utf8(&mut [0; 4]).as_bytes()).chars().eq([c]) {
            text.push(c);
        } else {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_controls_no_terminal() {
        let value = json!({"name": "\u{202e}gpj.exe\u{9b}2J\u{7f}\u{e4}\u{1f4f7}", "more": ["a\n"]});
        for text in [json_text(&value), json_line(&value)] {
            assert!(text.contains("\\u202egpj.exe\\u009b2J\\u007f\u{e4}\u{1f4f7}"), "{text}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        }
    }

    fn table(text: &str) -> String {
        json(&Payload::Table(text.as_bytes().to_vec())).to_string()
    }

    #[test]
    fn tables_become_arrays_or_objects_and_lose_nothing() {
        assert_eq!(table("{1,{},\"a\"}"), "[1,{},\"a\"]");
        assert_eq!(table("{1,nil,3}"), r#"{"1":1,"3":3}"#);
        assert_eq!(table("{x=true,[5]=2}"), r#"{"5":2,"x":true}"#);
        assert_eq!(table("{[5]=1,[\"5\"]=2}"), r#"{"$pairs":[[5,1],["5",2]]}"#);
        assert_eq!(table("{[true]=1}"), r#"{"$pairs":[[true,1]]}"#);
        assert_eq!(json(&Payload::String(vec![0xFF])).to_string(), r#"{"$bytes":[255]}"#);
        assert!(table("a\tb\n").contains("$table"));
        let cycle = "(function()local t={}t[1]={7};t[1].me=t[1];return t[1]end)()".replace(".me", "[\"me\"]");
        assert_eq!(table(&cycle), r#"{"$id":1,"$value":{"1":7,"me":{"$ref":1}}}"#);
    }
}
