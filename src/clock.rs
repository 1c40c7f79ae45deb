//! Time and interruption: what everything that waits goes through.
//!
//! A [`Clock`] is either the machine's own or a [`VirtualClock`], on which a wait takes no time and simulated cameras
//! live through it tick by tick. An [`Interrupt`] is raised by Ctrl-C and ends every wait early.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// A request to stop whatever is being waited for. Clones share one flag.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<InterruptInner>);

#[derive(Default)]
struct InterruptInner {
    raised: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Interrupt {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag and wakes every waiter.
    pub fn raise(&self) {
        let _guard = locked(&self.0.lock);
        self.0.raised.store(true, Ordering::SeqCst);
        self.0.changed.notify_all();
    }

    /// Lowers the flag, for a program that goes on after an interruption.
    pub fn clear(&self) {
        self.0.raised.store(false, Ordering::SeqCst);
    }

    /// Whether the flag is raised.
    pub fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::SeqCst)
    }

    /// Waits in real time until `limit` has passed (false) or the flag is raised (true).
    pub fn wait(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut guard = locked(&self.0.lock);
        loop {
            if self.is_raised() {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            guard = self.0.changed.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// What waits are measured with.
pub trait Clock: Send + Sync {
    /// Time since some fixed point; never goes back.
    fn now(&self) -> Duration;

    /// Lets `span` pass; true if `interrupt` ended it early.
    fn sleep(&self, span: Duration, interrupt: &Interrupt) -> bool;
}

/// The machine's monotonic clock.
pub struct RealClock(Instant);

impl RealClock {
    /// A clock that starts at zero now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for RealClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, span: Duration, interrupt: &Interrupt) -> bool {
        interrupt.wait(span)
    }
}

/// Something that lives on a [`VirtualClock`].
pub trait Ticker: Send + Sync {
    /// The next time at which this ticker has something to do, if any.
    fn next_due(&self, now: Duration) -> Option<Duration>;

    /// Does what is due at `now`. Returns when it is done.
    fn tick(&self, now: Duration);
}

/// A clock that moves only when somebody waits on it.
///
/// A wait steps from one due time to the next, so that cameras attached to the same clock see the same order of events
/// in every run, however long the simulated time is.
#[derive(Clone, Default)]
pub struct VirtualClock(Arc<VirtualInner>);

#[derive(Default)]
struct VirtualInner {
    now: Mutex<Duration>,
    stepping: Mutex<()>,
    tickers: Mutex<Vec<Weak<dyn Ticker>>>,
}

impl VirtualClock {
    /// A clock at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets `ticker` take part for as long as somebody else holds it.
    pub fn attach(&self, ticker: &Arc<dyn Ticker>) {
        let mut tickers = locked(&self.0.tickers);
        tickers.retain(|t| t.strong_count() > 0);
        tickers.push(Arc::downgrade(ticker));
    }

    /// Moves the time forward by `span`, through everything that is due on the way.
    pub fn advance(&self, span: Duration, interrupt: &Interrupt) -> bool {
        let _one_at_a_time = locked(&self.0.stepping);
        let end = self.now() + span;
        loop {
            if interrupt.is_raised() {
                return true;
            }
            let now = self.now();
            let tickers: Vec<_> = locked(&self.0.tickers).iter().filter_map(Weak::upgrade).collect();
            let due = tickers.iter().filter_map(|t| t.next_due(now)).min();
            let Some(due) = due.filter(|due| *due <= end) else {
                *locked(&self.0.now) = end;
                return false;
            };
            let due = due.max(now);
            *locked(&self.0.now) = due;
            for ticker in &tickers {
                if ticker.next_due(now).is_some_and(|at| at <= due) {
                    ticker.tick(due);
                }
            }
        }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        *locked(&self.0.now)
    }

    fn sleep(&self, span: Duration, interrupt: &Interrupt) -> bool {
        self.advance(span, interrupt)
    }
}

/// Locks a mutex whose data stays valid even if a holder panicked.
pub(crate) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
