//! Scripts, as a program drives them: the camera is simulated, in virtual time unless a test says otherwise.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moonshutter::ErrorKind;
use moonshutter::camera::{Body, Camera, ExecOptions, Options, Payload, Script, Target, WaitOptions};
use moonshutter::clock::{Clock, Interrupt, RealClock, VirtualClock};
use moonshutter::connect;
use moonshutter::sim::{Config, Profile, SimCamera, Time};
use moonshutter::table;

struct Bench {
    sim: SimCamera,
    camera: Camera,
    clock: VirtualClock,
    interrupt: Interrupt,
}

fn bench() -> Bench {
    bench_with(Config::default())
}

fn bench_with(config: Config) -> Bench {
    let clock = VirtualClock::new();
    let interrupt = Interrupt::new();
    let sim = connect::simulate(Config { time: Time::Virtual(clock.clone()), ..config }).unwrap();
    let options = Options { clock: Arc::new(clock.clone()), interrupt: interrupt.clone(), ..Options::default() };
    let camera = connect::plug_in(&sim, &options).unwrap();
    Bench { sim, camera, clock, interrupt }
}

/// A second program that talks to the same camera.
fn another(bench: &Bench) -> Camera {
    let options = Options { clock: Arc::new(bench.clock.clone()), ..Options::default() };
    connect::plug_in(&bench.sim, &options).unwrap()
}

fn script(source: &str) -> Script {
    Script::new("test.lua", source)
}

fn run(camera: &mut Camera, source: &str) -> moonshutter::Result<Vec<Payload>> {
    camera.execwait(&script(source), &ExecOptions::default(), &WaitOptions::default(), &mut |_, _| Ok(()))
}

fn string(text: &str) -> Payload {
    Payload::String(text.as_bytes().to_vec())
}

#[test]
fn what_is_known_of_a_camera_is_known_at_once() {
    let bench = bench();
    let info = bench.camera.info();
    assert_eq!(info.model, "Canon PowerShot SIM");
    assert_eq!(info.chdk.unwrap().to_string(), "2.9");
    assert_eq!(bench.camera.name(), format!("Canon PowerShot SIM {}", info.serial_number));
    assert!(bench.camera.device_info().operations_supported.contains(&0x9999));
}

#[test]
fn returns_keep_nils_their_places_and_their_count() {
    let mut bench = bench();
    let returns = run(&mut bench.camera, "return nil, 1, nil, 'a\\0b', false, nil").unwrap();
    let expected = [
        Payload::Nil,
        Payload::Integer(1),
        Payload::Nil,
        Payload::String(b"a\0b".to_vec()),
        Payload::Boolean(false),
        Payload::Nil,
    ];
    assert_eq!(returns, expected);
    assert_eq!(run(&mut bench.camera, "return").unwrap(), []);
    assert_eq!(run(&mut bench.camera, "return print").unwrap(), [Payload::Unsupported("function".into())]);
}

#[test]
fn tables_arrive_as_tables() {
    let mut bench = bench();
    let returns = run(&mut bench.camera, "return {1,nil,3,['end']={true,[-5]='x\\n'}}").unwrap();
    let [Payload::Table(text)] = returns.as_slice() else { panic!("{returns:?}") };
    let expected = table::read(b"{1,[3]=3,['end']={true,[-5]='x\\n'}}").unwrap();
    assert_eq!(table::read(text).unwrap(), expected);
}

#[test]
fn what_no_message_can_hold_is_an_error_with_its_path() {
    let mut bench = bench();
    for (source, words) in [
        ("return {a={b={print}}}", "the table.a.b[1]: a function has no place in a message"),
        ("return {['100%']={print}}", "the table[\"100?\"][1]: a function"),
        ("local t={} for i=1,200 do t={t} end return t", "more than 190 tables inside one another"),
    ] {
        let error = run(&mut bench.camera, source).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Runtime);
        assert!(error.message().contains(words), "{error}");
    }
}

#[test]
fn a_compile_error_has_the_users_line() {
    let mut bench = bench();
    let error = run(&mut bench.camera, "local a = 1\n\nlocal = 2").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Compile);
    assert_eq!(error.message(), "test.lua:3: '<name>' expected near '='");
    assert_eq!(error.position().map(|p| p.line), Some(3));
    assert!(error.to_string().contains("Canon PowerShot SIM"), "{error}");
}

