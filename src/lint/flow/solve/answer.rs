//! From calls to what may yield, and on which ways.

use crate::lint::hash::{HashMap, HashSet};
use std::collections::VecDeque;

use super::graph::Is;
use super::{Solver, Val};
use crate::lint::flow::builtins::{Builtin, Library};
use crate::lint::flow::program::{FunctionRef, Site};
use crate::lint::flow::witness::{Boundary, Hit, RestoreYield, Step};

/// A yield that may hit a boundary.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// How.
    pub hit: Hit,
    /// Whether a trial that runs all of the script would have come upon it.
    pub tried: bool,
    /// Whether `restore` may come upon it, too.
    pub restoring: bool,
}

/// What the analysis found.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Yields that may hit a boundary.
    pub candidates: Vec<Candidate>,
    /// Yields in `restore`, in the order of the text.
    pub restore: Vec<RestoreYield>,
    /// The functions that may be `restore`.
    pub restorers: Vec<FunctionRef>,
    /// The functions that may turn tables into messages.
    pub converters: Vec<FunctionRef>,
    /// Functions that run inside a boundary and do not wait, each with one way there.
    pub inside: Vec<(FunctionRef, Site, Boundary)>,
    /// Boundaries whose callees are not known.
    pub unknown: Vec<(Site, Boundary)>,
    /// Functions that may be called at a place.
    pub calls: Vec<(Site, FunctionRef)>,
    /// Whether something was too much.
    pub gave_up: bool,
    /// Whether a trial may know more.
    pub vague: bool,
}

#[derive(Clone, Copy)]
enum Next {
    Yield(Site, Builtin),
    Call(Site, u32),
}

#[derive(Clone, Copy)]
struct Way {
    from: u32,
    site: Site,
    boundary: Option<Boundary>,
}

impl Solver<'_, '_> {
    /// Draws the conclusions.
    pub(super) fn answer(&mut self) -> Answer {
        let next = self.ways_to_yields();
        let from_chunk = self.ways_from(&self.chunk_roots);
        let from_others = self.ways_from(&self.other_roots);
        let from_outside = self.ways_from_outside(self.outer_roots.clone());
        let from_restore = self.ways_from_outside(self.restore_roots.clone());
        let mut answer = Answer { gave_up: self.gave_up, vague: self.vague, ..Answer::default() };
        let mut found: HashMap<Site, usize> = HashMap::default();
        let mut crossings: Vec<(u32, Site, Boundary, Result<u32, Builtin>)> = Vec::new();
        crossings
            .extend(self.hits.iter().map(|(owner, site, boundary, builtin)| (*owner, *site, *boundary, Err(*builtin))));
        crossings.extend(
            self.crossings.iter().map(|(owner, site, boundary, callee)| (*owner, *site, *boundary, Ok(*callee))),
        );
        for (owner, site, boundary, callee) in crossings {
            let mut steps =
                self.way_to(owner, &from_chunk).or_else(|| self.way_to(owner, &from_others)).unwrap_or_default();
            steps.push(Step::Boundary(site, boundary));
            let (builtin, at) = match callee {
                Err(builtin) => (builtin, site),
                Ok(callee) => match self.follow(callee, site, &next, &mut steps) {
                    Some(end) => end,
                    None => continue,
                },
            };
            let checked = |step: &Step| self.program.unit(step.site().unit).role.is_checked();
            let inner = steps.iter().rposition(|step| matches!(step, Step::Boundary(..))).unwrap_or(0);
            let shown = steps[..=inner].iter().rev().find(|step| checked(step)).map_or(site, Step::site);
            let collected = boundary == Boundary::Finalizer;
            let known = from_chunk.contains_key(&owner) || from_others.contains_key(&owner);
            let tried = known && !from_outside.contains_key(&owner) && !collected;
            let restoring = from_restore.contains_key(&owner);
            match found.get(&shown) {
                Some(index) => {
                    let candidate: &mut Candidate = &mut answer.candidates[*index];
                    candidate.tried &= tried;
                    candidate.restoring |= restoring;
                    let hit = &mut candidate.hit;
                    if hit.at != at && hit.others.len() < 5 && !hit.others.contains(&(at, builtin)) {
                        hit.others.push((at, builtin));
                    }
                }
                None => {
                    found.insert(shown, answer.candidates.len());
                    let hit = Hit { site: shown, boundary, steps, builtin, at, others: Vec::new(), certain: false };
                    answer.candidates.push(Candidate { hit, tried, restoring });
                }
            }
        }
        self.restores(&next, &mut answer);
        self.insides(&next, &mut answer);
        self.unknowns(&mut answer);
        answer.calls =
            self.direct.iter().map(|(_, site, callee)| (*site, self.functions[*callee as usize].place)).collect();
        answer
    }

    /// For each function that may yield, the first step of a shortest way.
    fn ways_to_yields(&self) -> HashMap<u32, Next> {
        let mut next = HashMap::default();
        let mut queue = VecDeque::new();
        for (owner, site, builtin) in &self.yields {
            next.entry(*owner).or_insert_with(|| {
                queue.push_back(*owner);
                Next::Yield(*site, *builtin)
            });
        }
        let mut callers: HashMap<u32, Vec<(u32, Site)>> = HashMap::default();
        for (owner, site, callee) in &self.direct {
            callers.entry(*callee).or_default().push((*owner, *site));
        }
        while let Some(callee) = queue.pop_front() {
            for (owner, site) in callers.get(&callee).into_iter().flatten() {
                next.entry(*owner).or_insert_with(|| {
                    queue.push_back(*owner);
                    Next::Call(*site, callee)
                });
            }
        }
        next
    }

