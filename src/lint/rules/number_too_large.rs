use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("number-too-large", Some(Severity::Warning), "a number that does not fit into 32 bits");

/// Integers that the camera reads as another number.
pub(super) struct NumberTooLarge;

impl Rule for NumberTooLarge {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        for at in 0..tree.exprs.len() {
            let Expr::Number(value) = tree.exprs[at] else { continue };
            let span = tree.span(ExprId(at as u32));
            // Shorter ones fit, and most are.
            if span.range().len() < 10 {
                continue;
            }
            let text = script.source.text(span).trim_ascii();
            let hex = text.strip_prefix(b"0x").or(text.strip_prefix(b"0X"));
            let digits = hex.unwrap_or(text);
            let radix = if hex.is_some() { 16 } else { 10 };
            if digits.is_empty() || !digits.iter().all(|b| char::from(*b).is_digit(radix)) {
                continue;
            }
            let limit = if hex.is_some() { u64::from(u32::MAX) } else { i32::MAX as u64 };
            let number =
                std::str::from_utf8(digits).ok().map(|text| u64::from_str_radix(text, radix).unwrap_or(u64::MAX));
            if number.is_none_or(|number| number <= limit) {
                continue;
            }
            let message =
                format!("{} does not fit into 32 bits: the camera reads {value}", String::from_utf8_lossy(text));
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, span, message);
            findings.push(finding.help("Numbers go from -2147483648 to 2147483647."));
        }
    }
}
