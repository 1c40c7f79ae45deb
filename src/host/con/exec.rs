//! Methods that run Lua on the camera.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use mlua::{Lua, MultiValue, Value};

use crate::api;
use crate::camera::{ExecOptions, Payload, Script, WaitOptions};
use crate::error::{Error, ErrorKind};
use crate::host::args::Args;
use crate::host::context::{Context, caller};
use crate::host::convert;
use crate::host::error::Failure;
use crate::host::native::{Outcome, values};
use crate::host::options::{Options, Sink, Taken};
use crate::host::rlibs;
use crate::suggest::did_you_mean;

use super::messages::{decode, message_table};
use super::wait::{WAIT, wait_options};
use super::{Connection, Method};

pub(super) const METHODS: &[(&str, Method)] = &[("exec", exec), ("execwait", execwait), ("call_remote", call_remote)];

/// What the methods take as options.
pub(super) const OPTIONS: &[Taken] = &[
    ("exec", 1, &[START, FOLLOW, WAIT, WAITS]),
    ("execwait", 1, &[START, FOLLOW, WAIT, WAITS]),
    ("call_remote", 1, &[START, FOLLOW, WAIT]),
];

const WAITS: &[&str] = &["wait"];
pub(super) const START: &[&str] = &["lint", "libs", "nodefaultlib", "clobber", "flush_cam_msgs", "flush_host_msgs"];
const FOLLOW: &[&str] = &["msgs", "rets", "fdata"];

/// How long `execwait` waits before its first question, so that a short script needs no second one.
const FIRST_LOOK: Duration = Duration::from_millis(5);

fn exec(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let code = args.bytes(0, "code")?;
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    if options.flag("wait")?.unwrap_or(false) {
        return Run::new(lua, connection, &args, code, &options, None)?.follow(lua);
    }
    for name in FOLLOW {
        if options.get(name)?.is_some() {
            return Err(Failure::bad_arg(format!("exec: option '{name}' needs wait = true, or con:execwait")));
        }
    }
    wait_options(&options)?;
    let script = script(lua, connection, &args, code);
    let start = exec_options(connection, &args, &options)?;
    let plain = !start.tables_arrive(&script);
    connection.camera(move |camera| Ok(camera.exec(&script, &start)?))?;
    connection.started.set(true);
    connection.plain_tables.set(plain);
    values(lua, ())
}

fn execwait(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let code = args.bytes(0, "code")?;
    args.no_more(2)?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    if options.flag("wait")? == Some(false) {
        return Err(Failure::bad_arg("execwait: option 'wait' cannot be false: con:exec does not wait"));
    }
    Run::new(lua, connection, &args, code, &options, Some(FIRST_LOOK))?.follow(lua)
}

/// Calls a function of the camera by its name with values of the host, and returns what it returns.
fn call_remote(lua: &Lua, connection: &Rc<Connection>, args: Args) -> Outcome {
    let function = args.bytes(0, "function")?;
    let options = Options::parse(&args, 1, OPTIONS)?;
    let code = call(lua, &function, args.rest(2))?;
    let run = Run::new(lua, connection, &args, code, &options, Some(FIRST_LOOK))?;
    run.follow(lua).map_err(|failure| suggest(failure, &function))
}

/// The error of a call, with the name of the camera's that was meant if there is none like the one that was called.
fn suggest(failure: Failure, function: &[u8]) -> Failure {
    let function = String::from_utf8_lossy(function);
    let last = function.rsplit('.').next().unwrap_or_default();
    let missing = |error: &Error| {
        let (text, what) = (error.message(), format!("'{last}' (a nil value)"));
        error.kind() == ErrorKind::Runtime && text.contains("attempt to call") && text.ends_with(&what)
    };
    if !failure.error().is_some_and(missing) {
        return failure;
    }
    let names = api::entries().filter(|entry| !matches!(entry.category, "lua-missing" | "removed"));
    let hint = did_you_mean(&function, names.map(|entry| entry.name));
    match hint.strip_prefix("; ") {
        Some(hint) => failure.then(hint),
        None => failure,
    }
}

