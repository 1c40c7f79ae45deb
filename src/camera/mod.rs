//! What a person does with a camera: run scripts, exchange messages, move files.
//!
//! Everything here goes through operation 0x9999 as `chdk` speaks it; nothing here knows a Lua VM of the host or a
//! simulator.

pub mod card;
mod check;
mod condition;
mod files;
mod libs;
mod listing;
mod memory;
mod messages;
mod overhear;
mod position;
mod power;
mod runtime;
mod script;
mod stream;
mod strip;
mod time;
mod value;
mod wait;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

pub use crate::chdk::{Body, Message, Payload, Stage, Status, Version};
pub use crate::ptp::{Counters, DeviceInfo, ResponseCode};
pub use check::{Check, Sending};
pub use condition::{Build, Condition};
pub use libs::{Lib, Libs};
pub use listing::{DirEntry, Stat};
pub use messages::Target;
pub use overhear::Overheard;
pub use script::{ExecOptions, Script};
pub use stream::{Item, Stream};
pub(crate) use strip::strip;
pub use time::ClockReading;
pub use wait::WaitOptions;

use crate::chdk::Chdk;
use crate::clock::{Clock, Interrupt, RealClock};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::{Session, Transport};

/// How a camera is driven.
#[derive(Clone)]
pub struct Options {
    /// What waits are measured with.
    pub clock: Arc<dyn Clock>,
    /// What ends waits early.
    pub interrupt: Interrupt,
    /// How long one transaction may stand still; if nothing is said, as long as fits what it does (`docs/usb.md` has the
    /// table).
    pub timeout: Option<Duration>,
    /// What looks at scripts before they are sent, if anything does.
    pub check: Option<Arc<dyn Check>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { clock: Arc::new(RealClock::new()), interrupt: Interrupt::new(), timeout: None, check: None }
    }
}

/// What is known of a camera since it was connected.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Info {
    /// Where it is: `usb:001:004`, `ip:127.0.0.1:15740`, `sim`.
    pub location: String,
    /// As in "Canon PowerShot A1400".
    pub model: String,
    /// As in "Canon Inc.".
    pub manufacturer: String,
    /// May be empty.
    pub serial_number: String,
    /// The firmware's version as PTP tells it.
    pub device_version: String,
    /// CHDK's protocol; `None` if the camera has no CHDK that can be used.
    pub chdk: Option<Version>,
}

impl Info {
    /// Model and serial number, or what there is of them.
    pub fn name(&self) -> String {
        let model = if self.model.is_empty() { "unnamed camera" } else { &self.model };
        if self.serial_number.is_empty() {
            format!("{model} at {}", self.location)
        } else {
            format!("{model} {}", self.serial_number)
        }
    }
}

/// A connected camera. The session ends when it is dropped.
pub struct Camera {
    link: Link,
    info: Info,
    device: DeviceInfo,
    name: String,
    options: Options,
    /// The script that the user of this connection started last.
    script_id: Option<u32>,
    /// The script that this connection started last, ours included.
    last_started: Option<u32>,
    /// Scripts that are being waited for, one in the message callback of the other.
    following: usize,
    /// Scripts whose messages are fetched when somebody asks for them.
    streams: Vec<stream::Open>,
    /// Messages that came while another script of ours was waited for.
    pending: VecDeque<overhear::Pending>,
    /// The script that the user of this connection started last and did not wait for.
    started: Option<(u32, Script)>,
}

enum Link {
    Chdk(Chdk),
    /// A camera that answers PTP and no more, with the reason.
    Plain(Session, Error),
}

impl Camera {
    /// Opens a session and learns who answers. A camera without CHDK is connected all the same: what needs CHDK then
    /// fails with [`ErrorKind::NotChdk`].
    pub fn connect(transport: Box<dyn Transport>, options: Options) -> Result<Self> {
        let location = transport.location();
        Self::open(transport, options).map_err(|error| error.on_camera(&location))
    }

    fn open(transport: Box<dyn Transport>, options: Options) -> Result<Self> {
        let mut session = Session::open_with(transport, options.timeout)?;
        let device = session.device_info()?;
        let location = session.location();
        let link = match Chdk::new(session) {
            Ok(chdk) => Link::Chdk(chdk),
            Err((session, error)) if error.kind() == ErrorKind::NotChdk => Link::Plain(session, error),
            Err((_, error)) => return Err(error),
        };
        let info = Info {
            location,
            model: device.model.clone(),
            manufacturer: device.manufacturer.clone(),
            serial_number: device.serial_number.clone(),
            device_version: device.device_version.clone(),
            chdk: match &link {
                Link::Chdk(chdk) => Some(chdk.version()),
                Link::Plain(..) => None,
            },
        };
        let name = info.name();
        log::debug!("connected to {name}");
        Ok(Self {
            link,
            info,
            device,
            name,
            options,
            script_id: None,
            last_started: None,
            following: 0,
            streams: Vec::new(),
            pending: VecDeque::new(),
            started: None,
        })
    }

    /// How long a transaction may stand still from now on; without a limit of yours, as long as fits what it does.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.options.timeout = timeout;
        match &mut self.link {
            Link::Chdk(chdk) => chdk.session().set_timeout(timeout),
            Link::Plain(session, _) => session.set_timeout(timeout),
        }
    }

    /// What is known of it.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Everything that the camera said of itself when it was connected.
    pub fn device_info(&self) -> &DeviceInfo {
        &self.device
    }

    /// Model and serial, or what there is of them: how errors name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is driven.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Whether the connection is usable as far as is known.
    pub fn is_connected(&self) -> bool {
        match &self.link {
            Link::Chdk(chdk) => chdk.is_open(),
            Link::Plain(session, _) => session.is_open(),
        }
    }

    /// Ends the session. Later calls fail with [`ErrorKind::Disconnected`].
    pub fn disconnect(&mut self) -> Result<()> {
        let closed = self.session().close();
        closed.map_err(|error| self.named(error))
    }

    /// What went over the wire.
    pub fn counters(&self) -> Counters {
        match &self.link {
            Link::Chdk(chdk) => chdk.counters(),
            Link::Plain(session, _) => session.counters(),
        }
    }

    /// Asks the camera again what CHDK protocol it speaks; [`info`](Self::info) has what it said when it was connected.
    pub fn ask_version(&mut self) -> Result<Version> {
        self.with(Chdk::ask_version)
    }

    /// The commands of CHDK one by one, for what has no method here.
    pub fn chdk(&mut self) -> Result<&mut Chdk> {
        match &mut self.link {
            Link::Chdk(chdk) => Ok(chdk),
            Link::Plain(_, reason) => {
                let error = Error::new(reason.kind(), reason.message());
                Err(match reason.response() {
                    Some(code) => error.with_response(code),
                    None => error,
                }
                .on_camera(&self.name))
            }
        }
    }

    fn session(&mut self) -> &mut Session {
        match &mut self.link {
            Link::Chdk(chdk) => chdk.session(),
            Link::Plain(session, _) => session,
        }
    }

    /// Does something that needs CHDK, and names the camera in what goes wrong.
    fn with<T>(&mut self, action: impl FnOnce(&mut Chdk) -> Result<T>) -> Result<T> {
        let result = self.chdk().and_then(action);
        result.map_err(|error| self.named(error))
    }

    fn named(&self, error: Error) -> Error {
        error.on_camera(&self.name)
    }
}
