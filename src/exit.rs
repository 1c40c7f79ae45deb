//! How the program ends and prints: exit codes, standard output that somebody closes, text that a terminal may be shown. The
//! prompt and the command line share it.

use std::io::{self, Write};

use crate::error::{Error, ErrorKind, Result};

pub(crate) const DONE: u8 = 0;
pub(crate) const FAILED: u8 = 1;
pub(crate) const USAGE: u8 = 2;
pub(crate) const LINT: u8 = 3;
const NO_CAMERA: u8 = 4;
const NO_ANSWER: u8 = 5;
pub(crate) const INTERRUPTED: u8 = 130;

/// The exit code for an error that ends the program.
pub(crate) fn code(error: &Error) -> u8 {
    code_of(error.kind())
}

/// The exit code for what went wrong.
pub(crate) fn code_of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Usage => USAGE,
        ErrorKind::Lint => LINT,
        ErrorKind::NoCamera | ErrorKind::Ambiguous | ErrorKind::Busy | ErrorKind::NoAccess => NO_CAMERA,
        ErrorKind::Timeout | ErrorKind::Disconnected | ErrorKind::NotConnected => NO_ANSWER,
        ErrorKind::Interrupted => INTERRUPTED,
        _ => FAILED,
    }
}

/// Writes to standard output.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_ref()).and_then(|()| out.flush()).map_err(|error| {
        let kind = if error.kind() == io::ErrorKind::BrokenPipe { ErrorKind::Closed } else { ErrorKind::Io };
        Error::new(kind, "cannot write to standard output").caused_by(error)
    })
}

/// Says something on standard error. Nobody may be listening, which changes nothing.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "moonshutter: {}", harmless(text));
}

/// Text that may come from a camera, without what would move a terminal's cursor or worse.
pub(crate) fn harmless(text: &str) -> String {
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars().flat_map(|c| if plain(c) { vec![c] } else { c.escape_default().collect() }).collect()
}

/// Whether nobody wants to read on, as in `moonshutter … | head`.
pub(crate) fn is_closed_stdout(error: &Error) -> bool {
    error.kind() == ErrorKind::Closed
}
