//! The script engine: CHDK's keyboard task, its action stack, the message queues, and time.
//!
//! The keyboard task is a thread of its own. In real time it runs when something is due and is parked otherwise. In
//! virtual time the camera lives on the clock: the clock hands each tick to the thread and waits for it. A script that
//! computes on inside `pcall`, where the count hook may not yield, keeps the task busy as on a camera: its time runs on
//! by 20 µs per hook, and each 10 ms of it wait for the clock to follow. So it does in a single long call of Lua's C code,
//! such as a pattern match that has very much to try.

mod firmware;
mod kbd;
pub(crate) mod keys;
mod messages;
mod mode;
mod random;
mod state;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::{Clock, Interrupt, Ticker, VirtualClock, locked};
use crate::sim::card::Card;
use crate::sim::config::{Config, Time};
use crate::sim::control::{Agenda, Button, Strict};
use crate::sim::log::Log;
use crate::sim::memory::Memory;
use crate::sim::profile::Profile;
use crate::sim::vm::Usage;
use crate::sim::world::{Overrides, World};

pub(crate) use firmware::unmodelled;
pub(crate) use kbd::spawn;
pub(crate) use messages::Message;
use random::Random;
pub use state::Ending;
pub(crate) use state::MenuScript;
use state::{State, TICK, Turn};

/// How long PTP waits for a script that will not die, before that counts as a sin. A real camera waits for good.
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
    agenda: Arc<Agenda>,
    pub(crate) memory: Mutex<Memory>,
    profile: Profile,
}

/// The camera's time, which begins when it is made.
#[derive(Clone)]
pub(crate) enum Source {
    Real(Instant),
    Virtual(VirtualClock),
}

impl Source {
    pub(crate) fn new(time: &Time) -> Self {
        match time {
            Time::Real => Self::Real(Instant::now()),
            Time::Virtual(clock) => Self::Virtual(clock.clone()),
        }
    }

    pub(crate) fn now(&self) -> Duration {
        match self {
            Self::Real(boot) => boot.elapsed(),
            Self::Virtual(clock) => clock.now(),
        }
    }

