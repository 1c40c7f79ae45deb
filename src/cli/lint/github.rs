//! Commands of GitHub's workflows: a finding becomes a remark beside the line of a pull request.

use super::Format;
use super::item::{Tally, place};
use crate::lint::{Report, Severity};

pub(super) struct Github;

impl Format for Github {
    fn report(&mut self, report: &Report) -> String {
        let mut out = String::new();
        for finding in &report.findings {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let at = place(report, finding.source, finding.span);
            out.push_str(&format!("::{command} file={},line={}", property(at.path), at.start.line));
            // GitHub knows columns only within one line.
            if at.end.line == at.start.line {
                out.push_str(&format!(",col={},endColumn={}", at.start.column_utf16, at.end.column_utf16));
            } else {
                out.push_str(&format!(",endLine={}", at.end.line));
            }
            let trace = finding.trace.iter().map(|step| {
                let at = place(report, step.source, step.span);
                format!("{}:{}: {}", at.path, at.start.line, step.message)
            });
            let lines: Vec<_> = [finding.message.clone()]
                .into_iter()
                .chain(trace)
                .chain(finding.help.iter().map(|help| help.to_string()))
                .collect();
            out.push_str(&format!(",title={}::{}\n", property(finding.rule), data(&lines.join("\n"))));
        }
        out
    }

    fn finish(&mut self, _: &Tally) -> String {
        String::new()
    }
}

/// What has a meaning in the text of a command.
fn data(text: &str) -> String {
    super::exit::harmless(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What has a meaning in a property besides.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
