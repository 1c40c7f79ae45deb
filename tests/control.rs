//! What happens to the simulated camera while it runs: every WHEN and every WHAT of an event, latency, sins, fingers.
//!
//! In virtual time where nothing else is said.

mod bare;

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bare::{Answer, GENERAL_ERROR, Host, LONG, OK, answer, boolean, int, strict, string};
use moonshutter::clock::{Clock, Interrupt};
use moonshutter::sim::ptpip::Server;
use moonshutter::sim::{Config, Control, SimCamera, Strict};

/// A camera to which these events happen.
fn config(events: &[&str]) -> Config {
    let mut config = Config::default();
    config.profile.control.events = events.iter().map(|event| event.parse().unwrap()).collect();
    config
}

fn host(events: &[&str]) -> Host {
    Host::with(config(events))
}

fn is_cut(host: &Host) -> bool {
    let mut ignored = [0; 4096];
    loop {
        match host.cable.read(&mut ignored, LONG) {
            Ok(_) => {}
            Err(error) => return error.kind() == io::ErrorKind::BrokenPipe,
        }
    }
}

#[test]
fn timed_events_happen_at_their_very_moment() {
    let mut host = host(&["35ms: click set", "every 1s: click menu", "script 2s: press up"]);
    host.start("while not is_pressed'up' do wait_click(10000) write_usb_msg(get_tick_count()) end return is_key'menu'");
    host.pass(3500);
    let ticks: Vec<_> = host.messages().iter().map(|m| m.3.clone()).collect();
    let at = |ms: i32| ms.to_le_bytes().to_vec();
    // The tick count goes in tens. `press up` is a click as well, two seconds after the start.
    assert_eq!(ticks[..3], [at(30), at(1000), at(2000)], "{ticks:?}");
}

#[test]
fn transactions_are_counted_of_any_kind_and_of_one() {
    // OpenSession is the first.
    let mut host = host(&["command 3: answer 0x2019", "ScriptStatus 2 response: answer 0x2002"]);
    assert_eq!(host.chdk(&[8]).code, OK);
    assert_eq!(host.chdk(&[0]).code, 0x2019);
    assert_eq!(host.chdk(&[8]), answer(GENERAL_ERROR, &[]));
    assert_eq!(host.chdk(&[8]).code, OK);
    host.camera.schedule("every Version: answer 0x2019".parse().unwrap());
    for _ in 0..3 {
        assert_eq!(host.chdk(&[0]).code, 0x2019);
        assert_eq!(host.chdk(&[8]).code, OK);
    }
}

#[test]
fn an_answer_before_does_nothing_and_one_in_the_response_comes_too_late_to_stop_it() {
    let mut host = host(&["TempData 1: answer 0x2002", "TempData 3 response: answer 0x2002"]);
    assert_eq!(host.chdk_with(&[4, 0], b"first"), answer(GENERAL_ERROR, &[]));
    assert_eq!(host.chdk(&[4, 1]).code, GENERAL_ERROR, "nothing is stored");
    assert_eq!(host.chdk_with(&[4, 0], b"third"), answer(GENERAL_ERROR, &[]));
    assert_eq!(host.chdk(&[4, 1]), answer(OK, &[]).with(b"third"));
}

#[test]
fn the_connection_dies_in_every_phase_and_the_next_client_is_served() {
    let in_ = |params: &[u32], data: &[u8]| (params.to_vec(), Some(data.to_vec()));
    let out = |params: &[u32]| (params.to_vec(), None);
    let kinds = [
        ("Version", out(&[0])),
        ("GetMemory", out(&[1, 0x1000, 100_000])),
        ("SetMemory", in_(&[2, 0x1000, 8], &[1; 8])),
        ("CallFunction", in_(&[3], &[0; 8])),
        ("TempData", in_(&[4, 0], b"name")),
        ("UploadFile", in_(&[5], b"\x06\0\0\0A/file and its contents")),
        ("DownloadFile", out(&[6])),
        ("ExecuteScript", in_(&[7, 0], b"sleep(100000)\0")),
        ("ScriptStatus", out(&[8])),
        ("ReadScriptMsg", out(&[10])),
        ("WriteScriptMsg", in_(&[11, 0], b"message")),
    ];
    for (name, (params, data)) in kinds {
        for phase in ["before", "data", "response"] {
            let mut host = host(&[&format!("{name} {phase}: disconnect")]);
            host.command(0x9999, &params);
            if let Some(data) = &data {
                // The plug may be out before all of it has been sent.
                let bytes = bare::container(2, 0x9999, host.transaction, data);
                drop(host.cable.write(&bytes, LONG));
            }
            assert!(is_cut(&host), "{name} {phase}");
            host.plug_in_again();
            assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]), "{name} {phase}");
            let stored = host.chdk(&[4, 1]).code == OK;
            assert_eq!(stored, name == "TempData" && phase == "response", "{name} {phase}");
        }
    }
}

