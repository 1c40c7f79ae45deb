//! What `string.format` does with its arguments, where the format is constant.

use super::{INFO, is_numeric};
use crate::api::Kinds;
use crate::lint::facts::ApiCall;
use crate::lint::tree::{Expr, ExprId};
use crate::lint::{Finding, Script, Severity};

/// One conversion of a format, as `%5d`.
#[derive(Debug, PartialEq, Eq)]
struct Conversion<'a> {
    text: &'a [u8],
    /// What it takes; none for letters that raise.
    takes: Option<Kinds>,
}

/// The conversions of a format, up to the first that raises.
fn conversions(format: &[u8]) -> Vec<Conversion<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(percent) = format.get(at..).and_then(|rest| memchr::memchr(b'%', rest)) {
        let start = at + percent;
        let rest = &format[start + 1..];
        if rest.first() == Some(&b'%') {
            at = start + 2;
            continue;
        }
        let flags = rest.iter().take_while(|byte| b"-+ #0".contains(byte)).count();
        let digits = |from: usize| rest[from..].iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let mut length = flags + digits(flags);
        if rest.get(length) == Some(&b'.') {
            length += 1;
            length += digits(length);
        }
        let takes = match rest.get(length) {
            Some(b'd' | b'i' | b'u' | b'o' | b'x' | b'X' | b'c' | b'e' | b'E' | b'f' | b'g' | b'G') => {
                Some(Kinds::NUMBER)
            }
            Some(b's' | b'q') => Some(Kinds::STRING),
            _ => None,
        };
        let takes = takes.filter(|_| flags <= 5);
        let end = (start + 1 + length + 1).min(format.len());
        found.push(Conversion { text: &format[start..end], takes });
        if takes.is_none() {
            break;
        }
        at = end;
    }
    found
}

/// Too few values for a format, values of a kind that it refuses, and letters that it does not know.
pub(super) fn check(script: &Script<'_>, call: &ApiCall) -> Option<Finding> {
    if call.name.entry.name != "string.format" {
        return None;
    }
    let (tree, facts) = (script.tree, script.facts);
    let (format, values) = tree.list(call.args).split_first()?;
    let text = tree.as_string(facts.behind_locals(tree, *format))?;
    let error = |expr: ExprId, message: String| {
        Some(Finding::new(INFO.id, Severity::Error, script.id, tree.span(expr), message))
    };
    let shown = |conversion: &Conversion<'_>| String::from_utf8_lossy(conversion.text).into_owned();
    let open = values.last().is_some_and(|last| is_open(tree.expr(*last)));
    let conversions = conversions(text);
    for (at, conversion) in conversions.iter().enumerate() {
        let Some(takes) = conversion.takes else {
            return error(*format, format!("string.format does not know '{}'", shown(conversion)))?
                .help("To print a percent sign, write %%.")
                .into();
        };
        let Some(value) = values.get(at) else {
            if open {
                return None;
            }
            let wanted = conversions.len();
            let values = if wanted == 1 { "a value" } else { &format!("{wanted} values") };
            let given = if at == 0 { "none".to_owned() } else { at.to_string() };
            return error(*format, format!("this format needs {values}, and gets {given}"))?
                .help(format!("The camera raises an error for '{}': bad argument.", shown(conversion)))
                .into();
        };
        let kinds = facts.kinds(tree, *value);
        let constant = tree.as_string(facts.behind_locals(tree, *value));
        let refused = match takes {
            Kinds::NUMBER if kinds == Kinds::STRING => constant.is_some_and(|text| !is_numeric(text)),
            takes => !takes.or(Kinds::NUMBER).meets(kinds),
        };
        if refused {
            let help = match kinds {
                Kinds::FUNCTION => "Call it, if it is what it returns that is to be shown.",
                _ if takes == Kinds::STRING => {
                    "The camera raises an error: bad argument. tostring(x) makes a text of it."
                }
                _ => "The camera raises an error: bad argument.",
            };
            let kind = if takes == Kinds::NUMBER { "number" } else { "string" };
            let given = if kinds == Kinds::NIL { "nil".to_owned() } else { format!("a {kinds}") };
            return error(*value, format!("'{}' takes a {kind}, and gets {given}", shown(conversion)))?
                .help(help)
                .into();
        }
    }
    None
}

fn is_open(expr: Expr) -> bool {
    matches!(expr, Expr::Call { .. } | Expr::MethodCall { .. } | Expr::Varargs | Expr::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: &str) -> String {
        let conversions = conversions(format.as_bytes());
        let show = |conversion: &Conversion<'_>| match conversion.takes {
            Some(kinds) => format!("{} {kinds}", String::from_utf8_lossy(conversion.text)),
            None => format!("{} unknown", String::from_utf8_lossy(conversion.text)),
        };
        conversions.iter().map(show).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn conversions_are_those_of_lua() {
        assert_eq!(shown("%d%% of %5s"), "%d number, %5s string");
        assert_eq!(shown("%-+ #05.3x"), "%-+ #05.3x number");
        assert_eq!(shown("%q%y%d"), "%q string, %y unknown");
        assert_eq!(shown("100%"), "% unknown");
        assert_eq!(shown("%123d"), "%123 unknown");
        assert_eq!(shown("%5.%"), "%5.% unknown");
    }
}
