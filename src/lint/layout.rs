//! What is inside what: a tree names what it contains, this the way back.

use super::tree::{BinaryOp, BlockId, Expr, ExprId, Field, FunctionId, Stmt, StmtId, Tree, UnaryOp};

/// The way from each part of a tree to what is around it.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    parents: Vec<Option<ExprId>>,
    statements: Vec<Option<StmtId>>,
    stmt_blocks: Vec<Option<BlockId>>,
    block_owners: Vec<Option<StmtId>>,
    block_functions: Vec<FunctionId>,
    function_exprs: Vec<Option<ExprId>>,
    /// All [`Expr::Binary`], in their order: several rules look at nothing else.
    pub binaries: Vec<Binary>,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy)]
pub struct Binary {
    /// The expression.
    pub expr: ExprId,
    /// What is done.
    pub op: BinaryOp,
    /// The left operand.
    pub left: ExprId,
    /// The right operand.
    pub right: ExprId,
}

/// What an expression is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Only whether it is true matters.
    Truth,
    /// Its value.
    Value,
    /// It is called.
    Callee,
    /// It is indexed.
    Object,
    /// It is assigned to.
    Target,
}

impl Layout {
    /// Of a tree.
    pub fn new(tree: &Tree) -> Self {
        let mut layout = Self {
            parents: vec![None; tree.exprs.len()],
            statements: vec![None; tree.exprs.len()],
            stmt_blocks: vec![None; tree.stmts.len()],
            block_owners: vec![None; tree.blocks.len()],
            block_functions: vec![Tree::CHUNK; tree.blocks.len()],
            function_exprs: vec![None; tree.functions.len()],
            binaries: Vec::new(),
        };
        layout.read_exprs(tree);
        layout.read_blocks(tree);
        layout
    }

    fn read_exprs(&mut self, tree: &Tree) {
        for at in 0..tree.exprs.len() {
            let id = ExprId(at as u32);
            match tree.exprs[at] {
                Expr::Function(function) => self.function_exprs[function.index()] = Some(id),
                Expr::Binary { op, left, right } => self.binaries.push(Binary { expr: id, op, left, right }),
                _ => {}
            }
            let parents = &mut self.parents;
            each_operand(tree, id, |operand| parents[operand.index()] = Some(id));
        }
        for at in 0..tree.stmts.len() {
            let id = StmtId(at as u32);
            let statements = &mut self.statements;
            each_root(tree, id, |root| statements[root.index()] = Some(id));
        }
        for at in (0..tree.exprs.len()).rev() {
            if let Some(parent) = self.parents[at] {
                self.statements[at] = self.statements[parent.index()];
            }
        }
    }

    fn read_blocks(&mut self, tree: &Tree) {
        for at in (0..tree.blocks.len() as u32).map(BlockId) {
            for stmt in tree.block(at) {
                self.stmt_blocks[stmt.index()] = Some(at);
            }
        }
        for at in 0..tree.stmts.len() {
            let id = StmtId(at as u32);
            let owners = &mut self.block_owners;
            each_block(tree.stmt(id), |block| owners[block.index()] = Some(id));
        }
        for (at, function) in tree.functions.iter().enumerate() {
            if let Some(place) = self.block_functions.get_mut(function.body.index()) {
                *place = FunctionId(at as u32);
            }
        }
        // A block's statements come after the statement that holds it, so owners are settled before what they hold.
        for at in 0..tree.stmts.len() {
            let Some(around) = self.stmt_blocks[at] else { continue };
            let function = self.block_functions[around.index()];
            let functions = &mut self.block_functions;
            each_block(&tree.stmts[at], |block| functions[block.index()] = function);
        }
    }

    /// The expression that an expression is part of.
    pub fn parent(&self, expr: ExprId) -> Option<ExprId> {
        self.parents[expr.index()]
    }

    /// The expression that an expression is part of, apart from parentheses.
    pub fn user(&self, tree: &Tree, expr: ExprId) -> Option<ExprId> {
        let mut parent = self.parent(expr);
        while let Some(Expr::Paren(_)) = parent.map(|parent| tree.expr(parent)) {
            parent = parent.and_then(|parent| self.parent(parent));
        }
        parent
    }

    /// The innermost statement that an expression is part of.
    pub fn statement(&self, expr: ExprId) -> Option<StmtId> {
        self.statements[expr.index()]
    }

    /// The block that a statement is in.
    pub fn block_of(&self, stmt: StmtId) -> Option<BlockId> {
        self.stmt_blocks[stmt.index()]
    }

    /// The statement that holds a block; none for the body of a function.
    pub fn owner(&self, block: BlockId) -> Option<StmtId> {
        self.block_owners[block.index()]
    }

    /// The function that a statement is in.
    pub fn function_of(&self, stmt: StmtId) -> FunctionId {
        self.block_of(stmt).map_or(Tree::CHUNK, |block| self.block_functions[block.index()])
    }

