//! A check of one script, from its bytes to what there is to say of it.

use std::sync::Arc;

use super::finding::Finding;
use super::flow;
use super::front::{Parsed, Scratch, read_with};
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
    let mut checking = Checking::new(source, options);
    // The parser and the analysis share one big stack. Without it, each asks for one and does what it can.
    let mut work = || Checking::together(std::slice::from_mut(&mut checking), &mut Scratch::default());
    if on_big_stack(&mut work).is_err() {
        work();
    }
    checking.report
}

/// Checks many scripts, each as [`check`] does, in less time than one by one: the code of each stage stays where the
/// processor has it at hand, while some scripts go through.
pub fn check_many(scripts: Vec<(Source, &Options)>) -> Vec<Report> {
    let mut all: Vec<_> = scripts.into_iter().map(|(source, options)| Checking::new(source, options)).collect();
    let mut work = || {
        let mut scratch = Scratch::default();
        let mut rest = &mut all[..];
        while !rest.is_empty() {
            let (some, others) = rest.split_at_mut(Checking::how_many(rest));
            Checking::together(some, &mut scratch);
            rest = others;
        }
    };
    if on_big_stack(&mut work).is_err() {
        work();
    }
    all.into_iter().map(|checking| checking.report).collect()
}

/// Scripts that go through the stages together: so few that what is known of them stays at hand as well. Who has many
/// threads gives each so many at a time.
pub const TOGETHER: usize = 256;

/// Bytes of scripts that go through the stages together, if it is more than one script: what is known of a text takes much
/// more memory than it.
const TOGETHER_BYTES: usize = 64 << 10;

/// A script between the stages of its check.
struct Checking<'o> {
    report: Report,
    parsed: Parsed,
    options: &'o Options,
}

impl<'o> Checking<'o> {
    fn new(source: Source, options: &'o Options) -> Self {
        let mut sources = Sources::default();
        sources.add(source);
        Self { report: Report { sources, findings: Vec::new() }, parsed: Parsed::default(), options }
    }

    /// How many of the scripts, from the first on, go together.
    fn how_many(scripts: &[Self]) -> usize {
        let mut bytes = 0;
        let fits = |script: &&Self| {
            bytes += script.report.sources.get(Report::SCRIPT).bytes().len();
            bytes <= TOGETHER_BYTES
        };
        scripts.iter().take(TOGETHER).take_while(fits).count().max(1)
    }

    /// Takes scripts from stage to stage.
    fn together(scripts: &mut [Self], scratch: &mut Scratch) {
        scripts.iter_mut().for_each(|script| script.read(scratch));
        Self::apply_rules(scripts);
        Self::analyse(scripts);
    }

    fn read(&mut self, scratch: &mut Scratch) {
        self.parsed = read_with(scratch, Report::SCRIPT, self.report.sources.get(Report::SCRIPT), self.options);
        // Whoever comes now does not ask for tokens.
        scratch.tokens = std::mem::take(&mut self.parsed.scan.tokens);
        self.report.findings = std::mem::take(&mut self.parsed.findings);
    }

    fn apply_rules(scripts: &mut [Self]) {
        let subjects = scripts.iter_mut().map(|script| {
            let Report { sources, findings } = &mut script.report;
            let source = sources.get(Report::SCRIPT);
            rules::Subject { id: Report::SCRIPT, source, parsed: &script.parsed, options: script.options, findings }
        });
        rules::check(subjects.collect());
    }

    fn analyse(scripts: &mut [Self]) {
        let parsed: Vec<_> = scripts.iter_mut().map(|script| std::mem::take(&mut script.parsed)).collect();
        let texts: Vec<_> =
            parsed.into_iter().map(|text| (Arc::new(text.tree), text.scan.comments, text.complete)).collect();
        // What does not compile does not run, and what was made out of it may mislead.
        let compiling = scripts.iter_mut().zip(&texts).filter(|(_, (_, _, complete))| *complete);
        let mut room = flow::Room::default();
        let analyses = compiling.filter_map(|(script, (tree, ..))| {
            let Report { sources, findings } = &mut script.report;
            flow::begin(sources, Report::SCRIPT, tree, script.options, &mut room).map(|analysis| (analysis, findings))
        });
        let mut analyses: Vec<_> = analyses.collect();
        analyses.iter_mut().for_each(|(analysis, _)| analysis.try_out());
        for (analysis, findings) in analyses {
            analysis.finish(findings);
        }
        for (script, (tree, comments, _)) in scripts.iter_mut().zip(texts) {
            let Report { sources, findings } = &mut script.report;
            rules::finish(Report::SCRIPT, sources.get(Report::SCRIPT), &tree, &comments, script.options, findings);
            sort(sources, findings);
        }
    }
}

/// Findings in the order of their places in the texts that people have, each once.
fn sort(sources: &Sources, findings: &mut Vec<Finding>) {
    if findings.len() < 2 {
        return;
    }
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| sources.resolve(finding.source, finding.span);
        place(a).cmp(&place(b)).then(a.rule.cmp(b.rule)).then(b.severity.cmp(&a.severity))
    });
    findings.dedup_by(|a, b| a.rule == b.rule && a.source == b.source && a.span == b.span && a.message == b.message);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn together_scripts_have_the_reports_that_they_have_alone() {
        let options = Options::default();
        let texts =
            ["pcall(sleep, 1)", "x = = 1", "", "slep(10)", "require 'none'", "local t = 0.5", "\x1bLua", "return f"];
        let scripts = || (0..20).flat_map(|_| texts).map(|text| Source::new("script.lua", text));
        let alone: Vec<_> = scripts().map(|source| check(source, &options)).collect();
        let together = check_many(scripts().map(|source| (source, &options)).collect());
        assert_eq!(together.len(), alone.len());
        for (one, other) in together.iter().zip(&alone) {
            assert_eq!(one.findings, other.findings);
            assert_eq!(one.sources.len(), other.sources.len());
        }
        assert!(together.iter().any(|report| !report.findings.is_empty()));
    }
}
