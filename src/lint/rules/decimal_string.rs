use super::wrong_argument::is_numeric;
use crate::lint::tree::{BinaryOp, Expr, ExprId, Tree, UnaryOp};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("decimal-string", Some(Severity::Error), "a string that is no number on the camera, used as one");

/// `tonumber("0.5")`, which is nil, and `"0.5" + 1`, which raises.
pub(super) struct DecimalString;

impl Rule for DecimalString {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        for call in script.facts.calls.iter().filter(|call| call.name.entry.name == "tonumber") {
            let &[text] = tree.list(call.args) else { continue };
            if let Some(value) = tree.as_string(text).filter(|value| !is_numeric(value)) {
                let message = format!("tonumber(\"{}\") is nil on the camera", String::from_utf8_lossy(value));
                let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(text), message);
                findings
                    .push(finding.help("Only whole numbers can be read, in decimal or, behind 0x, in hexadecimal."));
            }
        }
        // A script can give strings an arithmetic of its own.
        if tree.names.find("getmetatable").is_some() && has_arithmetic(tree) {
            return;
        }
        for expr in &tree.exprs {
            let operands = match *expr {
                Expr::Binary { op, left, right } if is_arithmetic(op) => [Some(left), Some(right)],
                Expr::Unary { op: UnaryOp::Neg, operand } => [Some(operand), None],
                _ => continue,
            };
            for operand in operands.into_iter().flatten() {
                findings.extend(arithmetic(script, operand));
            }
        }
    }
}

fn has_arithmetic(tree: &Tree) -> bool {
    let event =
        |text: &[u8]| matches!(text, b"__add" | b"__sub" | b"__mul" | b"__div" | b"__mod" | b"__pow" | b"__unm");
    tree.strings.iter().any(event)
}

/// Whether an operator takes numbers and gives one.
pub(super) fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Pow)
}

fn arithmetic(script: &Script<'_>, operand: ExprId) -> Option<Finding> {
    let text = script.tree.as_string(operand).filter(|text| !is_numeric(text))?;
    let message = format!("\"{}\" is no number on the camera", String::from_utf8_lossy(text));
    let finding = Finding::new(INFO.id, Severity::Error, script.id, script.tree.span(operand), message);
    Some(finding.help("The camera will say: attempt to perform arithmetic on a string value."))
}
