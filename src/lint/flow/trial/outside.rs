//! The functions of a library, which somebody else calls.

use super::value::{GLOBALS, Value, Values};
use super::{Run, Trial};
use crate::lint::flow::builtins::Kind;
use crate::lint::options::Start;

/// Functions that are tried.
const MOST_FUNCTIONS: usize = 60;
/// Tables inside each other that are looked through.
const DEEPEST: u32 = 4;

/// A function, and the table that it is a method of.
type Export = (u32, Option<Value>);

impl Trial<'_, '_> {
    /// Calls one of the functions that a library hands out or leaves among the globals; the others are other paths.
    pub(super) fn outside(&mut self) {
        if self.program.options.start != Start::Library {
            return;
        }
        let mut found = Vec::new();
        for value in std::mem::take(&mut self.handed_out) {
            self.exports(&value, None, 0, &mut found);
        }
        let globals = self.heap.tables[GLOBALS as usize].entries.clone();
        for (_, value) in globals.iter().filter(|(_, value)| matches!(value, Value::Closure(_))) {
            self.exports(value, None, 0, &mut found);
        }
        found.truncate(MOST_FUNCTIONS);
        if found.is_empty() {
            return;
        }
        let ways = u8::try_from(found.len() + 1).unwrap_or(u8::MAX);
        let chosen = usize::from(self.choose(ways));
        if let Some((closure, object)) = found.into_iter().nth(chosen) {
            self.unwind();
            // Whether anybody calls it, and how, is not known; its errors are for who does.
            let _ = self.call_export(closure, object);
        }
    }

    fn call_export(&mut self, closure: u32, object: Option<Value>) -> Run<Values> {
        let function = self.heap.closures[closure as usize].function;
        let tree = &self.program.unit(function.unit).tree;
        let code = tree.function(function.function);
        let (method, count) = (code.method, code.params.len() + 2 * usize::from(code.varargs));
        let mut args: Values = (0..count).map(|_| self.unknown(Kind::Any)).collect();
        if let (true, Some(object), Some(first)) = (method, object, args.first_mut()) {
            *first = object;
        }
        self.call_closure(closure, args, None)
    }

    /// The functions that a value gives access to.
    fn exports(&self, value: &Value, object: Option<&Value>, depth: u32, found: &mut Vec<Export>) {
        match value {
            Value::Closure(closure) => {
                let own = self.heap.closures[*closure as usize].function != super::MATCHES;
                if own && !found.iter().any(|(known, _)| known == closure) {
                    found.push((*closure, object.cloned()));
                }
            }
            Value::Table(table) if depth < DEEPEST && found.len() < MOST_FUNCTIONS => {
                let data = &self.heap.tables[*table as usize];
                if data.stock.is_some() {
                    return;
                }
                for inner in data.array.iter().chain(data.entries.iter().map(|(_, value)| value)) {
                    if inner != value {
                        self.exports(inner, Some(value), depth + 1, found);
                    }
                }
                if let Some(meta) = data.meta {
                    self.exports(&Value::Table(meta), Some(value), depth + 1, found);
                }
            }
            _ => {}
        }
    }
}
