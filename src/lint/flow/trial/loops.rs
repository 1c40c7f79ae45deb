//! Loops, and how far each is followed.

use super::eval::Frame;
use super::order::Walk;
use super::settle::Settled;
use super::stmt::Flow;
use super::value::{GLOBALS, Value};
use super::{Run, Stop, Trial};
use crate::lint::flow::builtins::{Builtin, Kind, Op};
use crate::lint::flow::program::Site;
use crate::lint::flow::witness::Boundary;
use crate::lint::tree::{BlockId, Expr, ExprId, ExprList, LocalId, Stmt, Tree};
use smallvec::smallvec;

/// Rounds of a loop that hang on what is not known.
const ROUNDS: u32 = 2;
/// Rounds of a loop that goes on for sure, in which something else hangs on what is not known.
const SURE_ROUNDS: u32 = 4;
/// Rounds of a loop that are followed one by one, at least.
const LONG: u32 = 32;
/// Rounds in which what a loop changes is taken for anything.
const WIDENINGS: u32 = 4;

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
        let (mut rounds, mut undecided, mut widened) = (0, 0, 0);
        // Where nothing changes but the time, one round tells all.
        let idle = self.is_idle(tree, body, 0) && before.or(after).is_some_and(|test| self.only_asks(tree, test, 0));
        loop {
            self.step()?;
            let (start, mut open) = (self.forks(), false);
            let watch = self.watch();
            let flow = self.round(tree, frame, (before, body, after), &mut open);
            rounds += 1;
            if self.forks() > start {
                undecided += 1;
            }
            let late = self.is_long(rounds) || undecided >= if open { ROUNDS } else { SURE_ROUNDS };
            let goes_on = matches!(flow, Ok(Flow::On));
            let settled = self.watched(&watch, goes_on && late && widened < WIDENINGS);
            match flow? {
                Flow::On => {}
                Flow::Break => return Ok(Flow::On),
                flow => return Ok(flow),
            }
            // It is taken to end some day, if it can.
            match settled {
                _ if idle && open => return Ok(Flow::On),
                Settled::Same if open => return Ok(Flow::On),
                Settled::Same => return Err(Stop::Forever),
                Settled::Widened => widened += 1,
                Settled::Changed if !late || undecided == 0 => {}
                Settled::Changed => {
                    if !open {
                        self.complete = false;
                        return Err(Stop::Abort);
                    }
                    // What comes next hangs on how many rounds there are.
                    self.guess();
                    return Ok(Flow::On);
                }
            }
        }
    }

    /// A round of a loop: on, if there is to be another one. `open`: whether that is not known.
    fn round(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        (before, body, after): (Option<ExprId>, BlockId, Option<ExprId>),
        open: &mut bool,
    ) -> Run<Flow> {
        if let Some(condition) = before {
            let start = self.forks();
            let value = self.eval(tree, frame, condition)?;
            *open = value.is_unknown() || self.forks() > start;
            if !self.truthy(&value) {
                return Ok(Flow::Break);
            }
        }
        let flow = self.block(tree, frame, body)?;
        if let (Some(condition), Flow::On) = (after, &flow) {
            let start = self.forks();
            let value = self.eval(tree, frame, condition)?;
            *open = value.is_unknown() || self.forks() > start;
            if self.truthy(&value) {
                return Ok(Flow::Break);
            }
        }
        Ok(flow)
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
            Expr::Global(_) => self.env() == GLOBALS,
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
            return self.some_rounds(|trial| trial.round_with(tree, frame, local, Kind::Int, body));
        };
        let (mut at, mut rounds, mut widened, mut hopeless) = (start, 0, 0, false);
        while if step > 0 { at <= limit } else { at >= limit } {
            self.step()?;
            rounds += 1;
            if !hopeless && self.is_long(rounds) {
                widened += 1;
                let watch = self.watch();
                let flow = self.round_with(tree, frame, local, Kind::Int, body);
                let settled = self.watched(&watch, matches!(flow, Ok(Flow::On)) && widened < WIDENINGS);
                match flow? {
                    Flow::On if settled == Settled::Same => break,
                    Flow::On => hopeless = settled == Settled::Changed,
                    Flow::Break => break,
                    flow => return Ok(flow),
                }
                at = at.wrapping_add(step);
                continue;
            }
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

    /// Whether a loop is too long to be followed round by round: not while there is plenty left of what a path may take.
    fn is_long(&self, rounds: u32) -> bool {
        rounds >= LONG && self.steps - self.path_began > self.plenty
    }

    /// A round with a control variable that is not known.
    fn round_with(&mut self, tree: &Tree, frame: &mut Frame, local: LocalId, kind: Kind, body: BlockId) -> Run<Flow> {
        let value = self.unknown(kind);
        self.declare(frame, local, value);
        self.block(tree, frame, body)
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
        let mut triple = self.eval_list(tree, frame, values)?.into_iter();
        let [iterator, state, mut control] = std::array::from_fn(|_| triple.next().unwrap_or(Value::Nil));
        let vague = match &iterator {
            Value::Unknown(_) | Value::Builtin(Builtin::ITERATOR) => true,
            Value::Builtin(builtin) if matches!(builtin.op(), Op::Next | Op::Inext) => match &state {
                Value::Table(table) => self.heap.tables[*table as usize].fuzzy,
                state => state.is_unknown(),
            },
            _ => false,
        };
        if vague {
            if let Value::Table(table) = &state {
                self.any_of(*table);
            }
            return self.some_rounds(|trial| {
                for local in locals.clone() {
                    let value = trial.unknown(if local == locals.start { Kind::Some } else { Kind::Any });
                    trial.declare(frame, LocalId(local), value);
                }
                trial.block(tree, frame, body)
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
            let args = smallvec![state.clone(), control.clone()];
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
