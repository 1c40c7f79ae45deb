use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity, Span};

static INFO: RuleInfo =
    rule_info!("header-outside-comment", Some(Severity::Warning), "a line of code that the menu takes for a header line");

/// Lines that begin with `#` or `@`, are in no comment and compile: lengths, and lines of strings. (Header lines outside
/// comments do not compile.)
pub(super) struct HeaderOutsideComment;

impl Rule for HeaderOutsideComment {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let header = &script.facts.header;
        for line in header.lines.iter().filter(|line| line.taken) {
            let code = line.hash || in_string(script, line.span);
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

fn in_string(script: &Script<'_>, span: Span) -> bool {
    let tree = script.tree;
    (0..tree.exprs.len()).any(|at| {
        let place = tree.span(ExprId(at as u32));
        matches!(tree.exprs[at], Expr::String(_)) && place.start <= span.start && span.end <= place.end
    })
}
