use super::libraries::field_reads;
use crate::lint::facts::Pull;
use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity, Span};

static INFO: RuleInfo =
    rule_info!("io-without-file", Some(Severity::Error), "io.write and io.read where no file has been opened for them");

/// Uses of the default files of `io`, which are closed when a script starts.
pub(super) struct IoWithoutFile;

impl Rule for IoWithoutFile {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        standard_files(script, findings);
        // Code elsewhere may open them.
        let foreign = |pull: &Pull| !matches!(pull, Pull::Module(name, _) if crate::api::module(name).is_some());
        if facts.opaque || facts.pulls.iter().any(foreign) || !script.options.prelude.is_empty() {
            return;
        }
        let opens = |field: &str| field_reads(script).iter().any(|read| read.library == "io" && read.field == field);
        for call in &facts.calls {
            let (name, bare) = (call.name.entry.name, call.args.len == 0);
            let opener = match name {
                "io.write" | "io.flush" => "output",
                "io.close" if bare => "output",
                "io.read" => "input",
                "io.lines" if bare => "input",
                _ => continue,
            };
            if !opens(opener) {
                let message = format!("{name} has no file: nothing calls io.{opener}");
                report(script, findings, tree.span(call.callee), message, opener);
            }
        }
    }
}

fn report(script: &Script<'_>, findings: &mut Vec<Finding>, span: Span, message: String, opener: &str) {
    let finding = Finding::new(INFO.id, Severity::Error, script.id, span, message);
    let finding = finding.help(format!("The camera will say: standard {opener} file is closed."));
    findings.push(
        finding.help("print writes to the screen; io.open(\"A/…\", \"a\") opens a file with methods of its own."),
    );
}

/// `io.stdout:write(…)`
fn standard_files(script: &Script<'_>, findings: &mut Vec<Finding>) {
    let (tree, facts) = (script.tree, script.facts);
    for at in 0..tree.exprs.len() {
        let Expr::MethodCall { object, .. } = tree.exprs[at] else { continue };
        let Some(name) = facts.api(tree, object).map(|name| name.entry.name) else { continue };
        if matches!(name, "io.stdin" | "io.stdout" | "io.stderr") {
            let message = format!("{name} is a closed file on the camera");
            let finding = Finding::new(INFO.id, Severity::Error, script.id, tree.span(ExprId(at as u32)), message);
            findings
                .push(finding.help("The camera will say: attempt to use a closed file. print writes to the screen."));
        }
    }
}
