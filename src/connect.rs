//! A camera spec becomes a connected camera: the one place where client and simulator meet.

use std::fmt;
use std::str::FromStr;

use crate::camera::{Camera, Options};
use crate::error::{Error, Result};

/// Which camera: `usb`, `usb:BUS:DEV`, a serial number or its unique prefix, `ip:HOST[:PORT]`, `sim`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// The only camera on USB, or the one at this bus and device.
    Usb(Option<(u8, u8)>),
    /// By serial number or a prefix of it.
    Serial(String),
    /// PTP/IP.
    Ip {
        /// Name or address.
        host: String,
        /// TCP port, 15740 by default.
        port: u16,
    },
    /// A simulated camera in this process.
    Sim,
}

impl FromStr for Spec {
    type Err = Error;

    fn from_str(_text: &str) -> Result<Self> {
        unimplemented!()
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        unimplemented!()
    }
}

/// A camera that could be connected.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What to give to `-c`.
    pub spec: Spec,
    /// What it is, as far as can be said without connecting.
    pub description: String,
}

/// Cameras that are there, without connecting to them.
pub fn list() -> Vec<Candidate> {
    unimplemented!()
}

/// Connects.
pub fn connect(_spec: &Spec, _options: &Options) -> Result<Camera> {
    unimplemented!()
}
