//! Walks through the card of a simulated camera.

use std::fs;
use std::sync::Arc;

use moonshutter::ErrorKind;
use moonshutter::camera::card::{Entry, Filter, Removal, Select, Walked, in_order_of_removal};
use moonshutter::camera::{Body, Camera, ExecOptions, Options, Payload, Script, WaitOptions};
use moonshutter::clock::VirtualClock;
use moonshutter::connect;
use moonshutter::sim::{Config, Profile, SimCamera, Time};

fn camera() -> (SimCamera, Camera) {
    let sim = connect::simulate(Config::default()).unwrap();
    let camera = connect::plug_in(&sim, &Options::default()).unwrap();
    (sim, camera)
}

fn put(sim: &SimCamera, path: &str, size: usize) {
    let path = sim.card().root().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, vec![b'.'; size]).unwrap();
}

fn select(roots: &[&str]) -> Select {
    Select::of(roots.iter().map(|root| root.parse().unwrap()))
}

fn walk(camera: &mut Camera, select: &Select) -> (Vec<Entry>, Walked) {
    let mut entries = Vec::new();
    let walked = camera
        .walk(select, &mut |entry| {
            entries.push(entry);
            Ok(())
        })
        .unwrap();
    (entries, walked)
}

/// The paths, with a slash behind those of folders, and their depths.
fn paths(camera: &mut Camera, select: &Select) -> Vec<String> {
    let slash = |entry: &Entry| if entry.is_dir() && !entry.path.is_root() { "/" } else { "" };
    let shown = |entry: &Entry| format!("{} {}{}", entry.depth, entry.path, slash(entry));
    walk(camera, select).0.iter().map(shown).collect()
}

fn images() -> (SimCamera, Camera) {
    let (sim, camera) = camera();
    for (folder, number, extension) in
        [(100, 1, "JPG"), (100, 2, "JPG"), (100, 2, "CR2"), (101, 3, "JPG"), (101, 10, "MP4")]
    {
        put(&sim, &format!("DCIM/{folder}CANON/IMG_{number:04}.{extension}"), number);
    }
    put(&sim, "DCIM/CANONMSC/M0100.CTG", 100);
    (sim, camera)
}

#[test]
fn a_path_is_itself_and_with_recursion_what_is_in_it() {
    let (_sim, mut camera) = images();
    assert_eq!(paths(&mut camera, &select(&["A/DCIM/100CANON/IMG_0001.JPG"])), ["0 A/DCIM/100CANON/IMG_0001.JPG"]);
    assert_eq!(paths(&mut camera, &select(&["A/DCIM"])), ["0 A/DCIM/"]);
    let deep = Select { recursive: true, ..select(&["A/DCIM"]) };
    assert_eq!(
        paths(&mut camera, &deep),
        [
            "0 A/DCIM/",
            "1 A/DCIM/100CANON/",
            "1 A/DCIM/101CANON/",
            "1 A/DCIM/CANONMSC/",
            "2 A/DCIM/100CANON/IMG_0001.JPG",
            "2 A/DCIM/100CANON/IMG_0002.CR2",
            "2 A/DCIM/100CANON/IMG_0002.JPG",
            "2 A/DCIM/101CANON/IMG_0003.JPG",
            "2 A/DCIM/101CANON/IMG_0010.MP4",
            "2 A/DCIM/CANONMSC/M0100.CTG",
        ]
    );
    let flat = Select { max_depth: Some(1), ..deep };
    assert_eq!(
        paths(&mut camera, &flat),
        ["0 A/DCIM/", "1 A/DCIM/100CANON/", "1 A/DCIM/101CANON/", "1 A/DCIM/CANONMSC/"]
    );
}

#[test]
fn wildcards_name_what_fits_and_no_more() {
    let (_sim, mut camera) = images();
    for (pattern, expected) in [
        ("A/DCIM/*", vec!["0 A/DCIM/100CANON/", "0 A/DCIM/101CANON/", "0 A/DCIM/CANONMSC/"]),
        (
            "a/dcim/1*/*.jpg",
            vec!["0 A/dcim/100CANON/IMG_0001.JPG", "0 A/dcim/100CANON/IMG_0002.JPG", "0 A/dcim/101CANON/IMG_0003.JPG"],
        ),
        (":DCIM/**/*.{CR2,MP4}", vec!["0 A/DCIM/100CANON/IMG_0002.CR2", "0 A/DCIM/101CANON/IMG_0010.MP4"]),
        (":**/10?CANON", vec!["0 A/DCIM/100CANON/", "0 A/DCIM/101CANON/"]),
        (":DCIM/*/x", vec![]),
        (":DCIM/100CANON/IMG_0001.JPG/*", vec![]),
    ] {
        assert_eq!(paths(&mut camera, &select(&[pattern])), expected, "{pattern}");
    }
    let below = Select { recursive: true, ..select(&["A/DCIM/101*"]) };
    assert_eq!(
        paths(&mut camera, &below),
        ["0 A/DCIM/101CANON/", "1 A/DCIM/101CANON/IMG_0003.JPG", "1 A/DCIM/101CANON/IMG_0010.MP4"]
    );
}

