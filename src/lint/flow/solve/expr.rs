//! Expressions: where the values of each come from.

use super::body::{At, DEEPEST};
use super::graph::{NONE, Node, Val};
use super::{Args, Boundary, Call, From, NUMBERED, SLOTS, Solver, Use};
use crate::lint::flow::builtins::Library;
use crate::lint::flow::program::Site;
use crate::lint::flow::trial::{call_span, event};
use crate::lint::tree::{BinaryOp, Expr, ExprId, Field, LocalId, LocalKind, Symbol, UnaryOp};

impl Solver<'_, '_> {
    pub(super) fn symbol(&mut self, at: At<'_>, symbol: Symbol) -> u32 {
        if let Some(unit) = &self.units[at.unit as usize]
            && let Some(id) = unit.names.get(symbol.index()).filter(|id| **id != NONE)
        {
            return *id;
        }
        let id = self.text(at.tree.names.text(symbol).as_bytes());
        if let Some(unit) = &mut self.units[at.unit as usize] {
            if unit.names.len() <= symbol.index() {
                unit.names.resize(symbol.index() + 1, NONE);
            }
            unit.names[symbol.index()] = id;
        }
        id
    }

    pub(super) fn store(&mut self, object: From, key: From, from: From, site: Site, owner: u32, raw: bool) {
        // Without metatables, a value that is none of interest leaves no trace but its key.
        match key {
            From::Value(value) => {
                let key = Self::key(value);
                self.attach(object, Use::Store { key, from, site, owner, raw });
            }
            key => {
                let (key, object) = (self.node_of(key), self.node_of(object));
                if !self.copies(object, key, from, site, owner, raw) {
                    self.store_any(object, key, from, site, owner, raw);
                }
            }
        }
    }

    /// A store under each of the keys.
    pub(super) fn store_any(&mut self, object: Node, key: Node, from: From, site: Site, owner: u32, raw: bool) {
        self.attach(From::Node(object), Use::StoreDynamic { key, from, site, owner, raw });
        let what = Use::StoreKey { object, from, site, owner, raw };
        self.on_key(key, what);
    }

    fn on_key(&mut self, key: Node, what: Use) {
        let id = u32::try_from(self.uses.len()).unwrap_or(NONE);
        self.attach(From::Node(key), what);
        self.dynamic.push((key, id));
    }

    pub(super) fn load(&mut self, object: From, key: From, to: Node, site: Site, owner: u32, raw: bool) {
        match key {
            From::Value(value) => self.attach(object, Use::Load { key: Self::key(value), to, site, owner, raw }),
            key => {
                let (key, object) = (self.node_of(key), self.node_of(object));
                self.attach(From::Node(object), Use::LoadDynamic { key, to, site, owner, raw });
                self.on_key(key, Use::LoadKey { object, to, site, owner, raw });
            }
        }
    }

    pub(super) fn key(value: Val) -> u32 {
        match value.is() {
            super::Is::Str(text) => text,
            _ => NUMBERED,
        }
    }

    pub(super) fn expr(&mut self, at: At<'_>, expr: ExprId) -> From {
        if self.depth > DEEPEST {
            self.gave_up = true;
            return From::Nothing;
        }
        self.depth += 1;
        let from = self.expr_inner(at, expr);
        self.depth -= 1;
        from
    }

