//! When two values are the same.
//!
//! Without tables as keys that is a walk through both at once. With them, nothing tells which key of the one belongs to
//! which of the other but what hangs on them: tables get colours by what is in them, and in what they are, until nothing
//! more can be told apart that way (Weisfeiler and Leman); what is left is tried.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::document::{Document, Slot, Value};

pub(super) fn equal(a: Value<'_>, b: Value<'_>) -> bool {
    match (a, b) {
        (Value::Table(a), Value::Table(b)) => {
            let mut walk =
                Walk { a: a.document, b: b.document, there: HashMap::new(), back: HashMap::new(), next: vec![] };
            if !walk.meet(a.id, b.id) {
                return false;
            }
            match walk.run() {
                Some(answer) => answer,
                None => coloured(a.document, a.id, b.document, b.id),
            }
        }
        (Value::Nil, Value::Nil) => true,
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        _ => false,
    }
}

struct Walk<'d> {
    a: &'d Document<'d>,
    b: &'d Document<'d>,
    there: HashMap<u32, u32>,
    back: HashMap<u32, u32>,
    next: Vec<(u32, u32)>,
}

impl Walk<'_> {
    /// Whether two tables can be the same one; if they had not been met, they will be looked into.
    fn meet(&mut self, a: u32, b: u32) -> bool {
        match (self.there.get(&a), self.back.get(&b)) {
            (None, None) => {
                self.there.insert(a, b);
                self.back.insert(b, a);
                self.next.push((a, b));
                true
            }
            (Some(known), _) => *known == b,
            (None, Some(_)) => false,
        }
    }

    fn same(&mut self, a: Slot, b: Slot) -> bool {
        match (a, b) {
            (Slot::Table(a), Slot::Table(b)) => self.meet(a, b),
            (a, b) => equal_scalars(self.a, a, self.b, b),
        }
    }

    /// `None` if it cannot be told without looking at tables that are keys.
    fn run(&mut self) -> Option<bool> {
        let mut keys = false;
        while let Some((a, b)) = self.next.pop() {
            let (a_items, b_items) = (self.a.items_of(a), self.b.items_of(b));
            let (a_pairs, b_pairs) = (self.a.pairs_of(a), self.b.pairs_of(b));
            if a_items.len() != b_items.len() || a_pairs.len() != b_pairs.len() {
                return Some(false);
            }
            if !a_items.iter().zip(b_items).all(|(a, b)| self.same(a.slot(), b.slot())) {
                return Some(false);
            }
            for ((a_key, a_value), (b_key, b_value)) in a_pairs.iter().zip(b_pairs) {
                let (a_key, b_key) = (a_key.slot(), b_key.slot());
                if let (Slot::Table(_), Slot::Table(_)) = (a_key, b_key) {
                    keys = true;
                    break;
                }
                if !equal_scalars(self.a, a_key, self.b, b_key) || !self.same(a_value.slot(), b_value.slot()) {
                    return Some(false);
                }
            }
        }
        if keys { None } else { Some(true) }
    }
}

fn equal_scalars(a: &Document<'_>, x: Slot, b: &Document<'_>, y: Slot) -> bool {
    match (x, y) {
        (Slot::Nil, Slot::Nil) => true,
        (Slot::Boolean(x), Slot::Boolean(y)) => x == y,
        (Slot::Integer(x), Slot::Integer(y)) => x == y,
        (Slot::Text(_) | Slot::Own(_), Slot::Text(_) | Slot::Own(_)) => a.bytes(x) == b.bytes(y),
        _ => false,
    }
}

/// How many tables that look alike are paired by trying, one inside the other's trial, before the answer is no.
const DEEPEST: usize = 300;

/// How many entries are looked at meanwhile.
const WORK: usize = 1_000_000;

/// Both graphs as one: the tables of `b` are numbered behind those of `a`.
struct Graph {
    /// What each table holds, scalars as hashes.
    entries: Vec<Vec<(End, End)>>,
    middle: usize,
}

