//! What a device says of itself (PTP ISO 15740 §5.5.1).

use serde::Serialize;

use super::dataset::Fields;
use crate::error::Result;

/// The DeviceInfo dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DeviceInfo {
    /// Version of the standard, times 100.
    pub standard_version: u16,
    /// Vendor extension: 11 is Canon.
    pub vendor_extension_id: u32,
    /// Version of the extension, times 100.
    pub vendor_extension_version: u16,
    /// The extension in words.
    pub vendor_extension_desc: String,
    /// 0 is the standard mode.
    pub functional_mode: u16,
    /// Operation codes.
    pub operations_supported: Vec<u16>,
    /// Event codes.
    pub events_supported: Vec<u16>,
    /// Device property codes.
    pub device_properties_supported: Vec<u16>,
    /// Formats it captures in.
    pub capture_formats: Vec<u16>,
    /// Formats it stores.
    pub image_formats: Vec<u16>,
    /// As in "Canon Inc.".
    pub manufacturer: String,
    /// As in "Canon PowerShot A1400".
    pub model: String,
    /// The firmware's version.
    pub device_version: String,
    /// May be empty.
    pub serial_number: String,
}

impl DeviceInfo {
    /// Reads the dataset. `Protocol` if it ends early.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut fields = Fields::new("device info", bytes);
        Ok(Self {
            standard_version: fields.u16("StandardVersion")?,
            vendor_extension_id: fields.u32("VendorExtensionID")?,
            vendor_extension_version: fields.u16("VendorExtensionVersion")?,
            vendor_extension_desc: fields.string("VendorExtensionDesc")?,
            functional_mode: fields.u16("FunctionalMode")?,
            operations_supported: fields.u16_array("OperationsSupported")?,
            events_supported: fields.u16_array("EventsSupported")?,
            device_properties_supported: fields.u16_array("DevicePropertiesSupported")?,
            capture_formats: fields.u16_array("CaptureFormats")?,
            image_formats: fields.u16_array("ImageFormats")?,
            manufacturer: fields.string("Manufacturer")?,
            model: fields.string("Model")?,
            device_version: fields.string("DeviceVersion")?,
            serial_number: fields.string("SerialNumber")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn string(text: &str) -> Vec<u8> {
        if text.is_empty() {
            return vec![0];
        }
        let mut bytes = vec![text.len() as u8 + 1];
        bytes.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
        bytes
    }

    fn dataset() -> Vec<u8> {
        let mut b = vec![0x64, 0x00, 0x0B, 0, 0, 0, 0x64, 0x00];
        b.extend(string(""));
        b.extend([0, 0]);
        b.extend([2, 0, 0, 0, 0x01, 0x10, 0x99, 0x99]);
        b.extend([1, 0, 0, 0, 0x08, 0x40]);
        b.extend([0; 12]);
        b.extend(string("Canon Inc."));
        b.extend(string("Canon PowerShot A1400"));
        b.extend(string("1-6.0.1.0"));
        b.extend(string("0123456789ABCDEF"));
        b
    }

    #[test]
    fn every_field_is_read() {
        let info = DeviceInfo::decode(&dataset()).unwrap();
        assert_eq!(info.standard_version, 100);
        assert_eq!(info.vendor_extension_id, 11);
        assert_eq!(info.operations_supported, [0x1001, 0x9999]);
        assert_eq!(info.events_supported, [0x4008]);
        assert_eq!(info.model, "Canon PowerShot A1400");
        assert_eq!(info.serial_number, "0123456789ABCDEF");
    }

    #[test]
    fn every_truncation_is_an_error_and_never_a_panic() {
        let whole = dataset();
        for len in 0..whole.len() {
            assert_eq!(DeviceInfo::decode(&whole[..len]).unwrap_err().kind(), ErrorKind::Protocol, "{len}");
        }
    }

    #[test]
    fn an_array_that_claims_four_billion_entries_is_refused() {
        let mut bytes = vec![0x64, 0, 0x0B, 0, 0, 0, 0x64, 0, 0, 0, 0];
        bytes.extend([0xFF, 0xFF, 0xFF, 0xFF, 1, 2]);
        let error = DeviceInfo::decode(&bytes).unwrap_err().to_string();
        assert!(error.contains("OperationsSupported"), "{error}");
    }
}
