//! `moonshutter lint` as a person or a program meets it: what it prints in each format, and how it exits.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Certainly wrong: the way to the yield goes over another function, and there is a tab and a character outside of ASCII.
const WRONG: &str = "local function settle()\n\tsleep(100)\nend\n\nlocal t = '\u{20ac}' pcall(settle)\n";

/// Wrong for some values only.
const DOUBTFUL: &str = "if read_usb_msg() then pcall(sleep, 10) end\n";

const CLEAN: &str = "sleep(100)\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| folder.put(name, text));
        folder
    }

    fn put(&self, name: &str, text: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
        command.current_dir(self.path()).arg("lint").args(args);
        command.env_remove("RUST_LOG").env_remove("NO_COLOR");
        command
    }

    #[track_caller]
    fn lint(&self, args: &[&str]) -> (i32, String, String) {
        told(&self.command(args).output().unwrap())
    }

    #[track_caller]
    fn lint_text(&self, text: &[u8], args: &[&str]) -> (i32, String, String) {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().unwrap().write_all(text).unwrap();
        told(&child.wait_with_output().unwrap())
    }
}

#[track_caller]
fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("what is printed is UTF-8");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(!err.contains("panicked"), "{err}");
    (output.status.code().expect("it ends by itself"), out, err)
}

fn wrong_and_doubtful() -> Folder {
    Folder::with(&[("wrong.lua", WRONG.as_bytes()), ("doubtful.lua", DOUBTFUL.as_bytes())])
}

#[test]
fn people_see_the_lines() {
    let (code, out, err) = wrong_and_doubtful().lint(&["--ptp", "wrong.lua", "doubtful.lua"]);
    assert_eq!(code, 3, "{err}");
    insta::assert_snapshot!("human", out);
    assert_eq!(err, "moonshutter: 1 error, 1 warning in 2 files\n");
}

#[test]
fn editors_get_a_line_for_each() {
    let (_, out, _) = wrong_and_doubtful().lint(&["--ptp", "--format", "short", "."]);
    insta::assert_snapshot!("short", out);
}

#[test]
fn workflows_get_commands() {
    let (_, out, _) = wrong_and_doubtful().lint(&["--ptp", "--format", "github", "."]);
    insta::assert_snapshot!("github", out);
}

#[test]
fn programs_get_json_lines() {
    let (code, out, err) = wrong_and_doubtful().lint(&["--ptp", "--format", "json", "wrong.lua", "doubtful.lua"]);
    assert_eq!((code, err.as_str()), (3, ""));
    insta::assert_snapshot!("json", out);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for finding in &lines[..lines.len() - 1] {
        for name in ["rule", "severity", "path", "line", "column", "end_line", "end_column", "message", "trace", "help"]
        {
            assert!(!finding[name].is_null(), "{name}: {finding}");
        }
        for step in finding["trace"].as_array().unwrap() {
            for name in ["path", "line", "column", "message"] {
                assert!(!step[name].is_null(), "{name}: {step}");
            }
        }
    }
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!((&summary["files"], &summary["errors"], &summary["warnings"]), (&2.into(), &1.into(), &1.into()));
}

#[test]
fn scanners_get_sarif() {
    let (_, out, _) = wrong_and_doubtful().lint(&["--ptp", "--format", "sarif", "wrong.lua", "missing.lua"]);
    let mut log: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &mut log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].take();
    for result in run["results"].as_array_mut().unwrap() {
        let index = result["ruleIndex"].take().as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    for rule in rules.as_array().unwrap() {
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        assert!(rule["help"]["text"].is_string() && rule["help"]["markdown"].is_string(), "{rule}");
    }
    run["tool"]["driver"]["semanticVersion"].take();
    insta::assert_snapshot!("sarif", format!("{log:#}"));
}

