//! The linter in front of a camera: what it stops, what it lets through, and what it says, and how often.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use moonshutter::camera::{Camera, ExecOptions, Options, Payload, Script, WaitOptions};
use moonshutter::clock::VirtualClock;
use moonshutter::gate::Gate;
use moonshutter::host::{Host, HostOptions};
use moonshutter::sim::{Config, SimCamera, Time};
use moonshutter::{Error, ErrorKind, camera, connect};

const WRONG: &str = "local x = 1\npcall(sleep, x)\nreturn 'ran'";

fn bench() -> (SimCamera, Camera) {
    let clock = VirtualClock::new();
    let sim = connect::simulate(Config { time: Time::Virtual(clock.clone()), ..Config::default() }).unwrap();
    let options = Options { clock: Arc::new(clock), check: Some(Arc::new(Gate::default())), ..Options::default() };
    let camera = connect::plug_in(&sim, &options).unwrap();
    (sim, camera)
}

fn execwait(camera: &mut Camera, source: &str, options: &ExecOptions) -> Result<Vec<Payload>, Error> {
    let script = Script::new("shots.lua", source);
    camera.execwait(&script, options, &WaitOptions::default(), &mut |_, _| Ok(()))
}

#[test]
fn what_would_fail_there_is_not_sent() {
    let (sim, mut camera) = bench();
    let before = (camera.counters(), sim.log_lines().len());
    let error = execwait(&mut camera, WRONG, &ExecOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Lint);
    let position = error.position().unwrap();
    assert_eq!((position.file.as_str(), position.line), ("shots.lua", 2));
    assert!(error.message().starts_with("shots.lua:2: "), "{error}");
    assert!(error.message().contains("[yield-across-boundary]"), "{error}");
    let script = Script { first_line: 10, ..Script::new("shots.lua", WRONG) };
    let error = camera.exec(&script, &ExecOptions::default()).unwrap_err();
    assert_eq!((error.kind(), error.position().unwrap().line), (ErrorKind::Lint, 11));
    assert_eq!((camera.counters(), sim.log_lines().len()), before, "nothing went over the wire");
}

#[test]
fn whoever_says_so_sends_it_all_the_same() {
    let (_sim, mut camera) = bench();
    let returned = execwait(&mut camera, WRONG, &ExecOptions { lint: false, ..ExecOptions::default() }).unwrap();
    assert_eq!(returned, [Payload::String(b"ran".to_vec())]);
}

#[test]
fn what_goes_along_is_known() {
    let (_sim, mut camera) = bench();
    let source = "write_usb_msg({1, 2}) return usb_msg_table_to_string ~= nil, {3}";
    let returned = execwait(&mut camera, source, &ExecOptions::default()).unwrap();
    assert_eq!(returned[0], Payload::Boolean(true));
}

#[test]
fn a_script_is_checked_on_its_way_to_the_card() {
    let (sim, mut camera) = bench();
    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().join("scan.lua");
    std::fs::write(&local, WRONG).unwrap();
    let before = camera.counters();
    for remote in [&b"A/CHDK/SCRIPTS/scan.lua"[..], b"A/SCAN.LUA"] {
        let error = camera.upload(&local, remote).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Lint);
        assert_eq!(error.position().unwrap().file, local.to_str().unwrap());
    }
    assert_eq!(camera.counters(), before);
    assert!(!sim.card_root().join("SCAN.LUA").exists());
    camera.upload(&local, b"A/scan.txt").unwrap();
    camera.send_file(&local, b"A/SCAN.LUA").unwrap();
    assert_eq!(std::fs::read(sim.card_root().join("SCAN.LUA")).unwrap(), WRONG.as_bytes());
    // What lies beside it is there as well when it is put beside it.
    std::fs::write(folder.path().join("lib.lua"), "return {wait = function() sleep(1) end}").unwrap();
    std::fs::write(&local, "pcall(require('lib').wait)").unwrap();
    assert_eq!(camera.upload(&local, b"A/CHDK/SCRIPTS/scan.lua").unwrap_err().kind(), ErrorKind::Lint);
}

fn run(name: &str, source: &str, no_lint: bool) -> Result<Vec<String>, Error> {
    let camera = camera::Options { clock: Arc::new(VirtualClock::new()), ..camera::Options::default() };
    let host = Host::new(HostOptions { camera, no_lint, ..HostOptions::default() }).unwrap();
    let outcome = host.run(name, source.as_bytes(), &[])?;
    Ok(outcome.values.iter().map(|value| value.to_string().unwrap_or_default()).collect())
}

