//! The order of a table's keys, which no script can count on.
//!
//! A walk over all keys is followed in the order in which they came. If it turns out that another order may lead
//! elsewhere (the walk ends early, or leaves behind what one of its rounds has stored), other orders are other paths.

use super::value::{Heap, Value};
use super::{Run, Trial};

/// Keys that are all tried as the first one.
const MOST_KEYS: usize = 6;
/// Walks of a path that are tried in several orders.
const MOST_WALKS: usize = 2;

/// What was stored into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Write {
    /// A local, and what it was.
    Cell(u32, Value),
    /// A field of a table, and what it was.
    Field(u32, Value, Value),
    /// The metatable of a table, or all of its fields.
    Table(u32),
    /// What belongs to a value and is no field.
    Other,
}

/// A walk over a table whose order is not known.
pub(super) struct Walk {
    /// The keys as they come.
    pub keys: Vec<Value>,
    table: u32,
    /// How many of the keys have no order.
    loose: usize,
    /// How many entries the table had.
    size: usize,
    choice: usize,
    hits: usize,
    /// How many locals and tables there were before.
    cells: usize,
    tables: usize,
    /// How much was stored before this round.
    writes: usize,
    /// Whether a round has stored something that outlives it.
    marks: bool,
}

impl Trial<'_, '_> {
    /// Begins a walk; none if all keys come in an order that is known.
    pub(super) fn walk(&mut self, table: u32) -> Option<Walk> {
        self.heap.tables[table as usize].unfold();
        let data = &self.heap.tables[table as usize];
        if data.fuzzy || data.unordered() < 2 {
            return None;
        }
        let listed = (1..).zip(&data.array).filter(|(_, value)| **value != Value::Nil);
        let mut keys: Vec<Value> = listed.map(|(at, _)| Value::Int(at)).collect();
        let first = keys.len();
        let there = data.entries.iter().filter(|(_, value)| *value != Value::Nil);
        keys.extend(there.map(|(key, _)| key.clone()));
        let (size, choice) = (data.entries.len(), self.cursor);
        let order = usize::from(self.choose(1));
        self.orders += 1;
        let loose = &mut keys[first..];
        match order {
            0 => {}
            1 => loose.reverse(),
            order => loose.rotate_left((order - 1) % loose.len()),
        }
        let loose = loose.len();
        self.walks += 1;
        let (cells, tables) = (self.heap.cells.len(), self.heap.tables.len());
        let (hits, writes) = (self.hits.len(), self.writes.len());
        Some(Walk { keys, table, loose, size, choice, hits, cells, tables, writes, marks: false })
    }

    /// The value of a key that the walk has come to; nil if it is gone.
    pub(super) fn walk_to(&mut self, walk: &mut Walk, key: &Value) -> Run<Value> {
        self.step()?;
        walk.writes = self.writes.len();
        if self.heap.tables[walk.table as usize].fuzzy {
            self.guess();
        }
        Ok(self.get_raw(walk.table, key))
    }

    /// A round has come to its end.
    pub(super) fn walk_on(&self, walk: &mut Walk, key: &Value) {
        let outlives = |write: &Write| match write {
            Write::Cell(cell, _) => (*cell as usize) < walk.cells,
            Write::Field(table, field, _) => (*table as usize) < walk.tables && field != key,
            Write::Table(table) => (*table as usize) < walk.tables,
            Write::Other => true,
        };
        walk.marks |= self.writes[walk.writes..].iter().any(outlives);
    }

    /// The walk is over, before its end or there.
    pub(super) fn walked(&mut self, walk: &Walk, early: bool) {
        self.walks -= 1;
        if self.walks == 0 && self.watches == 0 {
            self.writes.clear();
        }
        // Whether it comes to keys that are new is not known.
        if self.heap.tables[walk.table as usize].entries.len() > walk.size {
            self.complete = false;
        }
        if !early && !walk.marks {
            return;
        }
        let known = walk.choice < self.choices.len() && self.choices[walk.choice].ways > 1;
        let forked = self.choices[..walk.choice].iter().filter(|choice| choice.order && choice.ways > 1).count();
        let room = known || forked < MOST_WALKS;
        if walk.loose > 2 && walk.marks || !room {
            self.complete = false;
        }
        if early && (!room || walk.loose > MOST_KEYS || walk.loose > 2 && walk.marks) {
            self.hits.truncate(walk.hits);
            self.guess();
            return;
        }
        let orders = match (walk.loose, early) {
            _ if !room => 1,
            (3.., true) => u8::try_from(walk.loose + 1).unwrap_or(u8::MAX),
            _ => 2,
        };
        let choice = &mut self.choices[walk.choice];
        choice.ways = choice.ways.max(orders);
    }

    /// Notes what is stored while somebody wants to know.
    pub(super) fn note(&mut self, write: impl FnOnce(&Heap) -> Write) {
        if self.walks > 0 || self.watches > 0 {
            self.writes.push(write(&self.heap));
        }
    }

    /// Notes that a local is stored into.
    pub(super) fn note_cell(&mut self, cell: u32) {
        self.note(|heap| Write::Cell(cell, heap.cells[cell as usize].clone()));
    }

    /// Notes that a field is stored into.
    pub(super) fn note_field(&mut self, table: u32, key: &Value) {
        self.note(|heap| Write::Field(table, key.clone(), heap.tables[table as usize].get(key)));
    }

    /// How often this path has gone one of several ways, orders aside.
    pub(super) fn forks(&self) -> usize {
        self.cursor - self.orders
    }
}
