//! What may yield, and where it must not: the rules that need to know which function is called where.
//!
//! - `quiet`: scripts that need none of this;
//! - [`program`]: the texts that belong to a script: itself, what runs in front of it, modules, code in its strings;
//! - [`builtins`]: what the camera's functions do;
//! - [`solve`]: which values get where, over the whole program; what may happen, fast and for scripts of any size;
//! - [`trial`]: the script run on all its paths; what does happen, and what must. Only where there is something to be
//!   tried;
//! - `report`, `restore`, `inside`: words, and the rules beside the main one.

pub mod builtins;
mod inside;
pub mod program;
mod quiet;
mod report;
mod restore;
pub mod solve;
pub mod trial;
pub mod witness;

use std::sync::Arc;

use self::builtins::Kind;
use self::program::{Program, Role};
pub use self::solve::Room;
use self::witness::Hit;
use super::finding::{Finding, Severity};
use super::options::{Options, Start, Target};
use super::rule::RuleInfo;
use super::scan::scan;
use super::source::{SourceId, Sources, Span};
use super::suppress::{self, suppressions};
use super::tree::Tree;
use crate::sim::header::{self, Header};

macro_rules! infos {
    ($($name:ident $info:ident: $id:literal, $severity:expr, $summary:literal;)*) => {
        $(
            const $name: &str = $id;

            static $info: RuleInfo = RuleInfo {
                id: $id,
                severity: $severity,
                summary: $summary,
                explanation: include_str!(concat!("../../../docs/lint/", $id, ".md")),
            };
        )*

        /// What is known of the rules here.
        pub static INFOS: &[&RuleInfo] = &[$(&$info),*];
    };
}

infos! {
    YIELD YIELD_INFO: "yield-across-boundary", Some(Severity::Error), "a function that waits, where the camera cannot wait";
    UNKNOWN_CALL UNKNOWN_CALL_INFO: "unknown-call-in-boundary", None, "a call of an unknown function where the camera cannot wait";
    LONG_LOOP LONG_LOOP_INFO: "long-loop-in-boundary", Some(Severity::Warning), "a loop during which the camera stands still";
    RESTORE_YIELDS RESTORE_YIELDS_INFO: "restore-yields", Some(Severity::Warning), "a function that waits in restore, which ends it";
    RESTORE_LONG RESTORE_LONG_INFO: "restore-too-long", Some(Severity::Info), "a restore that may be cut off";
    CONVERTER CONVERTER_INFO: "usb-msg-converter", Some(Severity::Error), "a usb_msg_table_to_string that returns no string";
    INCOMPLETE INCOMPLETE_INFO: "not-fully-analysed", Some(Severity::Info), "a script that is too much for the analysis of yields";
}

/// A script that is checked for yields where none may be, and for what belongs to that.
pub struct Analysis<'a> {
    program: Program<'a>,
    script: SourceId,
    answer: solve::Answer,
    outcome: trial::Outcome,
    /// Whether something is to be tried.
    needed: bool,
}

/// Begins with a script; none if there is nothing to look for in it. `room`: memory that others have used before.
pub fn begin<'a>(
    sources: &'a mut Sources,
    script: SourceId,
    tree: &Arc<Tree>,
    options: &'a Options,
    room: &mut Room,
) -> Option<Analysis<'a>> {
    let unknown = options.levels.is_on(&UNKNOWN_CALL_INFO);
    if options.prelude.is_empty()
        && !unknown
        && quiet::is_quiet(tree, options.start == Start::Library, &*options.modules)
    {
        return None;
    }
    let mut program = Program::new(sources, script, Arc::clone(tree), options);
    let answer = solve::Solver::solve(&mut program, room);
    // Whether what may happen does, only a trial tells. Most scripts need none.
    let needed = !answer.candidates.is_empty() || answer.vague || answer.gave_up;
    Some(Analysis { program, script, answer, outcome: trial::Outcome::default(), needed })
}

