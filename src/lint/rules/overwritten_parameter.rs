use crate::lint::facts::Pull;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("overwritten-parameter", Some(Severity::Warning), "a parameter that a module sets to something else");

/// Parameters of the header that are globals of a module as well: `propcase` sets `p`.
pub(super) struct OverwrittenParameter;

impl Rule for OverwrittenParameter {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let facts = script.facts;
        if facts.header.params.is_empty() || facts.pulls.is_empty() {
            return;
        }
        for (global, module) in facts.outside(script.options).module_globals() {
            let Some(param) = facts.header.param(global) else { continue };
            let message = format!("the module '{module}' overwrites the parameter '{global}'");
            let mut finding = Finding::new(INFO.id, Severity::Warning, script.id, param.span, message);
            let require = facts.pulls.iter().find_map(|pull| match pull {
                Pull::Module(name, call) if name == module => Some(*call),
                _ => None,
            });
            if let Some(call) = require {
                finding = finding.label(script.tree.span(call), "from here on it is the module's");
            }
            findings.push(finding.help("Give the parameter another name, or copy it to a local before."));
        }
    }
}
