use crate::api::{Presence, Yields};
use crate::lint::layout::{each_block, each_operand, each_root};
use crate::lint::tree::{Expr, ExprId, ExprList, Stmt, StmtId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo =
    rule_info!("busy-wait", Some(Severity::Info), "a loop that asks again and again without a sleep");

/// Loops that do nothing but ask the camera for something.
pub(super) struct BusyWait;

impl Rule for BusyWait {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        for at in 0..tree.stmts.len() {
            let id = StmtId(at as u32);
            let (Stmt::While { body, .. } | Stmt::Repeat { body, .. }) = &tree.stmts[at] else { continue };
            // Anything but counting and asking is work.
            let idle = tree.block(*body).iter().all(|stmt| is_idle(script, *stmt));
            if !idle || !only_asks(script, id) {
                continue;
            }
            let span = tree.stmt_spans[at];
            let line = script.source.line_span(script.source.line(span.start));
            let span = crate::lint::Span { start: span.start, end: span.end.min(line.end.max(span.start)) };
            let message = "this loop keeps asking without a pause";
            let finding = Finding::new(INFO.id, Severity::Info, script.id, span, message);
            findings
                .push(finding.help("A sleep(10) in it leaves the time to the camera, and the battery lasts longer."));
        }
    }
}

fn is_idle(script: &Script<'_>, stmt: StmtId) -> bool {
    let tree = script.tree;
    match tree.stmt(stmt) {
        Stmt::Break | Stmt::Local { .. } => true,
        Stmt::Assign { targets, .. } => {
            tree.list(*targets).iter().all(|target| matches!(tree.expr(*target), Expr::Global(_) | Expr::Local(_)))
        }
        Stmt::If { arms, otherwise } => {
            let blocks = arms.iter().map(|(_, block)| block).chain(otherwise);
            blocks.into_iter().all(|block| tree.block(*block).iter().all(|stmt| is_break(script, *stmt)))
        }
        _ => false,
    }
}

fn is_break(script: &Script<'_>, stmt: StmtId) -> bool {
    matches!(script.tree.stmt(stmt), Stmt::Break | Stmt::Return(_))
}

/// Whether all calls in a loop, of which nothing else is nested deeply, are of functions that only tell something, and there
/// is one.
fn only_asks(script: &Script<'_>, stmt: StmtId) -> bool {
    let mut asks = false;
    let mut stmts = vec![stmt];
    while let Some(stmt) = stmts.pop() {
        let mut exprs = Vec::new();
        each_root(script.tree, stmt, |root| exprs.push(root));
        each_block(script.tree.stmt(stmt), |block| stmts.extend(script.tree.block(block)));
        while let Some(expr) = exprs.pop() {
            match script.tree.expr(expr) {
                Expr::Call { callee, args } if tells(script, callee) || polls(script, callee, args) => asks = true,
                Expr::Call { .. } | Expr::MethodCall { .. } | Expr::Function(_) => return false,
                _ => {}
            }
            each_operand(script.tree, expr, |operand| exprs.push(operand));
        }
    }
    asks
}

fn tells(script: &Script<'_>, callee: ExprId) -> bool {
    script.facts.api(script.tree, callee).is_some_and(|name| {
        let text = name.entry.name;
        let tells = text.starts_with("get_") || text.starts_with("is_") || text.ends_with(".is_ready");
        tells && name.presence == Presence::Camera && name.entry.yields == Yields::No
    })
}

/// `read_usb_msg()`, which waits only if it is told how long.
fn polls(script: &Script<'_>, callee: ExprId, args: ExprList) -> bool {
    let patient = script.tree.list(args).first().is_some_and(|wait| script.constant(*wait) != Some(0));
    !patient && script.facts.api(script.tree, callee).is_some_and(|name| name.entry.name == "read_usb_msg")
}
