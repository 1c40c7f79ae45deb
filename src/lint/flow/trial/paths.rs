//! All paths of a script, one after the other, until nothing new is to be expected.

use std::collections::BTreeSet;
use std::rc::Rc;

use smallvec::smallvec;

use super::value::{Closure, GLOBALS, Value, Values};
use super::{Boundary, Choice, FunctionRef, Kind, Outcome, Run, Site, Stop, Trial};
use crate::lint::options::Start;
use crate::lint::tree::Tree;

/// Paths.
const MOST_PATHS: u32 = 128;
/// Paths beside those that took all steps, and the part of all steps that is kept for them.
const MOST_GLANCES: u32 = 6;
pub(super) const GLANCES_PART: u32 = 4;
/// Steps in which nothing new is seen, before it is given up: by a trial that has failed to see all and has nothing that is
/// certain, or will hardly get through all paths; by a path that is a glance.
const PATIENCE: u32 = 1_000;
const GLANCE_PATIENCE: u32 = 120;
/// How many times as many paths, or steps, as can be are expected by a trial that will hardly get through.
const MORE: u32 = 2;

impl Trial<'_, '_> {
    pub(super) fn all_paths(&mut self) -> Outcome {
        let mut certain: Option<BTreeSet<Site>> = None;
        let meet = |certain: &mut Option<BTreeSet<Site>>, hits: &[Site]| {
            let hits: BTreeSet<Site> = hits.iter().copied().collect();
            *certain = Some(match certain.take() {
                Some(certain) => certain.intersection(&hits).copied().collect(),
                None => hits,
            });
        };
        // How many choices there were on one path.
        let mut longest = 0;
        for path in 1.. {
            self.one_path();
            meet(&mut certain, &self.hits);
            self.choices.truncate(self.cursor);
            longest = longest.max(self.choices.len());
            let uncertain = certain.as_ref().is_none_or(BTreeSet::is_empty);
            let idle = self.steps - self.news;
            let in_vain = !self.complete && uncertain;
            let hopeless = idle > PATIENCE && (in_vain || self.is_too_much(path, longest));
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
        Outcome {
            hits: std::mem::take(&mut self.found),
            complete: self.complete,
            restore: std::mem::take(&mut self.restores),
            restorers: std::mem::take(&mut self.restorers),
        }
    }

    /// Whether it is to be expected that not all paths can be run, as far as can be told after so many. `longest`: how many
    /// choices there were on one.
    #[expect(clippy::cast_precision_loss, reason = "it is an estimate of small numbers")]
    fn is_too_much(&self, paths: u32, longest: usize) -> bool {
        let open = self.choices.iter().filter(|choice| choice.taken + 1 < choice.ways).count() as f32;
        // What is known is how many paths there are below the choices that are done with.
        let done = longest as f32 - open;
        // The part of all that is done with, if there is as much below each way of a choice.
        let (mut below, mut seen) = (1.0, 0.0);
        for choice in &self.choices {
            below /= f32::from(choice.ways);
            seen += below * f32::from(choice.taken);
        }
        let paths = paths as f32;
        // Where one way ends soon each time, every choice adds a path.
        let all = if paths <= done + 3.0 { paths + 2.0 * open } else { paths / (seen + below) };
        all > (MORE * MOST_PATHS) as f32 || all * (self.steps as f32 / paths) > (MORE * self.most_steps) as f32
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

    pub(super) fn unwind(&mut self) {
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

    pub(super) fn closure_of(&mut self, unit: u32) -> u32 {
        let function = FunctionRef { unit, function: Tree::CHUNK };
        self.heap.closures.push(Closure { function, upvalues: Rc::new([]), env: GLOBALS });
        u32::try_from(self.heap.closures.len() - 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lint::flow::program::Program;
    use crate::lint::{Options, Source, SourceId, Sources, read};

    /// What a trial finds, and its steps.
    fn tried(text: &str) -> (Outcome, u32) {
        let options = Options::default();
        let source = Source::new("script.lua", text);
        let tree = Arc::new(read(SourceId(0), &source, &options).tree);
        let mut sources = Sources::default();
        let id = sources.add(source);
        let mut program = Program::new(&mut sources, id, tree, &options);
        let mut trial = Trial::new(&mut program, &[]);
        (trial.all_paths(), trial.steps)
    }

    /// As many conditions that hang on the camera.
    fn conditions(count: u32) -> String {
        (0..count).map(|number| format!("if get_shooting() then x = {number} end\n")).collect()
    }

    #[test]
    fn few_paths_are_all_run() {
        let (outcome, steps) = tried(&(conditions(6) + "pcall(sleep, 1)"));
        assert!(outcome.complete && outcome.hits[0].certain);
        assert!(steps > 64 * 6, "{steps}");
    }

    #[test]
    fn too_many_paths_are_given_up_when_nothing_new_comes() {
        let (outcome, steps) = tried(&conditions(60));
        assert!(!outcome.complete);
        // All of the paths that may be run would take more than this.
        assert!(steps < 60 * MOST_PATHS / 2, "{steps}");
        // The same, with as many paths as can be run, is looked at to the end.
        let (outcome, _) = tried(&(conditions(6) + &"x = 1\n".repeat(100)));
        assert!(outcome.complete);
    }

    #[test]
    fn what_is_not_known_anyhow_is_given_up_sooner() {
        let paths = conditions(6) + &"x = 1\n".repeat(100);
        let (known, whole) = tried(&paths);
        let (unknown, steps) = tried(&(paths + "pcall(loadstring(read_usb_msg(1)))"));
        assert!(known.complete && !unknown.complete);
        assert!(steps < whole / 2, "{steps} of {whole}");
    }

    #[test]
    fn ways_that_were_not_taken_are_glanced_at() {
        let (outcome, steps) = tried(&format!("if not get_shooting() then pcall(sleep, 1) end {}", conditions(60)));
        assert_eq!(outcome.hits.len(), 1);
        assert!(!outcome.hits[0].certain && !outcome.complete);
        assert!(steps < 60 * MOST_PATHS / 2, "{steps}");
    }
}
