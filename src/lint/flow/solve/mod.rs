//! Which functions may be called where: a 0-CFA over the whole program, insensitive to flow and context.
//!
//! Values (functions, tables by where they are made, known strings) flow along edges; a function's body is looked at when
//! something may call it. A set that stays empty means "nothing yet" until all has come to rest, and only then "not known":
//! otherwise a key that has not got its names yet would mean every field.

mod answer;
mod apply;
mod body;
mod builtin;
mod calls;
mod copy;
mod expr;
pub mod graph;
mod invoke;
mod loading;
mod outside;
mod tables;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use self::graph::{Graph, Is, NONE, Node, Set, Spread, Val};
use super::builtins::{Builtin, Library};
use super::program::{FunctionRef, PATH, Program, Site};
use super::witness::Boundary;
use crate::lint::hash::Numbered;
use crate::lint::tree::{ExprId, FunctionId, LocalId, Tree};

pub use self::answer::{Answer, Candidate};

/// Values that are moved before the analysis gives up: at least, and at most. In between, it hangs on the size of the
/// program.
const MOST_MOVES: std::ops::Range<u32> = 8_000..6_000_000;
/// Values that are moved for each expression of the program. Most programs need less than ten, entangled ones fifty; where
/// everything gets to be everywhere, no number is enough.
const MOVES_EACH: u32 = 150;
/// Looks at what is not known.
const MOST_PASSES: u32 = 4;
/// Nodes, and values that were moved, of an analysis whose memory is kept for the next.
const MOST_KEPT: usize = 20_000;
/// Nodes before it does.
const MOST_NODES: usize = 3_000_000;

/// Results, returned values and varargs have this many places; the last is for all that follow.
const SLOTS: u32 = 4;

/// A field: a known string, or [`NUMBERED`].
type Key = u32;

/// All fields whose keys are no strings.
const NUMBERED: Key = u32::MAX;

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
enum From {
    /// Nothing of interest.
    Nothing,
    /// A value.
    Value(Val),
    /// What gets to a node.
    Node(Node),
}

/// Arguments: a stretch of [`Solver::froms`], and the first place of a list that follows.
#[derive(Debug, Clone, Copy)]
struct Args {
    start: u32,
    len: u32,
    tail: Node,
    /// The first place of the list that is meant.
    skip: u32,
    /// The expressions, where the arguments stand in the text as they are.
    exprs: Option<(u32, u32)>,
}

/// Something is called.
#[derive(Debug, Clone, Copy)]
struct Call {
    owner: u32,
    site: Site,
    boundary: Option<Boundary>,
    args: Args,
    /// Where results go: the first of `wanted` nodes, the last of which takes all that follow if `open`.
    to: Node,
    wanted: u32,
    open: bool,
}

/// What is done with a value that gets to a node.
#[derive(Debug, Clone, Copy)]
enum Use {
    Load { key: Key, to: Node, site: Site, owner: u32, raw: bool },
    LoadDynamic { key: Node, to: Node, site: Site, owner: u32, raw: bool },
    LoadKey { object: Node, to: Node, site: Site, owner: u32, raw: bool },
    IndexHandler { object: Val, key: Option<Key>, to: Node, site: Site, owner: u32 },
    Store { key: Key, from: From, site: Site, owner: u32, raw: bool },
    StoreDynamic { key: Node, from: From, site: Site, owner: u32, raw: bool },
    StoreKey { object: Node, from: From, site: Site, owner: u32, raw: bool },
    StoreHandler { object: Val, key: Option<Key>, from: From, site: Site, owner: u32 },
    CopyBy { copy: u32 },
    CopyFrom { copy: u32 },
    CopyInto { copy: u32, table: u32 },
    Call { call: u32 },
    CallHandler { call: u32 },
    Meta { event: &'static str, boundary: Boundary, args: Args, to: Node, site: Site, owner: u32 },
    ConcatLeft { right: From, to: Node },
    ConcatRight { left: From, to: Node },
    SetMeta { meta: From },
    GetMeta { to: Node },
    Next { to: Node, wanted: u32 },
    Elements { to: Node },
    SetEnv { env: From },
    GetEnv { to: Node },
    GetUpvalues { to: Node },
    SetUpvalues { from: From },
    Require { call: u32 },
    Search { call: u32, name: u32 },
    Dofile { call: u32 },
    Loadfile { to: Node },
    Loadstring { call: u32 },
    Convert { site: Site, owner: u32 },
    Called { call: u32 },
}

#[derive(Debug, Clone)]
struct Table {
    fields: Vec<(Key, Node)>,
    index: HashMap<Key, Node, BuildHasherDefault<Spread>>,
    meta: Node,
    all: Node,
    keys: Node,
    wild: Node,
    library: Option<Library>,
    userdata: bool,
    /// The tables that get all its fields.
    copies: Vec<u32>,
}

impl Table {
    fn new(library: Option<Library>) -> Self {
        let (fields, index, copies) = (Vec::new(), HashMap::default(), Vec::new());
        Self { fields, index, meta: NONE, all: NONE, keys: NONE, wild: NONE, library, userdata: false, copies }
    }
}

#[derive(Debug, Clone, Copy)]
struct Function {
    place: FunctionRef,
    reached: bool,
    /// The first of [`SLOTS`] nodes for what it returns.
    returns: Node,
    /// The first of [`SLOTS`] nodes for its varargs.
    varargs: Node,
    /// The tables of its globals, where `setfenv` is known.
    env: Node,
}

struct UnitData {
    functions: u32,
    locals: Node,
    strings: Vec<u32>,
    names: Vec<u32>,
    /// What a local was declared with that is never assigned to.
    constants: Vec<Option<ExprId>>,
    /// Whether nothing but assignments changes locals.
    fixed: bool,
}

/// `package.loaded`, by its number among the tables.
const LOADED: u32 = Library::ALL.len() as u32;
const PRELOAD: u32 = LOADED + 1;
const LOADERS: u32 = LOADED + 2;
const STRINGS: u32 = LOADED + 3;

/// Words that make the analysis look closer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Words {
    meta: bool,
    /// Globals are looked up in tables that may be others.
    environments: bool,
    /// The metatable of strings can be had.
    strings: bool,
    /// Tables that are sent go through a function of the script's.
    converter: bool,
}

