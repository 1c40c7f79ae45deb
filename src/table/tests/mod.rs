//! Laws of the table format, and the texts that somebody might send.

pub(crate) mod generate;
mod hostile;
mod laws;
mod own_types;
mod reading;

mod writing;

use super::*;

/// A text that must be readable.
fn doc(text: &str) -> Document<'_> {
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn text(document: &Document<'_>) -> String {
    String::from_utf8_lossy(&write(document.root()).expect("not too deep")).into_owned()
}

fn fails(text: impl AsRef<[u8]>) -> String {
    read(text.as_ref()).expect_err("no value").to_string()
}
