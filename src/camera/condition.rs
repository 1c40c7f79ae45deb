//! How the camera is: battery, room on the card, mode, and the CHDK that it runs.

use std::sync::LazyLock;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Camera;
use super::strip::strip;
use crate::error::Result;
use crate::table::bytes;

/// How long a camera may take to say it.
const PATIENCE: Duration = Duration::from_secs(10);

static CONDITION: LazyLock<String> = LazyLock::new(|| strip(include_str!("../../lua/camera/condition.lua")));

/// What a camera says of its state. What its CHDK has no function for is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// Record mode, not playback.
    pub record: bool,
    /// A mode for movies.
    pub video: bool,
    /// CHDK's mode word; the low byte is the capture mode (luascript.c:1920).
    pub mode: i32,
    /// Of the battery, in millivolts. What is full and what is empty depends on the battery; CHDK keeps that in its menu.
    pub battery_mv: Option<i32>,
    /// Degrees Celsius.
    pub optics_celsius: Option<i32>,
    /// Degrees Celsius.
    pub sensor_celsius: Option<i32>,
    /// Degrees Celsius.
    pub battery_celsius: Option<i32>,
    /// Of the card, in bytes.
    pub card_size: Option<u64>,
    /// On the card, in bytes.
    pub card_free: Option<u64>,
    /// The camera's own guess how many JPEGs still fit.
    pub shots_left: Option<i32>,
    /// The number of the last picture, as Canon counts (luascript.c:714).
    pub image_number: Option<i32>,
    /// The folder of the next picture.
    pub image_folder: Option<String>,
    /// CHDK's property set.
    pub propset: Option<i32>,
    /// Since the camera was switched on; starts again after 49 days.
    #[serde(rename = "up_milliseconds", serialize_with = "milliseconds")]
    pub up: Option<Duration>,
    /// The CHDK that it runs.
    pub build: Option<Build>,
}

/// What `get_buildinfo` tells (luascript.c:1904).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Build {
    /// As in `a1400`.
    pub platform: String,
    /// The firmware's version, as in `100b`.
    pub platsub: String,
    /// `CHDK`, or a name that somebody gave to their own.
    pub version: String,
    /// As in `1.6.1`.
    pub build_number: String,
    /// Of its source.
    pub build_revision: String,
    /// As the compiler wrote it.
    pub build_date: String,
    /// As the compiler wrote it.
    pub build_time: String,
    /// `vxworks` or `dryos`.
    pub os: String,
    /// Canon's number for the model.
    pub platformid: Option<i32>,
    /// Times ten, as in 40, 50, 52, 60; CHDK 1.5 and later say it.
    pub digic: Option<i32>,
}

/// As the camera sends it.
#[derive(Deserialize)]
struct Told {
    record: bool,
    video: bool,
    mode: i32,
    battery: Option<i32>,
    optics: Option<i32>,
    sensor: Option<i32>,
    cells: Option<i32>,
    disk: Option<i32>,
    free: Option<i32>,
    jpegs: Option<i32>,
    counter: Option<i32>,
    #[serde(default, with = "bytes")]
    folder: Vec<u8>,
    propset: Option<i32>,
    up: Option<i32>,
    build: Option<Build>,
}

impl Camera {
    /// How it is, in one script. Needs the script engine: [`ErrorKind::ScriptRunning`](crate::ErrorKind::ScriptRunning)
    /// if a script runs.
    pub fn condition(&mut self) -> Result<Condition> {
        let told: Told = self.eval_within(PATIENCE, "info", CONDITION.as_bytes().to_vec())?;
        // Numbers of the camera are signed and wrap; sizes are in KiB.
        let kib = |size: i32| u64::from(size as u32) * 1024;
        Ok(Condition {
            record: told.record,
            video: told.video,
            mode: told.mode,
            battery_mv: told.battery,
            optics_celsius: told.optics,
            sensor_celsius: told.sensor,
            battery_celsius: told.cells,
            card_size: told.disk.map(kib),
            card_free: told.free.map(kib),
            shots_left: told.jpegs,
            image_number: told.counter,
            image_folder: (!told.folder.is_empty()).then(|| String::from_utf8_lossy(&told.folder).into_owned()),
            propset: told.propset,
            up: told.up.map(|ticks| Duration::from_millis(u64::from(ticks as u32))),
            build: told.build,
        })
    }
}

fn milliseconds<S: serde::Serializer>(span: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    span.map(|span| span.as_millis() as u64).serialize(serializer)
}
