//! Errors on their way into Lua and back: the one place that knows both our kinds and the names scripts match on.
//!
//! A script sees a table with `etype`, `msg`, `ptp_rc`, `critical`, `camera`, `script`, `line`, `traceback`. The names
//! in `etype` are chdkptp's wherever chdkptp has the situation, so that handlers written for it keep working.

use mlua::{Lua, Table, Value};

use crate::error::{Error, ErrorKind};

use super::codes;

/// Why a function of ours failed, before it is thrown.
pub(crate) enum Failure {
    /// An error of ours, to become an error table.
    Fault(Box<Fault>),
    /// A value that a script's own callback threw: it is thrown on as it is.
    Thrown(Value),
}

/// An error with what only Lua wants to know of it.
pub(crate) struct Fault {
    error: Error,
    etype: &'static str,
    raw: Option<Vec<u8>>,
}

impl Failure {
    /// An error with a kind of its own and a message.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error::new(kind, message).into()
    }

    /// The caller's argument makes no sense.
    pub(crate) fn bad_arg(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadArgument, message)
    }

    /// No camera is connected; `advice` says what to do about it.
    pub(crate) fn not_connected(advice: &str) -> Self {
        Self::new(ErrorKind::NotConnected, format!("not connected: {advice}"))
    }

    /// Gives the situation its own name in `etype`.
    #[must_use]
    pub(crate) fn named(mut self, etype: &'static str) -> Self {
        if let Self::Fault(fault) = &mut self {
            fault.etype = etype;
        }
        self
    }

    /// Names it as [`named`](Self::named) does, if the error is of this kind.
    #[must_use]
    pub(crate) fn named_if(self, kind: ErrorKind, etype: &'static str) -> Self {
        match &self {
            Self::Fault(fault) if fault.error.kind() == kind => self.named(etype),
            _ => self,
        }
    }

    /// Adds what may help.
    #[must_use]
    pub(crate) fn then(self, what: &str) -> Self {
        match self {
            Self::Fault(fault) => {
                let Fault { error, etype, raw } = *fault;
                Self::Fault(Box::new(Fault { error: error.then(what), etype, raw }))
            }
            thrown => thrown,
        }
    }

    /// Keeps the bytes that could not be understood.
    #[must_use]
    pub(crate) fn with_raw(mut self, raw: Vec<u8>) -> Self {
        if let Self::Fault(fault) = &mut self {
            fault.raw = Some(raw);
        }
        self
    }

    /// The error, if it is one of ours.
    pub(crate) fn error(&self) -> Option<&Error> {
        match self {
            Self::Fault(fault) => Some(&fault.error),
            Self::Thrown(_) => None,
        }
    }

    /// The error for a caller who is no script.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Fault(fault) => fault.error,
            Self::Thrown(value) => Error::new(ErrorKind::Runtime, value.to_string().unwrap_or_default()),
        }
    }

    /// The value to throw, and whether it still wants its traceback and metatable.
    pub(crate) fn into_lua(self, lua: &Lua) -> mlua::Result<(Value, bool)> {
        match self {
            Self::Fault(fault) => Ok((Value::Table(fault.to_table(lua)?), true)),
            Self::Thrown(value) => Ok((value, false)),
        }
    }
}

impl Fault {
    fn to_table(&self, lua: &Lua) -> mlua::Result<Table> {
        let error = &self.error;
        let table = lua.create_table()?;
        table.raw_set("etype", self.etype)?;
        table.raw_set("msg", text_without_camera(error))?;
        if let Some(code) = error.response() {
            table.raw_set("ptp_rc", code)?;
        } else if error.kind() == ErrorKind::NotConnected {
            table.raw_set("ptp_rc", codes::ERROR_NOT_CONNECTED)?;
        } else if self.etype == "disconnected" {
            table.raw_set("ptp_rc", codes::ERROR_IO)?;
        }
        if self.etype == "bad_arg" {
            table.raw_set("critical", true)?;
        }
        if let Some(camera) = error.camera() {
            table.raw_set("camera", camera)?;
        }
        if let Some(position) = error.position() {
            table.raw_set("script", position.file.as_str())?;
            table.raw_set("line", position.line)?;
        }
        if let Some(raw) = &self.raw {
            table.raw_set("raw", lua.create_string(raw)?)?;
        }
        Ok(table)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let etype = etype_of(error.kind());
        Self::Fault(Box::new(Fault { error, etype, raw: None }))
    }
}

impl From<mlua::Error> for Failure {
    /// The VM itself failed: out of memory, or a value that could not be made.
    fn from(error: mlua::Error) -> Self {
        Self::new(ErrorKind::Runtime, error.to_string()).named("internal_error")
    }
}

/// The message with its causes; the camera stands in a field of its own.
fn text_without_camera(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some(camera) = error.camera() {
        let suffix = format!(" (camera {camera})");
        if let Some(short) = text.strip_suffix(&suffix) {
            text.truncate(short.len());
        }
    }
    text
}

