//! A hundred cameras in one process.

mod bare;

use std::thread;
use std::time::Instant;

use bare::{Host, answer, eventually, int, string};
use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Config, SimCamera};

const CAMERAS: usize = 100;

/// In virtual time, on one clock: all of them live through it together, and each is its own.
#[test]
fn a_hundred_cameras_on_one_clock_answer_side_by_side() {
    let clock = VirtualClock::new();
    let mut hosts: Vec<Host> = (0..CAMERAS).map(|_| Host::on(&clock, Config::default())).collect();
    for (n, host) in hosts.iter_mut().enumerate() {
        let source = format!("id = {n} sleep(1000) local m = read_usb_msg(60000) return id, m, get_tick_count()");
        assert_eq!(host.start(&source), 1);
        assert_eq!(host.chdk_with(&[4, 0], format!("camera {n}").as_bytes()), answer(bare::OK, &[]));
    }
    clock.advance(std::time::Duration::from_millis(500), &Interrupt::new());
    for (n, host) in hosts.iter_mut().enumerate() {
        assert_eq!(host.status(), 1);
        assert_eq!(host.tell(1, &format!("message for {n}")), 0);
    }
    clock.advance(std::time::Duration::from_millis(1000), &Interrupt::new());
    for (n, host) in hosts.iter_mut().enumerate() {
        let messages = host.messages();
        assert_eq!(messages[..2], [int(1, n as i32), string(1, &format!("message for {n}"))]);
        assert_eq!(messages.len(), 3);
        let temp = answer(bare::OK, &[]).with(format!("camera {n}").as_bytes());
        assert_eq!(host.chdk(&[4, 1]), temp);
        assert!(!host.sinned(""), "{:?}", host.log());
    }
    let roots: std::collections::HashSet<_> = hosts.iter().map(|host| host.camera.card_root().to_owned()).collect();
    assert_eq!(roots.len(), CAMERAS, "each has a card of its own");
}

/// In real time, with a host for each on a thread of its own, and scripts that run all the while.
#[test]
fn a_hundred_cameras_in_real_time_are_driven_by_a_hundred_threads() {
    let cameras: Vec<SimCamera> = (0..CAMERAS).map(|_| SimCamera::start(Config::default()).unwrap()).collect();
    thread::scope(|scope| {
        for (n, camera) in cameras.iter().enumerate() {
            scope.spawn(move || {
                let mut host = Host::to(camera.clone(), &VirtualClock::new());
                let source = "for i = 1, 10 do write_usb_msg(i, 10000) sleep(10) end return read_usb_msg(60000)";
                assert_eq!(host.start(source), 1);
                host.tell(1, &format!("{n}"));
                let mut messages = Vec::new();
                eventually("eleven messages", || {
                    messages.extend(host.messages());
                    messages.len() == 11
                });
                for (at, message) in messages[..10].iter().enumerate() {
                    assert_eq!(message.3, (at as i32 + 1).to_le_bytes());
                }
                assert_eq!(messages[10], string(1, &n.to_string()));
            });
        }
    });
    let begun = Instant::now();
    drop(cameras);
    println!("switching off {CAMERAS} cameras took {:?}", begun.elapsed());
}

/// One camera in endless trouble holds up nobody else.
#[test]
fn a_busy_camera_does_not_hold_up_its_neighbours() {
    let busy = SimCamera::start(Config::default()).unwrap();
    let mut trouble = Host::to(busy, &VirtualClock::new());
    trouble.start("while true do pcall(function() while true do end end) end");
    let mut others: Vec<Host> =
        (0..10).map(|_| Host::to(SimCamera::start(Config::default()).unwrap(), &VirtualClock::new())).collect();
    for host in &mut others {
        host.start("return 'here'");
    }
    for host in &mut others {
        eventually("an end", || host.status() == 2);
        assert_eq!(host.messages(), [string(1, "here")]);
    }
    assert_eq!(trouble.status(), 1);
}
