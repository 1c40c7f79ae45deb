//! What `ls`, `tree`, `stat`, `cat`, `df`, `mkdir` and `rm` print, and how they exit: for people at 80 columns, piped, as JSON.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use moonshutter::camera::Options;
use moonshutter::clock::Interrupt;
use moonshutter::connect;
use moonshutter::sim::ptpip::Server;
use moonshutter::sim::{Config, Profile, SimCamera};

/// 2020-11-20 12:00:00, as the camera counts.
const NOON: i64 = 1_605_873_600;

/// A simulated camera that is served to the program.
struct Served {
    sim: SimCamera,
    port: u16,
    stop: Interrupt,
}

impl Served {
    fn new(profile: &str) -> Self {
        let sim = connect::simulate(Config { profile: Profile::named(profile).unwrap(), ..Config::default() }).unwrap();
        fs::remove_dir_all(sim.card().root().join("CHDK")).unwrap();
        let server = Server::bind("127.0.0.1:0", sim.clone()).unwrap();
        let port = server.local_addr().unwrap().port();
        let stop = Interrupt::new();
        let stopped = stop.clone();
        thread::spawn(move || server.serve(&stopped));
        Self { sim, port, stop }
    }

    fn root(&self) -> &Path {
        self.sim.card().root()
    }

    /// A file of a size and a date, in hours after noon.
    fn put(&self, path: &str, size: usize, hours: i64) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, vec![b'x'; size]).unwrap();
        self.date(path, hours);
    }

    /// Gives a file or folder a date, by the camera's own clock.
    fn date(&self, path: &str, hours: i64) {
        let mut camera = connect::plug_in(&self.sim, &Options::default()).unwrap();
        let time = NOON + hours * 3600;
        assert!(camera.eval::<bool>(format!("return os.utime('A/{path}', {time}, {time})")).unwrap());
    }

    /// As on a camera that has been out for a day.
    fn with_images(profile: &str) -> Self {
        let card = Self::new(profile);
        for number in 1..=12 {
            card.put(&format!("DCIM/100CANON/IMG_{number:04}.JPG"), number * 100_000, number as i64);
        }
        card.put("DCIM/100CANON/IMG_0012.CR2", 2_000_000, 12);
        card.put("DCIM/101CANON/MVI_0013.MP4", 3_000_000, 24);
        card.put("CHDK/SCRIPTS/hello.lua", 0, 0);
        fs::write(card.root().join("CHDK/SCRIPTS/hello.lua"), "print'hello'\n").unwrap();
        for path in ["CHDK/SCRIPTS/hello.lua", "CHDK/SCRIPTS", "CHDK", "DCIM/100CANON", "DCIM/101CANON", "DCIM"] {
            card.date(path, -1);
        }
        card
    }

    fn command(&self) -> Command {
        program(self.port)
    }

    /// What the program prints, as a person sees it.
    fn session(&self, lines: &[&str]) -> String {
        session(self.port, lines)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.raise();
        self.sim.shut_down();
    }
}

fn program(port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonshutter"));
    command.env("MOONSHUTTER_CAMERA", format!("ip:127.0.0.1:{port}")).env("COLUMNS", "80").env_remove("RUST_LOG");
    command.stdin(Stdio::null());
    command
}

fn session(port: u16, lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let Output { status, stdout, stderr } = program(port).args(line.split(' ')).output().unwrap();
        writeln!(text, "$ moonshutter {line}").unwrap();
        text.push_str(&String::from_utf8(stdout).unwrap());
        for line in String::from_utf8(stderr).unwrap().lines() {
            writeln!(text, "2> {line}").unwrap();
        }
        match status.code() {
            Some(0) => text.push('\n'),
            code => writeln!(text, "[exit code {}]\n", code.unwrap()).unwrap(),
        }
    }
    text
}

#[test]
fn ls() {
    let card = Served::with_images("current");
    fs::set_permissions(card.root().join("DCIM/100CANON/IMG_0002.JPG"), read_only(card.root())).unwrap();
    insta::assert_snapshot!(card.session(&[
        "ls",
        "ls A/DCIM/100CANON",
        "ls -C A/DCIM/100CANON",
        "ls -l a/dcim/100canon",
        "ls -l --bytes A/DCIM/101CANON A/CHDK :DCIM/100CANON/IMG_0001.JPG",
        "ls -d A/DCIM/*",
        "ls -lah A/DCIM",
        "ls -1tr A/DCIM/100CANON/*.JPG --shots 10-",
        "ls -S A/DCIM/100CANON --name *.{JPG,CR2} --min-size 1M",
        "ls -R A/DCIM --last 2",
        "ls -R --max-depth 2 A/",
        "ls -l A/DCIM/100CANON --newer 2020-11-20T14:00 --older 2020-11-20T15:00:00",
        "ls A/DCIM/100CANON --newer 3h",
        "ls A/DCIM/100CANON --folders 101",
        "ls A/NO A/DCIM/101CANON A/DCIM/*.JPG",
        "ls DCIM",
        "ls A/../x",
        "ls A/[",
        "ls --newer soon",
        "ls --shots 9-3",
        "ls --json A/DCIM/101CANON",
        "ls --json A/DCIM/101CANON --shots 1",
    ]));
}

