//! What every rule is.

use super::facts::Facts;
use super::finding::{Finding, Severity};
use super::options::Options;
use super::rules::Shared;
use super::source::{Source, SourceId};
use super::tree::Tree;

/// What is known of a rule without running it.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// As in reports, suppressions and configuration: `yield-across-boundary`.
    pub id: &'static str,
    /// How bad its worst finding is, unless configured otherwise; `None`: off.
    pub severity: Option<Severity>,
    /// One line for lists.
    pub summary: &'static str,
    /// The page of `docs/lint/`, which `--explain` shows: what it finds, why that fails on a camera, what to write instead,
    /// with an example of each.
    pub explanation: &'static str,
}

/// A script that is being checked.
#[derive(Clone, Copy)]
pub struct Script<'a> {
    /// Its number among the sources.
    pub id: SourceId,
    /// Its text.
    pub source: &'a Source,
    /// What the parser made of it. Where the text has syntax errors, it is what could be made out.
    pub tree: &'a Tree,
    /// What the check was told.
    pub options: &'a Options,
    /// What several rules want to know: [`Facts::new`] of the same source, tree and options.
    pub facts: &'a Facts,
    /// What some rules want to know, worked out when the first of them asks.
    pub shared: &'a Shared<'a>,
}

/// A check of one script by itself.
pub trait Rule: Sync {
    /// What it is.
    fn info(&self) -> &'static RuleInfo;

    /// Looks at a script and adds what it finds, in any order.
    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>);
}
