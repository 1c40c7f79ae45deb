//! Files between a card and the host: what arrives, under which name and time, and what is left alone.

mod desk;

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use desk::{Desk, at, pattern};
use moonshutter::ErrorKind;
use moonshutter::camera::card::Checksum;
use moonshutter::camera::card::transfer::{Copied, Event, Existing, LocalFile, Options, Outcome, Target};
use moonshutter::camera::{ExecOptions, Script};
use moonshutter::sim::Profile;
use proptest::prelude::*;

const SIZES: [usize; 9] = [0, 1, 2, 499, 512, 4096, 65_536, 262_132, 1_000_001];

/// 2024-05-17 14:30:56 by the camera's clock.
const THEN: i64 = 1_715_956_256;

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn files_of_every_size_arrive_with_their_times_and_nothing_else_is_left() {
    let mut desk = Desk::new();
    for size in SIZES {
        desk.on_card(&format!("DCIM/100CANON/F{size}.BIN"), &pattern(size), THEN);
    }
    let summary = desk.get("DCIM/100CANON", &Options { verify: true, ..Options::default() });
    assert_eq!((summary.copied, summary.failed, summary.bytes), (SIZES.len(), 0, SIZES.iter().sum::<usize>() as u64));
    for size in SIZES {
        let path = desk.out(&format!("F{size}.BIN"));
        assert!(fs::read(&path).unwrap() == pattern(size), "{size}");
        assert_eq!(modified(&path), at(THEN));
    }
    assert_eq!(desk.names().len(), SIZES.len());
}

#[test]
fn and_go_back_the_same_way() {
    let mut desk = Desk::new();
    for size in SIZES {
        desk.on_host(&format!("F{size}.BIN"), &pattern(size), THEN);
    }
    let summary = desk.put("A/CHDK/DATA/NEW", &Options { verify: true, ..Options::default() });
    assert_eq!((summary.copied, summary.failed), (SIZES.len(), 0), "{:?}", summary.error);
    for size in SIZES {
        let path = desk.card.join(format!("CHDK/DATA/NEW/F{size}.BIN"));
        assert!(fs::read(&path).unwrap() == pattern(size), "{size}");
        assert_eq!(modified(&path), at(THEN));
    }
    assert_eq!(fs::read_dir(desk.card.join("CHDK/DATA/NEW")).unwrap().count(), SIZES.len());
    // Once more: they are all there.
    let again = desk.put("A/CHDK/DATA/NEW", &Options::default());
    assert_eq!((again.copied, again.same), (0, SIZES.len()));
}

