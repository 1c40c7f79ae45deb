//! GetMemory, SetMemory, CallFunction.

use super::{Chdk, Command, Version, with_params};
use crate::error::{Error, ErrorKind, Result};
use crate::ptp::{Bytes, DataPhase, Sink};

/// Arguments of CallFunction before protocol 2.5 (CHDK core/ptp.h:43).
const OLD_ARGUMENTS: usize = 10;

impl Chdk {
    /// Streams `size` bytes of the camera's memory into `sink`. `buffered` copies them in the camera first, which
    /// memory-mapped registers need; since protocol 2.8, as is address 0.
    pub fn get_memory(&mut self, address: u32, size: u32, buffered: bool, sink: &mut dyn Sink) -> Result<()> {
        if size == 0 || size > i32::MAX as u32 {
            return Err(bad(format!("GetMemory: {size} bytes cannot be asked for; it takes 1 to {}", i32::MAX)));
        }
        if (buffered || address == 0) && self.version() < Version::MEMORY_MODES {
            let what = if buffered { "buffered reading of memory" } else { "reading memory at address 0" };
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("{what} needs protocol {}; this camera has {}", Version::MEMORY_MODES, self.version()),
            ));
        }
        let mode = u32::from(buffered);
        let params: &[u32] =
            if self.version() < Version::MEMORY_MODES { &[address, size] } else { &[address, size, mode] };
        let mut exact = Exact { sink, wanted: u64::from(size), announced: None };
        self.command(Command::GetMemory, params, DataPhase::In(&mut exact))?;
        match exact.announced {
            Some(_) => Ok(()),
            None => Err(Error::new(
                ErrorKind::Protocol,
                format!("GetMemory: the camera answered OK without the {size} bytes that were asked for"),
            )),
        }
    }

    /// As [`get_memory`](Self::get_memory), into bytes.
    pub fn get_memory_bytes(&mut self, address: u32, size: u32, buffered: bool) -> Result<Vec<u8>> {
        let mut bytes = Bytes::up_to(u64::from(size));
        self.get_memory(address, size, buffered, &mut bytes)?;
        Ok(bytes.data)
    }

    /// Writes the camera's memory. Address 0 is refused.
    pub fn set_memory(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        let size = u32::try_from(bytes.len()).ok().filter(|size| *size <= i32::MAX as u32);
        let Some(size) = size else {
            return Err(bad(format!("SetMemory: {} bytes are more than a camera takes", bytes.len())));
        };
        // The camera would leave the data in the pipe (CHDK core/ptp.c:532).
        if address == 0 {
            return Err(bad("SetMemory: a camera does not write at address 0".into()));
        }
        self.give(Command::SetMemory, &[address, size], bytes).map(drop)
    }

    /// Calls a function of the firmware and returns R0.
    pub fn call_function(&mut self, address: u32, args: &[u32]) -> Result<u32> {
        if self.version() < Version::ANY_ARGUMENTS && args.len() > OLD_ARGUMENTS {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "more than {OLD_ARGUMENTS} arguments need protocol {}; this camera has {}",
                    Version::ANY_ARGUMENTS,
                    self.version()
                ),
            ));
        }
        let bytes: Vec<u8> = [address].iter().chain(args).flat_map(|word| word.to_le_bytes()).collect();
        let response = self.give(Command::CallFunction, &[], &bytes)?;
        Ok(with_params(Command::CallFunction, &response, 1)?.get(1))
    }
}

/// Passes on data that must be of one size.
struct Exact<'a> {
    sink: &'a mut dyn Sink,
    wanted: u64,
    announced: Option<u64>,
}

impl Sink for Exact<'_> {
    fn begin(&mut self, total: u64) -> Result<()> {
        self.announced = Some(total);
        if total == self.wanted {
            return self.sink.begin(total);
        }
        Err(Error::new(
            ErrorKind::Protocol,
            format!("GetMemory: {} bytes were asked for and the camera sends {total}", self.wanted),
        ))
    }

    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.sink.write(chunk)
    }
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::BadArgument, message)
}
