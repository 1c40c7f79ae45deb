//! Transfers that are cut off at every transaction and in every phase of it, by a lost connection and by Ctrl-C: what
//! is left on both sides, and that the same command brings the rest.

mod desk;

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use desk::{Desk, pattern};
use moonshutter::ErrorKind;
use moonshutter::camera::card::transfer::{Event, Existing, Options, Outcome, Summary, Target};
use moonshutter::clock::Interrupt;
use moonshutter::sim::Profile;

const THEN: i64 = 1_715_956_256;

/// One that goes over in many pieces, an empty one, a small one.
fn files() -> BTreeMap<&'static str, Vec<u8>> {
    [("BIG.BIN", pattern(40_000)), ("EMPTY.BIN", Vec::new()), ("SMALL.BIN", pattern(3000))].into()
}

/// What comes before a transaction is behind the one before it.
const PHASES: [&str; 2] = ["data", "response"];

/// How a transfer is cut off.
#[derive(Debug, Clone, Copy)]
enum Cut {
    Disconnect { transaction: u64, phase: &'static str },
    CtrlC { transaction: u64 },
}

impl Cut {
    fn all(transactions: u64) -> impl Iterator<Item = Self> {
        (1..=transactions).flat_map(|transaction| {
            PHASES.map(|phase| Self::Disconnect { transaction, phase }).into_iter().chain([Self::CtrlC { transaction }])
        })
    }
}

/// A desk whose Ctrl-C is pressed when the camera has done so many more operations.
struct Watched {
    desk: Desk,
    left: Arc<AtomicI64>,
}

impl Watched {
    fn new() -> Self {
        let left = Arc::new(AtomicI64::new(i64::MAX));
        let pressed: Arc<Mutex<Interrupt>> = Arc::default();
        let (count, press) = (left.clone(), pressed.clone());
        let desk = Desk::with(
            Profile::default(),
            Some(Arc::new(move |_: &str| {
                if count.fetch_sub(1, Ordering::SeqCst) == 1 {
                    press.lock().unwrap().raise();
                }
            })),
        );
        *pressed.lock().unwrap() = desk.interrupt.clone();
        Self { desk, left }
    }

    fn arm(&mut self, cut: Cut) {
        match cut {
            Cut::Disconnect { transaction, phase } => {
                self.desk.sim.schedule(format!("command {transaction} {phase}: disconnect").parse().unwrap());
            }
            Cut::CtrlC { transaction } => self.left.store(transaction as i64, Ordering::SeqCst),
        }
    }

    fn on_card(&self) {
        for (name, content) in files() {
            self.desk.on_card(name, &content, THEN);
        }
    }

    fn on_host(&self) {
        for (name, content) in files() {
            self.desk.on_host(name, &content, THEN);
        }
    }

