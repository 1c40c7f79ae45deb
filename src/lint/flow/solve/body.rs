//! Constraints from the text of a function.

use std::sync::Arc;

use super::copy::Walk;
use super::graph::{NONE, Node, Val};
use super::{Args, Boundary, Call, From, SLOTS, Solver, Use};
use crate::lint::flow::builtins::{Builtin, Library};
use crate::lint::flow::program::{Site, Unit};
use crate::lint::tree::{BinaryOp, BlockId, Expr, ExprId, ExprList, LocalId, Stmt, StringId, Tree, UnaryOp};

/// Where the analysis stands.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) function: u32,
    pub(super) unit: u32,
    pub(super) tree: &'t Tree,
    pub(super) locals: Node,
    pub(super) functions: u32,
}

impl At<'_> {
    pub(super) fn site(&self, expr: ExprId) -> Site {
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
pub(super) const DEEPEST: u32 = 2_000;

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
                let state = self.arg(args, 0);
                self.walk(at, locals.clone(), callee, state);
                let args = self.args(&[state, self.arg(args, 1)], NONE);
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

    /// A loop over what an iterator gives, which may be all fields of a table.
    fn walk(&mut self, at: At<'_>, locals: std::ops::Range<u32>, callee: From, state: From) {
        let kept = |local: u32| !at.tree.local(LocalId(local)).assigned;
        let fixed = self.units[at.unit as usize].as_ref().is_some_and(|unit| unit.fixed);
        if fixed && locals.len() > 1 && kept(locals.start) && kept(locals.start + 1) {
            let value = at.locals + locals.start + 1;
            self.walks.insert(at.locals + locals.start, Walk { value, callee, state });
        }
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
    pub(super) fn truth(&self, at: At<'_>, expr: ExprId, depth: u32) -> Option<bool> {
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
        let key = self.known_text(b"error");
        let globals = &self.tables[Library::Globals as usize];
        let node = key.and_then(|key| globals.fields.iter().find(|(known, _)| *known == key));
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

    pub(super) fn list(&mut self, at: At<'_>, list: ExprList) -> Args {
        self.list_of(at, at.tree.list(list), SLOTS)
    }

    /// The values of expressions; of the last one as many as are wanted.
    pub(super) fn list_of(&mut self, at: At<'_>, exprs: &[ExprId], wanted: u32) -> Args {
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

    pub(super) fn string(&mut self, at: At<'_>, text: StringId) -> u32 {
        if let Some(unit) = &self.units[at.unit as usize]
            && unit.strings[text.index()] != NONE
        {
            return unit.strings[text.index()];
        }
        let id = self.text(at.tree.string(text));
        if let Some(unit) = &mut self.units[at.unit as usize] {
            unit.strings[text.index()] = id;
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
}

/// `text:gmatch(…)`, `file:lines()`: methods that scripts leave to the camera. Whatever a table of the script's has instead
/// is known as well.
fn is_reader(tree: &Tree, expr: ExprId) -> bool {
    let Expr::MethodCall { name, .. } = tree.expr(expr) else { return false };
    matches!(tree.as_string(name), Some(b"gmatch" | b"lines"))
}
