//! Running a user's script: what it finds when it starts, and what becomes of its end.

use std::path::Path;

use mlua::chunk::ChunkMode;
use mlua::{Function, MultiValue, Table, Value};

use crate::error::{Error, ErrorKind, Position, Result};

use super::error::kind_of;
use super::vm::Leaving;
use super::{Host, Outcome};

impl Host {
    /// Runs a script. `name` is what errors call it, the path of its file if it has one: `require` looks beside it.
    /// The arguments are there as `...` and in the table `arg`.
    ///
    /// An error that the script does not catch comes back with the line where it happened, [`ErrorKind::Interrupted`]
    /// if the interrupt was raised meanwhile; what the script had started on a camera is then ended too.
    pub fn run(&self, name: &str, source: &[u8], args: &[String]) -> Result<Outcome> {
        self.traceback.take();
        let chunk = self.load(name, source)?;
        self.prepare(name, args).map_err(broken)?;
        let mut arguments = MultiValue::new();
        for argument in args {
            arguments.push_back(Value::String(self.lua.create_string(argument).map_err(broken)?));
        }
        self.call(chunk, arguments)
    }

    /// Whether a text is the beginning of a script rather than a wrong one: a prompt asks for more then.
    pub fn is_incomplete(&self, source: &[u8]) -> bool {
        let chunk = self.lua.load(source).set_mode(ChunkMode::Text).into_function();
        matches!(chunk, Err(mlua::Error::SyntaxError { incomplete_input: true, .. }))
    }

    fn load(&self, name: &str, source: &[u8]) -> Result<Function> {
        self.context.remember_source(name, source);
        self.compile(name, without_shebang(source), None)
    }

    pub(super) fn compile(&self, name: &str, code: &[u8], env: Option<&Table>) -> Result<Function> {
        let mut chunk = self.lua.load(code).set_name(format!("@{name}")).set_mode(ChunkMode::Text);
        if let Some(env) = env {
            chunk = chunk.set_environment(env.clone());
        }
        chunk.into_function().map_err(|error| match error {
            mlua::Error::SyntaxError { message, .. } => {
                at_its_place(Error::new(ErrorKind::Compile, message.as_str()), &message)
            }
            other => broken(other),
        })
    }

    /// `arg`, and where `require` looks.
    fn prepare(&self, name: &str, args: &[String]) -> mlua::Result<()> {
        let globals = self.lua.globals();
        let arg = self.lua.create_table()?;
        arg.raw_set(0, name)?;
        for argument in args {
            arg.raw_push(argument.as_str())?;
        }
        globals.raw_set("arg", arg)?;
        self.context.args.replace(args.to_vec());
        self.context.exit_value.set(0);
        let package: Table = globals.raw_get("package")?;
        let path: String = package.raw_get("path")?;
        let folder = match Path::new(name).parent().and_then(Path::to_str) {
            None | Some("") => ".",
            Some(folder) => folder,
        };
        let beside = format!("{folder}/?.lua;{folder}/?/init.lua;");
        if !path.starts_with(&beside) {
            package.raw_set("path", beside + &path)?;
        }
        Ok(())
    }

    pub(super) fn call(&self, chunk: Function, mut arguments: MultiValue) -> Result<Outcome> {
        let stopper = &self.context.stopper;
        stopper.watch(&self.lua).map_err(broken)?;
        arguments.push_front(Value::Function(chunk));
        let result = self.run.call::<MultiValue>(arguments);
        let leaving = stopper.leaving();
        // The threads that were unwound look at every instruction.
        stopper.watch(&self.lua).map_err(broken)?;
        match leaving {
            Leaving::Interrupted => {
                for connection in self.context.connections() {
                    connection.kill_what_it_started();
                }
                Err(Error::new(ErrorKind::Interrupted, "interrupted"))
            }
            Leaving::Exit(status) => Ok(Outcome { values: MultiValue::new(), status, exited: true }),
            Leaving::No => {
                let mut values = result.map_err(broken)?;
                match values.pop_front() {
                    Some(Value::Boolean(true)) => {
                        Ok(Outcome { values, status: self.context.exit_value.get(), exited: false })
                    }
                    _ => Err(self.uncaught(values.pop_front())),
                }
            }
        }
    }

