//! What several rules want to know of a script, found once.

use std::sync::OnceLock;

use super::front::Parsed;
use super::header::{Header, Kind};
use super::layout::{Layout, Usage, each_operand};
use super::options::{Options, Start, Target};
use super::outside::Outside;
use super::rule::Script;
use super::scan::Comment;
use super::source::Source;
use super::tree::{BinaryOp, Expr, ExprId, ExprList, LocalId, Stmt, Symbol, Tree, UnaryOp};
use crate::api::{self, Kinds, Name, Presence};

/// Where a version comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetFrom {
    /// The user has chosen it.
    Options,
    /// The script declares it.
    Header,
    /// Nobody said.
    Nowhere,
}

/// An assignment to a global.
#[derive(Debug, Clone, Copy)]
pub struct Write {
    /// Where the name stands.
    pub target: ExprId,
    /// The name.
    pub symbol: Symbol,
    /// What it gets, if that can be told.
    pub value: Option<ExprId>,
}

/// A call of something in the API's table, of whatever presence.
#[derive(Debug, Clone, Copy)]
pub struct ApiCall {
    /// The call.
    pub expr: ExprId,
    /// What is called.
    pub callee: ExprId,
    /// Its line of the table.
    pub name: &'static Name,
    /// With what.
    pub args: ExprList,
}

/// What several rules want to know of a script.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What is inside what.
    pub layout: Layout,
    /// The header, which is empty unless the script starts from the menu.
    pub header: Header,
    /// The CHDK that the script is for.
    pub target: Target,
    /// Who says so.
    pub target_from: TargetFrom,
    /// Whether the camera puts `wrap13` before it: functions that return booleans return 1 and 0.
    pub wrapped: bool,
    /// Globals read, in the order of evaluation.
    pub reads: Vec<(ExprId, Symbol)>,
    /// Globals written.
    pub writes: Vec<Write>,
    /// Calls of the camera's API.
    pub calls: Vec<ApiCall>,
    /// What other code is pulled in.
    pub pulls: Vec<Pull>,
    /// Its comments.
    pub comments: Vec<Comment>,
    /// Whether the tree is all of the text. What is not found in it may stand in what is missing.
    pub complete: bool,
    /// Whether globals may be set in ways that cannot be seen: by computed names, environments, or code that is not at hand.
    pub opaque: bool,
    globals: Vec<Global>,
    initial: Vec<Option<ExprId>>,
    outside: OnceLock<Outside>,
}

/// What is known of a name as a global.
#[derive(Debug, Clone, Copy, Default)]
struct Global {
    written: u32,
    read: bool,
    tested: bool,
    /// Whether it was looked for in the API's table, and what is there.
    sought: bool,
    name: Option<&'static Name>,
    library: Option<&'static str>,
}

impl Global {
    fn look_up(&mut self, name: &str) {
        if !std::mem::replace(&mut self.sought, true) {
            self.name = api::find(name);
            self.library = LIBRARIES.iter().find(|library| **library == name).copied();
        }
    }
}

/// Tables of functions, also those that the camera lacks.
const LIBRARIES: &[&str] = &[
    "_G",
    "string",
    "table",
    "math",
    "io",
    "os",
    "debug",
    "package",
    "imath",
    "fmath",
    "rawop",
    "hook_preshoot",
    "hook_shoot",
    "hook_raw",
    "coroutine",
];

/// Other code that a script runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pull {
    /// `require "NAME"`
    Module(String, ExprId),
    /// `dofile "PATH"`, `loadfile "PATH"`
    File(String),
    /// `loadstring "CODE"`
    Code(Vec<u8>),
}

impl Facts {
    /// Of a text that was read.
    pub fn new(source: &Source, parsed: &Parsed, options: &Options) -> Self {
        let tree = &parsed.tree;
        let menu = options.start == Start::Menu;
        let header = if menu { Header::parse(source.bytes()) } else { Header::default() };
        let (target, target_from) = match (options.target, header.version) {
            (Some(target), _) => (target, TargetFrom::Options),
            (None, Some(version)) => (version, TargetFrom::Header),
            (None, None) => (Target::CURRENT, TargetFrom::Nowhere),
        };
        let declared = header.version.unwrap_or(Target::UNDECLARED);
        let mut facts = Self {
            layout: Layout::new(tree),
            wrapped: menu && declared.0[..2] == Target::UNDECLARED.0[..2],
            header,
            target,
            target_from,
            reads: Vec::new(),
            writes: Vec::new(),
            calls: Vec::new(),
            pulls: Vec::new(),
            comments: parsed.scan.comments.clone(),
            complete: parsed.complete,
            opaque: !parsed.complete,
            globals: vec![Global::default(); tree.names.len()],
            initial: initial_values(tree),
            outside: OnceLock::new(),
        };
        facts.find_globals(tree);
        facts.find_calls(tree);
        facts
    }

