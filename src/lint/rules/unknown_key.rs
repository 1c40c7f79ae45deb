use crate::api::{KEY_FUNCTIONS, KEYS};
use crate::lint::suggest::did_you_mean;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!("unknown-key", Some(Severity::Error), "the name of a key that no camera has");

/// Constant names of keys that CHDK does not know.
pub(super) struct UnknownKey;

impl Rule for UnknownKey {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        for call in script.facts.calls.iter().filter(|call| KEY_FUNCTIONS.contains(&call.name.entry.name)) {
            let Some(&key) = tree.list(call.args).first() else { continue };
            let Some(name) = tree.as_string(script.facts.behind_locals(tree, key)) else { continue };
            let name = String::from_utf8_lossy(name);
            if KEYS.contains(&&*name) {
                continue;
            }
            let message = format!("there is no key '{name}'{}", did_you_mean(&name, KEYS.iter().copied()));
            let finding = Finding::new(INFO.id, Severity::Error, script.id, tree.span(key), message);
            findings.push(finding.help(format!("{} will raise: unknown key.", call.name.entry.name)));
        }
    }
}