#[test]
fn the_cameras_checksum_is_the_hosts() {
    let mut desk = Desk::new();
    for size in [0, 1, 15, 16, 17, 4095, 4096, 4097, 100_003] {
        desk.on_card("X.BIN", &pattern(size), THEN);
        let checked = desk.camera.checksum(b"A/X.BIN").unwrap();
        assert_eq!(checked.checksum, Checksum::of(&mut &pattern(size)[..]).unwrap(), "{size}");
        assert_eq!((checked.read, checked.size, checked.mtime), (size as u64, size as u64, THEN));
    }
    assert_eq!(desk.camera.checksum(b"A/NO").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn what_is_there_is_treated_as_asked() {
    for (existing, old, expected) in [
        (Existing::Error, "other!", "other!"),
        (Existing::Skip, "other!", "other!"),
        (Existing::Replace, "other!", "newer."),
        (Existing::Older, "other!", "newer."),
        (Existing::Rename, "other!", "other!"),
    ] {
        let mut desk = Desk::new();
        desk.on_card("X.TXT", b"newer.", THEN);
        let there = desk.out("X.TXT");
        desk.on_host("X.TXT", old.as_bytes(), THEN - 100);
        let summary = desk.get("X.TXT", &Options { existing, ..Options::default() });
        assert_eq!(fs::read_to_string(&there).unwrap(), expected, "{existing:?}");
        match existing {
            Existing::Error => {
                let error = summary.error.unwrap().to_string();
                assert!(error.contains("is there already, and is another file"), "{error}");
            }
            Existing::Skip => assert_eq!(summary.skipped, 1),
            Existing::Replace | Existing::Older => assert_eq!(summary.copied, 1),
            Existing::Rename => assert_eq!(desk.names(), ["X (2).TXT", "X.TXT"]),
        }
    }
}

#[test]
fn the_same_file_is_not_fetched_twice() {
    for existing in [Existing::Error, Existing::Skip, Existing::Older, Existing::Rename] {
        let mut desk = Desk::new();
        desk.on_card("X.TXT", b"content", THEN);
        let options = Options { existing, ..Options::default() };
        assert_eq!(desk.get("X.TXT", &options).copied, 1);
        let again = desk.get("X.TXT", &options);
        assert_eq!((again.copied, again.same), (0, 1), "{existing:?}");
        assert_eq!(desk.names(), ["X.TXT"]);
    }
}

/// As raw files are that two cameras take at the same moment.
#[test]
fn another_file_of_the_same_size_and_time_is_another_file() {
    for at in [0, 5_500, 9_999] {
        let mut other = vec![7; 10_000];
        other[at] = 8;
        let mut desk = Desk::new();
        desk.on_card("X.CRW", &[7; 10_000], THEN);
        desk.on_host("X.CRW", &other, THEN);
        let skip = Options { existing: Existing::Skip, ..Options::default() };
        let summary = desk.get("X.CRW", &skip);
        assert_eq!((summary.same, summary.skipped), (0, 1), "{at}");
        let summary = desk.put("A/", &skip);
        assert_eq!((summary.same, summary.skipped), (0, 1), "{at}");
        let mut right = Desk::new();
        right.on_card("X.CRW", &other, THEN);
        let sources = desk.sources("X.CRW");
        let summary = desk.camera.copy_to(&mut right.camera, &sources, &desk::folder("A/"), &skip, &mut |_| Ok(()));
        assert_eq!((summary.same, summary.skipped), (0, 1), "{at}");
    }
}

#[test]
fn a_renamed_one_is_known_again() {
    let mut desk = Desk::new();
    desk.on_card("X.TXT", b"content", THEN);
    desk.on_host("X.TXT", b"mine", THEN);
    let options = Options { existing: Existing::Rename, ..Options::default() };
    assert_eq!(desk.get("X.TXT", &options).copied, 1);
    assert_eq!(desk.get("X.TXT", &options).same, 1);
    assert_eq!(desk.names(), ["X (2).TXT", "X.TXT"]);
}

#[test]
fn two_files_of_one_name_do_not_become_one() {
    for existing in [Existing::Error, Existing::Skip, Existing::Replace, Existing::Older, Existing::Rename] {
        let mut desk = Desk::new();
        desk.on_card("DCIM/100CANON/IMG_0001.JPG", b"one", THEN);
        desk.on_card("DCIM/101CANON/IMG_0001.JPG", b"another", THEN);
        let summary = desk.get("DCIM", &Options { existing, ..Options::default() });
        assert_eq!(fs::read(desk.out("IMG_0001.JPG")).unwrap(), b"one");
        if existing == Existing::Rename {
            assert_eq!(fs::read(desk.out("IMG_0001 (2).JPG")).unwrap(), b"another");
        } else {
            assert_eq!((summary.copied, summary.failed), (1, 1), "{existing:?}");
            assert!(summary.error.unwrap().to_string().contains("two files would be called"));
        }
    }
}

#[test]
fn a_template_names_files_and_folders() {
    let mut desk = Desk::new();
    desk.on_card("DCIM/100CANON/IMG_0001.JPG", b"one", THEN);
    let template = "{date}/{dirnum}-{number}_{seq:3}.{ext}".parse().unwrap();
    assert_eq!(desk.get("DCIM", &Options { template, ..Options::default() }).copied, 1);
    assert_eq!(fs::read(desk.out("2024-05-17/100-0001_001.JPG")).unwrap(), b"one");
}

#[test]
fn a_dry_run_touches_nothing() {
    let mut desk = Desk::new();
    desk.on_card("DCIM/100CANON/IMG_0001.JPG", b"one", THEN);
    desk.on_host("X.TXT", b"x", THEN);
    let options =
        Options { dry_run: true, delete: true, template: "new/{name}".parse().unwrap(), ..Options::default() };
    assert_eq!(desk.get("DCIM", &options).planned, 1);
    assert_eq!(desk.put("A/NEW", &options).planned, 1);
    assert_eq!(desk.names(), ["X.TXT"]);
    assert!(desk.card.join("DCIM/100CANON/IMG_0001.JPG").exists() && !desk.card.join("NEW").exists());
}

#[test]
fn what_is_deleted_has_arrived() {
    let mut desk = Desk::new();
    desk.on_card("DCIM/100CANON/IMG_0001.JPG", &pattern(5000), THEN);
    desk.on_card("DCIM/100CANON/EMPTY.JPG", b"", THEN);
    let summary = desk.get("DCIM", &Options { delete: true, ..Options::default() });
    assert_eq!((summary.copied, summary.deleted), (2, 2), "{:?}", summary.error);
    assert!(fs::read(desk.out("IMG_0001.JPG")).unwrap() == pattern(5000));
    assert_eq!(fs::read_dir(desk.card.join("DCIM/100CANON")).unwrap().count(), 0);
}

#[test]
fn one_that_is_there_is_deleted_only_if_it_is_the_same_in_every_byte() {
    let mut desk = Desk::new();
    desk.on_card("SAME.TXT", b"same", THEN);
    desk.on_card("OTHER.TXT", b"card", THEN);
    desk.on_host("SAME.TXT", b"same", THEN);
    desk.on_host("OTHER.TXT", b"host", THEN);
    let options = Options { delete: true, existing: Existing::Skip, ..Options::default() };
    let summary = desk.get("", &options);
    assert_eq!((summary.same, summary.skipped, summary.deleted), (1, 1, 1));
    assert!(!desk.card.join("SAME.TXT").exists() && desk.card.join("OTHER.TXT").exists());
}

#[test]
fn a_file_that_the_card_keeps_is_said_to_be_there_still() {
    let mut desk = Desk::new();
    desk.on_card("X.TXT", b"content", THEN);
    desk.sim.card().set_read_only(true);
    let summary = desk.get("X.TXT", &Options { delete: true, ..Options::default() });
    assert!(summary.error.unwrap().to_string().contains("the camera does not delete it"));
    assert_eq!(fs::read(desk.out("X.TXT")).unwrap(), b"content");
    assert!(desk.card.join("X.TXT").exists());
}

#[test]
fn damage_on_the_way_is_found_by_the_checksum_and_leaves_nothing() {
    let mut desk = Desk::new();
    desk.on_card("X.BIN", &pattern(5000), THEN);
    let sources = desk.sources("X.BIN");
    let target = Target::Folder(desk.host.clone());
    let card = desk.card.clone();
    let mut content = pattern(5000);
    let options = Options { delete: true, ..Options::default() };
    let summary = desk.camera.get(&sources, &target, &options, &mut |event| {
        if let Event::Verifying { .. } = event {
            content[3000] ^= 1;
            fs::write(card.join("X.BIN"), &content).unwrap();
            desk::date(&card.join("X.BIN"), THEN);
        }
        Ok(())
    });
    assert_eq!(summary.failed, 1);
    assert!(summary.error.unwrap().to_string().contains("did not arrive as it is on the card"));
    assert!(desk.names().is_empty() && desk.card.join("X.BIN").exists());
}

#[test]
fn a_file_that_grows_once_is_fetched_once_more_and_one_that_goes_on_is_given_up() {
    for (times, arrives) in [(1, true), (9, false)] {
        let mut desk = Desk::new();
        desk.on_card("LOG.TXT", b"one\n", THEN);
        let sources = desk.sources("LOG.TXT");
        let target = Target::Folder(desk.host.clone());
        let log = desk.card.join("LOG.TXT");
        let mut left = times;
        let summary = desk.camera.get(&sources, &target, &Options::default(), &mut |event| {
            if matches!(event, Event::Begun { .. }) && left > 0 {
                left -= 1;
                let old = fs::read(&log).unwrap();
                fs::write(&log, [&old[..], b"more\n"].concat()).unwrap();
            }
            Ok(())
        });
        if arrives {
            assert_eq!(fs::read(desk.out("LOG.TXT")).unwrap(), b"one\nmore\n", "{:?}", summary.error);
        } else {
            assert!(summary.error.unwrap().to_string().contains("changes on the card while it is read"));
            assert!(desk.names().is_empty());
        }
        assert!(desk.camera.is_connected());
    }
}

#[test]
fn a_file_that_vanishes_does_not_keep_the_others_away() {
    let mut desk = Desk::new();
    for name in ["A.TXT", "B.TXT", "C.TXT"] {
        desk.on_card(name, b"content", THEN);
    }
    let sources = desk.sources("");
    let target = Target::Folder(desk.host.clone());
    let card = desk.card.clone();
    let summary = desk.camera.get(&sources, &target, &Options::default(), &mut |event| {
        if let Event::Begun { item, .. } = event
            && item.number == 2
        {
            fs::remove_file(card.join("B.TXT")).unwrap();
        }
        Ok(())
    });
    assert_eq!((summary.copied, summary.failed), (2, 1));
    assert_eq!(summary.error.unwrap().kind(), ErrorKind::NotFound);
    assert_eq!(desk.names(), ["A.TXT", "C.TXT"]);
}

#[test]
fn a_full_card_is_said_beforehand_and_one_that_fills_up_afterwards() {
    let mut desk = Desk::new();
    desk.on_host("X.BIN", &pattern(300_000), THEN);
    desk.sim.card().set_size(200_000);
    let summary = desk.put("A/", &Options::default());
    assert!(summary.error.unwrap().to_string().contains("does not fit: it has 300000 bytes"));
    desk.sim.card().set_size(10_000_000);
    let (files, target) = (desk.files(), desk::folder("A/"));
    let sim = desk.sim.clone();
    let summary = desk.camera.put(&files, &target, &Options::default(), &mut |event| {
        if let Event::Begun { .. } = event {
            sim.card().set_full(true);
        }
        Ok(())
    });
    let error = summary.error.unwrap().to_string();
    assert!(error.contains("only 0 of 300000 bytes arrived there; is it full?"), "{error}");
    assert_eq!(desk.card_names(), ["DCIM"]);
}

#[test]
fn what_is_replaced_on_the_card_stays_until_the_new_one_is_whole() {
    let mut desk = Desk::new();
    desk.on_card("X.TXT", b"old", THEN);
    desk.on_host("X.TXT", b"new content", THEN + 100);
    let (files, target) = (desk.files(), desk::folder("A/"));
    let sim = desk.sim.clone();
    let options = Options { existing: Existing::Replace, ..Options::default() };
    let summary = desk.camera.put(&files, &target, &options, &mut |event| {
        if let Event::Begun { .. } = event {
            sim.card().set_full(true);
        }
        Ok(())
    });
    assert_eq!(summary.failed, 1);
    assert_eq!(fs::read(desk.card.join("X.TXT")).unwrap(), b"old");
    desk.sim.card().set_full(false);
    assert_eq!(desk.put("A/", &options).copied, 1);
    assert_eq!(fs::read(desk.card.join("X.TXT")).unwrap(), b"new content");
    assert_eq!(desk.card_names(), ["DCIM", "X.TXT"]);
}

#[test]
fn a_locked_card_takes_nothing() {
    let mut desk = Desk::new();
    desk.on_host("X.TXT", b"x", THEN);
    desk.sim.card().set_read_only(true);
    let error = desk.put("A/", &Options::default()).error.unwrap();
    assert!(error.to_string().contains("cannot write A/X.TXT: is the card locked?"), "{error}");
    let error = desk.put("A/NEW", &Options::default()).error.unwrap();
    assert!(error.to_string().contains("cannot make the folder A/NEW"), "{error}");
}

#[test]
fn a_local_file_that_shrinks_while_it_is_sent_is_not_on_the_card() {
    let mut desk = Desk::new();
    desk.on_host("X.BIN", &pattern(2_000_000), THEN);
    let (files, target) = (desk.files(), desk::folder("A/"));
    let path = desk.out("X.BIN");
    let summary = desk.camera.put(&files, &target, &Options::default(), &mut |event| {
        if let Event::Begun { .. } = event {
            fs::File::options().write(true).open(&path).unwrap().set_len(1_000_000).unwrap();
        }
        Ok(())
    });
    assert!(summary.error.unwrap().to_string().contains("has become shorter while it was sent"));
    assert_eq!(desk.card_names(), ["DCIM"]);
    assert!(desk.camera.is_connected());
}

#[test]
fn a_target_that_cannot_be_written_is_named() {
    let mut desk = Desk::new();
    desk.on_card("X.TXT", b"x", THEN);
    fs::write(desk.out("file"), "").unwrap();
    let sources = desk.sources("X.TXT");
    let target = Target::Folder(desk.out("file/below"));
    let summary = desk.camera.get(&sources, &target, &Options::default(), &mut |_| Ok(()));
    let error = summary.error.unwrap().to_string();
    assert!(error.contains("cannot make the folder"), "{error}");
    let target = Target::File(desk.host.clone());
    let summary = desk.camera.get(&sources, &target, &Options::default(), &mut |_| Ok(()));
    assert!(summary.error.unwrap().to_string().contains("is a folder"));
}

#[test]
fn old_cameras_and_other_bodies_do_it_too() {
    for profile in ["1.3", "1.5", "1.6", "digic4", "digic6", "vxworks"] {
        let mut desk = Desk::with(Profile::named(profile).unwrap(), None);
        desk.on_host("a/b/X.BIN", &pattern(50_000), THEN);
        desk.on_host("EMPTY.BIN", b"", THEN);
        let options = Options { verify: true, template: "{path}".parse().unwrap(), ..Options::default() };
        let up = desk.put("A/NEW", &options);
        assert_eq!((up.copied, up.failed), (2, 0), "{profile}: {:?}", up.error);
        desk.clear();
        desk.sim.schedule("DownloadFile 1 data: disconnect".parse().unwrap());
        let cut = desk.get("NEW", &options);
        assert_eq!(cut.error.unwrap().kind(), ErrorKind::Disconnected, "{profile}");
        desk.reconnect();
        let mut resumed = 0;
        let (sources, target) = (desk.sources("NEW"), Target::Folder(desk.host.clone()));
        let options = Options { delete: true, ..options };
        let down = desk.camera.get(&sources, &target, &options, &mut |event| {
            if let Event::Ended { outcome: Outcome::Copied(copied), .. } = event {
                resumed += copied.resumed;
            }
            Ok(())
        });
        assert_eq!(down.failed, 0, "{profile}: {:?}", down.error);
        assert!(resumed > 0, "{profile}");
        assert!(fs::read(desk.out("a/b/X.BIN")).unwrap() == pattern(50_000), "{profile}");
        assert!(!desk.card.join("NEW/a/b/X.BIN").exists(), "{profile}");
    }
}

#[test]
fn a_file_costs_two_transactions() {
    let mut desk = Desk::new();
    for number in 0..40 {
        desk.on_card(&format!("DCIM/100CANON/IMG_{number:04}.JPG"), &pattern(2000), THEN);
    }
    let before = desk.camera.counters().transactions;
    assert_eq!(desk.get("DCIM", &Options::default()).copied, 40);
    let cost = desk.camera.counters().transactions - before;
    assert_eq!(cost, 80);
}

#[test]
fn a_script_that_ends_soon_is_waited_for_and_another_is_named() {
    let mut desk = Desk::new();
    for (code, soon) in [("sleep(2000)", true), ("sleep(600000)", false)] {
        desk.camera.exec(&Script::new("user", code), &ExecOptions::default()).unwrap();
        match desk.camera.await_idle() {
            Ok(()) => assert!(soon, "{code}"),
            Err(error) => assert!(!soon && error.kind() == ErrorKind::ScriptRunning, "{code}: {error}"),
        }
    }
    // What needs no script works beside one.
    desk.on_card("X.TXT", b"content", THEN);
    assert_eq!(desk.get("X.TXT", &Options::default()).copied, 1);
    desk.on_host("X.TXT", b"other", THEN);
    let options = Options { existing: Existing::Replace, verify: true, ..Options::default() };
    assert_eq!(desk.get("X.TXT", &options).error.unwrap().kind(), ErrorKind::ScriptRunning);
    assert_eq!((fs::read(desk.out("X.TXT")).unwrap(), desk.names().len()), (b"other".to_vec(), 1));
}

struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        if self.0 < buf.len() {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0 -= buf.len();
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_ends_the_file_and_not_the_connection() {
    let mut desk = Desk::new();
    desk.on_card("X.BIN", &pattern(2_000_000), THEN);
    let source = desk.sources("X.BIN").remove(0);
    for room in [0, 1, 100_000, 1_999_999] {
        let error =
            desk.camera.get_to(&source, &mut Full(room), &Options::default(), &mut |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains("cannot write -"), "{error}");
    }
    let mut all = Vec::new();
    let options = Options { verify: true, ..Options::default() };
    let copied = desk.camera.get_to(&source, &mut all, &options, &mut |_| Ok(())).unwrap();
    assert!(all == pattern(2_000_000));
    let sum = Checksum::of(&mut &all[..]).unwrap().value();
    assert_eq!(copied, Copied { checksum: Some(sum), ..Copied::default() });
}

#[test]
fn files_go_from_camera_to_camera() {
    let mut left = Desk::new();
    let mut right = Desk::new();
    left.on_card("DCIM/100CANON/IMG_0001.JPG", &pattern(500_000), THEN);
    left.on_card("DCIM/100CANON/EMPTY.JPG", b"", THEN);
    let sources = left.sources("DCIM");
    let options = Options { delete: true, ..Options::default() };
    let mut outcomes = Vec::new();
    let target = desk::folder("A/FROM/LEFT");
    let summary = left.camera.copy_to(&mut right.camera, &sources, &target, &options, &mut |event| {
        if let Event::Ended { outcome: Outcome::Copied(copied), .. } = event {
            outcomes.push(copied.deleted);
        }
        Ok(())
    });
    assert_eq!((summary.copied, summary.deleted), (2, 2), "{:?}", summary.error);
    assert_eq!(outcomes, [true, true]);
    let there = right.card.join("FROM/LEFT/100CANON/IMG_0001.JPG");
    assert!(fs::read(&there).unwrap() == pattern(500_000));
    assert_eq!(modified(&there), at(THEN));
    assert!(right.card.join("FROM/LEFT/100CANON/EMPTY.JPG").exists());
    assert_eq!(fs::read_dir(left.card.join("DCIM/100CANON")).unwrap().count(), 0);
    assert!(right.names().is_empty());
}

#[test]
fn one_camera_that_goes_leaves_the_other_as_it_was() {
    let mut left = Desk::new();
    let mut right = Desk::new();
    left.on_card("X.BIN", &pattern(500_000), THEN);
    let sources = left.sources("X.BIN");
    left.sim.schedule("DownloadFile 1 data: disconnect".parse().unwrap());
    let summary =
        left.camera.copy_to(&mut right.camera, &sources, &desk::folder("A/"), &Options::default(), &mut |_| Ok(()));
    assert_eq!(summary.error.unwrap().kind(), ErrorKind::Disconnected);
    assert_eq!(right.card_names(), ["DCIM"]);
    assert!(right.camera.is_connected() && left.card.join("X.BIN").exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_tree_goes_up_is_changed_and_comes_down_the_same(
        tree in proptest::collection::btree_map(
            "([a-z]{1,3}/){0,2}[A-Za-z0-9 _]{0,6}[a-z]\\.[a-z]{1,3}",
            (proptest::collection::vec(any::<u8>(), 0..5000), 1_000_000_000..1_900_000_000i64), 1..8),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), proptest::collection::vec(any::<u8>(), 0..900)), 0..3),
    ) {
        // FAT knows no case, and a name is a file or a folder.
        let mut tree = tree;
        let mut seen: Vec<String> = Vec::new();
        tree.retain(|path, _| {
            let upper = path.to_uppercase();
            let clash = seen.iter().any(|other| *other == upper
                || other.starts_with(&format!("{upper}/")) || upper.starts_with(&format!("{other}/"))
                || (other.split('/').next() == upper.split('/').next() && other.contains('/') != upper.contains('/')));
            seen.push(upper);
            !clash
        });
        let mut desk = Desk::new();
        for (path, (content, time)) in &tree {
            desk.on_host(path, content, time / 2 * 2);
        }
        let up = desk.put("A/TREE", &Options::default());
        prop_assert_eq!((up.copied, up.failed), (tree.len(), 0), "{:?}", up.error);
        for (which, content) in &changes {
            let path = tree.keys().nth(which.index(tree.len())).unwrap().clone();
            let time = tree[&path].1 / 2 * 2 + 500;
            desk.on_card(&format!("TREE/{path}"), content, time);
            tree.insert(path, (content.clone(), time));
        }
        desk.clear();
        let options = Options { template: "{path}".parse().unwrap(), verify: true, ..Options::default() };
        let down = desk.get("TREE", &options);
        prop_assert_eq!((down.copied, down.failed), (tree.len(), 0), "{:?}", down.error);
        prop_assert_eq!(desk.names().len(), tree.len());
        for (path, (content, time)) in &tree {
            let path = desk.out(path);
            prop_assert!(&fs::read(&path).unwrap() == content, "{}", path.display());
            let difference = modified(&path).duration_since(at(time / 2 * 2)).unwrap_or(Duration::MAX);
            prop_assert_eq!(difference, Duration::ZERO, "{}", path.display());
        }
    }
}

#[test]
fn folders_of_the_host_are_found_with_what_is_in_them() {
    let desk = Desk::new();
    desk.on_host("a/b/x.txt", b"", THEN);
    desk.on_host("y.txt", b"", THEN);
    let below = |path: &Path, recursive| {
        let found = LocalFile::find(&[path.to_owned()], recursive)?;
        Ok::<_, moonshutter::Error>(
            found.iter().map(|file| String::from_utf8_lossy(&file.below).into_owned()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(below(&desk.out("a"), true).unwrap(), ["a/b/x.txt"]);
    assert_eq!(below(&desk.out("a/"), true).unwrap(), ["b/x.txt"]);
    assert_eq!(below(&desk.out("y.txt"), false).unwrap(), ["y.txt"]);
    assert!(below(&desk.out("a"), false).unwrap_err().to_string().contains("--recursive"));
    assert_eq!(below(&desk.out("no"), true).unwrap_err().kind(), ErrorKind::NotFound);
}
