//! Values between the host's Lua and the camera's, without a detour through text.
//!
//! The camera has nil, booleans, 32-bit integers, strings and tables. What of a host value is none of these has no
//! place there, and the error names the path to it: `opts.exposure[2]: 1.5 has no place on the camera: …`.

use mlua::{Lua, Table, Value};

use crate::camera::Payload;
use crate::error::ErrorKind;
use crate::table::{self, Value as Shared};

use super::error::Failure;

/// How deep tables may nest on their way out. The camera's own parser gives up at 200.
const DEEPEST: usize = 190;

/// How many values one message may have. Far more than a camera has memory for; tables that share tables reach it
/// quickly, since each is written out as often as it is met.
const MOST_VALUES: usize = 1 << 20;

/// A host value as the camera can hold it. `root` names it in errors.
pub(crate) fn to_shared(value: &Value, root: &str) -> Result<Shared, Failure> {
    Walk { root, path: Vec::new(), open: Vec::new(), values: 0 }.value(value)
}

/// A host value as text that both sides read.
pub(crate) fn to_text(value: &Value, root: &str) -> Result<Vec<u8>, Failure> {
    Ok(table::write(&to_shared(value, root)?))
}

/// A value of the camera as the host's.
pub(crate) fn from_shared(lua: &Lua, value: Shared) -> mlua::Result<Value> {
    Ok(match value {
        Shared::Nil => Value::Nil,
        Shared::Boolean(value) => Value::Boolean(value),
        Shared::Integer(number) => Value::Integer(number.into()),
        Shared::String(bytes) => Value::String(lua.create_string(bytes)?),
        Shared::Table(pairs) => {
            let table = lua.create_table_with_capacity(0, pairs.len())?;
            for (key, value) in pairs {
                table.raw_set(from_shared(lua, key)?, from_shared(lua, value)?)?;
            }
            Value::Table(table)
        }
    })
}

/// A text of our format as a host value; the error keeps the text.
pub(crate) fn from_text(lua: &Lua, text: Vec<u8>) -> Result<Value, Failure> {
    match table::read(&text) {
        Ok(value) => Ok(from_shared(lua, value)?),
        Err(error) => {
            let message = format!("not a table in our format: {} at byte {}", error.message, error.offset);
            Err(Failure::new(ErrorKind::Unserialize, message).with_raw(text))
        }
    }
}

/// What a message carries: its `subtype`, and its value as the host holds it.
pub(crate) fn from_payload(lua: &Lua, payload: Payload) -> Result<(&'static str, Value), Failure> {
    let subtype = subtype(&payload);
    let value = match payload {
        Payload::Unsupported(name) => Value::String(lua.create_string(name)?),
        Payload::Nil => Value::Nil,
        Payload::Boolean(value) => Value::Boolean(value),
        Payload::Integer(number) => Value::Integer(number.into()),
        Payload::String(bytes) => Value::String(lua.create_string(bytes)?),
        Payload::Table(text) => from_text(lua, text)?,
    };
    Ok((subtype, value))
}

fn subtype(payload: &Payload) -> &'static str {
    match payload {
        Payload::Unsupported(_) => "unsupported",
        Payload::Nil => "nil",
        Payload::Boolean(_) => "boolean",
        Payload::Integer(_) => "integer",
        Payload::String(_) => "string",
        Payload::Table(_) => "table",
    }
}