#[derive(Clone, Copy)]
enum End {
    Scalar(u64),
    Table(usize),
}

fn coloured(a: &Document<'_>, a_root: u32, b: &Document<'_>, b_root: u32) -> bool {
    let mut graph = Graph { entries: Vec::new(), middle: 0 };
    let a_root = graph.add(a, a_root);
    graph.middle = graph.entries.len();
    let b_root = graph.add(b, b_root);
    if graph.entries.len() != 2 * graph.middle {
        return false;
    }
    let mut colours = vec![0u64; graph.entries.len()];
    (colours[a_root], colours[b_root]) = (1, 1);
    graph.match_up(colours, DEEPEST, &mut { WORK }).unwrap_or(false)
}

impl Graph {
    /// Adds what can be reached from a root, and gives the root's number.
    fn add(&mut self, document: &Document<'_>, root: u32) -> usize {
        let base = self.entries.len();
        let mut numbers: HashMap<u32, usize> = HashMap::from([(root, base)]);
        let mut order = vec![root];
        let mut at = 0;
        while let Some(id) = order.get(at).copied() {
            let mut end = |slot| match slot {
                Slot::Table(id) => End::Table(*numbers.entry(id).or_insert_with(|| {
                    order.push(id);
                    base + order.len() - 1
                })),
                slot => End::Scalar(hash(&match slot {
                    Slot::Boolean(value) => (1, i64::from(value), &[][..]),
                    Slot::Integer(number) => (2, i64::from(number), &[][..]),
                    slot => (3, 0, document.bytes(slot)),
                })),
            };
            self.entries.push(document.entries_of(id).map(|(key, value)| (end(key), end(value))).collect());
            at += 1;
        }
        base
    }

    /// Refines the colours until nothing changes; then, if some tables still look alike, tries each pairing. `None` if
    /// it gives up.
    fn match_up(&self, mut colours: Vec<u64>, depth: usize, work: &mut usize) -> Option<bool> {
        let mut kinds = 0;
        let mut classes;
        loop {
            let entries: usize = self.entries.iter().map(|entries| 1 + entries.len()).sum();
            *work = work.checked_sub(entries)?;
            self.refine(&mut colours);
            classes = HashMap::<u64, (Vec<usize>, Vec<usize>)>::new();
            for (table, colour) in colours.iter().enumerate() {
                let class = classes.entry(*colour).or_default();
                if table < self.middle { class.0.push(table) } else { class.1.push(table) }
            }
            if classes.values().any(|(a, b)| a.len() != b.len()) {
                return Some(false);
            }
            if classes.len() == kinds {
                break;
            }
            kinds = classes.len();
        }
        let Some((a, b)) = classes.into_values().filter(|(a, _)| a.len() > 1).min_by_key(|(a, _)| a.len()) else {
            return Some(true);
        };
        let depth = depth.checked_sub(1)?;
        for other in b {
            let mut told = colours.clone();
            (told[a[0]], told[other]) = (hash(&kinds), hash(&kinds));
            if self.match_up(told, depth, work)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn refine(&self, colours: &mut [u64]) {
        // Sums do not depend on an order, which table keys do not have.
        let mut sums = vec![0u64; colours.len()];
        let colour = |end: End| match end {
            End::Scalar(hash) => (0, hash),
            End::Table(table) => (1, colours[table]),
        };
        for (table, entries) in self.entries.iter().enumerate() {
            for (key, value) in entries {
                let entry = (colour(*key), colour(*value));
                let mut add = |to: usize, part: u64| sums[to] = sums[to].wrapping_add(part);
                add(table, hash(&("in", entry)));
                if let End::Table(key) = key {
                    add(*key, hash(&("key", colours[table], entry)));
                }
                if let End::Table(value) = value {
                    add(*value, hash(&("value", colours[table], entry)));
                }
            }
        }
        for (colour, sum) in colours.iter_mut().zip(sums) {
            *colour = hash(&(*colour, sum));
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
