//! A camera spec becomes a connected camera: the one place where client and simulator meet.

mod names;
mod usb;

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::camera::{Camera, Info, Options};
use crate::error::{Error, ErrorKind, Result};
pub use crate::ptp::ip::DEFAULT_PORT;
/// For those who want a simulated camera of their own making, and know the simulator only from here.
pub use crate::sim::{CardSource, Config, Control, Event, Profile, SimCamera, Strict, Time};
pub use names::Names;

use crate::clock::Interrupt;
use crate::ptp::ip::Address;
use crate::ptp::session::USUAL;
use crate::ptp::usb::{Change, Holder, Watch};
use crate::ptp::{Containers, Pipe, PtpIp};
use crate::sim::Cable;

/// Which camera: `usb`, `usb:BUS:DEV`, a name of the user's (see [`Names`]), a serial number or its unique prefix,
/// `ip:HOST[:PORT]`, `sim`, `sim:PROFILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// The only camera on USB, or the one at this bus and device.
    Usb(Option<(u8, u8)>),
    /// By a name of the user's, a serial number or a prefix of one.
    Serial(String),
    /// PTP/IP.
    Ip {
        /// Name or address.
        host: String,
        /// TCP port, 15740 by default.
        port: u16,
    },
    /// A simulated camera in this process: the default one, or that of a profile, which is a built-in one by its name
    /// or a file (see [`Profile::find`]).
    Sim(Option<String>),
}

impl FromStr for Spec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (word, rest) = match text.split_once(':') {
            Some((word, rest)) => (word, Some(rest)),
            None => (text, None),
        };
        match (word, rest) {
            ("usb", None) => Ok(Self::Usb(None)),
            ("usb", Some(place)) => {
                let numbers = place.split_once(':').and_then(|(bus, dev)| Some((bus.parse().ok()?, dev.parse().ok()?)));
                numbers
                    .map(|numbers| Self::Usb(Some(numbers)))
                    .ok_or_else(|| bad(text, "usb:BUS:DEV takes two numbers"))
            }
            ("ip", Some(place)) => {
                address(place).ok_or_else(|| bad(text, "ip: takes HOST or HOST:PORT or [IPV6]:PORT"))
            }
            ("ip", None) => Err(bad(text, "ip: takes HOST or HOST:PORT or [IPV6]:PORT")),
            ("sim", None) => Ok(Self::Sim(None)),
            ("sim", Some(name)) if Profile::is_file(name) => Ok(Self::Sim(Some(name.to_owned()))),
            ("sim", Some(name)) => match Profile::named(name) {
                Ok(_) => Ok(Self::Sim(Some(name.to_owned()))),
                Err(error) => Err(bad(text, &format!("{error}, or sim:FILE.toml for one of your own"))),
            },
            (_, None) if names::is_name(text) => Ok(Self::Serial(text.to_owned())),
            _ => Err(bad(
                text,
                "a camera is usb, usb:BUS:DEV, a name of yours, a serial number, ip:HOST[:PORT], sim or sim:PROFILE",
            )),
        }
    }
}

fn bad(text: &str, why: &str) -> Error {
    Error::new(ErrorKind::BadArgument, format!("no camera can be called \"{text}\": {why}"))
}

/// `HOST`, `HOST:PORT`, `[V6]`, `[V6]:PORT`, or an IPv6 address without brackets and port.
fn address(place: &str) -> Option<Spec> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        let port = if port.is_empty() { None } else { Some(port.strip_prefix(':')?) };
        (host, port)
    } else if place.matches(':').count() > 1 {
        (place, None)
    } else {
        match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        }
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port != 0)?,
        None => DEFAULT_PORT,
    };
    (!host.is_empty()).then(|| Spec::Ip { host: host.to_owned(), port })
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usb(None) => f.write_str("usb"),
            Self::Usb(Some((bus, dev))) => write!(f, "usb:{bus:03}:{dev:03}"),
            Self::Serial(serial) => f.write_str(serial),
            Self::Ip { host, port } => Address { host: host.clone(), port: *port }.fmt(f),
            Self::Sim(None) => f.write_str("sim"),
            Self::Sim(Some(profile)) => write!(f, "sim:{profile}"),
        }
    }
}

/// A camera that could be connected.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What to give to `-c`.
    pub spec: Spec,
    /// What it is, as far as can be said without connecting.
    pub description: String,
    /// What the user calls it.
    pub alias: Option<String>,
    /// Its serial number, where it has one and can be asked.
    pub serial: Option<String>,
    /// Programs that have it open, as far as the system tells: Linux alone, and of programs of the same user.
    pub used_by: Vec<Holder>,
}

