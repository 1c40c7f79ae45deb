//! The operations of standard PTP that a camera cannot do without.

use std::io;

use crate::sim::responder::{
    CHDK, DataPhase, INVALID_PARAMETER, INVALID_STORAGE_ID, OK, Operation, Responder, Response, SESSION_ALREADY_OPEN,
    send_all,
};
use crate::sim::wire::dataset::Dataset;

const GET_DEVICE_INFO: u16 = 0x1001;
const OPEN_SESSION: u16 = 0x1002;
const CLOSE_SESSION: u16 = 0x1003;
const GET_STORAGE_IDS: u16 = 0x1004;
const GET_STORAGE_INFO: u16 = 0x1005;
const GET_NUM_OBJECTS: u16 = 0x1006;
const GET_OBJECT_HANDLES: u16 = 0x1007;

/// What this camera supports besides CHDK.
pub(crate) const OPERATIONS: &[u16] = &[
    GET_DEVICE_INFO,
    OPEN_SESSION,
    CLOSE_SESSION,
    GET_STORAGE_IDS,
    GET_STORAGE_INFO,
    GET_NUM_OBJECTS,
    GET_OBJECT_HANDLES,
];

/// Canon's number among the vendors of PTP extensions.
const CANON: u32 = 0x0000_000b;

/// The first partition of the first slot.
const STORAGE: u32 = 0x0001_0001;
/// "All storages" in GetNumObjects and GetObjectHandles.
const ALL: u32 = 0xffff_ffff;

/// A 16 GB card with room on it, whatever the host's disk is like.
const CARD_SIZE: u64 = 15_923_150_848;
const CARD_FREE: u64 = 15_000_000_000;
const PICTURE_SIZE: u64 = 4_000_000;

/// Image formats: EXIF/JPEG.
const JPEG: u16 = 0x3801;

/// Whether a host may ask for this before it opened a session.
pub(super) fn needs_no_session(code: u16) -> bool {
    matches!(code, GET_DEVICE_INFO | OPEN_SESSION)
}

impl Responder {
    pub(super) fn standard(&mut self, operation: &Operation, data: &mut dyn DataPhase) -> io::Result<Response> {
        let response = match operation.code {
            GET_DEVICE_INFO => {
                send_all(data, &self.device_info())?;
                Response::new(OK, &[])
            }
            OPEN_SESSION => self.open_session(operation.param(1)),
            CLOSE_SESSION => {
                self.session = None;
                Response::new(OK, &[])
            }
            GET_STORAGE_IDS => {
                send_all(data, &Dataset::default().u32s(&[STORAGE]).into_bytes())?;
                Response::new(OK, &[])
            }
            GET_STORAGE_INFO if operation.param(1) == STORAGE => {
                send_all(data, &storage_info())?;
                Response::new(OK, &[])
            }
            GET_NUM_OBJECTS if is_storage(operation.param(1)) => Response::new(OK, &[0]),
            GET_OBJECT_HANDLES if is_storage(operation.param(1)) => {
                send_all(data, &Dataset::default().u32s(&[]).into_bytes())?;
                Response::new(OK, &[])
            }
            _ => Response::new(INVALID_STORAGE_ID, &[]),
        };
        Ok(response)
    }

    fn open_session(&mut self, id: u32) -> Response {
        match self.session {
            Some(open) => Response::new(SESSION_ALREADY_OPEN, &[open]),
            None if id == 0 => Response::new(INVALID_PARAMETER, &[]),
            None => {
                self.session = Some(id);
                Response::new(OK, &[])
            }
        }
    }

    fn device_info(&self) -> Vec<u8> {
        let identity = &self.body.config.profile.identity;
        let mut operations = OPERATIONS.to_vec();
        if self.body.config.profile.chdk.is_some() {
            operations.push(CHDK);
        }
        Dataset::default()
            .u16(100) // standard version
            .u32(CANON)
            .u16(100) // version of Canon's extension
            .string("")
            .u16(0) // functional mode
            .u16s(&operations)
            .u16s(&[]) // events
            .u16s(&[]) // device properties
            .u16s(&[JPEG]) // what it captures
            .u16s(&[JPEG]) // what it shows
            .string(&identity.manufacturer)
            .string(&identity.model)
            .string(&identity.device_version)
            .string(&identity.serial)
            .into_bytes()
    }
}

fn is_storage(id: u32) -> bool {
    id == STORAGE || id == ALL
}

fn storage_info() -> Vec<u8> {
    Dataset::default()
        .u16(4) // removable RAM
        .u16(3) // DCF
        .u16(0) // read and write
        .u64(CARD_SIZE)
        .u64(CARD_FREE)
        .u32((CARD_FREE / PICTURE_SIZE) as u32)
        .string("")
        .string("")
        .into_bytes()
}
