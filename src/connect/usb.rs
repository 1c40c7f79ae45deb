//! Cameras on USB: which of them is meant, and what it takes until it answers.

use std::time::Duration;

use super::{Candidate, Names, Spec};
use crate::camera::{Camera, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::session::USUAL;
use crate::ptp::usb::{self, CANON, Device, Holder};

/// For a camera to answer in that may still be in the middle of what an earlier program asked.
const FIRST_PATIENCE: Duration = Duration::from_secs(3);

/// What is plugged in, as far as it can be told without taking it: those with names first, then by serial number, then by
/// place, so that the order stays from one day to the next.
pub(super) fn candidates(names: &Names) -> Vec<Candidate> {
    let devices = usb::list();
    // Looking through all processes is not for nothing.
    let holders = if devices.is_empty() { Default::default() } else { usb::holders() };
    let candidate = |device: Device| {
        let used_by = holders.get(&device.place()).cloned().unwrap_or_default();
        candidate(&device, names, used_by)
    };
    let mut candidates: Vec<_> = devices.into_iter().map(candidate).collect();
    candidates.sort_by_cached_key(|candidate| {
        let Candidate { alias, serial, spec, .. } = candidate;
        (alias.is_none(), alias.clone(), serial.is_none(), serial.clone(), spec.to_string())
    });
    candidates
}

/// A device in words.
pub(super) fn candidate(device: &Device, names: &Names, used_by: Vec<Holder>) -> Candidate {
    let mut description = match &device.strings {
        Ok(strings) => {
            let (maker, product) = (&strings.manufacturer, &strings.product);
            // "Canon Inc." calls it "Canon Digital Camera" already.
            let brand = maker.split(' ').next().unwrap_or_default();
            let what = if product.starts_with(brand) { product.clone() } else { format!("{maker} {product}") };
            match strings.serial.as_str() {
                "" => what.trim().to_owned(),
                serial => format!("{}, serial number {serial}", what.trim()),
            }
        }
        Err(reason) => {
            let (vendor, product) = (device.vendor, device.product);
            format!("{vendor:04x}:{product:04x}, cannot be opened: {reason}; see moonshutter doctor")
        }
    };
    if device.vendor != CANON {
        description.push_str(" (not a Canon)");
    }
    let serial = device.serial().map(str::to_owned);
    let alias = serial.as_deref().and_then(|serial| names.name(serial)).map(str::to_owned);
    Candidate { spec: Spec::Usb(Some(device.place())), description, alias, serial, used_by }
}

/// Connects to the one that `spec` means.
pub(super) fn connect(spec: &Spec, options: &Options) -> Result<Camera> {
    let names = Names::load()?;
    let devices = usb::list();
    let known: Vec<_> = devices.iter().map(|device| Known::of(device, &names)).collect();
    let device = &devices[choose(spec, &known, &names)?];
    let patience = options.timeout.map_or(FIRST_PATIENCE, |timeout| timeout.min(FIRST_PATIENCE));
    let first = device.connect(patience, &options.interrupt)?;
    match Camera::connect(Box::new(first), Options { timeout: Some(patience), ..options.clone() }) {
        Ok(mut camera) => {
            camera.set_timeout(options.timeout);
            Ok(camera)
        }
        // What an earlier program left half done is in the way: a session, a transaction, a halted endpoint.
        Err(error) if matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Protocol | ErrorKind::Disconnected) => {
            log::info!("{error}; bringing it back into step");
            device.recover(&options.interrupt).map_err(|error| error.on_camera(&device.location()))?;
            let again = device.connect(options.timeout.unwrap_or(USUAL), &options.interrupt)?;
            Camera::connect(Box::new(again), options.clone())
        }
        Err(error) => Err(error),
    }
}

/// What a camera is chosen by.
struct Known {
    place: (u8, u8),
    alias: Option<String>,
    serial: Option<String>,
    canon: bool,
}

impl Known {
    fn of(device: &Device, names: &Names) -> Self {
        let serial = device.serial().map(str::to_owned);
        let alias = serial.as_deref().and_then(|serial| names.name(serial)).map(str::to_owned);
        Self { place: device.place(), alias, serial, canon: device.vendor == CANON }
    }

    fn name(&self) -> String {
        let place = Spec::Usb(Some(self.place));
        if let Some(alias) = &self.alias {
            return format!("{alias} ({place})");
        }
        self.serial.as_ref().map_or_else(|| place.to_string(), |serial| format!("{place} (serial number {serial})"))
    }
}

