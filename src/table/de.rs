//! Values as a program's own.

use std::cell::Cell;

use serde::Deserialize;
use serde::de::value::{BytesDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Visitor};

use super::document::{Items, Pairs, Table, Value};
use super::serde_error::SerdeError;
use super::{DEPTH_LIMIT, reader};

/// Reads a text as a program's value, by the table at [`to_text`](super::to_text).
///
/// Whole numbers go into floats, and an empty table is an empty list or an empty map, whichever is wanted. Holes of a
/// list, and what a tuple has too little of, are nil, so `None`. Keys that a struct does not know are passed over (unless it has
/// `deny_unknown_fields`). A shared table is read each time it is met; one inside itself is an error unless it is passed
/// over.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Build { platform: String, build_revision: Option<String>, os: i32 }
///
/// let build: Build = moonshutter::table::from_text(b"{platform=\"a1400\",os=1,more={}}")?;
/// assert_eq!((build.platform.as_str(), build.build_revision, build.os), ("a1400", None, 1));
///
/// let error = moonshutter::table::from_text::<Vec<u8>>(b"{1,2,300}").unwrap_err();
/// assert_eq!(error.to_string(), "value[3]: invalid value: integer `300`, expected u8");
/// # Ok::<(), moonshutter::table::SerdeError>(())
/// ```
pub fn from_text<T: DeserializeOwned>(text: &[u8]) -> Result<T, SerdeError> {
    reader::read(text)?.root().decode()
}

impl<'d> Value<'d> {
    /// The value as a program's own, by the table at [`to_text`](super::to_text). Strings can be borrowed.
    pub fn decode<T: Deserialize<'d>>(self) -> Result<T, SerdeError> {
        let budget = Budget::new(self);
        T::deserialize(Deserializer { value: self, depth: 0, budget: &budget })
    }

    /// Several values as one list or tuple.
    pub(crate) fn decode_all<T: Deserialize<'d>>(values: &[Value<'d>]) -> Result<T, SerdeError> {
        T::deserialize(Several { values: values.iter().enumerate() })
    }
}

type Outcome<T> = Result<T, SerdeError>;

/// What reading may cost beyond what stands in the document.
const SPARE: usize = 1 << 20;

/// Tables that share tables may stand for more values than there is memory for, and so do lists with a wide hole.
struct Budget {
    /// Values that may still be visited.
    left: Cell<usize>,
    /// Holes that may still be filled.
    holes: Cell<usize>,
}

impl Budget {
    fn new(value: Value<'_>) -> Self {
        let (entries, text) = value.as_table().map_or((0, 0), |table| {
            let document = table.document;
            (document.items.len() + document.pairs.len() + document.tables.len(), document.text.len())
        });
        Self { left: Cell::new(4 * entries + SPARE), holes: Cell::new(text + SPARE / 16) }
    }

    fn spend(counter: &Cell<usize>, count: usize, what: &str) -> Outcome<()> {
        let left = counter.get().checked_sub(count).ok_or_else(|| SerdeError::new(what))?;
        counter.set(left);
        Ok(())
    }

    /// Enters a table.
    fn enter(&self, table: Table<'_>, depth: usize) -> Outcome<usize> {
        if depth == DEPTH_LIMIT {
            return Err(SerdeError::new(format!("more than {DEPTH_LIMIT} tables in one another")));
        }
        Self::spend(&self.left, 1 + table.len(), "tables that are shared so often that there would be no end of them")?;
        Ok(depth + 1)
    }
}

#[derive(Clone, Copy)]
struct Deserializer<'d, 'b> {
    value: Value<'d>,
    /// Tables around it.
    depth: usize,
    budget: &'b Budget,
}

impl<'d, 'b> Deserializer<'d, 'b> {
    fn with(self, value: Value<'d>) -> Self {
        Self { value, ..self }
    }

