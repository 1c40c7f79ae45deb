//! Everything that is plugged in, for whoever wants to know why a camera is not found.

use rusb::{Context, UsbContext};
use serde::Serialize;

use super::interface::STILL_IMAGE;
use super::{Device, Holder, Opened, Strings, holders, strings};

/// One device on USB, whatever it is.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// Number of the bus.
    pub bus: u8,
    /// Number of the device on its bus.
    pub address: u8,
    /// The ports on the way to it; more than one behind a hub.
    pub ports: Vec<u8>,
    /// USB vendor.
    pub vendor: u16,
    /// USB product.
    pub product: u16,
    /// How fast it is connected.
    pub speed: Speed,
    /// The device descriptor's fields, and those of configurations, interfaces and endpoints, in words.
    pub descriptors: Vec<String>,
    /// Class, subclass and protocol of each interface.
    pub interfaces: Vec<(u8, u8, u8)>,
    /// Whether a configuration could be read; a device that cannot even say that is in trouble.
    pub readable: bool,
    /// Whether this program could have it. Only devices that speak PTP are tried.
    pub opened: Opened,
    /// What it calls itself.
    pub strings: Option<Strings>,
    /// Programs that have it open, as far as the system tells.
    pub held_by: Vec<Holder>,
}

/// How fast a device is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speed {
    /// The system does not say.
    Unknown,
    /// 1.5 MBit/s.
    Low,
    /// 12 MBit/s: USB 1.1, or USB 2.0 in trouble.
    Full,
    /// 480 MBit/s: what cameras do.
    High,
    /// 5 GBit/s and more.
    Super,
}

impl Seen {
    /// Whether one of its interfaces speaks PTP.
    pub fn is_ptp(&self) -> bool {
        self.interfaces.contains(&STILL_IMAGE)
    }

    /// What to give to `-c`.
    pub fn location(&self) -> String {
        format!("usb:{:03}:{:03}", self.bus, self.address)
    }
}

/// Looks at all devices but hubs. Those that speak PTP are taken for a moment, to see whether they can be had. An error,
/// in libusb's words, where there is no USB.
pub fn survey() -> Result<Vec<Seen>, String> {
    let context = Context::new().map_err(|error| error.to_string())?;
    let devices = context.devices().map_err(|error| error.to_string())?;
    let holders = holders();
    let mut found: Vec<_> = devices.iter().filter_map(|device| look_at(&device)).collect();
    for seen in &mut found {
        seen.held_by = holders.get(&(seen.bus, seen.address)).cloned().unwrap_or_default();
    }
    found.sort_by_key(|seen| (seen.bus, seen.address));
    Ok(found)
}

fn look_at(device: &rusb::Device<Context>) -> Option<Seen> {
    const HUB: u8 = 9;
    let descriptor = device.device_descriptor().ok()?;
    if descriptor.class_code() == HUB {
        return None;
    }
    let speed = match device.speed() {
        rusb::Speed::Low => Speed::Low,
        rusb::Speed::Full => Speed::Full,
        rusb::Speed::High => Speed::High,
        rusb::Speed::Super | rusb::Speed::SuperPlus => Speed::Super,
        _ => Speed::Unknown,
    };
    let mut descriptors = vec![format!(
        "device {:04x}:{:04x} release {}, USB {}, class {}/{}/{}, {} configurations",
        descriptor.vendor_id(),
        descriptor.product_id(),
        descriptor.device_version(),
        descriptor.usb_version(),
        descriptor.class_code(),
        descriptor.sub_class_code(),
        descriptor.protocol_code(),
        descriptor.num_configurations()
    )];
    let mut interfaces = Vec::new();
    let configurations: Vec<_> = (0..descriptor.num_configurations()).map(|i| device.config_descriptor(i)).collect();
    for configuration in configurations.iter().flatten() {
        descriptors.push(format!("configuration {}, {} mA", configuration.number(), configuration.max_power()));
        for setting in configuration.interfaces().flat_map(|interface| interface.descriptors()) {
            let class = (setting.class_code(), setting.sub_class_code(), setting.protocol_code());
            let (number, alternate) = (setting.interface_number(), setting.setting_number());
            descriptors.push(format!("interface {number}.{alternate}, class {}/{}/{}", class.0, class.1, class.2));
            interfaces.push(class);
            for endpoint in setting.endpoint_descriptors() {
                let (address, size) = (endpoint.address(), endpoint.max_packet_size());
                descriptors.push(format!("endpoint {address:#04x}, {:?}, {size} bytes", endpoint.transfer_type()));
            }
        }
    }
    let opened = match Device::look_at(device) {
        Some(device) => device.try_to_take(),
        None => Opened::NotTried,
    };
    Some(Seen {
        bus: device.bus_number(),
        address: device.address(),
        ports: device.port_numbers().unwrap_or_default(),
        vendor: descriptor.vendor_id(),
        product: descriptor.product_id(),
        speed,
        descriptors,
        interfaces,
        readable: configurations.iter().any(Result::is_ok),
        strings: if opened == Opened::NotTried { None } else { strings(device, &descriptor).ok() },
        opened,
        held_by: Vec::new(),
    })
}

impl Device {
    /// Takes it and gives it back.
    fn try_to_take(&self) -> Opened {
        let taken = self.device.open().and_then(|handle| {
            // On systems that have no such drivers there is nothing to detach.
            let _ = handle.set_auto_detach_kernel_driver(true);
            handle.claim_interface(self.interface.number)
        });
        taken.map_or_else(|error| Opened::refused(error, std::env::consts::OS), |()| Opened::Yes)
    }
}