    fn expr_inner(&mut self, at: At<'_>, expr: ExprId) -> From {
        match at.tree.expr(expr) {
            Expr::Nil | Expr::True | Expr::False | Expr::Missing => From::Nothing,
            Expr::Number(_) => From::Value(Val::NUMBER),
            Expr::String(text) => From::Value(Val::string(self.string(at, text))),
            Expr::Varargs => match self.functions[at.function as usize].varargs {
                NONE => From::Nothing,
                node => From::Node(node),
            },
            Expr::Function(function) => {
                let id = at.functions + function.0;
                if self.words.environments {
                    let (outer, inner) = (self.functions[at.function as usize].env, self.functions[id as usize].env);
                    self.graph.edge(outer, inner);
                }
                From::Value(Val::function(id))
            }
            Expr::Local(local) => From::Node(at.locals + local.0),
            Expr::Global(symbol) => self.global(at, symbol, expr),
            Expr::Index { object, key, .. } => {
                let object = self.expr(at, object);
                let key = self.expr(at, key);
                let to = self.graph.nodes(1);
                self.load(object, key, to, at.site(expr), at.function, false);
                From::Node(to)
            }
            Expr::Call { .. } | Expr::MethodCall { .. } => {
                let to = self.graph.nodes(1);
                self.call(at, expr, to, 1, false);
                From::Node(to)
            }
            Expr::Table { start, len } => self.table(at, expr, start, len),
            Expr::Binary { .. } => self.binary(at, expr),
            Expr::Unary { op, operand } => {
                let from = self.expr(at, operand);
                match op {
                    UnaryOp::Not => From::Nothing,
                    UnaryOp::Neg => self.operator("__unm", from, from, at.site(expr), at.function, true),
                    UnaryOp::Len => self.operator("__len", from, From::Nothing, at.site(expr), at.function, true),
                }
            }
            Expr::Paren(inner) => self.expr(at, inner),
        }
    }

    fn global(&mut self, at: At<'_>, symbol: Symbol, expr: ExprId) -> From {
        let key = self.symbol(at, symbol);
        if !self.words.environments {
            return From::Node(self.field(Library::Globals as u32, key));
        }
        let env = self.functions[at.function as usize].env;
        let to = self.graph.nodes(1);
        let (site, owner) = (at.site(expr), at.function);
        self.attach(From::Node(env), Use::Load { key, to, site, owner, raw: false });
        From::Node(to)
    }

    fn table(&mut self, at: At<'_>, expr: ExprId, start: u32, len: u32) -> From {
        let table = self.table_at(at.unit, expr.0);
        let fields = at.tree.table(start, len);
        for (number, field) in fields.iter().enumerate() {
            match *field {
                Field::Item(value) if number + 1 == fields.len() => {
                    let list = self.list_of(at, &[value], SLOTS);
                    let node = self.field(table, NUMBERED);
                    self.spread(list, node, 1, true);
                }
                Field::Item(value) => {
                    let from = self.expr(at, value);
                    let node = self.field(table, NUMBERED);
                    self.flow(from, node);
                }
                Field::Pair(key, value) => {
                    let key = self.expr(at, key);
                    let from = self.expr(at, value);
                    let object = From::Value(Val::table(table));
                    self.store(object, key, from, at.site(value), at.function, true);
                }
            }
        }
        From::Value(Val::table(table))
    }

    fn binary(&mut self, at: At<'_>, expr: ExprId) -> From {
        let mut spine = Vec::new();
        let mut first = expr;
        while let Expr::Binary { op, left, right } = at.tree.expr(first) {
            spine.push((op, left, right, first));
            first = left;
        }
        let mut from = self.expr(at, first);
        // What an operand decides by itself is not evaluated further.
        while let Some((op, left, right, here)) = spine.pop() {
            let site = at.site(here);
            from = match op {
                BinaryOp::And => match self.truth(at, left, 0) {
                    Some(false) => From::Nothing,
                    _ => self.expr(at, right),
                },
                BinaryOp::Or => match self.truth(at, left, 0) {
                    Some(true) => from,
                    _ => {
                        let other = self.expr(at, right);
                        self.either(from, other)
                    }
                },
                op => {
                    let other = self.expr(at, right);
                    self.operation(at, op, from, other, site)
                }
            };
        }
        from
    }

    fn either(&mut self, a: From, b: From) -> From {
        match (a, b) {
            (From::Nothing, other) | (other, From::Nothing) => other,
            (a, b) => {
                let to = self.graph.nodes(1);
                self.flow(a, to);
                self.flow(b, to);
                From::Node(to)
            }
        }
    }

