//! Values between the host's Lua and the camera's.
//!
//! The camera has nil, booleans, 32-bit integers, strings and tables. What of a host value is none of these has no
//! place there, and the error names the path to it: `opts.exposure[2]: 1.5 has no place on the camera: …`. Tables that
//! are shared or inside themselves stay so in both directions; metatables are not asked and do not travel.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::c_void;

use mlua::{Lua, Value};

use crate::camera::Payload;
use crate::error::ErrorKind;
use crate::table::{self, Document, Limits, Loader, Part, Path, Style};

use super::error::Failure;
use super::raw::{self, Met, Visitor};

/// What is made of values that the camera does not have.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Leniency {
    /// Numbers between integers become the nearest one, as chdkptp's `forceint` does.
    pub(crate) round: bool,
    /// Numbers from 2^31 to 2^32 - 1 become the negative number with the same bits, as `fix_bignum` does.
    pub(crate) wrap: bool,
    /// Functions and the like become their text, as without `err_type`.
    pub(crate) describe: bool,
}

/// A host value as text that both sides read. `root` names it in errors.
pub(crate) fn to_text(lua: &Lua, value: &Value, root: &str) -> Result<Vec<u8>, Failure> {
    write(&to_document(lua, value, root, Leniency::default())?, root, Style::default())
}

/// The text of a document that was made of a host value.
pub(crate) fn write(document: &Document<'_>, root: &str, style: Style) -> Result<Vec<u8>, Failure> {
    table::write_styled(document.root(), style).map_err(|error| {
        let why = if error.limit() == table::DEPTH_LIMIT { "its parser goes no deeper" } else { "maxdepth says so" };
        let what = format!("a table in {} others", error.limit());
        Failure::new(ErrorKind::Serialize, no_place(root, &error.path(), &what, why))
    })
}

/// A host value as the camera can hold it.
pub(crate) fn to_document(
    lua: &Lua,
    value: &Value,
    root: &str,
    leniency: Leniency,
) -> Result<Document<'static>, Failure> {
    let mut walk = Walk {
        root,
        leniency,
        loader: Loader::new(),
        numbers: HashMap::new(),
        parents: Vec::new(),
        tree: true,
        at: None,
        values: 0,
        failed: None,
    };
    let (part, _) = walk.value(met(value, &mut Vec::new()), Part::NIL)?;
    if let Value::Table(table) = value {
        walk.at = Some(0);
        let walked = raw::walk(lua, table, &mut walk);
        if let Some(failure) = walk.failed {
            return Err(failure);
        }
        walked?;
    }
    Ok(walk.loader.finish(part, walk.tree))
}

/// A value that stands in no table.
fn met<'a>(value: &Value, bytes: &'a mut Vec<u8>) -> Met<'a> {
    match value {
        Value::Nil => Met::Nil,
        Value::Boolean(value) => Met::Boolean(*value),
        Value::Integer(number) => Met::Number(*number as f64),
        Value::Number(number) => Met::Number(*number),
        Value::String(text) => {
            bytes.extend_from_slice(&text.as_bytes());
            Met::String(bytes)
        }
        Value::Table(table) => Met::Table(table.to_pointer()),
        Value::Function(_) => Met::Other("function", value.to_pointer()),
        Value::Thread(_) => Met::Other("thread", value.to_pointer()),
        _ => Met::Other("userdata", value.to_pointer()),
    }
}

/// A value of the camera as the host's.
pub(crate) fn from_document(lua: &Lua, document: &Document<'_>) -> mlua::Result<Value> {
    raw::push(lua, document)
}

/// A text of our format as a host value; the error keeps the text.
pub(crate) fn from_text(lua: &Lua, text: Vec<u8>) -> Result<Value, Failure> {
    match table::read(&text) {
        Ok(document) => Ok(from_document(lua, &document)?),
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

/// A walk through a host value, table by table in the order in which they are met, that knows where it is.
struct Walk<'a> {
    root: &'a str,
    leniency: Leniency,
    loader: Loader,
    /// The numbers of the tables that were met.
    numbers: HashMap<*const c_void, u32>,
    /// Where each of them was met: in which table and under which key.
    parents: Vec<(Option<u32>, Part)>,
    tree: bool,
    /// The table that is being walked through.
    at: Option<u32>,
    values: usize,
    failed: Option<Failure>,
}

impl Visitor for Walk<'_> {
    fn entry(&mut self, key: Met<'_>, value: Met<'_>) -> Option<(bool, bool)> {
        match self.pair(key, value) {
            Ok(new) => Some(new),
            Err(failure) => {
                self.failed = Some(failure);
                None
            }
        }
    }

    fn end(&mut self) {
        self.loader.close();
        self.at = self.at.map(|at| at + 1);
    }
}

