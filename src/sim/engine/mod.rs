//! The script engine: CHDK's keyboard task, its action stack, the message queues, and time.
//!
//! The keyboard task is a thread of its own. In real time it runs when something is due and is parked otherwise. In
//! virtual time the camera lives on the clock: the clock hands each tick to the thread and waits for it. A script that
//! computes on inside `pcall`, where the count hook may not yield, keeps the task busy as on a camera: its time runs on
//! by 20 µs per hook, and each 10 ms of it wait for the clock to follow. So it does in a single long call of Lua's C code,
//! such as a pattern match that has very much to try.

mod firmware;
mod kbd;
mod keys;
mod messages;
mod mode;
mod random;
mod state;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::{Clock, Interrupt, Ticker, VirtualClock, locked};
use crate::sim::card::Card;
use crate::sim::config::{Config, Time};
use crate::sim::log::Log;
use crate::sim::memory::Memory;
use crate::sim::profile::Profile;
use crate::sim::world::{Overrides, World};

pub(crate) use firmware::unmodelled;
pub(crate) use kbd::spawn;
pub(crate) use messages::Message;
use random::Random;
use state::{State, TICK, Turn};

/// How long PTP waits for a script that will not die, before it is stopped by force. A real camera waits for good.
const PATIENCE: Duration = Duration::from_secs(10);

/// Camera time that a hundred VM instructions take in virtual time.
const HOOK: Duration = Duration::from_micros(20);

/// What the rest of the camera may ask of the script engine.
pub(crate) struct Engine {
    state: Mutex<State>,
    changed: Condvar,
    time: Source,
    /// There is one PTP task; commands that wait for the keyboard task wait one after the other.
    waiting: Mutex<()>,
    pub(crate) card: Arc<Card>,
    pub(crate) log: Log,
    pub(crate) memory: Mutex<Memory>,
    profile: Profile,
}

enum Source {
    Real(Instant),
    Virtual(VirtualClock),
}

/// How ExecuteScript is to treat what is there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Flags {
    pub(crate) no_kill: bool,
    pub(crate) flush_to_host: bool,
    pub(crate) flush_to_script: bool,
}

/// What became of ExecuteScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Executed {
    Started(u32),
    /// It does not compile; the error is in the queue.
    Broken(u32),
    /// Another script runs, and NOKILL was set; this is its id.
    Refused(u32),
}

/// What WriteScriptMsg answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    Ok = 0,
    NotRunning = 1,
    Full = 2,
    BadId = 3,
}

impl Engine {
    pub(crate) fn new(config: &Config, card: Arc<Card>, log: Log) -> Arc<Self> {
        let time = match &config.time {
            Time::Real => Source::Real(Instant::now()),
            Time::Virtual(clock) => Source::Virtual(clock.clone()),
        };
        let engine = Arc::new(Self {
            state: Mutex::new(State {
                world: World::new(&config.profile.body),
                random: Random::new(
                    config.profile.control.seed.unwrap_or(1),
                    config.profile.body.features.random_15_bit,
                ),
                ..State::default()
            }),
            changed: Condvar::new(),
            time,
            waiting: Mutex::default(),
            card,
            log,
            memory: Mutex::default(),
            profile: config.profile.clone(),
        });
        if let Source::Virtual(clock) = &engine.time {
            let ticker: Arc<dyn Ticker> = engine.clone();
            clock.attach(&ticker);
        }
        engine
    }

    /// ScriptStatus: 1 running, 2 messages waiting.
    pub(crate) fn status(&self) -> u32 {
        let state = self.lock();
        u32::from(state.running) | u32::from(!state.to_host.is_empty()) << 1
    }

    /// Id of the most recent script.
    pub(crate) fn script_id(&self) -> u32 {
        self.lock().script_id
    }

    /// Starts a script (core/ptp.c:785-821).
    pub(crate) fn execute(&self, source: Vec<u8>, flags: Flags) -> Executed {
        let _one_at_a_time = locked(&self.waiting);
        let mut state = self.lock();
        if state.running {
            if flags.no_kill {
                return Executed::Refused(state.script_id);
            }
            state.kill = true;
            state = self.wait_until(state, |state| !state.running);
        }
        if flags.flush_to_host {
            state.to_host.clear();
        }
        if flags.flush_to_script {
            state.to_script.clear();
        }
        state.script_id = state.script_id.wrapping_add(1);
        let id = state.script_id;
        (state.start, state.started) = (Some(source), None);
        state = self.wait_until(state, |state| state.started.is_some());
        if state.started == Some(true) { Executed::Started(id) } else { Executed::Broken(id) }
    }

    /// ReadScriptMsg: the oldest message to the host.
    pub(crate) fn read_message(&self) -> Option<Message> {
        let message = self.lock().to_host.pop();
        self.changed.notify_all();
        message
    }

