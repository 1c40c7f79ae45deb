//! PTP over USB (PIMA 15740), through libusb.
//!
//! [`list`] finds devices of the still image class, [`Device::connect`] opens one. libusb is compiled in; a system on which it
//! cannot start (a container without `/dev/bus/usb`) simply has no cameras.

mod changes;
mod holders;
mod interface;
mod pipe;
mod refusal;
mod survey;
mod watch;

use std::fmt;
use std::io;
use std::time::Duration;

use rusb::{Context, UsbContext};

use super::Containers;
use crate::clock::Interrupt;
use crate::error::{Error, ErrorKind, Result};
pub use changes::Change;
pub use holders::{Holder, holders};
use interface::Interface;
pub use pipe::UsbPipe;
pub use refusal::Opened;
pub use survey::{Seen, Speed, survey};
pub use watch::Watch;

/// Canon's number among USB vendors.
pub const CANON: u16 = 0x04a9;

/// For a device to say what it is called.
const STRING_PATIENCE: Duration = Duration::from_millis(500);

/// A device that speaks PTP, plugged in.
#[derive(Clone)]
pub struct Device {
    device: rusb::Device<Context>,
    interface: Interface,
    /// Number of the bus.
    pub bus: u8,
    /// Number of the device on its bus; another one each time it is plugged in.
    pub address: u8,
    /// USB vendor: [`CANON`] for Canon.
    pub vendor: u16,
    /// USB product.
    pub product: u16,
    /// What it calls itself and its serial number, unless the system does not let this user ask.
    pub strings: Result<Strings, String>,
}

/// What a device says of itself on USB.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Strings {
    /// As in "Canon Inc.".
    pub manufacturer: String,
    /// As in "Canon Digital Camera".
    pub product: String,
    /// Empty if it has none.
    pub serial: String,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}:{:04x} at {}", self.vendor, self.product, self.location())
    }
}

/// Devices of the still image class that are plugged in, in the order of their places. None where there is no USB.
pub fn list() -> Vec<Device> {
    // rusb's global context panics where libusb does not start; one of our own is an error.
    let Ok(context) = Context::new().inspect_err(|error| log::debug!("no USB: {error}")) else { return Vec::new() };
    let Ok(devices) = context.devices() else { return Vec::new() };
    let mut found: Vec<_> = devices.iter().filter_map(|device| Device::look_at(&device)).collect();
    found.sort_by_key(Device::place);
    found
}

impl Device {
    fn look_at(device: &rusb::Device<Context>) -> Option<Self> {
        let descriptor = device.device_descriptor().ok()?;
        let interface = Interface::find(device)?;
        Some(Self {
            interface,
            bus: device.bus_number(),
            address: device.address(),
            vendor: descriptor.vendor_id(),
            product: descriptor.product_id(),
            strings: strings(device, &descriptor).map_err(|error| error.to_string()),
            device: device.clone(),
        })
    }

    /// Bus and number.
    pub fn place(&self) -> (u8, u8) {
        (self.bus, self.address)
    }

    /// What to give to `-c`: `usb:BUS:DEV`.
    pub fn location(&self) -> String {
        format!("usb:{:03}:{:03}", self.bus, self.address)
    }

    /// The serial number; none if it has none or it cannot be asked.
    pub fn serial(&self) -> Option<&str> {
        self.strings.as_ref().ok().map(|strings| strings.serial.as_str()).filter(|serial| !serial.is_empty())
    }

    /// Takes the device for this program. `NoAccess` if the system does not let this user, `Busy` if another program has it,
    /// `NoCamera` if it was unplugged.
    pub fn connect(&self, timeout: Duration, interrupt: &Interrupt) -> Result<Containers<UsbPipe>> {
        let handle = self.device.open().map_err(|error| self.error("open", error))?;
        // On systems that have no such drivers there is nothing to detach.
        let _ = handle.set_auto_detach_kernel_driver(true);
        let Interface { configuration, number, setting, .. } = self.interface;
        // Setting it anew would be a small reset of the device.
        if handle.active_configuration().unwrap_or(configuration) != configuration {
            handle.set_active_configuration(configuration).map_err(|error| self.error("set up", error))?;
        }
        handle.claim_interface(number).map_err(|error| self.error("claim", error))?;
        if setting != 0 {
            handle.set_alternate_setting(number, setting).map_err(|error| self.error("set up", error))?;
        }
        let pipe = UsbPipe::new(handle, &self.interface);
        Ok(Containers::new(pipe, self.location(), timeout, interrupt.clone()))
    }

    /// Brings a device back into step that does not answer as it should: cancels what it may be in the middle of, clears
    /// halted endpoints, drops what it still sends, and resets it if it does not say that it is ready.
    pub fn recover(&self, interrupt: &Interrupt) -> Result<()> {
        let containers = self.connect(Duration::from_secs(1), interrupt)?;
        containers.into_pipe().recover(interrupt).map_err(|error| {
            let text = format!("{} does not answer; switch the camera off and on again", self.location());
            Error::new(ErrorKind::Timeout, text).caused_by(error)
        })
    }

    /// Who has it, or who it often is where the system does not tell.
    fn users(&self) -> String {
        let known = holders().remove(&self.place()).unwrap_or_default();
        let known: Vec<_> = known.iter().map(ToString::to_string).collect();
        if known.is_empty() {
            "often the desktop's photo import (gvfs-gphoto2-volume-monitor), gphoto2, ptpcamerad, or another moonshutter; \
             moonshutter doctor says what to do"
                .to_owned()
        } else {
            known.join(", ")
        }
    }

    fn error(&self, what: &str, error: rusb::Error) -> Error {
        let place = self.location();
        let refused = Opened::refused(error, std::env::consts::OS);
        let (kind, text) = refused.describe(what, &place, || self.users());
        Error::new(kind, text).caused_by(io::Error::other(error))
    }
}

/// Asks politely: what cannot be opened is not asked, and nothing of the device changes.
fn strings(device: &rusb::Device<Context>, descriptor: &rusb::DeviceDescriptor) -> rusb::Result<Strings> {
    let handle = device.open()?;
    let language = handle.read_languages(STRING_PATIENCE)?.first().copied();
    let read = |index: Option<u8>| {
        let text = language.zip(index).and_then(|(language, _)| {
            let index = index?;
            handle.read_string_descriptor(language, index, STRING_PATIENCE).ok()
        });
        text.unwrap_or_default().trim_end_matches('\0').trim().to_owned()
    };
    Ok(Strings {
        manufacturer: read(descriptor.manufacturer_string_index()),
        product: read(descriptor.product_string_index()),
        serial: read(descriptor.serial_number_string_index()),
    })
}
