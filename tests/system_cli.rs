//! Clock, mode, power and memory from the command line: what is printed where, and what is left behind.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
    command.env_remove("MOONSHUTTER_CAMERA").env_remove("RUST_LOG");
    command
}

fn run(args: &[&str]) -> Output {
    program().args(args).args(["-c", "sim"]).output().unwrap()
}

#[track_caller]
fn expect(output: &Output, code: i32, out: &str, err: &str) {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{stdout}\n{stderr}");
    assert_eq!(stdout, out, "{stderr}");
    assert!(stderr.contains(err), "{stderr} should say {err}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

/// A simulated camera in a process of its own, to which something happens.
struct Served(Child, String);

impl Served {
    fn start(event: &str) -> Self {
        let args = ["sim", "--ptpip", "127.0.0.1:0", "--event", event];
        let mut child = program().args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut spec = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut spec).unwrap();
        Self(child, spec.trim_end().to_owned())
    }

    fn run(&self, args: &[&str]) -> Output {
        program().args(args).args(["-c", &self.1]).output().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn info_tells_how_the_camera_is() {
    let text = String::from_utf8(run(&["info"]).stdout).unwrap();
    insta::assert_snapshot!(text);
    let value = json(&run(&["info", "--json"]));
    assert_eq!(value["condition"]["battery_mv"], 3900);
    assert_eq!(value["condition"]["build"]["platform"], "sim");
    assert_eq!(value["no_condition"], Value::Null);
}

#[test]
fn info_says_what_it_cannot_ask() {
    let served = Served::start("every 1000s: click set");
    let args = ["exec", "-c", &served.1, "write_usb_msg'here' sleep(100000)"];
    let mut busy = program().args(args).stdout(Stdio::piped()).spawn().unwrap();
    BufReader::new(busy.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    busy.kill().unwrap();
    busy.wait().unwrap();
    let value = json(&served.run(&["info", "--json"]));
    assert_eq!(value["script_running"], true);
    assert_eq!(value["condition"], Value::Null);
    assert_eq!(value["no_condition"], "a script runs on the camera");
}

#[test]
fn info_of_a_camera_without_chdk_is_what_ptp_tells() {
    let output = program().args(["info", "--json", "-c", "sim:canon"]).output().unwrap();
    assert_eq!(json(&output)["condition"], Value::Null);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_clock_is_shown_set_and_synced() {
    let set = json(&run(&["clock", "--set", "2030-05-01 12:00:00", "--json"]));
    assert!(set["camera"].as_str().unwrap().starts_with("2030-05-01T12:00:0"), "{set}");
    assert!(set["offset"].as_f64().unwrap() > 0.0 || set["host"].as_str().unwrap() > "2030");
    let served = Served::start("every 1000s: click set");
    served.run(&["clock", "--set", "2001-01-01 00:00"]);
    let synced = json(&served.run(&["clock", "--sync", "--json"]));
    assert!(synced["offset_before"].as_f64().unwrap() < -1e8, "{synced}");
    // A busy machine may be late, but not by a second.
    assert!(synced["offset"].as_f64().unwrap().abs() < 1.0, "{synced}");
    expect(&run(&["clock", "--set", "1979-01-01 00:00"]), 1, "", "there are 1980 to 2107");
    expect(&run(&["clock", "--set", "noon"]), 2, "", "a time is written as 2026-05-01 12:30:00");
}

#[test]
fn a_mode_is_one_word() {
    expect(&run(&["mode"]), 0, "play\n", "");
    expect(&run(&["mode", "rec"]), 0, "rec\n", "");
    expect(&run(&["mode", "photo"]), 2, "", "possible values: rec, play");
    assert_eq!(json(&run(&["mode", "rec", "--json"]))["record"], true);
}

#[test]
fn a_camera_restarts_and_is_waited_for() {
    let served = Served::start("every 1000s: click set");
    expect(&served.run(&["reboot"]), 0, "", "is back");
    expect(&served.run(&["exec", "return 1"]), 0, "1\n", "");
    expect(&served.run(&["reboot", "A/NONE.FI2"]), 1, "", "no program A/NONE.FI2 on the card");
    expect(&served.run(&["shutdown"]), 0, "", "is off");
    expect(&served.run(&["info", "--timeout", "1"]), 5, "", "");
}

#[test]
fn memory_is_shown_like_xxd_does() {
    let text = String::from_utf8(run(&["mem", "read", "0x1000", "40"]).stdout).unwrap();
    insta::assert_snapshot!(text);
    let words = String::from_utf8(run(&["mem", "read", "4K", "2", "--words"]).stdout).unwrap();
    insta::assert_snapshot!(words);
    let word = json(&run(&["mem", "read", "0x1000", "1", "--words=u32", "--json"]))["words"][0].as_u64().unwrap();
    assert!(words.contains(&format!("{word:#010x}")), "{words}");
}

#[test]
fn memory_is_saved_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.bin");
    let name = file.to_str().unwrap();
    expect(&run(&["mem", "read", "0x1000", "600K", "-o", name]), 0, "", "");
    let dump = std::fs::read(&file).unwrap();
    assert_eq!(dump.len(), 600 * 1024);
    #[cfg(unix)]
    {
        let mode = |path: &Path| std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        let plain = folder.path().join("plain");
        std::fs::write(&plain, "").unwrap();
        assert_eq!(mode(&file), mode(&plain), "as any new file");
        std::fs::remove_file(plain).unwrap();
    }
    let piped = run(&["mem", "read", "0x1000", "600K", "-o", "-"]);
    assert!(piped.stdout == dump);

    let served = Served::start("GetMemory 2 data: disconnect");
    expect(&served.run(&["mem", "read", "0x2000", "600K", "-o", name]), 5, "", "");
    assert!(std::fs::read(&file).unwrap() == dump, "what was there stays");
    assert_eq!(names(folder.path()), ["dump.bin"]);
    expect(&run(&["mem", "read", "0", "1", "-o", "/no/such/folder/x"]), 1, "", "cannot write /no/such/folder/x");
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn what_may_brick_a_camera_needs_its_switch() {
    for args in [&["mem", "write", "0x4000", "01 02"][..], &["call", "0xff810000"]] {
        expect(&run(args), 2, "", "with --may-brick-camera it is done");
    }
    let served = Served::start("every 1000s: click set");
    expect(
        &served.run(&["mem", "write", "0x4000", "01", "02ff", "00", "--may-brick-camera"]),
        0,
        "",
        "4 bytes written",
    );
    let back = json(&served.run(&["mem", "read", "0x4000", "1", "--words", "--json"]));
    assert_eq!(back["words"][0], 0x00ff_0201);
    expect(&served.run(&["mem", "write", "0x4000", "0z", "--may-brick-camera"]), 2, "", "is not bytes in hexadecimal");
    expect(&served.run(&["mem", "write", "0", "00", "--may-brick-camera"]), 1, "", "does not write at address 0");
}
