//! A simulated camera's USB/IP server, and a host that sends whatever bytes.
//!
//! Input: a choice (see [`camera`]), whether the host takes the device first, and the bytes that it sends then, after which it
//! sends no more. The server has to hang up in the end.

#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use libfuzzer_sys::{Corpus, fuzz_target};
use moonshutter_fuzz::{Input, attachable, camera, is_perilous};

/// OP_REQ_IMPORT of device 1-1, and how long the answer is.
const IMPORT: &[u8] = b"\x01\x11\x80\x03\0\0\0\x001-1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const IMPORTED: usize = 320;

fuzz_target!(|input: &[u8]| -> Corpus {
    if is_perilous(input) {
        return Corpus::Reject;
    }
    let mut input = Input::new(input);
    let camera = camera(input.byte());
    let takes = input.byte() & 1 == 1;
    attachable(camera, |address| {
        let mut stream = TcpStream::connect(address).unwrap();
        if takes {
            stream.write_all(IMPORT).unwrap();
            stream.read_exact(&mut [0; IMPORTED]).unwrap();
        }
        // It may hang up before it has heard everything.
        drop(stream.write_all(input.rest()).and_then(|()| stream.shutdown(Shutdown::Write)));
        drop(std::io::copy(&mut stream, &mut std::io::sink()));
    });
    Corpus::Keep
});
