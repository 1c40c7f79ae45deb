use crate::lint::header::{Header, SCANNED};
use crate::lint::options::Start;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity, Span};

static INFO: RuleInfo = rule_info!(
    "header-ignored",
    Some(Severity::Warning),
    "a header line behind the first 4096 bytes, where the menu does not look"
);

/// How far behind its end a header may go on.
const FURTHER: usize = 64 * 1024;

/// Parameters that a script reads and declares too far down.
pub(super) struct HeaderIgnored;

impl Rule for HeaderIgnored {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let text = script.source.bytes();
        if script.options.start != Start::Menu || text.len() <= SCANNED {
            return;
        }
        // A line that is cut in two by the end counts as behind it.
        let start = memchr::memrchr(b'\n', &text[..SCANNED]).map_or(0, |at| at + 1);
        let behind = Header::of_lines(&text[start..text.len().min(start + FURTHER)]);
        let shifted = |span: Span| Span::new(span.start as usize + start, span.end as usize + start);
        if behind.params.is_empty() {
            return;
        }
        for param in behind.params.iter().filter(|param| param.declared) {
            let span = shifted(param.span);
            // A comment on a function has such lines too; a parameter is read as a global.
            let symbol = tree.names.find(&param.name);
            let read = symbol.is_some_and(|symbol| facts.is_read(symbol));
            let known = facts.header.param(&param.name).is_some_and(|param| param.declared);
            if !facts.in_comment(span.start) || !read || known || (span.end as usize) <= SCANNED {
                continue;
            }
            let message = format!("the menu does not see the parameter '{}'", param.name);
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, span, message);
            findings.push(
                finding.help(format!("It reads the first {SCANNED} bytes. Move the header to the top of the file.")),
            );
        }
    }
}
