//! The simulated camera's script engine: ticks, waits, messages, keys, and how scripts end.
//!
//! In virtual time, so that every number is exact.

#[path = "bare/wire.rs"]
mod wire;

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use moonshutter::clock::{Clock, Interrupt, VirtualClock};
use moonshutter::sim::{Cable, Config, Profile, SimCamera, Strict, Time};

const LONG: Duration = Duration::from_secs(30);

const NO_KILL: u32 = 0x100;
const FLUSH_CAM_MSGS: u32 = 0x200;
const FLUSH_HOST_MSGS: u32 = 0x400;

/// Type, subtype, script and text of a message.
#[derive(Debug, Clone, PartialEq)]
struct Message(u32, u32, u32, Vec<u8>);

fn int(script: u32, value: i32) -> Message {
    Message(2, 3, script, value.to_le_bytes().to_vec())
}

fn boolean(script: u32, value: bool) -> Message {
    Message(2, 2, script, vec![value.into(), 0, 0, 0])
}

fn nil(script: u32) -> Message {
    Message(2, 1, script, vec![0; 4])
}

fn string(script: u32, text: &str) -> Message {
    Message(2, 4, script, text.as_bytes().to_vec())
}

fn run_error(script: u32, text: &str) -> Message {
    Message(1, 2, script, text.as_bytes().to_vec())
}

fn user(script: u32, text: &str) -> Message {
    Message(3, 4, script, text.as_bytes().to_vec())
}

/// A camera with an open session.
struct Host {
    camera: SimCamera,
    cable: Cable,
    clock: VirtualClock,
    transaction: Cell<u32>,
    sins: Arc<Mutex<Vec<String>>>,
}

impl Host {
    fn new() -> Self {
        Self::on(&VirtualClock::new(), Config::default())
    }

    fn on(clock: &VirtualClock, config: Config) -> Self {
        Self::with(clock, Config { time: Time::Virtual(clock.clone()), ..config })
    }

    fn with(clock: &VirtualClock, config: Config) -> Self {
        let sins = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&sins);
        let log = move |line: &str| {
            if line.starts_with("sin:") {
                sink.lock().unwrap().push(line.to_owned());
            }
        };
        let camera = SimCamera::start(Config { log: Some(Arc::new(log)), ..config }).unwrap();
        let cable = camera.plug_in();
        let host = Self { camera, cable, clock: clock.clone(), transaction: Cell::new(0), sins };
        host.transact(0x1002, &[1], None);
        host
    }

    /// One transaction; its parameters and its data.
    fn transact(&self, code: u16, params: &[u32], out: Option<&[u8]>) -> (Vec<u32>, Vec<u8>) {
        self.transaction.set(self.transaction.get() + 1);
        let answer = wire::transact(&self.cable, self.transaction.get(), code, params, out).unwrap();
        assert_eq!(answer.code, 0x2001, "the response to {code:#x} {params:?}");
        (answer.params, answer.data.unwrap_or_default())
    }

    /// Starts a script; its id and status.
    fn start_with(&self, flags: u32, source: &str) -> (u32, u32) {
        let text = [source.as_bytes(), b"\0"].concat();
        let (params, _) = self.transact(0x9999, &[7, flags], Some(&text));
        (params[0], params[1])
    }

    #[track_caller]
    fn start(&self, source: &str) -> u32 {
        let (id, status) = self.start_with(0, source);
        assert_eq!(status, 0, "{source}: {:?}", self.messages());
        id
    }

    /// Bit 1: a script runs; bit 2: there are messages.
    fn status(&self) -> u32 {
        self.transact(0x9999, &[8], None).0[0]
    }

    fn message(&self) -> Option<Message> {
        let (params, mut data) = self.transact(0x9999, &[10], None);
        data.truncate(params[3] as usize);
        (params[0] != 0).then(|| Message(params[0], params[1], params[2], data))
    }

    fn messages(&self) -> Vec<Message> {
        std::iter::from_fn(|| self.message()).collect()
    }

    /// Sends a message to a script; the status.
    fn tell(&self, script: u32, text: &str) -> u32 {
        self.transact(0x9999, &[11, script], Some(text.as_bytes())).0[0]
    }

    fn pass(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms), &Interrupt::new());
    }

    /// Runs a script for as long as a minute of the camera's; what it says.
    #[track_caller]
    fn run(&self, source: &str) -> Vec<Message> {
        self.start(source);
        self.pass(60_000);
        assert_eq!(self.status() & 1, 0, "it still runs: {source}");
        self.messages()
    }

    /// Runs a script that returns one number.
    #[track_caller]
    fn number(&self, source: &str) -> i32 {
        match &self.run(source)[..] {
            [Message(2, 3, _, bytes)] => i32::from_le_bytes(bytes[..].try_into().unwrap()),
            other => panic!("{source}: {other:?}"),
        }
    }
}

