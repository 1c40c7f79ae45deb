//! Constraints from the text of a function.

use std::sync::Arc;

use super::graph::{NONE, Node, Val};
use super::{Args, Boundary, Call, From, NUMBERED, SLOTS, Solver, Use};
use crate::lint::flow::builtins::{Builtin, Library};
use crate::lint::flow::program::{Site, Unit};
use crate::lint::flow::trial::{call_span, event};
use crate::lint::tree::{
    BinaryOp, BlockId, Expr, ExprId, ExprList, Field, LocalId, LocalKind, Stmt, StringId, Symbol, Tree, UnaryOp,
};

/// Where the analysis stands.
#[derive(Clone, Copy)]
struct At<'t> {
    function: u32,
    unit: u32,
    tree: &'t Tree,
    locals: Node,
    functions: u32,
}

impl At<'_> {
    fn site(&self, expr: ExprId) -> Site {
        Site { unit: self.unit, span: self.tree.span(expr) }
    }
}

/// How a block can end.
#[derive(Clone, Copy)]
struct Ends {
    /// At its end.
    falls: bool,
    /// By `break`.
    breaks: bool,
}

const FALLS: Ends = Ends { falls: true, breaks: false };
const STOPS: Ends = Ends { falls: false, breaks: false };

/// Nested expressions that are looked into.
const DEEPEST: u32 = 2_000;

impl Solver<'_, '_> {
    /// Looks at the body of a function that may be called.
    pub(super) fn body(&mut self, function: u32) {
        let place = self.functions[function as usize].place;
        let unit: Arc<Unit> = Arc::clone(&self.program.units[place.unit as usize]);
        let tree = &*unit.tree;
        let data = self.unit(place.unit);
        let at = At { function, unit: place.unit, tree, locals: data.locals, functions: data.functions };
        if place.function == Tree::CHUNK && self.words.environments {
            let env = self.functions[function as usize].env;
            self.graph.add(env, Val::table(Library::Globals as u32));
        }
        self.block(at, tree.function(place.function).body);
    }

    fn block(&mut self, at: At<'_>, block: BlockId) -> Ends {
        let mut breaks = false;
        if self.depth > DEEPEST {
            self.gave_up = true;
            return FALLS;
        }
        self.depth += 1;
        let mut falls = true;
        for stmt in at.tree.block(block) {
            let ends = self.statement(at, at.tree.stmt(*stmt));
            breaks |= ends.breaks;
            if !ends.falls {
                falls = false;
                break;
            }
        }
        self.depth -= 1;
        Ends { falls, breaks }
    }

    fn statement(&mut self, at: At<'_>, stmt: &Stmt) -> Ends {
        let tree = at.tree;
        match stmt {
            Stmt::Local { locals, values } => self.declare(at, locals.clone(), *values),
            Stmt::Assign { targets, values } => {
                let targets = tree.list(*targets);
                if let ([target], [value]) = (targets, tree.list(*values)) {
                    let from = self.expr(at, *value);
                    self.assign(at, *target, from);
                } else {
                    let values = self.list(at, *values);
                    for (number, target) in (0..).zip(targets) {
                        let from = self.arg(values, number);
                        self.assign(at, *target, from);
                    }
                }
            }
            Stmt::Call(call) => {
                self.call(at, *call, NONE, 0, false);
                if self.never_returns(at, *call) {
                    return STOPS;
                }
            }
            Stmt::Do(body) => return self.block(at, *body),
            Stmt::While { condition, body } => {
                let truth = self.truth(at, *condition, 0);
                self.expr(at, *condition);
                if truth == Some(false) {
                    return FALLS;
                }
                let ends = self.block(at, *body);
                return if truth == Some(true) && !ends.breaks { STOPS } else { FALLS };
            }
            Stmt::Repeat { body, condition } => {
                let ends = self.block(at, *body);
                if ends.falls {
                    self.expr(at, *condition);
                }
                let ended = ends.falls && self.truth(at, *condition, 0) != Some(false);
                return if ended || ends.breaks { FALLS } else { STOPS };
            }
            Stmt::If { arms, otherwise } => return self.branches(at, arms, *otherwise),
            Stmt::NumericFor { local, start, limit, step, body } => {
                for bound in [Some(*start), Some(*limit), *step].into_iter().flatten() {
                    self.expr(at, bound);
                }
                if let (Expr::Number(from), Expr::Number(to), None) = (tree.expr(*start), tree.expr(*limit), step)
                    && from > to
                {
                    return FALLS;
                }
                self.graph.add(at.locals + local.0, Val::NUMBER);
                self.block(at, *body);
            }
            Stmt::GenericFor { locals, values, body } => {
                let site = tree
                    .list(*values)
                    .first()
                    .map_or(Site { unit: at.unit, span: Default::default() }, |first| at.site(*first));
                let triple = self.list(at, *values);
                let args = Self::shifted(triple, 1);
                let callee = self.arg(triple, 0);
                if let From::Node(callee) = callee
                    && at.tree.list(*values).first().is_some_and(|first| is_reader(at.tree, *first))
                {
                    self.graph.add(callee, Val::builtin(Builtin::ITERATOR.0));
                }
                let args = self.args(&[self.arg(args, 0), self.arg(args, 1)], NONE);
                let boundary = Some(Boundary::Iterator);
                let (to, wanted) = (at.locals + locals.start, locals.end - locals.start);
                let call = Call { owner: at.function, site, boundary, args, to, wanted, open: false };
                self.call_from(callee, call);
                self.block(at, *body);
            }
            Stmt::LocalFunction { local, function } => {
                let from = self.expr(at, *function);
                self.flow(from, at.locals + local.0);
            }
            Stmt::Function { target, function } => {
                let from = self.expr(at, *function);
                self.assign(at, *target, from);
            }
            Stmt::Return(values) => {
                self.give_back(at, *values);
                return STOPS;
            }
            Stmt::Break => return Ends { falls: false, breaks: true },
        }
        FALLS
    }

