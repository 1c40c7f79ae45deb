use super::*;

#[test]
fn a_temporary_card_has_its_folders_and_goes_away() {
    let card = Card::temporary().unwrap();
    let root = card.root().to_owned();
    assert!(card.existing(b"A/CHDK/SCRIPTS").unwrap().is_dir());
    assert!(card.existing(b"A/DCIM").unwrap().is_dir());
    assert_eq!(card.existing(b"A/"), Some(root.clone()));
    drop(card);
    assert!(!root.exists());
}

#[test]
fn names_are_found_without_regard_to_case_but_the_drive_is_not() {
    let card = Card::temporary().unwrap();
    fs::write(card.root().join("DCIM/Img.JPG"), "").unwrap();
    let img = Some(card.root().join("DCIM/Img.JPG"));
    assert_eq!(card.existing(b"A/dcim/IMG.jpg"), img);
    assert_eq!(card.target(b"A/dcim/IMG.jpg"), img, "what exists is not created a second time");
    assert_eq!(card.existing(b"a/DCIM/Img.JPG"), None);
    assert_eq!(card.existing_for_stat(b"a/DCIM/Img.JPG"), img);
    assert_eq!(card.existing(b"A/DCIM/NONE"), None);
    assert_eq!(card.target(b"A/dcim/New.txt"), Some(card.root().join("DCIM/New.txt")));
    assert_eq!(card.target(b"A/NONE/New.txt"), None);
    assert_eq!(card.target(b"A/DCIM/Img.JPG/New.txt"), None, "a file is no folder");
}

#[test]
fn a_second_spelling_on_the_host_does_not_hide_the_first() {
    let card = Card::temporary().unwrap();
    fs::write(card.root().join("b.lua"), "").unwrap();
    fs::write(card.root().join("B.LUA"), "").unwrap();
    assert_eq!(card.existing(b"A/b.lua"), Some(card.root().join("b.lua")));
    assert_eq!(card.existing(b"A/B.LUA"), Some(card.root().join("B.LUA")));
}

#[test]
fn hostile_names_find_nothing() {
    let card = Card::temporary().unwrap();
    for path in [
        "",
        "A",
        "a",
        "B/DCIM",
        "/etc/passwd",
        "DCIM",
        "A/..",
        "A/../x",
        "A/DCIM/..",
        "A/DCIM/../../x",
        "A/./DCIM",
        "A//etc/passwd",
        "A/DCIM/",
        "A/DCIM//",
        "A//../x",
        "A///./x",
        "A/DCIM//../x",
        "A\\DCIM",
        "A/..\\x",
        "A/DCIM\\..\\..\\x",
        "A/C:/x",
        "A/C:",
        "A/x\0y",
        "A/\0",
        "A/x\ny",
        "A/ ",
        "A/...",
        "A/DCIM.",
        "A/*",
    ] {
        assert_eq!(card.existing(path.as_bytes()), None, "{path:?}");
        assert_eq!(card.existing_for_stat(path.as_bytes()), None, "{path:?}");
        assert_eq!(card.target(path.as_bytes()), None, "{path:?}");
    }
    assert_eq!(card.target(b"A/\xff\xfe"), None, "not UTF-8");
    assert_eq!(card.existing(&[b"A/".as_slice(), &[b'x'; 100_000]].concat()), None);
}

#[cfg(unix)]
#[test]
fn links_count_only_within_the_card() {
    use std::os::unix::fs::symlink;
    let card = Card::temporary().unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "").unwrap();
    symlink(outside.path(), card.root().join("OUT")).unwrap();
    symlink(outside.path().join("secret"), card.root().join("SECRET")).unwrap();
    symlink(outside.path().join("not yet"), card.root().join("DANGLING")).unwrap();
    symlink(card.root().join("DCIM"), card.root().join("IN")).unwrap();
    for path in ["A/OUT", "A/OUT/secret", "A/OUT/new", "A/SECRET", "A/secret", "A/DANGLING"] {
        assert_eq!(card.existing(path.as_bytes()), None, "{path}");
        assert_eq!(card.target(path.as_bytes()), None, "{path}");
    }
    assert_eq!(card.existing(b"A/IN"), Some(card.root().join("IN")));
    assert_eq!(card.target(b"A/IN/new"), Some(card.root().join("IN/new")));
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_twice() {
    use std::os::unix::fs::symlink;
    let card = Card::temporary().unwrap();
    let at = |name: &str| card.root().join(name);
    for folder in ["ONE", "TWO/DEEP"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    for (link, to) in [("ALL", ""), ("ONE/SELF", "ONE"), ("ONE/TWO", "TWO"), ("TWO/DEEP/ONE", "ONE")] {
        symlink(at(to), at(link)).unwrap();
    }
    for path in ["A/ALL", "A/ALL/ONE", "A/ONE/SELF", "A/ONE/TWO/DEEP/ONE", "A/TWO/DEEP/ONE/TWO"] {
        assert_eq!(card.existing(path.as_bytes()), None, "{path}");
    }
    for path in ["A/ONE/TWO/DEEP", "A/TWO/DEEP/ONE"] {
        assert!(card.existing(path.as_bytes()).is_some(), "{path}");
    }
    let walked = |folder: &str| card.entries(&at(folder)).unwrap();
    assert_eq!((walked("ONE"), walked("ONE/TWO/DEEP")), (vec!["TWO".to_owned()], vec![]));
}

#[cfg(unix)]
#[test]
fn a_socket_is_no_file() {
    let card = Card::temporary().unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(card.root().join("SOCK")).unwrap();
    assert_eq!(card.existing(b"A/SOCK"), None);
    assert_eq!(card.target(b"A/SOCK"), None);
}
