//! Host scripts, run by the host's Lua VM. Each file under `tests/lua/host` asserts what it is named after.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::host::{Host, HostOptions};
use moonshutter::{Error, ErrorKind, camera};

fn options() -> HostOptions {
    let camera = camera::Options { clock: Arc::new(VirtualClock::new()), ..camera::Options::default() };
    HostOptions { camera, ..HostOptions::default() }
}

fn host() -> Host {
    Host::new(options()).expect("the VM starts")
}

fn run(source: &str) -> Result<Vec<String>, Error> {
    let outcome = host().run("test.lua", source.as_bytes(), &[])?;
    Ok(outcome.values.iter().map(|value| value.to_string().unwrap_or_default()).collect())
}

/// Runs every script of a folder and tells of all that failed.
fn run_folder(folder: &str, options: impl Fn() -> HostOptions) {
    let folder = Path::new("tests/lua/host").join(folder);
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "lua") {
            continue;
        }
        count += 1;
        let name = path.to_str().expect("a plain name");
        let source = std::fs::read(&path).expect("a readable script");
        let host = Host::new(options()).expect("the VM starts");
        if let Err(error) = host.run(name, &source, &["first".into(), "second".into()]) {
            failures.push(format!("{error}\n{}", host.traceback().unwrap_or_default()));
        }
    }
    assert!(count > 0, "no scripts in {}", folder.display());
    assert!(failures.is_empty(), "{} of {count} scripts failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn scripts_without_a_camera() {
    run_folder("plain", options);
}

#[test]
fn returned_values_keep_their_nils() {
    assert_eq!(run("return nil, 1, nil").unwrap(), ["nil", "1", "nil"]);
}

#[test]
fn an_uncaught_error_tells_where_it_happened() {
    let host = host();
    let source = b"#!/usr/bin/env moonshutter\nlocal function take()\n  con:script_status()\nend\ntake()\n";
    let error = host.run("scan.lua", source, &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected);
    assert_eq!(error.response(), Some(0x02FA));
    let position = error.position().expect("a position");
    assert_eq!((position.file.as_str(), position.line), ("scan.lua", 3));
    assert!(error.message().starts_with("scan.lua:3: not connected: name a camera with -c"), "{error}");
    assert_eq!(
        host.traceback().unwrap(),
        "stack traceback:\n\tscan.lua:3: in function 'take'\n\tscan.lua:5: in main chunk"
    );
}

#[test]
fn plain_errors_keep_lua_s_words() {
    let error = run("\n\nerror('boom')").unwrap_err();
    assert_eq!(error.message(), "test.lua:3: boom");
    assert_eq!(error.position().map(|position| position.line), Some(3));
    let error = run("x = = 1").unwrap_err();
    assert_eq!((error.kind(), error.position().map(|position| position.line)), (ErrorKind::Compile, Some(1)));
    assert_eq!(
        run("error(setmetatable({}, {__tostring = function() return 'mine' end}))").unwrap_err().message(),
        "test.lua:1: mine"
    );
    assert!(run("error()").unwrap_err().message().contains("nil"));
}

#[test]
fn a_text_that_goes_on_is_told_from_a_wrong_one() {
    let host = host();
    assert!(host.is_incomplete(b"for i = 1, 10 do"));
    assert!(!host.is_incomplete(b"for i = 1, 10 done"));
    assert!(!host.is_incomplete(b"return 1"));
}

#[test]
fn exit_leaves_through_every_pcall_and_runs_no_line_more() {
    let host = host();
    let source = b"
        after = 0
        pcall(function()
            coroutine.wrap(function()
                pcall(os.exit, 7)
                after = after + 1
            end)()
            after = after + 1
        end)
        after = after + 1
    ";
    let outcome = host.run("exit.lua", source, &[]).unwrap();
    assert!(outcome.exited);
    assert_eq!(outcome.status, 7);
    assert_eq!(host.lua().globals().get::<i32>("after").unwrap(), 0);
    // The VM is as good as before.
    assert_eq!(host.run("on.lua", b"local n = 0 for i = 1, 1e5 do n = n + 1 end return n", &[]).unwrap().status, 0);
}

