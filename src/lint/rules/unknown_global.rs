use std::borrow::Cow;

use super::unknown::{Cause, unknown_globals};
use crate::api;
use crate::lint::layout::Usage;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!("unknown-global", Some(Severity::Error), "a global that nothing sets");

/// Globals that neither the camera, the header, the script nor its modules set.
pub(super) struct UnknownGlobal;

impl Rule for UnknownGlobal {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let mut locals = None;
        for unknown in unknown_globals(script) {
            let Cause::Stranger(near) = &unknown.cause else { continue };
            let opaque = facts.opaque || facts.outside(script.options).opaque;
            // Who asks whether it is there knows that it may not be; code that cannot be seen may set anything.
            if unknown.tested || (opaque && near.is_none()) {
                continue;
            }
            let sure = unknown.needed && near.is_some() && !opaque;
            let severity = if sure { Severity::Error } else { Severity::Warning };
            let name = tree.names.text(unknown.symbol);
            // Put together by hand: in a text that is no script there are thousands.
            let message = match near {
                Some(near) => ["nothing sets the global '", name, "'; did you mean '", near, "'?"].concat(),
                None => ["nothing sets the global '", name, "'"].concat(),
            };
            let mut finding = Finding::new(INFO.id, severity, script.id, tree.span(unknown.expr), message);
            finding = finding.help(match facts.layout.usage(tree, unknown.expr) {
                Usage::Callee => camera_says("call", name),
                Usage::Object => camera_says("index", name),
                _ if unknown.needed => "It is nil, and this line needs a value.".into(),
                _ => "It is nil.".into(),
            });
            if name == "arg" {
                finding = finding.help(
                    "In a function with `...`, `{ ... }` has its arguments, and select(\"#\", ...) their number.",
                );
            }
            if let Some(module) = api::module(name) {
                finding = finding.help(format!("`local {name} = require \"{}\"` loads that module.", module.name));
            }
            // The first of each name.
            let locals = locals.get_or_insert_with(|| {
                let mut locals = vec![None; tree.names.len()];
                tree.locals.iter().rev().for_each(|local| locals[local.name.index()] = Some(local.span));
                locals
            });
            if let Some(span) = locals[unknown.symbol.index()] {
                finding = finding.label(span, "this local cannot be seen from there");
            }
            findings.push(finding);
        }
    }
}

fn camera_says(attempt: &str, name: &str) -> Cow<'static, str> {
    ["The camera will say: attempt to ", attempt, " global '", name, "' (a nil value)."].concat().into()
}
