//! `moonshutter mode`, `reboot` and `shutdown`

use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Context, exit};
use crate::camera::Condition;
use crate::connect;
use crate::error::{Error, ErrorKind, Result};

/// How long a camera may take to restart.
const RESTART: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(super) struct Mode {
    /// Where to go; without it, where the camera is
    to: Option<To>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum To {
    /// Record: the lens comes out
    #[value(alias = "record")]
    Rec,
    /// Playback
    #[value(alias = "playback")]
    Play,
}

impl Mode {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        if let Some(to) = self.to {
            camera.switch_mode(to == To::Rec)?;
        }
        let condition = camera.condition()?;
        camera.disconnect()?;
        let mode = name(&condition);
        exit::print(if self.json {
            format!("{:#}\n", json!({"mode": mode, "record": condition.record, "video": condition.video}))
        } else {
            format!("{mode}\n")
        })?;
        Ok(exit::DONE)
    }
}

/// The mode as one word.
pub(super) fn name(condition: &Condition) -> &'static str {
    match (condition.record, condition.video) {
        (true, true) => "rec (movies)",
        (true, false) => "rec",
        (false, _) => "play",
    }
}

#[derive(Args)]
pub(super) struct Reboot {
    /// A program on the card to start instead of the firmware, as in A/PS.FI2
    file: Option<String>,

    /// Do not wait for the camera to come back
    #[arg(long)]
    no_wait: bool,
}

impl Reboot {
    pub fn run(self, context: &Context) -> Result<u8> {
        let options = context.options();
        let spec = context.spec()?;
        let mut camera = connect::connect(&spec, &options)?;
        let before = camera.info().clone();
        camera.reboot(self.file.as_deref().map(str::as_bytes))?;
        drop(camera);
        if self.no_wait {
            return Ok(exit::DONE);
        }
        exit::say(&format!("{} restarts", before.name()));
        let patience = context.global.timeout.unwrap_or(RESTART);
        let mut camera = connect::again(&spec, &before, &options, patience)?;
        camera.disconnect()?;
        exit::say(&format!("{} is back", before.name()));
        Ok(exit::DONE)
    }
}

#[derive(Args)]
pub(super) struct Shutdown {}

impl Shutdown {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        camera.shut_down().map_err(|error| match error.kind() {
            ErrorKind::ScriptRunning => Error::new(
                ErrorKind::ScriptRunning,
                "a script runs on the camera: end it first, with moonshutter exec --replace ''",
            )
            .caused_by(error),
            _ => error,
        })?;
        exit::say(&format!("{} is off", camera.name()));
        Ok(exit::DONE)
    }
}
