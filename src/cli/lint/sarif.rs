//! SARIF 2.1.0 (OASIS), which code scanners read.

use serde_json::{Value, json};

use super::item::{Place, Tally, place};
use super::{Format, rules};
use crate::lint::{Finding, Label, Report, RuleInfo, Severity};

/// One run of the program: SARIF is one object, so that nothing is printed before the end.
#[derive(Default)]
pub(super) struct Sarif {
    results: Vec<Value>,
}

impl Format for Sarif {
    fn report(&mut self, report: &Report) -> String {
        self.results.extend(report.findings.iter().map(|finding| result(report, finding)));
        String::new()
    }

    fn finish(&mut self, tally: &Tally) -> String {
        let notifications: Vec<_> = tally
            .unreadable
            .iter()
            .map(|(path, why)| {
                json!({
                    "level": "error",
                    "message": {"text": format!("cannot read {path}: {why}")},
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(path)}}}],
                })
            })
            .collect();
        let run = json!({
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules::all().into_iter().map(rule).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": tally.unreadable.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "utf16CodeUnits",
            "results": std::mem::take(&mut self.results),
        });
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        });
        format!("{log:#}\n")
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(info: &RuleInfo) -> Value {
    json!({
        "id": info.id,
        "shortDescription": {"text": info.summary},
        "help": {"text": info.explanation, "markdown": info.explanation},
        "defaultConfiguration": {
            "enabled": info.severity.is_some(),
            "level": info.severity.map_or("none", level),
        },
    })
}

fn result(report: &Report, finding: &Finding) -> Value {
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push('\n');
        text.push_str(help);
    }
    let mut value = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": location(&place(report, finding.source, finding.span))}],
    });
    if let Some(index) = rules::all().iter().position(|rule| rule.id == finding.rule) {
        value["ruleIndex"] = json!(index);
    }
    if !finding.labels.is_empty() {
        value["relatedLocations"] = finding.labels.iter().map(|label| labelled(report, label)).collect();
    }
    if !finding.trace.is_empty() {
        let steps: Vec<_> = finding.trace.iter().map(|label| json!({"location": labelled(report, label)})).collect();
        value["codeFlows"] = json!([{"threadFlows": [{"locations": steps}]}]);
    }
    value
}

fn labelled(report: &Report, label: &Label) -> Value {
    json!({
        "physicalLocation": location(&place(report, label.source, label.span)),
        "message": {"text": label.message},
    })
}

fn location(at: &Place<'_>) -> Value {
    json!({
        "artifactLocation": {"uri": uri(at.path)},
        "region": {
            "startLine": at.start.line,
            "startColumn": at.start.column_utf16,
            "endLine": at.end.line,
            "endColumn": at.end.column_utf16,
        },
    })
}

/// A path as a relative or `file:` URI.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(byte.into()),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
