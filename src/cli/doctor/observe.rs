//! Looking.

use std::time::Duration;

use serde::Serialize;

use crate::camera::{Camera, Options};
use crate::connect::{self, Names, Spec};
use crate::error::ErrorKind;
use crate::ptp::usb::{self, CANON, Opened, Seen};

/// For a camera to answer in.
const PATIENCE: Duration = Duration::from_secs(5);

/// Everything that was seen.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Observed {
    /// This program's version.
    pub version: String,
    /// As Rust calls it: `linux`, `macos`, `windows`.
    pub system: String,
    /// `x86_64`, `aarch64`.
    pub machine: String,
    /// Of libusb.
    pub libusb: String,
    /// Why USB cannot be used at all.
    pub no_usb: Option<String>,
    /// Why the user's file of names cannot be used.
    pub bad_names: Option<String>,
    /// How many devices there are that neither are Canon's nor speak PTP, hubs aside.
    pub others: usize,
    /// The rest.
    pub devices: Vec<Looked>,
}

/// A device, and what it says over PTP if it was asked.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Looked {
    #[serde(flatten)]
    pub seen: Seen,
    pub talk: Talk,
}

/// What a camera says over PTP.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Talk {
    /// Nobody asked.
    NotTried,
    /// It answers.
    Answers {
        /// As in "Canon PowerShot A1400".
        model: String,
        /// The firmware's version as PTP tells it.
        device_version: String,
        /// The serial number as PTP tells it, which may be another one than on USB.
        serial: String,
        /// What it can do.
        operations: Vec<u16>,
        /// CHDK's protocol, or why there is none.
        chdk: Result<String, String>,
    },
    /// It does not.
    Fails {
        /// Which kind of failure.
        #[serde(skip)]
        kind: ErrorKind,
        /// In the words of the error.
        words: String,
    },
}

impl Looked {
    pub fn is_canon(&self) -> bool {
        self.seen.vendor == CANON
    }
}

pub(super) fn observe(options: &Options) -> Observed {
    let (no_usb, all) = match usb::survey() {
        Ok(seen) => (None, seen),
        Err(error) => (Some(error), Vec::new()),
    };
    let (wanted, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|seen| seen.vendor == CANON || seen.is_ptp());
    let look = |seen: Seen| {
        let is_free = seen.opened == Opened::Yes && seen.vendor == CANON;
        let talk = if is_free && !options.interrupt.is_raised() { talk(&seen, options) } else { Talk::NotTried };
        Looked { seen, talk }
    };
    let libusb = rusb::version();
    Observed {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system: std::env::consts::OS.to_owned(),
        machine: std::env::consts::ARCH.to_owned(),
        libusb: format!("{}.{}.{}", libusb.major(), libusb.minor(), libusb.micro()),
        no_usb,
        bad_names: Names::load().err().map(|error| error.to_string()),
        others: others.len(),
        devices: wanted.into_iter().map(look).collect(),
    }
}

fn talk(seen: &Seen, options: &Options) -> Talk {
    let options =
        Options { timeout: Some(options.timeout.map_or(PATIENCE, |timeout| timeout.min(PATIENCE))), ..options.clone() };
    let place = Spec::Usb(Some((seen.bus, seen.address)));
    let answer = |mut camera: Camera| {
        let chdk = match (camera.info().chdk, camera.chdk().err()) {
            (Some(version), _) => Ok(version.to_string()),
            (None, error) => Err(error.map(|error| error.message().to_owned()).unwrap_or_default()),
        };
        let info = camera.info().clone();
        let operations = camera.device_info().operations_supported.clone();
        if let Err(error) = camera.disconnect() {
            log::debug!("{error}");
        }
        Talk::Answers {
            model: info.model,
            device_version: info.device_version,
            serial: info.serial_number,
            operations,
            chdk,
        }
    };
    connect::connect(&place, &options)
        .map_or_else(|error| Talk::Fails { kind: error.kind(), words: error.to_string() }, answer)
}
