use std::collections::HashMap;

use super::document::{Document, Slot};

/// How a graph is taken apart: which tables are built one by one, in which order, and what is tied afterwards.
pub(super) struct Plan {
    /// The number of each table in the text, from 1; 0 if it stands where it is met.
    numbers: Vec<u32>,
    /// The numbered tables in their order.
    pub(super) order: Vec<u32>,
    /// Entries that had to wait for a table that was not finished, by holder, in rising order.
    tied: HashMap<u32, Vec<usize>>,
}

impl Plan {
    /// `None` if no table is met twice on the way from `root`.
    pub(super) fn new(document: &Document<'_>, root: u32) -> Option<Self> {
        if document.tree {
            return None;
        }
        let walk = Walk::new(document, root);
        if !walk.shared {
            return None;
        }
        let Walk { mut numbered, after, tied, .. } = walk;
        numbered[root as usize] = true;
        for (holder, entries) in &tied {
            numbered[*holder as usize] = true;
            for entry in entries {
                let (key, value) = document.entry(*holder, *entry);
                for slot in [key, value] {
                    if let Slot::Table(id) = slot {
                        numbered[id as usize] = true;
                    }
                }
            }
        }
        let order: Vec<u32> = after.into_iter().filter(|id| numbered[*id as usize]).collect();
        let mut numbers = vec![0; document.tables.len()];
        for (id, number) in order.iter().zip(1..) {
            numbers[*id as usize] = number;
        }
        Some(Self { numbers, order, tied })
    }

    pub(super) fn number(&self, id: u32) -> u32 {
        self.numbers[id as usize]
    }

    /// The entries of a table that are left to ties.
    pub(super) fn tied(&self, id: u32) -> &[usize] {
        self.tied.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// A walk into the depth, without recursion: a list may be linked through a million tables.
struct Walk {
    shared: bool,
    /// Met twice.
    numbered: Vec<bool>,
    /// Tables as they were finished: whatever a table holds comes before it, but for those that it is inside of.
    after: Vec<u32>,
    tied: HashMap<u32, Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

impl Walk {
    fn new(document: &Document<'_>, root: u32) -> Self {
        let count = document.tables.len();
        let mut walk = Self { shared: false, numbered: vec![false; count], after: Vec::new(), tied: HashMap::new() };
        let mut states = vec![State::New; count];
        states[root as usize] = State::Open;
        let mut open = vec![(root, 0)];
        while let Some((id, next)) = open.last_mut() {
            let (id, at) = (*id, *next);
            *next += 1;
            if at / 2 == document.entry_count(id) {
                states[id as usize] = State::Done;
                walk.after.push(id);
                open.pop();
                continue;
            }
            let (key, value) = document.entry(id, at / 2);
            let Slot::Table(part) = (if at % 2 == 0 { key } else { value }) else { continue };
            match states[part as usize] {
                State::New => {
                    states[part as usize] = State::Open;
                    open.push((part, 0));
                    continue;
                }
                State::Open => {
                    let entries = walk.tied.entry(id).or_default();
                    if entries.last() != Some(&(at / 2)) {
                        entries.push(at / 2);
                    }
                }
                State::Done => {}
            }
            walk.shared = true;
            walk.numbered[part as usize] = true;
        }
        walk
    }
}

impl Document<'_> {
    pub(super) fn entry_count(&self, id: u32) -> usize {
        self.items_of(id).len() + self.pairs_of(id).len()
    }

    /// The entry at a place from 0, items first.
    pub(super) fn entry(&self, id: u32, at: usize) -> (Slot, Slot) {
        let items = self.items_of(id);
        match items.get(at) {
            Some(item) => (Slot::Integer(at as i32 + 1), item.slot()),
            None => {
                let (key, value) = self.pairs_of(id)[at - items.len()];
                (key.slot(), value.slot())
            }
        }
    }
}
