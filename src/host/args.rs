//! Positional arguments of the functions that scripts call.

use std::path::PathBuf;

use mlua::{MultiValue, Value};

use super::error::Failure;

/// The arguments of one call, and the function's name for the errors.
pub(crate) struct Args {
    function: &'static str,
    values: Vec<Value>,
}

impl Args {
    pub(crate) fn new(function: &'static str, values: MultiValue) -> Self {
        Self { function, values: values.into_vec() }
    }

    /// The function that was called.
    pub(crate) fn function(&self) -> &'static str {
        self.function
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The argument at `index`, from 0; nil if there is none.
    pub(crate) fn get(&self, index: usize) -> &Value {
        self.values.get(index).unwrap_or(&Value::Nil)
    }

    /// The argument at `index`, or nothing if it is nil or missing.
    pub(crate) fn given(&self, index: usize) -> Option<&Value> {
        Some(self.get(index)).filter(|value| !value.is_nil())
    }

    /// The arguments from `index` on.
    pub(crate) fn rest(&self, index: usize) -> &[Value] {
        self.values.get(index..).unwrap_or(&[])
    }

    /// A string. Numbers are taken too, as Lua's own functions do.
    pub(crate) fn bytes(&self, index: usize, name: &str) -> Result<Vec<u8>, Failure> {
        match self.get(index) {
            Value::String(text) => Ok(text.as_bytes().to_vec()),
            Value::Integer(number) => Ok(number.to_string().into_bytes()),
            Value::Number(number) => Ok(number.to_string().into_bytes()),
            other => Err(self.wrong(index, name, "a string", other)),
        }
    }

    /// A string that has no bytes outside UTF-8.
    pub(crate) fn text(&self, index: usize, name: &str) -> Result<String, Failure> {
        let bytes = self.bytes(index, name)?;
        String::from_utf8(bytes).map_err(|_| {
            Failure::bad_arg(format!("{}: argument {} ({name}) is not UTF-8 text", self.function, index + 1))
        })
    }

    /// The path of a file on the host.
    pub(crate) fn path(&self, index: usize, name: &str) -> Result<PathBuf, Failure> {
        Ok(path_of(self.bytes(index, name)?))
    }

    /// 32 bits. Negative numbers are taken too: the camera has no others above 0x7FFFFFFF.
    pub(crate) fn word(&self, index: usize, name: &str) -> Result<u32, Failure> {
        let value = self.get(index);
        whole(value)
            .and_then(|number| u32::try_from(number).ok().or_else(|| i32::try_from(number).ok().map(|n| n as u32)))
            .ok_or_else(|| self.wrong(index, name, "a whole number of 32 bits", value))
    }

    /// Refuses arguments from `index` on.
    pub(crate) fn no_more(&self, index: usize) -> Result<(), Failure> {
        match self.rest(index).iter().find(|value| !value.is_nil()) {
            None => Ok(()),
            Some(_) => Err(Failure::bad_arg(format!(
                "{}: too many arguments: it takes {index}, not {}",
                self.function,
                self.values.len()
            ))),
        }
    }

    /// "exec: argument 1 (code) must be a string, not nil".
    pub(crate) fn wrong(&self, index: usize, name: &str, wanted: &str, value: &Value) -> Failure {
        Failure::bad_arg(format!(
            "{}: argument {} ({name}) must be {wanted}, not {}",
            self.function,
            index + 1,
            describe(value)
        ))
    }
}

/// A path that a script gave as bytes.
pub(crate) fn path_of(bytes: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        std::ffi::OsString::from_vec(bytes).into()
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(&bytes).into_owned().into()
    }
}

/// The value as a whole number, if it is one.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
        _ => None,
    }
}

/// A value in an error message: short ones as they are, others by their type.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.as_bytes().len() <= 40 => format!("'{}'", text.to_string_lossy()),
        other => format!("a {}", other.type_name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(failure: Failure) -> String {
        failure.error().unwrap().message().to_owned()
    }

    #[test]
    fn wrong_arguments_are_named() {
        let args = Args::new("exec", MultiValue::new());
        assert_eq!(message(args.bytes(0, "code").unwrap_err()), "exec: argument 1 (code) must be a string, not nil");
    }

    #[test]
    fn addresses_may_be_written_as_the_camera_sees_them() {
        let args = Args::new(
            "getmem",
            [Value::Integer(-1), Value::Number(4294967295.0), Value::Number(0.5), Value::Integer(1 << 32)]
                .into_iter()
                .collect(),
        );
        assert_eq!(args.word(0, "address").ok(), Some(u32::MAX));
        assert_eq!(args.word(1, "address").ok(), Some(u32::MAX));
        assert_eq!(
            message(args.word(2, "address").unwrap_err()),
            "getmem: argument 3 (address) must be a whole number of 32 bits, not 0.5"
        );
        assert!(args.word(3, "address").is_err());
    }
}
