//! Who checks which files, and how far ahead of what is being printed.

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Interrupt;

/// Bytes of files that go together, if it is more than one file.
const TOGETHER_BYTES: u64 = 1 << 20;
/// Bytes of files that are being checked, or wait for those before them. Reports keep the texts.
const MOST_AHEAD: u64 = 16 << 20;
/// How often somebody who waits looks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(100);

/// Files that are waiting to be checked.
pub(super) struct Queue<F> {
    sizes: F,
    files: usize,
    together: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    next: usize,
    /// The bytes of files that somebody has taken, and nobody has printed.
    ahead: u64,
    closed: bool,
}

impl<F: Fn(usize) -> u64> Queue<F> {
    /// A queue of so many files, `together` of which go at a time at most. `size`: how many bytes each has.
    pub fn new(files: usize, together: usize, size: F) -> Self {
        Self { sizes: size, files, together, state: Mutex::default(), changed: Condvar::new() }
    }

    /// The next files to check, each with what to say when it is done with. Waits while there is too much that nobody has
    /// printed; none if there are no more.
    pub fn take(&self, interrupt: &Interrupt) -> Option<(Range<usize>, Vec<u64>)> {
        let mut state = self.state();
        while state.ahead >= MOST_AHEAD && !state.closed && !interrupt.is_raised() {
            state = self.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.closed || interrupt.is_raised() || state.next >= self.files {
            return None;
        }
        let mut sizes: Vec<u64> = Vec::new();
        let mut bytes = 0;
        for file in (state.next..self.files).take(self.together) {
            let size = (self.sizes)(file);
            if bytes > 0 && bytes + size > TOGETHER_BYTES {
                break;
            }
            bytes += size;
            sizes.push(size);
        }
        let files = state.next..state.next + sizes.len();
        state.next = files.end;
        state.ahead += bytes;
        Some((files, sizes))
    }

    /// A file of this size is done with.
    pub fn done(&self, size: u64) {
        self.state().ahead -= size;
        self.changed.notify_all();
    }

    /// Something that, when it is gone, tells everybody that nothing more is wanted.
    pub fn closing(&self) -> Closing<'_, F> {
        Closing(self)
    }

    fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes a queue, whatever happens: nobody waits for ever when printing fails.
pub(super) struct Closing<'q, F: Fn(usize) -> u64>(&'q Queue<F>);

impl<F: Fn(usize) -> u64> Drop for Closing<'_, F> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_files_go_together_and_large_ones_alone() {
        let sizes = [10, 20, 2 << 20, 30, 1 << 20, 0, 40];
        let queue = Queue::new(sizes.len(), 3, |file| sizes[file]);
        let interrupt = Interrupt::default();
        let taken: Vec<_> = std::iter::from_fn(|| queue.take(&interrupt)).map(|(files, _)| files).collect();
        assert_eq!(taken, [0..2, 2..3, 3..4, 4..6, 6..7]);
    }

    #[test]
    fn nobody_gets_far_ahead_of_what_is_printed() {
        let queue = Queue::new(18, 4, |_| 1 << 20);
        let interrupt = Interrupt::default();
        for file in 0..16 {
            assert_eq!(queue.take(&interrupt), Some((file..file + 1, vec![1 << 20])));
        }
        std::thread::scope(|scope| {
            let (sender, taken) = std::sync::mpsc::channel();
            let (queue, interrupt) = (&queue, &interrupt);
            scope.spawn(move || sender.send(queue.take(interrupt)).unwrap());
            assert!(taken.recv_timeout(Duration::from_millis(50)).is_err());
            queue.done(1 << 20);
            assert_eq!(taken.recv().unwrap(), Some((16..17, vec![1 << 20])));
        });
    }

    #[test]
    fn whoever_waits_goes_when_it_is_closed() {
        let queue = Queue::new(2, 1, |_| MOST_AHEAD);
        let interrupt = Interrupt::default();
        assert!(queue.take(&interrupt).is_some());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.take(&interrupt));
            drop(queue.closing());
            assert_eq!(waiting.join().unwrap(), None);
        });
    }
}
