//! Memory of the camera, in pieces.

use std::io::Write;

use super::Camera;
use crate::error::{Error, ErrorKind, Result};

/// How much is asked for at once: Ctrl-C is heard between two pieces, with the connection whole.
const PIECE: u32 = 256 * 1024;

impl Camera {
    /// Memory of the camera; `buffered` reads through a buffer (protocol 2.8), which some addresses need.
    pub fn get_memory(&mut self, address: u32, size: u32, buffered: bool) -> Result<Vec<u8>> {
        self.with(|chdk| chdk.get_memory_bytes(address, size, buffered))
    }

    /// Streams memory of the camera, and tells `progress` after each piece how many bytes there are by now. Nothing keeps a
    /// camera from changing it in between.
    pub fn read_memory(
        &mut self,
        address: u32,
        size: u32,
        buffered: bool,
        sink: &mut dyn Write,
        progress: &mut dyn FnMut(u32),
    ) -> Result<()> {
        self.must_hold(address, u64::from(size))?;
        let mut done = 0;
        while done < size {
            if self.options.interrupt.is_raised() {
                return Err(self.interrupted("reading memory"));
            }
            let piece = PIECE.min(size - done);
            let bytes = self.get_memory(address + done, piece, buffered)?;
            sink.write_all(&bytes)
                .map_err(|error| Error::new(ErrorKind::Io, "cannot write what the camera sends").caused_by(error))?;
            done += piece;
            progress(done);
        }
        Ok(())
    }

    /// Writes memory of the camera. [`ErrorKind::BadArgument`] for what would reach beyond its end.
    pub fn set_memory(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        self.must_hold(address, bytes.len() as u64)?;
        self.with(|chdk| chdk.set_memory(address, bytes))
    }

    fn must_hold(&self, address: u32, size: u64) -> Result<()> {
        if size > 0 && u64::from(address) + size <= 1 << 32 {
            return Ok(());
        }
        let text = format!("there are no {size} bytes of memory from {address:#x} on: it ends at 0xffffffff");
        Err(self.named(Error::new(ErrorKind::BadArgument, text)))
    }

    /// Calls a function of the firmware and returns R0.
    pub fn call_function(&mut self, address: u32, args: &[u32]) -> Result<u32> {
        self.with(|chdk| chdk.call_function(address, args))
    }
}
