//! The most memory that a transfer of 1 GiB takes above idle, and the processor's time, for both sides of it in one process.
//! The aim is below 32 MiB. Reads the kernel's counts (`VmHWM`, `/proc/self/stat`), so it says something on Linux only.

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
    let start = processor();
    camera.upload_from(&mut io::repeat(0x5A).take(SIZE), SIZE, b"A/BIG.BIN").expect("an upload");
    let (up, up_time) = (peak().unwrap_or(idle), processor());
    assert_eq!(camera.download_to(b"A/BIG.BIN", &mut io::sink()).expect("a download"), SIZE);
    let (down, down_time) = (peak().unwrap_or(idle), processor());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("BIG.BIN");
    let stat = Stat { size: SIZE, mtime: 1_600_000_000, attrib: 0, is_dir: false };
    let source = Source { path: b"A/BIG.BIN".to_vec(), below: b"BIG.BIN".to_vec(), stat };
    let options = Options { existing: Existing::Replace, ..Options::default() };
    let got = camera.get(&[source], &Target::File(path.clone()), &options, &mut |_| Ok(()));
    assert_eq!(got.copied, 1, "{:?}", got.error);
    let (get, get_time) = (peak().unwrap_or(idle), processor());
    let file = LocalFile { path, below: b"BACK.BIN".to_vec(), title: None };
    let put = camera.put(&[file], &CardTarget::File(b"A/BACK.BIN".to_vec()), &options, &mut |_| Ok(()));
    assert_eq!(put.copied, 1, "{:?}", put.error);
    let (put, put_time) = (peak().unwrap_or(idle), processor());
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
    println!(
        "seconds of processor: upload {:.2}, download {:.2}, get {:.2}, put {:.2}",
        up_time - start,
        down_time - up_time,
        get_time - down_time,
        put_time - get_time
    );
}

/// Seconds that this process has kept a processor busy; Linux counts them in hundredths.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the program's name, which stands in brackets, user and system time are the 12th and 13th.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u32 = fields.skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
    f64::from(ticks) / 100.0
}

/// The most memory that this process has had so far, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
