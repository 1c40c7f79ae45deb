//! Loops that go round often, or nobody knows how often. A round that leaves all as it found it tells what any other would;
//! where rounds count or collect, what they change is taken for anything of its kind, and then one more round tells all.

use std::collections::HashSet;

use super::order::Write;
use super::stmt::Flow;
use super::value::{Unknown, Value};
use super::{Run, Trial};
use crate::lint::flow::builtins::Kind;

/// Times that what a loop changes is taken for anything.
const MOST_WIDENINGS: u32 = 4;

/// What there was before a round.
pub(super) struct Watch {
    writes: usize,
    cells: usize,
    tables: usize,
}

/// What a round did to what was there before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    /// Nothing that another round would not be ready for.
    Same,
    /// Something, which is now taken for anything of its kind.
    Widened,
    /// Something.
    Changed,
}

#[derive(PartialEq, Eq, Hash)]
enum Place {
    Cell(u32),
    Field(u32, Value),
}

impl Trial<'_, '_> {
    /// Begins to watch a round.
    pub(super) fn watch(&mut self) -> Watch {
        self.watches += 1;
        Watch { writes: self.writes.len(), cells: self.heap.cells.len(), tables: self.heap.tables.len() }
    }

    /// The round is over. `widen`: whether what it changed is to be taken for anything.
    pub(super) fn watched(&mut self, watch: &Watch, widen: bool) -> Settled {
        self.watches -= 1;
        let settled = self.changed(watch).map_or(Settled::Changed, |changed| {
            if changed.is_empty() {
                Settled::Same
            } else if widen && changed.iter().all(|(place, old)| self.can_widen(place, old)) {
                for (place, old) in &changed {
                    self.widen(place, old);
                }
                Settled::Widened
            } else {
                Settled::Changed
            }
        });
        if self.watches == 0 && self.walks == 0 {
            self.writes.clear();
        }
        settled
    }

    /// The places that have changed, and what was there before; none if what has changed is no value.
    fn changed(&self, watch: &Watch) -> Option<Vec<(Place, Value)>> {
        let (mut seen, mut changed) = (HashSet::new(), Vec::new());
        for write in &self.writes[watch.writes..] {
            let (place, old) = match write {
                Write::Cell(cell, old) if (*cell as usize) < watch.cells => (Place::Cell(*cell), old),
                Write::Field(table, key, old) if (*table as usize) < watch.tables => {
                    (Place::Field(*table, key.clone()), old)
                }
                Write::Table(table) if (*table as usize) < watch.tables => return None,
                Write::Other => return None,
                _ => continue,
            };
            let ready = self.is_ready(&place, old);
            if seen.insert(place) && !ready {
                let place = match write {
                    Write::Cell(cell, _) => Place::Cell(*cell),
                    Write::Field(table, key, _) => Place::Field(*table, key.clone()),
                    _ => continue,
                };
                changed.push((place, old.clone()));
            }
        }
        Some(changed)
    }

    fn now(&self, place: &Place) -> Value {
        match place {
            Place::Cell(cell) => self.heap.cells[*cell as usize].clone(),
            Place::Field(table, key) => self.heap.tables[*table as usize].get(key),
        }
    }

    /// Whether what is at a place now is among what was taken to be there before.
    fn is_ready(&self, place: &Place, old: &Value) -> bool {
        let now = self.now(place);
        if now == *old || self.same_function(old, &now) {
            return true;
        }
        if let Place::Field(table, _) = place {
            let table = &self.heap.tables[*table as usize];
            if table.fuzzy && (table.holds || !now.is_object()) {
                return true;
            }
        }
        match old {
            Value::Unknown(Unknown { id, kind }) if self.blank.contains(id) => {
                !now.is_object() && (*kind == Kind::Any || Some(*kind) == kind_of(&now))
            }
            _ => false,
        }
    }

    /// Whether two functions do the same: one text that shares the same locals with the functions around it.
    fn same_function(&self, a: &Value, b: &Value) -> bool {
        let (Value::Closure(a), Value::Closure(b)) = (a, b) else { return false };
        let (a, b) = (&self.heap.closures[*a as usize], &self.heap.closures[*b as usize]);
        a.function == b.function && a.env == b.env && a.upvalues == b.upvalues && a.function != super::MATCHES
    }

    fn can_widen(&self, place: &Place, old: &Value) -> bool {
        match place {
            // Lists grow and are put in order.
            Place::Field(table, Value::Int(_)) => {
                let table = &self.heap.tables[*table as usize];
                table.meta.is_none() && table.stock.is_none()
            }
            Place::Field(_, Value::Str(_)) | Place::Cell(_) => !old.is_object() && !self.now(place).is_object(),
            Place::Field(..) => false,
        }
    }

    fn widen(&mut self, place: &Place, old: &Value) {
        let now = self.now(place);
        if let Place::Field(table, Value::Int(_)) = place {
            self.blur(*table, &now);
            return;
        }
        let kind = kind_of(old).filter(|kind| Some(*kind) == kind_of(&now)).unwrap_or(Kind::Any);
        let value = self.unknown(kind);
        if let Value::Unknown(unknown) = &value {
            self.blank.insert(unknown.id);
        }
        match place {
            Place::Cell(cell) => self.heap.cells[*cell as usize] = value,
            Place::Field(table, key) => self.heap.tables[*table as usize].set(key.clone(), value),
        }
    }

    /// Some rounds of a loop, or none: nobody knows how many.
    pub(super) fn some_rounds(&mut self, mut round: impl FnMut(&mut Self) -> Run<Flow>) -> Run<Flow> {
        if self.choose(2) == 1 {
            return Ok(Flow::On);
        }
        for _ in 0..MOST_WIDENINGS {
            let watch = self.watch();
            let flow = round(self);
            let settled = self.watched(&watch, matches!(flow, Ok(Flow::On)));
            match flow? {
                Flow::On => {}
                Flow::Break => return Ok(Flow::On),
                flow => return Ok(flow),
            }
            match settled {
                Settled::Same => return Ok(Flow::On),
                Settled::Widened => {}
                Settled::Changed => {
                    let flow = round(self)?;
                    // What comes next is one of several things: it hangs on how many rounds there were.
                    self.guess();
                    return match flow {
                        Flow::Break => Ok(Flow::On),
                        flow => Ok(flow),
                    };
                }
            }
        }
        self.guess();
        Ok(Flow::On)
    }
}

/// What is known of a value that is no thing of the script's.
fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::Int(_) => Some(Kind::Int),
        Value::Str(_) => Some(Kind::Text),
        Value::Bool(_) => Some(Kind::Bool),
        Value::Unknown(unknown) => Some(unknown.kind),
        _ => None,
    }
}
