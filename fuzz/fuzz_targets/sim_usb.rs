//! A simulated camera on its cable, and a client that sends whatever bytes.
//!
//! Input: a choice (see [`camera`]), and the bytes. Zeros follow them, which are no container: the camera ends the
//! connection there, unless it takes them for the rest of some data.

#![no_main]

use std::io::ErrorKind;
use std::time::Duration;

use libfuzzer_sys::{Corpus, fuzz_target};
use moonshutter::sim::Cable;
use moonshutter_fuzz::{Input, camera, is_perilous};

/// More than a cable holds: when as many zeros have gone in, what was before them has come out.
const ZEROS: usize = 1024 * 1024 + 1;

/// Nobody wants to read more than this: whoever asks for all of the camera's memory gets no further.
const MOST: usize = 4 * 1024 * 1024;

fuzz_target!(|input: &[u8]| -> Corpus {
    if is_perilous(input) {
        return Corpus::Reject;
    }
    let mut input = Input::new(input);
    let camera = camera(input.byte());
    talk(&camera.plug_in(), input.rest());
    Corpus::Keep
});

/// Until the camera hangs up, or there is nothing more to expect of it. One that does not come to an end is found by
/// libFuzzer's timeout.
fn talk(cable: &Cable, bytes: &[u8]) {
    let zeros = vec![0; ZEROS];
    let mut left = ZEROS - 16;
    // Fits, and so does not wait.
    let sent = cable.write(bytes, Duration::ZERO).and_then(|()| cable.write(&zeros[..16], Duration::ZERO));
    // It may have hung up, but not without its last words.
    drop(sent);
    let mut answers = vec![0; 64 * 1024];
    let mut received = 0;
    while left > 0 && received < MOST {
        match cable.read(&mut answers, Duration::from_millis(2)) {
            Ok(count) => received += count,
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                // Busy, or swallowing.
                match cable.write_some(&zeros[..left], Duration::ZERO) {
                    Ok(count) => left -= count,
                    Err(error) if error.kind() == ErrorKind::TimedOut => {}
                    Err(_) => return,
                }
            }
            Err(_) => return,
        }
    }
}
