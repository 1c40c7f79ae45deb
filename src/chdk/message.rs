//! Messages from scripts (CHDK core/ptp.h:102-199, modules/luascript.c:102-166).

use crate::error::{Error, ErrorKind, Result};

/// A message from a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The script that sent it.
    pub script_id: u32,
    /// What it is.
    pub body: Body,
}

/// The kinds of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The script failed.
    Error {
        /// While compiling or while running.
        stage: Stage,
        /// The camera's text.
        text: Vec<u8>,
    },
    /// A value that the script returned.
    Return(Payload),
    /// A value that the script sent with `write_usb_msg`.
    User(Payload),
}

/// When a script failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The camera did not say.
    None,
    /// While compiling.
    Compile,
    /// While running.
    Run,
}

/// A value in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A function, userdata or thread, by the name of its type.
    Unsupported(String),
    /// nil
    Nil,
    /// boolean
    Boolean(bool),
    /// number
    Integer(i32),
    /// string
    String(Vec<u8>),
    /// A table, as the text that `usb_msg_table_to_string` made of it.
    Table(Vec<u8>),
}

/// Makes a message of the response parameters and the data of ReadScriptMsg.
pub(super) fn decode(kind: u32, subtype: u32, script_id: u32, length: u32, data: Vec<u8>) -> Result<Option<Message>> {
    if kind == 0 {
        return Ok(None);
    }
    let data = exact(length, data)?;
    let body = match kind {
        1 => Body::Error {
            stage: match subtype {
                1 => Stage::Compile,
                2 => Stage::Run,
                _ => Stage::None,
            },
            text: data,
        },
        2 => Body::Return(payload(subtype, data)?),
        3 => Body::User(payload(subtype, data)?),
        other => return Err(lie(format!("the camera sent a script message of the unknown type {other}"))),
    };
    Ok(Some(Message { script_id, body }))
}

/// A message without content comes with one byte that does not belong to it (CHDK core/ptp.c:822).
fn exact(length: u32, mut data: Vec<u8>) -> Result<Vec<u8>> {
    if length == 0 {
        data.clear();
    }
    if data.len() != length as usize {
        return Err(lie(format!("the camera announced a script message of {length} bytes and sent {}", data.len())));
    }
    Ok(data)
}

fn payload(subtype: u32, data: Vec<u8>) -> Result<Payload> {
    let word = |data: &[u8], what: &str| match data {
        [a, b, c, d] => Ok(i32::from_le_bytes([*a, *b, *c, *d])),
        _ => Err(lie(format!("the camera sent a {what} in {} bytes; it takes 4", data.len()))),
    };
    Ok(match subtype {
        0 => Payload::Unsupported(String::from_utf8_lossy(&data).into_owned()),
        1 => word(&data, "nil").map(|_| Payload::Nil)?,
        2 => Payload::Boolean(word(&data, "boolean")? != 0),
        3 => Payload::Integer(word(&data, "number")?),
        4 => Payload::String(data),
        5 => Payload::Table(data),
        other => return Err(lie(format!("the camera sent a script message of the unknown subtype {other}"))),
    })
}

fn lie(message: String) -> Error {
    Error::new(ErrorKind::Protocol, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_queue_is_all_zeros_and_one_byte() {
        assert_eq!(decode(0, 0, 0, 0, vec![0]).unwrap(), None);
    }

    #[test]
    fn scalars_take_four_bytes() {
        let value = |subtype, data: &[u8]| decode(2, subtype, 7, data.len() as u32, data.to_vec());
        let body = |subtype, data| value(subtype, data).unwrap().unwrap().body;
        assert_eq!(body(1, &[0, 0, 0, 0]), Body::Return(Payload::Nil));
        assert_eq!(body(2, &[1, 0, 0, 0]), Body::Return(Payload::Boolean(true)));
        assert_eq!(body(3, &[0xFE, 0xFF, 0xFF, 0xFF]), Body::Return(Payload::Integer(-2)));
        for subtype in 1..=3 {
            assert_eq!(value(subtype, &[1, 0]).unwrap_err().kind(), ErrorKind::Protocol);
        }
    }

    #[test]
    fn an_empty_string_comes_with_a_byte_that_is_not_part_of_it() {
        let message = decode(3, 4, 7, 0, vec![0]).unwrap().unwrap();
        assert_eq!(message, Message { script_id: 7, body: Body::User(Payload::String(vec![])) });
    }

    #[test]
    fn unknown_types_and_wrong_lengths_say_what_the_camera_said() {
        for (kind, subtype, length, data, words) in [
            (9, 0, 1, vec![0], "unknown type 9"),
            (3, 9, 1, vec![0], "unknown subtype 9"),
            (3, 4, 5, vec![0], "announced a script message of 5 bytes and sent 1"),
        ] {
            let error = decode(kind, subtype, 1, length, data).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol);
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
