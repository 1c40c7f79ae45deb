//! The bulk pipes of a USB device.

use std::io;
use std::time::{Duration, Instant};

use rusb::{Context, DeviceHandle, Recipient, RequestType, request_type};

use super::Interface;
use crate::clock::Interrupt;
use crate::ptp::Pipe;

/// Requests of the still image class (PIMA 15740 §5.2).
const CANCEL: u8 = 0x64;
const RESET: u8 = 0x66;
const STATUS: u8 = 0x67;

/// The code of a request to cancel (§5.2.1).
const CANCELLATION: u16 = 0x4001;
/// What a device that is ready says (§5.2.4, PTP ISO 15740 §11.3.1).
const READY: u16 = 0x2001;

/// For a control request to be answered in.
const CONTROL: Duration = Duration::from_secs(1);
/// Silence after which nothing more is on its way.
const SILENCE: Duration = Duration::from_millis(50);
/// For a device to come back into step in.
const RECOVERY: Duration = Duration::from_secs(5);

/// A device that was taken, and its endpoints. Dropping it gives the device back.
pub struct UsbPipe {
    handle: Option<DeviceHandle<Context>>,
    interface: u8,
    input: u8,
    output: u8,
    packet: u64,
    /// Bytes since the last container ended.
    sent: u64,
}

impl UsbPipe {
    pub(super) fn new(handle: DeviceHandle<Context>, interface: &Interface) -> Self {
        let Interface { number, input, output, packet, .. } = *interface;
        Self { handle: Some(handle), interface: number, input, output, packet: packet.into(), sent: 0 }
    }

    fn handle(&self) -> io::Result<&DeviceHandle<Context>> {
        self.handle.as_ref().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    fn class_request(&self, direction: rusb::Direction) -> u8 {
        request_type(direction, RequestType::Class, Recipient::Interface)
    }

    /// What the device says of itself: the code of GET_DEVICE_STATUS.
    fn status(&self) -> io::Result<u16> {
        let mut answer = [0; 64];
        let kind = self.class_request(rusb::Direction::In);
        let len = self
            .handle()?
            .read_control(kind, STATUS, 0, self.interface.into(), &mut answer, CONTROL)
            .map_err(io_error)?;
        if len < 4 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a status of less than four bytes"));
        }
        Ok(u16::from_le_bytes([answer[2], answer[3]]))
    }

    /// See [`Device::recover`](super::Device::recover).
    pub(super) fn recover(&self, interrupt: &Interrupt) -> io::Result<()> {
        let handle = self.handle()?;
        let mut request = CANCELLATION.to_le_bytes().to_vec();
        request.extend(0u32.to_le_bytes());
        let out = self.class_request(rusb::Direction::Out);
        // A device that knows none of this may still be brought back by what follows.
        let cancelled = handle.write_control(out, CANCEL, 0, self.interface.into(), &request, CONTROL);
        log::debug!("cancel: {cancelled:?}");
        for endpoint in [self.input, self.output] {
            let cleared = handle.clear_halt(endpoint);
            log::debug!("clear halt of {endpoint:#04x}: {cleared:?}");
        }
        self.drain(interrupt)?;
        if self.is_ready(interrupt)? {
            return Ok(());
        }
        let reset = handle.write_control(out, RESET, 0, self.interface.into(), &[], CONTROL);
        log::debug!("reset: {reset:?}");
        self.drain(interrupt)?;
        if self.is_ready(interrupt)? {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "it is busy even after a reset"))
    }

    /// Drops what the device still sends, until it sends nothing more.
    fn drain(&self, interrupt: &Interrupt) -> io::Result<()> {
        let handle = self.handle()?;
        let (mut rest, deadline) = (vec![0; 64 * 1024], Instant::now() + RECOVERY);
        while Instant::now() < deadline && !interrupt.is_raised() {
            match handle.read_bulk(self.input, &mut rest, SILENCE) {
                Ok(len) => log::debug!("dropped {len} bytes of an earlier transaction"),
                Err(rusb::Error::Timeout) => break,
                Err(rusb::Error::Pipe) => handle.clear_halt(self.input).map_err(io_error)?,
                Err(rusb::Error::Overflow) => {}
                Err(error) => return Err(io_error(error)),
            }
        }
        Ok(())
    }

    fn is_ready(&self, interrupt: &Interrupt) -> io::Result<bool> {
        let deadline = Instant::now() + RECOVERY / 5;
        loop {
            match self.status() {
                Ok(READY) => return Ok(true),
                Ok(code) => log::debug!("the device's status is {code:#06x}"),
                // A device that cannot be asked is not asked.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(true),
                Err(error) => return Err(error),
            }
            if Instant::now() >= deadline || interrupt.wait(Duration::from_millis(20)) {
                return Ok(false);
            }
        }
    }
}

impl Pipe for UsbPipe {
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let len = self.handle()?.write_bulk(self.output, bytes, at_least_one_ms(timeout)).map_err(io_error)?;
        self.sent += len as u64;
        Ok(len)
    }

    fn read(&mut self, buf: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.handle()?.read_bulk(self.input, buf, at_least_one_ms(left)) {
                // An empty packet only marks the end of a transfer.
                Ok(0) if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
                Ok(0) => {}
                Ok(len) => return Ok(len),
                Err(error) => return Err(io_error(error)),
            }
        }
    }

    fn end_container(&mut self, timeout: Duration) -> io::Result<()> {
        // A container that fills its last packet is ended by an empty one (PIMA 15740 §7.2).
        if self.sent > 0 && self.sent.is_multiple_of(self.packet) {
            self.handle()?.write_bulk(self.output, &[], at_least_one_ms(timeout)).map_err(io_error)?;
        }
        self.sent = 0;
        Ok(())
    }

    fn close(&mut self) {
        if let Some(handle) = self.handle.take() {
            // A device that is gone has nothing to release.
            let _ = handle.release_interface(self.interface);
        }
    }
}

impl Drop for UsbPipe {
    fn drop(&mut self) {
        self.close();
    }
}

/// libusb takes 0 for "as long as it takes".
fn at_least_one_ms(timeout: Duration) -> Duration {
    timeout.max(Duration::from_millis(1))
}

fn io_error(error: rusb::Error) -> io::Error {
    let kind = match error {
        rusb::Error::Timeout => io::ErrorKind::TimedOut,
        rusb::Error::Interrupted => io::ErrorKind::Interrupted,
        rusb::Error::NoDevice => io::ErrorKind::NotConnected,
        rusb::Error::Pipe => io::ErrorKind::BrokenPipe,
        rusb::Error::Overflow => io::ErrorKind::InvalidData,
        rusb::Error::NoMem => io::ErrorKind::OutOfMemory,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, Words(error))
}

/// What the errors of libusb mean to somebody with a camera.
#[derive(Debug)]
struct Words(rusb::Error);

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            rusb::Error::NoDevice => f.write_str("it was unplugged, or switched itself off"),
            rusb::Error::Pipe => f.write_str("it refused the transfer (stall)"),
            rusb::Error::Overflow => f.write_str("it sent more than was asked for"),
            other => write!(f, "USB: {other}"),
        }
    }
}

impl std::error::Error for Words {}
