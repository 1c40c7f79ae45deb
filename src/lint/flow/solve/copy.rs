//! Tables that are copied: `for k, v in pairs(from) do into[k] = v end`.
//!
//! Each field gets what the field of that name had, and nothing of the others. Without that, every method of a class would
//! be a metamethod of those that inherit from it.

use super::graph::{Is, NONE, Node, Val};
use super::{From, Solver, Use};
use crate::lint::flow::builtins::{Builtin, Library, Op};
use crate::lint::flow::program::Site;

/// A loop, by the node of its first local.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// The second local.
    pub value: Node,
    /// The iterator.
    pub callee: From,
    /// What it gets.
    pub state: From,
}

/// A store of a loop's second local under the first one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copy {
    object: Node,
    key: Node,
    walk: Walk,
    site: Site,
    owner: u32,
    raw: bool,
    /// Whether the loop walks over tables.
    by_next: bool,
    /// Whether it is a store under any of the keys.
    any: bool,
}

impl Solver<'_, '_> {
    /// Whether a store copies fields.
    pub(super) fn copies(&mut self, object: Node, key: Node, from: From, site: Site, owner: u32, raw: bool) -> bool {
        let Some(walk) = self.walks.get(&key).copied() else { return false };
        if !matches!(from, From::Node(value) if value == walk.value) {
            return false;
        }
        let copy = u32::try_from(self.copied.len()).unwrap_or(NONE);
        self.copied.push(Copy { object, key, walk, site, owner, raw, by_next: false, any: false });
        self.attach(walk.callee, Use::CopyBy { copy });
        true
    }

    /// An iterator gets to the loop.
    pub(super) fn copy_by(&mut self, id: u32, iterator: Val) {
        let by_next = matches!(iterator.is(), Is::Builtin(builtin) if Builtin(builtin).op() == Op::Next);
        if !by_next {
            return self.copy_any(id);
        }
        let copy = &mut self.copied[id as usize];
        if !std::mem::replace(&mut copy.by_next, true) {
            let state = copy.walk.state;
            self.attach(state, Use::CopyFrom { copy: id });
        }
    }

    /// A table gets to the iterator.
    pub(super) fn copy_from(&mut self, id: u32, table: Val) {
        match table.is() {
            // Not all globals are fields.
            Is::Table(table) if table != Library::Globals as u32 => {
                let object = From::Node(self.copied[id as usize].object);
                self.attach(object, Use::CopyInto { copy: id, table });
            }
            Is::Table(_) | Is::Unknown => self.copy_any(id),
            _ => {}
        }
    }

    /// A table gets what another one has.
    pub(super) fn copy_into(&mut self, id: u32, from: u32, object: Val) {
        let Is::Table(into) = object.is() else { return };
        let Copy { walk, site, owner, raw, .. } = self.copied[id as usize];
        if from != into && self.linked.insert((from, into)) {
            self.unfold(from);
            for (key, node) in self.tables[from as usize].fields.clone() {
                let to = self.field(into, key);
                self.graph.edge(node, to);
            }
            self.tables[from as usize].copies.push(into);
            if self.tables[from as usize].wild != NONE {
                self.copy_wild(from, into);
            }
        }
        if !raw && self.words.meta {
            self.store_handler(object, None, From::Node(walk.value), site, owner);
        }
    }

    /// What is stored under keys that are not known is copied, too.
    pub(super) fn copy_wild(&mut self, from: u32, into: u32) {
        if into == Library::Globals as u32 {
            self.vague = true;
            return;
        }
        let (node, to) = (self.tables[from as usize].wild, self.wild(into));
        self.graph.edge(node, to);
    }

    /// It is no copy of known fields.
    fn copy_any(&mut self, id: u32) {
        let copy = &mut self.copied[id as usize];
        if !std::mem::replace(&mut copy.any, true) {
            let Copy { object, key, walk, site, owner, raw, .. } = *copy;
            self.store_any(object, key, From::Node(walk.value), site, owner, raw);
        }
    }

    /// Loops whose iterators are not known.
    pub(super) fn unknown_copies(&mut self) {
        for id in 0..self.copied.len() {
            if !self.copied[id].by_next {
                self.copy_any(u32::try_from(id).unwrap_or(NONE));
            }
        }
    }
}
