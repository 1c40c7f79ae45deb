//! `get` and `put` as a person starts them: what they print where, and how they exit.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// 2024-05-17 14:30:56 in every time zone of these tests, which is UTC.
const THEN: u64 = 1_715_956_256;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
    command.env_remove("MOONSHUTTER_CAMERA").env_remove("RUST_LOG").env("TZ", "UTC").env("COLUMNS", "80");
    command
}

/// A served camera, and a folder to work in.
struct Desk {
    folder: tempfile::TempDir,
    cameras: Vec<Child>,
    specs: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self { folder: tempfile::tempdir().unwrap(), cameras: Vec::new(), specs: Vec::new() };
        desk.serve("card", &[]);
        desk
    }

    fn serve(&mut self, card: &str, more: &[&str]) {
        let card = self.path(card);
        fs::create_dir_all(card.join("DCIM/100CANON")).unwrap();
        let mut child = program()
            .args(["sim", "--ptpip", "127.0.0.1:0", "--card"])
            .arg(card)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut spec = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut spec).unwrap();
        self.specs.push(spec.trim_end().to_owned());
        self.cameras.push(child);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(THEN)).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = program();
        command.current_dir(self.folder.path()).args(args).args(["-c", &self.specs[0]]);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What a command prints, without what is different each time.
    fn shown(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let told = format!("$ moonshutter {}\n{out}{err}[{}]\n", args.join(" "), output.status.code().unwrap_or(-1));
        self.specs.iter().fold(told, |told, spec| told.replace(spec, "CAMERA"))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        for child in &mut self.cameras {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn with_pictures() -> Desk {
    let desk = Desk::new();
    desk.write("card/DCIM/100CANON/IMG_0001.JPG", &[1; 3000]);
    desk.write("card/DCIM/100CANON/IMG_0002.JPG", &[2; 5000]);
    desk.write("card/DCIM/101CANON/IMG_0003.JPG", b"");
    desk
}

#[test]
fn get_shows_what_it_does() {
    let desk = with_pictures();
    let mut told = String::new();
    for args in [
        &["get", "A/DCIM/100CANON/IMG_0001.JPG"][..],
        &["get", "-r", "A/DCIM", "out"],
        &["get", "-r", "A/DCIM", "out"],
        &["get", ":DCIM/*/*", "flat/", "--verify"],
        &["get", "A/DCIM/100CANON/IMG_0001.JPG", "one.jpg"],
        &["get", "A/DCIM/100CANON/*", "-o", "dated", "-t", "{date}/{number}.{ext}"],
        &["get", "A/DCIM/100CANON/IMG_0002.JPG", "one.jpg"],
        &["get", "A/DCIM/100CANON/IMG_0002.JPG", "one.jpg", "--existing", "rename"],
        &["get", "A/DCIM/100CANON/IMG_0002.JPG", "one.jpg", "--existing", "replace"],
        &["get", "-n", "--shots", "1-2", "-r", "A/DCIM", "new"],
        &["get", "--sync", "photos"],
        &["get", "--sync", "photos"],
        &["get", "--move", "A/DCIM/101CANON/IMG_0003.JPG", "moved/"],
        &["get", "A/DCIM/101CANON/*", "out2"],
    ] {
        told.push_str(&desk.shown(args));
    }
    insta::assert_snapshot!(told);
    assert_eq!(desk.read("out/DCIM/100CANON/IMG_0002.JPG"), [2; 5000]);
    assert_eq!(desk.read("dated/2024-05-17/0001.JPG"), [1; 3000]);
    assert_eq!(desk.read("one (2).jpg"), [2; 5000]);
    assert_eq!((desk.read("one.jpg"), desk.read("moved/IMG_0003.JPG")), (vec![2; 5000], vec![]));
    assert!(!desk.path("card/DCIM/101CANON/IMG_0003.JPG").exists() && !desk.path("new").exists());
    let modified = fs::metadata(desk.path("one.jpg")).unwrap().modified().unwrap();
    assert_eq!(modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs(), THEN);
}

#[test]
fn get_says_what_is_wrong() {
    let desk = with_pictures();
    desk.write("file", b"");
    let mut told = String::new();
    for args in [
        &["get"][..],
        &["get", "nonsense", "out"],
        &["get", "A/NO.JPG", "A/DCIM/100CANON/IMG_0001.JPG", "out/"],
        &["get", "A/DCIM", "out"],
        &["get", "A/../x"],
        &["get", "-t", "{nam}", "A/DCIM/100CANON/*"],
        &["get", "-t", "../{name}", "A/DCIM/100CANON/*"],
        &["get", "--existing", "ask", "A/DCIM/100CANON/*"],
        &["get", "A/DCIM/100CANON/*", "file"],
        &["get", "-r", "A/DCIM", "-t", "x.{ext}", "same"],
        &["get", "-o", "-", "--json", "A/DCIM/100CANON/IMG_0001.JPG"],
        &["get", "--sync", "x", "-o", "y"],
        &["get", "--to", "sim", "A/DCIM/100CANON/IMG_0001.JPG"],
    ] {
        told.push_str(&desk.shown(args));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn put_shows_what_it_does_and_what_is_wrong() {
    let desk = Desk::new();
    desk.write("a.txt", b"a");
    desk.write("tree/b/c.txt", b"c");
    desk.write("tree/.moonshutter-sync", b"ours");
    desk.write("bad.lua", b"x = = 1\n");
    let mut told = String::new();
    for args in [
        &["put", "a.txt", "A/"][..],
        &["put", "a.txt", "A/NAME.TXT"],
        &["put", "a.txt", "A/NEW/"],
        &["put", "-r", "tree", "A/"],
        &["put", "-r", "tree/", "A/", "--verify"],
        &["put", "tree", "A/"],
        &["put", "tree/b/c.txt", "A/a.txt"],
        &["put", "tree/b/c.txt", "A/a.txt", "--existing", "replace"],
        &["put", "-n", "a.txt", "A/DRY/"],
        &["put", "a.txt", "here"],
        &["put", "a.txt"],
        &["put", "no.txt", "A/"],
        &["put", "bad.lua", "A/CHDK/SCRIPTS/"],
        &["put", "bad.lua", "A/BAD.LUA", "--no-lint"],
        &["put", "a.txt", "A/what?.txt"],
        &["put", "--move", "a.txt", "A/MOVED.TXT"],
    ] {
        told.push_str(&desk.shown(args));
    }
    insta::assert_snapshot!(told);
    assert_eq!((desk.read("card/NAME.TXT"), desk.read("card/b/c.txt")), (b"a".to_vec(), b"c".to_vec()));
    assert!(!desk.path("a.txt").exists() && !desk.path("card/DRY").exists());
    assert!(!desk.path("card/tree/.moonshutter-sync").exists());
}

#[test]
fn json_has_a_line_for_each_thing_that_happens() {
    let desk = with_pictures();
    desk.write("a.txt", b"a");
    let told = [
        desk.shown(&["get", "--json", "--verify", "A/DCIM/100CANON/*", "out"]),
        desk.shown(&["get", "--json", "A/DCIM/100CANON/IMG_0001.JPG", "a.txt"]),
        desk.shown(&["get", "--json", "A/NO", "a.txt"]),
        desk.shown(&["get", "--json", "--sync", "out", "A/DCIM/101CANON"]),
        desk.shown(&["put", "--json", "a.txt", "A/"]),
        desk.shown(&["get", "--json", "A/../x"]),
        desk.shown(&["put", "--json", "no.txt", "A/"]),
    ]
    .concat();
    for line in told.lines().filter(|line| line.starts_with('{')) {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn standard_output_and_input_are_files_too() {
    let desk = with_pictures();
    let output = desk.run(&["get", "A/DCIM/100CANON/IMG_0001.JPG", "-o", "-"]);
    assert_eq!((output.stdout, text(&output.stderr)), (vec![1; 3000], String::new()));
    let output = desk.run(&["get", "A/DCIM/100CANON/*", "-", "--verify"]);
    assert_eq!(output.stdout, [vec![1; 3000], vec![2; 5000]].concat());
    let mut child = desk
        .command(&["put", "-", "A/STDIN.TXT"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"piped").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "- -> A/STDIN.TXT\n", "{}", text(&output.stderr));
    assert_eq!(desk.read("card/STDIN.TXT"), b"piped");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let desk = with_pictures();
    desk.write("card/BIG.BIN", &vec![7; 3_000_000]);
    let mut child =
        desk.command(&["get", "A/BIG.BIN", "-o", "-"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut few = [0; 10];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut few).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn files_go_from_camera_to_camera() {
    let mut desk = with_pictures();
    desk.serve("other", &[]);
    let to = desk.specs[1].clone();
    let output = desk.run(&["get", "-r", "A/DCIM", "A/FROM", "--to", &to, "--verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(desk.read("other/FROM/DCIM/100CANON/IMG_0002.JPG"), [2; 5000]);
    assert_eq!(text(&output.stderr), "moonshutter: 3 copied\n");
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_nothing_and_says_so() {
    let desk = with_pictures();
    desk.write("card/BIG.BIN", &vec![7; 3_000_000]);
    // The shell's limit for files, in blocks of 512 bytes, with the signal ignored: a write fails as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 1000; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_moonshutter"), "get", "A/BIG.BIN", "out/", "-c", &desk.specs[0]])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("cannot write out/BIG.BIN"), "{}", text(&output.stderr));
    assert!(names(&desk.path("out")).is_empty());
}

#[test]
#[cfg(unix)]
fn ctrl_c_keeps_what_has_come_and_the_next_time_goes_on() {
    let desk = Desk::new();
    let content: Vec<u8> = (0..8_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    desk.write("card/BIG.BIN", &content);
    let mut child = desk.command(&["get", "--json", "A/BIG.BIN", "out/"]).stdout(Stdio::piped()).spawn().unwrap();
    // The program is interrupted when it has said that it has begun.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("\"begin\""));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let code = child.wait().unwrap().code();
    let left = names(&desk.path("out"));
    // On a fast machine it may have been done by then.
    assert!(code == Some(130) && (left.is_empty() || left[0].starts_with(".moonshutter-")) || left == ["BIG.BIN"]);
    let output = desk.run(&["get", "A/BIG.BIN", "out/", "--verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(names(&desk.path("out")), ["BIG.BIN"]);
    assert!(desk.read("out/BIG.BIN") == content);
}

#[test]
fn a_camera_that_goes_is_told_of_with_its_exit_code() {
    let mut desk = Desk { folder: tempfile::tempdir().unwrap(), cameras: Vec::new(), specs: Vec::new() };
    desk.serve("card", &["--event", "DownloadFile 1 data: disconnect"]);
    desk.write("card/BIG.BIN", &vec![7; 3_000_000]);
    let output = desk.run(&["get", "A/BIG.BIN", "out/"]);
    assert_eq!(output.status.code(), Some(5));
    assert!(text(&output.stderr).contains("bytes are kept, and the same command goes on from there"));
    let output = desk.run(&["get", "A/BIG.BIN", "out/"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("went on from byte "), "{}", text(&output.stdout));
    assert!(desk.read("out/BIG.BIN") == vec![7; 3_000_000]);
}
