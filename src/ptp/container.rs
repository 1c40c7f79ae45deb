//! The header that every container on USB begins with (PTP ISO 15740 annex D; PIMA 15740 USB still image §7).

/// Bytes of the header.
pub(super) const HEADER_LEN: usize = 12;

/// Container types.
pub(super) mod kind {
    pub const COMMAND: u16 = 1;
    pub const DATA: u16 = 2;
    pub const RESPONSE: u16 = 3;
}

/// A container's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Bytes of the container, header included. `0xFFFF_FFFF` for data of 4 GiB and more.
    pub length: u32,
    pub kind: u16,
    pub code: u16,
    pub transaction: u32,
}

impl Header {
    pub fn encode(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[0..4].copy_from_slice(&self.length.to_le_bytes());
        bytes[4..6].copy_from_slice(&self.kind.to_le_bytes());
        bytes[6..8].copy_from_slice(&self.code.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.transaction.to_le_bytes());
        bytes
    }

    pub fn decode(b: [u8; HEADER_LEN]) -> Self {
        Self {
            length: u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            kind: u16::from_le_bytes([b[4], b[5]]),
            code: u16::from_le_bytes([b[6], b[7]]),
            transaction: u32::from_le_bytes([b[8], b[9], b[10], b[11]]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_is_little_endian_in_the_order_of_the_standard() {
        let header = Header { length: 16, kind: kind::COMMAND, code: 0x1002, transaction: 7 };
        let bytes = [0x10, 0, 0, 0, 1, 0, 0x02, 0x10, 7, 0, 0, 0];
        assert_eq!(header.encode(), bytes);
        assert_eq!(Header::decode(bytes), header);
    }
}
