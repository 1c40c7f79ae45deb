use super::libraries::field_reads;
use crate::api::{self, Presence};
use crate::lint::facts::Pull;
use crate::lint::layout::Usage;
use crate::lint::suggest::{closest, did_you_mean};
use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("unknown-field", Some(Severity::Error), "a function that a library of the camera does not have");

/// Fields of libraries and of modules of LUALIB that are not there.
pub(super) struct UnknownField;

impl Rule for UnknownField {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        libraries(script, findings);
        modules(script, findings);
    }
}

fn libraries(script: &Script<'_>, findings: &mut Vec<Finding>) {
    let (tree, facts) = (script.tree, script.facts);
    for read in field_reads(script) {
        let (library, field) = (read.library, read.field);
        let Some(fields) = api::library(library).filter(|_| library != "package") else { continue };
        let known = api::field(library, field);
        let there = known.is_some_and(|name| name.presence != Presence::Module);
        if read.tested || there || outside_sets(script, library) {
            continue;
        }
        let module = api::extension(library, field);
        if module.is_some_and(|module| requires(script, module.name)) {
            continue;
        }
        let opaque = facts.opaque || facts.outside(script.options).opaque;
        let newer = later_lua(library, field);
        let sure = newer.is_some() || module.is_some() || closest(field, fields.iter().copied()).is_some();
        if opaque && !sure {
            continue;
        }
        let called = facts.layout.usage(tree, read.expr) == Usage::Callee;
        let severity = if sure && called && !opaque { Severity::Error } else { Severity::Warning };
        let near = did_you_mean(field, fields.iter().copied());
        let near = if newer.is_some() || module.is_some() { String::new() } else { near };
        let message = format!("there is no '{field}' in '{library}'{near}");
        let mut finding = Finding::new(INFO.id, severity, script.id, tree.span(read.key), message);
        if let Some(module) = module {
            finding = finding.help(format!("`require \"{}\"` adds it.", module.name));
        }
        findings.push(newer.into_iter().fold(finding, Finding::help));
    }
}

/// Functions that stock Lua has got since 5.1, and what there is instead.
fn later_lua(library: &str, field: &str) -> Option<&'static str> {
    Some(match (library, field) {
        ("table", "unpack") => "In the camera's Lua 5.1 it is the global unpack.",
        ("table", "pack") => "Write `{ n = select(\"#\", ...), ... }`.",
        ("table", "move") => "Copy the elements in a loop.",
        ("math", "type" | "tointeger" | "ult" | "maxinteger" | "mininteger") => "All numbers are 32-bit integers.",
        ("string", "pack" | "unpack" | "packsize") => "The module binstr packs and unpacks numbers.",
        _ => return None,
    })
}

/// Whether code outside adds to a library.
fn outside_sets(script: &Script<'_>, library: &str) -> bool {
    script.facts.outside(script.options).extends(library)
}

fn requires(script: &Script<'_>, module: &str) -> bool {
    script.facts.outside(script.options).requires(module)
}

/// `local binstr = require "binstr"`, then a call of something that it does not have.
fn modules(script: &Script<'_>, findings: &mut Vec<Finding>) {
    let (tree, facts) = (script.tree, script.facts);
    let text = |expr: ExprId| tree.as_string(expr).and_then(|text| std::str::from_utf8(text).ok());
    if !facts.pulls.iter().any(|pull| matches!(pull, Pull::Module(..))) {
        return;
    }
    for at in 0..tree.exprs.len() {
        let Expr::Index { object, key, .. } = tree.exprs[at] else { continue };
        let Expr::Call { callee, args } = tree.expr(facts.behind_locals(tree, object)) else { continue };
        let requires = facts.api(tree, callee).is_some_and(|name| name.entry.name == "require");
        if !requires || facts.layout.usage(tree, ExprId(at as u32)) != Usage::Callee {
            continue;
        }
        let name = tree.list(args).first().and_then(|name| text(*name));
        let (Some(name), Some(field)) = (name, text(key)) else { continue };
        let Some(exports) = api::exports(name).filter(|exports| !exports.contains(&field)) else { continue };
        if script.options.modules.module(name).is_none() {
            let near = did_you_mean(field, exports.iter().copied());
            let message = format!("there is no '{field}' in the module '{name}'{near}");
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(key), message);
            findings.push(finding.help(format!("It has {}.", exports.join(", "))));
        }
    }
}
