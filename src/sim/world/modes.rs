//! Capture modes: CHDK's numbers for them, and Canon's.
//!
//! The facts give no numbers but 1 for AUTO, so these are the simulated camera's own. They count from 1 without a gap,
//! because clients go through them with `ipairs`. Canon's number of a mode, the value of the property SHOOTING_MODE, is
//! the same with the highest of its 16 bits set.

/// Names of `gen/modelist`, the first of which is number 1.
pub(crate) const NAMES: &[&str] = &[
    "AUTO",
    "P",
    "TV",
    "AV",
    "M",
    "PORTRAIT",
    "LANDSCAPE",
    "NIGHT_SCENE",
    "SPORTS",
    "STITCH",
    "LONG_SHUTTER",
    "SUPER_MACRO",
    "SCENE_SNOW",
    "SCENE_BEACH",
    "SCENE_FIREWORK",
    "SCENE_FOLIAGE",
    "SCENE_UNDERWATER",
    "SCENE_INDOOR",
    "SCENE_LOW_LIGHT",
    "SCENE_AQUARIUM",
    "VIDEO_STD",
    "VIDEO_SPEED",
    "VIDEO_COMPACT",
    "VIDEO_HIRES",
    "VIDEO_MINIATURE",
];

/// What Canon's numbers have and CHDK's have not.
const CANON: u16 = 0x8000;

/// The number of a mode by its name.
pub(crate) fn number(name: &str) -> Option<u8> {
    Some(NAMES.iter().position(|known| *known == name)? as u8 + 1)
}

/// Canon's number of a mode, as a 16-bit property holds it.
pub(crate) fn to_canon(number: u8) -> i16 {
    (CANON | u16::from(number)) as i16
}

/// CHDK's number for one of Canon's; 0 if it has none.
pub(crate) fn from_canon(value: i16) -> u8 {
    let number = (value as u16).wrapping_sub(CANON);
    if (1..=NAMES.len() as u16).contains(&number) { number as u8 } else { 0 }
}

/// Whether it is a mode for videos.
pub(crate) fn is_video(number: u8) -> bool {
    number.checked_sub(1).and_then(|at| NAMES.get(usize::from(at))).is_some_and(|name| name.starts_with("VIDEO_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_both_kinds_mean_the_same_mode() {
        assert_eq!(number("AUTO"), Some(1));
        assert_eq!(number("auto"), None);
        assert_eq!(to_canon(2), -32766);
        assert_eq!(from_canon(-32766), 2);
        assert_eq!((from_canon(2), from_canon(-32768), from_canon(-1)), (0, 0, 0));
        assert!(is_video(number("VIDEO_STD").unwrap()) && !is_video(1) && !is_video(0));
    }
}