    fn transactions(&self) -> u64 {
        self.desk.camera.counters().transactions
    }
}

/// How many transactions a transfer takes that nothing happens to.
fn length(prepare: fn(&Watched), transfer: impl Fn(&mut Desk) -> Summary) -> u64 {
    let mut watched = Watched::new();
    prepare(&watched);
    let before = watched.transactions();
    let summary = transfer(&mut watched.desk);
    assert_eq!((summary.copied, summary.failed), (3, 0), "{:?}", summary.error);
    watched.transactions() - before
}

fn was_cut(summary: &Summary, cut: Cut) {
    let Some(error) = &summary.error else {
        // What is cut after its last word has been said is whole.
        assert_eq!((summary.copied, summary.failed), (3, 0), "{cut:?}");
        return;
    };
    let expected = match cut {
        Cut::Disconnect { .. } => ErrorKind::Disconnected,
        Cut::CtrlC { .. } => ErrorKind::Interrupted,
    };
    assert_eq!(error.kind(), expected, "{cut:?}: {error}");
    assert_eq!(summary.copied + summary.same + summary.failed + summary.left, 3, "{cut:?}: {summary}");
}

fn get_options() -> Options {
    Options { delete: true, ..Options::default() }
}

/// What is on the host under its own name is whole; what is not whole on the host is on the card.
fn nothing_is_lost(desk: &Desk, cut: Cut) {
    for (name, content) in files() {
        let here = fs::read(desk.out(name)).ok();
        let there = fs::read(desk.card.join(name)).ok();
        assert!(here.as_ref().is_none_or(|here| *here == content), "{cut:?}: {name} is half on the host");
        assert!(there.as_ref().is_none_or(|there| *there == content), "{cut:?}: {name} is half on the card");
        assert!(here.is_some() || there.is_some(), "{cut:?}: {name} is lost");
    }
}

#[test]
fn a_move_from_the_card_that_is_cut_anywhere_loses_nothing_and_goes_on() {
    let steps = length(Watched::on_card, |desk| desk.get("", &get_options()));
    assert!(steps > 20, "{steps}");
    for cut in Cut::all(steps) {
        let mut watched = Watched::new();
        watched.on_card();
        watched.arm(cut);
        let summary = watched.desk.get("", &get_options());
        was_cut(&summary, cut);
        nothing_is_lost(&watched.desk, cut);
        let strange = |name: &String| !files().contains_key(&**name) && !name.starts_with(".moonshutter-");
        assert!(!watched.desk.names().iter().any(strange), "{cut:?}: {:?}", watched.desk.names());
        let parts = watched.desk.names().iter().filter(|name| name.starts_with('.')).count();
        assert!(parts <= 1, "{cut:?}");

        watched.left.store(i64::MAX, Ordering::SeqCst);
        watched.desk.reconnect();
        let again = watched.desk.get("", &get_options());
        assert_eq!(again.failed, 0, "{cut:?}: {:?}", again.error);
        assert_eq!(watched.desk.names(), ["BIG.BIN", "EMPTY.BIN", "SMALL.BIN"], "{cut:?}");
        assert_eq!(watched.desk.card_names(), ["DCIM"], "{cut:?}");
        nothing_is_lost(&watched.desk, cut);
    }
}

#[test]
fn a_transfer_to_the_card_that_is_cut_anywhere_leaves_nothing_half_under_its_name_and_goes_on() {
    let options = || Options { verify: true, existing: Existing::Replace, ..Options::default() };
    let old = b"what was there before";
    let steps = length(Watched::on_host, |desk| {
        desk.on_card("SMALL.BIN", old, THEN - 1000);
        desk.put("A/", &options())
    });
    assert!(steps > 10, "{steps}");
    for cut in Cut::all(steps) {
        let mut watched = Watched::new();
        watched.on_host();
        watched.desk.on_card("SMALL.BIN", old, THEN - 1000);
        watched.arm(cut);
        let summary = watched.desk.put("A/", &options());
        was_cut(&summary, cut);
        let mut left = Vec::new();
        for name in watched.desk.card_names() {
            let content = fs::read(watched.desk.card.join(&name)).unwrap_or_default();
            match files().get(&*name) {
                Some(whole) => assert!(content == *whole || name == "SMALL.BIN" && content == old, "{cut:?}: {name}"),
                None if name == "DCIM" => {}
                None => left.push(name),
            }
        }
        if let Some(name) = left.first() {
            let error = summary.error.expect("what is left is said").to_string();
            assert!(error.contains(&format!("A/{name} may be left on the card")), "{cut:?}: {error}");
        }
        assert!(left.len() <= 1, "{cut:?}: {left:?}");

        watched.left.store(i64::MAX, Ordering::SeqCst);
        watched.desk.reconnect();
        let again = watched.desk.put("A/", &options());
        assert_eq!((again.copied, again.failed), (3, 0), "{cut:?}: {:?}", again.error);
        assert_eq!(watched.desk.card_names(), ["BIG.BIN", "DCIM", "EMPTY.BIN", "SMALL.BIN"], "{cut:?}");
        for (name, content) in files() {
            assert!(fs::read(watched.desk.card.join(name)).unwrap() == content, "{cut:?}: {name}");
        }
    }
}

#[test]
fn an_interrupted_file_goes_on_where_it_was() {
    let content = pattern(600_000);
    let mut desk = Desk::new();
    desk.on_card("BIG.BIN", &content, THEN);
    desk.sim.schedule("DownloadFile 1 data: disconnect".parse().unwrap());
    let summary = desk.get("", &Options::default());
    let error = summary.error.unwrap().to_string();
    assert!(error.contains("bytes are kept, and the same command goes on from there"), "{error}");
    desk.reconnect();
    let before = desk.camera.counters().read;
    let (mut from, mut resumed) = (0, 0);
    let (sources, target) = (desk.sources(""), Target::Folder(desk.host.clone()));
    let options = Options { verify: true, ..Options::default() };
    desk.camera.get(&sources, &target, &options, &mut |event| {
        match event {
            Event::Begun { from: at, .. } => from = *at,
            Event::Ended { outcome: Outcome::Copied(copied), .. } => resumed = copied.resumed,
            _ => {}
        }
        Ok(())
    });
    assert!(from > 200_000 && from == resumed, "{from} {resumed}");
    let read = desk.camera.counters().read - before;
    assert!(read < 600_000 - from + 100_000, "{read} bytes were read once more");
    assert!(fs::read(desk.out("BIG.BIN")).unwrap() == content);
    assert_eq!(desk.names(), ["BIG.BIN"]);
}

#[test]
fn what_has_changed_in_between_begins_anew() {
    for (size, time, same_beginning) in [(600_000, THEN + 2, true), (599_999, THEN, true), (600_000, THEN, false)] {
        let mut desk = Desk::new();
        desk.on_card("BIG.BIN", &pattern(600_000), THEN);
        desk.sim.schedule("DownloadFile 1 data: disconnect".parse().unwrap());
        desk.get("", &Options::default());
        assert_eq!(desk.names().len(), 1);
        let mut content = pattern(size);
        if !same_beginning {
            content.reverse();
        }
        desk.on_card("BIG.BIN", &content, time);
        desk.reconnect();
        let summary = desk.get("", &Options::default());
        assert_eq!((summary.copied, summary.bytes), (1, size as u64), "{:?}", summary.error);
        assert!(fs::read(desk.out("BIG.BIN")).unwrap() == content);
        assert_eq!(desk.names(), ["BIG.BIN"]);
    }
}

#[test]
fn a_part_that_is_damaged_is_found_by_the_checksum() {
    let mut desk = Desk::new();
    desk.on_card("BIG.BIN", &pattern(600_000), THEN);
    desk.sim.schedule("DownloadFile 1 data: disconnect".parse().unwrap());
    desk.get("", &Options::default());
    let part = desk.out(&desk.names()[0]);
    let mut bytes = fs::read(&part).unwrap();
    bytes[1000] ^= 0xFF;
    fs::write(&part, bytes).unwrap();
    desk.reconnect();
    let summary = desk.get("", &Options { verify: true, ..Options::default() });
    assert_eq!((summary.copied, summary.failed), (1, 0), "{:?}", summary.error);
    assert!(fs::read(desk.out("BIG.BIN")).unwrap() == pattern(600_000));
}

#[test]
fn data_that_ends_early_and_nonsense_leave_nothing() {
    for event in [
        "DownloadFile 1 data: short",
        "DownloadFile 1: garbage",
        "DownloadFile 1: answer 0x2002",
        "TempData 1: answer 0x2002",
    ] {
        let mut desk = Desk::new();
        desk.on_card("BIG.BIN", &pattern(300_000), THEN);
        desk.sim.schedule(event.parse().unwrap());
        let summary = desk.get("", &Options { resume: false, ..Options::default() });
        assert_eq!((summary.copied, summary.failed), (0, 1), "{event}");
        assert!(desk.names().is_empty(), "{event}");
        desk.reconnect();
        assert_eq!(desk.get("", &Options::default()).copied, 1, "{event}");
    }
}
