use crate::lint::layout::Binary;
use crate::lint::tree::{BinaryOp, Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("division-shown", Some(Severity::Info), "a quotient in a text, which is shown without its fraction");

/// `x / 1000 .. " s"`, unless the remainder stands in the same text.
pub(super) struct DivisionShown;

impl Rule for DivisionShown {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        let joins = script.facts.layout.binaries.iter().filter(|it| it.op == BinaryOp::Concat);
        for &Binary { expr, left, right, .. } in joins {
            for side in [left, right] {
                let Expr::Binary { op: BinaryOp::Div, right: divisor, .. } = tree.expr(tree.unparen(side)) else {
                    continue;
                };
                let Some(divisor @ (10 | 100 | 1000 | 10_000 | 100_000 | 1_000_000)) = script.constant(divisor) else {
                    continue;
                };
                if script.contains(whole_text(script, expr), &|part| remainder(script, part)) {
                    continue;
                }
                let message = format!("the text shows only what is whole of this division by {divisor}");
                let finding = Finding::new(INFO.id, Severity::Info, script.id, tree.span(tree.unparen(side)), message);
                let digits = divisor.to_string().len() - 1;
                let format = if digits == 1 { "%d.%d".to_owned() } else { format!("%d.%0{digits}d") };
                findings.push(
                    finding
                        .help(format!("`string.format(\"{format}\", x / {divisor}, x % {divisor})` shows the rest.")),
                );
            }
        }
    }
}

fn remainder(script: &Script<'_>, expr: ExprId) -> bool {
    matches!(script.tree.expr(expr), Expr::Binary { op: BinaryOp::Mod, .. })
}

/// The concatenation around, with all of its parts, or the call of a few arguments that it is given to.
fn whole_text(script: &Script<'_>, expr: ExprId) -> ExprId {
    let around = std::iter::successors(Some(expr), |expr| script.facts.layout.parent(*expr));
    let part = |expr: &ExprId| match script.tree.expr(*expr) {
        Expr::Paren(_) | Expr::Binary { op: BinaryOp::Concat, .. } => true,
        Expr::Call { args, .. } => args.len <= 8,
        _ => false,
    };
    around.take_while(part).last().unwrap_or(expr)
}
