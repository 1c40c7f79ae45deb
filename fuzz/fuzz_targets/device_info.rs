//! The DeviceInfo dataset: no bytes make the reader panic, and what it reads was there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use moonshutter::ErrorKind;
use moonshutter::ptp::DeviceInfo;

fuzz_target!(|bytes: &[u8]| {
    match DeviceInfo::decode(bytes) {
        Ok(info) => {
            let arrays = [
                &info.operations_supported,
                &info.events_supported,
                &info.device_properties_supported,
                &info.capture_formats,
                &info.image_formats,
            ];
            assert!(2 * arrays.iter().map(|array| array.len()).sum::<usize>() <= bytes.len());
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Protocol, "{error}"),
    }
});