#[test]
fn host_scripts_meet_an_error_of_their_own_kind() {
    let source = r#"
        local con = chdk.simulate{time = "virtual"}
        local before = con:get_counters().transactions
        local ok, e = con:execwait_pcall([[
          local x = 1
          pcall(sleep, x)
        ]])
        assert(not ok and con:get_counters().transactions == before)
        return e.etype, e.script, e.line
    "#;
    assert_eq!(run("shots.lua", source, false).unwrap(), ["lint", "shots.lua", "6"]);
}

#[test]
fn host_scripts_can_let_it_through() {
    let code = "local ok = pcall(sleep, 1) return ok";
    for (text, no_lint) in [
        (format!("local con = chdk.simulate{{time='virtual'}} return con:execwait('{code}', {{lint=false}})"), false),
        (format!("local con = chdk.simulate{{time='virtual', lint=false}} return con:execwait('{code}')"), false),
        (format!("local con = chdk.simulate{{time='virtual'}} con.lint = false return con:execwait('{code}')"), false),
        (format!("local con = chdk.connect('sim', {{lint=false}}) return con:execwait('{code}')"), false),
        (format!("local con = chdk.simulate{{time='virtual'}} return con:execwait('{code}')"), true),
    ] {
        assert_eq!(run("x.lua", &text, no_lint).unwrap(), ["false"], "{text}");
    }
    let closed = format!("local con = chdk.simulate{{lint=false}} return con:execwait('{code}', {{lint=true}})");
    assert_eq!(run("x.lua", &closed, false).unwrap_err().kind(), ErrorKind::Lint);
    let strange = "local con = chdk.simulate{} con.lint = 1";
    assert_eq!(run("x.lua", strange, false).unwrap_err().kind(), ErrorKind::BadArgument);
    assert_eq!(run("x.lua", "return chdk.simulate{}.lint", false).unwrap(), ["true"]);
}

#[test]
fn a_script_that_was_stopped_leaves_the_one_that_runs() {
    let source = r#"
        local con = chdk.simulate{time = "virtual"}
        con:exec("repeat until read_usb_msg(100) return 'first'")
        assert(con:execwait_pcall("pcall(sleep, 1)") == false)
        con:write_msg("go")
        return con:wait_msg{mtype = "return", timeout = 5000}.value
    "#;
    assert_eq!(run("x.lua", source, false).unwrap(), ["first"]);
}

#[test]
fn uploads_of_host_scripts_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().join("scan.lua");
    std::fs::write(&local, WRONG).unwrap();
    let source = format!(
        r#"
        local con = chdk.simulate{{time = "virtual"}}
        local ok, e = con:upload_pcall("{path}", "A/CHDK/SCRIPTS/scan.lua")
        con:upload("{path}", "A/CHDK/SCRIPTS/scan.lua", {{lint = false}})
        return ok, e.etype, con:stat("A/CHDK/SCRIPTS/scan.lua").size
        "#,
        path = local.display()
    );
    assert_eq!(run("x.lua", &source, false).unwrap(), ["false", "lint", &WRONG.len().to_string()]);
}

fn program(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_moonshutter"))
        .current_dir(folder)
        .args(args)
        .env_remove("MOONSHUTTER_CAMERA")
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_program_ends_with_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scan.lua"), WRONG).unwrap();
    let (code, out, err) = program(folder.path(), &["exec", "-c", "sim", "-f", "scan.lua"]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.starts_with("moonshutter: scan.lua:2: "), "{err}");
    let (code, out, _) = program(folder.path(), &["exec", "-c", "sim", "--no-lint", "-f", "scan.lua"]);
    assert_eq!((code, out.as_str()), (0, "ran\n"));
    let (code, _, err) = program(folder.path(), &["try", "scan.lua"]);
    assert_eq!(code, 3, "{err}");
    let (code, _, err) = program(folder.path(), &["try", "--no-lint", "scan.lua"]);
    assert_eq!(code, 0, "{err}");
    std::fs::write(folder.path().join("host.lua"), format!("\ncon:exec([[\n{WRONG}]])")).unwrap();
    let (code, _, err) = program(folder.path(), &["run", "-c", "sim", "host.lua"]);
    assert_eq!(code, 3);
    assert!(err.starts_with("moonshutter: host.lua:4: "), "{err}");
    assert_eq!(program(folder.path(), &["run", "--no-lint", "-c", "sim", "host.lua"]).0, 0);
}

#[test]
fn warnings_are_given_once() {
    let folder = tempfile::tempdir().unwrap();
    let script = "for _ = 1, 3 do\n  con:execwait('if read_usb_msg() then pcall(sleep, 1) end')\nend\nprint 'done'";
    std::fs::write(folder.path().join("host.lua"), script).unwrap();
    let (code, out, err) = program(folder.path(), &["run", "-c", "sim", "host.lua"]);
    assert_eq!((code, out.as_str()), (0, "done\n"), "{err}");
    assert_eq!(err.matches("host.lua:2: warning: ").count(), 1, "{err}");
}
