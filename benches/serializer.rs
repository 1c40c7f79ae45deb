//! Reading and writing tables: a listing of 2 MB, 20,000 records of name, size, time, flags and the parts of a path. As
//! values of `table`, through serde, and into and out of tables of the host's Lua; beside it what other tools do, which
//! is to let Lua run the text, and how fast the memory itself can be gone through.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use mlua::{Lua, Table, Value};
use moonshutter::host::{Host, HostOptions};
use moonshutter::table;
use serde::{Deserialize, Serialize};

fn main() {
    println!("a listing of {} bytes", text().len());
    divan::main();
}

#[derive(Serialize, Deserialize)]
struct Record {
    name: String,
    size: i32,
    mtime: i32,
    flags: i32,
    path: Vec<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "to be filled is all it is for")]
struct Lent<'a> {
    #[serde(borrow)]
    name: &'a str,
    size: i32,
    mtime: i32,
    flags: i32,
    path: Vec<&'a str>,
}

fn records() -> Vec<Record> {
    let record = |n: i32| Record {
        name: format!("IMG_{:04}.JPG", n % 10_000),
        size: 3_000_000 + n * 7919 % 1_000_000,
        mtime: 1_700_000_000 + n * 13,
        flags: 0x20,
        path: ["A", "DCIM", "100CANON", "JPEG"].map(String::from).to_vec(),
    };
    (0..20_000).map(record).collect()
}

fn text() -> Vec<u8> {
    table::to_text(&records()).expect("all of it has a place")
}

#[divan::bench]
fn scan_sum_of_bytes(bencher: Bencher) {
    let text = text();
    bencher
        .counter(BytesCount::of_slice(&text))
        .bench_local(|| black_box(&text).iter().map(|byte| u64::from(*byte)).sum::<u64>());
}

#[divan::bench]
fn scan_count_of_quotes(bencher: Bencher) {
    let text = text();
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| memchr::memchr_iter(b'"', black_box(&text)).count());
}

#[divan::bench]
fn read_into_values(bencher: Bencher) {
    let text = text();
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| table::read(black_box(&text)).expect("ours"));
}

#[divan::bench]
fn read_into_structs(bencher: Bencher) {
    let text = text();
    bencher
        .counter(BytesCount::of_slice(&text))
        .bench_local(|| table::from_text::<Vec<Record>>(black_box(&text)).expect("ours"));
}

#[divan::bench]
fn read_into_structs_that_borrow(bencher: Bencher) {
    let text = text();
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| {
        let document = table::read(black_box(&text)).expect("ours");
        document.root().decode::<Vec<Lent<'_>>>().expect("ours").len()
    });
}

#[divan::bench]
fn write_values(bencher: Bencher) {
    let text = text();
    let document = table::read(&text).expect("ours");
    bencher
        .counter(BytesCount::of_slice(&text))
        .bench_local(|| table::write(black_box(document.root())).expect("not deep"));
}

#[divan::bench]
fn write_structs(bencher: Bencher) {
    let (text, records) = (text(), records());
    bencher
        .counter(BytesCount::of_slice(&text))
        .bench_local(|| table::to_text(black_box(&records)).expect("all of it has a place"));
}

#[divan::bench]
fn lua_unserialize(bencher: Bencher) {
    let text = text();
    let host = Host::new(HostOptions::default()).expect("a VM");
    let lua = host.lua();
    let unserialize: mlua::Function = lua.globals().get("unserialize").expect("is there");
    let argument = lua.create_string(&text).expect("memory");
    settled(bencher, &text, lua, || unserialize.call::<Table>(&argument).expect("ours"));
}

#[divan::bench]
fn lua_serialize(bencher: Bencher) {
    let text = text();
    let host = Host::new(HostOptions::default()).expect("a VM");
    let lua = host.lua();
    let globals = lua.globals();
    let unserialize: mlua::Function = globals.get("unserialize").expect("is there");
    let serialize: mlua::Function = globals.get("serialize").expect("is there");
    let listing: Table = unserialize.call(lua.create_string(&text).expect("memory")).expect("ours");
    settled(bencher, &text, lua, || serialize.call::<Value>(&listing).expect("all of it has a place"));
}

/// What other tools do: Lua compiles the text and runs it.
#[divan::bench]
fn lua_load_of_the_text(bencher: Bencher) {
    let text = text();
    let lua = Lua::new();
    let code = [b"return ", text.as_slice()].concat();
    settled(bencher, &text, &lua, || lua.load(&code).eval::<Table>().expect("valid"));
}

/// Measures with the garbage collector at rest, and lets it work in between.
fn settled<R>(bencher: Bencher, text: &[u8], lua: &Lua, action: impl Fn() -> R) {
    bencher
        .counter(BytesCount::of_slice(text))
        .with_inputs(|| {
            lua.gc_restart();
            lua.gc_collect().expect("collects");
            lua.gc_stop();
        })
        .bench_local_values(|()| action());
    lua.gc_restart();
}