#[cfg(unix)]
fn read_only(path: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    let _ = path;
    fs::Permissions::from_mode(0o444)
}

#[cfg(not(unix))]
fn read_only(path: &Path) -> fs::Permissions {
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    permissions
}

#[test]
fn tree() {
    let card = Served::with_images("current");
    insta::assert_snapshot!(card.session(&[
        "tree A/DCIM",
        "tree -s --shots 12- A/DCIM",
        "tree -L 1",
        "tree -d",
        "tree A/DCIM/1*",
        "tree A/DCIM/100CANON/IMG_0001.JPG",
        "tree --name *.NO A/DCIM",
        "tree A/NO",
        "tree --json -L 1 A/DCIM --name MVI*",
    ]));
}

#[test]
fn stat() {
    let card = Served::with_images("current");
    insta::assert_snapshot!(card.session(&[
        "stat A/DCIM/100CANON/IMG_0012.CR2 A/DCIM/100CANON",
        "stat A/CHDK/SCRIPTS/*",
        "stat A/NO",
        "stat",
        "stat --json A/CHDK/SCRIPTS/hello.lua",
        "stat --json A/NO",
    ]));
}

#[test]
fn cat() {
    let card = Served::with_images("current");
    fs::write(card.root().join("EMPTY.TXT"), "").unwrap();
    insta::assert_snapshot!(card.session(&[
        "cat A/CHDK/SCRIPTS/hello.lua :CHDK/**/*.LUA",
        "cat A/EMPTY.TXT",
        "cat A/CHDK A/CHDK/SCRIPTS/hello.lua A/NO",
    ]));
}

