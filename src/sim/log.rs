//! What the camera tells its user, who is not the client.

use std::sync::Arc;

/// Takes a line of the camera's log.
pub type LogSink = Arc<dyn Fn(&str) + Send + Sync>;

/// The log of one camera; silent without a sink.
#[derive(Clone, Default)]
pub(crate) struct Log(Option<LogSink>);

impl Log {
    /// A log that goes to `sink`.
    pub(crate) fn new(sink: Option<LogSink>) -> Self {
        Self(sink)
    }

    /// Something that happened.
    pub(crate) fn note(&self, line: impl FnOnce() -> String) {
        if let Some(sink) = &self.0 {
            sink(&line());
        }
    }

    /// Something a client ought not to have done, or that a real camera would not have survived.
    pub(crate) fn sin(&self, what: &str) {
        if let Some(sink) = &self.0 {
            sink(&format!("sin: {what}"));
        }
    }
}
