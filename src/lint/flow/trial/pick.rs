//! Keys that are not known: each of a table's fields is another way to go.

use super::Trial;
use super::order::Write;
use super::value::{Unknown, Value};
use crate::lint::flow::builtins::Kind;

/// Fields of a table that are all tried.
const MOST_FIELDS: usize = 8;

impl Trial<'_, '_> {
    /// What is under a key that is not known: something, where nothing of the script's is in the table; else one field after
    /// the other, and nothing.
    pub(super) fn pick(&mut self, table: u32, key: Unknown) -> Value {
        if let Some(key) = self.picked.get(&key.id) {
            return self.heap.tables[table as usize].get(key);
        }
        let data = &self.heap.tables[table as usize];
        if data.stock.is_some() {
            return self.any_of(table);
        }
        let listed = (1..).zip(&data.array).map(|(at, value)| (Value::Int(at), value));
        let named = data.entries.iter().map(|(key, value)| (key.clone(), value));
        let there = listed.chain(named).filter(|(_, value)| **value != Value::Nil);
        if !data.holds {
            return if there.count() == 0 { Value::Nil } else { self.unknown(Kind::Any) };
        }
        let keys: Vec<Value> = there.map(|(field, _)| field).filter(|field| self.may_be(key, field)).collect();
        if keys.len() > MOST_FIELDS {
            return self.any_of(table);
        }
        if keys.is_empty() {
            return Value::Nil;
        }
        let ways = u8::try_from(keys.len() + 1).unwrap_or(u8::MAX);
        let Some(field) = keys.get(usize::from(self.choose(ways))) else { return Value::Nil };
        self.picked.insert(key.id, field.clone());
        // What is a key is not nil, and false is none of the unknown ones.
        if key.kind == Kind::Any {
            self.truths.insert(key.id, *field != Value::Bool(false));
        }
        self.heap.tables[table as usize].get(field)
    }

    /// A value is stored under a key that is not known.
    pub(super) fn blur(&mut self, table: u32, value: &Value) {
        let data = &self.heap.tables[table as usize];
        let holds = data.holds || value.is_object();
        if !data.fuzzy || data.holds != holds {
            self.note(|_| Write::Table(table));
        }
        let data = &mut self.heap.tables[table as usize];
        (data.fuzzy, data.holds) = (true, holds);
    }

    /// Some value of a table. If it may be one of the script's own, what is done with it is not followed.
    pub(super) fn any_of(&mut self, table: u32) -> Value {
        let data = &self.heap.tables[table as usize];
        if data.holds || data.stock.is_some() {
            self.guess();
        }
        self.unknown(Kind::Any)
    }

    /// What a value that is not known has turned out to be on this path.
    pub(super) fn as_picked(&self, value: Value) -> Value {
        match &value {
            Value::Unknown(unknown) if !self.picked.is_empty() => {
                self.picked.get(&unknown.id).cloned().unwrap_or(value)
            }
            _ => value,
        }
    }

    /// Whether a value that is not known may be this one.
    fn may_be(&self, unknown: Unknown, value: &Value) -> bool {
        let fits = match unknown.kind {
            Kind::Any => self.truths.get(unknown.id).is_none_or(|truth| truth != (*value == Value::Bool(false))),
            Kind::Some => *value != Value::Bool(false),
            Kind::Int => matches!(value, Value::Int(_)),
            Kind::Text => matches!(value, Value::Str(_)),
            Kind::Bool => matches!(value, Value::Bool(_)),
        };
        let asked = self.comparisons.get(&(0, Value::Unknown(unknown), value.clone()));
        fits && asked.and_then(|answer| self.truths.get(*answer)) != Some(false)
    }
}
