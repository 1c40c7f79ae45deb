//! Texts that are meant to hurt. Each ends in an error or a value, in time and memory that the text pays for.

use super::*;

#[test]
fn ten_million_tables_in_one_another_are_refused_at_the_limit() {
    assert_eq!(
        fails("{".repeat(10_000_000)),
        format!("at byte {}: more than 190 tables in one another", DEPTH_LIMIT + 1)
    );
    let deep = "{".repeat(DEPTH_LIMIT) + &"}".repeat(DEPTH_LIMIT);
    doc(&deep);
    let keys = "{[".repeat(10_000_000);
    assert!(fails(keys).contains("more than 190"));
}

#[test]
fn limits_are_the_caller_s() {
    let limits = Limits { bytes: 20, depth: 2, tables: 3, values: 4 };
    let fails = |text: &str| read_within(text.as_bytes(), &limits).unwrap_err().to_string();
    read_within(b"{{1},{2}}", &limits).unwrap();
    assert_eq!(fails("{1,2,3,4,5,6,7,8,9,10}"), "at byte 20: 22 bytes of text; 20 are allowed");
    assert_eq!(fails("{{{}}}"), "at byte 3: more than 2 tables in one another");
    assert_eq!(fails("{{},{},{}}"), "at byte 10: more than 3 tables");
    assert_eq!(fails("{1,2,3,4,5}"), "at byte 10: more than 4 values");
}

#[test]
fn an_index_of_a_gigabyte_costs_nothing() {
    let document = doc("{[1000000000]=1,[-1000000000]=2,[2147483647]=3}");
    assert_eq!(document.root().as_table().unwrap().len(), 3);
    assert_eq!(document.root().items().len(), 0);
    assert_eq!(text(&document), "{[1000000000]=1,[2147483647]=3,[-1000000000]=2}");
    assert_eq!(
        fails("(function()local t={}t[1000000000]={};return t[1000000000]end)()").split(' ').nth(2),
        Some("22:")
    );
}

#[test]
fn an_array_in_a_perverse_order_is_an_array() {
    let fields: String = (1..=200_000).rev().map(|index| format!("[{index}]={index},")).collect();
    let document = doc(Box::leak(format!("{{{fields}}}").into_boxed_str()));
    assert_eq!(document.root().items().len(), 200_000);
    // Each item is overwritten by a key of the same number.
    let items = "1,".repeat(100_000);
    let keys: String = (1..=100_000).rev().map(|index| format!("[{index}]=2,")).collect();
    let document = doc(Box::leak(format!("{{{items}{keys}}}").into_boxed_str()));
    assert!(document.root().items().all(|item| item.as_integer() == Some(2)));
}

#[test]
fn a_million_ties_make_a_table_anew_once() {
    let ties: String = (1..=500_000).rev().map(|index| format!("t[1][{index}]=t[1]")).collect();
    let text = format!("(function()local t={{}}t[1]={{}}{ties} return t[1]end)()");
    assert_eq!(doc(&text).root().items().len(), 500_000);
    let same = "t[1][\"x\"]=1;".repeat(500_000);
    let text = format!("(function()local t={{}}t[1]={{}}{same}return t[1]end)()");
    assert_eq!(doc(&text).root().as_table().unwrap().len(), 1);
}

#[test]
fn tables_that_multiply_when_written_out_stay_as_many_as_they_are() {
    let mut text = "(function()local t={}t[1]={}".to_owned();
    for number in 2..=100_000 {
        text += &format!("t[{number}]={{t[{0}],t[{0}]}}", number - 1);
    }
    text += "return t[100000]end)()";
    let document = doc(&text);
    assert_eq!(document.table_count(), 100_000);
    assert!(document == document.clone());
    let written = write(document.root()).unwrap();
    assert!(read(&written).unwrap() == document);
}

#[test]
fn code_in_place_of_data_does_not_run() {
    for text in [
        "os.exit(1)",
        "(function()while true do end end)()",
        "(function()local t={}t[1]={};os.exit(1)return t[1]end)()",
        "(function()local t={}t[1]={};return os.exit(1)end)()",
        "(function()local t={}t[1]={};return t[1]end)(os.exit(1))",
        "(function()local t={}t[1]={f()};return t[1]end)()",
        "(function()local t={}t[1]={};t[1][f()]=1;return t[1]end)()",
        "(function()local t=setmetatable({},{})t[1]={};return t[1]end)()",
        "{os.exit(1)}",
        "{[os.exit(1)]=1}",
        "{1}..os.exit(1)",
        "(\"x\"):rep(1e9)",
        "{function()end}",
        "#{}",
        "not 1",
    ] {
        fails(text);
    }
}