/// The index of the one that is meant.
fn choose(spec: &Spec, known: &[Known], names: &Names) -> Result<usize> {
    let fits = |known: &Known| match spec {
        Spec::Usb(None) => known.canon,
        Spec::Usb(Some(place)) => known.place == *place,
        Spec::Serial(wanted) if names.serial(wanted).is_some() => known.alias.as_ref() == Some(wanted),
        Spec::Serial(wanted) => {
            let starts =
                |serial: &String| serial.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted));
            known.serial.as_ref().is_some_and(starts)
        }
        Spec::Ip { .. } | Spec::Sim(_) => false,
    };
    let fitting: Vec<_> = (0..known.len()).filter(|index| fits(&known[*index])).collect();
    match fitting[..] {
        [only] => Ok(only),
        [] => Err(none(spec, known, names)),
        _ => {
            let names: Vec<_> = fitting.iter().map(|index| known[*index].name()).collect();
            let text = format!("{spec} may be any of {}; name one with -c", names.join(", "));
            Err(Error::new(ErrorKind::Ambiguous, text))
        }
    }
}

fn none(spec: &Spec, known: &[Known], names: &Names) -> Error {
    let wanted = match spec {
        Spec::Serial(name) => match names.serial(name) {
            Some(serial) => format!("{name} (serial number {serial})"),
            None => name.clone(),
        },
        spec => spec.to_string(),
    };
    let names: Vec<_> = known.iter().map(Known::name).collect();
    let text = match spec {
        _ if names.is_empty() => {
            "no camera is plugged in, or it is switched off or asleep; moonshutter doctor looks closer. A \
                                  camera with Wi-Fi is named with -c ip:ADDRESS, and -c sim is a simulated one"
                .to_owned()
        }
        Spec::Usb(None) => format!("no Canon is plugged in; what else speaks PTP is {}", names.join(", ")),
        _ => format!("no camera {wanted} is plugged in; what is, is {}", names.join(", ")),
    };
    Error::new(ErrorKind::NoCamera, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(place: (u8, u8), serial: &str, canon: bool) -> Known {
        Known { place, alias: None, serial: Some(serial.to_owned()).filter(|serial| !serial.is_empty()), canon }
    }

    fn chosen(spec: &str, known: &[Known]) -> std::result::Result<usize, (ErrorKind, String)> {
        chosen_by(&Names::default(), spec, known)
    }

    fn chosen_by(names: &Names, spec: &str, known: &[Known]) -> std::result::Result<usize, (ErrorKind, String)> {
        choose(&spec.parse().unwrap(), known, names).map_err(|error| (error.kind(), error.to_string()))
    }

    #[test]
    fn the_only_canon_is_meant_unless_one_is_named() {
        let known = [known((1, 2), "77", false), known((1, 4), "AB12", true)];
        assert_eq!(chosen("usb", &known), Ok(1));
        assert_eq!(chosen("usb:1:2", &known), Ok(0));
        assert_eq!(chosen("ab", &known), Ok(1), "a prefix of the serial number, in any case");
        assert_eq!(chosen("usb:9:9", &known).unwrap_err().0, ErrorKind::NoCamera);
    }

    #[test]
    fn what_may_be_several_is_an_error_that_lists_them() {
        let known = [known((1, 2), "AB11", true), known((1, 4), "AB12", true), known((2, 1), "", true)];
        let (kind, text) = chosen("AB1", &known).unwrap_err();
        assert_eq!(kind, ErrorKind::Ambiguous);
        assert!(text.contains("usb:001:002 (serial number AB11), usb:001:004 (serial number AB12)"), "{text}");
        assert_eq!(chosen("usb", &known).unwrap_err().0, ErrorKind::Ambiguous);
        assert_eq!(chosen("AB12", &known), Ok(1));
    }

    #[test]
    fn where_there_is_none_it_says_what_would_do() {
        let (kind, text) = chosen("usb", &[]).unwrap_err();
        assert_eq!(kind, ErrorKind::NoCamera);
        assert!(text.contains("-c ip:ADDRESS") && text.contains("-c sim"), "{text}");
        assert!(chosen("usb", &[known((1, 2), "", false)]).unwrap_err().1.contains("usb:001:002"));
    }

    #[test]
    fn a_name_means_the_camera_that_has_it() {
        let names = Names::named(&[("left", "AB12"), ("AB1", "AB11"), ("home", "99")]);
        let named =
            |place, serial: &str| Known { alias: names.name(serial).map(str::to_owned), ..known(place, serial, true) };
        let known = [named((1, 2), "AB11"), named((1, 4), "AB12"), named((1, 5), "AB13")];
        assert_eq!(chosen_by(&names, "left", &known), Ok(1));
        assert_eq!(chosen_by(&names, "AB1", &known), Ok(0), "a name goes before the beginning of a serial number");
        assert_eq!(chosen_by(&names, "AB13", &known), Ok(2));
        assert_eq!(chosen_by(&names, "right", &known).unwrap_err().0, ErrorKind::NoCamera);
        let (kind, text) = chosen_by(&names, "home", &known).unwrap_err();
        assert_eq!(kind, ErrorKind::NoCamera);
        assert!(
            text.starts_with("no camera home (serial number 99) is plugged in; what is, is AB1 (usb:001:002)"),
            "{text}"
        );
    }
}
