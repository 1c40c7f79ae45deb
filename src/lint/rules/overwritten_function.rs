use crate::lint::hash::HashSet;

use crate::api::{self, Kinds};
use crate::lint::layout::Usage;
use crate::lint::tree::{Expr, ExprId, Symbol};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "overwritten-function",
    Some(Severity::Error),
    "a function of the camera that is given another value, and called"
);

/// Globals of the camera that the script or its header sets to something that is no function.
pub(super) struct OverwrittenFunction;

impl Rule for OverwrittenFunction {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let mut found = None;
        let mut is_used = |symbol: Symbol| found.get_or_insert_with(|| used(script)).contains(&symbol);
        for param in &facts.header.params {
            let symbol = tree.names.find(&param.name).filter(|symbol| facts.writes_of(*symbol) == 0);
            if !api::is_global(&param.name) || !symbol.is_some_and(&mut is_used) {
                continue;
            }
            let message = format!("the parameter '{}' takes the place of the camera's function", param.name);
            let finding = Finding::new(INFO.id, Severity::Error, script.id, param.span, message);
            findings.push(finding.help("Give the parameter another name."));
        }
        for write in &facts.writes {
            let name = tree.names.text(write.symbol);
            let Some(value) = write.value.filter(|_| api::is_global(name)) else { continue };
            let kinds = facts.kinds(tree, value);
            // Who sets it to nil wants it gone.
            if kinds.meets(Kinds::FUNCTION.or(Kinds::NIL)) || !is_used(write.symbol) {
                continue;
            }
            let message = format!("'{name}' is a {kinds} from here on, and no longer what the camera has");
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(write.target), message);
            findings.push(
                finding.help(format!("The script uses the camera's '{name}' as well. Give the variable another name.")),
            );
        }
    }
}

/// The globals that a script uses as the camera's: calls them, or reads a field that the library has.
fn used(script: &Script<'_>) -> HashSet<Symbol> {
    let (tree, layout) = (script.tree, &script.facts.layout);
    let is_used = |expr: ExprId, symbol: Symbol| {
        let usage = layout.usage(tree, expr);
        let Some(fields) = api::library(tree.names.text(symbol)) else { return usage == Usage::Callee };
        let Some(Expr::Index { key, .. }) = layout.user(tree, expr).map(|user| tree.expr(user)) else { return false };
        let field = tree.as_string(key).and_then(|field| std::str::from_utf8(field).ok());
        usage == Usage::Object && field.is_some_and(|field| fields.contains(&field))
    };
    script.facts.reads.iter().filter(|(expr, symbol)| is_used(*expr, *symbol)).map(|(_, symbol)| *symbol).collect()
}
