//! What the keyboard task and the PTP task both know, behind one lock.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sim::engine::keys::{Key, Keys};
use crate::sim::engine::messages::{ERR, Message, Queue};
use crate::sim::engine::mode::Mode;
use crate::sim::engine::random::Random;
use crate::sim::vm::{Stopper, Usage, Value};
use crate::sim::world::World;

/// The keyboard task runs every ten milliseconds (CHDK core/kbd_process.c:81-204).
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Lines of the console that are kept. The camera keeps thirty; a user of the simulator wants to see more.
const CONSOLE: usize = 10_000;

/// What is on the action stack. Times are tick counts in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// Run the script until it yields or ends; always at the bottom.
    Script,
    /// Wait.
    Until(u64),
    /// Key down, then wait.
    Press(Key),
    /// Key up, then wait.
    Release(Key),
    /// Wait for a message from the host.
    ReadMessage(u64),
    /// Wait for room in the queue to the host.
    WriteMessage { end: u64, subtype: u32, body: Vec<u8> },
    /// Wait for a finger.
    WaitClick(u64),
}

/// A script that was chosen in the menu.
pub(crate) struct MenuScript {
    /// The text that runs in its place, and loads it.
    pub(crate) loader: String,
    /// Its parameters, which become global variables.
    pub(crate) globals: Vec<(String, Value)>,
}

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It returned.
    Finished,
    /// By an error, which is on the console.
    Failed,
    /// By the exit key.
    Interrupted,
    /// By PTP, for another script.
    Killed,
    /// The camera went off.
    Off,
}

/// Whose turn it is in virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The camera does nothing until the clock says so.
    Clock,
    /// The clock waits for the camera.
    Camera,
}

/// The state of one camera's script engine.
pub(crate) struct State {
    /// Camera to host, and host to camera.
    pub(crate) to_host: Queue,
    pub(crate) to_script: Queue,
    /// Id of the most recent script; 0 after boot.
    pub(crate) script_id: u32,
    /// Whether a script's action stack exists.
    pub(crate) running: bool,
    pub(crate) actions: Vec<Action>,

    /// A script that PTP wants started, and what became of it: whether it compiled.
    pub(crate) start: Option<Vec<u8>>,
    pub(crate) started: Option<bool>,
    /// A script that was chosen in the menu and is about to start; it counts as running.
    pub(crate) menu_start: Option<MenuScript>,
    /// The running script, or the last one, was chosen in the menu.
    pub(crate) from_menu: bool,
    /// How the last script ended, and when.
    pub(crate) ended: Option<(Ending, Duration)>,
    /// PTP wants the running script killed.
    pub(crate) kill: bool,
    /// PTP lost patience: the script is stopped from inside its Lua.
    pub(crate) forced: bool,
    /// The exit key was clicked.
    pub(crate) exit: bool,
    /// Stops the script's Lua.
    pub(crate) stopper: Option<Stopper>,
    /// The camera is being taken apart.
    pub(crate) stop: bool,
    /// Somebody wants to leave: scripts that do not yield are not waited for.
    pub(crate) hurry: bool,
    /// The keyboard task has stopped for good, as far as anybody can tell from outside.
    pub(crate) frozen: bool,
    /// The camera is switched off.
    pub(crate) off: bool,
    /// A script's Lua is left over from before the camera was switched off.
    pub(crate) stale: bool,
    /// A finger holds the ALT button.
    pub(crate) alt_held: bool,
    /// The battery's voltage, once somebody has changed it.
    pub(crate) battery_mv: Option<i32>,

    pub(crate) keys: Keys,
    pub(crate) mode: Mode,
    pub(crate) world: World,
    /// When a script has asked the camera to go off.
    pub(crate) power_off: Option<Duration>,
    /// ALT now, and what it will be after the script.
    pub(crate) alt: bool,
    pub(crate) alt_after: bool,
    pub(crate) console: VecDeque<String>,
    /// Lines that were ever added to it.
    pub(crate) printed: u64,
    /// Bytes the script used when it last yielded.
    pub(crate) memory_used: usize,
    /// What the script, or the last one, has cost.
    pub(crate) usage: Usage,
    pub(crate) random: Random,

    /// When the last tick was.
    pub(crate) last_tick: Option<Duration>,
    /// When the script was last resumed.
    pub(crate) resumed: Duration,
    /// Virtual time: how far the clock is, how far the camera is, and where it waits for the clock in mid-tick.
    pub(crate) clock: Duration,
    pub(crate) local: Duration,
    pub(crate) blocked: Option<Duration>,
    pub(crate) turn: Turn,
}

impl Default for State {
    fn default() -> Self {
        Self {
            to_host: Queue::default(),
            to_script: Queue::default(),
            script_id: 0,
            running: false,
            actions: Vec::new(),
            start: None,
            started: None,
            menu_start: None,
            from_menu: false,
            ended: None,
            kill: false,
            forced: false,
            exit: false,
            stopper: None,
            stop: false,
            hurry: false,
            frozen: false,
            off: false,
            stale: false,
            alt_held: false,
            battery_mv: None,
            keys: Keys::default(),
            mode: Mode::default(),
            world: World::default(),
            power_off: None,
            alt: false,
            alt_after: false,
            console: VecDeque::new(),
            printed: 0,
            memory_used: 0,
            usage: Usage::default(),
            random: Random::default(),
            last_tick: None,
            resumed: Duration::ZERO,
            clock: Duration::ZERO,
            local: Duration::ZERO,
            blocked: None,
            turn: Turn::Clock,
        }
    }
}

