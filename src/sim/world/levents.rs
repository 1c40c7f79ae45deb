//! Logical events of Canon's firmware: buttons and dials, as its user interface hears of them.
//!
//! The facts name none; two names are what gphoto2 sends for the dial. The rest, and all numbers, are the simulated
//! camera's own. Nothing in it listens: an event that is posted goes to the log.

/// A logical event.
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) id: i32,
    pub(crate) param: i32,
}

const fn event(name: &'static str, id: i32) -> Event {
    Event { name, id, param: 0 }
}

/// The table, in the order of its indices.
pub(crate) const TABLE: &[Event] = &[
    event("PressUpButton", 0x9001),
    event("UnpressUpButton", 0x9002),
    event("PressDownButton", 0x9003),
    event("UnpressDownButton", 0x9004),
    event("PressLeftButton", 0x9005),
    event("UnpressLeftButton", 0x9006),
    event("PressRightButton", 0x9007),
    event("UnpressRightButton", 0x9008),
    event("PressSetButton", 0x9009),
    event("UnpressSetButton", 0x900a),
    event("RotateJogDialLeft", 0x9010),
    event("RotateJogDialRight", 0x9011),
];

/// The index of the event of this name.
pub(crate) fn named(name: &[u8]) -> Option<usize> {
    TABLE.iter().position(|event| event.name.as_bytes() == name)
}

/// The index of the event of this id.
pub(crate) fn of_id(id: i32) -> Option<usize> {
    TABLE.iter().position(|event| event.id == id)
}
