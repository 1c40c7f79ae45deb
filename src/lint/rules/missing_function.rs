use super::libraries::field_reads;
use crate::api::{self, Presence};
use crate::lint::facts::TargetFrom;
use crate::lint::layout::Usage;
use crate::lint::options::Target;
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity, Span};

static INFO: RuleInfo =
    rule_info!("missing-function", Some(Severity::Error), "a function of stock Lua that the camera lacks");

/// Functions of stock Lua that are not on the camera, or do nothing there but raise.
pub(super) struct MissingFunction;

impl Rule for MissingFunction {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let (tree, facts) = (script.tree, script.facts);
        for read in field_reads(script) {
            let known = api::field(read.library, read.field);
            let gone = known.is_some_and(|name| name.entry.returns == "error");
            let missing = read.library == "coroutine" || known.is_some_and(|name| name.presence == Presence::Missing);
            let extended = || facts.outside(script.options).extends(read.library);
            if read.tested || !(gone || missing) || extended() {
                continue;
            }
            let name = format!("{}.{}", read.library, read.field);
            let mut severity = Severity::Error;
            let old = facts.target_from == TargetFrom::Options && facts.target < Target([1, 6, 0, 0]);
            let old = old && read.library == "coroutine";
            let message = match gone {
                true => format!("'{name}' raises an error whatever it is given"),
                false if old => format!("newer cameras have no '{name}', and with older ones it hardly works"),
                false => format!("the camera has no '{name}'"),
            };
            let harmless = gone && facts.layout.usage(tree, read.expr) != Usage::Callee;
            if old || harmless {
                severity = Severity::Warning;
            }
            report(script, findings, severity, tree.span(read.expr), message, &name);
        }
        for &(expr, symbol) in &facts.reads {
            let missing = facts.entry(symbol).is_some_and(|name| name.presence == Presence::Missing);
            if missing && facts.writes_of(symbol) == 0 && !facts.is_tested(symbol) {
                let name = tree.names.text(symbol);
                let message = format!("the camera has no '{name}'");
                report(script, findings, Severity::Error, tree.span(expr), message, name);
            }
        }
    }
}

fn report(
    script: &Script<'_>,
    findings: &mut Vec<Finding>,
    severity: Severity,
    span: Span,
    message: String,
    name: &str,
) {
    let finding = Finding::new(INFO.id, severity, script.id, span, message);
    findings.push(match instead(name) {
        Some(help) => finding.help(help),
        None => finding,
    });
}

/// What to write instead.
fn instead(name: &str) -> Option<&'static str> {
    let (library, field) = name.split_once('.').unwrap_or(("", name));
    Some(match (library, field) {
        ("coroutine", "yield" | "wrap" | "create" | "resume" | "status" | "running") => {
            "There are no coroutines since CHDK 1.6; before, sleep and the scheduler broke them. Keep the state in a table \
             and do one step in each call."
        }
        ("math", "floor" | "modf") => {
            "Numbers are whole: `a / b` drops the fraction by itself. For values times 1000 there is imath.floor."
        }
        ("math", "ceil") => "Numbers are whole: `(a + b - 1) / b` rounds up where both are positive.",
        ("math", "fmod" | "mod") => "Write `a % b`; its sign is that of a.",
        ("math", "huge") => "The largest number is 2147483647.",
        ("math", "exp" | "ldexp" | "frexp" | "sinh" | "cosh" | "tanh") => {
            "imath has pow, log and trigonometry on values times 1000; fmath, since CHDK 1.6, on fractions."
        }
        ("math", "sin" | "cos" | "tan" | "asin" | "acos" | "atan") => {
            "imath has it for values times 1000, in radians (sinr) and degrees (sind); fmath, since CHDK 1.6, for fractions."
        }
        ("math", "atan2") => "imath.polr and imath.pold give the angle of a point.",
        ("math", _) => "imath has it for values times 1000; fmath, since CHDK 1.6, for fractions.",
        ("os", "clock") => "get_tick_count() gives milliseconds.",
        ("os", "exit") => "`return` at the end of the script, or error(\"why\") from anywhere.",
        ("os", "tmpname") | ("io", "tmpfile") => "Open a file of a name of your own below A/.",
        ("string", "gfind") => "It was renamed to string.gmatch.",
        ("table", "setn") => "The length of a table follows from its elements.",
        ("package", "seeall") | ("", "module") => {
            "Put the functions into a local table and return it at the end of the file."
        }
        _ => return None,
    })
}
