//! The texts that belong to a script: itself, what runs in front of it, modules, and code in its strings.

use crate::lint::hash::HashMap;
use std::sync::{Arc, OnceLock};

use crate::lint::front::read;
use crate::lint::options::{Options, Start};
use crate::lint::source::{Origin, Source, SourceId, Sources, Span};
use crate::lint::tree::{BlockId, ExprId, FunctionId, LocalId, Stmt, Tree};

/// `package.path`, unless a script changes it (CHDK lib/lua/luaconf.h:96).
pub const PATH: &str = "A/CHDK/SCRIPTS/?.lua;A/CHDK/LUALIB/?.lua;";

/// What a text is in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What is checked.
    Script,
    /// What runs in front of it. It is known, not checked.
    Prelude,
    /// A module or file of the user's.
    Module,
    /// A module of CHDK's own. It is known, not checked.
    Bundled,
    /// Code in a string.
    Code,
}

impl Role {
    /// Whether findings may stand in it.
    pub fn is_checked(self) -> bool {
        !matches!(self, Self::Prelude | Self::Bundled)
    }
}

/// A parsed text.
#[derive(Debug)]
pub struct Unit {
    /// Its text.
    pub source: SourceId,
    /// What it says.
    pub tree: Arc<Tree>,
    /// What it is.
    pub role: Role,
    /// Per function, the first local that belongs to it or to a function in it, and how many there are.
    pub slots: Vec<(u32, u32)>,
}

impl Unit {
    fn new(source: SourceId, tree: Arc<Tree>, role: Role) -> Self {
        let mut slots = vec![(u32::MAX, 0); tree.functions.len()];
        for (id, local) in (0_u32..).zip(&tree.locals) {
            let (first, last) = &mut slots[local.function.index()];
            *first = (*first).min(id);
            *last = id;
        }
        for (first, last) in &mut slots {
            *last = if *first == u32::MAX { 0 } else { *last - *first + 1 };
        }
        Self { source, tree, role, slots }
    }
}

/// A function of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionRef {
    /// Of which unit.
    pub unit: u32,
    /// Which.
    pub function: FunctionId,
}

/// A place in a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// In which unit.
    pub unit: u32,
    /// Where.
    pub span: Span,
}

/// What `require` finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A text.
    Unit(u32),
    /// A table of numbers and strings that CHDK's build generates.
    Data,
    /// Nothing that is at hand.
    Nothing,
}

/// All that belongs to a script, growing as it is discovered.
pub struct Program<'a> {
    /// All texts.
    pub sources: &'a mut Sources,
    /// What the check was told.
    pub options: &'a Options,
    /// What is parsed.
    pub units: Vec<Arc<Unit>>,
    modules: HashMap<String, Found>,
    files: HashMap<String, Found>,
    codes: HashMap<Vec<u8>, Option<u32>>,
    bytes: usize,
}

/// Bytes of modules and of code in strings that one check looks at.
const MOST_BYTES: usize = 4 << 20;
/// Texts that one check looks at.
const MOST_UNITS: usize = 400;

impl<'a> Program<'a> {
    /// A program of one script, which stands first among the units; what runs in front of it follows.
    pub fn new(sources: &'a mut Sources, script: SourceId, tree: Arc<Tree>, options: &'a Options) -> Self {
        let units = vec![Arc::new(Unit::new(script, tree, Role::Script))];
        let (modules, files, codes) = (HashMap::default(), HashMap::default(), HashMap::default());
        let mut program = Self { sources, options, units, modules, files, codes, bytes: 0 };
        for source in &options.prelude {
            program.add(source.clone(), Role::Prelude);
        }
        program
    }

    /// The units that run, in their order: what is in front, then the script.
    pub fn chunks(&self) -> Vec<u32> {
        let prelude = (0_u32..).zip(&self.units).filter(|(_, unit)| unit.role == Role::Prelude).map(|(id, _)| id);
        prelude.chain([0]).collect()
    }

    fn add(&mut self, source: Source, role: Role) -> Option<u32> {
        self.bytes += source.bytes().len();
        if self.bytes > MOST_BYTES || self.units.len() >= MOST_UNITS {
            return None;
        }
        let tree = parse(&source)?;
        Some(self.push(source, tree, role))
    }

    fn push(&mut self, source: Source, tree: Arc<Tree>, role: Role) -> u32 {
        let id = self.sources.add(source);
        self.units.push(Arc::new(Unit::new(id, tree, role)));
        u32::try_from(self.units.len() - 1).unwrap_or(u32::MAX)
    }

