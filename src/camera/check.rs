//! A look at scripts before a camera gets them. Who looks, and at what, is not this room's business.

use std::path::Path;

use super::libs::Picked;
use super::{Camera, Script, Version};
use crate::error::Result;

/// Looks at scripts before a camera gets them.
pub trait Check: Send + Sync {
    /// An error keeps the script from being sent, and is what the sender gets.
    fn check(&self, script: &Script, sending: &Sending<'_>) -> Result<()>;
}

/// How a script is to reach a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending<'a> {
    /// What is put in front of it, on its first line; may be empty.
    pub prelude: &'a [u8],
    /// Where it goes on the card; none: it is run at once.
    pub remote: Option<&'a [u8]>,
    /// What the camera speaks; none if it is no camera with CHDK.
    pub protocol: Option<Version>,
}

impl Camera {
    /// Has a script looked at that is to be run.
    pub(super) fn check_script(&self, script: &Script, picked: &Picked) -> Result<()> {
        let Some(check) = &self.options.check else { return Ok(()) };
        check.check(script, &Sending { prelude: &picked.text(), remote: None, protocol: self.info.chdk })
    }

    /// Has a file looked at that is to be put on the card, if it is a script by its name there.
    pub(super) fn check_file(&self, local: &Path, remote: &[u8]) -> Result<()> {
        let is_script = remote.len() > 4 && remote[remote.len() - 4..].eq_ignore_ascii_case(b".lua");
        let Some(check) = self.options.check.as_ref().filter(|_| is_script) else { return Ok(()) };
        let script = Script::from_file(local)?;
        check.check(&script, &Sending { prelude: &[], remote: Some(remote), protocol: self.info.chdk })
    }
}
