//! Values of the camera, for people and for programs.

use std::io::IsTerminal;

use serde_json::{Map, json};

use super::exit;

use crate::camera::Payload;
use crate::table::{self, Value};

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
            Ok(value) => table::write(&value),
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
            Ok(value) => of_value(&value),
            Err(error) => json!({"$table": String::from_utf8_lossy(text), "error": error.to_string()}),
        },
    }
}

fn of_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Nil => serde_json::Value::Null,
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::String(bytes) => string(bytes),
        Value::Table(pairs) => {
            let in_order = pairs.iter().zip(1..).all(|((key, _), index)| *key == Value::Integer(index));
            if in_order && !pairs.is_empty() {
                return pairs.iter().map(|(_, value)| of_value(value)).collect::<Vec<_>>().into();
            }
            let mut object = Map::new();
            for (key, value) in pairs {
                let Some(name) = name_of(key).filter(|name| !object.contains_key(name)) else {
                    return json!({"$pairs": pairs.iter().map(|(k, v)| [of_value(k), of_value(v)]).collect::<Vec<_>>()});
                };
                object.insert(name, of_value(value));
            }
            object.into()
        }
    }
}

/// The key of a JSON object, where one can stand for a key of Lua's.
fn name_of(key: &Value) -> Option<String> {
    match key {
        Value::String(bytes) => String::from_utf8(bytes.clone()).ok(),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

fn string(bytes: &[u8]) -> serde_json::Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({"$bytes": bytes}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> String {
        json(&Payload::Table(text.as_bytes().to_vec())).to_string()
    }

    #[test]
    fn tables_become_arrays_or_objects_and_lose_nothing() {
        assert_eq!(table("{1,{},\"a\"}"), "[1,{},\"a\"]");
        assert_eq!(table("{1,nil,3}"), r#"{"1":1,"3":3}"#);
        assert_eq!(table("{x=true,[5]=2}"), r#"{"x":true,"5":2}"#);
        assert_eq!(table("{[5]=1,[\"5\"]=2}"), r#"{"$pairs":[[5,1],["5",2]]}"#);
        assert_eq!(table("{[true]=1}"), r#"{"$pairs":[[true,1]]}"#);
        assert_eq!(json(&Payload::String(vec![0xFF])).to_string(), r#"{"$bytes":[255]}"#);
        assert!(table("a\tb\n").contains("$table"));
    }
}
