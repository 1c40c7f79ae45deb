//! What may yield, and where it must not.

pub mod builtins;
pub mod program;
mod report;
pub mod solve;
pub mod trial;
pub mod witness;

use std::sync::Arc;

use self::builtins::Kind;
use self::program::Program;
use self::witness::Hit;
use super::finding::Finding;
use super::options::{Options, Start};
use super::source::{SourceId, Sources};
use super::tree::Tree;
use crate::sim::header::{self, Header};

/// The id of the rule about yields.
pub const YIELD: &str = "yield-across-boundary";

/// Checks a script for yields where none may be.
pub fn check(
    sources: &mut Sources,
    script: SourceId,
    tree: &Arc<Tree>,
    options: &Options,
    findings: &mut Vec<Finding>,
) {
    let globals = given_globals(sources, script, options);
    let mut program = Program::new(sources, script, Arc::clone(tree), options);
    let answer = solve::Solver::solve(&mut program);
    // Whether what may happen does, only a trial tells. Most scripts need none.
    let needed = !answer.candidates.is_empty() || answer.vague || answer.gave_up;
    let outcome = if needed { trial::run(&mut program, &globals) } else { trial::Outcome::default() };
    for hit in &outcome.hits {
        findings.push(report::hit(&program, hit));
    }
    let tried = |hit: &Hit| outcome.hits.iter().any(|known| known.site == hit.site);
    for candidate in &answer.candidates {
        if !tried(&candidate.hit) && !(candidate.tried && outcome.complete) {
            findings.push(report::hit(&program, &candidate.hit));
        }
    }
}

/// Globals that somebody sets before the script runs.
fn given_globals(sources: &Sources, script: SourceId, options: &Options) -> Vec<(String, Kind)> {
    let mut globals: Vec<_> = options.globals.iter().map(|name| (name.clone(), Kind::Any)).collect();
    if options.start == Start::Menu {
        let header = Header::parse(sources.get(script).bytes(), "");
        globals.extend(header.params.into_iter().map(|param| {
            let kind = match param.kind {
                header::Kind::Number => Kind::Int,
                header::Kind::Bool => Kind::Bool,
                header::Kind::Table => Kind::Some,
            };
            (param.name, kind)
        }));
    }
    globals
}