#[test]
fn a_runtime_error_has_the_users_line_even_on_the_first() {
    let mut bench = bench();
    let error = run(&mut bench.camera, "error('boom')").unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Runtime, "test.lua:1: boom"));
    let error = run(&mut bench.camera, "sleep(20)\nlocal x = nil + 1").unwrap_err();
    assert_eq!(error.message(), "test.lua:2: attempt to perform arithmetic on a nil value");
    // an error of a C function has no position of its own, and gets none
    let error = run(&mut bench.camera, "table.foreach({1}, function() sleep(1) end)").unwrap_err();
    assert_eq!(error.message(), "test.lua: attempt to yield across metamethod/C-call boundary");
}

#[test]
fn messages_come_in_order_and_can_be_answered_from_the_callback() {
    let mut bench = bench();
    let source = "for i = 1, 40 do
        write_usb_msg(i, 1000)
        local answer = read_usb_msg(1000)
        if answer ~= tostring(i * 2) then error('got '..tostring(answer)) end
    end
    return 'done'";
    let mut seen = Vec::new();
    let mut answer = |camera: &mut Camera, message: Payload| {
        let Payload::Integer(number) = message else { panic!("{message:?}") };
        seen.push(number);
        camera.write_msg((number * 2).to_string().as_bytes(), Target::Last)
    };
    let returns =
        bench.camera.execwait(&script(source), &ExecOptions::default(), &WaitOptions::default(), &mut answer).unwrap();
    assert_eq!(returns, [string("done")]);
    assert_eq!(seen, (1..=40).collect::<Vec<_>>());
}

#[test]
fn an_error_of_the_callback_ends_the_script() {
    let mut bench = bench();
    let mut refuse = |_: &mut Camera, _| Err(moonshutter::Error::new(ErrorKind::BadArgument, "no more"));
    let error = bench
        .camera
        .execwait(
            &script("write_usb_msg(1) sleep(100000)"),
            &ExecOptions::default(),
            &WaitOptions::default(),
            &mut refuse,
        )
        .unwrap_err();
    assert_eq!(error.message(), "no more; the script was ended on the camera");
    assert!(!bench.camera.script_status().unwrap().running);
}