// --- time ---

/// §3.2 tick (platform/*/kbd.c): The keyboard task runs about every 10 ms, and every wait ends in one of its ticks.
///
/// Decided: exactly every 10 ms; a wait counts from the call and ends in the first tick that is late enough.
///
/// §3.6 keys (core/action_stack.c:262-305): A press and a release take 30 ms each, a click both.
///
/// §4.1 yields: `sleep`, keys, and messages with a timeout always wait for a tick at least; without a timeout they do
/// not.
#[test]
fn waits_are_as_long_as_they_say_in_ticks_of_ten() {
    let host = Host::new();
    for (wait, ms) in [
        ("sleep(100)", 100),
        ("sleep(95)", 100),
        ("sleep(101)", 110),
        ("sleep(1)", 10),
        ("sleep(0)", 10),
        ("sleep(-7)", 10),
        ("sleep(5000)", 5000),
        // The key goes down in the next tick.
        ("press'set'", 40),
        ("release'set'", 40),
        ("click'set'", 70),
        ("read_usb_msg(200)", 200),
        ("write_usb_msg(1,200)", 10),
        ("wait_click(200)", 200),
        ("wait_click(-2)", 0),
        ("read_usb_msg()", 0),
        ("read_usb_msg(-2)", 0),
        ("write_usb_msg(1)", 0),
    ] {
        host.messages();
        host.start(&format!("local t=get_tick_count() {wait} return get_tick_count()-t"));
        host.pass(60_000);
        let last = host.messages().pop();
        assert_eq!(last, Some(int(last.as_ref().map_or(0, |m| m.2), ms)), "{wait}");
    }
}

