use crate::api::{self, Name, Presence};
use crate::lint::facts::TargetFrom;
use crate::lint::options::Target;
use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "newer-function",
    Some(Severity::Warning),
    "a function that the CHDK the script is for does not have yet"
);

/// Functions that came after the version that the user has chosen, or the script declares.
pub(super) struct NewerFunction;

impl Rule for NewerFunction {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let severity = match facts.target_from {
            TargetFrom::Options => Severity::Warning,
            // A declared version asks for old behaviour; that the script needs a newer CHDK is no fault of it.
            TargetFrom::Header => Severity::Info,
            TargetFrom::Nowhere => return,
        };
        let mut report = |expr: ExprId, name: &'static Name| {
            let Some(since) = name.since.map(Target).filter(|since| *since > facts.target) else { return };
            let message =
                format!("'{}' is there since CHDK {since}; this script is for {}", name.entry.name, facts.target);
            let finding = Finding::new(INFO.id, severity, script.id, tree.span(expr), message);
            findings.push(finding.help(match facts.target_from {
                TargetFrom::Options => format!("Ask first whether it is there: `if {} then`.", name.entry.name),
                _ => format!("Declare `@chdk_version {since}`, or ask first whether it is there."),
            }));
        };
        for &(expr, symbol) in &facts.reads {
            let text = tree.names.text(symbol);
            let ours = facts.writes_of(symbol) > 0 || facts.header.param(text).is_some() || facts.is_tested(symbol);
            if let Some(name) = facts.entry(symbol).filter(|name| !ours && name.presence == Presence::Camera) {
                report(expr, name);
            }
        }
        for read in super::libraries::field_reads(script).iter().filter(|read| !read.tested) {
            let plain = matches!(tree.expr(read.expr), Expr::Index { .. });
            let name = api::field(read.library, read.field).filter(|name| plain && name.presence == Presence::Camera);
            if let Some(name) = name {
                report(read.expr, name);
            }
        }
    }
}
