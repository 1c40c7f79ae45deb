//! Globals that nobody sets, and why: what three rules share.

use std::sync::LazyLock;

use crate::lint::hash::HashMap;

use crate::api::{self, Presence};
use crate::lint::Script;
use crate::lint::layout::Usage;
use crate::lint::suggest::{LONGEST, Word, closest, lengths};
use crate::lint::tree::{BinaryOp, Expr, ExprId, FunctionId, LocalId, LocalKind, Symbol, UnaryOp};

/// A read of a global that nobody sets.
pub struct Unknown {
    pub expr: ExprId,
    pub symbol: Symbol,
    pub cause: Cause,
    /// Whether the line fails when it runs, because the value is needed.
    pub needed: bool,
    /// Whether the script asks somewhere if it is there.
    pub tested: bool,
}

/// Why nobody sets it.
pub enum Cause {
    /// A local of that name comes later.
    BeforeLocal(LocalId),
    /// A global with another name is set, and never read.
    OtherName(Symbol),
    /// Nothing is known but perhaps a name that it is close to.
    Stranger(Option<String>),
}

/// Whether a script finds a global of this name.
fn is_known(script: &Script<'_>, symbol: Symbol) -> bool {
    let facts = script.facts;
    let name = script.tree.names.text(symbol);
    facts.writes_of(symbol) > 0
        || api::is_global(name)
        // There are rules of their own for these.
        || name == "coroutine"
        || facts.entry(symbol).is_some_and(|name| matches!(name.presence, Presence::Missing | Presence::Removed))
        || facts.header.param(name).is_some()
        || script.options.globals.iter().any(|global| global == name)
        || facts.outside(script.options).sets(name)
}

/// For so many names it is looked which others they are close to; a text with more is no script that was nearly right.
const MOST_NAMES: usize = 100;

/// All reads of globals that nobody sets; none in a text that was not read as a whole.
pub(super) fn unknown_globals<'a>(script: &Script<'a>) -> &'a [Unknown] {
    script.shared.unknown.get_or_init(|| find(script))
}

fn find(script: &Script<'_>) -> Vec<Unknown> {
    let facts = script.facts;
    let mut known = vec![None; script.tree.names.len()];
    let mut unknown = Vec::new();
    let mut names = None;
    let mut looked_at: HashMap<Symbol, (Option<Symbol>, Option<&str>)> = HashMap::default();
    // Whoever asks whether it is there knows that it may not be, so there is no word to be found for it.
    for &(expr, symbol) in facts.reads.iter().filter(|_| facts.complete) {
        if *known[symbol.index()].get_or_insert_with(|| is_known(script, symbol)) {
            continue;
        }
        let names = names.get_or_insert_with(|| Names::of(script));
        let cause = match names.later_local(script, expr, symbol) {
            Some(local) => Cause::BeforeLocal(local),
            None => {
                let few = looked_at.len() < MOST_NAMES;
                let word = script.tree.names.text(symbol);
                let (other, near) = looked_at.entry(symbol).or_insert_with(|| match few {
                    true => {
                        let near = if facts.is_tested(symbol) { None } else { closest(word, names.like(word)) };
                        (names.unread_global(word), near)
                    }
                    false => (None, None),
                });
                // What is called is more likely to be another function.
                let called = facts.layout.usage(script.tree, expr) == Usage::Callee;
                other.filter(|_| !called).map_or(Cause::Stranger(near.map(str::to_owned)), Cause::OtherName)
            }
        };
        let tested = facts.is_tested(symbol);
        unknown.push(Unknown { expr, symbol, cause, needed: is_needed(script, expr), tested });
    }
    unknown
}

/// What an unknown name is compared with.
struct Names<'a> {
    /// Everything that a name can be a slip of, besides what the camera has.
    own: Vec<Word<'a>>,
    /// Locals by name, and those of a name in the order of the text.
    locals: Vec<(Symbol, LocalId)>,
    /// Globals that the script sets and never reads.
    unread: Vec<(Symbol, Word<'a>)>,
}

