//! The script is run, on every path: with real values as far as they are known, and both ways where a condition hangs on
//! what only the camera knows.
//!
//! What a trial finds does happen, on some path; what every path runs into is certain. A trial that got through all paths,
//! with everything known that was called, has seen all there is. Steps, paths and depth are bounded, and what was left
//! out is said ([`Outcome::complete`]).

mod call;
mod callbacks;
mod constants;
mod eval;
mod library;
mod loading;
mod loops;
mod operators;
mod order;
mod outside;
mod paths;
mod pattern;
mod pick;
mod settle;
mod stmt;
mod strings;
mod tables;
mod value;
mod waits;

use crate::lint::hash::{HashMap, HashSet};

use self::constants::Constants;
pub use self::eval::call_span;
pub use self::operators::event;
use self::paths::GLANCES_PART;
use self::value::{GLOBALS, Heap, Unknown, Value, Values};
use super::builtins::{Builtin, Kind};
use super::program::{FunctionRef, Program, Site};
use super::witness::{Boundary, Hit, RestoreYield, Step};
use crate::lint::on_big_stack;
use crate::lint::tree::{ExprId, Tree};

/// Statements and calls of all paths together: at least, and at most. In between, it hangs on the size of the program.
const STEPS: std::ops::Range<u32> = 20_000..150_000;
/// Steps for each expression of the program.
const STEPS_EACH: usize = 4;
/// Values that are worked out for a step.
const EVALUATIONS: u32 = 8;
/// The part of all steps that a path takes before its long loops are cut short.
const LONG_PART: u32 = 6;
/// Nested evaluations of one path.
const DEEPEST: u32 = 3_000;
/// Calls of a function inside of itself that hang on what is not known.
const MOST_NESTED: u32 = 3;

/// What a trial found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Yields that hit a boundary.
    pub hits: Vec<Hit>,
    /// Whether every path was run to its end, with everything known.
    pub complete: bool,
    /// Where `restore` yields outside of a boundary, called after the script has ended.
    pub restore: Vec<RestoreYield>,
    /// All functions that were `restore` at some time.
    pub restorers: Vec<FunctionRef>,
}

/// Runs a script on all its paths.
pub fn run(program: &mut Program<'_>, globals: &[(String, Kind)]) -> Outcome {
    // Without a thread, nothing is tried, and so nothing is known.
    on_big_stack(|| Trial::new(program, globals).all_paths()).unwrap_or_default()
}

/// Why a path stops.
enum Stop {
    /// A Lua error.
    Error(Value),
    /// An error of Lua's own, in words that are not known to the letter.
    Fault,
    /// It is not followed any further.
    Abort,
    /// It goes on for ever, with nothing new.
    Forever,
}

type Run<T> = Result<T, Stop>;

/// What C code says of a yield (CHDK lib/lua/ldo.c:444).
const REFUSED: &[u8] = b"attempt to yield across metamethod/C-call boundary";

/// What stands for the code of `string.gmatch`'s iterator.
const MATCHES: FunctionRef = FunctionRef { unit: u32::MAX, function: Tree::CHUNK };

#[derive(Clone, Copy)]
struct Choice {
    taken: u8,
    ways: u8,
    /// How many certain hits there were before it.
    hits: usize,
    /// Whether it is about the order of a table's keys.
    order: bool,
}

/// A function of the script's that is running.
#[derive(Clone, Copy)]
struct Running {
    closure: u32,
    function: FunctionRef,
    /// Ways that were chosen before it.
    forks: usize,
}

/// Which unknown values are true on this path, as far as it was asked.
#[derive(Default)]
struct Truths(Vec<Option<bool>>);

impl Truths {
    fn get(&self, id: u32) -> Option<bool> {
        self.0.get(id as usize).copied().flatten()
    }

