use super::libraries::field_reads;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "hook-never-continued",
    Some(Severity::Info),
    "a shooting hook that the script sets and never continues"
);

/// `hook_shoot.set(10000)` without any `hook_shoot.continue`.
pub(super) struct HookNeverContinued;

impl Rule for HookNeverContinued {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        let is_continued =
            |hook: &str| field_reads(script).iter().any(|read| read.field == "continue" && read.library == hook);
        let foreign = script.facts.opaque || !script.options.prelude.is_empty();
        for call in script.facts.calls.iter().filter(|_| !foreign) {
            let Some(hook) = call.name.entry.name.strip_suffix(".set").filter(|name| name.starts_with("hook_")) else {
                continue;
            };
            let timeout = tree.list(call.args).first().and_then(|timeout| script.constant(*timeout));
            if timeout == Some(0) || is_continued(hook) {
                continue;
            }
            let message = format!("nothing calls {hook}.continue");
            let finding = Finding::new(INFO.id, Severity::Info, script.id, tree.span(call.callee), message);
            findings.push(finding.help("Every shot will stand in the hook until its time is over."));
        }
    }
}
