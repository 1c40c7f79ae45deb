//! The prompt without a person: lines from a pipe, and from the command line.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn run(args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
    command.env_remove("MOONSHUTTER_CAMERA").env_remove("RUST_LOG").env("MOONSHUTTER_HISTORY", "");
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[track_caller]
fn expect(args: &[&str], input: &str, code: i32, out: &str, err: &str) {
    let output = run(args, input);
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(stdout, out, "{stderr}");
    assert_eq!(output.status.code(), Some(code), "{stdout}\n{stderr}");
    assert!(stderr.contains(err), "{stderr} should say {err}");
    assert!(!stderr.contains("panicked") && !stdout.contains('\x1b'), "{stderr}");
}

const SIM: &[&str] = &["-c", "sim"];

#[test]
fn only_values_and_messages_are_on_standard_output() {
    let input = "local x = 2\nx * 21\nfor i = 1, 2 do\nprint(i)\nend\n=write_usb_msg('hi') return {1}, nil\n";
    expect(SIM, input, 0, "42\n1\n2\n\"hi\"\n{ 1 }, nil\n", "");
    expect(SIM, ".write_usb_msg{a=1} return 5\n:wait\n", 0, "{ a = 1 }\n5\n", "stdin ended and returned");
}

#[test]
fn the_exit_code_is_that_of_the_last_line_that_failed() {
    expect(SIM, "error('a')\n:nope\n1\n", 2, "1\n", "stdin:1: a");
    expect(SIM, ":nope\nerror('b')\n", 1, "", "stdin:2: b");
    expect(SIM, "=pcall(sleep, 1)\n", 3, "", "yield-across-boundary");
    expect(&["-c", "ip:127.0.0.1:9"], "=1\n", 4, "", "127.0.0.1:9");
    expect(SIM, "print(1)\nos.exit(7)\nprint(2)\n", 7, "1\n", "");
    expect(SIM, "for i = 1, 2 do\n", 1, "", "'end' expected");
}

#[test]
fn places_are_those_of_the_input() {
    expect(SIM, "\n\nif true then\n\nerror('here')\nend\n", 1, "", "stdin:5: here");
    expect(SIM, "x = 1\n=\nerror('there')\n", 1, "", "stdin:3: there");
}

#[test]
fn no_camera_is_needed_for_what_needs_none() {
    expect(&["-c", "ip:127.0.0.1:9"], "print(6 * 7)\n", 0, "42\n", "");
}

#[test]
fn lines_of_the_command_line_come_one_after_the_other() {
    expect(&["-c", "sim", "-e", "x = 5", "-e", "=6 * 7", "-e", "x"], "never('read')\n", 0, "42\n5\n", "");
    expect(&["-c", "sim", "-e", "-1"], "", 0, "-1\n", "");
    expect(&["-c", "sim", "-e", "error('no')"], "", 1, "", "-e:1: no");
}

#[test]
fn a_script_may_come_first() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("first.lua");
    std::fs::write(&file, "answer = con:execwait('return 42')").unwrap();
    let file = file.to_str().unwrap();
    expect(&["-c", "sim", "-i", file], "answer\n", 0, "42\n", "");
    expect(&["-c", "sim", "-i", file, "-e", "answer + 1"], "answer\n", 0, "43\n42\n", "");
    expect(&["-i", file, "list"], "", 2, "", "take no subcommand");
}

#[test]
fn bytes_go_through_a_pipe_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.bin");
    std::fs::write(&file, b"a\x00\xff\x1b").unwrap();
    let put = format!(":put '{}' A/X.BIN\n:cat X.BIN\n", file.display());
    let output = run(SIM, &put);
    assert_eq!(output.stdout, b"a\x00\xff\x1b");
    let back = folder.path().join("back.bin");
    let get = format!("{put}:get X.BIN '{}'\n:get X.BIN '{0}'\n", back.display());
    let output = run(SIM, &get);
    assert_eq!(std::fs::read(&back).unwrap(), b"a\x00\xff\x1b");
    assert_eq!(output.status.code(), Some(1), "a file that is there is not overwritten");
    assert!(String::from_utf8_lossy(&output.stderr).contains("is there already"));
}

#[test]
fn host_scripts_can_still_read_what_was_shown() {
    let input = "con:exec[[ write_usb_msg('one') write_usb_msg('two') ]]\n:wait\ncon:read_msg().value\n";
    expect(SIM, input, 0, "\"one\"\n\"two\"\n\"one\"\n", "");
}

#[test]
fn a_session_on_the_camera_takes_no_more_memory_than_what_stays_in_it() {
    let mut input = String::from(":keep\n=local kept = 'x'\n=collectgarbage() before = collectgarbage('count')\n");
    for number in 0..100 {
        input.push_str(&format!("=('line {number}'):rep(200):sub(1, 3)\n"));
    }
    input.push_str("=collectgarbage() return collectgarbage('count') - before < 10, kept\n");
    let output = run(SIM, &input);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.ends_with("\"lin\"\ntrue, \"x\"\n"), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn camera_lua_may_be_what_needs_no_sign() {
    expect(
        SIM,
        ":camera\n7/2\n!7/2\nfor i = 1, 2 do\nwrite_usb_msg(i)\nend\n:host\n7/2\n",
        0,
        "3\n3.5\n1\n2\n3.5\n",
        "",
    );
}

#[test]
fn values_can_be_cut_and_shown_whole() {
    let input = ":set lines 2\n:set width 20\n{ 'one is long', 'two is long' }\n:all\n";
    let cut = "{\n  \"one is long\",\n… 2 more lines\ncut here; :all shows all of it, :set how much is shown\n";
    let all = "{\n  \"one is long\",\n  \"two is long\",\n}\n";
    expect(SIM, input, 0, &format!("{cut}{all}"), "");
}

#[test]
fn a_script_of_the_host_can_be_run_and_timed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sum.lua");
    std::fs::write(&file, "local a, b = ... return a + b").unwrap();
    let run_it = format!(":run '{}' 1 2\n", file.display());
    expect(SIM, &run_it, 0, "3\n", "");
    expect(SIM, ":time =1\n", 0, "1\n", " transactions, ");
    expect(SIM, ":time 1\n", 0, "1\n", " ms\n");
    let lint = format!(":lint '{}'\n", file.display());
    expect(SIM, &lint, 0, "", "nothing found in 1 file");
}

#[test]
fn a_folder_is_listed_with_and_without_a_slash_at_its_end() {
    let listed = |line: &str| run(&["-c", "sim"], &format!("=os.mkdir('A/DCIM/777CANON')\n{line}\n"));
    for lines in [[":ls DCIM", ":ls A/DCIM//"], [":ls", ":ls A//"]] {
        let [one, other] = lines.map(listed);
        assert!(one.status.success() && other.status.success(), "{lines:?}: {other:?}");
        assert_eq!(one.stdout.len(), other.stdout.len(), "{lines:?}");
    }
    assert!(String::from_utf8_lossy(&listed(":ls DCIM/").stdout).contains("777CANON/"));
}
