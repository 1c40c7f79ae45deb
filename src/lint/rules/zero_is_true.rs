use std::cell::OnceCell;

use super::decimal_string::is_arithmetic;
use crate::api::{self, Kinds};
use crate::lint::facts::Facts;
use crate::lint::hash::{HashMap, HashSet};
use crate::lint::layout::{Layout, each_operand};
use crate::lint::tree::{BinaryOp, Expr, ExprId, LocalId, Stmt, Tree, UnaryOp};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("zero-is-true", Some(Severity::Warning), "a number as a condition, which is true even if it is 0");

/// Numbers taken for true and false: what the camera or the menu gives, what was calculated, flags that are 0.
pub(super) struct ZeroIsTrue;

impl Rule for ZeroIsTrue {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let flags = OnceCell::new();
        for expr in conditions(tree, &facts.layout) {
            let value = facts.behind_locals(tree, expr);
            if is_compared_too(script, expr) {
                continue;
            }
            let (what, help) = match tree.expr(value) {
                Expr::Number(0) => ("this is a number".to_owned(), None),
                Expr::Binary { op, .. } if is_arithmetic(op) => ("what is calculated is a number".to_owned(), None),
                Expr::Unary { op: UnaryOp::Len, .. } => ("a length is a number".to_owned(), None),
                Expr::Local(local) => {
                    if !flags.get_or_init(|| numeric_flags(script)).contains(&local) {
                        continue;
                    }
                    let name = tree.names.text(tree.local(local).name);
                    (format!("'{name}' is always a number"), None)
                }
                _ if facts.kinds(tree, value) != Kinds::NUMBER => continue,
                Expr::Call { callee, .. } => {
                    let Some(name) = facts.api(tree, callee).map(|name| name.entry.name) else { continue };
                    (format!("{name}() is a number"), wrapped(facts, name))
                }
                Expr::Global(symbol) => (format!("the parameter '{}' is a number", tree.names.text(symbol)), None),
                _ => continue,
            };
            let message = format!("{what}, and so true even if it is 0");
            let mut finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(expr), message);
            if value != expr {
                finding = finding.label(tree.span(value), "it comes from here");
            }
            finding = finding.help("Compare it: `~= 0`, `== 1`, `> 0`.");
            findings.push(help.into_iter().fold(finding, Finding::help));
        }
    }
}

fn may_be_number(expr: Expr) -> bool {
    match expr {
        Expr::Call { .. } | Expr::Global(_) | Expr::Local(_) | Expr::Number(0) => true,
        Expr::Unary { op, .. } => op == UnaryOp::Len,
        Expr::Binary { op, .. } => is_arithmetic(op),
        _ => false,
    }
}

/// Locals that are set to numbers in every place, and to 0 in one.
fn numeric_flags(script: &Script<'_>) -> HashSet<LocalId> {
    let tree = script.tree;
    // Whether the local is 0 somewhere; none once it was set to anything else than a number.
    let mut flags: HashMap<LocalId, Option<bool>> = HashMap::default();
    let mut set = |local: LocalId, value: Option<ExprId>| {
        let is_zero = value.and_then(|value| match script.constant(value) {
            Some(number) => Some(number == 0),
            None => is_number(script, value).then_some(false),
        });
        let flag = flags.entry(local).or_insert(Some(false));
        *flag = flag.zip(is_zero).map(|(before, now)| before || now);
    };
    for stmt in &tree.stmts {
        match stmt {
            Stmt::Local { locals, values } => {
                for (at, local) in locals.clone().enumerate() {
                    set(LocalId(local), tree.list(*values).get(at).copied());
                }
            }
            Stmt::Assign { targets, values } => {
                for (at, target) in tree.list(*targets).iter().enumerate() {
                    if let Expr::Local(local) = tree.expr(*target) {
                        set(local, tree.list(*values).get(at).copied());
                    }
                }
            }
            Stmt::Function { target, .. } => {
                if let Expr::Local(local) = tree.expr(*target) {
                    set(local, None);
                }
            }
            _ => {}
        }
    }
    // What no statement declares is an argument or the variable of a loop, and may be anything.
    let is_plain = |local: LocalId| script.facts.initial(local).is_some();
    flags.into_iter().filter_map(|(local, flag)| (flag == Some(true) && is_plain(local)).then_some(local)).collect()
}

fn is_number(script: &Script<'_>, value: ExprId) -> bool {
    let calculated =
        matches!(script.tree.expr(script.tree.unparen(value)), Expr::Binary { op, .. } if is_arithmetic(op));
    calculated || script.facts.kinds(script.tree, value) == Kinds::NUMBER
}

fn wrapped(facts: &Facts, name: &str) -> Option<&'static str> {
    (facts.wrapped && api::WRAPPED.contains(&name))
        .then_some("It returns 1 or 0 because the script does not declare @chdk_version 1.4 or later.")
}

/// What may be a number and of which only the truth matters. `x or 0` says what the value is, so there is nothing wrong with
/// that.
fn conditions(tree: &Tree, layout: &Layout) -> Vec<ExprId> {
    let mut todo = Vec::new();
    for stmt in &tree.stmts {
        match stmt {
            Stmt::While { condition, .. } | Stmt::Repeat { condition, .. } => todo.push(*condition),
            Stmt::If { arms, .. } => todo.extend(arms.iter().map(|(condition, _)| *condition)),
            _ => {}
        }
    }
    for expr in &tree.exprs {
        if let Expr::Unary { op: UnaryOp::Not, operand } = expr {
            todo.push(*operand);
        }
    }
    todo.extend(layout.binaries.iter().filter(|it| it.op == BinaryOp::And).map(|it| it.left));
    let mut found = Vec::new();
    while let Some(expr) = todo.pop() {
        match tree.expr(expr) {
            Expr::Paren(inner) => todo.push(inner),
            Expr::Binary { op: BinaryOp::Or, left, right } => todo.extend([left, right]),
            // The left operand is among them by itself.
            Expr::Binary { op: BinaryOp::And, right, .. } => todo.push(right),
            other if may_be_number(other) => found.push(expr),
            _ => {}
        }
    }
    found
}

/// `n and n > 0`: somebody who thinks of nil, and of 0.
fn is_compared_too(script: &Script<'_>, expr: ExprId) -> bool {
    let (tree, layout): (&Tree, _) = (script.tree, &script.facts.layout);
    if !matches!(tree.expr(expr), Expr::Local(_) | Expr::Global(_)) {
        return false;
    }
    let mut inner = expr;
    for _ in 0..100 {
        let Some(parent) = layout.parent(inner) else { return false };
        match tree.expr(parent) {
            Expr::Binary { op: BinaryOp::And, left, right }
                if left == inner && compares(tree, right, tree.expr(expr), 0) =>
            {
                return true;
            }
            Expr::Binary { op: BinaryOp::And, .. } | Expr::Paren(_) => inner = parent,
            _ => return false,
        }
    }
    false
}

/// Whether a variable is compared somewhere in an expression.
fn compares(tree: &Tree, expr: ExprId, variable: Expr, depth: u32) -> bool {
    if let Expr::Binary { op, left, right } = tree.expr(expr)
        && matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
        && [left, right].into_iter().any(|side| tree.expr(tree.unparen(side)) == variable)
    {
        return true;
    }
    let mut found = false;
    each_operand(tree, expr, |operand| found |= depth < 20 && compares(tree, operand, variable, depth + 1));
    found
}