impl State {
    /// When the keyboard task has something to do next, if ever. Waits that nothing can cut short are skipped.
    pub(crate) fn next_due(&self, now: Duration) -> Option<Duration> {
        // A tick that has not come back belongs to a camera that hangs.
        if self.stop || self.turn == Turn::Camera {
            return None;
        }
        if (self.off || self.frozen) && !self.stale {
            return None;
        }
        if self.blocked.is_some() {
            return self.blocked;
        }
        let soonest = self.last_tick.map_or(now, |last| now.max(last + TICK));
        if self.stale || self.kill {
            return Some(soonest);
        }
        if self.alt_held {
            return None;
        }
        if self.start.is_some() || self.menu_start.is_some() || self.exit {
            return Some(soonest);
        }
        match (self.action_due(soonest), self.power_off) {
            (Some(action), Some(off)) => Some(action.min(off.max(soonest))),
            (action, off) => action.or(off.map(|off| off.max(soonest))),
        }
    }

    fn action_due(&self, soonest: Duration) -> Option<Duration> {
        let end = match self.actions.last()? {
            Action::Script | Action::Press(_) | Action::Release(_) => return Some(soonest),
            Action::ReadMessage(_) if self.to_script.has_for(self.script_id) => return Some(soonest),
            Action::WriteMessage { .. } if !self.to_host.is_full() => return Some(soonest),
            Action::WaitClick(_) if self.keys.has_click() => return Some(soonest),
            Action::Until(end) | Action::ReadMessage(end) | Action::WaitClick(end) => *end,
            Action::WriteMessage { end, .. } => *end,
        };
        Some(self.tick_at_or_after(end, soonest))
    }

    /// The first tick, not before `soonest`, at which the tick count has reached `end`.
    fn tick_at_or_after(&self, end: u64, soonest: Duration) -> Duration {
        let end = Duration::from_millis(end.next_multiple_of(10));
        let Some(late) = end.checked_sub(soonest) else { return soonest };
        let ticks = late.as_nanos().div_ceil(TICK.as_nanos());
        soonest + TICK * u32::try_from(ticks).unwrap_or(u32::MAX)
    }

    /// Queues a message to the host under the id of the latest script; false if there was no room.
    pub(crate) fn tell_host(&mut self, kind: u32, subtype: u32, body: Vec<u8>) -> bool {
        let script = self.script_id;
        self.to_host.push(Message { kind, subtype, script, body })
    }

    /// Queues an error for the host.
    pub(crate) fn report(&mut self, subtype: u32, text: &[u8]) {
        self.tell_host(ERR, subtype, text.to_vec());
    }

    /// Adds a line to the console.
    pub(crate) fn print(&mut self, line: &[u8]) {
        if self.console.len() == CONSOLE {
            self.console.pop_front();
        }
        self.console.push_back(String::from_utf8_lossy(line).into_owned());
        self.printed += 1;
        self.world.console.print(line);
    }

    /// What is true when the camera is switched on. What a script has left in memory is the keyboard task's to throw away.
    pub(crate) fn boot(&mut self) {
        self.script_end();
        (self.to_host, self.to_script, self.script_id) = Default::default();
        (self.start, self.started) = (None, None);
        self.mode = Mode::default();
        (self.alt, self.alt_after) = (false, false);
        self.power_off = None;
        self.world.boot();
        self.frozen = false;
        self.console.clear();
    }

    /// Keys have gone up or down, and maybe the shutter among them.
    pub(crate) fn shutter_moved(&mut self, now: Duration) {
        self.world.shutter(self.keys.is_half_down(), now);
    }

    /// What is true after every script, however it ended (core/script.c:233-275).
    pub(crate) fn script_end(&mut self) {
        self.running = false;
        self.actions.clear();
        self.menu_start = None;
        self.kill = false;
        self.forced = false;
        self.exit = false;
        self.stopper = None;
        self.keys.reset();
        self.shutter_moved(self.clock);
        self.world.script_end();
        self.alt = self.alt_after;
        self.memory_used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn an_idle_camera_has_nothing_to_do() {
        assert_eq!(State::default().next_due(ms(5)), None);
    }

    /// §3.3 script_end (core/script.c:233-275): The GUI's mode is restored: ALT is what it was, or what the script chose.
    #[test]
    fn alt_is_restored_at_the_end() {
        for alt in [false, true] {
            let mut state = State { running: true, alt: true, alt_after: alt, ..State::default() };
            state.script_end();
            assert_eq!(state.alt, alt);
        }
    }

    #[test]
    fn long_waits_are_skipped_in_one_step_and_end_on_a_tick() {
        let mut state = State { last_tick: Some(ms(13)), ..State::default() };
        state.actions = vec![Action::Script, Action::Until(60_000)];
        assert_eq!(state.next_due(ms(13)), Some(ms(60_003)));
        assert_eq!(state.next_due(ms(70_000)), Some(ms(70_000)));
    }

    #[test]
    fn a_message_ends_the_wait_for_it_at_the_next_tick() {
        let mut state = State { last_tick: Some(ms(10)), script_id: 2, ..State::default() };
        state.actions = vec![Action::Script, Action::ReadMessage(1000)];
        assert_eq!(state.next_due(ms(12)), Some(ms(1000)));
        state.to_script.push(Message { script: 1, ..Message::default() });
        assert_eq!(state.next_due(ms(10)), Some(ms(1000)), "a message for somebody else");
        state.to_script.push(Message { script: 2, ..Message::default() });
        assert_eq!(state.next_due(ms(10)), Some(ms(20)));
    }
}
