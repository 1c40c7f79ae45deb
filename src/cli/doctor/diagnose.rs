//! Judging what was seen.

use std::fmt;

use serde::Serialize;

use super::observe::{Looked, Observed, Talk};
use crate::error::ErrorKind;
use crate::exit;
use crate::ptp::usb::{Opened, Speed};

/// Operation 0x9999 is CHDK's.
const CHDK: u16 = 0x9999;

/// What lets whoever sits at the computer, and the group plugdev, have Canon's cameras.
const UDEV_RULE: &str = r#"SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="04a9", MODE="0660", GROUP="plugdev", TAG+="uaccess""#;
/// Rules with `uaccess` have to come before 73-seat-late.rules.
const UDEV_FILE: &str = "/etc/udev/rules.d/60-moonshutter.rules";

/// Something that was found out, and what to do about it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Finding {
    pub grade: Grade,
    /// For programs.
    pub code: &'static str,
    /// What it is about, as `usb:001:004`; none for the whole machine.
    pub camera: Option<String>,
    pub text: String,
    /// What may be done, the most likely first.
    pub remedies: Vec<String>,
    #[serde(skip)]
    kind: Option<ErrorKind>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Grade {
    Fine,
    Note,
    Trouble,
}

impl Finding {
    fn new(grade: Grade, code: &'static str, about: Option<&Looked>, text: impl Into<String>) -> Self {
        let camera = about.map(|looked| looked.seen.location());
        Self { grade, code, camera, text: text.into(), remedies: Vec::new(), kind: None }
    }

    fn trouble(kind: ErrorKind, code: &'static str, about: Option<&Looked>, text: impl Into<String>) -> Self {
        Self { kind: Some(kind), ..Self::new(Grade::Trouble, code, about, text) }
    }

    fn remedies<T: Into<String>>(mut self, remedies: impl IntoIterator<Item = T>) -> Self {
        self.remedies.extend(remedies.into_iter().map(Into::into));
        self
    }

    /// What the program ends with, if this is a trouble.
    pub fn exit_code(&self) -> Option<u8> {
        self.kind.map(exit::code_of)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = match self.grade {
            Grade::Fine => "fine",
            Grade::Note => "note",
            Grade::Trouble => "trouble",
        };
        match &self.camera {
            Some(camera) => writeln!(f, "{camera}  {grade}: {}", self.text)?,
            None => writeln!(f, "{grade}: {}", self.text)?,
        }
        for remedy in &self.remedies {
            let mut lines = remedy.lines();
            writeln!(f, "  - {}", lines.next().unwrap_or_default())?;
            lines.try_for_each(|line| writeln!(f, "      {line}"))?;
        }
        Ok(())
    }
}

/// What is to be said about what was seen.
pub(super) fn diagnose(observed: &Observed) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(error) = &observed.bad_names {
        findings.push(
            Finding::trouble(ErrorKind::BadArgument, "bad-config", None, error)
                .remedies(["mend the file: until then no camera on USB is connected"]),
        );
    }
    if let Some(error) = &observed.no_usb {
        findings.push(no_usb(observed, error));
        return findings;
    }
    for looked in &observed.devices {
        findings.extend(device(observed, looked));
    }
    if !observed.devices.iter().any(|looked| looked.is_canon() && (looked.seen.is_ptp() || !looked.seen.readable)) {
        findings.push(nothing(observed));
    }
    findings
}

fn no_usb(observed: &Observed, error: &str) -> Finding {
    let text = format!("programs have no USB here; libusb says \"{error}\"");
    let finding = Finding::trouble(ErrorKind::NoCamera, "no-usb", None, text);
    match observed.system.as_str() {
        "linux" => finding.remedies([
            "in a container: hand it the devices, as in docker run --device /dev/bus/usb -v /dev/bus/usb:/dev/bus/usb",
            "in WSL: attach the camera with usbipd on the side of Windows",
            "in a virtual machine: pass the camera through to it",
            "a camera with Wi-Fi needs no USB: -c ip:ADDRESS",
        ]),
        _ => finding.remedies(["a camera with Wi-Fi needs no USB: -c ip:ADDRESS"]),
    }
}