impl Analysis<'_> {
    /// Runs the script on all its paths, if that is needed.
    pub fn try_out(&mut self) {
        if self.needed {
            let globals = given_globals(self.program.sources, self.script, self.program.options);
            self.outcome = trial::run(&mut self.program, &globals);
        }
    }

    /// Says what was found.
    pub fn finish(self, findings: &mut Vec<Finding>) {
        let Self { program, script, answer, outcome, needed } = self;
        report_all(&program, script, answer, outcome, needed, findings);
    }
}

fn report_all(
    program: &Program<'_>,
    script: SourceId,
    mut answer: solve::Answer,
    outcome: trial::Outcome,
    needed: bool,
    findings: &mut Vec<Finding>,
) {
    for hit in &outcome.hits {
        findings.push(report::hit(program, hit));
    }
    let tried = |hit: &Hit| outcome.hits.iter().any(|known| known.site == hit.site);
    for candidate in &answer.candidates {
        let by_restore = candidate.restoring && !outcome.restorers.is_empty();
        let refuted = candidate.tried && !by_restore && outcome.complete;
        if !tried(&candidate.hit) && !refuted {
            findings.push(report::hit(program, &candidate.hit));
        }
    }
    for (site, boundary) in &answer.unknown {
        let source = program.unit(site.unit).source;
        let message = format!("what is called inside {} here is not known; it must not wait", boundary.words());
        findings.push(Finding::new(UNKNOWN_CALL, Severity::Info, source, site.span, message));
    }
    // Who uses a library may call what sets it.
    if needed && outcome.complete && program.options.start != Start::Library {
        answer.restorers.retain(|function| outcome.restorers.contains(function));
        answer.restore.retain(|found| outcome.restorers.contains(&found.function));
    }
    for found in outcome.restore {
        if !answer.restorers.contains(&found.function) {
            answer.restorers.push(found.function);
        }
        if !answer.restore.iter().any(|known| known.function == found.function && known.site == found.site) {
            answer.restore.push(found);
        }
    }
    answer.restore.sort_by_key(|found| (found.function, found.site));
    restore::check(program, &answer, findings);
    inside::loops(program, &answer, findings);
    inside::converters(program, &answer, findings);
    if answer.gave_up {
        let message = "the script is too large or too entangled to look for all yields in it";
        findings.push(Finding::new(INCOMPLETE, Severity::Info, script, Span::default(), message));
    }
    settle(program, findings);
}

/// Moves what was found in strings to where the strings stand, and takes out what modules allow by comments of their own.
fn settle(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for finding in findings.iter_mut() {
        (finding.source, finding.span) = program.sources.resolve(finding.source, finding.span);
        for label in finding.trace.iter_mut().chain(&mut finding.labels) {
            (label.source, label.span) = program.sources.resolve(label.source, label.span);
        }
    }
    for unit in program.units.iter().filter(|unit| unit.role == Role::Module) {
        if !findings.iter().any(|finding| finding.source == unit.source) {
            continue;
        }
        let source = program.sources.get(unit.source);
        let comments = scan(source.bytes(), false).comments;
        let allowed = suppressions(source, &unit.tree, &comments);
        suppress::apply(unit.source, &allowed, &[], &|_| true, findings, &mut Vec::new());
    }
}

/// Globals that somebody sets before the script runs.
fn given_globals(sources: &Sources, script: SourceId, options: &Options) -> Vec<(String, Kind)> {
    let mut globals: Vec<_> = options.globals.iter().map(|name| (name.clone(), Kind::Any)).collect();
    if options.target.is_some_and(|target| target < Target([1, 6, 0, 0])) {
        globals.push(("coroutine".to_owned(), Kind::Some));
    }
    let bytes = sources.get(script).bytes();
    // A parameter's line begins with one of these.
    if options.start == Start::Menu && memchr::memchr2(b'@', b'#', bytes).is_some() {
        let header = Header::parse(bytes, "");
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
