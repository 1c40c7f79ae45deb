//! Exposure and focus: what is set now, and what waits for the next shot.
//!
//! Setters of CHDK's act at once while a shot is under way, from the half press on; otherwise they wait for the next
//! one. This camera does not shoot yet, so they wait, and [`Overrides`] shows them. In playback they do nothing.
//!
//! Where the facts leave something open:
//!
//! - CHDK's index of an Av or Tv counts thirds of a stop, so that index 9 is Av96 288, f/2.8; indices beyond the
//!   camera's range are ignored.
//! - ISO mode 0 is automatic, 1 and up are the values of the camera's menu. The property ISO_MODE holds the marketed
//!   ISO, or 0.
//! - What Canon's dials set, the user's Av and Tv, shows in Av and Tv at the next half press, that is, not yet.
//! - In live view the iris is wide open, and the time is 1/32 s.
//! - Focus is at a distance in mm; what is nearer than the lens can do becomes its nearest, and what is negative or
//!   beyond 65535 is infinity, 65535.

use super::lens::{self, INFINITY};
use super::props::Prop;
use super::{World, apex, modes};

/// What scripts have set for the next shot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Aperture, in 96ths.
    pub av96: Option<i32>,
    /// Time, in 96ths.
    pub tv96: Option<i32>,
    /// Sensitivity, real, in 96ths.
    pub sv96: Option<i32>,
    /// Subject distance in mm; 65535 is infinity.
    pub focus_mm: Option<i32>,
    /// Whether the ND filter is in the light path.
    pub nd_in: Option<bool>,
}

/// Time of the sensor in live view, in 96ths: 1/32 s.
pub(crate) const LIVE_TV: i32 = 480;

impl World {
    pub(crate) fn set_av96(&mut self, av96: i32) {
        if self.record {
            self.overrides.av96 = Some(av96);
        }
    }

    pub(crate) fn set_tv96(&mut self, tv96: i32) {
        if self.record {
            self.overrides.tv96 = Some(tv96);
        }
    }

    pub(crate) fn set_sv96(&mut self, sv96: i32) {
        if self.record {
            self.overrides.sv96 = Some(sv96);
        }
    }

    /// The step of Canon's that is nearest.
    pub(crate) fn av_step(&self, av96: i32) -> i32 {
        apex::nearest_third(av96, self.body.exposure.av_min, self.body.exposure.av_max)
    }

    pub(crate) fn tv_step(&self, tv96: i32) -> i32 {
        apex::nearest_third(tv96, self.body.exposure.tv_min, self.body.exposure.tv_max)
    }

    pub(crate) fn set_user_av(&mut self, av96: i32) {
        self.set_in_record(Prop::USER_AV, av96);
    }

    pub(crate) fn set_user_tv(&mut self, tv96: i32) {
        self.set_in_record(Prop::USER_TV, tv96);
    }

    /// Ignores an index that the camera does not have.
    pub(crate) fn set_user_av_id(&mut self, id: i32) {
        let av96 = id.saturating_mul(apex::THIRD);
        if self.av_step(av96) == av96 {
            self.set_user_av(av96);
        }
    }

    pub(crate) fn set_user_tv_id(&mut self, id: i32) {
        let tv96 = id.saturating_mul(apex::THIRD);
        if self.tv_step(tv96) == tv96 {
            self.set_user_tv(tv96);
        }
    }

    pub(crate) fn set_ev(&mut self, ev96: i32) {
        self.set_in_record(Prop::EV_CORRECTION_1, ev96);
        self.set_in_record(Prop::EV_CORRECTION_2, ev96);
    }

    /// Below 50 an index, otherwise the nearest ISO of the menu.
    pub(crate) fn set_iso_mode(&mut self, mode: i32) {
        let isos = &self.body.exposure.iso_modes;
        let iso = match mode {
            0 => Some(0),
            1..50 => isos.get(mode as usize - 1).copied(),
            50.. => isos.iter().copied().min_by_key(|iso| iso.abs_diff(mode)),
            _ => None,
        };
        if let Some(iso) = iso {
            self.set_in_record(Prop::ISO_MODE, iso);
        }
    }

    /// The index of the ISO mode; one that is not in the menu is 0.
    pub(crate) fn iso_mode(&self) -> i32 {
        let iso = i32::from(self.props.get(Prop::ISO_MODE));
        self.body.exposure.iso_modes.iter().position(|known| *known == iso).map_or(0, |at| at as i32 + 1)
    }

    fn set_in_record(&mut self, prop: Prop, value: i32) {
        if self.record {
            self.set_prop(prop, value as i16);
        }
    }

    /// An ISO value as far away as an offset in Sv96, without whole 96ths in between.
    pub(crate) fn iso_by_offset(iso: i32, offset96: i32) -> i32 {
        (f64::from(iso) * (f64::from(offset96) / 96.0).exp2()).round() as i32
    }

    /// 1 in, 2 out; 0 leaves it to Canon.
    pub(crate) fn set_nd_filter(&mut self, state: i32) {
        if self.record && self.body.exposure.nd_filter != 0 {
            match state {
                0 => self.overrides.nd_in = None,
                1 => self.overrides.nd_in = Some(true),
                2 => self.overrides.nd_in = Some(false),
                _ => {}
            }
        }
    }

    pub(crate) fn is_manual_focus(&self) -> bool {
        self.props.get(Prop::FOCUS_MODE) != 0
    }

    pub(crate) fn is_af_locked(&self) -> bool {
        self.props.get(Prop::AF_LOCK) != 0
    }

    /// Subject distance in mm.
    pub(crate) fn focus(&self) -> i32 {
        i32::from(self.props.get(Prop::SUBJECT_DIST1) as u16)
    }

    /// False where the distance cannot be overridden.
    pub(crate) fn set_focus(&mut self, mm: i32) -> bool {
        let needed = match () {
            () if self.is_manual_focus() => 4,
            () if self.is_af_locked() => 2,
            () => 1,
        };
        let possible = self.focus_interlock_bypass || self.body.features.sd_over_modes & needed != 0;
        if !self.record || !possible {
            return false;
        }
        let mm = if (0..INFINITY).contains(&mm) { mm.max(self.body.lens.nearest_mm) } else { INFINITY };
        if needed != 1 || modes::is_video(self.capture_mode()) {
            self.set_prop(Prop::SUBJECT_DIST1, mm as u16 as i16);
            self.set_prop(Prop::SUBJECT_DIST2, mm as u16 as i16);
        } else {
            self.overrides.focus_mm = Some(mm);
        }
        true
    }

    /// What is sharp now.
    pub(crate) fn depth(&self) -> Option<lens::Depth> {
        let aperture = apex::av96_to_aperture(self.props.get(Prop::AV).into());
        lens::depth(self.body.lens.focal_length(self.zoom_step()), aperture, self.body.lens.confusion_um, self.focus())
    }
}