    /// Whether a place is in a comment.
    pub fn in_comment(&self, offset: u32) -> bool {
        let after = self.comments.partition_point(|comment| comment.span.start <= offset);
        after > 0 && offset < self.comments[after - 1].span.end
    }

    /// How often the script itself assigns to a global.
    pub fn writes_of(&self, symbol: Symbol) -> u32 {
        self.globals[symbol.index()].written
    }

    /// Whether the script reads a global.
    pub fn is_read(&self, symbol: Symbol) -> bool {
        self.globals[symbol.index()].read
    }

    /// Whether the script anywhere asks if a global is there.
    pub fn is_tested(&self, symbol: Symbol) -> bool {
        self.globals[symbol.index()].tested
    }

    /// What the value of a local that is never assigned to again is.
    pub fn constant_local(&self, tree: &Tree, local: LocalId) -> Option<ExprId> {
        self.initial[local.index()].filter(|_| !tree.local(local).assigned)
    }

    /// What a local is set to where it is declared.
    pub fn initial(&self, local: LocalId) -> Option<ExprId> {
        self.initial[local.index()]
    }

    /// The libraries of the camera that the script adds fields to.
    pub fn extended(&self, tree: &Tree) -> Vec<&'static str> {
        let mut targets = Vec::new();
        for stmt in &tree.stmts {
            match stmt {
                Stmt::Assign { targets: left, .. } => targets.extend(tree.list(*left)),
                Stmt::Function { target, .. } => targets.push(*target),
                _ => {}
            }
        }
        let library = |target: ExprId| match tree.expr(target) {
            Expr::Index { object, .. } => self.api_library(tree, object),
            _ => None,
        };
        targets.into_iter().filter_map(library).collect()
    }

    /// What modules and code in front of the script bring; read when it is first asked for.
    pub fn outside(&self, options: &Options) -> &Outside {
        self.outside.get_or_init(|| Outside::read(&self.pulls, options))
    }

    fn find_globals(&mut self, tree: &Tree) {
        let targets = targets(tree);
        let mut rest = targets.iter().peekable();
        let whole = tree.names.find("_G");
        for at in 0..tree.exprs.len() {
            let id = ExprId(at as u32);
            let written = rest.next_if(|(target, _)| *target == id).map(|(_, value)| *value);
            match tree.exprs[at] {
                Expr::Global(symbol) => match written {
                    Some(value) => self.write(tree, id, symbol, value),
                    None => self.read(tree, id, symbol),
                },
                // `_G.name`
                Expr::Index { object, key, .. } if whole.is_some() && is_global(tree, object, "_G") => {
                    let name = tree.as_string(key).and_then(|name| std::str::from_utf8(name).ok());
                    match (name.and_then(|name| tree.names.find(name)), written) {
                        (Some(symbol), Some(value)) => self.write(tree, id, symbol, value),
                        (Some(symbol), None) => {
                            self.globals[symbol.index()].tested = true;
                        }
                        // A constant name that the script has nowhere else is of no interest.
                        (None, Some(_)) => self.opaque |= name.is_none(),
                        (None, None) => {}
                    }
                }
                _ => {}
            }
        }
    }

    fn write(&mut self, tree: &Tree, target: ExprId, symbol: Symbol, value: Option<ExprId>) {
        self.globals[symbol.index()].written += 1;
        self.globals[symbol.index()].look_up(tree.names.text(symbol));
        self.writes.push(Write { target, symbol, value });
    }

    fn read(&mut self, tree: &Tree, id: ExprId, symbol: Symbol) {
        self.reads.push((id, symbol));
        let tested = self.layout.usage(tree, id) == Usage::Truth || self.is_compared(tree, id);
        let global = &mut self.globals[symbol.index()];
        global.read = true;
        global.tested |= tested;
        global.look_up(tree.names.text(symbol));
        match tree.names.text(symbol) {
            "setfenv" | "getfenv" => self.opaque = true,
            // Many scripts have a variable of this name.
            "debug" => self.opaque |= self.is_debug_library(tree, id),
            "_G" => {
                let user = self.layout.user(tree, id).map(|user| (user, tree.expr(user)));
                self.opaque |= match user {
                    Some((_, Expr::Index { object, .. })) if tree.unparen(object) == id => false,
                    Some((_, Expr::Call { callee, args })) => !self.harmless_with_globals(tree, callee, args, id),
                    _ => true,
                };
            }
            _ => {}
        }
    }

    /// Whether `debug` is not just a flag that is asked for, or compared.
    fn is_debug_library(&self, tree: &Tree, id: ExprId) -> bool {
        let user = self.layout.user(tree, id).map(|user| tree.expr(user));
        let asked = matches!(user, Some(Expr::Binary { .. } | Expr::Unary { .. }));
        !asked && self.layout.usage(tree, id) != Usage::Truth
    }

    /// `pairs(_G)`, `rawget(_G, name)`, `rawset(_G, "name", value)`
    fn harmless_with_globals(&mut self, tree: &Tree, callee: ExprId, args: ExprList, globals: ExprId) -> bool {
        let Expr::Global(function) = tree.expr(callee) else { return false };
        let args = tree.list(args);
        if args.first() != Some(&globals) {
            return false;
        }
        let symbol = args.get(1).and_then(|name| tree.as_string(*name)).and_then(|name| std::str::from_utf8(name).ok());
        match (tree.names.text(function), symbol) {
            ("rawget", Some(name)) => {
                if let Some(symbol) = tree.names.find(name) {
                    self.globals[symbol.index()].tested = true;
                }
                true
            }
            ("rawset", Some(name)) => {
                if let Some(symbol) = tree.names.find(name) {
                    self.write(tree, globals, symbol, args.get(2).copied());
                }
                true
            }
            ("rawget" | "pairs" | "next" | "type" | "tostring", _) => true,
            _ => false,
        }
    }

    /// `x == nil`, `type(x)`
    fn is_compared(&self, tree: &Tree, id: ExprId) -> bool {
        match self.layout.user(tree, id).map(|user| tree.expr(user)) {
            Some(Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right }) => {
                [left, right].iter().any(|side| matches!(tree.expr(tree.unparen(*side)), Expr::Nil))
            }
            Some(Expr::Call { callee, .. }) => is_global(tree, callee, "type") || is_global(tree, callee, "assert"),
            _ => false,
        }
    }

    fn find_calls(&mut self, tree: &Tree) {
        for at in 0..tree.exprs.len() {
            let Expr::Call { callee, args } = tree.exprs[at] else { continue };
            let Some(name) = self.api(tree, callee) else { continue };
            let expr = ExprId(at as u32);
            self.calls.push(ApiCall { expr, callee, name, args });
            let first = tree.list(args).first().copied();
            let text = first.and_then(|first| tree.as_string(first));
            let string = || text.map(|text| String::from_utf8_lossy(text).into_owned());
            let pull = match name.entry.name {
                "require" => match first.is_some_and(|first| is_generated(tree, first)) {
                    true => continue,
                    false => string().map(|name| Pull::Module(name, expr)),
                },
                "dofile" | "loadfile" => string().map(Pull::File),
                "loadstring" => text.map(|code| Pull::Code(code.to_vec())),
                "load" => None,
                _ => continue,
            };
            self.opaque |= pull.is_none();
            self.pulls.extend(pull);
        }
    }

    /// What of the API's table an expression is: a function, a library's field, or a local that is always one. Not what the
    /// script has set itself.
    pub fn api(&self, tree: &Tree, expr: ExprId) -> Option<&'static Name> {
        let expr = self.behind_locals(tree, expr);
        match tree.expr(expr) {
            Expr::Global(symbol) => self.api_global(tree, symbol),
            Expr::Index { object, key, .. } => {
                let field = std::str::from_utf8(tree.as_string(key)?).ok()?;
                match self.api_library(tree, object)? {
                    "_G" => self.api_global(tree, tree.names.find(field)?),
                    library => api::field(library, field),
                }
            }
            _ => None,
        }
    }

    fn api_global(&self, tree: &Tree, symbol: Symbol) -> Option<&'static Name> {
        let global = &self.globals[symbol.index()];
        let text = tree.names.text(symbol);
        let name = if global.sought { global.name } else { api::find(text) };
        // What stands in the tree as a name has no dot in it.
        let plain = |name: &&Name| name.presence != Presence::Module;
        name.filter(plain).filter(|_| global.written == 0 && self.header.param(text).is_none())
    }

    /// The library that an expression is, also one that the camera lacks.
    pub fn api_library(&self, tree: &Tree, expr: ExprId) -> Option<&'static str> {
        let Expr::Global(symbol) = tree.expr(self.behind_locals(tree, expr)) else { return None };
        let global = &self.globals[symbol.index()];
        global.library.filter(|_| global.written == 0)
    }

    /// What the API's table has under the name of a global that the script reads.
    pub fn entry(&self, symbol: Symbol) -> Option<&'static Name> {
        self.globals[symbol.index()].name
    }

    /// The expression that a chain of locals, each set once, stands for.
    pub fn behind_locals(&self, tree: &Tree, expr: ExprId) -> ExprId {
        let mut expr = tree.unparen(expr);
        // A local's value is made before the local is, so this comes to an end; the bound is for broken trees.
        for _ in 0..8 {
            let Expr::Local(local) = tree.expr(expr) else { break };
            let Some(value) = self.constant_local(tree, local) else { break };
            expr = tree.unparen(value);
        }
        expr
    }

    /// What kinds of values an expression can have.
    pub fn kinds(&self, tree: &Tree, expr: ExprId) -> Kinds {
        let expr = self.behind_locals(tree, expr);
        match tree.expr(expr) {
            Expr::Nil => Kinds::NIL,
            Expr::True | Expr::False => Kinds::BOOLEAN,
            Expr::Number(_) => Kinds::NUMBER,
            Expr::String(_) => Kinds::STRING,
            Expr::Function(_) => Kinds::FUNCTION,
            Expr::Table { .. } => Kinds::TABLE,
            Expr::Unary { op: UnaryOp::Not, .. } => Kinds::BOOLEAN,
            Expr::Unary { op: UnaryOp::Len, .. } => Kinds::NUMBER,
            Expr::Unary { op: UnaryOp::Neg, operand } if matches!(tree.expr(operand), Expr::Number(_)) => Kinds::NUMBER,
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, .. } => Kinds::BOOLEAN,
            Expr::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, .. } => Kinds::BOOLEAN,
            Expr::Call { callee, .. } => self.api(tree, callee).map_or(Kinds::ANY, |name| self.returns(name)),
            Expr::Global(symbol) if self.writes_of(symbol) == 0 => {
                match self.header.param(tree.names.text(symbol)).map(|param| param.kind) {
                    Some(Kind::Number) => Kinds::NUMBER,
                    Some(Kind::Boolean) => Kinds::BOOLEAN,
                    Some(Kind::Table) => Kinds::TABLE,
                    None => self.kind_of_function(tree, expr),
                }
            }
            Expr::Index { .. } => self.kind_of_function(tree, expr),
            _ => Kinds::ANY,
        }
    }

    /// A function of the API that is not called, but taken for a value.
    fn kind_of_function(&self, tree: &Tree, expr: ExprId) -> Kinds {
        let name = self.api(tree, expr).filter(|name| name.presence == Presence::Camera && name.signature.is_some());
        if name.is_some() && !self.opaque { Kinds::FUNCTION } else { Kinds::ANY }
    }

    /// What the first value is that a function of the API returns on the camera that the script is for.
    pub fn returns(&self, name: &Name) -> Kinds {
        if name.presence != Presence::Camera || name.signature.is_none() {
            return Kinds::ANY;
        }
        if api::WRAPPED.contains(&name.entry.name) {
            return match self.changed_kinds() {
                // The facts disagree on what set_mf returns.
                Some(true) if name.entry.name == "set_mf" => Kinds::ANY,
                Some(true) => Kinds::BOOLEAN,
                Some(false) => Kinds::NUMBER,
                None => Kinds::ANY,
            };
        }
        name.returns
    }

    /// Whether functions that changed with 1.4 return booleans; none if it depends on the camera.
    pub fn changed_kinds(&self) -> Option<bool> {
        match self.target_from {
            _ if self.wrapped => Some(false),
            TargetFrom::Options => Some(self.target >= Target([1, 4, 0, 0])),
            TargetFrom::Header => (self.target >= Target([1, 4, 0, 0])).then_some(true),
            TargetFrom::Nowhere => Some(true),
        }
    }
}

