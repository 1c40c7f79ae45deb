//! A finding as the formats print it, and how many there were.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use crate::lint::source::Position;
use crate::lint::{Finding, Report, Severity, SourceId, Span};

/// A place in a text that a person has written.
pub(super) struct Place<'a> {
    pub path: &'a str,
    pub start: Position,
    pub end: Position,
    pub span: Span,
}

/// Where something is, outside of any string that it stands in.
pub(super) fn place(report: &Report, source: SourceId, span: Span) -> Place<'_> {
    let (source, span) = report.sources.resolve(source, span);
    let source = report.sources.get(source);
    let end = span.end.max(span.start);
    Place { path: source.name(), start: source.position(span.start), end: source.position(end), span }
}

/// Findings that were reported already: a module that many scripts require is looked at with each of them.
#[derive(Default)]
pub(super) struct Seen(HashSet<(String, Span, &'static str, String)>);

impl Seen {
    /// Takes out of a report what stood in earlier ones, and puts the rest in the order of places.
    pub fn only_new(&mut self, report: &mut Report) {
        let sources = &report.sources;
        let resolved = |finding: &Finding| sources.resolve(finding.source, finding.span);
        report.findings.retain(|finding| {
            let (source, span) = resolved(finding);
            let path = sources.get(source).name().to_owned();
            self.0.insert((path, span, finding.rule, finding.message.clone()))
        });
        report.findings.sort_by_key(resolved);
    }
}

/// How many findings there were.
#[derive(Default)]
pub(super) struct Tally {
    pub files: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Files that could not be read, and why.
    pub unreadable: BTreeSet<(String, String)>,
}

impl Tally {
    pub fn count(&mut self, report: &Report) {
        self.files += 1;
        for finding in &report.findings {
            *match finding.severity {
                Severity::Error => &mut self.errors,
                Severity::Warning => &mut self.warnings,
                Severity::Info => &mut self.infos,
            } += 1;
        }
    }

    pub fn cannot_read(&mut self, path: String, why: String) {
        self.unreadable.insert((path, why));
    }

    pub fn worst(&self) -> Option<Severity> {
        let all = [(self.errors, Severity::Error), (self.warnings, Severity::Warning), (self.infos, Severity::Info)];
        all.into_iter().find_map(|(count, severity)| (count > 0).then_some(severity))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |count: usize, what: &str| (count > 0).then(|| counted(count, what));
        let parts = [some(self.errors, "error"), some(self.warnings, "warning"), some(self.infos, "info")];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let found = if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") };
        write!(f, "{found} in {}", counted(self.files, "file"))
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Text on one line, without what would move a terminal's cursor.
pub(super) fn one_line(text: &str) -> String {
    super::exit::harmless(text).replace(['\n', '\t'], " ")
}
