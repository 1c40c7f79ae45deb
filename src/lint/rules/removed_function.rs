use crate::api::Presence;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("removed-function", Some(Severity::Error), "a camera function that newer CHDKs have no more");

/// Functions that were there once.
pub(super) struct RemovedFunction;

impl Rule for RemovedFunction {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        for &(expr, symbol) in &facts.reads {
            let Some(name) = facts.entry(symbol).filter(|name| name.presence == Presence::Removed) else {
                continue;
            };
            let ours = facts.writes_of(symbol) > 0 || facts.header.param(name.entry.name).is_some();
            if ours || facts.is_tested(symbol) || facts.outside(script.options).sets(name.entry.name) {
                continue;
            }
            let message = format!("CHDK has no '{}' any more", name.entry.name);
            let finding = Finding::new(INFO.id, Severity::Error, script.id, tree.span(expr), message);
            let note = name.entry.note.trim_start_matches("no longer registered: ");
            let finding = match note.as_bytes().first() {
                Some(b'0'..=b'9') => finding.help(format!("It was there {note}.")),
                Some(b'r') => finding.help(format!("It was {note}.")),
                _ => finding,
            };
            findings.push(match instead(name.entry.name) {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
    }
}

fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "get_dof" => "Read the field dof of get_dofinfo().",
        "get_far_limit" => "Read the field far of get_dofinfo().",
        "get_near_limit" => "Read the field near of get_dofinfo().",
        "get_hyp_dist" => "Read the field hyp_dist of get_dofinfo().",
        "enable_highspeed_usb" | "enable_remote_hp_timer" => "set_remote_timing(interval) has taken its place.",
        "md_af_on_time" => "md_af_led_control(delay_ms, on_ms) has taken its place.",
        "find_levent_by_name" => "get_levent_def(name) looks up a logical event.",
        _ => return None,
    })
}
