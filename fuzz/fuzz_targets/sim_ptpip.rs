//! A simulated camera's PTP/IP server, and a client that sends whatever bytes, over loopback sockets.
//!
//! Input: a choice (see [`camera`]), how the client begins, a count, that many bytes for the event connection, and the
//! bytes for the command connection, after which the client sends no more. The server has to hang up in the end.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use moonshutter_fuzz::{Input, camera, is_perilous, over_sockets, served};

fuzz_target!(|input: &[u8]| -> Corpus {
    if is_perilous(input) {
        return Corpus::Reject;
    }
    let mut input = Input::new(input);
    let camera = camera(input.byte());
    let beginning = input.byte();
    let (events, commands) = (input.counted(), input.rest());
    served(camera, |address| drop(over_sockets(address, beginning, events, commands)));
    Corpus::Keep
});
