use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use super::builder::TableId;

/// A piece of a string's home, which is the text or the document's own bytes.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl Span {
    fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start as usize..self.start as usize + self.len as usize).unwrap_or_default()
    }
}

/// A value of a document, as one can look at it.
#[derive(Clone, Copy)]
pub(super) enum Slot {
    Nil,
    Boolean(bool),
    Integer(i32),
    /// A string that stands in the text as it is.
    Text(Span),
    /// A string that had escapes, or came without a text.
    Own(Span),
    Table(u32),
}

/// A value of a document, as it is stored: its kind in 3 bits, a length in 29, and the rest in 32.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed(u64);

/// How long a string can be, and so a text.
pub(super) const LONGEST: usize = (1 << 29) - 1;

impl Packed {
    const BOOLEAN: u64 = 1;
    const INTEGER: u64 = 2;
    const TEXT: u64 = 3;
    const OWN: u64 = 4;
    const TABLE: u64 = 5;

    pub(super) const NIL: Self = Self(0);

    #[inline]
    fn new(kind: u64, len: usize, rest: u32) -> Self {
        Self(u64::from(rest) << 32 | (len as u64) << 3 | kind)
    }

    /// A string that stands in the text.
    #[inline]
    pub(super) fn text(start: usize, len: usize) -> Self {
        Self::new(Self::TEXT, len, start as u32)
    }

    #[inline]
    pub(super) fn integer(number: i32) -> Self {
        Self::new(Self::INTEGER, 0, number as u32)
    }

    #[inline]
    pub(super) fn slot(self) -> Slot {
        let rest = (self.0 >> 32) as u32;
        let span = Span { start: rest, len: self.0 as u32 >> 3 };
        match self.0 & 7 {
            Self::BOOLEAN => Slot::Boolean(rest != 0),
            Self::INTEGER => Slot::Integer(rest as i32),
            Self::TEXT => Slot::Text(span),
            Self::OWN => Slot::Own(span),
            Self::TABLE => Slot::Table(rest),
            _ => Slot::Nil,
        }
    }

    /// The number, if it is an integer.
    #[inline]
    pub(super) fn as_integer(self) -> Option<i32> {
        (self.0 & 7 == Self::INTEGER).then_some((self.0 >> 32) as i32)
    }
}

impl From<Slot> for Packed {
    #[inline]
    fn from(slot: Slot) -> Self {
        match slot {
            Slot::Nil => Self::NIL,
            Slot::Boolean(value) => Self::new(Self::BOOLEAN, 0, value.into()),
            Slot::Integer(number) => Self::integer(number),
            Slot::Text(span) => Self::new(Self::TEXT, span.len as usize, span.start),
            Slot::Own(span) => Self::new(Self::OWN, span.len as usize, span.start),
            Slot::Table(id) => Self::new(Self::TABLE, 0, id),
        }
    }
}

/// Where a table's content lies in the document's vectors.
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    pub(super) items: u32,
    pub(super) items_len: u32,
    pub(super) pairs: u32,
    pub(super) pairs_len: u32,
}

/// A value with all the tables that can be reached from it.
///
/// A document lends its values; they are small and [`Copy`]. Strings that stand in the text without escapes are not
/// copied. What a table holds is in one canonical form, however it was written: its *items* are the values at 1, 2, …
/// as far as there are any without a gap, all else are *pairs*, in the order of their keys: integers (positive ones
/// first), strings by their bytes, booleans, tables in the order of the text.
///
/// Two documents are equal if their graphs are: the same values at the same keys, and the same tables shared. (Where
/// tables are keys there is no order to go by, and graphs of many hundred tables that differ in nothing but their
/// connections may be called different although they are not.)
#[derive(Clone)]
pub struct Document<'a> {
    pub(super) text: Cow<'a, [u8]>,
    pub(super) own: Vec<u8>,
    pub(super) items: Vec<Packed>,
    pub(super) pairs: Vec<(Packed, Packed)>,
    pub(super) tables: Vec<Extent>,
    pub(super) root: Slot,
    /// Whether each table is known to be met once.
    pub(super) tree: bool,
}

impl<'a> Document<'a> {
    pub(super) fn empty(text: Cow<'a, [u8]>) -> Self {
        let (own, items, pairs, tables) = Default::default();
        Self { text, own, items, pairs, tables, root: Slot::Nil, tree: true }
    }