#[test]
fn half_of_the_data_is_there_when_the_connection_dies_in_it() {
    let host = {
        let mut host = host(&["GetMemory data: disconnect"]);
        host.command(0x9999, &[1, 0x1000, 1000]);
        host
    };
    assert_eq!(host.read(12 + 500).len(), 512);
    assert!(is_cut(&host));
    let mut host = self::host(&["UploadFile data: disconnect"]);
    host.command(0x9999, &[5]);
    let name = b"A/HALF";
    let data = [&6u32.to_le_bytes()[..], name, &[b'x'; 200_000]].concat();
    drop(host.cable.write(&bare::container(2, 0x9999, host.transaction, &data), LONG));
    assert!(is_cut(&host));
    // Of §1.2: after a receive error the partial file stays.
    bare::eventually("the partial file", || {
        std::fs::metadata(host.camera.card_root().join("HALF")).is_ok_and(|file| file.len() == 100_000 - 5)
    });
}

#[test]
fn a_stall_in_process_loses_the_connection_and_nothing_else() {
    for phase in ["before", "data", "response"] {
        let mut host = host(&[&format!("GetMemory {phase}: stall")]);
        host.command(0x9999, &[1, 0x1000, 4 << 20]);
        let error = loop {
            if let Err(error) = host.cable.read(&mut [0; 4096], LONG) {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{phase}");
        host.plug_in_again();
        assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]), "{phase}");
    }
}

#[test]
fn a_camera_that_fell_asleep_is_off_until_somebody_switches_it_on() {
    let mut host = host(&["1s: asleep", "3s: on"]);
    host.start("sleep(60000)");
    host.pass(2000);
    assert!(is_cut(&host));
    assert!(host.camera.is_off());
    host.pass(2000);
    host.plug_in_again();
    assert_eq!(host.status(), 0, "its script is gone");
}

#[test]
fn short_data_ends_in_the_middle() {
    let mut host = host(&["GetMemory data: short"]);
    host.command(0x9999, &[1, 0x1000, 1000]);
    assert_eq!(u32::from_le_bytes(host.read(12)[..4].try_into().unwrap()), 1012);
    host.read(500);
    assert_eq!(host.read(12)[4], 3, "then comes the response");
}

#[test]
fn garbage_is_no_container_of_this_transaction() {
    let mut host = host(&["Version: garbage"]);
    host.command(0x9999, &[0]);
    let nonsense = host.read(64);
    assert_ne!(nonsense[8..12], host.transaction.to_le_bytes());
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
}

#[test]
fn latency_is_virtual_time_and_the_script_goes_on_meanwhile() {
    let mut config = config(&["command 5: latency 1s"]);
    config.profile.control.latency = Duration::from_millis(80);
    let mut host = Host::with(config);
    assert_eq!(host.camera.now(), Duration::from_millis(80));
    host.start("sleep(60) write_usb_msg(get_tick_count())");
    let before = host.camera.now();
    assert_eq!(host.chdk(&[8]).params, [2], "the script has ended while the answer was on its way");
    assert_eq!(host.camera.now() - before, Duration::from_millis(80));
    host.chdk(&[0]);
    let before = host.camera.now();
    host.chdk(&[0]);
    assert_eq!(host.camera.now() - before, Duration::from_secs(1));
}

