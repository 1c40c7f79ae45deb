use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("scheduler", Some(Severity::Warning), "a change to what lets the camera do its work beside the script");

/// `debug.sethook`, which takes the scheduler's place, and `set_yield(-1)`, which turns it off.
pub(super) struct Scheduler;

impl Rule for Scheduler {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        for call in &script.facts.calls {
            let span = tree.span(call.callee);
            let finding = |severity, message| Finding::new(INFO.id, severity, script.id, span, message);
            match call.name.entry.name {
                "debug.sethook" => {
                    let message = "debug.sethook takes the place of the hook that shares time with the camera";
                    let finding = finding(Severity::Warning, message);
                    findings.push(
                        finding.help("From then on only sleep and its kin let the camera's keys and screen work."),
                    );
                }
                "set_yield" => {
                    let never = tree.list(call.args).iter().filter(|arg| script.constant(**arg) == Some(-1)).count();
                    if never == 2 {
                        let message = "from here on the script shares no time with the camera by itself";
                        let finding = finding(Severity::Info, message);
                        findings.push(finding.help(
                            "Keys do not work in a loop without sleep, not even the one that stops the script. set_yield() \
                             brings the default back.",
                        ));
                    }
                }
                _ => {}
            }
        }
    }
}