#[test]
fn a_filter_is_for_files_and_says_no_to_folders_by_name_and_number_only() {
    let (_sim, mut camera) = images();
    let mut with = |filter: Filter| {
        let select = Select { recursive: true, filter, ..select(&["A/DCIM"]) };
        let (entries, _) = walk(&mut camera, &select);
        let name = |entry: &Entry| String::from_utf8(entry.path.name().to_vec()).unwrap();
        let (folders, files): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.is_dir());
        (files.into_iter().map(name).collect::<Vec<_>>(), folders.len())
    };
    let none = Filter::default;
    let globs = |globs: &[&str]| globs.iter().map(|glob| glob.parse().unwrap()).collect();
    assert_eq!(
        with(Filter { include: globs(&["*.cr2", "M*"]), ..none() }),
        (vec!["IMG_0002.CR2".into(), "M0100.CTG".into()], 4)
    );
    assert_eq!(
        with(Filter { exclude: globs(&["*.jpg", "canonmsc"]), ..none() }),
        (vec!["IMG_0002.CR2".into(), "IMG_0010.MP4".into()], 3)
    );
    assert_eq!(with(Filter { exclude: globs(&["[0-9]*"]), ..none() }), (vec!["M0100.CTG".into()], 2));
    assert_eq!(with(Filter { shots: Some(3..=10), ..none() }), (vec!["IMG_0003.JPG".into(), "IMG_0010.MP4".into()], 4));
    assert_eq!(
        with(Filter { folders: Some(100..=100), shots: Some(2..=9999), ..none() }),
        (vec!["IMG_0002.CR2".into(), "IMG_0002.JPG".into()], 3)
    );
    assert_eq!(
        with(Filter { min_size: Some(3), max_size: Some(10), ..none() }),
        (vec!["IMG_0003.JPG".into(), "IMG_0010.MP4".into()], 4)
    );
}

#[test]
fn what_is_not_there_is_told_of() {
    let (_sim, mut camera) = images();
    let unmatched = |camera: &mut Camera, select: &Select| walk(camera, select).1.unmatched;
    let roots = select(&["A/DCIM", "A/NO", "A/NO/*.JPG", "A/DCIM/*.JPG", "A/DCIM/*"]);
    assert_eq!(unmatched(&mut camera, &roots), [1, 2, 3]);
    let filtered = Select { filter: Filter { shots: Some(1..=1), ..Filter::default() }, ..roots };
    assert_eq!(unmatched(&mut camera, &filtered), [1, 2]);
    let error = camera.find(&select(&["A/DCIM", "A/x\u{1b}y"])).unwrap_err();
    assert_eq!(error.message(), "no file or folder A/x\\u{1b}y on the card");
    assert_eq!(camera.find(&select(&[":*.JPG"])).unwrap_err().message(), "nothing on the card fits A/*.JPG");
}

#[test]
fn a_card_without_anything_is_a_folder() {
    let (_sim, mut camera) = camera();
    assert_eq!(paths(&mut camera, &select(&["A/"])), ["0 A/"]);
    assert!(walk(&mut camera, &select(&[])).0.is_empty());
}

#[test]
fn every_camera_that_has_chdk_walks_alike() {
    let mut expected = None;
    for name in Profile::names().filter(|name| *name != "canon") {
        let sim = connect::simulate(Config { profile: Profile::named(name).unwrap(), ..Config::default() }).unwrap();
        let mut camera = connect::plug_in(&sim, &Options::default()).unwrap();
        for path in ["DCIM/100CANON/IMG_0001.JPG", "DCIM/100CANON/DEEP/x.txt", "DATA/.hidden", "DATA/it's \"100%\".txt"]
        {
            put(&sim, path, 10);
        }
        fs::create_dir(sim.card().root().join("EMPTY")).unwrap();
        let select = Select { recursive: true, ..select(&["A/", "A/**/*.{JPG,TXT}"]) };
        let select =
            Select { filter: Filter { exclude: vec!["CHDK".parse().unwrap()], ..Filter::default() }, ..select };
        let found = paths(&mut camera, &select);
        assert!(found.len() > 10, "{name}: {found:?}");
        let found = format!("{found:#?}");
        assert_eq!(*expected.get_or_insert_with(|| found.clone()), found, "{name}");
    }
}