#[test]
fn a_minute_of_sleep_takes_no_time_and_a_minute() {
    let mut bench = bench();
    let begun = Instant::now();
    let before = bench.clock.now();
    let returns =
        run(&mut bench.camera, "local t = get_tick_count() sleep(60000) return get_tick_count() - t").unwrap();
    let [Payload::Integer(slept)] = returns.as_slice() else { panic!("{returns:?}") };
    assert!((60_000..=60_010).contains(slept), "{slept}");
    assert!(bench.clock.now() - before >= Duration::from_secs(60));
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_running_script_is_not_replaced_unless_told_to() {
    let mut bench = bench();
    let first = bench.camera.exec(&script("sleep(100000)"), &ExecOptions::default()).unwrap();
    let error = bench.camera.exec(&script("return 1"), &ExecOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ScriptRunning);
    let replace = ExecOptions { replace: true, ..ExecOptions::default() };
    let second = bench.camera.exec(&script("return 1"), &replace).unwrap();
    assert_eq!(second, first + 1);
}

#[test]
fn exec_returns_at_once_and_messages_are_read_one_by_one() {
    let mut bench = bench();
    let id = bench.camera.exec(&script("write_usb_msg('hi') return 5"), &ExecOptions::default()).unwrap();
    assert_eq!(bench.camera.script_id(), Some(id));
    assert!(bench.camera.script_status().unwrap().running);
    let ended = bench.camera.wait_status(&WaitOptions::default(), &mut |status| !status.running).unwrap();
    assert!(ended.unwrap().messages);
    let message = bench.camera.read_msg().unwrap().unwrap();
    assert_eq!((message.script_id, message.body), (id, Body::User(string("hi"))));
    let message = bench.camera.wait_msg(&WaitOptions::default()).unwrap().unwrap();
    assert_eq!(message.body, Body::Return(Payload::Integer(5)));
    assert_eq!(bench.camera.wait_msg(&WaitOptions::default()).unwrap(), None, "the script has ended");
}

#[test]
fn waits_end_when_their_time_is_up_and_not_later() {
    let mut bench = bench();
    bench.camera.exec(&script("sleep(100000)"), &ExecOptions::default()).unwrap();
    let before = bench.clock.now();
    let wait = WaitOptions::up_to(Duration::from_millis(730));
    assert_eq!(bench.camera.wait_status(&wait, &mut |status| !status.running).unwrap(), None);
    let waited = bench.clock.now() - before;
    assert_eq!(waited, Duration::from_millis(730), "never longer than what is left");
    let error = bench.camera.wait_msg(&wait).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[test]
fn a_script_that_takes_too_long_is_ended() {
    let mut bench = bench();
    let wait = WaitOptions::up_to(Duration::from_secs(3));
    let error = bench
        .camera
        .execwait(&script("while true do sleep(10) end"), &ExecOptions::default(), &wait, &mut |_, _| Ok(()))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!bench.camera.script_status().unwrap().running);
}

#[test]
fn an_interrupt_ends_the_wait_and_the_script() {
    let mut bench = bench();
    let interrupt = bench.interrupt.clone();
    let mut at_the_first = |_: &mut Camera, _| {
        interrupt.raise();
        Ok(())
    };
    let error = bench
        .camera
        .execwait(
            &script("while true do write_usb_msg(1, 100) sleep(100) end"),
            &ExecOptions::default(),
            &WaitOptions::default(),
            &mut at_the_first,
        )
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    bench.interrupt.clear();
    assert!(!bench.camera.script_status().unwrap().running);
}

/// How a script fails whose first message makes something happen to it.
fn fails_after(camera: &mut Camera, happens: &mut dyn FnMut() -> moonshutter::Result<()>) -> ErrorKind {
    let source = "write_usb_msg(1) while true do sleep(100) end";
    let mut on_message = |_: &mut Camera, _| happens();
    let result = camera.execwait(&script(source), &ExecOptions::default(), &WaitOptions::default(), &mut on_message);
    result.unwrap_err().kind()
}

#[test]
fn a_script_that_its_user_interrupts_at_the_camera_is_noticed() {
    let mut bench = bench();
    let sim = bench.sim.clone();
    let kind = fails_after(&mut bench.camera, &mut || {
        sim.press_exit_key();
        Ok(())
    });
    assert_eq!(kind, ErrorKind::ScriptKilled);
}

#[test]
fn a_script_that_another_program_kills_is_noticed() {
    let mut bench = bench();
    let mut other = another(&bench);
    // the other program empties the queue as well, so that nothing is left of the script but its id
    let replace = ExecOptions { replace: true, ..ExecOptions::default() };
    let kind = fails_after(&mut bench.camera, &mut || other.exec(&script("return"), &replace).map(drop));
    assert_eq!(kind, ErrorKind::ScriptKilled);
}

#[test]
fn nothing_is_started_once_the_user_wants_to_leave() {
    let mut bench = bench();
    bench.interrupt.raise();
    assert_eq!(run(&mut bench.camera, "return 1").unwrap_err().kind(), ErrorKind::Interrupted);
    bench.interrupt.clear();
    assert_eq!(run(&mut bench.camera, "return 1").unwrap(), [Payload::Integer(1)]);
}

#[test]
fn scripts_that_end_without_a_word_have_ended_well() {
    let mut bench = bench();
    for source in ["", "return", "sleep(10)", "do return end", "local x = 1 -- comment"] {
        assert_eq!(run(&mut bench.camera, source).unwrap(), [], "{source}");
    }
}

#[test]
fn kill_script_ends_what_runs_and_keeps_what_was_said() {
    let mut bench = bench();
    bench.camera.kill_script().unwrap();
    bench
        .camera
        .exec(&script("write_usb_msg('a') press('shoot_half') sleep(100000)"), &ExecOptions::default())
        .unwrap();
    bench.camera.wait_status(&WaitOptions::default(), &mut |status| status.messages).unwrap();
    bench.clock.sleep(Duration::from_millis(100), &Interrupt::new());
    assert_eq!(bench.sim.keys_held(), ["shoot_half"]);
    bench.camera.kill_script().unwrap();
    assert!(!bench.camera.script_status().unwrap().running);
    assert_eq!(bench.camera.read_msg().unwrap().unwrap().body, Body::User(string("a")));
    assert!(bench.sim.keys_held().is_empty());
}

#[test]
fn messages_to_scripts_fail_with_the_reason() {
    let mut bench = bench();
    assert_eq!(bench.camera.write_msg(b"x", Target::Any).unwrap_err().kind(), ErrorKind::NotRunning);
    assert_eq!(bench.camera.write_msg(b"", Target::Any).unwrap_err().kind(), ErrorKind::BadArgument);
    let id = bench.camera.exec(&script("sleep(100000)"), &ExecOptions::default()).unwrap();
    let wrong = bench.camera.write_msg(b"x", Target::Script(id + 1)).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::WrongScript);
    for _ in 0..15 {
        bench.camera.write_msg(b"x", Target::Last).unwrap();
    }
    assert_eq!(bench.camera.write_msg(b"x", Target::Last).unwrap_err().kind(), ErrorKind::QueueFull);
}

