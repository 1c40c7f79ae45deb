//! Expressions: values, variables, calls, tables and functions.

use full_moon::ast::punctuated::Punctuated;
use full_moon::ast::{
    BinOp, Call, Expression, Field as AstField, FunctionArgs, FunctionBody, FunctionCall, Index, Parameter, Prefix,
    Suffix, TableConstructor, UnOp, Var,
};
use full_moon::tokenizer::{Symbol as Word, TokenReference, TokenType};

use super::{Frame, Lowerer, id};
use crate::lint::scan::{number_value, string_value};
use crate::lint::source::Span;
use crate::lint::tree::{BinaryOp, BlockId, Expr, ExprId, ExprList, Field, Function, FunctionId, LocalKind, UnaryOp};

impl Lowerer<'_> {
    pub(super) fn push(&mut self, expr: Expr, span: Span) -> ExprId {
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
    pub(super) fn list(&mut self, from: usize) -> ExprList {
        let start = id(self.tree.lists.len());
        let len = id(self.room.open.len() - from);
        self.tree.lists.extend(self.room.open.drain(from..));
        ExprList { start, len }
    }

    pub(super) fn exprs(&mut self, list: &Punctuated<Expression>) -> ExprList {
        let from = self.room.open.len();
        for expr in list {
            let expr = self.expr(expr);
            self.room.open.push(expr);
        }
        self.list(from)
    }

    /// Values for targets, whose names are asked for where a value is a function.
    pub(super) fn named_exprs<T>(
        &mut self,
        list: &Punctuated<Expression>,
        mut targets: impl Iterator<Item = T>,
        name: impl Fn(&Self, T) -> Option<String>,
    ) -> ExprList {
        let from = self.room.open.len();
        for expr in list {
            let target = targets.next();
            let expr = self.named_expr(expr, |lowerer| name(lowerer, target?));
            self.room.open.push(expr);
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

    pub(super) fn expr(&mut self, expr: &Expression) -> ExprId {
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
        let string = self.tree.strings.push(&value);
        self.push(Expr::String(string), span)
    }

    /// A name that is a key.
    pub(super) fn key(&mut self, token: &TokenReference) -> ExprId {
        let (name, span) = self.name(token);
        let string = match self.room.name_strings[name.index()] {
            Some(string) => string,
            None => {
                let string = self.tree.strings.push(self.tree.names.text(name).as_bytes());
                self.room.name_strings[name.index()] = Some(string);
                string
            }
        };
        self.push(Expr::String(string), span)
    }

    pub(super) fn var(&mut self, var: &Var) -> ExprId {
        match var {
            Var::Name(token) => self.variable(token),
            Var::Expression(expr) => {
                let prefix = self.prefix(expr.prefix());
                expr.suffixes().fold(prefix, |object, suffix| self.suffix(object, suffix))
            }
            _ => self.push(Expr::Missing, Span::new(self.last, self.last)),
        }
    }

    pub(super) fn call(&mut self, call: &FunctionCall) -> ExprId {
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
        let from = self.room.open_fields.len();
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
            self.room.open_fields.push(field);
        }
        let (start, len) = (id(self.tree.fields.len()), id(self.room.open_fields.len() - from));
        self.tree.fields.extend(self.room.open_fields.drain(from..));
        let span = open.to(self.span(close));
        self.push(Expr::Table { start, len }, span)
    }

    /// A function; `method`: where the name stands whose colon brings a `self`.
    pub(super) fn function(
        &mut self,
        start: Span,
        body: &FunctionBody,
        name: Option<String>,
        method: Option<Span>,
    ) -> ExprId {
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
            let name = self.symbol(b"self");
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
