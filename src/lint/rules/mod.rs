//! What rules there are; a file for each.
//!
//! A new one: write its file and its page in `docs/lint/`, add it to the two lists here, and put scripts that it finds something
//! in, and look-alikes in which it must not, into `tests/lint/RULE/`.

use std::cell::OnceCell;
use std::sync::LazyLock;

use super::facts::Facts;
use super::finding::{Finding, Severity};
use super::front::Parsed;
use super::options::Options;
use super::rule::{Rule, RuleInfo, Script};
use super::scan::Comment;
use super::source::{Source, SourceId, Span};
use super::suppress;
use super::tree::{Expr, Tree};

/// What is known of a rule, with its page from `docs/lint/`.
macro_rules! rule_info {
    ($id:literal, $severity:expr, $summary:literal) => {
        $crate::lint::rule::RuleInfo {
            id: $id,
            severity: $severity,
            summary: $summary,
            explanation: include_str!(concat!("../../../docs/lint/", $id, ".md")),
        }
    };
}

// Plain declarations, which rustfmt follows; those in a macro it would not see.
mod accidental_global;
mod busy_wait;
mod decimal_string;
mod deprecated_function;
mod division_before_multiplication;
mod division_shown;
mod error_value;
mod file_path;
mod float_format;
mod header;
mod header_ignored;
mod header_outside_comment;
mod hook_never_continued;
mod integer_arithmetic;
mod io_without_file;
mod libraries;
mod local_before_declaration;
mod missing_chdk_version;
mod missing_function;
mod never_equal;
mod newer_function;
mod number_too_large;
mod numeric_config_id;
mod numeric_propcase;
mod other_name;
mod overwritten_function;
mod overwritten_parameter;
mod press_without_release;
mod removed_function;
mod scheduler;
mod set_record_over_ptp;
mod unknown;
mod unknown_field;
mod unknown_global;
mod unknown_key;
mod unknown_module;
mod unused_parameter;
mod wrong_argument;
mod zero_is_true;

macro_rules! rules {
    ($($module:ident::$rule:ident),* $(,)?) => {
        static RULES: &[&dyn Rule] = &[$(&$module::$rule),*];
    };
}

rules! {
    accidental_global::AccidentalGlobal,
    busy_wait::BusyWait,
    decimal_string::DecimalString,
    deprecated_function::DeprecatedFunction,
    division_before_multiplication::DivisionBeforeMultiplication,
    division_shown::DivisionShown,
    error_value::ErrorValue,
    file_path::FilePath,
    float_format::FloatFormat,
    header::HeaderLines,
    header_ignored::HeaderIgnored,
    header_outside_comment::HeaderOutsideComment,
    hook_never_continued::HookNeverContinued,
    integer_arithmetic::IntegerArithmetic,
    io_without_file::IoWithoutFile,
    local_before_declaration::LocalBeforeDeclaration,
    missing_chdk_version::MissingChdkVersion,
    missing_function::MissingFunction,
    never_equal::NeverEqual,
    newer_function::NewerFunction,
    number_too_large::NumberTooLarge,
    numeric_config_id::NumericConfigId,
    numeric_propcase::NumericPropcase,
    other_name::OtherName,
    overwritten_function::OverwrittenFunction,
    overwritten_parameter::OverwrittenParameter,
    press_without_release::PressWithoutRelease,
    removed_function::RemovedFunction,
    scheduler::Scheduler,
    set_record_over_ptp::SetRecordOverPtp,
    unknown_field::UnknownField,
    unknown_global::UnknownGlobal,
    unknown_key::UnknownKey,
    unknown_module::UnknownModule,
    unused_parameter::UnusedParameter,
    wrong_argument::WrongArgument,
    zero_is_true::ZeroIsTrue,
}

/// What some rules share.
#[derive(Default)]
pub struct Shared<'a> {
    fields: OnceCell<Vec<libraries::FieldRead<'a>>>,
    unknown: OnceCell<Vec<unknown::Unknown>>,
}

/// The rules that look at one script by itself.
pub fn all() -> &'static [&'static dyn Rule] {
    RULES
}