/// `require("gen/propset" .. n)`: whether the argument names a module that is nothing but a table.
pub fn is_generated(tree: &Tree, argument: ExprId) -> bool {
    let Expr::Binary { op: BinaryOp::Concat, left, .. } = tree.expr(tree.unparen(argument)) else { return false };
    tree.as_string(left).is_some_and(|prefix| prefix.to_ascii_lowercase().starts_with(b"gen/"))
}

/// Whether an expression is the global of this name.
pub fn is_global(tree: &Tree, expr: ExprId, name: &str) -> bool {
    matches!(tree.expr(tree.unparen(expr)), Expr::Global(symbol) if tree.names.text(symbol) == name)
}

/// What is assigned to, with what each gets as far as it can be told, in the order of the expressions.
fn targets(tree: &Tree) -> Vec<(ExprId, Option<ExprId>)> {
    let mut targets = Vec::new();
    for stmt in &tree.stmts {
        match stmt {
            Stmt::Assign { targets: left, values } => {
                let values = tree.list(*values);
                targets
                    .extend(tree.list(*left).iter().enumerate().map(|(at, target)| (*target, values.get(at).copied())));
            }
            Stmt::Function { target, function } => targets.push((*target, Some(*function))),
            _ => {}
        }
    }
    targets.sort_unstable_by_key(|(target, _)| *target);
    targets
}

