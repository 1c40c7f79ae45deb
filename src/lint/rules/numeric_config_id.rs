use crate::lint::tree::Expr;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("numeric-config-id", Some(Severity::Info), "a number for a configuration value, instead of its name");

/// Literal numbers in `get_config_value` and `set_config_value`.
pub(super) struct NumericConfigId;

impl Rule for NumericConfigId {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        let names = ["get_config_value", "set_config_value"];
        for call in script.facts.calls.iter().filter(|call| names.contains(&call.name.entry.name)) {
            let Some(&id) = tree.list(call.args).first() else { continue };
            // 999, the permission of native calls, is the same everywhere.
            let Expr::Number(number) = tree.expr(tree.unparen(id)) else { continue };
            if number == 999 {
                continue;
            }
            let message = format!("which value {number} is depends on the version of CHDK");
            let finding = Finding::new(INFO.id, Severity::Info, script.id, tree.span(id), message);
            findings.push(
                finding.help("The modules gen/cnf_core, cnf_osd, cnf_user and cnf_gps have the numbers by name."),
            );
        }
    }
}
