//! What other tools lose of a table on the host's side, case by case, and what becomes of it here. The cases are those
//! that chdkptp's serializer was seen to lose; the camera's side has its own.

use moonshutter::host::{Host, HostOptions};
use moonshutter::table;

/// What a host script returns, as Lua's `tostring` gives it.
fn run(source: &str) -> Result<String, String> {
    let host = Host::new(HostOptions::default()).expect("the VM starts");
    let outcome = host.run("test.lua", source.as_bytes(), &[]).map_err(|error| error.message().to_owned())?;
    Ok(outcome.values.front().map_or_else(String::new, |value| value.to_string().expect("a text")))
}

fn serialized(value: &str) -> String {
    run(&format!("return serialize({value})")).expect("has a place")
}

fn refused(value: &str) -> String {
    let error = run(&format!("return serialize({value})")).expect_err("has no place");
    error.trim_start_matches("test.lua:1: ").to_owned()
}

fn unserialized(text: &str, expression: &str) -> String {
    run(&format!("local v, e = unserialize([==[{text}]==]) return {expression}")).expect("runs")
}

#[test]
fn arrays_with_holes_keep_what_stands_behind_them() {
    assert_eq!(serialized("{1, nil, 3}"), "{1,nil,3}");
    assert_eq!(serialized("{nil, 2}"), "{nil,2}");
    assert_eq!(serialized("{1, 2, nil, 4}"), "{1,2,nil,4}");
    assert_eq!(unserialized("{1,2,nil,4}", "tostring(v[3]) .. v[4]"), "nil4");
}

#[test]
fn numbers_that_are_no_integers_are_errors_also_as_keys() {
    let why = "has no place on the camera: its numbers are 32-bit integers";
    assert_eq!(refused("{1, 2, [1.5] = 'x'}"), format!("value[1.5]: 1.5 {why}"));
    assert_eq!(refused("{0.1 + 0.2}"), format!("value[1]: 0.30000000000000004 {why}"));
    assert_eq!(refused("{a = 1/0, }"), format!("value.a: inf {why}"));
    assert_eq!(refused("{a = -1/0}"), format!("value.a: -inf {why}"));
    assert_eq!(refused("{a = 0/0}"), format!("value.a: NaN {why}"));
    assert_eq!(refused("2^64"), format!("value: 18446744073709552000 {why}"));
    assert_eq!(serialized("{10/2, -0.0, 1e3}"), "{5,0,1000}");
}

#[test]
fn reserved_words_are_keys_in_brackets_and_read_even_where_they_are_bare() {
    assert_eq!(serialized("{['end'] = 1, ['goto'] = 2, ends = 3}"), "{[\"end\"]=1,ends=3,[\"goto\"]=2}");
    assert_eq!(unserialized("{end=1}", "v['end']"), "1");
}

#[test]
fn shared_tables_stay_shared_and_circles_closed() {
    let text = serialized("(function() local a = {7} return {a, a} end)()");
    assert_eq!(text, "(function()local t={}t[1]={7};t[2]={t[1],t[1]};return t[2]end)()");
    assert_eq!(unserialized(&text, "tostring(v[1] == v[2] and v[1][1] == 7)"), "true");
    let text = serialized("(function() local a = {} a.me = a return a end)()");
    assert_eq!(unserialized(&text, "tostring(v.me == v)"), "true");
}

#[test]
fn integers_of_32_bits_are_themselves_and_larger_ones_errors() {
    assert_eq!(serialized("{-2^31, 2^31 - 1}"), "{-2147483647-1,2147483647}");
    assert_eq!(unserialized("{-2147483648,-2147483647-1}", "tostring(v[1] == -2^31 and v[2] == -2^31)"), "true");
    assert!(refused("2^31").starts_with("value: 2147483648 has no place"));
    assert!(refused("-2^31 - 1").starts_with("value: -2147483649 has no place"));
    assert!(unserialized("{0x100000000}", "tostring(v) .. e").contains("where a 32-bit integer should be"));
}

#[test]
fn unsigned_words_go_and_come_by_name() {
    assert_eq!(serialized("{signed(0xFFFFFFFF)}"), "{-1}");
    assert_eq!(unserialized("{-1,0xFFFFFFFF}", "tostring(v[1] == v[2]) .. unsigned(v[1])"), "true4294967295");
}

#[test]
fn what_has_no_place_is_an_error_and_its_text_a_string_only_if_asked_for() {
    assert_eq!(
        refused("{on_shot = print}"),
        "value.on_shot: a function has no place on the camera: \
         only nil, booleans, integers, strings and tables can go there"
    );
    let text = serialized("{io.stdout}, {err_type = false}");
    assert!(text.starts_with("{\"userdata: 0x"), "{text}");
    table::read(text.as_bytes()).expect("can be read");
}

#[test]
fn ten_tables_in_one_another_are_nothing_special() {
    let deep = |count: usize| format!("{}{}", "{".repeat(count), "}".repeat(count));
    assert_eq!(serialized(&deep(100)), deep(100));
    assert_eq!(unserialized(&deep(table::DEPTH_LIMIT), "type(v)"), "table");
    let error = run("local t = {} for _ = 1, 190 do t = {t} end return serialize(t)").unwrap_err();
    assert!(error.ends_with("a table in 190 others has no place on the camera: its parser goes no deeper"), "{error}");
}

#[test]
fn strings_and_keys_hold_every_byte() {
    let source = "local all = {} for byte = 0, 255 do all[byte + 1] = string.char(byte) .. '7' end \
                  local s = table.concat(all) local back = unserialize(serialize({ s, [s] = true })) \
                  return tostring(back[1] == s and back[s])";
    assert_eq!(run(source).unwrap(), "true");
}

#[test]
fn nil_and_false_are_told_from_failures() {
    assert_eq!(unserialized("false", "tostring(v) .. tostring(e)"), "falsenil");
    assert_eq!(unserialized("nil", "tostring(v) .. tostring(e)"), "nilnil");
    assert!(unserialized("{", "tostring(v) .. e").starts_with("falsenot a table in our format"));
}

#[test]
fn nothing_in_a_text_runs() {
    for text in ["(function()while true do end end)()", "('x'):rep(1e9)", "1,2", "os.exit(3)", "{[os.exit(3)]=1}"] {
        assert!(unserialized(text, "tostring(v) .. e").starts_with("falsenot a table in our format"), "{text}");
    }
}
