//! Cameras that lie: about names, about sizes, about what they send. Nothing leaves the target folder, and what is not
//! what was listed does not arrive.
//!
//! A real client talks to a simulated camera over PTP/IP; in between sits a transport that puts its own words in place
//! of the answer to DownloadFile.

mod desk;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use desk::{Desk, files_below, pattern};
use moonshutter::camera::card::Template;
use moonshutter::camera::card::transfer::{Event, Existing, Options, Outcome, Source, Target};
use moonshutter::camera::{self, Camera, Stat};
use moonshutter::clock::Interrupt;
use moonshutter::ptp::ip::Address;
use moonshutter::ptp::{DataPhase, Params, PtpIp, Request, Response, ResponseCode, Transport};
use moonshutter::sim::ptpip::Server;
use moonshutter::{ErrorKind, Result};
use proptest::prelude::*;

const THEN: i64 = 1_715_956_256;

/// A simulated camera that is served in real time.
struct Served {
    stop: Interrupt,
    serving: Option<JoinHandle<()>>,
    address: SocketAddr,
}

impl Served {
    fn new(card: &Path) -> Self {
        let config = moonshutter::sim::Config {
            card: moonshutter::sim::CardSource::Folder(card.to_owned()),
            ..moonshutter::sim::Config::default()
        };
        let server = Server::bind("127.0.0.1:0", moonshutter::connect::simulate(config).unwrap()).unwrap();
        let address = server.local_addr().unwrap();
        let stop = Interrupt::new();
        let stopped = stop.clone();
        let serving = std::thread::spawn(move || server.serve(&stopped).unwrap());
        Self { stop, serving: Some(serving), address }
    }

    fn camera(&self, lie: Option<Lie>) -> Camera {
        const PATIENCE: Duration = Duration::from_secs(10);
        let options = camera::Options { timeout: Some(PATIENCE), ..camera::Options::default() };
        let address = Address { host: self.address.ip().to_string(), port: self.address.port() };
        let inner = PtpIp::connect(&address, PATIENCE, &options.interrupt).unwrap();
        match lie {
            None => Camera::connect(Box::new(inner), options).unwrap(),
            Some(lie) => Camera::connect(Box::new(Liar { inner, lie }), options).unwrap(),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.raise();
        if let Some(serving) = self.serving.take() {
            let _ = serving.join();
        }
    }
}

/// What a camera answers to DownloadFile.
#[derive(Clone)]
struct Lie {
    announced: u64,
    sent: Arc<Mutex<Vec<u8>>>,
    /// How often what is sent is sent.
    times: usize,
    said: u32,
}

impl Lie {
    fn new(announced: u64, sent: &[u8], times: usize, said: u32) -> Self {
        Self { announced, sent: Arc::new(Mutex::new(sent.to_vec())), times, said }
    }
}

struct Liar {
    inner: PtpIp,
    lie: Lie,
}

impl Transport for Liar {
    fn transact(&mut self, request: &Request, data: DataPhase<'_>) -> Result<Response> {
        const DOWNLOAD: u32 = 6;
        match data {
            DataPhase::In(sink) if request.operation == 0x9999 && request.params.get(1) == DOWNLOAD => {
                sink.begin(self.lie.announced)?;
                let sent = self.lie.sent.lock().unwrap();
                for _ in 0..self.lie.times {
                    sink.write(&sent)?;
                }
                Ok(Response { code: ResponseCode::OK, params: Params::new(&[self.lie.said]) })
            }
            data => self.inner.transact(request, data),
        }
    }

    fn set_timeout(&mut self, timeout: Duration) {
        self.inner.set_timeout(timeout);
    }

    fn location(&self) -> String {
        self.inner.location()
    }

