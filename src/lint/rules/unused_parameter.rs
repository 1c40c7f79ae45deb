use crate::api;
use crate::lint::facts::Pull;
use crate::lint::header::is_lua_name;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("unused-parameter", Some(Severity::Info), "a parameter of the header that the script does not read");

/// Parameters that are set in the menu for nothing.
pub(super) struct UnusedParameter;

impl Rule for UnusedParameter {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let foreign = |pull: &Pull| !matches!(pull, Pull::Module(name, _) if api::module(name).is_some());
        // Code elsewhere may read them, and `_G[name]` anything.
        if facts.opaque || facts.pulls.iter().any(foreign) || tree.names.find("_G").is_some() {
            return;
        }
        for param in facts.header.params.iter().filter(|param| param.declared && is_lua_name(&param.name)) {
            let symbol = tree.names.find(&param.name);
            let used = symbol.is_some_and(|symbol| facts.is_read(symbol));
            if used || !facts.in_comment(param.span.start) {
                continue;
            }
            let message = format!("the script does not read the parameter '{}'", param.name);
            findings.push(Finding::new(INFO.id, Severity::Info, script.id, param.span, message));
        }
    }
}
