use crate::lint::options::{Start, Target};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("set-record-over-ptp", Some(Severity::Warning), "set_record in a script that is sent to an old CHDK");

/// `set_record` while USB is connected, where it does not do the work of `switch_mode_usb` yet.
pub(super) struct SetRecordOverPtp;

impl Rule for SetRecordOverPtp {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let facts = script.facts;
        if script.options.start != Start::Ptp || facts.target >= Target([1, 3, 0, 0]) {
            return;
        }
        for call in facts.calls.iter().filter(|call| call.name.entry.name == "set_record") {
            let message = format!("set_record does not switch while USB is connected in CHDK {}", facts.target);
            let span = script.tree.span(call.callee);
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, span, message);
            findings.push(finding.help("switch_mode_usb(1) does; from CHDK 1.3 on set_record calls it by itself."));
        }
    }
}
