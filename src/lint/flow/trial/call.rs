//! Calls.

use smallvec::smallvec;
use std::rc::Rc;
use std::sync::Arc;

use super::eval::Frame;
use super::stmt::{Flow, no_cells};
use super::value::{Unknown, Value, Values};
use super::{MATCHES, MOST_NESTED, Run, Running, Stop, Trial};
use crate::lint::flow::builtins::Kind;
use crate::lint::flow::program::{FunctionRef, Site};
use crate::lint::flow::witness::{Boundary, Step};
use crate::lint::tree::LocalId;

/// Functions that are running, the innermost ones, among which a function is looked for.
const MOST_LOOKED_AT: usize = 64;

impl Trial<'_, '_> {
    pub(super) fn call(&mut self, callee: &Value, mut args: Values, site: Site) -> Run<Values> {
        let mut callee = callee.clone();
        for _ in 0..100 {
            match callee {
                Value::Closure(closure) => return self.call_closure(closure, args, Some(site)),
                Value::Builtin(builtin) => return self.builtin(builtin, args, site),
                Value::Unknown(Unknown { kind: Kind::Any | Kind::Some, .. }) => {
                    if !self.is_there(&callee) {
                        return self.error("attempt to call a nil value");
                    }
                    self.guess();
                    return Ok(smallvec![self.unknown(Kind::Any)]);
                }
                _ => {
                    let handler = self.heap.metamethod(&callee, "__call");
                    // One that is a table with __call itself will not do (CHDK lib/lua/ldo.c:244).
                    if !matches!(handler, Value::Closure(_) | Value::Builtin(_) | Value::Unknown(_)) {
                        return self.error("attempt to call a value that is no function");
                    }
                    args.insert(0, callee);
                    callee = handler;
                }
            }
        }
        self.error("stack overflow")
    }

    pub(super) fn call_closure(&mut self, closure: u32, args: Values, site: Option<Site>) -> Run<Values> {
        self.depth += 1;
        if self.depth > super::DEEPEST {
            return Err(Stop::Abort);
        }
        self.step()?;
        if self.heap.closures[closure as usize].function == MATCHES {
            self.depth -= 1;
            let table = self.heap.closures[closure as usize].env;
            return Ok(self.next_match(table));
        }
        let data = &self.heap.closures[closure as usize];
        let (function, upvalues) = (data.function, Rc::clone(&data.upvalues));
        if self.is_endless(function) {
            self.depth -= 1;
            self.guess();
            return Ok(smallvec![self.unknown(Kind::Any)]);
        }
        let unit = Arc::clone(&self.program.units[function.unit as usize]);
        let tree = &*unit.tree;
        let code = tree.function(function.function);
        let (first, count) = unit.slots[function.function.index()];
        let (unit, function_id) = (function.unit, function.function);
        let mut frame =
            Frame { unit, function: function_id, first, slots: no_cells(count), upvalues, varargs: Values::new() };
        let mut args = args.into_iter();
        for param in code.params.clone() {
            let value = args.next().unwrap_or(Value::Nil);
            self.declare(&mut frame, LocalId(param), value);
        }
        if code.varargs {
            frame.varargs = args.collect();
        }
        if let Some(site) = site {
            self.stack.push(Step::Call(site, function));
        }
        self.running.push(Running { closure, function, forks: self.forks() });
        let flow = self.block(tree, &mut frame, code.body);
        self.running.pop();
        if site.is_some() {
            self.stack.pop();
        }
        self.depth -= 1;
        match flow? {
            Flow::Return(values) => Ok(values),
            Flow::On | Flow::Break => Ok(Values::new()),
        }
    }

    /// Whether a function is running so often already, each time for something else that is not known, that there is no end
    /// to be seen.
    fn is_endless(&self, function: FunctionRef) -> bool {
        let (mut forks, mut nested) = (self.forks(), 0);
        for running in self.running.iter().rev().take(MOST_LOOKED_AT) {
            if forks == 0 || nested == MOST_NESTED {
                break;
            }
            if running.function == function && running.forks < forks {
                (forks, nested) = (running.forks, nested + 1);
            }
        }
        nested == MOST_NESTED
    }

    /// What `pcall` does; `Err` with the error's value if there is one.
    pub(super) fn protected(
        &mut self,
        boundary: Boundary,
        callee: &Value,
        args: Values,
        site: Site,
    ) -> Result<Result<Values, Value>, Stop> {
        let (depth, stack, boundaries, running) = (self.depth, self.stack.len(), self.boundaries, self.running.len());
        match self.boundary(boundary, callee, args, site) {
            Ok(values) => Ok(Ok(values)),
            Err(stop @ (Stop::Abort | Stop::Forever)) => Err(stop),
            Err(stop) => {
                self.depth = depth;
                self.stack.truncate(stack);
                self.boundaries = boundaries;
                self.running.truncate(running);
                Ok(Err(self.caught(stop)))
            }
        }
    }
}
