//! What rules there are; a file for each.
//!
//! A new one: write its file and its page in `docs/lint/`, add it to the list here, and put scripts that it finds something
//! in, and look-alikes in which it must not, into `tests/lint/RULE/`.

use super::rule::{Rule, RuleInfo};

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

macro_rules! rules {
    ($($module:ident::$rule:ident),* $(,)?) => {
        $(mod $module;)*

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

mod libraries;
mod unknown;

/// The rules that look at one script by itself.
pub fn all() -> &'static [&'static dyn Rule] {
    RULES
}

/// What is known of every rule of the linter, in the order of their names.
pub fn infos() -> Vec<&'static RuleInfo> {
    let mut infos: Vec<_> = RULES.iter().map(|rule| rule.info()).chain(super::suppress::INFOS).collect();
    infos.sort_unstable_by_key(|info| info.id);
    infos
}
