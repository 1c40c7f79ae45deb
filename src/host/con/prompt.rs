//! What a prompt does with a connection besides what scripts do.

use super::{Connection, Source, State};
use crate::camera::{Camera, Libs};
use crate::connect::Spec;
use crate::error::{Error, ErrorKind, Result};

impl Connection {
    /// Does a piece of work with the camera, connecting first if need be. For callers that run while no script does.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Camera) -> Result<R>) -> Result<R> {
        let mut camera = self.take().map_err(super::Failure::into_error)?;
        let result = work(&mut camera);
        self.state.replace(State::Home(camera));
        result
    }

    /// Takes a camera that somebody else has connected.
    pub(crate) fn adopt(&self, camera: Camera) {
        self.state.replace(State::Home(Box::new(camera)));
        self.counted.set(Default::default());
        self.started.set(false);
    }

    /// Ends the connection if there is one.
    pub(crate) fn hang_up(&self) -> Result<()> {
        match self.is_connected() {
            true => self.disconnect().map_err(super::Failure::into_error),
            false => Ok(()),
        }
    }

    /// Where its camera comes from, if a spec says it.
    pub(crate) fn spec(&self) -> Option<&Spec> {
        match &self.source {
            Source::Spec(spec) => Some(spec),
            Source::Nothing | Source::Simulated(_) => None,
        }
    }

    /// Whether a script that it started may still run.
    pub(crate) fn has_started(&self) -> bool {
        self.started.get()
    }

    /// Says whether a script that it started may still run.
    pub(crate) fn set_started(&self, started: bool) {
        self.started.set(started);
    }

    /// Whether it was connected and is so no more, by nobody's wish.
    pub(crate) fn was_lost(&self) -> bool {
        matches!(&*self.state.borrow(), State::Home(camera) if !camera.is_connected())
    }

    /// Libraries for scripts on the camera.
    pub(crate) fn libs(&self) -> Libs {
        self.context.libs.borrow().clone()
    }
}

/// No connection is there at all.
pub(crate) fn no_connection() -> Error {
    Error::new(ErrorKind::NotConnected, "the global con is no connection: con = chdk.connection() makes one")
}
