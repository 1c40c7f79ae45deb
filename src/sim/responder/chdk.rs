//! Operation 0x9999: CHDK's commands (core/ptp.c:443-950).

use std::io;

use crate::clock::locked;
use crate::sim::control::Strict;
use crate::sim::engine::{Delivery, Executed, Flags};
use crate::sim::memory;
use crate::sim::responder::{
    Answer, CHUNK, DataPhase, GENERAL_ERROR, OK, Operation, PARAMETER_NOT_SUPPORTED, Responder, Response, drain,
    read_up_to, send_all,
};

/// ExecuteScript: status values, and bits of the language parameter.
const COMPILE: u32 = 1;
const SCRIPT_RUNNING: u32 = 0x1000;
const NO_KILL: u32 = 0x100;
const FLUSH_CAM_MSGS: u32 = 0x200;
const FLUSH_HOST_MSGS: u32 = 0x400;

/// What follows a script in memory: an instruction of ARM's, no word of Lua's.
const RUBBISH: [u8; 4] = [0x04, 0xf0, 0x1f, 0xe5];

/// TempData.
const DOWNLOAD: u32 = 1;
const CLEAR: u32 = 2;

/// RemoteCaptureIsReady: no capture is set up.
const NO_TARGET: u32 = 0x1000_0000;

/// What the log has to say about a data phase of no bytes.
const EMPTY: &str = "a data phase of no bytes: the camera hangs until it is switched off";