    /// Whether a message for `target` could be delivered (core/ptp.c:861-867).
    pub(crate) fn can_deliver(&self, target: u32) -> Delivery {
        let state = self.lock();
        match () {
            () if !state.running => Delivery::NotRunning,
            () if target != 0 && target != state.script_id => Delivery::BadId,
            () if state.to_script.is_full() => Delivery::Full,
            () => Delivery::Ok,
        }
    }

    /// WriteScriptMsg: a message for the script.
    pub(crate) fn deliver(&self, target: u32, body: Vec<u8>) {
        self.lock().to_script.push(Message { kind: 0, subtype: 0, script: target, body });
        self.changed.notify_all();
    }

    /// Lines of the console.
    pub(crate) fn console(&self) -> Vec<String> {
        self.lock().console.iter().cloned().collect()
    }

    /// The console as it stands on the screen.
    pub(crate) fn screen(&self) -> Vec<String> {
        self.lock().world.console.lines()
    }

    /// What scripts have set for the next shot.
    pub(crate) fn overrides(&self) -> Overrides {
        self.lock().world.overrides.clone()
    }

    /// Whether the camera is off.
    pub(crate) fn is_off(&self) -> bool {
        self.lock().stop
    }

    /// Keys that the script holds down.
    pub(crate) fn keys_held(&self) -> Vec<&'static str> {
        self.lock().keys.held().collect()
    }

    /// A finger clicks a key; false if the camera has no such key.
    pub(crate) fn click(&self, name: &str) -> bool {
        let Some(key) = keys::named(name.as_bytes()) else { return false };
        let mut state = self.lock();
        state.keys.click(key);
        state.exit |= state.running && state.alt && key == state.keys.exit_key();
        drop(state);
        self.changed.notify_all();
        true
    }

    /// A finger clicks whatever key interrupts the script.
    pub(crate) fn click_exit_key(&self) {
        let mut state = self.lock();
        let key = state.keys.exit_key();
        state.keys.click(key);
        state.exit |= state.running && state.alt;
        drop(state);
        self.changed.notify_all();
    }

    /// Ends the keyboard task, whatever its script is doing.
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        state.stop = true;
        if let Some(stopper) = &state.stopper {
            stopper.stop();
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Whether somebody wants to leave, so that scripts which do not yield are ended at once.
    pub(crate) fn hurry(&self, hurry: bool) {
        self.lock().hurry = hurry;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// Waits for a change of the state, or for `limit`.
    fn wait<'a>(&self, state: MutexGuard<'a, State>, limit: Option<Duration>) -> MutexGuard<'a, State> {
        match limit {
            Some(limit) => self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner).0,
            None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Lets the keyboard task run until `done`, on behalf of the PTP task. Stops the script if that takes too long.
    fn wait_until<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        done: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        self.changed.notify_all();
        let begin = self.now();
        let mut step = Duration::ZERO;
        while !done(&state) && !state.stop {
            let late = state.hurry || self.now().saturating_sub(begin) >= PATIENCE;
            if state.running && !state.forced && late {
                self.log.sin("the script does not yield: a real camera would hang here until it did");
                state.forced = true;
                if let Some(stopper) = &state.stopper {
                    stopper.stop();
                }
            }
            match &self.time {
                Source::Real(_) => state = self.wait(state, Some(PATIENCE / 10)),
                Source::Virtual(clock) => {
                    drop(state);
                    clock.advance(step, &Interrupt::new());
                    step = TICK;
                    state = self.lock();
                }
            }
        }
        state
    }

    /// Time since boot, as the PTP task sees it.
    fn now(&self) -> Duration {
        match &self.time {
            Source::Real(boot) => boot.elapsed(),
            Source::Virtual(clock) => clock.now(),
        }
    }

    /// Time since boot, as the keyboard task sees it.
    fn task_time(&self, state: &State) -> Duration {
        match &self.time {
            Source::Real(boot) => boot.elapsed(),
            Source::Virtual(_) => state.local,
        }
    }

    /// Milliseconds since boot in steps of ten, as `get_tick_count` counts them.
    fn tick_count(&self, state: &State) -> u64 {
        self.task_time(state).as_millis() as u64 / 10 * 10
    }
}

impl Ticker for Engine {
    fn next_due(&self, now: Duration) -> Option<Duration> {
        self.lock().next_due(now)
    }

    fn tick(&self, now: Duration) {
        let mut state = self.lock();
        if state.stop {
            return;
        }
        (state.clock, state.turn) = (now, Turn::Camera);
        self.changed.notify_all();
        while state.turn == Turn::Camera && !state.stop {
            state = self.wait(state, None);
        }
    }
}
