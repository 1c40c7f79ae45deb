//! Calls and their arguments, as they are written down.

use super::graph::{NONE, Node};
use super::{Args, Call, From, SLOTS, Solver, Use};

impl Solver<'_, '_> {
    pub(super) fn call_node(&mut self, callee: Node, call: Call) {
        let id = self.new_call(call);
        self.callees.push((callee, id));
        self.attach(From::Node(callee), Use::Call { call: id });
    }

    pub(super) fn call_from(&mut self, callee: From, call: Call) {
        match callee {
            From::Nothing => {
                self.vague |= call.boundary.is_some();
                let node = self.graph.nodes(1);
                let id = self.new_call(call);
                self.callees.push((node, id));
            }
            From::Node(node) => self.call_node(node, call),
            From::Value(value) => {
                let id = self.new_call(call);
                self.apply_use(Use::Call { call: id }, value);
            }
        }
    }

    pub(super) fn new_call(&mut self, call: Call) -> u32 {
        self.calls.push(call);
        u32::try_from(self.calls.len() - 1).unwrap_or(NONE)
    }

    pub(super) fn args(&mut self, froms: &[From], tail: Node) -> Args {
        let start = u32::try_from(self.froms.len()).unwrap_or(NONE);
        self.froms.extend_from_slice(froms);
        let len = u32::try_from(froms.len()).unwrap_or(0);
        Args { start, len, tail, skip: 0, exprs: None }
    }

    /// One of the arguments.
    pub(super) fn arg(&self, args: Args, at: u32) -> From {
        if at < args.len {
            return self.froms[(args.start + at) as usize];
        }
        if args.tail == NONE {
            return From::Nothing;
        }
        From::Node(args.tail + (args.skip + at - args.len).min(SLOTS - 1))
    }

    /// All arguments but the first ones.
    pub(super) fn shifted(args: Args, by: u32) -> Args {
        let taken = by.min(args.len);
        Args {
            start: args.start + taken,
            len: args.len - taken,
            skip: args.skip + (by - taken),
            exprs: args.exprs.map(|(start, len)| (start + taken.min(len), len - taken.min(len))),
            ..args
        }
    }
}