fn nothing(observed: &Observed) -> Finding {
    let text = match observed.others {
        0 => "no camera is seen, and nothing else on USB either".to_owned(),
        1 => "no camera is seen, but one other device is".to_owned(),
        others => format!("no camera is seen, but {others} other devices are"),
    };
    let mut remedies = vec![
        "switch the camera on, or wake it: it switches itself off after some minutes, and is no USB device then",
        "in CHDK's menu, under Remote Parameters, Enable Remote must be off: with it CHDK takes the cable for a remote \
         release, and the camera does not answer as a USB device",
        "try another cable: many only charge",
        "plug it into the computer itself, without a hub",
    ];
    if observed.system == "windows" {
        remedies.push(
            "look in the Device Manager for a camera with another driver, and give it WinUSB with Zadig (https://zadig.akeo.ie)",
        );
    }
    Finding::trouble(ErrorKind::NoCamera, "nothing-seen", None, text).remedies(remedies)
}

fn device(observed: &Observed, looked: &Looked) -> Vec<Finding> {
    let seen = &looked.seen;
    let name = name(looked);
    let about = Some(looked);
    if !seen.readable {
        let text = format!("{name} does not even tell what it is");
        return vec![
            Finding::trouble(ErrorKind::Disconnected, "no-descriptors", about, text)
                .remedies(["plug it out and in again, with another cable"].into_iter().chain(without_hubs(looked))),
        ];
    }
    if !seen.is_ptp() {
        let text = format!("{name} does not speak PTP; it may be a printer, a scanner or a card reader");
        return vec![Finding::new(Grade::Note, "not-ptp", about, text).remedies([
            "if it is a camera: choose PTP, Auto or PC in its menu for USB, and end the direct print mode",
        ])];
    }
    if !looked.is_canon() {
        return vec![Finding::new(
            Grade::Note,
            "not-canon",
            about,
            format!("{name} speaks PTP and is no Canon, so it has no CHDK"),
        )];
    }
    let mut findings = vec![match &seen.opened {
        Opened::Yes | Opened::NotTried => spoken(looked, &name),
        Opened::NoAccess => no_access(observed, looked, &name),
        Opened::Busy => busy(observed, looked, &name),
        Opened::WrongDriver => Finding::trouble(
            ErrorKind::NoAccess,
            "wrong-driver",
            about,
            format!("{name} has a driver that programs cannot use"),
        )
        .remedies([
            "give it WinUSB with Zadig (https://zadig.akeo.ie): Options, List All Devices, the camera, WinUSB. \
             Until that is undone, Windows itself shows no pictures of the camera (not tried on Windows)",
        ]),
        Opened::Gone => {
            Finding::trouble(ErrorKind::NoCamera, "gone", about, format!("{name} went away while it was looked at"))
                .remedies(["if it does so again and again: charge the battery, and try another cable"])
        }
        Opened::Failed(error) => {
            Finding::trouble(ErrorKind::Io, "cannot-open", about, format!("{name} cannot be opened: {error}"))
                .remedies(["plug it out and in again"].into_iter().chain(without_hubs(looked)))
        }
    }];
    if matches!(seen.speed, Speed::Low | Speed::Full) {
        let speed = if seen.speed == Speed::Full { "12" } else { "1.5" };
        let text = format!("{name} is connected at {speed} MBit/s; all but the oldest do 480");
        let remedies = ["try another port and another cable"].into_iter().chain(without_hubs(looked));
        findings.push(Finding::new(Grade::Note, "slow-link", about, text).remedies(remedies));
    }
    findings
}

fn name(looked: &Looked) -> String {
    let seen = &looked.seen;
    match (&looked.talk, &seen.strings) {
        (Talk::Answers { model, .. }, _) if !model.is_empty() => model.clone(),
        (_, Some(strings)) if !strings.product.is_empty() => strings.product.clone(),
        _ => format!("the device {:04x}:{:04x}", seen.vendor, seen.product),
    }
}

fn without_hubs(looked: &Looked) -> Option<&'static str> {
    match looked.seen.ports.len() {
        0 | 1 => None,
        2 => Some("it hangs behind a hub: plug it into the computer itself"),
        _ => Some("it hangs behind several hubs: plug it into the computer itself"),
    }
}

