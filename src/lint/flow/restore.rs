//! What `restore` must not do: wait, and take long.
//!
//! The camera calls it when the user presses the exit key, on the script's thread as that was suspended, by C code that takes
//! a yield for the end (CHDK modules/luascript.c:347). The hook that suspends long work looks every 100 instructions.

use crate::lint::hash::HashMap;

use super::program::{FunctionRef, Program, Site};
use super::solve::Answer;
use super::witness::Step;
use super::{RESTORE_LONG, RESTORE_YIELDS};
use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::tree::{BlockId, Expr, ExprId, ExprList, Field, Stmt, Tree};

/// VM instructions between two looks of the hook (CHDK modules/luascript.c:290).
const TICK: u32 = 100;

/// Adds what there is to say of a script's `restore`.
pub fn check(program: &Program<'_>, answer: &Answer, findings: &mut Vec<Finding>) {
    yields(program, answer, findings);
    let callees: HashMap<Site, FunctionRef> = answer.calls.iter().copied().collect();
    for function in &answer.restorers {
        let unit = program.unit(function.unit);
        if !unit.role.is_checked() || answer.restore.iter().any(|found| found.function == *function) {
            continue;
        }
        let mut measure = Measure { program, callees: &callees, loops: None, depth: 0 };
        let cost = measure.function(*function);
        let span = head(&unit.tree, *function);
        let message = match (cost, measure.loops) {
            (Some(cost), _) if cost <= TICK => continue,
            (Some(cost), _) => format!("`restore` takes some {cost} instructions, and may be cut off after {TICK}"),
            (None, _) => format!("`restore` loops, and may be cut off after {TICK} instructions"),
        };
        let mut finding = Finding::new(RESTORE_LONG, Severity::Info, unit.source, span, message)
            .help("The camera suspends a script that runs long, and takes that for the end of `restore`.")
            .help("Do first what matters most; what `pcall` calls is not cut off: `function restore() pcall(cleanup) end`.");
        if let Some(site) = measure.loops {
            let source = program.unit(site.unit).source;
            finding.labels.push(Label { source, span: site.span, message: "it may go round often".into() });
        }
        findings.push(finding);
    }
}

fn yields(program: &Program<'_>, answer: &Answer, findings: &mut Vec<Finding>) {
    for function in &answer.restorers {
        let mut found = answer.restore.iter().filter(|found| found.function == *function);
        let Some(first) = found.next() else { continue };
        let source = |site: Site| program.unit(site.unit).source;
        let site = if program.unit(first.site.unit).role.is_checked() { first.site } else { continue };
        let name = first.builtin.name();
        let way = if first.steps.is_empty() { "" } else { ", by way of what it calls" };
        let message = format!("`restore` ends where `{name}` waits{way}: the camera does not come back to it");
        let mut finding = Finding::new(RESTORE_YIELDS, Severity::Warning, source(site), site.span, message);
        for step in &first.steps {
            if let Step::Call(site, callee) = step {
                let message = format!("calls `{}`", program.function_name(*callee));
                finding.trace.push(Label { source: source(*site), span: site.span, message: message.into() });
            }
        }
        let message = format!("`{name}` waits here");
        finding.trace.push(Label { source: source(first.at), span: first.at.span, message: message.into() });
        for other in found {
            let message = format!("so does `{}`", other.builtin.name());
            finding.labels.push(Label { source: source(other.site), span: other.site.span, message: message.into() });
        }
        finding.help.push("Whatever stands behind it is not done, and no error says so.".into());
        finding.help.push(
            "Do first what must be done, with functions that do not wait; a key or a shot that is begun here is dropped \
             with the script."
                .into(),
        );
        findings.push(finding);
    }
}

/// The first line of a function: its name and parameters.
pub fn head(tree: &Tree, function: FunctionRef) -> crate::lint::source::Span {
    let mut span = tree.function(function.function).span;
    span.end = span.end.min(span.start + 8);
    span
}

struct Measure<'p, 'a> {
    program: &'p Program<'a>,
    callees: &'p HashMap<Site, FunctionRef>,
    /// Where it loops.
    loops: Option<Site>,
    depth: u32,
}

impl Measure<'_, '_> {
    /// About how many instructions a function takes at most; none if that hangs on a loop.
    fn function(&mut self, function: FunctionRef) -> Option<u32> {
        // One that calls itself is a loop too.
        if self.depth > 40 {
            return None;
        }
        self.depth += 1;
        let unit = self.program.unit(function.unit);
        let cost = self.block(&unit.tree, function.unit, unit.tree.function(function.function).body);
        self.depth -= 1;
        cost
    }

    fn block(&mut self, tree: &Tree, unit: u32, block: BlockId) -> Option<u32> {
        let mut cost = 0_u32;
        for stmt in tree.block(block) {
            cost = cost.saturating_add(self.statement(tree, unit, tree.stmt(*stmt))?);
            if matches!(tree.stmt(*stmt), Stmt::Return(_) | Stmt::Break) || cost > 100_000 {
                break;
            }
        }
        Some(cost)
    }