    /// How functions are reached from others.
    fn ways_from(&self, roots: &[u32]) -> HashMap<u32, Option<Way>> {
        let mut callees: HashMap<u32, Vec<(u32, Way)>> = HashMap::default();
        for (owner, site, callee) in &self.direct {
            let way = Way { from: *owner, site: *site, boundary: None };
            callees.entry(*owner).or_default().push((*callee, way));
        }
        for (owner, site, boundary, callee) in &self.crossings {
            let way = Way { from: *owner, site: *site, boundary: Some(*boundary) };
            callees.entry(*owner).or_default().push((*callee, way));
        }
        let mut ways: HashMap<u32, Option<Way>> = roots.iter().map(|root| (*root, None)).collect();
        let mut queue: VecDeque<u32> = roots.iter().copied().collect();
        while let Some(owner) = queue.pop_front() {
            for (callee, way) in callees.get(&owner).into_iter().flatten() {
                ways.entry(*callee).or_insert_with(|| {
                    queue.push_back(*callee);
                    Some(*way)
                });
            }
        }
        ways
    }

    /// How functions are reached from those that the script does not call. A trial that got through the script has seen what
    /// becomes of a function that the script gives to what is not known here.
    fn ways_from_outside(&self, mut roots: Vec<u32>) -> HashMap<u32, Option<Way>> {
        loop {
            let ways = self.ways_from(&roots);
            let more =
                self.handed_out.iter().filter(|(owner, given)| ways.contains_key(owner) && !roots.contains(given));
            let more: Vec<u32> = more.map(|(_, given)| *given).collect();
            if more.is_empty() {
                return ways;
            }
            roots.extend(more);
        }
    }

    fn way_to(&self, function: u32, ways: &HashMap<u32, Option<Way>>) -> Option<Vec<Step>> {
        let (mut steps, mut at) = (Vec::new(), function);
        while let Some(way) = ways.get(&at)? {
            steps.push(Step::Call(way.site, self.functions[at as usize].place));
            if let Some(boundary) = way.boundary {
                steps.push(Step::Boundary(way.site, boundary));
            }
            at = way.from;
        }
        steps.reverse();
        Some(steps)
    }

    /// Adds the calls from a function to a yield; the yield.
    fn follow(
        &self,
        callee: u32,
        site: Site,
        next: &HashMap<u32, Next>,
        steps: &mut Vec<Step>,
    ) -> Option<(Builtin, Site)> {
        let (mut at, mut from) = (callee, site);
        loop {
            let way = next.get(&at)?;
            steps.push(Step::Call(from, self.functions[at as usize].place));
            match *way {
                Next::Yield(site, builtin) => return Some((builtin, site)),
                Next::Call(site, callee) => (at, from) = (callee, site),
            }
        }
    }

    fn global_functions(&mut self, name: &str) -> Vec<u32> {
        let node = self.named(Library::Globals as u32, name);
        let function = |value: Val| match value.is() {
            Is::Function(function) => Some(function),
            _ => None,
        };
        self.graph.values(node).into_iter().filter_map(function).collect()
    }

    fn restores(&mut self, next: &HashMap<u32, Next>, answer: &mut Answer) {
        let restorers = self.global_functions("restore");
        for restore in &restorers {
            let place = self.functions[*restore as usize].place;
            for (owner, site, builtin) in &self.yields {
                if owner == restore {
                    let (builtin, at) = (*builtin, *site);
                    answer.restore.push(RestoreYield { function: place, site: at, steps: Vec::new(), builtin, at });
                }
            }
            for (owner, site, callee) in &self.direct {
                if owner == restore {
                    let mut steps = Vec::new();
                    if let Some((builtin, at)) = self.follow(*callee, *site, next, &mut steps) {
                        answer.restore.push(RestoreYield { function: place, site: *site, steps, builtin, at });
                    }
                }
            }
        }
        answer.restore.sort_by_key(|found| (found.function, found.site));
        answer.restore.dedup_by_key(|found| (found.function, found.site));
        answer.restorers = restorers.iter().map(|function| self.functions[*function as usize].place).collect();
        let converters = self.global_functions("usb_msg_table_to_string");
        answer.converters = converters.iter().map(|function| self.functions[*function as usize].place).collect();
    }

    fn insides(&self, next: &HashMap<u32, Next>, answer: &mut Answer) {
        let mut callees: HashMap<u32, Vec<u32>> = HashMap::default();
        for (owner, _, callee) in &self.direct {
            callees.entry(*owner).or_default().push(*callee);
        }
        let mut seen = HashSet::default();
        let mut open: Vec<(u32, Site, Boundary)> =
            self.crossings.iter().map(|(_, site, boundary, callee)| (*callee, *site, *boundary)).collect();
        while let Some((function, site, boundary)) = open.pop() {
            if !seen.insert(function) {
                continue;
            }
            if !next.contains_key(&function) {
                answer.inside.push((self.functions[function as usize].place, site, boundary));
            }
            open.extend(callees.get(&function).into_iter().flatten().map(|callee| (*callee, site, boundary)));
        }
        answer.inside.sort();
    }

    fn unknowns(&self, answer: &mut Answer) {
        for (node, call) in &self.boundary_callees {
            let call = self.calls[*call as usize];
            let known = self
                .graph
                .values(*node)
                .iter()
                .any(|value| !matches!(value.is(), Is::Number | Is::Str(_) | Is::Unknown));
            if let (Some(boundary), false) = (call.boundary, known) {
                let checked = self.program.unit(call.site.unit).role.is_checked();
                if checked && !answer.unknown.contains(&(call.site, boundary)) {
                    answer.unknown.push((call.site, boundary));
                }
            }
        }
    }
}
