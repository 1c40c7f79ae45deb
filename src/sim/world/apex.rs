//! APEX arithmetic: exposure as powers of two, in 96ths.
//!
//! The camera computes these in floating point and hands whole numbers to scripts; where the facts do not say how a
//! fraction becomes whole, it is rounded to the nearest, halves away from zero. Logarithms of nothing and less saturate,
//! as the conversion of minus infinity to an integer does on ARM; those of no number at all are 0.

/// Scale of all APEX values.
const SCALE: f64 = 96.0;

/// ISO at Sv 0 (ISO 100 is Sv 5).
const ISO_AT_SV_0: f64 = 3.125;

fn whole(value: f64) -> i32 {
    value.round() as i32
}

/// ISO to Sv96.
pub(crate) fn iso_to_sv96(iso: i32) -> i32 {
    whole((f64::from(iso) / ISO_AT_SV_0).log2() * SCALE)
}

/// Sv96 to ISO.
pub(crate) fn sv96_to_iso(sv96: i32) -> i32 {
    whole((f64::from(sv96) / SCALE).exp2() * ISO_AT_SV_0)
}

/// F-number times 1000 to Av96.
pub(crate) fn aperture_to_av96(f1000: i32) -> i32 {
    whole((f64::from(f1000) / 1000.0).log2() * 2.0 * SCALE)
}

/// Av96 to f-number times 1000.
pub(crate) fn av96_to_aperture(av96: i32) -> i32 {
    whole((f64::from(av96) / (2.0 * SCALE)).exp2() * 1000.0)
}

/// Microseconds to Tv96.
pub(crate) fn usec_to_tv96(usec: i32) -> i32 {
    whole(-(f64::from(usec) / 1e6).log2() * SCALE)
}

/// Tv96 to microseconds.
pub(crate) fn tv96_to_usec(tv96: i32) -> i32 {
    whole((-f64::from(tv96) / SCALE).exp2() * 1e6)
}

/// Seconds, as a fraction, to Tv96.
pub(crate) fn seconds_to_tv96(num: i32, den: i32) -> i32 {
    whole(-(f64::from(num) / f64::from(den)).log2() * SCALE)
}

/// The multiple of a third of a stop that is nearest, within a range of such multiples.
pub(crate) fn nearest_third(value96: i32, min: i32, max: i32) -> i32 {
    let third = (f64::from(value96) / f64::from(THIRD)).round() as i32;
    third.saturating_mul(THIRD).clamp(min, max.max(min))
}

/// A third of a stop: the steps of Canon's dials.
pub(crate) const THIRD: i32 = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_stops_are_exact() {
        assert_eq!((iso_to_sv96(100), iso_to_sv96(3200)), (480, 960));
        assert_eq!((sv96_to_iso(480), sv96_to_iso(576)), (100, 200));
        assert_eq!((aperture_to_av96(1000), aperture_to_av96(2000), aperture_to_av96(4000)), (0, 192, 384));
        assert_eq!((av96_to_aperture(384), av96_to_aperture(576)), (4000, 8000));
        assert_eq!((usec_to_tv96(1_000_000), usec_to_tv96(125_000)), (0, 288));
        assert_eq!((tv96_to_usec(0), tv96_to_usec(96), tv96_to_usec(-96)), (1_000_000, 500_000, 2_000_000));
        assert_eq!((seconds_to_tv96(1, 64), seconds_to_tv96(8, 1)), (576, -288));
    }

    #[test]
    fn fractions_go_to_the_nearest() {
        // log2(2.8) * 192 = 285.2
        assert_eq!(aperture_to_av96(2800), 285);
        // 3.125 * 2^(411 / 96) = 60.76
        assert_eq!(sv96_to_iso(411), 61);
        // 2^(-1000 / 96) s = 731.98 µs
        assert_eq!(tv96_to_usec(1000), 732);
    }

    #[test]
    fn logarithms_of_nothing_saturate() {
        assert_eq!(iso_to_sv96(0), i32::MIN);
        assert_eq!(usec_to_tv96(0), i32::MAX);
        assert_eq!(seconds_to_tv96(1, 0), i32::MIN, "an endless time");
        assert_eq!(iso_to_sv96(-1), 0, "no number");
    }

    #[test]
    fn thirds_are_multiples_of_32_within_the_range() {
        assert_eq!(nearest_third(300, 288, 576), 288);
        assert_eq!(nearest_third(305, 288, 576), 320);
        assert_eq!(nearest_third(-305, -384, 1056), -320);
        assert_eq!(nearest_third(9999, 288, 576), 576);
        assert_eq!(nearest_third(i32::MIN, 288, 576), 288);
    }
}
