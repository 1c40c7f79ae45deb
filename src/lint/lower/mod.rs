//! full_moon's syntax tree to a [`Tree`].

mod expr;
mod stmt;

use full_moon::ast::Block;
use full_moon::tokenizer::{TokenReference, TokenType};

use super::hash::HashSet;
use super::scan::Token;
use super::source::Span;
use super::tree::{
    BlockId, Expr, ExprId, Field, Function, FunctionId, Local, LocalId, LocalKind, StmtId, StringId, Symbol, Tree,
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
/// The same of targets of one assignment, each of which may take three of the 250 registers.
const MANY_TARGETS: usize = 40;
/// The same of upvalues, of which it allows 60.
const MANY_UPVALUES: usize = 55;

/// Where in the source the tokens stand that the parser has read.
#[derive(Clone, Copy)]
pub enum Places<'a> {
    /// At the same offsets. Names are what the parser has read.
    Same,
    /// Names are what stands in a text, in which all else is as in the source, or as long.
    Tokens {
        /// That text.
        text: &'a [u8],
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

    fn span(&mut self, token: &TokenReference) -> Span {
        let (start, end) = (token.token().start_position(), token.token().end_position());
        if start.line() == 0 {
            return Span::new(self.last, self.last);
        }
        let span = match self.places {
            Places::Same => Span::new(start.bytes(), end.bytes()),
            Places::Tokens { tokens, at, .. } => tokens[at[start.bytes()] as usize].span,
        };
        self.last = span.end as usize;
        span
    }

    /// The text of a name.
    fn text<'t>(&self, token: &'t TokenReference) -> &'t str
    where
        'a: 't,
    {
        std::str::from_utf8(self.bytes(token)).unwrap_or_default()
    }

    fn bytes<'t>(&self, token: &'t TokenReference) -> &'t [u8]
    where
        'a: 't,
    {
        let TokenType::Identifier { identifier } = token.token_type() else { return b"" };
        match self.places {
            Places::Tokens { text, tokens, at } if token.token().start_position().line() > 0 => {
                let token = tokens[at[token.token().start_position().bytes()] as usize];
                &text[token.span.range()]
            }
            _ => identifier.as_bytes(),
        }
    }

    fn name(&mut self, token: &TokenReference) -> (Symbol, Span) {
        let symbol = self.tree.names.intern(self.bytes(token));
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
}

#[cfg(test)]
mod tests;