impl Words {
    fn of(tree: &Tree) -> Self {
        let has =
            |word: &str| tree.names.find(word).is_some() || tree.strings.iter().any(|text| text == word.as_bytes());
        let strings = has("getmetatable") || has("debug");
        Self {
            meta: strings || has("setmetatable") || has("newproxy"),
            environments: has("setfenv"),
            strings,
            converter: has("usb_msg_table_to_string"),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            meta: self.meta || other.meta,
            environments: self.environments || other.environments,
            strings: self.strings || other.strings,
            converter: self.converter || other.converter,
        }
    }
}

/// What one analysis leaves for the next: memory, and nothing in it.
#[derive(Default)]
pub struct Room {
    graph: Graph,
    texts: Vec<Rc<[u8]>>,
    text_ids: Numbered,
    froms: Vec<From>,
    calls: Vec<Call>,
    uses: Vec<Use>,
    tables: Vec<Table>,
    functions: Vec<Function>,
    through: Set<(u32, u32, u32, u32)>,
    edges: Set<(u32, u32, u32, u32)>,
    handlers: HashMap<(u32, Key), Node, BuildHasherDefault<Spread>>,
}

/// The analysis.
pub struct Solver<'p, 'a> {
    program: &'p mut Program<'a>,
    graph: Graph,
    units: Vec<Option<UnitData>>,
    functions: Vec<Function>,
    tables: Vec<Table>,
    made: HashMap<(u32, u32), u32, BuildHasherDefault<Spread>>,
    texts: Vec<Rc<[u8]>>,
    text_ids: Numbered,
    froms: Vec<From>,
    calls: Vec<Call>,
    uses: Vec<Use>,
    /// Loads and stores through metatables that are under way, so that a circle of them ends.
    through: Set<(u32, u32, u32, u32)>,
    handlers: HashMap<(u32, Key), Node, BuildHasherDefault<Spread>>,
    walks: HashMap<Node, copy::Walk, BuildHasherDefault<Spread>>,
    copied: Vec<copy::Copy>,
    /// Tables, and those that get all their fields.
    linked: Set<(u32, u32)>,
    /// Values of errors.
    errors: Node,
    prints: Vec<u32>,
    /// Callee nodes, and their calls.
    callees: Vec<(Node, u32)>,
    boundary_callees: Vec<(Node, u32)>,
    dynamic: Vec<(Node, u32)>,
    second: bool,
    words: Words,
    /// What a text that came later, or a call, shows to be needed.
    wanted: Words,
    /// A text came later that has words which the analysis did not look for.
    again: bool,
    /// Values that may be moved.
    most_moves: u32,
    /// Something was left out.
    pub gave_up: bool,
    /// Something that only a trial can tell.
    pub vague: bool,
    /// A module is not at hand, and nothing that is known stands in for it.
    missing: bool,
    pending: Vec<u32>,
    direct: Vec<(u32, Site, u32)>,
    yields: Vec<(u32, Site, Builtin)>,
    crossings: Vec<(u32, Site, Boundary, u32)>,
    hits: Vec<(u32, Site, Boundary, Builtin)>,
    edges: Set<(u32, u32, u32, u32)>,
    chunk_roots: Vec<u32>,
    other_roots: Vec<u32>,
    /// Those of them that who loads the script may call.
    outer_roots: Vec<u32>,
    /// Those that may be `restore`.
    restore_roots: Vec<u32>,
    /// The others were given to what is not known: by which function.
    handed_out: Vec<(u32, u32)>,
    depth: u32,
    /// Uses that are being made of values, one inside the other.
    nesting: u32,
    /// Bytes of the strings that were put together.
    built: usize,
}

