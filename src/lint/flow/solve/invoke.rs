//! What a call does: arguments go in, and results come back.

use super::graph::{Is, NONE, Node, Val};
use super::{Args, Boundary, Call, From, SLOTS, Solver, Use};
use crate::lint::flow::builtins::Builtin;

impl Solver<'_, '_> {
    pub(super) fn apply_call(&mut self, id: u32, value: Val) {
        let call = self.calls[id as usize];
        match value.is() {
            Is::Function(function) => self.bind(&call, function),
            Is::Builtin(builtin) => self.builtin(id, &call, Builtin(builtin)),
            Is::Table(table) if self.words.meta => {
                let node = self.handler(table, "__call");
                let mut froms = vec![From::Value(value)];
                froms.extend((0..call.args.len).map(|at| self.arg(call.args, at)));
                let args = Args { skip: call.args.skip, ..self.args(&froms, call.args.tail) };
                let inner = self.new_call(Call { args, ..call });
                self.attach(From::Node(node), Use::CallHandler { call: inner });
            }
            _ => {}
        }
    }

    fn bind(&mut self, call: &Call, function: u32) {
        self.reach(function);
        let data = self.functions[function as usize];
        let place = data.place;
        let (params, locals) = {
            let unit = self.program.unit(place.unit);
            let params = unit.tree.function(place.function).params.clone();
            (params, self.units[place.unit as usize].as_ref().map_or(0, |unit| unit.locals))
        };
        let count = params.end - params.start;
        for (place, param) in params.enumerate() {
            let from = self.arg(call.args, u32::try_from(place).unwrap_or(NONE));
            self.flow(from, locals + param);
        }
        if data.varargs != NONE {
            self.spread(Self::shifted(call.args, count), data.varargs, SLOTS, true);
        }
        self.hand_over(data.returns, call.to, call.wanted, call.open);
        let boundary = call.boundary.is_some();
        let key = (call.owner, call.site.unit << 28 ^ call.site.span.start, function, u32::from(boundary));
        if self.edges.insert(key) {
            match call.boundary {
                Some(boundary) => self.crossings.push((call.owner, call.site, boundary, function)),
                None => self.direct.push((call.owner, call.site, function)),
            }
        }
    }

    /// Results flow on.
    fn hand_over(&mut self, from: Node, to: Node, wanted: u32, open: bool) {
        if to == NONE {
            return;
        }
        for place in 0..wanted {
            self.graph.edge(from + place.min(SLOTS - 1), to + place);
        }
        if open && wanted > 0 {
            for place in wanted..SLOTS {
                self.graph.edge(from + place, to + wanted - 1);
            }
        }
    }

    pub(super) fn result(&mut self, call: &Call, place: u32, from: From) {
        if call.to == NONE || call.wanted == 0 {
            return;
        }
        if place < call.wanted {
            self.flow(from, call.to + place);
        } else if call.open {
            self.flow(from, call.to + call.wanted - 1);
        }
    }

    /// The call of an argument by C code. Its results go where those of the call go, from a place on.
    pub(super) fn call_back(&mut self, call: &Call, boundary: Boundary, callee: From, args: Args, from: Option<u32>) {
        // `pcall(...)` given pcall, and pcall, and so on: what is behind the last place is in it already.
        if args.skip > 2 * SLOTS {
            return;
        }
        let (to, wanted) = match from {
            Some(place) if call.to != NONE && call.wanted > place => (call.to + place, call.wanted - place),
            _ => (NONE, 0),
        };
        let inner = Call { boundary: Some(boundary), args, to, wanted, ..*call };
        self.call_from(callee, inner);
    }
}
