//! The camera around the script: what scripts read and set of it, other than messages, keys and files.
//!
//! The world lives with the camera and not with the script: a script finds what the one before it has left. It knows no
//! Lua; `engine/firmware` puts its functions into Lua's words. What the facts about the firmware leave open is decided in
//! the module that it belongs to, and said there.

pub(crate) mod apex;
mod body;
pub(crate) mod clock;
pub(crate) mod config;
mod console;
mod exposure;
mod lens;
pub(crate) mod levents;
pub(crate) mod modes;
pub(crate) mod props;

pub(crate) mod storage;

use std::time::Duration;

pub use body::{Body, Exposure, Features, Images, Lens, Power, Screen};
pub(crate) use console::Console;
pub(crate) use exposure::LIVE_TV;
pub use exposure::Overrides;

use config::Settings;
pub(crate) use lens::Depth;
use lens::Zoom;
use props::{Prop, Props};

/// For the camera to focus and meter in, when the shutter is half down.
const FOCUSING: Duration = Duration::from_millis(300);

/// JPEG, as in `get_canon_image_format`.
const JPEG: i32 = 1;

/// The state of one camera.
pub(crate) struct World {
    pub(crate) body: Body,
    /// Whether the camera is in record mode, and the time, as of [`World::at`].
    pub(crate) record: bool,
    now: Duration,
    /// Mode and capture mode as they were then.
    mode: (bool, i16),

    pub(crate) props: Props,
    pub(crate) overrides: Overrides,
    pub(crate) focus_interlock_bypass: bool,
    /// Since when the shutter is half down.
    half_press: Option<Duration>,
    zoom: Zoom,
    /// Whether the ND filter is in the light path.
    pub(crate) nd_in: bool,
    /// 1 JPEG, 2 raw, 3 both.
    pub(crate) image_format: i32,

    pub(crate) settings: Settings,
    pub(crate) shot_histogram: bool,
    /// The raw file that the next shot is to develop.
    pub(crate) raw_develop: Option<Vec<u8>>,

    pub(crate) console: Console,
    /// 0 hides the title line, 1 shows it, 2 hides the script's name only.
    pub(crate) title_line: i32,
    /// How far the clock has been set from what it would show otherwise, in seconds.
    pub(crate) clock_offset: jiff::SignedDuration,
}

impl World {
    pub(crate) fn new(body: &Body) -> Self {
        let mut props = Props::new(body.propset);
        let Exposure { av_min, market_offset, .. } = body.exposure;
        for prop in [Prop::AV, Prop::AV2, Prop::MIN_AV, Prop::USER_AV] {
            props.set(prop, av_min as i16);
        }
        let sv = props.get(Prop::SV_MARKET).wrapping_sub(market_offset as i16);
        props.set(Prop::SV, sv);
        let bv = (av_min as i16).wrapping_add(props.get(Prop::TV)).wrapping_sub(sv);
        props.set(Prop::BV, bv);
        let first = body.modes.first().and_then(|name| modes::number(name)).unwrap_or(0);
        props.set(Prop::SHOOTING_MODE, modes::to_canon(first));
        Self {
            body: body.clone(),
            record: false,
            now: Duration::ZERO,
            mode: (false, modes::to_canon(first)),
            props,
            overrides: Overrides::default(),
            focus_interlock_bypass: false,
            half_press: None,
            zoom: Zoom::default(),
            nd_in: false,
            image_format: JPEG,
            settings: Settings::default(),
            shot_histogram: false,
            raw_develop: None,
            console: Console::default(),
            title_line: 1,
            clock_offset: jiff::SignedDuration::ZERO,
        }
    }

    /// Switched on again: only the clock has gone on, as a script has set it. What a script saved of the configuration is
    /// on the card.
    pub(crate) fn boot(&mut self) {
        let clock_offset = self.clock_offset;
        *self = Self { clock_offset, ..Self::new(&self.body.clone()) };
    }

    /// The world as it is now.
    pub(crate) fn at(&mut self, now: Duration, record: bool) -> &mut Self {
        (self.now, self.record) = (now, record);
        let mode = (record, self.props.get(Prop::SHOOTING_MODE));
        if self.mode != mode {
            self.mode = mode;
            self.image_format = JPEG;
        }
        self
    }

    /// Number of the capture mode; 0 for one that this body does not have.
    pub(crate) fn capture_mode(&self) -> u8 {
        let number = modes::from_canon(self.props.get(Prop::SHOOTING_MODE));
        if self.has_mode(number.into()) { number } else { 0 }
    }

    /// Whether this body has the capture mode of this number.
    pub(crate) fn has_mode(&self, number: i32) -> bool {
        self.body.modes.iter().filter_map(|name| modes::number(name)).any(|known| i32::from(known) == number)
    }

    /// A property, by number, as it is now.
    pub(crate) fn prop(&self, number: i32) -> i16 {
        match self.props.named(number) {
            Some(Prop::OPTICAL_ZOOM_POSITION) => self.zoom_step() as i16,
            Some(Prop::SHOOTING) => self.is_shooting().into(),
            Some(Prop::FOCUS_STATE) if self.is_shooting() => 1,
            _ => self.props.number(number),
        }
    }

    /// Writes a property with a name, and whatever says the same.
    pub(crate) fn set_prop(&mut self, prop: Prop, value: i16) {
        let offset = self.body.exposure.market_offset as i16;
        match prop {
            // The firmware's own.
            Prop::SHOOTING => return,
            Prop::OPTICAL_ZOOM_POSITION => self.zoom.jump(value.into(), &self.body.lens),
            Prop::SV => self.props.set(Prop::SV_MARKET, value.saturating_add(offset)),
            Prop::SV_MARKET => self.props.set(Prop::SV, value.saturating_sub(offset)),
            _ => {}
        }
        self.props.set(prop, value);
    }

    /// The shutter has moved: whether it is half down now.
    pub(crate) fn shutter(&mut self, down: bool, now: Duration) {
        self.half_press = down.then(|| self.half_press.unwrap_or(now));
    }

    /// Whether a half press is complete; for videos there is none.
    pub(crate) fn is_shooting(&self) -> bool {
        let ready = self.half_press.is_some_and(|since| self.now >= since + FOCUSING);
        ready && self.record && !modes::is_video(self.capture_mode())
    }

    pub(crate) fn zoom_step(&self) -> i32 {
        self.zoom.step(self.now, &self.body.lens)
    }

    /// Starts zooming; not in playback, and not with a lens that can be taken off.
    pub(crate) fn zoom_to(&mut self, step: i32) {
        if self.record && !self.body.lens.interchangeable {
            self.zoom.go(step, self.now, &self.body.lens);
        }
    }

    /// False for a format that this body has not.
    pub(crate) fn set_image_format(&mut self, format: i32) -> bool {
        let possible = match format {
            JPEG => true,
            2 | 3 => self.body.features.canon_raw,
            _ => false,
        };
        if possible {
            self.image_format = format;
        }
        possible
    }

    /// What is true after every script (core/script.c:233-275).
    pub(crate) fn script_end(&mut self) {
        self.console.script_end();
        self.settings.autosave = true;
        self.shot_histogram = false;
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new(&Body::default())
    }
}
