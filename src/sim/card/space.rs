//! How much room there is on the card.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::Card;

/// What a file takes of the card at the least, in bytes: FAT32's cluster on cards of 8 GB and more.
pub const CLUSTER: u64 = 32 * 1024;

/// A 16 GB card.
const DEFAULT: u64 = 15_923_150_848;

#[derive(Debug)]
pub(super) struct Space {
    total: AtomicU64,
    /// What was free when the card was last measured, less what has been written since.
    free: AtomicU64,
    full: AtomicBool,
    read_only: AtomicBool,
    /// Microseconds that each access takes.
    delay: AtomicU64,
}

impl Default for Space {
    fn default() -> Self {
        Self { total: DEFAULT.into(), free: 0.into(), full: false.into(), read_only: false.into(), delay: 0.into() }
    }
}

impl Card {
    /// Makes the card this big, in bytes; twice as big as what it holds if that is more.
    pub fn set_size(&self, bytes: u64) {
        let used = used(&self.root);
        let total = if used > bytes { used.saturating_mul(2) } else { bytes };
        self.space.total.store(total, Ordering::Relaxed);
    }

    /// Size of the card in bytes.
    pub fn total_bytes(&self) -> u64 {
        self.space.total.load(Ordering::Relaxed)
    }

    /// Room on the card in bytes: what its files, in whole [`CLUSTER`]s, leave.
    pub fn free_bytes(&self) -> u64 {
        self.measure()
    }

    /// Fills the card up, whatever lies on it; or gives its room back.
    pub fn set_full(&self, full: bool) {
        self.space.full.store(full, Ordering::Relaxed);
        self.measure();
    }

    /// Makes each access take so long: to open a file, to look at one, for a name in a folder, for 64 KiB of a file.
    pub fn set_delay(&self, delay: Duration) {
        self.space.delay.store(delay.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How long an access takes.
    pub fn delay(&self) -> Duration {
        Duration::from_micros(self.space.delay.load(Ordering::Relaxed))
    }

    /// Moves the card's lock.
    pub fn set_read_only(&self, read_only: bool) {
        self.space.read_only.store(read_only, Ordering::Relaxed);
    }

    /// Whether the card's lock is on.
    pub fn is_read_only(&self) -> bool {
        self.space.read_only.load(Ordering::Relaxed)
    }

    /// Looks how much room there is, for the [`take`](Self::take)s to come.
    pub(super) fn measure(&self) -> u64 {
        let full = self.space.full.load(Ordering::Relaxed);
        let free = if full { 0 } else { self.total_bytes().saturating_sub(used(self.root())) };
        self.space.free.store(free, Ordering::Relaxed);
        free
    }

    /// How many of these bytes the card takes; they are gone from its room.
    pub fn take(&self, bytes: u64) -> u64 {
        if self.space.full.load(Ordering::Relaxed) {
            return 0;
        }
        let spend = |free: u64| Some(free.saturating_sub(bytes));
        let before = self.space.free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
        before.unwrap_or_else(|free| free).min(bytes)
    }
}

/// What the files below a folder take. Links are not followed.
fn used(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
        .map(
            |(path, found)| {
                if found.is_dir() { CLUSTER + used(&path) } else { found.len().div_ceil(CLUSTER) * CLUSTER }
            },
        )
        .sum()
}
