//! What takes a file's bytes as they come from the camera.

use std::io::{self, Write};

use super::{Event, Item, Observer};
use crate::camera::card::verify::Checksum;
use crate::camera::files::stopped;
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::Sink;

/// How much more than was listed a camera may announce before it is not believed. What is announced has to be read to
/// its end, and a file that is being written may have grown.
const GROWTH: u64 = 16 * 1024 * 1024;

/// Takes a file from the camera, and no more than was listed.
pub(super) struct Receiver<'a, 'o> {
    pub sink: &'a mut dyn Write,
    pub item: &'a Item,
    pub on_event: &'a mut Observer<'o>,
    pub interrupt: Interrupt,
    pub done: u64,
    pub announced: Option<u64>,
}

impl Sink for Receiver<'_, '_> {
    fn begin(&mut self, total: u64) -> Result<()> {
        self.announced = Some(total);
        if total > self.item.size.saturating_add(GROWTH) {
            let text = format!("the camera announced {total} bytes of a file of {}", self.item.size);
            return Err(Error::new(ErrorKind::Protocol, text));
        }
        Ok(())
    }

    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        if self.interrupt.is_raised() {
            return Err(stopped());
        }
        // Another file than the one that was listed; that is said once it has passed.
        if self.announced.is_some_and(|total| total != self.item.size) {
            return Ok(());
        }
        if self.done + chunk.len() as u64 > self.item.size {
            return Err(Error::new(ErrorKind::Protocol, "the camera sends more than it has announced"));
        }
        self.sink
            .write_all(chunk)
            .map_err(|error| Error::new(ErrorKind::Io, format!("cannot write {}", self.item.to)).caused_by(error))?;
        self.done += chunk.len() as u64;
        (self.on_event)(&Event::Moved { item: self.item, bytes: self.done })
    }
}

/// Sums up what it passes on.
pub(super) struct Summed<'a> {
    pub sink: &'a mut dyn Write,
    pub sum: Option<&'a mut Checksum>,
}

impl Write for Summed<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let count = self.sink.write(buf)?;
        if let Some(sum) = &mut self.sum {
            sum.update(&buf[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
