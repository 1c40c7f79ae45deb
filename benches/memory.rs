//! The most memory that a transfer of 1 GiB takes above idle, for both sides of it in one process. The aim is below
//! 32 MiB. Reads the kernel's count (`VmHWM`), so it says something on Linux only.

mod common;

use std::io::{self, Read};

use moonshutter::camera::Stat;
use moonshutter::camera::card::transfer::{CardTarget, Existing, LocalFile, Options, Source, Target};

const SIZE: u64 = 1024 * 1024 * 1024;

fn main() {
    let (_sim, mut camera) = common::over_loopback();
    let Some(idle) = peak() else {
        println!("this system does not tell how much memory a process has used");
        return;
    };
    camera.upload_from(&mut io::repeat(0x5A).take(SIZE), SIZE, b"A/BIG.BIN").expect("an upload");
    let up = peak().unwrap_or(idle);
    assert_eq!(camera.download_to(b"A/BIG.BIN", &mut io::sink()).expect("a download"), SIZE);
    let down = peak().unwrap_or(idle);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("BIG.BIN");
    let stat = Stat { size: SIZE, mtime: 1_600_000_000, attrib: 0, is_dir: false };
    let source = Source { path: b"A/BIG.BIN".to_vec(), below: b"BIG.BIN".to_vec(), stat };
    let options = Options { existing: Existing::Replace, ..Options::default() };
    let got = camera.get(&[source], &Target::File(path.clone()), &options, &mut |_| Ok(()));
    assert_eq!(got.copied, 1, "{:?}", got.error);
    let get = peak().unwrap_or(idle);
    let file = LocalFile { path, below: b"BACK.BIN".to_vec(), title: None };
    let put = camera.put(&[file], &CardTarget::File(b"A/BACK.BIN".to_vec()), &options, &mut |_| Ok(()));
    assert_eq!(put.copied, 1, "{:?}", put.error);
    let put = peak().unwrap_or(idle);
    let mib = |bytes: u64| bytes as f64 / 1048576.0;
    println!(
        "1 GiB over loopback, client and camera together: idle {:.1} MiB; above it {:.1} MiB after the upload, {:.1} MiB \
         after the download, {:.1} MiB after a get into a file, {:.1} MiB after a put from it",
        mib(idle),
        mib(up - idle),
        mib(down - idle),
        mib(get - idle),
        mib(put - idle)
    );
}

/// The most memory that this process has had so far, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
