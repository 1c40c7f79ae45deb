//! Packets: u32 length of all, u32 type, then fields; everything little endian (CIPA DC-005 §2.3).

/// Bytes of a packet's header.
pub(super) const HEADER_LEN: usize = 8;

/// Packet types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Kind {
    InitCommandRequest = 1,
    InitCommandAck = 2,
    InitEventRequest = 3,
    InitEventAck = 4,
    InitFail = 5,
    Request = 6,
    Response = 7,
    Event = 8,
    StartData = 9,
    Data = 10,
    Cancel = 11,
    EndData = 12,
    ProbeRequest = 13,
    ProbeResponse = 14,
}

impl Kind {
    pub fn from_code(code: u32) -> Option<Self> {
        use Kind::*;
        [
            InitCommandRequest,
            InitCommandAck,
            InitEventRequest,
            InitEventAck,
            InitFail,
            Request,
            Response,
            Event,
            StartData,
            Data,
            Cancel,
            EndData,
            ProbeRequest,
            ProbeResponse,
        ]
        .into_iter()
        .find(|kind| *kind as u32 == code)
    }

    pub fn describe(self, len: u32) -> String {
        format!("{self:?} packet of {} bytes", u64::from(len) + HEADER_LEN as u64)
    }
}

/// Puts a packet together.
pub(super) struct Builder(Vec<u8>);

impl Builder {
    pub fn new(kind: Kind) -> Self {
        let mut bytes = vec![0; 4];
        bytes.extend((kind as u32).to_le_bytes());
        Self(bytes)
    }

    pub fn u16(self, value: u16) -> Self {
        self.bytes(value.to_le_bytes())
    }

    pub fn u32(self, value: u32) -> Self {
        self.bytes(value.to_le_bytes())
    }

    pub fn u64(self, value: u64) -> Self {
        self.bytes(value.to_le_bytes())
    }

    pub fn bytes(mut self, bytes: impl IntoIterator<Item = u8>) -> Self {
        self.0.extend(bytes);
        self
    }

    /// The packet without its last `len` bytes, which the caller adds.
    pub fn payload(mut self, len: usize) -> Vec<u8> {
        let length = (self.0.len() + len) as u32;
        self.0[..4].copy_from_slice(&length.to_le_bytes());
        self.0
    }

    pub fn finish(self) -> Vec<u8> {
        self.payload(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_has_its_whole_length_in_front() {
        let packet = Builder::new(Kind::InitEventRequest).u32(0x0102_0304).finish();
        assert_eq!(packet, [12, 0, 0, 0, 3, 0, 0, 0, 4, 3, 2, 1]);
    }

    #[test]
    fn kinds_have_the_numbers_of_the_standard() {
        assert_eq!(Kind::from_code(12), Some(Kind::EndData));
        assert_eq!(Kind::from_code(0), None);
        assert_eq!(Kind::from_code(15), None);
    }
}