#[test]
fn exit_codes_tell_how_bad_it_is() {
    let folder = wrong_and_doubtful();
    folder.put("clean.lua", CLEAN.as_bytes());
    let code = |args: &[&str]| folder.lint(&[&["--ptp"], args].concat()).0;
    assert_eq!(code(&["clean.lua"]), 0);
    assert_eq!(code(&["doubtful.lua", "clean.lua"]), 0);
    assert_eq!(code(&["--deny", "warnings", "clean.lua"]), 0);
    assert_eq!(code(&["--deny", "warnings", "doubtful.lua"]), 1);
    assert_eq!(code(&["--deny", "warnings", "doubtful.lua", "wrong.lua"]), 3);
    assert_eq!(code(&["wrong.lua", "missing.lua"]), 2);
    for args in [&[][..], &["--format", "xml", "x.lua"], &["--deny", "errors", "x.lua"], &["--target", "new", "x.lua"]]
    {
        assert_eq!(code(args), 2, "{args:?}");
    }
    assert_eq!(folder.lint(&["--ptp", "--host", "clean.lua"]).0, 2);
    let (code, _, err) = folder.lint(&["--module-path", "nowhere", "clean.lua"]);
    assert_eq!((code, err.as_str()), (2, "moonshutter: --module-path nowhere: there is no such folder\n"));
}

#[test]
fn standard_input_has_the_name_that_it_is_given() {
    let folder = Folder::with(&[]);
    let (code, out, _) =
        folder.lint_text(WRONG.as_bytes(), &["--ptp", "--format", "short", "-", "--stdin-name", "a/b.lua"]);
    assert_eq!(code, 3);
    assert!(out.starts_with("a/b.lua:5:15: error: "), "{out}");
    let (_, out, _) = folder.lint_text(WRONG.as_bytes(), &["--ptp", "--format", "short", "-"]);
    assert!(out.starts_with("stdin:5:15: "), "{out}");
    assert_eq!(folder.lint_text(b"", &["-"]).0, 0);
}

