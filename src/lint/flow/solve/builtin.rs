//! What the camera's functions do with values.

use super::graph::{Is, NONE, Val};
use super::{Boundary, Call, From, SLOTS, Solver, Use};
use crate::lint::flow::builtins::{Builtin, Kind, Library, Op, Text, Waits};
use crate::lint::tree::Expr;

impl Solver<'_, '_> {
    pub(super) fn builtin(&mut self, id: u32, call: &Call, builtin: Builtin) {
        let (owner, site, args) = (call.owner, call.site, call.args);
        let first = self.arg(args, 0);
        match builtin.op() {
            Op::Plain => {
                for (place, kind) in (0..).zip(&builtin.info().returns) {
                    let value = match kind {
                        Kind::Int => Val::NUMBER,
                        Kind::Bool => continue,
                        Kind::Any | Kind::Text | Kind::Some => Val::UNKNOWN,
                    };
                    self.result(call, place, From::Value(value));
                }
                if builtin.info().table && self.words.converter {
                    let table = self.table_at(NONE, id);
                    let wild = self.wild(table);
                    self.graph.add(wild, Val::UNKNOWN);
                    self.result(call, 0, From::Value(Val::table(table)));
                }
            }
            Op::Rawequal | Op::PreloadLoader | Op::FileLoader | Op::Data => {}
            Op::Gone | Op::Type | Op::Find | Op::Match | Op::Concat | Op::Registry => {
                for place in 0..call.wanted {
                    self.result(call, place, From::Value(Val::UNKNOWN));
                }
            }
            Op::Gmatch => self.result(call, 0, From::Value(Val::builtin(Builtin::ITERATOR.0))),
            Op::Text(text) => {
                if matches!(text, Text::Len | Text::Byte) {
                    self.result(call, 0, From::Value(Val::NUMBER));
                } else {
                    self.result(call, 0, From::Value(Val::UNKNOWN));
                }
            }
            Op::Getn | Op::Maxn | Op::Tonumber | Op::Abs | Op::Max | Op::Min | Op::Pow => {
                self.result(call, 0, From::Value(Val::NUMBER));
            }
            Op::Yield(waits) => self.yields(call, builtin, waits),
            Op::Pcall => {
                self.call_back(call, Boundary::Pcall, first, Self::shifted(args, 1), Some(1));
                self.result(call, 1, From::Node(self.errors));
            }
            Op::Xpcall => {
                let none = self.args(&[], NONE);
                self.call_back(call, Boundary::Xpcall, first, none, Some(1));
                let errors = self.args(&[From::Node(self.errors)], NONE);
                let handler = self.arg(args, 1);
                self.call_back(call, Boundary::Handler, handler, errors, Some(1));
            }
            Op::Error => self.flow(first, self.errors),
            Op::Require => self.attach(first, Use::Require { call: id }),
            Op::Dofile => self.attach(first, Use::Dofile { call: id }),
            Op::Loadfile => self.attach(first, Use::Loadfile { to: call.to }),
            Op::Loadstring => {
                self.vague |= matches!(first, From::Nothing);
                self.attach(first, Use::Loadstring { call: id });
            }
            Op::Load => {
                let none = self.args(&[], NONE);
                self.call_back(call, Boundary::Reader, first, none, None);
                self.vague = true;
            }
            Op::Sort => {
                let element = self.graph.nodes(1);
                self.attach(first, Use::Elements { to: element });
                let pair = self.args(&[From::Node(element), From::Node(element)], NONE);
                match self.arg(args, 1) {
                    From::Nothing if self.words.meta => {
                        let boundary = Boundary::Meta("__lt");
                        let what = Use::Meta { event: "__lt", boundary, args: pair, to: NONE, site, owner };
                        self.attach(From::Node(element), what);
                    }
                    From::Nothing => {}
                    callee => self.call_back(call, Boundary::Sort, callee, pair, None),
                }
            }
            Op::Foreach | Op::Foreachi => {
                let pair = self.graph.nodes(2);
                self.attach(first, Use::Next { to: pair, wanted: 2 });
                let args = self.args(&[From::Node(pair), From::Node(pair + 1)], NONE);
                let callee = self.arg(call.args, 1);
                let ordered = builtin.op() == Op::Foreachi;
                let boundary = if ordered { Boundary::Foreachi } else { Boundary::Foreach };
                self.call_back(call, boundary, callee, args, Some(0));
            }
            Op::Gsub => {
                self.result(call, 0, From::Value(Val::UNKNOWN));
                let callee = self.arg(args, 2);
                let captures = self.args(&[], NONE);
                let key = self.graph.nodes(1);
                if !matches!(callee, From::Nothing | From::Value(_))
                    || matches!(callee, From::Value(value) if !matches!(value.is(), Is::Str(_)))
                {
                    self.call_back(call, Boundary::Gsub, callee, captures, None);
                    // A table is looked up in, with whatever was found.
                    self.attach(callee, Use::LoadDynamic { key, to: key, site, owner, raw: false });
                }
            }
            Op::Sethook => {
                let none = self.args(&[], NONE);
                if !matches!(first, From::Nothing) {
                    self.call_back(call, Boundary::Hook, first, none, None);
                }
            }
            Op::Getinfo => {
                let table = self.table_at(site.unit | 1 << 22, site.span.start);
                let node = self.named(table, "func");
                self.flow(first, node);
                self.result(call, 0, From::Value(Val::table(table)));
                self.result(call, 0, From::Value(Val::UNKNOWN));
            }
            Op::Getupvalue => {
                let node = self.graph.nodes(1);
                self.attach(first, Use::GetUpvalues { to: node });
                self.result(call, 1, From::Node(node));
            }
            Op::Setupvalue => {
                let from = self.arg(args, 2);
                self.attach(first, Use::SetUpvalues { from });
            }
            Op::Getlocal | Op::Setlocal => {
                // Any local of the function that calls it, or of one around it.
                let unit = self.program.units[site.unit as usize].tree.locals.len();
                let locals = self.unit(site.unit).locals;
                for local in (locals..).take(unit) {
                    if builtin.op() == Op::Getlocal {
                        self.result(call, 1, From::Node(local));
                    } else {
                        for place in 2..4 {
                            let from = self.arg(args, place);
                            self.flow(from, local);
                        }
                    }
                }
                self.vague = true;
            }
            Op::Setmetatable => {
                let meta = self.arg(args, 1);
                // The debug library gives metatables to what is no table.
                self.vague |= builtin.name() != "setmetatable";
                self.attach(first, Use::SetMeta { meta });
                self.result(call, 0, first);
            }
            Op::Getmetatable => {
                if call.to != NONE && call.wanted > 0 {
                    self.attach(first, Use::GetMeta { to: call.to });
                }
            }
            Op::Rawget => {
                if call.to != NONE && call.wanted > 0 {
                    let key = self.arg(args, 1);
                    self.load(first, key, call.to, site, owner, true);
                }
            }
            Op::Rawset => {
                let (key, from) = (self.arg(args, 1), self.arg(args, 2));
                self.store(first, key, from, site, owner, true);
                self.result(call, 0, first);
            }
            Op::Pairs | Op::Ipairs => {
                let next = if builtin.op() == Op::Ipairs {
                    Some(Builtin::INEXT)
                } else {
                    Builtin::find(Library::Globals, b"next")
                };
                if let Some(next) = next {
                    self.result(call, 0, From::Value(Val::builtin(next.0)));
                }
                self.result(call, 1, first);
            }
            Op::Next => {
                if call.to != NONE {
                    self.attach(first, Use::Next { to: call.to, wanted: call.wanted });
                }
            }
            Op::Inext => {
                self.result(call, 0, From::Value(Val::NUMBER));
                if call.to != NONE && call.wanted > 1 {
                    self.attach(first, Use::Elements { to: call.to + 1 });
                }
            }
            Op::Select => self.select(call),
            Op::Unpack => {
                let node = self.graph.nodes(1);
                self.attach(first, Use::Elements { to: node });
                for place in 0..call.wanted {
                    self.result(call, place, From::Node(node));
                }
            }
            Op::Assert => {
                if call.to != NONE {
                    self.spread(args, call.to, call.wanted, call.open);
                }
            }
            Op::Insert => {
                let site_key = From::Value(Val::NUMBER);
                for place in 1..3 {
                    let from = self.arg(args, place);
                    self.store(first, site_key, from, site, owner, true);
                }
            }
            Op::Remove => {
                if call.to != NONE && call.wanted > 0 {
                    self.attach(first, Use::Elements { to: call.to });
                }
            }
            Op::Tostring | Op::Print => {
                let print = builtin.op() == Op::Print;
                if !print {
                    self.result(call, 0, From::Value(Val::UNKNOWN));
                }
                let count = if print { args.len.max(1) } else { 1 };
                if self.words.meta {
                    let boundary = if print { Boundary::Print } else { Boundary::Tostring };
                    for place in 0..count {
                        let from = self.arg(args, place);
                        let inner = self.args(&[from], NONE);
                        let what = Use::Meta { event: "__tostring", boundary, args: inner, to: NONE, site, owner };
                        self.attach(from, what);
                    }
                }
                let numbers =
                    (0..args.len).all(|at| matches!(self.arg(args, at), From::Value(value) if value == Val::NUMBER));
                if print && !(numbers && args.tail == NONE) {
                    self.prints.push(id);
                }
            }
            Op::Setfenv => {
                let env = self.arg(args, 1);
                self.attach(first, Use::SetEnv { env });
                let own = self.functions[owner as usize].env;
                if own != NONE && matches!(first, From::Value(Val::NUMBER)) {
                    self.flow(env, own);
                }
                self.result(call, 0, first);
            }
            Op::Getfenv => {
                let own = self.functions[owner as usize].env;
                let to = self.graph.nodes(1);
                self.graph.add(to, Val::table(Library::Globals as u32));
                if own != NONE {
                    self.graph.edge(own, to);
                }
                self.attach(first, Use::GetEnv { to });
                self.result(call, 0, From::Node(to));
            }
            Op::Newproxy => {
                let table = self.table_at(site.unit | 1 << 20, site.span.start);
                let meta = self.table_at(site.unit | 1 << 21, site.span.start);
                self.tables[table as usize].userdata = true;
                let node = self.meta(table);
                self.graph.add(node, Val::table(meta));
                // newproxy(p) shares the metatable of p.
                self.attach(first, Use::GetMeta { to: node });
                let collector = self.handler(table, "__gc");
                let args = self.args(&[From::Value(Val::table(table))], NONE);
                let boundary = Some(Boundary::Finalizer);
                let inner = Call { boundary, args, to: NONE, wanted: 0, ..*call };
                let inner = self.new_call(inner);
                self.attach(From::Node(collector), Use::CallHandler { call: inner });
                self.result(call, 0, From::Value(Val::table(table)));
            }
        }
    }

