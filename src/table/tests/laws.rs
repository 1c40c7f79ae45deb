use proptest::prelude::*;

use super::generate::{graph, tree};
use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_written_is_read_back(recipe in graph()) {
        let document = recipe.cook();
        let text = write(document.root()).unwrap();
        let back = read(&text).map_err(|error| TestCaseError::fail(format!("{}: {error}", text.escape_ascii())))?;
        prop_assert_eq!(&back, &document, "{}", text.escape_ascii());
        prop_assert_eq!(back.into_owned(), document);
    }

    #[test]
    fn the_order_in_which_tables_are_numbered_does_not_matter(recipe in graph()) {
        prop_assert_eq!(recipe.cook(), recipe.cook_backwards());
    }

    #[test]
    fn trees_have_one_text(recipe in tree()) {
        let document = recipe.cook();
        let text = write(document.root()).unwrap();
        prop_assert!(!text.starts_with(b"("), "{}", text.escape_ascii());
        prop_assert_eq!(write(recipe.cook_backwards().root()).unwrap(), text.clone());
        prop_assert_eq!(write(read(&text).unwrap().root()).unwrap(), text);
    }

    #[test]
    fn every_style_is_read_back(recipe in graph(), pretty: bool, bracket_keys: bool, compact_arrays: bool) {
        let document = recipe.cook();
        let style = Style { pretty, bracket_keys, compact_arrays, ..Style::default() };
        let text = write_styled(document.root(), style).unwrap();
        prop_assert_eq!(&read(&text).unwrap(), &document, "{}", text.escape_ascii());
    }

    #[test]
    fn one_change_makes_a_difference(recipe in graph(), key in -2..3, value: bool) {
        let document = recipe.cook();
        if let Value::Table(table) = document.root() {
            let mut builder = Builder::new();
            // The same table again, in a place where there was another value or none.
            let mut copies = std::collections::HashMap::new();
            for table in document.tables() {
                copies.insert(table.id(), builder.table());
            }
            for from in document.tables() {
                for (k, v) in from.entries() {
                    let mut part = |value| match value {
                        Value::Nil => unreachable!("no table holds nil"),
                        Value::Boolean(value) => value.into(),
                        Value::Integer(number) => number.into(),
                        Value::String(bytes) => builder.string(bytes),
                        Value::Table(table) => copies[&table.id()].into(),
                    };
                    let (k, v) = (part(k), part(v));
                    builder.set(copies[&from.id()], k, v);
                }
            }
            builder.set(copies[&table.id()], key, value);
            let same = table.index(key) == Value::Boolean(value);
            prop_assert_eq!(builder.finish(copies[&table.id()]) == document, same);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in proptest::collection::vec(
        prop_oneof![any::<u8>(), proptest::sample::select(b"{}[]=,;\"'\\-0x19 \nnilretutrue()".to_vec())], 0..64)) {
        let _ = read(&text);
    }

    #[test]
    fn no_text_that_looks_like_a_graph_makes_the_reader_panic(body in proptest::collection::vec(
        proptest::sample::select(vec!["t", "[1]", "[2]", "[0]", "=", "{", "}", ";", "[t[1]]", "nil", "9", "return t[1] end)()"]), 0..24)) {
        let text = format!("(function()local t={{}}t[1]={{}};{}", body.concat());
        if let Ok(document) = read(text.as_bytes()) {
            let written = write(document.root()).unwrap();
            prop_assert_eq!(&read(&written).unwrap(), &document);
        }
    }
}

#[test]
fn sharing_is_part_of_a_value() {
    let shared = "(function()local t={}t[1]={};t[2]={t[1],t[1]};return t[2]end)()";
    assert_ne!(doc(shared), doc("{{},{}}"));
    assert_eq!(doc(shared), doc(shared));
    let two = "(function()local t={}t[1]={};t[2]={};t[1][1]=t[2];t[2][1]=t[1];return t[1]end)()";
    let one = "(function()local t={}t[1]={};t[1][1]=t[1];return t[1]end)()";
    assert_ne!(doc(two), doc(one));
}

#[test]
fn tables_as_keys_are_matched_by_what_hangs_on_them() {
    let ring = |order: &[usize]| {
        // A ring of tables, all of them keys of the root.
        let mut builder = Builder::new();
        let root = builder.table();
        let ring: Vec<_> = order.iter().map(|_| builder.table()).collect();
        for (at, place) in order.iter().enumerate() {
            builder.set(root, ring[*place], true);
            builder.set(ring[*place], 1, ring[order[(at + 1) % order.len()]]);
        }
        builder.finish(root)
    };
    assert_eq!(ring(&[0, 1, 2, 3, 4, 5]), ring(&[3, 0, 5, 1, 4, 2]));
    // Two rings of three are no ring of six.
    let mut builder = Builder::new();
    let root = builder.table();
    let six: Vec<_> = (0..6).map(|_| builder.table()).collect();
    for at in 0..6 {
        builder.set(root, six[at], true);
        builder.set(six[at], 1, six[at / 3 * 3 + (at + 1) % 3]);
    }
    assert_ne!(builder.finish(root), ring(&[0, 1, 2, 3, 4, 5]));
}

#[test]
fn comparing_keys_that_look_alike_comes_to_an_end() {
    let same = |count: usize| format!("{{{}}}", "[{}]=1,".repeat(count));
    assert_eq!(doc(&same(100)), doc(&same(100)));
    assert_ne!(doc(&same(100)), doc(&same(101)));
    // Whatever the answer.
    let _ = doc(&same(20_000)) == doc(&same(20_000));
}
