use crate::lint::hash::HashSet;

use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!("press-without-release", None, "a key that is pressed and nowhere released");

/// `press "shoot_half"` in a script without `release "shoot_half"`.
pub(super) struct PressWithoutRelease;

impl Rule for PressWithoutRelease {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let keys = |function: &str| {
            let calls = facts.calls.iter().filter(|call| call.name.entry.name == function);
            calls.filter_map(|call| tree.list(call.args).first().copied()).collect::<Vec<_>>()
        };
        let names: Vec<_> = keys("release").iter().map(|key| tree.as_string(facts.behind_locals(tree, *key))).collect();
        // It may be released under a name that is worked out.
        if names.contains(&None) || !facts.complete {
            return;
        }
        let names: HashSet<_> = names.into_iter().flatten().collect();
        for key in keys("press") {
            let Some(name) = tree.as_string(facts.behind_locals(tree, key)).filter(|name| !names.contains(name)) else {
                continue;
            };
            let message = format!("nothing releases '{}'", String::from_utf8_lossy(name));
            let finding = Finding::new(INFO.id, Severity::Info, script.id, tree.span(key), message);
            findings.push(finding.help("It stays down until the script ends."));
        }
    }
}
