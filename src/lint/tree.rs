//! A script as rules see it: flat, small, with locals resolved and constants as the camera reads them.
//!
//! Everything lives in arenas and is named by an index. Expressions are stored in the order in which they are evaluated,
//! operands before what uses them, so that most rules are a loop over [`Tree::exprs`]. Nothing here needs recursion, however
//! long a chain of operators is.

use std::ops::Range;

use super::hash::Numbered;
use super::source::Span;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An expression of [`Tree::exprs`].
    ExprId,
    /// A statement of [`Tree::stmts`].
    StmtId,
    /// A function of [`Tree::functions`]; 0 is the chunk.
    FunctionId,
    /// A local variable or parameter of [`Tree::locals`].
    LocalId,
    /// A block of [`Tree::blocks`].
    BlockId,
    /// A name of [`Names`].
    Symbol,
    /// A string constant of [`Tree::strings`].
    StringId,
}

/// A list of expressions: a stretch of [`Tree::lists`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExprList {
    /// The first.
    pub start: u32,
    /// How many.
    pub len: u32,
}

/// A parsed script.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// All expressions, operands first.
    pub exprs: Vec<Expr>,
    /// Where each expression stands.
    pub expr_spans: Vec<Span>,
    /// The function that each expression belongs to.
    pub expr_functions: Vec<FunctionId>,
    /// All statements, in the order of the text; a block's statements come after the statement that holds it.
    pub stmts: Vec<Stmt>,
    /// Where each statement stands.
    pub stmt_spans: Vec<Span>,
    /// Lists of expressions: arguments, values.
    pub lists: Vec<ExprId>,
    /// Fields of table constructors.
    pub fields: Vec<Field>,
    /// Blocks: stretches of [`Tree::block_stmts`].
    pub blocks: Vec<Range<u32>>,
    /// The statements of blocks.
    pub block_stmts: Vec<StmtId>,
    /// Functions; the first is the chunk, which has varargs.
    pub functions: Vec<Function>,
    /// Locals and parameters, in the order of the text.
    pub locals: Vec<Local>,
    /// Names of globals, fields written as names, methods and locals.
    pub names: Names,
    /// String constants, with escapes resolved.
    pub strings: Strings,
}

/// String constants, one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strings {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Strings {
    /// Adds one.
    pub fn push(&mut self, text: &[u8]) -> StringId {
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        StringId(u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One of them.
    pub fn get(&self, id: StringId) -> &[u8] {
        let start = id.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[id.index()] as usize]
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|at| self.get(StringId(at as u32)))
    }
}

/// Interned names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// All of them, one behind the other.
    texts: String,
    /// Where each ends.
    ends: Vec<u32>,
    ids: Numbered,
}

fn name_at<'a>(texts: &'a str, ends: &[u32], id: u32) -> &'a str {
    let end = |id: usize| ends[id] as usize;
    let start = (id as usize).checked_sub(1).map_or(0, end);
    &texts[start..end(id as usize)]
}

impl Names {
    /// The symbol of a name, new if it was not there. What is no UTF-8 is no name, and has the symbol of an empty one.
    pub fn intern(&mut self, name: &[u8]) -> Symbol {
        if let Some(id) = self.ids.find(name, |id| name_at(&self.texts, &self.ends, id).as_bytes()) {
            return Symbol(id);
        }
        let Ok(name) = std::str::from_utf8(name) else { return self.intern(b"") };
        let id = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let Self { texts, ends, ids } = self;
        texts.push_str(name);
        ends.push(u32::try_from(texts.len()).unwrap_or(u32::MAX));
        ids.insert(id, |id| name_at(texts, ends, id).as_bytes());
        Symbol(id)
    }

    /// The symbol of a name, if the script has it anywhere.
    pub fn find(&self, name: &str) -> Option<Symbol> {
        self.ids.find(name.as_bytes(), |id| name_at(&self.texts, &self.ends, id).as_bytes()).map(Symbol)
    }

