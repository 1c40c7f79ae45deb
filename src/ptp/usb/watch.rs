//! Arrivals and departures.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusb::{Context, Hotplug, HotplugBuilder, Registration, UsbContext};

use super::Device;
use super::changes::{Change, Changes};
use crate::clock::Interrupt;

/// How often it is looked where libusb does not tell, and how long a listener stays away at most before it looks up.
const GLANCE: Duration = Duration::from_millis(100);

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
    changes: Changes<rusb::Device<Context>, Device>,
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
        Self { changes: Changes::default(), system }
    }

    /// Whether there is USB at all. Where there is none, nothing ever comes.
    pub fn has_usb(&self) -> bool {
        self.system.is_some()
    }

    /// Waits for the next change; `None` when the interrupt was raised.
    pub fn next(&mut self, interrupt: &Interrupt) -> Option<Change> {
        loop {
            if let Some(change) = self.changes.next() {
                return Some(change);
            }
            if interrupt.is_raised() {
                return None;
            }
            self.look();
            if self.changes.is_empty() {
                self.pause(interrupt);
            }
        }
    }

    /// Compares what is there with what was, if there is a reason to.
    fn look(&mut self) {
        let Some(system) = &self.system else { return };
        // Where nobody tells, every look is a good one.
        let again = system.registration.is_none() || self.changes.wants_another_look();
        if !system.changed.swap(false, Ordering::Acquire) && !again {
            return;
        }
        let Ok(devices) = system.context.devices() else {
            system.changed.store(true, Ordering::Release);
            return;
        };
        let now = devices.iter().map(|device| ((device.bus_number(), device.address()), device));
        self.changes.compare(now, Device::look_at, |device| device.strings.is_ok());
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