    /// What `require(name)` loads when no loader of the script's own does.
    pub fn module(&mut self, name: &[u8]) -> Found {
        let name = String::from_utf8_lossy(name).into_owned();
        if let Some(found) = self.modules.get(&name) {
            return *found;
        }
        // Spellings are different modules, as in package.loaded.
        let found = if let Some(source) = self.options.modules.module(&name) {
            self.add(source, Role::Module).map_or(Found::Nothing, Found::Unit)
        } else {
            let plain = name.replace('.', "/").to_lowercase();
            if let Some((source, tree)) = bundled(&plain) {
                Found::Unit(self.push(source, tree, Role::Bundled))
            } else if plain.starts_with("gen/") {
                Found::Data
            } else {
                Found::Nothing
            }
        };
        self.modules.insert(name, found);
        found
    }

    /// The module that is found on a `package.path`, apart from the folders in which the camera looks by itself.
    pub fn on_path(&mut self, path: &[u8], name: &[u8]) -> Found {
        if path == PATH.as_bytes() {
            return Found::Nothing;
        }
        let path = String::from_utf8_lossy(path);
        let name = String::from_utf8_lossy(name).replace('.', "/");
        for template in path.split(';').filter(|template| !PATH.split(';').any(|known| known == *template)) {
            let found = self.file(template.replace('?', &name).as_bytes());
            if found != Found::Nothing {
                return found;
            }
        }
        Found::Nothing
    }

    /// The file that `dofile(path)` or `loadfile(path)` opens.
    pub fn file(&mut self, path: &[u8]) -> Found {
        let path = String::from_utf8_lossy(path).into_owned();
        if let Some(found) = self.files.get(&path) {
            return *found;
        }
        let found = if let Some(source) = self.options.modules.file(&path) {
            self.add(source, Role::Module).map_or(Found::Nothing, Found::Unit)
        } else {
            let plain = path.to_lowercase();
            let module = plain.strip_prefix("a/chdk/lualib/").and_then(|rest| rest.strip_suffix(".lua"));
            match module.and_then(bundled) {
                Some((source, tree)) => Found::Unit(self.push(source, tree, Role::Bundled)),
                None => Found::Nothing,
            }
        };
        self.files.insert(path, found);
        found
    }

    /// The chunk that `loadstring(code)` compiles; none if it does not. `literal`: where the code stands, if it does.
    pub fn code(&mut self, code: &[u8], site: Site, literal: Option<Span>) -> Option<u32> {
        if let Some(found) = self.codes.get(code) {
            return *found;
        }
        let outer = self.units[site.unit as usize].source;
        let line = self.sources.get(outer).line(site.span.start);
        let mut source = Source::new(format!("code in {}:{line}", self.sources.get(outer).name()), code);
        if let Some(map) = literal.and_then(|span| literal_map(self.sources.get(outer), span, code.len())) {
            source = source.inside(Origin { source: outer, map });
        }
        let found = self.add(source, Role::Code);
        self.codes.insert(code.to_vec(), found);
        found
    }

    /// The literal that an expression is: itself, or what a local that never changes was declared with.
    pub fn literal(&self, unit: u32, expr: ExprId) -> Option<Span> {
        let tree = &self.units[unit as usize].tree;
        let expr = tree.unparen(expr);
        matches!(tree.expr(expr), crate::lint::tree::Expr::String(_)).then(|| tree.span(expr))
    }

    /// What stands for the place from which a script is started, and to which its values go: its last `return`.
    pub fn outside(&self) -> Site {
        let tree = &self.units[0].tree;
        Site { unit: 0, span: last_return(tree, tree.function(Tree::CHUNK).body, 0).unwrap_or_default() }
    }

    /// The unit with that number.
    pub fn unit(&self, unit: u32) -> &Unit {
        &self.units[unit as usize]
    }

    /// What people call a function.
    pub fn function_name(&self, function: FunctionRef) -> String {
        let unit = self.unit(function.unit);
        if function.function == Tree::CHUNK {
            return match unit.role {
                Role::Code => "code in a string".to_owned(),
                _ => self.sources.get(unit.source).name().to_owned(),
            };
        }
        match &unit.tree.function(function.function).name {
            Some(name) => name.clone(),
            None => {
                let source = self.sources.get(unit.source);
                let line = source.line(unit.tree.function(function.function).span.start);
                match unit.role {
                    Role::Module | Role::Bundled => format!("the function at line {line} of {}", source.name()),
                    _ => format!("the function at line {line}"),
                }
            }
        }
    }

