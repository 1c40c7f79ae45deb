//! Comments that allow a finding: `-- lint: allow(RULE) reason`.
//!
//! Such a comment behind code is for its line; one on a line of its own is for the next statement, however many lines that
//! has. `-- lint: allow-file(RULE) reason` is for the whole text, wherever it stands.

use super::finding::{Finding, Severity};
use super::rule::RuleInfo;
use super::scan::Comment;
use super::source::{Source, SourceId, Span};
use super::suggest::did_you_mean;
use super::tree::Tree;

static UNUSED: RuleInfo = RuleInfo {
    id: "unused-suppression",
    severity: Some(Severity::Warning),
    summary: "a comment that allows what is not found, or a rule that there is not",
    explanation: include_str!("../../docs/lint/unused-suppression.md"),
};

static REASON: RuleInfo = RuleInfo {
    id: "suppression-without-reason",
    severity: Some(Severity::Info),
    summary: "a comment that allows a finding and does not say why",
    explanation: include_str!("../../docs/lint/suppression-without-reason.md"),
};

/// What is found about suppressions themselves.
pub static INFOS: [&RuleInfo; 2] = [&UNUSED, &REASON];

/// So many are looked at; further ones allow nothing.
const MOST: usize = 1000;

/// A comment that allows findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The comment.
    pub span: Span,
    /// The rules that it names, and where.
    pub rules: Vec<(String, Span)>,
    /// Why, as the script says; none if the comment is meant for the linter and says nothing that it understands.
    pub reason: Option<String>,
    /// Where it allows them; none: everywhere.
    pub scope: Option<Span>,
}

impl Suppression {
    fn covers(&self, finding: &Finding) -> bool {
        self.scope.is_none_or(|scope| scope.start <= finding.span.start && finding.span.start < scope.end)
    }
}

/// The comments of a text that allow something.
pub fn suppressions(source: &Source, tree: &Tree, comments: &[Comment]) -> Vec<Suppression> {
    // Most texts have none.
    if memchr::memmem::find(source.bytes(), b"lint:").is_none() {
        return Vec::new();
    }
    // Of statements that begin together, the one that is around the others comes first.
    let mut statements = tree.stmt_spans.clone();
    statements.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    comments.iter().filter_map(|comment| read(source, &statements, comment)).take(MOST).collect()
}

fn read(source: &Source, statements: &[Span], comment: &Comment) -> Option<Suppression> {
    let said = source.text(comment.text).trim_ascii_start().strip_prefix(b"lint:")?.trim_ascii_start();
    let unread = Suppression { span: comment.span, rules: Vec::new(), reason: None, scope: Some(Span::default()) };
    Some(read_directive(source, statements, comment, said).unwrap_or(unread))
}

fn read_directive(source: &Source, statements: &[Span], comment: &Comment, said: &[u8]) -> Option<Suppression> {
    let text = source.text(comment.text);
    let (rest, file) = match said.strip_prefix(b"allow-file") {
        Some(rest) => (rest, true),
        None => (said.strip_prefix(b"allow")?, false),
    };
    let rest = rest.trim_ascii_start().strip_prefix(b"(")?;
    let end = memchr::memchr(b')', rest)?;
    let names = std::str::from_utf8(&rest[..end]).ok()?;
    // The reason may be in the encoding of the file.
    let reason = String::from_utf8_lossy(&rest[end + 1..]).trim().to_owned();
    let mut rules = Vec::new();
    for name in names.split(',') {
        // Where it stands in the comment follows from where it is in memory.
        let trimmed = name.trim();
        let offset = trimmed.as_ptr() as usize - text.as_ptr() as usize;
        let start = comment.text.start as usize + offset;
        rules.push((trimmed.to_owned(), Span::new(start, start + trimmed.len())));
    }
    let scope = (!file).then(|| scope(source, statements, comment));
    Some(Suppression { span: comment.span, rules, reason: Some(reason), scope })
}

/// The line that a comment stands behind, or the next statement.
fn scope(source: &Source, statements: &[Span], comment: &Comment) -> Span {
    let line = source.line_span(source.line(comment.span.start));
    let before = source.text(Span { start: line.start, end: comment.span.start });
    if !before.trim_ascii().is_empty() {
        return Span { start: line.start, end: line.end + 1 };
    }
    let next = statements.partition_point(|span| span.start < comment.span.end);
    let Some(statement) = statements.get(next) else {
        return Span { start: comment.span.end, end: u32::MAX };
    };
    Span { start: comment.span.end, end: statement.end }
}

/// Takes out the findings that comments allow; `said` gets what is to be said of those comments. `ids` are the rules that
/// there are; `off` those that were not looked for, whose suppressions cannot be called unused.
pub fn apply(
    id: SourceId,
    suppressions: &[Suppression],
    ids: &[&str],
    off: &dyn Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
    said: &mut Vec<Finding>,
) {
    let mut used = vec![false; suppressions.iter().map(|suppression| suppression.rules.len()).sum()];
    findings.retain(|finding| {
        let mut at = 0;
        let mut allowed = false;
        for suppression in suppressions {
            for (rule, _) in &suppression.rules {
                if finding.source == id && rule == finding.rule && suppression.covers(finding) {
                    used[at] = true;
                    allowed = true;
                }
                at += 1;
            }
        }
        !allowed
    });
    let mut used = used.into_iter();
    for suppression in suppressions {
        for (rule, span) in &suppression.rules {
            let used = used.next().unwrap_or(true);
            let message = if !ids.contains(&rule.as_str()) {
                format!("there is no rule '{rule}'{}", did_you_mean(rule, ids.iter().copied()))
            } else if !used && !off(rule) {
                format!("nothing is found here that '{rule}' would allow")
            } else {
                continue;
            };
            said.push(Finding::new(UNUSED.id, Severity::Warning, id, *span, message));
        }
        let Some(reason) = &suppression.reason else {
            let finding =
                Finding::new(UNUSED.id, Severity::Warning, id, suppression.span, "this comment allows nothing");
            said.push(finding.help("It is `-- lint: allow(RULE) reason`, or `allow-file` for the whole file."));
            continue;
        };
        if reason.is_empty() {
            let message = "this comment does not say why";
            let finding = Finding::new(REASON.id, Severity::Info, id, suppression.span, message);
            said.push(finding.help("Put the reason behind the bracket: `-- lint: allow(RULE) because …`."));
        }
    }
}
