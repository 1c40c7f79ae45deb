//! The simulated address space and the few functions in it.
//!
//! Every address can be read. What stands there is made up, but always the same: see [`byte_at`]. What `SetMemory`
//! writes is read back, up to 16 MiB in all; writes beyond that are lost.
//!
//! `CallFunction` finds three functions, and returns 0 from anywhere else:
//!
//! - [`SUM`] returns the sum of its arguments, wrapping;
//! - [`COUNT`] returns how many there are;
//! - [`LAST`] returns the last one, or 0.

use std::collections::BTreeMap;

/// Address of the function that adds up its arguments.
pub const SUM: u32 = 0xff81_0000;
/// Address of the function that counts its arguments.
pub const COUNT: u32 = 0xff81_0004;
/// Address of the function that returns its last argument.
pub const LAST: u32 = 0xff81_0008;

const PAGE: usize = 4096;
const PAGES: usize = 16 * 1024 * 1024 / PAGE;

/// What stands at an address that nobody has written to: the bytes of a word are its address, mixed.
pub fn byte_at(address: u32) -> u8 {
    let word = (address & !3).wrapping_mul(0x9e37_79b1).rotate_left(13) ^ 0x5f35_6495;
    word.to_le_bytes()[(address & 3) as usize]
}

/// Memory of one camera: what differs from [`byte_at`].
#[derive(Default)]
pub(crate) struct Memory(BTreeMap<u32, Box<[u8; PAGE]>>);

impl Memory {
    /// Reads from `address` on; the address space is a circle.
    pub(crate) fn read(&self, mut address: u32, mut buf: &mut [u8]) {
        while !buf.is_empty() {
            let (page, offset) = split(address);
            let (here, rest) = buf.split_at_mut(buf.len().min(PAGE - offset));
            match self.0.get(&page) {
                Some(bytes) => here.copy_from_slice(&bytes[offset..offset + here.len()]),
                None => here.iter_mut().enumerate().for_each(|(at, byte)| *byte = byte_at(address + at as u32)),
            }
            address = address.wrapping_add(here.len() as u32);
            buf = rest;
        }
    }

    /// Writes from `address` on; false if some of it found no room.
    pub(crate) fn write(&mut self, mut address: u32, mut bytes: &[u8]) -> bool {
        let mut all = true;
        while !bytes.is_empty() {
            let (page, offset) = split(address);
            let (here, rest) = bytes.split_at(bytes.len().min(PAGE - offset));
            if self.0.contains_key(&page) || self.0.len() < PAGES {
                let bytes = self.0.entry(page).or_insert_with(|| fresh(page));
                bytes[offset..offset + here.len()].copy_from_slice(here);
            } else {
                all = false;
            }
            address = address.wrapping_add(here.len() as u32);
            bytes = rest;
        }
        all
    }
}

/// Calls the function at `address`.
pub(crate) fn call(address: u32, args: &[u32]) -> u32 {
    match address {
        SUM => args.iter().fold(0, |sum, arg| sum.wrapping_add(*arg)),
        COUNT => args.len() as u32,
        LAST => args.last().copied().unwrap_or(0),
        _ => 0,
    }
}

fn split(address: u32) -> (u32, usize) {
    (address / PAGE as u32, address as usize % PAGE)
}

fn fresh(page: u32) -> Box<[u8; PAGE]> {
    let start = page * PAGE as u32;
    let mut bytes = Box::new([0; PAGE]);
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = byte_at(start + at as u32);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_read_back_and_change_nothing_beside_them() {
        let mut memory = Memory::default();
        assert!(memory.write(0xffff_fffe, &[1, 2, 3, 4]));
        let mut around = [0; 6];
        memory.read(0xffff_fffd, &mut around);
        assert_eq!(around, [byte_at(0xffff_fffd), 1, 2, 3, 4, byte_at(2)]);
    }

    #[test]
    fn writes_beyond_what_is_simulated_are_lost_and_said_to_be() {
        let mut memory = Memory::default();
        assert!(memory.write(0, &vec![1; PAGES * PAGE]));
        assert!(!memory.write((PAGES * PAGE) as u32 - 1, &[2, 2]));
        let mut end = [0; 2];
        memory.read((PAGES * PAGE) as u32 - 1, &mut end);
        assert_eq!(end, [2, byte_at((PAGES * PAGE) as u32)]);
    }

    #[test]
    fn functions_do_what_the_page_says() {
        assert_eq!(call(SUM, &[1, 2, u32::MAX]), 2);
        assert_eq!(call(COUNT, &[9; 12]), 12);
        assert_eq!(call(LAST, &[1, 7]), 7);
        assert_eq!(call(0x1234, &[1]), 0);
    }
}