    /// The local's first value, if nothing else is ever assigned to it.
    pub fn slot(&self, unit: u32, local: LocalId) -> u32 {
        let unit = self.unit(unit);
        local.0 - unit.slots[unit.tree.local(local).function.index()].0
    }
}

/// The last `return` of a block, those of functions in it left out.
fn last_return(tree: &Tree, block: BlockId, depth: u32) -> Option<Span> {
    if depth > 200 {
        return None;
    }
    tree.block(block).iter().rev().find_map(|stmt| match tree.stmt(*stmt) {
        Stmt::Return(_) => Some(tree.stmt_spans[stmt.index()]),
        Stmt::Do(body)
        | Stmt::While { body, .. }
        | Stmt::Repeat { body, .. }
        | Stmt::NumericFor { body, .. }
        | Stmt::GenericFor { body, .. } => last_return(tree, *body, depth + 1),
        Stmt::If { arms, otherwise } => {
            let bodies = arms.iter().map(|(_, body)| body).chain(otherwise);
            bodies.rev().find_map(|body| last_return(tree, *body, depth + 1))
        }
        _ => None,
    })
}

/// Pairs of offsets from code to the literal that it stands in, where the literal can be followed.
fn literal_map(source: &Source, span: Span, length: usize) -> Option<Vec<(u32, u32)>> {
    let text = source.text(span);
    let at = |offset: usize| u32::try_from(offset).ok();
    let start = span.start as usize;
    if text.first() == Some(&b'[') {
        let level = text.iter().skip(1).take_while(|byte| **byte == b'=').count() + 2;
        let mut map = Vec::new();
        let mut from = level;
        // A line end right behind the bracket is no part of the string.
        if text.get(from..from + 2) == Some(b"\r\n") {
            from += 2;
        } else if text.get(from) == Some(&b'\n') {
            from += 1;
        }
        map.push((0, at(start + from)?));
        let (mut inner, mut outer) = (0, from);
        while outer + level < text.len() {
            let step = if text[outer..].starts_with(b"\r\n") { 2 } else { 1 };
            outer += step;
            inner += 1;
            if step == 2 {
                map.push((at(inner)?, at(start + outer)?));
            }
        }
        return (inner == length).then_some(map);
    }
    let mut map = vec![(0, at(start + 1)?)];
    let (mut inner, mut outer) = (0, 1);
    while outer + 1 < text.len() {
        let mut step = 1;
        if text[outer] == b'\\' {
            let digits = text[outer + 1..].iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            step = 1 + digits.max(1);
            if text[outer + 1..].starts_with(b"\r\n") {
                step = 3;
            }
        }
        outer += step;
        inner += 1;
        if step > 1 {
            map.push((at(inner)?, at(start + outer)?));
        }
    }
    (inner == length).then_some(map)
}

/// A module of CHDK's LUALIB, by its lower-case name.
fn bundled(name: &str) -> Option<(Source, Arc<Tree>)> {
    static PARSED: OnceLock<HashMap<&'static str, (Source, Arc<Tree>)>> = OnceLock::new();
    let parsed = PARSED.get_or_init(|| {
        let parse = |(name, text): &(&'static str, &'static str)| {
            let source = Source::new(format!("A/CHDK/LUALIB/{name}.lua"), *text);
            parse(&source).map(|tree| (*name, (source, tree)))
        };
        LUALIB.iter().filter_map(parse).collect()
    });
    parsed.get(name).cloned()
}

macro_rules! lualib {
    ($($key:literal $file:literal),* $(,)?) => {
        &[$(($key, include_str!(concat!("../../../lua/camera/lualib/", $file, ".lua")))),*]
    };
}

const LUALIB: &[(&str, &str)] = lualib![
    "binstr" "binstr",
    "capmode" "capmode",
    "drawings" "drawings",
    "gpslib" "gpsLib",
    "hookutil" "hookutil",
    "inilib" "iniLib",
    "propcase" "propcase",
    "rawoplib" "rawoplib",
    "uartr" "uartr",
    "wrap13" "wrap13",
    "zoomutil" "zoomutil",
];

/// The tree of a text that compiles.
fn parse(source: &Source) -> Option<Arc<Tree>> {
    let options = Options { start: Start::Library, ..Options::default() };
    let parsed = read(SourceId(0), source, &options);
    parsed.complete.then(|| Arc::new(parsed.tree))
}
