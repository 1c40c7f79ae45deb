//! What the targets share.
//!
//! Targets take their input apart by hand, so that a seed is some choices and then bytes as they are on the wire.

mod client;
mod compose;
mod sim;
mod talk;

pub use client::drive;
pub use compose::{containers, packets};
pub use sim::{attachable, camera, served};
pub use talk::{over_cable, over_sockets};

/// The input of a target.
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    /// All of it.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next byte; 0 when there are no more.
    pub fn byte(&mut self) -> u8 {
        let (byte, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *byte
    }

    /// The next `len` bytes, or those that are left.
    pub fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        bytes
    }

    /// As many bytes as the next byte says.
    pub fn counted(&mut self) -> &'a [u8] {
        let len = self.byte();
        self.bytes(len.into())
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is left.
    pub fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// Whether a script in these bytes may crash the process by the camera's rules: one that pokes about with the `debug`
/// library or hand-made bytecode crashes a camera too (see `moonshutter::sim::vm`). Those are no findings.
pub fn is_perilous(bytes: &[u8]) -> bool {
    // `\27Lua` begins bytecode, and `string.char(27)` makes one.
    let words: [&[u8]; 6] = [b"debug", b"dump", b"\x1b", b"\\27", b"char", b"\\027"];
    words.iter().any(|word| bytes.windows(word.len()).any(|window| window == *word))
}