    fn statement(&mut self, tree: &Tree, unit: u32, stmt: &Stmt) -> Option<u32> {
        match stmt {
            Stmt::Local { values, .. } | Stmt::Return(values) => {
                Some(self.list(tree, unit, *values)?.saturating_add(1))
            }
            Stmt::Assign { targets, values } => {
                Some(self.list(tree, unit, *targets)?.saturating_add(self.list(tree, unit, *values)?))
            }
            Stmt::Call(call) => self.expr(tree, unit, *call),
            Stmt::Do(body) => self.block(tree, unit, *body),
            Stmt::If { arms, otherwise } => {
                let (mut tests, mut most) = (0_u32, 0);
                for (condition, body) in arms {
                    tests = tests.saturating_add(self.expr(tree, unit, *condition)?).saturating_add(1);
                    most = most.max(self.block(tree, unit, *body)?);
                }
                if let Some(body) = otherwise {
                    most = most.max(self.block(tree, unit, *body)?);
                }
                Some(tests.saturating_add(most))
            }
            Stmt::NumericFor { start, limit, step, body, .. } => {
                let body_cost = self.block(tree, unit, *body)?;
                let number = |expr: ExprId| match tree.expr(tree.unparen(expr)) {
                    Expr::Number(number) => Some(number),
                    _ => None,
                };
                match (number(*start), number(*limit), step) {
                    (Some(from), Some(to), None) => {
                        let rounds = u32::try_from(i64::from(to) - i64::from(from) + 1).unwrap_or(0);
                        Some(body_cost.saturating_add(1).saturating_mul(rounds))
                    }
                    _ => self.endless(tree, unit, *limit),
                }
            }
            Stmt::GenericFor { values, body, .. } => {
                self.block(tree, unit, *body)?;
                match tree.list(*values).first() {
                    Some(first) => self.endless(tree, unit, *first),
                    None => Some(1),
                }
            }
            Stmt::While { condition, .. } | Stmt::Repeat { condition, .. } => self.endless(tree, unit, *condition),
            Stmt::LocalFunction { .. } | Stmt::Function { .. } | Stmt::Break => Some(2),
        }
    }

    fn endless(&mut self, tree: &Tree, unit: u32, at: ExprId) -> Option<u32> {
        self.loops.get_or_insert(Site { unit, span: tree.span(at) });
        None
    }

    fn list(&mut self, tree: &Tree, unit: u32, list: ExprList) -> Option<u32> {
        let mut cost = 0_u32;
        for expr in tree.list(list) {
            cost = cost.saturating_add(self.expr(tree, unit, *expr)?.max(1));
        }
        Some(cost)
    }

    fn expr(&mut self, tree: &Tree, unit: u32, expr: ExprId) -> Option<u32> {
        if self.depth > 1_000 {
            return Some(1);
        }
        self.depth += 1;
        let cost = self.expr_inner(tree, unit, expr);
        self.depth -= 1;
        cost
    }

    fn expr_inner(&mut self, tree: &Tree, unit: u32, expr: ExprId) -> Option<u32> {
        Some(match tree.expr(expr) {
            Expr::Global(_) | Expr::Function(_) => 1,
            Expr::Index { object, key, .. } => {
                self.expr(tree, unit, object)?.saturating_add(self.expr(tree, unit, key)?).saturating_add(1)
            }
            Expr::Call { callee, args } => {
                let own = self.expr(tree, unit, callee)?.saturating_add(self.list(tree, unit, args)?).saturating_add(1);
                own.saturating_add(self.callee(tree, unit, expr)?)
            }
            Expr::MethodCall { object, args, .. } => {
                let own = self.expr(tree, unit, object)?.saturating_add(self.list(tree, unit, args)?).saturating_add(2);
                own.saturating_add(self.callee(tree, unit, expr)?)
            }
            Expr::Table { start, len } => {
                let mut cost = 2_u32;
                for field in tree.table(start, len) {
                    let (Field::Item(value) | Field::Pair(_, value)) = *field;
                    cost = cost.saturating_add(self.expr(tree, unit, value)?).saturating_add(1);
                }
                cost
            }
            Expr::Binary { left, right, .. } => {
                self.expr(tree, unit, left)?.saturating_add(self.expr(tree, unit, right)?).saturating_add(1)
            }
            Expr::Unary { operand, .. } => self.expr(tree, unit, operand)?.saturating_add(1),
            Expr::Paren(inner) => self.expr(tree, unit, inner)?,
            _ => 0,
        })
    }

    /// The cost of the script's function that is called, if it is one.
    fn callee(&mut self, tree: &Tree, unit: u32, call: ExprId) -> Option<u32> {
        let site = Site { unit, span: super::trial::call_span(tree, call) };
        match self.callees.get(&site) {
            Some(function) => self.function(*function),
            None => Some(0),
        }
    }
}