    fn select(&mut self, call: &Call) {
        let unit = self.program.unit(call.site.unit);
        let number = call.args.exprs.and_then(|(start, len)| {
            let expr = (len > 0).then(|| unit.tree.unparen(unit.tree.lists[start as usize]))?;
            match unit.tree.expr(expr) {
                Expr::Number(number) => u32::try_from(number).ok().filter(|number| (1..64).contains(number)),
                _ => None,
            }
        });
        match number {
            Some(number) if call.to != NONE => {
                self.spread(Self::shifted(call.args, number), call.to, call.wanted, call.open);
            }
            Some(_) => {}
            None => {
                for at in 1..call.args.len.max(1) + SLOTS {
                    let from = self.arg(call.args, at);
                    for place in 0..call.wanted {
                        self.result(call, place, from);
                    }
                }
                self.result(call, 0, From::Value(Val::NUMBER));
            }
        }
    }

    pub(super) fn yields(&mut self, call: &Call, builtin: Builtin, waits: Waits) {
        let first = self.arg(call.args, 0);
        let may = match waits {
            Waits::Sleep | Waits::Key | Waits::Always => true,
            // The number decides only where it is a negative.
            Waits::Click => true,
            Waits::Read => self.waits(call, 0) != Some(false),
            Waits::Write => {
                self.attach(first, Use::Convert { site: call.site, owner: call.owner });
                self.waits(call, 1) != Some(false)
            }
        };
        if builtin.name() == "shoot" || builtin.name() == "md_detect_motion" {
            self.result(call, 0, From::Value(Val::NUMBER));
        }
        if matches!(builtin.name(), "read_usb_msg" | "file_browser" | "textbox") {
            self.result(call, 0, From::Value(Val::UNKNOWN));
        }
        if !may {
            return;
        }
        let key = (call.owner, call.site.unit << 28 ^ call.site.span.start, u32::from(builtin.0), 2);
        if self.edges.insert(key) {
            match call.boundary {
                Some(boundary) => self.hits.push((call.owner, call.site, boundary, builtin)),
                None => self.yields.push((call.owner, call.site, builtin)),
            }
        }
    }
}