    fn reserve(&mut self, names: usize) {
        let Self { texts, ends, ids } = self;
        texts.reserve(8 * names);
        ends.reserve(names);
        ids.reserve(names, |id| name_at(texts, ends, id).as_bytes());
    }

    /// How many there are. Their symbols count from 0.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name of a symbol.
    pub fn text(&self, symbol: Symbol) -> &str {
        name_at(&self.texts, &self.ends, symbol.0)
    }
}

/// An expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expr {
    /// `nil`
    Nil,
    /// `true`
    True,
    /// `false`
    False,
    /// A number as the camera reads it: decimal saturates, hexadecimal wraps. The digits are in the span.
    Number(i32),
    /// A string constant.
    String(StringId),
    /// `...`
    Varargs,
    /// `function … end`
    Function(FunctionId),
    /// A local variable; an upvalue where its function is not the one that the expression is in.
    Local(LocalId),
    /// A global variable.
    Global(Symbol),
    /// `object.name` or `object[key]`; a name is a [`Expr::String`] key with the span of the name.
    Index {
        /// What is indexed.
        object: ExprId,
        /// With what.
        key: ExprId,
        /// Written `.name`.
        dotted: bool,
    },
    /// `callee(args)`
    Call {
        /// What is called.
        callee: ExprId,
        /// With what.
        args: ExprList,
    },
    /// `object:name(args)`
    MethodCall {
        /// Whose method.
        object: ExprId,
        /// Its name, a [`Expr::String`].
        name: ExprId,
        /// With what besides the object.
        args: ExprList,
    },
    /// `{ … }`: a stretch of [`Tree::fields`].
    Table {
        /// The first field.
        start: u32,
        /// How many.
        len: u32,
    },
    /// `a + b`, also `and` and `or`.
    Binary {
        /// What is done.
        op: BinaryOp,
        /// The left operand.
        left: ExprId,
        /// The right operand.
        right: ExprId,
    },
    /// `-a`
    Unary {
        /// What is done.
        op: UnaryOp,
        /// With what.
        operand: ExprId,
    },
    /// `(e)`: one value of whatever is inside.
    Paren(ExprId),
    /// What the parser could not make sense of. The script has an error anyway.
    Missing,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are Lua's operators")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Concat,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are Lua's operators")]
pub enum UnaryOp {
    Neg,
    Not,
    Len,
}

/// A field of a table constructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `value`
    Item(ExprId),
    /// `name = value` or `[key] = value`; a name is a [`Expr::String`].
    Pair(ExprId, ExprId),
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Stmt {
    /// `local a, b = …`
    Local {
        /// What is declared, in order.
        locals: Range<u32>,
        /// With what.
        values: ExprList,
    },
    /// `a, b.c = …`
    Assign {
        /// [`Expr::Local`], [`Expr::Global`] or [`Expr::Index`] each.
        targets: ExprList,
        /// What they get.
        values: ExprList,
    },
    /// A call as a statement.
    Call(ExprId),
    /// `do … end`
    Do(BlockId),
    /// `while … do … end`
    While {
        /// While this is true.
        condition: ExprId,
        /// The body.
        body: BlockId,
    },
    /// `repeat … until …`
    Repeat {
        /// The body, whose locals the condition sees.
        body: BlockId,
        /// Until this is true.
        condition: ExprId,
    },
    /// `if … then … elseif … else … end`
    If {
        /// Conditions and what is done.
        arms: Vec<(ExprId, BlockId)>,
        /// What is done if none is true.
        otherwise: Option<BlockId>,
    },
    /// `for i = a, b, c do … end`
    NumericFor {
        /// The variable.
        local: LocalId,
        /// Where it starts.
        start: ExprId,
        /// Where it ends.
        limit: ExprId,
        /// By how much it grows.
        step: Option<ExprId>,
        /// The body.
        body: BlockId,
    },
    /// `for a, b in … do … end`
    GenericFor {
        /// The variables.
        locals: Range<u32>,
        /// The iterator, its state and its first control value.
        values: ExprList,
        /// The body.
        body: BlockId,
    },
    /// `local function f … end`
    LocalFunction {
        /// The variable.
        local: LocalId,
        /// The function, a [`Expr::Function`].
        function: ExprId,
    },
    /// `function a.b:c … end`: an assignment to `target`.
    Function {
        /// [`Expr::Local`], [`Expr::Global`] or [`Expr::Index`].
        target: ExprId,
        /// The function, a [`Expr::Function`].
        function: ExprId,
    },
    /// `return …`
    Return(ExprList),
    /// `break`
    Break,
}

