use crate::lint::hash::HashSet;

use crate::api;
use crate::lint::options::Start;
use crate::lint::tree::{Expr, Stmt, Tree};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "accidental-global",
    Some(Severity::Warning),
    "a global that a module sets besides the table it returns"
);

/// Globals set by modules that return a table.
pub(super) struct AccidentalGlobal;

impl Rule for AccidentalGlobal {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        if script.options.start != Start::Library || !returns_something(tree) {
            return;
        }
        let mut seen = HashSet::default();
        for write in &facts.writes {
            let name = tree.names.text(write.symbol);
            // `_G.x` is no slip, nor is a function of the camera's that is given a new body.
            let plain = matches!(tree.expr(write.target), Expr::Global(symbol) if symbol == write.symbol);
            if !plain || name == "restore" || api::is_global(name) || !seen.insert(write.symbol) {
                continue;
            }
            let message = format!("this module sets the global '{name}'");
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(write.target), message);
            findings.push(finding.help(format!(
                "It overwrites a variable or parameter of that name in every script that requires it. Write `local {name}`, \
                 or `_G.{name}` if it is meant to be global."
            )));
        }
    }
}

fn returns_something(tree: &Tree) -> bool {
    let body = tree.block(tree.function(Tree::CHUNK).body);
    matches!(body.last().map(|stmt| tree.stmt(*stmt)), Some(Stmt::Return(values)) if values.len > 0)
}
