//! Names that a host script gets wrong: methods of connections, functions of our modules, options.

use crate::lint::tree::{Expr, ExprId, Field};
use crate::lint::{Finding, Severity, SourceId};

use super::super::options::Taken;
use super::super::suggest::did_you_mean;
use super::super::{chdk, con, sys};
use super::cameras::{Camera, Cameras, Invocation, invocations};
use super::read::Host;
use super::text::Constants;
use super::{NAME, OPTION};

pub(super) fn check(host: &Host, constants: &Constants<'_>, cameras: &Cameras<'_>, findings: &mut Vec<Finding>) {
    let tree = &host.tree;
    for expr in &tree.exprs {
        match *expr {
            Expr::MethodCall { object, name, .. } if cameras.is(object) == Camera::Surely => {
                method(host, cameras, name, findings);
            }
            Expr::Index { object, key, dotted: true } if cameras.is(object) == Camera::Surely => {
                method(host, cameras, key, findings);
            }
            Expr::Index { object, key, dotted: true } => module(host, constants, cameras, object, key, findings),
            Expr::Call { callee, args } => {
                let Expr::Index { object, key, .. } = tree.expr(callee) else { continue };
                let ours = is_untouched(host, constants, object, "chdk");
                if let Some(name) = tree.as_string(key).filter(|_| ours) {
                    options(host, constants, chdk::options(name), name, tree.list(args), findings);
                }
            }
            _ => {}
        }
    }
    for Invocation { object, method, args, .. } in invocations(host) {
        if cameras.is(object) == Camera::Surely {
            options(host, constants, con::options(method), method, args, findings);
        }
    }
}

/// `con:exce`
fn method(host: &Host, cameras: &Cameras<'_>, key: ExprId, findings: &mut Vec<Finding>) {
    let tree = &host.tree;
    let Some(name) = tree.as_string(key).filter(|name| !cameras.is_own(name)) else { return };
    let text = String::from_utf8_lossy(name);
    if let Err(problem) = con::known_name(&text) {
        let finding = Finding::new(NAME.id, Severity::Error, SourceId(0), tree.span(key), problem);
        findings.push(finding.help("The line is an error when it runs"));
    }
}

fn is_untouched(host: &Host, constants: &Constants<'_>, object: ExprId, name: &str) -> bool {
    let tree = &host.tree;
    matches!(tree.expr(object), Expr::Global(symbol) if tree.names.text(symbol) == name) && constants.is_untouched(name)
}

/// `sys.slep`
fn module(
    host: &Host,
    constants: &Constants<'_>,
    cameras: &Cameras<'_>,
    object: ExprId,
    key: ExprId,
    findings: &mut Vec<Finding>,
) {
    let tree = &host.tree;
    let Some(name) = tree.as_string(key).filter(|name| !cameras.is_own(name)) else { return };
    for (module, functions) in [("chdk", chdk::FUNCTIONS), ("sys", sys::FUNCTIONS)] {
        let names = || functions.iter().map(|(name, _)| *name);
        if is_untouched(host, constants, object, module) && !names().any(|known| known.as_bytes() == name) {
            let name = String::from_utf8_lossy(name);
            let text = format!("{module} has no '{name}'{}", did_you_mean(&name, names()));
            findings.push(Finding::new(NAME.id, Severity::Warning, SourceId(0), tree.span(key), text));
        }
    }
}

/// `{clober = true}`
fn options(
    host: &Host,
    constants: &Constants<'_>,
    taken: impl Iterator<Item = &'static Taken>,
    function: &[u8],
    args: &[ExprId],
    findings: &mut Vec<Finding>,
) {
    let tree = &host.tree;
    let function = String::from_utf8_lossy(function);
    for (_, index, known) in taken {
        let Some(table) = args.get(*index) else { continue };
        let Expr::Table { start, len } = tree.expr(constants.value(*table)) else { continue };
        let names = || known.iter().flat_map(|part| part.iter().copied());
        for field in tree.table(start, len) {
            let (place, text) = match field {
                Field::Item(value) => (*value, format!("{function}: options have names, and this one has none")),
                Field::Pair(key, _) => match tree.as_string(*key) {
                    Some(name) if !names().any(|known| known.as_bytes() == name) => {
                        let name = String::from_utf8_lossy(name);
                        (*key, format!("{function}: no option '{name}'{}", did_you_mean(&name, names())))
                    }
                    _ => continue,
                },
            };
            findings.push(Finding::new(OPTION.id, Severity::Error, SourceId(0), tree.span(place), text));
        }
    }
}