/// What `etype` says for each kind.
pub(crate) fn etype_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NoCamera => "connect_no_dev",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Ambiguous => "ambiguous",
        ErrorKind::Busy => "busy",
        ErrorKind::NoAccess => "no_access",
        ErrorKind::Disconnected => "disconnected",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Interrupted => "interrupted",
        ErrorKind::Protocol => "protocol",
        // As in chdkptp, with a code of its own in ptp_rc.
        ErrorKind::Ptp | ErrorKind::NotConnected => "ptp",
        ErrorKind::NotChdk => "not_chdk",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::ScriptRunning => "execlua_scriptrun",
        ErrorKind::ScriptKilled => "script_killed",
        ErrorKind::NotRunning => "msg_notrun",
        ErrorKind::QueueFull => "msg_full",
        ErrorKind::WrongScript => "msg_badid",
        ErrorKind::Compile => "execlua_compile",
        ErrorKind::Runtime => "exec_runtime",
        ErrorKind::Lint => "lint",
        ErrorKind::Unserialize => "unserialize",
        ErrorKind::Serialize => "serialize",
        ErrorKind::WrongMessage => "wrongmsg",
        ErrorKind::BadArgument => "bad_arg",
        ErrorKind::Usage => "usage",
        ErrorKind::Closed => "closed",
        ErrorKind::Io => "io",
    }
}

/// The kind of an error table that nobody caught. Names that only scripts use are failures of the script.
pub(crate) fn kind_of(etype: &str, ptp_rc: Option<u16>) -> ErrorKind {
    match etype {
        "ptp" if ptp_rc == Some(codes::ERROR_NOT_CONNECTED) => ErrorKind::NotConnected,
        "ptp" => ErrorKind::Ptp,
        "connect_no_dev" => ErrorKind::NoCamera,
        "not_found" => ErrorKind::NotFound,
        "ambiguous" => ErrorKind::Ambiguous,
        "connect_fail" | "disconnected" => ErrorKind::Disconnected,
        "busy" => ErrorKind::Busy,
        "no_access" => ErrorKind::NoAccess,
        "timeout" => ErrorKind::Timeout,
        "interrupted" => ErrorKind::Interrupted,
        "protocol" => ErrorKind::Protocol,
        "not_chdk" => ErrorKind::NotChdk,
        "unsupported" | "not_implemented" => ErrorKind::Unsupported,
        "execlua_scriptrun" => ErrorKind::ScriptRunning,
        "script_killed" => ErrorKind::ScriptKilled,
        "msg_notrun" => ErrorKind::NotRunning,
        "msg_full" => ErrorKind::QueueFull,
        "msg_badid" => ErrorKind::WrongScript,
        "execlua_compile" => ErrorKind::Compile,
        "lint" => ErrorKind::Lint,
        "unserialize" => ErrorKind::Unserialize,
        "serialize" => ErrorKind::Serialize,
        "wrongmsg" | "wrongmsg_sub" | "wrongmsg_error" | "bad_script_id" | "nomsg" => ErrorKind::WrongMessage,
        "bad_arg" | "connect_connected" => ErrorKind::BadArgument,
        "closed" => ErrorKind::Closed,
        "io" => ErrorKind::Io,
        _ => ErrorKind::Runtime,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_becomes_the_table_that_scripts_know() {
        let lua = Lua::new();
        let error = Error::new(ErrorKind::Ptp, "the camera refused").with_response(0x2002).on_camera("A1400 #1");
        let (value, fresh) = Failure::from(error).into_lua(&lua).unwrap();
        let table = value.as_table().unwrap();
        assert!(fresh);
        assert_eq!(table.get::<String>("etype").unwrap(), "ptp");
        assert_eq!(table.get::<String>("msg").unwrap(), "the camera refused");
        assert_eq!(table.get::<u32>("ptp_rc").unwrap(), 0x2002);
        assert_eq!(table.get::<String>("camera").unwrap(), "A1400 #1");
        assert!(table.get::<Value>("critical").unwrap().is_nil());
    }

    #[test]
    fn bad_arguments_are_critical() {
        let lua = Lua::new();
        let (value, _) = Failure::bad_arg("no").into_lua(&lua).unwrap();
        assert!(value.as_table().unwrap().get::<bool>("critical").unwrap());
    }

    #[test]
    fn not_connected_is_a_ptp_error_as_ever() {
        let lua = Lua::new();
        let (value, _) = Failure::not_connected("plug one in").into_lua(&lua).unwrap();
        let table = value.as_table().unwrap();
        assert_eq!(table.get::<String>("etype").unwrap(), "ptp");
        assert_eq!(table.get::<u32>("ptp_rc").unwrap(), 0x02FA);
        assert_eq!(kind_of("ptp", Some(0x02FA)), ErrorKind::NotConnected);
    }

    #[test]
    fn every_name_leads_back_to_its_kind() {
        use ErrorKind::*;
        let all = [
            NoCamera,
            NotFound,
            Ambiguous,
            Busy,
            Disconnected,
            Timeout,
            Interrupted,
            Protocol,
            Ptp,
            NotChdk,
            Unsupported,
            ScriptRunning,
            ScriptKilled,
            NotRunning,
            QueueFull,
            WrongScript,
            Compile,
            Runtime,
            Lint,
            Unserialize,
            Serialize,
            WrongMessage,
            BadArgument,
            Closed,
            Io,
        ];
        for kind in all {
            assert_eq!(kind_of(etype_of(kind), None), kind);
        }
        let told = crate::api::host("Error.etype").unwrap().note;
        for name in all.map(etype_of) {
            let known = told.split([' ', ',', ';', '.']).any(|word| word == name);
            assert!(known, "help for Error.etype (src/api/host.tsv) does not know {name}");
        }
    }
}
