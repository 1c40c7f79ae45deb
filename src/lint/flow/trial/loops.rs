//! Loops, and how far each is followed.

use super::eval::Frame;
use super::order::Walk;
use super::rounds::{Left, Rounds};
use super::stmt::Flow;
use super::value::{GLOBALS, Value};
use super::{Run, Stop, Trial};
use crate::lint::flow::builtins::{Builtin, Kind, Op};
use crate::lint::flow::program::Site;
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::{BlockId, Expr, ExprId, ExprList, LocalId, Stmt, Tree};

/// Rounds of a loop that hang on what is not known.
const ROUNDS: u32 = 2;
/// Rounds of a loop that goes on for sure, in which something else hangs on what is not known.
const SURE_ROUNDS: u32 = 4;

impl Trial<'_, '_> {
    /// `while` and `repeat`.
    pub(super) fn repeat(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        before: Option<ExprId>,
        body: BlockId,
        after: Option<ExprId>,
    ) -> Run<Flow> {
        // Where nothing changes but the time, one round tells all.
        let idle = self.is_idle(tree, body, 0) && before.or(after).is_some_and(|test| self.only_asks(tree, test, 0));
        let mut rounds = self.enter_loop();
        let flow = self.rounds_of(tree, frame, [before, after], body, idle, &mut rounds);
        self.leave_loop();
        flow
    }

    fn rounds_of(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        [before, after]: [Option<ExprId>; 2],
        body: BlockId,
        idle: bool,
        rounds: &mut Rounds,
    ) -> Run<Flow> {
        let mut undecided = 0;
        let mut left = Left::Changed;
        loop {
            self.step()?;
            let start = self.forks();
            let mut open = false;
            let ended = left == Left::Open;
            if !ended {
                self.begin_round(rounds);
            }
            if let Some(condition) = before {
                let value = self.eval(tree, frame, condition)?;
                open = value.is_unknown() || self.forks() > start;
                if !self.truthy(&value) {
                    return Ok(Flow::On);
                }
            }
            if ended {
                return self.cut_off(tree, body, open);
            }
            match self.block(tree, frame, body)? {
                Flow::On => {}
                Flow::Break => return Ok(Flow::On),
                flow => return Ok(flow),
            }
            if let Some(condition) = after {
                let at = self.forks();
                let value = self.eval(tree, frame, condition)?;
                open = value.is_unknown() || self.forks() > at;
                if idle && value.is_unknown() || self.truthy(&value) {
                    return Ok(Flow::On);
                }
            }
            if idle && open {
                return Ok(Flow::On);
            }
            if self.forks() > start {
                undecided += 1;
            }
            left = self.end_round(rounds);
            match left {
                Left::Same | Left::Settled if open => return Ok(self.some_day(tree, body)),
                Left::Same | Left::Settled => return self.for_ever(),
                Left::Open if after.is_some() => return self.cut_off(tree, body, open),
                Left::Open => {}
                Left::Changed if undecided + 1 >= if open { ROUNDS } else { SURE_ROUNDS } => {
                    self.expect(tree, frame, body, rounds);
                    self.forget(rounds);
                }
                Left::Changed => {}
            }
        }
    }

    /// A loop goes round too often to be followed.
    fn cut_off(&mut self, tree: &Tree, body: BlockId, open: bool) -> Run<Flow> {
        self.complete = false;
        if open { Ok(self.some_day(tree, body)) } else { Err(Stop::Abort) }
    }

    /// A loop is taken to end some day, if it can. Whether what comes next is sure to come hangs on the body.
    fn some_day(&mut self, tree: &Tree, body: BlockId) -> Flow {
        if !is_plain(tree, body, 0) {
            self.uncertain = true;
        }
        Flow::On
    }

    /// Whether a block does nothing but call functions of the camera's.
    fn is_idle(&self, tree: &Tree, block: BlockId, depth: u32) -> bool {
        depth < 20
            && tree.block(block).iter().all(|stmt| match tree.stmt(*stmt) {
                Stmt::Call(call) => self.only_asks(tree, *call, 0),
                Stmt::Do(body) => self.is_idle(tree, *body, depth + 1),
                _ => false,
            })
    }

