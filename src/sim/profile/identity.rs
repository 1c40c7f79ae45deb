//! Who a camera is: names and numbers, what it answers over PTP, its card.

use serde::Deserialize;

/// What a camera says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// Manufacturer.
    pub manufacturer: String,
    /// Model, as in GetDeviceInfo.
    pub model: String,
    /// Version of the device, in Canon's way of writing it.
    pub device_version: String,
    /// Serial number.
    pub serial: String,
    /// CHDK's name of the platform, as in `get_buildinfo().platform`.
    pub platform: String,
    /// CHDK's name of the firmware version, as in `get_buildinfo().platsub`.
    pub platsub: String,
    /// Canon's number of the model, as in `get_buildinfo().platformid`.
    pub platform_id: i32,
    /// USB vendor.
    pub usb_vendor: u16,
    /// USB product.
    pub usb_product: u16,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            manufacturer: "Canon Inc.".to_owned(),
            model: "Canon PowerShot SIM".to_owned(),
            device_version: "1-6.0.1.0".to_owned(),
            serial: "51A0C0FFEE51A0C0FFEE51A0C0FFEE00".to_owned(),
            platform: "sim".to_owned(),
            platsub: "100a".to_owned(),
            platform_id: 0x3271,
            usb_vendor: 0x04a9,
            usb_product: 0x3271,
        }
    }
}

/// What GetDeviceInfo says besides names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ptp {
    /// Whose extension of PTP it speaks: 11 is Canon.
    pub vendor_extension: u32,
    /// Version of that, times 100.
    pub vendor_version: u16,
    /// Words on the extension.
    pub vendor_words: String,
    /// Operations it answers, besides CHDK's. What is not in this list is not supported.
    pub operations: Vec<u16>,
    /// Events it may send.
    pub events: Vec<u16>,
    /// Formats of what it captures.
    pub capture_formats: Vec<u16>,
    /// Formats of what lies on its card.
    pub image_formats: Vec<u16>,
}

impl Default for Ptp {
    fn default() -> Self {
        Self {
            vendor_extension: 0x0000_000b,
            vendor_version: 100,
            vendor_words: String::new(),
            operations: crate::sim::responder::OPERATIONS.to_vec(),
            events: Vec::new(),
            capture_formats: vec![0x3801],
            image_formats: vec![0x3000, 0x3001, 0x3002, 0x3004, 0x3008, 0x300a, 0x300d, 0x3801, 0xb101, 0xb103],
        }
    }
}

/// A camera's memory card, and what its firmware can do with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// Size of the card in bytes. A card whose folder holds more than that already is twice as big as what it holds.
    pub card_bytes: u64,
    /// `os.remove` removes empty folders (DryOS R39 and later, CHDK core/wrappers.c:552).
    pub removes_folders: bool,
}

impl Default for Storage {
    fn default() -> Self {
        Self { card_bytes: 15_923_150_848, removes_folders: true }
    }
}
