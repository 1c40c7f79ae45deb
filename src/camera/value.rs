//! Values of scripts as a program's own.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{Camera, Payload, Script, WaitOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{self, Document, Value};

/// How closely the end of a short script is waited for: a camera looks at its scripts each 10 ms.
const POLL: Duration = Duration::from_millis(10);

/// How much of a text that cannot be read an error shows.
const SHOWN: usize = 200;

impl Payload {
    /// The value as a program's own, by the table at [`table::to_text`]: a struct of a table, an `Option` of what may be
    /// nil, a `String` or [bytes](table::bytes).
    ///
    /// [`ErrorKind::Unserialize`], with the place, if it is no such value; and for a function, which cannot leave the
    /// camera.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        let document = self.document()?;
        self.value(document.as_ref())?.decode().map_err(misfit)
    }

    fn document(&self) -> Result<Option<Document<'_>>> {
        let Payload::Table(text) = self else { return Ok(None) };
        table::read(text).map(Some).map_err(|error| {
            let start = text[..text.len().min(SHOWN)].escape_ascii();
            let dots = if text.len() > SHOWN { "…" } else { "" };
            let message = format!("not a table in our format: \"{start}{dots}\"");
            Error::new(ErrorKind::Unserialize, message).caused_by(error)
        })
    }

    /// `document` is that of [`Self::document`].
    fn value<'d>(&'d self, document: Option<&'d Document<'d>>) -> Result<Value<'d>> {
        Ok(match self {
            Payload::Unsupported(name) => {
                let message = format!("a {name} cannot leave the camera");
                return Err(Error::new(ErrorKind::Unserialize, message));
            }
            Payload::Nil => Value::Nil,
            Payload::Boolean(value) => Value::Boolean(*value),
            Payload::Integer(number) => Value::Integer(*number),
            Payload::String(bytes) => Value::String(bytes),
            Payload::Table(_) => document.map_or(Value::Nil, Document::root),
        })
    }
}

fn misfit(error: table::SerdeError) -> Error {
    Error::new(ErrorKind::Unserialize, format!("what came from the camera is something else: {error}"))
}

impl Camera {
    /// Runs code on the camera and takes what it returns as a program's value: nothing is nil, and several values are a
    /// list or tuple. As with [`ask`](Self::ask), the user's messages and [`script_id`](Self::script_id) stay as they
    /// are, and what the code sends with `write_usb_msg` is dropped.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Build { platform: String, build_number: String }
    ///
    /// # let mut camera = moonshutter::connect::connect(&"sim".parse()?, &Default::default())?;
    /// let build: Build = camera.eval("return get_buildinfo()")?;
    /// let (zoom, steps): (u32, u32) = camera.eval("return get_zoom(), get_zoom_steps()")?;
    /// # assert!(!build.platform.is_empty() && !build.build_number.is_empty() && zoom <= steps);
    /// # Ok::<(), moonshutter::Error>(())
    /// ```
    pub fn eval<T: DeserializeOwned>(&mut self, code: impl Into<Vec<u8>>) -> Result<T> {
        let returns = self.ask(&Script::new("eval", code))?;
        decode_all(&returns).map_err(|error| self.named(error))
    }

    /// As [`eval`](Self::eval) with a script of our own, which is known to end soon: [`ErrorKind::Timeout`] if it does not.
    pub(super) fn eval_within<T: DeserializeOwned>(
        &mut self,
        patience: Duration,
        name: &str,
        code: Vec<u8>,
    ) -> Result<T> {
        let wait = WaitOptions { poll: Some(POLL), ..WaitOptions::up_to(patience) };
        let returns = self.run_own_within(&wait, name, code, &mut |_, _| Ok(()))?;
        decode_all(&returns).map_err(|error| self.named(error))
    }
}

fn decode_all<T: DeserializeOwned>(returns: &[Payload]) -> Result<T> {
    let documents = returns.iter().map(Payload::document).collect::<Result<Vec<_>>>()?;
    let values = returns.iter().zip(&documents).map(|(payload, document)| payload.value(document.as_ref()));
    let values = values.collect::<Result<Vec<_>>>()?;
    decode_values(&values)
}

/// Nothing is nil, one value is itself, several are a list or tuple.
pub(super) fn decode_values<T: DeserializeOwned>(values: &[Value<'_>]) -> Result<T> {
    match values {
        [] => Value::Nil.decode().map_err(misfit),
        [one] => one.decode().map_err(misfit),
        several => Value::decode_all(several).map_err(misfit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_become_what_is_asked_for() {
        assert_eq!(decode_all::<Option<u8>>(&[]).unwrap(), None);
        assert_eq!(decode_all::<u8>(&[Payload::Integer(7)]).unwrap(), 7);
        let two = [Payload::Table(b"{1,2}".to_vec()), Payload::Nil];
        assert_eq!(decode_all::<Vec<u8>>(&two[..1]).unwrap(), [1, 2]);
        assert_eq!(decode_all::<(Vec<u8>, Option<bool>)>(&two).unwrap(), (vec![1, 2], None));
    }

    #[test]
    fn what_does_not_fit_says_where() {
        let message = |error: Error| format!("{:?} {error}", error.kind());
        assert_eq!(
            message(
                decode_all::<(u8, Vec<u8>)>(&[Payload::Integer(1), Payload::Table(b"{1,300}".to_vec())]).unwrap_err()
            ),
            "Unserialize what came from the camera is something else: value[2][2]: invalid value: integer `300`, expected u8"
        );
        assert_eq!(
            message(Payload::Table(b"a\t1\n".to_vec()).decode::<bool>().unwrap_err()),
            "Unserialize not a table in our format: \"a\\t1\\n\": \
             at byte 0: \"a\\t1\\n\" stands where a value should be"
        );
        assert_eq!(
            message(Payload::Unsupported("function".into()).decode::<bool>().unwrap_err()),
            "Unserialize a function cannot leave the camera"
        );
    }
}
