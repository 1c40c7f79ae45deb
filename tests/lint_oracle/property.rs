//! What must hold between the judge and the linter.

#![allow(dead_code, reason = "each test uses some of it")]

use std::fmt;
use std::time::{Duration, Instant};

use moonshutter::lint::Severity;

use crate::judge::{Judge, Verdict};
use crate::linter::{Said, lint};
use crate::program::Program;

/// How a program can show that the linter is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// A yield hit a boundary in some run, and no warning or error says that one may.
    Missed,
    /// A yield ended `restore` in some run, and no warning or error says that one may.
    MissedInRestore,
    /// There is an error, and in no run did a yield hit a boundary, or end `restore`.
    ErrorNeverFired,
    /// There is an error, and some run came to the line that it begins at without a yield that hit a boundary.
    ErrorDidNotFire,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missed => "a yield hit a boundary, and nothing was said",
            Self::MissedInRestore => "a yield ended restore(), and nothing was said",
            Self::ErrorNeverFired => "an error was reported, and no yield hit a boundary",
            Self::ErrorDidNotFire => "an error was reported, and a run came to its line without firing",
        })
    }
}

/// A program, what it did, and what was said.
#[derive(Debug, Clone)]
pub struct Case {
    pub verdict: Verdict,
    pub said: Vec<Said>,
    pub failure: Option<Failure>,
    /// An error whose line was reached in a run that fired, but somewhere else.
    pub misplaced: bool,
    /// How long the linter took.
    pub took: Duration,
}

impl Case {
    /// Whether a warning, and nothing worse, warns of what does not happen.
    pub fn is_false_alarm(&self) -> bool {
        !self.verdict.fired() && self.worst() == Some(Severity::Warning)
    }

    /// The worst that was said of boundaries.
    pub fn worst(&self) -> Option<Severity> {
        self.said.iter().filter(|said| said.is_boundary()).map(|said| said.severity).max()
    }
}

/// Holds the linter against the judge. An error if the program does not compile.
pub fn hold(judge: &mut Judge, program: &Program) -> Result<Case, String> {
    let verdict = judge.judge(program)?;
    let begun = Instant::now();
    let said = lint(program);
    let mut case = Case { verdict, said, failure: None, misplaced: false, took: begun.elapsed() };
    let boundary = case.said.iter().any(Said::is_boundary);
    let restore = case.said.iter().any(|said| said.is_restore() && said.severity >= Severity::Warning);
    if case.verdict.fired() && !boundary {
        // What hits a boundary inside of `restore` may be reported with it.
        let only_restore = restore && case.verdict.runs.iter().all(|run| run.refused.is_empty() || run.dropped > 0);
        case.failure = (!only_restore).then_some(Failure::Missed);
    }
    if case.verdict.dropped() && !restore {
        case.failure = Some(Failure::MissedInRestore);
    }
    if case.failure.is_none() {
        judge_errors(judge, program, &mut case)?;
    }
    Ok(case)
}

/// Errors are promises: when the line runs, it fails.
fn judge_errors(judge: &mut Judge, program: &Program, case: &mut Case) -> Result<(), String> {
    let errors: Vec<_> = case.said.iter().filter(|said| said.severity == Severity::Error).cloned().collect();
    if errors.is_empty() {
        return Ok(());
    }
    let mut lines = None;
    for error in errors {
        let fired = if error.is_restore() { case.verdict.dropped() } else { case.verdict.fired() };
        if !fired {
            case.failure = Some(Failure::ErrorNeverFired);
            return Ok(());
        }
        if error.is_restore() {
            continue;
        }
        let lines = match &mut lines {
            Some(lines) => lines,
            none => none.insert(judge.judge_lines(program)?),
        };
        for (run, plain) in lines.runs.iter().zip(&case.verdict.runs) {
            if !run.reached.contains(&error.place) {
                continue;
            }
            if plain.refused.is_empty() {
                case.failure = Some(Failure::ErrorDidNotFire);
                return Ok(());
            }
            let here = plain.refused.iter().flat_map(|refusal| &refusal.places).any(|place| error.covers(place));
            case.misplaced |= !here;
        }
    }
    Ok(())
}
