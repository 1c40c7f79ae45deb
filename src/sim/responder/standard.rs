//! The operations of standard PTP: sessions, what the camera says about itself, storage. Objects are next door.

use std::io;

use crate::sim::profile::Profile;
use crate::sim::responder::objects::STORAGE;
use crate::sim::responder::{
    CHDK, DataPhase, INVALID_PARAMETER, INVALID_STORAGE_ID, OK, OPERATION_NOT_SUPPORTED, Operation, Responder,
    Response, SESSION_ALREADY_OPEN, send_all,
};
use crate::sim::wire::dataset::Dataset;

const GET_DEVICE_INFO: u16 = 0x1001;
const OPEN_SESSION: u16 = 0x1002;
const CLOSE_SESSION: u16 = 0x1003;
const GET_STORAGE_IDS: u16 = 0x1004;
const GET_STORAGE_INFO: u16 = 0x1005;
const GET_NUM_OBJECTS: u16 = 0x1006;
const GET_OBJECT_HANDLES: u16 = 0x1007;
const GET_OBJECT_INFO: u16 = 0x1008;
const GET_OBJECT: u16 = 0x1009;
const GET_THUMB: u16 = 0x100a;
const DELETE_OBJECT: u16 = 0x100b;
const SEND_OBJECT_INFO: u16 = 0x100c;
const SEND_OBJECT: u16 = 0x100d;
const GET_PARTIAL_OBJECT: u16 = 0x101b;

/// What this camera has answers to, besides CHDK's operation. A profile may leave some of it out.
pub(crate) const OPERATIONS: &[u16] = &[
    GET_DEVICE_INFO,
    OPEN_SESSION,
    CLOSE_SESSION,
    GET_STORAGE_IDS,
    GET_STORAGE_INFO,
    GET_NUM_OBJECTS,
    GET_OBJECT_HANDLES,
    GET_OBJECT_INFO,
    GET_OBJECT,
    GET_THUMB,
    DELETE_OBJECT,
    SEND_OBJECT_INFO,
    SEND_OBJECT,
    GET_PARTIAL_OBJECT,
];

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
                (self.session, self.announced) = (None, None);
                Response::new(OK, &[])
            }
            GET_STORAGE_IDS => {
                send_all(data, &Dataset::default().u32s(&[STORAGE]).into_bytes())?;
                Response::new(OK, &[])
            }
            GET_STORAGE_INFO if operation.param(1) == STORAGE => {
                send_all(data, &self.storage_info())?;
                Response::new(OK, &[])
            }
            GET_STORAGE_INFO => Response::new(INVALID_STORAGE_ID, &[]),
            GET_NUM_OBJECTS => self.get_num_objects(operation),
            GET_OBJECT_HANDLES => self.get_object_handles(operation, data)?,
            GET_OBJECT_INFO => self.get_object_info(operation.param(1), data)?,
            GET_OBJECT => self.get_object(operation.param(1), data)?,
            GET_THUMB => self.get_thumb(operation.param(1)),
            DELETE_OBJECT => self.delete_object(operation.param(1)),
            SEND_OBJECT_INFO => self.send_object_info(operation, data)?,
            SEND_OBJECT => self.send_object(data)?,
            GET_PARTIAL_OBJECT => self.get_partial_object(operation, data)?,
            _ => Response::new(OPERATION_NOT_SUPPORTED, &[]),
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
        let Profile { identity, ptp, chdk, .. } = &self.body.config.profile;
        let mut operations = ptp.operations.clone();
        if chdk.is_some() {
            operations.push(CHDK);
        }
        Dataset::default()
            .u16(100) // standard version
            .u32(ptp.vendor_extension)
            .u16(ptp.vendor_version)
            .string(&ptp.vendor_words)
            .u16(0) // functional mode
            .u16s(&operations)
            .u16s(&ptp.events)
            .u16s(&[]) // device properties
            .u16s(&ptp.capture_formats)
            .u16s(&ptp.image_formats)
            .string(&identity.manufacturer)
            .string(&identity.model)
            .string(&identity.device_version)
            .string(&identity.serial)
            .into_bytes()
    }

    fn storage_info(&self) -> Vec<u8> {
        let card = &self.body.card;
        let free = card.free_bytes();
        let images = free / self.body.config.profile.body.images.jpeg_bytes.max(1);
        Dataset::default()
            .u16(4) // removable RAM
            .u16(3) // DCF
            .u16(u16::from(card.is_read_only())) // read and write, or neither write nor delete
            .u64(card.total_bytes())
            .u64(free)
            .u32(images.try_into().unwrap_or(u32::MAX))
            .string("")
            .string("")
            .into_bytes()
    }
}