    /// The value that the text stands for.
    pub fn root(&self) -> Value<'_> {
        self.value(self.root)
    }

    /// How many tables there are. Their [`Table::id`]s are smaller.
    pub fn table_count(&self) -> usize {
        self.tables.len()
    }

    /// The document with a copy of all that it borrowed.
    pub fn into_owned(self) -> Document<'static> {
        let Self { text, own, items, pairs, tables, root, tree } = self;
        Document { text: Cow::Owned(text.into_owned()), own, items, pairs, tables, root, tree }
    }

    /// Whether it was written as a tree, so that each table is met once and stands no deeper than the text.
    pub(crate) fn is_tree(&self) -> bool {
        self.tree
    }

    /// All tables, also those that cannot be reached from the root, in the order of their [`Table::id`]s.
    pub fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        (0..self.tables.len() as u32).map(|id| Table { document: self, id })
    }

    /// The tables that are met more than once on the way from the root: shared ones, and those inside themselves.
    pub fn shared_tables(&self) -> HashSet<TableId> {
        let mut shared = HashSet::new();
        if self.tree {
            return shared;
        }
        let mut met = vec![false; self.tables.len()];
        let mut next = vec![(self.root, Slot::Nil)];
        while let Some((key, value)) = next.pop() {
            for slot in [key, value] {
                let Slot::Table(id) = slot else { continue };
                if std::mem::replace(&mut met[id as usize], true) {
                    shared.insert(TableId(id));
                } else {
                    next.extend(
                        self.entries_of(id)
                            .filter(|(key, value)| matches!(key, Slot::Table(_)) || matches!(value, Slot::Table(_))),
                    );
                }
            }
        }
        shared
    }

    pub(super) fn value(&self, slot: Slot) -> Value<'_> {
        match slot {
            Slot::Nil => Value::Nil,
            Slot::Boolean(value) => Value::Boolean(value),
            Slot::Integer(number) => Value::Integer(number),
            Slot::Text(span) => Value::String(span.of(&self.text)),
            Slot::Own(span) => Value::String(span.of(&self.own)),
            Slot::Table(id) => Value::Table(Table { document: self, id }),
        }
    }

    pub(super) fn bytes(&self, slot: Slot) -> &[u8] {
        match slot {
            Slot::Text(span) => span.of(&self.text),
            Slot::Own(span) => span.of(&self.own),
            _ => &[],
        }
    }

    pub(super) fn items_of(&self, id: u32) -> &[Packed] {
        let Some(extent) = self.tables.get(id as usize) else { return &[] };
        self.items.get(extent.items as usize..(extent.items + extent.items_len) as usize).unwrap_or_default()
    }

    pub(super) fn pairs_of(&self, id: u32) -> &[(Packed, Packed)] {
        let Some(extent) = self.tables.get(id as usize) else { return &[] };
        self.pairs.get(extent.pairs as usize..(extent.pairs + extent.pairs_len) as usize).unwrap_or_default()
    }

    /// All that a table holds, items first.
    pub(super) fn entries_of(&self, id: u32) -> impl Iterator<Item = (Slot, Slot)> + '_ {
        let items = self.items_of(id).iter().enumerate().map(|(at, item)| (Slot::Integer(at as i32 + 1), item.slot()));
        items.chain(self.pairs_of(id).iter().map(|(key, value)| (key.slot(), value.slot())))
    }
}

impl PartialEq for Document<'_> {
    fn eq(&self, other: &Document<'_>) -> bool {
        self.root() == other.root()
    }
}

impl Eq for Document<'_> {}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.root(), f)
    }
}

/// A value that a [`Document`] lends.
///
/// The accessors can be chained: what is not there is nil, and nil has nothing in it.
#[derive(Clone, Copy)]
pub enum Value<'d> {
    /// nil
    Nil,
    /// boolean
    Boolean(bool),
    /// 32-bit integer
    Integer(i32),
    /// string of bytes
    String(&'d [u8]),
    /// table
    Table(Table<'d>),
}

impl<'d> Value<'d> {
    /// Whether it is nil, which also stands for what is not there.
    pub fn is_nil(self) -> bool {
        matches!(self, Value::Nil)
    }

    /// The boolean, if it is one.
    pub fn as_bool(self) -> Option<bool> {
        match self {
            Value::Boolean(value) => Some(value),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_integer(self) -> Option<i32> {
        match self {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The integer as the 32 bits that it is on the camera: an address, a size, a time. -1 is 0xFFFFFFFF.
    pub fn as_word(self) -> Option<u32> {
        self.as_integer().map(|number| number as u32)
    }

    /// The bytes of the string, if it is one.
    pub fn as_bytes(self) -> Option<&'d [u8]> {
        match self {
            Value::String(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The string, if it is one and UTF-8.
    pub fn as_str(self) -> Option<&'d str> {
        self.as_bytes().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The string, if it is one, with U+FFFD for what is not UTF-8.
    pub fn as_str_lossy(self) -> Option<Cow<'d, str>> {
        self.as_bytes().map(String::from_utf8_lossy)
    }

    /// The table, if it is one.
    pub fn as_table(self) -> Option<Table<'d>> {
        match self {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// What a table has under a name; nil if this is no table or has nothing there.
    pub fn get(self, name: impl AsRef<[u8]>) -> Value<'d> {
        self.as_table().map_or(Value::Nil, |table| table.get(name))
    }

    /// What a table has under an integer; nil if this is no table or has nothing there.
    pub fn index(self, index: i32) -> Value<'d> {
        self.as_table().map_or(Value::Nil, |table| table.index(index))
    }

    /// The items of a table: its values at 1, 2, … as far as there are any without a gap. None if this is no table.
    pub fn items(self) -> Items<'d> {
        self.as_table().map_or(Items { document: None, slots: [].iter() }, Table::items)
    }

    /// Lua's name for the type.
    pub fn type_name(self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Boolean(_) => "boolean",
            Value::Integer(_) => "number",
            Value::String(_) => "string",
            Value::Table(_) => "table",
        }
    }
}

impl PartialEq for Value<'_> {
    /// Graphs are equal if they have the same shape; see [`Document`].
    fn eq(&self, other: &Value<'_>) -> bool {
        super::equal::equal(*self, *other)
    }
}

impl Eq for Value<'_> {}

impl fmt::Debug for Value<'_> {
    /// As Lua.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match super::write(*self) {
            Ok(text) => write!(f, "{}", String::from_utf8_lossy(&text)),
            Err(error) => write!(f, "<{error}>"),
        }
    }
}