impl<'a> Names<'a> {
    fn of(script: &Script<'a>) -> Self {
        let (tree, facts) = (script.tree, script.facts);
        let text = |symbol: &Symbol| tree.names.text(*symbol);
        let mut locals: Vec<_> = (0..).zip(&tree.locals).map(|(at, local)| (local.name, LocalId(at))).collect();
        locals.sort_unstable();
        let mut written: Vec<_> = facts.writes.iter().map(|write| write.symbol).collect();
        written.sort_unstable();
        written.dedup();
        let names = locals.chunk_by(|(a, _), (b, _)| a == b).map(|same| &same[0].0);
        let own = written.iter().chain(names).map(text);
        let own = own.chain(facts.header.params.iter().map(|param| param.name.as_str()));
        let own = own.chain(facts.outside(script.options).globals());
        let own = own.chain(script.options.globals.iter().map(String::as_str)).map(Word::from).collect();
        let api = |symbol: &Symbol| api::is_global(text(symbol)) || text(symbol) == "restore";
        let unread = written.into_iter().filter(|symbol| !facts.is_read(*symbol) && !api(symbol)).take(MOST_NAMES);
        let unread = unread.map(|symbol| (symbol, Word::from(tree.names.text(symbol)))).collect();
        Self { own, locals, unread }
    }

    /// What is about as long as a word.
    fn like(&self, word: &str) -> impl Iterator<Item = Word<'a>> {
        static CAMERA: LazyLock<Vec<Word<'_>>> = LazyLock::new(|| {
            let mut words: Vec<_> = api::globals().map(Word::from).collect();
            words.sort_unstable_by_key(|word| word.text.len());
            words
        });
        let (least, most) = lengths(word);
        let from = CAMERA.partition_point(|known| known.text.len() < least);
        let to = CAMERA.partition_point(|known| known.text.len() <= most);
        self.own.iter().chain(&CAMERA[from..to]).copied()
    }

    /// A local of the same name, declared further down where the read could have seen it.
    fn later_local(&self, script: &Script<'_>, expr: ExprId, symbol: Symbol) -> Option<LocalId> {
        let tree = script.tree;
        let at = tree.span(expr);
        let own = tree.expr_functions[expr.index()];
        // Functions around it have lower numbers.
        let is_around = |function: FunctionId| {
            let mut around = std::iter::successors(Some(own), |id| tree.function(*id).parent);
            around.find(|around| *around <= function) == Some(function)
        };
        let suits = |id: &LocalId| {
            let local = tree.local(*id);
            if local.kind != LocalKind::Variable || !is_around(local.function) {
                return false;
            }
            // In `local f = function() f() end` it is too early as well: the local begins behind the statement.
            let value = script.facts.initial(*id).map(|value| tree.span(value));
            let inside = value.is_some_and(|span| span.start <= at.start && at.start < span.end);
            local.span.start > at.start || (inside && own != local.function)
        };
        let first = self.locals.partition_point(|(name, _)| *name < symbol);
        let same = self.locals[first..].iter().take_while(|(name, _)| *name == symbol).map(|(_, local)| *local);
        // Nobody has more locals of one name.
        same.take(100).find(suits)
    }

    /// A global that the script sets and never reads, whose name is much like this one.
    fn unread_global(&self, name: &str) -> Option<Symbol> {
        self.unread.iter().find(|(_, unread)| alike(name, *unread)).map(|(symbol, _)| *symbol)
    }
}

/// Whether all words of one name are in the other, or one is a slip of the other.
fn alike(name: &str, other: Word<'_>) -> bool {
    let (short, long) = if name.len() < other.text.len() { (name, other.text) } else { (other.text, name) };
    if long.len() > LONGEST {
        return false;
    }
    let in_long = |word: &str| long.split('_').any(|known| known == word);
    short.contains('_') && short.split('_').all(in_long) || closest(name, [other]).is_some()
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
