//! The constants of texts that are run, and the globals that they name.

use std::rc::Rc;

use super::Trial;
use super::value::{GLOBALS, Stock, Value};
use crate::lint::flow::builtins::Library;
use crate::lint::tree::{StringId, Symbol, Tree};

/// Strings and names of a text, by their numbers.
#[derive(Default)]
pub(super) struct Constants {
    strings: Vec<Option<Rc<[u8]>>>,
    names: Vec<Option<Name>>,
}

#[derive(Clone)]
struct Name {
    text: Rc<[u8]>,
    /// What the camera has under this name among its globals.
    global: Value,
}

impl Name {
    fn new(text: &str) -> Self {
        let global = Stock::Library(Library::Globals).get(text.as_bytes()).unwrap_or(Value::Nil);
        Self { text: text.as_bytes().into(), global }
    }
}

impl Trial<'_, '_> {
    pub(super) fn string(&mut self, unit: u32, tree: &Tree, id: StringId) -> Value {
        let known = &mut self.constants(unit).strings;
        if known.is_empty() {
            known.resize(tree.strings.len(), None);
        }
        Value::Str(Rc::clone(known[id.index()].get_or_insert_with(|| tree.string(id).into())))
    }

    pub(super) fn name(&mut self, unit: u32, tree: &Tree, symbol: Symbol) -> Value {
        Value::Str(Rc::clone(&self.known_name(unit, tree, symbol).text))
    }

    fn known_name(&mut self, unit: u32, tree: &Tree, symbol: Symbol) -> &Name {
        let known = &mut self.constants(unit).names;
        if known.is_empty() {
            known.resize(tree.names.len(), None);
        }
        known[symbol.index()].get_or_insert_with(|| Name::new(tree.names.text(symbol)))
    }

    fn constants(&mut self, unit: u32) -> &mut Constants {
        let unit = unit as usize;
        if self.constants.len() <= unit {
            self.constants.resize_with(unit + 1, Default::default);
        }
        &mut self.constants[unit]
    }

    /// A global where nothing stands between the script and the camera's; none otherwise.
    pub(super) fn plain_global(&mut self, unit: u32, tree: &Tree, symbol: Symbol) -> Option<Value> {
        let globals = &self.heap.tables[GLOBALS as usize];
        if self.strange || globals.meta.is_some() || globals.fuzzy || globals.stock.is_none() || self.env() != GLOBALS {
            return None;
        }
        let (text, stock) = {
            let name = self.known_name(unit, tree, symbol);
            (Value::Str(Rc::clone(&name.text)), name.global.clone())
        };
        Some(self.heap.tables[GLOBALS as usize].own(&text).unwrap_or(stock))
    }
}
