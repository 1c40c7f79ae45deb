use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("float-format", Some(Severity::Warning), "%f, %g and %e in a format, which cameras cannot print");

/// Formats of fractions.
pub(super) struct FloatFormat;

impl Rule for FloatFormat {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        let calls = script.facts.calls.iter().filter(|call| call.name.entry.name == "string.format");
        let formats = calls.filter_map(|call| tree.list(call.args).first().copied());
        let methods = tree.exprs.iter().filter_map(|expr| match *expr {
            Expr::MethodCall { object, name, .. } if tree.as_string(name) == Some(b"format") => Some(object),
            _ => None,
        });
        for format in formats.chain(methods) {
            let format: ExprId = format;
            let Some(text) = tree.as_string(script.facts.behind_locals(tree, format)) else { continue };
            let Some(conversion) = float_conversion(text) else { continue };
            let message = format!("many cameras cannot print '{conversion}'");
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(tree.unparen(format)), message);
            let finding =
                finding.help("Numbers are integers: `string.format(\"%d.%02d\", x / 100, x % 100)` shows hundredths.");
            findings.push(finding.help("fmath.tostr(x, digits) makes a text of an fmath number."));
        }
    }
}

/// The first conversion of a fraction in a format.
fn float_conversion(format: &[u8]) -> Option<String> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'%', &format[at..]) {
        let start = at + found;
        let flags = |b: &&u8| b" #+-.0123456789".contains(b);
        let length = format[start + 1..].iter().take_while(flags).count();
        let conversion = format.get(start + 1 + length)?;
        if b"eEfgGaA".contains(conversion) {
            return Some(String::from_utf8_lossy(&format[start..start + length + 2]).into_owned());
        }
        at = start + length + 2;
    }
    None
}
