//! What a prompt needs of the VM besides running scripts: lines with an environment of their own, and the connection that
//! `con` is now.

use std::rc::Rc;

use mlua::chunk::ChunkMode;
use mlua::{IntoLuaMulti, Table, Value};

use super::con::{self, Connection, Source};
use super::convert;
use super::{Host, Outcome};
use crate::camera::Payload;
use crate::connect::Spec;
use crate::error::{Error, ErrorKind, Result};

impl Host {
    /// What the compiler says against a text; nothing if it compiles.
    pub(crate) fn complaint(&self, code: &[u8]) -> Option<String> {
        match self.lua.load(code).set_name("=").set_mode(ChunkMode::Text).into_function() {
            Ok(_) => None,
            Err(mlua::Error::SyntaxError { message, .. }) => Some(message),
            Err(other) => Some(other.to_string()),
        }
    }

    /// Runs `code` with `env` as its globals and `args` as its `...`. `typed` is what the user wrote, of the same lines, in
    /// which errors and code for the camera are looked up.
    pub(crate) fn run_line(
        &self,
        name: &str,
        typed: &[u8],
        code: &[u8],
        env: &Table,
        args: impl IntoLuaMulti,
    ) -> Result<Outcome> {
        let args = args.into_lua_multi(&self.lua).map_err(broken)?;
        self.traceback.take();
        self.context.remember_source(name, typed);
        self.context.exit_value.set(0);
        let chunk = self.compile(name, code, Some(env))?;
        let outcome = self.call(chunk, args);
        // What a script writes without a line's end waits in a buffer of C's.
        if let Err(error) = self.lua.load("io.stdout:flush()").set_name("=flush").exec() {
            log::debug!("standard output could not be flushed: {error}");
        }
        outcome
    }

    /// What the last error's traceback was is of no interest any longer.
    pub(crate) fn forget_traceback(&self) {
        self.traceback.take();
    }

    /// The connection that the global `con` is now.
    pub(crate) fn con(&self) -> Result<Rc<Connection>> {
        let value = self.lua.globals().raw_get::<Value>("con").unwrap_or(Value::Nil);
        con::receiver("con", Some(&value)).map_err(|_| con::no_connection())
    }

    /// Makes `con` stand for another camera, which is not connected yet.
    pub(crate) fn set_con(&self, spec: Spec) -> Result<Rc<Connection>> {
        let connection = Connection::new(&self.context, Source::Spec(spec), self.context.options.camera.clone());
        let value = Connection::into_lua(connection.clone(), &self.lua).map_err(broken)?;
        self.lua.globals().raw_set("con", value).map_err(broken)?;
        Ok(connection)
    }

    /// A value that came from the camera.
    pub(crate) fn value(&self, payload: Payload) -> Result<Value> {
        if let Payload::Unsupported(name) = &payload {
            let text = format!("a {name} cannot leave the camera");
            return Err(Error::new(ErrorKind::Unserialize, text));
        }
        convert::from_payload(&self.lua, payload).map(|(_, value)| value).map_err(super::error::Failure::into_error)
    }
}

fn broken(error: mlua::Error) -> Error {
    Error::new(ErrorKind::Runtime, "the Lua of the host failed").caused_by(error.to_string())
}
