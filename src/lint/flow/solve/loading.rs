//! Code that comes from elsewhere: modules, files and strings.

use super::graph::{Is, NONE, Val};
use super::{Boundary, Call, From, LOADED, LOADERS, NUMBERED, PRELOAD, SLOTS, Solver, Use};
use crate::lint::facts::is_generated;
use crate::lint::flow::builtins::Library;
use crate::lint::flow::program::Found;

impl Solver<'_, '_> {
    pub(super) fn require(&mut self, id: u32, value: Val) {
        let call = self.calls[id as usize];
        let Is::Str(name) = value.is() else {
            let argument = call.args.exprs.and_then(|(start, len)| {
                let tree = &self.program.unit(call.site.unit).tree;
                tree.lists[start as usize..(start + len) as usize].first().map(|first| (tree, *first))
            });
            if matches!(value.is(), Is::Unknown) {
                match argument {
                    Some((tree, argument)) if is_generated(tree, argument) => {
                        self.result(&call, 0, From::Value(Val::UNKNOWN));
                    }
                    _ => self.vague = true,
                }
            }
            return;
        };
        let loaded = self.field(LOADED, name);
        if call.to != NONE && call.wanted > 0 {
            self.graph.edge(loaded, call.to);
        }
        let args = self.args(&[From::Value(value)], NONE);
        let result = self.graph.nodes(SLOTS);
        self.graph.edge(result, loaded);
        let boundary = Some(Boundary::Require);
        let inner = Call { boundary, args, to: result, wanted: 1, open: false, ..call };
        let preload = self.field(PRELOAD, name);
        let preload_call = self.new_call(inner);
        self.attach(From::Node(preload), Use::CallHandler { call: preload_call });
        // Loaders of the script's own, and what they return.
        let loaders = self.field(LOADERS, NUMBERED);
        let found = self.graph.nodes(1);
        let loader_call = self.new_call(Call { to: found, ..inner });
        self.attach(From::Node(loaders), Use::Call { call: loader_call });
        let found_call = self.new_call(inner);
        self.attach(From::Node(found), Use::CallHandler { call: found_call });
        let text = self.texts[name as usize].clone();
        match self.program.module(&text) {
            Found::Unit(unit) => {
                let chunk = self.chunk(unit);
                self.call_from(From::Value(Val::function(chunk)), inner);
            }
            Found::Data => {}
            Found::Nothing => {
                self.missing |= self.graph.is_empty(preload);
                self.graph.add(loaded, Val::UNKNOWN);
                let path = self.named(Library::Package as u32, "path");
                let call = self.new_call(inner);
                self.attach(From::Node(path), Use::Search { call, name });
            }
        }
    }

    /// A path on which the camera looks for a module.
    pub(super) fn search(&mut self, call: u32, name: u32, path: Val) {
        let Is::Str(path) = path.is() else { return };
        let (path, name) = (self.texts[path as usize].clone(), self.texts[name as usize].clone());
        if let Found::Unit(unit) = self.program.on_path(&path, &name) {
            let chunk = self.chunk(unit);
            self.call_from(From::Value(Val::function(chunk)), self.calls[call as usize]);
        }
    }

    pub(super) fn file(&mut self, path: u32) -> Option<Val> {
        let path = self.texts[path as usize].clone();
        match self.program.file(&path) {
            Found::Unit(unit) => Some(Val::function(self.chunk(unit))),
            _ => None,
        }
    }

    pub(super) fn loadstring(&mut self, id: u32, value: Val) {
        let Is::Str(text) = value.is() else {
            self.vague |= matches!(value.is(), Is::Unknown);
            return;
        };
        let call = self.calls[id as usize];
        let code = self.texts[text as usize].clone();
        let literal = call.args.exprs.and_then(|(start, len)| {
            let tree = &self.program.unit(call.site.unit).tree;
            let exprs = &tree.lists[start as usize..(start + len) as usize];
            let expr = exprs.iter().find(|expr| tree.as_string(**expr) == Some(&code))?;
            Some(tree.span(tree.unparen(*expr)))
        });
        if let Some(unit) = self.program.code(&code, call.site, literal) {
            let chunk = self.chunk(unit);
            self.result(&call, 0, From::Value(Val::function(chunk)));
        }
    }
}
