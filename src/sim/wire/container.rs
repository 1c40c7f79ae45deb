//! PTP's generic container on USB: twelve bytes, then parameters or data.

/// Container types.
pub(crate) const COMMAND: u16 = 1;
pub(crate) const DATA: u16 = 2;
pub(crate) const RESPONSE: u16 = 3;
pub(crate) const EVENT: u16 = 4;

/// What a container starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Of the whole container.
    pub(crate) length: u32,
    pub(crate) kind: u16,
    /// Operation or response.
    pub(crate) code: u16,
    pub(crate) transaction: u32,
}

impl Header {
    pub(crate) const SIZE: usize = 12;

    pub(crate) fn parse(bytes: [u8; Self::SIZE]) -> Self {
        let [l0, l1, l2, l3, k0, k1, c0, c1, t0, t1, t2, t3] = bytes;
        Self {
            length: u32::from_le_bytes([l0, l1, l2, l3]),
            kind: u16::from_le_bytes([k0, k1]),
            code: u16::from_le_bytes([c0, c1]),
            transaction: u32::from_le_bytes([t0, t1, t2, t3]),
        }
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[0..4].copy_from_slice(&self.length.to_le_bytes());
        bytes[4..6].copy_from_slice(&self.kind.to_le_bytes());
        bytes[6..8].copy_from_slice(&self.code.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.transaction.to_le_bytes());
        bytes
    }

    /// Bytes after the header; `None` if the length cannot be true.
    pub(crate) fn payload(self) -> Option<u32> {
        self.length.checked_sub(Self::SIZE as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_the_trip_and_lies_about_length_are_caught() {
        let bytes = [0x10, 0, 0, 0, 1, 0, 0x99, 0x99, 7, 0, 0, 0];
        let header = Header::parse(bytes);
        assert_eq!(header, Header { length: 16, kind: COMMAND, code: 0x9999, transaction: 7 });
        assert_eq!(header.to_bytes(), bytes);
        assert_eq!(header.payload(), Some(4));
        assert_eq!(Header { length: 11, ..header }.payload(), None);
    }
}
