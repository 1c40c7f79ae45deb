//! What is still to happen, and the faults that are in force.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::{Interrupt, locked};
use crate::sim::control::{Control, Event, Phase, What, When};
use crate::sim::engine::Source;
use crate::sim::responder::Operation;

/// One for each camera.
pub(crate) struct Agenda {
    state: Mutex<State>,
    changed: Condvar,
    time: Source,
    /// Raised when the camera goes, so that nobody waits out its latency.
    quit: Interrupt,
}

#[derive(Default)]
struct State {
    pending: Vec<Pending>,
    latency: Duration,
    hung: bool,
    off: bool,
    stopped: bool,
}

struct Pending {
    event: Event,
    due: Due,
}

enum Due {
    At(Duration),
    /// Once a script has been started.
    AfterStart(Duration),
    /// So many of its transactions from now, the next being 1; each of them if there is no number.
    Transaction(Option<u32>),
}

/// What happens in one transaction.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) before: Vec<What>,
    pub(crate) data: Vec<What>,
    pub(crate) response: Vec<What>,
}

impl Agenda {
    pub(crate) fn new(control: &Control, time: Source) -> Arc<Self> {
        let agenda = Self {
            state: Mutex::new(State { latency: control.latency, ..State::default() }),
            changed: Condvar::new(),
            time,
            quit: Interrupt::new(),
        };
        for event in &control.events {
            agenda.add(event.clone());
        }
        Arc::new(agenda)
    }

    /// Time since the camera was made.
    pub(crate) fn now(&self) -> Duration {
        self.time.now()
    }

    /// Takes note of an event, counted from now.
    pub(crate) fn add(&self, event: Event) {
        let due = match event.when {
            When::After(span) | When::Every(span) => Due::At(self.now() + span),
            When::Script(span) => Due::AfterStart(span),
            When::Transaction { nth, .. } => Due::Transaction(nth),
        };
        locked(&self.state).pending.push(Pending { event, due });
        self.changed.notify_all();
    }

    /// A script has been started.
    pub(crate) fn script_started(&self, now: Duration) {
        for pending in &mut locked(&self.state).pending {
            if let Due::AfterStart(span) = pending.due {
                pending.due = Due::At(now + span);
            }
        }
        self.changed.notify_all();
    }

    /// A transaction begins: what is to happen in it.
    pub(crate) fn begin(&self, operation: &Operation) -> Plan {
        let mut plan = Plan::default();
        locked(&self.state).pending.retain_mut(|pending| {
            let (When::Transaction { command, phase, .. }, Due::Transaction(left)) =
                (pending.event.when, &mut pending.due)
            else {
                return true;
            };
            if command.is_some_and(|command| !command.is(operation)) {
                return true;
            }
            if let Some(left) = left {
                *left -= 1;
                if *left > 0 {
                    return true;
                }
            }
            match phase {
                Phase::Before => plan.before.push(pending.event.what.clone()),
                Phase::Data => plan.data.push(pending.event.what.clone()),
                Phase::Response => plan.response.push(pending.event.what.clone()),
            }
            left.is_none()
        });
        plan
    }

    /// When the next timed event is due, if there is one.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        let state = locked(&self.state);
        if state.stopped {
            return None;
        }
        state.pending.iter().filter_map(Pending::at).min()
    }

    /// Takes the events that are due, the earliest first.
    pub(crate) fn take_due(&self, now: Duration) -> Vec<What> {
        let mut state = locked(&self.state);
        let mut due: Vec<(Duration, What)> = Vec::new();
        state.pending.retain_mut(|pending| {
            let Some(at) = pending.at().filter(|at| *at <= now) else { return true };
            due.push((at, pending.event.what.clone()));
            match pending.event.when {
                // Those that were slept through do not all happen at once.
                When::Every(span) => {
                    let missed = (now - at).as_nanos() / span.as_nanos();
                    pending.due = Due::At(at + span * u32::try_from(missed + 1).unwrap_or(u32::MAX));
                    true
                }
                _ => false,
            }
        });
        due.sort_by_key(|(at, _)| *at);
        due.into_iter().map(|(_, what)| what).collect()
    }

    /// In real time: waits until an event is due; false at the end of the camera's life.
    pub(crate) fn wait(&self) -> bool {
        let mut state = locked(&self.state);
        loop {
            if state.stopped {
                return false;
            }
            let due = state.pending.iter().filter_map(Pending::at).min();
            let Some(due) = due else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = due.saturating_sub(self.now());
            if left.is_zero() {
                return true;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes as long as an answer takes.
    pub(crate) fn delay(&self) {
        let latency = locked(&self.state).latency;
        self.take(latency);
    }

    /// Takes so long, unless somebody wants to leave.
    pub(crate) fn take(&self, span: Duration) {
        if !span.is_zero() {
            self.time.sleep(span, &self.quit);
        }
    }

    pub(crate) fn set_latency(&self, latency: Duration) {
        locked(&self.state).latency = latency;
    }

    /// Whether nothing is answered any more.
    pub(crate) fn is_hung(&self) -> bool {
        locked(&self.state).hung
    }

    pub(crate) fn hang(&self) {
        locked(&self.state).hung = true;
    }

    /// Whether the camera is switched off.
    pub(crate) fn is_off(&self) -> bool {
        let state = locked(&self.state);
        state.off || state.stopped
    }

    /// Switches the camera off, or on; then it no longer hangs.
    pub(crate) fn set_off(&self, off: bool) {
        let mut state = locked(&self.state);
        (state.off, state.hung) = (off, state.hung && off);
    }

    /// Somebody wants to leave: latency is not waited out.
    pub(crate) fn hurry(&self, hurry: bool) {
        let stopped = locked(&self.state).stopped;
        if hurry || stopped { self.quit.raise() } else { self.quit.clear() }
    }

    /// Nothing happens any more.
    pub(crate) fn stop(&self) {
        locked(&self.state).stopped = true;
        self.quit.raise();
        self.changed.notify_all();
    }
}

impl Pending {
    fn at(&self) -> Option<Duration> {
        match self.due {
            Due::At(at) => Some(at),
            _ => None,
        }
    }
}