impl Walk<'_> {
    /// A value that stands at a key of the present table, and whether it is a table that is met for the first time.
    fn value(&mut self, value: Met<'_>, key: Part) -> Result<(Part, bool), Failure> {
        let part = match value {
            Met::Nil => Part::NIL,
            Met::Boolean(value) => value.into(),
            Met::Number(number) => match self.fitting(number) {
                Some(number) => number.into(),
                None => return Err(self.no_place(key, &number.to_string(), INTEGERS)),
            },
            Met::String(bytes) => self.string(bytes, key)?,
            Met::Table(identity) => {
                let number = self.parents.len() as u32;
                return Ok(match self.numbers.entry(identity) {
                    Entry::Occupied(known) => {
                        self.tree = false;
                        (Loader::table(*known.get()), false)
                    }
                    Entry::Vacant(new) => {
                        new.insert(number);
                        self.parents.push((self.at, key));
                        (Loader::table(number), true)
                    }
                });
            }
            Met::Other(kind, identity) if self.leniency.describe => {
                self.string(format!("{kind}: {identity:p}").as_bytes(), key)?
            }
            Met::Other(kind, _) => return Err(self.no_place(key, &format!("a {kind}"), KINDS)),
        };
        Ok((part, false))
    }

    fn string(&mut self, bytes: &[u8], key: Part) -> Result<Part, Failure> {
        self.loader.string(bytes).ok_or_else(|| self.no_place(key, "so long a string", TOO_MUCH))
    }

    fn fitting(&self, number: f64) -> Option<i32> {
        let number = if self.leniency.round { number.round() } else { number };
        if number.fract() != 0.0 {
            return None;
        }
        if self.leniency.wrap && (0.0..=f64::from(u32::MAX)).contains(&number) {
            return Some(number as u32 as i32);
        }
        (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number).then_some(number as i32)
    }

    fn pair(&mut self, key: Met<'_>, value: Met<'_>) -> Result<(bool, bool), Failure> {
        self.values += 1;
        let most = Limits::default().values;
        if self.values > most {
            return Err(self.no_place(Part::NIL, &format!("value number {most}"), TOO_MUCH));
        }
        // What has no place as a key is in no document: it names itself. A table is named as one, whichever it is.
        let (key, new_key) = match self.value(key, Loader::table(0)) {
            Ok(part) => part,
            Err(failure) => return Err(self.no_key(key).unwrap_or(failure)),
        };
        let (value, new_value) = self.value(value, key)?;
        self.loader.entry(key, value);
        Ok((new_key, new_value))
    }

    fn no_key(&self, key: Met<'_>) -> Option<Failure> {
        let (what, why) = match key {
            Met::Number(number) => (number.to_string(), INTEGERS),
            Met::Other(kind, _) => (format!("a {kind}"), KINDS),
            _ => return None,
        };
        let mut path = Path::default();
        path.step(format!("[{what}]"));
        self.up(&mut path);
        Some(Failure::new(ErrorKind::Serialize, no_place(self.root, &path.to_string(), &what, why)))
    }

    #[cold]
    fn no_place(&self, key: Part, what: &str, why: &str) -> Failure {
        let mut path = Path::default();
        if self.at.is_some() {
            path.key(self.loader.value(key));
        }
        self.up(&mut path);
        Failure::new(ErrorKind::Serialize, no_place(self.root, &path.to_string(), what, why))
    }

    /// The steps to the present table.
    fn up(&self, path: &mut Path) {
        let mut at = self.at;
        while let Some((parent, key)) = at.and_then(|at| self.parents.get(at as usize)) {
            if parent.is_some() {
                path.key(self.loader.value(*key));
            }
            at = *parent;
        }
    }
}

const INTEGERS: &str = "its numbers are 32-bit integers";
const KINDS: &str = "only nil, booleans, integers, strings and tables can go there";
const TOO_MUCH: &str = "it would run out of memory";

