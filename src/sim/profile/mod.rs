//! What kinds of cameras there are to simulate, as data.
//!
//! A profile is a TOML file. Those in the box stand beside this file; a user's own names one of them as its `base` and
//! says what differs. What neither says is as in [`Profile::default`].
//!
//! The built-in profiles are modelled on bodies of their generation: the names, numbers and generations of processors
//! are those of real cameras. None of them was ever compared with one.

mod chdk;
mod file;
mod identity;

use serde::Deserialize;

use crate::sim::control::Control;
use crate::sim::world::Body;

pub use chdk::Chdk;
pub(crate) use chdk::NUMBERS_BEFORE_1_4;
pub use file::ProfileError;
pub use identity::{Identity, Ptp, Storage};

/// A kind of camera: what it says about itself, its CHDK, and its hardware.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// What to call it: `-c sim:NAME`.
    pub name: String,
    /// One line on what it is.
    pub description: String,
    /// What it says about itself.
    pub identity: Identity,
    /// What it says about itself over PTP.
    pub ptp: Ptp,
    /// The CHDK that runs on it; in a file, `chdk = false` for none. Without one, operation 0x9999 does not exist.
    #[serde(deserialize_with = "chdk::or_none")]
    pub chdk: Option<Chdk>,
    /// Its memory card.
    pub storage: Storage,
    /// Its hardware, as scripts see it.
    pub body: Body,
    /// What happens to it while it runs.
    pub control: Control,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            name: "current".to_owned(),
            description: "a PowerShot with the CHDK of 2023 (1.7, protocol 2.9)".to_owned(),
            identity: Identity::default(),
            ptp: Ptp::default(),
            chdk: Some(Chdk::default()),
            storage: Storage::default(),
            body: Body::default(),
            control: Control::default(),
        }
    }
}

impl Profile {
    /// The same camera with an older or newer version of CHDK's PTP extension, and the Lua that came with it.
    pub fn with_protocol(mut self, major: u16, minor: u16) -> Self {
        let chdk = self.chdk.take().unwrap_or_default();
        self.chdk = Some(chdk.with_protocol(major, minor));
        self
    }

    /// The same camera without CHDK.
    pub fn without_chdk(mut self) -> Self {
        self.chdk = None;
        self
    }

    /// The same camera with this much memory, in bytes.
    pub fn with_memory(mut self, bytes: usize) -> Self {
        self.body.memory = bytes;
        self
    }

    /// What its firmware calls everything that goes wrong with a file. DryOS has no numbers. VxWorks has many; decided:
    /// here it is always that of a file that is not there (`S_dosFsLib_FILE_NOT_FOUND`).
    pub(crate) fn file_error(&self) -> i32 {
        if self.body.os == "vxworks" { 0x0038_0003 } else { 0 }
    }
}
