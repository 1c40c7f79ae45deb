//! Zoom and depth of field.

use std::time::Duration;

use super::Lens;

/// Distance that stands for infinity: the largest that a 16-bit property holds.
pub(crate) const INFINITY: i32 = 0xffff;

/// A distance that has no end, where numbers are wider.
const ENDLESS: i32 = -1;

/// Where the zoom is: it moves at a steady speed from one step to another.
#[derive(Debug, Default)]
pub(crate) struct Zoom {
    from: i32,
    to: i32,
    begun: Duration,
}

impl Zoom {
    /// The step that it has reached.
    pub(crate) fn step(&self, now: Duration, lens: &Lens) -> i32 {
        let steps = now.saturating_sub(self.begun).as_millis() / u128::from(lens.zoom_step_ms.max(1));
        let steps = i32::try_from(steps).unwrap_or(i32::MAX);
        if self.to < self.from {
            self.from.saturating_sub(steps).max(self.to)
        } else {
            self.from.saturating_add(steps).min(self.to)
        }
    }

    /// Starts moving to a step, as far as the lens goes.
    pub(crate) fn go(&mut self, to: i32, now: Duration, lens: &Lens) {
        *self = Self { from: self.step(now, lens), to: lens.nearest_step(to), begun: now };
    }

    /// Is at a step at once.
    pub(crate) fn jump(&mut self, to: i32, lens: &Lens) {
        let to = lens.nearest_step(to);
        *self = Self { from: to, to, begun: Duration::ZERO };
    }
}

impl Lens {
    pub(crate) fn steps(&self) -> i32 {
        i32::try_from(self.focal_lengths.len()).unwrap_or(i32::MAX)
    }

    fn nearest_step(&self, step: i32) -> i32 {
        step.clamp(0, (self.steps() - 1).max(0))
    }

    /// Focal length of the nearest step there is, in mm times 1000.
    pub(crate) fn focal_length(&self, step: i32) -> i32 {
        self.focal_lengths.get(self.nearest_step(step) as usize).copied().unwrap_or(0)
    }

    /// The same for a 35 mm camera.
    pub(crate) fn effective_focal_length(&self, step: i32) -> i32 {
        i32::try_from(i64::from(self.focal_length(step)) * i64::from(self.crop) / 1000).unwrap_or(i32::MAX)
    }
}

/// What is sharp, in mm; `ENDLESS` is -1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Depth {
    pub(crate) hyperfocal: i32,
    pub(crate) near: i32,
    pub(crate) far: i32,
    pub(crate) depth: i32,
    /// A subject at this distance is sharp up to `near`: the next focus of a stack towards the camera.
    pub(crate) next_nearer: i32,
}

/// The usual formulas of a thin lens, in whole µm: focal length in µm, aperture as f-number times 1000, circle of
/// confusion in µm, subject in mm. `None` if one of them is unknown.
pub(crate) fn depth(focal_um: i32, f1000: i32, confusion_um: i32, subject_mm: i32) -> Option<Depth> {
    if focal_um <= 0 || f1000 <= 0 || confusion_um <= 0 || subject_mm <= 0 {
        return None;
    }
    let f = i128::from(focal_um);
    let h = f * f * 1000 / (i128::from(f1000) * i128::from(confusion_um)) + f;
    let mm = |um: i128| i32::try_from(um / 1000).unwrap_or(i32::MAX);
    let s = i128::from(subject_mm) * 1000;
    let endless = subject_mm >= INFINITY;
    let near = if endless { h } else { s * (h - f) / (h + s - 2 * f).max(1) };
    let far = if endless || s >= h { ENDLESS } else { mm(s * (h - f) / (h - s)) };
    Some(Depth {
        hyperfocal: mm(h),
        near: mm(near),
        far,
        depth: if far == ENDLESS { ENDLESS } else { far - mm(near) },
        next_nearer: mm(near * h / (h - f + near).max(1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zoom_takes_its_time_and_turns_where_it_is() {
        let lens = Lens { zoom_step_ms: 100, ..Lens::default() };
        let at = Duration::from_millis;
        let mut zoom = Zoom::default();
        zoom.go(5, at(1000), &lens);
        assert_eq!([1000, 1099, 1100, 1499, 1500, 9000].map(|ms| zoom.step(at(ms), &lens)), [0, 0, 1, 4, 5, 5]);
        zoom.go(-7, at(1250), &lens);
        assert_eq!([1250, 1350, 1450, 9000].map(|ms| zoom.step(at(ms), &lens)), [2, 1, 0, 0]);
        zoom.go(99, at(2000), &lens);
        assert_eq!(zoom.step(at(9000), &lens), lens.steps() - 1);
    }

    #[test]
    fn a_lens_without_focal_lengths_has_no_zoom() {
        let lens = Lens { focal_lengths: Vec::new(), ..Lens::default() };
        let mut zoom = Zoom::default();
        zoom.go(3, Duration::ZERO, &lens);
        assert_eq!(zoom.step(Duration::from_secs(9), &lens), 0);
        assert_eq!((lens.focal_length(0), lens.effective_focal_length(9)), (0, 0));
    }

    #[test]
    fn depth_of_field_is_that_of_the_textbook() {
        // 10 mm at f/4 with 5 µm: 10² / (4 * 0.005) + 10 = 5010 mm.
        let one_metre = depth(10_000, 4000, 5, 1000).unwrap();
        assert_eq!(one_metre, Depth { hyperfocal: 5010, near: 834, far: 1246, depth: 412, next_nearer: 716 });
        let hyperfocal = depth(10_000, 4000, 5, 5010).unwrap();
        assert_eq!((hyperfocal.far, hyperfocal.depth), (-1, -1));
        assert!((2500..=2505).contains(&hyperfocal.near));
        assert_eq!(depth(10_000, 4000, 5, INFINITY).unwrap().near, 5010);
        assert_eq!(depth(0, 4000, 5, 1000), None);
        // The next of a stack is sharp up to where the last began to be.
        let next = depth(10_000, 4000, 5, one_metre.next_nearer).unwrap();
        assert!((one_metre.near - next.far).abs() <= 1);
    }
}
