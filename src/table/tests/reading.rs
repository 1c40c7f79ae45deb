use super::*;

#[test]
fn every_spelling_of_lua_s_is_read() {
    let document = doc("{ 1, -0x10; ['a b'] = \"A\\065\\\n\", end_={}, [4]=6 , goto_ = [[\nlong]], x='\\'' }");
    let table = document.root();
    assert_eq!(table.items().map(Value::as_integer).collect::<Vec<_>>(), [Some(1), Some(-16)]);
    assert_eq!(table.get("a b").as_str(), Some("AA\n"));
    assert!(table.get("end_").as_table().unwrap().is_empty());
    assert_eq!(table.index(4).as_integer(), Some(6));
    assert_eq!(table.get("goto_").as_str(), Some("long"));
    assert_eq!(table.get("x").as_bytes(), Some(&b"'"[..]));
    assert!(table.get("y").is_nil() && table.index(5).is_nil() && table.index(0).is_nil());
}

#[test]
fn integers() {
    for (text, number) in [
        ("0", 0),
        ("-7", -7),
        ("- 7", -7),
        ("010", 10),
        ("2147483647", i32::MAX),
        ("-2147483647", -i32::MAX),
        ("-2147483648", i32::MIN),
        ("-2147483647-1", i32::MIN),
        ("-2147483647 - 1", i32::MIN),
        ("(-2147483647-1)", i32::MIN),
        ("( 5 )", 5),
        ("0xFFFFFFFF", -1),
        ("0X7f", 127),
        ("0x00000000001", 1),
        ("-0x80000000", i32::MIN),
        ("0x80000000", i32::MIN),
    ] {
        assert_eq!(doc(text).root().as_integer(), Some(number), "{text}");
    }
    assert_eq!(doc("0xFFFFFFFF").root().as_word(), Some(u32::MAX));
    let no_integer = "stands where a 32-bit integer should be";
    for text in ["2147483648", "-2147483649", "1.5", "1e3", "1x", "0x", "0x1FFFFFFFF", "0x1.8", "99999999999999999999"]
    {
        assert_eq!(fails(text), format!("at byte 0: \"{text}\" {no_integer}"));
    }
    assert_eq!(fails("-2147483647-2"), "at byte 11: \"-2\" stands where the end should be");
}

#[test]
fn strings_hold_every_byte() {
    let mut text = b"\"".to_vec();
    for byte in 0..=255u8 {
        text.extend(format!("\\{byte}").as_bytes());
        text.extend(b"x");
    }
    text.push(b'"');
    let expected: Vec<u8> = (0..=255).flat_map(|byte| [byte, b'x']).collect();
    assert_eq!(read(&text).unwrap().root().as_bytes(), Some(&expected[..]));
    // As the camera's %q writes them: raw, but for five.
    let mut text = b"{\"".to_vec();
    for byte in 0..=255u8 {
        match byte {
            0 => text.extend(b"\\000"),
            b'\r' => text.extend(b"\\r"),
            b'"' | b'\\' | b'\n' => text.extend([b'\\', byte]),
            byte => text.push(byte),
        }
        text.push(b'x');
    }
    text.extend(b"\"}");
    assert_eq!(read(&text).unwrap().root().index(1).as_bytes(), Some(&expected[..]));
}

#[test]
fn strings_are_borrowed_where_they_stand_as_they_are() {
    let text = b"{\"plain\",\"es\\99aped\"}";
    let document = read(text).unwrap();
    let range = text.as_ptr_range();
    let inside = |at| document.root().index(at).as_bytes().is_some_and(|bytes| range.contains(&bytes.as_ptr()));
    assert!(inside(1) && !inside(2));
    assert_eq!(document.root().index(2).as_str(), Some("escaped"));
}

#[test]
fn of_a_key_that_stands_twice_the_last_counts_as_in_lua() {
    for (text, same) in [
        ("{a=1,a=2}", "{a=2}"),
        ("{a=1,['a']=2,b=3}", "{a=2,b=3}"),
        ("{a=1,a=nil}", "{}"),
        ("{1,2,[1]=5}", "{1,2}"),
        ("{[1]=5,1,2}", "{1,2}"),
        ("{[2]=5,1}", "{1,5}"),
        ("{[1]=5,nil,2}", "{nil,2}"),
        ("{1,nil,3}", "{[1]=1,[3]=3}"),
        ("{[3]=3,[2]=2,[1]=1}", "{1,2,3}"),
        ("{nil,nil}", "{}"),
    ] {
        assert_eq!(doc(text), doc(same), "{text}");
    }
    // Lua stores fifty items at a time, so that a key behind them is the later one.
    let fifty = "7,".repeat(50);
    assert_eq!(doc(&format!("{{{fifty}[1]=8}}")).root().index(1).as_integer(), Some(8));
    assert_eq!(doc(&format!("{{{fifty}7,[51]=8}}")).root().index(51).as_integer(), Some(7));
    let many: String = (0..40).map(|n| format!("k{}=1,", n % 30)).collect();
    assert_eq!(doc(&format!("{{{many}k7=2}}")).root().as_table().unwrap().len(), 30);
}

#[test]
fn a_table_is_asked_by_name_and_by_number() {
    let document = doc("{10,20,nil,40,zebra=1,ant=2,[-5]=3,[0]=4,[true]=5,[100]=6,[{}]=7}");
    let table = document.root().as_table().unwrap();
    assert_eq!(table.len(), 10);
    assert_eq!(table.items().len(), 2);
    let keys: Vec<String> = table.pairs().map(|(key, _)| format!("{key:?}")).collect();
    assert_eq!(keys, ["4", "100", "-5", "0", "\"ant\"", "\"zebra\"", "true", "{}"]);
    for (key, value) in table.pairs() {
        let found = match key {
            Value::Integer(index) => table.index(index),
            Value::String(name) => table.get(name),
            _ => continue,
        };
        assert_eq!(found, value);
    }
}

