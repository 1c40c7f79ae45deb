use super::unknown::{Cause, unknown_globals};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("local-before-declaration", Some(Severity::Warning), "a local read before the line that declares it");

/// Names that are globals where they are read, and locals further down.
pub(super) struct LocalBeforeDeclaration;

impl Rule for LocalBeforeDeclaration {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        for unknown in unknown_globals(script) {
            let Cause::BeforeLocal(local) = unknown.cause else { continue };
            let name = tree.names.text(unknown.symbol);
            // Put together by hand: in a text that is no script there are thousands.
            let message = ["'", name, "' is read before its declaration, as a global that nothing sets"].concat();
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(unknown.expr), message);
            let finding = finding.label(tree.local(local).span, "the local begins behind this statement");
            let finding = if tree.span(unknown.expr).start > tree.local(local).span.start {
                finding.help(format!(
                    "It is nil here. `local function {name}` sees itself; `local {name} = function` does not."
                ))
            } else {
                finding.help(["It is nil here. Declare it further up: `local ", name, "`."].concat())
            };
            findings.push(finding);
        }
    }
}
