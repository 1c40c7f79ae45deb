use crate::lint::tree::Expr;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "numeric-propcase",
    Some(Severity::Info),
    "a number for a property that is written, instead of its name"
);

/// Literal numbers in `set_prop` in scripts that do not look which camera they are on.
pub(super) struct NumericPropcase;

impl Rule for NumericPropcase {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        if ["get_propset", "get_buildinfo"].iter().any(|name| tree.names.find(name).is_some()) {
            return;
        }
        let names = ["set_prop", "set_prop_str"];
        for call in script.facts.calls.iter().filter(|call| names.contains(&call.name.entry.name)) {
            let Some(&id) = tree.list(call.args).first() else { continue };
            let Expr::Number(number) = tree.expr(tree.unparen(id)) else { continue };
            let message = format!("which property {number} is depends on the camera");
            let finding = Finding::new(INFO.id, Severity::Info, script.id, tree.span(id), message);
            findings.push(finding.help("`local props = require \"propcase\"` has the camera's own numbers by name."));
        }
    }
}
