//! Picture Transfer Protocol (ISO 15740) as a host speaks it: containers, packets, transactions, sessions.
//!
//! Nothing here has a word of CHDK, Lua or the simulator. A [`Transport`] carries one transaction at a time, over USB
//! bulk containers ([`Containers`]) or PTP/IP ([`PtpIp`]); a [`Session`] numbers them and keeps the rules.

mod code;
mod container;
mod dataset;
mod device_info;
pub mod ip;
pub(crate) mod session;
pub mod transport;
pub mod usb;

pub use code::{ResponseCode, operation};
pub use device_info::DeviceInfo;
pub use ip::PtpIp;
pub use session::{Counters, Session};
pub use transport::{Bytes, Containers, DataPhase, Params, Pipe, Request, Response, Sink, Transport};
