//! Statements and blocks, and the locals that they bring.

use full_moon::ast::punctuated::Punctuated;
use full_moon::ast::{
    Assignment, Block, FunctionDeclaration, GenericFor, If, Index, LastStmt, LocalAssignment, LocalFunction,
    NumericFor, Prefix, Repeat, Stmt as AstStmt, Suffix, Var, While,
};
use full_moon::tokenizer::TokenReference;

use super::{Lowerer, MANY_TARGETS, id};
use crate::lint::source::Span;
use crate::lint::tree::{BlockId, Expr, ExprId, ExprList, LocalKind, Stmt, StmtId};

impl Lowerer<'_> {
    pub(super) fn block(&mut self, block: &Block) -> BlockId {
        let scope = self.enter();
        let lowered = self.open_block(block);
        self.leave(&scope);
        lowered
    }

    /// A block whose scope is left open.
    fn open_block(&mut self, block: &Block) -> BlockId {
        let lowered = BlockId(id(self.tree.blocks.len()));
        self.tree.blocks.push(0..0);
        let from = self.room.open_stmts.len();
        for stmt in block.stmts() {
            let slot = self.slot();
            let (stmt, span) = self.stmt(stmt);
            self.fill(slot, stmt, span);
        }
        if let Some(last) = block.last_stmt() {
            let slot = self.slot();
            let (stmt, span) = match last {
                LastStmt::Return(returned) => {
                    let start = self.span(returned.token());
                    let values = self.exprs(returned.returns());
                    (Stmt::Return(values), self.to_end_of(start, values))
                }
                LastStmt::Break(token) => {
                    self.doubtful |= self.frame.loops == 0;
                    (Stmt::Break, self.span(token))
                }
                _ => (Stmt::Break, Span::new(self.last, self.last)),
            };
            self.fill(slot, stmt, span);
        }
        let start = id(self.tree.block_stmts.len());
        self.tree.block_stmts.extend(self.room.open_stmts.drain(from..));
        self.tree.blocks[lowered.index()] = start..id(self.tree.block_stmts.len());
        lowered
    }

    /// A loop's body, with its scope left open.
    fn body(&mut self, block: &Block) -> BlockId {
        self.frame.loops += 1;
        let body = self.open_block(block);
        self.frame.loops -= 1;
        body
    }

    /// Makes room for a statement, which comes before those inside of it.
    fn slot(&mut self) -> StmtId {
        self.tree.stmts.push(Stmt::Break);
        self.tree.stmt_spans.push(Span::default());
        StmtId(id(self.tree.stmts.len() - 1))
    }

    fn fill(&mut self, slot: StmtId, stmt: Stmt, span: Span) {
        self.tree.stmts[slot.index()] = stmt;
        self.tree.stmt_spans[slot.index()] = span;
        self.room.open_stmts.push(slot);
    }

    fn to_end_of(&self, start: Span, values: ExprList) -> Span {
        self.tree.list(values).last().map_or(start, |last| start.to(self.tree.span(*last)))
    }

    fn stmt(&mut self, stmt: &AstStmt) -> (Stmt, Span) {
        match stmt {
            AstStmt::Assignment(assignment) => self.assignment(assignment),
            AstStmt::Do(block) => {
                let start = self.span(block.do_token());
                let body = self.block(block.block());
                (Stmt::Do(body), start.to(self.span(block.end_token())))
            }
            AstStmt::FunctionCall(call) => {
                let call = self.call(call);
                self.doubtful |= !matches!(self.tree.expr(call), Expr::Call { .. } | Expr::MethodCall { .. });
                (Stmt::Call(call), self.tree.span(call))
            }
            AstStmt::FunctionDeclaration(declaration) => self.declaration(declaration),
            AstStmt::GenericFor(stmt) => self.generic_for(stmt),
            AstStmt::If(stmt) => self.if_stmt(stmt),
            AstStmt::LocalAssignment(assignment) => self.local_assignment(assignment),
            AstStmt::LocalFunction(function) => self.local_function(function),
            AstStmt::NumericFor(stmt) => self.numeric_for(stmt),
            AstStmt::Repeat(stmt) => self.repeat(stmt),
            AstStmt::While(stmt) => self.while_stmt(stmt),
            _ => {
                self.doubtful = true;
                let missing = self.push(Expr::Missing, Span::new(self.last, self.last));
                (Stmt::Call(missing), self.tree.span(missing))
            }
        }
    }

    fn assignment(&mut self, assignment: &Assignment) -> (Stmt, Span) {
        let from = self.room.open.len();
        for var in assignment.variables() {
            let target = self.var(var);
            self.room.open.push(target);
            match self.tree.expr(target) {
                Expr::Local(local) => self.tree.locals[local.index()].assigned = true,
                Expr::Global(_) | Expr::Index { .. } => {}
                _ => self.doubtful = true,
            }
        }
        self.doubtful |= self.room.open.len() - from > MANY_TARGETS;
        let values = self.named_exprs(assignment.expressions(), assignment.variables().iter(), Self::path_of);
        let span = self.room.open.get(from).map_or_else(Span::default, |first| self.tree.span(*first));
        let targets = self.list(from);
        let span = self.to_end_of(self.to_end_of(span, targets), values);
        (Stmt::Assign { targets, values }, span)
    }

    fn local_assignment(&mut self, assignment: &LocalAssignment) -> (Stmt, Span) {
        let start = self.span(assignment.local_token());
        let locals = self.new_locals(assignment.names(), LocalKind::Variable);
        let mut span = start.to(self.tree.locals.last().map_or(start, |last| last.span));
        let name = |lowerer: &Self, name: &TokenReference| Some(lowerer.text(name).to_owned());
        let values = self.named_exprs(assignment.expressions(), assignment.names().iter(), name);
        span = self.to_end_of(span, values);
        self.bind_all(locals.clone());
        (Stmt::Local { locals, values }, span)
    }

    fn new_locals(&mut self, names: &Punctuated<TokenReference>, kind: LocalKind) -> std::ops::Range<u32> {
        let first = id(self.tree.locals.len());
        for name in names {
            self.new_local(name, kind);
        }
        first..id(self.tree.locals.len())
    }

    fn local_function(&mut self, function: &LocalFunction) -> (Stmt, Span) {
        let start = self.span(function.local_token());
        let keyword = self.span(function.function_token());
        let local = self.new_local(function.name(), LocalKind::Variable);
        self.bind(local);
        let name = self.text(function.name()).to_owned();
        let function = self.function(keyword, function.body(), Some(name), None);
        (Stmt::LocalFunction { local, function }, start.to(self.tree.span(function)))
    }

    fn declaration(&mut self, declaration: &FunctionDeclaration) -> (Stmt, Span) {
        let start = self.span(declaration.function_token());
        let mut path = String::new();
        let mut target = None;
        for name in declaration.name().names() {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(self.text(name));
            target = Some(match target {
                None => self.variable(name),
                Some(object) => self.dotted(object, name),
            });
        }
        let mut target = target.unwrap_or_else(|| self.push(Expr::Missing, start));
        let mut method = None;
        match declaration.name().method_name() {
            Some(name) => {
                path.push(':');
                path.push_str(self.text(name));
                target = self.dotted(target, name);
                method = Some(self.span(name));
            }
            None => {
                if let Expr::Local(local) = self.tree.expr(target) {
                    self.tree.locals[local.index()].assigned = true;
                }
            }
        }
        let function = self.function(start, declaration.body(), Some(path), method);
        (Stmt::Function { target, function }, start.to(self.tree.span(function)))
    }

    /// `a.b.c`, if that is all there is to it.
    fn path_of(&self, var: &Var) -> Option<String> {
        let Var::Expression(expr) = var else {
            let Var::Name(token) = var else { return None };
            return Some(self.text(token).to_owned());
        };
        let Prefix::Name(first) = expr.prefix() else { return None };
        let mut path = self.text(first).to_owned();
        for suffix in expr.suffixes() {
            let Suffix::Index(Index::Dot { name, .. }) = suffix else { return None };
            path.push('.');
            path.push_str(self.text(name));
        }
        Some(path)
    }

    fn dotted(&mut self, object: ExprId, name: &TokenReference) -> ExprId {
        let key = self.key(name);
        let span = self.tree.span(object).to(self.tree.span(key));
        self.push(Expr::Index { object, key, dotted: true }, span)
    }

    fn if_stmt(&mut self, stmt: &If) -> (Stmt, Span) {
        let start = self.span(stmt.if_token());
        let condition = self.expr(stmt.condition());
        let mut arms = vec![(condition, self.block(stmt.block()))];
        for arm in stmt.else_if().into_iter().flatten() {
            let condition = self.expr(arm.condition());
            arms.push((condition, self.block(arm.block())));
        }
        let otherwise = stmt.else_block().map(|block| self.block(block));
        (Stmt::If { arms, otherwise }, start.to(self.span(stmt.end_token())))
    }

    fn while_stmt(&mut self, stmt: &While) -> (Stmt, Span) {
        let start = self.span(stmt.while_token());
        let condition = self.expr(stmt.condition());
        let scope = self.enter();
        let body = self.body(stmt.block());
        self.leave(&scope);
        (Stmt::While { condition, body }, start.to(self.span(stmt.end_token())))
    }

    fn repeat(&mut self, stmt: &Repeat) -> (Stmt, Span) {
        let start = self.span(stmt.repeat_token());
        let scope = self.enter();
        let body = self.body(stmt.block());
        self.span(stmt.until_token());
        let condition = self.expr(stmt.until());
        self.leave(&scope);
        (Stmt::Repeat { body, condition }, start.to(self.tree.span(condition)))
    }

    fn numeric_for(&mut self, stmt: &NumericFor) -> (Stmt, Span) {
        let span = self.span(stmt.for_token());
        let local = self.new_local(stmt.index_variable(), LocalKind::Loop);
        let start = self.expr(stmt.start());
        let limit = self.expr(stmt.end());
        let step = stmt.step().map(|step| self.expr(step));
        let scope = self.enter();
        self.frame.active += 3;
        self.bind(local);
        let body = self.body(stmt.block());
        self.leave(&scope);
        (Stmt::NumericFor { local, start, limit, step, body }, span.to(self.span(stmt.end_token())))
    }

    fn generic_for(&mut self, stmt: &GenericFor) -> (Stmt, Span) {
        let span = self.span(stmt.for_token());
        let locals = self.new_locals(stmt.names(), LocalKind::Loop);
        let values = self.exprs(stmt.expressions());
        let scope = self.enter();
        self.frame.active += 3;
        self.bind_all(locals.clone());
        let body = self.body(stmt.block());
        self.leave(&scope);
        (Stmt::GenericFor { locals, values, body }, span.to(self.span(stmt.end_token())))
    }
}
