//! The functions that the engine gives to scripts: time, keys, messages, mode.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, MutexGuard};

use crate::sim::engine::keys::{self, Key};
use crate::sim::engine::messages::{USER, encode};
use crate::sim::engine::state::{Action, State};
use crate::sim::engine::{Engine, Source};
use crate::sim::lib;
use crate::sim::lib::args::{Args, error};
use crate::sim::profile::Profile;
use crate::sim::vm::{Firmware, Reply, Value};

/// A day: what -1 means where a timeout is expected (CHDK core/action_stack.c:307-429).
const FOREVER: u64 = 86_400_000;

/// Actions that a script can have waiting. An action stack has 48 places, a call takes three or more of them, and nothing
/// checks for the end (CHDK core/action_stack.c:19-20, 190-201): what comes after overwrites the camera's memory.
const ACTIONS: usize = 16;

/// Midnight of the day on which cameras in virtual time boot, and the hour of it: 2024-01-01, noon.
const VIRTUAL_BOOT: jiff::civil::DateTime = jiff::civil::date(2024, 1, 1).at(12, 0, 0, 0);

type Function = fn(&mut ScriptHost, Args) -> Result<Reply, Reply>;

/// By the name that scripts use.
const FUNCTIONS: &[(&str, Function)] = &[
    ("sleep", sleep),
    ("get_tick_count", get_tick_count),
    ("get_day_seconds", get_day_seconds),
    ("get_time", get_time),
    ("read_usb_msg", read_usb_msg),
    ("write_usb_msg", write_usb_msg),
    ("press", press),
    ("release", release),
    ("click", click),
    ("wait_click", wait_click),
    ("is_pressed", is_pressed),
    ("is_key", is_key),
    ("set_exit_key", set_exit_key),
    ("get_mode", get_mode),
    ("set_record", set_record),
    ("switch_mode_usb", switch_mode_usb),
    ("enter_alt", enter_alt),
    ("exit_alt", exit_alt),
    ("get_alt_mode", get_alt_mode),
    ("get_usb_power", get_usb_power),
    ("get_buildinfo", get_buildinfo),
    ("get_meminfo", get_meminfo),
    ("cls", cls),
    ("set_console_layout", on_screen_only),
    ("set_console_autoredraw", on_screen_only),
    ("console_redraw", on_screen_only),
];

/// The names of all functions, in the order of their indices: the engine's own, the library's, and those that exist
/// but do nothing yet.
pub(super) fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| [own_names(), lib::names(), unmodelled()].concat());
    &NAMES
}

/// The functions that exist on a camera and only raise an error on this one, as
/// [`not_modelled`](lib::not_modelled) words it.
pub fn unmodelled() -> Vec<&'static str> {
    lib::unmodelled(&own_names())
}

fn own_names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name).collect()
}

/// The camera, as one script sees it.
pub(super) struct ScriptHost {
    engine: Arc<Engine>,
}

impl ScriptHost {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.engine.lock()
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
        match &self.engine.time {
            Source::Real(_) => jiff::Zoned::now().datetime(),
            Source::Virtual(_) => {
                let since_boot = jiff::SignedDuration::try_from(self.state().local).unwrap_or_default();
                VIRTUAL_BOOT.saturating_add(since_boot)
            }
        }
    }
}

impl Firmware for ScriptHost {
    fn call(&mut self, function: usize, args: &[Value]) -> Reply {
        match FUNCTIONS.get(function) {
            Some((_, function)) => function(self, Args(args)).unwrap_or_else(|error| error),
            None => {
                let (engine, now) = (&self.engine, seconds(self.civil_time()));
                let env = lib::Env { card: &engine.card, now, profile: &engine.profile };
                lib::call(names().get(function).unwrap_or(&"?"), args, &env)
            }
        }
    }

    fn open(&mut self, path: &[u8], mode: &[u8]) -> Option<PathBuf> {
        match mode.first() {
            Some(b'r') if !mode.contains(&b'+') => self.engine.card.existing(path),
            _ => self.engine.card.writable(path),
        }
    }

    fn may_write(&mut self, bytes: usize) -> usize {
        self.engine.card.take(bytes as u64) as usize
    }

    fn print(&mut self, line: &[u8]) {
        self.state().print(line);
    }

    fn elapsed_ms(&mut self) -> u32 {
        self.engine.hook().as_millis().try_into().unwrap_or(u32::MAX)
    }
}

fn sleep(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let end = host.end_of_wait(args.int(1)?);
    host.act([Action::Until(end)])
}

fn get_tick_count(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    int(host.engine.tick_count(&host.state()) as i32)
}

fn get_day_seconds(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    let time = host.civil_time().time();
    int(i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second()))
}

fn get_time(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let time = host.civil_time();
    int(match args.c_string(1)?.first() {
        Some(b's') => time.second().into(),
        Some(b'm') => time.minute().into(),
        Some(b'h') => time.hour().into(),
        Some(b'D') => time.day().into(),
        Some(b'M') => time.month().into(),
        Some(b'Y') => time.year().into(),
        _ => -1,
    })
}

/// Waits only if asked to, but then always for a tick at least (luascript.c:2524).
fn read_usb_msg(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let timeout = args.int_or(1, 0)?;
    if timeout > 0 || timeout == -1 {
        let end = host.end_of_wait(timeout);
        return host.act([Action::ReadMessage(end)]);
    }
    let mut state = host.state();
    let id = state.script_id;
    value(state.to_script.pop_for(id).map_or(Value::Nil, |message| Value::Bytes(message.body)))
}

