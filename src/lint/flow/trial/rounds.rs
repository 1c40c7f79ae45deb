//! Loops of which nobody knows how often they go round.
//!
//! A round that leaves behind what it has found is like all that follow. One that counts, or notes numbers and strings, is
//! followed by one for which these are not known: if that one leaves behind no more than this, it stands for all that
//! follow.

use super::eval::Frame;
use super::order::Write;
use super::value::{Unknown, Value};
use super::{Run, Stop, Trial};
use crate::lint::flow::builtins::Kind;
use crate::lint::layout::each_block;
use crate::lint::tree::{BlockId, Expr, ExprId, Stmt, Tree};

/// Places that are told apart.
const MOST_PLACES: usize = 64;

/// A loop that is under way.
pub(super) struct Rounds {
    /// How much had been stored when the round began, and how many locals and tables there were.
    writes: usize,
    cells: usize,
    tables: usize,
    /// Where rounds have stored.
    places: Vec<Write>,
    /// Whether they have stored where it is not known what that does.
    lost: bool,
    /// What is in these places while the last round is on.
    last: Option<Vec<Value>>,
}

/// What a round leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// What it has found.
    Same,
    /// Something else.
    Changed,
    /// It was the last one, and stands for all that follow.
    Settled,
    /// It was the last one, and there would be more to see.
    Open,
}

impl Rounds {
    /// Whether a place was there before the round.
    fn lives_on(&self, write: &Write) -> bool {
        match write {
            Write::Cell(cell) => (*cell as usize) < self.cells,
            Write::Field(table, _) => (*table as usize) < self.tables,
            Write::Other => false,
        }
    }
}

impl Trial<'_, '_> {
    pub(super) fn enter_loop(&mut self) -> Rounds {
        self.walks += 1;
        Rounds { writes: 0, cells: 0, tables: 0, places: Vec::new(), lost: false, last: None }
    }

    pub(super) fn leave_loop(&mut self) {
        self.walks = self.walks.saturating_sub(1);
        if self.walks == 0 {
            self.writes.clear();
        }
    }

    pub(super) fn begin_round(&self, rounds: &mut Rounds) {
        rounds.writes = self.writes.len();
        (rounds.cells, rounds.tables) = (self.heap.cells.len(), self.heap.tables.len());
    }

    /// A round has come to its end.
    pub(super) fn end_round(&mut self, rounds: &mut Rounds) -> Left {
        let mut stored: Vec<Write> = Vec::new();
        for write in self.writes.get(rounds.writes..).unwrap_or_default() {
            let lives_on = rounds.lives_on(write);
            // Other things than values are changed, too; a table's nil stands for its metatable.
            rounds.lost |= match write {
                Write::Other => true,
                Write::Field(_, Value::Nil) => lives_on,
                _ => false,
            };
            if lives_on && !stored.contains(write) {
                rounds.lost |= stored.len() >= MOST_PLACES;
                if rounds.lost {
                    break;
                }
                stored.push(write.clone());
            }
        }
        if stored.is_empty() && !rounds.lost {
            return Left::Same;
        }
        if let Some(last) = &rounds.last {
            let kept = |write: &Write| {
                // What is in there is not known anyway.
                if matches!(write, Write::Field(table, _) if self.heap.tables[*table as usize].fuzzy) {
                    return true;
                }
                let at = rounds.places.iter().position(|place| place == write);
                at.is_some_and(|at| is_one_of(&self.stored(write), &last[at]))
            };
            if rounds.lost || !stored.iter().all(kept) {
                return Left::Open;
            }
            self.forget(rounds);
            return Left::Settled;
        }
        for write in stored {
            if !rounds.places.contains(&write) {
                rounds.places.push(write);
            }
        }
        rounds.lost |= rounds.places.len() > MOST_PLACES;
        Left::Changed
    }

