//! 64 MiB up and down, in process and over loopback.

mod common;

use std::io::{self, Read};

use divan::Bencher;
use divan::counter::BytesCount;
use moonshutter::camera::Camera;

const SIZE: u64 = 64 * 1024 * 1024;
const NAME: &[u8] = b"A/BENCH.BIN";

fn main() {
    divan::main();
}

fn upload(camera: &mut Camera) {
    camera.upload_from(&mut io::repeat(0x5A).take(SIZE), SIZE, NAME).expect("an upload");
}

fn up(bencher: Bencher, mut camera: Camera) {
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| upload(&mut camera));
}

fn down(bencher: Bencher, mut camera: Camera) {
    upload(&mut camera);
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        assert_eq!(camera.download_to(NAME, &mut io::sink()).expect("a download"), SIZE);
    });
}

#[divan::bench(max_time = 3)]
fn up_in_process(bencher: Bencher) {
    let (_sim, camera) = common::in_process();
    up(bencher, camera);
}

#[divan::bench(max_time = 3)]
fn down_in_process(bencher: Bencher) {
    let (_sim, camera) = common::in_process();
    down(bencher, camera);
}

#[divan::bench(max_time = 3)]
fn up_over_loopback(bencher: Bencher) {
    let (_sim, camera) = common::over_loopback();
    up(bencher, camera);
}

#[divan::bench(max_time = 3)]
fn down_over_loopback(bencher: Bencher) {
    let (_sim, camera) = common::over_loopback();
    down(bencher, camera);
}

/// The reference: the same number of bytes written to a file and read back, without a camera.
#[divan::bench(max_time = 3)]
fn reference_file_written_and_read(bencher: Bencher) {
    let mut file = tempfile::tempfile().expect("a file");
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        use std::io::Seek;
        file.rewind().expect("a seek");
        io::copy(&mut io::repeat(0x5A).take(SIZE), &mut file).expect("a write");
        file.rewind().expect("a seek");
        io::copy(&mut file, &mut io::sink()).expect("a read");
    });
}