fn virtual_camera(profile: &str) -> (SimCamera, Camera) {
    let clock = VirtualClock::new();
    let profile = Profile::named(profile).unwrap();
    let sim = connect::simulate(Config { profile, time: Time::Virtual(clock.clone()), ..Config::default() }).unwrap();
    let camera = connect::plug_in(&sim, &Options { clock: Arc::new(clock), ..Options::default() }).unwrap();
    (sim, camera)
}

/// Three folders of files: 1500 in all, a hundred times what the queue has room for.
fn with_many(profile: &str) -> (SimCamera, Camera) {
    let (sim, camera) = virtual_camera(profile);
    for folder in 100..103 {
        let path = sim.card().root().join(format!("DCIM/{folder}CANON"));
        fs::create_dir_all(&path).unwrap();
        for number in 1..=500 {
            fs::write(path.join(format!("IMG_{number:04}.JPG")), "").unwrap();
        }
    }
    (sim, camera)
}

/// What the camera needs for a walk does not grow with what there is, and its queue drops nothing.
#[test]
fn however_many_files_there_are_all_are_found_and_none_is_kept_on_the_camera() {
    let (sim, mut camera) = with_many("current");
    let mut peak = |root: &str, expected: usize| {
        let mut last = Vec::new();
        let mut files = 0;
        let mut count = |entry: Entry| {
            if !entry.is_dir() {
                files += 1;
                assert!(entry.path.as_bytes() > last.as_slice(), "{} after {last:?}", entry.path);
                last = entry.path.as_bytes().to_vec();
            }
            Ok(())
        };
        camera.walk(&Select { recursive: true, ..select(&[root]) }, &mut count).unwrap();
        assert_eq!(files, expected);
        sim.script_usage().peak
    };
    let (one, all) = (peak("A/DCIM/100CANON", 500), peak("A/DCIM", 1500));
    assert!(all < one + 16 * 1024, "{all} bytes at most, and {one} for a third of it");
    let none = Filter { min_size: Some(1), ..Filter::default() };
    walk(&mut camera, &Select { recursive: true, filter: none, ..select(&["A/DCIM"]) });
    let none = sim.script_usage().peak;
    assert!(none < one + 16 * 1024, "{none} bytes at most where nothing is sent, and {one} where everything is");
}

/// What the camera can tell apart is not sent.
#[test]
fn what_is_not_asked_for_is_not_sent() {
    let (_sim, mut camera) = with_many("current");
    let cost = |camera: &mut Camera, root: &str, filter: Filter| {
        let before = camera.counters().read;
        let select = Select { recursive: true, filter, ..select(&[root]) };
        let files = walk(camera, &select).0.iter().filter(|entry| !entry.is_dir()).count();
        (files, camera.counters().read - before)
    };
    let none = Filter::default;
    let globs = |glob: &str| vec![glob.parse().unwrap()];
    let (all, most) = cost(&mut camera, "A/DCIM", none());
    assert_eq!(all, 1500);
    for (root, filter, files) in [
        ("A/DCIM/*/IMG_0007.JPG", none(), 3),
        ("A/DCIM/102*", Filter { include: globs("*_0007.*"), ..none() }, 1),
        ("A/DCIM", Filter { include: globs("img_000?.j*"), ..none() }, 27),
        ("A/DCIM", Filter { exclude: globs("10*"), ..none() }, 0),
        ("A/DCIM", Filter { shots: Some(7..=8), folders: Some(101..=102), ..none() }, 4),
        ("A/DCIM", Filter { min_size: Some(1), ..none() }, 0),
        ("A/DCIM", Filter { newer: Some(4_000_000_000), ..none() }, 0),
        ("A/DCIM", Filter { older: Some(1_000_000), ..none() }, 0),
    ] {
        let (found, read) = cost(&mut camera, root, filter.clone());
        assert_eq!(found, files, "{root} {filter:?}");
        assert!(read < most / 20, "{read} bytes of {most} for {root} {filter:?}");
    }
}

