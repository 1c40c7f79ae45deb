use std::fmt;

use super::path::Path;
use super::reader::ReadError;

/// Why a program's value cannot be written, or a text is no such value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerdeError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Inner {
    Text(ReadError),
    Data { path: Path, message: String },
}

impl SerdeError {
    #[cold]
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner::Data { path: Path::default(), message: message.into() }))
    }

    /// Where in the value, as a script would write it after the value's name: `.exposure[2]`. Empty for the value itself,
    /// and if there is none because the text cannot be read.
    pub fn path(&self) -> String {
        match &*self.0 {
            Inner::Text(_) => String::new(),
            Inner::Data { path, .. } => path.to_string(),
        }
    }

    /// What is wrong there.
    pub fn message(&self) -> String {
        match &*self.0 {
            Inner::Text(error) => error.to_string(),
            Inner::Data { message, .. } => message.clone(),
        }
    }

    /// The error of the reader, if the text cannot be read.
    pub fn read_error(&self) -> Option<&ReadError> {
        match &*self.0 {
            Inner::Text(error) => Some(error),
            Inner::Data { .. } => None,
        }
    }

    /// Adds a step to the path, on the way out.
    #[cold]
    pub(super) fn within(mut self, step: impl FnOnce(&mut Path)) -> Self {
        if let Inner::Data { path, .. } = &mut *self.0 {
            step(path);
        }
        self
    }
}

impl fmt::Display for SerdeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Text(error) => error.fmt(f),
            Inner::Data { path, message } => write!(f, "value{path}: {message}"),
        }
    }
}

impl std::error::Error for SerdeError {}

impl From<ReadError> for SerdeError {
    fn from(error: ReadError) -> Self {
        Self(Box::new(Inner::Text(error)))
    }
}

impl serde::ser::Error for SerdeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

impl serde::de::Error for SerdeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}
