//! full_moon's syntax tree to a [`Tree`].

use crate::lint::hash::HashSet;

use full_moon::ast::punctuated::Punctuated;
use full_moon::ast::{
    Assignment, BinOp, Block, Call, Expression, Field as AstField, FunctionArgs, FunctionBody, FunctionCall,
    FunctionDeclaration, GenericFor, If, Index, LastStmt, LocalAssignment, LocalFunction, NumericFor, Parameter,
    Prefix, Repeat, Stmt as AstStmt, Suffix, TableConstructor, UnOp, Var, While,
};
use full_moon::tokenizer::{Symbol as Word, TokenReference, TokenType};

use super::scan::{Token, number_value, string_value};
use super::source::Span;
use super::tree::{
    BinaryOp, BlockId, Expr, ExprId, ExprList, Field, Function, FunctionId, Local, LocalId, LocalKind, Stmt, StmtId,
    StringId, Symbol, Tree, UnaryOp,
};

/// What became of a syntax tree.
pub struct Lowered {
    /// The script.
    pub tree: Tree,
    /// Whether there is something in it that only the camera's compiler can tell to be right: a `break` outside of loops, a
    /// call that begins on a line of its own, or as many locals as may be too many.
    pub doubtful: bool,
    /// Where its last token ends. The parser drops what follows a `return` at the end of a chunk, and may say nothing.
    pub end: usize,
}

/// Locals of a function at one place from which on the compiler is asked; it allows 200, and 250 with what it computes.
const MANY_LOCALS: usize = 100;
/// The same of upvalues, of which it allows 60.
const MANY_UPVALUES: usize = 55;

/// Where in the source the tokens stand that the parser has read.
#[derive(Clone, Copy)]
pub enum Places<'a> {
    /// At the same offsets. Names are what the parser has read.
    Same,
    /// Names are what stands in the source.
    Tokens {
        /// All of the source.
        tokens: &'a [Token],
        /// Which of them begins at an offset of what was parsed.
        at: &'a [u32],
    },
}

/// Lowers the tree of a text. `source` is what constants are read from.
pub fn lower(block: &Block, source: &[u8], places: Places<'_>) -> Lowered {
    let mut lowerer = Lowerer {
        source,
        places,
        tree: Tree::default(),
        doubtful: false,
        last: 0,
        bindings: Vec::new(),
        name_strings: Vec::new(),
        shadowed: Vec::new(),
        captured: HashSet::default(),
        frame: Frame { function: Tree::CHUNK, varargs: true, loops: 0, active: 0 },
        open: Vec::new(),
        open_fields: Vec::new(),
        open_stmts: Vec::new(),
    };
    if let Places::Tokens { tokens, .. } = places {
        lowerer.tree.reserve(tokens.len());
    }
    lowerer.chunk(block);
    debug_assert_eq!(lowerer.frame.active, 0);
    Lowered { tree: lowerer.tree, doubtful: lowerer.doubtful, end: lowerer.last }
}

/// A chunk with nothing in it, for a text that was not parsed.
pub fn empty(source: &[u8]) -> Tree {
    lower(&Block::new(), source, Places::Same).tree
}

/// A function that is being lowered.
#[derive(Clone, Copy)]
struct Frame {
    function: FunctionId,
    varargs: bool,
    loops: usize,
    /// Locals in scope, with the hidden ones of `for`.
    active: usize,
}

/// Where a scope began.
struct Scope {
    shadowed: usize,
    active: usize,
}

struct Lowerer<'a> {
    source: &'a [u8],
    places: Places<'a>,
    tree: Tree,
    doubtful: bool,
    /// The end of the last token seen: where tokens stand that the parser made up.
    last: usize,
    /// The local that each name means now.
    bindings: Vec<Option<LocalId>>,
    /// The string constant of each name that is a key somewhere.
    name_strings: Vec<Option<StringId>>,
    /// What names meant before they were declared in a scope that is still open.
    shadowed: Vec<(Symbol, Option<LocalId>)>,
    captured: HashSet<(FunctionId, LocalId)>,
    frame: Frame,
    /// What belongs to lists, tables and blocks that are not complete yet, each behind what belongs to those around it.
    open: Vec<ExprId>,
    open_fields: Vec<Field>,
    open_stmts: Vec<StmtId>,
}

