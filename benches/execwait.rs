//! `execwait("return 1")`: how many a second, and how many transactions each takes. chdkptp needs 4 transactions, and on
//! top of the camera's own tick of 10 ms a fixed sleep of 5 ms and, over PTP/IP, about 44 ms of Nagle's algorithm for
//! each data phase out.

mod common;

use divan::Bencher;
use moonshutter::camera::{Camera, ExecOptions, Payload, Script, WaitOptions};

fn main() {
    for (name, (_sim, mut camera)) in [
        ("in process, real time", common::in_process()),
        ("in process, virtual time", common::in_virtual_time()),
        ("over loopback, real time", common::over_loopback()),
    ] {
        let script = script();
        let before = camera.counters();
        for _ in 0..50 {
            run(&mut camera, &script);
        }
        let after = camera.counters();
        println!(
            "{name}: {:.2} transactions and {} bytes sent for each execwait(\"return 1\")",
            (after.transactions - before.transactions) as f64 / 50.0,
            (after.written - before.written) / 50,
        );
    }
    divan::main();
}

fn script() -> Script {
    Script::new("bench", "return 1")
}

fn run(camera: &mut Camera, script: &Script) -> Vec<Payload> {
    camera
        .execwait(script, &ExecOptions::default(), &WaitOptions::default(), &mut |_, _| Ok(()))
        .expect("the script runs")
}

#[divan::bench(max_time = 3)]
fn in_process(bencher: Bencher) {
    let (_sim, mut camera) = common::in_process();
    let script = script();
    bencher.counter(1u32).bench_local(|| run(&mut camera, &script));
}

#[divan::bench(max_time = 3)]
fn in_process_in_virtual_time(bencher: Bencher) {
    let (_sim, mut camera) = common::in_virtual_time();
    let script = script();
    bencher.counter(1u32).bench_local(|| run(&mut camera, &script));
}

#[divan::bench(max_time = 3)]
fn over_loopback(bencher: Bencher) {
    let (_sim, mut camera) = common::over_loopback();
    let script = script();
    bencher.counter(1u32).bench_local(|| run(&mut camera, &script));
}

/// One transaction without data, as the floor under everything else.
#[divan::bench(max_time = 1)]
fn script_status_over_loopback(bencher: Bencher) {
    let (_sim, mut camera) = common::over_loopback();
    bencher.counter(1u32).bench_local(|| camera.script_status().expect("a status"));
}

/// One transaction with data for the camera: where Nagle's algorithm would show.
#[divan::bench(max_time = 1)]
fn set_memory_over_loopback(bencher: Bencher) {
    let (_sim, mut camera) = common::over_loopback();
    bencher.counter(1u32).bench_local(|| camera.set_memory(0x10_0000, b"moonshutter").expect("an answer"));
}