impl<'p, 'a> Solver<'p, 'a> {
    /// Analyses a program.
    pub fn solve(program: &'p mut Program<'a>, room: &mut Room) -> Answer {
        let mut words = (0..program.units.len())
            .map(|unit| Words::of(&program.units[unit].tree))
            .fold(Words::default(), Words::and);
        loop {
            let mut solver = Solver::new(&mut *program, words, std::mem::take(room));
            solver.run();
            let answer = if solver.again { Err(solver.wanted) } else { Ok(solver.answer()) };
            *room = solver.leave();
            match answer {
                Ok(answer) => return answer,
                Err(wanted) => words = wanted,
            }
        }
    }

    fn new(program: &'p mut Program<'a>, words: Words, room: Room) -> Self {
        let Room { graph, texts, text_ids, froms, calls, uses, mut tables, functions, through, edges, handlers } = room;
        tables.extend(Library::ALL.into_iter().map(|library| Table::new(Some(library))));
        let mut solver = Self {
            program,
            graph,
            units: Vec::new(),
            functions,
            tables,
            made: HashMap::default(),
            texts,
            text_ids,
            froms,
            calls,
            uses,
            through,
            handlers,
            walks: HashMap::default(),
            copied: Vec::new(),
            linked: Set::default(),
            errors: NONE,
            prints: Vec::new(),
            callees: Vec::new(),
            boundary_callees: Vec::new(),
            dynamic: Vec::new(),
            second: false,
            words,
            wanted: words,
            again: false,
            most_moves: MOST_MOVES.start,
            gave_up: false,
            vague: false,
            missing: false,
            pending: Vec::new(),
            direct: Vec::new(),
            yields: Vec::new(),
            crossings: Vec::new(),
            hits: Vec::new(),
            edges,
            chunk_roots: Vec::new(),
            other_roots: Vec::new(),
            outer_roots: Vec::new(),
            restore_roots: Vec::new(),
            handed_out: Vec::new(),
            depth: 0,
            nesting: 0,
            built: 0,
        };
        solver.errors = solver.graph.nodes(1);
        for _ in LOADED..=STRINGS {
            solver.tables.push(Table::new(None));
        }
        for (name, table) in [("loaded", LOADED), ("preload", PRELOAD), ("loaders", LOADERS)] {
            let node = solver.named(Library::Package as u32, name);
            solver.graph.add(node, Val::table(table));
        }
        let path = solver.named(Library::Package as u32, "path");
        let text = solver.text(PATH.as_bytes());
        solver.graph.add(path, Val::string(text));
        let index = solver.named(STRINGS, "__index");
        solver.graph.add(index, Val::table(Library::String as u32));
        solver
    }

    /// Takes everything out of what it has, and hands that on, unless it is much.
    fn leave(self) -> Room {
        let Self { mut graph, mut texts, mut text_ids, mut froms, mut calls, mut uses, .. } = self;
        let Self { mut tables, mut functions, mut through, mut edges, mut handlers, .. } = self;
        if graph.size() > MOST_KEPT || graph.moved as usize > MOST_KEPT {
            return Room::default();
        }
        graph.clear();
        texts.clear();
        text_ids.clear();
        froms.clear();
        calls.clear();
        uses.clear();
        tables.clear();
        functions.clear();
        through.clear();
        edges.clear();
        handlers.clear();
        Room { graph, texts, text_ids, froms, calls, uses, tables, functions, through, edges, handlers }
    }

    fn run(&mut self) {
        let chunks = self.program.chunks();
        for unit in chunks {
            let chunk = self.chunk(unit);
            self.chunk_roots.push(chunk);
            self.reach(chunk);
        }
        self.surroundings();
        self.rest();
        self.late();
        self.rest();
        self.second = true;
        // Functions that somebody else calls are looked at last, and may call what is not known themselves.
        for _ in 0..MOST_PASSES {
            self.unknown_keys();
            self.rest();
            self.unknown_callees();
            self.rest();
            self.late();
            self.roots();
            self.rest();
            if self.dynamic.is_empty() && self.callees.is_empty() {
                break;
            }
        }
        // What stands in for a module can be put in place in more ways than are followed.
        self.vague |= self.missing && ["package", "debug"].into_iter().any(|name| self.has_global(name));
    }

