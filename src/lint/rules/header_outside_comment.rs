use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity, Span};

static INFO: RuleInfo =
    rule_info!("header-outside-comment", Some(Severity::Error), "code that the menu takes for a header, or the other way round");

/// Lines that begin with `@` or `#` and are in no comment.
pub(super) struct HeaderOutsideComment;

impl Rule for HeaderOutsideComment {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        for line in &script.facts.header.lines {
            let first = script.source.text(line.span);
            if script.facts.in_comment(line.span.start) || !line.taken || first.starts_with(b"#!") {
                continue;
            }
            let finding = |severity, message| Finding::new(INFO.id, severity, script.id, line.span, message);
            findings.push(if line.hash || in_string(script, line.span) {
                let name = script.facts.header.params.iter().find(|param| line.span.start <= param.span.start && param.span.end <= line.span.end);
                let what = name.map_or("a line of the header".to_owned(), |param| format!("the parameter '{}'", param.name));
                finding(Severity::Warning, format!("the menu takes this line for {what}"))
                    .help("It reads every line of the first 4096 bytes that begins with # or @. Begin the line with something else.")
            } else {
                finding(Severity::Error, "a header line outside a comment is no Lua".to_owned())
                    .help("Put the header between --[[ and ]].")
            });
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
