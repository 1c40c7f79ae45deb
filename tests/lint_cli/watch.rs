//! `--watch`, from the first check to Ctrl-C.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::*;

/// A program that watches, and the lines that it prints.
struct Watcher {
    child: Child,
    lines: Receiver<String>,
}

impl Watcher {
    fn new(folder: &Folder, args: &[&str]) -> Self {
        let mut command = folder.command(&[&["--ptp", "--format", "short", "--watch"], args].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        for stream in [Box::new(out) as Box<dyn std::io::Read + Send>, Box::new(err)] {
            let sender = sender.clone();
            thread::spawn(move || {
                BufReader::new(stream).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
            });
        }
        Self { child, lines }
    }

    #[track_caller]
    fn next(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(20)).expect("it says something")
    }

    /// Reads on to a line with these words: a reader may come between the truncation of a file and its text.
    #[track_caller]
    fn wait_for(&self, words: &str) {
        while !self.next().contains(words) {}
    }

    fn interrupt(mut self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_change_is_checked_at_once_and_ctrl_c_is_the_end() {
    let folder = Folder::with(&[("scan.lua", CLEAN.as_bytes())]);
    let watcher = Watcher::new(&folder, &["."]);
    assert_eq!(watcher.next(), "moonshutter: nothing found in 1 file");
    folder.put("scan.lua", WRONG.as_bytes());
    watcher.wait_for("scan.lua:5:15: error: ");
    folder.put("more.lua", DOUBTFUL.as_bytes());
    watcher.wait_for("more.lua:1:24: warning: ");
    watcher.interrupt();
}

#[test]
fn a_folder_that_goes_and_comes_back_is_watched_again() {
    let folder = Folder::with(&[("lib/scan.lua", CLEAN.as_bytes())]);
    let watcher = Watcher::new(&folder, &["lib"]);
    watcher.wait_for("nothing found in 1 file");
    fs::remove_dir_all(folder.path().join("lib")).unwrap();
    watcher.wait_for("cannot read lib: there is no such file");
    folder.put("lib/scan.lua", WRONG.as_bytes());
    watcher.wait_for("scan.lua:5:15: error: ");
    folder.put("lib/scan.lua", DOUBTFUL.as_bytes());
    watcher.wait_for("scan.lua:1:24: warning: ");
    watcher.interrupt();
}

#[test]
fn wrong_settings_are_told_and_may_be_mended() {
    let folder = Folder::with(&[("sub/scan.lua", DOUBTFUL.as_bytes()), ("moonshutter.toml", b"[lint]\n")]);
    let watcher = Watcher::new(&folder, &["sub"]);
    watcher.wait_for("1 warning in 1 file");
    folder.put("moonshutter.toml", b"[lint]\ntraget = '1.6'\n");
    watcher.wait_for("moonshutter.toml:2:1: ");
    folder.put("moonshutter.toml", b"[lint.rules]\nyield-across-boundary = 'info'\n");
    watcher.wait_for("1 info in 1 file");
    watcher.interrupt();
}

#[test]
fn what_is_printed_into_the_folder_is_no_change() {
    let folder = Folder::with(&[("scan.lua", CLEAN.as_bytes())]);
    let watcher = Watcher::new(&folder, &["."]);
    watcher.wait_for("nothing found in 1 file");
    folder.put("found.txt", b"nothing found in 1 file");
    assert!(watcher.lines.recv_timeout(Duration::from_millis(300)).is_err());
    folder.put("scan.lua", DOUBTFUL.as_bytes());
    watcher.wait_for("scan.lua:1:24: warning: ");
    watcher.interrupt();
}

#[test]
fn there_must_be_a_folder_to_watch() {
    let (code, _, err) = Folder::with(&[]).lint(&["--watch", "no/scan.lua"]);
    assert_eq!((code, err.as_str()), (2, "moonshutter: cannot watch no: there is no such folder\n"));
}
