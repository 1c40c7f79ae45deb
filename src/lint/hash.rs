//! Maps and sets of what a script has in it: with a hash that is fast for short keys, and seeded anew in each process, so that
//! no script can be made whose names collide.

pub use foldhash::{HashMap, HashSet};
