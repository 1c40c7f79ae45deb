//! `moonshutter sim`

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Context, exit};
use crate::clock::Interrupt;
use crate::connect::{self, Spec};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::ip::DEFAULT_PORT;
use crate::sim::{CardSource, Config, Control, Event, Strict, ptpip, unmodelled, usbip};

/// Prints the spec of each camera (what to give to -c) on a line of its own, then serves until Ctrl-C.
#[derive(Args)]
pub(super) struct Sim {
    /// Serve over PTP/IP: a port, or an address and port (0: any that is free). Once for each camera
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = place, default_value_if("usbip", clap::builder::ArgPredicate::IsPresent, None), default_value = "127.0.0.1:15740")]
    ptpip: Vec<SocketAddr>,

    /// Serve all cameras as USB devices over USB/IP, for Linux's `usbip attach`: a port, or an address and port; 3240 if
    /// nothing is said. Instead of PTP/IP, unless --ptpip is given too
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = usbip_place, num_args = 0..=1, default_missing_value = "3240")]
    usbip: Option<SocketAddr>,

    /// Also plug the cameras into this machine, as `usbip attach` would (Linux with its module vhci-hcd, as root)
    #[arg(long, requires = "usbip")]
    attach: bool,

    /// How many cameras there are on USB
    #[arg(long, value_name = "N", requires = "usbip", conflicts_with = "ptpip", default_value_t = 1)]
    cameras: usize,

    /// The memory card, a folder; a temporary one if not given. Once for each camera
    #[arg(long, value_name = "DIR")]
    card: Vec<PathBuf>,

    /// What kind of camera: a name that `moonshutter list` shows behind sim:, or a profile file of your own (FILE.toml).
    /// Once for all cameras, or once for each
    #[arg(long, value_name = "NAME|FILE")]
    profile: Vec<String>,

    /// Where the camera's random numbers begin
    #[arg(long, value_name = "N")]
    seed: Option<u32>,

    /// Take so much longer for each answer, as in 80ms
    #[arg(long, value_name = "TIME", value_parser = Control::parse_span)]
    latency: Option<Duration>,

    /// Let something happen, as in '3s: exit key', 'script 2s: card full', 'UploadFile 2 data: disconnect'. More than once
    #[arg(long, value_name = "WHEN: WHAT")]
    event: Vec<Event>,

    /// Hang where a client's mistake would hang a real camera (do), or answer an error (refuse)
    #[arg(long, value_name = "do|refuse")]
    strict: Option<Strict>,

    /// Read seed, latency, events and strict from a file, written like the [control] table of a profile
    #[arg(long, value_name = "FILE.toml")]
    control: Option<PathBuf>,

    /// Print the names of the camera functions that the simulated camera does not do yet, and end
    #[arg(long)]
    list_unmodelled: bool,
}

fn place(text: &str) -> std::result::Result<SocketAddr, String> {
    address(text, DEFAULT_PORT)
}

fn usbip_place(text: &str) -> std::result::Result<SocketAddr, String> {
    address(text, usbip::PORT)
}

fn address(text: &str, port: u16) -> std::result::Result<SocketAddr, String> {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    if let Ok(port) = text.parse() {
        return Ok(SocketAddr::new(loopback, port));
    }
    if let Ok(addr) = text.parse::<IpAddr>() {
        return Ok(SocketAddr::new(addr, port));
    }
    text.parse().map_err(|_| "it takes PORT, ADDRESS:PORT or [IPV6]:PORT".to_owned())
}

impl Sim {
    pub fn run(self, context: &Context) -> Result<u8> {
        if self.list_unmodelled {
            let names = unmodelled();
            exit::print(names.iter().map(|name| format!("{name}\n")).collect::<String>())?;
            exit::say(&format!("{} functions", names.len()));
            return Ok(exit::DONE);
        }
        let count = if self.ptpip.is_empty() { self.cameras } else { self.ptpip.len() };
        self.check_counts(count)?;
        let cameras = (0..count).map(|index| connect::simulate(self.config(index)?)).collect::<Result<Vec<_>>>()?;
        let mut servers = Vec::new();
        for (addr, camera) in self.ptpip.iter().zip(&cameras) {
            let server = ptpip::Server::bind(addr, camera.clone()).map_err(|error| cannot_serve(*addr, error))?;
            let addr = server.local_addr().map_err(|error| cannot_serve(*addr, error))?;
            exit::print(format!("{}\n", Spec::Ip { host: addr.ip().to_string(), port: addr.port() }))?;
            warn_of_strangers(addr);
            servers.push(Served::PtpIp(server));
        }
        if let Some(addr) = self.usbip {
            let server = usbip::Server::bind(addr, cameras).map_err(|error| cannot_serve(addr, error))?;
            let addr = server.local_addr().map_err(|error| cannot_serve(addr, error))?;
            for bus_id in server.bus_ids() {
                exit::print(format!("usbip attach --tcp-port {} -r {} -b {bus_id}\n", addr.port(), addr.ip()))?;
            }
            warn_of_strangers(addr);
            servers.push(Served::UsbIp(server, self.attach));
        }
        serve(&servers, context)?;
        Ok(exit::DONE)
    }

