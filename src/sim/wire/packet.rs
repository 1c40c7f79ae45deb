//! PTP/IP packets: u32 length, u32 type, the rest. All little-endian.

pub(crate) const INIT_COMMAND_REQUEST: u32 = 1;
pub(crate) const INIT_COMMAND_ACK: u32 = 2;
pub(crate) const INIT_EVENT_REQUEST: u32 = 3;
pub(crate) const INIT_EVENT_ACK: u32 = 4;
pub(crate) const INIT_FAIL: u32 = 5;
pub(crate) const REQUEST: u32 = 6;
pub(crate) const RESPONSE: u32 = 7;
pub(crate) const EVENT: u32 = 8;
pub(crate) const START_DATA: u32 = 9;
pub(crate) const DATA: u32 = 10;
pub(crate) const CANCEL: u32 = 11;
pub(crate) const END_DATA: u32 = 12;
pub(crate) const PROBE_REQUEST: u32 = 13;
pub(crate) const PROBE_RESPONSE: u32 = 14;

/// Length and type.
pub(crate) const HEADER: usize = 8;

/// The version of PTP/IP in both acknowledgements: 1.0.
const VERSION: u32 = 0x0001_0000;

/// Why a connection was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not this initiator: here, a connection number that was never given.
    Rejected = 1,
    /// Somebody else is connected.
    Busy = 2,
}

/// A packet in the making; the length is written last.
pub(crate) struct Packet(Vec<u8>);

impl Packet {
    pub(crate) fn new(kind: u32) -> Self {
        let mut bytes = vec![0; 4];
        bytes.extend(kind.to_le_bytes());
        Self(bytes)
    }

    pub(crate) fn u16(mut self, value: u16) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.finish_before(0)
    }

    /// The packet's start, when `more` bytes of it follow by another way.
    pub(crate) fn finish_before(mut self, more: usize) -> Vec<u8> {
        let length = (self.0.len() + more) as u32;
        self.0[..4].copy_from_slice(&length.to_le_bytes());
        self.0
    }
}

/// Accepts a command connection. chdkptp takes at most 264 bytes of it, so a long name is cut.
pub(crate) fn init_command_ack(connection: u32, guid: &[u8; 16], name: &str) -> Vec<u8> {
    let packet = Packet::new(INIT_COMMAND_ACK).u32(connection).bytes(guid);
    let packet = name.encode_utf16().take(39).fold(packet, Packet::u16);
    packet.u16(0).u32(VERSION).finish()
}

/// Refuses a connection.
pub(crate) fn init_fail(why: Refusal) -> Vec<u8> {
    Packet::new(INIT_FAIL).u32(why as u32).finish()
}

/// A little-endian u16 at `at`, if it is there.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A little-endian u32 at `at`, if it is there.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A little-endian u64 at `at`, if it is there.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_the_whole_packet() {
        assert_eq!(init_fail(Refusal::Busy), [12, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0]);
        assert_eq!(Packet::new(END_DATA).u32(3).finish_before(100)[..4], [112, 0, 0, 0]);
    }

    #[test]
    fn an_acknowledgement_fits_what_chdkptp_reads() {
        let ack = init_command_ack(1, &[9; 16], "ab");
        assert_eq!(ack[..12], [38, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(ack[28..], [b'a', 0, b'b', 0, 0, 0, 0, 0, 1, 0]);
        assert!(init_command_ack(1, &[9; 16], &"x".repeat(500)).len() <= 264);
    }
}
