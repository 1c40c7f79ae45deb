//! Statements.

use super::eval::{Frame, NO_CELL};
use super::value::{Value, Values};
use super::{Run, Stop, Trial};
use crate::lint::tree::{BlockId, Expr, ExprId, ExprList, LocalId, Stmt, StmtId, Tree};

/// How a block ends.
pub(super) enum Flow {
    /// At its end.
    On,
    /// By `break`.
    Break,
    /// By `return`.
    Return(Values),
}

impl Trial<'_, '_> {
    pub(super) fn block(&mut self, tree: &Tree, frame: &mut Frame, block: BlockId) -> Run<Flow> {
        self.depth += 1;
        if self.depth > super::DEEPEST {
            return Err(Stop::Abort);
        }
        let mut flow = Flow::On;
        for stmt in tree.block(block) {
            self.cover(frame.unit, *stmt, tree);
            self.step()?;
            flow = self.statement(tree, frame, tree.stmt(*stmt))?;
            if !matches!(flow, Flow::On) {
                break;
            }
        }
        self.depth -= 1;
        Ok(flow)
    }

    /// Notes that a statement is run.
    fn cover(&mut self, unit: u32, stmt: StmtId, tree: &Tree) {
        let unit = unit as usize;
        if self.covered.len() <= unit {
            self.covered.resize_with(unit + 1, Vec::new);
        }
        let covered = &mut self.covered[unit];
        if covered.is_empty() {
            covered.resize(tree.stmts.len(), false);
        }
        if !std::mem::replace(&mut covered[stmt.index()], true) {
            self.news = self.steps;
        }
    }

    pub(super) fn declare(&mut self, frame: &mut Frame, local: LocalId, value: Value) {
        let cell = self.heap.cell(value);
        if let Some(slot) = frame.slots.get_mut((local.0 - frame.first) as usize) {
            *slot = cell;
        }
    }

    fn statement(&mut self, tree: &Tree, frame: &mut Frame, stmt: &Stmt) -> Run<Flow> {
        match stmt {
            Stmt::Local { locals, values } => {
                let mut values = self.eval_list(tree, frame, *values)?.into_iter();
                for local in locals.clone() {
                    let value = values.next().unwrap_or(Value::Nil);
                    self.declare(frame, LocalId(local), value);
                }
            }
            Stmt::Assign { targets, values } => self.assign(tree, frame, *targets, *values)?,
            Stmt::Call(call) => {
                self.eval_call(tree, frame, *call)?;
            }
            Stmt::Do(body) => return self.block(tree, frame, *body),
            Stmt::While { condition, body } => return self.repeat(tree, frame, Some(*condition), *body, None),
            Stmt::Repeat { body, condition } => return self.repeat(tree, frame, None, *body, Some(*condition)),
            Stmt::If { arms, otherwise } => {
                for (condition, body) in arms {
                    let value = self.eval(tree, frame, *condition)?;
                    if self.truthy(&value) {
                        return self.block(tree, frame, *body);
                    }
                }
                if let Some(body) = otherwise {
                    return self.block(tree, frame, *body);
                }
            }
            Stmt::NumericFor { local, start, limit, step, body } => {
                let bounds = [Some(*start), Some(*limit), *step];
                return self.numeric_for(tree, frame, *local, bounds, *body);
            }
            Stmt::GenericFor { locals, values, body } => {
                return self.generic_for(tree, frame, locals.clone(), *values, *body);
            }
            Stmt::LocalFunction { local, function } => {
                self.declare(frame, *local, Value::Nil);
                let value = self.eval(tree, frame, *function)?;
                if let Some(cell) = self.cell_of(tree, frame, *local) {
                    self.heap.cells[cell as usize] = value;
                }
            }
            Stmt::Function { target, function } => {
                let place = self.place(tree, frame, *target)?;
                let value = self.eval(tree, frame, *function)?;
                self.put(tree, frame, *target, place, value)?;
            }
            Stmt::Return(values) => return Ok(Flow::Return(self.eval_list(tree, frame, *values)?)),
            Stmt::Break => return Ok(Flow::Break),
        }
        Ok(Flow::On)
    }

    fn assign(&mut self, tree: &Tree, frame: &mut Frame, targets: ExprList, values: ExprList) -> Run<()> {
        let targets = tree.list(targets);
        if let ([target], [value]) = (targets, tree.list(values)) {
            let place = self.place(tree, frame, *target)?;
            let value = self.eval(tree, frame, *value)?;
            return self.put(tree, frame, *target, place, value);
        }
        let mut places = Vec::with_capacity(targets.len());
        for target in targets {
            places.push(self.place(tree, frame, *target)?);
        }
        let mut values = self.eval_list(tree, frame, values)?;
        values.resize(targets.len(), Value::Nil);
        for ((target, place), value) in targets.iter().zip(places).zip(values).rev() {
            self.put(tree, frame, *target, place, value)?;
        }
        Ok(())
    }

    /// The object and key of a target that has them.
    fn place(&mut self, tree: &Tree, frame: &mut Frame, target: ExprId) -> Run<Option<(Value, Value)>> {
        match tree.expr(target) {
            Expr::Index { object, key, .. } => {
                let object = self.eval(tree, frame, object)?;
                Ok(Some((object, self.eval(tree, frame, key)?)))
            }
            Expr::Global(symbol) => {
                let name = self.name(frame.unit, tree, symbol);
                Ok(Some((Value::Table(self.env()), name)))
            }
            _ => Ok(None),
        }
    }

    fn put(
        &mut self,
        tree: &Tree,
        frame: &mut Frame,
        target: ExprId,
        place: Option<(Value, Value)>,
        value: Value,
    ) -> Run<()> {
        match (place, tree.expr(target)) {
            (Some((object, key)), _) => self.store(&object, key, value, frame.site(tree, target)),
            (None, Expr::Local(local)) => {
                if let Some(cell) = self.cell_of(tree, frame, local) {
                    self.note_cell(cell);
                    self.heap.cells[cell as usize] = value;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// The cells of a function that begins to run.
pub(super) fn no_cells(count: u32) -> Vec<u32> {
    vec![NO_CELL; count as usize]
}
