//! Why a device cannot be had. libusb's errors mean one thing on one system and another on the next; what is said here of
//! each is what libusb 1.0.27 makes of it (`os/linux_usbfs.c`, `os/darwin_usb.c`, `os/windows_winusb.c`). Of these only Linux
//! was tried.

use serde::Serialize;

use crate::error::ErrorKind;

/// What came of an attempt to take a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opened {
    /// Nobody tried.
    NotTried,
    /// It can be had.
    Yes,
    /// The system does not let this user.
    NoAccess,
    /// Another program, or a driver of the system's, has it.
    Busy,
    /// It has a driver that libusb cannot use.
    WrongDriver,
    /// It went away.
    Gone,
    /// Something else, in libusb's words.
    Failed(String),
}

impl Opened {
    /// What an error means on a system, which is named as [`std::env::consts::OS`] does.
    pub(super) fn refused(error: rusb::Error, system: &str) -> Self {
        match (error, system) {
            // macOS and Windows know no permissions of users here: "access" is what they say when another program, or a driver
            // of the system's, has the device for itself alone.
            (rusb::Error::Access, "macos" | "windows") | (rusb::Error::Busy, _) => Self::Busy,
            (rusb::Error::Access, _) => Self::NoAccess,
            // On Windows: of a device, or an interface, that has no driver or another than WinUSB.
            (rusb::Error::NotSupported, _) | (rusb::Error::NotFound, "windows") => Self::WrongDriver,
            (rusb::Error::NoDevice | rusb::Error::NotFound, _) => Self::Gone,
            (other, _) => Self::Failed(other.to_string()),
        }
    }

    /// The error for somebody who wanted to `what` the camera at `place`. `users` says who has it.
    pub(super) fn describe(&self, what: &str, place: &str, users: impl FnOnce() -> String) -> (ErrorKind, String) {
        match self {
            Self::NoAccess => (
                ErrorKind::NoAccess,
                format!(
                    "the system does not let this user have the camera at {place}; moonshutter doctor says what to do"
                ),
            ),
            Self::Busy => (ErrorKind::Busy, format!("another program has the camera at {place}: {}", users())),
            Self::WrongDriver => (
                ErrorKind::NoAccess,
                format!(
                    "the camera at {place} has a driver that programs cannot use; on Windows, give it WinUSB (with Zadig)"
                ),
            ),
            Self::Gone => (ErrorKind::NoCamera, format!("the camera at {place} is not there any more")),
            Self::NotTried | Self::Yes | Self::Failed(_) => {
                (ErrorKind::Io, format!("cannot {what} the camera at {place}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusb::Error as Usb;

    /// What a system says to libusb, what libusb makes of it, what that means, and what the user must be told. The rows for
    /// macOS and Windows are taken from libusb's source; they were not seen.
    #[test]
    fn the_same_error_means_another_thing_on_another_system() {
        for (system, said, usb, kind, told) in [
            ("linux", "EACCES at open", Usb::Access, ErrorKind::NoAccess, "does not let this user"),
            ("linux", "EBUSY at USBDEVFS_CLAIMINTERFACE", Usb::Busy, ErrorKind::Busy, "another program has"),
            ("linux", "ENODEV", Usb::NoDevice, ErrorKind::NoCamera, "not there any more"),
            ("linux", "ENOENT at USBDEVFS_CLAIMINTERFACE", Usb::NotFound, ErrorKind::NoCamera, "not there any more"),
            ("macos", "kIOReturnExclusiveAccess (0xe00002c5)", Usb::Access, ErrorKind::Busy, "another program has"),
            ("macos", "no entitlement to capture it", Usb::Access, ErrorKind::Busy, "another program has"),
            ("macos", "kIOReturnNoDevice (0xe00002c0)", Usb::NoDevice, ErrorKind::NoCamera, "not there any more"),
            ("macos", "kIOReturnNotOpen (0xe00002cd)", Usb::NoDevice, ErrorKind::NoCamera, "not there any more"),
            ("macos", "kIOUSBUnknownPipeErr (0xe0004061)", Usb::NotFound, ErrorKind::NoCamera, "not there any more"),
            ("macos", "kIOReturnNotResponding (0xe00002ed)", Usb::Other, ErrorKind::Io, "cannot open the camera"),
            ("macos", "kIOUSBTransactionTimeout", Usb::Timeout, ErrorKind::Io, "cannot open the camera"),
            ("windows", "no WinUSB driver (unsupported API)", Usb::NotSupported, ErrorKind::NoAccess, "Zadig"),
            ("windows", "no such interface of WinUSB's", Usb::NotFound, ErrorKind::NoAccess, "Zadig"),
            ("windows", "ERROR_ACCESS_DENIED at CreateFile", Usb::Access, ErrorKind::Busy, "another program has"),
            ("windows", "ERROR_ALREADY_EXISTS", Usb::Busy, ErrorKind::Busy, "another program has"),
            ("windows", "ERROR_FILE_NOT_FOUND", Usb::NoDevice, ErrorKind::NoCamera, "not there any more"),
            ("windows", "another error at CreateFile", Usb::Io, ErrorKind::Io, "cannot open the camera"),
        ] {
            let opened = Opened::refused(usb, system);
            let (found, text) = opened.describe("open", "usb:001:004", || "somebody".to_owned());
            assert_eq!(found, kind, "{system}: {said}");
            assert!(text.contains(told), "{system}: {said}: {text}");
        }
    }
}
