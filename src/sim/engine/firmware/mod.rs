//! The functions that the engine gives to scripts, by subject; each file has a table of them by the name that scripts use.
//!
//! They put the engine and the camera's world into Lua's words: arguments are checked as CHDK checks them, and what is
//! wrong with them is said in its words.

mod apex;
mod capture;
mod config;
mod console;
mod exposure;
mod focus;
mod keys;
mod levent;
mod messages;
mod mode;
mod native;
mod props;
mod storage;
mod system;
mod time;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, MutexGuard};
use std::time::{Duration, SystemTime};

use crate::sim::engine::state::{Action, State};
use crate::sim::engine::{Engine, Source};
use crate::sim::lib;
use crate::sim::lib::args::{Args, error};
use crate::sim::lualib::{self, Lualib};
use crate::sim::profile::NUMBERS_BEFORE_1_4;
use crate::sim::vm::{Firmware, Reply, Value};

/// A day: what -1 means where a timeout is expected (CHDK core/action_stack.c:307-429).
const FOREVER: u64 = 86_400_000;

/// Actions that a script can have waiting. An action stack has 48 places, a call takes three or more of them, and nothing
/// checks for the end (CHDK core/action_stack.c:19-20, 190-201): what comes after overwrites the camera's memory.
const ACTIONS: usize = 16;

/// Midnight of the day on which cameras in virtual time boot, and the hour of it: 2024-01-01, noon.
const VIRTUAL_BOOT: jiff::civil::DateTime = jiff::civil::date(2024, 1, 1).at(12, 0, 0, 0);

/// What a function answers; a failed check is as much an answer as a result.
type Answer = Result<Reply, Reply>;
type Function = fn(&mut ScriptHost, Args) -> Answer;
type Table = &'static [(&'static str, Function)];

/// All of them.
static FUNCTIONS: LazyLock<Vec<(&str, Function)>> = LazyLock::new(|| {
    let tables: [Table; 15] = [
        time::FUNCTIONS,
        messages::FUNCTIONS,
        keys::FUNCTIONS,
        mode::FUNCTIONS,
        exposure::FUNCTIONS,
        apex::FUNCTIONS,
        focus::FUNCTIONS,
        props::FUNCTIONS,
        config::FUNCTIONS,
        storage::FUNCTIONS,
        system::FUNCTIONS,
        native::FUNCTIONS,
        levent::FUNCTIONS,
        capture::FUNCTIONS,
        console::FUNCTIONS,
    ];
    tables.concat()
});

/// The names of all functions, in the order of their indices: the engine's own, the library's, and those that exist
/// but do nothing yet.
pub(super) fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| [own(), lib::names(), unmodelled()].concat());
    &NAMES
}

/// Names of functions that every camera has and this one does not do yet.
pub(crate) fn unmodelled() -> Vec<&'static str> {
    lib::unmodelled(&own())
}

fn own() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name).collect()
}

/// The camera, as one script sees it.
pub(super) struct ScriptHost {
    engine: Arc<Engine>,
    /// LUALIB as it comes with CHDK, once a script has asked for something of it that is not on the card.
    lualib: Option<Arc<Lualib>>,
}

impl ScriptHost {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, lualib: None }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.engine.lock()
    }

    /// The state, with its world as it is now.
    fn now(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        let now = self.engine.task_time(&state);
        let record = state.mode.is_record(now);
        state.world.at(now, record);
        state
    }

    /// The tick count at which a wait of `timeout` ms ends; negative ones are over at once.
    fn end_of_wait(&self, timeout: i32) -> u64 {
        let span = if timeout == -1 { FOREVER } else { timeout.max(0) as u64 };
        self.engine.tick_count(&self.state()) + span
    }

    /// Puts actions on the stack, the first to happen last, and suspends the script. The actions stay even if the
    /// script may not be suspended here (CHDK modules/luascript.c:493).
    fn act(&mut self, actions: impl IntoIterator<Item = Action>) -> Result<Reply, Reply> {
        let mut state = self.state();
        if state.actions.len() >= ACTIONS {
            drop(state);
            self.engine
                .log
                .sin("waits caught by pcall have filled the action stack: a real camera would crash now or later");
            return Err(error(
                "the camera's action stack is full: waiting inside pcall leaves something on it each time",
            ));
        }
        state.actions.extend(actions);
        Ok(Reply::Yield)
    }

    /// The camera's local time.
    fn civil_time(&self) -> jiff::civil::DateTime {
        let state = self.state();
        self.engine.civil_time(&state, state.local)
    }

    /// What the clock would show if no script had set it.
    fn unset_time(&self) -> jiff::civil::DateTime {
        let local = self.state().local;
        self.engine.unset_time(local)
    }
}

impl Engine {
    /// What the camera's clock shows `local` after it was made.
    fn civil_time(&self, state: &State, local: Duration) -> jiff::civil::DateTime {
        self.unset_time(local).saturating_add(state.world.clock_offset)
    }

    fn unset_time(&self, local: Duration) -> jiff::civil::DateTime {
        match &self.time {
            Source::Real(_) => jiff::Zoned::now().datetime(),
            Source::Virtual(_) => {
                VIRTUAL_BOOT.saturating_add(jiff::SignedDuration::try_from(local).unwrap_or_default())
            }
        }
    }