    fn operation(&mut self, at: At<'_>, op: BinaryOp, left: From, right: From, site: Site) -> From {
        let owner = at.function;
        match op {
            BinaryOp::Concat => {
                let to = self.graph.nodes(1);
                self.attach(left, Use::ConcatLeft { right, to });
                if let From::Node(_) = right {
                    self.attach(right, Use::ConcatRight { left, to });
                }
                if let From::Node(node) = self.operator("__concat", left, right, site, owner, false) {
                    self.graph.edge(node, to);
                }
                From::Node(to)
            }
            BinaryOp::Eq | BinaryOp::Ne => self.operator("__eq", left, right, site, owner, false),
            BinaryOp::Lt => self.operator("__lt", left, right, site, owner, false),
            BinaryOp::Gt => self.operator("__lt", right, left, site, owner, false),
            BinaryOp::Le => {
                self.operator("__le", left, right, site, owner, false);
                self.operator("__lt", right, left, site, owner, false)
            }
            BinaryOp::Ge => {
                self.operator("__le", right, left, site, owner, false);
                self.operator("__lt", left, right, site, owner, false)
            }
            op => self.operator(event(op), left, right, site, owner, true),
        }
    }

    /// An operator, which may call a metamethod of either operand.
    fn operator(&mut self, event: &'static str, left: From, right: From, site: Site, owner: u32, number: bool) -> From {
        let strings = self.words.strings;
        let plain = |from: From| match from {
            From::Nothing => true,
            From::Value(value) => !(strings && matches!(value.is(), super::Is::Str(_))),
            From::Node(_) => false,
        };
        if !self.words.meta || plain(left) && plain(right) {
            return if number { From::Value(Val::NUMBER) } else { From::Nothing };
        }
        let to = self.graph.nodes(1);
        if number {
            self.graph.add(to, Val::NUMBER);
        }
        let args = self.args(&[left, right], NONE);
        let what = Use::Meta { event, boundary: Boundary::Meta(event), args, to, site, owner };
        self.attach(left, what);
        self.attach(right, what);
        From::Node(to)
    }

    /// A call; `wanted` results go to the nodes from `to` on.
    pub(super) fn call(&mut self, at: At<'_>, expr: ExprId, to: Node, wanted: u32, open: bool) {
        let site = Site { unit: at.unit, span: call_span(at.tree, expr) };
        let owner = at.function;
        match at.tree.expr(expr) {
            Expr::Call { callee, args } => {
                let callee = self.expr(at, callee);
                let exprs = Some((args.start, args.len));
                let args = Args { exprs, ..self.list(at, args) };
                self.call_from(callee, Call { owner, site, boundary: None, args, to, wanted, open });
            }
            Expr::MethodCall { object, name, args } => {
                let object = self.expr(at, object);
                let name = self.expr(at, name);
                let callee = self.graph.nodes(1);
                self.load(object, name, callee, site, owner, false);
                let list = self.list(at, args);
                let mut froms = vec![object];
                froms.extend((0..list.len).map(|number| self.arg(list, number)));
                let args = self.args(&froms, list.tail);
                // What is not known is taken for a string where the name is one of theirs that calls back.
                if let From::Value(name) = name {
                    let gsub = self.text(b"gsub");
                    if Self::key(name) == gsub {
                        let node = self.field(Library::String as u32, gsub);
                        self.graph.edge(node, callee);
                    }
                }
                self.call_node(callee, Call { owner, site, boundary: None, args, to, wanted, open });
            }
            _ => {}
        }
    }

    /// Whether an argument is known to be too small to wait for; none if it is not known.
    pub(super) fn waits(&self, call: &Call, place: u32) -> Option<bool> {
        let unit = self.program.unit(call.site.unit);
        let tree = &*unit.tree;
        let (start, len) = call.args.exprs?;
        if place >= len {
            // It is left out, unless a list at the end brings it.
            return if call.args.tail == NONE { Some(false) } else { None };
        }
        let mut expr = tree.unparen(tree.lists[(start + place) as usize]);
        if let Expr::Local(local) = tree.expr(expr) {
            let data = self.units[call.site.unit as usize].as_ref()?;
            if tree.local(LocalId(local.0)).kind != LocalKind::Variable {
                return None;
            }
            expr = data.constants[local.index()]?;
        }
        let waits = |number: i32| number > 0 || number == -1;
        match tree.expr(expr) {
            Expr::Nil => Some(false),
            Expr::Number(number) => Some(waits(number)),
            Expr::Unary { op: UnaryOp::Neg, operand } => match tree.expr(operand) {
                Expr::Number(number) => Some(waits(number.wrapping_neg())),
                _ => None,
            },
            _ => None,
        }
    }
}
