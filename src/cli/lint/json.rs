//! JSON Lines: an object for each finding, and a summary as the last.
//!
//! Lines and columns count from 1, columns in UTF-16 units as editors do; `offset` and `end_offset` are bytes from the
//! start of the file. The end is behind the last character.

use serde_json::{Value, json};

use super::Format;
use super::item::{Place, Tally, place};
use crate::lint::{Label, Report};

pub(super) struct Json;

impl Format for Json {
    fn report(&mut self, report: &Report) -> String {
        let object = |finding: &crate::lint::Finding| {
            let labels = |labels: &[Label]| labels.iter().map(|label| label_value(report, label)).collect::<Vec<_>>();
            let mut value = json!({"rule": finding.rule, "severity": finding.severity.as_str()});
            put_place(&mut value, &place(report, finding.source, finding.span));
            value["message"] = json!(finding.message);
            value["trace"] = json!(labels(&finding.trace));
            value["labels"] = json!(labels(&finding.labels));
            value["help"] = json!(finding.help.as_slice());
            format!("{value}\n")
        };
        report.findings.iter().map(object).collect()
    }

    fn finish(&mut self, tally: &Tally) -> String {
        let unreadable: Vec<_> =
            tally.unreadable.iter().map(|(path, why)| json!({"path": path, "message": why})).collect();
        let summary = json!({
            "files": tally.files,
            "errors": tally.errors,
            "warnings": tally.warnings,
            "infos": tally.infos,
            "unreadable": unreadable,
        });
        format!("{}\n", json!({"summary": summary}))
    }
}

fn label_value(report: &Report, label: &Label) -> Value {
    let mut value = json!({});
    put_place(&mut value, &place(report, label.source, label.span));
    value["message"] = json!(label.message);
    value
}

fn put_place(value: &mut Value, at: &Place<'_>) {
    value["path"] = json!(at.path);
    value["line"] = json!(at.start.line);
    value["column"] = json!(at.start.column_utf16);
    value["end_line"] = json!(at.end.line);
    value["end_column"] = json!(at.end.column_utf16);
    value["offset"] = json!(at.span.start);
    value["end_offset"] = json!(at.span.end);
}