/// What is known of every rule of the linter, in the order of their names.
pub fn infos() -> &'static [&'static RuleInfo] {
    static INFOS: LazyLock<Vec<&RuleInfo>> = LazyLock::new(|| {
        let rules = RULES.iter().map(|rule| rule.info());
        let mut infos: Vec<_> = rules
            .chain(super::syntax::INFOS)
            .chain(super::flow::INFOS.iter().copied())
            .chain(suppress::INFOS)
            .collect();
        infos.sort_unstable_by_key(|info| info.id);
        infos
    });
    &INFOS
}

/// A script that was read.
pub struct Subject<'a> {
    /// Its number among its sources.
    pub id: SourceId,
    /// Its text.
    pub source: &'a Source,
    /// What was read.
    pub parsed: &'a Parsed,
    /// What the check was told.
    pub options: &'a Options,
    /// Where findings are added.
    pub findings: &'a mut Vec<Finding>,
}

/// Has every rule that is on look at the scripts, and adds what they find, in no order and with the severities that they
/// give. Each rule looks at all of the scripts before the next one does, so that the processor has its code at hand.
pub fn check(subjects: Vec<Subject<'_>>) {
    let facts: Vec<_> =
        subjects.iter().map(|subject| Facts::new(subject.source, subject.parsed, subject.options)).collect();
    let shared: Vec<_> = subjects.iter().map(|_| Shared::default()).collect();
    let script = |((subject, facts), shared)| {
        let Subject { id, source, parsed, options, findings } = subject;
        let first = findings.len();
        (Script { id, source, tree: &parsed.tree, options, facts, shared }, findings, first)
    };
    let mut scripts: Vec<_> = subjects.into_iter().zip(&facts).zip(&shared).map(script).collect();
    for rule in RULES {
        for (script, findings, _) in &mut scripts {
            if script.options.levels.is_on(rule.info()) {
                rule.check(script, findings);
            }
        }
    }
    for (script, findings, first) in scripts {
        soften(&script, &mut findings[first..]);
    }
}

/// What fails where `pcall` catches it does not end the script.
fn soften(script: &Script<'_>, findings: &mut [Finding]) {
    let caught = caught_code(script);
    for finding in findings.iter_mut().filter(|finding| finding.severity == Severity::Error) {
        let after = caught.partition_point(|span| span.start <= finding.span.start);
        if after > 0 && finding.span.start < caught[after - 1].end {
            finding.severity = Severity::Warning;
        }
    }
}

/// Where errors do not end the script, since `pcall` catches them; without what is inside of others.
fn caught_code(script: &Script<'_>) -> Vec<Span> {
    let (tree, facts) = (script.tree, script.facts);
    let calls = facts.calls.iter().filter(|call| matches!(call.name.entry.name, "pcall" | "xpcall"));
    let bodies = calls.filter_map(|call| {
        let body = facts.behind_locals(tree, *tree.list(call.args).first()?);
        matches!(tree.expr(body), Expr::Function(_)).then(|| tree.span(body))
    });
    let mut bodies: Vec<_> = bodies.collect();
    bodies.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    bodies.retain(|span| {
        span.start >= end && {
            end = span.end;
            true
        }
    });
    bodies
}

/// The last step of a check, when all has been found in a script: severities as they were chosen, and what comments allow.
pub fn finish(
    id: SourceId,
    source: &Source,
    tree: &Tree,
    comments: &[Comment],
    options: &Options,
    findings: &mut Vec<Finding>,
) {
    let infos = infos();
    options.levels.apply(infos, findings);
    let allowed = suppress::suppressions(source, tree, comments);
    if allowed.is_empty() {
        return;
    }
    let ids: Vec<_> = infos.iter().map(|info| info.id).collect();
    let off = |rule: &str| infos.iter().any(|info| info.id == rule && !options.levels.is_on(info));
    let mut said = Vec::new();
    suppress::apply(id, &allowed, &ids, &off, findings, &mut said);
    options.levels.apply(infos, &mut said);
    findings.append(&mut said);
}