    fn string<V: Visitor<'d>>(bytes: &'d [u8], visitor: V) -> Outcome<V::Value> {
        match std::str::from_utf8(bytes) {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(_) => visitor.visit_borrowed_bytes(bytes),
        }
    }

    fn list<V: Visitor<'d>>(self, table: Table<'d>, visitor: V) -> Outcome<V::Value> {
        let len = list_len(table)?;
        Budget::spend(&self.budget.holes, len - table.len(), "a list with more holes than its text is long")?;
        self.sequence(table, len, visitor)
    }

    fn sequence<V: Visitor<'d>>(self, table: Table<'d>, len: usize, visitor: V) -> Outcome<V::Value> {
        let depth = self.budget.enter(table, self.depth)?;
        let pairs = table.pairs();
        let list = List { inner: Self { depth, ..self }, items: table.items(), pairs, ahead: None, at: 0, len };
        visitor.visit_seq(list)
    }

    fn tuple<V: Visitor<'d>>(self, wanted: usize, visitor: V) -> Outcome<V::Value> {
        let Value::Table(table) = self.value else { return self.deserialize_any_of(visitor) };
        let len = list_len(table)?;
        if len > wanted {
            return Err(SerdeError::new(format!("a list of {len} values where {wanted} were expected")));
        }
        self.sequence(table, wanted, visitor)
    }

    fn map<V: Visitor<'d>>(self, table: Table<'d>, visitor: V) -> Outcome<V::Value> {
        let depth = self.budget.enter(table, self.depth)?;
        let (items, pairs) = (table.items(), table.pairs());
        visitor.visit_map(Map { inner: Self { depth, ..self }, items, pairs, index: 0, present: None })
    }

    fn deserialize_any_of<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        match self.value {
            Value::Nil => visitor.visit_unit(),
            Value::Boolean(value) => visitor.visit_bool(value),
            Value::Integer(number) => visitor.visit_i32(number),
            Value::String(bytes) => Self::string(bytes, visitor),
            Value::Table(table) if table.pairs().len() == 0 && !table.is_empty() => self.list(table, visitor),
            Value::Table(table) => self.map(table, visitor),
        }
    }
}

/// How many values a list has, holes included.
fn list_len(table: Table<'_>) -> Outcome<usize> {
    let mut last = table.items().len();
    for (key, _) in table.pairs() {
        match key {
            Value::Integer(index @ 1..) => last = index as usize,
            key => {
                return Err(SerdeError::new(format!("a list was expected, but the table has the key {}", shown(key))));
            }
        }
    }
    Ok(last)
}

fn shown(value: Value<'_>) -> String {
    match value {
        Value::Table(_) => "a table".to_owned(),
        Value::String(bytes) if bytes.len() > 40 => "a long string".to_owned(),
        value => format!("{value:?}"),
    }
}

macro_rules! as_any {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
            self.deserialize_any_of(visitor)
        })*
    };
}

impl<'d> de::Deserializer<'d> for Deserializer<'d, '_> {
    type Error = SerdeError;

    as_any!(
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_unit
    );

