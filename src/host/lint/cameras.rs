//! Which values of a host script are connections to cameras.

use std::collections::HashSet;

use crate::lint::Span;
use crate::lint::tree::{Expr, ExprId, LocalId, Stmt};

use super::read::Host;
use super::text::Constants;

/// Functions of `chdk` whose first result is a connection.
const MAKERS: &[&[u8]] = &[b"connect", b"connection", b"simulate"];

/// A method that is called: `con:exec(code)`, `con.exec(con, code)`, `pcall(con.exec, con, code)`.
pub(super) struct Invocation<'a> {
    pub object: ExprId,
    /// Its name, without `_pcall`.
    pub method: &'a [u8],
    pub args: &'a [ExprId],
    pub span: Span,
}

/// All methods that a script calls.
pub(super) fn invocations<'a>(host: &'a Host) -> impl Iterator<Item = Invocation<'a>> {
    let tree = &host.tree;
    let plain = |name: &'a [u8]| name.strip_suffix(b"_pcall").unwrap_or(name);
    let named = move |callee: ExprId| match tree.expr(tree.unparen(callee)) {
        Expr::Index { object, key, dotted: true } => Some((object, plain(tree.as_string(key)?))),
        _ => None,
    };
    tree.exprs.iter().enumerate().filter_map(move |(index, expr)| {
        let span = tree.expr_spans[index];
        let (object, method, args) = match *expr {
            Expr::MethodCall { object, name, args } => (object, plain(tree.as_string(name)?), tree.list(args)),
            Expr::Call { callee, args } => {
                let args = tree.list(args);
                // Behind the function that is called for them, xpcall has a handler.
                let skipped = match tree.expr(callee) {
                    Expr::Global(name) if tree.names.text(name) == "pcall" => 1,
                    Expr::Global(name) if tree.names.text(name) == "xpcall" => 2,
                    _ => 0,
                };
                let (object, method) = named(if skipped > 0 { *args.first()? } else { callee })?;
                (object, method, args.get(skipped + 1..)?)
            }
            _ => return None,
        };
        Some(Invocation { object, method, args, span })
    })
}

/// How sure it is that a value is a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Camera {
    /// It is one of ours.
    Surely,
    /// It is called like one.
    ByName,
    /// It is not known to be one.
    No,
}

/// The connections of a script.
pub(super) struct Cameras<'a> {
    host: &'a Host,
    made: HashSet<LocalId>,
    /// The global `con` is as the script found it.
    con: bool,
    /// Names of methods and fields that the script adds.
    own: HashSet<&'a [u8]>,
}

impl<'a> Cameras<'a> {
    pub fn new(host: &'a Host, constants: &Constants<'_>) -> Self {
        let tree = &host.tree;
        let mut cameras = Self { host, made: HashSet::new(), con: constants.is_untouched("con"), own: HashSet::new() };
        for stmt in &tree.stmts {
            match stmt {
                Stmt::Local { locals, values } => {
                    let first = LocalId(locals.start);
                    let value = tree.list(*values).first();
                    let made = value.is_some_and(|value| is_made(host, constants, *value));
                    if made && !locals.is_empty() && !tree.local(first).assigned {
                        cameras.made.insert(first);
                    }
                }
                Stmt::Assign { targets, .. } => {
                    let keys = tree.list(*targets).iter().filter_map(|target| match tree.expr(*target) {
                        Expr::Index { key, .. } => tree.as_string(key),
                        _ => None,
                    });
                    cameras.own.extend(keys);
                }
                Stmt::Function { target, .. } => {
                    if let Expr::Index { key, .. } = tree.expr(*target) {
                        cameras.own.extend(tree.as_string(key));
                    }
                }
                _ => {}
            }
        }
        cameras
    }

    /// Whether an expression is a connection.
    pub fn is(&self, expr: ExprId) -> Camera {
        let tree = &self.host.tree;
        let by_name = |name: &[u8]| {
            let name = name.to_ascii_lowercase();
            let contains = |part: &[u8]| memchr::memmem::find(&name, part).is_some();
            if contains(b"con") || contains(b"cam") || name == b"c" { Camera::ByName } else { Camera::No }
        };
        match tree.expr(tree.unparen(expr)) {
            Expr::Global(name) if self.con && tree.names.text(name) == "con" => Camera::Surely,
            Expr::Local(local) if self.made.contains(&local) => Camera::Surely,
            Expr::Global(name) => by_name(tree.names.text(name).as_bytes()),
            Expr::Local(local) => by_name(tree.names.text(tree.local(local).name).as_bytes()),
            Expr::Index { key, .. } => tree.as_string(key).map_or(Camera::No, by_name),
            _ => Camera::No,
        }
    }

    /// Whether the script gives something a method or field of this name.
    pub fn is_own(&self, name: &[u8]) -> bool {
        self.own.contains(name)
    }
}

/// Whether a value is what `chdk.connect(…)` gives.
fn is_made(host: &Host, constants: &Constants<'_>, value: ExprId) -> bool {
    let tree = &host.tree;
    let Expr::Call { callee, .. } = tree.expr(tree.unparen(value)) else { return false };
    let Expr::Index { object, key, .. } = tree.expr(callee) else { return false };
    let chdk = matches!(tree.expr(object), Expr::Global(name) if tree.names.text(name) == "chdk");
    chdk && constants.is_untouched("chdk") && tree.as_string(key).is_some_and(|key| MAKERS.contains(&key))
}
