//! The one error type: a kind to match on, a message to read, and where it happened.

use std::fmt;

/// What went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No such camera.
    NoCamera,
    /// No such file or folder.
    NotFound,
    /// More than one camera fits.
    Ambiguous,
    /// Somebody else uses the camera.
    Busy,
    /// The system does not let this user have the camera.
    NoAccess,
    /// The connection was lost.
    Disconnected,
    /// There is no connection (any more).
    NotConnected,
    /// Nothing happened in the time allowed.
    Timeout,
    /// Ctrl-C, or whoever raised the [`Interrupt`](crate::clock::Interrupt).
    Interrupted,
    /// The peer broke the rules of PTP or CHDK's extension.
    Protocol,
    /// The camera answered a request with a response code other than OK.
    Ptp,
    /// The camera answers PTP but has no CHDK, or one too old.
    NotChdk,
    /// The camera's CHDK is too old for what was asked.
    Unsupported,
    /// A script is running and the caller did not ask to replace it.
    ScriptRunning,
    /// The script that was waited for ended without a word: killed or interrupted by its user.
    ScriptKilled,
    /// No script runs that could take a message.
    NotRunning,
    /// The camera's queue of messages is full.
    QueueFull,
    /// The script that a message was for is not the one that runs.
    WrongScript,
    /// The camera's Lua could not compile the script.
    Compile,
    /// The script failed while it ran.
    Runtime,
    /// The linter found an error in the script.
    Lint,
    /// A message is not a table in our format.
    Unserialize,
    /// A value that cannot be written in our format.
    Serialize,
    /// A message of another kind than was asked for.
    WrongMessage,
    /// The caller's argument makes no sense.
    BadArgument,
    /// The command line makes no sense.
    Usage,
    /// Nobody reads the output any more.
    Closed,
    /// A file or socket of the host.
    Io,
}

/// A place in a script of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The script's name: a file, or a word for where it came from.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

/// An error of this crate.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    camera: Option<String>,
    response: Option<u16>,
    position: Option<Position>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A new error with a message for the person who meets it.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            camera: None,
            response: None,
            position: None,
            cause: None,
        }))
    }

    /// Names the camera it happened on, unless it has a name already.
    #[must_use]
    pub fn on_camera(mut self, camera: &str) -> Self {
        self.0.camera.get_or_insert_with(|| camera.to_owned());
        self
    }

    /// Adds the PTP response code that the camera gave.
    #[must_use]
    pub fn with_response(mut self, code: u16) -> Self {
        self.0.response = Some(code);
        self
    }

    /// Adds the place in the user's script.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.0.position = Some(position);
        self
    }

    /// Adds what happened next.
    #[must_use]
    pub fn then(mut self, what: &str) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(what);
        self
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message without the camera and the cause.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The camera it happened on, if there was one.
    pub fn camera(&self) -> Option<&str> {
        self.0.camera.as_deref()
    }

    /// The PTP response code, if the camera gave one.
    pub fn response(&self) -> Option<u16> {
        self.0.response
    }

    /// Where in the user's script, if it was there.
    pub fn position(&self) -> Option<&Position> {
        self.0.position.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        let mut cause = self.0.cause.as_deref().map(|c| c as &dyn std::error::Error);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        if let Some(camera) = &self.0.camera {
            write!(f, " (camera {camera})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {}
