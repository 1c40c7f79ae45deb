//! What a camera tells of itself as a USB device (USB 2.0 §9.6; still image class: PIMA 15740 §4).

use crate::sim::Identity;

/// Bytes of a bulk packet at high speed.
pub(super) const PACKET: usize = 512;

/// Endpoint numbers, and the address of those that go to the host.
pub(super) const BULK_IN: u32 = 1;
pub(super) const BULK_OUT: u32 = 2;
pub(super) const INTERRUPT: u32 = 3;
const TO_HOST: u8 = 0x80;

/// Indices of strings.
const MANUFACTURER: u8 = 1;
const PRODUCT: u8 = 2;
const SERIAL: u8 = 3;

/// US English, the only language.
const LANGUAGE: u16 = 0x0409;

/// What all PowerShots are called on USB; the model stands in PTP's device info.
const PRODUCT_NAME: &str = "Canon Digital Camera";

/// The descriptor that GET_DESCRIPTOR asks for, whole; none if there is no such one.
pub(super) fn descriptor(identity: &Identity, kind: u8, index: u8) -> Option<Vec<u8>> {
    match (kind, index) {
        (1, 0) => Some(device(identity)),
        (2, 0) => Some(configuration()),
        (3, 0) => Some([&[4, 3][..], &LANGUAGE.to_le_bytes()].concat()),
        (3, MANUFACTURER) => Some(string(&identity.manufacturer)),
        (3, PRODUCT) => Some(string(PRODUCT_NAME)),
        (3, SERIAL) => Some(string(&identity.serial)),
        // device qualifier: the same at full speed
        (6, 0) => Some(vec![10, 6, 0x00, 0x02, 0, 0, 0, 64, 1, 0]),
        _ => None,
    }
}

fn device(identity: &Identity) -> Vec<u8> {
    let mut bytes = vec![18, 1, 0x00, 0x02, 0, 0, 0, 64];
    for number in [identity.usb_vendor, identity.usb_product, 0x0100] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([MANUFACTURER, PRODUCT, SERIAL, 1]);
    bytes
}

fn configuration() -> Vec<u8> {
    let [low, high] = u16::try_from(PACKET).unwrap_or_default().to_le_bytes();
    let mut bytes = vec![9, 2, 39, 0, 1, 1, 0, 0xc0, 1];
    bytes.extend([9, 4, 0, 0, 3, 6, 1, 1, 0]);
    bytes.extend([7, 5, BULK_IN as u8 | TO_HOST, 2, low, high, 0]);
    bytes.extend([7, 5, BULK_OUT as u8, 2, low, high, 0]);
    bytes.extend([7, 5, INTERRUPT as u8 | TO_HOST, 3, 8, 0, 9]);
    bytes
}

/// A string of at most 126 units, which is what a descriptor's length can say.
fn string(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().take(126).collect();
    let mut bytes = vec![2 + 2 * units.len() as u8, 3];
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_what_the_first_byte_says() {
        let identity = Identity::default();
        for (kind, index) in [(1, 0), (3, 0), (3, 1), (3, 2), (3, 3), (6, 0)] {
            let bytes = descriptor(&identity, kind, index).unwrap();
            assert_eq!((bytes[0] as usize, bytes[1]), (bytes.len(), kind));
        }
        let whole = descriptor(&identity, 2, 0).unwrap();
        assert_eq!(whole[2] as usize, whole.len());
        let mut parts = &whole[..];
        let mut kinds = Vec::new();
        while let [len, kind, ..] = parts {
            kinds.push(*kind);
            parts = &parts[*len as usize..];
        }
        assert_eq!(kinds, [2, 4, 5, 5, 5]);
        assert_eq!(descriptor(&identity, 3, 9), None);
    }

    #[test]
    fn a_long_name_is_cut() {
        let identity = Identity { manufacturer: "\u{1f4f7}".repeat(100), ..Identity::default() };
        assert_eq!(descriptor(&identity, 3, 1).unwrap().len(), 254);
    }
}
