use std::borrow::Cow;
use std::cmp::Ordering;

use super::document::{Document, Extent, Slot, Span, Value};

/// A table's number in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub(super) u32);

impl TableId {
    /// From 0, and smaller than [`Document::table_count`].
    pub fn number(self) -> usize {
        self.0 as usize
    }
}

/// A value that a [`Builder`] can put into a table: of a `bool`, an `i32`, a [`TableId`], or [`Builder::string`].
#[derive(Clone, Copy)]
pub struct Part(pub(super) Slot);

impl Part {
    pub(crate) const NIL: Self = Self(Slot::Nil);
}

impl From<bool> for Part {
    fn from(value: bool) -> Self {
        Self(Slot::Boolean(value))
    }
}

impl From<i32> for Part {
    fn from(number: i32) -> Self {
        Self(Slot::Integer(number))
    }
}

impl From<TableId> for Part {
    fn from(table: TableId) -> Self {
        Self(Slot::Table(table.0))
    }
}

/// Makes a document, with whatever tables are shared or inside themselves.
///
/// ```
/// use moonshutter::table::{Builder, write};
///
/// let mut builder = Builder::new();
/// let (parent, child) = (builder.table(), builder.table());
/// let name = builder.string("child");
/// builder.set(parent, name, child);
/// builder.set(child, 1, parent);
/// let text = write(builder.finish(parent).root())?;
/// assert_eq!(text, b"(function()local t={}t[1]={};t[2]={child=t[1]};t[1][1]=t[2];return t[2]end)()");
/// # Ok::<(), moonshutter::table::WriteError>(())
/// ```
#[derive(Default)]
pub struct Builder {
    own: Vec<u8>,
    tables: Vec<Vec<(Slot, Slot)>>,
}

impl Builder {
    /// With nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// A string.
    ///
    /// # Panics
    ///
    /// If all strings together have 4 GiB or more.
    pub fn string(&mut self, bytes: impl AsRef<[u8]>) -> Part {
        Part(keep(&mut self.own, bytes.as_ref()).expect("less than 4 GiB of strings"))
    }

    /// A new table, with nothing in it.
    pub fn table(&mut self) -> TableId {
        self.tables.push(Vec::new());
        TableId(self.tables.len() as u32 - 1)
    }

    /// Puts a value into a table. The last one for a key stays.
    ///
    /// # Panics
    ///
    /// If the table is another builder's.
    pub fn set(&mut self, table: TableId, key: impl Into<Part>, value: impl Into<Part>) {
        self.tables[table.number()].push((key.into().0, value.into().0));
    }

    /// The document, with this value as its root.
    pub fn finish(self, root: impl Into<Part>) -> Document<'static> {
        let mut loader = Loader::new();
        loader.document.own = self.own;
        let root = root.into().0;
        let mut met = vec![false; self.tables.len()];
        let mut tree = true;
        let slots = self.tables.iter().flatten().flat_map(|(key, value)| [*key, *value]);
        for slot in slots.chain([root]) {
            if let Slot::Table(id) = slot {
                tree &= met.get_mut(id as usize).is_none_or(|met| !std::mem::replace(met, true));
            }
        }
        for pairs in self.tables {
            loader.pairs = pairs;
            loader.close();
        }
        loader.finish(Part(root), tree)
    }
}

/// Copies a string to the document's own bytes. `None` if there is no room for 32-bit offsets.
pub(super) fn keep(own: &mut Vec<u8>, bytes: &[u8]) -> Option<Slot> {
    let (start, len) = (u32::try_from(own.len()).ok()?, u32::try_from(bytes.len()).ok()?);
    start.checked_add(len)?;
    own.extend_from_slice(bytes);
    Some(Slot::Own(Span { start, len }))
}

/// Builds a document table by table: each is filled and closed before the next one is begun, and gets the next number.
pub(crate) struct Loader {
    document: Document<'static>,
    items: Vec<Slot>,
    pairs: Vec<(Slot, Slot)>,
}

impl Loader {
    pub(crate) fn new() -> Self {
        Self { document: Document::empty(Cow::Borrowed(&[])), items: Vec::new(), pairs: Vec::new() }
    }

    /// A string. `None` if all strings together have 4 GiB or more.
    pub(crate) fn string(&mut self, bytes: &[u8]) -> Option<Part> {
        keep(&mut self.document.own, bytes).map(Part)
    }

    /// A table, by the number that it has or will get.
    pub(crate) fn table(number: u32) -> Part {
        Part(Slot::Table(number))
    }

    /// Puts a value into the table that is being filled. Each key comes once.
    pub(crate) fn entry(&mut self, key: Part, value: Part) {
        match key.0 {
            Slot::Integer(index) if rank(index) as usize == self.items.len() => self.items.push(value.0),
            key => self.pairs.push((key, value.0)),
        }
    }

    /// Ends the table that is being filled.
    pub(crate) fn close(&mut self) {
        let extent = self.document.settle(&mut self.items, 0, &mut self.pairs, 0);
        self.document.tables.push(extent);
    }

