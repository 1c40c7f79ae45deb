//! TempData, UploadFile, DownloadFile.

use std::io::Read;

use super::{Chdk, Command, with_params};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::{DataPhase, Sink};

/// The longest name that is sent. The camera must find it in the first piece of an upload and does not check
/// (CHDK core/ptp.c:631); the smallest piece is 2048 bytes (core/ptp.c:66).
pub const NAME_LIMIT: usize = 1024;

/// Flags of TempData (CHDK core/ptp.h).
mod flag {
    pub const DOWNLOAD: u32 = 1;
    pub const CLEAR: u32 = 2;
}

impl Chdk {
    /// Puts bytes into the camera's one slot for them.
    pub fn temp_data_put(&mut self, bytes: &[u8]) -> Result<()> {
        self.give(Command::TempData, &[0], bytes).map(drop)
    }

    /// Reads the slot, at most `limit` bytes, and empties it if `clear`.
    pub fn temp_data_get(&mut self, clear: bool, limit: u64) -> Result<Vec<u8>> {
        let flags = flag::DOWNLOAD | if clear { flag::CLEAR } else { 0 };
        Ok(self.fetch(Command::TempData, &[flags], limit)?.1)
    }

    /// Empties the slot.
    pub fn temp_data_clear(&mut self) -> Result<()> {
        self.command(Command::TempData, &[flag::CLEAR], DataPhase::None).map(drop)
    }

    /// Writes `size` bytes from `source` into a file on the card. A full card is not reported by the camera.
    pub fn upload_file(&mut self, name: &[u8], size: u64, source: &mut dyn Read) -> Result<()> {
        check_name(name)?;
        let mut head = (name.len() as u32).to_le_bytes().to_vec();
        head.extend_from_slice(name);
        let total = size + head.len() as u64;
        let mut all = head.as_slice().chain(source);
        self.command(Command::UploadFile, &[], DataPhase::Out { size: total, source: &mut all }).map(drop)
    }

    /// Reads a file from the card into `sink` and returns its size.
    ///
    /// Do not ask for an empty file: a camera sends no data phase for it, and some hosts and cameras then wait for ever
    /// (CHDK core/ptp.c:738).
    pub fn download_file(&mut self, name: &[u8], sink: &mut dyn Sink) -> Result<u64> {
        check_name(name)?;
        self.temp_data_put(name)?;
        let mut counted = Counted { sink, held: None, done: 0 };
        let response = self.command(Command::DownloadFile, &[], DataPhase::In(&mut counted))?;
        let size = u64::from(with_params(Command::DownloadFile, &response, 1)?.get(1));
        counted.flush()?;
        if counted.done != size {
            return Err(Error::new(
                ErrorKind::Protocol,
                format!("DownloadFile: the camera sent {} bytes of a file that it says has {size}", counted.done),
            ));
        }
        Ok(size)
    }
}

/// Keeps the single byte that a camera sends before an error (CHDK core/ptp.c:683) away from the file.
struct Counted<'a> {
    sink: &'a mut dyn Sink,
    /// The only byte of a transfer of one byte.
    held: Option<u8>,
    done: u64,
}

impl Counted<'_> {
    /// The transfer was the file.
    fn flush(&mut self) -> Result<()> {
        match self.held.take() {
            Some(byte) => self.sink.write(&[byte]),
            None => Ok(()),
        }
    }
}

impl Sink for Counted<'_> {
    fn begin(&mut self, total: u64) -> Result<()> {
        self.sink.begin(total)
    }

    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        let first = self.done == 0;
        self.done += chunk.len() as u64;
        if first && chunk.len() == 1 {
            self.held = Some(chunk[0]);
            return Ok(());
        }
        self.flush()?;
        self.sink.write(chunk)
    }
}

fn check_name(name: &[u8]) -> Result<()> {
    let problem = if name.is_empty() {
        "a file on the card needs a name".to_owned()
    } else if name.contains(&0) {
        "a file's name cannot hold a NUL".to_owned()
    } else if name.len() > NAME_LIMIT {
        format!("a file's name on the card cannot be {} bytes long", name.len())
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::BadArgument, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ptp::Bytes;

    #[test]
    fn a_single_byte_is_held_until_it_is_known_to_be_the_file() {
        let mut bytes = Bytes::up_to(10);
        let mut counted = Counted { sink: &mut bytes, held: None, done: 0 };
        counted.write(b"a").unwrap();
        assert!(counted.sink_is_empty());
        counted.write(b"bc").unwrap();
        counted.flush().unwrap();
        assert_eq!(counted.done, 3);
        assert_eq!(bytes.data, b"abc");
    }

    impl Counted<'_> {
        fn sink_is_empty(&self) -> bool {
            self.held.is_some()
        }
    }

    #[test]
    fn names_that_a_camera_would_choke_on_are_refused() {
        for name in [&b""[..], b"A/a\0b", &[b'A'; NAME_LIMIT + 1]] {
            assert_eq!(check_name(name).unwrap_err().kind(), ErrorKind::BadArgument);
        }
        check_name(b"A/X.TXT").unwrap();
    }
}