/// A table that a [`Document`] lends.
#[derive(Clone, Copy)]
pub struct Table<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) id: u32,
}

impl<'d> Table<'d> {
    /// The table's number in its document: what is met twice has the same.
    pub fn id(self) -> TableId {
        TableId(self.id)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// How many values there are in it.
    pub fn len(self) -> usize {
        self.document.items_of(self.id).len() + self.document.pairs_of(self.id).len()
    }

    /// What it has under a name, or nil. Takes time with the logarithm of the number of pairs.
    pub fn get(self, name: impl AsRef<[u8]>) -> Value<'d> {
        let name = name.as_ref();
        let pairs = self.document.pairs_of(self.id);
        let document = self.document;
        let found = pairs.binary_search_by(|(key, _)| match key.slot() {
            Slot::Integer(_) => std::cmp::Ordering::Less,
            key @ (Slot::Text(_) | Slot::Own(_)) => document.bytes(key).cmp(name),
            _ => std::cmp::Ordering::Greater,
        });
        found.map_or(Value::Nil, |at| document.value(pairs[at].1.slot()))
    }

    /// What it has under an integer, or nil. Items are found at once, others in the logarithm of the number of pairs.
    pub fn index(self, index: i32) -> Value<'d> {
        let document = self.document;
        if index >= 1
            && let Some(item) = document.items_of(self.id).get(index as usize - 1)
        {
            return document.value(item.slot());
        }
        let pairs = document.pairs_of(self.id);
        let found = pairs.binary_search_by(|(key, _)| match key.slot() {
            Slot::Integer(key) => super::builder::rank(key).cmp(&super::builder::rank(index)),
            _ => std::cmp::Ordering::Greater,
        });
        found.map_or(Value::Nil, |at| document.value(pairs[at].1.slot()))
    }

    /// Its values at 1, 2, … as far as there are any without a gap.
    pub fn items(self) -> Items<'d> {
        Items { document: Some(self.document), slots: self.document.items_of(self.id).iter() }
    }

    /// All else in it, in the order of the keys: integers (positive ones first), strings, booleans, tables.
    pub fn pairs(self) -> Pairs<'d> {
        Pairs { document: self.document, slots: self.document.pairs_of(self.id).iter() }
    }

    /// Items and pairs.
    pub fn entries(self) -> impl Iterator<Item = (Value<'d>, Value<'d>)> {
        let document = self.document;
        document.entries_of(self.id).map(move |(key, value)| (document.value(key), document.value(value)))
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Value::Table(*self), f)
    }
}

/// The items of a table.
#[derive(Clone)]
pub struct Items<'d> {
    document: Option<&'d Document<'d>>,
    slots: std::slice::Iter<'d, Packed>,
}

impl<'d> Iterator for Items<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Value<'d>> {
        let document = self.document?;
        self.slots.next().map(|slot| document.value(slot.slot()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl ExactSizeIterator for Items<'_> {}

/// The pairs of a table.
#[derive(Clone)]
pub struct Pairs<'d> {
    document: &'d Document<'d>,
    slots: std::slice::Iter<'d, (Packed, Packed)>,
}

impl<'d> Iterator for Pairs<'d> {
    type Item = (Value<'d>, Value<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        self.slots.next().map(|(key, value)| (self.document.value(key.slot()), self.document.value(value.slot())))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl ExactSizeIterator for Pairs<'_> {}
