//! `path:line:column: severity: message [rule]`, as compilers print it and editors read it.

use super::Format;
use super::item::{Tally, one_line, place};
use crate::lint::Report;

pub(super) struct Short;

impl Format for Short {
    fn report(&mut self, report: &Report) -> String {
        report
            .findings
            .iter()
            .map(|finding| {
                let at = place(report, finding.source, finding.span);
                let (line, column) = (at.start.line, at.start.column_utf16);
                let message = one_line(&finding.message);
                format!("{}:{line}:{column}: {}: {message} [{}]\n", one_line(at.path), finding.severity, finding.rule)
            })
            .collect()
    }

    fn finish(&mut self, _: &Tally) -> String {
        String::new()
    }
}
