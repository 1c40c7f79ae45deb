//! Tables, and the nodes of what is in them.

use super::graph::{NONE, Node, Val};
use super::{From, Key, NUMBERED, Solver, Table, Use};
use crate::lint::flow::builtins::{Builtin, Library};
use crate::lint::flow::program::Site;
use crate::lint::source::Span;

impl Solver<'_, '_> {
    pub(super) fn named(&mut self, table: u32, name: &str) -> Node {
        let key = self.text(name.as_bytes());
        self.field(table, key)
    }

    /// The node of a field.
    pub(super) fn field(&mut self, table: u32, key: Key) -> Node {
        let data = &self.tables[table as usize];
        let known = if data.index.is_empty() {
            data.fields.iter().find(|(known, _)| *known == key).map(|(_, node)| *node)
        } else {
            data.index.get(&key).copied()
        };
        if let Some(node) = known {
            return node;
        }
        let node = self.graph.nodes(1);
        let data = &mut self.tables[table as usize];
        data.fields.push((key, node));
        if data.fields.len() == 8 {
            data.index = data.fields.iter().copied().collect();
        } else if data.fields.len() > 8 {
            data.index.insert(key, node);
        }
        let (all, keys, wild, library) = (data.all, data.keys, data.wild, data.library);
        if let (Some(library), true) = (library, key != NUMBERED) {
            let name = &self.texts[key as usize];
            if let Some(builtin) = Builtin::find(library, name) {
                self.graph.add(node, Val::builtin(builtin.0));
            } else if library == Library::Globals {
                let found = Library::ALL.into_iter().find(|library| library.name().as_bytes() == &**name);
                if let Some(found) = found {
                    self.graph.add(node, Val::table(found as u32));
                }
            }
        }
        if all != NONE {
            self.graph.edge(node, all);
        }
        if keys != NONE {
            self.graph.add(keys, if key == NUMBERED { Val::NUMBER } else { Val::string(key) });
        }
        if wild != NONE {
            self.graph.edge(wild, node);
        }
        for at in 0..self.tables[table as usize].copies.len() {
            let copy = self.tables[table as usize].copies[at];
            let to = self.field(copy, key);
            self.graph.edge(node, to);
        }
        node
    }

    /// The node of all that is in a table.
    pub(super) fn all(&mut self, table: u32) -> Node {
        if self.tables[table as usize].all == NONE {
            self.unfold(table);
            let node = self.graph.nodes(1);
            self.tables[table as usize].all = node;
            if table == Library::Globals as u32 {
                self.graph.add(node, Val::SOME_GLOBAL);
            }
            for (_, field) in self.tables[table as usize].fields.clone() {
                self.graph.edge(field, node);
            }
            let wild = self.tables[table as usize].wild;
            if wild != NONE {
                self.graph.edge(wild, node);
            }
        }
        self.tables[table as usize].all
    }

    /// The node of a table's keys.
    pub(super) fn keys(&mut self, table: u32) -> Node {
        if self.tables[table as usize].keys == NONE {
            self.unfold(table);
            let node = self.graph.nodes(1);
            self.tables[table as usize].keys = node;
            if table == Library::Globals as u32 {
                self.graph.add(node, Val::UNKNOWN);
            }
            for (key, _) in self.tables[table as usize].fields.clone() {
                self.graph.add(node, if key == NUMBERED { Val::NUMBER } else { Val::string(key) });
            }
        }
        self.tables[table as usize].keys
    }

    /// Makes the functions of a library known as fields; those of the globals are too many.
    pub(super) fn unfold(&mut self, table: u32) {
        let Some(library) = self.tables[table as usize].library.filter(|library| *library != Library::Globals) else {
            return;
        };
        for name in Builtin::names(library) {
            self.named(table, name);
        }
    }

    /// The node of what is stored under keys that are not known.
    pub(super) fn wild(&mut self, table: u32) -> Node {
        if self.tables[table as usize].wild == NONE {
            let node = self.graph.nodes(1);
            self.tables[table as usize].wild = node;
            for (_, field) in self.tables[table as usize].fields.clone() {
                self.graph.edge(node, field);
            }
            let all = self.tables[table as usize].all;
            if all != NONE {
                self.graph.edge(node, all);
            }
            for copy in self.tables[table as usize].copies.clone() {
                self.copy_wild(table, copy);
            }
        }
        self.tables[table as usize].wild
    }

    /// The node of a table's metatables.
    pub(super) fn meta(&mut self, table: u32) -> Node {
        if self.tables[table as usize].meta == NONE {
            self.tables[table as usize].meta = self.graph.nodes(1);
        }
        self.tables[table as usize].meta
    }

    /// The node of a metamethod of a table.
    pub(super) fn handler(&mut self, table: u32, event: &str) -> Node {
        let key = self.text(event.as_bytes());
        if let Some(node) = self.handlers.get(&(table, key)) {
            return *node;
        }
        let to = self.graph.nodes(1);
        self.handlers.insert((table, key), to);
        let meta = self.meta(table);
        let site = Site { unit: 0, span: Span::default() };
        self.attach(From::Node(meta), Use::Load { key, to, site, owner: 0, raw: true });
        to
    }

    /// The table that is made at a place.
    pub(super) fn table_at(&mut self, unit: u32, place: u32) -> u32 {
        if let Some(table) = self.made.get(&(unit, place)) {
            return *table;
        }
        let table = self.new_table();
        self.made.insert((unit, place), table);
        table
    }

    fn new_table(&mut self) -> u32 {
        self.tables.push(Table::new(None));
        u32::try_from(self.tables.len() - 1).unwrap_or(NONE)
    }
}
