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

/// Memory that one text after the other is lowered in.
#[derive(Debug, Default)]
pub struct Room {
    /// The local that each name means now.
    bindings: Vec<Option<LocalId>>,
    /// The string constant of each name that is a key somewhere.
    name_strings: Vec<Option<StringId>>,
    /// What names meant before they were declared in a scope that is still open.
    shadowed: Vec<(Symbol, Option<LocalId>)>,
    captured: HashSet<(FunctionId, LocalId)>,
    /// What belongs to lists, tables and blocks that are not complete yet, each behind what belongs to those around it.
    open: Vec<ExprId>,
    open_fields: Vec<Field>,
    open_stmts: Vec<StmtId>,
}

impl Room {
    fn clear(&mut self) {
        self.bindings.clear();
        self.name_strings.clear();
        self.shadowed.clear();
        self.captured.clear();
        self.open.clear();
        self.open_fields.clear();
        self.open_stmts.clear();
    }
}

/// Lowers the tree of a text. `source` is what constants are read from.
pub fn lower(block: &Block, source: &[u8], places: Places<'_>, room: &mut Room) -> Lowered {
    room.clear();
    let mut lowerer = Lowerer {
        source,
        places,
        tree: Tree::default(),
        doubtful: false,
        last: 0,
        recent: [Recent::NONE; 32],
        frame: Frame { function: Tree::CHUNK, varargs: true, loops: 0, active: 0 },
        room,
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
    lower(&Block::new(), source, Places::Same, &mut Room::default()).tree
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
    /// Names that were met, each in a place that hangs on its bytes: most names come again soon.
    recent: [Recent; 32],
    frame: Frame,
    room: &'a mut Room,
}

fn id(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// A name of at most eight bytes.
#[derive(Clone, Copy)]
struct Recent {
    packed: u64,
    len: u8,
    symbol: Symbol,
}

impl Recent {
    /// No name is as short as this.
    const NONE: Self = Self { packed: 0, len: 0, symbol: Symbol(0) };
}

/// The bytes of a name, if they are few. Names of different length may have the same.
fn packed(name: &[u8]) -> Option<u64> {
    let four = |at: usize| name[at..].first_chunk().map(|four| u64::from(u32::from_le_bytes(*four)));
    match *name {
        [a] => Some(a.into()),
        [a, b] => Some(u16::from_le_bytes([a, b]).into()),
        [a, b, c] => Some(u32::from_le_bytes([a, b, c, 0]).into()),
        [_, _, _, _, ..] if name.len() <= 8 => Some(four(0)? | four(name.len() - 4)? << 32),
        _ => None,
    }
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
        let symbol = self.symbol(self.bytes(token));
        (symbol, self.span(token))
    }

    fn symbol(&mut self, name: &[u8]) -> Symbol {
        let symbol = self.intern(name);
        if symbol.index() >= self.room.bindings.len() {
            self.room.bindings.resize(symbol.index() + 1, None);
            self.room.name_strings.resize(symbol.index() + 1, None);
        }
        symbol
    }

    fn intern(&mut self, name: &[u8]) -> Symbol {
        let Some(packed) = packed(name) else { return self.tree.names.intern(name) };
        let place = (packed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 59) as usize;
        let recent = self.recent[place];
        if recent.packed == packed && usize::from(recent.len) == name.len() {
            return recent.symbol;
        }
        let symbol = self.tree.names.intern(name);
        self.recent[place] = Recent { packed, len: name.len() as u8, symbol };
        symbol
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
        self.room.shadowed.push((name, self.room.bindings[name.index()].replace(local)));
        self.frame.active += 1;
        self.doubtful |= self.frame.active > MANY_LOCALS;
    }

    fn bind_all(&mut self, locals: std::ops::Range<u32>) {
        for local in locals {
            self.bind(LocalId(local));
        }
    }

    fn enter(&self) -> Scope {
        Scope { shadowed: self.room.shadowed.len(), active: self.frame.active }
    }

    fn leave(&mut self, scope: &Scope) {
        for (name, before) in self.room.shadowed.drain(scope.shadowed..).rev() {
            self.room.bindings[name.index()] = before;
        }
        self.frame.active = scope.active;
    }

    /// A name as a variable.
    fn variable(&mut self, token: &TokenReference) -> ExprId {
        let (name, span) = self.name(token);
        match self.room.bindings[name.index()] {
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
        while function != owner && self.room.captured.insert((function, local)) {
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
