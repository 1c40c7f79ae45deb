use crate::api::{self, Kinds};
use crate::lint::facts::Facts;
use crate::lint::layout::Usage;
use crate::lint::tree::{BinaryOp, Expr, ExprId, Tree, UnaryOp};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("zero-is-true", Some(Severity::Warning), "a number as a condition, which is true even if it is 0");

/// Numbers that the camera or the menu gives, taken for true and false.
pub(super) struct ZeroIsTrue;

impl Rule for ZeroIsTrue {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        for at in 0..tree.exprs.len() {
            let expr = ExprId(at as u32);
            if !matches!(tree.exprs[at], Expr::Call { .. } | Expr::Global(_) | Expr::Local(_))
                || !is_condition(script, expr)
            {
                continue;
            }
            let value = facts.behind_locals(tree, expr);
            if facts.kinds(tree, value) != Kinds::NUMBER {
                continue;
            }
            let (what, help) = match tree.expr(value) {
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

fn wrapped(facts: &Facts, name: &str) -> Option<&'static str> {
    (facts.wrapped && api::WRAPPED.contains(&name))
        .then_some("It returns 1 or 0 because the script does not declare @chdk_version 1.4 or later.")
}

/// Whether only the truth of an expression matters. `x or 0` says what the value is, so there is nothing wrong with that.
fn is_condition(script: &Script<'_>, expr: ExprId) -> bool {
    let (tree, layout): (&Tree, _) = (script.tree, &script.facts.layout);
    let mut expr = expr;
    // Of longer chains of `and` and `or` nothing is said.
    for _ in 0..1000 {
        let Some(parent) = layout.parent(expr) else { return layout.usage(tree, expr) == Usage::Truth };
        match tree.expr(parent) {
            Expr::Paren(_) | Expr::Binary { op: BinaryOp::Or, .. } => expr = parent,
            Expr::Binary { op: BinaryOp::And, left, .. } if left == expr => return true,
            Expr::Binary { op: BinaryOp::And, .. } => expr = parent,
            Expr::Unary { op: UnaryOp::Not, .. } => return true,
            _ => return false,
        }
    }
    false
}