/// Cameras that are there, without connecting to them: first those on USB, with the user's names in front, then by serial
/// number; then the simulated ones, which always are: the default one as `sim`, the other built-in profiles by their
/// names. Fails when the user's file of names cannot be understood.
pub fn list() -> Result<Vec<Candidate>> {
    let default = Profile::default().name;
    let simulated = Profile::names().filter_map(|name| Profile::named(name).ok()).map(|profile| Candidate {
        description: format!("simulated, in this process: {}", profile.description),
        spec: Spec::Sim(Some(profile.name).filter(|name| *name != default)),
        alias: None,
        serial: None,
        used_by: Vec::new(),
    });
    Ok(usb::candidates(&Names::load()?).into_iter().chain(simulated).collect())
}

/// Watches cameras on USB come and go, until the interrupt is raised or `told` says that it is enough. Those that are there
/// at the beginning come first. Fails when the user's file of names cannot be understood, and with `NoCamera` where there is no
/// USB.
pub fn watch(interrupt: &Interrupt, mut told: impl FnMut(bool, Candidate) -> Result<ControlFlow<()>>) -> Result<()> {
    let names = Names::load()?;
    let mut watch = Watch::new();
    if !watch.has_usb() {
        let text = "programs have no USB here, so that no camera will ever come; moonshutter doctor looks closer";
        return Err(Error::new(ErrorKind::NoCamera, text));
    }
    while let Some(change) = watch.next(interrupt) {
        let (here, device) = match change {
            Change::Arrived(device) => (true, device),
            Change::Left(device) => (false, device),
        };
        if told(here, usb::candidate(&device, &names, Vec::new()))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// The profile of a simulated camera: a built-in one by its name, or that of a file; the default one without a name.
pub fn profile(name: Option<&str>) -> Result<Profile> {
    let found = name.map_or_else(|| Ok(Profile::default()), Profile::find);
    found.map_err(|error| Error::new(ErrorKind::BadArgument, error.to_string()))
}

/// Connects.
pub fn connect(spec: &Spec, options: &Options) -> Result<Camera> {
    match spec {
        Spec::Ip { host, port } => {
            let address = Address { host: host.clone(), port: *port };
            let transport = PtpIp::connect(&address, options.timeout.unwrap_or(USUAL), &options.interrupt)?;
            Camera::connect(Box::new(transport), options.clone())
        }
        Spec::Sim(name) => {
            let log = |line: &str| log_simulated(&format!("sim: {line}"), line);
            let profile = profile(name.as_deref())?;
            plug_in(&simulate(Config { profile, log: Some(Arc::new(log)), ..Config::default() })?, options)
        }
        Spec::Usb(_) | Spec::Serial(_) => usb::connect(spec, options),
    }
}

/// Connects again to a camera that has left, as soon as it is back: after a restart, a pulled plug, an empty battery. By
/// its serial number where it was known by its place, since a camera that comes back to USB has another one.
///
/// [`ErrorKind::Timeout`] if it has not come back within `patience`, [`ErrorKind::NotFound`] if another one answers in its
/// place.
pub fn again(spec: &Spec, before: &Info, options: &Options, patience: Duration) -> Result<Camera> {
    const FIRST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(1);
    let spec = match spec {
        Spec::Usb(Some(_)) if !before.serial_number.is_empty() => Spec::Serial(before.serial_number.clone()),
        spec => spec.clone(),
    };
    let deadline = options.clock.now().saturating_add(patience);
    let mut pause = FIRST;
    loop {
        let error = match connect(&spec, options) {
            Ok(camera) => {
                let now = camera.info();
                if (&now.model, &now.serial_number) == (&before.model, &before.serial_number) {
                    return Ok(camera);
                }
                let text =
                    format!("another camera answers: {}, where there was {} before", camera.name(), before.name());
                return Err(Error::new(ErrorKind::NotFound, text));
            }
            Err(error) => error,
        };
        let left = deadline.saturating_sub(options.clock.now());
        if !may_come(&error) {
            return Err(error);
        }
        if left.is_zero() {
            let text = format!("{} did not come back within {} s", before.name(), patience.as_secs());
            return Err(Error::new(ErrorKind::Timeout, text).caused_by(error));
        }
        if options.clock.sleep(pause.min(left), &options.interrupt) {
            let text = format!("interrupted while waiting for {} to come back", before.name());
            return Err(Error::new(ErrorKind::Interrupted, text));
        }
        pause = (pause * 2).min(LONGEST);
    }
}

/// Whether a camera that could not be connected for this reason may still come.
pub(crate) fn may_come(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NoCamera
            | ErrorKind::NotFound
            | ErrorKind::NoAccess
            | ErrorKind::Busy
            | ErrorKind::Disconnected
            | ErrorKind::Timeout
            | ErrorKind::Io
            | ErrorKind::Protocol
            | ErrorKind::Ptp
    )
}

/// Switches a simulated camera on.
pub fn simulate(config: Config) -> Result<SimCamera> {
    let card = match &config.card {
        CardSource::Temporary => "a temporary card".to_owned(),
        CardSource::Folder(folder) => format!("{} as its card", folder.display()),
    };
    SimCamera::start(config).map_err(|error| {
        Error::new(ErrorKind::Io, format!("cannot start a simulated camera with {card}")).caused_by(error)
    })
}

/// Connects to a simulated camera in this process. It stays on as long as it is connected.
pub fn plug_in(camera: &SimCamera, options: &Options) -> Result<Camera> {
    let pipe = SimPipe(Some(camera.plug_in()));
    let transport = Containers::new(pipe, "sim", options.timeout.unwrap_or(USUAL), options.interrupt.clone());
    Camera::connect(Box::new(transport), options.clone())
}

/// Logs what a simulated camera says: mistakes of the client's for everybody, traffic for those who ask.
pub(crate) fn log_simulated(shown: &str, line: &str) {
    let level = if line.starts_with("sin:") { log::Level::Warn } else { log::Level::Debug };
    log::log!(level, "{shown}");
}

/// The host's end of a simulated camera's cable.
struct SimPipe(Option<Cable>);

impl SimPipe {
    fn cable(&self) -> io::Result<&Cable> {
        self.0.as_ref().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

impl Pipe for SimPipe {
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.cable()?.write_some(bytes, timeout)
    }

    fn read(&mut self, buf: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.cable()?.read(buf, timeout)
    }

    fn close(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(host: &str, port: u16) -> Spec {
        Spec::Ip { host: host.into(), port }
    }

    #[test]
    fn a_spec_is_one_word() {
        for (text, spec, shown) in [
            ("usb", Spec::Usb(None), "usb"),
            ("usb:001:4", Spec::Usb(Some((1, 4))), "usb:001:004"),
            ("sim", Spec::Sim(None), "sim"),
            ("sim:1.3", Spec::Sim(Some("1.3".into())), "sim:1.3"),
            ("sim:./my:camera.toml", Spec::Sim(Some("./my:camera.toml".into())), "sim:./my:camera.toml"),
            ("ip:192.168.0.7", ip("192.168.0.7", 15740), "ip:192.168.0.7:15740"),
            ("ip:camera.local:9", ip("camera.local", 9), "ip:camera.local:9"),
            ("ip:[::1]:9", ip("::1", 9), "ip:[::1]:9"),
            ("ip:[::1]", ip("::1", 15740), "ip:[::1]:15740"),
            ("ip:fe80::2", ip("fe80::2", 15740), "ip:[fe80::2]:15740"),
            ("8A31", Spec::Serial("8A31".into()), "8A31"),
            ("left-2", Spec::Serial("left-2".into()), "left-2"),
        ] {
            let parsed: Spec = text.parse().unwrap();
            assert_eq!(parsed, spec, "{text}");
            assert_eq!(parsed.to_string(), shown);
            assert_eq!(shown.parse::<Spec>().unwrap(), spec, "what is shown can be given");
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_would_do() {
        for text in
            ["", "ip", "ip:", "ip::9", "ip:host:0", "ip:host:99999", "ip:[::1]9", "usb:1", "usb:x:y", "a b", "sim:x"]
        {
            let error = text.parse::<Spec>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadArgument, "{text}");
            assert!(error.to_string().len() > 40, "{error}");
        }
    }

    #[test]
    fn an_unknown_profile_is_refused_with_those_that_there_are() {
        let error = "sim:digic5".parse::<Spec>().unwrap_err().to_string();
        assert!(error.contains("did you mean \"digic6\"?") || error.contains("did you mean \"digic4\"?"), "{error}");
        assert!(error.contains("current, 1.6, 1.5, 1.3"), "{error}");
    }
}