#[test]
fn folders_are_searched_in_an_order_of_their_own() {
    let names = ["b.lua", "A.LUA", "sub/c.Lua", "sub/deep/d.lua", "z.lua", "Z/0.lua"];
    let folder = Folder::with(&names.map(|name| (name, WRONG.as_bytes())));
    folder.put("notes.txt", WRONG.as_bytes());
    folder.put("ignored/x.lua", WRONG.as_bytes());
    folder.put(".gitignore", b"ignored/\n");
    fs::create_dir(folder.path().join("empty")).unwrap();
    let paths = |args: &[&str]| {
        let (_, out, _) = folder.lint(&[&["--ptp", "--format", "short"], args].concat());
        out.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = paths(&["."]);
    assert_eq!(all, ["A.LUA", "Z/0.lua", "b.lua", "sub/c.Lua", "sub/deep/d.lua", "z.lua"]);
    for _ in 0..3 {
        assert_eq!(paths(&["."]), all);
    }
    assert_eq!(paths(&["z.lua", "sub", "z.lua", "./z.lua"]), ["z.lua", "sub/c.Lua", "sub/deep/d.lua"]);
    assert_eq!(paths(&["notes.txt", "ignored/x.lua"]), ["notes.txt", "ignored/x.lua"]);
    let (code, out, err) = folder.lint(&["empty"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", "moonshutter: nothing found in 0 files\n"));
}

#[test]
fn large_files_are_checked_few_at_a_time_and_each_once() {
    let mut text = WRONG.as_bytes().to_vec();
    text.extend([&b"\n--"[..], &[b'x'; 700 << 10]].concat());
    let folder = Folder::with(&[("0.lua", &text)]);
    let names: Vec<_> = (0..64).map(|number| format!("l{number:02}.lua")).collect();
    for name in &names {
        fs::hard_link(folder.path().join("0.lua"), folder.path().join(name)).unwrap();
    }
    fs::remove_file(folder.path().join("0.lua")).unwrap();
    let (code, out, err) = folder.lint(&["--ptp", "--format", "short", "."]);
    assert_eq!(code, 3, "{err}");
    assert_eq!(out.lines().map(|line| line.split(':').next().unwrap()).collect::<Vec<_>>(), names);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_checked() {
    let folder = wrong_and_doubtful();
    let (code, out, err) = folder.lint(&["--ptp", "--format", "short", "no.lua", "wrong.lua"]);
    assert_eq!(code, 2);
    assert_eq!(out.lines().count(), 1);
    assert!(err.contains("cannot read no.lua: there is no such file"), "{err}");
    let (_, out, err) = folder.lint(&["--format", "json", "no.lua"]);
    let summary: Value = serde_json::from_str(out.trim_end()).unwrap();
    assert_eq!(summary["summary"]["unreadable"][0]["path"], "no.lua");
    assert!(err.contains("no.lua"), "{err}");
}

#[test]
fn any_bytes_give_a_report() {
    let mut state = 1u32;
    let junk: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(5000)
    .collect();
    let deep = "(".repeat(5000);
    let long = format!("x={}", "1+".repeat(20_000));
    let texts: [&[u8]; 10] = [
        &junk,
        b"\0",
        b"`",
        b"\xff\xfe",
        b"\x1b[2J\x1b]0;title\x07 = pcall(sleep, 1)",
        "\u{202e}x\u{feff} = (".as_bytes(),
        deep.as_bytes(),
        long.as_bytes(),
        b"x = '\r\n\r\r\n",
        b"--[[",
    ];
    let names: Vec<_> = (0..texts.len()).map(|index| format!("{index}.lua")).collect();
    let files: Vec<_> = names.iter().map(String::as_str).zip(texts).collect();
    let folder = Folder::with(&files);
    for kind in ["--menu", "--ptp", "--library", "--host"] {
        for format in ["human", "short", "json", "sarif", "github"] {
            let (code, out, err) = folder.lint(&[kind, "--format", format, "."]);
            assert!(code == 0 || code == 3, "{kind} {format}: {code} {err}");
            let harmful = out.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
            assert_eq!(harmful, None, "{kind} {format}");
        }
    }
}

#[test]
fn places_are_right_whatever_the_text_is_made_of() {
    let folder = Folder::with(&[]);
    let place = |text: &[u8]| {
        let (_, out, _) = folder.lint_text(text, &["--ptp", "--format", "json", "-"]);
        let finding: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        ["line", "column", "end_column", "offset"].map(|name| finding[name].as_u64().unwrap())
    };
    assert_eq!(place(b"pcall(sleep, 1)"), [1, 1, 6, 0]);
    assert_eq!(place(b"\r\n\r\n  pcall(sleep, 1)\r\n"), [3, 3, 8, 6]);
    assert_eq!(place(b"\t\tpcall(sleep, 1)"), [1, 3, 8, 2]);
    assert_eq!(place(b"t='\xe9\xff' pcall(sleep, 1)"), [1, 8, 13, 7]);
    // A character outside of the first plane counts as two, as in editors.
    assert_eq!(place("t='\u{1f4f7}' pcall(sleep, 1)".as_bytes()), [1, 8, 13, 9]);
}

#[test]
fn colour_is_for_those_who_look() {
    let folder = wrong_and_doubtful();
    let coloured = |args: &[&str]| folder.lint(&[&["--ptp", "wrong.lua"], args].concat()).1.contains('\x1b');
    assert!(!coloured(&[]), "a pipe is no terminal");
    assert!(coloured(&["--color", "always"]));
    assert!(!coloured(&["--color", "never"]));
}

#[test]
fn modules_are_found_beside_the_script_and_where_they_are_said_to_be() {
    let folder = Folder::with(&[
        ("main.lua", b"local lib = require('LIB')\npcall(lib.wait)\n"),
        ("lib.lua", b"return { wait = function() sleep(1) end }\n"),
        ("card/CHDK/LUALIB/far.lua", b"return { wait = function() sleep(1) end }\n"),
        ("card/CHDK/SCRIPTS/near.lua", b"pcall(require('far').wait)\n"),
        ("away.lua", b"pcall(require('far').wait)\n"),
    ]);
    let yields = |args: &[&str]| {
        let (_, out, _) = folder.lint(&[&["--format", "json"], args].concat());
        let findings = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        findings.filter(|finding| finding["rule"] == "yield-across-boundary").collect::<Vec<_>>()
    };
    let found = yields(&["main.lua"]);
    assert_eq!(found.len(), 1);
    let trace = found[0]["trace"].as_array().unwrap();
    assert_eq!(trace.last().unwrap()["path"], "lib.lua");
    assert_eq!(yields(&["card/CHDK/SCRIPTS/near.lua"]).len(), 1);
    assert_eq!(yields(&["away.lua", "--module-path", "card"]).len(), 1);
    assert_eq!(yields(&["away.lua", "--module-path", "card/CHDK"]).len(), 1);
    assert_eq!(yields(&["away.lua", "--module-path", "card/CHDK/LUALIB"]).len(), 1);
}

#[test]
fn a_finding_in_a_module_is_told_once() {
    let folder = Folder::with(&[
        ("a.lua", b"require('lib')\n"),
        ("b.lua", b"require('lib')\n"),
        ("lib.lua", b"pcall(sleep, 1)\n"),
    ]);
    let (_, out, _) = folder.lint(&["--format", "short", "."]);
    let in_lib: Vec<_> = out.lines().filter(|line| line.starts_with("lib.lua:1:1: ")).collect();
    assert_eq!(in_lib.len(), 1, "{out}");
}

#[test]
fn settings_are_those_of_the_nearest_file() {
    let rule = "yield-across-boundary";
    let folder = Folder::with(&[
        ("scan.lua", DOUBTFUL.as_bytes()),
        ("strict/scan.lua", DOUBTFUL.as_bytes()),
        ("strict/old/scan.lua", DOUBTFUL.as_bytes()),
        ("other.toml", format!("[lint.rules]\n{rule} = 'info'\n").as_bytes()),
        ("wrong.toml", b"[lint]\ntraget = '1.6'\n"),
    ]);
    folder.put("moonshutter.toml", format!("[lint.rules]\n{rule} = 'off'\n").as_bytes());
    folder.put(
        "strict/moonshutter.toml",
        format!("[lint]\nexclude = ['old/']\n[lint.rules]\n{rule} = 'error'\n").as_bytes(),
    );
    let told = |args: &[&str]| folder.lint(&[&["--ptp", "--format", "short"], args].concat());
    let (code, out, _) = told(&["."]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(
        out.lines().map(|line| line.split(':').next().unwrap()).collect::<Vec<_>>(),
        ["strict/scan.lua"],
        "{out}"
    );
    // What is named is looked at.
    assert_eq!(told(&["strict/old/scan.lua"]).1.lines().count(), 1);
    let (code, out, _) = told(&["--config", "other.toml", "."]);
    assert_eq!((code, out.lines().count(), out.matches(": info: ").count()), (0, 3, 3), "{out}");
    let (code, out, err) = told(&["--config", "wrong.toml", "."]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("wrong.toml:2:1: ") && err.contains("target"), "{err}");
    assert_eq!(told(&["--config", "missing.toml", "."]).0, 2);
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = Folder::with(&[]);
    let (code, out, _) = folder.lint(&["--list-rules"]);
    assert_eq!(code, 0);
    let names: Vec<_> = out.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    for rule in ["yield-across-boundary", "host-option"] {
        assert!(names.contains(&rule), "{out}");
        let (code, page, _) = folder.lint(&["--explain", rule]);
        assert_eq!(code, 0);
        assert!(page.len() > 100, "{page}");
    }
    let (code, out, err) = folder.lint(&["--explain", "yield-across-boundry"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("did you mean 'yield-across-boundary'?"), "{err}");
}

#[path = "lint_cli/sarif.rs"]
mod sarif;
#[cfg(target_os = "linux")]
#[path = "lint_cli/strange.rs"]
mod strange;
#[cfg(unix)]
#[path = "lint_cli/watch.rs"]
mod watch;