/// `return f(…)`.
fn call(lua: &Lua, function: &[u8], arguments: &[Value]) -> Result<Vec<u8>, Failure> {
    let mut code = b"return ".to_vec();
    code.extend(function);
    code.push(b'(');
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            code.push(b',');
        }
        code.extend(convert::to_text(lua, argument, &format!("argument {}", index + 1))?);
    }
    code.push(b')');
    Ok(code)
}

/// Calls a function of the camera for a method of ours, which leaves the script's own messages alone.
pub(super) fn call_named(
    lua: &Lua,
    connection: &Rc<Connection>,
    args: &Args,
    function: &str,
    arguments: &[Value],
) -> Outcome {
    let script = script(lua, connection, args, call(lua, function.as_bytes(), arguments)?);
    let returns = connection.camera(move |camera| Ok(camera.ask(&script)?))?;
    let plain = connection.plain_tables.replace(false);
    let results = returns.into_iter().map(|payload| Ok(decode(lua, connection, payload)?.1));
    let results = results.collect::<Result<_, Failure>>();
    connection.plain_tables.set(plain);
    Ok(MultiValue::from_vec(results?))
}

/// The code under the name that its errors show: the host script and the line in it where the code stands, or, where
/// that cannot be told, the call that it was given to: `[exec at scan.lua:10]`.
pub(super) fn script(lua: &Lua, connection: &Connection, args: &Args, code: Vec<u8>) -> Script {
    let function = args.function();
    let Some(caller) = caller(lua) else {
        return Script { name: format!("[{function}]"), source: code, first_line: 1 };
    };
    if let Some(file) = caller.file
        && let Some(first_line) = connection.context.line_of(&file, caller.line, &code)
    {
        return Script { name: file, source: code, first_line };
    }
    Script { name: format!("[{function} at {}:{}]", caller.shown, caller.line), source: code, first_line: 1 }
}

pub(super) fn exec_options(connection: &Connection, args: &Args, options: &Options) -> Result<ExecOptions, Failure> {
    let libs = options.names("libs")?;
    let registry = connection.context.libs.borrow().clone();
    // What cannot be had is said before anything is asked of a camera.
    registry.text(&libs).map_err(|error| rlibs::named(args, &error))?;
    Ok(ExecOptions {
        replace: options.flag("clobber")?.unwrap_or(false),
        flush_cam_msgs: options.flag("flush_cam_msgs")?.unwrap_or(true),
        flush_host_msgs: options.flag("flush_host_msgs")?.unwrap_or(true),
        // Naming other libraries never takes the serializer away; only saying so does.
        serializer: !options.flag("nodefaultlib")?.unwrap_or(false),
        libs,
        registry,
        lint: options.flag("lint")?.unwrap_or(connection.lint.get()),
    })
}

/// A script that is run to its end.
struct Run {
    connection: Rc<Connection>,
    script: Script,
    start: ExecOptions,
    wait: WaitOptions,
    timeout_error: bool,
    sinks: Sinks,
}

/// Where what the script sends and returns goes.
struct Sinks {
    context: Rc<Context>,
    msgs: Option<Sink>,
    rets: Option<Sink>,
    fdata: Value,
    name: String,
}

impl Run {
    fn new(
        lua: &Lua,
        connection: &Rc<Connection>,
        args: &Args,
        code: Vec<u8>,
        options: &Options,
        initial: Option<Duration>,
    ) -> Result<Self, Failure> {
        let mut wait = wait_options(options)?;
        if options.get("initwait")?.is_none() {
            wait.initial = initial;
        }
        let script = script(lua, connection, args, code);
        Ok(Self {
            connection: connection.clone(),
            start: exec_options(connection, args, options)?,
            wait,
            timeout_error: options.flag("timeout_error")?.unwrap_or(true),
            sinks: Sinks {
                context: connection.context.clone(),
                msgs: options.sink("msgs")?,
                rets: options.sink("rets")?,
                fdata: options.get("fdata")?.unwrap_or(Value::Nil),
                name: script.name.clone(),
            },
            script,
        })
    }

