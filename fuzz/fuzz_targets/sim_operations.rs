//! A simulated camera and a client that sends operations with parameters and data which make some sense, over a cable or
//! PTP/IP: standard ones and CHDK's, with sessions opened and closed, and data phases in pieces, cut or cancelled.
//!
//! Input: a choice (see [`camera`]), one for the transport, and the operations (see [`containers`] and [`packets`]). What
//! the camera answers has to be whole, and about what was asked; the next client has to be served.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use moonshutter_fuzz::{Input, camera, containers, is_perilous, over_cable, over_sockets, packets, served};

/// OpenSession, CloseSession; and as packets.
const HELLO: &[u8] = b"\x10\0\0\0\x01\0\x02\x10\0\0\0\0\x01\0\0\0\x0c\0\0\0\x01\0\x03\x10\x01\0\0\0";
const ANSWER: &[u8] = b"\x0c\0\0\0\x03\0\x01\x20\0\0\0\0\x0c\0\0\0\x03\0\x01\x20\x01\0\0\0";
const HELLO_PACKET: &[u8] = b"\x12\0\0\0\x06\0\0\0\x01\0\0\0\x03\x10\x01\0\0\0";
const ANSWER_PACKETS: &[u8] = b"\x0e\0\0\0\x07\0\0\0\x01\x20\0\0\0\0\x0e\0\0\0\x07\0\0\0\x01\x20\x01\0\0\0";

/// More than this was not read.
const READ: usize = 4 * 1024 * 1024;

fuzz_target!(|input: &[u8]| -> Corpus {
    if is_perilous(input) {
        return Corpus::Reject;
    }
    let mut input = Input::new(input);
    let camera = camera(input.byte());
    if input.byte() & 1 == 0 {
        let answers = over_cable(&camera.plug_in(), &containers(&mut input));
        check(&answers, 12, |header| matches!(header[4..6], [2 | 3, 0]));
        assert_eq!(over_cable(&camera.plug_in(), HELLO), ANSWER);
    } else {
        served(camera, |address| {
            let answers = over_sockets(address, 3, &[], &packets(&mut input));
            check(&answers, 8, |header| matches!(header[4..8], [7 | 9 | 10 | 12 | 14, 0, 0, 0]));
            assert_eq!(over_sockets(address, 7, &[], HELLO_PACKET), ANSWER_PACKETS);
        });
    }
    Corpus::Keep
});

/// Answers are whole, as far as they were read, and of the kinds that a camera sends.
fn check(mut answers: &[u8], header: usize, is_answer: impl Fn(&[u8]) -> bool) {
    let cut = answers.len() >= READ;
    while answers.len() >= header {
        assert!(is_answer(answers), "{:?}", &answers[..header]);
        let length = u32::from_le_bytes([answers[0], answers[1], answers[2], answers[3]]) as usize;
        assert!(length >= header, "a length of {length}");
        if length > answers.len() {
            assert!(cut, "{length} bytes were to come, and {} came", answers.len());
            return;
        }
        answers = &answers[length..];
    }
    assert!(answers.is_empty() || cut, "{answers:?} is left");
}
