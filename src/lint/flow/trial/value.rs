//! Values, tables and functions of a trial.

use crate::lint::hash::HashMap;
use smallvec::SmallVec;
use std::rc::Rc;

use crate::lint::flow::builtins::{Builtin, Kind, Library};
use crate::lint::flow::program::{FunctionRef, PATH};
use crate::lint::tree::LocalId;

/// A value that is not known. The same number is the same value, wherever it has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// Which one.
    pub id: u32,
    /// What is known of it nevertheless.
    pub kind: Kind,
}

/// A Lua value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Int(i32),
    /// A string.
    Str(Rc<[u8]>),
    /// A table of the heap.
    Table(u32),
    /// What `newproxy` makes: a table of the heap whose fields are nobody's.
    Userdata(u32),
    /// A function of the script's.
    Closure(u32),
    /// A function of the camera's.
    Builtin(Builtin),
    /// One of those.
    Unknown(Unknown),
}

impl Value {
    /// A string.
    pub fn text(text: &[u8]) -> Self {
        Self::Str(text.into())
    }

    /// What `type` says, where it is known.
    pub fn type_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Nil => "nil",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "number",
            Self::Str(_) => "string",
            Self::Table(_) => "table",
            Self::Userdata(_) => "userdata",
            Self::Closure(_) | Self::Builtin(_) => "function",
            Self::Unknown(unknown) => match unknown.kind {
                Kind::Int => "number",
                Kind::Text => "string",
                Kind::Bool => "boolean",
                Kind::Any | Kind::Some => return None,
            },
        })
    }

    /// Whether it is a thing of the script's, which is the same wherever it gets to.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Table(_) | Self::Userdata(_) | Self::Closure(_) | Self::Builtin(_))
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Its number, if it is one or a string that reads as one.
    pub fn number(&self) -> Option<i32> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Str(text) => parse_number(text),
            _ => None,
        }
    }

    /// Its bytes, if it is a string or a number.
    pub fn bytes(&self) -> Option<Rc<[u8]>> {
        match self {
            Self::Str(text) => Some(Rc::clone(text)),
            Self::Int(number) => Some(number.to_string().into_bytes().into()),
            _ => None,
        }
    }
}

/// A number as the camera reads it (CHDK lib/lua/lobject.c:90): decimal saturates, hexadecimal too.
pub fn parse_number(text: &[u8]) -> Option<i32> {
    let text = std::str::from_utf8(text).ok()?.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let magnitude = if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        if hex.is_empty() || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        #[expect(clippy::cast_possible_wrap, reason = "0xffffffff is -1 there")]
        let wrapped = u32::from_str_radix(hex, 16).unwrap_or(u32::MAX) as i32;
        return Some(if negative { wrapped.wrapping_neg() } else { wrapped });
    } else {
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse::<i64>().unwrap_or(i64::MAX)
    };
    let value = if negative { magnitude.checked_neg().unwrap_or(i64::MIN) } else { magnitude };
    i32::try_from(value).ok().or(Some(if negative { i32::MIN } else { i32::MAX }))
}

/// Arguments, results: mostly one or two.
pub type Values = SmallVec<[Value; 2]>;

/// A table. Small ones are searched from end to end.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The values of 1, 2, 3 and on, nil where one is missing.
    pub array: Vec<Value>,
    /// How many values a constructor made room for.
    pub built: usize,
    /// Whether nil stands, or has stood, among the values.
    pub holes: bool,
    /// Other keys, in the order in which they came; nil where one was removed.
    pub entries: Vec<(Value, Value)>,
    index: Option<Box<HashMap<Value, usize>>>,
    /// The metatable.
    pub meta: Option<u32>,
    /// What the camera put there, unless an entry hides it.
    pub stock: Option<Stock>,
    /// Whether something was stored under a key that is not known, or the contents are not known at all.
    pub fuzzy: bool,
    /// Whether there is, or was, a value in it that a script can make different by using it: a table or a function.
    pub holds: bool,
}

const SMALL: usize = 8;

/// What the camera put into a table, which is found by its name and takes no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    /// The functions of a library; among the globals, the libraries too.
    Library(Library),
    /// The libraries, in `package.loaded`.
    Loaded,
    /// The string library, in the metatable of strings.
    Strings,
}

const VERSION: &str = "_VERSION";
const PACKAGE: [&str; 5] = ["loaded", "preload", "loaders", "path", "cpath"];
const INDEX: &str = "__index";