/// A camera without os.idir has all names of a folder at once, but of one folder at a time.
#[test]
fn an_old_camera_with_little_memory_walks_too() {
    let (_sim, mut camera) = with_many("1.3");
    let all = Select { recursive: true, ..select(&["A/DCIM"]) };
    assert_eq!(walk(&mut camera, &all).0.len(), 1504);
}

#[test]
fn sizes_and_times_have_no_sign() {
    let (sim, mut camera) = virtual_camera("current");
    let dcim = sim.card().root().join("DCIM");
    for (name, size) in [("small", 1), ("two", 1 << 31), ("three", 3 << 30), ("most", u64::from(u32::MAX))] {
        fs::File::create(dcim.join(name)).unwrap().set_len(size).unwrap();
    }
    let mut sizes = |min_size, max_size| {
        let filter = Filter { min_size, max_size, ..Filter::default() };
        let (entries, _) = walk(&mut camera, &Select { filter, ..select(&["A/DCIM/*"]) });
        entries.iter().map(|entry| entry.size()).collect::<Vec<_>>()
    };
    assert_eq!(sizes(None, None), [u64::from(u32::MAX), 1, 3 << 30, 1 << 31]);
    assert_eq!(sizes(Some(2), None), [u64::from(u32::MAX), 3 << 30, 1 << 31]);
    assert_eq!(sizes(Some((1 << 31) + 1), Some(u64::from(u32::MAX) - 1)), [3 << 30]);
    assert_eq!(sizes(Some(1 << 31), Some(1 << 31)), [1 << 31]);
    assert_eq!(sizes(None, Some((1 << 31) - 1)), [1]);
    assert!(sizes(Some(1 << 40), None).is_empty());
    assert_eq!(sizes(None, Some(1 << 40)).len(), 4);
}