    /// The expression that a function is.
    pub fn function_expr(&self, function: FunctionId) -> Option<ExprId> {
        self.function_exprs[function.index()]
    }

    /// The blocks around a statement up to the body of its function, from the inside out.
    pub fn blocks_around(&self, stmt: StmtId) -> impl Iterator<Item = BlockId> + '_ {
        let up = |block: &BlockId| self.block_owners[block.index()].and_then(|owner| self.block_of(owner));
        std::iter::successors(self.block_of(stmt), up)
    }

    /// What an expression is used for.
    pub fn usage(&self, tree: &Tree, expr: ExprId) -> Usage {
        let mut expr = expr;
        loop {
            let Some(parent) = self.parent(expr) else { return self.root_usage(tree, expr) };
            match tree.expr(parent) {
                Expr::Paren(_) => expr = parent,
                // The right operand is what the whole becomes.
                Expr::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } if right == expr && left != expr => {
                    expr = parent;
                }
                Expr::Binary { op: BinaryOp::And, .. } => return Usage::Truth,
                // The left operand of `or` is its value if it is true; in a condition nothing else of it matters.
                Expr::Binary { op: BinaryOp::Or, .. } => return Usage::Truth,
                Expr::Unary { op: UnaryOp::Not, .. } => return Usage::Truth,
                Expr::Call { callee, .. } if callee == expr => return Usage::Callee,
                Expr::Index { object, .. } | Expr::MethodCall { object, .. } if object == expr => return Usage::Object,
                _ => return Usage::Value,
            }
        }
    }

    fn root_usage(&self, tree: &Tree, expr: ExprId) -> Usage {
        match self.statement(expr).map(|stmt| tree.stmt(stmt)) {
            Some(Stmt::While { condition, .. } | Stmt::Repeat { condition, .. }) if *condition == expr => Usage::Truth,
            Some(Stmt::If { .. }) => Usage::Truth,
            Some(Stmt::Assign { targets, .. }) if tree.list(*targets).contains(&expr) => Usage::Target,
            Some(Stmt::Function { target, .. }) if *target == expr => Usage::Target,
            _ => Usage::Value,
        }
    }
}

/// The operands of an expression.
pub fn each_operand(tree: &Tree, expr: ExprId, mut each: impl FnMut(ExprId)) {
    match tree.expr(expr) {
        Expr::Index { object, key, .. } => {
            each(object);
            each(key);
        }
        Expr::Call { callee, args } => {
            each(callee);
            tree.list(args).iter().copied().for_each(each);
        }
        Expr::MethodCall { object, name, args } => {
            each(object);
            each(name);
            tree.list(args).iter().copied().for_each(each);
        }
        Expr::Table { start, len } => {
            for field in tree.table(start, len) {
                match *field {
                    Field::Item(value) => each(value),
                    Field::Pair(key, value) => {
                        each(key);
                        each(value);
                    }
                }
            }
        }
        Expr::Binary { left, right, .. } => {
            each(left);
            each(right);
        }
        Expr::Unary { operand, .. } | Expr::Paren(operand) => each(operand),
        _ => {}
    }
}

/// The expressions that a statement evaluates itself, not those of the statements in it.
pub fn each_root(tree: &Tree, stmt: StmtId, mut each: impl FnMut(ExprId)) {
    match tree.stmt(stmt) {
        Stmt::Local { values, .. } | Stmt::GenericFor { values, .. } | Stmt::Return(values) => {
            tree.list(*values).iter().copied().for_each(each);
        }
        Stmt::Assign { targets, values } => {
            tree.list(*targets).iter().chain(tree.list(*values)).copied().for_each(each);
        }
        Stmt::Call(expr) => each(*expr),
        Stmt::While { condition, .. } | Stmt::Repeat { condition, .. } => each(*condition),
        Stmt::If { arms, .. } => arms.iter().for_each(|(condition, _)| each(*condition)),
        Stmt::NumericFor { start, limit, step, .. } => {
            each(*start);
            each(*limit);
            step.iter().copied().for_each(each);
        }
        Stmt::LocalFunction { function, .. } => each(*function),
        Stmt::Function { target, function } => {
            each(*target);
            each(*function);
        }
        Stmt::Do(_) | Stmt::Break => {}
    }
}

/// The blocks of a statement.
pub fn each_block(stmt: &Stmt, mut each: impl FnMut(BlockId)) {
    match stmt {
        Stmt::Do(body)
        | Stmt::While { body, .. }
        | Stmt::Repeat { body, .. }
        | Stmt::NumericFor { body, .. }
        | Stmt::GenericFor { body, .. } => each(*body),
        Stmt::If { arms, otherwise } => {
            arms.iter().for_each(|(_, block)| each(*block));
            otherwise.iter().copied().for_each(each);
        }
        _ => {}
    }
}
