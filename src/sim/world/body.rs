//! The hardware of a camera, as scripts see it: data, no behaviour.
//!
//! Values in 96ths are APEX times 96, as everywhere in CHDK. The defaults are an invented compact camera; a profile
//! need only say what differs.

use serde::Deserialize;

/// What differs between bodies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Body {
    /// Memory in bytes. A script has at most this much; so has a script's text, a message and the data kept for a download.
    pub memory: usize,
    /// Generation of Canon's processor, as in `get_buildinfo().digic`.
    pub digic: i32,
    /// The firmware's operating system, `dryos` or `vxworks`, as in `get_buildinfo().os`.
    pub os: String,
    /// Which of CHDK's 13 numberings of properties this camera uses, 1 to 13, as in `get_propset()`.
    pub propset: u8,
    /// Keys that scripts may name and that this body does not have: pressing them does nothing.
    pub missing_keys: Vec<String>,
    /// Capture modes by the names of `gen/modelist` (`AUTO`, `P`, `VIDEO_STD`). The camera starts in the first.
    pub modes: Vec<String>,
    /// The lens.
    pub lens: Lens,
    /// What it can expose by.
    pub exposure: Exposure,
    /// Battery and temperatures.
    pub power: Power,
    /// The screen.
    pub screen: Screen,
    /// How much of the card an image takes.
    pub images: Images,
    /// What a CHDK port says that its camera can do.
    pub features: Features,
}

/// A lens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lens {
    /// Focal length of each zoom step, in mm times 1000, widest first. None means no zoom and no known focal length.
    pub focal_lengths: Vec<i32>,
    /// What a focal length is multiplied by to get that of a 35 mm camera, times 1000.
    pub crop: i32,
    /// Time that the zoom takes from one step to the next, in ms.
    pub zoom_step_ms: u32,
    /// Nearest subject that it focuses on, in mm.
    pub nearest_mm: i32,
    /// Diameter of the circle of confusion, in µm.
    pub confusion_um: i32,
    /// The lens can be taken off (`CAM_ILC`): scripts cannot zoom.
    pub interchangeable: bool,
}

/// Ranges of exposure, in 96ths unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exposure {
    /// Widest aperture (288 is f/2.8).
    pub av_min: i32,
    /// Narrowest aperture (576 is f/8).
    pub av_max: i32,
    /// Longest time (-384 is 16 s).
    pub tv_min: i32,
    /// Shortest time (1056 is 1/2048 s).
    pub tv_max: i32,
    /// The sensor's own ISO, real, the smallest and the largest that scripts can set.
    pub iso_min: i32,
    /// See `iso_min`.
    pub iso_max: i32,
    /// ISO values of the camera's menu, as marketed, without automatic.
    pub iso_modes: Vec<i32>,
    /// Marketed Sv minus real Sv.
    pub market_offset: i32,
    /// There is an iris (`CAM_HAS_IRIS_DIAPHRAGM`).
    pub iris: bool,
    /// Strength of the ND filter; 0 if there is none (`CAM_HAS_ND_FILTER`).
    pub nd_filter: i32,
}

/// Battery and temperatures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Power {
    /// Battery, in mV.
    pub battery_mv: i32,
    /// Optics, in °C.
    pub optics_celsius: i32,
    /// Sensor, in °C.
    pub sensor_celsius: i32,
    /// Battery, in °C.
    pub battery_celsius: i32,
}

/// The screen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Screen {
    /// Width of the space that scripts draw in, in pixels.
    pub width: i32,
    /// Height of it.
    pub height: i32,
}

/// Sizes of images, for the estimates of how many still fit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Images {
    /// A JPEG, in bytes.
    pub jpeg_bytes: u64,
    /// A raw file of CHDK's, in bytes.
    pub raw_bytes: u64,
}

/// What a CHDK port says that its camera can do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Features {
    /// A key of its own for video (`CAM_HAS_VIDEO_BUTTON`).
    pub video_button: bool,
    /// A jog dial.
    pub jog_dial: bool,
    /// Canon's own raw format (`CAM_HAS_CANON_RAW`).
    pub canon_raw: bool,
    /// Cards with several partitions (`CAM_MULTIPART`).
    pub multipart: bool,
    /// Where the subject distance can be overridden: 1 autofocus, 2 AF lock, 4 manual focus, added up
    /// (`CAM_SD_OVER_IN_*`).
    pub sd_over_modes: i32,
    /// GPS receiver.
    pub gps: bool,
    /// The firmware can be told that there is USB power (`CAM_ALLOWS_USB_PORT_FORCING`).
    pub usb_forcing: bool,
    /// High resolution timer for the USB remote (`CAM_REMOTE_USB_HIGHSPEED`).
    pub usb_high_speed: bool,
    /// AV cable detection can be overridden (`ANALOG_AV_FLAG`).
    pub analog_av: bool,
    /// Types of remote capture: 1 JPEG, 2 raw, 4 DNG header, 8 Canon raw, added up.
    pub remote_capture: i32,
    /// Random numbers of the firmware have 15 bits only.
    pub random_15_bit: bool,
    /// The user has allowed native calls (`conf.script_allow_lua_native_calls`).
    pub native_calls: bool,
}

impl Default for Body {
    fn default() -> Self {
        Self {
            memory: 1536 * 1024,
            digic: 5,
            os: "dryos".to_owned(),
            propset: 6,
            missing_keys: Vec::new(),
            modes: ["AUTO", "P", "TV", "AV", "M", "PORTRAIT", "LANDSCAPE", "SCENE_FIREWORK", "VIDEO_STD"]
                .map(str::to_owned)
                .to_vec(),
            lens: Lens::default(),
            exposure: Exposure::default(),
            power: Power::default(),
            screen: Screen::default(),
            images: Images::default(),
            features: Features::default(),
        }
    }
}

impl Default for Lens {
    fn default() -> Self {
        Self {
            focal_lengths: vec![
                5000, 5600, 6300, 7100, 8000, 9000, 10_100, 11_300, 12_700, 14_300, 16_000, 18_000, 20_000,
            ],
            crop: 5600,
            zoom_step_ms: 80,
            nearest_mm: 50,
            confusion_um: 5,
            interchangeable: false,
        }
    }
}

impl Default for Exposure {
    fn default() -> Self {
        Self {
            av_min: 288,
            av_max: 576,
            tv_min: -384,
            tv_max: 1056,
            iso_min: 40,
            iso_max: 4000,
            iso_modes: vec![80, 100, 200, 400, 800, 1600, 3200],
            market_offset: 69,
            iris: true,
            nd_filter: 288,
        }
    }
}

impl Default for Power {
    fn default() -> Self {
        Self { battery_mv: 3900, optics_celsius: 28, sensor_celsius: 31, battery_celsius: 26 }
    }
}

impl Default for Screen {
    fn default() -> Self {
        Self { width: 360, height: 240 }
    }
}

impl Default for Images {
    fn default() -> Self {
        Self { jpeg_bytes: 4 << 20, raw_bytes: 20 << 20 }
    }
}

impl Default for Features {
    fn default() -> Self {
        Self {
            video_button: true,
            jog_dial: true,
            canon_raw: false,
            multipart: false,
            sd_over_modes: 7,
            gps: false,
            usb_forcing: false,
            usb_high_speed: false,
            analog_av: false,
            remote_capture: 7,
            random_15_bit: false,
            native_calls: false,
        }
    }
}
