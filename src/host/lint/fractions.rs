//! Fractions that are written into camera code, whose compiler knows whole numbers only.

use crate::lint::scan::{TokenKind, scan};
use crate::lint::tree::{BinaryOp, Expr, ExprId};
use crate::lint::{Finding, Severity, SourceId, Span};

use super::FRACTION;
use super::code::Sent;
use super::read::Host;
use super::text::{Constants, specs};

const HELP: &str = "The camera's numbers are whole, and its compiler takes no 0.5: write string.format(\"%d\", …), which cuts the \
                    fraction off, or math.floor(…)";

pub(super) fn check(host: &Host, constants: &Constants<'_>, sent: &[Sent], findings: &mut Vec<Finding>) {
    for Sent { expr } in sent {
        // What is constant is checked as the code that it is.
        if constants.text(*expr).is_none() {
            part(host, constants, constants.value(*expr), findings);
        }
    }
}

/// A part of code that is put together.
fn part(host: &Host, constants: &Constants<'_>, mut expr: ExprId, findings: &mut Vec<Finding>) {
    let tree = &host.tree;
    while let Expr::Binary { op: BinaryOp::Concat, left, right } = tree.expr(expr) {
        operand(host, constants, left, findings);
        expr = constants.value(right);
    }
    operand(host, constants, expr, findings);
}

fn operand(host: &Host, constants: &Constants<'_>, expr: ExprId, findings: &mut Vec<Finding>) {
    if let Some((template, args)) = constants.format(expr) {
        format(host, constants, template, args, findings);
    } else if may_be_fraction(host, constants, expr) {
        findings.push(divided(host, expr));
    }
}

fn divided(host: &Host, expr: ExprId) -> Finding {
    let text = "this may be a fraction, which the camera's compiler does not take";
    Finding::new(FRACTION.id, Severity::Warning, SourceId(0), host.tree.span(expr), text).help(HELP)
}

fn format(host: &Host, constants: &Constants<'_>, template: ExprId, args: &[ExprId], findings: &mut Vec<Finding>) {
    let Some(template_text) = constants.text(template) else { return };
    let code = scan(&template_text.bytes, false);
    let in_string = |at: usize| {
        let inside = |span: Span| span.range().contains(&at);
        code.tokens
            .iter()
            .any(|token| matches!(token.kind, TokenKind::String | TokenKind::LongString) && inside(token.span))
            || code.comments.iter().any(|comment| inside(comment.span))
    };
    let mut args = args.iter();
    for spec in specs(&template_text.bytes) {
        if spec.kind == b'%' {
            continue;
        }
        let arg = args.next();
        if in_string(spec.start) {
            continue;
        }
        match spec.kind {
            b'f' | b'F' | b'e' | b'E' | b'a' | b'A'
                if !(matches!(spec.kind, b'f' | b'F') && spec.precision == Some(0)) =>
            {
                let letter = char::from(spec.kind);
                let text = format!("%{letter} writes a fraction, which the camera's compiler does not take");
                let span = arg.map_or(host.tree.span(template), |_| host.tree.span(template));
                findings.push(Finding::new(FRACTION.id, Severity::Error, SourceId(0), span, text).help(HELP));
            }
            b's' | b'g' | b'G' => {
                if let Some(arg) = arg.filter(|arg| may_be_fraction(host, constants, **arg)) {
                    findings.push(divided(host, *arg));
                }
            }
            _ => {}
        }
    }
}

/// Whether a value is divided, or has a fraction in it, and nothing makes it whole.
fn may_be_fraction(host: &Host, constants: &Constants<'_>, expr: ExprId) -> bool {
    let tree = &host.tree;
    let mut open = vec![expr];
    // Every expression comes up once at most for each way to it; ways through locals are cut short.
    for _ in 0..1000 {
        let Some(expr) = open.pop() else { return false };
        let expr = constants.value(expr);
        if let Some(number) = constants.number(expr) {
            if number.fract() != 0.0 {
                return true;
            }
            continue;
        }
        match tree.expr(expr) {
            Expr::Binary { op: BinaryOp::Div, .. } => return true,
            Expr::Binary { op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, left, right } => {
                open.extend([left, right])
            }
            Expr::Unary { operand, .. } => open.push(operand),
            _ => {}
        }
    }
    false
}