/// A file of many megabytes is never whole in memory, and whoever reads may stop early.
#[test]
fn cat_streams_and_minds_nobody_who_stops_reading() {
    let card = Served::new("current");
    card.put("DCIM/BIG.BIN", 40_000_000, 0);
    let mut child = card.command().args(["cat", "A/DCIM/BIG.BIN"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut start = vec![0; 1_000_000];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut start).unwrap();
    assert!(start.iter().all(|byte| *byte == b'x'));
    drop(stdout);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn df() {
    let card = Served::with_images("current");
    insta::assert_snapshot!(card.session(&["df", "df -h", "df --bytes", "df --json"]));
}

#[test]
fn mkdir() {
    let card = Served::with_images("current");
    insta::assert_snapshot!(card.session(&[
        "mkdir A/DATA",
        "mkdir A/DATA",
        "mkdir A/NEW/DEEP",
        "mkdir -p A/NEW/DEEP A/DATA A/",
        "mkdir A/",
        "mkdir A/CHDK/SCRIPTS/hello.lua A/CHDK/SCRIPTS/hello.lua/x",
        "mkdir -p A/CHDK/SCRIPTS/hello.lua/x/y",
        "mkdir A/a:b",
        "mkdir NEW",
        "ls -R A/NEW",
    ]));
}

#[test]
fn rm() {
    let card = Served::with_images("current");
    let protected = card.root().join("DCIM/100CANON/IMG_0002.JPG");
    fs::set_permissions(&protected, read_only(card.root())).unwrap();
    insta::assert_snapshot!(card.session(&[
        "rm -n A/DCIM/100CANON/IMG_000[1-3].JPG",
        "rm --list A/DCIM/100CANON/IMG_000[1-3].JPG",
        "rm A/DCIM/100CANON/IMG_0012.CR2 A/DCIM/100CANON/IMG_0012.* A/NO",
        "rm -f A/NO",
        "rm A/DCIM",
        "rm -r A/DCIM",
        "rm -rn A/CHDK",
        "rm -r --yes A/CHDK",
        "rm -r --yes --shots 4-5 A/DCIM",
        "rm -r --yes A/DCIM",
        "rm A/",
        "rm -r --yes :*",
        "rm --yes A/**",
        "rm A/**/*.NO",
        "rm --whole-card A/",
        "rm -r --yes --whole-card --json A/",
        "rm --json A/NO",
        "ls -R",
    ]));
}

#[test]
fn a_camera_that_removes_no_folders_says_so() {
    let card = Served::with_images("vxworks");
    insta::assert_snapshot!(card.session(&["rm -r --yes A/CHDK", "tree A/CHDK"]));
}

#[test]
fn a_script_of_the_users_is_in_the_way_and_stays() {
    let card = Served::with_images("current");
    let mut camera = connect::plug_in(&card.sim, &Options::default()).unwrap();
    let script = moonshutter::camera::Script::new("users", "while true do sleep(10) end");
    camera.exec(&script, &Default::default()).unwrap();
    drop(camera);
    insta::assert_snapshot!(card.session(&["ls", "df", "mkdir A/x", "rm A/DCIM/100CANON/IMG_0001.JPG"]));
    let mut camera = connect::plug_in(&card.sim, &Options::default()).unwrap();
    assert!(camera.script_status().unwrap().running);
    camera.kill_script().unwrap();
}

#[test]
#[cfg(unix)]
fn ctrl_c_in_the_middle_of_rm_tells_what_was_removed() {
    let card = Served::new("current");
    for number in 1..=200 {
        fs::write(card.root().join(format!("DCIM/IMG_{number:04}.JPG")), "x").unwrap();
    }
    let mut rm = card.command();
    rm.args(["rm", "--list", "A/DCIM/*"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    card.sim.schedule("ExecuteScript 2: latency 5ms".parse().unwrap());
    let mut child = rm.spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut listed = String::new();
    out.read_line(&mut listed).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    out.read_to_string(&mut listed).unwrap();
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!(status.code(), Some(130));
    let (removed, left) = (listed.lines().count(), fs::read_dir(card.root().join("DCIM")).unwrap().count());
    assert_eq!(removed + left, 200);
    assert!(left > 0);
    let said = String::from_utf8(stderr).unwrap();
    assert!(said.contains(&format!("removed {removed} files ({removed} bytes); {left} of 200 are left")), "{said}");
}

#[test]
fn a_lost_connection_in_the_middle_of_rm_tells_what_is_not_known() {
    let card = Served::new("current");
    for number in 1..=40 {
        fs::write(card.root().join(format!("DCIM/IMG_{number:04}.JPG")), "x").unwrap();
    }
    // The walk is the first script; then files go sixteen at a time.
    card.sim.schedule("ExecuteScript 3 response: disconnect".parse().unwrap());
    insta::assert_snapshot!(card.session(&["rm A/DCIM/*"]));
}

/// Replaces names on the way, as a damaged card or something that is no camera would tell them.
fn liar(port: u16, lies: &'static [(&'static str, &'static [u8])]) -> u16 {
    assert!(lies.iter().all(|(truth, lie)| truth.len() == lie.len()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((client, _)) = listener.accept() {
            let Ok(camera) = TcpStream::connect(("127.0.0.1", port)) else { return };
            let (mut from, mut to) = (client.try_clone().unwrap(), camera.try_clone().unwrap());
            thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Write);
            });
            thread::spawn(move || lie(camera, client, lies));
        }
    });
    own
}

fn lie(mut camera: TcpStream, mut client: TcpStream, lies: &[(&str, &[u8])]) {
    let (mut held, mut buffer) = (Vec::new(), vec![0; 65_536]);
    while let Ok(count @ 1..) = camera.read(&mut buffer) {
        held.extend_from_slice(&buffer[..count]);
        for (truth, lie) in lies {
            while let Some(at) = held.windows(truth.len()).position(|part| part == truth.as_bytes()) {
                held[at..at + truth.len()].copy_from_slice(lie);
            }
        }
        // What may be the start of a name waits for the rest of it.
        let begins = |at: usize| lies.iter().any(|(truth, _)| truth.as_bytes().starts_with(&held[at..]));
        let safe = (held.len().saturating_sub(20)..held.len()).find(|at| begins(*at)).unwrap_or(held.len());
        let send: Vec<_> = held.drain(..safe).collect();
        if client.write_all(&send).is_err() {
            return;
        }
    }
    let _ = client.shutdown(std::net::Shutdown::Both);
}

/// The names of files on the card, and what is told instead: a string as the camera writes it.
const LIES: &[(&str, &[u8])] = &[
    ("QQ01QQQ", b"../../x"),
    ("QQ02QQQ", b"/etc/pw"),
    ("QQ03QQQQ", b"a\\\\..\\\\b"),
    ("QQ04QQ", b"a\\000b"),
    ("QQ05QQ", b"x\\\nA/y"),
    ("QQ06QQ", b"\x1b[2Jhi"),
    ("QQ07QQ", b"caf\xe9.t"),
    ("QQ08QQ", b"IMG.TX"),
    ("QQ09QQ", b"img.tx"),
    ("QQ11", b"\xe2\x80\xaex"),
    ("QQ13QQ", b"../../"),
];

#[test]
fn names_that_no_file_can_have_are_shown_and_do_no_harm() {
    let card = Served::new("current");
    for (truth, _) in &LIES[..LIES.len() - 1] {
        card.put(&format!("DCIM/{truth}"), 3, 1);
    }
    card.put(&format!("DCIM/{}", "L".repeat(251)), 3, 1);
    // A folder whose name leads up.
    card.put("DCIM/QQ13QQ/IN.TXT", 3, 1);
    card.date("DCIM/QQ13QQ", 1);
    let port = liar(card.port, LIES);
    insta::assert_snapshot!(session(
        port,
        &[
            "ls A/DCIM",
            "ls -l A/DCIM/*",
            "ls -R A/DCIM",
            "tree A/DCIM",
            "stat A/DCIM/caf*",
            "ls --json A/DCIM --name *[!L]",
            "cat A/DCIM/*x",
            "rm A/DCIM/*",
            "rm -r --yes A/DCIM",
        ]
    ));
    assert!(card.root().join("DCIM/QQ13QQ/IN.TXT").exists());
}
