//! Long loops where the camera cannot suspend the script, and what turns tables into messages.

use super::builtins::{Builtin, Library, Op};
use super::program::{FunctionRef, Program};
use super::solve::Answer;
use super::witness::Boundary;
use super::{CONVERTER, LONG_LOOP};
use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::source::Span;
use crate::lint::tree::{BlockId, Expr, ExprId, ExprList, Stmt, Tree, UnaryOp};

/// Rounds of a loop that the camera stands still for without anybody noticing.
const MANY: i32 = 100_000;

/// Adds loops without end inside boundaries.
pub fn loops(program: &Program<'_>, answer: &Answer, findings: &mut Vec<Finding>) {
    for (function, site, boundary) in &answer.inside {
        let unit = program.unit(function.unit);
        if !unit.role.is_checked() {
            continue;
        }
        let mut found = Vec::new();
        search(&unit.tree, unit.tree.function(function.function).body, 0, &mut found);
        for (span, why) in found {
            let message =
                format!("the camera stands still in this loop, {why}, for it runs inside {}", boundary.words());
            let mut finding = Finding::new(LONG_LOOP, Severity::Warning, unit.source, span, message)
                .help("The camera suspends loops to look at its keys, but not here: it does not react until the loop ends.")
                .help("Loop outside, or have what is called here do one round and return.");
            if *boundary != Boundary::Library {
                let label = format!("{} begins here", boundary.words());
                finding.trace.push(Label {
                    source: program.unit(site.unit).source,
                    span: site.span,
                    message: label.into(),
                });
            }
            findings.push(finding);
        }
    }
}

/// Whether any function has a loop that nothing should stand still for.
pub fn has_long_loop(tree: &Tree) -> bool {
    let mut found = Vec::new();
    tree.functions.iter().any(|function| {
        search(tree, function.body, 0, &mut found);
        !found.is_empty()
    })
}

