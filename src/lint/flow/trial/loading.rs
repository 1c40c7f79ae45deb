//! Code that comes from elsewhere: modules, files and strings.

use super::library::{arg, one};
use super::strings::LONGEST;
use super::value::{LOADED, LOADERS, Value, Values};
use super::{Run, Trial};
use crate::lint::facts::is_generated;
use crate::lint::flow::builtins::{Builtin, Kind, Library};
use crate::lint::flow::program::{Found, Site};
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::Expr;
use smallvec::smallvec;

impl Trial<'_, '_> {
    pub(super) fn require(&mut self, args: &[Value], site: Site) -> Run<Values> {
        let Value::Str(name) = arg(args, 0) else {
            if args.first().is_some_and(Value::is_unknown) {
                if !self.requires_generated() {
                    self.guess();
                    self.strange = true;
                }
                return one(self.unknown(Kind::Some));
            }
            return self.error("bad argument #1 to 'require' (string expected)");
        };
        let key = Value::Str(name.clone());
        let loaded = self.get_raw(LOADED, &key);
        if loaded != Value::Nil && loaded != Value::Bool(false) {
            return one(loaded);
        }
        let loaders = self.index(&Value::Table(Library::Package as u32), &Value::text(b"loaders"), site)?;
        let loaders = if let Value::Table(table) = loaders { table } else { LOADERS };
        let mut loader = Value::Nil;
        for at in 1..20 {
            let candidate = self.get_raw(loaders, &Value::Int(at));
            if candidate == Value::Nil {
                break;
            }
            let found = match candidate {
                Value::Builtin(builtin) => self.builtin(builtin, smallvec![key.clone()], site)?,
                candidate => self.boundary(Boundary::Require, &candidate, smallvec![key.clone()], site)?,
            };
            let found = arg(&found, 0);
            if matches!(found, Value::Closure(_) | Value::Builtin(_) | Value::Unknown(_)) {
                loader = found;
                break;
            }
        }
        if loader == Value::Nil {
            // It may well be on the camera.
            self.guess();
            self.strange = true;
            let value = self.unknown(Kind::Some);
            self.note_field(LOADED, &key);
            self.heap.tables[LOADED as usize].set(key, value.clone());
            return one(value);
        }
        self.note_field(LOADED, &key);
        self.heap.tables[LOADED as usize].set(key.clone(), Value::Bool(true));
        let values = self.boundary(Boundary::Require, &loader, smallvec![key.clone()], site)?;
        let value = arg(&values, 0);
        if value != Value::Nil {
            self.heap.tables[LOADED as usize].set(key.clone(), value);
        }
        one(self.get_raw(LOADED, &key))
    }

    /// Whether the call that is being made is of the kind of `require("gen/propset" .. n)`.
    fn requires_generated(&self) -> bool {
        self.caller.is_some_and(|(unit, call)| {
            let tree = &self.program.unit(unit).tree;
            let Expr::Call { args, .. } = tree.expr(call) else { return false };
            tree.list(args).first().is_some_and(|first| is_generated(tree, *first))
        })
    }

    /// The chunk of a module or a file; nil if there is none.
    pub(super) fn loaded_file(&mut self, name: &Value, module: bool) -> Value {
        let Some(text) = name.bytes() else {
            self.guess();
            return if name.is_unknown() { self.unknown(Kind::Some) } else { Value::Nil };
        };
        let found = if module { self.program.module(&text) } else { self.program.file(&text) };
        match found {
            Found::Unit(unit) => Value::Closure(self.closure_of(unit)),
            // A table of what the trial cannot know, which a function that does nothing stands for.
            Found::Data => Value::Builtin(Builtin::DATA),
            Found::Nothing if module => self.searched(&text),
            Found::Nothing => {
                self.guess();
                self.strange = true;
                self.unknown(Kind::Some)
            }
        }
    }

    /// The chunk of a module that is found on the script's `package.path`.
    fn searched(&mut self, name: &[u8]) -> Value {
        let path = self.heap.tables[Library::Package as usize].get(&Value::text(b"path"));
        let Value::Str(path) = path else { return Value::Nil };
        match self.program.on_path(&path, name) {
            Found::Unit(unit) => Value::Closure(self.closure_of(unit)),
            _ => Value::Nil,
        }
    }

    pub(super) fn loadstring(&mut self, code: &Value, site: Site) -> Run<Values> {
        let Some(text) = code.bytes() else {
            if code.is_unknown() {
                self.guess();
                return one(self.unknown(Kind::Some));
            }
            return self.error("bad argument #1 to 'loadstring' (string expected)");
        };
        self.charge(text.len() / 16)?;
        let literal = self.caller.and_then(|(unit, expr)| self.literal(unit, expr, &text));
        match self.program.code(&text, site, literal) {
            Some(unit) => one(Value::Closure(self.closure_of(unit))),
            None => Ok(smallvec![Value::Nil, Value::text(b"syntax error")]),
        }
    }

    /// Where in the arguments of a call a text stands as it is.
    fn literal(&self, unit: u32, call: crate::lint::tree::ExprId, text: &[u8]) -> Option<crate::lint::source::Span> {
        let tree = &self.program.unit(unit).tree;
        let (Expr::Call { args, .. } | Expr::MethodCall { args, .. }) = tree.expr(call) else { return None };
        let arg = tree.list(args).iter().find(|arg| tree.as_string(**arg) == Some(text))?;
        Some(tree.span(tree.unparen(*arg)))
    }

    pub(super) fn load(&mut self, reader: &Value, site: Site) -> Run<Values> {
        self.is_function(reader)?;
        let mut code = Vec::new();
        for _ in 0..1000 {
            let piece = match self.protected(Boundary::Reader, reader, Values::new(), site)? {
                Ok(values) => arg(&values, 0),
                Err(error) => return Ok(smallvec![Value::Nil, error]),
            };
            match piece.bytes() {
                Some(piece) if !piece.is_empty() && code.len() < LONGEST => code.extend_from_slice(&piece),
                Some(piece) if !piece.is_empty() => {
                    self.guess();
                    return one(self.unknown(Kind::Some));
                }
                Some(_) => break,
                None if piece == Value::Nil => break,
                None if piece.is_unknown() => {
                    self.guess();
                    return one(self.unknown(Kind::Some));
                }
                None => return Ok(smallvec![Value::Nil, Value::text(b"reader function must return a string")]),
            }
        }
        self.caller = None;
        self.loadstring(&Value::text(&code), site)
    }
}
