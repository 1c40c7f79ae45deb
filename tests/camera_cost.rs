//! What sending tables costs the camera, counted by the simulated one: bytes of the library, memory, instructions. The same
//! list of 1,000 files is sent as our serializer writes it and as CHDK's own converter does, which loses most of it.

use moonshutter::camera::{Camera, ExecOptions, Libs, Options, Payload, Script, WaitOptions};
use moonshutter::clock::VirtualClock;
use moonshutter::connect;
use moonshutter::sim::vm::Usage;
use moonshutter::sim::{Config, SimCamera, Time};
use std::sync::Arc;

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

fn camera(config: Config) -> (SimCamera, Camera) {
    let clock = VirtualClock::new();
    let sim = connect::simulate(Config { time: Time::Virtual(clock.clone()), ..config }).unwrap();
    let camera = connect::plug_in(&sim, &Options { clock: Arc::new(clock), ..Options::default() }).unwrap();
    (sim, camera)
}

/// What a script costs that makes the list and then does this.
fn cost(serializer: bool, list: &str, then: &str) -> (Usage, Vec<Payload>) {
    let (sim, mut camera) = camera(Config::default());
    let script = Script::new("list", format!("{list}\n{then}"));
    let options = ExecOptions { serializer, ..ExecOptions::default() };
    let returns = camera.execwait(&script, &options, &WaitOptions::default(), &mut |_, _| Ok(())).unwrap();
    (sim.script_usage(), returns)
}

#[test]
fn a_list_of_files_costs_little_more_than_its_text() {
    let report = |name: &str, serializer: bool, list: &str| {
        let (base, _) = cost(serializer, list, "");
        let (usage, returns) = cost(serializer, list, "return t");
        let [Payload::Table(text)] = returns.as_slice() else { panic!("{returns:?}") };
        let peak = usage.peak - base.memory;
        let per_file = (usage.instructions - base.instructions) / FILES;
        println!(
            "{name}: {} bytes of text, {peak} bytes of memory above the list's own {}, {per_file} instructions a file",
            text.len(),
            base.memory
        );
        (text.len(), peak, per_file)
    };
    let libs = Libs::new();
    for names in [vec!["serialize_msgs"], vec!["unserialize"], vec!["send_each"]] {
        println!("library {}: {} bytes with what it needs", names[0], libs.text(&names).unwrap().len());
    }
    report("records, ours", true, RECORDS);
    report("records, CHDK's", false, RECORDS);
    report("rows, ours", true, ROWS);
    report("rows, CHDK's", false, ROWS);
}