impl Responder {
    pub(super) fn chdk(&mut self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Answer> {
        let version = self.protocol();
        let engine = &self.body.engine;
        let response = match operation.param(1) {
            0 => Response::new(OK, &[version.0.into(), version.1.into()]),
            1 => self.get_memory(operation, data)?,
            2 => return self.set_memory(operation, data),
            3 => self.call_function(data)?,
            4 => return self.temp_data(operation.param(2), data),
            5 => self.upload(data)?,
            6 => self.download(data)?,
            7 => return self.execute_script(operation.param(2), data),
            8 => Response::new(OK, &[engine.status()]),
            9 => Response::new(OK, &[1]),
            10 => self.read_script_msg(data)?,
            11 => return self.write_script_msg(operation.param(2), data),
            12 if version >= (2, 1) => {
                send_all(data, &[0])?;
                Response::new(GENERAL_ERROR, &[0])
            }
            13 if version >= (2, 5) => Response::new(OK, &[NO_TARGET, 0]),
            14 if version >= (2, 5) => {
                send_all(data, &[0])?;
                Response::new(GENERAL_ERROR, &[0, 0, u32::MAX])
            }
            _ => Response::new(PARAMETER_NOT_SUPPORTED, &[]),
        };
        Ok(response.into())
    }

    /// Version of CHDK's PTP extension.
    fn protocol(&self) -> (u16, u16) {
        self.body.config.profile.chdk.as_ref().map_or((0, 0), |chdk| chdk.protocol)
    }

    /// Errors come without a data phase.
    fn get_memory(&self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Response> {
        let (mut address, size, mode) = (operation.param(2), operation.param(3), operation.param(4));
        // Modes and address 0 came with 2.8.
        let old = self.protocol() < (2, 8);
        let refused = if old { address == 0 } else { mode > 1 };
        if (size as i32) < 1 || refused {
            return Ok(Response::new(GENERAL_ERROR, &[]));
        }
        data.send(size.into())?;
        let mut left = size as usize;
        let mut chunk = vec![0; CHUNK.min(left)];
        while left > 0 {
            let chunk = &mut chunk[..CHUNK.min(left)];
            locked(&self.body.engine.memory).read(address, chunk);
            data.write(chunk)?;
            address = address.wrapping_add(chunk.len() as u32);
            left -= chunk.len();
        }
        Ok(Response::new(OK, &[]))
    }

    /// Reads as much as the parameter says, whatever the data phase holds.
    fn set_memory(&self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Answer> {
        let (mut address, size) = (operation.param(2), operation.param(3));
        if address == 0 || (size as i32) < 1 {
            return Ok(Response::new(GENERAL_ERROR, &[]).into());
        }
        let total = data.receive()?;
        if total == 0 {
            return Ok(self.sin_or_hang(EMPTY, &[]));
        }
        if total != u64::from(size)
            && self.sin(&format!("SetMemory of {size} bytes with {total} bytes of data")) == Strict::Refuse
        {
            return Ok(Response::new(GENERAL_ERROR, &[]).into());
        }
        let mut left = size as usize;
        let mut chunk = vec![0; CHUNK.min(left)];
        while left > 0 {
            let wanted = CHUNK.min(left);
            let count = data.read(&mut chunk[..wanted])?;
            if count == 0 {
                break;
            }
            if !locked(&self.body.engine.memory).write(address, &chunk[..count]) {
                self.body.log.note(|| "more memory written than is simulated".to_owned());
            }
            address = address.wrapping_add(count as u32);
            left -= count;
        }
        Ok(Response::new(OK, &[]).into())
    }

    fn call_function(&self, data: &mut dyn DataPhase) -> io::Result<Response> {
        let total = data.receive()?;
        // Ten arguments at most before 2.5.
        let most = if self.protocol() < (2, 5) { 44 } else { self.body.config.profile.body.memory as u64 };
        if total == 0 || total % 4 != 0 || total > most {
            return Ok(Response::new(GENERAL_ERROR, &[]));
        }
        let bytes = read_up_to(data, total as usize)?;
        let words: Vec<u32> = bytes.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect();
        Ok(match words.split_first() {
            Some((address, args)) => Response::new(OK, &[memory::call(*address, args)]),
            None => Response::new(GENERAL_ERROR, &[]),
        })
    }

    fn temp_data(&self, flags: u32, data: &mut dyn DataPhase) -> io::Result<Answer> {
        if flags & DOWNLOAD != 0 {
            let Some(bytes) = locked(&self.body.temp_data).clone() else {
                return Ok(Response::new(GENERAL_ERROR, &[]).into());
            };
            send_all(data, &bytes)?;
        }
        if flags & CLEAR != 0 {
            *locked(&self.body.temp_data) = None;
        }
        if flags & (DOWNLOAD | CLEAR) != 0 {
            return Ok(Response::new(OK, &[]).into());
        }
        *locked(&self.body.temp_data) = None;
        match self.receive_whole(data)? {
            Received::Nothing => Ok(self.sin_or_hang(EMPTY, &[])),
            Received::TooMuch => Ok(Response::new(GENERAL_ERROR, &[]).into()),
            Received::Bytes(bytes) => {
                *locked(&self.body.temp_data) = Some(bytes);
                Ok(Response::new(OK, &[]).into())
            }
        }
    }

    fn execute_script(&self, language: u32, data: &mut dyn DataPhase) -> io::Result<Answer> {
        let engine = &self.body.engine;
        let last = engine.script_id();
        // Flags came with 2.6.
        let has_flags = self.protocol() >= (2, 6);
        let is_lua = if has_flags { language & 0xff == 0 } else { language == 0 };
        if !is_lua {
            data.receive()?;
            drain(data)?;
            return Ok(Response::new(PARAMETER_NOT_SUPPORTED, &[last, 0]).into());
        }
        let source = match self.receive_whole(data)? {
            Received::Nothing => return Ok(self.sin_or_hang(EMPTY, &[last, 0])),
            Received::TooMuch => return Ok(Response::new(GENERAL_ERROR, &[last, 0]).into()),
            Received::Bytes(source) => source,
        };
        let Some(source) = self.terminated(source) else {
            return Ok(Response::new(GENERAL_ERROR, &[last, 0]).into());
        };
        let flag = |bit| has_flags && language & bit != 0;
        let flags = Flags {
            no_kill: flag(NO_KILL),
            flush_to_host: flag(FLUSH_CAM_MSGS),
            flush_to_script: flag(FLUSH_HOST_MSGS),
        };
        let (id, status) = match engine.execute(source, flags) {
            Executed::Started(id) => (id, 0),
            Executed::Broken(id) => (id, COMPILE),
            Executed::Refused(id) => (id, SCRIPT_RUNNING),
        };
        Ok(Response::new(OK, &[id, status]).into())
    }

    /// A script as the camera compiles it. CHDK puts a NUL behind it since 2022-02-21. Before, it ran on into what lay in
    /// memory there: rubbish, here always the same.
    fn terminated(&self, mut source: Vec<u8>) -> Option<Vec<u8>> {
        if !source.contains(&0) {
            let sin = "a script without a NUL at its end: cameras from before 2022-02-21 run on beyond it";
            if self.sin(sin) == Strict::Refuse {
                return None;
            }
            if !self.body.config.profile.chdk.as_ref().is_none_or(|chdk| chdk.ends_scripts()) {
                source.extend(RUBBISH);
            }
        }
        Some(source)
    }

    /// There is always at least one byte of data.
    fn read_script_msg(&self, data: &mut dyn DataPhase) -> io::Result<Response> {
        let message = self.body.engine.read_message().unwrap_or_default();
        let length = message.body.len() as u32;
        send_all(data, if message.body.is_empty() { &[0] } else { &message.body })?;
        Ok(Response::new(OK, &[message.kind, message.subtype, message.script, length]))
    }

    /// Whatever becomes of the message, the code is OK.
    fn write_script_msg(&self, target: u32, data: &mut dyn DataPhase) -> io::Result<Answer> {
        let delivery = self.body.engine.can_deliver(target);
        if delivery != Delivery::Ok {
            data.receive()?;
            drain(data)?;
            return Ok(Response::new(OK, &[delivery as u32]).into());
        }
        match self.receive_whole(data)? {
            Received::Nothing => Ok(self.sin_or_hang(EMPTY, &[])),
            Received::TooMuch => {
                self.sin("a message too big for the camera's memory: CHDK may crash");
                Ok(Response::new(GENERAL_ERROR, &[]).into())
            }
            Received::Bytes(body) => {
                self.body.engine.deliver(target, body);
                Ok(Response::new(OK, &[Delivery::Ok as u32]).into())
            }
        }
    }

    /// Receives what has to lie in memory in one piece.
    fn receive_whole(&self, data: &mut dyn DataPhase) -> io::Result<Received> {
        let total = data.receive()?;
        if total == 0 {
            return Ok(Received::Nothing);
        }
        if total > self.body.config.profile.body.memory as u64 {
            return Ok(Received::TooMuch);
        }
        Ok(Received::Bytes(read_up_to(data, total as usize)?))
    }
}

/// A data phase that has to lie in memory.
enum Received {
    Bytes(Vec<u8>),
    /// The firmware does not survive this.
    Nothing,
    /// There is not enough memory; nothing was read.
    TooMuch,
}
