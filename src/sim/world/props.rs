//! Properties of Canon's firmware ("property cases").
//!
//! The properties are where the camera keeps what they stand for, so that a script that reads Av by its function and one
//! that reads it by number agree, and so do those that write.
//!
//! The numbers are not those of any real camera, which our facts do not have: see [`id`]. A script with a real camera's
//! numbers in it reads and writes plain storage here, 0 at first, and the camera's log says so.

use std::collections::{BTreeMap, BTreeSet};

/// Longest value, in bytes; and how many properties without a name there may be.
const LONGEST: usize = 4096;
const STRANGERS: usize = 1024;

/// How many numberings there are.
pub(crate) const PROPSETS: u8 = 13;

macro_rules! properties {
    ($($name:ident = $initial:literal,)*) => {
        /// A property with a name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names that scripts use")]
        pub(crate) enum Prop { $($name,)* }

        /// Name and first value of each.
        const TABLE: &[(&str, i16)] = &[$((stringify!($name), $initial),)*];
        const ALL: &[Prop] = &[$(Prop::$name,)*];
    };
}

properties! {
    AE_LOCK = 0,
    AF_ASSIST_BEAM = 1,
    AF_FRAME = 1,
    AF_LOCK = 0,
    ASPECT_RATIO = 0,
    AV = 288,
    AV2 = 288,
    BRACKET_MODE = 0,
    BV = 453,
    CONTINUOUS_AF = 0,
    CUSTOM_CONTRAST = 0,
    CUSTOM_SATURATION = 0,
    DATE_STAMP = 0,
    DELTA_SV = 0,
    DIGITAL_ZOOM_MODE = 0,
    DIGITAL_ZOOM_POSITION = 0,
    DIGITAL_ZOOM_STATE = 0,
    DISPLAY_MODE = 0,
    DRIVE_MODE = 0,
    ECO_MODE = 0,
    EV_CORRECTION_1 = 0,
    EV_CORRECTION_2 = 0,
    FLASH_ADJUST_MODE = 0,
    FLASH_FIRE = 0,
    FLASH_MANUAL_OUTPUT = 0,
    FLASH_MODE = 2,
    FLASH_SYNC_CURTAIN = 0,
    FOCUS_MODE = 0,
    FOCUS_STATE = 0,
    GPS = 0,
    INTELLIGENT_CONTRAST = 0,
    IS_FLASH_READY = 1,
    IS_MODE = 0,
    ISO_MODE = 0,
    LANGUAGE = 0,
    LONG_EXPOSURE_MODE = 0,
    METERING_MODE = 0,
    MIN_AV = 288,
    MY_COLORS = 0,
    OPTICAL_ZOOM_POSITION = 0,
    ORIENTATION_SENSOR = 0,
    OVEREXPOSURE = 0,
    QUALITY = 0,
    REAL_FOCUS_MODE = 0,
    RESOLUTION = 0,
    SELF_TIMER_DELAY = 0,
    SELF_TIMER_MODE = 0,
    SHOOTING = 0,
    SHOOTING_MODE = 0,
    SUBJECT_DIST1 = 2000,
    SUBJECT_DIST2 = 2000,
    SV = 411,
    SV_MARKET = 480,
    TV = 576,
    TV2 = 576,
    USER_AV = 288,
    USER_TV = 576,
    VIDEO_FRAMERATE = 0,
    VIDEO_RESOLUTION = 0,
    WB_ADJ = 0,
    WB_MODE = 0,
}

/// The number of a property on cameras of a propset: 20000, 100 for each propset, and the place of its name among the
/// names (`AE_LOCK` is 0). Far from any real one, and different in each propset, as scripts have to expect.
pub(crate) fn id(propset: u8, prop: Prop) -> i32 {
    20_000 + 100 * i32::from(propset) + prop as i32
}

/// Name and number of every property of a propset, in the order of their names.
pub(crate) fn table(propset: u8) -> impl Iterator<Item = (&'static str, i32)> {
    ALL.iter().zip(TABLE).map(move |(prop, (name, _))| (*name, id(propset, *prop)))
}

