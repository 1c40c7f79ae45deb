use crate::lint::hash::HashMap;

use crate::api;
use crate::lint::facts::Pull;
use crate::lint::suggest::closest;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("unknown-module", Some(Severity::Warning), "a module that is not found, or loaded twice");

/// Names given to `require`.
pub(super) struct UnknownModule;

impl Rule for UnknownModule {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        let mut spellings: HashMap<String, &str> = HashMap::default();
        let preloaded = tree.names.find("package").is_some();
        for pull in &script.facts.pulls {
            let Pull::Module(name, call) = pull else { continue };
            let span = tree.span(*call);
            let lower = name.replace('.', "/").to_ascii_lowercase();
            let first = *spellings.entry(lower).or_insert(name);
            if first != name {
                let message = format!("'{name}' is loaded once more: it has been required as '{first}'");
                let finding = Finding::new(INFO.id, Severity::Info, script.id, span, message);
                findings.push(finding.help("The camera keeps modules by their spelling. Give both the same."));
            }
            if preloaded || api::module(name).is_some() || script.options.modules.module(name).is_some() {
                continue;
            }
            let near = closest(name, api::modules().iter().map(|module| module.name));
            // A module may be on the camera and nowhere else.
            let severity = if near.is_some() { Severity::Warning } else { Severity::Info };
            let text = near.map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
            let message = format!("the module '{name}' is not found here{text}");
            let finding = Finding::new(INFO.id, severity, script.id, span, message);
            findings.push(finding.help("The camera looks in A/CHDK/SCRIPTS, then in A/CHDK/LUALIB."));
        }
    }
}
