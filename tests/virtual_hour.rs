//! An hour of a camera's life in virtual time: it takes a moment, and is the same every time.

mod bare;

use std::time::{Duration, Instant};

use bare::Host;
use moonshutter::clock::Clock;

const SECONDS: u64 = 3600;

/// Whatever can be seen of an hour: when each message came and what it was, and every line of the log.
#[derive(Debug, PartialEq)]
struct Trace {
    messages: Vec<(Duration, bare::Message)>,
    log: Vec<String>,
    console: Vec<String>,
    end: Duration,
}

/// A script that sends a message each second, and a host that looks for one every half second.
fn an_hour() -> Trace {
    let mut host = Host::new();
    host.start(&format!(
        "for i = 1, {SECONDS} do
             sleep(1000)
             if i % 600 == 0 then print(i, get_tick_count()) end
             write_usb_msg(i .. ' at ' .. get_tick_count())
         end"
    ));
    let mut messages = Vec::new();
    loop {
        match host.message() {
            Some(message) => messages.push((host.clock.now(), message)),
            None if host.status() == 0 => break,
            None => host.pass(500),
        }
    }
    let (console, end) = (host.camera.console(), host.clock.now());
    Trace { messages, log: host.log(), console, end }
}

#[test]
fn an_hour_of_messages_takes_a_moment_and_is_the_same_twice() {
    let begun = Instant::now();
    let first = an_hour();
    println!("a simulated hour took {:?}", begun.elapsed());

    assert_eq!(first.messages.len() as u64, SECONDS);
    for (n, (at, message)) in first.messages.iter().enumerate() {
        // The first tick is at 0, and each wait ends in the tick in which it is over.
        let said = 1000 * (n as u64 + 1);
        let tick = String::from_utf8(message.3.clone()).unwrap();
        let (number, ms) = tick.split_once(" at ").unwrap();
        assert_eq!(number.parse::<u64>().unwrap(), n as u64 + 1);
        let late = ms.parse::<u64>().unwrap() - said;
        assert!(late <= 20, "{tick}");
        // The host looks twice a second.
        assert!(*at >= Duration::from_millis(said) && *at <= Duration::from_millis(said + 520), "{tick}: {at:?}");
    }
    assert_eq!(first.console.len(), 6);
    assert!(first.end >= Duration::from_secs(SECONDS) && first.end < Duration::from_secs(SECONDS + 1));
    assert!(first.log.len() as u64 > 2 * SECONDS);

    assert!(first == an_hour(), "two hours that began alike were not alike");
}
