//! Reading the fields of a dataset (PTP ISO 15740 §5).

use crate::error::{Error, ErrorKind, Result};

/// Takes fields off the front of a dataset that came from a camera.
pub(super) struct Fields<'a> {
    dataset: &'static str,
    all: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    pub fn new(dataset: &'static str, bytes: &'a [u8]) -> Self {
        Self { dataset, all: bytes, at: 0 }
    }

    fn take(&mut self, len: usize, field: &str) -> Result<&'a [u8]> {
        let end = self.at.checked_add(len).filter(|end| *end <= self.all.len());
        let Some(end) = end else {
            return Err(Error::new(
                ErrorKind::Protocol,
                format!(
                    "the camera's {} ends early: {field} needs {len} bytes at offset {}, and there are {}",
                    self.dataset,
                    self.at,
                    self.all.len() - self.at
                ),
            ));
        };
        let bytes = &self.all[self.at..end];
        self.at = end;
        Ok(bytes)
    }

    pub fn u8(&mut self, field: &str) -> Result<u8> {
        Ok(self.take(1, field)?[0])
    }

    pub fn u16(&mut self, field: &str) -> Result<u16> {
        let b = self.take(2, field)?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }

    pub fn u32(&mut self, field: &str) -> Result<u32> {
        let b = self.take(4, field)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    /// A count of characters with its final zero, then UTF-16LE (§5.3.4).
    pub fn string(&mut self, field: &str) -> Result<String> {
        let chars = usize::from(self.u8(field)?);
        let units: Vec<u16> =
            self.take(chars * 2, field)?.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
        let text = units.split(|unit| *unit == 0).next().unwrap_or(&[]);
        Ok(String::from_utf16_lossy(text))
    }

    /// A count, then that many 16-bit values (§5.3.3). Bounded by the bytes that are there.
    pub fn u16_array(&mut self, field: &str) -> Result<Vec<u16>> {
        let count = self.u32(field)? as usize;
        let bytes = self.take(count.saturating_mul(2), field)?;
        Ok(bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect())
    }
}
