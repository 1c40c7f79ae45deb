use crate::api::{self, Kinds};
use crate::lint::layout::Binary;
use crate::lint::tree::{BinaryOp, Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!("never-equal", Some(Severity::Error), "a comparison of values of different kinds");

/// What the camera or the menu gives, compared with a value of another kind.
pub(super) struct NeverEqual;

impl Rule for NeverEqual {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        for &Binary { expr, op, left, right } in &facts.layout.binaries {
            let equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
            if !equality && !matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge) {
                continue;
            }
            let (a, b) = (facts.kinds(tree, left), facts.kinds(tree, right));
            let nil = a.has(Kinds::NIL) || b.has(Kinds::NIL);
            if nil || a.meets(b) || a == Kinds::NONE || b == Kinds::NONE {
                continue;
            }
            let Some((name, kinds, other)) = described(script, left, a, b).or_else(|| described(script, right, b, a))
            else {
                continue;
            };
            let span = tree.span(expr);
            let finding = match equality {
                true => {
                    let always = if op == BinaryOp::Eq { "never" } else { "always" };
                    let message =
                        format!("{name} is a {kinds}, and this compares it with a {other}: it is {always} true");
                    Finding::new(INFO.id, Severity::Warning, script.id, span, message)
                }
                false => {
                    let message = format!("{name} is a {kinds}, which cannot be compared with a {other} by size");
                    let finding = Finding::new(INFO.id, Severity::Error, script.id, span, message);
                    finding.help(format!("The camera will say: attempt to compare {other} with {kinds}."))
                }
            };
            findings.push(
                changed(script, left).or_else(|| changed(script, right)).into_iter().fold(finding, Finding::help),
            );
        }
    }
}

/// The side that comes from the camera or the menu.
fn described(script: &Script<'_>, expr: ExprId, kinds: Kinds, other: Kinds) -> Option<(String, Kinds, Kinds)> {
    let tree = script.tree;
    let name = match tree.expr(script.facts.behind_locals(tree, expr)) {
        Expr::Call { callee, .. } => format!("what {} returns", script.facts.api(tree, callee)?.entry.name),
        Expr::Global(_) | Expr::Index { .. } if kinds == Kinds::FUNCTION => {
            format!("{}, which is not called,", script.facts.api(tree, expr)?.entry.name)
        }
        Expr::Global(symbol) => format!("the parameter '{}'", tree.names.text(symbol)),
        _ => return None,
    };
    Some((name, kinds, other))
}

fn changed(script: &Script<'_>, expr: ExprId) -> Option<&'static str> {
    let Expr::Call { callee, .. } = script.tree.expr(script.facts.behind_locals(script.tree, expr)) else {
        return None;
    };
    let name = script.facts.api(script.tree, callee)?.entry.name;
    api::WRAPPED.contains(&name).then_some(match script.facts.wrapped {
        true => "It returns 1 or 0 because the script does not declare @chdk_version 1.4 or later.",
        false => {
            "It returned 1 or 0 before CHDK 1.4, and does so for menu scripts that declare no newer version than 1.3."
        }
    })
}