#[test]
fn a_nul_in_a_script_is_an_error_before_it_is_sent() {
    let mut bench = bench();
    let before = bench.camera.counters().transactions;
    let error = run(&mut bench.camera, "return 1\nreturn '\0'").unwrap_err();
    assert_eq!(
        error.message(),
        "test.lua: the script has a NUL byte in line 2, where the camera would stop reading it"
    );
    assert_eq!(bench.camera.counters().transactions, before);
}

#[test]
fn execwait_takes_four_transactions_and_one_for_each_question_meanwhile() {
    let mut bench = bench();
    let before = bench.camera.counters().transactions;
    let wait = WaitOptions { initial: Some(Duration::from_millis(20)), ..WaitOptions::default() };
    bench.camera.execwait(&script("return 1"), &ExecOptions::default(), &wait, &mut |_, _| Ok(())).unwrap();
    assert_eq!(bench.camera.counters().transactions - before, 4);
}

#[test]
fn cameras_of_every_known_protocol_are_driven() {
    for minor in 0..=9 {
        let mut bench = bench_with(Config { profile: Profile::default().with_protocol(2, minor), ..Config::default() });
        assert_eq!(bench.camera.info().chdk.unwrap().minor, u32::from(minor));
        assert_eq!(run(&mut bench.camera, "return 1, {2}").unwrap().len(), 2, "2.{minor}");
        bench.camera.exec(&script("sleep(1000)"), &ExecOptions::default()).unwrap();
        let error = bench.camera.exec(&script("return"), &ExecOptions::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ScriptRunning, "2.{minor}");
        let killed = bench.camera.kill_script();
        if minor < 6 {
            assert_eq!(killed.unwrap_err().kind(), ErrorKind::Unsupported, "2.{minor}");
        } else {
            killed.unwrap();
        }
    }
}

#[test]
fn a_camera_without_chdk_is_connected_and_says_so_when_it_matters() {
    let mut bench = bench_with(Config { profile: Profile::default().without_chdk(), ..Config::default() });
    assert_eq!(bench.camera.info().chdk, None);
    assert_eq!(bench.camera.info().model, "Canon PowerShot SIM");
    let error = run(&mut bench.camera, "return 1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotChdk);
    assert!(error.to_string().contains("does not run CHDK"), "{error}");
    bench.camera.disconnect().unwrap();
}

#[test]
fn a_disconnected_camera_says_so() {
    let mut bench = bench();
    bench.camera.disconnect().unwrap();
    assert!(!bench.camera.is_connected());
    bench.camera.disconnect().unwrap();
    let error = run(&mut bench.camera, "return 1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected);
}

#[test]
fn in_real_time_a_sleep_takes_its_time() {
    let sim = connect::simulate(Config::default()).unwrap();
    let options = Options { clock: Arc::new(RealClock::new()), ..Options::default() };
    let mut camera = connect::plug_in(&sim, &options).unwrap();
    let begun = Instant::now();
    assert_eq!(run(&mut camera, "sleep(150) return 1").unwrap(), [Payload::Integer(1)]);
    assert!(begun.elapsed() >= Duration::from_millis(150));
}
