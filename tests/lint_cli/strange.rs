//! What is no plain file, and names that nobody would give one.

use std::os::unix::fs::symlink;
use std::process::Child;
use std::time::Duration;

use super::*;

fn with_pipe(name: &str) -> Folder {
    let folder = Folder::with(&[("wrong.lua", WRONG.as_bytes())]);
    let path = folder.path().join(name);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    folder
}

/// Waits for a program that must not wait for ever.
fn ended(mut child: Child) -> (i32, String, String) {
    for _ in 0..1000 {
        if child.try_wait().unwrap().is_some() {
            return told(&child.wait_with_output().unwrap());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    panic!("it hangs");
}

fn start(folder: &Folder, args: &[&str]) -> Child {
    let mut command = folder.command(&[&["--ptp", "--format", "short"], args].concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn what_is_no_file_is_left_alone_in_a_folder() {
    let (code, out, _) = ended(start(&with_pipe("pipe.lua"), &["."]));
    assert_eq!((code, out.lines().count()), (3, 1));
}

#[test]
fn a_pipe_is_read_if_it_is_named() {
    let folder = with_pipe("pipe");
    let child = start(&folder, &["pipe"]);
    fs::write(folder.path().join("pipe"), WRONG).unwrap();
    let (code, out, _) = ended(child);
    assert!(code == 3 && out.starts_with("pipe:5:15: error: "), "{code} {out}");
}

#[test]
fn nobody_must_wait_for_a_pipe_into_which_nobody_writes() {
    let folder = with_pipe("pipe");
    let child = start(&folder, &["pipe"]);
    std::thread::sleep(Duration::from_millis(200));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let (code, _, err) = ended(child);
    assert_eq!((code, err.as_str()), (130, "moonshutter: interrupted while reading pipe\n"));
}

#[test]
fn a_pipe_is_no_module() {
    let folder = with_pipe("other.lua");
    folder.put("main.lua", b"require('other')\n");
    let (code, out, _) = ended(start(&folder, &["main.lua"]));
    assert!(code == 0 && out.contains("the module 'other' is not found"), "{out}");
}

#[test]
fn links_that_lead_nowhere_are_told() {
    let folder = Folder::with(&[("wrong.lua", WRONG.as_bytes())]);
    symlink("gone.lua", folder.path().join("broken.lua")).unwrap();
    symlink("loop.lua", folder.path().join("loop.lua")).unwrap();
    symlink("..", folder.path().join("around")).unwrap();
    symlink("wrong.lua", folder.path().join("same.lua")).unwrap();
    let (code, out, err) = ended(start(&folder, &["."]));
    assert_eq!((code, out.lines().count()), (2, 2), "{out}");
    assert!(err.contains("cannot read broken.lua: there is no such file\n"), "{err}");
    assert!(err.contains("cannot read loop.lua: "), "{err}");
}

#[test]
fn hidden_files_are_left_out() {
    let text = WRONG.as_bytes();
    let folder = Folder::with(&[(".hidden.lua", text), (".git/x.lua", text), ("a/.b/x.lua", text), ("x.lua", text)]);
    let (_, out, _) = ended(start(&folder, &["."]));
    assert_eq!(out.lines().count(), 1, "{out}");
    assert_eq!(ended(start(&folder, &[".hidden.lua"])).0, 3);
}

#[test]
fn names_do_no_harm() {
    for (name, shown) in [
        ("a%,:b.lua", "a%25%2C%3Ab.lua"),
        ("new\nline.lua", "new%0Aline.lua"),
        ("\x1b[31m.lua", "\\u{1b}[31m.lua"),
        ("\u{e9}.lua", "\u{e9}.lua"),
    ] {
        let folder = Folder::with(&[(name, WRONG.as_bytes())]);
        let (_, out, _) = folder.lint(&["--ptp", "--format", "github", "."]);
        assert!(out.starts_with(&format!("::error file={shown},line=5,")), "{out}");
        assert_eq!(out.lines().count(), 1);
        let (_, out, _) = folder.lint(&["--ptp", "--format", "json", "."]);
        let finding: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        assert_eq!(finding["path"], name);
    }
}
