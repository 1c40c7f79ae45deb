//! A simulated camera on its cable, and a client that sends whatever bytes.
//!
//! Input: a choice (see [`camera`]), and the bytes. Zeros follow them, which are no container: the camera ends the
//! connection there, unless it takes them for the rest of some data.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use moonshutter_fuzz::{Input, camera, is_perilous, over_cable};

fuzz_target!(|input: &[u8]| -> Corpus {
    if is_perilous(input) {
        return Corpus::Reject;
    }
    let mut input = Input::new(input);
    let camera = camera(input.byte());
    over_cable(&camera.plug_in(), input.rest());
    Corpus::Keep
});
