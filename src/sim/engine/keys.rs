//! The camera's keys: what scripts hold down and what a finger clicked.

use crate::api::KEYS as NAMES;

/// A key, by its place in [`NAMES`].
pub(crate) type Key = usize;

const SHOOT_HALF: Key = 5;
const SHOOT_FULL: Key = 6;
const SHOOT_FULL_ONLY: Key = 7;
const VIDEO: Key = 18;
const REMOTE: Key = 32;
const NO_KEY: Key = 33;

/// The names of all keys.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// The key of this name.
pub(crate) fn named(name: &[u8]) -> Option<Key> {
    NAMES.iter().position(|known| known.as_bytes() == name)
}

/// The name of a key.
pub(crate) fn name(key: Key) -> &'static str {
    NAMES.get(key).copied().unwrap_or_default()
}

/// What is known about the keys at one moment.
pub(crate) struct Keys {
    held: Vec<Key>,
    /// Keys that a finger holds down, which a script's end does not change.
    fingers: Vec<Key>,
    clicked: Key,
    fresh: bool,
    exit: Key,
}

impl Default for Keys {
    fn default() -> Self {
        Self { held: Vec::new(), fingers: Vec::new(), clicked: NO_KEY, fresh: false, exit: SHOOT_FULL }
    }
}

impl Keys {
    /// A script presses a key.
    pub(crate) fn press(&mut self, key: Key) {
        if !self.held.contains(&key) {
            self.held.push(key);
        }
    }

    /// A script lets go of a key.
    pub(crate) fn release(&mut self, key: Key) {
        self.held.retain(|held| *held != key);
    }

    /// What scripts hold down, in the order in which they pressed it.
    pub(crate) fn held(&self) -> impl Iterator<Item = &'static str> {
        self.held.iter().map(|key| NAMES[*key])
    }

    /// A finger presses a key and holds it.
    pub(crate) fn finger_down(&mut self, key: Key) {
        if !self.fingers.contains(&key) {
            self.fingers.push(key);
        }
        self.click(key);
    }

    /// A finger lets go of a key.
    pub(crate) fn finger_up(&mut self, key: Key) {
        self.fingers.retain(|held| *held != key);
    }

    /// Whether a key is physically down.
    pub(crate) fn is_down(&self, key: Key) -> bool {
        self.fingers.contains(&key)
    }

    /// Whether the shutter is half down, whoever holds it.
    pub(crate) fn is_half_down(&self) -> bool {
        self.held.iter().chain(&self.fingers).any(|key| [SHOOT_HALF, SHOOT_FULL].contains(key))
    }

    /// A finger clicks a key. It is up again before a script could see that it was down.
    pub(crate) fn click(&mut self, key: Key) {
        (self.clicked, self.fresh) = (key, true);
    }

    /// Takes note that the last click has been seen; false if it had been before.
    pub(crate) fn take_click(&mut self) -> bool {
        std::mem::take(&mut self.fresh)
    }

    /// Whether there is a click that nobody has waited for.
    pub(crate) fn has_click(&self) -> bool {
        self.fresh
    }

    /// Nobody clicked in the time allowed.
    pub(crate) fn no_click(&mut self) {
        self.clicked = NO_KEY;
    }

    /// Whether the last click was of this key.
    pub(crate) fn last_was(&self, key: Key) -> bool {
        self.clicked == key
    }

    /// The key that interrupts the script.
    pub(crate) fn exit_key(&self) -> Key {
        self.exit
    }

    /// Chooses the key that interrupts the script, until it ends.
    pub(crate) fn set_exit_key(&mut self, key: Key) {
        self.exit = key;
    }

    /// Scripts begin and end with no key held and no click remembered (CHDK core/ptp.c:419, core/script.c:271).
    pub(crate) fn reset(&mut self) {
        *self = Self { fingers: std::mem::take(&mut self.fingers), ..Self::default() };
    }
}

/// What a camera in record mode does when this key is down, if it is one that takes pictures or videos.
pub(crate) fn takes(key: Key) -> Option<&'static str> {
    match key {
        SHOOT_FULL | SHOOT_FULL_ONLY => Some("picture"),
        VIDEO => Some("video"),
        _ => None,
    }
}

/// Whether this is the key that stands for USB power.
pub(crate) fn is_remote(key: Key) -> bool {
    key == REMOTE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_constants_are_the_keys_they_say() {
        assert_eq!(named(b"shoot_half"), Some(SHOOT_HALF));
        assert_eq!(named(b"shoot_full"), Some(SHOOT_FULL));
        assert_eq!(named(b"shoot_full_only"), Some(SHOOT_FULL_ONLY));
        assert_eq!(named(b"video"), Some(VIDEO));
        assert_eq!(named(b"remote"), Some(REMOTE));
        assert_eq!(named(b"no_key"), Some(NO_KEY));
        assert_eq!(named(b"SET"), None);
    }
}