    fn traffic(&self) -> (u64, u64) {
        self.inner.traffic()
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

fn source(path: &[u8], size: u64) -> Source {
    Source {
        path: path.to_vec(),
        below: path.strip_prefix(b"A/").unwrap_or(path).to_vec(),
        stat: Stat { size, mtime: THEN, attrib: 0x20, is_dir: false },
    }
}

#[test]
fn sizes_that_are_lies_leave_nothing() {
    let desk = Desk::new();
    desk.on_card("X.BIN", b"abc", THEN);
    let served = Served::new(&desk.card);
    let many = vec![7; 65_536];
    for (what, lie) in [
        ("claims 4 GiB, sends 3 bytes", Lie::new(1 << 32, b"abc", 1, 3)),
        ("does not say how much", Lie::new(u64::MAX, b"abc", 1, 3)),
        ("claims 3, sends far more", Lie::new(3, &many, 2000, 3)),
        ("claims 3, sends far more and says so", Lie::new(3, &many, 2000, 131_072_000)),
        ("sends less than it has claimed", Lie::new(3, b"ab", 1, 3)),
        ("sends less and says so", Lie::new(3, b"ab", 1, 2)),
        ("sends nothing", Lie::new(3, b"", 0, 3)),
        ("sends another size", Lie::new(5, b"abcde", 1, 5)),
        ("claims 5, and that the file has 3", Lie::new(5, b"abcde", 1, 3)),
    ] {
        let mut camera = served.camera(Some(lie));
        let target = Target::Folder(desk.host.clone());
        let summary = camera.get(&[source(b"A/X.BIN", 3)], &target, &Options::default(), &mut |_| Ok(()));
        assert_eq!((summary.copied, summary.failed), (0, 1), "{what}");
        let kind = summary.error.unwrap().kind();
        assert!(matches!(kind, ErrorKind::Protocol | ErrorKind::Io), "{what}: {kind:?}");
        assert!(desk.names().is_empty(), "{what}: {:?}", desk.names());
        let mut bytes = Vec::new();
        camera.get_to(&source(b"A/X.BIN", 3), &mut bytes, &Options::default(), &mut |_| Ok(())).unwrap_err();
        assert!(bytes.len() <= 3, "{what}");
    }
}

#[test]
fn other_bytes_of_the_right_size_are_found_by_the_checksum_and_nothing_is_deleted() {
    let desk = Desk::new();
    desk.on_card("X.BIN", b"abc", THEN);
    let served = Served::new(&desk.card);
    let mut camera = served.camera(Some(Lie::new(3, b"abd", 1, 3)));
    let target = Target::Folder(desk.host.clone());
    let options = Options { delete: true, ..Options::default() };
    let summary = camera.get(&[source(b"A/X.BIN", 3)], &target, &options, &mut |_| Ok(()));
    assert!(summary.error.unwrap().to_string().contains("did not arrive as it is on the card"));
    assert!(desk.names().is_empty() && desk.card.join("X.BIN").exists());
}

fn hostile_names() -> Vec<Vec<u8>> {
    let long = |byte| [b"A/".as_slice(), &[byte; 255]].concat();
    let mut names: Vec<Vec<u8>> = [
        &b"A/../../x"[..],
        b"A/..",
        b"A/.",
        b"A/",
        b"A//",
        b"A/x/../../../y",
        b"/etc/passwd",
        b"A//etc/passwd",
        b"C:\\Windows\\x",
        b"A/C:\\x",
        b"A/\\\\host\\share\\x",
        b"A/..\\..\\x",
        b"A/a\0b",
        b"A/a\nb\x1b[2J",
        b"A/IMG.JPG",
        b"A/img.jpg",
        b"A/CON",
        b"A/nul.txt",
        b"A/LPT1 .x",
        b"A/end.",
        b"A/end. ",
        b"A/\xFF\xFE",
        b"A/.moonshutter-sync",
        b"A/x:stream",
        b"",
        b"..",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    names.extend([long(b'x'), long(0xFF), [b"A/", "ä".repeat(127).as_bytes(), b"1"].concat()]);
    names
}

#[test]
fn hostile_names_stay_in_the_folder() {
    let desk = Desk::new();
    let served = Served::new(&desk.card);
    let mut camera = served.camera(Some(Lie::new(3, b"abc", 1, 3)));
    let sources: Vec<_> = hostile_names().iter().map(|name| source(name, 3)).collect();
    let before = files_below(desk.host.parent().unwrap());
    for template in ["{path}", "{name}", "{folder}/{stem}.{ext}", "{dir}/x{seq}"] {
        let options = Options {
            template: template.parse::<Template>().unwrap(),
            existing: Existing::Rename,
            ..Options::default()
        };
        let mut copied = 0;
        let summary = camera.get(&sources, &Target::Folder(desk.host.clone()), &options, &mut |event| {
            if let Event::Ended { item, outcome } = event {
                match outcome {
                    Outcome::Copied(_) => {
                        copied += 1;
                        assert!(Path::new(&item.to).starts_with(&desk.host), "{}", item.to);
                        assert_eq!(fs::read(&item.to).unwrap(), b"abc", "{}", item.to);
                    }
                    // A name that no camera is asked for, or where a folder of another file is.
                    Outcome::Failed(error) => assert!(
                        matches!(error.kind(), ErrorKind::BadArgument | ErrorKind::Io),
                        "{}: {error}",
                        item.from
                    ),
                    other => panic!("{}: {other:?}", item.from),
                }
            }
            Ok(())
        });
        assert!(summary.left == 0 && copied > 20, "{template}: {summary}");
        let outside: Vec<_> =
            files_below(desk.host.parent().unwrap()).into_iter().filter(|path| !path.starts_with(&desk.host)).collect();
        assert_eq!(outside, before, "{template}");
        let hidden = desk.names().into_iter().filter(|name| name.starts_with(".moonshutter")).count();
        assert_eq!(hidden, 0, "{template}");
        desk.clear();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_tree_goes_up_and_down_over_the_network_too(
        tree in proptest::collection::btree_map("[a-z]{1,4}/[a-z0-9]{1,6}\\.[a-z]{3}",
            (proptest::collection::vec(any::<u8>(), 0..3000), 500_000_000..900_000_000i64), 1..5),
    ) {
        let desk = Desk::new();
        for (path, (content, time)) in &tree {
            desk.on_host(path, content, time * 2);
        }
        let served = Served::new(&desk.card);
        let mut camera = served.camera(None);
        let options = Options { template: "{path}".parse().unwrap(), verify: true, ..Options::default() };
        let up = camera.put(&desk.files(), &desk::folder("A/TREE"), &options, &mut |_| Ok(()));
        prop_assert_eq!((up.copied, up.failed), (tree.len(), 0), "{:?}", up.error);
        desk.clear();
        let down = camera.get(&desk.sources("TREE"), &Target::Folder(desk.host.clone()), &options, &mut |_| Ok(()));
        prop_assert_eq!((down.copied, down.failed), (tree.len(), 0), "{:?}", down.error);
        for (path, (content, time)) in &tree {
            let path = desk.out(path);
            prop_assert!(&fs::read(&path).unwrap() == content, "{}", path.display());
            prop_assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), desk::at(time * 2));
        }
    }
}

#[test]
fn an_interrupted_file_goes_on_over_the_network_too() {
    let desk = Desk::new();
    desk.on_card("BIG.BIN", &pattern(900_000), THEN);
    let served = Served::new(&desk.card);
    let mut camera = served.camera(None);
    let sources = desk.sources("BIG.BIN");
    let target = Target::Folder(desk.host.clone());
    // The user leaves when a third of it is there.
    let interrupt = camera.options().interrupt.clone();
    let summary = camera.get(&sources, &target, &Options::default(), &mut |event| {
        if let Event::Moved { bytes: 300_000.., .. } = event {
            interrupt.raise();
        }
        Ok(())
    });
    assert_eq!(summary.error.unwrap().kind(), ErrorKind::Interrupted);
    drop(camera);
    let mut camera = served.camera(None);
    let mut resumed = 0;
    let options = Options { verify: true, ..Options::default() };
    let summary = camera.get(&sources, &target, &options, &mut |event| {
        if let Event::Ended { outcome: Outcome::Copied(copied), .. } = event {
            resumed = copied.resumed;
        }
        Ok(())
    });
    assert_eq!((summary.copied, resumed >= 300_000), (1, true), "{:?} {resumed}", summary.error);
    assert!(fs::read(desk.out("BIG.BIN")).unwrap() == pattern(900_000));
}