/// §3.6 delays: A delay of -1 is 86 400 000 ms.
#[test]
fn a_day_passes_in_a_moment() {
    let host = Host::new();
    let begin = Instant::now();
    host.start("sleep(-1) return get_tick_count()");
    host.pass(86_399_000);
    assert_eq!(host.status(), 1);
    host.pass(2_000);
    assert_eq!(host.messages(), [int(1, 86_400_010)]);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

/// §1.3 9 (core/kbd_process.c:196-201): A started script first runs in the next tick of the keyboard task.
#[test]
fn a_script_first_runs_in_the_tick_after_it_was_started() {
    let host = Host::new();
    host.pass(123);
    host.start("return 1");
    assert_eq!(host.status(), 1);
    host.pass(9);
    assert_eq!(host.status(), 1);
    host.pass(1);
    assert_eq!(host.status(), 2);
}

#[test]
fn nothing_happens_while_nobody_waits() {
    let host = Host::new();
    host.start("sleep(100)");
    thread::sleep(Duration::from_millis(150));
    assert_eq!(host.status(), 1);
    assert_eq!(host.clock.now(), Duration::ZERO);
}

#[test]
fn the_clock_on_the_wall_starts_at_noon() {
    let host = Host::new();
    host.pass(3_600_000);
    assert_eq!(host.number("return get_day_seconds()"), 13 * 3600);
    assert_eq!(host.number("return get_time'h' + 100*get_time'Day' + 10000*get_time'Year'"), 2024 * 10_000 + 113);
    assert_eq!(host.run("return os.date'%Y-%m-%d', get_time'x'"), [string(3, "2024-01-01"), int(3, -1)]);
}

#[test]
fn cameras_on_one_clock_live_through_it_together() {
    let clock = VirtualClock::new();
    let hosts: Vec<Host> = (0..4).map(|_| Host::on(&clock, Config::default())).collect();
    for (n, host) in hosts.iter().enumerate() {
        host.start(&format!("sleep({}) return get_tick_count()", 1000 * (n + 1)));
    }
    clock.advance(Duration::from_millis(2500), &Interrupt::new());
    assert_eq!(hosts.iter().map(Host::status).collect::<Vec<_>>(), [2, 2, 1, 1]);
    clock.advance(Duration::from_millis(2500), &Interrupt::new());
    for (n, host) in hosts.iter().enumerate() {
        assert_eq!(host.messages(), [int(1, 1000 * (n as i32 + 1) + 10)]);
    }
}

#[test]
fn computing_takes_time_and_the_same_every_time() {
    let busy = "local t=get_tick_count() for i=1,200000 do end return get_tick_count()-t";
    let times: Vec<i32> = (0..3).map(|_| Host::new().number(busy)).collect();
    assert!(times[0] > 0 && times.iter().all(|time| *time == times[0]), "{times:?}");
}

/// §3.2 blocked: Inside pcall the hook neither yields nor fails; the keyboard task is blocked, while PTP goes on.
#[test]
fn a_loop_inside_pcall_sees_time_pass_and_the_host_is_still_served() {
    let host = Host::new();
    host.start("pcall(function() while get_tick_count() < 500 do end end) return get_tick_count()");
    host.pass(250);
    assert_eq!(host.status(), 1);
    assert_eq!(host.tell(0, "are you there?"), 0);
    host.pass(260);
    assert_eq!(host.messages(), [int(1, 500)]);
}

#[test]
fn in_real_time_a_script_takes_what_it_takes() {
    let host = Host::with(&VirtualClock::new(), Config::default());
    let begin = Instant::now();
    host.start("local t=get_tick_count() sleep(100) return get_tick_count()-t >= 100");
    while host.status() != 2 {
        thread::sleep(Duration::from_millis(2));
        assert!(begin.elapsed() < LONG);
    }
    assert!(begin.elapsed() >= Duration::from_millis(100));
    assert_eq!(host.messages(), [boolean(1, true)]);
}

#[test]
fn in_real_time_a_message_ends_the_wait_for_it() {
    let host = Host::with(&VirtualClock::new(), Config::default());
    let begin = Instant::now();
    host.start("return read_usb_msg(60000)");
    host.tell(0, "go");
    while host.status() != 2 {
        thread::sleep(Duration::from_millis(2));
        assert!(begin.elapsed() < LONG);
    }
    assert_eq!(host.messages(), [string(1, "go")]);
}

// --- messages ---

/// §4.1 read_usb_msg (modules/luascript.c:2524): With a timeout it yields even if a message waits.
#[test]
fn a_message_that_waits_takes_a_tick_all_the_same() {
    let host = Host::new();
    host.start("sleep(100) local t=get_tick_count() local m=read_usb_msg(1000) return m, get_tick_count()-t");
    host.tell(1, "hello");
    host.pass(1000);
    assert_eq!(host.messages(), [string(1, "hello"), int(1, 10)]);
}

#[test]
fn a_wait_for_a_message_ends_with_it_or_with_nil() {
    let host = Host::new();
    host.start("local a=read_usb_msg(500) local t=get_tick_count() return a, read_usb_msg(-1), get_tick_count()-t");
    host.pass(10_000);
    assert_eq!(host.status(), 1);
    host.tell(1, "at last");
    host.pass(10);
    assert_eq!(host.messages(), [nil(1), string(1, "at last"), int(1, 9490)]);
}

/// §1.4 to the script (core/ptp.c:380-396): A reading script throws away messages whose target is neither 0 nor itself;
/// those for any script that were not read are delivered to the next.
#[test]
fn messages_for_an_earlier_script_are_thrown_away_and_those_for_any_are_not() {
    let host = Host::new();
    host.start("sleep(100)");
    host.tell(1, "for the first");
    host.tell(0, "for any");
    host.tell(1, "for the first, too");
    host.pass(1000);
    assert_eq!(host.run("return read_usb_msg(), read_usb_msg()"), [string(2, "for any"), nil(2)]);
}

/// §1.3 6 (core/ptp.c:799-805): 0x200 empties the queue to the host and 0x400 the one to the script.
#[test]
fn flags_empty_the_queues() {
    let host = Host::new();
    host.start("write_usb_msg'old' sleep(100)");
    host.tell(0, "old");
    host.pass(1000);
    host.start_with(FLUSH_HOST_MSGS, "return read_usb_msg()");
    host.pass(1000);
    assert_eq!(host.messages(), [user(1, "old"), nil(2)]);
    host.run("return 1");
    host.start("write_usb_msg'old' sleep(100)");
    host.pass(1000);
    host.start_with(FLUSH_CAM_MSGS, "return 2");
    host.pass(1000);
    assert_eq!(host.messages(), [int(5, 2)]);
}

/// §1.4 ids: Unread messages of earlier scripts stay until they are read or flushed.
#[test]
fn messages_to_the_host_outlive_their_script() {
    let host = Host::new();
    host.start("return 'first'");
    host.pass(100);
    assert_eq!(host.run("return 'second'"), [string(1, "first"), string(2, "second")]);
}

/// §3.3 return values: If the queue is full the rest of the values is dropped silently.
///
/// §1.4 queues (core/ptp.c:299-337): The queue to the host holds 15 messages: one of 16 slots is wasted.
#[test]
fn the_sixteenth_result_is_dropped_silently() {
    let host = Host::new();
    let messages = host.run("return 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20");
    assert_eq!(messages, (1..=15).map(|n| int(1, n)).collect::<Vec<_>>());
}

#[test]
fn a_full_queue_is_told_to_the_script_and_waited_for_if_it_wants() {
    let host = Host::new();
    host.start(
        "for i=1,15 do assert(write_usb_msg('m')) end
         local a=write_usb_msg('lost') local b=write_usb_msg('lost', 100)
         local t=get_tick_count() local c=write_usb_msg('waited', 60000)
         t=get_tick_count()-t sleep(1000)
         return a, b, c, t",
    );
    // 10 for the first tick and 100 for the second try.
    host.pass(500);
    assert_eq!(host.message(), Some(user(1, "m")));
    host.pass(500);
    let messages = host.messages();
    assert_eq!(messages[..14], vec![user(1, "m"); 14]);
    assert_eq!(messages[14..], [user(1, "waited")]);
    host.pass(1000);
    assert_eq!(host.messages(), [boolean(1, false), boolean(1, false), boolean(1, true), int(1, 390)]);
}

#[test]
fn tables_are_sent_as_what_the_script_makes_of_them() {
    let host = Host::new();
    let messages = host.run(
        "write_usb_msg{1} usb_msg_table_to_string=function(t) return '<'..#t..'>' end write_usb_msg({1,2},10) return {}",
    );
    let texts = [(3, "1\t1\n"), (3, "<2>"), (2, "<0>")];
    assert_eq!(messages, texts.map(|(kind, text)| Message(kind, 5, 1, text.into())));
}

/// §3.3 return values: A table that cannot be converted becomes an ERR/RUN message, and no more values come.
#[test]
fn a_table_that_cannot_be_sent_ends_the_results() {
    let host = Host::new();
    let messages = host.run("usb_msg_table_to_string=function() error('no',0) end return 1, {}, 3");
    assert_eq!(messages, [int(1, 1), run_error(1, "no")]);
}

#[test]
fn what_cannot_be_sent_raises_or_is_named() {
    let host = Host::new();
    assert_eq!(host.run("write_usb_msg()"), [run_error(1, ":1: missing argument")]);
    assert_eq!(host.run("write_usb_msg(print)"), [run_error(2, ":1: unsupported type")]);
    assert_eq!(host.run("return print"), [Message(2, 0, 3, b"function".to_vec())]);
}

// --- yields ---

#[test]
fn a_yield_inside_pcall_fails_and_happens_later() {
    let host = Host::new();
    assert_eq!(
        host.run(
            "local ok, why = pcall(sleep, 500)
             local t = get_tick_count() sleep(10)
             return ok, why, get_tick_count()-t"
        ),
        [boolean(1, false), string(1, "attempt to yield across metamethod/C-call boundary"), int(1, 500)]
    );
}

/// §3.2 resume (modules/luascript.c:1291, 2491-2511): Action functions return values by pushing them on the script's
/// main thread; the resume takes all there are.
#[test]
fn the_result_of_a_swallowed_yield_is_one_more_result_of_the_next() {
    let host = Host::new();
    host.start("pcall(read_usb_msg, 100) return read_usb_msg(200)");
    host.tell(0, "first");
    host.tell(0, "second");
    host.pass(1000);
    assert_eq!(host.messages(), [string(1, "first"), string(1, "second")]);
}

#[test]
fn a_swallowed_press_presses_later() {
    let host = Host::new();
    host.start("pcall(press, 'set') for i=1,100 do end sleep(1000)");
    host.pass(15);
    assert!(host.camera.keys_held().is_empty());
    host.pass(100);
    assert!(host.camera.keys_held().is_empty(), "the sleep lies on top of it");
    host.pass(910);
    assert_eq!(host.camera.keys_held(), ["set"]);
}

/// §3.2 stack (core/action_stack.c:19-20, 190-201): An action stack has 48 places, and nothing checks for its end.
///
/// Decided: the sixteenth action that waits is an error and a line in the log, where a camera overwrites its memory.
#[test]
fn swallowed_yields_fill_the_action_stack_and_that_is_an_error_and_a_sin() {
    let host = Host::new();
    let source = "local n = 0
        while true do
            local ok, why = pcall(sleep, 10)
            if not why:find('C%-call boundary') then return n, why end
            n = n + 1
        end";
    let messages = host.run(source);
    assert_eq!(messages[0], int(1, 15));
    assert!(messages[1].3.starts_with(b"the camera's action stack is full"), "{messages:?}");
    assert!(host.sins.lock().unwrap().iter().any(|sin| sin.contains("action stack")));
}

/// §3.2 forced yield (modules/luascript.c:193-200): A loop that computes yields when the hook's limits are reached, so
/// that a kill gets through.
#[test]
fn a_loop_that_computes_is_interrupted_every_tick() {
    let host = Host::new();
    host.start("while true do end");
    host.pass(1000);
    assert_eq!(host.status(), 1);
    host.start("return 1");
    host.pass(1000);
    assert_eq!(host.messages(), [int(2, 1)]);
    assert!(host.sins.lock().unwrap().is_empty(), "{:?}", host.sins);
}

// --- how scripts end ---

/// §3.3 error (modules/luascript.c:202-244): The text goes to the console, then "*** TERMINATED ***", and to the host
/// as an ERR/RUN message.
///
/// §3.3 positions: A chunk from text has an empty id, so that its errors begin with `:LINE:`.
#[test]
fn an_error_is_told_to_the_host_and_on_the_console() {
    let host = Host::new();
    assert_eq!(host.run("sleep(10)\nerror'boom'"), [run_error(1, ":2: boom")]);
    assert_eq!(host.camera.console(), [":2: boom", "*** TERMINATED ***"]);
}

/// §3.3 error: For an error that is no string the console shows "ERROR: NULL error message", and for an empty text
/// "ERROR: empty error message".
#[test]
fn an_error_that_is_no_text_has_none() {
    let host = Host::new();
    assert_eq!(host.run("error{}"), [run_error(1, "")]);
    assert_eq!(host.run("error('',0)"), [run_error(2, "")]);
    let terminated = "*** TERMINATED ***";
    assert_eq!(
        host.camera.console(),
        ["ERROR: NULL error message", terminated, "ERROR: empty error message", terminated]
    );
}

/// §3.3 return values: After a normal end the console has no word of it.
#[test]
fn a_normal_end_is_silent_on_the_console() {
    let host = Host::new();
    host.run("print('one', 2, nil) return 1");
    assert_eq!(host.camera.console(), ["one 2 nil"]);
}

/// §1.3 5 (core/script.c:162-168): A killed script gets no `restore()` call and leaves no message; the console shows
/// the text "terminated".
///
/// §3.4 kill (core/script.c:162-168): A kill by ExecuteScript calls no `restore()` and queues no messages.
///
/// §3.3 script_end: All keys are released.
#[test]
fn a_killed_script_leaves_no_message_and_no_key_held() {
    let host = Host::new();
    host.start("function restore() print'restored' end write_usb_msg'before' press'set' sleep(60000) return 1");
    host.pass(500);
    assert_eq!(host.camera.keys_held(), ["set"]);
    assert_eq!(host.start("return 2"), 2);
    assert!(host.camera.keys_held().is_empty());
    host.pass(500);
    assert_eq!(host.messages(), [user(1, "before"), int(2, 2)]);
    assert_eq!(host.camera.console(), ["*** TERMINATED ***"]);
}

/// §1.3 5: A running script is killed before the new one is compiled.
#[test]
fn a_script_that_does_not_compile_kills_all_the_same() {
    let host = Host::new();
    host.start("sleep(60000)");
    assert_eq!(host.start_with(0, "x ="), (2, 1));
    assert_eq!(host.status(), 2);
}

/// §1.3 5: What is refused with NOKILL flushes nothing and compiles nothing.
#[test]
fn nokill_leaves_everything_as_it_is() {
    let host = Host::new();
    host.start("write_usb_msg'kept' press'set' sleep(1000) return 'done'");
    host.pass(500);
    assert_eq!(host.start_with(NO_KILL | FLUSH_CAM_MSGS, "x ="), (1, 0x1000));
    host.pass(2000);
    assert_eq!(host.messages(), [user(1, "kept"), string(1, "done")]);
}

/// §3.4 exit key (core/script.c:172-189, luascript.c:347-358): The console shows "*** INTERRUPTED ***", `restore()` is
/// called, and the script ends.
#[test]
fn the_exit_key_ends_a_script_through_restore_and_without_a_message() {
    let host = Host::new();
    host.start("function restore() print'restored' sleep(10) print'never' end press'set' sleep(60000) return 1");
    host.pass(500);
    host.camera.press_exit_key();
    host.pass(10);
    assert_eq!(host.status(), 0);
    assert!(host.camera.keys_held().is_empty());
    let console = host.camera.console();
    assert_eq!(console, ["*** INTERRUPTED ***", "restored"]);
}

/// §3.4 exit key: `set_exit_key` chooses another.
///
/// §3.3 script_end (core/script.c:233-275): The exit key is the default one again.
#[test]
fn the_exit_key_is_the_one_the_script_chose_until_it_ends() {
    let host = Host::new();
    host.start("set_exit_key'menu' sleep(60000)");
    host.pass(500);
    assert!(host.camera.click_key("shoot_full"));
    host.pass(500);
    assert_eq!(host.status(), 1);
    host.camera.click_key("menu");
    host.pass(500);
    assert_eq!(host.status(), 0);
    host.start("sleep(60000)");
    host.pass(500);
    host.camera.click_key("menu");
    host.pass(500);
    assert_eq!(host.status(), 1);
}

#[test]
fn a_script_that_cannot_be_killed_is_stopped_by_force_and_complained_about() {
    let mut config = Config::default();
    config.profile.control.strict = Strict::Refuse;
    let host = Host::on(&VirtualClock::new(), config);
    host.start("while true do pcall(function() while true do end end) end");
    host.pass(100);
    assert_eq!(host.start("return 'next'"), 2);
    assert!(host.sins.lock().unwrap().iter().any(|sin| sin.contains("hang")), "{:?}", host.sins);
    host.pass(100);
    assert_eq!(host.messages(), [string(2, "next")]);
}

#[test]
fn switching_off_stops_a_script_that_never_yields() {
    for time in [Time::Real, Time::Virtual(VirtualClock::new())] {
        let host = Host::with(&VirtualClock::new(), Config { time: time.clone(), ..Config::default() });
        host.start("print'begun' while true do pcall(function() while true do end end) end");
        if let Time::Virtual(clock) = time {
            clock.advance(Duration::from_millis(30), &Interrupt::new());
        }
        let begin = Instant::now();
        while host.camera.console().is_empty() {
            assert!(begin.elapsed() < LONG);
            thread::sleep(Duration::from_millis(1));
        }
        let begin = Instant::now();
        host.camera.shut_down();
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_script_has_as_much_memory_as_the_camera() {
    let host = Host::on(
        &VirtualClock::new(),
        Config { profile: Profile::default().with_memory(300_000), ..Config::default() },
    );
    assert_eq!(host.run("local t = ('x'):rep(1000000)"), [run_error(1, "not enough memory")]);
    let used = host.number("local m=get_meminfo() return m.total_size - m.free_size - m.allocated_size");
    assert_eq!(used, 0);
}

// --- keys, mode, and the rest ---

/// §3.1 keys (core/script.c:271, 287-290): All simulated keys are released at the end.
#[test]
fn keys_stay_down_until_the_script_lets_go_or_ends() {
    let host = Host::new();
    host.start("press'shoot_half' press'menu' sleep(100) release'shoot_half' sleep(100)");
    host.pass(100);
    assert_eq!(host.camera.keys_held(), ["shoot_half", "menu"]);
    host.pass(130);
    assert_eq!(host.camera.keys_held(), ["menu"]);
    host.pass(500);
    assert!(host.camera.keys_held().is_empty());
}

#[test]
fn a_key_that_is_none_raises_before_it_does_anything() {
    let host = Host::new();
    assert_eq!(host.run("press'shutter'"), [run_error(1, ":1: unknown key")]);
    assert_eq!(host.run("press()"), [run_error(2, ":1: bad argument #1 to 'press' (string expected, got no value)")]);
}

#[test]
fn a_click_of_a_finger_is_waited_for_and_remembered() {
    let host = Host::new();
    host.start("wait_click() local a=is_key'set' wait_click(100) return a, is_key'set', is_key'no_key'");
    host.pass(5000);
    assert_eq!(host.status(), 1);
    assert!(host.camera.click_key("set"));
    assert!(!host.camera.click_key("shutter"));
    host.pass(1000);
    assert_eq!(host.messages(), [boolean(1, true), boolean(1, false), boolean(1, true)]);
}

#[test]
fn the_mode_changes_after_a_while() {
    let host = Host::new();
    let messages = host.run(
        "local a=get_mode() switch_mode_usb(1) local b=get_mode()
         local t=get_tick_count() repeat sleep(10) until get_mode()
         return a, b, get_tick_count()-t",
    );
    assert_eq!(messages, [boolean(1, false), boolean(1, false), int(1, 300)]);
    assert_eq!(host.run("return get_mode()"), [boolean(2, true), boolean(2, false), int(2, 0x101)]);
}

/// §3.1 ALT (modules/luascript.c:275-279): A PTP script enters ALT.
#[test]
fn alt_is_on_in_a_script_and_stays_as_it_was_or_as_the_script_says() {
    let host = Host::new();
    assert_eq!(host.run("return get_alt_mode()"), [boolean(1, true)]);
    assert_eq!(host.run("exit_alt() return get_alt_mode()"), [boolean(2, false)]);
}

#[test]
fn coroutines_went_away_with_2_9() {
    for (minor, kind) in [(8, "table"), (9, "nil")] {
        let host = Host::on(
            &VirtualClock::new(),
            Config { profile: Profile::default().with_protocol(2, minor), ..Config::default() },
        );
        assert_eq!(host.run("return type(coroutine)"), [string(1, kind)]);
    }
}

#[test]
fn the_library_is_there_and_what_is_not_says_so() {
    let host = Host::new();
    assert_eq!(host.run("return bitand(12, 10), imath.scale"), [int(1, 8), int(1, 1000)]);
    let messages = host.run("return get_live_histo()");
    assert_eq!(messages, [run_error(2, ":1: get_live_histo: the simulated camera does not do this yet")]);
}

#[test]
fn files_written_by_a_script_are_on_the_card() {
    let host = Host::new();
    assert!(host.run("local f=io.open('A/HELLO.TXT','wb') f:write('hi') f:close()").is_empty());
    assert_eq!(std::fs::read(host.camera.card_root().join("HELLO.TXT")).unwrap(), b"hi");
}

#[test]
fn build_information_names_the_camera() {
    let host = Host::new();
    assert_eq!(host.run("local b=get_buildinfo() return b.platform, b.os"), [string(1, "sim"), string(1, "dryos")]);
}
