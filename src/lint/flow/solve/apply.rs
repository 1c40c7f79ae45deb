//! What is done with values that get somewhere.

use super::Words;
use super::graph::{Is, NONE, Node, Val};
use super::{Args, Boundary, Call, From, LOADED, LOADERS, NUMBERED, PRELOAD, SLOTS, STRINGS, Solver, Use};
use crate::lint::facts::is_generated;
use crate::lint::flow::builtins::{Builtin, Kind, Library, Op, Text, Waits};
use crate::lint::flow::program::{Found, Site};
use crate::lint::tree::Expr;

/// Strings that one concatenation is followed to.
const MOST_TEXTS: u32 = 16;
/// Nested uses: far more than a chain of `__index` that the camera follows.
const DEEPEST: u32 = 250;
/// Bytes of strings that are put together.
const MOST_BUILT: usize = 8 << 20;

impl Solver<'_, '_> {
    pub(super) fn apply_use(&mut self, what: Use, value: Val) {
        // Functions that call what they are given can be given themselves.
        self.graph.moved += 1;
        if self.nesting > DEEPEST || self.graph.moved > self.most_moves {
            self.gave_up = true;
            return;
        }
        self.nesting += 1;
        self.apply_use_inner(what, value);
        self.nesting -= 1;
    }

    fn apply_use_inner(&mut self, what: Use, value: Val) {
        if value == Val::SOME_GLOBAL {
            return self.apply_to_some_global(what);
        }
        match what {
            Use::Load { key, to, site, owner, raw } => self.load_key(value, Some(key), to, site, owner, raw),
            Use::LoadDynamic { key, to, site, owner, raw } => {
                let mut at = self.graph.first(key);
                while let Some((key, next)) = self.graph.value(at) {
                    self.load_by(value, key, to, site, owner, raw);
                    at = next;
                }
                if !raw && self.words.meta {
                    self.index_handler(value, None, to, site, owner);
                }
            }
            Use::LoadKey { object, to, site, owner, raw } => {
                let mut at = self.graph.first(object);
                while let Some((object, next)) = self.graph.value(at) {
                    self.load_by(object, value, to, site, owner, raw);
                    at = next;
                }
            }
            Use::IndexHandler { object, key, to, site, owner } => match value.is() {
                Is::Function(_) | Is::Builtin(_) => {
                    let key =
                        key.filter(|key| *key != NUMBERED).map_or(From::Nothing, |key| From::Value(Val::string(key)));
                    let args = self.args(&[From::Value(object), key], NONE);
                    let boundary = Some(Boundary::Meta("__index"));
                    let call = Call { owner, site, boundary, args, to, wanted: 1, open: false };
                    self.call_from(From::Value(value), call);
                }
                _ => self.load_key(value, key, to, site, owner, false),
            },
            Use::Store { key, from, site, owner, raw } => self.store_key(value, Some(key), from, site, owner, raw),
            Use::StoreDynamic { key, from, site, owner, raw } => {
                let mut at = self.graph.first(key);
                while let Some((key, next)) = self.graph.value(at) {
                    self.store_by(value, key, from, site, owner, raw);
                    at = next;
                }
                if !raw && self.words.meta {
                    self.store_handler(value, None, from, site, owner);
                }
            }
            Use::StoreKey { object, from, site, owner, raw } => {
                let mut at = self.graph.first(object);
                while let Some((object, next)) = self.graph.value(at) {
                    self.store_by(object, value, from, site, owner, raw);
                    at = next;
                }
            }
            Use::StoreHandler { object, key, from, site, owner } => match value.is() {
                Is::Function(_) | Is::Builtin(_) => {
                    let key =
                        key.filter(|key| *key != NUMBERED).map_or(From::Nothing, |key| From::Value(Val::string(key)));
                    let args = self.args(&[From::Value(object), key, from], NONE);
                    let boundary = Some(Boundary::Meta("__newindex"));
                    let call = Call { owner, site, boundary, args, to: NONE, wanted: 0, open: false };
                    self.call_from(From::Value(value), call);
                }
                _ => self.store_key(value, key, from, site, owner, false),
            },
            Use::Call { call } => self.apply_call(call, value),
            // A table that can be called is no handler (CHDK lib/lua/ldo.c:244).
            Use::CallHandler { call } => {
                if let Is::Function(_) | Is::Builtin(_) = value.is() {
                    self.apply_call(call, value);
                }
            }
            Use::Called { call } => {
                if let Is::Function(_) = value.is() {
                    self.apply_call(call, value);
                }
            }
            Use::Meta { event, boundary, args, to, site, owner } => {
                let Is::Table(table) = value.is() else { return };
                if event == "__len" && !self.tables[table as usize].userdata {
                    return;
                }
                let node = self.handler(table, event);
                if self.through.insert((node, to, site.span.start ^ (site.unit << 24), owner)) {
                    let wanted = u32::from(to != NONE);
                    let boundary = Some(boundary);
                    self.call_node(node, Call { owner, site, boundary, args, to, wanted, open: false });
                }
            }
            Use::ConcatLeft { right, to } => self.concat(From::Value(value), right, to),
            Use::ConcatRight { left, to } => self.concat(left, From::Value(value), to),
            Use::SetMeta { meta } => {
                if let Is::Table(table) = value.is() {
                    if table == Library::Globals as u32 {
                        self.want(Words { environments: true, ..self.words });
                    }
                    let node = self.meta(table);
                    self.flow(meta, node);
                }
            }
            Use::GetMeta { to } => match value.is() {
                Is::Table(table) => {
                    let node = self.meta(table);
                    self.graph.edge(node, to);
                }
                Is::Str(_) => self.graph.add(to, Val::table(STRINGS)),
                _ => {}
            },
            Use::Next { to, wanted } => {
                if let Is::Table(table) = value.is() {
                    if wanted > 0 {
                        let keys = self.keys(table);
                        self.graph.edge(keys, to);
                    }
                    if wanted > 1 {
                        let all = self.all(table);
                        self.graph.edge(all, to + 1);
                    }
                }
            }
            Use::Elements { to } => {
                if let Is::Table(table) = value.is() {
                    let node = self.field(table, NUMBERED);
                    self.graph.edge(node, to);
                }
            }
            Use::SetEnv { env } => {
                if let Is::Function(function) = value.is() {
                    let node = self.functions[function as usize].env;
                    if node != NONE {
                        self.flow(env, node);
                    }
                }
            }
            Use::GetEnv { to } => {
                if let Is::Function(function) = value.is() {
                    let node = self.functions[function as usize].env;
                    if node != NONE {
                        self.graph.edge(node, to);
                    }
                }
            }
            Use::GetUpvalues { to } => {
                for local in self.upvalues(value) {
                    self.graph.edge(local, to);
                }
            }
            Use::SetUpvalues { from } => {
                for local in self.upvalues(value) {
                    self.flow(from, local);
                }
            }
            Use::Require { call } => self.require(call, value),
            Use::Dofile { call } => {
                let Is::Str(path) = value.is() else { return };
                if let Some(chunk) = self.file(path) {
                    let call = Call { boundary: Some(Boundary::Dofile), ..self.calls[call as usize] };
                    let args = self.args(&[], NONE);
                    self.call_from(From::Value(chunk), Call { args, ..call });
                }
            }
            Use::Loadfile { to } => {
                let Is::Str(path) = value.is() else { return };
                if let Some(chunk) = self.file(path)
                    && to != NONE
                {
                    self.graph.add(to, chunk);
                }
            }
            Use::Loadstring { call } => self.loadstring(call, value),
            Use::Convert { site, owner } => {
                if let Is::Table(_) = value.is() {
                    let node = self.named(Library::Globals as u32, "usb_msg_table_to_string");
                    let args = self.args(&[From::Value(value)], NONE);
                    let boundary = Some(Boundary::Converter);
                    let call = Call { owner, site, boundary, args, to: NONE, wanted: 0, open: false };
                    let call = self.new_call(call);
                    self.attach(From::Node(node), Use::Called { call });
                }
            }
        }
    }

