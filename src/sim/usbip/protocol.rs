//! The messages of USB/IP (Linux Documentation/usb/usbip_protocol.rst), version 1.1.1. All integers are big endian.

use std::io::{self, Read};

/// The version that Linux speaks.
const VERSION: u16 = 0x0111;
/// Before a device is taken: what is asked, and the answers to it.
const REQ_DEVLIST: u16 = 0x8005;
const REP_DEVLIST: u16 = 0x0005;
const REQ_IMPORT: u16 = 0x8003;
const REP_IMPORT: u16 = 0x0003;
/// After that.
const CMD_SUBMIT: u32 = 1;
const CMD_UNLINK: u32 = 2;
const RET_SUBMIT: u32 = 3;
const RET_UNLINK: u32 = 4;

/// Bytes of every header after the device is taken.
const HEADER: usize = 48;
/// The most that one request may carry or ask for. usbfs of Linux allows 16 MiB in all.
const LONGEST: u32 = 32 << 20;

/// What a host asks before it has a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hello {
    /// Which devices there are.
    List,
    /// The device with this bus id.
    Import(String),
}

/// What a host says to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// A transfer.
    Submit(Submit),
    /// Gives up on the transfer with number `victim`.
    Unlink {
        /// Of this request.
        seqnum: u32,
        /// Of the transfer.
        victim: u32,
    },
}

/// A transfer that the host has queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Submit {
    /// Its number.
    pub seqnum: u32,
    /// Endpoint number, without direction.
    pub endpoint: u32,
    /// Whether data goes to the host.
    pub input: bool,
    /// How much the host takes, or sends.
    pub length: u32,
    /// What a control transfer begins with.
    pub setup: [u8; 8],
    /// What the host sends.
    pub data: Vec<u8>,
}

fn bad(text: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text.into())
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The first question of a connection.
pub(super) fn read_hello(stream: &mut impl Read) -> io::Result<Hello> {
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    let (version, code) = (u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]]));
    if version != VERSION {
        return Err(bad(format!("USB/IP version {version:#06x}; this is {VERSION:#06x}")));
    }
    match code {
        REQ_DEVLIST => Ok(Hello::List),
        REQ_IMPORT => {
            let mut bus_id = [0; 32];
            stream.read_exact(&mut bus_id)?;
            let name: Vec<u8> = bus_id.into_iter().take_while(|byte| *byte != 0).collect();
            Ok(Hello::Import(String::from_utf8_lossy(&name).into_owned()))
        }
        other => Err(bad(format!("an unknown request {other:#06x}"))),
    }
}

/// A question, as a host asks it that imports `bus_id`.
pub(super) fn import(bus_id: &str) -> Vec<u8> {
    let mut bytes = head(REQ_IMPORT, 0);
    bytes.extend(padded::<32>(bus_id));
    bytes
}

fn head(code: u16, status: u32) -> Vec<u8> {
    let mut bytes = VERSION.to_be_bytes().to_vec();
    bytes.extend(code.to_be_bytes());
    bytes.extend(status.to_be_bytes());
    bytes
}

fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let len = text.len().min(N - 1);
    bytes[..len].copy_from_slice(&text.as_bytes()[..len]);
    bytes
}

/// What a host is told of a device before it takes it.
#[derive(Debug, Clone)]
pub(super) struct Description {
    /// `1-1`
    pub bus_id: String,
    /// Number of the device on its bus, from 1.
    pub number: u32,
    /// USB vendor and product.
    pub ids: (u16, u16),
}

impl Description {
    /// The bus that all devices of a server are on.
    pub const BUS: u32 = 1;
    /// 480 MBit/s.
    pub const HIGH_SPEED: u32 = 3;

    fn encode(&self) -> Vec<u8> {
        let mut bytes = padded::<256>(&format!("/sys/devices/simulated/usb1/{}", self.bus_id)).to_vec();
        bytes.extend(padded::<32>(&self.bus_id));
        for number in [Self::BUS, self.number, Self::HIGH_SPEED] {
            bytes.extend(number.to_be_bytes());
        }
        for number in [self.ids.0, self.ids.1, 0x0100] {
            bytes.extend(number.to_be_bytes());
        }
        // class, subclass and protocol stand at the interface; one configuration of one interface
        bytes.extend([0, 0, 0, 1, 1, 1]);
        bytes
    }
}

/// The answer to [`Hello::List`].
pub(super) fn device_list(devices: &[Description]) -> Vec<u8> {
    let mut bytes = head(REP_DEVLIST, 0);
    bytes.extend(u32::try_from(devices.len()).unwrap_or(0).to_be_bytes());
    for device in devices {
        bytes.extend(device.encode());
        bytes.extend([6, 1, 1, 0]);
    }
    bytes
}

/// The answer to [`Hello::Import`]: the device, or a refusal.
pub(super) fn imported(device: Option<&Description>) -> Vec<u8> {
    let mut bytes = head(REP_IMPORT, u32::from(device.is_none()));
    bytes.extend(device.into_iter().flat_map(Description::encode));
    bytes
}

/// The next command. `InvalidData` for what no host would send.
pub(super) fn read_command(stream: &mut impl Read) -> io::Result<Command> {
    let mut head = [0; HEADER];
    stream.read_exact(&mut head)?;
    let seqnum = word(&head, 4);
    match word(&head, 0) {
        CMD_SUBMIT => {
            let (input, length) = (word(&head, 12) == 1, word(&head, 24));
            if length > LONGEST {
                return Err(bad(format!("a transfer of {length} bytes")));
            }
            let mut data = Vec::new();
            if !input {
                stream.take(length.into()).read_to_end(&mut data)?;
                if data.len() < length as usize {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            let mut setup = [0; 8];
            setup.copy_from_slice(&head[40..]);
            Ok(Command::Submit(Submit { seqnum, endpoint: word(&head, 16), input, length, setup, data }))
        }
        CMD_UNLINK => Ok(Command::Unlink { seqnum, victim: word(&head, 20) }),
        other => Err(bad(format!("an unknown command {other}"))),
    }
}

/// How a transfer ended, as a negative number of Linux's errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status(pub i32);

impl Status {
    pub const OK: Self = Self(0);
    /// EPIPE: the endpoint is stalled.
    pub const STALL: Self = Self(-32);
    /// ECONNRESET: it was unlinked.
    pub const UNLINKED: Self = Self(-104);
}

fn answer(code: u32, seqnum: u32, status: Status, actual: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER);
    for number in [code, seqnum, 0, 0, 0] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(status.0.to_be_bytes());
    bytes.extend(actual.to_be_bytes());
    bytes.resize(HEADER, 0);
    bytes
}

/// A transfer has ended. `data` is what goes to the host; `actual` how much went either way.
pub(super) fn submitted(seqnum: u32, status: Status, actual: usize, data: &[u8]) -> Vec<u8> {
    let mut bytes = answer(RET_SUBMIT, seqnum, status, u32::try_from(actual).unwrap_or(u32::MAX));
    bytes.extend_from_slice(data);
    bytes
}

/// An unlink has been done.
pub(super) fn unlinked(seqnum: u32, status: Status) -> Vec<u8> {
    answer(RET_UNLINK, seqnum, status, 0)
}