fn no_place(root: &str, path: &str, what: &str, why: &str) -> String {
    format!("{root}{path}: {what} has no place on the camera: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::generate::{constructor, graph};
    use proptest::prelude::*;

    fn text(source: &str) -> Result<String, String> {
        let lua = Lua::new();
        let value: Value = lua.load(source).eval().unwrap();
        let text = to_text(&lua, &value, "opts").map_err(|f| f.error().unwrap().message().to_owned())?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn values_pass_exactly() {
        let source = r#"return {-2147483648, "\0\255", [-7]=false, ["end"]={}, [true]=-0.0}"#;
        assert_eq!(text(source).unwrap(), "{-2147483647-1,\"\\000\u{fffd}\",[-7]=false,[\"end\"]={},[true]=0}");
        assert_eq!(text("return 7"), Ok("7".into()));
    }

    #[test]
    fn what_stands_behind_a_hole_is_not_lost() {
        assert_eq!(text("return {1, nil, 3, nil, nil, 6}"), Ok("{1,nil,3,[6]=6}".into()));
    }

    #[test]
    fn metatables_are_not_asked() {
        let source = "return setmetatable({1}, {__index = error, __pairs = error, __len = error})";
        assert_eq!(text(source), Ok("{1}".into()));
    }

    #[test]
    fn what_has_no_place_is_named_with_its_path() {
        let why = "has no place on the camera: its numbers are 32-bit integers";
        assert_eq!(text("return {exposure={1, 1.5}}"), Err(format!("opts.exposure[2]: 1.5 {why}")));
        assert_eq!(text("return 2^31"), Err(format!("opts: 2147483648 {why}")));
        assert_eq!(text("return {['a b']={[true]=0/0}}").unwrap_err(), format!("opts[\"a b\"][true]: NaN {why}"));
        assert_eq!(text("return {a={[1.5]=1}}").unwrap_err(), format!("opts.a[1.5]: 1.5 {why}"));
        assert_eq!(text("return {[{1, 2^40}]=1}").unwrap_err(), format!("opts[a table][2]: 1099511627776 {why}"));
        assert_eq!(
            text("return {on_shot=print}").unwrap_err(),
            "opts.on_shot: a function has no place on the camera: \
             only nil, booleans, integers, strings and tables can go there"
        );
        assert!(text("return {[print]=1}").unwrap_err().starts_with("opts[a function]: "));
    }

    #[test]
    fn tables_stay_shared_and_inside_themselves() {
        assert_eq!(
            text("local t = {1} return {t, t}").unwrap(),
            "(function()local t={}t[1]={1};t[2]={t[1],t[1]};return t[2]end)()"
        );
        assert_eq!(
            text("local t = {} t.me = t return t").unwrap(),
            "(function()local t={}t[1]={};t[1][\"me\"]=t[1];return t[1]end)()"
        );
        // Written out, this would have 2^60 tables.
        assert!(text("local t = {1} for _ = 1, 60 do t = {t, t} end return t").unwrap().len() < 2000);
    }

    #[test]
    fn depth_is_bounded_where_the_text_is_deep() {
        let deep = "local t = {} for _ = 1, 2e4 do t = {t} end return t";
        assert!(
            text(deep)
                .unwrap_err()
                .ends_with("a table in 190 others has no place on the camera: its parser goes no deeper")
        );
        text("local t = {} for _ = 1, 189 do t = {t} end return t").unwrap();
        // A chain both ways is as deep, but each link is met twice and stands by itself.
        text("local t = {} for _ = 1, 2e4 do local n = {next = t} t.prev = n t = n end return t").unwrap();
    }

    fn of_lua(lua: &Lua, value: &Value) -> Document<'static> {
        to_document(lua, value, "value", Leniency::default()).unwrap_or_else(|_| panic!("a value of ours"))
    }

    thread_local! {
        static LUA: Lua = Lua::new();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn what_is_written_is_loaded_by_lua_to_an_equal_value(recipe in graph()) {
            let document = recipe.cook();
            let text = table::write(document.root()).unwrap();
            let lua = LUA.with(Clone::clone);
            let value: Value = lua.load([b"return ", text.as_slice()].concat()).eval().unwrap();
            prop_assert_eq!(&of_lua(&lua, &value), &document, "{}", text.escape_ascii());
        }

        #[test]
        fn into_lua_and_out_again_is_the_identity(recipe in graph()) {
            let document = recipe.cook();
            let lua = LUA.with(Clone::clone);
            let value = from_document(&lua, &document).unwrap();
            prop_assert_eq!(of_lua(&lua, &value), document);
        }

        #[test]
        fn constructors_are_read_as_lua_reads_them(text in constructor()) {
            let lua = LUA.with(Clone::clone);
            // Hexadecimal is a camera's word here, and a large number in 5.2.
            let value: Value = lua.load(format!("return {text}").replace("0xfffffffF", "-1")).eval().unwrap();
            let read = table::read(text.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(read, of_lua(&lua, &value));
        }
    }

    #[test]
    fn a_graph_comes_back_as_one() {
        let lua = Lua::new();
        let check = |source: &str, condition: &str| {
            let value: Value = lua.load(source).eval().unwrap();
            let text = to_text(&lua, &value, "t").unwrap_or_else(|_| panic!("{source}"));
            let back = from_text(&lua, text).unwrap_or_else(|_| panic!("{source}"));
            lua.globals().set("t", back).unwrap();
            assert!(lua.load(condition).eval::<bool>().unwrap(), "{source}: {condition}");
        };
        check("local a = {1} return {a, a, {1}}", "return t[1] == t[2] and t[1] ~= t[3] and t[3][1] == 1");
        check("local a = {} a[1] = {a} a[a] = a return a", "return t[1][1] == t and t[t] == t");
        check("local k = {5} return {[k] = k}", "local k, v = next(t) return k == v and k[1] == 5");
    }
}