    /// Lets `span` pass, unless `interrupt` ends it.
    pub(crate) fn sleep(&self, span: Duration, interrupt: &Interrupt) {
        match self {
            Self::Real(_) => interrupt.wait(span),
            Self::Virtual(clock) => clock.advance(span, interrupt),
        };
    }
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
    pub(crate) fn new(config: &Config, card: Arc<Card>, log: Log, time: Source, agenda: Arc<Agenda>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                world: World::new(&config.profile.body),
                random: Random::of(&config.profile),
                ..State::default()
            }),
            changed: Condvar::new(),
            time,
            waiting: Mutex::default(),
            card,
            log,
            agenda,
            memory: Mutex::default(),
            profile: config.profile.clone(),
        })
    }

    /// Lets the keyboard task live on the clock, if that is a virtual one.
    pub(crate) fn attach(self: &Arc<Self>) {
        if let Source::Virtual(clock) = &self.time {
            let ticker: Arc<dyn Ticker> = self.clone();
            clock.attach(&ticker);
        }
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

    /// Starts a script as the menu does; false if one runs. It counts as running at once.
    pub(crate) fn start_from_menu(&self, script: MenuScript) -> bool {
        let mut state = self.lock();
        // The menu is the keyboard task's, which starts what PTP waits for first.
        if state.running || state.start.is_some() || state.off || state.frozen || state.stop {
            return false;
        }
        (state.running, state.from_menu, state.ended) = (true, true, None);
        state.menu_start = Some(script);
        drop(state);
        self.changed.notify_all();
        true
    }

    /// How the last script ended and when; `None` while one runs, and before the first.
    pub(crate) fn ended(&self) -> Option<(Ending, Duration)> {
        let state = self.lock();
        state.ended.filter(|_| !state.running)
    }

    /// The console's lines beyond the first `seen` that were ever printed, as far as they are kept, and how many there
    /// have been by now.
    pub(crate) fn console_since(&self, seen: u64) -> (Vec<String>, u64) {
        let state = self.lock();
        let kept = state.console.len();
        let new = usize::try_from(state.printed.saturating_sub(seen)).unwrap_or(kept).min(kept);
        (state.console.iter().skip(kept - new).cloned().collect(), state.printed)
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

    /// What the script that runs, or the last one, has cost.
    pub(crate) fn usage(&self) -> Usage {
        self.lock().usage
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

    /// Whether this body has the key.
    fn has_key(&self, key: keys::Key) -> bool {
        let body = &self.profile.body;
        let name = keys::name(key);
        (name != "video" || body.features.video_button) && !body.missing_keys.iter().any(|missing| missing == name)
    }

    /// Keys that the script holds down.
    pub(crate) fn keys_held(&self) -> Vec<&'static str> {
        self.lock().keys.held().collect()
    }

    /// A finger clicks a key.
    pub(crate) fn click(&self, button: Button) {
        self.finger(button, |state, key| {
            state.keys.click(key);
            true
        });
    }

    /// A finger presses a key and holds it.
    pub(crate) fn press(&self, button: Button) {
        self.finger(button, |state, key| {
            state.keys.finger_down(key);
            true
        });
    }

    /// A finger lets go of a key.
    pub(crate) fn release(&self, button: Button) {
        self.finger(button, |state, key| {
            state.keys.finger_up(key);
            false
        });
    }

    /// Moves a finger; `act` says whether this is a click, which may be one of the exit key.
    fn finger(&self, button: Button, act: impl FnOnce(&mut State, keys::Key) -> bool) {
        let Some(key) = keys::named(button.name().as_bytes()) else { return };
        let mut state = self.lock();
        let clicked = act(&mut state, key);
        // In virtual time the keyboard task may not have been there yet.
        let now = self.task_time(&state).max(state.clock);
        state.shutter_moved(now);
        // Only in CHDK's own mode is there a script to interrupt (core/script.c:172-189), and only while kbd_process
        // gets so far.
        state.exit |= clicked && state.running && state.alt && !state.alt_held && key == state.keys.exit_key();
        drop(state);
        self.changed.notify_all();
    }

    /// A finger clicks whatever key interrupts the script.
    pub(crate) fn click_exit_key(&self) {
        let key = self.lock().keys.exit_key();
        if let Some(button) = keys::names().nth(key).and_then(Button::named) {
            self.click(button);
        }
    }

    /// A finger presses or releases the ALT button; ALT changes when it is let go.
    pub(crate) fn hold_alt(&self, hold: bool) {
        let mut state = self.lock();
        if state.alt_held && !hold {
            state.alt = !state.alt;
        }
        state.alt_held = hold;
        drop(state);
        self.changed.notify_all();
    }

    /// Somebody turns the mode switch.
    pub(crate) fn set_mode(&self, record: bool) {
        let now = self.now();
        self.lock().mode.set(record, now);
    }

    /// The battery has run down to this, or has been changed.
    pub(crate) fn set_battery(&self, millivolts: u16) {
        self.lock().battery_mv = Some(millivolts.into());
    }

    /// Stops the keyboard task without a trace.
    pub(crate) fn freeze(&self) {
        self.lock().frozen = true;
        self.changed.notify_all();
    }

    /// Switches the camera off: whatever runs is gone without a word.
    pub(crate) fn power_off(&self) {
        let mut state = self.lock();
        state.stale |= state.running;
        if state.running {
            state.ended = Some((Ending::Off, self.now()));
        }
        if let Some(stopper) = state.stopper.take() {
            stopper.stop();
        }
        state.off = true;
        state.boot();
        state.random = Random::of(&self.profile);
        drop(state);
        self.changed.notify_all();
    }

    /// Switches it on again.
    pub(crate) fn power_on(&self) {
        self.lock().off = false;
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

    /// Lets the keyboard task run until `done`, on behalf of the PTP task. A script that does not yield is waited for,
    /// as a real camera does, or stopped, as [`Strict`] says.
    fn wait_until<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        done: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        self.changed.notify_all();
        let begin = self.now();
        let mut step = Duration::ZERO;
        let mut hangs = false;
        while !done(&state) && !state.stop && !state.off {
            // Whoever is leaving does not wait for a keyboard task that will not come.
            if state.hurry && (state.frozen || state.alt_held) {
                break;
            }
            let obstinate = state.running && !state.forced && !state.frozen && !state.alt_held;
            if obstinate && !hangs && self.now().saturating_sub(begin) >= PATIENCE {
                let strict = self.log.sin("the script does not yield: a real camera hangs here until it does");
                hangs = strict == Strict::Do;
                state.forced |= !hangs;
            }
            state.forced |= obstinate && state.hurry;
            if state.forced
                && let Some(stopper) = &state.stopper
            {
                stopper.stop();
            }
            match &self.time {
                Source::Real(_) => state = self.wait(state, Some(PATIENCE / 10)),
                Source::Virtual(clock) if !hangs && self.has_more_to_do(&state) => {
                    drop(state);
                    clock.advance(step, &Interrupt::new());
                    step = TICK;
                    state = self.lock();
                }
                // The clock is not moved for something that will not come.
                Source::Virtual(_) => state = self.wait(state, Some(PATIENCE / 100)),
            }
        }
        state
    }

    /// Whether anything is to happen by itself.
    fn has_more_to_do(&self, state: &State) -> bool {
        state.turn == Turn::Camera || state.next_due(self.now()).is_some() || self.agenda.next_due().is_some()
    }

    /// Time since boot, as the PTP task sees it.
    fn now(&self) -> Duration {
        self.time.now()
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