    /// The document; `tree` if each table is met once.
    pub(crate) fn finish(mut self, root: Part, tree: bool) -> Document<'static> {
        self.document.root = root.0;
        self.document.tree = tree;
        self.document
    }

    /// A part as a value.
    pub(crate) fn value(&self, part: Part) -> Value<'_> {
        self.document.value(part.0)
    }
}

/// The place of an integer among the keys: positive ones first, as they follow the items.
pub(super) fn rank(key: i32) -> u32 {
    (key as u32).wrapping_sub(1)
}

impl Document<'_> {
    /// Gives a table its place: takes what was staged from `items_from` and `pairs_from` on. Items may have nils among
    /// them, pairs any keys in any order; of the same key, the last one counts, and an item before a pair.
    pub(super) fn settle(
        &mut self,
        items: &mut Vec<Slot>,
        items_from: usize,
        pairs: &mut Vec<(Slot, Slot)>,
        pairs_from: usize,
    ) -> Extent {
        let count = items.len() - items_from;
        let in_items = |key: &Slot| matches!(key, Slot::Integer(key) if rank(*key) < count as u32);
        if pairs[pairs_from..].iter().any(|(key, _)| in_items(key)) {
            retain_from(pairs, pairs_from, |(key, _)| !in_items(key));
        }
        if let Some(gap) = items[items_from..].iter().position(|item| matches!(item, Slot::Nil)) {
            for (at, item) in items[items_from..].iter().enumerate().skip(gap) {
                if !matches!(item, Slot::Nil) {
                    pairs.push((Slot::Integer(at as i32 + 1), *item));
                }
            }
            items.truncate(items_from + gap);
        }
        self.order(pairs, pairs_from);
        if pairs[pairs_from..].iter().any(|(_, value)| matches!(value, Slot::Nil)) {
            retain_from(pairs, pairs_from, |(_, value)| !matches!(value, Slot::Nil));
        }
        let mut absorbed = pairs_from;
        while let Some((Slot::Integer(key), item)) = pairs.get(absorbed)
            && rank(*key) as usize == items.len() - items_from
        {
            items.push(*item);
            absorbed += 1;
        }
        let extent = Extent {
            items: self.items.len() as u32,
            items_len: (items.len() - items_from) as u32,
            pairs: self.pairs.len() as u32,
            pairs_len: (pairs.len() - absorbed) as u32,
        };
        self.items.extend_from_slice(&items[items_from..]);
        self.pairs.extend_from_slice(&pairs[absorbed..]);
        items.truncate(items_from);
        pairs.truncate(pairs_from);
        extent
    }

    /// Sorts pairs by their keys. Of the same key, the last one stays.
    pub(super) fn order(&self, pairs: &mut Vec<(Slot, Slot)>, from: usize) {
        /// Up to so many are sorted by insertion, which costs next to nothing where they are in order already.
        const FEW: usize = 16;
        let slice = &mut pairs[from..];
        let mut done = slice.len().min(1);
        if slice.len() <= FEW {
            for next in 1..slice.len() {
                let pair = slice[next];
                let mut at = done;
                let same = loop {
                    match at.checked_sub(1).map(|before| self.compare(slice[before].0, pair.0)) {
                        Some(Ordering::Greater) => at -= 1,
                        Some(Ordering::Equal) => break true,
                        Some(Ordering::Less) | None => break false,
                    }
                };
                if same {
                    slice[at - 1].1 = pair.1;
                } else {
                    slice.copy_within(at..done, at + 1);
                    slice[at] = pair;
                    done += 1;
                }
            }
        } else {
            slice.sort_by(|(a, _), (b, _)| self.compare(*a, *b));
            for next in 1..slice.len() {
                if self.compare(slice[done - 1].0, slice[next].0) == Ordering::Equal {
                    slice[done - 1] = slice[next];
                } else {
                    slice[done] = slice[next];
                    done += 1;
                }
            }
        }
        pairs.truncate(from + done);
    }

    fn compare(&self, a: Slot, b: Slot) -> Ordering {
        fn kind(slot: Slot) -> u8 {
            match slot {
                Slot::Integer(_) => 0,
                Slot::Text(_) | Slot::Own(_) => 1,
                Slot::Boolean(_) => 2,
                Slot::Table(_) => 3,
                Slot::Nil => 4,
            }
        }
        match (a, b) {
            (Slot::Integer(a), Slot::Integer(b)) => rank(a).cmp(&rank(b)),
            (Slot::Boolean(a), Slot::Boolean(b)) => a.cmp(&b),
            (Slot::Table(a), Slot::Table(b)) => a.cmp(&b),
            (Slot::Text(_) | Slot::Own(_), Slot::Text(_) | Slot::Own(_)) => self.bytes(a).cmp(self.bytes(b)),
            (a, b) => kind(a).cmp(&kind(b)),
        }
    }
}

fn retain_from<T: Copy>(list: &mut Vec<T>, from: usize, keep: impl Fn(&T) -> bool) {
    let mut to = from;
    for at in from..list.len() {
        if keep(&list[at]) {
            list[to] = list[at];
            to += 1;
        }
    }
    list.truncate(to);
}
