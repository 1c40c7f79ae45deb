//! What keeps the camera from compiling a text, in the words of a person.

mod basic;
mod compiler;
mod later;
mod lexical;

use std::fmt::Write;

use super::finding::{Finding, Severity};
use super::rule::RuleInfo;
use super::scan::{Scan, Token};
use super::source::{Source, SourceId, Span};

pub use basic::looks_like_basic;
pub use compiler::{Verdict, ask};

/// What is no Lua at all.
pub static SYNTAX: RuleInfo = RuleInfo {
    id: "syntax",
    severity: Some(Severity::Error),
    summary: "text that the camera's Lua does not compile",
    explanation: include_str!("../../../docs/lint/syntax.md"),
};

/// Lua of another kind.
pub static NOT_CAMERA_LUA: RuleInfo = RuleInfo {
    id: "not-camera-lua",
    severity: Some(Severity::Error),
    summary: "syntax of later Lua versions and other languages",
    explanation: include_str!("../../../docs/lint/not-camera-lua.md"),
};

/// Fractions.
pub static FLOAT_LITERAL: RuleInfo = RuleInfo {
    id: "float-literal",
    severity: Some(Severity::Error),
    summary: "numbers with a fraction or an exponent: the camera has integers only",
    explanation: include_str!("../../../docs/lint/float-literal.md"),
};

/// Too much of it.
pub static LIMITS: RuleInfo = RuleInfo {
    id: "limits",
    severity: Some(Severity::Error),
    summary: "more locals, upvalues, nesting or text than the camera's compiler takes",
    explanation: include_str!("../../../docs/lint/limits.md"),
};

/// The camera's other language.
pub static UBASIC: RuleInfo = RuleInfo {
    id: "ubasic",
    severity: Some(Severity::Error),
    summary: "uBASIC in a file that the camera takes for Lua",
    explanation: include_str!("../../../docs/lint/ubasic.md"),
};

/// Their documentation.
pub static INFOS: [&RuleInfo; 5] = [&SYNTAX, &NOT_CAMERA_LUA, &FLOAT_LITERAL, &LIMITS, &UBASIC];

/// So many errors are shown that tokens alone tell of; a picture that was renamed to .lua has thousands.
const MOST: usize = 50;

/// A text while it is looked at.
pub struct Text<'a> {
    /// Its number.
    pub id: SourceId,
    /// All of it.
    pub source: &'a Source,
    /// Its tokens, and what the parser gets, in which repairs are made.
    pub scan: &'a mut Scan,
    /// What was found.
    pub findings: &'a mut Vec<Finding>,
}

impl<'a> Text<'a> {
    fn bytes(&self, span: Span) -> &'a [u8] {
        self.source.text(span)
    }

    fn token(&self, index: usize) -> Option<Token> {
        self.scan.tokens.get(index).copied()
    }

    fn error(&mut self, rule: &'static RuleInfo, span: Span, message: impl Into<String>) -> &mut Finding {
        self.add(Finding::new(rule.id, Severity::Error, self.id, span, message))
    }

    fn warning(&mut self, rule: &'static RuleInfo, span: Span, message: impl Into<String>) -> &mut Finding {
        self.add(Finding::new(rule.id, Severity::Warning, self.id, span, message))
    }

    fn add(&mut self, finding: Finding) -> &mut Finding {
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Notes that the parser's text is wrong from here on.
    fn broken_at(&mut self, span: Span) {
        let first = self.scan.broken.get_or_insert(span.start);
        *first = span.start.min(*first);
    }

    /// Puts something else where the parser reads; it must not be longer.
    fn repair(&mut self, span: Span, with: &[u8]) {
        let place = &mut self.scan.mended(self.source.bytes())[span.range()];
        place.fill(b' ');
        place[..with.len()].copy_from_slice(with);
    }

    /// Blanks a stretch, but for the ends of its lines.
    fn blank(&mut self, span: Span) {
        for byte in &mut self.scan.mended(self.source.bytes())[span.range()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }

    /// Looks for everything that can be told from tokens alone.
    pub fn check_tokens(&mut self) {
        self.check_start();
        if self.scan.odd {
            self.check_later();
        } else {
            self.check_words();
        }
        self.check_lexical();
        if self.is_enough()
            && let Some(last) = self.findings.last_mut()
        {
            last.help.push("There may be more like these further on.".into());
        }
    }

    fn is_enough(&self) -> bool {
        self.findings.len() >= MOST
    }
}

/// Bytes as they can be shown in a sentence, cut to 40 letters.
fn quoted(bytes: &[u8]) -> String {
    format!("`{}`", shown(bytes, 40))
}

fn shown(bytes: &[u8], longest: usize) -> String {
    let mut text = String::new();
    for (count, letter) in String::from_utf8_lossy(&bytes[..bytes.len().min(4 * longest)]).chars().enumerate() {
        if count == longest {
            text.push('…');
            break;
        }
        match letter {
            '\u{fffd}' => text.push('?'),
            letter if letter.is_control() => {
                let _ = write!(text, "\\{}", u32::from(letter));
            }
            letter => text.push(letter),
        }
    }
    text
}
