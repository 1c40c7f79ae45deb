//! How bad findings are, where the user says otherwise than their rule.

use crate::lint::hash::HashMap;

use super::finding::{Finding, Severity};
use super::rule::RuleInfo;

/// Severities that the user has chosen for rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(HashMap<String, Option<Severity>>);

impl Levels {
    /// Chooses a severity for a rule; `None` turns it off.
    pub fn set(&mut self, rule: impl Into<String>, severity: Option<Severity>) {
        self.0.insert(rule.into(), severity);
    }

    /// Whether a rule is on, by choice or by itself.
    pub fn is_on(&self, info: &RuleInfo) -> bool {
        self.0.get(info.id).copied().unwrap_or(info.severity).is_some()
    }

    /// The severities and rules that were chosen, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<Severity>)> {
        self.0.iter().map(|(rule, severity)| (rule.as_str(), *severity))
    }

    /// Takes out findings of rules that are off, and gives the others the severity that was chosen: the worst that a rule
    /// finds gets it, and what the rule holds for less bad never more than it.
    pub fn apply(&self, infos: &[&RuleInfo], findings: &mut Vec<Finding>) {
        // Most come in a row.
        let mut last: Option<&RuleInfo> = None;
        findings.retain_mut(|finding| {
            let same = last.filter(|info| info.id == finding.rule);
            last = same.or_else(|| infos.iter().find(|info| info.id == finding.rule).copied());
            let Some(info) = last else { return true };
            match (self.0.get(info.id), info.severity) {
                (None, worst) => worst.is_some(),
                (Some(None), _) => false,
                (Some(Some(chosen)), worst) => {
                    let is_worst = worst.is_none_or(|worst| finding.severity >= worst);
                    finding.severity = if is_worst { *chosen } else { finding.severity.min(*chosen) };
                    true
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::source::{SourceId, Span};

    static MIXED: RuleInfo = RuleInfo { id: "mixed", severity: Some(Severity::Warning), summary: "", explanation: "" };
    static QUIET: RuleInfo = RuleInfo { id: "quiet", severity: None, summary: "", explanation: "" };

    fn severities(levels: &Levels) -> Vec<(&'static str, Severity)> {
        let finding = |rule, severity| Finding::new(rule, severity, SourceId(0), Span::default(), "");
        let mut findings = vec![
            finding("mixed", Severity::Warning),
            finding("mixed", Severity::Info),
            finding("quiet", Severity::Info),
            finding("other", Severity::Error),
        ];
        levels.apply(&[&MIXED, &QUIET], &mut findings);
        findings.iter().map(|finding| (finding.rule, finding.severity)).collect()
    }

    #[test]
    fn what_nobody_chose_stays() {
        use Severity::{Error, Info, Warning};
        assert_eq!(severities(&Levels::default()), [("mixed", Warning), ("mixed", Info), ("other", Error)]);
    }

    #[test]
    fn the_worst_gets_what_was_chosen() {
        use Severity::{Error, Info};
        let mut levels = Levels::default();
        levels.set("mixed", Some(Error));
        levels.set("quiet", Some(Error));
        assert_eq!(severities(&levels), [("mixed", Error), ("mixed", Info), ("quiet", Error), ("other", Error)]);
        levels.set("mixed", None);
        levels.set("quiet", Some(Info));
        assert_eq!(severities(&levels), [("quiet", Info), ("other", Error)]);
        assert!(levels.is_on(&QUIET) && !levels.is_on(&MIXED));
    }
}