impl Stock {
    /// What is there under a name.
    pub fn get(self, name: &[u8]) -> Option<Value> {
        match self {
            Self::Library(library) => {
                let builtin = Builtin::find(library, name).map(Value::Builtin);
                builtin.or_else(|| match library {
                    Library::Globals if name == VERSION.as_bytes() => Some(Value::text(b"Lua 5.1")),
                    Library::Globals => Self::library(name),
                    Library::Package => Self::of_package(name),
                    _ => None,
                })
            }
            Self::Loaded => Self::library(name),
            Self::Strings => (name == INDEX.as_bytes()).then_some(Value::Table(Library::String as u32)),
        }
    }

    fn library(name: &[u8]) -> Option<Value> {
        let number = Library::ALL.iter().position(|library| library.name().as_bytes() == name)?;
        u32::try_from(number).ok().map(Value::Table)
    }

    fn of_package(name: &[u8]) -> Option<Value> {
        Some(match name {
            b"loaded" => Value::Table(LOADED),
            b"preload" => Value::Table(PRELOAD),
            b"loaders" => Value::Table(LOADERS),
            b"path" => Value::text(PATH.as_bytes()),
            b"cpath" => Value::text(b""),
            _ => return None,
        })
    }

    fn names(self) -> Vec<&'static str> {
        let libraries = Library::ALL.iter().map(|library| library.name());
        match self {
            Self::Library(Library::Globals) => {
                Builtin::names(Library::Globals).chain(libraries).chain([VERSION]).collect()
            }
            Self::Library(Library::Package) => Builtin::names(Library::Package).chain(PACKAGE).collect(),
            Self::Library(library) => Builtin::names(library).collect(),
            Self::Loaded => libraries.collect(),
            Self::Strings => vec![INDEX],
        }
    }
}

impl Table {
    fn position(&self, key: &Value) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|(known, _)| known == key),
        }
    }

    /// The value that was stored under a key, which is not in the list.
    pub fn own(&self, key: &Value) -> Option<Value> {
        self.position(key).map(|at| self.entries[at].1.clone())
    }

    /// The value of a key, without metatables.
    pub fn get(&self, key: &Value) -> Value {
        if let Value::Int(number) = key
            && let Some(value) = usize::try_from(*number).ok().and_then(|at| self.array.get(at.checked_sub(1)?))
        {
            return value.clone();
        }
        if let Some(own) = self.own(key) {
            return own;
        }
        match (self.stock, key) {
            (Some(stock), Value::Str(name)) => stock.get(name).unwrap_or(Value::Nil),
            _ => Value::Nil,
        }
    }

    /// The value under a name, without metatables.
    fn named(&self, name: &[u8]) -> Value {
        if self.index.is_some() {
            return self.get(&Value::text(name));
        }
        let is_it = |key: &Value| matches!(key, Value::Str(text) if **text == *name);
        match self.entries.iter().find(|(key, _)| is_it(key)) {
            Some((_, value)) => value.clone(),
            None => self.stock.and_then(|stock| stock.get(name)).unwrap_or(Value::Nil),
        }
    }

    /// Stores a value, without metatables.
    pub fn set(&mut self, key: Value, value: Value) {
        self.holds |= value.is_object() || key.is_object();
        if let Value::Int(number) = key {
            let at = usize::try_from(number).unwrap_or(0);
            if at >= 1 && at <= self.array.len() {
                self.holes |= value == Value::Nil && at < self.array.len();
                self.array[at - 1] = value;
                return;
            }
            if at == self.array.len() + 1 && value != Value::Nil {
                if let Some(old) = self.position(&key) {
                    self.entries[old].1 = Value::Nil;
                }
                self.array.push(value);
                return;
            }
        }
        if let Some(at) = self.position(&key) {
            self.entries[at].1 = value;
            return;
        }
        if value == Value::Nil && self.stock.is_none() {
            return;
        }
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), self.entries.len());
        }
        self.entries.push((key, value));
        if self.entries.len() == SMALL + 1 {
            let numbered = self.entries.iter().enumerate().map(|(at, (key, _))| (key.clone(), at));
            self.index = Some(Box::new(numbered.collect()));
        }
    }

    /// The next value of a constructor's list, which may be nil.
    pub fn push(&mut self, value: Value) {
        self.holds |= value.is_object();
        self.holes |= value == Value::Nil;
        self.array.push(value);
        self.built = self.array.len();
    }

    /// A border: what `#` says (CHDK lib/lua/ltable.c, luaH_getn).
    pub fn border(&self) -> i32 {
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        if self.array.last() == Some(&Value::Nil) {
            let (mut low, mut high) = (0, self.array.len());
            while high - low > 1 {
                let middle = usize::midpoint(low, high);
                if self.array[middle - 1] == Value::Nil { high = middle } else { low = middle }
            }
            return count(low);
        }
        let mut border = count(self.array.len());
        if !self.entries.is_empty() {
            while border < i32::MAX && self.get(&Value::Int(border + 1)) != Value::Nil {
                border += 1;
            }
        }
        border
    }

    /// Whether the border hangs on how much room the camera happens to have made.
    pub fn border_is_vague(&self) -> bool {
        self.holes && self.array.len() != self.built
    }

    /// The pair behind a key; the first one behind nil. None if there is no such key.
    pub fn next(&self, key: &Value) -> Option<(Value, Value)> {
        let start = match key {
            Value::Nil => 0,
            Value::Int(number) if usize::try_from(*number).is_ok_and(|at| at >= 1 && at <= self.array.len()) => {
                usize::try_from(*number).unwrap_or(0)
            }
            key => self.array.len() + self.position(key)? + 1,
        };
        for at in start..self.array.len() {
            if self.array[at] != Value::Nil {
                return Some((Value::Int(i32::try_from(at + 1).unwrap_or(i32::MAX)), self.array[at].clone()));
            }
        }
        let rest = self.entries.get(start.saturating_sub(self.array.len())..)?;
        let found = rest.iter().find(|(_, value)| *value != Value::Nil);
        Some(found.map_or((Value::Nil, Value::Nil), Clone::clone))
    }

    /// How many keys have no order that a script can count on.
    pub fn unordered(&self) -> usize {
        self.entries.iter().filter(|(_, value)| *value != Value::Nil).take(2).count()
    }

    /// Makes what the camera put there visible to [`Table::next`].
    pub fn unfold(&mut self) {
        let Some(stock) = self.stock else { return };
        for name in stock.names() {
            let key = Value::text(name.as_bytes());
            if self.position(&key).is_none() {
                let value = stock.get(name.as_bytes()).unwrap_or(Value::Nil);
                self.set(key, value);
            }
        }
        self.stock = None;
    }
}