/// What each local is set to where it is declared.
fn initial_values(tree: &Tree) -> Vec<Option<ExprId>> {
    let mut initial = vec![None; tree.locals.len()];
    for stmt in &tree.stmts {
        match stmt {
            Stmt::Local { locals, values } => {
                for (local, value) in locals.clone().zip(tree.list(*values)) {
                    initial[local as usize] = Some(*value);
                }
            }
            Stmt::LocalFunction { local, function } => initial[local.index()] = Some(*function),
            _ => {}
        }
    }
    initial
}

impl Script<'_> {
    /// Whether the parts of two expressions are the same: names, constants and operators.
    pub fn same(&self, left: ExprId, right: ExprId) -> bool {
        let (left, right) = (self.tree.unparen(left), self.tree.unparen(right));
        self.source.text(self.tree.span(left)).trim_ascii() == self.source.text(self.tree.span(right)).trim_ascii()
    }

    /// Whether an expression is, or has in it, what `test` says; also if it is too large to be looked through.
    pub fn contains(&self, expr: ExprId, test: &dyn Fn(ExprId) -> bool) -> bool {
        let mut todo = vec![expr];
        let mut seen = 0;
        while let Some(expr) = todo.pop() {
            seen += 1;
            if test(expr) || seen > 100 {
                return true;
            }
            each_operand(self.tree, expr, |operand| todo.push(operand));
        }
        false
    }

    /// The value of an expression of constants, as the camera works it out; none where it is not constant or divides by 0.
    pub fn constant(&self, expr: ExprId) -> Option<i32> {
        // Nested far deeper than people write, it is not worth knowing.
        self.constant_within(expr, 32)
    }

    fn constant_within(&self, expr: ExprId, depth: u32) -> Option<i32> {
        let depth = depth.checked_sub(1)?;
        match self.tree.expr(self.tree.unparen(expr)) {
            Expr::Number(value) => Some(value),
            Expr::Unary { op: UnaryOp::Neg, operand } => Some(self.constant_within(operand, depth)?.wrapping_neg()),
            Expr::Binary { op, left, right } => {
                let (left, right) = (self.constant_within(left, depth)?, self.constant_within(right, depth)?);
                match op {
                    BinaryOp::Add => Some(left.wrapping_add(right)),
                    BinaryOp::Sub => Some(left.wrapping_sub(right)),
                    BinaryOp::Mul => Some(left.wrapping_mul(right)),
                    BinaryOp::Div => (right != 0).then(|| left.wrapping_div(right)),
                    BinaryOp::Mod => (right != 0).then(|| left.wrapping_rem(right)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
