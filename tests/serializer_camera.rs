//! What the camera's serializer writes is what it was given, in every direction: property tests on the camera's real Lua.
//!
//! Each value goes as an expression, written by us, into the camera's Lua, which is stock Lua with int numbers; the camera's
//! writer writes it, and stock Lua and the camera's `unserialize` read that back; our reader reads it as it arrives; what
//! we then write of it the camera reads again.

mod serializer;

use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use serializer::values::{graph, tree};
use serializer::{SAME, bench};

use moonshutter::camera::Payload;
use moonshutter::table::{self, Builder, DEPTH_LIMIT, Document};

/// How many values go into one script.
const BATCH: usize = 250;

/// How many of them go into one message.
const GROUP: usize = 10;

/// A script that goes through `values`, Lua expressions. Each is compared with what the camera's text of it gives; groups of
/// them are sent, and compared with the answer.
fn script(values: &[Document<'_>]) -> Vec<u8> {
    let mut code = format!("{SAME}\nlocal values = {{\n").into_bytes();
    for value in values {
        code.extend(b"function() return ");
        code.extend(table::write(value.root()).unwrap());
        code.extend(b" end,\n");
    }
    let check = "}
        local group = {}
        for i = 1, #values do
          local value = values[i]()
          local text = serialize(value)
          if not same(value, loadstring('return ' .. text)()) then error('stock Lua reads something else: ' .. text) end
          if not same(value, unserialize(text)) then error('unserialize reads something else: ' .. text) end
          group[#group + 1] = value
          if i % GROUP == 0 or i == #values then
            if not write_usb_msg(group, 10000) then error('no room') end
            local answer = read_usb_msg(10000)
            if not same(group, unserialize(answer)) then error('not what was sent: ' .. answer) end
            group = {}
          end
        end";
    code.extend(check.replace("GROUP", &GROUP.to_string()).bytes());
    code
}

fn there_and_back(values: &[Document<'_>]) -> Result<(), TestCaseError> {
    let mut expected = values.iter();
    let mut wrong = Vec::new();
    let result = bench().converse(script(values), &mut |payload| {
        let Payload::Table(text) = payload else { panic!("{payload:?}") };
        let group = table::read(&text).unwrap();
        let same = group.root().items().all(|value| expected.next().is_some_and(|expected| expected.root() == value));
        if !same {
            wrong.push(String::from_utf8_lossy(&text).into_owned());
        }
        table::write(group.root()).unwrap()
    });
    prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    prop_assert!(wrong.is_empty(), "{:?}", wrong);
    prop_assert_eq!(expected.count(), 0);
    Ok(())
}

proptest! {
    // thousands of values are drawn, and the usual generator takes most of the time
    #![proptest_config(ProptestConfig { cases: 10, rng_algorithm: RngAlgorithm::XorShift, ..ProptestConfig::default() })]

    #[test]
    fn trees_are_the_same_there_and_back(values in proptest::collection::vec(tree(), BATCH)) {
        there_and_back(&values.iter().map(|tree| tree.document()).collect::<Vec<_>>())?;
    }

    #[test]
    fn graphs_are_the_same_there_and_back(values in proptest::collection::vec(graph(), BATCH)) {
        there_and_back(&values.iter().map(|graph| graph.document()).collect::<Vec<_>>())?;
    }
}

/// Strings of every byte, each before a digit, which an escape must not swallow; as values and as keys.
#[test]
fn every_byte_is_the_same_there_and_back() {
    let values: Vec<_> = (0..=255u8)
        .flat_map(|byte| [vec![byte], vec![b'a', byte, b'7'], vec![byte; 3]])
        .map(|bytes| {
            let mut builder = Builder::new();
            let (table, string) = (builder.table(), builder.string(bytes));
            builder.set(table, string, string);
            builder.finish(table)
        })
        .collect();
    there_and_back(&values).unwrap();
}

/// Tables in one another up to the limit, as values and as keys, in trees and in graphs.
#[test]
fn depth_goes_to_the_limit_and_not_beyond() {
    let chain = |depth: usize, as_key: bool, shared: bool| {
        let mut builder = Builder::new();
        let tables: Vec<_> = (0..depth).map(|_| builder.table()).collect();
        for pair in tables.windows(2) {
            if as_key { builder.set(pair[0], pair[1], true) } else { builder.set(pair[0], 1, pair[1]) }
        }
        if shared {
            let other = builder.table();
            builder.set(tables[depth - 1], 1, other);
            builder.set(tables[depth - 1], 2, other);
        }
        builder.finish(tables[0])
    };
    let kinds = [(false, false), (true, false), (false, true), (true, true)];
    // there it stands in one table more
    there_and_back(&kinds.map(|(key, shared)| chain(DEPTH_LIMIT - 1, key, shared))).unwrap();
    for (key, shared) in kinds {
        let deepest = chain(DEPTH_LIMIT, key, shared);
        let text = String::from_utf8(table::write(deepest.root()).unwrap()).unwrap();
        let source = format!(
            "{SAME} local v = {text} return same(v, unserialize(serialize(v))), pcall(loadstring, serialize(v)), v"
        );
        let returns = bench().run(&source).unwrap();
        let [Payload::Boolean(true), Payload::Boolean(true), .., Payload::Table(text)] = returns.as_slice() else {
            panic!("{returns:?}")
        };
        assert_eq!(table::read(text).unwrap(), deepest);
    }
    for (key, shared) in kinds {
        assert!(table::write(chain(DEPTH_LIMIT + 1, key, shared).root()).is_err());
        let (link, end) = (if key { "{[t]=true}" } else { "{t}" }, if shared { "local s={} t={s,s}" } else { "t={}" });
        let source = format!("local t {end} for i = 1, {DEPTH_LIMIT} do t = {link} end return t");
        let error = bench().error(&source);
        assert!(error.contains(&format!("more than {DEPTH_LIMIT} tables inside one another")), "{error}");
    }
}

/// A list of many links that go both ways is as deep as one of them.
#[test]
fn long_chains_of_shared_tables_are_not_deep() {
    let returns = bench().run(
        "local first = {n = 1} local last = first
         for i = 2, 2000 do last.next = {n = i, before = last} last = last.next end
         return first",
    );
    let returns = returns.unwrap();
    let [Payload::Table(text)] = returns.as_slice() else { panic!("{returns:?}") };
    let document = table::read(text).unwrap();
    let mut link = document.root().as_table();
    for n in 1..=2000 {
        let this = link.unwrap();
        assert_eq!(this.get("n").as_integer(), Some(n));
        link = this.get("next").as_table();
        let before = link.map(|next| next.get("before").as_table().unwrap().id());
        assert!(before.is_none_or(|before| before == this.id()));
    }
    assert!(link.is_none());
    assert_eq!(table::read(&table::write(document.root()).unwrap()).unwrap(), document);
}