    fn branches(&mut self, at: At<'_>, arms: &[(ExprId, BlockId)], otherwise: Option<BlockId>) -> Ends {
        let mut ends = STOPS;
        for (condition, body) in arms {
            let truth = self.truth(at, *condition, 0);
            self.expr(at, *condition);
            if truth == Some(false) {
                continue;
            }
            let arm = self.block(at, *body);
            ends = Ends { falls: ends.falls || arm.falls, breaks: ends.breaks || arm.breaks };
            if truth == Some(true) {
                return ends;
            }
        }
        let last = otherwise.map_or(FALLS, |body| self.block(at, body));
        Ends { falls: ends.falls || last.falls, breaks: ends.breaks || last.breaks }
    }

    /// Whether a condition is the same each time, by itself.
    fn truth(&self, at: At<'_>, expr: ExprId, depth: u32) -> Option<bool> {
        if depth > 20 {
            return None;
        }
        match at.tree.expr(expr) {
            Expr::Nil | Expr::False => Some(false),
            Expr::True | Expr::Number(_) | Expr::String(_) | Expr::Function(_) | Expr::Table { .. } => Some(true),
            Expr::Paren(inner) => self.truth(at, inner, depth + 1),
            Expr::Unary { op: UnaryOp::Not, operand } => self.truth(at, operand, depth + 1).map(|truth| !truth),
            Expr::Local(local) => {
                let data = self.units[at.unit as usize].as_ref()?;
                let value = data.constants[local.index()]?;
                matches!(at.tree.expr(value), Expr::Nil | Expr::False | Expr::True | Expr::Number(_) | Expr::String(_))
                    .then(|| self.truth(at, value, depth + 1))
                    .flatten()
            }
            Expr::Binary { op: BinaryOp::And, left, right } => {
                match (self.truth(at, left, depth + 1), self.truth(at, right, depth + 1)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), right) => right,
                    _ => None,
                }
            }
            Expr::Binary { op: BinaryOp::Or, left, right } => {
                match (self.truth(at, left, depth + 1), self.truth(at, right, depth + 1)) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), right) => right,
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn never_returns(&self, at: At<'_>, call: ExprId) -> bool {
        let Expr::Call { callee, .. } = at.tree.expr(call) else { return false };
        let Expr::Global(name) = at.tree.expr(callee) else { return false };
        if at.tree.names.text(name) != "error" {
            return false;
        }
        let key = self.text_ids.get(&b"error"[..]);
        let globals = &self.tables[Library::Globals as usize];
        let node = key.and_then(|key| globals.fields.iter().find(|(known, _)| known == key));
        node.is_some_and(|(_, node)| self.graph.count(*node) == 1)
    }

    fn declare(&mut self, at: At<'_>, locals: std::ops::Range<u32>, values: ExprList) {
        let exprs = at.tree.list(values);
        for (number, expr) in (0..).zip(exprs) {
            let local = locals.start + number;
            let last = number as usize + 1 == exprs.len();
            if local >= locals.end {
                self.expr(at, *expr);
            } else if last && local + 1 < locals.end {
                let list = self.list_of(at, &exprs[number as usize..], locals.end - local);
                for place in local..locals.end {
                    let from = self.arg(list, place - local);
                    self.flow(from, at.locals + place);
                }
            } else {
                let from = self.expr(at, *expr);
                self.flow(from, at.locals + local);
            }
        }
    }

    fn give_back(&mut self, at: At<'_>, values: ExprList) {
        let returns = self.functions[at.function as usize].returns;
        let exprs = at.tree.list(values);
        if let [only] = exprs
            && matches!(at.tree.expr(*only), Expr::Call { .. } | Expr::MethodCall { .. })
        {
            self.call(at, *only, returns, SLOTS, true);
            return;
        }
        let list = self.list(at, values);
        self.spread(list, returns, SLOTS, true);
    }

    /// Arguments flow into places.
    pub(super) fn spread(&mut self, args: Args, to: Node, wanted: u32, open: bool) {
        for place in 0..wanted {
            let from = self.arg(args, place);
            self.flow(from, to + place);
        }
        if open && wanted > 0 {
            for place in wanted..args.len.max(wanted) + SLOTS {
                let from = self.arg(args, place);
                self.flow(from, to + wanted - 1);
            }
        }
    }

    fn list(&mut self, at: At<'_>, list: ExprList) -> Args {
        self.list_of(at, at.tree.list(list), SLOTS)
    }

    /// The values of expressions; of the last one as many as are wanted.
    fn list_of(&mut self, at: At<'_>, exprs: &[ExprId], wanted: u32) -> Args {
        let mut froms = Vec::with_capacity(exprs.len());
        let mut tail = NONE;
        for (number, expr) in exprs.iter().enumerate() {
            if number + 1 == exprs.len() && wanted > 1 {
                match at.tree.expr(*expr) {
                    Expr::Varargs => {
                        tail = self.functions[at.function as usize].varargs;
                        continue;
                    }
                    Expr::Call { .. } | Expr::MethodCall { .. } => {
                        tail = self.graph.nodes(SLOTS);
                        self.call(at, *expr, tail, SLOTS, true);
                        continue;
                    }
                    _ => {}
                }
            }
            froms.push(self.expr(at, *expr));
        }
        self.args(&froms, tail)
    }

    fn string(&self, at: At<'_>, text: StringId) -> u32 {
        self.units[at.unit as usize].as_ref().map_or(0, |unit| unit.strings[text.index()])
    }

    fn symbol(&mut self, at: At<'_>, symbol: Symbol) -> u32 {
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

    fn assign(&mut self, at: At<'_>, target: ExprId, from: From) {
        let site = at.site(target);
        match at.tree.expr(target) {
            Expr::Local(local) => self.flow(from, at.locals + local.0),
            Expr::Global(symbol) => {
                let key = self.symbol(at, symbol);
                if self.words.environments {
                    let env = self.functions[at.function as usize].env;
                    let what = Use::Store { key, from, site, owner: at.function, raw: false };
                    self.attach(From::Node(env), what);
                } else {
                    let node = self.field(Library::Globals as u32, key);
                    self.flow(from, node);
                }
            }
            Expr::Index { object, key, .. } => {
                let object = self.expr(at, object);
                let key = self.expr(at, key);
                self.store(object, key, from, site, at.function, false);
            }
            _ => {}
        }
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
                self.attach(From::Node(object), Use::StoreDynamic { key, from, site, owner, raw });
                let what = Use::StoreKey { object, from, site, owner, raw };
                self.on_key(key, what);
            }
        }
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

    fn expr(&mut self, at: At<'_>, expr: ExprId) -> From {
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
        let plain = |from: From| matches!(from, From::Nothing | From::Value(_));
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
    fn call(&mut self, at: At<'_>, expr: ExprId, to: Node, wanted: u32, open: bool) {
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
        match tree.expr(expr) {
            Expr::Nil => Some(false),
            Expr::Number(number) => Some(number > 0),
            Expr::Unary { op: UnaryOp::Neg, operand } => match tree.expr(operand) {
                Expr::Number(number) => Some(number == 1),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `text:gmatch(…)`, `file:lines()`: methods that scripts leave to the camera. Whatever a table of the script's has instead
/// is known as well.
fn is_reader(tree: &Tree, expr: ExprId) -> bool {
    let Expr::MethodCall { name, .. } = tree.expr(expr) else { return false };
    matches!(tree.as_string(name), Some(b"gmatch" | b"lines"))
}