#[test]
fn exit_statuses() {
    for (source, status, exited) in [
        ("os.exit()", 0, true),
        ("os.exit(true)", 0, true),
        ("os.exit(false)", 1, true),
        ("os.exit(3)", 3, true),
        ("sys.set_exit_value(4)", 4, false),
        ("return 5", 0, false),
    ] {
        let outcome = host().run("exit.lua", source.as_bytes(), &[]).unwrap();
        assert_eq!((outcome.status, outcome.exited), (status, exited), "{source}");
    }
}

/// Interrupts a script that runs for ever, and tells how long it went on.
fn interrupt(source: &str) -> Duration {
    let interrupt = Interrupt::new();
    let mut options = HostOptions::default();
    options.camera.interrupt = interrupt.clone();
    let started = Arc::new(std::sync::Barrier::new(2));
    let raised = std::thread::spawn({
        let started = started.clone();
        move || {
            started.wait();
            std::thread::sleep(Duration::from_millis(30));
            interrupt.raise();
            Instant::now()
        }
    });
    let host = Host::new(options).expect("the VM starts");
    started.wait();
    let result = host.run("endless.lua", source.as_bytes(), &[]);
    let ended = Instant::now();
    assert_eq!(result.map(|_| ()).unwrap_err().kind(), ErrorKind::Interrupted, "{source}");
    ended - raised.join().expect("the thread ends")
}

#[test]
fn endless_scripts_are_interrupted() {
    for source in [
        "while true do end",
        "local function f() error('x') end while true do pcall(f) end",
        "while true do pcall(pcall, pcall) end",
        "while true do coroutine.wrap(function() while true do pcall(function() end) end end)() end",
        "local co = coroutine.create(function() while true do coroutine.yield() end end)
         while true do coroutine.resume(co) end",
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "sys.sleep(1e9)",
        "while true do pcall(sys.sleep, 1e9) end",
    ] {
        let took = interrupt(source);
        assert!(took < Duration::from_secs(2), "{source} went on for {took:?}");
    }
}

#[test]
fn a_vm_that_was_interrupted_can_be_used_again() {
    let options = options();
    let interrupt = options.camera.interrupt.clone();
    let host = Host::new(options).unwrap();
    interrupt.raise();
    assert_eq!(host.run("a.lua", b"while true do end", &[]).unwrap_err().kind(), ErrorKind::Interrupted);
    interrupt.clear();
    assert_eq!(host.run("b.lua", b"return 1", &[]).unwrap().values.len(), 1);
}

#[test]
fn scripts_with_a_simulated_camera() {
    run_folder("camera", HostOptions::default);
}

#[test]
fn the_camera_of_the_command_line_is_connected_when_it_is_needed() {
    let host = Host::new(HostOptions { spec: Some("sim".parse().unwrap()), ..HostOptions::default() }).unwrap();
    let source = b"assert(not con:is_connected()) assert(con.apiver.MAJOR == 2) return con:execwait('return 7')";
    let outcome = host.run("sim.lua", source, &[]).unwrap();
    assert_eq!(outcome.values.front().and_then(|value| value.as_i64()), Some(7));
}

