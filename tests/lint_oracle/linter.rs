//! What the linter says of a program, in the judge's terms.
#![allow(dead_code, reason = "each test uses some of it")]

use std::sync::Arc;

use moonshutter::lint::{self, Options, Severity, Source};

use crate::judge::Place;
use crate::program::Program;

/// The name under which the linter gets the script.
const NAME: &str = "script.lua";

/// A finding.
#[derive(Debug, Clone)]
pub struct Said {
    pub rule: &'static str,
    pub severity: Severity,
    /// Where it begins.
    pub place: Place,
    /// Its last line.
    pub last: u32,
    pub message: String,
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (file, line) = &self.place;
        let file = file.as_deref().unwrap_or("script");
        write!(f, "{} [{}] {file}:{line}: {}", self.severity, self.rule, self.message)
    }
}

impl Said {
    /// Whether it is about a yield that a boundary stops.
    pub fn is_boundary(&self) -> bool {
        self.severity >= Severity::Warning && !self.is_restore()
    }

    /// Whether it is about a yield that ends `restore`.
    pub fn is_restore(&self) -> bool {
        self.rule.starts_with("restore")
    }

    /// Whether a place is among its lines.
    pub fn covers(&self, place: &Place) -> bool {
        place.0 == self.place.0 && (self.place.1..=self.last).contains(&place.1)
    }
}

/// The rules that are about yields.
fn about_yields(rule: &str) -> bool {
    rule.contains("yield")
}

/// What is said of yields.
pub fn lint(program: &Program) -> Vec<Said> {
    lint_with_all_rules(program).into_iter().filter(|said| about_yields(said.rule)).collect()
}

/// What is said at all.
pub fn lint_with_all_rules(program: &Program) -> Vec<Said> {
    let options = Options { start: program.start, modules: Arc::new(program.clone()), ..Options::default() };
    let report = lint::check(Source::new(NAME, program.main.clone()), &options);
    let said = report.findings.iter().map(|finding| {
        let (id, span) = report.sources.resolve(finding.source, finding.span);
        let source = report.sources.get(id);
        let file = (source.name() != NAME).then(|| source.name().to_ascii_lowercase());
        Said {
            rule: finding.rule,
            severity: finding.severity,
            place: (file, source.line(span.start)),
            last: source.line(span.end.saturating_sub(1).max(span.start)),
            message: finding.message.clone(),
        }
    });
    said.collect()
}