/// Names that come and go meanwhile are given if they are met, and nothing else goes wrong.
#[test]
fn a_card_may_change_while_it_is_walked_through() {
    let (sim, mut camera) = virtual_camera("current");
    for number in 0..400 {
        put(&sim, &format!("DCIM/{}/{number:03}.TXT", number / 200), 1);
    }
    let dcim = sim.card().root().join("DCIM");
    let mut seen = 0;
    let all = Select { recursive: true, ..select(&["A/DCIM"]) };
    let walked = camera
        .walk(&all, &mut |_| {
            seen += 1;
            if seen == 3 {
                fs::remove_dir_all(dcim.join("1")).unwrap();
                fs::remove_file(dcim.join("0/199.TXT")).unwrap();
                fs::write(dcim.join("0/zzz"), "").unwrap();
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(walked, Walked::default());
    assert!((200..=403).contains(&seen), "{seen}");
    assert_eq!(walk(&mut camera, &all).0.len(), 2 + 200);
}

#[test]
fn a_tree_that_is_too_deep_is_told_of_and_left() {
    let (sim, mut camera) = virtual_camera("current");
    let deep = vec!["d"; 80].join("/");
    fs::create_dir_all(sim.card().root().join("DCIM").join(deep)).unwrap();
    let all = Select { recursive: true, ..select(&["A/DCIM"]) };
    let (entries, walked) = walk(&mut camera, &all);
    assert_eq!(entries.len(), 65);
    assert_eq!(walked.too_deep.len(), 1);
    assert_eq!(walked.too_deep[0].names().count(), 65);
    let some = Select { max_depth: Some(10), ..all };
    assert_eq!(walk(&mut camera, &some), (entries[..11].to_vec(), Walked::default()));
}

#[test]
fn ctrl_c_ends_the_walk_and_its_script() {
    let (_sim, mut camera) = with_many("current");
    let interrupt = camera.options().interrupt.clone();
    let mut seen = 0;
    let error = camera.walk(&Select { recursive: true, ..select(&["A/DCIM"]) }, &mut |_| {
        seen += 1;
        if seen == 100 {
            interrupt.raise();
        }
        Ok(())
    });
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.message(), "interrupted while going through the card; the script was ended on the camera");
    assert_eq!(seen, 100);
    assert!(!camera.script_status().unwrap().running && !camera.script_status().unwrap().messages);
}

#[test]
fn an_error_of_the_callers_ends_the_walk() {
    let (_sim, mut camera) = with_many("current");
    let error = camera.walk(&Select { recursive: true, ..select(&["A/"]) }, &mut |entry| match entry.path.shot() {
        Some(50) => Err(moonshutter::Error::new(ErrorKind::Io, "no more room")),
        _ => Ok(()),
    });
    assert_eq!(error.unwrap_err().message(), "no more room; the script was ended on the camera");
    assert_eq!(walk(&mut camera, &select(&["A/DCIM"])).0.len(), 1);
}

#[test]
fn a_lost_connection_ends_the_walk() {
    let (sim, mut camera) = with_many("current");
    sim.schedule("ReadScriptMsg 20 data: disconnect".parse().unwrap());
    let error = camera.walk(&Select { recursive: true, ..select(&["A/"]) }, &mut |_| Ok(()));
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Disconnected);
}

/// Messages of the user's scripts wait where they are.
#[test]
fn a_walk_takes_nothing_of_the_users() {
    let (_sim, mut camera) = with_many("current");
    camera.exec(&Script::new("users", "for i = 1, 15 do write_usb_msg(i) end"), &ExecOptions::default()).unwrap();
    camera.wait_status(&WaitOptions::default(), &mut |status| !status.running).unwrap();
    let id = camera.script_id();
    assert_eq!(walk(&mut camera, &Select { recursive: true, ..select(&["A/DCIM"]) }).0.len(), 1504);
    assert_eq!(camera.script_id(), id);
    for number in 1..=15 {
        let message = camera.read_msg().unwrap().unwrap();
        assert!(matches!(message.body, Body::User(Payload::Integer(value)) if value == number), "{message:?}");
    }
}

/// Many roots go in scripts of a bounded length, and keep their numbers.
#[test]
fn many_roots_are_one_walk() {
    let (_sim, mut camera) = with_many("current");
    let names: Vec<_> =
        (1..=400).map(|number| format!("A/DCIM/{}CANON/IMG_{number:04}.JPG", 100 + number % 4)).collect();
    let roots: Vec<_> = names.iter().map(String::as_str).collect();
    let (entries, walked) = walk(&mut camera, &select(&roots));
    assert!(entries.iter().all(|entry| entry.path.to_string() == names[entry.root] && entry.depth == 0));
    let missing: Vec<_> = (0..400).filter(|at| (at + 1) % 4 == 3).collect();
    assert_eq!(walked.unmatched, missing);
    assert_eq!(entries.len() + missing.len(), 400);
}

#[test]
fn what_is_removed_is_removed_in_an_order_that_works_and_once() {
    let (sim, mut camera) = images();
    let roots = ["A/DCIM/101CANON", "A/DCIM", "A/DCIM/100CANON/*"];
    let entries = camera.find(&Select { recursive: true, ..select(&roots) }).unwrap();
    let entries = in_order_of_removal(entries, false);
    assert_eq!(entries.len(), 6 + 4);
    let mut removals = Vec::new();
    camera
        .remove(&entries, &mut |at, removal| {
            removals.push((at, removal));
            Ok(())
        })
        .unwrap();
    assert_eq!(removals, (0..10).map(|at| (at, Removal::Removed)).collect::<Vec<_>>());
    assert!(!sim.card().root().join("DCIM").exists());
}

/// Whatever the firmware would do: a folder that has something in it is not removed.
#[test]
fn a_folder_that_is_not_empty_stays_with_what_is_in_it() {
    let (sim, mut camera) = images();
    let mut entries = camera.find(&select(&["A/DCIM/100CANON", "A/DCIM/101CANON/IMG_0003.JPG"])).unwrap();
    entries.push(Entry { path: "A/".parse().unwrap(), ..entries[0].clone() });
    let mut removals = Vec::new();
    camera
        .remove(&entries, &mut |_, removal| {
            removals.push(removal);
            Ok(())
        })
        .unwrap();
    let kept = |reason: &str| Removal::Kept(reason.to_owned());
    assert_eq!(removals, [kept("is a folder that is not empty"), Removal::Removed, kept("is the card itself")]);
    assert_eq!(fs::read_dir(sim.card().root().join("DCIM/100CANON")).unwrap().count(), 3);
}

#[test]
fn ctrl_c_while_removing_leaves_no_doubt_about_any_file() {
    let (sim, mut camera) = with_many("current");
    let entries = camera.find(&select(&["A/DCIM/100CANON/*"])).unwrap();
    let interrupt = camera.options().interrupt.clone();
    let mut removed = 0;
    let error = camera.remove(&entries, &mut |_, removal| {
        assert_eq!(removal, Removal::Removed);
        removed += 1;
        if removed == 40 {
            interrupt.raise();
        }
        Ok(())
    });
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(removed, 48);
    assert_eq!(fs::read_dir(sim.card().root().join("DCIM/100CANON")).unwrap().count(), 500 - 48);
}
