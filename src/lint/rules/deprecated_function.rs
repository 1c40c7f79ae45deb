use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!("deprecated-function", None, "a function that Lua 5.1 keeps for older scripts");

/// Functions that work, and have a better way since Lua 5.1.
pub(super) struct DeprecatedFunction;

impl Rule for DeprecatedFunction {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        for call in &script.facts.calls {
            let help = match call.name.entry.name {
                "table.getn" => "Write `#t`.",
                "table.foreach" => "Write `for k, v in pairs(t) do`. A yield is allowed in its body.",
                "table.foreachi" => "Write `for i, v in ipairs(t) do`. A yield is allowed in its body.",
                "gcinfo" => "Write `collectgarbage(\"count\")`.",
                _ => continue,
            };
            let message = format!("{} is deprecated", call.name.entry.name);
            let span = script.tree.span(call.callee);
            findings.push(Finding::new(INFO.id, Severity::Info, script.id, span, message).help(help));
        }
    }
}