    fn deserialize_u32<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        match self.value {
            Value::Integer(number @ ..0) => Err(SerdeError::new(format!(
                "{number} is below 0; with = \"moonshutter::table::word\" takes it for 32 bits, {:#x}",
                number as u32
            ))),
            _ => self.deserialize_any_of(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        let Value::String(bytes) = self.value else { return self.deserialize_any_of(visitor) };
        match std::str::from_utf8(bytes) {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(_) => Err(SerdeError::new(format!(
                "\"{}\" is not UTF-8; with = \"moonshutter::table::bytes\" takes any string",
                bytes[..bytes.len().min(40)].escape_ascii()
            ))),
        }
    }

    fn deserialize_string<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        match self.value {
            Value::String(bytes) => visitor.visit_borrowed_bytes(bytes),
            _ => self.deserialize_any_of(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        if self.value.is_nil() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'d>>(self, _: &'static str, visitor: V) -> Outcome<V::Value> {
        self.deserialize_any_of(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(self, _: &'static str, visitor: V) -> Outcome<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        match self.value {
            Value::Table(table) => self.list(table, visitor),
            _ => self.deserialize_any_of(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'d>>(self, len: usize, visitor: V) -> Outcome<V::Value> {
        self.tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'d>>(self, _: &'static str, len: usize, visitor: V) -> Outcome<V::Value> {
        self.tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        match self.value {
            Value::Table(table) => self.map(table, visitor),
            _ => self.deserialize_any_of(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'d>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        let (variant, content, depth) = match self.value {
            Value::String(variant) => (variant, Value::Nil, self.depth),
            Value::Table(table) => match (table.pairs().next(), table.len()) {
                (Some((Value::String(variant), content)), 1) => {
                    (variant, content, self.budget.enter(table, self.depth)?)
                }
                _ => {
                    let text = format!("a {name} is the name of a variant, or a table with that one key");
                    return Err(SerdeError::new(text));
                }
            },
            _ => return self.deserialize_any_of(visitor),
        };
        visitor.visit_enum(Enum { variant, content: Self { value: content, depth, ..self } })
    }

    fn deserialize_identifier<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        match self.value {
            Value::String(bytes) => Self::string(bytes, visitor),
            // A number would be taken for the place of a field.
            other => visitor.visit_str(&shown(other)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'d>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_unit()
    }
}

/// The values of a list, holes included.
struct List<'d, 'b> {
    inner: Deserializer<'d, 'b>,
    items: Items<'d>,
    pairs: Pairs<'d>,
    /// The pair that comes next.
    ahead: Option<(Value<'d>, Value<'d>)>,
    at: usize,
    len: usize,
}

impl<'d> de::SeqAccess<'d> for List<'d, '_> {
    type Error = SerdeError;

    fn next_element_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        if self.at == self.len {
            return Ok(None);
        }
        self.at += 1;
        let at = self.at;
        let value = match self.items.next() {
            Some(item) => item,
            None => {
                if self.ahead.is_none() {
                    self.ahead = self.pairs.next();
                }
                match self.ahead {
                    Some((Value::Integer(key), value)) if key as usize == at => {
                        self.ahead = None;
                        value
                    }
                    _ => Value::Nil,
                }
            }
        };
        let value = seed.deserialize(self.inner.with(value));
        value.map(Some).map_err(|error| error.within(|path| path.step(format!("[{at}]"))))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len - self.at)
    }
}

struct Map<'d, 'b> {
    inner: Deserializer<'d, 'b>,
    items: Items<'d>,
    pairs: Pairs<'d>,
    index: i32,
    /// The entry whose key was given out.
    present: Option<(Value<'d>, Value<'d>)>,
}

impl<'d> de::MapAccess<'d> for Map<'d, '_> {
    type Error = SerdeError;

    fn next_key_seed<K: DeserializeSeed<'d>>(&mut self, seed: K) -> Outcome<Option<K::Value>> {
        self.present = match self.items.next() {
            Some(item) => {
                self.index += 1;
                Some((Value::Integer(self.index), item))
            }
            None => self.pairs.next(),
        };
        let Some((key, _)) = self.present else { return Ok(None) };
        let key = seed.deserialize(self.inner.with(key));
        key.map(Some).map_err(|error| match self.present {
            Some((Value::Table(_), _)) => error.within(|path| path.step("[a table]")),
            Some((key, _)) => SerdeError::new(format!("the key {}: {}", shown(key), error.message())),
            None => error,
        })
    }

    fn next_value_seed<V: DeserializeSeed<'d>>(&mut self, seed: V) -> Outcome<V::Value> {
        let (key, value) = self.present.take().unwrap_or((Value::Nil, Value::Nil));
        let value = seed.deserialize(self.inner.with(value));
        value.map_err(|error| error.within(|path| path.key(key)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() + self.pairs.len())
    }
}

struct Enum<'d, 'b> {
    variant: &'d [u8],
    content: Deserializer<'d, 'b>,
}

impl<'d, 'b> de::EnumAccess<'d> for Enum<'d, 'b> {
    type Error = SerdeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'d>>(self, seed: V) -> Outcome<(V::Value, Self)> {
        let variant = match std::str::from_utf8(self.variant) {
            Ok(text) => seed.deserialize(StrDeserializer::<SerdeError>::new(text))?,
            Err(_) => seed.deserialize(BytesDeserializer::<SerdeError>::new(self.variant))?,
        };
        Ok((variant, self))
    }
}

impl<'d, 'b> Enum<'d, 'b> {
    fn within<T>(self, read: impl FnOnce(Deserializer<'d, 'b>) -> Outcome<T>) -> Outcome<T> {
        let bare = self.content.value.is_nil();
        read(self.content).map_err(|error| if bare { error } else { error.within(|path| path.name(self.variant)) })
    }
}

impl<'d> de::VariantAccess<'d> for Enum<'d, '_> {
    type Error = SerdeError;

    fn unit_variant(self) -> Outcome<()> {
        self.within(Deserialize::deserialize)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'d>>(self, seed: T) -> Outcome<T::Value> {
        self.within(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'d>>(self, len: usize, visitor: V) -> Outcome<V::Value> {
        self.within(|content| content.tuple(len, visitor))
    }

    fn struct_variant<V: Visitor<'d>>(self, _: &'static [&'static str], visitor: V) -> Outcome<V::Value> {
        self.within(|content| de::Deserializer::deserialize_map(content, visitor))
    }
}

/// Values that are not in one document, as a list: what a script returned.
struct Several<'de, 'v> {
    values: std::iter::Enumerate<std::slice::Iter<'v, Value<'de>>>,
}

impl<'de> de::Deserializer<'de> for Several<'de, '_> {
    type Error = SerdeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_seq(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> de::SeqAccess<'de> for Several<'de, '_> {
    type Error = SerdeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        let Some((at, value)) = self.values.next() else { return Ok(None) };
        let budget = Budget::new(*value);
        let value = seed.deserialize(Deserializer { value: *value, depth: 0, budget: &budget });
        value.map(Some).map_err(|error| error.within(|path| path.step(format!("[{}]", at + 1))))
    }
}
