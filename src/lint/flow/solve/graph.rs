//! Sets of values that flow along edges until nothing changes.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// A place that values get to.
pub type Node = u32;

/// No node.
pub const NONE: Node = u32::MAX;

/// A value: a kind in the upper bits, a number in the lower ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Val(u32);

/// A value taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// A function of the script's.
    Function(u32),
    /// A function of the camera's.
    Builtin(u16),
    /// A table, by where it is made.
    Table(u32),
    /// A known string.
    Str(u32),
    /// Some number.
    Number,
    /// Something else: nobody knows what.
    Unknown,
}

const SHIFT: u32 = 28;

impl Val {
    /// Some number.
    pub const NUMBER: Self = Self(4 << SHIFT);
    /// Nobody knows what.
    pub const UNKNOWN: Self = Self(5 << SHIFT);
    /// Some global, or something in one; nobody knows which.
    pub const SOME_GLOBAL: Self = Self(6 << SHIFT);

    /// A function of the script's.
    pub fn function(id: u32) -> Self {
        Self(id)
    }

    /// A function of the camera's.
    pub fn builtin(id: u16) -> Self {
        Self(1 << SHIFT | u32::from(id))
    }

    /// A table.
    pub fn table(id: u32) -> Self {
        Self(2 << SHIFT | id)
    }

    /// A string.
    pub fn string(id: u32) -> Self {
        Self(3 << SHIFT | id)
    }

    /// What it is.
    pub fn is(self) -> Is {
        let id = self.0 & ((1 << SHIFT) - 1);
        match self.0 >> SHIFT {
            0 => Is::Function(id),
            1 => Is::Builtin(u16::try_from(id).unwrap_or(0)),
            2 => Is::Table(id),
            3 => Is::Str(id),
            4 => Is::Number,
            _ => Is::Unknown,
        }
    }
}

/// A hash for numbers: they are spread well enough by a multiplication.
#[derive(Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A set of numbers.
pub type Set<T> = HashSet<T, BuildHasherDefault<Spread>>;

#[derive(Clone, Copy)]
struct Head {
    values: u32,
    edges: u32,
    uses: u32,
    count: u32,
}

/// Nodes, edges, and what is done with values that get to a node.
#[derive(Default)]
pub struct Graph {
    heads: Vec<Head>,
    values: Vec<(Val, u32)>,
    edges: Vec<(Node, u32)>,
    uses: Vec<(u32, u32)>,
    /// Members of sets that are too large to be searched from end to end.
    large: Set<u64>,
    work: Vec<(Node, Val)>,
    /// Values that have been moved: a measure of the work.
    pub moved: u32,
}

const SMALL: u32 = 6;

impl Graph {
    /// Takes everything out of it.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.values.clear();
        self.edges.clear();
        self.uses.clear();
        self.large.clear();
        self.work.clear();
        self.moved = 0;
    }

    /// New nodes, one behind the other; the first.
    pub fn nodes(&mut self, count: u32) -> Node {
        let first = u32::try_from(self.heads.len()).unwrap_or(NONE);
        let head = Head { values: NONE, edges: NONE, uses: NONE, count: 0 };
        self.heads.resize(self.heads.len() + count as usize, head);
        first
    }

    /// How many nodes there are.
    pub fn size(&self) -> usize {
        self.heads.len()
    }

    /// The values of a node.
    pub fn values(&self, node: Node) -> Vec<Val> {
        let mut found = Vec::new();
        let mut at = self.heads[node as usize].values;
        while at != NONE {
            let (value, next) = self.values[at as usize];
            found.push(value);
            at = next;
        }
        found
    }

    /// Whether nothing is known to get to a node.
    pub fn is_empty(&self, node: Node) -> bool {
        self.heads[node as usize].values == NONE
    }

    /// How many values a node has.
    pub fn count(&self, node: Node) -> u32 {
        self.heads[node as usize].count
    }

    /// A value gets to a node.
    pub fn add(&mut self, node: Node, value: Val) {
        let head = self.heads[node as usize];
        let large = u64::from(node) << 32 | u64::from(value.0);
        if head.count > SMALL {
            if !self.large.insert(large) {
                return;
            }
        } else {
            let mut at = head.values;
            while at != NONE {
                let (known, next) = self.values[at as usize];
                if known == value {
                    return;
                }
                at = next;
            }
            if head.count == SMALL {
                for known in self.values(node) {
                    self.large.insert(u64::from(node) << 32 | u64::from(known.0));
                }
                self.large.insert(large);
            }
        }
        let id = u32::try_from(self.values.len()).unwrap_or(NONE);
        self.values.push((value, head.values));
        let head = &mut self.heads[node as usize];
        head.values = id;
        head.count += 1;
        self.work.push((node, value));
    }

    /// What gets to one node gets to another.
    pub fn edge(&mut self, from: Node, to: Node) {
        if from == to {
            return;
        }
        let id = u32::try_from(self.edges.len()).unwrap_or(NONE);
        self.edges.push((to, self.heads[from as usize].edges));
        self.heads[from as usize].edges = id;
        self.moved += 1;
        let mut at = self.heads[from as usize].values;
        while at != NONE {
            let (value, next) = self.values[at as usize];
            self.add(to, value);
            self.moved += 1;
            at = next;
        }
    }

    /// Has something done with every value that gets to a node; what is there already is from [`Graph::first`] on.
    pub fn on(&mut self, node: Node, what: u32) {
        let id = u32::try_from(self.uses.len()).unwrap_or(NONE);
        self.uses.push((what, self.heads[node as usize].uses));
        self.heads[node as usize].uses = id;
    }

    /// The list of values that a node has now, for [`Graph::value`].
    pub fn first(&self, node: Node) -> u32 {
        self.heads[node as usize].values
    }

    /// A value, and the rest of the list. Values that come later are not on it.
    pub fn value(&self, at: u32) -> Option<(Val, u32)> {
        (at != NONE).then(|| self.values[at as usize])
    }

    /// Moves values until there is something to be done: the value, and the first of a list for [`Graph::todo`].
    pub fn run(&mut self) -> Option<(Val, u32)> {
        while let Some((node, value)) = self.work.pop() {
            self.moved += 1;
            let mut at = self.heads[node as usize].edges;
            while at != NONE {
                let (to, next) = self.edges[at as usize];
                self.add(to, value);
                self.moved += 1;
                at = next;
            }
            let uses = self.heads[node as usize].uses;
            if uses != NONE {
                return Some((value, uses));
            }
        }
        None
    }

    /// What is to be done, and the rest of the list.
    pub fn todo(&self, at: u32) -> Option<(u32, u32)> {
        (at != NONE).then(|| self.uses[at as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_flow_along_edges_old_and_new() {
        let mut graph = Graph::default();
        let first = graph.nodes(3);
        graph.edge(first, first + 1);
        graph.edge(first + 1, first);
        for id in 0..20 {
            graph.add(first, Val::function(id));
            graph.add(first, Val::function(id));
        }
        while graph.run().is_some() {}
        assert_eq!(graph.values(first + 1).len(), 20);
        graph.edge(first + 1, first + 2);
        graph.on(first + 2, 7);
        assert_eq!(graph.count(first + 2), 20);
        graph.add(first, Val::table(9));
        let mut done = Vec::new();
        while let Some((value, uses)) = graph.run() {
            let mut at = uses;
            while let Some((what, next)) = graph.todo(at) {
                done.push((value.is(), what));
                at = next;
            }
        }
        assert!(done.contains(&(Is::Table(9), 7)));
    }
}