    /// Something is done with a global, or with what is in one. To look at it is harmless; what else there may come of it
    /// only a trial can tell.
    fn apply_to_some_global(&mut self, what: Use) {
        match what {
            Use::Load { to, .. } | Use::LoadDynamic { to, .. } | Use::Elements { to } => {
                self.graph.add(to, Val::SOME_GLOBAL);
            }
            Use::Next { to, wanted } => {
                for place in 0..wanted.min(2) {
                    self.graph.add(to + place, Val::SOME_GLOBAL);
                }
            }
            Use::Meta { .. } | Use::Convert { .. } => {}
            Use::LoadKey { .. }
            | Use::StoreKey { .. }
            | Use::ConcatLeft { .. }
            | Use::ConcatRight { .. }
            | Use::Require { .. }
            | Use::Dofile { .. }
            | Use::Loadfile { .. }
            | Use::Loadstring { .. } => self.apply_use_inner(what, Val::UNKNOWN),
            _ => self.vague = true,
        }
    }

    /// The locals around it that a function uses.
    fn upvalues(&self, value: Val) -> Vec<Node> {
        let Is::Function(function) = value.is() else { return Vec::new() };
        let place = self.functions[function as usize].place;
        let Some(Some(data)) = self.units.get(place.unit as usize) else { return Vec::new() };
        let function = self.program.unit(place.unit).tree.function(place.function);
        function.upvalues.iter().map(|local| data.locals + local.0).collect()
    }

