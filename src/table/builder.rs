use std::borrow::Cow;
use std::cmp::Ordering;

use super::document::{Document, Extent, LONGEST, Packed, Slot, Span, Value};

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
    tables: Vec<Vec<(Packed, Packed)>>,
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
    /// If it has 512 MiB or more, or all strings together 4 GiB.
    pub fn string(&mut self, bytes: impl AsRef<[u8]>) -> Part {
        Part(keep(&mut self.own, bytes.as_ref()).expect("strings within their limits"))
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
        self.tables[table.number()].push((key.into().0.into(), value.into().0.into()));
    }

    /// The document, with this value as its root.
    pub fn finish(self, root: impl Into<Part>) -> Document<'static> {
        let mut loader = Loader::new();
        loader.document.own = self.own;
        let root = root.into().0;
        let mut met = vec![false; self.tables.len()];
        let mut tree = true;
        let slots = self.tables.iter().flatten().flat_map(|(key, value)| [key.slot(), value.slot()]);
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

/// Copies a string to the document's own bytes. `None` if there is no room for its length or place.
pub(super) fn keep(own: &mut Vec<u8>, bytes: &[u8]) -> Option<Slot> {
    if bytes.len() > LONGEST {
        return None;
    }
    let (start, len) = (u32::try_from(own.len()).ok()?, bytes.len() as u32);
    own.extend_from_slice(bytes);
    Some(Slot::Own(Span { start, len }))
}

/// Builds a document table by table: each is filled and closed before the next one is begun, and gets the next number.
pub(crate) struct Loader {
    document: Document<'static>,
    items: Vec<Packed>,
    pairs: Vec<(Packed, Packed)>,
}

impl Loader {
    pub(crate) fn new() -> Self {
        Self { document: Document::empty(Cow::Borrowed(&[])), items: Vec::new(), pairs: Vec::new() }
    }

    /// A string. `None` if it has 512 MiB or more, or all strings together 4 GiB.
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
            Slot::Integer(index) if rank(index) as usize == self.items.len() => self.items.push(value.0.into()),
            key => self.pairs.push((key.into(), value.0.into())),
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
        items: &mut Vec<Packed>,
        items_from: usize,
        pairs: &mut Vec<(Packed, Packed)>,
        pairs_from: usize,
    ) -> Extent {
        let count = items.len() - items_from;
        let in_items = |key: &Packed| key.as_integer().is_some_and(|key| rank(key) < count as u32);
        if pairs[pairs_from..].iter().any(|(key, _)| in_items(key)) {
            retain_from(pairs, pairs_from, |(key, _)| !in_items(key));
        }
        if let Some(gap) = items[items_from..].iter().position(|item| *item == Packed::NIL) {
            for (at, item) in items[items_from..].iter().enumerate().skip(gap) {
                if *item != Packed::NIL {
                    pairs.push((Packed::integer(at as i32 + 1), *item));
                }
            }
            items.truncate(items_from + gap);
        }
        self.order(pairs, pairs_from);
        if pairs[pairs_from..].iter().any(|(_, value)| *value == Packed::NIL) {
            retain_from(pairs, pairs_from, |(_, value)| *value != Packed::NIL);
        }
        let mut absorbed = pairs_from;
        while let Some((key, item)) = pairs.get(absorbed)
            && key.as_integer().is_some_and(|key| rank(key) as usize == items.len() - items_from)
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
    #[inline]
    pub(super) fn order(&self, pairs: &mut Vec<(Packed, Packed)>, from: usize) {
        /// Up to so many are sorted by insertion, which costs next to nothing where they are in order already.
        const FEW: usize = 16;
        match pairs.len() - from {
            0 | 1 => {}
            ..=FEW => self.order_few::<FEW>(pairs, from),
            _ => self.order_many(pairs, from),
        }
    }

    fn order_few<const FEW: usize>(&self, pairs: &mut Vec<(Packed, Packed)>, from: usize) {
        let slice = &mut pairs[from..];
        let mut beginnings = [0; FEW];
        beginnings[0] = self.beginning(slice[0].0.slot());
        let mut done: usize = 1;
        for next in 1..slice.len() {
            let pair = slice[next];
            let beginning = self.beginning(pair.0.slot());
            let mut at: usize = done;
            let same = loop {
                let Some(before) = at.checked_sub(1) else { break false };
                let order = match beginnings[before].cmp(&beginning) {
                    Ordering::Equal => self.compare(slice[before].0.slot(), pair.0.slot()),
                    order => order,
                };
                match order {
                    Ordering::Greater => at = before,
                    Ordering::Equal => break true,
                    Ordering::Less => break false,
                }
            };
            if same {
                slice[at - 1].1 = pair.1;
                continue;
            }
            for to in (at..done).rev() {
                slice[to + 1] = slice[to];
                beginnings[to + 1] = beginnings[to];
            }
            slice[at] = pair;
            beginnings[at] = beginning;
            done += 1;
        }
        pairs.truncate(from + done);
    }

    fn order_many(&self, pairs: &mut Vec<(Packed, Packed)>, from: usize) {
        let slice = &mut pairs[from..];
        slice.sort_by(|(a, _), (b, _)| self.compare(a.slot(), b.slot()));
        let mut done = 1;
        for next in 1..slice.len() {
            if self.compare(slice[done - 1].0.slot(), slice[next].0.slot()) == Ordering::Equal {
                slice[done - 1] = slice[next];
            } else {
                slice[done] = slice[next];
                done += 1;
            }
        }
        pairs.truncate(from + done);
    }

    /// What mostly decides where a key comes, in a word: keys whose beginnings differ are in the order of those.
    #[inline]
    fn beginning(&self, key: Slot) -> u64 {
        match key {
            Slot::Integer(key) => u64::from(rank(key)),
            Slot::Text(_) | Slot::Own(_) => {
                // Seven bytes, so that strings come between integers and all else.
                let word = self.first_seven(key).unwrap_or_else(|| {
                    let bytes = self.bytes(key);
                    let word = bytes.iter().take(7).fold(0, |word, byte| word << 8 | u64::from(*byte));
                    word << (8 * 7usize.saturating_sub(bytes.len()))
                });
                1 << 56 | word
            }
            Slot::Boolean(value) => 2 << 56 | u64::from(value),
            Slot::Table(id) => 3 << 56 | u64::from(id),
            Slot::Nil => u64::MAX,
        }
    }

    /// The first seven bytes of a string, zeros behind it; `None` if not eight bytes can be taken from where it stands.
    #[inline]
    fn first_seven(&self, key: Slot) -> Option<u64> {
        let (home, span) = match key {
            Slot::Text(span) => (&*self.text, span),
            Slot::Own(span) => (&*self.own, span),
            _ => return None,
        };
        let start = span.start as usize;
        let word = u64::from_be_bytes(home.get(start..start + 8)?.try_into().ok()?);
        let behind = u64::MAX.checked_shr(8 * span.len).unwrap_or(0);
        Some((word & !behind) >> 8)
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
