//! `moonshutter sim`

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Context, exit};
use crate::connect::{self, Spec};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::ip::DEFAULT_PORT;
use crate::sim::ptpip::Server;
use crate::sim::{CardSource, Config, Control, Event, Strict, unmodelled};

/// Prints the spec of each camera (what to give to -c) on a line of its own, then serves until Ctrl-C.
#[derive(Args)]
pub(super) struct Sim {
    /// Serve over PTP/IP: a port, or an address and port (0: any that is free). Once for each camera
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = place, default_value = "127.0.0.1:15740")]
    ptpip: Vec<SocketAddr>,

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
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    if let Ok(port) = text.parse() {
        return Ok(SocketAddr::new(loopback, port));
    }
    if let Ok(addr) = text.parse::<IpAddr>() {
        return Ok(SocketAddr::new(addr, DEFAULT_PORT));
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
        if self.card.len() > self.ptpip.len() {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{} cards for {} cameras: give --ptpip once for each camera",
                    self.card.len(),
                    self.ptpip.len()
                ),
            ));
        }
        if self.profile.len() > 1 && self.profile.len() != self.ptpip.len() {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{} profiles for {} cameras: give --profile once for all, or once for each camera",
                    self.profile.len(),
                    self.ptpip.len()
                ),
            ));
        }
        let mut servers = Vec::new();
        for (index, addr) in self.ptpip.iter().enumerate() {
            let camera = connect::simulate(self.config(index)?)?;
            let server = Server::bind(addr, camera).map_err(|error| {
                Error::new(ErrorKind::Io, format!("cannot serve a camera at {addr}")).caused_by(error)
            })?;
            servers.push(server);
        }
        for server in &servers {
            let addr = server.local_addr().map_err(|error| Error::new(ErrorKind::Io, "no address").caused_by(error))?;
            exit::print(format!("{}\n", Spec::Ip { host: addr.ip().to_string(), port: addr.port() }))?;
            if !addr.ip().is_loopback() {
                exit::say(&format!("{addr} can be reached by other computers, and runs whatever they send"));
            }
        }
        serve(&servers, context)?;
        Ok(exit::DONE)
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

/// Serves until the interrupt is raised; the first server that fails ends the others.
fn serve(servers: &[Server], context: &Context) -> Result<()> {
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
