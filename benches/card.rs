//! Listing a card with ten thousand files, in five folders: whole, and what is left of it with a filter. The client and the
//! camera share one process; a tick of the camera's clock takes no time. Before that, once: what goes over the wire, and the
//! most memory that the script has on the camera.

mod common;

use divan::Bencher;
use moonshutter::camera::Camera;
use moonshutter::camera::card::{Filter, Select};
use moonshutter::sim::SimCamera;

const FOLDERS: usize = 5;
const FILES: usize = 2000;

fn main() {
    let (sim, mut camera) = full_card();
    for (name, select) in [("one folder", root()), ("everything", everything()), ("one shot", one_shot())] {
        let before = camera.counters();
        let entries = walk(&mut camera, &select);
        let after = camera.counters();
        println!(
            "{name}: {entries} entries, {} transactions, {} KiB, {} KiB of memory on the camera",
            after.transactions - before.transactions,
            (after.read - before.read) / 1024,
            sim.script_usage().peak / 1024
        );
    }
    drop(camera);
    divan::main();
}

fn full_card() -> (SimCamera, Camera) {
    let (sim, camera) = common::in_virtual_time();
    for folder in 0..FOLDERS {
        let path = sim.card().root().join(format!("DCIM/{}CANON", 100 + folder));
        std::fs::create_dir_all(&path).expect("a folder");
        for file in 1..=FILES {
            std::fs::write(path.join(format!("IMG_{file:04}.JPG")), "").expect("a file");
        }
    }
    (sim, camera)
}

fn root() -> Select {
    Select::of(["A/DCIM".parse().expect("a path")])
}

fn everything() -> Select {
    Select { recursive: true, ..root() }
}

fn one_shot() -> Select {
    Select { filter: Filter { shots: Some(7..=7), ..Filter::default() }, ..everything() }
}

fn walk(camera: &mut Camera, select: &Select) -> usize {
    let mut entries = 0;
    let count = |_| {
        entries += 1;
        Ok(())
    };
    camera.walk(select, &mut { count }).expect("a walk");
    entries
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn list_10000(bencher: Bencher) {
    let (_sim, mut camera) = full_card();
    bencher.bench_local(|| walk(&mut camera, &everything()));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn find_one_shot_of_10000(bencher: Bencher) {
    let (_sim, mut camera) = full_card();
    bencher.bench_local(|| walk(&mut camera, &one_shot()));
}
