//! The program as a person starts it: what it prints where, and how it exits.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
    command.env_remove("MOONSHUTTER_CAMERA").env_remove("RUST_LOG");
    command
}

fn run(args: &[&str]) -> Output {
    program().args(args).output().unwrap()
}

#[track_caller]
fn expect(output: &Output, code: i32, out: &str, err: &str) {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{stdout}\n{stderr}");
    assert_eq!(stdout, out, "{stderr}");
    assert!(stderr.contains(err), "{stderr} should say {err}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

/// A simulated camera in a process of its own.
struct Served {
    child: Child,
    spec: String,
}

impl Served {
    fn start() -> Self {
        Self::start_by(program())
    }

    fn start_by(mut program: Command) -> Self {
        let mut child =
            program.args(["sim", "--ptpip", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut spec = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut spec).unwrap();
        Self { child, spec: spec.trim_end().to_owned() }
    }
}

impl Drop for Served {
    /// Politely, so that the camera takes its temporary card with it.
    fn drop(&mut self) {
        #[cfg(unix)]
        if matches!(self.child.try_wait(), Ok(None)) {
            signal(&self.child, "-TERM");
            wait(&mut self.child, Duration::from_secs(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn wait(child: &mut Child, limit: Duration) -> Option<i32> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        assert!(begun.elapsed() < limit, "the program does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn exec_prints_messages_and_returns() {
    let code = "write_usb_msg{1,2} write_usb_msg('hi') return 1, nil, 'x', {a=true}, print";
    expect(&run(&["exec", "-c", "sim", code]), 0, "message: {1,2}\nmessage: hi\n1\nnil\nx\n{a=true}\n<function>\n", "");
    expect(&run(&["exec", "-c", "sim", "return"]), 0, "", "");
}

#[test]
fn exec_prints_one_json_object() {
    let output = run(&["exec", "--json", "-c", "sim", "write_usb_msg{1,nil,3} return nil, {x='y'}, '\\255'"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = serde_json::json!({
        "messages": [{"1": 1, "3": 3}],
        "returns": [null, {"x": "y"}, {"$bytes": [255]}],
    });
    assert_eq!(value, expected);
    // A camera's text must not turn the terminal's around.
    let output = run(&["exec", "--json", "-c", "sim", "return '\\226\\128\\174gpj.exe'"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(r"\u202egpj.exe"), "{text}");

    let output = run(&["exec", "--json", "-c", "sim", "write_usb_msg(1)\nerror('boom')"]);
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["messages"], serde_json::json!([1]));
    assert_eq!((value["error"]["kind"].as_str(), value["error"]["line"].as_u64()), (Some("Runtime"), Some(2)));
}

#[test]
fn exec_prints_its_json_object_whatever_fails() {
    for args in
        [&["exec", "--json", "-c", "ip:127.0.0.1:1", "return"][..], &["exec", "--json", "-c", "sim", "-f", "no"]]
    {
        let value: serde_json::Value = serde_json::from_slice(&run(args).stdout).unwrap();
        assert!(value["error"]["message"].as_str().is_some_and(|words| !words.is_empty()), "{value}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_exit_code_does_not_depend_on_who_listens() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let status = program().args(["exec", "-c", "sim", "error('x')"]).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn exec_reads_files_and_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scan.lua");
    std::fs::write(&path, "local x = 1\nerror('no')").unwrap();
    let path = path.to_str().unwrap();
    expect(&run(&["exec", "-c", "sim", "-f", path]), 1, "", &format!("{path}:2: no"));
    let mut child = program()
        .args(["exec", "-c", "sim", "--no-lint", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"return 1 +").unwrap();
    expect(&child.wait_with_output().unwrap(), 1, "", "stdin:1: unexpected symbol near '<eof>'");
    expect(&run(&["exec", "-c", "sim", "-f", "no such file"]), 1, "", "cannot read no such file");
}

#[test]
fn errors_have_their_exit_codes() {
    expect(&run(&["exec", "-c", "sim", "--no-lint", "x = = 1"]), 1, "", "exec:1: unexpected symbol near '='");
    expect(&run(&["exec", "-c", "sim", "x = = 1"]), 3, "", "exec:1: ");
    expect(&run(&["exec"]), 2, "", "Usage");
    expect(&run(&["exec", "-c", "nonsense:", "return"]), 2, "", "no camera can be called");
    expect(&run(&["exec", "-c", "sim", "--timeout", "0", "return"]), 2, "", "--timeout");
    expect(&run(&["exec", "return 1"]), 4, "", "no camera is plugged in");
    expect(&run(&["info", "-c", "ip:127.0.0.1:1"]), 4, "", "no camera answers at ip:127.0.0.1:1");
    expect(&run(&["exec", "-c", "sim", "--timeout", "0.2", "sleep(60000)"]), 5, "", "not done in time");
}

#[test]
fn the_camera_may_be_named_in_the_environment() {
    let output = program().env("MOONSHUTTER_CAMERA", "sim").args(["exec", "return 2"]).output().unwrap();
    expect(&output, 0, "2\n", "");
    let output = program().env("MOONSHUTTER_CAMERA", "no:such").args(["exec", "return 2"]).output().unwrap();
    expect(&output, 2, "", "MOONSHUTTER_CAMERA");
    let output = program().env("MOONSHUTTER_CAMERA", "").args(["exec", "return 2"]).output().unwrap();
    expect(&output, 4, "", "no camera is plugged in");
}

#[test]
#[cfg(unix)]
fn two_signals_at_once_are_one() {
    let served = Served::start();
    let mut child = program()
        .args(["exec", "-c", &served.spec, "while true do sleep(10) end"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !is_running(&served.spec) {
        std::thread::sleep(Duration::from_millis(20));
    }
    signal(&child, "-TERM");
    signal(&child, "-TERM");
    assert_eq!(wait(&mut child, Duration::from_secs(20)), Some(130));
    let output = run(&["info", "-c", &served.spec]);
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("script running    no") && words.contains("messages waiting  no"), "{words}");
}

/// A camera that was killed cannot take its temporary card with it; the next one does.
#[test]
#[cfg(unix)]
fn cards_that_were_left_behind_are_cleared_up() {
    let folder = tempfile::tempdir().unwrap();
    let here = || {
        let mut program = program();
        program.env("TMPDIR", folder.path());
        program
    };
    let folders = || folder.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let living = Served::start_by(here());
    let of_the_living = folders();
    let mut killed = Served::start_by(here());
    let left_behind: Vec<_> = folders().into_iter().filter(|path| !of_the_living.contains(path)).collect();
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    assert!(left_behind.len() == 1 && left_behind[0].exists(), "this is what is to be cleared up");
    expect(&here().args(["exec", "-c", "sim", "return 1"]).output().unwrap(), 0, "1\n", "");
    assert_eq!(folders(), of_the_living, "that of the living one, and no more");
    let mut up = here();
    up.args(["exec", "-c", &living.spec, "local f = io.open('A/x', 'w') f:close() return #os.listdir('A/')"]);
    expect(&up.output().unwrap(), 0, "3\n", "");
    drop(living);
    assert!(folders().is_empty());
}

#[test]
fn info_and_list_tell_people_and_programs() {
    let output = run(&["info", "-c", "sim"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("CHDK              PTP protocol 2.9"));
    let value: serde_json::Value = serde_json::from_slice(&run(&["info", "--json", "-c", "sim"]).stdout).unwrap();
    assert_eq!((value["model"].as_str(), value["chdk"].as_str()), (Some("Canon PowerShot SIM"), Some("2.9")));
    assert_eq!(value["script_running"], false);
    assert!(value["device_info"]["operations_supported"].as_array().unwrap().contains(&0x9999.into()));
    let value: serde_json::Value = serde_json::from_slice(&run(&["list", "--json"]).stdout).unwrap();
    assert!(value.as_array().unwrap().iter().any(|camera| camera["spec"] == "sim"));
}

#[test]
fn names_for_cameras_come_from_a_file_that_makes_sense() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let with = |text: Option<&str>, args: &[&str]| {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
        command.args(args).env("MOONSHUTTER_CONFIG", &file).output().unwrap()
    };
    let missing = with(None, &["list"]);
    let told = String::from_utf8_lossy(&missing.stderr);
    assert!(told.contains("which MOONSHUTTER_CONFIG names") && missing.status.code() == Some(1), "{told}");
    assert_eq!(with(Some("[cameras]\nleft = 'AB12'"), &["list"]).status.code(), Some(0));
    let strange = with(Some("[cameras]\nsim = 'AB12'"), &["exec", "-c", "left", "return 1"]);
    let told = String::from_utf8_lossy(&strange.stderr);
    assert!(told.contains("config.toml: \"sim\" is no name for a camera"), "{told}");
    // whoever has no camera on USB in mind is not bothered
    assert_eq!(with(None, &["exec", "-c", "sim", "return 1"]).status.code(), Some(0));
}

#[test]
fn run_gives_a_script_its_arguments_and_takes_its_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("host.lua");
    std::fs::write(&path, "#!/usr/bin/env moonshutter\nprint(arg[0] ~= nil, arg[1], ...)\nos.exit(7)").unwrap();
    let path = path.to_str().unwrap();
    expect(&run(&["run", path, "a", "b", "-c", "sim"]), 7, "true\ta\ta\tb\n", "");
    expect(&run(&["run", path, "-c", "sim", "--", "-x"]), 7, "true\t-x\t-x\n", "");
}

#[test]
fn run_reads_standard_input_and_tells_where_a_script_failed() {
    let mut child = program()
        .args(["run", "-", "-c", "sim"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"print(con:execwait('return 5'))\nlocal t = nil\nprint(t.x)").unwrap();
    expect(&child.wait_with_output().unwrap(), 1, "5\n", "stdin:3: attempt to index local 't'");
    expect(&run(&["run", "no-such.lua", "-c", "sim"]), 1, "", "cannot read no-such.lua");
}

#[test]
fn the_first_example_says_the_same_over_every_transport() {
    let served = Served::start();
    let here = run(&["run", "examples/first_light.lua", "-c", "sim"]);
    let there = run(&["run", "examples/first_light.lua", "-c", &served.spec]);
    expect(&here, 0, &String::from_utf8_lossy(&there.stdout), "");
    assert_eq!(String::from_utf8_lossy(&here.stdout).lines().count(), 11);
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_the_program_and_the_cameras_script() {
    let served = Served::start();
    for code in ["while true do sleep(10) end", "write_usb_msg(1) while true do end"] {
        let mut child = program()
            .args(["exec", "-c", &served.spec, code])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while !is_running(&served.spec) {
            assert!(begun.elapsed() < Duration::from_secs(20), "the script does not start");
            if child.try_wait().unwrap().is_some() {
                panic!("the program ended by itself");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        signal(&child, "-INT");
        let code = wait(&mut child, Duration::from_secs(20));
        let mut words = String::new();
        child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        assert_eq!(code, Some(130), "{words}");
        assert!(words.contains("interrupted"), "{words}");
        expect(&run(&["exec", "-c", &served.spec, "return 1"]), 0, "1\n", "");
    }
}

/// PTP/IP takes one client at a time: the camera is busy exactly while the script's owner is connected.
#[cfg(unix)]
fn is_running(spec: &str) -> bool {
    String::from_utf8_lossy(&run(&["info", "-c", spec]).stderr).contains("connected to another program")
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_host_script_wherever_it_is() {
    for body in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "sys.sleep(1e7)",
        "con:exec('sleep(1e6)') con:wait_status{run=false}",
        "debug.sethook() while true do end",
        "while true do con:execwait_pcall('sleep(30)') end",
    ] {
        let source = format!("io.stdout:write('on\\n') io.stdout:flush() {}", body.replace("1e6", "1000000"));
        let mut child = program()
            .args(["run", "-", "-c", "sim"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(source.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "on\n");
        signal(&child, "-INT");
        assert_eq!(wait(&mut child, Duration::from_secs(20)), Some(130), "{body}");
    }
}

#[test]
#[cfg(unix)]
fn a_served_camera_ends_cleanly_on_request() {
    for name in ["-INT", "-TERM"] {
        let mut served = Served::start();
        expect(&run(&["exec", "-c", &served.spec, "return 3"]), 0, "3\n", "");
        signal(&served.child, name);
        assert_eq!(wait(&mut served.child, Duration::from_secs(20)), Some(0));
    }
}

#[test]
fn sim_says_what_is_wrong_with_its_arguments() {
    expect(&run(&["sim", "--card", "no such folder", "--ptpip", "0"]), 1, "", "with no such folder as its card");
    expect(&run(&["sim", "--card", ".", "--card", ".", "--ptpip", "0"]), 2, "", "2 cards for 1 cameras");
    expect(&run(&["sim", "--ptpip", "here"]), 2, "", "ADDRESS:PORT");
    expect(&run(&["sim", "--ptpip", "0", "--event", "3s: of"]), 2, "", "did you mean 'off'?");
    expect(&run(&["sim", "--ptpip", "0", "--latency", "80"]), 2, "", "as in 3s or 250ms");
    expect(&run(&["sim", "--ptpip", "0", "--control", "no such file"]), 1, "", "no such file");
    let served = Served::start();
    let place = served.spec.strip_prefix("ip:").unwrap();
    expect(&run(&["sim", "--ptpip", place]), 1, "", "cannot serve a camera at");
}

#[test]
fn events_happen_to_the_camera_of_a_profile_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad day.toml");
    std::fs::write(&file, "[control]\nevents = ['ExecuteScript: answer 0x2002']\n").unwrap();
    let spec = format!("sim:{}", file.display());
    expect(&run(&["-c", &spec, "exec", "return 1"]), 1, "", "0x2002");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = program()
        .args(["exec", "-c", "sim", "for i = 1, 2000 do write_usb_msg(('x'):rep(1000), 1000) end"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut words = String::new();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    assert_eq!(wait(&mut child, Duration::from_secs(20)), Some(0), "{words}");
    assert_eq!(words, "");
}

/// A camera script in a folder of its own.
fn camera_script(name: &str, source: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, format!("--[[\n@chdk_version 1.6\n#a=1 \"A\" [0 9]\n--]] {source}")).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn try_runs_the_intervalometer() {
    let output = run(&["try", "examples/intervalometer.lua", "--param", "shots=3", "--param", "sharp=false"]);
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout), @r"
    to record mode
    shot 1 of 3 at 0 s
    shot 2 of 3 at 10 s
    shot 3 of 3 at 20 s
    as it was
    *** FINISHED ***
    ");
    expect(&output, 0, &String::from_utf8_lossy(&output.stdout), "the script finished, after 20.");
}

#[test]
fn try_fails_when_the_script_does() {
    let (_folder, path) = camera_script("x.lua", "print(a)\nerror'no'");
    let out = "7\nA/CHDK/SCRIPTS/x.lua:5: no\n*** TERMINATED ***\n";
    expect(&run(&["try", &path, "--param", "a=7"]), 1, out, "the script failed");
    let (_folder, path) = camera_script("x.lua", "x = = 1");
    let out = ":1: A/CHDK/SCRIPTS/x.lua:4: unexpected symbol near '='\n*** TERMINATED ***\n";
    expect(&run(&["try", "--no-lint", &path]), 1, out, "the script failed");
    expect(&run(&["try", &path]), 3, "", "x.lua:4: ");
}

#[test]
fn try_ends_what_has_no_end() {
    let (_folder, path) = camera_script("x.lua", "function restore() print'back' end repeat sleep(100) until false");
    let out = "*** INTERRUPTED ***\nback\n";
    expect(&run(&["try", &path, "--limit", "20min"]), 0, out, "at the limit, after 20 min 0 s of camera time");
    expect(&run(&["try", &path, "--event", "2s: exit key"]), 0, out, "by the exit key, after 2.0");
    expect(&run(&["try", &path, "--time", "real", "--limit", "200ms"]), 0, out, "at the limit");
    let (_folder, path) = camera_script("x.lua", "pcall(function() repeat until false end)");
    expect(&run(&["try", &path, "--limit", "1s"]), 1, "", "does not end by the exit key either");
}

#[test]
fn try_says_what_is_wrong_with_its_arguments() {
    let (folder, path) = camera_script("x.lua", "sleep(1)");
    expect(&run(&["try", &path, "--param", "b=1"]), 1, "", "no parameter 'b'; it has a");
    expect(&run(&["try", &path, "--param", "a=10"]), 1, "", "it takes 0 to 9");
    expect(&run(&["try", &path, "--param", "a"]), 2, "", "NAME=VALUE");
    expect(&run(&["try", &path, "--limit", "1d"]), 2, "", "is no time");
    expect(&run(&["try", &path, "-c", "ip:1.2.3.4"]), 2, "", "no simulated camera");
    expect(&run(&["try", "no-such.lua"]), 1, "", "cannot read no-such.lua");
    let (_other, basic) = camera_script("x.bas", "");
    expect(&run(&["try", &basic]), 1, "", "uBASIC, which is not simulated");
    expect(&run(&["try", &basic, "--card", folder.path().to_str().unwrap()]), 1, "", "is not on the card");
}

#[test]
fn try_takes_a_folder_for_the_card() {
    let (folder, path) = camera_script("x.lua", "print(io.open('A/note.txt'):read())");
    std::fs::write(folder.path().join("note.txt"), "here").unwrap();
    let card = folder.path().to_str().unwrap();
    expect(&run(&["try", &path, "--card", card]), 0, "here\n*** FINISHED ***\n", "finished");
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_trial() {
    let (_folder, path) = camera_script("x.lua", "print'on' repeat sleep(100) until false");
    let mut child =
        program().args(["try", &path, "--time", "real"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "on\n");
    signal(&child, "-INT");
    assert_eq!(wait(&mut child, Duration::from_secs(20)), Some(130));
}

#[test]
fn help_is_what_it_was() {
    for command in [
        "", "run", "exec", "lint", "list", "doctor", "info", "ls", "tree", "stat", "cat", "df", "get", "put", "mkdir",
        "rm", "clock", "mode", "reboot", "shutdown", "mem", "call", "try", "sim", "types",
    ] {
        let mut args: Vec<_> = [command, "--help"].into();
        args.retain(|arg| !arg.is_empty());
        let output = run(&args);
        let name = if command.is_empty() { "help".to_owned() } else { format!("help_{command}") };
        insta::assert_snapshot!(name, String::from_utf8_lossy(&output.stdout));
    }
}
