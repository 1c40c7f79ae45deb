//! What a check says.

use std::borrow::Cow;
use std::fmt;

use smallvec::SmallVec;

use super::source::{SourceId, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// May go wrong.
    Warning,
    /// Goes wrong when the line runs, or is not taken by the camera at all. Keeps a script from being sent.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place with a word about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text it is in.
    pub source: SourceId,
    /// Where.
    pub span: Span,
    /// What is there: "yields here", "declared here".
    pub message: Cow<'static, str>,
}

/// One thing that a rule has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id: `yield-across-boundary`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The text it is in.
    pub source: SourceId,
    /// What to look at.
    pub span: Span,
    /// One sentence, without a full stop.
    pub message: String,
    /// The way to what goes wrong, from the outside in, for those rules that have one.
    pub trace: Vec<Label>,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// What will happen, and what to do instead; each a sentence or two.
    pub help: SmallVec<[Cow<'static, str>; 1]>,
}

impl Finding {
    /// A finding with no more than its message.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        source: SourceId,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        Self { rule, severity, source, span, message, trace: Vec::new(), labels: Vec::new(), help: SmallVec::new() }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a place in the same text.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        // Most have one or none.
        self.labels.reserve_exact(1);
        self.labels.push(Label { source: self.source, span, message: message.into() });
        self
    }
}
