//! Values between the host's Lua and the camera's.
//!
//! The camera has nil, booleans, 32-bit integers, strings and tables. What of a host value is none of these has no
//! place there, and the error names the path to it: `opts.exposure[2]: 1.5 has no place on the camera: …`. Tables that
//! are shared or inside themselves stay so in both directions; metatables are not asked and do not travel.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::c_void;

use mlua::{Lua, Table, Value};

use crate::camera::Payload;
use crate::error::ErrorKind;
use crate::table::{self, Document, Limits, Loader, Part, Path, Style, Value as Shared};

use super::error::Failure;

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
    let queue = lua.create_table()?;
    let mut walk = Walk {
        root,
        leniency,
        loader: Loader::new(),
        queue,
        numbers: HashMap::new(),
        parents: Vec::new(),
        tree: true,
        at: None,
        values: 0,
    };
    let root = walk.value(value, Part::NIL)?;
    let mut next = 0;
    while next < walk.parents.len() {
        let table: Table = walk.queue.raw_get(next + 1)?;
        walk.queue.raw_set(next + 1, Value::Nil)?;
        walk.at = Some(next as u32);
        walk.table(&table)?;
        next += 1;
    }
    Ok(walk.loader.finish(root, walk.tree))
}

/// A value of the camera as the host's.
pub(crate) fn from_document(lua: &Lua, document: &Document<'_>) -> mlua::Result<Value> {
    if document.shared_tables().is_empty() {
        return from_tree(lua, document.root());
    }
    // Tables wait in a table of Lua's: handles outside Lua are dear, and a graph may have millions.
    let made = lua.create_table_with_capacity(document.table_count(), 0)?;
    let slot = |table: table::Table<'_>| table.id().number() + 1;
    for table in document.tables() {
        made.raw_set(slot(table), lua.create_table_with_capacity(table.items().len(), table.pairs().len())?)?;
    }
    let value = |value: Shared<'_>| match value {
        Shared::Table(table) => made.raw_get(slot(table)),
        scalar => from_tree(lua, scalar),
    };
    for table in document.tables() {
        let target: Table = made.raw_get(slot(table))?;
        for (key, item) in table.entries() {
            target.raw_set(value(key)?, value(item)?)?;
        }
    }
    value(document.root())
}

/// Recurses as deep as the text that the document was read from.
fn from_tree(lua: &Lua, value: Shared<'_>) -> mlua::Result<Value> {
    Ok(match value {
        Shared::Nil => Value::Nil,
        Shared::Boolean(value) => Value::Boolean(value),
        Shared::Integer(number) => Value::Integer(number.into()),
        Shared::String(bytes) => Value::String(lua.create_string(bytes)?),
        Shared::Table(table) => {
            let target = lua.create_table_with_capacity(table.items().len(), table.pairs().len())?;
            for (key, value) in table.entries() {
                target.raw_set(from_tree(lua, key)?, from_tree(lua, value)?)?;
            }
            Value::Table(target)
        }
    })
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
    /// The tables that were met, in Lua: a script may have millions.
    queue: Table,
    /// Their numbers.
    numbers: HashMap<*const c_void, u32>,
    /// Where each of them was met: in which table and under which key.
    parents: Vec<(Option<u32>, Part)>,
    tree: bool,
    /// The table that is being walked through.
    at: Option<u32>,
    values: usize,
}

impl Walk<'_> {
    /// A value that stands at a key of the present table.
    fn value(&mut self, value: &Value, key: Part) -> Result<Part, Failure> {
        Ok(match value {
            Value::Nil => Part::NIL,
            Value::Boolean(value) => (*value).into(),
            Value::Integer(number) => match self.fitting(*number as f64) {
                Some(number) => number.into(),
                None => return Err(self.no_place(key, &number.to_string(), INTEGERS)),
            },
            Value::Number(number) => match self.fitting(*number) {
                Some(number) => number.into(),
                None => return Err(self.no_place(key, &number.to_string(), INTEGERS)),
            },
            Value::String(text) => self.string(&text.as_bytes(), key)?,
            Value::Table(table) => {
                let number = self.parents.len() as u32;
                match self.numbers.entry(table.to_pointer()) {
                    Entry::Occupied(known) => {
                        self.tree = false;
                        Loader::table(*known.get())
                    }
                    Entry::Vacant(new) => {
                        new.insert(number);
                        self.parents.push((self.at, key));
                        self.queue.raw_set(number + 1, table)?;
                        Loader::table(number)
                    }
                }
            }
            other if self.leniency.describe => {
                let text = other.to_string()?;
                self.string(text.as_bytes(), key)?
            }
            other => {
                let what = format!("a {}", other.type_name());
                return Err(self.no_place(key, &what, "only nil, booleans, integers, strings and tables can go there"));
            }
        })
    }

    fn string(&mut self, bytes: &[u8], key: Part) -> Result<Part, Failure> {
        self.loader.string(bytes).ok_or_else(|| self.no_place(key, "more than 4 GiB of strings", TOO_MUCH))
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

    fn table(&mut self, table: &Table) -> Result<(), Failure> {
        let mut failed = None;
        let walked = table.for_each(|key: Value, value: Value| {
            self.entry(&key, &value).map_err(|failure| {
                failed = Some(failure);
                mlua::Error::runtime("a value that cannot go")
            })
        });
        if let Some(failure) = failed {
            return Err(failure);
        }
        walked?;
        self.loader.close();
        Ok(())
    }

    fn entry(&mut self, key: &Value, value: &Value) -> Result<(), Failure> {
        self.values += 1;
        let most = Limits::default().values;
        if self.values > most {
            return Err(self.no_place(Part::NIL, &format!("value number {most}"), TOO_MUCH));
        }
        // A table that is a key is named as one, whichever it is.
        let key = match self.value(key, Loader::table(0)) {
            Ok(key) => key,
            // A key that has no place is in no document: it names itself.
            Err(_) if !matches!(key, Value::Table(_)) => return Err(self.no_key(key)),
            Err(failure) => return Err(failure),
        };
        let value = self.value(value, key)?;
        self.loader.entry(key, value);
        Ok(())
    }

    fn no_key(&self, key: &Value) -> Failure {
        let (step, what, why) = match key {
            Value::Integer(number) => (number.to_string(), number.to_string(), INTEGERS),
            Value::Number(number) => (number.to_string(), number.to_string(), INTEGERS),
            other => {
                let what = format!("a {}", other.type_name());
                (what.clone(), what, "only nil, booleans, integers, strings and tables can go there")
            }
        };
        let mut path = Path::default();
        path.step(format!("[{step}]"));
        self.up(&mut path);
        Failure::new(ErrorKind::Serialize, no_place(self.root, &path.to_string(), &what, why))
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