fn id(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl<'a> Lowerer<'a> {
    fn chunk(&mut self, block: &Block) {
        self.tree.functions.push(Function {
            parent: None,
            name: None,
            params: 0..0,
            varargs: true,
            method: false,
            body: BlockId(0),
            span: Span::new(0, self.source.len()),
            upvalues: Vec::new(),
        });
        self.block(block);
        let last = block.last_stmt_with_semicolon().map(|(_, semicolon)| semicolon);
        let last = last.or_else(|| block.stmts_with_semicolon().last().map(|(_, semicolon)| semicolon));
        if let Some(Some(semicolon)) = last {
            self.span(semicolon);
        }
    }

    // Tokens, names and scopes

    fn span(&mut self, token: &TokenReference) -> Span {
        let (start, end) = (token.token().start_position(), token.token().end_position());
        if start.line() == 0 {
            return Span::new(self.last, self.last);
        }
        let span = match self.places {
            Places::Same => Span::new(start.bytes(), end.bytes()),
            Places::Tokens { tokens, at } => tokens[at[start.bytes()] as usize].span,
        };
        self.last = span.end as usize;
        span
    }

    /// The text of a name.
    fn text<'t>(&self, token: &'t TokenReference) -> &'t str
    where
        'a: 't,
    {
        let TokenType::Identifier { identifier } = token.token_type() else { return "" };
        match self.places {
            Places::Tokens { tokens, at } if token.token().start_position().line() > 0 => {
                let token = tokens[at[token.token().start_position().bytes()] as usize];
                std::str::from_utf8(&self.source[token.span.range()]).unwrap_or_default()
            }
            _ => identifier.as_str(),
        }
    }

    fn name(&mut self, token: &TokenReference) -> (Symbol, Span) {
        let symbol = self.tree.names.intern(self.text(token));
        if symbol.index() >= self.bindings.len() {
            self.bindings.resize(symbol.index() + 1, None);
            self.name_strings.resize(symbol.index() + 1, None);
        }
        (symbol, self.span(token))
    }

    fn new_local(&mut self, token: &TokenReference, kind: LocalKind) -> LocalId {
        let (name, span) = self.name(token);
        self.push_local(name, span, kind)
    }

    fn push_local(&mut self, name: Symbol, span: Span, kind: LocalKind) -> LocalId {
        let function = self.frame.function;
        self.tree.locals.push(Local { name, function, span, kind, assigned: false });
        LocalId(id(self.tree.locals.len() - 1))
    }

    /// Brings a local into scope.
    fn bind(&mut self, local: LocalId) {
        let name = self.tree.local(local).name;
        self.shadowed.push((name, self.bindings[name.index()].replace(local)));
        self.frame.active += 1;
        self.doubtful |= self.frame.active > MANY_LOCALS;
    }

    fn bind_all(&mut self, locals: std::ops::Range<u32>) {
        for local in locals {
            self.bind(LocalId(local));
        }
    }

    fn enter(&self) -> Scope {
        Scope { shadowed: self.shadowed.len(), active: self.frame.active }
    }

    fn leave(&mut self, scope: &Scope) {
        for (name, before) in self.shadowed.drain(scope.shadowed..).rev() {
            self.bindings[name.index()] = before;
        }
        self.frame.active = scope.active;
    }

    /// A name as a variable.
    fn variable(&mut self, token: &TokenReference) -> ExprId {
        let (name, span) = self.name(token);
        match self.bindings[name.index()] {
            Some(local) => {
                self.capture(local);
                self.push(Expr::Local(local), span)
            }
            None => self.push(Expr::Global(name), span),
        }
    }

    /// Makes a local an upvalue of this function and those around it, up to the one that it belongs to.
    fn capture(&mut self, local: LocalId) {
        let owner = self.tree.local(local).function;
        let mut function = self.frame.function;
        while function != owner && self.captured.insert((function, local)) {
            let inner = &mut self.tree.functions[function.index()];
            inner.upvalues.push(local);
            self.doubtful |= inner.upvalues.len() > MANY_UPVALUES;
            let Some(parent) = inner.parent else { break };
            function = parent;
        }
    }

    // Expressions

    fn push(&mut self, expr: Expr, span: Span) -> ExprId {
        self.tree.exprs.push(expr);
        self.tree.expr_spans.push(span);
        self.tree.expr_functions.push(self.frame.function);
        ExprId(id(self.tree.exprs.len() - 1))
    }

    /// A list of one.
    fn single(&mut self, expr: ExprId) -> ExprList {
        let start = id(self.tree.lists.len());
        self.tree.lists.push(expr);
        ExprList { start, len: 1 }
    }

    /// A list of what is open from there on.
    fn list(&mut self, from: usize) -> ExprList {
        let start = id(self.tree.lists.len());
        let len = id(self.open.len() - from);
        self.tree.lists.extend(self.open.drain(from..));
        ExprList { start, len }
    }

    fn exprs(&mut self, list: &Punctuated<Expression>) -> ExprList {
        let from = self.open.len();
        for expr in list {
            let expr = self.expr(expr);
            self.open.push(expr);
        }
        self.list(from)
    }

    /// Values for targets, whose names are asked for where a value is a function.
    fn named_exprs<T>(
        &mut self,
        list: &Punctuated<Expression>,
        mut targets: impl Iterator<Item = T>,
        name: impl Fn(&Self, T) -> Option<String>,
    ) -> ExprList {
        let from = self.open.len();
        for expr in list {
            let target = targets.next();
            let expr = self.named_expr(expr, |lowerer| name(lowerer, target?));
            self.open.push(expr);
        }
        self.list(from)
    }

    fn named_expr(&mut self, expr: &Expression, name: impl FnOnce(&Self) -> Option<String>) -> ExprId {
        match expr {
            Expression::Function(function) => {
                let start = self.span(function.function_token());
                let name = name(self);
                self.function(start, function.body(), name, None)
            }
            other => self.expr(other),
        }
    }

    fn expr(&mut self, expr: &Expression) -> ExprId {
        // Chains of operators lean to the left and may be long.
        let mut chain = Vec::new();
        let mut innermost = expr;
        while let Expression::BinaryOperator { lhs, binop, rhs } = innermost {
            chain.push((binop, rhs));
            innermost = lhs;
        }
        let mut left = self.operand(innermost);
        while let Some((operator, operand)) = chain.pop() {
            let right = self.expr(operand);
            let span = self.tree.span(left).to(self.tree.span(right));
            let expr = match binary(operator) {
                Some(op) => Expr::Binary { op, left, right },
                None => Expr::Missing,
            };
            left = self.push(expr, span);
        }
        left
    }

    fn operand(&mut self, expr: &Expression) -> ExprId {
        match expr {
            Expression::Parentheses { contained, expression } => {
                let (open, close) = contained.tokens();
                let open = self.span(open);
                let inner = self.expr(expression);
                let span = open.to(self.span(close));
                self.push(Expr::Paren(inner), span)
            }
            Expression::UnaryOperator { unop, expression } => {
                let start = self.span(unop.token());
                let operand = self.expr(expression);
                let span = start.to(self.tree.span(operand));
                let op = match unop {
                    UnOp::Minus(_) => UnaryOp::Neg,
                    UnOp::Not(_) => UnaryOp::Not,
                    UnOp::Hash(_) => UnaryOp::Len,
                    _ => return self.push(Expr::Missing, span),
                };
                self.push(Expr::Unary { op, operand }, span)
            }
            Expression::Function(_) => self.named_expr(expr, |_| None),
            Expression::FunctionCall(call) => self.call(call),
            Expression::TableConstructor(table) => self.table(table),
            Expression::Number(token) => {
                let span = self.span(token);
                let value = number_value(&self.source[span.range()]);
                self.push(Expr::Number(value), span)
            }
            Expression::String(token) => self.string(token),
            Expression::Symbol(token) => {
                let span = self.span(token);
                let expr = match token.token_type() {
                    TokenType::Symbol { symbol: Word::Nil } => Expr::Nil,
                    TokenType::Symbol { symbol: Word::True } => Expr::True,
                    TokenType::Symbol { symbol: Word::False } => Expr::False,
                    TokenType::Symbol { symbol: Word::Ellipsis } => {
                        self.doubtful |= !self.frame.varargs;
                        Expr::Varargs
                    }
                    _ => Expr::Missing,
                };
                self.push(expr, span)
            }
            Expression::Var(var) => self.var(var),
            _ => {
                self.doubtful = true;
                self.push(Expr::Missing, Span::new(self.last, self.last))
            }
        }
    }

    fn string(&mut self, token: &TokenReference) -> ExprId {
        let span = self.span(token);
        let value = string_value(self.source, span);
        self.tree.strings.push(value.into());
        let string = StringId(id(self.tree.strings.len() - 1));
        self.push(Expr::String(string), span)
    }

    /// A name that is a key.
    fn key(&mut self, token: &TokenReference) -> ExprId {
        let (name, span) = self.name(token);
        let string = match self.name_strings[name.index()] {
            Some(string) => string,
            None => {
                let text = self.tree.names.text(name).as_bytes().into();
                self.tree.strings.push(text);
                let string = StringId(id(self.tree.strings.len() - 1));
                self.name_strings[name.index()] = Some(string);
                string
            }
        };
        self.push(Expr::String(string), span)
    }

    fn var(&mut self, var: &Var) -> ExprId {
        match var {
            Var::Name(token) => self.variable(token),
            Var::Expression(expr) => {
                let prefix = self.prefix(expr.prefix());
                expr.suffixes().fold(prefix, |object, suffix| self.suffix(object, suffix))
            }
            _ => self.push(Expr::Missing, Span::new(self.last, self.last)),
        }
    }

    fn call(&mut self, call: &FunctionCall) -> ExprId {
        let prefix = self.prefix(call.prefix());
        call.suffixes().fold(prefix, |object, suffix| self.suffix(object, suffix))
    }

    fn prefix(&mut self, prefix: &Prefix) -> ExprId {
        match prefix {
            Prefix::Name(token) => self.variable(token),
            Prefix::Expression(expr) => self.expr(expr),
            _ => self.push(Expr::Missing, Span::new(self.last, self.last)),
        }
    }

    fn suffix(&mut self, object: ExprId, suffix: &Suffix) -> ExprId {
        let start = self.tree.span(object);
        match suffix {
            Suffix::Index(Index::Dot { name, .. }) => {
                let key = self.key(name);
                let span = start.to(self.tree.span(key));
                self.push(Expr::Index { object, key, dotted: true }, span)
            }
            Suffix::Index(Index::Brackets { brackets, expression }) => {
                let key = self.expr(expression);
                let span = start.to(self.span(brackets.tokens().1));
                self.push(Expr::Index { object, key, dotted: false }, span)
            }
            Suffix::Call(Call::AnonymousCall(args)) => {
                let (args, end) = self.args(args);
                self.push(Expr::Call { callee: object, args }, start.to(end))
            }
            Suffix::Call(Call::MethodCall(method)) => {
                let name = self.key(method.name());
                let (args, end) = self.args(method.args());
                self.push(Expr::MethodCall { object, name, args }, start.to(end))
            }
            _ => self.push(Expr::Missing, start),
        }
    }

    fn args(&mut self, args: &FunctionArgs) -> (ExprList, Span) {
        match args {
            FunctionArgs::Parentheses { parentheses, arguments } => {
                let (open, close) = parentheses.tokens();
                let before = self.last;
                let open = self.span(open);
                let between = self.source.get(before..open.start as usize).unwrap_or_default();
                self.doubtful |= memchr::memchr2(b'\n', b'\r', between).is_some();
                let list = self.exprs(arguments);
                (list, self.span(close))
            }
            FunctionArgs::String(token) => {
                let string = self.string(token);
                (self.single(string), self.tree.span(string))
            }
            FunctionArgs::TableConstructor(table) => {
                let table = self.table(table);
                (self.single(table), self.tree.span(table))
            }
            _ => (ExprList::default(), Span::new(self.last, self.last)),
        }
    }

    fn table(&mut self, table: &TableConstructor) -> ExprId {
        let (open, close) = table.braces().tokens();
        let open = self.span(open);
        let from = self.open_fields.len();
        for field in table.fields() {
            let field = match field {
                AstField::ExpressionKey { key, value, .. } => {
                    let key = self.expr(key);
                    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
                    let value = self.named_expr(value, |lowerer| lowerer.tree.as_string(key).map(text));
                    Field::Pair(key, value)
                }
                AstField::NameKey { key: name, value, .. } => {
                    let key = self.key(name);
                    let value = self.named_expr(value, |lowerer| Some(lowerer.text(name).to_owned()));
                    Field::Pair(key, value)
                }
                AstField::NoKey(value) => Field::Item(self.expr(value)),
                _ => {
                    self.doubtful = true;
                    continue;
                }
            };
            self.open_fields.push(field);
        }
        let (start, len) = (id(self.tree.fields.len()), id(self.open_fields.len() - from));
        self.tree.fields.extend(self.open_fields.drain(from..));
        let span = open.to(self.span(close));
        self.push(Expr::Table { start, len }, span)
    }

    /// A function; `method`: where the name stands whose colon brings a `self`.
    fn function(&mut self, start: Span, body: &FunctionBody, name: Option<String>, method: Option<Span>) -> ExprId {
        let function = FunctionId(id(self.tree.functions.len()));
        let varargs = body.parameters().iter().any(|parameter| matches!(parameter, Parameter::Ellipsis(_)));
        let frame = Frame { function, varargs, loops: 0, active: 0 };
        let outer = std::mem::replace(&mut self.frame, frame);
        self.tree.functions.push(Function {
            parent: Some(outer.function),
            name,
            params: 0..0,
            varargs,
            method: method.is_some(),
            body: BlockId(0),
            span: start,
            upvalues: Vec::new(),
        });

        let scope = self.enter();
        let first = id(self.tree.locals.len());
        if let Some(span) = method {
            let name = self.tree.names.intern("self");
            if name.index() >= self.bindings.len() {
                self.bindings.resize(name.index() + 1, None);
                self.name_strings.resize(name.index() + 1, None);
            }
            self.push_local(name, span, LocalKind::Param);
        }
        for parameter in body.parameters() {
            if let Parameter::Name(token) = parameter {
                self.new_local(token, LocalKind::Param);
            }
        }
        let params = first..id(self.tree.locals.len());
        self.bind_all(params.clone());
        let block = self.block(body.block());
        self.leave(&scope);
        self.frame = outer;

        let span = start.to(self.span(body.end_token()));
        let lowered = &mut self.tree.functions[function.index()];
        lowered.params = params;
        lowered.body = block;
        lowered.span = span;
        self.push(Expr::Function(function), span)
    }

    // Statements

    fn block(&mut self, block: &Block) -> BlockId {
        let scope = self.enter();
        let lowered = self.open_block(block);
        self.leave(&scope);
        lowered
    }

    /// A block whose scope is left open.
    fn open_block(&mut self, block: &Block) -> BlockId {
        let lowered = BlockId(id(self.tree.blocks.len()));
        self.tree.blocks.push(Vec::new());
        let from = self.open_stmts.len();
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
        self.tree.blocks[lowered.index()] = self.open_stmts.drain(from..).collect();
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
        self.open_stmts.push(slot);
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
        let from = self.open.len();
        for var in assignment.variables() {
            let target = self.var(var);
            self.open.push(target);
            match self.tree.expr(target) {
                Expr::Local(local) => self.tree.locals[local.index()].assigned = true,
                Expr::Global(_) | Expr::Index { .. } => {}
                _ => self.doubtful = true,
            }
        }
        let values = self.named_exprs(assignment.expressions(), assignment.variables().iter(), Self::path_of);
        let span = self.open.get(from).map_or_else(Span::default, |first| self.tree.span(*first));
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

fn binary(operator: &BinOp) -> Option<BinaryOp> {
    Some(match operator {
        BinOp::Plus(_) => BinaryOp::Add,
        BinOp::Minus(_) => BinaryOp::Sub,
        BinOp::Star(_) => BinaryOp::Mul,
        BinOp::Slash(_) => BinaryOp::Div,
        BinOp::Percent(_) => BinaryOp::Mod,
        BinOp::Caret(_) => BinaryOp::Pow,
        BinOp::TwoDots(_) => BinaryOp::Concat,
        BinOp::TwoEqual(_) => BinaryOp::Eq,
        BinOp::TildeEqual(_) => BinaryOp::Ne,
        BinOp::LessThan(_) => BinaryOp::Lt,
        BinOp::LessThanEqual(_) => BinaryOp::Le,
        BinOp::GreaterThan(_) => BinaryOp::Gt,
        BinOp::GreaterThanEqual(_) => BinaryOp::Ge,
        BinOp::And(_) => BinaryOp::And,
        BinOp::Or(_) => BinaryOp::Or,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
