use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("missing-chdk-version", Some(Severity::Info), "a menu script that does not say for which CHDK it is");

/// Headers without `@chdk_version`.
pub(super) struct MissingChdkVersion;

impl Rule for MissingChdkVersion {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let header = &script.facts.header;
        let first = header.title.or(header.params.first().map(|param| param.span));
        let Some(span) = first.filter(|span| header.version.is_none() && script.facts.in_comment(span.start)) else {
            return;
        };
        let message = "the header declares no @chdk_version";
        let finding = Finding::new(INFO.id, Severity::Info, script.id, span, message);
        findings.push(finding.help(
            "The menu shows a warning, and the script runs as one for CHDK 1.3: get_raw, get_video_button, get_focus_ok, \
             set_mf, save_config_file and load_config_file return 1 or 0.",
        ));
    }
}
