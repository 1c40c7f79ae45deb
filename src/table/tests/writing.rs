use super::*;

#[test]
fn trees_are_written_as_a_programmer_would() {
    for (source, written) in [
        ("nil", "nil"),
        ("true", "true"),
        ("'x'", "\"x\""),
        ("-2147483648", "-2147483647-1"),
        ("{1,2,nil,4}", "{1,2,nil,4}"),
        ("{nil,2}", "{nil,2}"),
        ("{1,[4]=4}", "{1,[4]=4}"),
        ("{1,nil,3,nil,5,[8]=8}", "{1,nil,3,nil,5,[8]=8}"),
        ("{[2147483647]=1,[-2147483648]=2,[0]=3}", "{[2147483647]=1,[-2147483647-1]=2,[0]=3}"),
        ("{name='IMG',['end']={},['a b']=1,['']=2}", "{[\"\"]=2,[\"a b\"]=1,[\"end\"]={},name=\"IMG\"}"),
        ("{[{1}]={[true]=false},[false]=0}", "{[false]=0,[{1}]={[true]=false}}"),
        ("'\\0001\\n\\r\\t\"\\\\\\127\\255'", "\"\\0001\\n\\r\\009\\\"\\\\\\127\u{fffd}\""),
    ] {
        assert_eq!(text(&doc(source)), written);
    }
}

#[test]
fn graphs_are_built_and_then_tied() {
    let mut builder = Builder::new();
    let (root, child) = (builder.table(), builder.table());
    let parent = builder.string("parent");
    builder.set(root, 1, child);
    builder.set(root, 2, child);
    builder.set(child, parent, root);
    builder.set(child, 1, 5);
    builder.set(root, child, root);
    assert_eq!(
        text(&builder.finish(root)),
        "(function()local t={}t[1]={5};t[2]={t[1],t[1]};t[1][\"parent\"]=t[2];t[2][t[1]]=t[2];return t[2]end)()"
    );
}

#[test]
fn tables_that_are_met_once_stand_where_they_are_met() {
    let source = "(function()local t={}t[1]={};t[2]={{{t[1]}},t[1],{}};return t[2]end)()";
    assert_eq!(text(&doc(source)), source);
    let needless = "(function()local t={}t[1]={};t[2]={t[1]};return t[2]end)()";
    assert_eq!(text(&doc(needless)), "{{}}");
}

#[test]
fn a_part_of_a_document_is_a_value_too() {
    let document = doc("(function()local t={}t[1]={};t[2]={{5,x={}},t[1],t[1]};t[1][1]=t[1];return t[2]end)()");
    let write = |value| String::from_utf8(write(value).unwrap()).unwrap();
    assert_eq!(write(document.root().index(1)), "{5,x={}}");
    assert_eq!(write(document.root().index(2)), "(function()local t={}t[1]={};t[1][1]=t[1];return t[1]end)()");
}

#[test]
fn styles() {
    let document = doc("{1,{a=2,[5]={}}}");
    let write = |style| String::from_utf8(write_styled(document.root(), style).unwrap()).unwrap();
    let style = Style { pretty: true, ..Style::default() };
    assert_eq!(write(style), "{\n  1,\n  {\n    [5] = {},\n    a = 2\n  }\n}");
    let style = Style { bracket_keys: true, compact_arrays: false, ..Style::default() };
    assert_eq!(write(style), "{[1]=1,[2]={[5]={},[\"a\"]=2}}");
    let style = Style { depth: 2, ..Style::default() };
    let error = write_styled(document.root(), style).unwrap_err();
    assert_eq!(error.to_string(), "value[2][5]: more than 2 tables in one another");
}

#[test]
fn depth_counts_in_the_text() {
    let deep = |depth: usize| {
        let mut builder = Builder::new();
        let tables: Vec<_> = (0..depth).map(|_| builder.table()).collect();
        for pair in tables.windows(2) {
            builder.set(pair[0], 1, pair[1]);
        }
        builder.finish(tables[0])
    };
    let written = write(deep(DEPTH_LIMIT).root()).unwrap();
    assert_eq!(read(&written).unwrap(), deep(DEPTH_LIMIT));
    assert_eq!(write(deep(DEPTH_LIMIT + 1).root()).unwrap_err().limit(), DEPTH_LIMIT);
    // A list that is linked both ways meets each link twice, so that none stands in another.
    let mut builder = Builder::new();
    let links: Vec<_> = (0..100_000).map(|_| builder.table()).collect();
    for pair in links.windows(2) {
        builder.set(pair[0], 1, pair[1]);
        builder.set(pair[1], 2, pair[0]);
    }
    let list = builder.finish(links[0]);
    let written = write(list.root()).unwrap();
    assert!(read(&written).unwrap() == list);
}