#[test]
fn a_camera_that_hangs_answers_nobody_until_it_is_switched_off_and_on() {
    let mut host = host(&["Version 2: hang"]);
    assert_eq!(host.chdk(&[0]).code, OK);
    host.command(0x9999, &[0]);
    host.expect_silence();
    let other = host.camera.plug_in();
    other.write(&bare::container(1, 0x1001, 0, &[]), LONG).unwrap();
    assert_eq!(other.read(&mut [0; 1], Duration::from_millis(50)).unwrap_err().kind(), io::ErrorKind::TimedOut);
    host.camera.switch_off();
    assert!(is_cut(&host));
    host.camera.switch_on();
    host.plug_in_again();
    assert_eq!(host.chdk(&[0]).code, OK);
}

#[test]
fn off_leaves_nothing_behind_but_the_card() {
    let mut host = host(&[]);
    host.chdk_with(&[4, 0], b"kept");
    host.start("write_usb_msg('gone') print'gone' while true do pcall(function() for i = 1, 100000 do end end) end");
    host.pass(100);
    std::fs::write(host.camera.card_root().join("STAYS"), "").unwrap();
    host.camera.schedule("1s: off".parse().unwrap());
    host.camera.schedule("2s: on".parse().unwrap());
    host.pass(1500);
    assert!(host.camera.is_off() && is_cut(&host));
    let dead = host.camera.plug_in();
    assert_eq!(dead.read(&mut [0; 1], LONG).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    host.pass(1000);
    host.plug_in_again();
    assert_eq!(host.chdk(&[4, 1]).code, GENERAL_ERROR);
    assert_eq!(host.messages(), []);
    assert!(host.camera.console().is_empty());
    assert_eq!(host.run("return os.stat('A/STAYS') ~= nil"), [boolean(1, true)]);
}

#[test]
fn a_script_that_hangs_stays_running_and_a_kill_waits_for_ever() {
    let mut host = host(&["500ms: hang script"]);
    host.start("while true do sleep(100) end");
    host.pass(60_000);
    assert_eq!(host.status(), 1);
    host.command(0x9999, &[7, 0]);
    host.data(b"return\0");
    host.expect_silence();
    let begun = Instant::now();
    host.camera.shut_down();
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// §1.3 5 (core/script.c:220-230): The kill waits without a timeout: of a script that never yields it hangs the camera.
#[test]
fn a_kill_of_what_never_yields_hangs() {
    let mut host = Host::new();
    host.start("pcall(function() while true do end end)");
    host.pass(50);
    host.command(0x9999, &[7, 0]);
    host.data(b"return\0");
    bare::eventually("the sin", || host.sinned("does not yield"));
    host.expect_silence();
    let begun = Instant::now();
    host.camera.shut_down();
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// §1.3 10 (core/kbd_process.c:134-176): While the user holds the ALT button the start of a script waits.
#[test]
fn a_start_waits_while_alt_is_held() {
    let mut host = host(&["1s: press alt", "5s: release alt"]);
    host.pass(2000);
    host.start("return get_tick_count() >= 5000");
    assert_eq!(host.camera.now(), Duration::from_secs(5));
    host.pass(100);
    assert_eq!(host.messages(), [boolean(1, true)]);
}

/// §3.4 ALT (core/kbd_process.c:134-176): Leaving ALT does not stop a script, whose stack stands still while the button is
/// held.
///
/// §3.4 exit key (core/script.c:172-189): The exit key counts while the script's GUI mode is active, and not after ALT was
/// left.
#[test]
fn leaving_alt_does_not_stop_a_script_but_holding_the_button_stops_its_stack() {
    let mut host = host(&["1s: press alt", "3s: release alt"]);
    host.start("sleep(1500) write_usb_msg(get_tick_count()) sleep(60000)");
    host.pass(2000);
    assert_eq!(host.messages(), []);
    host.pass(1500);
    assert_eq!(host.messages()[0].3, 3000i32.to_le_bytes());
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.status(), 1, "outside of ALT");
    host.camera.click_key("alt");
    host.camera.press_exit_key();
    host.pass(100);
    assert_eq!(host.status(), 0);
}

/// §3.4 kill (core/script.c:162-168): A kill is taken up even while ALT is held, before anything else is looked at.
#[test]
fn a_kill_works_while_alt_is_held() {
    let mut host = host(&["1s: press alt", "5s: release alt"]);
    host.start("sleep(60000)");
    host.pass(2000);
    assert_eq!(host.execute(0, "return 7"), (2, 0));
    assert_eq!(host.camera.now(), Duration::from_secs(5), "the new one waits for the button");
    host.pass(100);
    assert_eq!(host.messages(), [int(2, 7)]);
}

/// §10 10: What a finger holds is what `is_pressed` sees, across the ends of scripts.
#[test]
fn a_finger_holds_keys() {
    let mut host = Host::new();
    assert!(host.camera.press_key("menu"));
    assert!(!host.camera.press_key("menue"));
    for id in 1..3 {
        assert_eq!(host.run("return is_pressed'menu', is_pressed'set'"), [boolean(id, true), boolean(id, false)]);
    }
    host.camera.release_key("menu");
    assert_eq!(host.run("return is_pressed'menu'"), [boolean(3, false)]);
}

#[test]
fn the_exit_key_by_the_clock() {
    let mut host = host(&["script 3s: exit key"]);
    host.pass(5000);
    host.start("set_exit_key'menu' function restore() print'restored' end sleep(60000)");
    host.pass(2900);
    assert_eq!(host.status(), 1);
    host.pass(200);
    assert_eq!(host.status(), 0);
    assert_eq!(host.camera.console(), ["*** INTERRUPTED ***", "restored"]);
}

#[test]
fn the_card_the_battery_and_the_mode_change() {
    let mut host = host(&["1s: card full", "2s: card read-only", "3s: card ok", "1s: battery 3100", "1s: mode record"]);
    let write =
        "local f = io.open('A/F', 'w') if not f then return 'no' end return f:write('x') and f:flush() and 'yes'";
    host.start("sleep(1500) local record = get_mode() return get_vbatt(), record");
    host.pass(1600);
    assert_eq!(host.messages(), [int(1, 3100), boolean(1, true)]);
    host.start(write);
    host.pass(100);
    assert_ne!(host.messages(), [string(2, "yes")], "it is full");
    host.pass(500);
    host.start(write);
    host.pass(100);
    assert_eq!(host.messages(), [string(3, "no")]);
    host.pass(1000);
    host.start(write);
    host.pass(100);
    assert_eq!(host.messages(), [string(4, "yes")]);
}

#[test]
fn a_slow_card_takes_its_time_for_scripts_and_for_transfers() {
    const COST: &str = "local t = get_tick_count() for i = 1, 5 do os.stat('A/') end return get_tick_count() - t";
    let mut host = host(&[]);
    let cost = |host: &mut Host| i32::from_le_bytes(host.run(COST)[0].3.clone().try_into().unwrap());
    assert!(cost(&mut host) < 50);
    host.camera.happen("card slow 40ms".parse().unwrap());
    let slow = cost(&mut host);
    assert!((200..300).contains(&slow), "{slow} ms for five looks");

    let before = host.clock.now();
    let mut file = b"\x07\0\0\0A/X.BIN".to_vec();
    file.resize(11 + 10 * 64 * 1024, 0);
    assert_eq!(host.chdk_with(&[5], &file).code, OK);
    let upload = host.clock.now() - before;
    assert!(upload >= Duration::from_millis(400) && upload < Duration::from_secs(1), "{upload:?}");
    assert_eq!(host.chdk_with(&[4], b"A/X.BIN").code, OK);
    let before = host.clock.now();
    assert_eq!(host.chdk(&[6]).code, OK);
    assert!(host.clock.now() - before >= Duration::from_millis(400));

    host.camera.happen("card ok".parse().unwrap());
    assert!(cost(&mut host) < 50);
}

#[test]
fn a_strict_camera_refuses_and_keeps_the_connection() {
    let mut host = Host::with(strict());
    std::fs::write(host.camera.card_root().join("EMPTY"), "").unwrap();
    host.chdk_with(&[4, 0], b"A/EMPTY");
    assert_eq!(host.chdk(&[6]), answer(GENERAL_ERROR, &[]).with(&[0]));
    assert_eq!(host.chdk_with(&[4, 0], b""), answer(GENERAL_ERROR, &[]));
    assert_eq!(host.chdk_with(&[7, 0], b""), answer(GENERAL_ERROR, &[0, 0]));
    assert_eq!(host.chdk_with(&[7, 0], b"return"), answer(GENERAL_ERROR, &[0, 0]));
    assert_eq!(host.chdk_with(&[2, 0x1000, 8], b"1234"), answer(GENERAL_ERROR, &[]));
    assert_eq!(host.chdk_with(&[5], b""), answer(GENERAL_ERROR, &[]));
    let sins = host.camera.log_lines().iter().filter(|line| line.is_sin()).count();
    assert_eq!(sins, 6);
    assert_eq!(host.chdk(&[0]), answer(OK, &[2, 9]));
}

#[test]
fn the_same_client_finds_the_same_trace_twice() {
    let trace = || {
        let mut config =
            config(&["command 4: click set", "every 700ms: press up", "script 1s: exit key", "Version 2: garbage"]);
        config.profile.control.latency = Duration::from_millis(33);
        let mut host = Host::with(config);
        host.start("while true do write_usb_msg(get_tick_count()) sleep(300) end");
        host.pass(1500);
        let messages = host.messages();
        host.chdk_with(&[7, 0], b"x =");
        let log: Vec<String> = host.camera.log_lines().iter().map(ToString::to_string).collect();
        (messages, host.camera.console(), log)
    };
    let first = trace();
    assert!(first.2.len() > 8 && first.2.iter().any(|line| line.contains("event: exit key")), "{:#?}", first.2);
    assert_eq!(first, trace());
}

#[test]
fn events_and_strictness_are_read_from_toml() {
    let text = "seed = 7\nlatency = '80ms'\nevents = ['3s: off']\nstrict = 'refuse'\ntimes = true";
    let control = Control::from_toml(text).unwrap();
    let wanted = Control::default().with_seed(7).with_latency(Duration::from_millis(80)).with_times();
    assert_eq!(control, wanted.with_event("3s: off".parse().unwrap()).with_strict(Strict::Refuse));
    for (text, word) in [("evnts = []", "evnts"), ("events = ['3s: of']", "'off'"), ("strict = 'no'", "'do'")] {
        assert!(Control::from_toml(text).unwrap_err().to_string().contains(word), "{text}");
    }
}

// --- over the network, in real time ---

fn serve(events: &[&str], test: impl FnOnce(&SimCamera, std::net::SocketAddr)) {
    let camera = SimCamera::start(config(events)).unwrap();
    let server = Server::bind("127.0.0.1:0", camera.clone()).unwrap();
    let address = server.local_addr().unwrap();
    let stop = Interrupt::new();
    std::thread::scope(|scope| {
        scope.spawn(|| server.serve(&stop).unwrap());
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&camera, address)));
        stop.raise();
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}

fn packet(kind: u32, body: &[u8]) -> Vec<u8> {
    [&(8 + body.len() as u32).to_le_bytes(), &kind.to_le_bytes(), body].concat()
}

fn read_packet(socket: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    socket.read_exact(&mut length)?;
    let mut rest = vec![0; u32::from_le_bytes(length) as usize - 4];
    socket.read_exact(&mut rest)?;
    Ok(rest)
}

/// Command and event connection, and a session.
fn dial(address: std::net::SocketAddr) -> (TcpStream, TcpStream) {
    let mut command = TcpStream::connect(address).unwrap();
    command.set_read_timeout(Some(LONG)).unwrap();
    command.write_all(&packet(1, &[0; 22])).unwrap();
    let ack = read_packet(&mut command).unwrap();
    assert_eq!(ack[..4], [2, 0, 0, 0]);
    let mut event = TcpStream::connect(address).unwrap();
    event.set_read_timeout(Some(LONG)).unwrap();
    event.write_all(&packet(3, &ack[4..8])).unwrap();
    read_packet(&mut event).unwrap();
    command.write_all(&request(0x1002, 0, &[1])).unwrap();
    assert_eq!(read_packet(&mut command).unwrap()[4..6], [1, 0x20]);
    (command, event)
}

fn request(code: u16, transaction: u32, params: &[u32]) -> Vec<u8> {
    let params: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
    packet(6, &[&1u32.to_le_bytes()[..], &code.to_le_bytes(), &transaction.to_le_bytes(), &params].concat())
}

#[test]
fn a_network_connection_dies_in_every_phase_and_the_next_client_is_served() {
    for phase in ["before", "data", "response"] {
        serve(&[&format!("GetMemory {phase}: disconnect")], |_, address| {
            let (mut command, _event) = dial(address);
            command.write_all(&request(0x9999, 1, &[1, 0x1000, 1000])).unwrap();
            let mut got = Vec::new();
            // It ends well or is reset, as TCP likes it.
            drop(command.read_to_end(&mut got));
            let data = got.len();
            match phase {
                "before" => assert_eq!(data, 0),
                "data" => assert_eq!(data, 20 + 12 + 500),
                _ => assert!(data == 0 || data == 20 + 12 + 1000, "{data}"),
            }
            let (mut command, _event) = dial(address);
            command.write_all(&request(0x9999, 1, &[0])).unwrap();
            assert_eq!(read_packet(&mut command).unwrap()[4..6], [1, 0x20]);
        });
    }
}

#[test]
fn a_stall_over_the_network_is_a_lost_connection() {
    serve(&["Version: stall"], |_, address| {
        let (mut command, _event) = dial(address);
        command.write_all(&request(0x9999, 1, &[0])).unwrap();
        assert_eq!(command.read_to_end(&mut Vec::new()).unwrap_or(0), 0);
        let (mut command, _event) = dial(address);
        command.write_all(&request(0x9999, 1, &[0])).unwrap();
        assert_eq!(read_packet(&mut command).unwrap()[4..6], [1, 0x20]);
    });
}

#[test]
fn a_timed_event_hits_a_network_connection_that_stands_still() {
    serve(&["300ms: disconnect"], |_, address| {
        let (mut command, _event) = dial(address);
        assert_eq!(command.read_to_end(&mut Vec::new()).unwrap_or(0), 0);
        dial(address);
    });
}

#[test]
fn neither_latency_nor_a_hang_keeps_a_server_from_ending() {
    for event in ["Version: latency 1000s", "Version: hang"] {
        let begun = Instant::now();
        serve(&[event], |camera, address| {
            let (mut command, _event) = dial(address);
            command.write_all(&request(0x9999, 1, &[0])).unwrap();
            bare::eventually("the event", || camera.log_lines().iter().any(|line| line.text.starts_with("event:")));
        });
        assert!(begun.elapsed() < Duration::from_secs(5), "{event}");
    }
}

#[test]
fn silent_sockets_lock_nobody_out() {
    serve(&[], |_, address| {
        let strangers: Vec<_> = (0..80).map(|_| TcpStream::connect(address).unwrap()).collect();
        let begun = Instant::now();
        dial(address);
        assert!(begun.elapsed() < Duration::from_secs(5));
        drop(strangers);
    });
}

#[test]
fn a_camera_that_is_off_hangs_up_on_whoever_calls() {
    serve(&[], |camera, address| {
        camera.switch_off();
        let mut command = TcpStream::connect(address).unwrap();
        command.set_read_timeout(Some(LONG)).unwrap();
        command.write_all(&packet(1, &[0; 22])).unwrap();
        assert!(read_packet(&mut command).is_err());
        camera.switch_on();
        dial(address);
    });
}

#[test]
fn an_answer_is_what_it_was_asked_for() {
    let Answer { code, params, data } = host(&["Version response: answer 0x201f"]).chdk(&[0]);
    assert_eq!((code, params.len(), data), (0x201f, 0, None));
}