/// What the properties hold.
pub(crate) struct Props {
    propset: u8,
    values: BTreeMap<i32, Vec<u8>>,
    /// Numbers that have been said to mean nothing.
    strangers: BTreeSet<i32>,
}

impl Props {
    pub(crate) fn new(propset: u8) -> Self {
        let values = ALL.iter().zip(TABLE).map(|(prop, (_, first))| (id(propset, *prop), first.to_le_bytes().to_vec()));
        Self { propset, values: values.collect(), strangers: BTreeSet::new() }
    }

    /// The property that a number stands for.
    pub(crate) fn named(&self, number: i32) -> Option<Prop> {
        let place = number.checked_sub(20_000 + 100 * i32::from(self.propset))?;
        ALL.get(usize::try_from(place).ok()?).copied()
    }

    pub(crate) fn get(&self, prop: Prop) -> i16 {
        self.number(id(self.propset, prop))
    }

    pub(crate) fn set(&mut self, prop: Prop, value: i16) {
        self.set_number(id(self.propset, prop), value);
    }

    /// The first 16 bits of a property, by number.
    pub(crate) fn number(&self, number: i32) -> i16 {
        let bytes = self.values.get(&number).map_or(&[][..], Vec::as_slice);
        i16::from_le_bytes([bytes.first().copied().unwrap_or(0), bytes.get(1).copied().unwrap_or(0)])
    }

    /// Writes the first 16 bits of a property; false if there is no room for another one.
    pub(crate) fn set_number(&mut self, number: i32, value: i16) -> bool {
        let Some(bytes) = self.room(number) else { return false };
        if bytes.len() < 2 {
            bytes.resize(2, 0);
        }
        bytes[..2].copy_from_slice(&value.to_le_bytes());
        true
    }

    /// This many bytes of a property, zeros beyond what has been written; `None` if that is too many or not one.
    pub(crate) fn bytes(&self, number: i32, length: i32) -> Option<Vec<u8>> {
        let length = usize::try_from(length).ok().filter(|length| (1..=LONGEST).contains(length))?;
        let mut bytes = self.values.get(&number).cloned().unwrap_or_default();
        bytes.resize(length, 0);
        Some(bytes)
    }

    /// Writes the first bytes of a property; false if they are too many.
    pub(crate) fn set_bytes(&mut self, number: i32, value: &[u8]) -> bool {
        if value.len() > LONGEST {
            return false;
        }
        let Some(bytes) = self.room(number) else { return false };
        if bytes.len() < value.len() {
            bytes.resize(value.len(), 0);
        }
        bytes[..value.len()].copy_from_slice(value);
        true
    }

    /// Whether this number stands for nothing and has not been asked about before.
    pub(crate) fn is_news(&mut self, number: i32) -> bool {
        self.named(number).is_none() && self.strangers.len() < STRANGERS && self.strangers.insert(number)
    }

    fn room(&mut self, number: i32) -> Option<&mut Vec<u8>> {
        let full = self.values.len() >= ALL.len() + STRANGERS;
        (!full || self.values.contains_key(&number)).then(|| self.values.entry(number).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_each_others() {
        let props = Props::new(3);
        assert_eq!(id(3, Prop::AE_LOCK), 20_300);
        assert_eq!(props.named(20_300), Some(Prop::AE_LOCK));
        assert_eq!(props.named(id(4, Prop::AE_LOCK)), None, "the number of another propset");
        for (prop, (name, number)) in ALL.iter().zip(table(3)) {
            assert_eq!(props.named(number), Some(*prop), "{name}");
            assert_eq!(format!("{prop:?}"), name);
        }
        assert!(ALL.len() < 100, "propsets do not overlap");
    }

    #[test]
    fn storage_has_an_end() {
        let mut props = Props::new(1);
        assert!((0..STRANGERS as i32).all(|number| props.set_number(number, 1)));
        assert!(!props.set_number(-1, 1));
        assert!(props.set_number(0, 2));
        assert!(!props.set_bytes(0, &[1; LONGEST + 1]));
        assert_eq!(props.bytes(0, LONGEST as i32 + 1), None);
    }
}