    fn check_counts(&self, cameras: usize) -> Result<()> {
        let usage = |text| Err(Error::new(ErrorKind::Usage, text));
        if self.card.len() > cameras {
            return usage(format!(
                "{} cards for {cameras} cameras: give --ptpip once for each camera",
                self.card.len()
            ));
        }
        if self.profile.len() > 1 && self.profile.len() != cameras {
            return usage(format!(
                "{} profiles for {cameras} cameras: give --profile once for all, or once for each camera",
                self.profile.len()
            ));
        }
        Ok(())
    }

    /// What is given here counts more than what the profile says; events come on top.
    fn control(&self, control: &mut Control) -> Result<()> {
        if let Some(file) = &self.control {
            let read = std::fs::read_to_string(file).map_err(|error| {
                Error::new(ErrorKind::Io, format!("cannot read {}", file.display())).caused_by(error)
            })?;
            *control = Control::from_toml(&read)
                .map_err(|error| Error::new(ErrorKind::BadArgument, file.display().to_string()).caused_by(error))?;
        }
        control.seed = self.seed.or(control.seed);
        control.latency = self.latency.unwrap_or(control.latency);
        control.strict = self.strict.unwrap_or(control.strict);
        control.events.extend(self.event.iter().cloned());
        Ok(())
    }

    fn config(&self, index: usize) -> Result<Config> {
        let name = self.profile.get(index).or(self.profile.first());
        let profile = connect::profile(name.map(String::as_str))?;
        let mut config = Config { profile, ..Config::default() };
        self.control(&mut config.profile.control)?;
        if let Some(card) = self.card.get(index) {
            config.card = CardSource::Folder(card.clone());
        }
        let mut name = String::new();
        if index > 0 {
            // Rigs tell their cameras apart by serial number.
            let serial = &mut config.profile.identity.serial;
            serial.truncate(serial.len().saturating_sub(4));
            serial.push_str(&format!("{index:04X}"));
            name = format!("camera {}: ", index + 1);
        }
        config.log = Some(Arc::new(move |line| connect::log_simulated(&format!("{name}{line}"), line)));
        Ok(config)
    }
}

fn cannot_serve(addr: SocketAddr, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot serve a camera at {addr}")).caused_by(error)
}

fn warn_of_strangers(addr: SocketAddr) {
    if !addr.ip().is_loopback() {
        exit::say(&format!("{addr} can be reached by other computers, and runs whatever they send"));
    }
}

enum Served {
    PtpIp(ptpip::Server),
    /// And whether this machine is to have the cameras.
    UsbIp(usbip::Server, bool),
}

impl Served {
    fn serve(&self, stop: &Interrupt) -> std::io::Result<()> {
        match self {
            Self::PtpIp(server) => server.serve(stop),
            Self::UsbIp(server, false) => server.serve(stop),
            Self::UsbIp(server, true) => std::thread::scope(|scope| {
                let attached = scope.spawn(|| server.keep_attached(stop).inspect_err(|_| stop.raise()));
                let served = server.serve(stop);
                attached.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).and(served)
            }),
        }
    }
}

/// Serves until the interrupt is raised; the first server that fails ends the others.
fn serve(servers: &[Served], context: &Context) -> Result<()> {
    let stop = &context.interrupt;
    std::thread::scope(|scope| {
        let threads: Vec<_> = servers
            .iter()
            .map(|server| {
                scope.spawn(move || {
                    let result = server.serve(stop);
                    if result.is_err() {
                        stop.raise();
                    }
                    result
                })
            })
            .collect();
        for thread in threads {
            let result = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result
                .map_err(|error| Error::new(ErrorKind::Io, "the simulated camera stopped serving").caused_by(error))?;
        }
        Ok(())
    })
}