    /// Whether an expression changes nothing: it calls functions of the camera's, if any.
    fn only_asks(&self, tree: &Tree, expr: ExprId, depth: u32) -> bool {
        if depth > 20 {
            return false;
        }
        match tree.expr(expr) {
            Expr::Nil | Expr::True | Expr::False | Expr::Number(_) | Expr::String(_) | Expr::Local(_) => true,
            Expr::Global(_) => {
                self.running.last().is_none_or(|closure| self.heap.closures[*closure as usize].env == GLOBALS)
            }
            Expr::Paren(inner) | Expr::Unary { operand: inner, .. } => self.only_asks(tree, inner, depth + 1),
            Expr::Binary { left, right, .. } => {
                self.only_asks(tree, left, depth + 1) && self.only_asks(tree, right, depth + 1)
            }
            Expr::Call { callee, args } => {
                let Expr::Global(name) = tree.expr(callee) else { return false };
                let name = Value::text(tree.names.text(name).as_bytes());
                let callee = self.heap.tables[GLOBALS as usize].get(&name);
                matches!(callee, Value::Builtin(builtin) if matches!(builtin.op(), Op::Plain | Op::Yield(_)))
                    && tree.list(args).iter().all(|arg| self.only_asks(tree, *arg, depth + 1))
            }
            _ => false,
        }
    }

    pub(super) fn numeric_for(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        local: LocalId,
        bounds: [Option<ExprId>; 3],
        body: BlockId,
    ) -> Run<Flow> {
        let mut numbers = [Some(0), Some(0), Some(1)];
        for (number, bound) in numbers.iter_mut().zip(bounds) {
            let Some(bound) = bound else { continue };
            let value = self.eval(tree, frame, bound)?;
            *number = value.number();
            if number.is_none() && !value.is_unknown() {
                return self.error("'for' limit must be a number");
            }
        }
        let [Some(start), Some(limit), Some(step)] = numbers else {
            return self.some_rounds(tree, frame, body, |trial, frame| {
                let value = trial.unknown(Kind::Int);
                trial.declare(frame, local, value);
            });
        };
        let mut at = start;
        while if step > 0 { at <= limit } else { at >= limit } {
            self.step()?;
            self.declare(frame, local, Value::Int(at));
            match self.block(tree, frame, body)? {
                Flow::On => {}
                Flow::Break => break,
                flow => return Ok(flow),
            }
            // The camera has no guard against overflow either; the steps here are bounded.
            at = at.wrapping_add(step);
        }
        Ok(Flow::On)
    }

    /// A loop that goes round as often as it likes.
    fn some_rounds(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        body: BlockId,
        declare: impl Fn(&mut Self, &mut Frame),
    ) -> Run<Flow> {
        if self.choose(2) == 1 {
            return Ok(Flow::On);
        }
        let mut rounds = self.enter_loop();
        let flow = self.one_or_more(tree, frame, body, declare, &mut rounds);
        self.leave_loop();
        flow
    }

    fn one_or_more(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        body: BlockId,
        declare: impl Fn(&mut Self, &mut Frame),
        rounds: &mut Rounds,
    ) -> Run<Flow> {
        loop {
            self.begin_round(rounds);
            declare(self, frame);
            match self.block(tree, frame, body)? {
                Flow::On => {}
                Flow::Break => return Ok(Flow::On),
                flow => return Ok(flow),
            }
            match self.end_round(rounds) {
                Left::Same | Left::Settled => return Ok(Flow::On),
                Left::Open => {
                    self.complete = false;
                    return Ok(Flow::On);
                }
                Left::Changed if self.choose(2) == 1 => return Ok(Flow::On),
                Left::Changed => {
                    self.expect(tree, frame, body, rounds);
                    self.forget(rounds);
                }
            }
        }
    }

