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
mod pattern;
mod pick;
mod settle;
mod stmt;
mod strings;
mod tables;
mod value;
mod waits;

use crate::lint::hash::{HashMap, HashSet};
use smallvec::smallvec;
use std::collections::BTreeSet;
use std::rc::Rc;

use self::constants::Constants;
pub use self::eval::call_span;
pub use self::operators::event;
use self::value::{Closure, GLOBALS, Heap, Unknown, Value, Values};
use super::builtins::{Builtin, Kind};
use super::program::{FunctionRef, Program, Site};
use super::witness::{Boundary, Hit, RestoreYield, Step};
use crate::lint::on_big_stack;
use crate::lint::options::Start;
use crate::lint::tree::{ExprId, Tree};

/// Statements and calls of all paths together: at least, and at most. In between, it hangs on the size of the program.
const STEPS: std::ops::Range<u32> = 20_000..150_000;
/// Steps for each expression of the program.
const STEPS_EACH: usize = 4;
/// Values that are worked out for a step.
const EVALUATIONS: u32 = 8;
/// Paths.
const MOST_PATHS: u32 = 128;
/// The part of all steps that a path takes before its long loops are cut short.
const LONG_PART: u32 = 6;
/// Paths beside those that took all steps, and the part of all steps that is kept for them.
const MOST_GLANCES: u32 = 6;
const GLANCES_PART: u32 = 4;
/// Steps in which nothing new is seen, before it is given up: by a trial that has failed to see all and has nothing that is
/// certain; by one that will hardly get through all paths; by a path that is a glance.
const PATIENCE: u32 = 1_000;
const LONG_PATIENCE: u32 = 1_000;
const GLANCE_PATIENCE: u32 = 120;
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

    fn all_paths(mut self) -> Outcome {
        let mut certain: Option<BTreeSet<Site>> = None;
        let meet = |certain: &mut Option<BTreeSet<Site>>, hits: &[Site]| {
            let hits: BTreeSet<Site> = hits.iter().copied().collect();
            *certain = Some(match certain.take() {
                Some(certain) => certain.intersection(&hits).copied().collect(),
                None => hits,
            });
        };
        // Choices of the longest path.
        let mut first = 0;
        for path in 1.. {
            self.one_path();
            meet(&mut certain, &self.hits);
            self.choices.truncate(self.cursor);
            first = first.max(self.choices.len());
            let uncertain = certain.as_ref().is_none_or(BTreeSet::is_empty);
            let idle = self.steps - self.news;
            let hopeless =
                idle > PATIENCE && !self.complete && uncertain || idle > LONG_PATIENCE && self.is_too_much(path, first);
            if path >= MOST_PATHS || self.steps >= self.most_steps || hopeless {
                // Every way not taken would have had the hits before it, at least.
                for choice in self.choices.iter().filter(|choice| choice.taken + 1 < choice.ways) {
                    self.complete = false;
                    meet(&mut certain, &self.hits[..choice.hits]);
                }
                self.look_around();
                break;
            }
            while self.choices.last().is_some_and(|choice| choice.taken + 1 == choice.ways) {
                self.choices.pop();
            }
            match self.choices.last_mut() {
                Some(choice) => choice.taken += 1,
                None => break,
            }
        }
        let certain = certain.unwrap_or_default();
        for hit in &mut self.found {
            hit.certain = certain.contains(&hit.site);
        }
        Outcome { hits: self.found, complete: self.complete, restore: self.restores, restorers: self.restorers }
    }

    /// Whether it is to be expected that not all paths can be run, as far as can be told after so many. `longest`: how many
    /// choices there were on one.
    #[expect(clippy::cast_precision_loss, reason = "it is an estimate of small numbers")]
    fn is_too_much(&self, paths: u32, longest: usize) -> bool {
        let open = self.choices.iter().filter(|choice| choice.taken + 1 < choice.ways).count() as f32;
        // What is known is how many paths there are below the choices that are done with.
        let done = longest as f32 - open;
        let paths = paths as f32;
        // Where one way ends soon each time, every choice adds a path; otherwise it makes so many times as many.
        let all = if paths <= done + 3.0 { paths + 2.0 * open } else { paths * paths.powf(open / done.max(1.0)) };
        all > (32 * MOST_PATHS) as f32 || all * (self.steps as f32 / paths) > (32 * self.most_steps) as f32
    }

    /// One path for each of the first ways that were not taken, so that what takes long hides nothing that stands beside it.
    fn look_around(&mut self) {
        let choices = std::mem::take(&mut self.choices);
        let open = choices
            .iter()
            .enumerate()
            .flat_map(|(at, choice)| (choice.taken + 1..choice.ways).map(move |way| (at, way)));
        let all_steps = self.all_steps.min(self.steps + self.all_steps / GLANCES_PART);
        self.patience = GLANCE_PATIENCE;
        for ((at, taken), left) in open.zip((1..=MOST_GLANCES).rev()) {
            self.choices = choices[..at].to_vec();
            self.choices.push(Choice { taken, ..choices[at] });
            self.preset = self.choices.len();
            // What one leaves is for the others.
            self.most_steps = self.steps + all_steps.saturating_sub(self.steps) / left;
            self.one_path();
        }
    }

    fn one_path(&mut self) {
        self.script();
        // The user may stop the script; it is not known where.
        let (complete, uncertain) = (self.complete, self.uncertain);
        self.uncertain = true;
        self.outside();
        self.finalize();
        self.restore();
        (self.complete, self.uncertain) = (complete, uncertain);
    }

    /// Finalizers run when the script's state is closed, if not before.
    fn finalize(&mut self) {
        for (proxy, site) in std::mem::take(&mut self.proxies) {
            let value = Value::Userdata(proxy);
            let handler = self.heap.metamethod(&value, "__gc");
            if let Value::Closure(_) | Value::Builtin(_) = handler {
                self.unwind();
                // Its error is lost with the script.
                let _ = self.boundary(Boundary::Finalizer, &handler, smallvec![value], site);
            }
        }
    }

    fn unwind(&mut self) {
        self.depth = 0;
        self.stack.clear();
        self.running.clear();
        self.walks = 0;
        self.writes.clear();
        self.watches = 0;
        self.boundaries = 0;
    }

    fn restore(&mut self) {
        self.unwind();
        let restore = self.heap.tables[GLOBALS as usize].get(&Value::text(b"restore"));
        if let Value::Closure(closure) = restore {
            let function = self.heap.closures[closure as usize].function;
            self.restoring = Some(function);
            // Its errors go to the console, and nowhere else.
            let _ = self.call_closure(closure, Values::new(), None);
            self.restoring = None;
        }
    }

    fn script(&mut self) {
        self.heap.reset();
        self.proxies.clear();
        self.handed_out.clear();
        self.unwind();
        self.cursor = 0;
        self.path_began = self.steps;
        self.orders = 0;
        self.hits.clear();
        self.uncertain = false;
        self.strange = false;
        self.unknowns = 0;
        self.truths.clear();
        self.foreign.clear();
        self.comparisons.clear();
        self.picked.clear();
        self.blank.clear();
        self.faults.clear();
        self.equations.clear();
        for (name, kind) in self.globals {
            let value = self.unknown(*kind);
            self.heap.tables[GLOBALS as usize].set(Value::text(name.as_bytes()), value);
        }
        for unit in self.program.chunks() {
            match self.chunk(unit) {
                Ok(values) => self.returned(unit, values),
                Err(Stop::Abort) => {
                    self.complete = false;
                    return;
                }
                Err(Stop::Error(value)) => {
                    // What would come behind is not dead: it is reached once this is repaired.
                    if Self::is_refusal(&value) {
                        self.complete = false;
                    }
                    return;
                }
                Err(Stop::Fault | Stop::Forever) => return,
            }
        }
    }

    fn chunk(&mut self, unit: u32) -> Run<Values> {
        let closure = self.closure_of(unit);
        if self.program.options.start == Start::Library && unit == 0 {
            let (name, site) = (self.unknown(Kind::Text), self.program.outside());
            return self.boundary(Boundary::Library, &Value::Closure(closure), smallvec![name], site);
        }
        self.call_closure(closure, Values::new(), None)
    }

    /// What a script returns is sent to the host, tables through the converter.
    fn returned(&mut self, unit: u32, values: Values) {
        match self.program.options.start {
            Start::Ptp if unit == 0 => {}
            Start::Library if unit == 0 => {
                self.handed_out = values;
                return;
            }
            _ => return,
        }
        let site = self.program.outside();
        for value in values {
            if self.convert(value, site).is_err() {
                return;
            }
        }
    }

    fn closure_of(&mut self, unit: u32) -> u32 {
        let function = FunctionRef { unit, function: Tree::CHUNK };
        self.heap.closures.push(Closure { function, upvalues: Rc::new([]), env: GLOBALS });
        u32::try_from(self.heap.closures.len() - 1).unwrap_or(u32::MAX)
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
