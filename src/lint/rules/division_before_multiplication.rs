use crate::lint::layout::Binary;
use crate::lint::tree::{BinaryOp, Expr};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "division-before-multiplication",
    Some(Severity::Info),
    "a / b * c, which loses the fraction before it is multiplied"
);

/// `a / b * c`. With brackets, or where c is b, it is taken for what is meant.
pub(super) struct DivisionBeforeMultiplication;

impl Rule for DivisionBeforeMultiplication {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        let products = script.facts.layout.binaries.iter().filter(|it| it.op == BinaryOp::Mul);
        for &Binary { expr, left, right, .. } in products {
            let Expr::Binary { op: BinaryOp::Div, left: dividend, right: divisor } = tree.expr(left) else { continue };
            let exact = match (script.constant(dividend), script.constant(divisor)) {
                (Some(a), Some(b)) => b == 0 || a.wrapping_rem(b) == 0,
                _ => script.constant(divisor) == Some(1),
            };
            if exact || script.same(divisor, right) {
                continue;
            }
            let message = "the division drops its fraction before the result is multiplied";
            let span = tree.span(expr);
            let finding = Finding::new(INFO.id, Severity::Info, script.id, span, message);
            findings.push(
                finding.help("Multiply first: `a * c / b`; where that goes beyond 32 bits, imath.muldiv(a, c, b)."),
            );
        }
    }
}
