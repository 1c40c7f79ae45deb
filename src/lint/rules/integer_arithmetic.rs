use crate::lint::layout::Binary;
use crate::lint::tree::BinaryOp;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "integer-arithmetic",
    Some(Severity::Warning),
    "arithmetic with constants that gives something else than in stock Lua"
);

/// Constants whose quotient, power, remainder or sum is not what it looks like.
pub(super) struct IntegerArithmetic;

impl Rule for IntegerArithmetic {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        for &Binary { expr, op, left, right } in &script.facts.layout.binaries {
            let values = (script.constant(left), script.constant(right));
            let Some((severity, message, help)) = judge(op, values) else { continue };
            let span = script.tree.span(expr);
            findings.push(Finding::new(INFO.id, severity, script.id, span, message).help(help));
        }
    }
}

fn judge(op: BinaryOp, values: (Option<i32>, Option<i32>)) -> Option<(Severity, String, &'static str)> {
    let whole = "Numbers are 32-bit integers, and division drops the fraction.";
    let wide = "Numbers are 32-bit integers; beyond 2147483647 they go on at -2147483648.";
    let wrapped = |exact: i64| {
        let got = exact as i32;
        (i64::from(got) != exact)
            .then(|| (Severity::Warning, format!("this is {got} on the camera, not {exact}"), wide))
    };
    match (op, values) {
        (BinaryOp::Div, (_, Some(0))) => Some((
            Severity::Warning,
            "a division by 0".to_owned(),
            "It raises no error; it gives 2147483647, -2147483648 or 0.",
        )),
        (BinaryOp::Mod, (_, Some(0))) => {
            Some((Severity::Warning, "a remainder of a division by 0".to_owned(), "It raises no error; it gives 0."))
        }
        (BinaryOp::Div, (Some(a), Some(b))) if a.wrapping_rem(b) != 0 => {
            let quotient = a.wrapping_div(b);
            let severity = if quotient == 0 { Severity::Warning } else { Severity::Info };
            Some((severity, format!("{a} / {b} is {quotient} on the camera"), whole))
        }
        (BinaryOp::Mod, (Some(a), Some(b))) if (a < 0) != (b < 0) && a.wrapping_rem(b) != 0 => Some((
            Severity::Warning,
            format!("{a} % {b} is {} on the camera", a.wrapping_rem(b)),
            "The remainder has the sign of the dividend; in stock Lua it has that of the divisor.",
        )),
        (BinaryOp::Mod, (None, Some(b))) if b < 0 => Some((
            Severity::Info,
            "a remainder of a division by a negative number".to_owned(),
            "It has the sign of the dividend; in stock Lua it has that of the divisor.",
        )),
        (BinaryOp::Pow, (_, Some(b))) if b < 0 => {
            Some((Severity::Warning, "a power with a negative exponent is 0 on the camera".to_owned(), whole))
        }
        (BinaryOp::Pow, (Some(a), Some(b))) => {
            let b = u32::try_from(b).ok()?;
            match i64::from(a).checked_pow(b) {
                Some(exact) => wrapped(exact),
                None => {
                    let got = a.wrapping_pow(b);
                    Some((Severity::Warning, format!("this is {got} on the camera: it needs more than 32 bits"), wide))
                }
            }
        }
        (BinaryOp::Add, (Some(a), Some(b))) => wrapped(i64::from(a) + i64::from(b)),
        (BinaryOp::Sub, (Some(a), Some(b))) => wrapped(i64::from(a) - i64::from(b)),
        (BinaryOp::Mul, (Some(a), Some(b))) => wrapped(i64::from(a) * i64::from(b)),
        _ => None,
    }
}