    /// Whether anything asks for a global of that name.
    fn has_global(&mut self, name: &str) -> bool {
        let key = self.text(name.as_bytes());
        self.tables[Library::Globals as usize].fields.iter().any(|(known, _)| *known == key)
    }

    /// Until nothing changes.
    fn rest(&mut self) {
        loop {
            while let Some(function) = self.pending.pop() {
                self.body(function);
            }
            if self.again {
                return;
            }
            if self.graph.moved > self.most_moves || self.graph.size() > MOST_NODES {
                self.gave_up = true;
                return;
            }
            let Some((value, mut at)) = self.graph.run() else {
                if self.pending.is_empty() {
                    return;
                }
                continue;
            };
            while let Some((what, next)) = self.graph.todo(at) {
                self.apply_use(self.uses[what as usize], value);
                at = next;
            }
        }
    }

    fn unit(&mut self, unit: u32) -> &UnitData {
        let at = unit as usize;
        if self.units.len() <= at {
            self.units.resize_with(at + 1, || None);
        }
        if self.units[at].is_none() {
            let tree = std::sync::Arc::clone(&self.program.units[at].tree);
            self.want(Words::of(&tree));
            let moves = u32::try_from(tree.exprs.len()).unwrap_or(u32::MAX).saturating_mul(MOVES_EACH);
            self.most_moves = self.most_moves.saturating_add(moves).min(MOST_MOVES.end);
            let functions = u32::try_from(self.functions.len()).unwrap_or(NONE);
            for function in (0..).map(FunctionId).take(tree.functions.len()) {
                let place = FunctionRef { unit, function };
                let returns = self.graph.nodes(SLOTS);
                let varargs = if tree.function(function).varargs { self.graph.nodes(SLOTS) } else { NONE };
                let env = if self.words.environments { self.graph.nodes(1) } else { NONE };
                self.functions.push(Function { place, reached: false, returns, varargs, env });
            }
            let locals = self.graph.nodes(u32::try_from(tree.locals.len()).unwrap_or(0));
            let strings = vec![NONE; tree.strings.len()];
            let names = Vec::new();
            let mut constants = vec![None; tree.locals.len()];
            // The debug library can assign to what no statement does.
            let fixed = tree.strings.iter().all(|text| ![&b"setlocal"[..], b"setupvalue"].contains(&text));
            for stmt in tree.stmts.iter().filter(|_| fixed) {
                let crate::lint::tree::Stmt::Local { locals, values } = stmt else { continue };
                for (local, value) in locals.clone().zip(tree.list(*values)) {
                    if !tree.local(LocalId(local)).assigned {
                        constants[local as usize] = Some(*value);
                    }
                }
            }
            self.units[at] = Some(UnitData { functions, locals, strings, names, constants, fixed });
        }
        self.units[at].as_ref().expect("it was just made")
    }

    /// The analysis starts over if it has not looked for all that matters.
    fn want(&mut self, words: Words) {
        self.wanted = self.wanted.and(words);
        self.again = self.wanted != self.words;
    }

    fn chunk(&mut self, unit: u32) -> u32 {
        self.unit(unit).functions
    }

    fn text(&mut self, text: &[u8]) -> u32 {
        if let Some(id) = self.known_text(text) {
            return id;
        }
        let id = u32::try_from(self.texts.len()).unwrap_or(NONE);
        let text: Rc<[u8]> = text.into();
        self.texts.push(text);
        self.text_ids.insert(id, |id| &self.texts[id as usize]);
        id
    }

    fn known_text(&self, text: &[u8]) -> Option<u32> {
        self.text_ids.find(text, |id| &self.texts[id as usize])
    }

    fn reach(&mut self, function: u32) {
        if !std::mem::replace(&mut self.functions[function as usize].reached, true) {
            self.pending.push(function);
        }
    }

    fn flow(&mut self, from: From, to: Node) {
        match from {
            From::Nothing => {}
            From::Value(value) => self.graph.add(to, value),
            From::Node(node) => self.graph.edge(node, to),
        }
    }

    fn attach(&mut self, from: From, what: Use) {
        match from {
            From::Nothing => {}
            From::Value(value) => self.apply_use(what, value),
            From::Node(node) => {
                let id = u32::try_from(self.uses.len()).unwrap_or(NONE);
                self.uses.push(what);
                self.graph.on(node, id);
                let mut at = self.graph.first(node);
                while let Some((value, next)) = self.graph.value(at) {
                    self.apply_use(what, value);
                    at = next;
                }
            }
        }
    }

    fn node_of(&mut self, from: From) -> Node {
        match from {
            From::Node(node) => node,
            other => {
                let node = self.graph.nodes(1);
                self.flow(other, node);
                node
            }
        }
    }
}
