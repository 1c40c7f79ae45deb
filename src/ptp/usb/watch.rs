//! Arrivals and departures.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusb::{Context, Hotplug, HotplugBuilder, Registration, UsbContext};

use super::Device;
use crate::clock::Interrupt;

/// How often it is looked where libusb does not tell, and how long a listener stays away at most before it looks up.
const GLANCE: Duration = Duration::from_millis(100);

/// A device came or went.
#[derive(Debug, Clone)]
pub enum Change {
    /// It was plugged in, or switched on.
    Arrived(Device),
    /// It was unplugged, or switched itself off: what it was while it was there.
    Left(Device),
}

/// Watches devices that speak PTP come and go.
///
/// Those that are there when it begins are told as arrivals first. libusb tells of changes on Linux and macOS; elsewhere
/// (Windows) it is looked ten times a second. Where there is no USB nothing ever comes.
///
/// ```no_run
/// use moonshutter::clock::Interrupt;
/// use moonshutter::ptp::usb::{Change, Watch};
///
/// let mut watch = Watch::new();
/// while let Some(change) = watch.next(&Interrupt::new()) {
///     match change {
///         Change::Arrived(device) => println!("{} is here", device.location()),
///         Change::Left(device) => println!("{} is gone", device.location()),
///     }
/// }
/// ```
pub struct Watch {
    known: BTreeMap<(u8, u8), Device>,
    waiting: VecDeque<Change>,
    system: Option<System>,
}

/// libusb, and whether it has something to tell.
struct System {
    // Goes before its context does.
    registration: Option<Registration<Context>>,
    context: Context,
    changed: Arc<AtomicBool>,
}

/// In a callback of libusb's nothing may be asked of a device.
struct Notice(Arc<AtomicBool>);

impl Hotplug<Context> for Notice {
    fn device_arrived(&mut self, _: rusb::Device<Context>) {
        self.0.store(true, Ordering::Release);
    }

    fn device_left(&mut self, _: rusb::Device<Context>) {
        self.0.store(true, Ordering::Release);
    }
}

impl Watch {
    /// Begins to watch.
    pub fn new() -> Self {
        let system = Context::new().inspect_err(|error| log::debug!("no USB: {error}")).ok().map(|context| {
            let changed = Arc::new(AtomicBool::new(true));
            let notice = Box::new(Notice(Arc::clone(&changed)));
            let registration = HotplugBuilder::new().register(context.clone(), notice);
            let registration = registration.inspect_err(|error| log::debug!("hotplug: {error}")).ok();
            System { registration, context, changed }
        });
        Self { known: BTreeMap::new(), waiting: VecDeque::new(), system }
    }

    /// Waits for the next change; `None` when the interrupt was raised.
    pub fn next(&mut self, interrupt: &Interrupt) -> Option<Change> {
        loop {
            if let Some(change) = self.waiting.pop_front() {
                return Some(change);
            }
            if interrupt.is_raised() {
                return None;
            }
            self.look();
            if self.waiting.is_empty() {
                self.pause(interrupt);
            }
        }
    }

    fn look(&mut self) {
        let Some(system) = &self.system else { return };
        // Where nobody tells, every look is a good one.
        if !system.changed.swap(system.registration.is_none(), Ordering::Acquire) {
            return;
        }
        let Ok(devices) = system.context.devices() else { return };
        let now: BTreeMap<_, _> =
            devices.iter().map(|device| ((device.bus_number(), device.address()), device)).collect();
        let gone: Vec<_> = self.known.keys().filter(|place| !now.contains_key(place)).copied().collect();
        self.waiting.extend(gone.iter().filter_map(|place| self.known.remove(place)).map(Change::Left));
        for (place, device) in now {
            if !self.known.contains_key(&place)
                && let Some(device) = Device::look_at(&device)
            {
                self.known.insert(place, device.clone());
                self.waiting.push_back(Change::Arrived(device));
            }
        }
    }

    fn pause(&self, interrupt: &Interrupt) {
        match &self.system {
            Some(System { registration: Some(_), context, .. }) => {
                if let Err(error) = context.handle_events(Some(GLANCE)) {
                    log::debug!("hotplug: {error}");
                    interrupt.wait(GLANCE);
                }
            }
            _ => _ = interrupt.wait(GLANCE),
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}
