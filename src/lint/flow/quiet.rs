//! Scripts that need no analysis: in which nothing can be a boundary.

use super::builtins::Library;
use crate::lint::tree::{Expr, ExprId, Stmt, Tree};

/// Words without which there is no boundary, and no rule of the analysis has anything to say.
const WORDS: [&str; 21] = [
    "_G",
    "debug",
    "dofile",
    "foreach",
    "foreachi",
    "getfenv",
    "gsub",
    "load",
    "loadfile",
    "loadstring",
    "newproxy",
    "package",
    "pcall",
    "require",
    "restore",
    "setfenv",
    "setmetatable",
    "sort",
    "tostring",
    "usb_msg_table_to_string",
    "xpcall",
];

/// Whether a script has no boundary: none of the words, no library that is handed around as a whole, and no iterators but
/// those of the camera's own.
pub fn is_quiet(tree: &Tree) -> bool {
    let word = |word: &str| match tree.names.find(word) {
        // To call tostring is no boundary where nothing has a metatable; to replace it makes print one.
        Some(_) if word == "tostring" => assigns(tree, word),
        found => found.is_some(),
    };
    if WORDS.iter().any(|text| word(text)) {
        return false;
    }
    let spelled = |text: &[u8]| text.len() < 24 && WORDS.iter().any(|word| word.as_bytes() == text);
    if tree.strings.iter().any(|text| spelled(text)) {
        return false;
    }
    let libraries: Vec<_> = Library::ALL.iter().filter_map(|library| tree.names.find(library.name())).collect();
    let is_library = |expr: ExprId| matches!(tree.expr(expr), Expr::Global(name) if libraries.contains(&name));
    let (mut whole, mut indexed) = (0, 0);
    for expr in &tree.exprs {
        match expr {
            Expr::Global(name) if libraries.contains(name) => whole += 1,
            Expr::Index { object, key, .. } if is_library(*object) && tree.as_string(*key).is_some() => indexed += 1,
            _ => {}
        }
    }
    whole == indexed
        && tree.stmts.iter().all(|stmt| match stmt {
            Stmt::GenericFor { values, .. } => {
                tree.list(*values).first().is_some_and(|first| is_iterator(tree, *first))
            }
            _ => true,
        })
}

fn assigns(tree: &Tree, name: &str) -> bool {
    let names = |target: ExprId| matches!(tree.expr(target), Expr::Global(symbol) if tree.names.text(symbol) == name);
    tree.stmts.iter().any(|stmt| match stmt {
        Stmt::Assign { targets, .. } => tree.list(*targets).iter().any(|target| names(*target)),
        Stmt::Function { target, .. } => names(*target),
        _ => false,
    })
}

/// A call of what makes an iterator that calls nothing, by its own name.
fn is_iterator(tree: &Tree, expr: ExprId) -> bool {
    let known = |name: &str| !assigns(tree, name);
    match tree.expr(expr) {
        Expr::Call { callee, .. } => match tree.expr(callee) {
            Expr::Global(name) => {
                let name = tree.names.text(name);
                matches!(name, "pairs" | "ipairs") && known(name)
            }
            _ => false,
        },
        Expr::Global(name) => tree.names.text(name) == "next" && known("next"),
        _ => false,
    }
}
