//! Maps and sets of what a script has in it: with a hash that is fast for short keys, and seeded anew in each process, so that
//! no script can be made whose names collide.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
pub use foldhash::{HashMap, HashSet};
use hashbrown::HashTable;

/// Numbers from 0 for texts that are kept elsewhere, one behind the other.
#[derive(Debug, Clone, Default)]
pub struct Numbered {
    ids: HashTable<u32>,
    state: RandomState,
}

impl Numbered {
    /// The number of a text, if it has one. `text`: what has a number.
    pub fn find<'a>(&self, wanted: &[u8], text: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        self.ids.find(self.state.hash_one(wanted), |id| text(*id) == wanted).copied()
    }

    /// Gives a number to a text that has none; from now on `text` knows it by that.
    pub fn insert<'a>(&mut self, id: u32, text: impl Fn(u32) -> &'a [u8]) {
        let hash = self.state.hash_one(text(id));
        self.ids.insert_unique(hash, id, |id| self.state.hash_one(text(*id)));
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.ids.clear();
    }

    /// Makes room for so many.
    pub fn reserve<'a>(&mut self, more: usize, text: impl Fn(u32) -> &'a [u8]) {
        self.ids.reserve(more, |id| self.state.hash_one(text(*id)));
    }
}