    /// Adds where other rounds may store: what the body assigns to by name.
    pub(super) fn expect(&mut self, tree: &Tree, frame: &Frame, body: BlockId, rounds: &mut Rounds) {
        let mut open = vec![body];
        while let Some(block) = open.pop() {
            for stmt in tree.block(block) {
                let stmt = tree.stmt(*stmt);
                if let Stmt::Assign { targets, .. } = stmt {
                    for target in tree.list(*targets) {
                        let place = self.named(tree, frame, *target);
                        let known = |place: &Write| rounds.places.contains(place);
                        if let Some(place) = place.filter(|place| rounds.lives_on(place) && !known(place)) {
                            rounds.places.push(place);
                        }
                    }
                }
                each_block(stmt, |block| open.push(block));
            }
        }
    }

    /// The place that a target names.
    fn named(&mut self, tree: &Tree, frame: &Frame, target: ExprId) -> Option<Write> {
        match tree.expr(target) {
            Expr::Local(local) => self.cell_of(tree, frame, local).map(Write::Cell),
            Expr::Global(symbol) => Some(Write::Field(self.env(), self.name(frame.unit, tree, symbol))),
            Expr::Index { object, key, .. } => {
                let Expr::String(name) = tree.expr(key) else { return None };
                let object = match self.named(tree, frame, object)? {
                    Write::Field(table, _) if self.heap.tables[table as usize].fuzzy => return None,
                    place => self.stored(&place),
                };
                let Value::Table(table) = object else { return None };
                let data = &self.heap.tables[table as usize];
                let plain = data.meta.is_none() && !data.fuzzy;
                plain.then(|| Write::Field(table, self.string(frame.unit, tree, name)))
            }
            _ => None,
        }
    }

    /// The next round is the last one, and has to stand for all that follow.
    pub(super) fn forget(&mut self, rounds: &mut Rounds) {
        let mut last = Vec::with_capacity(rounds.places.len());
        for place in &rounds.places {
            // Lists that grow.
            if let Write::Field(table, Value::Int(key)) = place {
                let data = &mut self.heap.tables[*table as usize];
                data.fuzzy |= usize::try_from(*key).is_ok_and(|key| key >= data.array.len());
            }
            let value = self.stored(place);
            let value = match kind_of(&value) {
                Some(kind) => {
                    let value = self.unknown(kind);
                    match place {
                        Write::Cell(cell) => self.heap.cells[*cell as usize] = value.clone(),
                        Write::Field(table, key) => {
                            self.heap.tables[*table as usize].set(key.clone(), value.clone());
                        }
                        Write::Other => {}
                    }
                    value
                }
                None => value,
            };
            last.push(value);
        }
        rounds.last = Some(last);
    }

    fn stored(&self, place: &Write) -> Value {
        match place {
            Write::Cell(cell) => self.heap.cells[*cell as usize].clone(),
            Write::Field(table, key) => self.heap.tables[*table as usize].get(key),
            Write::Other => Value::Nil,
        }
    }

    /// The path goes on for ever without coming to anything new.
    pub(super) fn for_ever<T>(&self) -> Run<T> {
        Err(Stop::Endless)
    }
}

/// What is left of a value of which only the kind is known; none of those that are kept.
fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::Int(_) => Some(Kind::Int),
        Value::Str(_) => Some(Kind::Text),
        Value::Bool(_) => Some(Kind::Bool),
        Value::Unknown(Unknown { kind, .. }) => Some(*kind),
        Value::Nil => Some(Kind::Any),
        _ => None,
    }
}

/// Whether a value is one of those that another one stands for.
fn is_one_of(value: &Value, known: &Value) -> bool {
    let Value::Unknown(Unknown { kind, .. }) = known else { return value == known };
    let plain = kind_of(value);
    match kind {
        Kind::Int | Kind::Text | Kind::Bool => plain == Some(*kind),
        Kind::Some => matches!(plain, Some(Kind::Int | Kind::Text | Kind::Some)),
        Kind::Any => plain.is_some(),
    }
}
