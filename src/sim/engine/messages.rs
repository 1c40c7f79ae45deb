//! Messages between a script and the host, and the queues they wait in (CHDK core/ptp.c:299-396).

use std::collections::VecDeque;

use crate::sim::vm::Value;

/// A ring of sixteen of which one slot is never used.
const CAPACITY: usize = 15;

/// Message types.
pub(crate) const ERR: u32 = 1;
pub(crate) const RET: u32 = 2;
pub(crate) const USER: u32 = 3;

/// Subtypes of [`ERR`].
pub(crate) const COMPILE: u32 = 1;
pub(crate) const RUN: u32 = 2;

/// A message to the host, or (with type and subtype 0) one to a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) kind: u32,
    pub(crate) subtype: u32,
    /// Of the script it comes from or is meant for; 0 means any.
    pub(crate) script: u32,
    pub(crate) body: Vec<u8>,
}

/// Messages in one direction.
#[derive(Default)]
pub(crate) struct Queue(VecDeque<Message>);

impl Queue {
    /// Whether a message would be dropped.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= CAPACITY
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a message; false if there was no room for it.
    pub(crate) fn push(&mut self, message: Message) -> bool {
        let room = !self.is_full();
        if room {
            self.0.push_back(message);
        }
        room
    }

    pub(crate) fn pop(&mut self) -> Option<Message> {
        self.0.pop_front()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The next message for script `id`; those for other scripts are thrown away.
    pub(crate) fn pop_for(&mut self, id: u32) -> Option<Message> {
        self.drop_strangers(id);
        self.0.pop_front()
    }

    /// Whether there is a message for script `id`.
    pub(crate) fn has_for(&self, id: u32) -> bool {
        self.0.iter().any(|m| is_for(m, id))
    }

    fn drop_strangers(&mut self, id: u32) {
        while self.0.front().is_some_and(|m| !is_for(m, id)) {
            self.0.pop_front();
        }
    }
}

fn is_for(message: &Message, id: u32) -> bool {
    message.script == 0 || message.script == id
}

/// Subtype and bytes of a value on its way to the host.
pub(crate) fn encode(value: &Value) -> (u32, Vec<u8>) {
    match value {
        Value::Other(kind) => (0, kind.as_bytes().to_vec()),
        Value::Nil => (1, vec![0; 4]),
        Value::Bool(value) => (2, u32::from(*value).to_le_bytes().to_vec()),
        Value::Int(value) => (3, value.to_le_bytes().to_vec()),
        Value::Bytes(bytes) => (4, bytes.clone()),
        Value::TableText(text) => (5, text.clone()),
        // Tables come as their text; a raw one has nobody to turn it into text.
        Value::Table(_) => (0, b"table".to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(script: u32, body: &[u8]) -> Message {
        Message { script, body: body.to_vec(), ..Message::default() }
    }

    #[test]
    fn the_sixteenth_message_is_dropped() {
        let mut queue = Queue::default();
        for n in 0..15 {
            assert!(queue.push(message(n, b"")), "message {n}");
        }
        assert!(queue.is_full());
        assert!(!queue.push(message(15, b"")));
        assert_eq!(queue.pop().unwrap().script, 0);
        assert!(queue.push(message(15, b"")));
    }

    #[test]
    fn a_reader_throws_away_what_is_for_others() {
        let mut queue = Queue::default();
        queue.push(message(3, b"old"));
        queue.push(message(0, b"any"));
        queue.push(message(4, b"mine"));
        assert!(queue.has_for(4));
        assert_eq!(queue.pop_for(4).unwrap().body, b"any");
        assert_eq!(queue.pop_for(4).unwrap().body, b"mine");
        assert_eq!(queue.pop_for(4), None);
    }

    #[test]
    fn numbers_nil_and_booleans_take_four_bytes() {
        assert_eq!(encode(&Value::Nil), (1, vec![0, 0, 0, 0]));
        assert_eq!(encode(&Value::Bool(true)), (2, vec![1, 0, 0, 0]));
        assert_eq!(encode(&Value::Int(-2)), (3, vec![0xfe, 0xff, 0xff, 0xff]));
        assert_eq!(encode(&Value::Bytes(b"a\0b".to_vec())), (4, b"a\0b".to_vec()));
        assert_eq!(encode(&Value::TableText(b"{}".to_vec())), (5, b"{}".to_vec()));
        assert_eq!(encode(&Value::Other("function")), (0, b"function".to_vec()));
    }
}