    fn load_by(&mut self, object: Val, key: Val, to: Node, site: Site, owner: u32, raw: bool) {
        match key.is() {
            Is::Unknown => self.any_field(object, Ok(to)),
            _ => self.load_key(object, Some(Self::key(key)), to, site, owner, raw),
        }
    }

    fn store_by(&mut self, object: Val, key: Val, from: From, site: Site, owner: u32, raw: bool) {
        match key.is() {
            Is::Unknown => self.any_field(object, Err(from)),
            _ => self.store_key(object, Some(Self::key(key)), from, site, owner, raw),
        }
    }

    fn load_key(&mut self, object: Val, key: Option<u32>, to: Node, site: Site, owner: u32, raw: bool) {
        match object.is() {
            Is::Table(table) => {
                match key {
                    Some(key) => {
                        let node = self.field(table, key);
                        self.graph.edge(node, to);
                    }
                    None => {
                        let node = self.all(table);
                        self.graph.edge(node, to);
                    }
                }
                if !raw && self.words.meta {
                    self.index_handler(object, key, to, site, owner);
                }
            }
            Is::Str(_) if !raw => {
                if let Some(key) = key {
                    let node = self.field(Library::String as u32, key);
                    self.graph.edge(node, to);
                }
            }
            Is::Unknown => self.graph.add(to, Val::UNKNOWN),
            _ => {}
        }
    }

    fn index_handler(&mut self, object: Val, key: Option<u32>, to: Node, site: Site, owner: u32) {
        let Is::Table(table) = object.is() else { return };
        if self.through.insert((table, key.unwrap_or(NUMBERED - 1), to, 0)) {
            let node = self.handler(table, "__index");
            self.attach(From::Node(node), Use::IndexHandler { object, key, to, site, owner });
        }
    }

    fn store_key(&mut self, object: Val, key: Option<u32>, from: From, site: Site, owner: u32, raw: bool) {
        let Is::Table(table) = object.is() else { return };
        if let Some(key) = key {
            let node = self.field(table, key);
            self.flow(from, node);
        }
        if !raw && self.words.meta {
            self.store_handler(object, key, from, site, owner);
        }
    }

    fn store_handler(&mut self, object: Val, key: Option<u32>, from: From, site: Site, owner: u32) {
        let Is::Table(table) = object.is() else { return };
        let place = site.span.start ^ (site.unit << 24);
        if self.through.insert((table, key.unwrap_or(NUMBERED - 1), place, owner + 1)) {
            let node = self.handler(table, "__newindex");
            self.attach(From::Node(node), Use::StoreHandler { object, key, from, site, owner });
        }
    }

    fn concat(&mut self, left: From, right: From, to: Node) {
        let texts = |solver: &Self, from: From| match from {
            From::Nothing => Vec::new(),
            From::Value(value) => vec![value],
            From::Node(node) => solver.graph.values(node),
        };
        let (left, right) = (texts(self, left), texts(self, right));
        let vague = |values: &[Val]| values.iter().any(|value| matches!(value.is(), Is::Number | Is::Unknown));
        if vague(&left) && !right.is_empty() || vague(&right) && !left.is_empty() {
            self.graph.add(to, Val::UNKNOWN);
        }
        for a in &left {
            for b in &right {
                if let (Is::Str(a), Is::Str(b)) = (a.is(), b.is()) {
                    if self.graph.count(to) >= MOST_TEXTS {
                        self.graph.add(to, Val::UNKNOWN);
                        return;
                    }
                    let text = [&self.texts[a as usize][..], &self.texts[b as usize][..]].concat();
                    self.built += text.len();
                    if text.len() < 1 << 16 && self.built < MOST_BUILT {
                        let id = self.text(&text);
                        self.graph.add(to, Val::string(id));
                    } else {
                        self.graph.add(to, Val::UNKNOWN);
                    }
                }
            }
        }
    }

    fn apply_call(&mut self, id: u32, value: Val) {
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

    fn result(&mut self, call: &Call, place: u32, from: From) {
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
    fn call_back(&mut self, call: &Call, boundary: Boundary, callee: From, args: Args, from: Option<u32>) {
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

    fn builtin(&mut self, id: u32, call: &Call, builtin: Builtin) {
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
                self.call_back(call, Boundary::Foreach, callee, args, Some(0));
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

    fn yields(&mut self, call: &Call, builtin: Builtin, waits: Waits) {
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

    fn require(&mut self, id: u32, value: Val) {
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
            }
        }
    }

    fn file(&mut self, path: u32) -> Option<Val> {
        let path = self.texts[path as usize].clone();
        match self.program.file(&path) {
            Found::Unit(unit) => Some(Val::function(self.chunk(unit))),
            _ => None,
        }
    }

    fn loadstring(&mut self, id: u32, value: Val) {
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
