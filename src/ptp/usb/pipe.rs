//! The bulk pipes of a USB device.

use std::io;
use std::time::{Duration, Instant};

use rusb::{Context, DeviceHandle, Recipient, RequestType, request_type};

use super::interface::Interface;
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
/// Until somebody may have given memory back; the system does not tell when.
const MEMORY: Duration = Duration::from_millis(10);
/// For a device to come back into step in.
const RECOVERY: Duration = Duration::from_secs(5);

/// A device that was taken, and its endpoints. Dropping it gives the device back.
pub struct UsbPipe {
    handle: Option<DeviceHandle<Context>>,
    interface: u8,
    input: u8,
    output: u8,
    filling: Filling,
    room: Room,
}

impl UsbPipe {
    pub(super) fn new(handle: DeviceHandle<Context>, interface: &Interface) -> Self {
        let Interface { number, input, output, packet, .. } = *interface;
        let (filling, room) = (Filling { packet: packet.into(), sent: 0 }, Room::default());
        Self { handle: Some(handle), interface: number, input, output, filling, room }
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
        loop {
            let now = &bytes[..self.room.of(bytes.len())];
            match self.handle()?.write_bulk(self.output, now, at_least_one_ms(timeout)) {
                Ok(len) => {
                    self.filling.sent(len);
                    return Ok(len);
                }
                Err(error) => self.room.shrink(error, timeout).map_err(io_error)?,
            }
        }
    }

    fn read(&mut self, buf: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let now = self.room.of(buf.len());
            match self.handle()?.read_bulk(self.input, &mut buf[..now], at_least_one_ms(left)) {
                // An empty packet only marks the end of a transfer.
                Ok(0) if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
                Ok(0) => {}
                Ok(len) => return Ok(len),
                Err(error) => self.room.shrink(error, left).map_err(io_error)?,
            }
        }
    }

    fn end_container(&mut self, timeout: Duration) -> io::Result<()> {
        if self.filling.is_full() {
            self.handle()?.write_bulk(self.output, &[], at_least_one_ms(timeout)).map_err(io_error)?;
        }
        self.filling.end();
        Ok(())
    }

    /// A camera that is busy with its card may send slowly, and still gets its largest transfer done in this time.
    fn glance(&self) -> Duration {
        Duration::from_millis(250)
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

/// How a container fills the packets that it goes out in. One that fills its last is ended by an empty one (PIMA 15740
/// §7.2).
struct Filling {
    packet: u64,
    sent: u64,
}

impl Filling {
    fn sent(&mut self, len: usize) {
        self.sent += len as u64;
    }

    fn is_full(&self) -> bool {
        self.sent > 0 && self.sent.is_multiple_of(self.packet)
    }

    fn end(&mut self) {
        self.sent = 0;
    }
}

/// The largest transfer that the system has memory for. Linux lends 16 MiB to all of them together, unless somebody has set
/// usbcore.usbfs_memory_mb; a rig may use that up.
struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(usize::MAX)
    }
}

impl Room {
    /// What every system has, and a multiple of every packet size.
    const LEAST: usize = 16 * 1024;
    /// Larger transfers are not asked for.
    const MOST: usize = 256 * 1024;

    fn of(&self, len: usize) -> usize {
        len.min(self.0)
    }

    /// Makes do with less if that was the trouble; the error back if it was not. If there is no less, somebody else has it
    /// all, who will give it back: `Timeout` after a moment.
    fn shrink(&mut self, error: rusb::Error, timeout: Duration) -> Result<(), rusb::Error> {
        if error != rusb::Error::NoMem {
            return Err(error);
        }
        if self.0 <= Self::LEAST {
            log::debug!(
                "the system has no memory for any transfer now; usbcore.usbfs_memory_mb says how much it lends"
            );
            std::thread::sleep(MEMORY.min(timeout));
            return Err(rusb::Error::Timeout);
        }
        self.0 = (self.0.min(Self::MOST) / 2).max(Self::LEAST);
        log::debug!("the system has no memory for larger transfers than {} bytes now", self.0);
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_that_fills_its_last_packet_owes_an_empty_one() {
        for (packet, writes, owes) in [
            (512, &[12][..], false),
            (512, &[511], false),
            (512, &[512], true),
            (512, &[513], false),
            (512, &[12, 500], true),
            (512, &[1024, 512], true),
            (64, &[12, 52], true),
            (64, &[512], true),
            (512, &[], false),
            (512, &[0], false),
        ] {
            let mut filling = Filling { packet, sent: 0 };
            writes.iter().for_each(|len| filling.sent(*len));
            assert_eq!(filling.is_full(), owes, "{writes:?} in packets of {packet}");
            filling.end();
            assert!(!filling.is_full(), "what ends one container does not end the next");
        }
    }

    #[test]
    fn where_there_is_no_memory_transfers_get_smaller_to_an_end() {
        let mut room = Room::default();
        assert_eq!(room.of(256 * 1024), 256 * 1024);
        assert_eq!(room.shrink(rusb::Error::Io, Duration::ZERO), Err(rusb::Error::Io));
        let mut sizes = Vec::new();
        while room.shrink(rusb::Error::NoMem, Duration::ZERO).is_ok() {
            sizes.push(room.of(1 << 20));
        }
        assert_eq!(sizes, [131_072, 65_536, 32_768, 16_384]);
        assert_eq!(room.of(100), 100);
        let once_more = room.shrink(rusb::Error::NoMem, Duration::ZERO);
        assert_eq!(once_more, Err(rusb::Error::Timeout), "which is tried again until the patience is over");
    }
}
