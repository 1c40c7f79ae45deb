//! Scripts that need no analysis: in which nothing waits, or nothing can be a boundary.

use super::builtins::{Builtin, Library};
use super::inside;
use crate::lint::facts::is_global;
use crate::lint::options::Modules;
use crate::lint::tree::{BlockId, Expr, ExprId, Stmt, Tree};

/// Words that bring code or globals which cannot be seen at a glance, or that a rule of the analysis is about.
const BEYOND: [&str; 10] = [
    "_G",
    "debug",
    "dofile",
    "getfenv",
    "load",
    "loadfile",
    "loadstring",
    "package",
    "setfenv",
    "usb_msg_table_to_string",
];

/// Words without which there is no boundary.
const BOUNDARIES: [&str; 10] =
    ["foreach", "foreachi", "getmetatable", "gsub", "newproxy", "pcall", "setmetatable", "sort", "tostring", "xpcall"];

/// Modules of LUALIB that wait nowhere while they are loaded, have no boundary in them, and call nothing that they are given.
const HARMLESS: [&str; 8] = ["binstr", "capmode", "drawings", "gpslib", "hookutil", "propcase", "rawoplib", "zoomutil"];

/// Whether the analysis has nothing to say of a script. `inside`: all of it is inside of a boundary.
pub fn is_quiet(tree: &Tree, inside: bool, modules: &dyn Modules) -> bool {
    if BEYOND.iter().any(|word| tree.names.find(word).is_some()) || spells(tree, &BEYOND) {
        return false;
    }
    let requires = tree.names.find("require").is_some() || spells(tree, &["require"]);
    if requires && !requires_only_harmless(tree, modules) {
        return false;
    }
    if (tree.names.find("restore").is_some() || spells(tree, &["restore"])) && !restores_briefly(tree) {
        return false;
    }
    // Without those words and modules, what waits is called by its name somewhere.
    let waits = || requires || Builtin::waiting().any(|name| tree.names.find(name).is_some());
    (!inside && has_no_boundary(tree)) || !(waits() || inside::has_long_loop(tree))
}

/// Whether `require` is called with the names of such modules, and nothing else is done with it.
fn requires_only_harmless(tree: &Tree, modules: &dyn Modules) -> bool {
    let is_require = |expr: ExprId| is_global(tree, expr, "require");
    let is_harmless = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        HARMLESS.iter().any(|known| known.as_bytes() == name && modules.module(known).is_none())
    };
    let mut left = 0;
    for (at, expr) in (0..).zip(&tree.exprs) {
        match expr {
            Expr::Global(_) if is_require(ExprId(at)) => left += 1,
            Expr::Call { callee, args } if is_require(*callee) => match tree.list(*args) {
                [name] if tree.as_string(*name).is_some_and(is_harmless) => left -= 1,
                _ => return false,
            },
            _ => {}
        }
    }
    left == 0 && !spells(tree, &["require"])
}

/// Expressions of a function that takes far less than what the camera gives `restore`.
const BRIEF: usize = 30;

/// Whether `restore` is a short function that calls nothing but the camera's own functions, none of which waits, and is
/// itself only called, if at all.
fn restores_briefly(tree: &Tree) -> bool {
    let definitions = tree.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Function { target, function } if is_global(tree, *target, "restore") => Some(tree.expr(*function)),
        _ => None,
    });
    let [Expr::Function(restore)] = definitions.collect::<Vec<_>>()[..] else { return false };
    let (mut uses, mut size) = (-1, 0);
    for (at, expr) in (0..).zip(&tree.exprs) {
        match *expr {
            Expr::Global(_) if is_global(tree, ExprId(at), "restore") => uses += 1,
            Expr::Call { callee, .. } if is_global(tree, callee, "restore") => uses -= 1,
            _ => {}
        }
        if tree.expr_functions[at as usize] != restore {
            continue;
        }
        size += 1;
        let harmless = match *expr {
            Expr::Call { callee: ExprId(callee), .. } => match tree.exprs[callee as usize] {
                Expr::Global(name) => inside::is_quiet(tree, ExprId(callee)) && !assigns(tree, tree.names.text(name)),
                _ => false,
            },
            Expr::MethodCall { .. } | Expr::Function(_) => false,
            _ => true,
        };
        if !harmless || size > BRIEF {
            return false;
        }
    }
    uses == 0 && !loops(tree, tree.function(restore).body) && !spells(tree, &["restore"])
}

/// Whether a block of a short function has a loop in it.
fn loops(tree: &Tree, block: BlockId) -> bool {
    tree.block(block).iter().any(|stmt| match tree.stmt(*stmt) {
        Stmt::Do(body) => loops(tree, *body),
        Stmt::If { arms, otherwise } => {
            arms.iter().map(|(_, body)| body).chain(otherwise).any(|body| loops(tree, *body))
        }
        Stmt::While { .. } | Stmt::Repeat { .. } | Stmt::NumericFor { .. } | Stmt::GenericFor { .. } => true,
        _ => false,
    })
}

/// None of the words, no library that is handed around as a whole, and no iterators but those of the camera's own.
fn has_no_boundary(tree: &Tree) -> bool {
    let word = |word: &str| match tree.names.find(word) {
        // To call tostring is no boundary where nothing has a metatable; to replace it makes print one.
        Some(_) if word == "tostring" => assigns(tree, word),
        found => found.is_some(),
    };
    if BOUNDARIES.iter().any(|text| word(text)) || spells(tree, &BOUNDARIES) {
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

/// Whether one of the words stands in a string of its own.
fn spells(tree: &Tree, words: &[&str]) -> bool {
    tree.strings.iter().any(|text| text.len() < 24 && words.iter().any(|word| word.as_bytes() == text))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{NoModules, Options, Source, SourceId, check, read};

    #[test]
    fn harmless_modules_can_be_loaded_where_nothing_may_wait() {
        let said = |text: String| check(Source::new("test.lua", text), &Options::default()).findings;
        for name in HARMLESS {
            // Neither at first nor with anything that they can be given.
            let text = format!("print(pcall(require, '{name}'))");
            assert_eq!(said(text), [], "{name}");
        }
    }

    #[test]
    fn what_is_not_known_to_be_harmless_is_looked_into() {
        let quiet = |text: &str| {
            let tree = read(SourceId(0), &Source::new("test.lua", text), &Options::default()).tree;
            is_quiet(&tree, false, &NoModules)
        };
        assert!(quiet("require 'hookutil' local capmode = require('CapMode') sleep(1)"));
        assert!(quiet("function restore() if x then set_backlight(1) end end sleep(1) restore()"));
        for text in [
            "function restore() sleep(1) end",
            "function restore() while get_zoom() > 0 do set_zoom(0) end end",
            "function set_zoom() sleep(1) end function restore() set_zoom(1) end",
            "function restore() end function restore() sleep(1) end",
            "function restore() end restore = sleep",
            "function restore() file:close() end",
            "local f = 'restore' function restore() end",
        ] {
            assert!(!quiet(text), "{text}");
        }
        for text in ["require 'mine'", "require(name)", "local r = require r 'propcase'", "_G.require 'propcase'"] {
            assert!(!quiet(text), "{text}");
        }
    }
}