    /// The error that the prelude tells of.
    fn uncaught(&self, told: Option<Value>) -> Error {
        let Some(Value::Table(told)) = told else {
            // The handler itself failed, for want of stack or memory.
            let text = told.and_then(|value| value.to_string().ok()).unwrap_or_default();
            return Error::new(ErrorKind::Runtime, if text.is_empty() { "the script failed".into() } else { text });
        };
        let text = |name: &str| match told.raw_get::<Value>(name) {
            Ok(Value::String(text)) => Some(text.to_string_lossy().to_owned()),
            Ok(Value::Nil) | Err(_) => None,
            Ok(other) => other.to_string().ok(),
        };
        let ptp_rc = told.raw_get::<Option<u16>>("ptp_rc").ok().flatten();
        let kind = text("etype").map_or(ErrorKind::Runtime, |etype| kind_of(&etype, ptp_rc));
        let message = text("text").unwrap_or_else(|| "the script failed".into());
        let traceback = text("traceback").unwrap_or_default();
        let placed = told.raw_get::<bool>("placed").unwrap_or(false);
        let place = traceback.lines().find_map(position_in_traceback);
        self.traceback.replace(Some(traceback));
        let placed = placed
            || position_in_front(&message).is_some_and(|at| Some(at.file) == place.as_ref().map(|p| p.file.clone()));
        let mut error = match (placed, place) {
            // A string has its position in front already, if it has one; so has the error of camera code that stands in
            // the script itself.
            (true, _) => at_its_place(Error::new(kind, message.as_str()), &message),
            (false, Some(place)) => {
                let before = format!("{}:{}: ", place.file, place.line);
                Error::new(kind, before + &message).at(place)
            }
            (false, None) => Error::new(kind, message),
        };
        if let Some(code) = ptp_rc {
            error = error.with_response(code);
        }
        match text("camera") {
            Some(camera) => error.on_camera(&camera),
            None => error,
        }
    }
}

/// Lua's own failures, which are no fault of the script's: out of memory at start, for one.
fn broken(error: mlua::Error) -> Error {
    Error::new(ErrorKind::Runtime, "the Lua of the host failed").caused_by(error.to_string())
}

/// The script without its `#!` line, the line's end left in place so that all others keep their numbers.
pub(super) fn without_shebang(source: &[u8]) -> &[u8] {
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    if !source.starts_with(b"#") {
        return source;
    }
    let end = source.iter().position(|byte| *byte == b'\n').unwrap_or(source.len());
    &source[end..]
}

/// Adds the position that stands in front of a text of Lua's: `scan.lua:10: boom`.
fn at_its_place(error: Error, text: &str) -> Error {
    match position_in_front(text) {
        Some(position) => error.at(position),
        None => error,
    }
}

fn position_in_front(text: &str) -> Option<Position> {
    let first = text.lines().next()?;
    // The name may have colons of its own: what counts is the first number between two of them.
    first.match_indices(':').find_map(|(at, _)| {
        let (line, _) = first[at + 1..].split_once(": ")?;
        let line = line.parse().ok()?;
        Some(Position { file: first[..at].to_owned(), line })
    })
}

/// The place in `\tscan.lua:10: in function 'take'`.
fn position_in_traceback(line: &str) -> Option<Position> {
    position_in_front(line.strip_prefix('\t')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_found_where_lua_puts_them() {
        let place = |file: &str, line| Some(Position { file: file.into(), line });
        assert_eq!(position_in_front("a/scan.lua:10: boom: 3: x"), place("a/scan.lua", 10));
        assert_eq!(position_in_front(r"C:\scan.lua:10: boom"), place(r"C:\scan.lua", 10));
        assert_eq!(position_in_front("no such file: x"), None);
        assert_eq!(position_in_traceback("\tscan.lua:7: in function 'take'"), place("scan.lua", 7));
        assert_eq!(position_in_traceback("stack traceback:"), None);
    }

    #[test]
    fn the_first_line_for_the_shell_keeps_its_place() {
        assert_eq!(without_shebang(b"#!/usr/bin/x\nreturn 1"), b"\nreturn 1");
        assert_eq!(without_shebang(b"#!x"), b"");
        assert_eq!(without_shebang(b"return #t"), b"return #t");
    }
}