/// A function of the script's.
#[derive(Debug, Clone)]
pub struct Closure {
    /// Its code.
    pub function: FunctionRef,
    /// What it shares with the functions around it: where in [`Heap::cells`].
    pub upvalues: Rc<[(LocalId, u32)]>,
    /// The table of its globals.
    pub env: u32,
}

/// All that a trial has made.
#[derive(Debug, Default)]
pub struct Heap {
    /// Tables.
    pub tables: Vec<Table>,
    /// Functions.
    pub closures: Vec<Closure>,
    /// Locals that functions can share.
    pub cells: Vec<Value>,
    /// The metatables of what has one for all of its type, which only the debug library can give.
    pub basics: [Option<u32>; 5],
}

/// The number of the table that holds the globals; [`Library`]'s numbers are those of their tables.
pub const GLOBALS: u32 = 0;
/// `package.loaded`
pub const LOADED: u32 = Library::ALL.len() as u32;
/// `package.preload`
pub const PRELOAD: u32 = LOADED + 1;
/// `package.loaders`
pub const LOADERS: u32 = LOADED + 2;
/// The metatable of strings.
pub const STRINGS: u32 = LOADED + 3;

/// Which of [`Heap::basics`] is a value's.
pub fn basic(value: &Value) -> Option<usize> {
    match value {
        Value::Nil => Some(0),
        Value::Bool(_) => Some(1),
        Value::Int(_) => Some(2),
        Value::Closure(_) | Value::Builtin(_) => Some(3),
        Value::Str(_) => Some(4),
        Value::Table(_) | Value::Userdata(_) | Value::Unknown(_) => None,
    }
}