    fn insert(&mut self, id: u32, truth: bool) {
        if self.0.len() <= id as usize {
            self.0.resize(id as usize + 1, None);
        }
        self.0[id as usize] = Some(truth);
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

struct Trial<'p, 'a> {
    program: &'p mut Program<'a>,
    globals: &'p [(String, Kind)],
    heap: Heap,
    /// What `newproxy` has made, and where.
    proxies: Vec<(u32, Site)>,
    steps: u32,
    /// What all paths may take, and how far what is under way may go.
    all_steps: u32,
    most_steps: u32,
    /// When a statement was run for the first time, or a yield found, and how many steps may follow in which none is.
    news: u32,
    patience: u32,
    /// The statements that were run, unit by unit.
    covered: Vec<Vec<bool>>,
    /// How many steps there were before this path, and how many it takes before it cuts long loops short.
    path_began: u32,
    plenty: u32,
    evaluations: u32,
    depth: u32,
    choices: Vec<Choice>,
    cursor: usize,
    /// How many choices a glance was given.
    preset: usize,
    /// Choices of this path that are about the order of keys.
    orders: usize,
    /// Walks over tables without an order that are under way, and what is stored meanwhile.
    walks: u32,
    writes: Vec<order::Write>,
    /// Rounds of loops that are being watched.
    watches: u32,
    /// Unknown values that stand for all that loops may make of something.
    blank: HashSet<u32>,
    /// Unknown values that are texts of Lua's own errors.
    faults: HashSet<u32>,
    /// What being true makes of comparisons: that a value which was not known is this one.
    equations: HashMap<u32, (u32, Value)>,
    stack: Vec<Step>,
    boundaries: u32,
    /// The functions of the script's that are running.
    running: Vec<Running>,
    /// The call that is being made.
    caller: Option<(u32, ExprId)>,
    /// What this path hit for certain, in order.
    hits: Vec<Site>,
    found: Vec<Hit>,
    /// What the library that is tried returns.
    handed_out: Values,
    /// The function that is called as `restore`.
    restoring: Option<FunctionRef>,
    restores: Vec<RestoreYield>,
    restorers: Vec<FunctionRef>,
    known: HashMap<Site, usize>,
    complete: bool,
    /// What comes now on this path need not happen.
    uncertain: bool,
    /// A module is missing that may have made any global.
    strange: bool,
    unknowns: u32,
    truths: Truths,
    /// Unknown values that are tables if they are true.
    foreign: HashSet<u32>,
    comparisons: HashMap<(u8, Value, Value), u32>,
    /// Keys that were not known, and which they are on this path.
    picked: HashMap<u32, Value>,
    /// The constants of each unit's text that have been used.
    constants: Vec<Constants>,
}

impl<'p, 'a> Trial<'p, 'a> {
    fn new(program: &'p mut Program<'a>, globals: &'p [(String, Kind)]) -> Self {
        let size: usize = program.units.iter().map(|unit| unit.tree.exprs.len()).sum();
        let size = u32::try_from(size * STEPS_EACH).unwrap_or(STEPS.end);
        let all_steps = STEPS.start.saturating_add(size).min(STEPS.end);
        Self {
            program,
            globals,
            heap: Heap::default(),
            proxies: Vec::new(),
            steps: 0,
            all_steps,
            most_steps: all_steps - all_steps / GLANCES_PART,
            news: 0,
            patience: u32::MAX,
            covered: Vec::new(),
            path_began: 0,
            plenty: all_steps / LONG_PART,
            evaluations: 0,
            depth: 0,
            choices: Vec::new(),
            cursor: 0,
            preset: 0,
            orders: 0,
            walks: 0,
            writes: Vec::new(),
            watches: 0,
            blank: HashSet::default(),
            faults: HashSet::default(),
            equations: HashMap::default(),
            stack: Vec::new(),
            boundaries: 0,
            running: Vec::new(),
            caller: None,
            hits: Vec::new(),
            found: Vec::new(),
            handed_out: Values::new(),
            restoring: None,
            restores: Vec::new(),
            restorers: Vec::new(),
            known: HashMap::default(),
            complete: true,
            uncertain: false,
            strange: false,
            unknowns: 0,
            truths: Truths::default(),
            foreign: HashSet::default(),
            comparisons: HashMap::default(),
            picked: HashMap::default(),
            constants: Vec::new(),
        }
    }

    fn unknown(&mut self, kind: Kind) -> Value {
        self.unknowns += 1;
        Value::Unknown(Unknown { id: self.unknowns, kind })
    }

    /// Goes one of several ways; the others are other paths.
    fn choose(&mut self, ways: u8) -> u8 {
        if self.cursor == self.choices.len() {
            self.choices.push(Choice { taken: 0, ways, hits: self.hits.len(), order: ways == 1 });
        }
        self.cursor += 1;
        // A glance begins where it leaves what was seen.
        if self.cursor == self.preset {
            self.news = self.steps;
        }
        self.choices[self.cursor - 1].taken
    }

    fn truthy(&mut self, value: &Value) -> bool {
        match value {
            Value::Nil | Value::Bool(false) => false,
            Value::Unknown(Unknown { kind: Kind::Any | Kind::Bool, id }) => {
                if let Some(truth) = self.truths.get(*id) {
                    return truth;
                }
                let truth = self.choose(2) == 0;
                self.truths.insert(*id, truth);
                if truth && let Some((unknown, value)) = self.equations.get(id) {
                    self.picked.insert(*unknown, value.clone());
                }
                truth
            }
            _ => true,
        }
    }

    /// A value that may be nil is used where nil raises an error: whether it does is another way to go, once for each value.
    fn is_there(&mut self, value: &Value) -> bool {
        match value {
            Value::Unknown(Unknown { kind: Kind::Any, id }) => match self.truths.get(*id) {
                Some(truth) => truth,
                None => {
                    let there = self.choose(2) == 0;
                    // What is used so is no boolean either.
                    self.truths.insert(*id, there);
                    there
                }
            },
            _ => true,
        }
    }

    /// What follows is one of several things that may be.
    fn guess(&mut self) {
        self.complete = false;
        self.uncertain = true;
    }

    fn step(&mut self) -> Run<()> {
        self.charge(1)
    }

    /// Work that is more than it looks.
    fn charge(&mut self, steps: usize) -> Run<()> {
        self.steps = self.steps.saturating_add(u32::try_from(steps).unwrap_or(STEPS.end));
        let idle = self.cursor >= self.preset && self.steps.saturating_sub(self.news) > self.patience;
        if self.steps > self.most_steps || idle { Err(Stop::Abort) } else { Ok(()) }
    }

    /// The border of a table.
    fn border(&mut self, table: u32) -> Run<i32> {
        let data = &self.heap.tables[table as usize];
        let (border, looked, vague) = (data.border(), data.entries.len(), data.border_is_vague());
        if vague {
            self.guess();
        }
        self.charge(looked.min(usize::try_from(border).unwrap_or(0)) / 16)?;
        Ok(border)
    }

    /// What a script gets to see of an error.
    fn caught(&mut self, stop: Stop) -> Value {
        match stop {
            Stop::Error(value) => value,
            _ => {
                let text = self.unknown(Kind::Text);
                if let Value::Unknown(unknown) = &text {
                    self.faults.insert(unknown.id);
                }
                text
            }
        }
    }

    /// Whether a value that is not known is no number for sure, nor the name of a key.
    fn is_fault(&self, value: &Value) -> bool {
        matches!(value, Value::Unknown(unknown) if self.faults.contains(&unknown.id))
    }

    /// An error of Lua's, which says what is wrong with more words than these.
    #[expect(clippy::unused_self, reason = "it reads as what it does")]
    fn error<T>(&self, _text: &'static str) -> Run<T> {
        Err(Stop::Fault)
    }

    /// A function of the camera's suspends the script, or fails to.
    fn suspend(&mut self, builtin: Builtin, at: Site) -> Run<()> {
        if self.boundaries == 0 {
            let Some(function) = self.restoring else { return Ok(()) };
            let site = self.stack.first().map_or(at, Step::site);
            if !self.restores.iter().any(|known| known.function == function && known.site == site) {
                let steps = self.stack.clone();
                self.restores.push(RestoreYield { function, site, steps, builtin, at });
            }
            return Err(Stop::Abort);
        }
        let innermost = self.stack.iter().rposition(|step| matches!(step, Step::Boundary(..))).unwrap_or(0);
        let checked = |step: &Step| self.program.unit(step.site().unit).role.is_checked();
        let (site, boundary) = match &self.stack[innermost] {
            Step::Boundary(site, boundary) => (*site, *boundary),
            Step::Call(site, _) => (*site, Boundary::Pcall),
        };
        let site = self.stack[..=innermost].iter().rev().find(|step| checked(step)).map_or(site, Step::site);
        if !self.uncertain && !self.hits.contains(&site) {
            self.hits.push(site);
        }
        match self.known.get(&site) {
            Some(found) => {
                let hit = &mut self.found[*found];
                if hit.at != at && !hit.others.iter().any(|(other, _)| *other == at) {
                    hit.others.push((at, builtin));
                }
            }
            None => {
                self.news = self.steps;
                self.known.insert(site, self.found.len());
                let (steps, others) = (self.stack.clone(), Vec::new());
                self.found.push(Hit { site, boundary, steps, builtin, at, others, certain: false });
            }
        }
        Err(Stop::Error(Value::text(REFUSED)))
    }

    /// C code calls a function.
    fn boundary(&mut self, boundary: Boundary, callee: &Value, args: Values, site: Site) -> Run<Values> {
        self.stack.push(Step::Boundary(site, boundary));
        self.boundaries += 1;
        let result = self.call(callee, args, site);
        self.boundaries -= 1;
        self.stack.pop();
        result
    }

    /// The globals of the function that is running.
    fn env(&self) -> u32 {
        self.running.last().map_or(GLOBALS, |running| self.heap.closures[running.closure as usize].env)
    }
}
