use crate::lint::header::SCANNED;
use crate::lint::tree::Expr;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity, Span};

static INFO: RuleInfo = rule_info!(
    "header-outside-comment",
    Some(Severity::Warning),
    "a line of code that the menu takes for a header line"
);

/// Lines that begin with `#` or `@`, are in no comment and compile: lengths, and lines of strings. (Header lines outside
/// comments do not compile.)
pub(super) struct HeaderOutsideComment;

impl Rule for HeaderOutsideComment {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let header = &script.facts.header;
        if header.lines.is_empty() {
            return;
        }
        let strings = first_strings(script);
        for line in header.lines.iter().filter(|line| line.taken) {
            let code = line.hash
                || strings.iter().any(|string| string.start <= line.span.start && line.span.end <= string.end);
            if !code || script.facts.in_comment(line.span.start) {
                continue;
            }
            let inside = |span: Span| line.span.start <= span.start && span.end <= line.span.end;
            let what = match header.params.iter().find(|param| inside(param.span)) {
                Some(param) => format!("the parameter '{}'", param.name),
                None => "a line of the header".to_owned(),
            };
            let message = format!("the menu takes this line for {what}");
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, line.span, message);
            findings.push(finding.help(
                "It takes every line of the first 4096 bytes that begins with # or @. Begin the line with something else.",
            ));
        }
    }
}

/// Where the strings stand that begin in the part of the text that the menu looks at.
fn first_strings(script: &Script<'_>) -> Vec<Span> {
    let tree = script.tree;
    let strings = tree.exprs.iter().zip(&tree.expr_spans).filter(|(expr, _)| matches!(expr, Expr::String(_)));
    strings.map(|(_, span)| *span).filter(|span| (span.start as usize) < SCANNED).collect()
}
