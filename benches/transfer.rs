//! 64 MiB up and down, in process and over loopback; and as `get` and `put` do it, from file to file, beside a plain copy of the same
//! bytes over TCP. The aim is half of that copy's rate.

mod common;

use std::fs::{self, File};
use std::io::{self, Read};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use moonshutter::camera::card::transfer::{CardTarget, Existing, LocalFile, Options, Source, Target};
use moonshutter::camera::{Camera, Stat};

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

fn replacing() -> Options {
    Options { existing: Existing::Replace, ..Options::default() }
}

#[divan::bench(max_time = 3)]
fn get_over_loopback(bencher: Bencher) {
    let (_sim, mut camera) = common::over_loopback();
    upload(&mut camera);
    let stat = Stat { size: SIZE, mtime: 1_600_000_000, attrib: 0, is_dir: false };
    let source = Source { path: NAME.to_vec(), below: b"BENCH.BIN".to_vec(), stat };
    let folder = tempfile::tempdir().expect("a folder");
    let target = Target::File(folder.path().join("BENCH.BIN"));
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        let summary = camera.get(std::slice::from_ref(&source), &target, &replacing(), &mut |_| Ok(()));
        assert_eq!(summary.copied, 1, "{:?}", summary.error);
    });
}

#[divan::bench(max_time = 3)]
fn put_over_loopback(bencher: Bencher) {
    let (_sim, mut camera) = common::over_loopback();
    let folder = tempfile::tempdir().expect("a folder");
    let file = LocalFile { path: filled(folder.path()), below: b"BENCH.BIN".to_vec(), title: None };
    let target = CardTarget::File(NAME.to_vec());
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        let summary = camera.put(std::slice::from_ref(&file), &target, &replacing(), &mut |_| Ok(()));
        assert_eq!(summary.copied, 1, "{:?}", summary.error);
    });
}

/// The reference for both: the bytes of a file over a socket into another file.
#[divan::bench(max_time = 3)]
fn reference_tcp_copy(bencher: Bencher) {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (filled(folder.path()), folder.path().join("copy"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for peer in listener.incoming() {
            let copied = peer.and_then(|mut peer| io::copy(&mut File::open(&from)?, &mut peer));
            if copied.is_err() {
                break;
            }
        }
    });
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        let mut peer = TcpStream::connect(address).expect("a connection");
        let mut file = File::create(&to).expect("a file");
        // Through a buffer, as every program must that looks at what it copies.
        let mut buffer = vec![0; 256 * 1024];
        let mut done = 0;
        loop {
            let count = peer.read(&mut buffer).expect("a read");
            if count == 0 {
                break;
            }
            io::Write::write_all(&mut file, &buffer[..count]).expect("a write");
            done += count as u64;
        }
        assert_eq!(done, SIZE);
    });
}

fn filled(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("SOURCE.BIN");
    fs::write(&path, vec![0x5A; SIZE as usize]).expect("a file");
    path
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
