use super::unknown::{Cause, unknown_globals};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("other-name", Some(Severity::Warning), "a global set under one name and read under another");

/// A global that is read and never set, beside one that is set and never read.
pub(super) struct OtherName;

impl Rule for OtherName {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        for unknown in unknown_globals(script) {
            let Cause::OtherName(other) = unknown.cause else { continue };
            let (name, set) = (tree.names.text(unknown.symbol), tree.names.text(other));
            let message = format!("nothing sets '{name}', and nothing reads '{set}', which is set");
            let mut finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(unknown.expr), message);
            if let Some(write) = facts.writes.iter().find(|write| write.symbol == other) {
                finding = finding.label(tree.span(write.target), "set here");
            }
            findings
                .push(finding.help(format!("'{name}' is nil. If they are meant to be the same, give them one name.")));
        }
    }
}
