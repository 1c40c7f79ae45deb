//! Exit codes, and standard output that somebody closes.

use std::io::{self, Write};

use crate::error::{Error, ErrorKind, Result};

pub(super) const DONE: u8 = 0;
pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
const LINT: u8 = 3;
const NO_CAMERA: u8 = 4;
const NO_ANSWER: u8 = 5;
pub(super) const INTERRUPTED: u8 = 130;

/// The exit code for an error that ends the program.
pub(super) fn code(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::Lint => LINT,
        ErrorKind::NoCamera | ErrorKind::Ambiguous | ErrorKind::Busy => NO_CAMERA,
        ErrorKind::Timeout | ErrorKind::Disconnected => NO_ANSWER,
        ErrorKind::Interrupted => INTERRUPTED,
        _ => FAILED,
    }
}

/// Writes to standard output.
pub(super) fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_ref()).and_then(|()| out.flush()).map_err(|error| {
        let kind = if error.kind() == io::ErrorKind::BrokenPipe { ErrorKind::Closed } else { ErrorKind::Io };
        Error::new(kind, "cannot write to standard output").caused_by(error)
    })
}

/// Whether nobody wants to read on, as in `moonshutter … | head`.
pub(super) fn is_closed_stdout(error: &Error) -> bool {
    error.kind() == ErrorKind::Closed
}
