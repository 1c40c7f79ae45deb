//! What came and what went, by comparing what there is with what there was.

use std::collections::{BTreeMap, VecDeque};

/// Bus and number.
type Place = (u8, u8);

/// How often a device that does not say its name is looked at again before it is told of without.
const LOOKS: u32 = 10;

/// A device came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<D = super::Device> {
    /// It was plugged in, or switched on.
    Arrived(D),
    /// It was unplugged, or switched itself off: what it was while it was there.
    Left(D),
}

/// Devices as a list of the system's has them (`T`), and as they are told of (`D`).
pub(super) struct Changes<T, D> {
    known: BTreeMap<Place, (T, D)>,
    /// Those that have not said their names, and how often they were asked. A system opens a new device to its users only a
    /// moment after it tells of it.
    shy: BTreeMap<Place, u32>,
    waiting: VecDeque<Change<D>>,
}

impl<T, D> Default for Changes<T, D> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), shy: BTreeMap::new(), waiting: VecDeque::new() }
    }
}

impl<T: PartialEq, D: Clone> Changes<T, D> {
    /// Takes note of all that is there now. `look_at` tells what a device is, none for one that is of no interest; `has_name`
    /// whether it said its name.
    pub fn compare(
        &mut self,
        now: impl IntoIterator<Item = (Place, T)>,
        look_at: impl Fn(&T) -> Option<D>,
        has_name: impl Fn(&D) -> bool,
    ) {
        let now: BTreeMap<_, _> = now.into_iter().collect();
        // Another one may have the place of one that left since the last look.
        let gone = self.known.iter().filter(|(place, (known, _))| now.get(place) != Some(known));
        let gone: Vec<_> = gone.map(|(place, _)| *place).collect();
        let left = gone.iter().filter_map(|place| self.known.remove(place));
        self.waiting.extend(left.map(|(_, device)| Change::Left(device)));
        self.shy.retain(|place, _| now.contains_key(place));
        for (place, listed) in now {
            if self.known.contains_key(&place) {
                continue;
            }
            let Some(device) = look_at(&listed) else { continue };
            let asked = self.shy.entry(place).or_default();
            *asked += 1;
            if has_name(&device) || *asked > LOOKS {
                self.shy.remove(&place);
                self.known.insert(place, (listed, device.clone()));
                self.waiting.push_back(Change::Arrived(device));
            }
        }
    }

    /// The next thing to tell.
    pub fn next(&mut self) -> Option<Change<D>> {
        self.waiting.pop_front()
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether it has to be looked again although nothing changes.
    pub fn wants_another_look(&self) -> bool {
        !self.shy.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list that changes by hand: the place, the device's identity, and what it says.
    type Listed = ((u8, u8), (u32, Option<&'static str>));

    fn look(changes: &mut Changes<(u32, Option<&'static str>), String>, list: &[Listed]) -> Vec<String> {
        let look_at = |(id, name): &(u32, Option<&'static str>)| {
            (*name != Some("printer")).then(|| format!("{id} {}", name.unwrap_or("?")))
        };
        changes.compare(list.iter().copied(), look_at, |device| !device.ends_with('?'));
        std::iter::from_fn(|| changes.next())
            .map(|change| match change {
                Change::Arrived(device) => format!("+ {device}"),
                Change::Left(device) => format!("- {device}"),
            })
            .collect()
    }

    #[test]
    fn each_arrival_and_each_departure_is_told_once() {
        let mut changes = Changes::default();
        let (a, b, c) = (((1, 2), (1, Some("a"))), ((1, 3), (2, Some("b"))), ((2, 1), (3, Some("c"))));
        assert_eq!(look(&mut changes, &[]), [""; 0]);
        assert_eq!(look(&mut changes, &[b, a]), ["+ 1 a", "+ 2 b"], "those that are there at the beginning");
        assert_eq!(look(&mut changes, &[a, b]), [""; 0]);
        assert_eq!(look(&mut changes, &[b, c]), ["- 1 a", "+ 3 c"]);
        assert_eq!(look(&mut changes, &[]), ["- 2 b", "- 3 c"]);
        assert_eq!(look(&mut changes, &[a]), ["+ 1 a"], "it comes back");
        assert!(!changes.wants_another_look());
    }

    #[test]
    fn one_that_came_in_the_place_of_another_between_two_looks_is_another() {
        let mut changes = Changes::default();
        look(&mut changes, &[((1, 2), (1, Some("a")))]);
        assert_eq!(look(&mut changes, &[((1, 2), (9, Some("a")))]), ["- 1 a", "+ 9 a"]);
    }

    #[test]
    fn what_is_of_no_interest_is_never_told() {
        let mut changes = Changes::default();
        let printer = ((1, 2), (1, Some("printer")));
        assert_eq!(look(&mut changes, &[printer]), [""; 0]);
        assert!(!changes.wants_another_look());
        assert_eq!(look(&mut changes, &[]), [""; 0]);
    }

    #[test]
    fn one_that_says_its_name_late_is_told_with_its_name() {
        let mut changes = Changes::default();
        assert_eq!(look(&mut changes, &[((1, 2), (1, None))]), [""; 0]);
        assert!(changes.wants_another_look());
        assert_eq!(look(&mut changes, &[((1, 2), (1, Some("a")))]), ["+ 1 a"]);
        assert!(!changes.wants_another_look());
    }

    #[test]
    fn one_that_never_says_its_name_is_told_without() {
        let mut changes = Changes::default();
        let mute = ((1, 2), (1, None));
        for _ in 0..LOOKS {
            assert_eq!(look(&mut changes, &[mute]), [""; 0]);
        }
        assert_eq!(look(&mut changes, &[mute]), ["+ 1 ?"]);
        assert_eq!(look(&mut changes, &[mute]), [""; 0]);
        // one that leaves before was never there
        look(&mut changes, &[mute, ((1, 3), (2, None))]);
        assert_eq!(look(&mut changes, &[]), ["- 1 ?"]);
        assert!(!changes.wants_another_look());
    }
}