impl Heap {
    /// Puts everything back to what a script finds when it starts.
    pub fn reset(&mut self) {
        self.tables.clear();
        self.closures.clear();
        self.cells.clear();
        self.tables.resize_with(STRINGS as usize + 1, Table::default);
        for (table, library) in self.tables.iter_mut().zip(Library::ALL) {
            table.stock = Some(Stock::Library(library));
        }
        self.tables[LOADED as usize].stock = Some(Stock::Loaded);
        self.tables[STRINGS as usize].stock = Some(Stock::Strings);
        for table in [GLOBALS, LOADED, STRINGS, Library::Package as u32] {
            self.tables[table as usize].holds = true;
        }
        let loaders = &mut self.tables[LOADERS as usize];
        loaders.set(Value::Int(1), Value::Builtin(Builtin::PRELOAD_LOADER));
        loaders.set(Value::Int(2), Value::Builtin(Builtin::FILE_LOADER));
        self.basics = [None, None, None, None, Some(STRINGS)];
    }

    /// A new table.
    pub fn table(&mut self) -> u32 {
        self.tables.push(Table::default());
        u32::try_from(self.tables.len() - 1).unwrap_or(u32::MAX)
    }

    /// A new cell with a value.
    pub fn cell(&mut self, value: Value) -> u32 {
        self.cells.push(value);
        u32::try_from(self.cells.len() - 1).unwrap_or(u32::MAX)
    }

    /// The metatable of a value.
    pub fn meta(&self, value: &Value) -> Option<u32> {
        match value {
            Value::Table(table) | Value::Userdata(table) => self.tables[*table as usize].meta,
            value => self.basics[basic(value)?],
        }
    }

    /// Whether a value that is not known may have metamethods that only the debug library can give it.
    pub fn is_odd(&self) -> bool {
        self.basics != [None, None, None, None, Some(STRINGS)]
            || self.tables[STRINGS as usize].entries.iter().any(|(key, _)| *key != Value::text(INDEX.as_bytes()))
    }

    /// A metamethod of a value; nil if it has none.
    pub fn metamethod(&self, value: &Value, event: &str) -> Value {
        match self.meta(value) {
            Some(meta) => {
                let meta = &self.tables[meta as usize];
                let none = meta.entries.is_empty() && meta.stock.is_none();
                if none { Value::Nil } else { meta.named(event.as_bytes()) }
            }
            None => Value::Nil,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_camera_reads_them() {
        for (text, number) in [
            (" 12 ", Some(12)),
            ("-0x10", Some(-16)),
            ("0xffffffff", Some(-1)),
            ("99999999999", Some(i32::MAX)),
            ("-99999999999", Some(i32::MIN)),
            ("1.0", None),
            ("", None),
            ("0x", None),
        ] {
            assert_eq!(parse_number(text.as_bytes()), number, "{text}");
        }
    }

    #[test]
    fn what_the_camera_put_into_a_table_is_found_by_each_of_its_names() {
        let libraries = Library::ALL.map(Stock::Library);
        for stock in libraries.into_iter().chain([Stock::Loaded, Stock::Strings]) {
            for name in stock.names() {
                assert!(stock.get(name.as_bytes()).is_some(), "{stock:?} {name}");
            }
            assert_eq!(stock.get(b"no such name"), None);
        }
        let globals = Stock::Library(Library::Globals);
        assert_eq!(globals.get(b"string"), Some(Value::Table(Library::String as u32)));
        assert_eq!(Stock::Library(Library::Package).get(b"loaded"), Some(Value::Table(LOADED)));
    }

    #[test]
    fn tables_hold_what_is_stored() {
        let mut table = Table::default();
        for number in 1..=20 {
            table.set(Value::Int(number * 2), Value::Int(number));
            table.set(Value::text(format!("k{number}").as_bytes()), Value::Int(number));
        }
        table.set(Value::Int(1), Value::Bool(true));
        assert_eq!(table.get(&Value::text(b"k20")), Value::Int(20));
        assert_eq!(table.get(&Value::Int(40)), Value::Int(20));
        assert_eq!(table.border(), 2);
        let (mut key, mut count) = (Value::Nil, 0);
        while let Some((next, _)) = table.next(&key).filter(|(next, _)| *next != Value::Nil) {
            (key, count) = (next, count + 1);
        }
        assert_eq!(count, 41);
        let mut globals = Table { stock: Some(Stock::Library(Library::Globals)), ..Table::default() };
        assert!(matches!(globals.get(&Value::text(b"sleep")), Value::Builtin(_)));
        globals.set(Value::text(b"sleep"), Value::Nil);
        assert_eq!(globals.get(&Value::text(b"sleep")), Value::Nil);
    }
}