fn write_usb_msg(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    // What cannot be sent has raised its error before it came here.
    let (subtype, body) = encode(args.get(1).unwrap_or(&Value::Nil));
    let timeout = args.int_or(2, 0)?;
    if timeout > 0 || timeout == -1 {
        let end = host.end_of_wait(timeout);
        return host.act([Action::WriteMessage { end, subtype, body }]);
    }
    let queued = host.state().tell_host(USER, subtype, body);
    value(Value::Bool(queued))
}

fn press(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let key = key(args)?;
    host.act([Action::Press(key)])
}

fn release(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let key = key(args)?;
    host.act([Action::Release(key)])
}

fn click(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let key = key(args)?;
    host.act([Action::Release(key), Action::Press(key)])
}

fn wait_click(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let timeout = match args.int_or(1, 0)? {
        0 => -1,
        timeout => timeout,
    };
    if host.state().keys.take_click() {
        return none();
    }
    if timeout < -1 {
        host.state().keys.no_click();
        return none();
    }
    let end = host.end_of_wait(timeout);
    host.act([Action::WaitClick(end)])
}

/// What a finger holds; and the key that stands for USB power, which is always there.
fn is_pressed(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let key = key(args)?;
    value(Value::Bool(keys::is_remote(key) || host.state().keys.is_down(key)))
}

fn is_key(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let key = key(args)?;
    value(Value::Bool(host.state().keys.last_was(key)))
}

fn set_exit_key(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let key = key(args)?;
    host.state().keys.set_exit_key(key);
    none()
}

/// Record or not, video or not, and CHDK's mode word: 0x200 playback, 0x100 record, 1 automatic.
fn get_mode(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    let mut state = host.state();
    let now = host.engine.task_time(&state);
    let record = state.mode.is_record(now);
    let word = if record { 0x101 } else { 0x201 };
    Ok(Reply::Return(vec![Value::Bool(record), Value::Bool(false), Value::Int(word)]))
}

fn set_record(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    switch_mode(host, args.on_off(1)? != 0)
}

fn switch_mode_usb(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    switch_mode(host, args.on_off(1)? != 0)
}

fn switch_mode(host: &mut ScriptHost, record: bool) -> Result<Reply, Reply> {
    let mut state = host.state();
    let now = host.engine.task_time(&state);
    state.mode.set(record, now);
    none()
}

/// In a PTP script, also what ALT will be after it (luascript.c:1489-1507).
fn enter_alt(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    let mut state = host.state();
    (state.alt, state.alt_after) = (true, true);
    none()
}

fn exit_alt(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    let mut state = host.state();
    (state.alt, state.alt_after) = (false, false);
    none()
}

fn get_alt_mode(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    value(Value::Bool(host.state().alt))
}

/// There is power on the USB plug, and it never pulses.
fn get_usb_power(_: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    int(i32::from(args.int_or(1, 0)? == 1))
}

fn get_buildinfo(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    let Profile { identity, chdk, body, .. } = &host.engine.profile;
    let chdk = chdk.clone().unwrap_or_default();
    let text = |name: &str, value: &str| (bytes(name), bytes(value));
    value(Value::Table(vec![
        text("platform", &identity.platform),
        text("platsub", &identity.platsub),
        text("version", "CHDK"),
        text("build_number", &chdk.version),
        text("build_revision", &chdk.revision),
        text("build_date", &chdk.build_date),
        text("build_time", &chdk.build_time),
        text("os", &body.os),
        (bytes("platformid"), Value::Int(identity.platform_id)),
        (bytes("digic"), Value::Int(body.digic)),
    ]))
}

/// One heap: the script's own use of it as of its last yield.
fn get_meminfo(host: &mut ScriptHost, args: Args) -> Result<Reply, Reply> {
    let name = match args.get(1) {
        None | Some(Value::Nil) => b"combined".to_vec(),
        Some(_) => args.c_string(1)?,
    };
    if name != b"combined" && name != b"system" {
        return value(Value::Bool(false));
    }
    let (total, used) = (host.engine.profile.body.memory as i32, host.state().memory_used as i32);
    let start = 0x0010_0000;
    let number = |name: &str, value: i32| (bytes(name), Value::Int(value));
    value(Value::Table(vec![
        (bytes("name"), Value::Bytes(name)),
        (bytes("chdk_malloc"), Value::Bool(true)),
        number("chdk_start", start - 0x4_0000),
        number("chdk_size", 0x4_0000),
        number("start_address", start),
        number("end_address", start.saturating_add(total)),
        number("total_size", total),
        number("allocated_size", used),
        number("allocated_peak", used),
        number("allocated_count", 1),
        number("free_size", total - used),
        number("free_block_max_size", total - used),
        number("free_block_count", 1),
    ]))
}

fn cls(host: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    host.state().console.clear();
    none()
}

/// There is no screen to do it on.
fn on_screen_only(_: &mut ScriptHost, _: Args) -> Result<Reply, Reply> {
    none()
}

fn none() -> Result<Reply, Reply> {
    Ok(Reply::Return(Vec::new()))
}

fn value(value: Value) -> Result<Reply, Reply> {
    Ok(Reply::Return(vec![value]))
}

fn int(number: i32) -> Result<Reply, Reply> {
    value(Value::Int(number))
}

fn bytes(text: &str) -> Value {
    Value::Bytes(text.as_bytes().to_vec())
}

fn key(args: Args) -> Result<Key, Reply> {
    keys::named(&args.c_string(1)?).ok_or_else(|| error("unknown key"))
}

/// Seconds since 1970, as if the camera's time were UTC.
fn seconds(time: jiff::civil::DateTime) -> i64 {
    time.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |time| time.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_one_that_cameras_have() {
        let known: Vec<_> = crate::api::entries().map(|entry| entry.name).collect();
        for name in names() {
            assert!(known.contains(name), "{name}");
        }
    }
}
