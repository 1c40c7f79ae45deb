//! A camera's memory does not grow, however many clients come and go. Alone in its process, so that nobody else's memory
//! is counted.

mod bare;

use std::time::Duration;

use bare::{Host, container, words};
use moonshutter::clock::VirtualClock;
use moonshutter::sim::{Cable, Config, SimCamera, Time};

const WARM_UP: usize = 200;
const ROUNDS: usize = 2000;
/// A thread that is not quite gone yet, what the allocator keeps for the next one, and the lines of the console, of which
/// ten thousand are kept: far less than a few kilobytes lost in each round would come to.
const MOST: u64 = 4 * 1024 * 1024;

/// Memory of this process that is there and not only promised, in bytes. Only Linux tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

/// One client of each kind: a good one, one that dies in the middle of data, and one that sends garbage.
fn clients(host: &mut Host) {
    host.plug_in_again();
    host.chdk_with(&[4, 0], &[7; 50_000]);
    host.chdk(&[4, 3]);
    let id = host.start("local t = {} for i = 1, 1000 do t[i] = 'entry ' .. i end write_usb_msg(#t) sleep(100000)");
    host.pass(500);
    host.tell(id, "message");
    assert_eq!(host.messages().len(), 1);

    let open = container(1, 0x1002, 0, &words(&[1]));
    let upload = [&container(1, 0x9999, 1, &words(&[4, 0]))[..], &container(2, 0x9999, 1, &[7; 60_000])[..40_000]];
    let dying = host.camera.plug_in();
    dying.write(&[&open[..], &upload.concat()].concat(), bare::LONG).unwrap();
    drop(dying);

    let garbage = host.camera.plug_in();
    garbage.write(&[&open[..], &[0xff; 64]].concat(), bare::LONG).unwrap();
    until_hung_up(&garbage);
}

fn until_hung_up(cable: &Cable) {
    while cable.read(&mut [0; 64], Duration::from_secs(10)).is_ok() {}
}

#[test]
fn thousands_of_clients_leave_nothing_behind() {
    let clock = VirtualClock::new();
    let time = Time::Virtual(clock.clone());
    let camera = SimCamera::start(Config { time, ..Config::default() }).unwrap();
    let mut host = Host::to(camera, &clock);
    (0..WARM_UP).for_each(|_| clients(&mut host));
    let Some(before) = resident() else {
        println!("this system does not tell how much memory a process uses");
        return;
    };
    (0..ROUNDS).for_each(|_| clients(&mut host));
    let after = resident().unwrap();
    let grown = after.saturating_sub(before);
    println!("{:.1} MiB before, {grown} bytes more after {ROUNDS} rounds", before as f64 / 1048576.0);
    assert!(grown < MOST, "{grown} bytes more after {ROUNDS} rounds");
}
