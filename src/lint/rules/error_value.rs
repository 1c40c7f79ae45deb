use crate::api::Kinds;
use crate::lint::options::Start;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("error-value", Some(Severity::Warning), "error with something else than a text, which nobody will see");

/// `error({…})` and `error()` in scripts that catch no errors.
pub(super) struct ErrorValue;

impl Rule for ErrorValue {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        let caught = |name: &str| tree.names.find(name).is_some();
        if script.options.start == Start::Library || caught("pcall") || caught("xpcall") {
            return;
        }
        for call in facts.calls.iter().filter(|call| call.name.entry.name == "error") {
            let kinds = match tree.list(call.args).first() {
                Some(value) => facts.kinds(tree, *value),
                None => Kinds::NIL,
            };
            if !Kinds::TABLE.or(Kinds::NIL).or(Kinds::BOOLEAN).has(kinds) {
                continue;
            }
            let what = if kinds == Kinds::NIL { "nil".to_owned() } else { format!("a {kinds}") };
            let message = format!("an error that is {what} has no text to show");
            let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(call.callee), message);
            findings.push(finding.help("The console will say: ERROR: NULL error message. Give error a text."));
        }
    }
}