#[test]
fn waits_for_a_camera_are_interrupted_and_its_script_is_ended() {
    for source in [
        "con = chdk.simulate() con:execwait('while true do sleep(10) end')",
        "con = chdk.simulate() con:exec('while true do sleep(10) end') con:wait_status({run = false})",
        "con = chdk.simulate() con:exec('while true do sleep(10) end') while true do con:wait_msg_pcall() end",
        "con = chdk.simulate() con:exec('while true do sleep(10) end') while true do pcall(sys.sleep, 1e6) end",
    ] {
        let interrupt = Interrupt::new();
        let mut options = HostOptions::default();
        options.camera.interrupt = interrupt.clone();
        let host = Host::new(options).unwrap();
        let raiser = std::thread::spawn({
            let interrupt = interrupt.clone();
            move || {
                std::thread::sleep(Duration::from_millis(300));
                interrupt.raise();
            }
        });
        let started = Instant::now();
        let error = host.run("wait.lua", source.as_bytes(), &[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{source}: {error}");
        assert!(started.elapsed() < Duration::from_secs(5), "{source}");
        raiser.join().unwrap();
        interrupt.clear();
        let after = host.run("after.lua", b"return con:script_status().run", &[]).unwrap();
        assert_eq!(after.values.front().and_then(|value| value.as_boolean()), Some(false), "{source}");
    }
}

#[test]
fn exit_from_a_message_callback_ends_the_camera_s_script_too() {
    let host = host();
    let source = b"
        con = chdk.simulate({ time = 'virtual' })
        pcall(con.execwait, con, 'write_usb_msg(1, 1000) while true do sleep(10) end', {
            msgs = function() pcall(os.exit, 3) after = true end,
        })
        after = true
    ";
    let outcome = host.run("exit.lua", source, &[]).unwrap();
    assert_eq!((outcome.status, outcome.exited), (3, true));
    let after = host.run("after.lua", b"return after, con:script_status().run", &[]).unwrap();
    assert_eq!(after.values.iter().map(|value| value.as_boolean()).collect::<Vec<_>>(), [None, Some(false)]);
}

#[test]
fn an_uncaught_error_of_camera_code_names_the_line_of_the_script_that_it_stands_on() {
    let host = host();
    let source = b"local con = chdk.simulate({ time = 'virtual' })\n\ncon:execwait([[\nerror('boom')]])";
    let error = host.run("scan.lua", source, &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Runtime);
    assert_eq!(error.position().map(|position| position.line), Some(4));
    assert_eq!(error.message(), "scan.lua:4: boom");
    assert!(error.camera().is_some());
    assert!(host.traceback().unwrap().contains("scan.lua:3: in main chunk"));
}

#[test]
fn an_uncaught_error_of_composed_camera_code_names_both_places() {
    let host = host();
    let source = b"local con = chdk.simulate({ time = 'virtual' })\n\ncon:execwait('error(' .. 5 .. ')')";
    let error = host.run("scan.lua", source, &[]).unwrap_err();
    assert_eq!(error.position().map(|position| position.line), Some(3));
    assert!(error.message().starts_with("scan.lua:3: [execwait at scan.lua:3]"), "{error}");
}

#[test]
fn connections_end_with_the_vm() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("closed");
    let host = host();
    let source = b"
        con = chdk.simulate({ time = 'virtual' })
        local path = ...
        setmetatable({}, { __gc = function() io.open(path, 'w'):close() end })
    ";
    host.run("end.lua", source, &[trace.to_str().unwrap().to_owned()]).unwrap();
    drop(host);
    assert!(trace.exists(), "the VM was not closed");
}

/// The first example of the README and the page on tables prints what stands beside it.
#[test]
fn examples_with_tables_print_what_they_say() {
    for (page, mark) in [("README.md", "Tables travel whole"), ("docs/tables.md", "# Tables between")] {
        let text = std::fs::read_to_string(page).unwrap();
        let after = &text[text.find(mark).unwrap()..];
        let (code, _) = after.split_once("```lua\n").unwrap().1.split_once("```").unwrap();
        let catch = "local said = {} function print(...) local t = {...} for i = 1, #t do t[i] = tostring(t[i]) end \
                     said[#said + 1] = table.concat(t, '  ') end ";
        let code = format!("{catch}{code} return table.concat(said, '\\n')");
        let host = Host::new(HostOptions { spec: Some("sim".parse().unwrap()), ..HostOptions::default() }).unwrap();
        let outcome = host.run("page.lua", code.as_bytes(), &[]).unwrap();
        let said = outcome.values.front().unwrap().to_string().unwrap();
        let expected: Vec<_> = code.lines().filter_map(|line| line.split_once("--> ")).map(|(_, said)| said).collect();
        assert!(!expected.is_empty());
        assert_eq!(said.lines().take(expected.len()).collect::<Vec<_>>(), expected, "{page}");
    }
}
