use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::*;

fn trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, expected: &str) {
    let text = to_text(&value).unwrap();
    assert_eq!(String::from_utf8_lossy(&text), expected);
    assert_eq!(from_text::<T>(&text).unwrap(), value, "{expected}");
}

fn refused<T: Serialize + ?Sized>(value: &T) -> String {
    to_text(value).expect_err("has no place").to_string()
}

fn misfit<T: DeserializeOwned + Debug>(text: &str) -> String {
    from_text::<T>(text.as_bytes()).expect_err("is no such value").to_string()
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Shot {
    name: String,
    end: Option<i32>,
    exposure: Vec<Option<i32>>,
    #[serde(with = "super::super::word")]
    address: u32,
    #[serde(with = "super::super::bytes")]
    raw: Vec<u8>,
    by_number: BTreeMap<i32, bool>,
    mode: Mode,
    area: (i8, f64),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Mode {
    Auto,
    Iso(u16),
    Maybe(Option<u16>),
    Range(i32, i32),
    Manual { tv: i32, av: Option<i32> },
}

#[test]
fn every_kind_of_value_makes_the_trip() {
    trip(true, "true");
    trip(-5i8, "-5");
    trip(i32::MIN, "-2147483647-1");
    trip(i64::from(i32::MAX), "2147483647");
    trip(3.0f64, "3");
    trip('ß', "\"ß\"");
    trip("a\"b\n".to_owned(), "\"a\\\"b\\n\"");
    trip((), "nil");
    trip(None::<i32>, "nil");
    trip(vec![vec![1], vec![]], "{{1},{}}");
    trip(vec![None, Some(2)], "{nil,2}");
    trip((1, None::<bool>, "x".to_owned(), None::<bool>), "{1,nil,\"x\"}");
    trip(BTreeMap::from([("end".to_owned(), 1), ("b".to_owned(), 2)]), "{[\"end\"]=1,b=2}");
    trip(BTreeMap::from([(2, "x".to_owned()), (1, "y".to_owned())]), "{[1]=\"y\",[2]=\"x\"}");
    trip(BTreeMap::from([(vec![1], true)]), "{[{1}]=true}");
    trip(HashMap::<i32, i32>::new(), "{}");
    trip(Mode::Auto, "\"Auto\"");
    trip(Mode::Iso(80), "{Iso=80}");
    trip(Mode::Maybe(None), "\"Maybe\"");
    trip(Mode::Range(1, 2), "{Range={1,2}}");
    trip(vec![Mode::Manual { tv: 1, av: None }, Mode::Auto], "{{Manual={tv=1}},\"Auto\"}");
    let shot = Shot {
        name: "IMG".into(),
        end: None,
        exposure: vec![Some(1), None, Some(3)],
        address: 0xFFC0_0000,
        raw: vec![0xFF, 0],
        by_number: BTreeMap::from([(1, true), (7, false)]),
        mode: Mode::Iso(80),
        area: (-1, 2.0),
    };
    trip(
        shot,
        "{name=\"IMG\",exposure={1,nil,3},address=-4194304,raw=\"\u{fffd}\\000\",by_number={[1]=true,[7]=false},\
         mode={Iso=80},area={-1,2}}",
    );
}

#[test]
fn what_has_no_place_is_named_with_its_path() {
    let integers = "has no place on the camera: its numbers are 32-bit integers";
    let opts = BTreeMap::from([("exposure", vec![1.0, 1.5])]);
    assert_eq!(refused(&opts), format!("value.exposure[2]: 1.5 {integers}"));
    assert_eq!(refused(&f64::NAN), format!("value: NaN {integers}"));
    assert_eq!(refused(&f64::INFINITY), format!("value: inf {integers}"));
    assert_eq!(refused(&(1i64 << 31)), format!("value: 2147483648 {integers}"));
    assert_eq!(
        refused(&[u32::MAX]),
        format!("value[1]: 4294967295 {integers}; with = \"moonshutter::table::word\" sends its 32 bits")
    );
    assert_eq!(
        refused(&vec![Some(1), None]),
        "value[2]: nil at the end of a list would be lost: to Lua, what is nil is not there"
    );
    assert_eq!(
        refused(&BTreeMap::from([("a b", None::<i32>)])),
        "value[\"a b\"]: nil in a map would be lost: to Lua, what is nil is not there"
    );
    assert_eq!(refused(&BTreeMap::from([((), 1)])), "value: nil is no key");
    assert_eq!(refused(&BTreeMap::from([("end", i64::MAX)])), format!("value[\"end\"]: {} {integers}", i64::MAX));

    #[derive(Serialize)]
    enum Deep {
        In(Box<Deep>),
        Pair(u8, f64),
    }
    let deep = Deep::In(Box::new(Deep::Pair(1, 0.5)));
    assert_eq!(refused(&deep), format!("value.In.Pair[2]: 0.5 {integers}"));
    let mut deep = Deep::Pair(1, 2.0);
    for _ in 0..200 {
        deep = Deep::In(Box::new(deep));
    }
    assert!(refused(&deep).ends_with("more than 190 tables in one another"));
}

#[test]
fn what_is_something_else_is_named_with_its_path() {
    assert_eq!(misfit::<Vec<u8>>("{1,{}}"), "value[2]: invalid type: map, expected u8");
    assert_eq!(
        misfit::<BTreeMap<String, Vec<bool>>>("{a={true,1}}"),
        "value.a[2]: invalid type: integer `1`, expected a boolean"
    );
    assert_eq!(misfit::<Vec<u8>>("{1,x=2}"), "value: a list was expected, but the table has the key \"x\"");
    assert_eq!(misfit::<Vec<u8>>("\"AB\""), "value: invalid type: string \"AB\", expected a sequence");
    assert_eq!(misfit::<(u8, u8)>("{1,2,3}"), "value: a list of 3 values where 2 were expected");
    assert_eq!(misfit::<(u8, u8)>("{1}"), "value[2]: invalid type: unit value, expected u8");
    assert_eq!(
        misfit::<Vec<u32>>("{-1}"),
        "value[1]: -1 is below 0; with = \"moonshutter::table::word\" takes it for 32 bits, 0xffffffff"
    );
    assert_eq!(
        misfit::<Vec<String>>("{\"\\255\"}"),
        "value[1]: \"\\xff\" is not UTF-8; with = \"moonshutter::table::bytes\" takes any string"
    );
    assert_eq!(misfit::<Mode>("{Iso=-1}"), "value.Iso: invalid value: integer `-1`, expected u16");
    assert_eq!(
        misfit::<Mode>("{Iso=1,Auto=2}"),
        "value: a Mode is the name of a variant, or a table with that one key"
    );
    assert!(misfit::<Mode>("\"Isos\"").starts_with("value: unknown variant `Isos`, expected one of `Auto`"));
    assert_eq!(
        misfit::<HashMap<String, u8>>("{[1]=1}"),
        "value: the key 1: invalid type: integer `1`, expected a string"
    );
    assert_eq!(misfit::<bool>("{"), "at byte 1: the text ends where a value should be");
    assert!(from_text::<bool>(b"{").unwrap_err().read_error().is_some());
}

#[test]
fn numbers_are_no_names_of_fields() {
    #[derive(Debug, Deserialize)]
    struct Loose {
        a: Option<i32>,
    }
    assert_eq!(from_text::<Loose>(b"{5,6,x=7}").unwrap().a, None);
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its refusal is looked at")]
    struct Strict {
        a: Option<i32>,
    }
    assert_eq!(misfit::<Strict>("{5}"), "value: the key 1: unknown field `1`, expected `a`");
}

#[test]
fn strings_can_be_borrowed() {
    #[derive(Deserialize)]
    struct Name<'a> {
        name: &'a str,
    }
    let document = doc("{name=\"IMG\"}");
    assert_eq!(document.root().decode::<Name<'_>>().unwrap().name, "IMG");
}

#[test]
fn empty_tables_are_empty_lists_and_empty_maps() {
    assert_eq!(from_text::<Vec<i32>>(b"{}").unwrap(), [0; 0]);
    assert_eq!(from_text::<HashMap<String, i32>>(b"{}").unwrap(), HashMap::new());
    assert_eq!(from_text::<serde_json::Value>(b"{{},{1}}").unwrap().to_string(), "[{},[1]]");
}

#[test]
fn sharing_and_holes_do_not_multiply() {
    let mut text = "(function()local t={}t[1]={}".to_owned();
    for number in 2..=60 {
        text += &format!("t[{number}]={{t[{0}],t[{0}]}}", number - 1);
    }
    text += "return t[60]end)()";
    assert!(misfit::<serde_json::Value>(&text).ends_with("no end of them"));
    let cycle = "(function()local t={}t[1]={};t[1][1]=t[1];return t[1]end)()";
    assert!(misfit::<serde_json::Value>(cycle).ends_with("more than 190 tables in one another"));
    assert_eq!(from_text::<HashMap<i32, serde::de::IgnoredAny>>(cycle.as_bytes()).unwrap().len(), 1);
    assert!(misfit::<Vec<Option<u8>>>("{[2000000000]=1}").ends_with("a list with more holes than its text is long"));
    assert_eq!(from_text::<Vec<Option<u8>>>(b"{[1000]=1}").unwrap().len(), 1000);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Any {
    Flag(bool),
    Number(i32),
    Text(String),
    List(Vec<Any>),
    Map(BTreeMap<String, Any>),
    Pairs(BTreeMap<i32, Any>),
    Maybe(Option<Box<Any>>),
}

fn any_value() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Any::Flag),
        any::<i32>().prop_map(Any::Number),
        any::<String>().prop_map(Any::Text)
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Any::List),
            proptest::collection::btree_map(".{0,6}|end", inner.clone(), 0..6).prop_map(Any::Map),
            proptest::collection::btree_map(-3..6i32, inner.clone(), 0..6).prop_map(Any::Pairs),
            proptest::option::of(inner.prop_map(Box::new)).prop_map(Any::Maybe),
        ]
    })
}

proptest! {
    #[test]
    fn values_of_a_program_make_the_trip(value in any_value()) {
        let text = to_text(&value).unwrap();
        prop_assert_eq!(from_text::<Any>(&text).unwrap(), value, "{}", text.escape_ascii());
    }

    #[test]
    fn a_map_in_any_order_has_one_text(map in proptest::collection::hash_map(".{0,3}", any::<i32>(), 0..20)) {
        let sorted: BTreeMap<_, _> = map.clone().into_iter().collect();
        let text = to_text(&map).unwrap();
        prop_assert_eq!(&text, &to_text(&sorted).unwrap());
        prop_assert_eq!(from_text::<HashMap<String, i32>>(&text).unwrap(), map);
    }
}
