//! What is done with values that get somewhere.

use super::Words;
use super::graph::{Is, NONE, Node, Val};
use super::{Boundary, Call, From, NUMBERED, STRINGS, Solver, Use};
use crate::lint::flow::builtins::Library;
use crate::lint::flow::program::Site;

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
            Use::CopyBy { copy } => self.copy_by(copy, value),
            Use::CopyFrom { copy } => self.copy_from(copy, value),
            Use::CopyInto { copy, table } => self.copy_into(copy, table, value),
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
                let node = match value.is() {
                    Is::Table(table) if event == "__len" && !self.tables[table as usize].userdata => return,
                    Is::Table(table) => self.handler(table, event),
                    // The length of a string, and how two of them compare, is not asked of it.
                    Is::Str(_) | Is::Unknown
                        if self.words.strings && !matches!(event, "__len" | "__eq" | "__lt" | "__le") =>
                    {
                        self.named(STRINGS, event)
                    }
                    _ => return,
                };
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
                Is::Str(_) => {
                    // What is done to the metatable of all strings is better tried.
                    self.vague = true;
                    self.graph.add(to, Val::table(STRINGS));
                }
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
            Use::Search { call, name } => self.search(call, name, value),
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
            | Use::CopyBy { .. }
            | Use::CopyFrom { .. }
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
                if self.words.strings && self.through.insert((STRINGS, key.unwrap_or(NUMBERED - 1), to, 0)) {
                    let node = self.named(STRINGS, "__index");
                    self.attach(From::Node(node), Use::IndexHandler { object, key, to, site, owner });
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

    pub(super) fn store_handler(&mut self, object: Val, key: Option<u32>, from: From, site: Site, owner: u32) {
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
}
