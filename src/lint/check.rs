//! A check of one script, from its bytes to what there is to say of it.

use std::sync::Arc;

use super::finding::Finding;
use super::flow;
use super::front::read;
use super::on_big_stack;
use super::options::Options;
use super::rules;
use super::source::{Source, SourceId, Sources};

/// What a check says.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The script, which is the first, and all texts that belong to it.
    pub sources: Sources,
    /// What was found, in the order of the places.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The script that was checked.
    pub const SCRIPT: SourceId = SourceId(0);
}

/// Checks a script. Any bytes will do.
pub fn check(source: Source, options: &Options) -> Report {
    let mut sources = Sources::default();
    let script = sources.add(source);
    let mut report = Report { sources, findings: Vec::new() };
    // The parser and the analysis share one big stack. Without it, each asks for one and does what it can.
    let whole = on_big_stack(|| check_on_stack(script, &mut report, options));
    if whole.is_err() {
        report.findings.clear();
        check_on_stack(script, &mut report, options);
    }
    report
}

fn check_on_stack(script: SourceId, report: &mut Report, options: &Options) {
    let Report { sources, findings } = report;
    let mut parsed = read(script, sources.get(script), options);
    findings.append(&mut parsed.findings);
    rules::check(script, sources.get(script), &parsed, options, findings);
    let (tree, comments) = (Arc::new(parsed.tree), parsed.scan.comments);
    // What does not compile does not run, and what was made out of it may mislead.
    if parsed.complete {
        flow::check(sources, script, &tree, options, findings);
    }
    rules::finish(script, sources.get(script), &tree, &comments, options, findings);
    sort(sources, findings);
}

/// Findings in the order of their places in the texts that people have, each once.
fn sort(sources: &Sources, findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| sources.resolve(finding.source, finding.span);
        place(a).cmp(&place(b)).then(a.rule.cmp(b.rule)).then(b.severity.cmp(&a.severity))
    });
    findings.dedup_by(|a, b| a.rule == b.rule && a.source == b.source && a.span == b.span && a.message == b.message);
}
