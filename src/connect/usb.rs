//! Cameras on USB: which of them is meant, and what it takes until it answers.

use std::time::Duration;

use super::{Candidate, Spec};
use crate::camera::{Camera, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::usb::{self, CANON, Device};

/// For a camera to answer in that may still be in the middle of what an earlier program asked.
const FIRST_PATIENCE: Duration = Duration::from_secs(3);

/// What is plugged in, as far as it can be told without taking it.
pub(super) fn candidates() -> Vec<Candidate> {
    let candidate = |device: Device| {
        let spec = Spec::Usb(Some((device.bus, device.address)));
        let description = match &device.strings {
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
        let description = if device.vendor == CANON { description } else { format!("{description} (not a Canon)") };
        Candidate { spec, description }
    };
    usb::list().into_iter().map(candidate).collect()
}

/// Connects to the one that `spec` means.
pub(super) fn connect(spec: &Spec, options: &Options) -> Result<Camera> {
    let devices = usb::list();
    let known: Vec<_> = devices.iter().map(Known::of).collect();
    let device = &devices[choose(spec, &known)?];
    let first = device.connect(options.timeout.min(FIRST_PATIENCE), &options.interrupt)?;
    match Camera::connect(Box::new(first), options.clone()) {
        Ok(mut camera) => {
            camera.set_timeout(options.timeout);
            Ok(camera)
        }
        // What an earlier program left half done is in the way: a session, a transaction, a halted endpoint.
        Err(error) if matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Protocol | ErrorKind::Disconnected) => {
            log::info!("{error}; bringing it back into step");
            device.recover(&options.interrupt).map_err(|error| error.on_camera(&device.location()))?;
            let again = device.connect(options.timeout, &options.interrupt)?;
            Camera::connect(Box::new(again), options.clone())
        }
        Err(error) => Err(error),
    }
}

/// What a camera is chosen by.
struct Known {
    place: (u8, u8),
    serial: Option<String>,
    canon: bool,
}

impl Known {
    fn of(device: &Device) -> Self {
        let place = (device.bus, device.address);
        Self { place, serial: device.serial().map(str::to_owned), canon: device.vendor == CANON }
    }

    fn name(&self) -> String {
        let place = Spec::Usb(Some(self.place));
        self.serial.as_ref().map_or_else(|| place.to_string(), |serial| format!("{place} (serial number {serial})"))
    }
}

/// The index of the one that is meant.
fn choose(spec: &Spec, known: &[Known]) -> Result<usize> {
    let fits = |known: &Known| match spec {
        Spec::Usb(None) => known.canon,
        Spec::Usb(Some(place)) => known.place == *place,
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
        [] => Err(none(spec, known)),
        _ => {
            let names: Vec<_> = fitting.iter().map(|index| known[*index].name()).collect();
            let text = format!("{spec} may be any of {}; name one with -c", names.join(", "));
            Err(Error::new(ErrorKind::Ambiguous, text))
        }
    }
}

fn none(spec: &Spec, known: &[Known]) -> Error {
    let names: Vec<_> = known.iter().map(Known::name).collect();
    let text = match spec {
        _ if names.is_empty() => {
            "no camera is plugged in, or it is switched off or asleep; moonshutter doctor looks closer. A \
                                  camera with Wi-Fi is named with -c ip:ADDRESS, and -c sim is a simulated one"
                .to_owned()
        }
        Spec::Usb(None) => format!("no Canon is plugged in; what else speaks PTP is {}", names.join(", ")),
        _ => format!("no camera {spec} is plugged in; what is, is {}", names.join(", ")),
    };
    Error::new(ErrorKind::NoCamera, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(place: (u8, u8), serial: &str, canon: bool) -> Known {
        Known { place, serial: Some(serial.to_owned()).filter(|serial| !serial.is_empty()), canon }
    }

    fn chosen(spec: &str, known: &[Known]) -> std::result::Result<usize, (ErrorKind, String)> {
        choose(&spec.parse().unwrap(), known).map_err(|error| (error.kind(), error.to_string()))
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
}
