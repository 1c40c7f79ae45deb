use super::*;
use crate::sim::card::Card;
use crate::sim::lib;
use crate::sim::lib::args::bad_argument;
use crate::sim::profile::Profile;

/// 2024-02-29 13:05:09, a Thursday
const NOW: i64 = 1_709_211_909;

fn os(card: &Card, name: &str, args: &[Value]) -> Reply {
    on(&Profile::default(), card, name, args)
}

fn on(profile: &Profile, card: &Card, name: &str, args: &[Value]) -> Reply {
    lib::call(&format!("os.{name}"), args, &Env { card, now: NOW, profile })
}

/// nil, DryOS's text, DryOS's number
fn failed(path: &[u8]) -> Reply {
    Reply::Return(vec![Value::Nil, Value::Bytes([path, b": error"].concat()), Value::Int(0)])
}

fn text(s: &str) -> Value {
    Value::Bytes(s.as_bytes().to_vec())
}

fn ok() -> Reply {
    Reply::Return(vec![Value::Bool(true)])
}

fn names(reply: Reply) -> Vec<String> {
    match reply {
        Reply::Return(values) => match &values[..] {
            [Value::Table(pairs)] => pairs
                .iter()
                .map(|(_, name)| match name {
                    Value::Bytes(name) => String::from_utf8(name.clone()).unwrap(),
                    other => panic!("{other:?}"),
                })
                .collect(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn fields(reply: Reply) -> Vec<(Value, Value)> {
    match reply {
        Reply::Return(mut values) => match values.pop() {
            Some(Value::Table(fields)) => fields,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn date(format: &str) -> Reply {
    os(&Card::temporary().unwrap(), "date", &[text(format)])
}

#[test]
fn folders_and_files_come_and_go() {
    let card = Card::temporary().unwrap();
    assert_eq!(os(&card, "mkdir", &[text("A/NEW")]), ok());
    assert_eq!(os(&card, "mkdir", &[text("A/new")]), failed(b"A/new"), "it is there in another spelling");
    assert_eq!(os(&card, "mkdir", &[text("A/NONE/NEW")]), failed(b"A/NONE/NEW"));
    fs::write(card.root().join("NEW/a.txt"), "abc").unwrap();
    assert_eq!(os(&card, "remove", &[text("A/NEW")]), failed(b"A/NEW"), "not empty");
    assert_eq!(os(&card, "rename", &[text("A/NEW/A.TXT"), text("A/NEW/b.txt")]), ok());
    assert_eq!(names(os(&card, "listdir", &[text("A/NEW")])), ["b.txt"]);
    assert_eq!(os(&card, "rename", &[text("A/NEW/b.txt"), text("A/NEW/B.TXT")]), ok());
    assert_eq!(names(os(&card, "listdir", &[text("A/NEW")])), ["B.TXT"]);
    fs::write(card.root().join("NEW/c.txt"), "").unwrap();
    assert_eq!(os(&card, "rename", &[text("A/NEW/b.txt"), text("A/NEW/c.txt")]), failed(b"A/NEW/b.txt"), "taken");
    assert_eq!(os(&card, "remove", &[text("A/NEW/b.txt")]), ok());
    assert_eq!(os(&card, "remove", &[text("A/NEW/c.txt")]), ok());
    assert_eq!(os(&card, "remove", &[text("A/NEW")]), ok());
    assert_eq!(os(&card, "remove", &[text("A/NEW")]), failed(b"A/NEW"));
}

#[test]
fn failures_are_dryoss() {
    let card = Card::temporary().unwrap();
    let triple = Reply::Return(vec![Value::Nil, text("A/NONE: error"), Value::Int(0)]);
    for name in ["stat", "listdir", "remove", "utime"] {
        assert_eq!(os(&card, name, &[text("A/NONE")]), triple, "{name}");
    }
    assert_eq!(os(&card, "stat", &[]), bad_argument(1, "string expected, got no value"));
    assert_eq!(os(&card, "listdir", &[text("A/DCIM/")]), failed(b"A/DCIM/"), "a slash at the end is the root's");
    assert_eq!(os(&card, "remove", &[text("A/../x")]), failed(b"A/../x"));
    fs::remove_dir_all(card.root().join("CHDK")).unwrap();
    fs::remove_dir_all(card.root().join("DCIM")).unwrap();
    assert_eq!(os(&card, "remove", &[text("A/")]), failed(b"A/"), "the root stays, empty or not");
    assert_eq!(os(&card, "rename", &[text("A/"), text("A/B")]), failed(b"A/"));
}

#[test]
fn listdir_shows_the_dots_when_asked() {
    let card = Card::temporary().unwrap();
    let options = Value::Table(vec![(text("showall"), Value::Bool(true))]);
    assert_eq!(names(os(&card, "listdir", &[text("A/")])), ["CHDK", "DCIM"]);
    assert_eq!(names(os(&card, "listdir", &[text("A/"), Value::Bool(true)])), ["CHDK", "DCIM"]);
    assert_eq!(names(os(&card, "listdir", &[text("A/CHDK"), Value::Bool(true)])), [".", "..", "SCRIPTS"]);
    assert_eq!(names(os(&card, "listdir", &[text("A/CHDK"), options])), [".", "..", "SCRIPTS"]);
    assert_eq!(names(os(&card, "listdir", &[text("A/CHDK"), Value::Table(vec![])])), ["SCRIPTS"]);
}

#[test]
fn stat_tells_what_utime_said() {
    let card = Card::temporary().unwrap();
    fs::write(card.root().join("a.txt"), "abc").unwrap();
    assert_eq!(os(&card, "utime", &[text("A/a.txt"), Value::Int(86_400), Value::Int(0)]), ok());
    let found = fields(os(&card, "stat", &[text("a/A.TXT")]));
    for (name, value) in [
        ("size", Value::Int(3)),
        ("mtime", Value::Int(86_400)),
        ("attrib", Value::Int(0x20)),
        ("is_dir", Value::Bool(false)),
        ("is_file", Value::Bool(true)),
    ] {
        assert!(found.contains(&(text(name), value)), "{name}: {found:?}");
    }
    let root = fields(os(&card, "stat", &[text("A/")]));
    assert!(root.contains(&(text("is_dir"), Value::Bool(true))));
    assert_eq!(os(&card, "utime", &[text("A/a.txt")]), ok());
    assert!(
        fields(os(&card, "stat", &[text("A/a.txt")])).contains(&(text("mtime"), Value::Int(NOW as i32 - 1))),
        "FAT counts in twos"
    );
}

#[test]
fn dates_are_local_and_in_cs_words() {
    for (format, result) in [
        ("%c", "Thu Feb 29 13:05:09 2024"),
        ("!%Y-%m-%d %H:%M:%S", "2024-02-29 13:05:09"),
        ("%x %X", "02/29/24 13:05:09"),
        ("%A %B %I%p %j %U %W %w %y%%%Z", "Thursday February 01PM 060 08 09 4 24%"),
        ("100%", "100%"),
        ("%Q", "%Q"),
        ("", ""),
    ] {
        assert_eq!(date(format), Reply::Return(vec![text(result)]), "{format}");
    }
    let table = fields(date("*t"));
    for (name, value) in [("year", 2024), ("month", 2), ("day", 29), ("hour", 13), ("min", 5), ("sec", 9)] {
        assert!(table.contains(&(text(name), Value::Int(value))), "{name}");
    }
    assert!(table.contains(&(text("wday"), Value::Int(5))));
    assert!(table.contains(&(text("yday"), Value::Int(60))));
    assert!(table.contains(&(text("isdst"), Value::Bool(false))));
}

#[test]
fn time_makes_a_number_of_a_date() {
    let card = Card::temporary().unwrap();
    let time = |fields: &[(&str, i32)]| {
        let table = fields.iter().map(|(name, value)| (text(name), Value::Int(*value))).collect();
        os(&card, "time", &[Value::Table(table)])
    };
    assert_eq!(os(&card, "time", &[]), Reply::Return(vec![Value::Int(NOW as i32)]));
    let whole = [("year", 2024), ("month", 2), ("day", 29), ("hour", 13), ("min", 5), ("sec", 9)];
    assert_eq!(time(&whole), Reply::Return(vec![Value::Int(NOW as i32)]));
    assert_eq!(time(&[("year", 1970), ("month", 1), ("day", 1)]), Reply::Return(vec![Value::Int(12 * 3600)]));
    let odd = [("year", 1970), ("month", 13), ("day", 0), ("hour", 0)];
    assert_eq!(time(&odd), Reply::Return(vec![Value::Int(364 * 86_400)]), "fields carry over");
    assert_eq!(time(&[("year", 2100), ("month", 1), ("day", 1)]), Reply::Return(vec![Value::Nil]));
    assert_eq!(time(&[("year", 1_000_000), ("month", 1), ("day", 1)]), Reply::Return(vec![Value::Nil]));
    assert_eq!(time(&[("year", 1970)]), error("field 'day' missing in date table"));
    assert_eq!(os(&card, "time", &[Value::Int(1)]), bad_argument(1, "table expected, got number"));
    assert_eq!(os(&card, "difftime", &[Value::Int(10)]), Reply::Return(vec![Value::Int(10)]));
    assert_eq!(os(&card, "difftime", &[Value::Int(10), Value::Int(4)]), Reply::Return(vec![Value::Int(6)]));
}

#[test]
fn the_cameras_clock_shows_local_time() {
    let host = host_time(NOW).unwrap();
    assert_eq!(camera_time(host), NOW);
}