#[test]
fn graphs_are_read_in_their_shape() {
    let document = doc(
        " ( function ( ) local t = { } t[ 1 ] = { 1 } ; t[2]={a=t[1],[t[1]]='x',{t [1]}}\n t[1][\"me\"]=t[1]; t[2][7] = nil \
         t[1][1]=5; t[1][t[2]] = true return t [ 2 ] ; end ) ( ) ",
    );
    let root = document.root().as_table().unwrap();
    let first = root.get("a").as_table().unwrap();
    assert_eq!(first.get("me").as_table().unwrap().id(), first.id());
    assert_eq!(root.index(1).index(1).as_table().unwrap().id(), first.id());
    assert_eq!(first.index(1).as_integer(), Some(5));
    assert!(root.index(7).is_nil());
    assert_eq!(document.shared_tables().len(), 2);
}

#[test]
fn what_is_no_graph_of_ours_is_refused_where_it_departs() {
    let graph = |body: &str| fails(format!("(function()local t={{}}{body}end)()"));
    assert_eq!(graph(""), "at byte 21: \"end)()\" stands where t[…] or 'return' should be");
    assert_eq!(graph("t[2]={}"), "at byte 22: \"[2]={}end)()\" stands where [1] should be");
    assert_eq!(graph("t[1]={t[1]}"), "at byte 28: t[1] is not built; 0 tables are");
    assert_eq!(graph("t[1]={};return t[2]"), "at byte 37: t[2] is not built; 1 tables are");
    assert_eq!(graph("t[1]=5"), "at byte 26: \"5end)()\" stands where '{' should be");
    assert_eq!(graph("t[1]={}t[1][nil]=1"), "at byte 33: \"nil]=1end)()\" stands where a key should be");
    assert_eq!(graph("t[1]={}t[1][1]={}"), "at byte 36: \"{}end)()\" stands where a value should be");
    assert_eq!(
        graph("t[1]={}t[1][1]=1 t[2]={}"),
        "at byte 39: \"[2]={}end)()\" stands where a tie or 'return' should be"
    );
    assert_eq!(graph("t[1]={}return t[1] os.exit()"), "at byte 40: \"os.exit()end)()\" stands where 'end' should be");
    assert_eq!(fails("(function()os.exit()end)()"), "at byte 11: \"os.exit()end)()\" stands where 'local' should be");
    assert_eq!(fails("{t[1]}"), "at byte 1: \"t[1]}\" stands where a value should be");
}

#[test]
fn errors_say_where_and_what_stood_there() {
    assert_eq!(fails("{1,2"), "at byte 4: the text ends where ',' or '}' should be");
    assert_eq!(fails("{end}"), "at byte 1: \"end}\" stands where a value should be");
    assert_eq!(fails("os.exit()"), "at byte 0: \"os.exit()\" stands where a value should be");
    assert_eq!(fails("{f()}"), "at byte 1: \"f()}\" stands where a value should be");
    assert_eq!(fails("('x'):rep(9)"), "at byte 1: \"\\'x\\'):rep(9)\" stands where a value should be");
    assert_eq!(fails("{1+1}"), "at byte 2: \"+1}\" stands where ',' or '}' should be");
    assert_eq!(fails("1,2"), "at byte 1: \",2\" stands where the end should be");
    assert_eq!(fails("{[1]2}"), "at byte 4: \"2}\" stands where '=' should be");
    assert_eq!(fails("{[nil]=1}"), "at byte 5: nil is no key");
    assert_eq!(fails("\"abc"), "at byte 0: a string that does not end on its line");
    assert_eq!(fails("\"a\nc\""), "at byte 0: a string that does not end on its line");
    assert_eq!(fails("[==[a]=]"), "at byte 0: a string that does not end");
    assert_eq!(fails("\"\\300\""), "at byte 2: \\300 is no byte");
    assert_eq!(fails("\"\\xg0\""), "at byte 2: \"xg0\\\"\" stands where \\x and two hexadecimal digits should be");
    assert_eq!(fails(""), "at byte 0: the text ends where a value should be");
    assert_eq!(fails("--1"), "at byte 0: \"--1\" stands where a value should be");
}

#[test]
fn what_chdkptp_writes_is_read() {
    // Its camera: compact, %q of 5.1.
    let camera = doc("{1,2,{name=\"A/DCIM\",size=-5,[\"a b\"]=true,[0]=\"line\\\nline\\000\"},[-3]=false}");
    assert_eq!(camera.root().index(3).index(0).as_bytes(), Some(&b"line\nline\0"[..]));
    // Its host: pretty, large integers in hexadecimal.
    let host = doc("{\n 1,\n {\n  a=0xffffffff,\n  b=\"x\\\ny\\0\",\n },\n [\"k\"]={},\n}");
    assert_eq!(host.root().index(2).get("a").as_integer(), Some(-1));
    assert_eq!(host.root().index(2).get("b").as_bytes(), Some(&b"x\ny\0"[..]));
    // Either: a reserved word bare, which no Lua reads.
    assert_eq!(doc("{end=1,nil=2,true=3}"), doc("{['end']=1,['nil']=2,['true']=3}"));
    assert!(fails("{b=\"cycle:table: 0x1\",[0x100000000]=1}").contains("a 32-bit integer"));
}
