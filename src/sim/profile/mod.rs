//! What kinds of cameras there are to simulate, as data.

use crate::sim::control::Control;
use crate::sim::world::Body;

/// A kind of camera: what it says about itself, its CHDK, and its hardware.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// What to call it: `-c sim:NAME`.
    pub name: String,
    /// One line on what it is.
    pub description: String,
    /// What it says about itself.
    pub identity: Identity,
    /// The CHDK that runs on it. Without one, operation 0x9999 does not exist.
    pub chdk: Option<Chdk>,
    /// Its hardware, as scripts see it.
    pub body: Body,
    /// What happens to it while it runs.
    pub control: Control,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            name: "current".to_owned(),
            description: "a PowerShot with the CHDK of 2023 (1.7, protocol 2.9)".to_owned(),
            identity: Identity::default(),
            chdk: Some(Chdk::default()),
            body: Body::default(),
            control: Control::default(),
        }
    }
}

impl Profile {
    /// The same camera with an older or newer version of CHDK's PTP extension, and the Lua that came with it.
    pub fn with_protocol(mut self, major: u16, minor: u16) -> Self {
        let chdk = self.chdk.get_or_insert_default();
        chdk.protocol = (major, minor);
        // Removed 2021-01-03, between protocol 2.9 and whatever comes next (CHDK lib/lua/lbaselib.c:515).
        chdk.coroutine = chdk.protocol < (2, 9);
        self
    }

    /// The same camera without CHDK.
    pub fn without_chdk(mut self) -> Self {
        self.chdk = None;
        self
    }

    /// The same camera with this much memory, in bytes.
    pub fn with_memory(mut self, bytes: usize) -> Self {
        self.body.memory = bytes;
        self
    }
}

/// A version of CHDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chdk {
    /// Version of its PTP extension, 2.0 to 2.9.
    pub protocol: (u16, u16),
    /// As in `get_buildinfo().build_number`.
    pub version: String,
    /// As in `get_buildinfo().build_revision`.
    pub revision: String,
    /// As in `get_buildinfo().build_date`.
    pub build_date: String,
    /// As in `get_buildinfo().build_time`.
    pub build_time: String,
    /// Whether its Lua has the `coroutine` library (1.5 and older).
    pub coroutine: bool,
}

impl Default for Chdk {
    fn default() -> Self {
        Self {
            protocol: (2, 9),
            version: "1.7.0".to_owned(),
            revision: "6234".to_owned(),
            build_date: "May 18 2023".to_owned(),
            build_time: "12:00:00".to_owned(),
            coroutine: false,
        }
    }
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