/// A walk through a host value that knows where it is.
struct Walk<'a> {
    root: &'a str,
    path: Vec<String>,
    open: Vec<*const std::ffi::c_void>,
    values: usize,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value) -> Result<Shared, Failure> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(self.no_place(&format!("value number {MOST_VALUES}"), "it would run out of memory"));
        }
        Ok(match value {
            Value::Nil => Shared::Nil,
            Value::Boolean(value) => Shared::Boolean(*value),
            Value::Integer(number) => Shared::Integer(
                i32::try_from(*number)
                    .map_err(|_| self.no_place(&number.to_string(), "its numbers are 32-bit integers"))?,
            ),
            Value::Number(number) => Shared::Integer(self.number(*number)?),
            Value::String(text) => Shared::String(text.as_bytes().to_vec()),
            Value::Table(table) => self.table(table)?,
            other => {
                let what = format!("a {}", other.type_name());
                return Err(self.no_place(&what, "only nil, booleans, integers, strings and tables can go there"));
            }
        })
    }

    fn number(&self, number: f64) -> Result<i32, Failure> {
        let fits = number.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number);
        fits.then_some(number as i32)
            .ok_or_else(|| self.no_place(&number.to_string(), "its numbers are 32-bit integers"))
    }

    fn table(&mut self, table: &Table) -> Result<Shared, Failure> {
        let identity = table.to_pointer();
        if self.open.contains(&identity) {
            return Err(self.no_place("a table that contains itself", "a message is a tree"));
        }
        if self.open.len() == DEEPEST {
            return Err(self.no_place(&format!("a table in {DEEPEST} others"), "its parser goes no deeper"));
        }
        self.open.push(identity);
        let length = table.raw_len();
        let mut pairs = Vec::with_capacity(length);
        for index in 1..=length {
            let item: Value = table.raw_get(index)?;
            if !item.is_nil() {
                self.pair(&mut pairs, Value::Integer(index as i64), &item)?;
            }
        }
        let mut others = Vec::new();
        for pair in table.pairs::<Value, Value>() {
            let (key, value) = pair?;
            let in_array = matches!(key, Value::Integer(index) if index >= 1 && index as u64 <= length as u64);
            if !in_array {
                others.push((key, value));
            }
        }
        // In an order of its own, so that the same table always gives the same text.
        others.sort_by_cached_key(|(key, _)| match key {
            Value::Integer(number) => (0, *number, Vec::new()),
            Value::String(name) => (1, 0, name.as_bytes().to_vec()),
            Value::Boolean(value) => (2, i64::from(*value), Vec::new()),
            _ => (3, 0, Vec::new()),
        });
        for (key, value) in others {
            self.pair(&mut pairs, key, &value)?;
        }
        self.open.pop();
        Ok(Shared::Table(pairs))
    }

    fn pair(&mut self, pairs: &mut Vec<(Shared, Shared)>, key: Value, value: &Value) -> Result<(), Failure> {
        self.path.push(step(&key));
        let pair = (self.value(&key)?, self.value(value)?);
        self.path.pop();
        pairs.push(pair);
        Ok(())
    }

    fn no_place(&self, what: &str, why: &str) -> Failure {
        let path = self.path.concat();
        let message = format!("{}{path}: {what} has no place on the camera: {why}", self.root);
        Failure::new(ErrorKind::Serialize, message)
    }
}

/// One step of a path, as a script would write it.
fn step(key: &Value) -> String {
    match key {
        Value::String(name) => {
            let name = name.to_string_lossy();
            if is_name(&name) { format!(".{name}") } else { format!("[{name:?}]") }
        }
        Value::Integer(number) => format!("[{number}]"),
        Value::Number(number) => format!("[{number}]"),
        Value::Boolean(value) => format!("[{value}]"),
        other => format!("[a {}]", other.type_name()),
    }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(source: &str) -> Result<Shared, String> {
        let lua = Lua::new();
        let value: Value = lua.load(source).eval().unwrap();
        to_shared(&value, "opts").map_err(|f| f.error().unwrap().message().to_owned())
    }

    #[test]
    fn values_pass_exactly() {
        let pairs = vec![
            (Shared::Integer(1), Shared::Integer(i32::MIN)),
            (Shared::Integer(2), Shared::String(b"\0\xff".to_vec())),
            (Shared::Integer(-7), Shared::Boolean(false)),
            (Shared::String(b"end".to_vec()), Shared::Table(vec![])),
            (Shared::Boolean(true), Shared::Integer(0)),
        ];
        let source = r#"return {-2147483648, "\0\255", [-7]=false, ["end"]={}, [true]=-0.0}"#;
        assert_eq!(shared(source), Ok(Shared::Table(pairs)));
    }

    #[test]
    fn what_stands_behind_a_hole_is_not_lost() {
        let Ok(Shared::Table(pairs)) = shared("return {1, nil, 3, nil, nil, 6}") else { panic!("a table") };
        let keys: Vec<_> = pairs.into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, [1, 3, 6].map(Shared::Integer));
    }

    #[test]
    fn metatables_are_not_asked() {
        let source = "return setmetatable({1}, {__index = error, __pairs = error, __len = error})";
        assert_eq!(shared(source), Ok(Shared::Table(vec![(Shared::Integer(1), Shared::Integer(1))])));
    }

    #[test]
    fn what_has_no_place_is_named_with_its_path() {
        let why = "has no place on the camera: its numbers are 32-bit integers";
        assert_eq!(shared("return {exposure={1, 1.5}}"), Err(format!("opts.exposure[2]: 1.5 {why}")));
        assert_eq!(shared("return 2^31"), Err(format!("opts: 2147483648 {why}")));
        assert_eq!(shared("return {['a b']={[true]=0/0}}").unwrap_err(), format!("opts[\"a b\"][true]: NaN {why}"));
        assert_eq!(
            shared("return {on_shot=print}").unwrap_err(),
            "opts.on_shot: a function has no place on the camera: \
             only nil, booleans, integers, strings and tables can go there"
        );
        assert!(shared("return {[print]=1}").unwrap_err().starts_with("opts[a function]: "));
    }

    #[test]
    fn cycles_and_depth_are_bounded() {
        assert!(shared("local t = {} t.t = {t} return t").unwrap_err().starts_with("opts.t[1]: a table that contains"));
        assert!(shared("local t = {} for _ = 1, 1e5 do t = {t} end return t").unwrap_err().contains("no deeper"));
        assert!(shared("local t = {1} for _ = 1, 60 do t = {t, t} end return t").unwrap_err().contains("memory"));
    }
}
