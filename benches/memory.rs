//! The most memory that a transfer of 1 GiB takes above idle, for both sides of it in one process. The aim is below
//! 32 MiB. Reads the kernel's count (`VmHWM`), so it says something on Linux only.

mod common;

use std::io::{self, Read};

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
    let mib = |bytes: u64| bytes as f64 / 1048576.0;
    println!(
        "1 GiB over loopback, client and camera together: idle {:.1} MiB; above it {:.1} MiB after the upload, {:.1} MiB \
         after the download",
        mib(idle),
        mib(up - idle),
        mib(down - idle)
    );
}

/// The most memory that this process has had so far, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
