//! What kind of camera to simulate.

use std::path::PathBuf;

use crate::clock::VirtualClock;
use crate::sim::log::LogSink;

/// A camera to simulate. The default is a PowerShot with CHDK-PTP 2.9, a temporary card and real time.
#[derive(Clone)]
pub struct Config {
    /// The memory card.
    pub card: CardSource,
    /// The time the camera lives in.
    pub time: Time,
    /// What it says about itself.
    pub identity: Identity,
    /// Version of CHDK's PTP extension, 2.0 to 2.9.
    pub chdk_version: (u16, u16),
    /// Whether CHDK is loaded. Without it, operation 0x9999 does not exist.
    pub chdk: bool,
    /// Memory of the camera in bytes. A script has at most this much; so has a script's text, a message and the data
    /// kept for a download.
    pub memory: usize,
    /// Where `math.random` starts its sequence, which the camera's scripts share; what `srand` was called with at boot.
    pub seed: u32,
    /// Gets a line for each operation, and one that starts with `sin:` for each mistake of the client's.
    pub log: Option<LogSink>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            card: CardSource::Temporary,
            time: Time::Real,
            identity: Identity::default(),
            chdk_version: (2, 9),
            chdk: true,
            memory: 1536 * 1024,
            seed: 1,
            log: None,
        }
    }
}

/// Where the memory card's files are.
#[derive(Debug, Clone, Default)]
pub enum CardSource {
    /// A folder that goes away with the camera.
    #[default]
    Temporary,
    /// A folder of the user's, which must exist.
    Folder(PathBuf),
}

/// The time a camera lives in.
#[derive(Clone, Default)]
pub enum Time {
    /// The machine's.
    #[default]
    Real,
    /// A clock that moves when somebody waits on it. A hundred VM instructions take 20 µs of it.
    Virtual(VirtualClock),
}

/// What a camera says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
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
