//! Reads of fields of the camera's libraries: what three rules share.

use crate::lint::hash::HashSet;

use crate::lint::Script;
use crate::lint::layout::Usage;
use crate::lint::tree::{BinaryOp, Expr, ExprId};

/// A field of a library that is read.
pub struct FieldRead<'a> {
    pub expr: ExprId,
    pub key: ExprId,
    pub library: &'static str,
    pub field: &'a str,
    /// Whether the script asks somewhere if it is there.
    pub tested: bool,
}

/// All reads of constant fields of libraries, but those that the script or its modules have set themselves.
pub(super) fn field_reads<'a>(script: &Script<'a>) -> &'a [FieldRead<'a>] {
    script.shared.fields.get_or_init(|| find(script))
}

fn find<'a>(script: &Script<'a>) -> Vec<FieldRead<'a>> {
    let (tree, facts) = (script.tree, script.facts);
    let mut reads = Vec::new();
    let mut set = HashSet::default();
    let mut tested = HashSet::default();
    let is_target = |expr: ExprId| facts.layout.usage(tree, expr) == Usage::Target;
    for at in 0..tree.exprs.len() {
        let expr = ExprId(at as u32);
        let Expr::Index { object, key, .. } = tree.exprs[at] else { continue };
        let Some(library) = facts.api_library(tree, object).filter(|library| *library != "_G") else { continue };
        let Some(field) = tree.as_string(key).and_then(|field| std::str::from_utf8(field).ok()) else {
            // `string[name] = f`: nothing is known of that library any more.
            if is_target(expr) {
                set.insert((library, ""));
            }
            continue;
        };
        if is_target(expr) {
            set.insert((library, field));
            continue;
        }
        if facts.layout.usage(tree, expr) == Usage::Truth || is_compared(script, expr) {
            tested.insert((library, field));
        }
        reads.push(FieldRead { expr, key, library, field, tested: false });
    }
    reads.retain(|read| !set.contains(&(read.library, read.field)) && !set.contains(&(read.library, "")));
    for read in &mut reads {
        let library = tree.names.find(read.library);
        read.tested = tested.contains(&(read.library, read.field)) || library.is_some_and(|name| facts.is_tested(name));
    }
    reads
}

/// `x == nil`, `type(x)`
fn is_compared(script: &Script<'_>, expr: ExprId) -> bool {
    let tree = script.tree;
    match script.facts.layout.user(tree, expr).map(|user| tree.expr(user)) {
        Some(Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right }) => {
            [left, right].iter().any(|side| matches!(tree.expr(tree.unparen(*side)), Expr::Nil))
        }
        Some(Expr::Call { callee, .. }) => crate::lint::facts::is_global(tree, callee, "type"),
        _ => false,
    }
}