    pub(super) fn generic_for(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        locals: std::ops::Range<u32>,
        values: ExprList,
        body: BlockId,
    ) -> Run<Flow> {
        let span = tree.list(values).first().map_or_else(Default::default, |first| tree.span(*first));
        let site = Site { unit: frame.unit, span };
        let mut triple = self.eval_list(tree, frame, values)?;
        triple.resize(3, Value::Nil);
        let [iterator, state, mut control] =
            <[Value; 3]>::try_from(triple).unwrap_or([Value::Nil, Value::Nil, Value::Nil]);
        let vague = match &iterator {
            Value::Unknown(_) | Value::Builtin(Builtin::ITERATOR) => true,
            Value::Builtin(builtin) if matches!(builtin.op(), Op::Next | Op::Inext) => match &state {
                Value::Table(table) => self.heap.tables[*table as usize].fuzzy,
                state => state.is_unknown(),
            },
            _ => false,
        };
        if vague {
            let table = match (&iterator, &state) {
                (Value::Builtin(Builtin::ITERATOR), _) => None,
                (_, Value::Table(table)) => Some(*table),
                _ => None,
            };
            return self.some_rounds(tree, frame, body, |trial, frame| {
                for local in locals.clone() {
                    let value = match table {
                        _ if local == locals.start => trial.unknown(Kind::Some),
                        Some(table) => trial.some_value(table),
                        None => trial.unknown(Kind::Any),
                    };
                    trial.declare(frame, LocalId(local), value);
                }
            });
        }
        if let (Value::Builtin(builtin), Value::Table(table), Value::Nil) = (&iterator, &state, &control)
            && builtin.op() == Op::Next
            && let Some(mut walk) = self.walk(*table)
        {
            let flow = self.walk_body(tree, frame, &locals, body, &mut walk);
            self.walked(&walk, !matches!(flow, Ok(Flow::On)));
            return match flow? {
                Flow::Break => Ok(Flow::On),
                flow => Ok(flow),
            };
        }
        let mut undecided = 0;
        loop {
            self.step()?;
            let before = self.forks();
            let args = vec![state.clone(), control.clone()];
            let results = match &iterator {
                // No need to note a call that cannot yield.
                Value::Builtin(_) if !matches!(iterator, Value::Builtin(b) if matches!(b.op(), Op::Yield(_))) => {
                    self.call(&iterator, args, site)?
                }
                _ => self.boundary(Boundary::Iterator, &iterator, args, site)?,
            };
            control = results.first().cloned().unwrap_or(Value::Nil);
            let over = match &control {
                Value::Unknown(unknown) if unknown.kind == Kind::Any => !self.truthy(&control),
                control => *control == Value::Nil,
            };
            if over {
                return Ok(Flow::On);
            }
            let mut results = results.into_iter();
            for local in locals.clone() {
                let value = results.next().unwrap_or(Value::Nil);
                self.declare(frame, LocalId(local), value);
            }
            match self.block(tree, frame, body)? {
                Flow::On => {}
                Flow::Break => return Ok(Flow::On),
                flow => return Ok(flow),
            }
            if control.is_unknown() && self.forks() > before {
                undecided += 1;
                if undecided >= ROUNDS {
                    self.guess();
                    return Ok(Flow::On);
                }
            }
        }
    }

    fn walk_body(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        locals: &std::ops::Range<u32>,
        body: BlockId,
        walk: &mut Walk,
    ) -> Run<Flow> {
        for key in walk.keys.clone() {
            let value = self.walk_to(walk, &key)?;
            if value == Value::Nil {
                continue;
            }
            let mut pair = [key.clone(), value].into_iter();
            for local in locals.clone() {
                self.declare(frame, LocalId(local), pair.next().unwrap_or(Value::Nil));
            }
            match self.block(tree, frame, body)? {
                Flow::On => self.walk_on(walk, &key),
                flow => return Ok(flow),
            }
        }
        Ok(Flow::On)
    }
}

/// Whether a block surely gets to its end: it leaves nothing early, and calls only functions of the camera's by name.
fn is_plain(tree: &Tree, block: BlockId, depth: u32) -> bool {
    let call = |expr: ExprId| match tree.expr(expr) {
        Expr::Call { callee, .. } => match tree.expr(callee) {
            Expr::Global(name) => {
                let name = tree.names.text(name).as_bytes();
                let builtin = Builtin::find(crate::lint::flow::builtins::Library::Globals, name);
                builtin.is_some_and(|builtin| matches!(builtin.op(), Op::Plain | Op::Print | Op::Yield(_)))
            }
            _ => false,
        },
        Expr::MethodCall { .. } => false,
        _ => true,
    };
    depth < 20
        && tree.block(block).iter().all(|stmt| match tree.stmt(*stmt) {
            Stmt::Local { values, .. } | Stmt::Assign { values, .. } => {
                tree.list(*values).iter().all(|value| call(*value))
            }
            Stmt::Call(expr) => call(*expr),
            Stmt::Do(body) => is_plain(tree, *body, depth + 1),
            Stmt::If { arms, otherwise } => {
                arms.iter().all(|(_, body)| is_plain(tree, *body, depth + 1))
                    && otherwise.is_none_or(|body| is_plain(tree, body, depth + 1))
            }
            _ => false,
        })
}
