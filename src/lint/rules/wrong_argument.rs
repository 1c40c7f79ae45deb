mod format;

use crate::api::{Kinds, Param, Presence};
use crate::lint::facts::ApiCall;
use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!(
    "wrong-argument",
    Some(Severity::Error),
    "a call with too few arguments, or one of a kind that is refused"
);

/// Calls of camera functions whose arguments are certainly wrong.
pub(super) struct WrongArgument;

impl Rule for WrongArgument {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let calls = script.facts.calls.iter();
        for call in calls.filter(|call| matches!(call.name.presence, Presence::Camera | Presence::Module)) {
            // What always raises is another rule's matter.
            if call.name.entry.returns == "error" {
                continue;
            }
            findings.extend(count(script, call));
            findings.extend(kinds(script, call));
            findings.extend(format::check(script, call));
        }
    }
}

/// Functions that raise if there are too many arguments, and not only if there are too few.
const STRICT: &[&str] = &["math.random", "table.insert"];

fn count(script: &Script<'_>, call: &ApiCall) -> Option<Finding> {
    let (tree, name) = (script.tree, call.name.entry.name);
    let signature = call.name.signature.as_ref()?;
    let args = tree.list(call.args);
    // The last one may be any number of values.
    let open = args.last().is_some_and(|last| {
        matches!(tree.expr(*last), Expr::Call { .. } | Expr::MethodCall { .. } | Expr::Varargs | Expr::Missing)
    });
    let span = tree.span(call.callee);
    let finding = |severity, message: String| Some(Finding::new(INFO.id, severity, script.id, span, message));
    let least = signature.least();
    if args.len() < least && !open && name != "error" {
        let needed = if least == 1 { "an argument".to_owned() } else { format!("{least} arguments") };
        let given = if args.is_empty() { "none".to_owned() } else { args.len().to_string() };
        let message = format!("{name} needs {needed}, and gets {given}");
        return match name {
            "math.random" => finding(Severity::Error, message)?.help(
                "There are no fractions that it could return: math.random(n) gives 1 to n, math.random(m, n) gives m to n.",
            ),
            "loadfile" | "dofile" => {
                finding(Severity::Warning, message)?.help("The camera has no standard input that it could read.")
            }
            _ => finding(Severity::Error, message)?.help(format!("It takes ({}).", call.name.entry.args)),
        }
        .into();
    }
    let most = signature.most().filter(|most| args.len() > *most + usize::from(open))?;
    let severity = if STRICT.contains(&name) { Severity::Error } else { Severity::Info };
    let takes = if most == 0 { "no arguments".to_owned() } else { format!("({})", call.name.entry.args) };
    finding(severity, format!("{name} takes {takes}, and gets {}", args.len()))
}

fn kinds(script: &Script<'_>, call: &ApiCall) -> Option<Finding> {
    let signature = call.name.signature.as_ref()?;
    let args = script.tree.list(call.args);
    let (param, arg) = signature.params.iter().zip(args).find(|(param, arg)| refused(script, param, **arg))?;
    let given = script.facts.kinds(script.tree, *arg);
    let what = match script.tree.as_string(script.facts.behind_locals(script.tree, *arg)) {
        Some(text) => format!("\"{}\"", String::from_utf8_lossy(text)),
        None if given == Kinds::NIL => "nil".to_owned(),
        None => format!("a {given}"),
    };
    let message = format!("{} takes a {} for {}, and gets {what}", call.name.entry.name, param.kinds, param.name);
    let finding = Finding::new(INFO.id, Severity::Error, script.id, script.tree.span(*arg), message);
    let function = script.facts.api(script.tree, *arg).filter(|_| given == Kinds::FUNCTION);
    Some(match function {
        Some(function) => finding.help(format!("To pass on what it returns, call it: {}().", function.entry.name)),
        None if given == Kinds::BOOLEAN && param.kinds == Kinds::NUMBER => {
            finding.help("The camera raises an error. Write 1 or 0, or `x and 1 or 0`.")
        }
        None => finding.help("The camera raises an error: bad argument."),
    })
}

/// Whether the function raises for the argument, whatever its value.
fn refused(script: &Script<'_>, param: &Param, arg: ExprId) -> bool {
    let given = script.facts.kinds(script.tree, arg);
    let mut taken = param.kinds;
    if param.optional {
        taken = taken.or(Kinds::NIL);
    }
    if taken.has(Kinds::STRING) {
        taken = taken.or(Kinds::NUMBER);
    }
    if taken.has(Kinds::NUMBER) && given == Kinds::STRING && !taken.has(Kinds::STRING) {
        // A string that looks like a number is one.
        let text = script.tree.as_string(script.facts.behind_locals(script.tree, arg));
        return text.is_some_and(|text| !is_numeric(text));
    }
    !taken.meets(given)
}

/// Whether the camera takes a string for a number: decimal or, behind `0x`, hexadecimal digits, with blanks around.
pub(super) fn is_numeric(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    let hex = digits.strip_prefix(b"0x").or(digits.strip_prefix(b"0X"));
    match hex {
        Some(hex) => !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit),
        None => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
    }
}