fn no_access(observed: &Observed, looked: &Looked, name: &str) -> Finding {
    let finding = Finding::trouble(
        ErrorKind::NoAccess,
        "no-access",
        Some(looked),
        format!("the system does not let this user have {name}"),
    );
    match observed.system.as_str() {
        "linux" => finding.remedies([
            format!("put this line into {UDEV_FILE}, as root:\n{UDEV_RULE}"),
            "let udev read it: sudo udevadm control --reload".to_owned(),
            "plug the camera out and in again".to_owned(),
            "who is not at the computer itself (ssh, a service) must be in the group plugdev: sudo usermod -aG plugdev USER, \
             and log in again"
                .to_owned(),
        ]),
        _ => finding.remedies(["run it as root once, to see whether that is it"]),
    }
}

fn busy(observed: &Observed, looked: &Looked, name: &str) -> Finding {
    let held_by = &looked.seen.held_by;
    let users: Vec<_> = held_by.iter().map(ToString::to_string).collect();
    let text = if users.is_empty() {
        format!("another program has {name}, and the system does not tell which")
    } else {
        format!("another program has {name}: {}", users.join(", "))
    };
    let finding = Finding::trouble(ErrorKind::Busy, "busy", Some(looked), text);
    let is_gvfs = held_by.is_empty() || held_by.iter().any(|holder| holder.program.starts_with("gvfs"));
    let finding = match held_by.is_empty() {
        true => finding,
        false => finding.remedies(["end that program, or wait until it is done"]),
    };
    if is_gvfs { finding.remedies(culprits(&observed.system).to_vec()) } else { finding }
}

/// What takes cameras as soon as they are plugged in.
fn culprits(system: &str) -> &'static [&'static str] {
    match system {
        "linux" => &[
            "GNOME and others open cameras to show their pictures: unmount it in the file manager, or end that for this session \
             with systemctl --user stop gvfs-gphoto2-volume-monitor",
            "other usual ones: gphoto2, darktable, digikam, another moonshutter",
        ],
        "macos" => &[
            "macOS takes cameras for Photos and Image Capture: quit these, then killall -9 ptpcamerad, and connect within a second \
             or two, since it comes back (not tried on a Mac)",
        ],
        "windows" => &[
            "close what shows or imports pictures: Photos, Canon's own programs, another moonshutter",
            "if nothing has it: give it WinUSB with Zadig (https://zadig.akeo.ie), in place of the driver it has (not tried on \
             Windows)",
        ],
        _ => &["close what shows or imports pictures"],
    }
}

fn spoken(looked: &Looked, name: &str) -> Finding {
    let about = Some(looked);
    match &looked.talk {
        Talk::Answers { chdk: Ok(version), .. } => {
            Finding::new(Grade::Fine, "fine", about, format!("{name} with CHDK's PTP protocol {version}"))
        }
        Talk::Answers { operations, chdk: Err(_), .. } if !operations.contains(&CHDK) => {
            let text = format!("{name} answers, but has no CHDK, or one without PTP (operation 0x9999 is missing)");
            Finding::trouble(ErrorKind::NotChdk, "no-chdk", about, text).remedies([
                "start CHDK: its logo shows when the camera starts. From a card whose lock is set it starts by itself; else \
                 choose Firm Update in the camera's menu",
                "if it runs: take a build with PTP, such as those of CHDK's autobuild server; one of your own needs \
                 CAM_CHDK_PTP in the camera's platform_camera.h",
            ])
        }
        Talk::Answers { chdk: Err(why), .. } => {
            Finding::trouble(ErrorKind::NotChdk, "old-chdk", about, format!("{name}: {why}"))
                .remedies(["put a newer CHDK on its card"])
        }
        Talk::Fails { kind, words } => {
            let remedies = ["switch the camera off and on again", "charge its battery", "try another cable"];
            Finding::trouble(*kind, "no-answer", about, format!("{name} cannot be talked to: {words}"))
                .remedies(remedies.into_iter().chain(without_hubs(looked)))
        }
        Talk::NotTried => Finding::new(Grade::Note, "not-tried", about, format!("{name} was not talked to")),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