    /// The host's time that a file written now bears, so that it is what the camera's clock shows.
    pub(crate) fn file_time(&self) -> Option<SystemTime> {
        let state = self.lock();
        lib::host_time(seconds(self.civil_time(&state, state.local.max(self.now()))))
    }
}

/// What a card takes at once, where it is slow.
const CARD_PIECE: usize = 64 * 1024;

/// How often a function has been at the card.
fn accesses(name: &str, reply: &Reply) -> u32 {
    match (name, reply) {
        ("os.listdir", Reply::Return(values)) => match values.first() {
            Some(Value::Table(names)) => 1 + u32::try_from(names.len()).unwrap_or(u32::MAX - 1),
            _ => 1,
        },
        ("os.stat" | "os.mkdir" | "os.utime" | "os.remove" | "os.rename", _) => 1,
        _ => 0,
    }
}

impl ScriptHost {
    /// Lets the time pass that a slow card takes; the keyboard task does nothing else meanwhile.
    fn access_card(&mut self, times: u32) {
        let span = self.engine.card.delay().saturating_mul(times);
        if !span.is_zero() {
            self.engine.wait_for_card(span);
        }
    }

    /// A truth as this build returns it.
    fn as_of_its_time(&self, reply: Reply) -> Reply {
        match (reply, &self.engine.profile.chdk) {
            (Reply::Return(values), Some(chdk)) if !chdk.has_booleans() => {
                let number = |value| if let Value::Bool(truth) = value { Value::Int(truth.into()) } else { value };
                Reply::Return(values.into_iter().map(number).collect())
            }
            (reply, _) => reply,
        }
    }

    /// A file of CHDK's own that this card, which is a folder of the user's, does not have.
    fn built_in(&mut self, path: &[u8]) -> Option<PathBuf> {
        let name = lualib::named(path).filter(|_| self.engine.card.is_users())?;
        if self.lualib.is_none() {
            self.lualib =
                Lualib::shared().inspect_err(|error| self.engine.log.note(|| format!("no LUALIB: {error}"))).ok();
        }
        self.lualib.as_ref().map(|lualib| lualib.path(name))
    }
}

impl Firmware for ScriptHost {
    fn call(&mut self, function: usize, args: &[Value]) -> Reply {
        match FUNCTIONS.get(function) {
            Some((name, function)) => {
                let reply = function(self, Args(args)).unwrap_or_else(|error| error);
                if NUMBERS_BEFORE_1_4.contains(name) { self.as_of_its_time(reply) } else { reply }
            }
            None => {
                let (engine, now) = (&self.engine, seconds(self.civil_time()));
                let env = lib::Env { card: &engine.card, now, profile: &engine.profile };
                let name = names().get(function).unwrap_or(&"?");
                let reply = lib::call(name, args, &env);
                self.access_card(accesses(name, &reply));
                reply
            }
        }
    }

    fn open(&mut self, path: &[u8], mode: &[u8]) -> Option<PathBuf> {
        self.access_card(1);
        match mode.first() {
            Some(b'r') if mode.contains(&b'+') => self.engine.card.existing(path).and(self.engine.card.writable(path)),
            Some(b'r') => self.engine.card.existing(path).or_else(|| self.built_in(path)),
            Some(b'w') => self.engine.card.create(path).map(|(path, _)| path),
            _ => self.engine.card.writable(path),
        }
    }

    fn file_time(&mut self) -> Option<SystemTime> {
        self.engine.file_time()
    }

    fn may_write(&mut self, bytes: usize) -> usize {
        self.access_card(u32::try_from(bytes / CARD_PIECE).unwrap_or(u32::MAX));
        self.engine.card.take(bytes as u64) as usize
    }

    fn print(&mut self, line: &[u8]) {
        self.state().print(line);
    }

    fn elapsed_ms(&mut self) -> u32 {
        self.engine.hook().as_millis().try_into().unwrap_or(u32::MAX)
    }

    fn random(&mut self) -> u32 {
        self.state().random.next()
    }

    fn seed_random(&mut self, seed: u32) {
        self.state().random.seed(seed);
    }

    fn sin(&mut self, what: &str) {
        self.engine.log.sin(what);
    }
}

fn none() -> Answer {
    Ok(Reply::Return(Vec::new()))
}

fn value(value: Value) -> Answer {
    Ok(Reply::Return(vec![value]))
}

fn int(number: i32) -> Answer {
    value(Value::Int(number))
}

fn boolean(truth: bool) -> Answer {
    value(Value::Bool(truth))
}

fn bytes(text: &str) -> Value {
    Value::Bytes(text.as_bytes().to_vec())
}

/// Seconds since 1970, as if the camera's time were UTC.
fn seconds(time: jiff::civil::DateTime) -> i64 {
    time.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |time| time.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_one_that_cameras_have_and_there_once() {
        let known: Vec<_> = crate::api::entries().map(|entry| entry.name).collect();
        for name in names() {
            assert!(known.contains(name), "{name}");
            assert_eq!(names().iter().filter(|other| *other == name).count(), 1, "{name}");
        }
    }
}