/// A function, or the chunk.
#[derive(Debug, Clone)]
pub struct Function {
    /// The function around it; none for the chunk.
    pub parent: Option<FunctionId>,
    /// What a person would call it: `name`, `a.b:c`, the name of the local or field it is first given to. None if it has none.
    pub name: Option<String>,
    /// Its parameters, `self` first where it is written with a colon.
    pub params: Range<u32>,
    /// Whether it takes `...`.
    pub varargs: bool,
    /// Whether it is written with a colon.
    pub method: bool,
    /// Its body.
    pub body: BlockId,
    /// From `function` to `end`; for the chunk, all of it.
    pub span: Span,
    /// Locals of functions around it that it, or a function in it, uses.
    pub upvalues: Vec<LocalId>,
}

/// A local variable or parameter.
#[derive(Debug, Clone)]
pub struct Local {
    /// Its name.
    pub name: Symbol,
    /// The function it belongs to.
    pub function: FunctionId,
    /// Where it is declared.
    pub span: Span,
    /// What it is.
    pub kind: LocalKind,
    /// Whether anything assigns to it after its declaration.
    pub assigned: bool,
}

/// What a local is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalKind {
    /// `local x`, `local function x`
    Variable,
    /// A parameter, also the `self` that a colon brings.
    Param,
    /// The variable of a `for`.
    Loop,
}

impl Tree {
    /// The chunk.
    pub const CHUNK: FunctionId = FunctionId(0);

    /// Makes room for what a text of so many tokens usually has.
    pub(super) fn reserve(&mut self, tokens: usize) {
        self.exprs.reserve(tokens / 2);
        self.expr_spans.reserve(tokens / 2);
        self.expr_functions.reserve(tokens / 2);
        self.lists.reserve(tokens / 4);
        self.stmts.reserve(tokens / 8);
        self.stmt_spans.reserve(tokens / 8);
        self.locals.reserve(tokens / 16);
        self.names.reserve(tokens / 8);
    }

    /// An expression.
    pub fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.index()]
    }

    /// Where an expression stands.
    pub fn span(&self, id: ExprId) -> Span {
        self.expr_spans[id.index()]
    }

    /// The expressions of a list.
    pub fn list(&self, list: ExprList) -> &[ExprId] {
        &self.lists[list.start as usize..(list.start + list.len) as usize]
    }

    /// The fields of a table constructor.
    pub fn table(&self, start: u32, len: u32) -> &[Field] {
        &self.fields[start as usize..(start + len) as usize]
    }

    /// A statement.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.index()]
    }

    /// The statements of a block.
    pub fn block(&self, id: BlockId) -> &[StmtId] {
        let block = &self.blocks[id.index()];
        &self.block_stmts[block.start as usize..block.end as usize]
    }

    /// A function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// A local.
    pub fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.index()]
    }

    /// A string constant.
    pub fn string(&self, id: StringId) -> &[u8] {
        self.strings.get(id)
    }

    /// The string of an expression that is a constant one.
    pub fn as_string(&self, id: ExprId) -> Option<&[u8]> {
        match self.expr(self.unparen(id)) {
            Expr::String(text) => Some(self.string(text)),
            _ => None,
        }
    }

    /// The expression inside any parentheses.
    pub fn unparen(&self, mut id: ExprId) -> ExprId {
        while let Expr::Paren(inner) = self.expr(id) {
            id = inner;
        }
        id
    }
}
