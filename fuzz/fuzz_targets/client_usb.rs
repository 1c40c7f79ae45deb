//! A client on USB, and a camera that answers with whatever bytes.
//!
//! Input: a count, that many bytes of what the client does (see [`drive`]), a byte that says how the answers are cut, and
//! the answers. Where they end, the camera is gone, so that nothing waits.

#![no_main]

use std::io;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use moonshutter::clock::Interrupt;
use moonshutter::ptp::{Containers, Pipe};
use moonshutter_fuzz::{Input, drive};

fuzz_target!(|input: &[u8]| {
    let mut input = Input::new(input);
    let steps = input.counted();
    let cut = input.byte();
    let answers = Answers {
        piece: usize::from(cut & 0x7f),
        stutters: cut & 0x80 != 0,
        again: false,
        left: input.rest().to_vec(),
    };
    let served = answers.left.len();
    let transport = Containers::new(answers, "fuzz", Duration::from_secs(2), Interrupt::new());
    drive(Box::new(transport), steps, served);
});

struct Answers {
    /// Bytes that arrive, or leave, at a time; 0 is no limit.
    piece: usize,
    /// Whether each read has to be tried twice.
    stutters: bool,
    again: bool,
    left: Vec<u8>,
}

impl Answers {
    fn piece(&self, most: usize) -> usize {
        if self.piece == 0 { most } else { most.min(self.piece) }
    }
}

impl Pipe for Answers {
    fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        // What is sent is never the last thing: an answer has to follow.
        Ok(self.piece(bytes.len()))
    }

    fn read(&mut self, buf: &mut [u8], _timeout: Duration) -> io::Result<usize> {
        self.again = self.stutters && !self.again;
        if self.again {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let len = self.piece(buf.len().min(self.left.len()));
        for (to, from) in buf.iter_mut().zip(self.left.drain(..len)) {
            *to = from;
        }
        Ok(len)
    }

    fn close(&mut self) {}
}
