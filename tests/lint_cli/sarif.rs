//! SARIF against its specification: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. The schema itself
//! has a licence of its own, so what it says of the objects that we write stands here.

use super::*;

/// What a property is.
enum Shape {
    Text,
    /// A URI or a relative reference, without bytes that must be escaped.
    Uri,
    Bool,
    /// A number that is not smaller.
    Int(i64),
    Word(&'static [&'static str]),
    One(&'static str),
    Many(&'static str),
    /// At least one, and no two the same.
    Some(&'static str),
}
use Shape::{Bool, Int, Many, One, Some as Few, Text, Uri, Word};

const LEVEL: Shape = Word(&["none", "note", "warning", "error"]);

/// Its name, whether it must be there, and what it is.
type Property = (&'static str, bool, Shape);

/// What each object may have.
const OBJECTS: &[(&str, &[Property])] = &[
    ("log", &[("$schema", false, Uri), ("version", true, Word(&["2.1.0"])), ("runs", true, Many("run"))]),
    (
        "run",
        &[
            ("tool", true, One("tool")),
            ("invocations", false, Many("invocation")),
            ("columnKind", false, Word(&["utf16CodeUnits", "unicodeCodePoints"])),
            ("results", false, Many("result")),
        ],
    ),
    ("tool", &[("driver", true, One("component"))]),
    (
        "component",
        &[
            ("name", true, Text),
            ("semanticVersion", false, Text),
            ("informationUri", false, Uri),
            ("rules", false, Few("rule")),
        ],
    ),
    (
        "rule",
        &[
            ("id", true, Text),
            ("shortDescription", false, One("texts")),
            ("help", false, One("texts")),
            ("defaultConfiguration", false, One("configuration")),
        ],
    ),
    ("texts", &[("text", true, Text), ("markdown", false, Text)]),
    ("configuration", &[("enabled", false, Bool), ("level", false, LEVEL)]),
    ("invocation", &[("executionSuccessful", true, Bool), ("toolExecutionNotifications", false, Many("notification"))]),
    (
        "notification",
        &[("message", true, One("message")), ("level", false, LEVEL), ("locations", false, Many("location"))],
    ),
    (
        "result",
        &[
            ("ruleId", false, Text),
            ("ruleIndex", false, Int(-1)),
            ("level", false, LEVEL),
            ("message", true, One("message")),
            ("locations", false, Many("location")),
            ("relatedLocations", false, Few("location")),
            ("codeFlows", false, Many("codeFlow")),
        ],
    ),
    ("message", &[("text", true, Text)]),
    ("location", &[("physicalLocation", true, One("place")), ("message", false, One("message"))]),
    ("place", &[("artifactLocation", true, One("artifact")), ("region", false, One("region"))]),
    ("artifact", &[("uri", true, Uri)]),
    (
        "region",
        &[
            ("startLine", true, Int(1)),
            ("startColumn", false, Int(1)),
            ("endLine", false, Int(1)),
            ("endColumn", false, Int(1)),
        ],
    ),
    ("codeFlow", &[("threadFlows", true, Many("threadFlow"))]),
    ("threadFlow", &[("locations", true, Many("step"))]),
    ("step", &[("location", true, One("location"))]),
];

fn check(value: &Value, kind: &str) {
    let properties = OBJECTS.iter().find(|(name, _)| *name == kind).expect("a kind of object").1;
    let object = value.as_object().unwrap_or_else(|| panic!("{kind}: {value}"));
    for name in object.keys() {
        assert!(properties.iter().any(|property| property.0 == name), "{kind} has no {name}");
    }
    for (name, must, shape) in properties {
        match object.get(*name) {
            Some(value) => check_shape(value, shape, name),
            None => assert!(!must, "{kind} without {name}: {value}"),
        }
    }
    if kind == "region" {
        let number = |name: &str| value[name].as_i64().unwrap_or_default();
        let (start, end) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
        assert!(start <= end, "{value}");
    }
}

fn check_shape(value: &Value, shape: &Shape, name: &str) {
    let right = match shape {
        Text => value.as_str().is_some_and(|text| !text.is_empty()),
        Uri => value.as_str().is_some_and(is_uri),
        Bool => value.is_boolean(),
        Int(least) => value.as_i64().is_some_and(|number| number >= *least),
        Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        One(kind) => return check(value, kind),
        Many(kind) | Few(kind) => {
            let all = value.as_array().unwrap_or_else(|| panic!("{name}: {value}"));
            all.iter().for_each(|one| check(one, kind));
            let unique = all.iter().enumerate().all(|(at, one)| !all[..at].contains(one));
            matches!(shape, Many(_)) || !all.is_empty() && unique
        }
    };
    assert!(right, "{name}: {value}");
}

fn is_uri(text: &str) -> bool {
    let escaped = |at: usize| text.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    let mut bytes = text.bytes().enumerate();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte);
    // What stands before a colon in the first part of a path would be a scheme.
    let first = text.split('/').next().unwrap_or_default();
    let scheme = first.split_once(':').is_none_or(|(scheme, _)| matches!(scheme, "file" | "https"));
    scheme && !text.is_empty() && bytes.all(|(at, byte)| plain(byte) || byte == b'%' && escaped(at))
}

fn log(out: &str) -> Value {
    serde_json::from_str(out).expect("it is JSON")
}

#[test]
fn all_that_is_found_in_many_scripts_is_as_specified() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = Folder::with(&[]);
    let scripts = ["lint", "lint_suite", "lint_yield"].map(|name| format!("{root}/tests/{name}"));
    let scripts: Vec<_> = scripts.iter().map(String::as_str).collect();
    let log = log(&folder.lint(&[&["--format", "sarif"], &scripts[..]].concat()).1);
    check(&log, "log");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let with = |name: &str| results.iter().filter(|result| !result[name].is_null()).count();
    let counts = (results.len(), with("codeFlows"), with("relatedLocations"));
    assert!(counts.0 > 300 && counts.1 > 50 && counts.2 > 0, "{counts:?}");
}

#[cfg(unix)]
#[test]
fn names_and_what_cannot_be_read_are_as_specified() {
    let names = ["a b%#?.lua", "c:d.lua", "\u{e9}\n.lua", "sub/[x].lua"];
    let folder = Folder::with(&names.map(|name| (name, WRONG.as_bytes())));
    let (code, out, _) = folder.lint(&["--format", "sarif", ".", "no such.lua"]);
    assert_eq!(code, 2);
    let log = log(&out);
    check(&log, "log");
    let run = &log["runs"][0];
    let uris: Vec<_> = run["results"].as_array().unwrap().iter().map(uri).collect();
    assert_eq!(uris, ["a%20b%25%23%3F.lua", "c%3Ad.lua", "sub/%5Bx%5D.lua", "%C3%A9%0A.lua"]);
    let told = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(told.as_array().unwrap().iter().map(uri).collect::<Vec<_>>(), ["no%20such.lua"]);
}

#[cfg(unix)]
fn uri(value: &Value) -> &str {
    value["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap()
}
