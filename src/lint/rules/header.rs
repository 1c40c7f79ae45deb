use crate::lint::header::Weight;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("header", Some(Severity::Warning), "a line of the header that the menu reads otherwise than it looks");

/// What the menu makes nothing of, or something else.
pub(super) struct HeaderLines;

impl Rule for HeaderLines {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        for problem in &script.facts.header.problems {
            // Lines of code that look like a header have a rule of their own.
            if !script.facts.in_comment(problem.span.start) {
                continue;
            }
            let severity = match problem.weight {
                Weight::Minor => Severity::Info,
                Weight::Wrong => Severity::Warning,
            };
            findings.push(Finding::new(INFO.id, severity, script.id, problem.span, problem.message.clone()));
        }
    }
}
