use crate::error::Result;

/// Largest single read; see `TRANSFER` in `containers.rs`.
const SIZE: usize = 256 * 1024;

/// Bytes that were received and not yet understood.
pub(in crate::ptp) struct ReadAhead {
    buf: Vec<u8>,
    start: usize,
    end: usize,
}

impl ReadAhead {
    pub fn new() -> Self {
        Self { buf: vec![0; SIZE], start: 0, end: 0 }
    }

    /// At least one byte and at most `limit`. `receive` is asked for more when there are none; it fails rather than
    /// return 0.
    pub fn chunk(&mut self, limit: u64, receive: impl FnOnce(&mut [u8]) -> Result<usize>) -> Result<&[u8]> {
        if self.start == self.end {
            self.end = receive(&mut self.buf)?.min(self.buf.len());
            self.start = 0;
        }
        let len = usize::try_from(limit).unwrap_or(SIZE).min(self.end - self.start);
        self.start += len;
        Ok(&self.buf[self.start - len..self.start])
    }

    /// Exactly `N` bytes.
    pub fn take<const N: usize>(&mut self, mut receive: impl FnMut(&mut [u8]) -> Result<usize>) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        let mut have = 0;
        while have < N {
            let chunk = self.chunk((N - have) as u64, &mut receive)?;
            bytes[have..have + chunk.len()].copy_from_slice(chunk);
            have += chunk.len();
        }
        Ok(bytes)
    }
}