fn search(tree: &Tree, block: BlockId, depth: u32, found: &mut Vec<(Span, &'static str)>) {
    if depth > 200 {
        return;
    }
    for stmt in tree.block(block) {
        match tree.stmt(*stmt) {
            Stmt::While { condition, body } => {
                search(tree, *body, depth + 1, found);
                if is_constant(tree, *condition, true) && !leaves(tree, *body, 0) {
                    found.push((tree.span(*condition), "which has no end"));
                } else if asks_camera(tree, *condition, 0) {
                    found.push((tree.span(*condition), "which waits for the camera"));
                }
            }
            Stmt::Repeat { body, condition } => {
                search(tree, *body, depth + 1, found);
                if is_constant(tree, *condition, false) && !leaves(tree, *body, 0) {
                    found.push((tree.span(*condition), "which has no end"));
                } else if asks_camera(tree, *condition, 0) {
                    found.push((tree.span(*condition), "which waits for the camera"));
                }
            }
            Stmt::NumericFor { start, limit, body, .. } => {
                search(tree, *body, depth + 1, found);
                if let (Expr::Number(from), Expr::Number(to)) = (tree.expr(*start), tree.expr(*limit))
                    && to.saturating_sub(from) > MANY
                {
                    found.push((tree.span(*limit), "which goes round very often"));
                }
            }
            Stmt::GenericFor { body, .. } | Stmt::Do(body) => search(tree, *body, depth + 1, found),
            Stmt::If { arms, otherwise } => {
                for body in arms.iter().map(|(_, body)| body).chain(otherwise) {
                    search(tree, *body, depth + 1, found);
                }
            }
            _ => {}
        }
    }
}

fn is_constant(tree: &Tree, expr: ExprId, truth: bool) -> bool {
    match tree.expr(tree.unparen(expr)) {
        Expr::True | Expr::Number(_) | Expr::String(_) => truth,
        Expr::False | Expr::Nil => !truth,
        _ => false,
    }
}

/// Whether a loop's body may leave it.
fn leaves(tree: &Tree, block: BlockId, depth: u32) -> bool {
    let inner = |block: BlockId| leaves(tree, block, depth + 1);
    depth > 200
        || tree.block(block).iter().any(|stmt| match tree.stmt(*stmt) {
            Stmt::Break | Stmt::Return(_) => true,
            // It may raise an error, which leaves everything.
            Stmt::Call(call) => match tree.expr(*call) {
                Expr::Call { callee, .. } => !is_quiet(tree, callee),
                _ => true,
            },
            Stmt::Do(body) | Stmt::NumericFor { body, .. } | Stmt::GenericFor { body, .. } => inner(*body),
            Stmt::While { body, .. } | Stmt::Repeat { body, .. } => inner(*body),
            Stmt::If { arms, otherwise } => arms.iter().any(|(_, body)| inner(*body)) || otherwise.is_some_and(inner),
            _ => false,
        })
}

fn builtin(tree: &Tree, callee: ExprId) -> Option<Builtin> {
    match tree.expr(callee) {
        Expr::Global(name) => Builtin::find(Library::Globals, tree.names.text(name).as_bytes()),
        _ => None,
    }
}

/// Whether this calls a function of the camera that neither waits nor calls anything, if nobody has replaced it.
pub fn is_quiet(tree: &Tree, callee: ExprId) -> bool {
    builtin(tree, callee).is_some_and(|builtin| matches!(builtin.op(), Op::Plain | Op::Print))
}

/// Whether a condition hangs on the time, a key, or what the camera is at.
fn asks_camera(tree: &Tree, expr: ExprId, depth: u32) -> bool {
    const ASKING: [&str; 13] = [
        "get_tick_count",
        "get_day_seconds",
        "is_pressed",
        "is_key",
        "get_shooting",
        "get_usb_power",
        "get_focus_ok",
        "get_flash_ready",
        "get_movie_status",
        "get_raw_count",
        "get_exp_count",
        "get_zoom",
        "get_alt_mode",
    ];
    if depth > 50 {
        return false;
    }
    match tree.expr(expr) {
        Expr::Call { callee, .. } => match tree.expr(callee) {
            Expr::Global(name) => ASKING.contains(&tree.names.text(name)),
            Expr::Index { key, .. } => tree.as_string(key) == Some(b"is_ready"),
            _ => false,
        },
        Expr::Binary { left, right, .. } => asks_camera(tree, left, depth + 1) || asks_camera(tree, right, depth + 1),
        Expr::Unary { op: UnaryOp::Not | UnaryOp::Neg, operand } | Expr::Paren(operand) => {
            asks_camera(tree, operand, depth + 1)
        }
        _ => false,
    }
}

/// Adds converters that do not return a string, or raise errors that the camera cannot pass on.
pub fn converters(program: &Program<'_>, answer: &Answer, findings: &mut Vec<Finding>) {
    for function in &answer.converters {
        let unit = program.unit(function.unit);
        if unit.role.is_checked() {
            converter(program, *function, findings);
        }
    }
}

fn converter(program: &Program<'_>, function: FunctionRef, findings: &mut Vec<Finding>) {
    let unit = program.unit(function.unit);
    let tree = &*unit.tree;
    let body = tree.function(function.function).body;
    let mut ends = Ends::default();
    ends.search(tree, body, 0);
    let help = "It must return a string each time: without one, `write_usb_msg` reads memory that is not its own, and a \
                returned table becomes an error.";
    let mut add = |span: Span, message: String| {
        findings.push(Finding::new(CONVERTER, Severity::Error, unit.source, span, message).help(help));
    };
    for (span, what) in &ends.others {
        add(*span, format!("`usb_msg_table_to_string` returns {what} here, not a string"));
    }
    if ends.returns == 0 && !ends.calls {
        let span = super::restore::head(tree, function);
        add(span, "`usb_msg_table_to_string` returns nothing, not a string".to_owned());
    }
    for span in ends.percents {
        let message = "an error of `usb_msg_table_to_string` has a `%`, which the camera takes for a format";
        findings.push(
            Finding::new(CONVERTER, Severity::Warning, unit.source, span, message)
                .help("CHDK gives the text to a function like printf: write it without `%`."),
        );
    }
}

/// How a function ends.
#[derive(Default)]
struct Ends {
    returns: u32,
    /// Something is called that may raise an error.
    calls: bool,
    others: Vec<(Span, &'static str)>,
    percents: Vec<Span>,
}

impl Ends {
    fn search(&mut self, tree: &Tree, block: BlockId, depth: u32) {
        if depth > 200 {
            self.calls = true;
            return;
        }
        for stmt in tree.block(block) {
            match tree.stmt(*stmt) {
                Stmt::Return(values) => self.returned(tree, *values, tree.stmt_spans[stmt.index()]),
                Stmt::Call(call) => self.called(tree, *call),
                Stmt::Do(body) | Stmt::NumericFor { body, .. } | Stmt::GenericFor { body, .. } => {
                    self.search(tree, *body, depth + 1);
                }
                Stmt::While { body, .. } | Stmt::Repeat { body, .. } => self.search(tree, *body, depth + 1),
                Stmt::If { arms, otherwise } => {
                    for body in arms.iter().map(|(_, body)| body).chain(otherwise) {
                        self.search(tree, *body, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn returned(&mut self, tree: &Tree, values: ExprList, span: Span) {
        self.returns += 1;
        let Some(first) = tree.list(values).first() else {
            self.others.push((span, "nothing"));
            return;
        };
        let first = tree.unparen(*first);
        let what = match tree.expr(first) {
            Expr::Nil => "nil",
            Expr::True | Expr::False => "a boolean",
            Expr::Table { .. } => "a table",
            Expr::Function(_) => "a function",
            _ => return,
        };
        self.others.push((tree.span(first), what));
    }

    fn called(&mut self, tree: &Tree, call: ExprId) {
        let Expr::Call { callee, args } = tree.expr(call) else {
            self.calls = true;
            return;
        };
        if matches!(tree.expr(callee), Expr::Global(name) if tree.names.text(name) == "error") {
            self.calls = true;
            let text = tree.list(args).first().and_then(|arg| tree.as_string(*arg));
            if text.is_some_and(|text| text.contains(&b'%')) {
                self.percents.push(tree.span(call));
            }
        } else if !is_quiet(tree, callee) {
            self.calls = true;
        }
    }
}
