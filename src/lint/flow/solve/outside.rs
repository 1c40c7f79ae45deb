//! What calls a script and its functions from outside, and what is left open when all has come to rest.

use super::graph::{Is, NONE, Node, Set, Val};
use super::{Call, From, SLOTS, Solver, Use};
use crate::lint::flow::builtins::Library;
use crate::lint::flow::witness::Boundary;
use crate::lint::options::Start;

impl Solver<'_, '_> {
    /// What C code does around the script: `require` of a library, and sending what a script over PTP returns.
    pub(super) fn surroundings(&mut self) {
        let chunk = self.chunk(0);
        let (owner, site) = (chunk, self.program.outside());
        match self.program.options.start {
            Start::Menu => {}
            Start::Ptp => {
                let returns = self.functions[chunk as usize].returns;
                for place in 0..SLOTS {
                    self.attach(From::Node(returns + place), Use::Convert { site, owner });
                }
            }
            Start::Library => {
                let args = self.args(&[From::Value(Val::UNKNOWN)], NONE);
                let boundary = Some(Boundary::Library);
                let call = Call { owner, site, boundary, args, to: NONE, wanted: 0, open: false };
                self.call_from(From::Value(Val::function(chunk)), call);
            }
        }
    }

    /// What hangs on globals that C code looks up.
    pub(super) fn late(&mut self) {
        let tostring = self.named(Library::Globals as u32, "tostring");
        let replaced = self.graph.values(tostring).iter().any(|value| matches!(value.is(), Is::Function(_)));
        if replaced {
            for call in std::mem::take(&mut self.prints) {
                let print = self.calls[call as usize];
                let inner = Call { boundary: Some(Boundary::Print), to: NONE, wanted: 0, ..print };
                self.call_node(tostring, inner);
            }
        }
    }

    /// Functions that somebody else calls: the camera, or who loads the script.
    pub(super) fn roots(&mut self) {
        for name in ["restore", "usb_msg_table_to_string"] {
            let node = self.named(Library::Globals as u32, name);
            for value in self.graph.values(node) {
                let Is::Function(function) = value.is() else { continue };
                // When the other one is called, a trial sees.
                if name == "restore" {
                    self.restore_roots.push(function);
                }
                self.root(function);
            }
        }
        let mut found = Vec::new();
        let chunk = self.functions[self.chunk_roots[self.chunk_roots.len() - 1] as usize];
        let mut open: Vec<Node> = (0..SLOTS).map(|slot| chunk.returns + slot).collect();
        if self.program.options.start == Start::Library {
            open.extend(self.tables[Library::Globals as usize].fields.iter().map(|(_, node)| *node));
        }
        let mut seen = Set::<u32>::default();
        while let Some(node) = open.pop() {
            for value in self.graph.values(node) {
                match value.is() {
                    Is::Function(_) => found.push(value),
                    Is::Table(table) if self.tables[table as usize].library.is_none() && seen.insert(table) => {
                        open.extend(self.tables[table as usize].fields.iter().map(|(_, node)| *node));
                        if self.tables[table as usize].meta != NONE {
                            open.push(self.tables[table as usize].meta);
                        }
                    }
                    _ => {}
                }
            }
        }
        for value in found {
            if let Is::Function(function) = value.is() {
                self.outer_roots.push(function);
                self.root(function);
            }
        }
    }

    /// Somebody else may call a function, with anything.
    fn root(&mut self, function: u32) {
        if self.other_roots.contains(&function) {
            return;
        }
        self.other_roots.push(function);
        self.reach(function);
        let place = self.functions[function as usize].place;
        let params = self.program.unit(place.unit).tree.function(place.function).params.clone();
        let locals = self.unit(place.unit).locals;
        for param in params {
            self.graph.add(locals + param, Val::UNKNOWN);
        }
    }

    pub(super) fn unknown_keys(&mut self) {
        self.unknown_copies();
        for (key, what) in std::mem::take(&mut self.dynamic) {
            if !self.graph.is_empty(key) {
                continue;
            }
            self.apply_use(self.uses[what as usize], Val::UNKNOWN);
        }
    }

    /// All fields, or those under keys that are not known, of a table; nothing of the globals.
    pub(super) fn any_field(&mut self, object: Val, what: Result<Node, From>) {
        let Is::Table(table) = object.is() else { return };
        match what {
            Ok(to) if table == Library::Globals as u32 => self.graph.add(to, Val::SOME_GLOBAL),
            Err(_) if table == Library::Globals as u32 => self.vague = true,
            Ok(to) => {
                let all = self.all(table);
                self.graph.edge(all, to);
            }
            Err(from) => {
                let wild = self.wild(table);
                self.flow(from, wild);
            }
        }
    }

    /// Functions given to what is not known may be called by it.
    pub(super) fn unknown_callees(&mut self) {
        for (node, call) in std::mem::take(&mut self.callees) {
            let known = self
                .graph
                .values(node)
                .iter()
                .any(|value| !matches!(value.is(), Is::Number | Is::Str(_) | Is::Unknown));
            if known {
                continue;
            }
            let id = call;
            let call = self.calls[call as usize];
            if call.boundary.is_some() {
                self.boundary_callees.push((node, id));
                self.vague = true;
            }
            for place in 0..call.wanted {
                self.graph.add(call.to + place, Val::UNKNOWN);
            }
            for at in 0..call.args.len {
                let from = self.froms[(call.args.start + at) as usize];
                let values = match from {
                    From::Nothing => continue,
                    From::Value(value) => vec![value],
                    From::Node(node) => self.graph.values(node),
                };
                for value in values {
                    if let Is::Function(function) = value.is() {
                        self.handed_out.push((call.owner, function));
                        self.root(function);
                    }
                }
            }
        }
    }
}
