//! Globals that nobody sets, and why: what three rules share.

use std::collections::HashSet;

use crate::api::{self, Presence};
use crate::lint::Script;
use crate::lint::layout::Usage;
use crate::lint::suggest::closest;
use crate::lint::tree::{BinaryOp, Expr, ExprId, FunctionId, LocalId, LocalKind, Symbol, UnaryOp};

/// A read of a global that nobody sets.
pub(super) struct Unknown {
    pub expr: ExprId,
    pub symbol: Symbol,
    pub cause: Cause,
    /// Whether the line fails when it runs, because the value is needed.
    pub needed: bool,
    /// Whether the script asks somewhere if it is there.
    pub tested: bool,
}

/// Why nobody sets it.
pub(super) enum Cause {
    /// A local of that name comes later.
    BeforeLocal(LocalId),
    /// A global with another name is set, and never read.
    OtherName(Symbol),
    /// Nothing is known but perhaps a name that it is close to.
    Stranger(Option<String>),
}

/// Whether a script finds a global of this name.
fn is_known(script: &Script<'_>, symbol: Symbol) -> bool {
    let name = script.tree.names.text(symbol);
    let facts = script.facts;
    api::is_global(name)
        || facts.writes_of(symbol) > 0
        || facts.header.param(name).is_some()
        || script.options.globals.iter().any(|global| global == name)
        // There are rules of their own for these.
        || name == "coroutine"
        || api::find(name).is_some_and(|name| matches!(name.presence, Presence::Missing | Presence::Removed))
        || facts.outside(script.options).sets(name)
}

/// All reads of globals that nobody sets.
pub(super) fn unknown_globals(script: &Script<'_>) -> Vec<Unknown> {
    let facts = script.facts;
    let mut unknown = Vec::new();
    for &(expr, symbol) in &facts.reads {
        if is_known(script, symbol) {
            continue;
        }
        let cause = cause(script, expr, symbol);
        let tested = facts.is_tested(symbol);
        unknown.push(Unknown { expr, symbol, cause, needed: is_needed(script, expr), tested });
    }
    unknown
}

fn cause(script: &Script<'_>, expr: ExprId, symbol: Symbol) -> Cause {
    if let Some(local) = later_local(script, expr, symbol) {
        return Cause::BeforeLocal(local);
    }
    let called = script.facts.layout.usage(script.tree, expr) == Usage::Callee;
    if let Some(other) = unread_global(script, symbol).filter(|_| !called) {
        return Cause::OtherName(other);
    }
    let name = script.tree.names.text(symbol);
    Cause::Stranger(closest(name, known_names(script)).map(str::to_owned))
}

/// Everything that a name can be a slip of.
fn known_names<'a>(script: &Script<'a>) -> Vec<&'a str> {
    let facts = script.facts;
    let written = facts.writes.iter().map(|write| script.tree.names.text(write.symbol));
    let params = facts.header.params.iter().map(|param| param.name.as_str());
    let outside = facts.outside(script.options).globals();
    let locals = script.tree.locals.iter().map(|local| script.tree.names.text(local.name));
    let given = script.options.globals.iter().map(String::as_str);
    let camera = api::globals().map(|name| -> &'a str { name });
    camera.chain(written).chain(params).chain(outside).chain(locals).chain(given).collect()
}

/// A local of the same name, declared further down where the read could have seen it.
fn later_local(script: &Script<'_>, expr: ExprId, symbol: Symbol) -> Option<LocalId> {
    let tree = script.tree;
    let at = tree.span(expr);
    let around: HashSet<FunctionId> =
        std::iter::successors(Some(tree.expr_functions[expr.index()]), |id| tree.function(*id).parent).collect();
    let suits = |id: &LocalId| {
        let local = tree.local(*id);
        if local.name != symbol || local.kind != LocalKind::Variable || !around.contains(&local.function) {
            return false;
        }
        // `local f = function() f() end` is too early as well: the name stands for the local only behind the statement.
        let inside =
            || tree.expr_functions[expr.index()] != local.function && inside_its_declaration(script, *id, at.start);
        local.span.start > at.start || inside()
    };
    (0..tree.locals.len()).map(|at| LocalId(at as u32)).find(suits)
}

fn inside_its_declaration(script: &Script<'_>, local: LocalId, at: u32) -> bool {
    let value = script.facts.initial(local).map(|value| script.tree.span(value));
    value.is_some_and(|span| (span.start..span.end).contains(&at))
}

/// A global that the script sets and never reads, whose name is much like this one.
fn unread_global(script: &Script<'_>, symbol: Symbol) -> Option<Symbol> {
    let (tree, facts) = (script.tree, script.facts);
    let name = tree.names.text(symbol);
    let unread = facts.writes.iter().map(|write| write.symbol).filter(|written| {
        let text = tree.names.text(*written);
        !facts.reads.iter().any(|(_, read)| read == written) && !api::is_global(text) && text != "restore"
    });
    let alike = |other: &str| {
        let (short, long) = if name.len() < other.len() { (name, other) } else { (other, name) };
        let words: HashSet<_> = long.split('_').collect();
        let shared = short.split('_').filter(|word| words.contains(word)).count();
        let all = shared == short.split('_').count() && shared > 1;
        all || closest(name, [other]).is_some()
    };
    unread.into_iter().find(|written| alike(tree.names.text(*written)))
}

/// Whether nil will not do: it is called, indexed, calculated with, joined or compared by size.
fn is_needed(script: &Script<'_>, expr: ExprId) -> bool {
    let (tree, layout) = (script.tree, &script.facts.layout);
    match layout.usage(tree, expr) {
        Usage::Callee | Usage::Object => true,
        Usage::Truth | Usage::Target => false,
        Usage::Value => match layout.user(tree, expr).map(|user| tree.expr(user)) {
            Some(Expr::Binary { op, .. }) => !matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::And | BinaryOp::Or),
            Some(Expr::Unary { op, .. }) => op != UnaryOp::Not,
            _ => false,
        },
    }
}
