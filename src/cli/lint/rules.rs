//! `--list-rules` and `--explain`.

use super::exit;
use crate::error::{Error, ErrorKind, Result};
use crate::host::{self, did_you_mean};
use crate::lint::{self, RuleInfo, Severity};

/// Those of camera scripts and of host scripts.
pub(super) fn all() -> Vec<&'static RuleInfo> {
    lint::rules::infos().iter().copied().chain(host::lint::RULES).collect()
}

pub(super) fn list() -> Result<u8> {
    let rules = all();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let lines = rules.iter().map(|rule| {
        let severity = rule.severity.map_or("off", Severity::as_str);
        format!("{:width$}  {severity:7}  {}\n", rule.id, rule.summary)
    });
    exit::print(lines.collect::<String>())?;
    Ok(exit::DONE)
}

pub(super) fn explain(name: &str) -> Result<u8> {
    let rules = all();
    let Some(rule) = rules.iter().find(|rule| rule.id == name) else {
        let hint = did_you_mean(name, rules.iter().map(|rule| rule.id));
        let words = format!("there is no rule '{name}'{hint}; --list-rules lists them");
        return Err(Error::new(ErrorKind::Usage, words));
    };
    exit::print(format!("{}\n", rule.explanation.trim_end()))?;
    Ok(exit::DONE)
}
