//! What sending tables costs the camera, counted by the simulated one: bytes of the library, memory, instructions. The same
//! list of 1,000 files is sent as our serializer writes it and as CHDK's own converter does, which loses what it cannot say.
//! `cargo test --test camera_cost -- --nocapture` prints the figures.

use std::sync::Arc;

use moonshutter::camera::{Camera, ExecOptions, Libs, Options, Payload, Script, WaitOptions};
use moonshutter::clock::VirtualClock;
use moonshutter::connect;
use moonshutter::sim::vm::Usage;
use moonshutter::sim::{Config, SimCamera, Time};

const FILES: u64 = 1000;

/// A list of files as os.stat tells of them. CHDK's converter makes nothing of it.
const RECORDS: &str = "local t = {}
for i = 1, 1000 do
  t[i] = {name = 'IMG_' .. 1000 + i .. '.JPG', size = 3000000 + i * 7919, mtime = 1400000000 + i * 60, attrib = 32, is_dir = false}
end
collectgarbage()";

/// The same in a form that CHDK's converter can take.
const ROWS: &str = "local t = {}
for i = 1, 1000 do
  t['IMG_' .. 1000 + i .. '.JPG'] = {3000000 + i * 7919, 1400000000 + i * 60, 32, false}
end
collectgarbage()";

/// Tables that are all met twice.
const CHAIN: &str = "local t = {n = 1} local last = t
for i = 2, 1000 do last.next = {n = i, before = last} last = last.next end
last = nil
collectgarbage()";

fn camera() -> (SimCamera, Camera) {
    let clock = VirtualClock::new();
    let sim = connect::simulate(Config { time: Time::Virtual(clock.clone()), ..Config::default() }).unwrap();
    let camera = connect::plug_in(&sim, &Options { clock: Arc::new(clock), ..Options::default() }).unwrap();
    (sim, camera)
}

/// What a script costs that makes a list and then does this.
fn cost(serializer: bool, list: &str, then: &str) -> (Usage, Vec<Payload>) {
    let (sim, mut camera) = camera();
    let script = Script::new("list", format!("{list}\n{then}"));
    let options = ExecOptions { serializer, ..ExecOptions::default() };
    let returns = camera.execwait(&script, &options, &WaitOptions::default(), &mut |_, _| Ok(())).unwrap();
    (sim.script_usage(), returns)
}

struct Cost {
    text: usize,
    list: usize,
    peak: usize,
    instructions: u64,
}

/// What it costs to return the list, on top of having it.
fn converting(name: &str, serializer: bool, list: &str) -> Cost {
    let (base, _) = cost(serializer, list, "");
    let (usage, returns) = cost(serializer, list, "return t");
    let [Payload::Table(text)] = returns.as_slice() else { panic!("{returns:?}") };
    let cost = Cost {
        text: text.len(),
        list: base.memory,
        peak: usage.peak - base.memory,
        instructions: (usage.instructions - base.instructions) / FILES,
    };
    let Cost { text, list, peak, instructions } = cost;
    println!(
        "{name}: {text} bytes of text; on top of {list} bytes at most {peak} more; {instructions} instructions a file"
    );
    cost
}

#[test]
fn a_list_of_a_thousand_files_is_sent_in_little_memory() {
    let records = converting("records, ours", true, RECORDS);
    let nothing = converting("records, CHDK's", false, RECORDS);
    let rows = converting("rows, ours", true, ROWS);
    let theirs = converting("rows, CHDK's", false, ROWS);
    assert_eq!(nothing.text, 0, "CHDK's converter says nothing of named fields in a list");
    for cost in [&records, &rows] {
        // Lua needs the text three times to put it together; and a quarter of what is in use may be garbage.
        assert!(cost.peak < 3 * cost.text + cost.list / 4 + 32_000, "{} bytes", cost.peak);
        assert!(cost.instructions < 300, "{} instructions", cost.instructions);
    }
    assert!(rows.peak < theirs.peak, "{} and {}", rows.peak, theirs.peak);
}

#[test]
fn a_thousand_tables_that_know_each_other_are_sent_in_some_more() {
    let chain = converting("a chain both ways, ours", true, CHAIN);
    assert!(chain.peak < 3 * chain.text + chain.list + 250_000, "{} bytes", chain.peak);
    assert!(chain.instructions < 500, "{} instructions", chain.instructions);
}

#[test]
fn the_libraries_are_small() {
    let libs = Libs::new();
    for (names, limit) in [
        (&["serialize_msgs"][..], 6_500),
        (&["unserialize"], 700),
        (&["serialize_msgs", "unserialize", "send_each"], 8_500),
    ] {
        let bytes = libs.text(names).unwrap().len();
        println!("{}: {bytes} bytes", names.join(" and "));
        assert!(bytes < limit, "{names:?}: {bytes} bytes");
    }
    let (without, _) = cost(false, "collectgarbage()", "");
    let (with, _) = cost(true, "collectgarbage()", "");
    let (kept, compiled) = (with.memory - without.memory, with.peak - without.peak);
    println!("the serializer in memory: {kept} bytes, {compiled} while it is compiled");
    assert!(with.instructions - without.instructions < 500, "{} instructions to set it up", with.instructions);
}
