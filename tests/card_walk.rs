//! Walks through the card of a simulated camera.

use std::fs;

use moonshutter::camera::card::{Entry, Filter, Select, Walked};
use moonshutter::camera::{Camera, Options};
use moonshutter::connect;
use moonshutter::sim::{Config, SimCamera};

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