    /// Runs it, hands messages on as they come, and gives back what it returned.
    fn follow(self, lua: &Lua) -> Outcome {
        let Self { connection, script, start, wait, timeout_error, sinks } = self;
        let sinks = Rc::new(sinks);
        let plain = !start.tables_arrive(&script);
        let (of_work, to_lend, vm) = (sinks.clone(), connection.clone(), lua.clone());
        let result = connection.camera(move |camera| {
            let stopped_by: RefCell<Option<Failure>> = RefCell::new(None);
            let returns = camera.execwait(&script, &start, &wait, &mut |camera, payload| {
                let id = camera.script_id().unwrap_or(0);
                to_lend.plain_tables.set(plain);
                let handled = to_lend.lend(&vm, camera, || of_work.user_message(&vm, &to_lend, id, payload));
                handled.map_err(|failure| {
                    stopped_by.replace(Some(failure));
                    Error::new(ErrorKind::Runtime, "a message callback of the host script failed")
                })
            });
            match (stopped_by.take(), returns) {
                (Some(failure), _) => Err(failure),
                (None, returns) => Ok((camera.script_id().unwrap_or(0), returns?)),
            }
        });
        // Whether it ended or was ended: another script of this connection's that it replaced is gone as well.
        if !matches!(&result, Err(failure) if refused(failure)) {
            connection.started.set(false);
        }
        match result {
            Ok((id, returns)) => {
                connection.plain_tables.set(plain);
                sinks.returns(lua, &connection, id, returns)
            }
            Err(failure) if !timeout_error && is_timeout(&failure) => values(lua, ()),
            Err(failure) => Err(failure),
        }
    }
}

fn refused(failure: &Failure) -> bool {
    failure
        .error()
        .is_some_and(|error| matches!(error.kind(), ErrorKind::ScriptRunning | ErrorKind::NotChdk | ErrorKind::Lint))
}

fn is_timeout(failure: &Failure) -> bool {
    failure.error().is_some_and(|error| error.kind() == ErrorKind::Timeout)
}

impl Sinks {
    fn user_message(&self, lua: &Lua, connection: &Connection, id: u32, payload: Payload) -> Result<(), Failure> {
        if self.msgs.is_none() {
            log::warn!("{}: the script sent a message, and no option 'msgs' says where to: dropped", self.name);
            return Ok(());
        }
        let message = message_table(lua, connection, id, "user", payload)?;
        self.put(lua, self.msgs.as_ref(), message)
    }

    fn returns(&self, lua: &Lua, connection: &Connection, id: u32, returns: Vec<Payload>) -> Outcome {
        if self.rets.is_some() {
            for payload in returns {
                let message = message_table(lua, connection, id, "return", payload)?;
                self.put(lua, self.rets.as_ref(), message)?;
            }
            return values(lua, ());
        }
        let mut results = Vec::with_capacity(returns.len());
        for (index, payload) in returns.into_iter().enumerate() {
            let nth = index + 1;
            if let Payload::Unsupported(name) = &payload {
                let text = format!("{}: return value {nth} is a {name}, which cannot leave the camera", self.name);
                return Err(Failure::new(ErrorKind::Unserialize, text));
            }
            results.push(decode(lua, connection, payload)?.1);
        }
        Ok(MultiValue::from_vec(results))
    }

    fn put(&self, lua: &Lua, sink: Option<&Sink>, message: mlua::Table) -> Result<(), Failure> {
        match sink {
            None => {}
            Some(Sink::Append(table)) => table.raw_push(message)?,
            Some(Sink::Call(function)) => {
                self.context.call(lua, function, (message, self.fdata.clone()))?;
            }
        }
        Ok(())
    }
}
