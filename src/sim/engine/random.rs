//! The camera's `rand()`: one sequence, which starts when the camera is switched on and is shared by all of its scripts.
//!
//! The sequences of Canon's firmware are not known, so these stand in: the generator of newlib, a C library that much
//! firmware for ARM is built with, and for cameras with 15 bits (CHDK core/wrappers.c:1907-1923) the example of the C
//! standard. Both are used as `rand() % n`: slightly biased, and with 15 bits no number is ever above 32767.

use crate::sim::profile::Profile;

/// State of the generator.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
    fifteen_bits: bool,
}

impl Random {
    /// A generator as it is after `srand(seed)`.
    pub(crate) fn new(seed: u32, fifteen_bits: bool) -> Self {
        Self { state: seed.into(), fifteen_bits }
    }

    /// The generator of a camera that has just been switched on.
    pub(crate) fn of(profile: &Profile) -> Self {
        Self::new(profile.control.seed.unwrap_or(1), profile.body.features.random_15_bit)
    }

    /// `srand()`
    pub(crate) fn seed(&mut self, seed: u32) {
        self.state = seed.into();
    }

    /// `rand()`: 31 or 15 bits.
    pub(crate) fn next(&mut self) -> u32 {
        if self.fifteen_bits {
            let state = (self.state as u32).wrapping_mul(1_103_515_245).wrapping_add(12_345);
            self.state = state.into();
            return state >> 16 & 0x7fff;
        }
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.state >> 32) as u32 & 0x7fff_ffff
    }
}

impl Default for Random {
    fn default() -> Self {
        Self::new(1, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(seed: u32, fifteen_bits: bool) -> Vec<u32> {
        let mut random = Random::new(seed, fifteen_bits);
        (0..3).map(|_| random.next()).collect()
    }

    /// §5.2 math.random: the numbers are those of the C library's rand().
    ///
    /// Decided: Canon's sequence is not known; newlib's stands in for it, the C standard's where there are 15 bits.
    #[test]
    fn the_sequences_are_the_published_ones() {
        // The C standard's example, seed 1, as many a libc of old prints it.
        assert_eq!(first(1, true), [16838, 5758, 10113]);
        // newlib, seed 1, as embedded boards print it.
        assert_eq!(first(1, false), [1_481_765_933, 1_085_377_743, 1_270_216_262]);
    }

    #[test]
    fn a_seed_starts_the_sequence_over() {
        for fifteen_bits in [false, true] {
            let mut random = Random::new(1, fifteen_bits);
            random.next();
            random.seed(7);
            assert_eq!(random.next(), first(7, fifteen_bits)[0]);
            assert_ne!(first(7, fifteen_bits), first(8, fifteen_bits));
        }
    }

    /// §5.2 math.random (wrappers.c:1907-1923): some cameras have a generator of 15 bits.
    #[test]
    fn fifteen_bits_are_all_there_are() {
        let top = |fifteen_bits| {
            let mut random = Random::new(1, fifteen_bits);
            (0..10_000).map(|_| random.next()).max()
        };
        assert!(top(true) < Some(1 << 15) && top(true) > Some(1 << 14), "{:?}", top(true));
        assert!(top(false) < Some(1 << 31) && top(false) > Some(1 << 30), "{:?}", top(false));
    }
}
